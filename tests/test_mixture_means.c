/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The means of a mixture: the sum over assignments against a grid over the
 * means, exact draws and Gibbs sweeps against both. */
#include "targets/mixture_means.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"

enum { K = 2 };

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(mixture_means, .init = quiet);

static mg_mixture_means_options with(size_t components, double weight) {
  mg_mixture_means_options o;
  mg_mixture_means_type.options_default(&o);
  o.components = components;
  o.weight = weight;
  return o;
}

static mg_posterior *posterior(size_t components, double weight) {
  const mg_mixture_means_options o = with(components, weight);
  mg_posterior *p = mg_posterior_alloc(&mg_mixture_means_type, &o);
  cr_assert(p, "%s", mg_reason());
  return p;
}

static double evidence(const mg_posterior *p) {
  double log_p = NAN;
  cr_assert_eq(mg_posterior_log_evidence(p, &log_p), GSL_SUCCESS, "%s",
               mg_reason());
  return log_p;
}

static void moments(const mg_posterior *p, double *mean, double c[K][K]) {
  gsl_vector_view m = gsl_vector_view_array(mean, K);
  gsl_matrix_view v = gsl_matrix_view_array(c[0], K, K);
  cr_assert_eq(mg_posterior_moments(p, &m.vector, &v.matrix), GSL_SUCCESS, "%s",
               mg_reason());
}

/* ---- known ---- */

/* log p at every point of a grid of 0.05 over (-4, 11)^2. */
enum { SIDE = 301 };
#define STEP 0.05

static double at(size_t i) {
  return -4 + STEP * (double)i;
}

/* By the trapezoid rule over the means: evidence and moments. */
Test(mixture_means, the_sum_over_assignments_is_the_integral) {
  mg_posterior *p = posterior(K, 0.35);
  gsl_matrix *z = gsl_matrix_alloc(SIDE * SIDE, K);
  gsl_vector *log_p = gsl_vector_alloc(SIDE * SIDE);
  double mean[K], c[K][K], mass = 0, first[K] = {0}, second[K][K] = {{0}};
  for (size_t i = 0; i < SIDE * SIDE; i++) {
    gsl_matrix_set(z, i, 0, at(i / SIDE));
    gsl_matrix_set(z, i, 1, at(i % SIDE));
  }
  cr_assert_eq(mg_target_require(&p->target, z, 1, log_p, NULL), GSL_SUCCESS);
  const double log_evidence = evidence(p);
  moments(p, mean, c);
  for (size_t i = 0; i < SIDE * SIDE; i++) {
    const double share =
        STEP * STEP * exp(gsl_vector_get(log_p, i) - log_evidence);
    mass += share;
    for (size_t j = 0; j < K; j++) {
      first[j] += share * gsl_matrix_get(z, i, j);
      for (size_t k = 0; k < K; k++)
        second[j][k] += share * (gsl_matrix_get(z, i, j) - mean[j]) *
                        (gsl_matrix_get(z, i, k) - mean[k]);
    }
  }
  cr_expect_float_eq(mass, 1, 1e-11, "mass %.15f", mass);
  for (size_t j = 0; j < K; j++) {
    cr_expect_float_eq(first[j], mean[j], 1e-10, "mean %zu: %.12f, not %.12f",
                       j, mean[j], first[j]);
    for (size_t k = 0; k < K; k++)
      cr_expect_float_eq(second[j][k], c[j][k], 1e-10,
                         "cov %zu, %zu: %.12f, not %.12f", j, k, c[j][k],
                         second[j][k]);
  }
  gsl_matrix_free(z);
  gsl_vector_free(log_p);
  mg_posterior_free(p);
}

/* Of one component it is the Gaussian mean: the evidence is that of N numbers
 * whose covariance is sd^2 I + prior^2 1 1^T. */
Test(mixture_means, one_component_is_a_gaussian) {
  mg_posterior *p = posterior(1, 0.35);
  const mg_mixture_means *m = p->self;
  const double n = 10, v = 0.16, s = 1;
  double square = 0, sum = 0;
  for (size_t i = 0; i < 10; i++) {
    sum += m->x[i] - 3.5;
    square += (m->x[i] - 3.5) * (m->x[i] - 3.5);
  }
  const double log_p = -0.5 * (n * (MG_LN_2PI + log(v)) + log1p(n * s / v) +
                               (square - sum * sum * s / (v + n * s)) / v);
  cr_expect_float_eq(evidence(p), log_p, 1e-12 * fabs(log_p), "%.12f",
                     evidence(p));
  mg_posterior_free(p);
}

/* No mean is first among equals. */
Test(mixture_means, equal_weights_have_no_order) {
  mg_posterior *p = posterior(K, 0.5);
  double mean[K], c[K][K];
  moments(p, mean, c);
  cr_expect_float_eq(mean[0], mean[1], 1e-12, "%g and %g", mean[0], mean[1]);
  cr_expect_float_eq(c[0][0], c[1][1], 1e-12, "%g and %g", c[0][0], c[1][1]);
  cr_expect_lt(c[0][1], -0.5, "cov %g", c[0][1]);
  mg_posterior_free(p);
}

/* Three means: the likelihood's mean over the prior is the evidence, also of
 * new data. */
Test(mixture_means, the_prior_averages_to_the_evidence) {
  enum { S = 100000 };
  mg_posterior *p = posterior(3, 0.2);
  gsl_rng *rng = mg_stream_alloc(1, "means", 0);
  gsl_matrix *z = gsl_matrix_alloc(S, 3);
  gsl_vector *joint = gsl_vector_alloc(S), *prior = gsl_vector_alloc(S);
  double truth[] = {3, 5, 2};
  gsl_vector_view v = gsl_vector_view_array(truth, 3);
  for (int simulated = 0; simulated < 2; simulated++) {
    mg_tally t;
    if (simulated)
      cr_assert_eq(mg_posterior_simulate(p, rng, &v.vector), GSL_SUCCESS);
    cr_assert_eq(p->target.sample_prior(p->self, rng, z), GSL_SUCCESS);
    p->target.log_prior(p->self, z, prior, NULL);
    cr_assert_eq(mg_target_require(&p->target, z, 1, joint, NULL), GSL_SUCCESS);
    gsl_vector_sub(joint, prior);
    const double log_p = evidence(p);
    for (size_t s = 0; s < S; s++)
      gsl_vector_set(joint, s, exp(gsl_vector_get(joint, s) - log_p));
    mg_tally_values(S, joint->data, 1, &t);
    cr_expect_leq(fabs(t.mean - 1), 6.1 * t.std_error, "%d: %g +- %g",
                  simulated, t.mean, t.std_error);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_vector_free(joint);
  gsl_vector_free(prior);
  mg_posterior_free(p);
}

Test(mixture_means, too_many_assignments_are_refused) {
  mg_mixture_means_options o = with(K, 0.5);
  double log_p;
  o.rows = 21;
  mg_posterior *p = mg_posterior_alloc(&mg_mixture_means_type, &o);
  cr_expect_eq(mg_posterior_log_evidence(p, &log_p), GSL_EUNSUP);
  cr_expect(strstr(mg_reason(), "2^21"), "%s", mg_reason());
  mg_posterior_free(p);
}

/* ---- draws ---- */

static void expect_moments(const mg_posterior *p, const gsl_matrix *z,
                           const char *what) {
  static double value[20000];
  double mean[K], c[K][K];
  mg_tally t;
  moments(p, mean, c);
  for (size_t i = 0; i < K; i++)
    for (size_t k = 0; k <= K; k++) {
      for (size_t s = 0; s < z->size1; s++) {
        const double a = gsl_matrix_get(z, s, i) - mean[i];
        value[s] =
            k < K ? a * (gsl_matrix_get(z, s, k) - mean[k]) - c[i][k] : a;
      }
      mg_tally_values(z->size1, value, 1, &t);
      cr_expect_leq(fabs(t.mean), 6.1 * t.std_error, "%s, %zu, %zu: %g +- %g",
                    what, i, k, t.mean, t.std_error);
    }
}

Test(mixture_means, draws_and_sweeps_keep_the_moments) {
  mg_posterior *p = posterior(K, 0.35);
  gsl_rng *rng = mg_stream_alloc(2, "means", 0);
  gsl_matrix *z = gsl_matrix_alloc(20000, K);
  cr_assert_eq(mg_posterior_sample(p, rng, z), GSL_SUCCESS);
  expect_moments(p, z, "drawn");
  for (size_t sweep = 0; sweep < 3; sweep++)
    cr_assert_eq(p->target.gibbs(p->self, rng, z), GSL_SUCCESS);
  expect_moments(p, z, "swept");
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  mg_posterior_free(p);
}

/* A sweep forgets: begun far away, in both orders, on data that do not part
 * the components far, the chain comes to the posterior. */
Test(mixture_means, sweeps_come_to_the_posterior) {
  mg_mixture_means_options o = with(K, 0.35);
  o.sd = 1.2;
  mg_posterior *p = mg_posterior_alloc(&mg_mixture_means_type, &o);
  gsl_rng *rng = mg_stream_alloc(3, "means", 0);
  gsl_matrix *z = gsl_matrix_alloc(20000, K);
  gsl_matrix_set_all(z, 8);
  for (size_t sweep = 0; sweep < 60; sweep++)
    cr_assert_eq(p->target.gibbs(p->self, rng, z), GSL_SUCCESS);
  expect_moments(p, z, "from 8");
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  mg_posterior_free(p);
}

/* Of data drawn given z the likelihood's gradient at z has mean 0. */
Test(mixture_means, new_data_are_of_the_model) {
  enum { TIMES = 5000, C = 3 };
  static double score[C][TIMES];
  mg_posterior *p = posterior(C, 0.35);
  gsl_rng *rng = mg_stream_alloc(4, "means", 0);
  double truth[C] = {2, 3, 4.5}, value, joint[C], prior[C];
  gsl_vector_view v = gsl_vector_view_array(truth, C);
  gsl_matrix_view z = gsl_matrix_view_array(truth, 1, C);
  gsl_matrix_view dj = gsl_matrix_view_array(joint, 1, C);
  gsl_matrix_view dp = gsl_matrix_view_array(prior, 1, C);
  gsl_vector_view log_p = gsl_vector_view_array(&value, 1);
  p->target.log_prior(p->self, &z.matrix, &log_p.vector, &dp.matrix);
  for (size_t i = 0; i < TIMES; i++) {
    cr_assert_eq(mg_posterior_simulate(p, rng, &v.vector), GSL_SUCCESS);
    p->target.log_density(p->self, &z.matrix, &log_p.vector, &dj.matrix);
    for (size_t k = 0; k < C; k++)
      score[k][i] = joint[k] - prior[k];
  }
  for (size_t k = 0; k < C; k++) {
    mg_tally t;
    mg_tally_values(TIMES, score[k], 1, &t);
    cr_expect_leq(fabs(t.mean), 6.1 * t.std_error, "slope %zu: %g +- %g", k,
                  t.mean, t.std_error);
  }
  gsl_rng_free(rng);
  mg_posterior_free(p);
}
