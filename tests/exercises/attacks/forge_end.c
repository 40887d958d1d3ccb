/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says that it dies, and does not. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  unsigned long head[] = {4, 11};
  write(3, head, sizeof head);
  write(3, "dead", 4);
  for (;;)
    ;
}
