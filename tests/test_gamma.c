/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gamma law; tests/laws.h has the checks that all laws pass. */
#include "laws.h"

#include "dist/gamma.h"

LAW_FUNCTIONS_2(gamma)

static double gamma_cdf(double x, const double *p) {
  return gsl_cdf_gamma_P(x, p[0], 1 / p[1]);
}

LAW_TABLE(gamma, "++", LAW_HALF_LINE, LAW_WITH_PATHWISE(gamma));

static const double cases[][LAW_PARAMETERS] = {
    {1, 1}, {0.5, 2}, {2.5, 0.5}, {30, 10}, {3, 40}};

LAW_TESTS(gamma, -1)
LAW_PATHWISE_TESTS(gamma)
LAW_SCORE_TESTS(gamma)

/* d x / d shape at rate 1: shape, x, and -(dF/da) / p with 40 digits by
 * mpmath 1.3.0. */
static const double reference[][3] = {{0.01, 1e-30, 6.85166673319527e-27},
                                      {0.01, 0.5, 46.679279405150682},
                                      {0.1, 1e-05, 0.0011089279600203115},
                                      {0.1, 2.0, 8.4956492274268567},
                                      {0.5, 0.1, 0.50976556708269724},
                                      {1.0, 0.3, 0.59577846565618241},
                                      {1.0, 5.0, 2.3570757536203654},
                                      {2.5, 1.0, 0.65079385968628221},
                                      {2.5, 12.0, 2.1104815201820002},
                                      {20.0, 18.0, 0.95617994360781125},
                                      {100.0, 100.0, 1.0016683237741726},
                                      {100.0, 150.0, 1.2184139902239386},
                                      {1000.0, 950.0, 0.97473502369716372},
                                      {10000.0, 10100.0, 1.0050001660066193}};

Test(gamma, pathwise_against_40_digits) {
  for (size_t i = 0; i < sizeof reference / sizeof *reference; i++) {
    const double *r = reference[i];
    double d_shape, d_rate;
    mg_gamma_pathwise(r[1], r[0], 1, &d_shape, &d_rate);
    cr_assert(fabs(d_shape / r[2] - 1) < 1e-12,
              "shape %g, x %g: %.17g, should be %.17g", r[0], r[1], d_shape,
              r[2]);
  }
}

/* Where nearly every draw underflows, a draw still has score and derivative. */
Test(gamma, tiny_shape) {
  gsl_rng *rng = law_rng();
  for (int i = 0; i < 100; i++) {
    double x, d_shape, d_rate;
    int status = mg_gamma_sample_reparam(rng, 1e-4, 1, &x, &d_shape, &d_rate);
    cr_assert(status == GSL_SUCCESS, "%s", mg_reason());
    cr_assert(x > 0 && d_shape > 0 && isfinite(d_shape), "%g %g", x, d_shape);
  }
  gsl_rng_free(rng);
}

Test(gamma, border_of_the_support) {
  double log_p;
  mg_gamma_log_density(0, 0.5, 1, &log_p);
  cr_assert(log_p == INFINITY, "shape 1/2: %g", log_p);
  mg_gamma_log_density(0, 1, 1, &log_p);
  cr_assert(log_p == 0, "shape 1: %g", log_p);
  mg_gamma_log_density(0, 2, 1, &log_p);
  cr_assert(log_p == -INFINITY, "shape 2: %g", log_p);
}

/* inf - inf at the ends of double precision is refused, not handed out. */
Test(gamma, overflow) {
  const double p[] = {1.7e308, 2.3e-308, 0};
  double out;
  cr_assert(mg_gamma_entropy(p[0], p[1], &out) == GSL_EOVRFLW, "entropy");
  cr_assert(mg_gamma_kl(p[1], p[1], p[0], 1e-3, &out) == GSL_EOVRFLW, "KL");
}
