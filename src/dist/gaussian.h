/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian N(mu, sigma^2) on the reals.
 *
 * Every function returns GSL_SUCCESS; GSL_EDOM when mu is not finite, sigma
 * not finite and above 0, or x is NaN (dist/domain.h has the rules that all
 * laws share).  Cost O(1). */
#ifndef MG_DIST_GAUSSIAN_H
#define MG_DIST_GAUSSIAN_H

#include <gsl/gsl_rng.h>

/* log p(x), nats per datum.                                   [gaussian.1] */
int mg_gaussian_log_density(double x, double mu, double sigma, double *log_p);

/* One draw. */
int mg_gaussian_sample(gsl_rng *rng, double mu, double sigma, double *x);

/* d log p(x) / d mu, d sigma; x finite.                       [gaussian.2] */
int mg_gaussian_score(double x, double mu, double sigma, double *d_mu,
                      double *d_sigma);

/* d x / d mu, d sigma for the noise that gave x; x finite.    [gaussian.3] */
int mg_gaussian_pathwise(double x, double mu, double sigma, double *dx_mu,
                         double *dx_sigma);

/* One draw with its pathwise derivatives. */
int mg_gaussian_sample_reparam(gsl_rng *rng, double mu, double sigma, double *x,
                               double *dx_mu, double *dx_sigma);

/* Entropy, nats.                                              [gaussian.4] */
int mg_gaussian_entropy(double mu, double sigma, double *h);

/* KL(N(mu0, sigma0^2) || N(mu1, sigma1^2)), nats.             [gaussian.5] */
int mg_gaussian_kl(double mu0, double sigma0, double mu1, double sigma1,
                   double *kl);

#endif
