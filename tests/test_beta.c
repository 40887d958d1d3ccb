/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beta law; tests/laws.h has the checks that all laws pass. */
#include "laws.h"

#include "dist/beta.h"

LAW_FUNCTIONS_2(beta)

static double beta_cdf(double x, const double *p) {
  return gsl_cdf_beta_P(x, p[0], p[1]);
}

LAW_TABLE(beta, "++", LAW_UNIT, LAW_WITH_PATHWISE(beta));

static const double cases[][LAW_PARAMETERS] = {
    {1, 1}, {0.5, 2}, {2, 3}, {20, 30}, {16, 14}};

LAW_TESTS(beta, -0.5)
LAW_PATHWISE_TESTS(beta)
LAW_SCORE_TESTS(beta)

/* d x / d a: a, b, x, and -(dF/da) / p with 40 digits by mpmath 1.3.0. */
static const double reference[][4] = {
    {0.1, 0.1, 1e-08, 2.3285965502173922e-6},
    {0.1, 0.1, 0.5, 14.337983905462107},
    {0.1, 0.1, 0.999, 0.051304226191377215},
    {0.5, 2.0, 0.01, 0.079390295327302312},
    {0.5, 2.0, 0.9, 0.12754249728861137},
    {2.0, 3.0, 0.3, 0.13950891595619246},
    {2.0, 3.0, 0.99, 0.0035950788452043658},
    {20.0, 30.0, 0.4, 0.012181564361833954},
    {200.0, 3.0, 0.98, 9.8504037579457093e-5},
    {1.0, 1.0, 0.25, 0.34657359027997265},
    {1000.0, 2000.0, 0.34, 0.0002222473283166957}};

Test(beta, pathwise_against_40_digits) {
  for (size_t i = 0; i < sizeof reference / sizeof *reference; i++) {
    const double *r = reference[i];
    double d_a, d_b;
    mg_beta_pathwise(r[2], r[0], r[1], &d_a, &d_b);
    cr_assert(fabs(d_a / r[3] - 1) < 1e-12,
              "(%g, %g), x %g: %.17g, should be %.17g", r[0], r[1], r[2], d_a,
              r[3]);
  }
}

/* The coin: Beta(10, 10) before, Beta(16, 14) after 6 heads and 4 tails, so
 * that log evidence = log joint - log posterior at every p. */
Test(beta, evidence_of_a_coin) {
  for (double p = 0.1; p < 1; p += 0.1) {
    double prior, posterior;
    mg_beta_log_density(p, 10, 10, &prior);
    mg_beta_log_density(p, 16, 14, &posterior);
    const double evidence = prior + 6 * log(p) + 4 * log1p(-p) - posterior;
    cr_assert(fabs(evidence + 7.069374503) < 5e-10, "%.12g at %g", evidence, p);
  }
}

/* Where nearly every draw rounds to 0 or 1, a draw still has both. */
Test(beta, tiny_shapes) {
  gsl_rng *rng = law_rng();
  for (int i = 0; i < 100; i++) {
    double x, d_a, d_b;
    int status = mg_beta_sample_reparam(rng, 1e-3, 1e-3, &x, &d_a, &d_b);
    cr_assert(status == GSL_SUCCESS, "%s", mg_reason());
    cr_assert(x > 0 && x < 1 && d_a > 0 && d_b < 0, "%g %g %g", x, d_a, d_b);
  }
  gsl_rng_free(rng);
}
