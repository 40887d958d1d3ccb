/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes address space without end. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <sys/mman.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  for (;;)
    if (mmap(NULL, 1 << 30, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) == MAP_FAILED)
      return 0;
}
