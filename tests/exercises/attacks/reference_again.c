/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads the library once more. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <dlfcn.h>
#include <string.h>

static void *address;

__attribute__((constructor)) static void load(void) {
  void *again = dlmopen(LM_ID_NEWLM, LIBRARY, RTLD_NOW);
  address = dlsym(again, "mg_log_sum_exp");
}

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  double (*own)(size_t, const double *);
  memcpy(&own, &address, sizeof own);
  return own(n, a);
}
