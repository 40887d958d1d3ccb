/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops of logistic_regression_lanes.h, compiled for three widths of
 * vector; the processor is asked once which it has.  Results differ in the last
 * bits between widths; on one processor they are always the same. */
#include "targets/logistic_regression_kernel.h"

#include <limits.h>

#include "base/vectors.h"

#define LANES 2
#define TILE 2
#define NAME(f) f##_2
#define TARGET
#include "targets/logistic_regression_lanes.h"
#undef LANES
#undef TILE
#undef NAME
#undef TARGET

#ifdef __x86_64__

#define LANES 4
#define TILE 2
#define NAME(f) f##_4
#define TARGET MG_VECTORS_32
#include "targets/logistic_regression_lanes.h"
#undef LANES
#undef TILE
#undef NAME
#undef TARGET

#define LANES 8
#define TILE 4
#define NAME(f) f##_8
#define TARGET MG_VECTORS_64
#include "targets/logistic_regression_lanes.h"

static const mg_logistic_regression_kernel *const kernels[] = {
    &kernel_2, &kernel_4, &kernel_8, NULL};

#else

static const mg_logistic_regression_kernel *const kernels[] = {&kernel_2, NULL};

#endif

const mg_logistic_regression_kernel *mg_logistic_regression_kernel_best(void) {
  return kernels[mg_vectors_usable() - 1];
}

const mg_logistic_regression_kernel *const *
mg_logistic_regression_kernel_all(void) {
  static const mg_logistic_regression_kernel *usable[4];
  for (size_t i = 0; i < mg_vectors_usable(); i++)
    usable[i] = kernels[i];
  return usable;
}
