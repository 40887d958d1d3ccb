/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Eight schools: the evidence and the means that others found, the two
 * coordinates against each other, and new data. */
#include "targets/eight_schools.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"

enum { DIM = 2 + MG_EIGHT_SCHOOLS };

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(eight_schools, .init = quiet);

static mg_posterior *schools(bool centred) {
  mg_posterior *p = mg_posterior_alloc(
      centred ? &mg_eight_schools_centred_type : &mg_eight_schools_type, NULL);
  cr_assert(p, "%s", mg_reason());
  return p;
}

/* Mean and covariance into arrays. */
static void moments(const mg_posterior *p, double *mean,
                    double covariance[DIM][DIM]) {
  gsl_vector_view m = gsl_vector_view_array(mean, DIM);
  gsl_matrix_view c = gsl_matrix_view_array(covariance[0], DIM, DIM);
  cr_assert_eq(mg_posterior_moments(p, &m.vector, &c.matrix), GSL_SUCCESS);
}

/* By adaptive quadrature over tau with 25 digits (mpmath).  A coarser table has
 * -31.311349, 4.396820 and 3.597710. */
static const double evidence = -31.311347352292784, mean_mu = 4.396820713833,
                    mean_tau = 3.597705484098, square_tau = 23.311616942463;

Test(eight_schools, evidence_is_exact) {
  for (int centred = 0; centred < 2; centred++) {
    mg_posterior *p = schools(centred);
    double log_p = 0;
    cr_assert_eq(mg_posterior_log_evidence(p, &log_p), GSL_SUCCESS);
    cr_expect_float_eq(log_p, evidence, 1e-12, "%s: %.14g", p->type->name,
                       log_p);
    mg_posterior_free(p);
  }
}

/* The means of theta are of long chains, with errors of about .05. */
Test(eight_schools, means_are_exact) {
  static const double long_chain[MG_EIGHT_SCHOOLS] = {
      6.1505, 4.9396, 3.9059, 4.7960, 3.6144, 4.0511, 6.3172, 4.8840};
  mg_posterior *p = schools(true);
  double mean[DIM], covariance[DIM][DIM];
  moments(p, mean, covariance);
  cr_expect_float_eq(mean[0], mean_mu, 1e-11, "E mu %.13g", mean[0]);
  cr_expect_float_eq(mean[1], mean_tau, 1e-11, "E tau %.13g", mean[1]);
  const double second = covariance[1][1] + mean[1] * mean[1];
  cr_expect_float_eq(second, square_tau, 1e-10, "E tau^2 %.14g", second);
  for (size_t j = 0; j < MG_EIGHT_SCHOOLS; j++)
    cr_expect_float_eq(mean[2 + j], long_chain[j], 6.1 * 0.05,
                       "E theta[%zu] %.6f", j + 1, mean[2 + j]);
  mg_posterior_free(p);
}

/* The same (mu, tau, theta) in both coordinates: the densities differ by the
 * slope of theta in eta, tau^8. */
Test(eight_schools, coordinates_are_of_one_posterior) {
  mg_posterior *eta = schools(false), *theta = schools(true);
  gsl_matrix *z = gsl_matrix_alloc(20, DIM);
  gsl_vector *a = gsl_vector_alloc(20), *b = gsl_vector_alloc(20);
  gsl_rng *rng = mg_stream_alloc(7, "schools", 0);
  cr_assert_eq(eta->target.sample_prior(eta->self, rng, z), GSL_SUCCESS);
  cr_assert_eq(mg_target_require(&eta->target, z, 1, a, NULL), GSL_SUCCESS);
  for (size_t s = 0; s < 20; s++)
    for (size_t j = 2; j < DIM; j++)
      gsl_matrix_set(z, s, j,
                     gsl_matrix_get(z, s, 0) +
                         gsl_matrix_get(z, s, 1) * gsl_matrix_get(z, s, j));
  cr_assert_eq(mg_target_require(&theta->target, z, 1, b, NULL), GSL_SUCCESS);
  for (size_t s = 0; s < 20; s++) {
    const double slope = 8 * log(gsl_matrix_get(z, s, 1)),
                 centred = gsl_vector_get(b, s) + slope;
    cr_expect_float_eq(gsl_vector_get(a, s), centred, 1e-9 * fabs(centred),
                       "row %zu: %.12g and %.12g", s, gsl_vector_get(a, s),
                       centred);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_vector_free(a);
  gsl_vector_free(b);
  mg_posterior_free(eta);
  mg_posterior_free(theta);
}

/* Exact draws have the exact mean and variances, in both coordinates. */
Test(eight_schools, draws_have_the_moments) {
  enum { S = 20000 };
  for (int centred = 0; centred < 2; centred++) {
    mg_posterior *p = schools(centred);
    gsl_rng *rng = mg_stream_alloc(8, "schools", 0);
    gsl_matrix *z = gsl_matrix_alloc(S, DIM);
    double mean[DIM], covariance[DIM][DIM];
    moments(p, mean, covariance);
    cr_assert_eq(mg_posterior_sample(p, rng, z), GSL_SUCCESS);
    for (size_t i = 0; i < DIM; i++)
      for (size_t k = 0; k <= i; k++) {
        static double first[S], product[S];
        for (size_t s = 0; s < S; s++) {
          first[s] = gsl_matrix_get(z, s, i) - mean[i];
          product[s] = first[s] * (gsl_matrix_get(z, s, k) - mean[k]);
        }
        mg_tally t;
        mg_tally_values(S, first, 1, &t);
        cr_expect_leq(fabs(t.mean), 6.1 * t.std_error, "E z[%zu] of %s", i,
                      p->type->name);
        mg_tally_values(S, product, 1, &t);
        cr_expect_leq(fabs(t.mean - covariance[i][k]), 6.1 * t.std_error,
                      "cov z[%zu], z[%zu] of %s: %g, not %g", i, k,
                      p->type->name, t.mean, covariance[i][k]);
      }
    gsl_rng_free(rng);
    gsl_matrix_free(z);
    mg_posterior_free(p);
  }
}

/* Evidence by the definition: the likelihood's mean over draws of the prior,
 * and of data simulated far from the old ones. */
Test(eight_schools, the_prior_averages_to_the_evidence) {
  enum { S = 200000 };
  mg_posterior *p = schools(false);
  gsl_rng *rng = mg_stream_alloc(9, "schools", 0);
  gsl_matrix *z = gsl_matrix_alloc(S, DIM);
  gsl_vector *joint = gsl_vector_alloc(S), *prior = gsl_vector_alloc(S);
  for (int simulated = 0; simulated < 2; simulated++) {
    double log_p;
    if (simulated) {
      double at[DIM] = {-4, 30, 1, -1, 2, 0, 0.5, -0.5, -2, 1};
      gsl_vector_view v = gsl_vector_view_array(at, DIM);
      cr_assert_eq(mg_posterior_simulate(p, rng, &v.vector), GSL_SUCCESS);
    }
    cr_assert_eq(p->target.sample_prior(p->self, rng, z), GSL_SUCCESS);
    p->target.log_prior(p->self, z, prior, NULL);
    cr_assert_eq(mg_target_evaluate(&p->target, z, 1, joint, NULL), 0);
    cr_assert_eq(mg_posterior_log_evidence(p, &log_p), GSL_SUCCESS);
    gsl_vector_sub(joint, prior);
    for (size_t s = 0; s < S; s++)
      gsl_vector_set(joint, s, exp(gsl_vector_get(joint, s) - log_p));
    mg_tally t;
    mg_tally_values(S, joint->data, joint->stride, &t);
    cr_expect_leq(fabs(t.mean - 1), 6.1 * t.std_error, "%d: %g +- %g",
                  simulated, t.mean, t.std_error);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_vector_free(joint);
  gsl_vector_free(prior);
  mg_posterior_free(p);
}

/* What holds of draws from the law that a gradient is of, by parts:
 *
 *     E [tau^2 (z_k d log p / d z_i + [i = k])] = 0,  i no tau
 *
 * where tau^2 keeps the variance finite in the neck of the funnel. */
Test(eight_schools, draws_are_of_the_density) {
  enum { S = 20000 };
  static double value[S];
  for (int centred = 0; centred < 2; centred++) {
    mg_posterior *p = schools(centred);
    gsl_rng *rng = mg_stream_alloc(10, "schools", 0);
    gsl_matrix *z = gsl_matrix_alloc(S, DIM), *dz = gsl_matrix_alloc(S, DIM);
    gsl_vector *log_p = gsl_vector_alloc(S);
    cr_assert_eq(mg_posterior_sample(p, rng, z), GSL_SUCCESS);
    cr_assert_eq(mg_target_require(&p->target, z, 1, log_p, dz), GSL_SUCCESS);
    for (size_t i = 0; i < DIM; i++)
      for (size_t k = 0; i != 1 && k < DIM; k++) {
        for (size_t s = 0; s < S; s++)
          value[s] =
              gsl_pow_2(gsl_matrix_get(z, s, 1)) *
              (gsl_matrix_get(z, s, k) * gsl_matrix_get(dz, s, i) + (i == k));
        mg_tally t;
        mg_tally_values(S, value, 1, &t);
        cr_expect_leq(fabs(t.mean), 6.1 * t.std_error,
                      "%s, z[%zu] and d z[%zu]: %g +- %g", p->type->name, k, i,
                      t.mean, t.std_error);
      }
    gsl_rng_free(rng);
    gsl_matrix_free(z);
    gsl_matrix_free(dz);
    gsl_vector_free(log_p);
    mg_posterior_free(p);
  }
}
