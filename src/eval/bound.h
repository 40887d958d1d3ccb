/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounds on log p(x) of a latent-variable family, written once for all.
 *
 * The integral over z in p(x) = E_z p(x | z) is replaced by draws z_k.  With
 * w(z) = p(x, z) / q(z | x):
 *
 *   elbo   E log w, z ~ q(z | x)                 claim >=           [elbo.1]
 *   iwae   E log 1/K sum_k w_k                   claim >=           [iwae.1]
 *   ais    the same of annealed weights          claim >=            [ais.3]
 *   eubo   E log w, z ~ p(z | x)                 claim <=           [eubo.1]
 *
 * Importance sampling with K draws is iwae with that K: the mean weight has the
 * expectation p(x), and its log, by Jensen, one not above log p(x).  With the
 * prior as base (options.from) w is p(x | z) and this is naive Monte Carlo.
 *
 * On data drawn from the model a posterior draw is there for nothing, the z
 * that x was made from; so mg_bound_sandwich has an upper bound for every such
 * family (Grosse, Ancha & Roy 2016). */
#ifndef MG_EVAL_BOUND_H
#define MG_EVAL_BOUND_H

#include "eval/evidence.h"
#include "eval/latent.h"

typedef enum {
  MG_BOUND_ELBO,
  MG_BOUND_IWAE,
  MG_BOUND_AIS,
  MG_BOUND_EUBO
} mg_bound_method;

typedef struct {
  mg_base from;        /* what z is drawn from, or annealed from */
  size_t k;            /* iwae, ais: weights inside the logarithm */
  size_t draws;        /* logarithms a datum, averaged */
  size_t temperatures; /* ais: steps from the base to the posterior */
  size_t leaps;        /* ais: of the leapfrog, a move */
  size_t threads;      /* 0: as many as OpenMP gives */
} mg_bound_options;

/* From the proposal (ais: the prior); k 1, iwae 500, ais 16; draws 1, elbo and
 * eubo 16; 100 temperatures of 10 leaps; threads 0. */
mg_bound_options mg_bound_options_default(mg_bound_method method);

/* The bound of a model for rows of its space, as a mean over the rows.
 *   seed      in   of every draw
 *   evidence  out  its draws are k x draws a datum; std_error is over data, of
 *                  the bound.  Where the weights of a datum have a tail with
 *                  Pareto k > 0.7 there is no interval for log p (draws_error
 *                  is NaN) and the note says why; of less than 25 weights, of
 *                  discrete z and of elbo and eubo, which average no weights,
 *                  there is no such judgement.
 * A dequantised model gets fresh noise for each of the draws [deq.1]; eubo is
 * then an estimate (~), above a bound from below.
 * Returns GSL_SUCCESS; GSL_EUNSUP when the family has no latent variable, or
 * not what the method asks for; GSL_EINVAL for no rows, another space, a count
 * of 0; GSL_EDOM for log densities that are NaN; GSL_ENOMEM; the family's
 * errors.  The same bytes for any number of threads.
 * Cost O(k draws) log densities a row, ais T leaps times that. */
int mg_bound_of(const mg_model *model, mg_bound_method method,
                const mg_rows *rows, const mg_bound_options *options,
                unsigned long seed, mg_evidence *evidence);

/* Both sides of log p(x) for n data drawn from the model itself, in the space
 * of self: annealing forwards, and backwards from the z of each.     [ais.4]
 *   lower  out  claim >=     upper  out  claim <=
 * With 1 temperature: iwae and eubo.  Returns as mg_bound_of. */
int mg_bound_sandwich(const mg_model *model, size_t n,
                      const mg_bound_options *options, unsigned long seed,
                      mg_evidence *lower, mg_evidence *upper);

#endif
