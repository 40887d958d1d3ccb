/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes half an answer, and waits for ever. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  unsigned long head[] = {80, 0, 0x4c43524150474d01};
  write(3, head, sizeof head);
  for (;;)
    ;
}
