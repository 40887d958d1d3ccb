/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence of a target: log p(x), the integral of p(x, z) over z.
 *
 * Where a family has data by the thousand (eval/bound.h), a target is one
 * observation, so its evidence is one number, in nats in total, and all of its
 * error is of the draws.  They come from a base, the prior or a guide:
 *
 *   elbo         mean of log w                      claim >=        [elbo.1]
 *   importance   log of the mean of w               claim >=        [iwae.1]
 *   ais          the same of annealed weights       claim >=         [ais.3]
 *   ti           thermodynamic integration          claim ~           [ti.1]
 *
 * with w = p(x, z) / base(z).  Importance sampling from the prior is naive
 * Monte Carlo: w is the likelihood. */
#ifndef MG_EVAL_MARGINAL_H
#define MG_EVAL_MARGINAL_H

#include "eval/evidence.h"
#include "infer/guide.h"
#include "infer/target.h"

typedef enum {
  MG_MARGINAL_ELBO,
  MG_MARGINAL_IMPORTANCE,
  MG_MARGINAL_AIS,
  MG_MARGINAL_TI,
  MG_MARGINALS
} mg_marginal;

typedef struct {
  size_t draws;        /* weights; of ais and ti walkers */
  size_t temperatures; /* ais, ti: steps from the base to the posterior */
  size_t leaps;        /* ais, ti: of the leapfrog, a move */
  size_t moves;        /* ti: at each temperature */
  size_t threads;      /* 0: as many as OpenMP gives */
} mg_marginal_options;

/* 10 000 draws; ais 500 walkers, 100 temperatures of 10 leaps; ti 200 walkers,
 * 30 temperatures of 8 moves of 10 leaps; threads 0. */
mg_marginal_options mg_marginal_options_default(mg_marginal method);

/* "elbo", "importance" or, from the prior, "naive" ... */
const char *mg_marginal_name(mg_marginal method, const mg_guide *guide);

/* The evidence of a target, nats in total.
 *   guide     in   the base; NULL: the prior
 *   evidence  out  n is 1 and std_error is over the draws.  Where the tail of
 *                  the weights has Pareto k > 0.7 it is NaN, an interval being
 *                  withdrawn, and the note says so
 * Walkers of ais and ti move where every coordinate is real (infer/transform).
 * Returns GSL_SUCCESS; GSL_EUNSUP for a target without the prior asked for, and
 * in ais and ti without a gradient, or with classes; GSL_EINVAL for less than 2
 * draws and other counts; GSL_EBADLEN for a guide of another dimension;
 * GSL_EDOM where the target or the base is NaN, in elbo and importance with the
 * z, and for elbo where p(x, z) is 0; GSL_ENOMEM; errors of target and guide.
 * The same bytes for any number of threads. */
int mg_marginal_of(const mg_target *target, const mg_guide *guide,
                   mg_marginal method, const mg_marginal_options *options,
                   unsigned long seed, mg_evidence *evidence);

/* The logarithms of the weights that elbo and importance are made of: their
 * mean is p(x) in expectation.
 *   log_weight  out  S; -inf where p(x, z) is 0
 * Returns as mg_marginal_of. */
int mg_marginal_weights(const mg_target *target, const mg_guide *guide,
                        unsigned long seed, size_t threads,
                        gsl_vector *log_weight);

#endif
