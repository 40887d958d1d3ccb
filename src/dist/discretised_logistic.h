/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logistic law discretised to the levels 0 .. levels-1: the likelihood
 * that autoregressive and diffusion models give to the brightness of a pixel.
 *
 * mu and s are in units of one level.  x is a double that holds a level; any
 * other value has mass 0.  Every function returns GSL_SUCCESS; GSL_EDOM when
 * mu is not finite, s not finite and above 0, levels is 0, or x is NaN
 * (dist/domain.h has the rules that all laws share). */
#ifndef MG_DIST_DISCRETISED_LOGISTIC_H
#define MG_DIST_DISCRETISED_LOGISTIC_H

#include <gsl/gsl_rng.h>

/* log mass of a level, nats; accurate far in the tails, where the mass itself
 * is 0 in double precision.  Cost O(1).                       [dlogistic.2]
 * Source Salimans, Karpathy, Chen & Kingma (2017), with their special cases
 * replaced by one product. */
int mg_discretised_logistic_log_density(double x, double mu, double s,
                                        unsigned levels, double *log_p);

/* One draw.  Cost O(1). */
int mg_discretised_logistic_sample(gsl_rng *rng, double mu, double s,
                                   unsigned levels, double *x);

/* d log p(x) / d mu, d s; x a level.  Cost O(1).              [dlogistic.3] */
int mg_discretised_logistic_score(double x, double mu, double s,
                                  unsigned levels, double *d_mu, double *d_s);

/* The mean, in levels.  Cost O(levels).                       [dlogistic.6] */
int mg_discretised_logistic_mean(double mu, double s, unsigned levels,
                                 double *mean);

/* Entropy, nats.  Cost O(levels).                             [dlogistic.4] */
int mg_discretised_logistic_entropy(double mu, double s, unsigned levels,
                                    double *h);

/* KL((mu0, s0) || (mu1, s1)) on the same levels, nats.  Cost O(levels).
 *                                                             [dlogistic.5] */
int mg_discretised_logistic_kl(double mu0, double s0, double mu1, double s1,
                               unsigned levels, double *kl);

#endif
