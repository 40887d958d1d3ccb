/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The categorical law on {0 .. K-1}: by K probabilities, or by K logits, any
 * real numbers a, with p_k = exp(a_k) / sum_j exp(a_j).
 *
 * x is a double that holds a class; any other value has mass 0.  Every function
 * returns GSL_SUCCESS; GSL_EDOM when p are not probabilities that sum to 1
 * within 1e-9, a logit is not finite, or x is NaN; GSL_EBADLEN when vectors do
 * not fit or are empty (dist/domain.h has the rules that all laws share).
 * Cost O(K), the checks included. */
#ifndef MG_DIST_CATEGORICAL_H
#define MG_DIST_CATEGORICAL_H

#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>

/* log mass of x, nats per datum.                          [categorical.1]
 *   p  in  K */
int mg_categorical_log_density(double x, const gsl_vector *p, double *log_p);

/* One draw, by inversion.  (For very many draws of one p, GSL's
 * gsl_ran_discrete is O(1) a draw.) */
int mg_categorical_sample(gsl_rng *rng, const gsl_vector *p, double *x);

/* d log mass / d p with p normalised, so that its mean is 0; x a class with
 * mass above 0.                                           [categorical.2]
 *   d_p  out  K */
int mg_categorical_score(double x, const gsl_vector *p, gsl_vector *d_p);

/* Entropy, nats.                                          [categorical.3] */
int mg_categorical_entropy(const gsl_vector *p, double *h);

/* KL(p0 || p1), nats; +inf when p1 excludes what p0 does not.
 *                                                         [categorical.4] */
int mg_categorical_kl(const gsl_vector *p0, const gsl_vector *p1, double *kl);

/* The same five with K logits for the parameters: log mass, nats.
 *                                                         [categorical.5] */
int mg_categorical_logits_log_density(double x, const gsl_vector *logits,
                                      double *log_p);
/* One draw. */
int mg_categorical_logits_sample(gsl_rng *rng, const gsl_vector *logits,
                                 double *x);
/* d log p(x) / d logits, K of them. */
int mg_categorical_logits_score(double x, const gsl_vector *logits,
                                gsl_vector *d_logits);
/* Entropy, nats. */
int mg_categorical_logits_entropy(const gsl_vector *logits, double *h);
/* KL(logits0 || logits1), nats. */
int mg_categorical_logits_kl(const gsl_vector *logits0,
                             const gsl_vector *logits1, double *kl);

#endif
