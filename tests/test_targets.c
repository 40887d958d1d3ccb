/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of the posteriors that come along, from elsewhere. */
#include "targets/named.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "targets/gaussian.h"
#include "targets/mean.h"
#include "targets/rates.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(targets, .init = quiet);

static double evidence_of(const mg_posterior_type *type, const void *options) {
  mg_posterior *p = mg_posterior_alloc(type, options);
  double log_p = NAN;
  cr_assert(p, "%s", mg_reason());
  cr_assert_eq(mg_posterior_log_evidence(p, &log_p), GSL_SUCCESS);
  mg_posterior_free(p);
  return log_p;
}

static void expect_evidence(const mg_posterior_type *type, const void *options,
                            double expected, double tolerance) {
  const double log_p = evidence_of(type, options);
  cr_expect_float_eq(log_p, expected, tolerance, "%s: %.12f, not %.12f",
                     type->name, log_p, expected);
}

/* ---- rates ---- */

Test(targets, two_rates_or_one) {
  mg_rates_options o;
  mg_rates_type.options_default(&o);
  expect_evidence(&mg_rates_type, &o, -4.795790546, 5e-10);
  o.rates = MG_RATES_COMMON;
  expect_evidence(&mg_rates_type, &o, -4.471400670, 5e-10);
}

/* Over all pairs of counts the evidences sum to 1. */
Test(targets, evidences_of_all_counts_sum_to_1) {
  mg_rates_options o = {.trials = 4, .prior = 2.5};
  for (int model = 0; model < 2; model++) {
    double sum = 0;
    o.rates = model ? MG_RATES_COMMON : MG_RATES_APART;
    for (o.first = 0; o.first <= o.trials; o.first++)
      for (o.second = 0; o.second <= o.trials; o.second++)
        sum += exp(evidence_of(&mg_rates_type, &o));
    cr_expect_float_eq(sum, 1, 1e-13, "model %d: %.16g", model, sum);
  }
}

Test(targets, more_successes_than_trials_are_refused) {
  mg_rates_options o;
  mg_rates_type.options_default(&o);
  o.second = 11;
  cr_expect_null(mg_posterior_alloc(&mg_rates_type, &o));
  cr_expect(strstr(mg_reason(), "11 successes of 10"), "%s", mg_reason());
}

/* ---- mean ---- */

Test(targets, the_evidence_of_one_datum) {
  expect_evidence(&mg_mean_type, NULL, -1.515512123, 5e-10);
}

/* N data at 1 are a Gaussian with covariance sd^2 I + p^2 1 1^T. */
Test(targets, the_evidence_of_several_data) {
  mg_mean_options o = {
      .dim = 3, .data = 5, .value = 2, .sd = 1.5, .prior_sd = 0.7};
  const double s2 = 1.5 * 1.5, p2 = 0.7 * 0.7, n = 5;
  const double each = -0.5 * (n * log(2 * M_PI) + (n - 1) * log(s2) +
                              log(s2 + n * p2) + n * 4 / (s2 + n * p2));
  expect_evidence(&mg_mean_type, &o, 3 * each, 1e-12);
}

/* ---- gaussian ---- */

/* What a product of Gaussians loses is 1/2 [log det S + sum log P_ii], for the
 * precision P = S^-1 of the moments; against [gaussian_target.2]. */
Test(targets, what_a_product_loses) {
  const mg_gaussian_options o = {.dim = 6, .rho = -0.7, .mean = 3, .sd = 2};
  mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, &o);
  gsl_vector *mean = gsl_vector_alloc(6);
  gsl_matrix *s = gsl_matrix_alloc(6, 6);
  double kl = 0;
  cr_assert(p, "%s", mg_reason());
  cr_assert_eq(mg_posterior_moments(p, mean, s), GSL_SUCCESS);
  cr_assert_eq(gsl_linalg_cholesky_decomp1(s), GSL_SUCCESS);
  for (size_t i = 0; i < 6; i++)
    kl += log(gsl_matrix_get(s, i, i));
  cr_assert_eq(gsl_linalg_cholesky_invert(s), GSL_SUCCESS);
  for (size_t i = 0; i < 6; i++)
    kl += 0.5 * log(gsl_matrix_get(s, i, i));
  cr_expect_float_eq(kl, 0.5 * (4 * log1p(0.49) - log1p(-0.49)), 1e-13, "%.15f",
                     kl);
  mg_posterior_free(p);
  gsl_vector_free(mean);
  gsl_matrix_free(s);
}
