/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One equation with two unknowns, whose posterior is bent like a banana: what
 * Gaussian guides cannot follow and a sampler has to walk along. */
#ifndef MG_TARGETS_BANANA_H
#define MG_TARGETS_BANANA_H

#include "targets/posterior.h"
#include "targets/posterior_normal.h"

typedef struct {
  double value;    /* the datum, x */
  double bend;     /* of the parabola */
  double noise;    /* standard deviation of x: how thin the banana is */
  double prior_sd; /* of both coordinates about 0 */
} mg_banana_options;

enum { MG_BANANA_GRID = 20001 };

typedef struct {
  double value, bend, noise;
  mg_posterior_normal prior;
  double share; /* of what z_0 leaves over, how much z_1 takes */
  /* Of z_0, from the grid. */
  double reach;               /* the grid is from -reach to reach */
  double *below;              /* P(z_0 < grid point | x) */
  double log_evidence;        /* log p(x) */
  double rest, rest2, first2; /* E(x - bend z_0^2), its square, E z_0^2 */
} mg_banana;

/* x = 1 with noise 0.5, bend 1 under prior standard deviations of 2. */
extern const mg_posterior_type mg_banana_type;

#endif
