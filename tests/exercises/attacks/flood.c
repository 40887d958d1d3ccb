/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints without end. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <stdio.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  for (;;)
    puts("0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
}
