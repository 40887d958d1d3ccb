/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One source of the inner loops, compiled for three widths of vector.
 *
 * A binary that runs anywhere may assume only SSE2 on x86-64: two doubles at a
 * time.  A teacher's laptop has four lanes and fused multiply-add, a server
 * eight.  The loops of gmm_lanes.h are therefore compiled once for each, with
 * the compiler told by an attribute what it may use, and the processor is asked
 * once which it has.  Elsewhere than on x86-64 there is the narrow one, which
 * the compiler maps to what the machine has (NEON's two lanes).
 *
 * Sums run in another order in each width, so results differ in the last bits
 * between kinds of processor; on one processor they are always the same. */
#include "models/gmm_kernel.h"

#include <float.h>

#include "base/vectors.h"

#define LANES 2
#define TILE 2
#define SPAN 2
#define NAME(f) f##_2
#define TARGET
#include "models/gmm_lanes.h"
#undef LANES
#undef TILE
#undef SPAN
#undef NAME
#undef TARGET

#ifdef __x86_64__

#define LANES 4
#define TILE 2
#define SPAN 2
#define NAME(f) f##_4
#define TARGET MG_VECTORS_32
#include "models/gmm_lanes.h"
#undef LANES
#undef TILE
#undef SPAN
#undef NAME
#undef TARGET

#define LANES 8
#define TILE 4
#define SPAN 4
#define NAME(f) f##_8
#define TARGET MG_VECTORS_64
#include "models/gmm_lanes.h"

static const mg_gmm_kernel *const kernels[] = {&kernel_2, &kernel_4, &kernel_8,
                                               NULL};

#else

static const mg_gmm_kernel *const kernels[] = {&kernel_2, NULL};

#endif

const mg_gmm_kernel *mg_gmm_kernel_best(void) {
  return kernels[mg_vectors_usable() - 1];
}

const mg_gmm_kernel *const *mg_gmm_kernel_all(void) {
  static const mg_gmm_kernel *usable[4];
  for (size_t i = 0; i < mg_vectors_usable(); i++)
    usable[i] = kernels[i];
  return usable;
}
