/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fully visible belief network: each column by a regression on those before.
 *
 *     log p(x) = sum_i log p(x_i | x_1 .. x_(i-1))                    [ar.1]
 *
 * where column i has one logistic (binary) or softmax (levels) regression.  Of
 * an image in raster order that is D regressions, each on the pixels above and
 * to the left, and the weights of each are a picture. */
#ifndef MG_MODELS_FVBN_H
#define MG_MODELS_FVBN_H

#include "models/fvbn_climb.h"
#include "models/model.h"

typedef struct {
  double penalty;   /* of half a weight's square, nats */
  double smoothing; /* how often every level is seen besides */
} mg_fvbn_options;

typedef struct {
  mg_space space;
  mg_fvbn_options options;
  size_t units;         /* C, one fewer than levels */
  gsl_matrix *weights;  /* D C x D: row i C + c is column i's for level c + 1;
                         * its bias, then weights of columns 1 .. i-1 */
  mg_fvbn_climb *climb; /* where the next pass looks; NULL before the first */
} mg_fvbn;

/* penalty 3 on binary, 1 on levels; smoothing 1 and 0.2. */
mg_fvbn_options mg_fvbn_options_default(const mg_space *space);

/* Makes a zeroed f hold weights of 0: the uniform law.
 * Returns GSL_SUCCESS; GSL_EINVAL on reals, or for more than 2^22 numbers;
 * GSL_ENOMEM. */
int mg_fvbn_init(mg_fvbn *f, const mg_space *space,
                 const mg_fvbn_options *options);

/* Frees what f holds; safe on a zeroed or half-built one. */
void mg_fvbn_clear(mg_fvbn *f);

/* The terms of log p(x), exact.                             [ar.1] [fvbn.1]
 *   x  in  N x D     each  out  N x D, nats; -inf for a whole number outside
 *                    the space
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a value that is no whole
 * number; GSL_ENOMEM.  Cost O(N D^2 C). */
int mg_fvbn_conditionals(const mg_fvbn *f, const gsl_matrix *x,
                         gsl_matrix *each);

/* log p(x), exact, the sum of these.
 *   x  in  N x D     log_p  out  N, nats
 * Returns as mg_fvbn_conditionals. */
int mg_fvbn_log_density(const mg_fvbn *f, const gsl_matrix *x,
                        gsl_vector *log_p);

/* p(x_i = l | x_1 .. x_(i-1)) for every level l.                   [fvbn.1]
 *   x  in  D, read before `column` only     column  in  i, from 0
 *   p  out  L, which sum to 1
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL for no such column. */
int mg_fvbn_predict(const mg_fvbn *f, const gsl_vector *x, size_t column,
                    gsl_vector *p);

/* Draws the columns from `from` on, given those before; from 0 is a sample.
 *   x  in/out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a given value outside the
 * space; GSL_ENOMEM.  Cost as mg_fvbn_conditionals: what a column adds to those
 * behind it is found once. */
int mg_fvbn_complete(const mg_fvbn *f, gsl_rng *rng, size_t from,
                     gsl_matrix *x);

/* A regression as a picture: what each earlier column adds to the log odds of
 * a level against level 0, from its lowest value to its highest.
 *   column   in   from 0     level  in  1 .. L-1; binary: 1
 *   picture  out  D; 0 from `column` on
 *   bias     out  the log odds while all before it are 0; or NULL
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL for no such regression. */
int mg_fvbn_weights(const mg_fvbn *f, size_t column, unsigned level,
                    gsl_vector *picture, double *bias);

extern const mg_model_type mg_fvbn_type;

#endif
