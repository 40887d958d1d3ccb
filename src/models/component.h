/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A latent variable that is the number of a component.
 *
 * In a mixture z is one number k = 0 .. K-1, and summing over it is no work: so
 * density and posterior are exact, and a mixture is for the estimators of eval/
 * what ppca is for continuous z.  A family says how it computes log p(x, k);
 * the operations of mg_latent_ops follow from that and its weights. */
#ifndef MG_MODELS_COMPONENT_H
#define MG_MODELS_COMPONENT_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>
#include <stdbool.h>

typedef struct {
  const void *self;     /* of the family */
  size_t count;         /* K */
  const double *weight; /* K, p(k) */
  /* log p(x, k) of N x D data for every k, N x K. */
  int (*log_joint)(const void *self, const gsl_matrix *x,
                   gsl_matrix *log_joint);
} mg_component;

/* The length of z: 1. */
size_t mg_component_dim(const void *self);

/* Draws k from p(k | x), and tells its log probability.              [mix.2]
 *   x  in  N x D     z  out  N x 1, k     log_q  out  N, or NULL
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM; GSL_EDOM for a datum of
 * probability 0, which has no posterior; the family's errors. */
int mg_component_propose(const mg_component *c, gsl_rng *rng,
                         const gsl_matrix *x, gsl_matrix *z, gsl_vector *log_q);

/* The likeliest component of each datum, the first of equals.        [mix.2]
 *   x  in  N x D     z  out  N x 1, k
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM; the family's errors. */
int mg_component_likeliest(const mg_component *c, const gsl_matrix *x,
                           gsl_matrix *z);

/* The row of `means` that each row's k names.
 *   means  in  K x D     z  in  N x 1     x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a z that is no component. */
int mg_component_means(const gsl_matrix *means, const gsl_matrix *z,
                       gsl_matrix *x);

/* log p(x, k) of each row's k.                                       [mix.1]
 *   x  in  N x D     z  in  N x 1     log_pxz  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a z that is no component;
 * GSL_ENOMEM; the family's errors. */
int mg_component_log_joint(const mg_component *c, const gsl_matrix *x,
                           const gsl_matrix *z, gsl_vector *log_pxz);

/* log p(k | x) of each row's k.                                      [mix.2]
 *   x  in  N x D     z  in  N x 1     log_q  out  N, nats
 * Returns as mg_component_log_joint; GSL_EDOM also for a datum of probability
 * 0. */
int mg_component_log_posterior(const mg_component *c, const gsl_matrix *x,
                               const gsl_matrix *z, gsl_vector *log_q);

/* log p(k) of each row's k.
 *   z  in  N x 1     log_pz  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a z that is no component. */
int mg_component_log_prior(const mg_component *c, const gsl_matrix *z,
                           gsl_vector *log_pz);

#endif
