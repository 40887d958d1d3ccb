/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First weights of a layer.
 *
 * A weight that is too large makes signals grow from layer to layer, too small
 * lets them die.  Both rules keep the variance of a signal as it is: He's for
 * layers whose output goes through a relu, which halves the mean square, and
 * Glorot's, which weighs the way forward and the way back alike. */
#ifndef MG_NETS_START_H
#define MG_NETS_START_H

#include <gsl/gsl_rng.h>

#include "nets/layer.h"

/* Draws n weights: He's N(0, 2 / in), or Glorot's uniform law of variance
 * 2 / (in + out).                                                  [start.1]
 *   in, out  in   numbers that one output sums, and one input goes into
 *   w        out  n
 * Source He, Zhang, Ren & Sun (2015); Glorot & Bengio (2010). */
void mg_start_draw(gsl_rng *rng, mg_start start, size_t in, size_t out,
                   size_t n, mg_real *w);

#endif
