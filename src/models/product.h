/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mixture of K laws whose columns are independent, as a distribution.
 *
 *     p(k, x) = pi_k prod_j p(x_j | k),     p(x) = sum_k p(k, x)     [mix.1]
 *     p(k | x) = p(k, x) / p(x)                                      [mix.2]
 *
 * One distribution, three families: `independent` has K = 1, `naive_bayes` has
 * a law for each label, `mixture` finds K laws that nobody named.  They differ
 * in the weights r_k with which a datum counts for law k (1; 1 for its label;
 * the posterior [mix.2]) and in nothing else, so what they share is here:
 * density, posterior, counts, update, samples, parameters.
 *
 * A column's law follows from the space: tables of probabilities on binary and
 * levels (models/tables), Gaussians on reals (models/normals).
 *
 * Counts are one flat vector: K totals N_k = sum of r_k, then the laws' own. */
#ifndef MG_MODELS_PRODUCT_H
#define MG_MODELS_PRODUCT_H

#include "models/normals.h"
#include "models/tables.h"

typedef struct {
  size_t count, dim; /* K, D */
  bool reals;        /* normals are in use, else tables */
  double *weight;    /* K: pi */
  double *log_weight;
  mg_tables tables;
  mg_normals normals;
} mg_product;

/* What an update adds to the counts. */
typedef struct {
  double smoothing; /* added to every entry of a table, pi's included; > 0 */
  double floor;     /* least variance, units squared; reals only */
} mg_product_prior;

/* Makes a zeroed p hold K equal laws of equal weight.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_product_init(mg_product *p, const mg_space *space, size_t count);

/* Frees what p holds; safe on a zeroed or half-built one. */
void mg_product_clear(mg_product *p);

/* log p(k, x) for every k.                                           [mix.1]
 *   x      in   D values, a datum
 *   log_p  out  K, nats
 * Returns GSL_SUCCESS; GSL_EDOM for NaN, or for a value on a finite space that
 * is no whole number.  A whole number outside the space has log mass -inf. */
int mg_product_log_joint(const mg_product *p, const double *x, double *log_p);

/* log p(x), exact.                                                   [mix.1]
 *   x      in   N x D     log_p  out  N, nats
 * Returns as mg_product_log_joint; GSL_EBADLEN; GSL_ENOMEM.  Cost O(N K D). */
int mg_product_log_density(const mg_product *p, const gsl_matrix *x,
                           gsl_vector *log_p);

/* p(k | x).                                                          [mix.2]
 *   x  in   N x D     r  out  N x K, rows sum to 1
 * Returns as mg_product_log_density; GSL_EDOM also for a datum of probability
 * 0, which has no posterior. */
int mg_product_posterior(const mg_product *p, const gsl_matrix *x,
                         gsl_matrix *r);

/* How many counts there are. */
size_t mg_product_counts(const mg_product *p);

/* Adds a datum to the counts.
 *   x  in  D     r  in  K weights     counts  in/out  mg_product_counts
 * Returns GSL_SUCCESS; GSL_EDOM for a value outside the space, or not finite.
 */
int mg_product_gather(const mg_product *p, const double *x, const double *r,
                      double *counts);

/* New weights and laws from counts.                          [tab.2], [nrm.2]
 *   log_joint  out  sum of r_k log p(k, x) over the data under the new
 *                   parameters, nats; NULL: not wanted
 * Returns GSL_SUCCESS; GSL_EDOM for a variance of 0; then nothing changed. */
int mg_product_update(mg_product *p, const double *counts,
                      const mg_product_prior *prior, double *log_joint);

/* log of the prior at the present parameters but for a constant, nats: the
 * sum of smoothing log theta over the entries of all tables; of the weights
 * alone for reals. */
double mg_product_log_prior(const mg_product *p, double smoothing);

/* Names the laws' parameters; "weights" first when K can be more than 1.
 *   weights  in  name them too */
void mg_product_tensors(mg_product *p, bool weights, mg_tensors *list);

/* After the parameters came from outside: checks them, derives the rest.
 * Returns GSL_SUCCESS; GSL_EDOM with the reason. */
int mg_product_refresh(mg_product *p);

/* Draws a datum from law k.
 *   x  out  D */
void mg_product_draw(const mg_product *p, gsl_rng *rng, size_t k, double *x);

/* Draws N data, and the law of each when wanted.
 *   x  out  N x D     law  out  N, or NULL
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_product_sample(const mg_product *p, gsl_rng *rng, gsl_matrix *x,
                      size_t *law);

#endif
