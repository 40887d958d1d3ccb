/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exponential law on x >= 0, by its rate (GSL's parameter is the mean,
 * 1 / rate).
 *
 * Every function returns GSL_SUCCESS; GSL_EDOM when rate is not finite and
 * above 0, or x is NaN (dist/domain.h has the rules that all laws share).
 * Cost O(1). */
#ifndef MG_DIST_EXPONENTIAL_H
#define MG_DIST_EXPONENTIAL_H

#include <gsl/gsl_rng.h>

/* log p(x), nats per datum.                                [exponential.1] */
int mg_exponential_log_density(double x, double rate, double *log_p);

/* The x below which the law has the share u, F^-1(u); inf for u = 1.
 *                                                          [exponential.6]
 *   u  in  from 0 to 1
 * Returns GSL_EDOM also for another u. */
int mg_exponential_quantile(double u, double rate, double *x);

/* One draw. */
int mg_exponential_sample(gsl_rng *rng, double rate, double *x);

/* d log p(x) / d rate; x in the support, finite.           [exponential.2] */
int mg_exponential_score(double x, double rate, double *d_rate);

/* d x / d rate for the noise that gave x; x as above.      [exponential.3] */
int mg_exponential_pathwise(double x, double rate, double *dx_rate);

/* One draw with its pathwise derivative. */
int mg_exponential_sample_reparam(gsl_rng *rng, double rate, double *x,
                                  double *dx_rate);

/* Entropy, nats.                                           [exponential.4] */
int mg_exponential_entropy(double rate, double *h);

/* KL(rate0 || rate1), nats.                                [exponential.5] */
int mg_exponential_kl(double rate0, double rate1, double *kl);

#endif
