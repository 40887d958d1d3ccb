/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of the posteriors that come along, from elsewhere. */
#include "targets/named.h"

#include <criterion/criterion.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "targets/banana.h"
#include "targets/gaussian.h"
#include "targets/mean.h"
#include "targets/rates.h"
#include "targets/regression.h"
#include "targets/two_modes.h"

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

/* ---- regression ---- */

/* log N(y; 0, s^2 I + p^2 X X^T) in arithmetic of 60 digits; the last are the
 * widest options. */
Test(targets, the_evidence_is_the_density_of_the_velocities) {
  static const struct {
    mg_regression_options options;
    double log_p;
  } known[] = {{{0, 2.33, 5}, -74.184847200109614},
               {{1, 2.33, 5}, -58.023176156410253},
               {{2, 2.33, 5}, -59.526765698330610},
               {{3, 2.33, 5}, -60.311136492836586},
               {{4, 2.33, 5}, -61.300353115340410},
               {{5, 0.1, 100}, -4322.46572006277835}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    expect_evidence(&mg_regression_type, &known[i].options, known[i].log_p,
                    1e-9);
}

/* Under a wide prior the mean is almost that of least squares: the line through
 * Hubble's table that is printed in many places. */
Test(targets, the_line_is_that_of_least_squares) {
  const mg_regression_options o = {.degree = 1, .noise = 1, .prior_sd = 100};
  double fit[6], sum = 0;
  mg_posterior *p = mg_posterior_alloc(&mg_regression_type, &o);
  gsl_vector *mean = gsl_vector_alloc(2);
  gsl_matrix *covariance = gsl_matrix_alloc(2, 2);
  cr_assert(p, "%s", mg_reason());
  cr_assert_eq(mg_posterior_moments(p, mean, covariance), GSL_SUCCESS);
  gsl_fit_linear(&mg_hubble_values[0][0], 2, &mg_hubble_values[0][1], 2,
                 MG_HUBBLE_ROWS, &fit[0], &fit[1], &fit[2], &fit[3], &fit[4],
                 &sum);
  cr_expect_float_eq(gsl_vector_get(mean, 0), fit[0], 1e-4, "intercept");
  cr_expect_float_eq(gsl_vector_get(mean, 1), fit[1], 1e-4, "slope");
  cr_expect_float_eq(fit[0], -0.40784, 5e-6, "intercept %.6f", fit[0]);
  cr_expect_float_eq(fit[1], 4.54158, 5e-6, "slope %.6f", fit[1]);
  cr_expect_float_eq(sqrt(sum / (MG_HUBBLE_ROWS - 2)), 2.33, 5e-3,
                     "residual %.5f", sqrt(sum / (MG_HUBBLE_ROWS - 2)));
  mg_posterior_free(p);
  gsl_vector_free(mean);
  gsl_matrix_free(covariance);
}

/* ---- banana ---- */

/* log p(x) and E z_0^2 by adaptive quadrature of 30 digits. */
Test(targets, the_integral_of_the_banana) {
  static const struct {
    mg_banana_options options;
    double log_p, square;
  } known[] = {{{1, 1, 0.5, 2}, -2.126086836046865, 1.1250983892528},
               {{10, 10, 0.01, 10}, -5.5206114758728, 0.89049450083784},
               {{10, 0.001, 0.01, 0.1}, -4949.106377792691, 0.010202019571225},
               {{-10, 10, 10, 0.1}, -3.731568012852964, 0.0097982960609452},
               {{10, 10, 0.01, 0.1}, -50.79011886776803, 0.99489923590958},
               {{-10, 1, 0.01, 10}, -5.40978104231579, 2.8338678700548}};
  gsl_vector *mean = gsl_vector_alloc(2);
  gsl_matrix *covariance = gsl_matrix_alloc(2, 2);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    mg_posterior *p = mg_posterior_alloc(&mg_banana_type, &known[i].options);
    cr_assert(p, "%s", mg_reason());
    expect_evidence(&mg_banana_type, &known[i].options, known[i].log_p,
                    1e-11 * fmax(1, fabs(known[i].log_p)));
    cr_assert_eq(mg_posterior_moments(p, mean, covariance), GSL_SUCCESS);
    cr_expect_float_eq(gsl_matrix_get(covariance, 0, 0), known[i].square, 1e-11,
                       "E z_0^2 at %zu: %.14f", i,
                       gsl_matrix_get(covariance, 0, 0));
    mg_posterior_free(p);
  }
  gsl_vector_free(mean);
  gsl_matrix_free(covariance);
}

/* It is as likely on the left as on the right. */
Test(targets, the_banana_is_symmetric) {
  mg_posterior *p = mg_posterior_alloc(&mg_banana_type, NULL);
  cr_assert(p, "%s", mg_reason());
  const mg_banana *b = p->self;
  cr_expect_float_eq(b->below[MG_BANANA_GRID / 2], 0.5, 1e-12, "%.15f",
                     b->below[MG_BANANA_GRID / 2]);
  mg_posterior_free(p);
}

/* ---- two modes ---- */

/* The likelihood is greatest somewhere: the prior is the wider. */
Test(targets, the_prior_of_two_modes_is_wider) {
  const mg_two_modes_options o = {.dim = 2, .gap = 3, .weight = 0.3, .sd = 0.5};
  mg_posterior *p = mg_posterior_alloc(&mg_two_modes_type, &o);
  cr_assert(p, "%s", mg_reason());
  const mg_two_modes *t = p->self;
  cr_expect_float_eq(t->prior.sd, sqrt(0.25 + 2.25), 1e-15);
  cr_expect_float_eq(t->centre, 1.5 / sqrt(2), 1e-15);
  mg_posterior_free(p);
}

/* ---- gaussian ---- */

/* The greatest eigenvalue of a long chain's covariance comes near the variance
 * of the prior, and stays below. */
Test(targets, the_prior_of_the_chain_is_wider) {
  const mg_gaussian_options o = {.dim = 60, .rho = -0.6, .mean = 0, .sd = 3};
  mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, &o);
  gsl_vector *mean = gsl_vector_alloc(60), *value = gsl_vector_alloc(60);
  gsl_matrix *s = gsl_matrix_alloc(60, 60);
  gsl_eigen_symm_workspace *w = gsl_eigen_symm_alloc(60);
  cr_assert(p, "%s", mg_reason());
  const double sd = ((const mg_gaussian *)p->self)->prior.sd;
  cr_assert_eq(mg_posterior_moments(p, mean, s), GSL_SUCCESS);
  cr_assert_eq(gsl_eigen_symm(s, value, w), GSL_SUCCESS);
  const double share = gsl_vector_max(value) / (sd * sd);
  cr_expect(share > 0.98 && share < 1, "a share of %.4f", share);
  mg_posterior_free(p);
  gsl_eigen_symm_free(w);
  gsl_vector_free(mean);
  gsl_vector_free(value);
  gsl_matrix_free(s);
}

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
