/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wants to hear of refused calls, and go on. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <signal.h>
#include <unistd.h>

static void go_on(int number) {
  (void)number;
}

__attribute__((constructor)) static void load(void) {
  signal(SIGSYS, go_on);
}

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  fork();
  return 0;
}
