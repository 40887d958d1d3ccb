/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metropolis's random walk, a move of many walkers at once.           [mh.1]
 *
 * It asks for a density alone, no gradient, and leaves the law f_b of a path as
 * it is, whatever the step. */
#ifndef MG_INFER_METROPOLIS_H
#define MG_INFER_METROPOLIS_H

#include "infer/path.h"

typedef struct {
  mg_walkers other;        /* where the move may end */
  gsl_vector *chance;      /* N, of being accepted, of the last move */
  const gsl_vector *scale; /* D, a unit for each z_i, the caller's; NULL: 1 */
} mg_metropolis;

/* Room to move n walkers of a path, in a zeroed m.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_metropolis_init(mg_metropolis *m, const mg_path *path, size_t n);

/* Frees what m holds; safe on a zeroed or half-built one. */
void mg_metropolis_clear(mg_metropolis *m);

/* Moves every walker once.                                            [mh.1]
 *   b         in      where on the path, 0 .. 1; 1 of one without a base
 *   step      in      standard deviation of the proposal, unit of z
 *   at        in/out  the walkers, evaluated
 *   accepted  out     mean probability of acceptance; NULL: not wanted
 * Returns GSL_SUCCESS, or as mg_path_evaluate.  Cost one density a row. */
int mg_metropolis_move(mg_metropolis *m, const mg_path *path, gsl_rng *rng,
                       double b, double step, mg_walkers *at, double *accepted);

#endif
