/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gamma law: waiting times, precisions, and the piece that Dirichlet draws
 * are made of.  With a the shape, r the rate, and psi the digamma function:
 *
 *   log p(x) = a log r - log Gamma(a) + (a - 1) log x - r x      [gamma.1]
 *   d log p / d a = log(r x) - psi(a),
 *   d log p / d r = a / r - x                                    [gamma.2]
 *
 * At fixed F(x), x moves as 1 / r; in a there is no formula, and the implicit
 * derivative is taken on v = log(r x), whose density is proportional to
 * exp(a v - exp(v)) [implicit.3]:
 *
 *   d x / d r = -x / r,
 *   d x / d a = x dv / da,
 *   dv / da = int_0^inf exp(a t - r x (exp(t) - 1)) (log(r x) + t - psi(a)) dt
 *                                                                [gamma.3]
 *   H  = a - log r + log Gamma(a) + (1 - a) psi(a)               [gamma.4]
 *   KL = (a0 - a1) psi(a0) - log Gamma(a0) + log Gamma(a1)
 *        + a1 (log r0 - log r1) + a0 (r1 - r0) / r0              [gamma.5]
 *
 * The sampler is GSL's (Marsaglia & Tsang 2000).  Its rejections make a draw a
 * jumping function of the shape at a fixed seed; [gamma.3] holds F(x) fixed
 * and not the seed.
 *
 * The differences of log Gamma in the KL lose digits in proportion to
 * a log a: at shapes of 1e6 it is good to 1e-9 nats. */
#include "dist/gamma.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "base/status.h"
#include "dist/domain.h"
#include "dist/implicit.h"

static int gamma_domain(double x, double shape, double rate) {
  int status = mg_domain_positive("gamma", "shape", shape);
  if (!status)
    status = mg_domain_positive("gamma", "rate", rate);
  return status ? status : mg_domain_datum("gamma", x);
}

static int gamma_interior(double x, double shape, double rate) {
  int status = gamma_domain(x, shape, rate);
  return status ? status : mg_domain_inside("gamma", x, x > 0 && isfinite(x));
}

int mg_gamma_log_density(double x, double shape, double rate, double *log_p) {
  gsl_sf_result log_gamma;
  int status = gamma_domain(x, shape, rate);
  if (!status)
    status = gsl_sf_lngamma_e(shape, &log_gamma);
  if (status)
    return status;
  const double power = shape == 1 ? 0 : (shape - 1) * log(x);
  *log_p = -INFINITY;
  if (x >= 0 && isfinite(x))
    *log_p = shape * log(rate) - log_gamma.val + power - rate * x;
  return mg_domain_result("gamma", *log_p);
}

int mg_gamma_sample(gsl_rng *rng, double shape, double rate, double *x) {
  int status = gamma_domain(0, shape, rate);
  if (status)
    return status;
  *x = fmax(gsl_ran_gamma(rng, shape, 1 / rate), DBL_MIN);
  return GSL_SUCCESS;
}

int mg_gamma_score(double x, double shape, double rate, double *d_shape,
                   double *d_rate) {
  gsl_sf_result psi;
  int status = gamma_interior(x, shape, rate);
  if (!status)
    status = gsl_sf_psi_e(shape, &psi);
  if (status)
    return status;
  *d_shape = log(rate) + log(x) - psi.val;
  *d_rate = shape / rate - x;
  return GSL_SUCCESS;
}

/* v = log(r x) around the datum; theta is shape, r x, d log p / d shape. */
static void gamma_around(double delta, const double *theta, double *log_ratio,
                         double *score) {
  *log_ratio = theta[0] * delta - theta[1] * expm1(delta);
  *score = theta[2] + delta;
}

int mg_gamma_pathwise(double x, double shape, double rate, double *dx_shape,
                      double *dx_rate) {
  double theta[3] = {shape, rate * x, 0}, dv, unused;
  int status = mg_gamma_score(x, shape, rate, &theta[2], &unused);
  if (!status)
    status = mg_implicit_derivative(gamma_around, theta, &dv);
  if (status)
    return status;
  *dx_shape = x * dv;
  *dx_rate = -x / rate;
  return GSL_SUCCESS;
}

int mg_gamma_sample_reparam(gsl_rng *rng, double shape, double rate, double *x,
                            double *dx_shape, double *dx_rate) {
  int status = mg_gamma_sample(rng, shape, rate, x);
  return status ? status
                : mg_gamma_pathwise(*x, shape, rate, dx_shape, dx_rate);
}

int mg_gamma_entropy(double shape, double rate, double *h) {
  gsl_sf_result log_gamma, psi;
  int status = gamma_domain(0, shape, rate);
  if (!status)
    status = gsl_sf_lngamma_e(shape, &log_gamma);
  if (!status)
    status = gsl_sf_psi_e(shape, &psi);
  if (status)
    return status;
  *h = shape - log(rate) + log_gamma.val + (1 - shape) * psi.val;
  /* Infinite is an overflow, too: a fused inf - inf may come out as inf. */
  return mg_domain_result("gamma", isfinite(*h) ? *h : NAN);
}

int mg_gamma_kl(double shape0, double rate0, double shape1, double rate1,
                double *kl) {
  gsl_sf_result log_gamma0, log_gamma1, psi;
  int status = gamma_domain(0, shape0, rate0);
  if (!status)
    status = gamma_domain(0, shape1, rate1);
  if (!status)
    status = gsl_sf_lngamma_e(shape0, &log_gamma0);
  if (!status)
    status = gsl_sf_lngamma_e(shape1, &log_gamma1);
  if (!status)
    status = gsl_sf_psi_e(shape0, &psi);
  if (status)
    return status;
  const double sum =
      (shape0 - shape1) * psi.val + (log_gamma1.val - log_gamma0.val) +
      shape1 * (log(rate0) - log(rate1)) + shape0 * ((rate1 - rate0) / rate0);
  *kl = sum < 0 ? 0 : sum; /* rounding, where the laws agree */
  return mg_domain_result("gamma", isfinite(sum) ? sum : NAN);
}
