/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jumps from one call into one that has ended. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <setjmp.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  static jmp_buf first;
  static int calls;
  if (calls++ == 0 && setjmp(first) == 0)
    return 0;
  longjmp(first, 1);
}
