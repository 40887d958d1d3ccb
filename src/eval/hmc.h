/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hamiltonian Monte Carlo, a move of many walkers at once.           [hmc.1]
 *
 * The move leaves the law f_b of a path as it is: walkers that are drawn from
 * it are still drawn from it afterwards, whatever the step. */
#ifndef MG_EVAL_HMC_H
#define MG_EVAL_HMC_H

#include "eval/path.h"

typedef struct {
  mg_walkers other;     /* where the move may end */
  gsl_matrix *momentum; /* N x L */
  gsl_vector *energy;   /* N, before the move */
} mg_hmc;

/* Room to move n walkers of a path with gradients, in a zeroed h.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_hmc_init(mg_hmc *h, const mg_path *path, size_t n);

/* Frees what h holds; safe on a zeroed or half-built one. */
void mg_hmc_clear(mg_hmc *h);

/* Moves every walker once.                                           [hmc.1]
 *   x         in      N x D
 *   b         in      where on the path, 0 .. 1
 *   step      in      of the leapfrog, unit of z
 *   leaps     in      steps of the leapfrog, at least 1
 *   at        in/out  the walkers, evaluated
 *   accepted  out     mean probability of acceptance; NULL: not wanted
 * Returns GSL_SUCCESS, or the family's errors.  Cost leaps gradients a row. */
int mg_hmc_move(mg_hmc *h, const mg_path *path, gsl_rng *rng,
                const gsl_matrix *x, double b, double step, size_t leaps,
                mg_walkers *at, double *accepted);

#endif
