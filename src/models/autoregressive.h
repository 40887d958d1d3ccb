/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An autoregressive density on the reals: a chain of mixtures of Gaussians.
 *                                                        [autoregressive.1]
 *
 *     p(x) = p(x_1) p(x_2 | x_1) p(x_3 | x_1, x_2) ...
 *
 * Each factor is a mixture whose weights, means and variances a small network
 * makes of the columns before.  The product is exact, with nothing to integrate
 * over, so log p(x) is a claim with an equals sign. */
#ifndef MG_MODELS_AUTOREGRESSIVE_H
#define MG_MODELS_AUTOREGRESSIVE_H

#include "models/ascent.h"
#include "models/conditional.h"
#include "models/scaling.h"

typedef struct {
  size_t components;      /* K, of each factor */
  size_t hidden, hidden2; /* units of a network's layers; hidden2 0: no such */
  mg_ascent_options climb;
} mg_autoregressive_options;

typedef struct {
  mg_autoregressive_options options;
  mg_space space;
  mg_conditional law;
  mg_scaling scaling;
  mg_ascent ascent; /* theta: see autoregressive_net.h */
} mg_autoregressive;

/* K 10, two layers of 64, Adam at .002. */
void mg_autoregressive_options_default(const mg_space *space, void *options);

/* Exact log density.                                     [autoregressive.1]
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a value that is not finite;
 * GSL_ENOMEM.  Cost O(N D (D H + H^2 + K H)). */
int mg_autoregressive_log_density(const mg_autoregressive *a,
                                  const gsl_matrix *x, gsl_vector *log_p);

/* The factors, log p(x_i | x_1 .. x_(i-1)).
 *   x  in  N x D     each  out  N x D, nats
 * Returns as mg_autoregressive_log_density. */
int mg_autoregressive_conditionals(const mg_autoregressive *a,
                                   const gsl_matrix *x, gsl_matrix *each);

/* Draws, column by column: one more column costs one network's pass.
 *   x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM. */
int mg_autoregressive_sample(const mg_autoregressive *a, gsl_rng *rng,
                             gsl_matrix *x);

extern const mg_model_type mg_autoregressive_type;

#endif
