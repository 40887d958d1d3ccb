/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frees what was not allocated: malloc says so, and aborts. */
#include "base/logmath.h"

#include <stdint.h>
#include <stdlib.h>

double mg_log_sum_exp(size_t n, const double *a) {
  char *volatile block = malloc(1000);
  (void)n, (void)a;
  free((void *)((uintptr_t)block + 16));
  return 0;
}
