/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First weights; see start.h.
 *
 *   He       w ~ N(0, 2 / in)
 *   Glorot   w ~ U(-b, b),  b = sqrt(6 / (in + out))               [start.1] */
#include "nets/start.h"

#include <gsl/gsl_randist.h>
#include <math.h>

void mg_start_draw(gsl_rng *rng, mg_start start, size_t in, size_t out,
                   size_t n, mg_real *w) {
  const double sd = sqrt(2 / (double)in);
  const double bound = sqrt(6 / (double)(in + out));
  for (size_t i = 0; i < n; i++)
    w[i] = (mg_real)(start == MG_START_HE ? gsl_ran_gaussian_ziggurat(rng, sd)
                                          : gsl_ran_flat(rng, -bound, bound));
}
