/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The discretised logistic; tests/laws.h has the checks that all laws pass. */
#include "laws.h"

#include "dist/discretised_logistic.h"

#define LEVELS(p) (unsigned)p[2]

static int discretised_logistic_log_density(double x, const double *p,
                                            double *out) {
  return mg_discretised_logistic_log_density(x, p[0], p[1], LEVELS(p), out);
}

static int discretised_logistic_sample(gsl_rng *rng, const double *p,
                                       double *out) {
  return mg_discretised_logistic_sample(rng, p[0], p[1], LEVELS(p), out);
}

static int discretised_logistic_score(double x, const double *p, double *d) {
  return mg_discretised_logistic_score(x, p[0], p[1], LEVELS(p), &d[0], &d[1]);
}

static int discretised_logistic_entropy(const double *p, double *out) {
  return mg_discretised_logistic_entropy(p[0], p[1], LEVELS(p), out);
}

/* The levels are given once: of two tables, the smaller number. */
static int discretised_logistic_kl(const double *p, const double *q,
                                   double *out) {
  return mg_discretised_logistic_kl(p[0], p[1], q[0], q[1],
                                    LEVELS((p[2] < q[2] ? p : q)), out);
}

LAW_TABLE(discretised_logistic, "r+n", LAW_LEVELS, .levels = 0);

static const double cases[][LAW_PARAMETERS] = {
    {8, 2, 17}, {3.3, 0.7, 17}, {-5, 4, 17}, {20, 1.5, 17}};

LAW_TESTS(discretised_logistic, 2.5)
LAW_SCORE_TESTS(discretised_logistic)

/* Many levels, two, and only one: then all is certain. */
Test(discretised_logistic, other_numbers_of_levels) {
  const double other[][LAW_PARAMETERS] = {
      {130, 9, 256}, {0.2, 1, 2}, {1, 3, 1}};
  for (int i = 0; i < 3; i++) {
    law_normalised(&discretised_logistic_law, other[i]);
    law_sampler(&discretised_logistic_law, other[i]);
    law_score(&discretised_logistic_law, other[i]);
    law_entropy(&discretised_logistic_law, other[i]);
  }
}
/* Far in a tail, the log mass is that of an exponential: both sigmoids of
 * [dlogistic.1] are 1, but log p = -(x - 1/2 - mu) / s + log(1 - exp(-1/s)),
 * less exp(-1000). */
Test(discretised_logistic, far_tail) {
  double log_p, d_mu, d_s;
  mg_discretised_logistic_log_density(200, -800, 1, 256, &log_p);
  const double expected = -999.5 + log1p(-exp(-1));
  cr_assert(fabs(log_p - expected) < 1e-12 * 999.5, "%.17g, should be %.17g",
            log_p, expected);
  mg_discretised_logistic_score(200, -800, 1, 256, &d_mu, &d_s);
  cr_assert(fabs(d_mu - 1) < 1e-14, "d_mu %.17g", d_mu);
  cr_assert(fabs(d_s - (999.5 - 1 / expm1(1))) < 1e-11, "d_s %.17g", d_s);
}

/* The mean against the sum of levels times masses. */
Test(discretised_logistic, mean_is_that_of_the_masses) {
  const double other[][LAW_PARAMETERS] = {
      {8, 2, 17}, {-5, 4, 17}, {300, 9, 256}, {0.2, 1, 2}, {1, 3, 1}};
  for (int i = 0; i < 5; i++) {
    const double *p = other[i];
    double mean, sum = 0, log_p;
    for (unsigned x = 0; x < LEVELS(p); x++) {
      mg_discretised_logistic_log_density(x, p[0], p[1], LEVELS(p), &log_p);
      sum += x * exp(log_p);
    }
    cr_assert_eq(mg_discretised_logistic_mean(p[0], p[1], LEVELS(p), &mean), 0,
                 "mean of case %d", i);
    cr_assert(fabs(mean - sum) < 1e-11 * (1 + sum), "%.15g, should be %.15g",
              mean, sum);
  }
}

/* Scales from a point to a flat law: no NaN, and the masses sum to 1. */
Test(discretised_logistic, scales_from_end_to_end) {
  const double scales[] = {1e-300, 1e-10, 1e-3, 1, 1e3, 1e10, 1e300};
  for (int i = 0; i < 7; i++) {
    double sum = 0, log_p, d_mu, d_s, h;
    for (int x = 0; x < 17; x++) {
      mg_discretised_logistic_log_density(x, 4.2, scales[i], 17, &log_p);
      mg_discretised_logistic_score(x, 4.2, scales[i], 17, &d_mu, &d_s);
      cr_assert(!isnan(d_mu) && !isnan(d_s), "score at s = %g", scales[i]);
      sum += exp(log_p);
    }
    mg_discretised_logistic_entropy(4.2, scales[i], 17, &h);
    cr_assert(fabs(sum - 1) < 1e-13, "s = %g: sum %.17g", scales[i], sum);
    cr_assert(h >= 0 && h <= log(17), "s = %g: entropy %g", scales[i], h);
  }
}
