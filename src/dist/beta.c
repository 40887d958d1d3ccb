/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beta law: what is believed of a probability after a - 1 heads and b - 1
 * tails.  With B the beta function and psi the digamma function:
 *
 *   log p(x) = (a - 1) log x + (b - 1) log(1 - x) - log B(a, b)    [beta.1]
 *   d log p / d a = log x - psi(a) + psi(a + b),
 *   d log p / d b = log(1 - x) - psi(b) + psi(a + b)               [beta.2]
 *
 * The implicit derivative [implicit.3] is taken on y = logit x, whose density
 * is proportional to x^a (1 - x)^b, log-concave in y for all a and b:
 *
 *   d x / d a = x (1 - x) dy / da,
 *   d x / d b = -(d x / d a with a and b, x and 1 - x exchanged)   [beta.3]
 *
 *   H  = log B(a, b) - (a - 1) psi(a) - (b - 1) psi(b)
 *        + (a + b - 2) psi(a + b)                                  [beta.4]
 *   KL = log B(a1, b1) - log B(a0, b0) + (a0 - a1) psi(a0)
 *        + (b0 - b1) psi(b0) - (a0 + b0 - a1 - b1) psi(a0 + b0)    [beta.5]
 *
 * In [beta.3] the density at a distance t from y needs, for p = x or 1 - x,
 *
 *   log(1 - p + p exp(t)) = log(1 + p (exp(t) - 1))
 *                         = t + log(p + (1 - p) exp(-t))           [beta.6]
 *
 * of which the second form is exact near t = 0, the first below, and the third
 * above, where exp(t) would overflow. */
#include "dist/beta.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "base/status.h"
#include "dist/domain.h"
#include "dist/implicit.h"

static int beta_domain(double x, double a, double b) {
  int status = mg_domain_positive("beta", "a", a);
  if (!status)
    status = mg_domain_positive("beta", "b", b);
  if (!status)
    status = mg_domain_real("beta", "a + b", a + b);
  return status ? status : mg_domain_datum("beta", x);
}

/* psi(a) - psi(a + b) and psi(b) - psi(a + b), the means of log x and of
 * log(1 - x). */
static int mean_logs(double a, double b, double *mean_a, double *mean_b) {
  gsl_sf_result psi_a, psi_b, psi_sum;
  int status = gsl_sf_psi_e(a, &psi_a);
  if (!status)
    status = gsl_sf_psi_e(b, &psi_b);
  if (!status)
    status = gsl_sf_psi_e(a + b, &psi_sum);
  if (status)
    return status;
  *mean_a = psi_a.val - psi_sum.val;
  *mean_b = psi_b.val - psi_sum.val;
  return GSL_SUCCESS;
}

int mg_beta_log_density(double x, double a, double b, double *log_p) {
  gsl_sf_result log_beta;
  int status = beta_domain(x, a, b);
  if (!status)
    status = gsl_sf_lnbeta_e(a, b, &log_beta);
  if (status)
    return status;
  const double left = a == 1 ? 0 : (a - 1) * log(x);
  const double right = b == 1 ? 0 : (b - 1) * log1p(-x);
  *log_p = x >= 0 && x <= 1 ? left + right - log_beta.val : -INFINITY;
  return mg_domain_result("beta", *log_p);
}

int mg_beta_sample(gsl_rng *rng, double a, double b, double *x) {
  int status = beta_domain(0, a, b);
  if (status)
    return status;
  const double draw = gsl_ran_beta(rng, a, b);
  *x = fmin(fmax(draw, DBL_MIN), 1 - DBL_EPSILON / 2);
  return GSL_SUCCESS;
}

int mg_beta_score(double x, double a, double b, double *d_a, double *d_b) {
  double mean_a, mean_b;
  int status = beta_domain(x, a, b);
  if (!status)
    status = mg_domain_inside("beta", x, x > 0 && x < 1);
  if (!status)
    status = mean_logs(a, b, &mean_a, &mean_b);
  if (status)
    return status;
  *d_a = log(x) - mean_a;
  *d_b = log1p(-x) - mean_b;
  return GSL_SUCCESS;
}

/* [beta.6] */
static double log_growth(double p, double not_p, double t) {
  if (fabs(t) < 1)
    return log1p(p * expm1(t));
  return t < 0 ? log(not_p + p * exp(t)) : t + log(p + not_p * exp(-t));
}

/* y = logit x around the datum; theta is a, b, x, 1 - x, d log p / d a. */
static void beta_around(double delta, const double *theta, double *log_ratio,
                        double *score) {
  const double x = theta[2], not_x = theta[3];
  const double log_x = -log_growth(not_x, x, -delta);
  const double log_not_x = -log_growth(x, not_x, delta);
  *log_ratio = theta[0] * log_x + theta[1] * log_not_x;
  *score = theta[4] + log_x;
}

int mg_beta_pathwise(double x, double a, double b, double *dx_a, double *dx_b) {
  double d_a, d_b, dy_a, dy_b;
  int status = mg_beta_score(x, a, b, &d_a, &d_b);
  const double theta_a[5] = {a, b, x, 1 - x, d_a};
  const double theta_b[5] = {b, a, 1 - x, x, d_b};
  if (!status)
    status = mg_implicit_derivative(beta_around, theta_a, &dy_a);
  if (!status)
    status = mg_implicit_derivative(beta_around, theta_b, &dy_b);
  if (status)
    return status;
  *dx_a = x * (1 - x) * dy_a;
  *dx_b = -x * (1 - x) * dy_b;
  return GSL_SUCCESS;
}

int mg_beta_sample_reparam(gsl_rng *rng, double a, double b, double *x,
                           double *dx_a, double *dx_b) {
  int status = mg_beta_sample(rng, a, b, x);
  return status ? status : mg_beta_pathwise(*x, a, b, dx_a, dx_b);
}

int mg_beta_entropy(double a, double b, double *h) {
  gsl_sf_result log_beta;
  double mean_a, mean_b;
  int status = beta_domain(0, a, b);
  if (!status)
    status = gsl_sf_lnbeta_e(a, b, &log_beta);
  if (!status)
    status = mean_logs(a, b, &mean_a, &mean_b);
  if (status)
    return status;
  *h = log_beta.val - (a - 1) * mean_a - (b - 1) * mean_b;
  return mg_domain_result("beta", *h);
}

int mg_beta_kl(double a0, double b0, double a1, double b1, double *kl) {
  gsl_sf_result log_beta0, log_beta1;
  double mean_a, mean_b;
  int status = beta_domain(0, a0, b0);
  if (!status)
    status = beta_domain(0, a1, b1);
  if (!status)
    status = gsl_sf_lnbeta_e(a0, b0, &log_beta0);
  if (!status)
    status = gsl_sf_lnbeta_e(a1, b1, &log_beta1);
  if (!status)
    status = mean_logs(a0, b0, &mean_a, &mean_b);
  if (status)
    return status;
  *kl = log_beta1.val - log_beta0.val + (a0 - a1) * mean_a + (b0 - b1) * mean_b;
  *kl = *kl < 0 ? 0 : *kl; /* rounding, where the laws agree */
  return mg_domain_result("beta", *kl);
}
