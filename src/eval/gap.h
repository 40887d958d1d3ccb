/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a bound is below log p(x): the gap of inference, split in two.
 *
 * An encoder says q(z | x) for every x at once.  Between its ELBO and log p(x)
 * lies KL(q || p(z | x)).  Let q* be the diagonal Gaussian that is best for
 * this one x, found by optimising it and nothing else:               [gap.1]
 *
 *     log p(x) - ELBO(q)  =  log p(x) - ELBO(q*)  +  ELBO(q*) - ELBO(q)
 *     gap of inference       approximation           amortisation
 *
 * The first part is the price of the shape: posteriors are no diagonal
 * Gaussians.  The second is the price of one network for all data: it goes away
 * with a better encoder, the first does not.  For a Gaussian posterior with the
 * precision P it is known: 1/2 (sum_l log P_ll - log det P).      [gap.4]
 *
 * What is claimed, of the true best.  ELBO(q*) of the q* that was found, and
 * with it the amortisation gap, are lower bounds (>=).  Where every search
 * settled, to within its tolerance, the approximation gap is known (=) with an
 * exact density, and against a lower bound of log p a lower bound itself (>=).
 * Where one did not, q* may be too low and the approximation gap too large: it
 * is then an upper bound (<=) with an exact density, and else has no side (~).
 * A proposal that is no diagonal Gaussian may beat the best of them; then the
 * amortisation gap is below 0.
 */
#ifndef MG_EVAL_GAP_H
#define MG_EVAL_GAP_H

#include "eval/evidence.h"

typedef struct {
  size_t k;         /* weights inside the logarithm of log p's bound */
  size_t draws;     /* a datum for each ELBO, at least; the search takes half */
  size_t steps;     /* of the search, at most */
  double tolerance; /* nats a datum that the search may leave     [gap.3] */
  size_t threads;   /* 0: as many as OpenMP gives */
} mg_gap_options;

/* k 5000, 128 draws, 2000 steps, tolerance 0.001, threads 0. */
mg_gap_options mg_gap_options_default(void);

/* All are means over the same data, with standard errors over them. */
typedef struct {
  mg_evidence elbo;          /* of the family's proposal; >= */
  mg_evidence best;          /* ELBO of q*; >= */
  mg_evidence evidence;      /* log p: exact, or iwae about q* */
  mg_evidence inference;     /* evidence - elbo */
  mg_evidence approximation; /* evidence - best */
  mg_evidence amortisation;  /* best - elbo */
} mg_gap;

/* Splits the gap of a model for rows of its space.               [gap.1] .. 3
 *   seed  in   of every draw
 *   gap   out  of a dequantised model for x + u, with one u a datum
 * Returns GSL_SUCCESS; GSL_EUNSUP when the family has no latent variable or a
 * discrete one; GSL_EINVAL for no rows, another space, a count of 0;
 * GSL_EDOM for a log density that is not finite; GSL_ENOMEM; the family's
 * errors.  The same bytes for any number of threads.
 * Cost a datum some hundred steps of draws / 2 gradients, and k log densities.
 * Source Cremer, Li & Duvenaud (2018). */
int mg_gap_of(const mg_model *model, const mg_rows *rows,
              const mg_gap_options *options, unsigned long seed, mg_gap *gap);

#endif
