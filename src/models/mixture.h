/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mixture of K laws with independent columns, found by EM.
 *
 *     log p(x) = log sum_k pi_k prod_j theta_kj(x_j)                 [mix.1]
 *
 * On binary data the laws are products of Bernoullis, on levels products of
 * categoricals.  (On reals: the Gaussian mixture, a family of its own.) */
#ifndef MG_MODELS_MIXTURE_H
#define MG_MODELS_MIXTURE_H

#include "models/model.h"
#include "models/product.h"

typedef struct {
  size_t components; /* K */
  double smoothing;  /* added to every expected count */
} mg_mixture_options;

typedef struct {
  mg_product law;
  mg_product_prior prior;
} mg_mixture;

/* components 10; smoothing 0.2 on levels, 1 on binary. */
mg_mixture_options mg_mixture_options_default(const mg_space *space);

/* Makes a zeroed m hold K equal uniform components.
 * Returns GSL_SUCCESS; GSL_EINVAL on reals; GSL_ENOMEM. */
int mg_mixture_init(mg_mixture *m, const mg_space *space,
                    const mg_mixture_options *options);

/* Frees what m holds; safe on a zeroed or half-built one. */
void mg_mixture_clear(mg_mixture *m);

/* First components from a sample: all of it, and in each a random row that
 * counts for more.
 *   sample  in  n x D, n >= 1; n may be less than K
 * Returns GSL_SUCCESS; GSL_EDOM for a value outside the space; GSL_ENOMEM. */
int mg_mixture_start(mg_mixture *m, gsl_rng *rng, const gsl_matrix *sample);

/* log p(x), exact.                                                   [mix.1]
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a value that is no whole
 * number (one outside the space has log mass -inf); GSL_ENOMEM.
 * Cost O(N K D), less for data with many zeros. */
int mg_mixture_log_density(const mg_mixture *m, const gsl_matrix *x,
                           gsl_vector *log_p);

/* The E step's answer, p(k | x).                                     [mix.2]
 *   x  in  N x D     r  out  N x K, rows sum to 1
 * Returns as mg_mixture_log_density; GSL_EDOM also for a datum outside the
 * space. */
int mg_mixture_responsibilities(const mg_mixture *m, const gsl_matrix *x,
                                gsl_matrix *r);

/* What each component looks like: the expected datum given k.
 *   means  out  K x D, in levels; binary: probabilities of a 1
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_mixture_means(const mg_mixture *m, gsl_matrix *means);

/* Draws N data: a component from pi, then x given it.
 *   x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_mixture_sample(const mg_mixture *m, gsl_rng *rng, gsl_matrix *x);

extern const mg_model_type mg_mixture_type;

#endif
