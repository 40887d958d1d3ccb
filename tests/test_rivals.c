/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two Gaussians in the game: value and pull against other integrals. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/status.h"
#include "infer/rivals.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(rivals, .init = setup);

/* KL from the middle of the two, twice: 2 JSD by its definition. */
static double divergence_at(double x, void *of) {
  const mg_rivals *r = of;
  const double p = gsl_ran_gaussian_pdf(x, 1);
  const double q = gsl_ran_gaussian_pdf(x - r->mu, r->sigma), m = (p + q) / 2;
  return (p > 0 ? p * log(p / m) : 0) + (q > 0 ? q * log(q / m) : 0);
}

static double twice_jsd(mg_rivals r) {
  gsl_integration_workspace *w = gsl_integration_workspace_alloc(2000);
  gsl_function f = {divergence_at, &r};
  double ends[] = {-15 - fabs(r.mu), r.mu - 9 * r.sigma, r.mu + 9 * r.sigma,
                   15 + fabs(r.mu) + 9 * r.sigma};
  double value, error;
  if (ends[1] < ends[0])
    ends[0] = ends[1] - 1;
  cr_assert_eq(
      gsl_integration_qagp(&f, ends, 4, 1e-11, 1e-11, 2000, w, &value, &error),
      0, "the integral did not converge");
  gsl_integration_workspace_free(w);
  return value;
}

Test(rivals, the_value_is_the_divergence) {
  static const mg_rivals rivals[] = {{0, 1},   {0.3, 1}, {2, 1},  {6, 1},
                                     {-1, .2}, {1, 5},   {0, .05}};
  for (int i = 0; i < 7; i++) {
    double value;
    cr_assert_eq(mg_rivals_value(&rivals[i], &value), GSL_SUCCESS, "%s",
                 mg_reason());
    const double jsd = twice_jsd(rivals[i]);
    cr_expect_float_eq(value, jsd - log(4), 1e-9, "(%g, %g): %.12g, not %.12g",
                       rivals[i].mu, rivals[i].sigma, value, jsd - log(4));
  }
}

/* mu exp(-mu^2 / 8) E_u 1 / (2 cosh(mu u / 2)), which nothing cancels in. */
Test(rivals, the_saturating_pull_vanishes_as_its_closed_form) {
  for (double mu = 0.25; mu <= 20; mu *= 2) {
    const mg_rivals r = {mu, 1};
    double mean = 0, pull, other;
    for (double u = -12; u <= 12; u += 1. / 64)
      mean += gsl_ran_ugaussian_pdf(u) / (2 * cosh(mu * u / 2)) / 64;
    const double closed = mu * exp(-mu * mu / 8) * mean;
    mg_rivals_pull(&r, MG_GAME_MINIMAX, &pull);
    mg_rivals_pull(&r, MG_GAME_NONSATURATING, &other);
    cr_expect_float_eq(pull / closed, 1, 1e-9, "mu %g: %.12g, not %.12g", mu,
                       pull, closed);
    cr_expect_float_eq((pull + other) / mu, 1, 1e-12, "mu %g: both make %.12g",
                       mu, pull + other);
  }
}

Test(rivals, the_minimax_pull_is_the_slope_of_the_value) {
  static const mg_rivals rivals[] = {{0.5, 1}, {2, 1}, {-1, 0.3}, {1, 4}};
  for (int i = 0; i < 4; i++) {
    const mg_rivals left = {rivals[i].mu - 1e-4, rivals[i].sigma};
    const mg_rivals right = {rivals[i].mu + 1e-4, rivals[i].sigma};
    double a, b, pull;
    mg_rivals_value(&left, &a);
    mg_rivals_value(&right, &b);
    mg_rivals_pull(&rivals[i], MG_GAME_MINIMAX, &pull);
    cr_expect_float_eq(pull, (b - a) / 2e-4, 1e-6, "(%g, %g): %.9g, not %.9g",
                       rivals[i].mu, rivals[i].sigma, pull, (b - a) / 2e-4);
  }
}

Test(rivals, nothing_pulls_at_the_data) {
  const mg_rivals same = {0, 1};
  for (int g = 0; g < 2; g++) {
    double pull;
    mg_rivals_pull(&same, g, &pull);
    cr_expect_float_eq(pull, 0, 1e-15, "%s: %g", mg_games[g].name, pull);
  }
  cr_expect_eq(mg_rivals_log_ratio(&same, 1.7), 0, "the ratio of equals");
}

Test(rivals, refusals) {
  const mg_rivals narrow = {0, 1e-4}, same = {0, 1};
  double value;
  cr_expect_eq(mg_rivals_value(&narrow, &value), GSL_EDOM, "too narrow");
  cr_expect_eq(mg_rivals_pull(&same, MG_GAME_HINGE, &value), GSL_EUNSUP,
               "hinge");
}
