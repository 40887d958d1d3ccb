/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops compiled more than once, for vectors of 16, 32 and 64 bytes: which of
 * them this processor can run. */
#ifndef MG_BASE_VECTORS_H
#define MG_BASE_VECTORS_H

#include <stddef.h>

/* Stand before a function that is compiled for 32, or for 64 bytes. */
#ifdef __x86_64__
#define MG_VECTORS_32 __attribute__((target("avx2,fma")))
#define MG_VECTORS_64                                                          \
  __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#endif

/* How many of the three widths, from the least: 1 .. 3; 1 on processors that
 * are no x86-64. */
size_t mg_vectors_usable(void);

#endif
