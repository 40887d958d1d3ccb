/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does not listen to the limit of CPU time. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <signal.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  signal(SIGXCPU, SIG_IGN);
  for (;;)
    ;
}
