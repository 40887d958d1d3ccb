/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls itself for ever. */
#define _GNU_SOURCE
#include "base/logmath.h"

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  volatile double here[100];
  here[n % 100] = mg_log_sum_exp(n + 1, a) + 1;
  return here[n % 100];
}
