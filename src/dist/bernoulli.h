/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Bernoulli law on {0, 1}: by the probability p of a 1, or by its logit
 * log(p / (1 - p)), any real number, which is what networks put out.
 *
 * x is a double that holds 0 or 1; any other value has mass 0.  Every function
 * returns GSL_SUCCESS; GSL_EDOM when p is outside 0 .. 1, logit not finite, or
 * x is NaN (dist/domain.h has the rules that all laws share).  Cost O(1). */
#ifndef MG_DIST_BERNOULLI_H
#define MG_DIST_BERNOULLI_H

#include <gsl/gsl_rng.h>

/* log mass of x, nats per datum.                            [bernoulli.1] */
int mg_bernoulli_log_density(double x, double p, double *log_p);

/* One draw. */
int mg_bernoulli_sample(gsl_rng *rng, double p, double *x);

/* d log mass / d p; x 0 or 1 with mass above 0.             [bernoulli.2] */
int mg_bernoulli_score(double x, double p, double *d_p);

/* Entropy, nats.                                            [bernoulli.3] */
int mg_bernoulli_entropy(double p, double *h);

/* KL(p0 || p1), nats; +inf when p1 excludes what p0 does not.
 *                                                           [bernoulli.4] */
int mg_bernoulli_kl(double p0, double p1, double *kl);

/* The same five with the logit for the parameter.           [bernoulli.5] */
int mg_bernoulli_logit_log_density(double x, double logit, double *log_p);
int mg_bernoulli_logit_sample(gsl_rng *rng, double logit, double *x);
int mg_bernoulli_logit_score(double x, double logit, double *d_logit);
int mg_bernoulli_logit_entropy(double logit, double *h);
int mg_bernoulli_logit_kl(double logit0, double logit1, double *kl);

#endif
