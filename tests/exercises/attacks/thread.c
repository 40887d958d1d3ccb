/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a thread. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <pthread.h>

static void *spin(void *nothing) {
  for (;;)
    ;
  return nothing;
}

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  pthread_t thread;
  pthread_create(&thread, NULL, spin, NULL);
  return 0;
}
