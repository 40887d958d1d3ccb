/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One source of the inner loops, compiled for three widths of vector; see
 * models/gmm_kernel.c, which does the same for EM.
 *
 * weigh keeps PANEL x VECTORS sums in registers and reads, for each weight of a
 * column of the panel, VECTORS vectors of x: with 32 registers of 16 floats 24
 * sums are fed by 3 loads and 8 broadcasts, so the multiplications and not the
 * loads set the pace.  correlate, whose sums run along the lanes, keeps 24 as
 * 4 x 6.
 *
 * Sums run in another order in each width, so results differ in the last bits
 * between kinds of processor; on one processor they are always the same. */
#include "nets/masked_kernel.h"

#include "base/vectors.h"

#define LANES (16 / sizeof(mg_real))
#define PANEL 4
#define VECTORS 2
#define FEW 2
#define SPAN 4
#define NAME(f) f##_16
#define TARGET
#include "nets/masked_lanes.h"
#undef LANES
#undef PANEL
#undef VECTORS
#undef FEW
#undef SPAN
#undef NAME
#undef TARGET

#ifdef __x86_64__

#define LANES (32 / sizeof(mg_real))
#define PANEL 4
#define VECTORS 3
#define FEW 2
#define SPAN 4
#define NAME(f) f##_32
#define TARGET MG_VECTORS_32
#include "nets/masked_lanes.h"
#undef LANES
#undef PANEL
#undef VECTORS
#undef FEW
#undef SPAN
#undef NAME
#undef TARGET

#define LANES (64 / sizeof(mg_real))
#define PANEL 8
#define VECTORS 3
#define FEW 4
#define SPAN 6
#define NAME(f) f##_64
#define TARGET MG_VECTORS_64
#include "nets/masked_lanes.h"

static const mg_masked_kernel *const kernels[] = {&kernel_16, &kernel_32,
                                                  &kernel_64, NULL};

#else

static const mg_masked_kernel *const kernels[] = {&kernel_16, NULL};

#endif

const mg_masked_kernel *mg_masked_kernel_best(void) {
  return kernels[mg_vectors_usable() - 1];
}

const mg_masked_kernel *const *mg_masked_kernel_all(void) {
  static const mg_masked_kernel *usable[4];
  for (size_t i = 0; i < mg_vectors_usable(); i++)
    usable[i] = kernels[i];
  return usable;
}
