/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same without what exit() does before. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <unistd.h>

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  _exit(0);
}
