/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bayesian logistic regression: z is the vector of coefficients. */
#ifndef MG_TARGETS_LOGISTIC_REGRESSION_H
#define MG_TARGETS_LOGISTIC_REGRESSION_H

#include "targets/posterior.h"

typedef enum {
  MG_LOGISTIC_CHALLENGER, /* 23 flights: D = 2 */
  MG_LOGISTIC_SYNTHETIC   /* drawn */
} mg_logistic_regression_data;

typedef struct {
  mg_logistic_regression_data data;
  double prior;         /* standard deviation of each coefficient */
  size_t rows, columns; /* N and D of synthetic data */
  size_t seed;          /* of synthetic data */
} mg_logistic_regression_options;

typedef struct {
  mg_logistic_regression_options options;
  gsl_matrix *x;  /* N x D, a column of 1 first */
  gsl_vector *y;  /* N, 0 or 1 */
  double *blocks; /* x for the kernel: blocks of rows, D x rows each, times the
                   * sign of the class, then rows of 0 */
} mg_logistic_regression;

/* Challenger's 23 flights under N(0, 2.5^2); of synthetic data 1000 rows, 20
 * columns. */
extern const mg_posterior_type mg_logistic_regression_type;

/* Log-likelihood of coefficients, nats in total, and its gradient.
 *                                                     [logreg.1 .. 3]
 *   z   in  S x D     log_l  out  S     dz  out  S x D, or NULL
 * Cost O(S N D). */
void mg_logistic_regression_likelihood(const mg_logistic_regression *l,
                                       const gsl_matrix *z, gsl_vector *log_l,
                                       gsl_matrix *dz);

/* log p(y, beta), as mg_target has it. */
int mg_logistic_regression_log_joint(const void *self, const gsl_matrix *z,
                                     gsl_vector *log_p, gsl_matrix *dz);

/* Evidence where there are two coefficients, by quadrature, as
 * mg_posterior_type has it.
 * Returns GSL_SUCCESS; GSL_EUNSUP for another number; GSL_EFAILED for a
 * posterior that no grid holds; GSL_ENOMEM. */
int mg_logistic_regression_log_evidence(const void *self, double *log_p);

/* The same of mean and covariance. */
int mg_logistic_regression_moments(const void *self, gsl_vector *mean,
                                   gsl_matrix *covariance);

/* The same of draws, by rejection. */
int mg_logistic_regression_sample(const void *self, gsl_rng *rng,
                                  gsl_matrix *z);

#endif
