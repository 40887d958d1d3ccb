/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logistic law: a Gaussian's shape with heavier tails, and a distribution
 * function that is elementary, F(x) = sigmoid(z), z = (x - mu) / s.
 *
 *   log p(x) = -|z| - 2 log(1 + exp(-|z|)) - log s            [logistic.1]
 *   d log p / d mu = t / s,  d log p / d s = (z t - 1) / s,
 *   t = tanh(z / 2)                                           [logistic.2]
 *   x = mu + s logit(u), u uniform, so that at fixed u
 *   d x / d mu = 1,   d x / d s = z                           [logistic.3]
 *   H = 2 + log s                                             [logistic.4]
 *
 * [logistic.1] uses that p is even in z: of the two equal forms it takes the
 * one whose exponential cannot overflow.
 *
 * The KL has no elementary form, but a short way to one smooth integral.  The
 * mean distance of a fixed c to a logistic X is
 *
 *   E |X - c| = s g((c - mu) / s),  g(z) = |z| + 2 log(1 + exp(-|z|))
 *                                                             [logistic.5]
 * (integrate F below c and 1 - F above it).  But g is also what stands in
 * [logistic.1], -log p_1(x) = g(z_1) + log s1, so that
 *
 *   KL = log(s1 / s0) - 2 + E|X0 - X1| / s1                   [logistic.6]
 *
 * with X0 and X1 independent.  The mean distance does not care which law is
 * which: take [logistic.5] for the wide one, where g is smooth on the scale of
 * the narrow one, and average it over the narrow one by the trapezoidal rule,
 * which for a function analytic in a strip of half width pi errs by
 * exp(-2 pi^2 / step) (Trefethen & Weideman 2014): 1e-17 at a step of 1/2.
 *
 * Not here: the law discretised to levels, in discretised_logistic.c. */
#include "dist/logistic.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/status.h"
#include "dist/domain.h"

static int logistic_domain(double x, double mu, double s) {
  int status = mg_domain_real("logistic", "mu", mu);
  if (!status)
    status = mg_domain_positive("logistic", "s", s);
  return status ? status : mg_domain_datum("logistic", x);
}

/* g of [logistic.5]. */
static double mean_distance(double z) {
  return fabs(z) + 2 * log1p(exp(-fabs(z)));
}

int mg_logistic_log_density(double x, double mu, double s, double *log_p) {
  int status = logistic_domain(x, mu, s);
  if (status)
    return status;
  *log_p = -mean_distance((x - mu) / s) - log(s);
  return GSL_SUCCESS;
}

int mg_logistic_sample(gsl_rng *rng, double mu, double s, double *x) {
  int status = logistic_domain(0, mu, s);
  if (status)
    return status;
  *x = mu + gsl_ran_logistic(rng, s);
  return GSL_SUCCESS;
}

int mg_logistic_score(double x, double mu, double s, double *d_mu,
                      double *d_s) {
  int status = logistic_domain(x, mu, s);
  if (!status)
    status = mg_domain_inside("logistic", x, isfinite(x));
  if (status)
    return status;
  const double z = (x - mu) / s, t = tanh(z / 2);
  *d_mu = t / s;
  *d_s = (z * t - 1) / s;
  return GSL_SUCCESS;
}

int mg_logistic_pathwise(double x, double mu, double s, double *dx_mu,
                         double *dx_s) {
  int status = logistic_domain(x, mu, s);
  if (!status)
    status = mg_domain_inside("logistic", x, isfinite(x));
  if (status)
    return status;
  *dx_mu = 1;
  *dx_s = (x - mu) / s;
  return GSL_SUCCESS;
}

int mg_logistic_sample_reparam(gsl_rng *rng, double mu, double s, double *x,
                               double *dx_mu, double *dx_s) {
  int status = mg_logistic_sample(rng, mu, s, x);
  return status ? status : mg_logistic_pathwise(*x, mu, s, dx_mu, dx_s);
}

int mg_logistic_entropy(double mu, double s, double *h) {
  int status = logistic_domain(0, mu, s);
  if (status)
    return status;
  *h = 2 + log(s);
  return GSL_SUCCESS;
}

int mg_logistic_kl(double mu0, double s0, double mu1, double s1, double *kl) {
  int status = logistic_domain(0, mu0, s0);
  if (!status)
    status = logistic_domain(0, mu1, s1);
  if (status)
    return status;
  const double narrow = fmin(s0, s1), wide = fmax(s0, s1);
  const double step = 0.5, centre = (mu0 - mu1) / wide;
  double distance = 0; /* E |X0 - X1| / wide */
  for (int i = -80; i <= 80; i++) {
    const double y = step * i;
    const double weight = step * exp(-mean_distance(y));
    distance += weight * mean_distance(centre + narrow / wide * y);
  }
  const double value = log(s1) - log(s0) - 2 + distance * (wide / s1);
  *kl = value < 0 ? 0 : value; /* rounding, where the laws agree */
  return GSL_SUCCESS;
}
