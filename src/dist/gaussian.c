/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian, and the plan of every file in this folder: the domain first,
 * then density, sample, score, pathwise derivative, entropy, KL.
 *
 * With z = (x - mu) / sigma:
 *
 *   log p(x) = -(z^2 + log 2 pi) / 2 - log sigma              [gaussian.1]
 *   d log p / d mu = z / sigma,
 *   d log p / d sigma = (z^2 - 1) / sigma                     [gaussian.2]
 *   x = mu + sigma z with z ~ N(0, 1), so that at fixed z
 *   d x / d mu = 1,   d x / d sigma = z                       [gaussian.3]
 *   H = (1 + log 2 pi) / 2 + log sigma                        [gaussian.4]
 *   KL = (r^2 + m^2 - 1) / 2 - log r,
 *   r = sigma0 / sigma1, m = (mu0 - mu1) / sigma1             [gaussian.5]
 *
 * Two gradients of E f(x) can be built from these: E[f(x) score], which needs
 * f's values only, and E[f'(x) dx], which needs f's derivative and usually has
 * far less variance.  That one choice is most of black-box variational
 * inference, so every law of this folder has the first and, where it exists,
 * the second.
 *
 * [gaussian.5] is computed from e = r - 1, as (e^2 + m^2) / 2 + e - log(1 + e)
 * with GSL's log(1 + e) - e: two Gaussians that almost agree have a KL of the
 * order e^2, which r^2 - 1 - 2 log r would lose in rounding.
 *
 * The sampler is Marsaglia and Tsang's ziggurat (2000), three times as fast as
 * the polar method. */
#include "dist/gaussian.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_log.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "dist/domain.h"

static int gaussian_domain(double x, double mu, double sigma) {
  int status = mg_domain_real("gaussian", "mu", mu);
  if (!status)
    status = mg_domain_positive("gaussian", "sigma", sigma);
  return status ? status : mg_domain_datum("gaussian", x);
}

int mg_gaussian_log_density(double x, double mu, double sigma, double *log_p) {
  int status = gaussian_domain(x, mu, sigma);
  if (status)
    return status;
  const double z = (x - mu) / sigma;
  *log_p = -0.5 * (z * z + MG_LN_2PI) - log(sigma);
  return GSL_SUCCESS;
}

int mg_gaussian_sample(gsl_rng *rng, double mu, double sigma, double *x) {
  int status = gaussian_domain(0, mu, sigma);
  if (status)
    return status;
  *x = mu + gsl_ran_gaussian_ziggurat(rng, sigma);
  return GSL_SUCCESS;
}

int mg_gaussian_score(double x, double mu, double sigma, double *d_mu,
                      double *d_sigma) {
  int status = gaussian_domain(x, mu, sigma);
  if (!status)
    status = mg_domain_inside("gaussian", x, isfinite(x));
  if (status)
    return status;
  const double z = (x - mu) / sigma;
  *d_mu = z / sigma;
  *d_sigma = (z * z - 1) / sigma;
  return GSL_SUCCESS;
}

int mg_gaussian_pathwise(double x, double mu, double sigma, double *dx_mu,
                         double *dx_sigma) {
  int status = gaussian_domain(x, mu, sigma);
  if (!status)
    status = mg_domain_inside("gaussian", x, isfinite(x));
  if (status)
    return status;
  *dx_mu = 1;
  *dx_sigma = (x - mu) / sigma;
  return GSL_SUCCESS;
}

int mg_gaussian_sample_reparam(gsl_rng *rng, double mu, double sigma, double *x,
                               double *dx_mu, double *dx_sigma) {
  int status = mg_gaussian_sample(rng, mu, sigma, x);
  return status ? status : mg_gaussian_pathwise(*x, mu, sigma, dx_mu, dx_sigma);
}

int mg_gaussian_entropy(double mu, double sigma, double *h) {
  int status = gaussian_domain(0, mu, sigma);
  if (status)
    return status;
  *h = 0.5 * (1 + MG_LN_2PI) + log(sigma);
  return GSL_SUCCESS;
}

int mg_gaussian_kl(double mu0, double sigma0, double mu1, double sigma1,
                   double *kl) {
  int status = gaussian_domain(0, mu0, sigma0);
  if (!status)
    status = gaussian_domain(0, mu1, sigma1);
  if (status)
    return status;
  const double m = (mu0 - mu1) / sigma1;
  const double e = (sigma0 - sigma1) / sigma1;
  gsl_sf_result log_r_less_e = {log(sigma0) - log(sigma1) - e, 0};
  if (fabs(e) < 0.5)
    status = gsl_sf_log_1plusx_mx_e(e, &log_r_less_e);
  *kl = 0.5 * (e * e + m * m) - log_r_less_e.val;
  return status;
}
