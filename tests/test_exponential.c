/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exponential law; tests/laws.h has the checks. */
#include "laws.h"

#include "dist/exponential.h"
#include "dist/gamma.h"

LAW_FUNCTIONS_1(exponential)

static int exponential_pathwise(double x, const double *p, double *d) {
  return mg_exponential_pathwise(x, p[0], d);
}

static int exponential_reparam(gsl_rng *rng, const double *p, double *x,
                               double *d) {
  return mg_exponential_sample_reparam(rng, p[0], x, d);
}

static double exponential_cdf(double x, const double *p) {
  return -expm1(-p[0] * x);
}

LAW_TABLE(exponential, "+", LAW_HALF_LINE, LAW_WITH_PATHWISE(exponential));

static const double cases[][LAW_PARAMETERS] = {{1}, {0.2}, {30}};

LAW_TESTS(exponential, -1)
LAW_PATHWISE_TESTS(exponential)
LAW_SCORE_TESTS(exponential)

Test(exponential, is_gamma_of_shape_1) {
  for (double x = 0; x < 9; x += 0.75) {
    double one, two;
    mg_exponential_log_density(x, 2.5, &one);
    mg_gamma_log_density(x, 1, 2.5, &two);
    cr_assert(fabs(one - two) < 1e-14 * (1 + fabs(one)), "%g and %g", one, two);
  }
}
