/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads, as OpenMP and the system count them. */
#include "config.h"

#include "command/threads.h"

#include <unistd.h>
#ifdef _OPENMP
#include <omp.h>
#endif

size_t threads_used(size_t threads) {
#ifdef _OPENMP
  return threads ? threads : (size_t)omp_get_max_threads();
#else
  (void)threads;
  return 1;
#endif
}

size_t processors(void) {
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (size_t)n : 1;
}
