/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has functions of the C library of its own. */
#define _GNU_SOURCE
#include "base/logmath.h"

#include <stddef.h>

void *malloc(size_t size) {
  (void)size;
  return NULL;
}

void *calloc(size_t n, size_t size) {
  (void)n, (void)size;
  return NULL;
}

void free(void *block) {
  (void)block;
}

void *memcpy(void *to, const void *from, size_t size) {
  (void)from, (void)size;
  return to;
}

long write(int file, const void *bytes, size_t size) {
  (void)file, (void)bytes;
  return (long)size;
}

double mg_log_sum_exp(size_t n, const double *a) {
  (void)n, (void)a;
  return 1;
}
