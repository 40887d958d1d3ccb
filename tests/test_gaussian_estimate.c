/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates in closed form against what they are defined by: the maximum is
 * where the gradient vanishes and nothing near is higher, the posterior is the
 * normalised product, and a datum's natural score moves the estimate there. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "base/status.h"
#include "dist/gaussian.h"
#include "dist/gaussian_estimate.h"

static double four[] = {1, 99, 2, 99, 4, 99, 9, 99};

/* 1 2 4 9, a stride apart. */
static gsl_vector sample(void) {
  return gsl_vector_view_array_with_stride(four, 2, 4).vector;
}

Test(gaussian_estimate, four_values_by_hand) {
  const gsl_vector x = sample();
  double mu, sigma, log_p, sum = 0;
  cr_assert_eq(mg_gaussian_estimate(&x, &mu, &sigma), GSL_SUCCESS);
  cr_expect_float_eq(mu, 4, 1e-15, "mu %.17g", mu);
  cr_expect_float_eq(sigma, sqrt(38. / 4), 1e-15, "sigma %.17g", sigma);
  cr_assert_eq(mg_gaussian_likelihood(&x, 3, 2, &log_p), GSL_SUCCESS);
  for (size_t i = 0; i < 4; i++) {
    double one;
    mg_gaussian_log_density(gsl_vector_get(&x, i), 3, 2, &one);
    sum += one / 4;
  }
  cr_expect_float_eq(log_p, sum, 1e-14, "log_p %.17g, not %.17g", log_p, sum);
}

Test(gaussian_estimate, nothing_near_the_maximum_is_higher) {
  const gsl_vector x = sample();
  double mu, sigma, top, near;
  mg_gaussian_estimate(&x, &mu, &sigma);
  mg_gaussian_likelihood(&x, mu, sigma, &top);
  for (int i = -1; i <= 1; i++)
    for (int j = -1; j <= 1; j++) {
      mg_gaussian_likelihood(&x, mu + i * 0.01, sigma * (1 + j * 0.01), &near);
      cr_expect(near <= top, "%d %d: %.17g over %.17g", i, j, near, top);
    }
}

/* The mean natural score vanishes at the maximum; elsewhere, to the mean and
 * one step of rate 1, mu is reached at once. */
Test(gaussian_estimate, natural_scores) {
  const gsl_vector x = sample();
  double mu, sigma, d_mu, d_log, at_mu = 0, at_log = 0;
  mg_gaussian_estimate(&x, &mu, &sigma);
  for (size_t i = 0; i < 4; i++) {
    mg_gaussian_natural_score(gsl_vector_get(&x, i), mu, sigma, &d_mu, &d_log);
    at_mu += d_mu / 4;
    at_log += d_log / 4;
  }
  cr_expect_float_eq(at_mu, 0, 1e-14, "d_mu %g", at_mu);
  cr_expect_float_eq(at_log, 0, 1e-14, "d_log_sigma %g", at_log);
  mg_gaussian_natural_score(7, 3, 2, &d_mu, &d_log);
  cr_expect_float_eq(d_mu, 4, 1e-15, "x - mu is %.17g", d_mu);
  cr_expect_float_eq(d_log, 1.5, 1e-15, "(z^2 - 1) / 2 is %.17g", d_log);
}

/* log p(mu | x) - log prior - log likelihood is the same for every mu. */
/* log p(x) of [map.1] is the same at every mu.  Near the data the digits tell
 * the width of the posterior; far away they are lost in the square. */
static void expect_product(double prior_mean) {
  const gsl_vector x = sample();
  double mean, sd, log_z[3];
  cr_assert_eq(mg_gaussian_posterior(&x, 1.5, prior_mean, 3, &mean, &sd),
               GSL_SUCCESS);
  for (int i = 0; i < 3; i++) {
    const double mu = mean + i - 1;
    double posterior, prior, likelihood;
    mg_gaussian_log_density(mu, mean, sd, &posterior);
    mg_gaussian_log_density(mu, prior_mean, 3, &prior);
    mg_gaussian_likelihood(&x, mu, 1.5, &likelihood);
    log_z[i] = 4 * likelihood + prior - posterior;
  }
  const double size = fabs(log_z[1]);
  for (int i = 0; i < 3; i += 2)
    cr_expect_float_eq(log_z[i] / size, log_z[1] / size, 1e-10,
                       "log p(x) %.17g, not %.17g", log_z[i], log_z[1]);
}

Test(gaussian_estimate, the_posterior_is_the_product) {
  expect_product(5);
  expect_product(1e6);
}

Test(gaussian_estimate, a_wide_prior_leaves_the_mean) {
  const gsl_vector x = sample();
  double mean, sd;
  mg_gaussian_posterior(&x, 2, -50, 1e9, &mean, &sd);
  cr_expect_float_eq(mean, 4, 1e-12, "mean %.17g", mean);
  cr_expect_float_eq(sd, 1, 1e-12, "sd %.17g", sd);
}

Test(gaussian_estimate, refusals) {
  const gsl_vector x = sample();
  double same[] = {5, 5, 5}, a, b;
  gsl_vector_view flat = gsl_vector_view_array(same, 3);
  const gsl_vector none = {.size = 0};
  cr_expect_eq(mg_gaussian_estimate(&flat.vector, &a, &b), GSL_EDOM);
  cr_expect_eq(mg_gaussian_estimate(&none, &a, &b), GSL_EBADLEN);
  cr_expect_eq(mg_gaussian_likelihood(&none, 0, 1, &a), GSL_EBADLEN);
  cr_expect_eq(mg_gaussian_likelihood(&x, 0, 0, &a), GSL_EDOM);
  cr_expect_eq(mg_gaussian_posterior(&x, 0, 0, 1, &a, &b), GSL_EDOM);
  cr_expect_eq(mg_gaussian_posterior(&x, 1, NAN, 1, &a, &b), GSL_EDOM);
  cr_expect_eq(mg_gaussian_posterior(&x, 1, 0, -1, &a, &b), GSL_EDOM);
  same[1] = NAN;
  cr_expect_eq(mg_gaussian_estimate(&flat.vector, &a, &b), GSL_EDOM);
}
