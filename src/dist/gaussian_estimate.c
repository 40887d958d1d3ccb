/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimating a Gaussian, three ways that are one.
 *
 * The log-likelihood of n values, a datum's share of it, is
 *
 *   L(mu, sigma) = 1/n sum_i log N(x_i; mu, sigma^2)              [ml.1]
 *
 * Its derivatives vanish at one place, where it is largest:
 *
 *   mu = 1/n sum_i x_i,   sigma^2 = 1/n sum_i (x_i - mu)^2        [ml.2]
 *
 * with n and not n - 1: the variance of the sample, which is less than that of
 * the law by (n - 1)/n on average.  This is not a fault of the arithmetic but
 * of the principle, which never doubts its own mean.
 *
 * The same place is reached up the gradient.  The score d L / d mu has the unit
 * 1/x, and mu the unit x, so a plain step depends on the unit of the data.
 * Divided by the Fisher information, 1/sigma^2 of mu and 2 of log sigma, the
 * step has the unit of what it changes:
 *
 *   d_mu = x - mu,   d_log_sigma = (z^2 - 1) / 2                  [ml.3]
 *
 * A prior on mu adds one more term to what is climbed:
 *
 *   log p(mu | x) = sum_i log p(x_i | mu) + log p(mu) - log p(x)  [map.1]
 *
 * Read with the sign turned, the first term is an empirical risk and the second
 * a regulariser, a parabola here (ridge).  Precisions add, and the means are
 * weighed by them:
 *
 *   1/sd^2 = 1/prior_sd^2 + n/sigma^2,
 *   mean = sd^2 (prior_mean/prior_sd^2 + n xbar/sigma^2)          [map.2]
 *
 * computed as prior_mean + w (xbar - prior_mean) with the weight of the data
 * w = n prior_sd^2 / (n prior_sd^2 + sigma^2), which loses no digits when both
 * means are large and close.
 *
 * Not here: a prior on sigma; several dimensions. */
#include "dist/gaussian_estimate.h"

#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>

#include "base/status.h"
#include "dist/domain.h"
#include "dist/gaussian.h"

static int check_sample(const gsl_vector *x) {
  if (x->size == 0)
    return mg_fail(GSL_EBADLEN, "gaussian: an empty sample says nothing");
  return mg_domain_reals("gaussian", "x", x);
}

static double mean_of(const gsl_vector *x) {
  return gsl_stats_mean(x->data, x->stride, x->size);
}

int mg_gaussian_likelihood(const gsl_vector *x, double mu, double sigma,
                           double *log_p) {
  int status = check_sample(x);
  long double sum = 0;
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size; i++) {
    status = mg_gaussian_log_density(gsl_vector_get(x, i), mu, sigma, log_p);
    sum += *log_p;
  }
  *log_p = (double)(sum / (long double)x->size);
  return status;
}

int mg_gaussian_estimate(const gsl_vector *x, double *mu, double *sigma) {
  const int status = check_sample(x);
  if (status != GSL_SUCCESS)
    return status;
  *mu = mean_of(x);
  *sigma = sqrt(
      gsl_stats_variance_with_fixed_mean(x->data, x->stride, x->size, *mu));
  if (!(*sigma > 0))
    return mg_fail(GSL_EDOM,
                   "gaussian: all %zu values are %g, and the likelihood has no "
                   "maximum",
                   x->size, *mu);
  return GSL_SUCCESS;
}

int mg_gaussian_natural_score(double x, double mu, double sigma, double *d_mu,
                              double *d_log_sigma) {
  double d_sigma;
  const int status = mg_gaussian_score(x, mu, sigma, d_mu, &d_sigma);
  if (status != GSL_SUCCESS)
    return status;
  *d_mu *= sigma * sigma;
  *d_log_sigma = sigma * d_sigma / 2;
  return GSL_SUCCESS;
}

int mg_gaussian_posterior(const gsl_vector *x, double sigma, double prior_mean,
                          double prior_sd, double *mean, double *sd) {
  int status = check_sample(x);
  if (status == GSL_SUCCESS)
    status = mg_domain_positive("gaussian", "sigma", sigma);
  if (status == GSL_SUCCESS)
    status = mg_domain_real("gaussian", "prior_mean", prior_mean);
  if (status == GSL_SUCCESS)
    status = mg_domain_positive("gaussian", "prior_sd", prior_sd);
  if (status != GSL_SUCCESS)
    return status;
  const double noise = sigma / sqrt((double)x->size);
  const double both = hypot(prior_sd, noise), weight = prior_sd / both;
  *mean = prior_mean + weight * weight * (mean_of(x) - prior_mean);
  *sd = noise * weight;
  return GSL_SUCCESS;
}
