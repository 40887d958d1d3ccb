/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives up. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <stdlib.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  abort();
}
