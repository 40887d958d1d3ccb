/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each tuned BLAS has a call of its own to set its threads.  Which of them is
 * linked is chosen by configure, or by the system's alternatives after that, so
 * the calls are weak references: NULL when that BLAS is not there. */
#include "base/blas.h"

#include <stddef.h>

#if defined(__GNUC__) && defined(__ELF__)
#define WEAK __attribute__((weak))

extern void openblas_set_num_threads(int threads) WEAK;
extern void bli_thread_set_num_threads(ptrdiff_t threads) WEAK;

void mg_blas_serial(void) {
  if (openblas_set_num_threads)
    openblas_set_num_threads(1);
  if (bli_thread_set_num_threads)
    bli_thread_set_num_threads(1);
}

#else

void mg_blas_serial(void) {
}

#endif
