/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bayesian linear regression with a known variance of the noise, on the
 * distances and velocities by which Hubble found that the universe expands. */
#ifndef MG_TARGETS_REGRESSION_H
#define MG_TARGETS_REGRESSION_H

#include "targets/posterior.h"
#include "targets/posterior_normal.h"

enum { MG_HUBBLE_ROWS = 24 };

/* Distance (megaparsec), velocity (100 km/s). */
extern const double mg_hubble_values[MG_HUBBLE_ROWS][2];

typedef struct {
  size_t degree;   /* of the polynomial in the distance */
  double noise;    /* standard deviation of a velocity, 100 km/s */
  double prior_sd; /* of every weight about 0 */
} mg_regression_options;

typedef struct {
  size_t dim; /* degree + 1 */
  double noise;
  mg_posterior_normal prior;
  gsl_matrix *x;         /* N x D, powers of the distance */
  gsl_vector *y;         /* N, velocities */
  gsl_matrix *precision; /* D x D, of the posterior */
  gsl_matrix *chol;      /* D x D, its lower Cholesky factor */
  gsl_vector *mean;      /* D, of the posterior */
} mg_regression;

/* A straight line with an intercept. */
extern const mg_posterior_type mg_regression_type;

#endif
