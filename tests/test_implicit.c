/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The implicit derivative where it is known: a location family moves with its
 * location, d x / d mu = 1 wherever x is. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "dist/implicit.h"

static void init(void) {
  gsl_set_error_handler_off();
}

TestSuite(implicit, .init = init, .timeout = 20);

/* theta: z, 1 / sigma^2 */
static void gaussian(double delta, const double *theta, double *log_ratio,
                     double *score) {
  *log_ratio = -theta[1] * delta * (theta[0] + delta / 2);
  *score = theta[1] * (theta[0] + delta);
}

static double log_cosh(double a) {
  return fabs(a) + log1p(exp(-2 * fabs(a)));
}

/* density proportional to cosh(x / 2)^-2 */
static void logistic(double delta, const double *theta, double *log_ratio,
                     double *score) {
  const double x = theta[0] + delta;
  *log_ratio = 2 * (log_cosh(theta[0] / 2) - log_cosh(x / 2));
  *score = tanh(x / 2);
}

/* density exp(x - exp(x)): flat on one side, abrupt on the other */
static void gumbel(double delta, const double *theta, double *log_ratio,
                   double *score) {
  *log_ratio = delta - exp(theta[0]) * expm1(delta);
  *score = exp(theta[0] + delta) - 1;
}

Test(implicit, gaussian_moves_with_its_mean) {
  for (double z = -30; z <= 30; z += 1.5)
    for (double precision = 1e-12; precision < 1e13; precision *= 1e3) {
      const double theta[] = {z / sqrt(precision), precision};
      double d;
      mg_implicit_derivative(gaussian, theta, &d);
      cr_assert(fabs(d - 1) < 1e-12, "z %g, precision %g: %.17g", z, precision,
                d);
    }
}

Test(implicit, logistic_moves_with_its_mean) {
  for (double x = -30; x <= 30; x += 1.5) {
    double d;
    mg_implicit_derivative(logistic, &x, &d);
    cr_assert(fabs(d - 1) < 1e-12, "x %g: %.17g", x, d);
  }
}

Test(implicit, gumbel_moves_with_its_mean) {
  for (double x = -30; x <= 5; x += 0.7) {
    double d;
    mg_implicit_derivative(gumbel, &x, &d);
    cr_assert(fabs(d - 1) < 1e-12, "x %g: %.17g", x, d);
  }
}

static void broken(double delta, const double *theta, double *log_ratio,
                   double *score) {
  (void)delta;
  *log_ratio = *score = theta[0];
}

Test(implicit, nan_is_refused) {
  const double theta = NAN;
  double d;
  cr_assert(mg_implicit_derivative(broken, &theta, &d) == GSL_EDOM,
            "a law of NaN");
}
