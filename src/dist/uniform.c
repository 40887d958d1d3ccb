/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The uniform law on [a, b]: the plainest density, and the standard
 * counterexample.
 *
 *   log p(x) = -log(b - a) for a <= x <= b, else -inf           [uniform.1]
 *   d log p / d a = 1 / (b - a),  d log p / d b = -1 / (b - a)   [uniform.2]
 *   x = a + (b - a) u, u uniform on [0, 1], so that at fixed u
 *   d x / d a = 1 - u,  d x / d b = u,  u = (x - a) / (b - a)    [uniform.3]
 *   H = log(b - a)                                               [uniform.4]
 *   KL = log((b1 - a1) / (b0 - a0)) when [a0, b0] lies in [a1, b1],
 *   else +inf                                                    [uniform.5]
 *
 * The score of every other law has mean 0, because the derivative of the total
 * mass 1 is 0 and may be taken under the integral.  Here it may not: the
 * interval itself moves with a and b, and the score is a constant.  So the
 * score-function gradient of E f(x) is wrong for this law, and the pathwise one
 * is right. */
#include "dist/uniform.h"

#include <math.h>

#include "base/status.h"
#include "dist/domain.h"

static int uniform_domain(double x, double a, double b) {
  int status = mg_domain_real("uniform", "a", a);
  if (!status)
    status = mg_domain_real("uniform", "b", b);
  if (!status)
    status = mg_domain_positive("uniform", "b - a", b - a);
  return status ? status : mg_domain_datum("uniform", x);
}

int mg_uniform_log_density(double x, double a, double b, double *log_p) {
  int status = uniform_domain(x, a, b);
  if (status)
    return status;
  *log_p = x >= a && x <= b ? -log(b - a) : -INFINITY;
  return GSL_SUCCESS;
}

int mg_uniform_sample(gsl_rng *rng, double a, double b, double *x) {
  int status = uniform_domain(a, a, b);
  if (status)
    return status;
  const double u = gsl_rng_uniform(rng);
  *x = fmin(a + (b - a) * u, b); /* the sum may round to above b */
  return GSL_SUCCESS;
}

int mg_uniform_score(double x, double a, double b, double *d_a, double *d_b) {
  int status = uniform_domain(x, a, b);
  if (!status)
    status = mg_domain_inside("uniform", x, x >= a && x <= b);
  if (status)
    return status;
  *d_a = 1 / (b - a);
  *d_b = -1 / (b - a);
  return GSL_SUCCESS;
}

int mg_uniform_pathwise(double x, double a, double b, double *dx_a,
                        double *dx_b) {
  int status = uniform_domain(x, a, b);
  if (!status)
    status = mg_domain_inside("uniform", x, x >= a && x <= b);
  if (status)
    return status;
  *dx_a = (b - x) / (b - a);
  *dx_b = (x - a) / (b - a);
  return GSL_SUCCESS;
}

int mg_uniform_sample_reparam(gsl_rng *rng, double a, double b, double *x,
                              double *dx_a, double *dx_b) {
  int status = mg_uniform_sample(rng, a, b, x);
  return status ? status : mg_uniform_pathwise(*x, a, b, dx_a, dx_b);
}

int mg_uniform_entropy(double a, double b, double *h) {
  int status = uniform_domain(a, a, b);
  if (status)
    return status;
  *h = log(b - a);
  return GSL_SUCCESS;
}

int mg_uniform_kl(double a0, double b0, double a1, double b1, double *kl) {
  int status = uniform_domain(a0, a0, b0);
  if (!status)
    status = uniform_domain(a1, a1, b1);
  if (status)
    return status;
  const int inside = a1 <= a0 && b0 <= b1;
  *kl = inside ? log(b1 - a1) - log(b0 - a0) : INFINITY;
  return GSL_SUCCESS;
}
