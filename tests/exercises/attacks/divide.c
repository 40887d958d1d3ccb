/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Divides by 0. */
#define _GNU_SOURCE
#include "base/logmath.h"

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  volatile int zero = 0;
  return (double)((int)n / zero);
}
