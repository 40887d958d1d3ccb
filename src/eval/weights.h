/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log weights as they come, in memory that hardly grows with their number.
 *
 * Kept are three sums and the largest few (3 sqrt S of S weights, for the shape
 * of their tail), so that a mean of 5000 weights needs no 5000 numbers. */
#ifndef MG_EVAL_WEIGHTS_H
#define MG_EVAL_WEIGHTS_H

#include <gsl/gsl_vector.h>
#include <stddef.h>

typedef struct {
  size_t n;            /* weights so far */
  double top;          /* the largest log weight */
  double sum, squares; /* of w / exp(top), and of its square */
  size_t tail, kept;   /* how many of the largest are wanted; are there */
  double *largest;     /* 2 tail, or NULL */
} mg_weights;

/* Makes a zeroed w ready for `draws` weights.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_weights_init(mg_weights *w, size_t draws);

/* Frees what w holds; safe on a zeroed one. */
void mg_weights_clear(mg_weights *w);

/* Forgets every weight. */
void mg_weights_start(mg_weights *w);

/* Adds a log weight; -inf is one, NaN makes every answer NaN. */
void mg_weights_add(mg_weights *w, double log_weight);

/* log of the weights' mean.                                         [iwae.1] */
double mg_weights_log_mean(const mg_weights *w);

/* The bound of K weights from S = M K of them, in groups of K as they stand:
 * the mean over groups of the log of the group's mean weight.       [iwae.1]
 *   s      in  S, a multiple of k above 0
 *   log_w  in  S, nats; -inf is one
 * K = 1 is the mean of logs of the ELBO, K = S the log of the mean.
 * Returns nats. */
double mg_weights_iwae(size_t s, const double *log_w, size_t k);

/* Effective sample size, 1 .. n; 0 when every weight is 0.           [ess.1] */
double mg_weights_ess(const mg_weights *w);

/* Shape of the tail; NaN: too few draws to tell.  Takes the largest away, so
 * it is asked once.                                               [pareto.2] */
double mg_weights_pareto_k(mg_weights *w);

/* What log weights that are all there tell of the log of their mean:
 * the log of the mean, and the effective sample size.       [iwae.1] [ess.1]
 *   log_weight     in   n of 1 or more, nats; -inf is one
 *   log_mean, ess  out  nats; 1 .. n, or -inf and 0 when every weight is 0 */
void mg_weights_of(const gsl_vector *log_weight, double *log_mean, double *ess);

/* Shape of their tail, as above.                                   [pareto.2]
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_weights_tail(const gsl_vector *log_weight, double *pareto_k);

#endif
