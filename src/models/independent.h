/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Independent columns: the model that every other must beat.
 *
 *     log p(x) = sum_j log p_j(x_j)                                  [ind.1]
 *
 * A Bernoulli, a categorical or a Gaussian a column, by the space. */
#ifndef MG_MODELS_INDEPENDENT_H
#define MG_MODELS_INDEPENDENT_H

#include "models/model.h"
#include "models/product.h"

typedef struct {
  double smoothing; /* added to every count; binary and levels */
  double floor;     /* least variance, units squared; reals */
} mg_independent_options;

typedef struct {
  mg_product law; /* K = 1 */
  mg_product_prior prior;
} mg_independent;

/* smoothing 0.1 on levels, else 1; floor 1e-6. */
mg_independent_options mg_independent_options_default(const mg_space *space);

/* Makes a zeroed m ready to learn: uniform tables, standard Gaussians.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_independent_init(mg_independent *m, const mg_space *space,
                        const mg_independent_options *options);

/* Frees what m holds; safe on a zeroed or half-built one. */
void mg_independent_clear(mg_independent *m);

/* log p(x), exact.                                                   [ind.1]
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for values that are no numbers of
 * the space's kind (a whole number outside it has log mass -inf); GSL_ENOMEM.
 * Cost O(N D). */
int mg_independent_log_density(const mg_independent *m, const gsl_matrix *x,
                               gsl_vector *log_p);

/* Draws N data.
 *   x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_independent_sample(const mg_independent *m, gsl_rng *rng, gsl_matrix *x);

extern const mg_model_type mg_independent_type;

#endif
