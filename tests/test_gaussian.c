/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian against quadrature, differences and its own distribution
 * function; tests/laws.h has the checks. */
#include "laws.h"

#include "dist/gaussian.h"

LAW_FUNCTIONS_2(gaussian)

static double gaussian_cdf(double x, const double *p) {
  return gsl_cdf_ugaussian_P((x - p[0]) / p[1]);
}

LAW_TABLE(gaussian, "r+", LAW_LINE, LAW_WITH_PATHWISE(gaussian));

static const double cases[][LAW_PARAMETERS] = {
    {0, 1}, {0.5, 1.25}, {-3, 0.25}, {2, 4}};

LAW_TESTS(gaussian, INFINITY)
LAW_PATHWISE_TESTS(gaussian)
LAW_SCORE_TESTS(gaussian)

/* Two Gaussians that almost agree: KL = e^2 - (5/3) e^3 + ..., with e the
 * relative excess of the first sigma; far below what 1 +- rounding keeps. */
Test(gaussian, kl_of_neighbours) {
  double kl;
  const double sigma = 3 + ldexp(1, -28), e = (sigma - 3) / 3;
  mg_gaussian_kl(0, sigma, 0, 3, &kl);
  cr_assert(fabs(kl / (e * e) - 1) < 2 * e, "KL is %.17g, e^2 is %.17g", kl,
            e * e);
}

/* Extreme but legal parameters give a number or an infinity, never NaN. */
Test(gaussian, no_nan_at_the_ends) {
  const double ends[] = {1e-300, 1, 1e300};
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      double kl, log_p;
      mg_gaussian_kl(1e300, ends[i], -1e300, ends[j], &kl);
      cr_assert(kl >= 0, "KL(%g, %g) is %g", ends[i], ends[j], kl);
      mg_gaussian_log_density(1e308, -1e308, ends[i], &log_p);
      cr_assert(!isnan(log_p), "log density is NaN");
    }
}
