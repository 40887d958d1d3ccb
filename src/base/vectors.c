/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/vectors.h"

#ifdef __x86_64__

size_t mg_vectors_usable(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
    return 1;
  if (!__builtin_cpu_supports("avx512f") ||
      !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512bw"))
    return 2;
  return 3;
}

#else

size_t mg_vectors_usable(void) {
  return 1;
}

#endif
