/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hamiltonian Monte Carlo, a move of many walkers at once.           [hmc.1]
 *
 * The move leaves the law f_b of a path as it is: walkers that are drawn from
 * it are still drawn from it afterwards, whatever the step. */
#ifndef MG_INFER_HMC_H
#define MG_INFER_HMC_H

#include "infer/path.h"

/* A rise of the energy by more is a divergence: the leapfrog has run away. */
#define MG_HMC_DIVERGES 1000.0

typedef struct {
  mg_walkers other;          /* where the move may end */
  gsl_matrix *momentum;      /* N x D; NaN: the walker is lost */
  gsl_vector *energy;        /* N, before the move */
  gsl_vector *chance;        /* N, of being accepted, of the last move */
  const gsl_vector *scale;   /* D, a unit for each z_i, the caller's; NULL: 1 */
  const gsl_vector *stretch; /* N, what a walker's step is multiplied by, the
                              * caller's; NULL: 1 */
  size_t diverged;           /* walkers of the last move */
} mg_hmc;

/* Room to move n walkers of a path with gradients, in a zeroed h.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_hmc_init(mg_hmc *h, const mg_path *path, size_t n);

/* Frees what h holds; safe on a zeroed or half-built one. */
void mg_hmc_clear(mg_hmc *h);

/* Half of what a leap is made of: r += step s d log f_b / dz, of every walker
 * in h->other; s is h->scale times h->stretch.                        [hmc.2]
 *   b  in  where on the path, 0 .. 1     step  in  unit of z */
void mg_hmc_kick(mg_hmc *h, double b, double step);

/* The other half: z += step s r.  A walker whose z would be no number stays,
 * and is lost: its momentum is NaN from now on. [hmc.2] */
void mg_hmc_drift(mg_hmc *h, double step);

/* The leapfrog: slides h->other along its momentum.                  [hmc.2]
 *   step   in  of a leap; minus that goes back the same way
 *   leaps  in  at least 1
 *   h      in/out  other, evaluated, with momentum: from where, to where
 * Returns GSL_SUCCESS, or as mg_path_evaluate.  Cost leaps gradients a row.
 * Source Verlet (1967); Neal (2011). */
int mg_hmc_leapfrog(mg_hmc *h, const mg_path *path, double b, double step,
                    size_t leaps);

/* Moves every walker once.                                           [hmc.1]
 *   b         in      where on the path, 0 .. 1; 1 of one without a base
 *   step      in      of the leapfrog, unit of z
 *   leaps     in      steps of the leapfrog, at least 1
 *   at        in/out  the walkers, evaluated
 *   accepted  out     mean probability of acceptance; NULL: not wanted
 * Returns GSL_SUCCESS, or as mg_path_evaluate.  Cost leaps gradients a row. */
int mg_hmc_move(mg_hmc *h, const mg_path *path, gsl_rng *rng, double b,
                double step, size_t leaps, mg_walkers *at, double *accepted);

/* The way of one walker, for a picture: every point that a move passes.
 *   at      in   one walker, evaluated; stays where it is
 *   r       in   D, its momentum
 *   z       out  (leaps + 1) x D, from its start
 *   energy  out  leaps + 1, H at each
 * Returns as mg_hmc_move; GSL_EBADLEN.  h is of one walker. */
int mg_hmc_trajectory(mg_hmc *h, const mg_path *path, double b, double step,
                      const gsl_vector *r, const mg_walkers *at, gsl_matrix *z,
                      gsl_vector *energy);

#endif
