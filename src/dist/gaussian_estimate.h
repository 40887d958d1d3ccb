/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sample says of the Gaussian it came from.
 *
 * The same sample answers twice: by maximum likelihood, one pair of numbers,
 * and by Bayes' rule, a law over the mean when there was one before.
 *
 * x is a sample of n >= 1 finite values, of any stride.  Every function returns
 * GSL_SUCCESS; GSL_EBADLEN for an empty x; GSL_EDOM as in dist/gaussian.h. */
#ifndef MG_DIST_GAUSSIAN_ESTIMATE_H
#define MG_DIST_GAUSSIAN_ESTIMATE_H

#include <gsl/gsl_vector.h>

/* Mean log density of a sample, nats per datum: 1/n of the log-likelihood,
 * a function of mu and sigma.                                        [ml.1] */
int mg_gaussian_likelihood(const gsl_vector *x, double mu, double sigma,
                           double *log_p);

/* The mu and sigma that make it largest.                             [ml.2]
 * Returns GSL_EDOM also when all values are the same: as sigma falls to 0 the
 * likelihood then grows without end.  Source Fisher (1922). */
int mg_gaussian_estimate(const gsl_vector *x, double *mu, double *sigma);

/* The score of one datum in mu and log sigma, divided by the Fisher
 * information of each: steps that have the unit of what they change. [ml.3]
 *   d_mu         out  in the unit of x     d_log_sigma  out  no unit
 * Source Amari (1998). */
int mg_gaussian_natural_score(double x, double mu, double sigma, double *d_mu,
                              double *d_log_sigma);

/* The posterior of mu, a Gaussian, when sigma is known and the prior is
 * N(prior_mean, prior_sd^2).  Its mean is where it is largest, so it is also
 * the MAP estimate of [map.1].                                      [map.2]
 *   mean, sd  out  of mu given x
 * Source Gelman et al. (2013), Bayesian Data Analysis, 2.5. */
int mg_gaussian_posterior(const gsl_vector *x, double sigma, double prior_mean,
                          double prior_sd, double *mean, double *sd);

#endif
