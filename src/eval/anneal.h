/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Annealed importance sampling: weights that move towards the posterior.
 *
 * One step from base to joint is importance sampling; many small ones, with a
 * move of Hamiltonian Monte Carlo behind each, give weights of far smaller
 * spread.  The mean weight is p(x) in expectation whatever the moves do, so its
 * log is a lower bound in expectation; run backwards from a draw of the
 * posterior the mean weight is 1 / p(x), and minus its log an upper one. */
#ifndef MG_EVAL_ANNEAL_H
#define MG_EVAL_ANNEAL_H

#include "infer/hmc.h"
#include "infer/path.h"

typedef struct {
  size_t temperatures; /* T: steps from base to joint */
  size_t leaps;        /* of the leapfrog, a move */
  double *b;           /* T + 1, from 0 to 1                       [ais.2] */
  double *step;        /* T + 1, of the leapfrog at each */
} mg_annealing;

/* The schedule, with every step at 1/2, in a zeroed a.               [ais.2]
 * Returns GSL_SUCCESS; GSL_EINVAL for 0 temperatures or leaps; GSL_ENOMEM. */
int mg_annealing_init(mg_annealing *a, size_t temperatures, size_t leaps);

/* Frees what a holds; safe on a zeroed or half-built one. */
void mg_annealing_clear(mg_annealing *a);

/* Fits the steps to an acceptance of 0.65 on walkers of its own, which count
 * for nothing else.
 *   path  in  with gradients, and a base     n  in  walkers
 * Returns as mg_path_draw. */
int mg_annealing_pilot(mg_annealing *a, const mg_path *path, gsl_rng *rng,
                       size_t n);

/* From b_(t-1) to b_t: the weight of that change, at where the walkers are,
 * then a move that leaves f at b_t as it is; at the last b nothing moves.
 *                                                                    [ais.3]
 *   t           in      1 .. T
 *   h           in/out  room to move them; not looked at where t is T
 *   at          in/out  N walkers, evaluated
 *   log_weight  in/out  N, nats
 *   accepted    out     as of mg_hmc_move, untouched where t is T; or NULL
 * Returns GSL_SUCCESS; as mg_hmc_move. */
int mg_annealing_cross(const mg_annealing *a, const mg_path *path, gsl_rng *rng,
                       size_t t, mg_hmc *h, mg_walkers *at,
                       gsl_vector *log_weight, double *accepted);

/* Log weights of walkers from the base to the joint.                 [ais.3]
 *   log_weight  out  N, nats
 * Returns as mg_path_draw.  Cost T * leaps gradients a row. */
int mg_annealing_forward(const mg_annealing *a, const mg_path *path,
                         gsl_rng *rng, gsl_vector *log_weight);

/* Log weights of walkers back from draws of the posterior.           [ais.4]
 *   z  in  N x D, drawn from p(z | x)     log_weight  out  N, nats
 * Returns as mg_path_draw.  Cost T * leaps gradients a row. */
int mg_annealing_backward(const mg_annealing *a, const mg_path *path,
                          gsl_rng *rng, const gsl_matrix *z,
                          gsl_vector *log_weight);

#endif
