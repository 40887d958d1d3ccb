/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Naive Bayes: a mixture whose components are the labels.
 *
 *     log p(x) = log sum_c p(c) prod_j p(x_j | c)                    [nb.1]
 *     p(c | x) = p(c) prod_j p(x_j | c) / p(x)                       [nb.2]
 *
 * The labels are seen in learning and summed out in the density. */
#ifndef MG_MODELS_NAIVE_BAYES_H
#define MG_MODELS_NAIVE_BAYES_H

#include "models/model.h"
#include "models/product.h"

typedef struct {
  double smoothing; /* added to every count, the classes' included */
  double floor;     /* least variance, units squared; reals */
} mg_naive_bayes_options;

typedef struct {
  mg_product law; /* K = C classes */
  mg_product_prior prior;
} mg_naive_bayes;

/* smoothing 0.2 on levels, else 1; floor 1e-6. */
mg_naive_bayes_options mg_naive_bayes_options_default(const mg_space *space);

/* Makes a zeroed m ready to learn.
 * Returns GSL_SUCCESS; GSL_EINVAL for a space without classes; GSL_ENOMEM. */
int mg_naive_bayes_init(mg_naive_bayes *m, const mg_space *space,
                        const mg_naive_bayes_options *options);

/* Frees what m holds; safe on a zeroed or half-built one. */
void mg_naive_bayes_clear(mg_naive_bayes *m);

/* log p(x), exact, the label summed out.                             [nb.1]
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for values that are no numbers of
 * the space's kind (a whole number outside it has log mass -inf); GSL_ENOMEM.
 * Cost O(N C D). */
int mg_naive_bayes_log_density(const mg_naive_bayes *m, const gsl_matrix *x,
                               gsl_vector *log_p);

/* The classifier: p(c | x).                                          [nb.2]
 *   x  in  N x D     p  out  N x C, rows sum to 1
 * Returns as mg_naive_bayes_log_density; GSL_EDOM also for a datum of
 * probability 0. */
int mg_naive_bayes_posterior(const mg_naive_bayes *m, const gsl_matrix *x,
                             gsl_matrix *p);

/* Draws N data: a class from p(c), then x given it.
 *   x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_naive_bayes_sample(const mg_naive_bayes *m, gsl_rng *rng, gsl_matrix *x);

/* Draws data of every class in turn: row i is x given class i mod C.
 *   x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_naive_bayes_sample_classes(const mg_naive_bayes *m, gsl_rng *rng,
                                  gsl_matrix *x);

extern const mg_model_type mg_naive_bayes_type;

#endif
