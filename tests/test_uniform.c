/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The uniform law; tests/laws.h has the checks that all laws pass. */
#include "laws.h"

#include "dist/uniform.h"

LAW_FUNCTIONS_2(uniform)

static double uniform_cdf(double x, const double *p) {
  return (x - p[0]) / (p[1] - p[0]);
}

LAW_TABLE(uniform, "rr", LAW_INTERVAL, LAW_WITH_PATHWISE(uniform));

/* Each inside the next, so that KL is finite. */
static const double cases[][LAW_PARAMETERS] = {{0, 1}, {-0.5, 2}, {-3, 2}};

LAW_TESTS(uniform, -0.25)
LAW_PATHWISE_TESTS(uniform)

Test(uniform, kl_to_less_is_infinite) {
  double kl;
  mg_uniform_kl(0, 1, 0.25, 2, &kl);
  cr_assert(kl == INFINITY, "KL %g", kl);
}

/* In the middle: near an end, a difference would step outside. */
Test(uniform, score) {
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    law_score_at(&uniform_law, (cases[i][0] + cases[i][1]) / 2, cases[i]);
}

Test(uniform, mean_of_the_score_is_not_0) {
  double d_a, d_b;
  mg_uniform_score(0.5, -1, 3, &d_a, &d_b);
  cr_assert(d_a == 0.25 && d_b == -0.25, "%g %g, and constant", d_a, d_b);
}

Test(uniform, empty_and_endless_intervals) {
  const double bad[][LAW_PARAMETERS] = {{1, 1}, {1, 0}, {-1.5e308, 1.5e308}};
  for (int i = 0; i < 3; i++)
    law_refuses_all(&uniform_law, bad[i], cases[0]);
}
