/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logistic law; tests/laws.h has the checks. */
#include "laws.h"

#include "dist/logistic.h"

LAW_FUNCTIONS_2(logistic)

static double logistic_cdf(double x, const double *p) {
  return gsl_cdf_logistic_P(x - p[0], p[1]);
}

LAW_TABLE(logistic, "r+", LAW_LINE, LAW_WITH_PATHWISE(logistic));

static const double cases[][LAW_PARAMETERS] = {
    {0, 1}, {0.5, 1.25}, {-3, 0.25}, {2, 4}};

LAW_TESTS(logistic, INFINITY)
LAW_PATHWISE_TESTS(logistic)
LAW_SCORE_TESTS(logistic)

/* Far apart in scale, where the other law is a point:
 * s0 -> 0: KL = g(0) + log s1 - log s0 - 2 with g(0) = 2 log 2. */
Test(logistic, kl_from_a_narrow_law) {
  double kl;
  mg_logistic_kl(3, 1e-9, 3, 1, &kl);
  const double limit = 2 * log(2) + 9 * log(10) - 2;
  cr_assert(fabs(kl - limit) < 1e-13, "KL %.17g, limit %.17g", kl, limit);
}
