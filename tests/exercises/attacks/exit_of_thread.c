/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ends its thread, and leaves the process without one. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <sys/syscall.h>
#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  syscall(SYS_exit, 0);
  return 0;
}
