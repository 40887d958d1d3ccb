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

Test(exponential, the_quantile_is_where_the_share_is) {
  const double rate = 2.5;
  double x;
  for (double u = 0; u < 1; u += 0.0625) {
    cr_assert_eq(mg_exponential_quantile(u, rate, &x), GSL_SUCCESS);
    const double share = exponential_cdf(x, &rate);
    cr_expect(fabs(share - u) < 1e-15, "%g below %g, not %g", share, x, u);
  }
  mg_exponential_quantile(1e-20, rate, &x);
  cr_expect_float_eq(x, 4e-21, 1e-35, "u is lost beside 1: %g", x);
  mg_exponential_quantile(1, rate, &x);
  cr_expect_eq(x, INFINITY, "F^-1(1) is %g", x);
}

Test(exponential, a_quantile_of_no_share_is_refused) {
  double x;
  cr_expect_eq(mg_exponential_quantile(-0.1, 1, &x), GSL_EDOM);
  cr_expect_eq(mg_exponential_quantile(1.1, 1, &x), GSL_EDOM);
  cr_expect_eq(mg_exponential_quantile(NAN, 1, &x), GSL_EDOM);
  cr_expect_eq(mg_exponential_quantile(0.5, 0, &x), GSL_EDOM);
}

Test(exponential, is_gamma_of_shape_1) {
  for (double x = 0; x < 9; x += 0.75) {
    double one, two;
    mg_exponential_log_density(x, 2.5, &one);
    mg_gamma_log_density(x, 1, 2.5, &two);
    cr_assert(fabs(one - two) < 1e-14 * (1 + fabs(one)), "%g and %g", one, two);
  }
}
