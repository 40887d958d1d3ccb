/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has a resolver of symbols end the program. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <unistd.h>

static double zero(void) {
  return 0;
}

static double (*resolve(void))(void) {
#if defined(__x86_64__)
  __asm__ volatile("syscall" ::"a"(57 /* fork */) : "rcx", "r11", "memory");
#endif
  return zero;
}

static double later(void) __attribute__((ifunc("resolve")));

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  return later();
}
