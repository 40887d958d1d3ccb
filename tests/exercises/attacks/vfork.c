/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a process by the other call. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  if (vfork() == 0)
    _exit(0);
  return 0;
}
