/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logistic regression: the likelihood against sums written out, in every width
 * of vector; the flights against what was published and against quadrature by
 * other means; draws and new data. */
#include "targets/logistic_regression.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "infer/bbvi.h"
#include "targets/logistic_regression_kernel.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(logistic_regression, .init = quiet);

static mg_posterior *posterior(const mg_logistic_regression_options *options) {
  mg_posterior *p = mg_posterior_alloc(&mg_logistic_regression_type, options);
  cr_assert(p, "%s", mg_reason());
  return p;
}

static mg_posterior *synthetic(size_t rows, size_t columns) {
  return posterior(
      &(mg_logistic_regression_options){.data = MG_LOGISTIC_SYNTHETIC,
                                        .prior = 2,
                                        .rows = rows,
                                        .columns = columns,
                                        .seed = 3});
}

static gsl_matrix *random_rows(size_t rows, size_t columns, double scale) {
  gsl_rng *rng = mg_stream_alloc(4, "logistic", 0);
  gsl_matrix *z = gsl_matrix_alloc(rows, columns);
  for (size_t i = 0; i < rows * columns; i++)
    z->data[i] = gsl_ran_gaussian(rng, scale);
  gsl_rng_free(rng);
  return z;
}

/* ---- the kernel ---- */

enum { D = 5, R = 96, DRAWS = MG_LOGISTIC_REGRESSION_DRAWS };

static _Alignas(64) double x[D * R], weight[DRAWS * R];

static void expect(double got, double wanted, const char *what, size_t lanes) {
  cr_assert(fabs(got - wanted) <= 1e-13 * (1 + fabs(wanted)),
            "%s in %zu lanes: %.17g, directly %.17g", what, lanes, got, wanted);
}

static double logit(const double *beta, size_t r) {
  double a = 0;
  for (size_t j = 0; j < D; j++)
    a += beta[j] * x[j * R + r];
  return a;
}

static void check_kernel(const mg_logistic_regression_kernel *kernel,
                         const gsl_matrix *z) {
  const double *beta[DRAWS];
  double linear[DRAWS], factor[DRAWS], d[DRAWS][D] = {{0}}, *slope[DRAWS];
  for (size_t s = 0; s < DRAWS; s++) {
    beta[s] = gsl_matrix_const_ptr(z, s, 0);
    slope[s] = d[s];
    linear[s] = 2;
    factor[s] = 3;
    d[s][0] = 1;
  }
  kernel->add(D, R, x, beta, linear, factor, weight);
  kernel->slope(D, R, x, weight, slope);
  for (size_t s = 0; s < DRAWS; s++) {
    double log_l = -2 - log(3), wanted[D] = {1, 0};
    for (size_t r = 0; r < R; r++) {
      const double a = logit(beta[s], r), w = mg_sigmoid(-a);
      log_l += mg_log_sigmoid(a);
      expect(weight[s * R + r], w, "weight", kernel->lanes);
      for (size_t j = 0; j < D; j++)
        wanted[j] += w * x[j * R + r];
    }
    expect(-linear[s] - log(factor[s]), log_l, "add", kernel->lanes);
    for (size_t j = 0; j < D; j++)
      expect(d[s][j], wanted[j], "slope", kernel->lanes);
  }
}

Test(logistic_regression, every_width_is_right) {
  gsl_matrix *rows = random_rows(D, R, 1);
  memcpy(x, rows->data, sizeof x);
  for (double scale = 0.1; scale < 1e3; scale *= 30) {
    gsl_matrix *z = random_rows(DRAWS, D, scale);
    for (size_t i = 0; mg_logistic_regression_kernel_all()[i]; i++)
      check_kernel(mg_logistic_regression_kernel_all()[i], z);
    gsl_matrix_free(z);
  }
  gsl_matrix_free(rows);
}

/* One coefficient, 1, so that the rows are the logits; weights are then right
 * to the last bit of 1 but a few. */
Test(logistic_regression, weights_are_sigmoids_to_the_last_bits) {
  const double unit = 1, *beta[DRAWS] = {&unit, &unit, &unit, &unit};
  for (size_t i = 0; mg_logistic_regression_kernel_all()[i]; i++)
    for (double from = -48; from < 48; from += 0.3) {
      const mg_logistic_regression_kernel *kernel =
          mg_logistic_regression_kernel_all()[i];
      double linear[DRAWS] = {0}, factor[DRAWS] = {1, 1, 1, 1};
      for (size_t r = 0; r < R; r++)
        x[r] = from + (double)r / (3 * R);
      kernel->add(1, R, x, beta, linear, factor, weight);
      for (size_t r = 0; r < R; r++)
        cr_assert_float_eq(weight[r], mg_sigmoid(-x[r]), 4e-16,
                           "%zu lanes: at %.17g", kernel->lanes, x[r]);
    }
}

/* ---- the likelihood ---- */

/* Sums written out, at a number of draws and of rows that fill no block; and
 * logits so large that a product of unpaused factors would overflow. */
static void check_likelihood(size_t rows, double scale) {
  enum { S = 7, C = 20 };
  mg_posterior *p = synthetic(rows, C);
  const mg_logistic_regression *l = p->self;
  gsl_matrix *z = random_rows(S, C, scale), *dz = gsl_matrix_alloc(S, C);
  gsl_vector *log_p = gsl_vector_alloc(S);
  mg_logistic_regression_likelihood(l, z, log_p, dz);
  for (size_t s = 0; s < S; s++) {
    double sum = 0, slope[C] = {0};
    for (size_t n = 0; n < rows; n++) {
      const double sign = 2 * gsl_vector_get(l->y, n) - 1;
      double a = 0;
      for (size_t j = 0; j < C; j++)
        a += gsl_matrix_get(l->x, n, j) * gsl_matrix_get(z, s, j);
      sum += mg_log_sigmoid(sign * a);
      for (size_t j = 0; j < C; j++)
        slope[j] += sign * gsl_matrix_get(l->x, n, j) * mg_sigmoid(-sign * a);
    }
    cr_expect_float_eq(gsl_vector_get(log_p, s), sum, 1e-13 * (fabs(sum) + 1),
                       "%zu rows, draw %zu: %.15g, not %.15g", rows, s,
                       gsl_vector_get(log_p, s), sum);
    for (size_t j = 0; j < C; j++)
      cr_expect_float_eq(gsl_matrix_get(dz, s, j), slope[j],
                         1e-13 * (fabs(sum) + 1), "%zu rows, slope %zu", rows,
                         j);
  }
  gsl_matrix_free(z);
  gsl_matrix_free(dz);
  gsl_vector_free(log_p);
  mg_posterior_free(p);
}

Test(logistic_regression, likelihood_is_the_sum) {
  const size_t rows[] = {1, 31, 32, 256, 257, 1000, 3000};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    check_likelihood(rows[i], 1e-3); /* all factors near 2 */
    check_likelihood(rows[i], 1);
    check_likelihood(rows[i], 200);
  }
}

Test(logistic_regression, threads_give_the_same_bytes) {
  enum { S = 100, C = 20 };
  mg_posterior *p = synthetic(1000, C);
  gsl_matrix *z = random_rows(S, C, 1);
  gsl_matrix *one = gsl_matrix_alloc(S, C), *two = gsl_matrix_alloc(S, C);
  gsl_vector *a = gsl_vector_alloc(S), *b = gsl_vector_alloc(S);
  cr_assert_eq(mg_target_require(&p->target, z, 1, a, one), GSL_SUCCESS);
  cr_assert_eq(mg_target_require(&p->target, z, 3, b, two), GSL_SUCCESS);
  cr_expect_eq(memcmp(a->data, b->data, S * sizeof(double)), 0, "log p");
  cr_expect_eq(memcmp(one->data, two->data, S * C * sizeof(double)), 0, "dz");
  gsl_matrix_free(z);
  gsl_matrix_free(one);
  gsl_matrix_free(two);
  gsl_vector_free(a);
  gsl_vector_free(b);
  mg_posterior_free(p);
}

/* Ten iterations of a climb at the size that `bench bbvi` measures. */
static void climb(const mg_target *target, mg_estimator estimator,
                  size_t threads, gsl_vector *lambda) {
  mg_bbvi_options o = mg_bbvi_options_default();
  o.estimator = estimator;
  o.threads = threads;
  mg_guide *q = mg_guide_mean_field(target, NULL);
  mg_bbvi *b = mg_bbvi_alloc(target, q, &o, 1);
  for (size_t i = 0; i < 10; i++)
    cr_assert_eq(mg_bbvi_iterate(b), GSL_SUCCESS, "%s", mg_reason());
  gsl_vector_memcpy(lambda, q->lambda);
  mg_bbvi_free(b);
  mg_guide_free(q);
}

Test(logistic_regression, a_climb_is_the_same_on_any_threads) {
  enum { C = 20 };
  mg_posterior *p = synthetic(1000, C);
  gsl_vector *one = gsl_vector_alloc(2 * C), *many = gsl_vector_alloc(2 * C);
  for (mg_estimator e = 0; e < MG_ESTIMATORS; e++) {
    climb(&p->target, e, 1, one);
    for (size_t threads = 2; threads <= 4; threads++) {
      climb(&p->target, e, threads, many);
      cr_expect_eq(memcmp(one->data, many->data, 2 * C * sizeof(double)), 0,
                   "%s on %zu threads", mg_estimators[e].name, threads);
    }
  }
  gsl_vector_free(one);
  gsl_vector_free(many);
  mg_posterior_free(p);
}

/* One draw that is no number spoils its own row only. */
Test(logistic_regression, a_nan_stays_in_its_row) {
  mg_posterior *p = posterior(NULL);
  gsl_matrix *z = random_rows(4, 2, 1);
  gsl_vector *log_p = gsl_vector_alloc(4);
  gsl_matrix_set(z, 2, 1, NAN);
  cr_assert_eq(mg_target_evaluate(&p->target, z, 1, log_p, NULL), GSL_SUCCESS);
  for (size_t s = 0; s < 4; s++)
    cr_expect_eq(isnan(gsl_vector_get(log_p, s)) != 0, s == 2, "row %zu", s);
  gsl_matrix_free(z);
  gsl_vector_free(log_p);
  mg_posterior_free(p);
}

/* ---- the flights ---- */

/* The published fit, 15.0429 - 0.2322 F: there the likelihood has no slope. */
Test(logistic_regression, flights_have_the_published_fit) {
  mg_posterior *p = posterior(NULL);
  double at[] = {15.042901647702 - 70 * 0.2321627442186, -2.321627442186};
  double value, slope[2];
  gsl_matrix_view z = gsl_matrix_view_array(at, 1, 2);
  gsl_matrix_view dz = gsl_matrix_view_array(slope, 1, 2);
  gsl_vector_view log_l = gsl_vector_view_array(&value, 1);
  mg_logistic_regression_likelihood(p->self, &z.matrix, &log_l.vector,
                                    &dz.matrix);
  cr_expect_float_eq(slope[0], 0, 1e-10, "slope of the intercept %g", slope[0]);
  cr_expect_float_eq(slope[1], 0, 1e-10, "slope of warmth %g", slope[1]);
  mg_posterior_free(p);
}

static void moments(const mg_posterior *p, double *mean, double c[2][2]) {
  gsl_vector_view m = gsl_vector_view_array(mean, 2);
  gsl_matrix_view v = gsl_matrix_view_array(c[0], 2, 2);
  cr_assert_eq(mg_posterior_moments(p, &m.vector, &v.matrix), GSL_SUCCESS, "%s",
               mg_reason());
}

/* By a plain grid of 0.02 in both coefficients, in 80 bits. */
Test(logistic_regression, flights_are_known) {
  mg_posterior *p = posterior(NULL);
  double log_p, mean[2], c[2][2];
  cr_assert_eq(mg_posterior_log_evidence(p, &log_p), GSL_SUCCESS);
  cr_expect_float_eq(log_p, -13.18117360918109, 1e-12, "%.14f", log_p);
  moments(p, mean, c);
  cr_expect_float_eq(mean[0], -1.18572461860078, 1e-12, "%.14f", mean[0]);
  cr_expect_float_eq(mean[1], -2.28482127743532, 1e-12, "%.14f", mean[1]);
  cr_expect_float_eq(c[0][0], 0.32713392464023, 1e-12, "%.14f", c[0][0]);
  cr_expect_float_eq(c[0][1], 0.16945603637900, 1e-12, "%.14f", c[0][1]);
  cr_expect_float_eq(c[1][1], 0.93363964287452, 1e-12, "%.14f", c[1][1]);
  mg_posterior_free(p);
}

/* Under a wide prior the grid still holds the posterior, and the evidence falls
 * as the prior's density at the data's fit. */
Test(logistic_regression, a_wide_prior_costs_evidence) {
  double log_p[2];
  for (int i = 0; i < 2; i++) {
    mg_posterior *p = posterior(&(mg_logistic_regression_options){
        .prior = i ? 2e4 : 1e4, .rows = 1, .columns = 1});
    cr_assert_eq(mg_posterior_log_evidence(p, &log_p[i]), GSL_SUCCESS, "%s",
                 mg_reason());
    mg_posterior_free(p);
  }
  cr_expect_float_eq(log_p[0] - log_p[1], log(4), 1e-6, "%.9f",
                     log_p[0] - log_p[1]);
}

Test(logistic_regression, draws_have_the_moments) {
  enum { S = 20000 };
  static double value[5][S];
  mg_posterior *p = posterior(NULL);
  gsl_rng *rng = mg_stream_alloc(5, "logistic", 0);
  gsl_matrix *z = gsl_matrix_alloc(S, 2);
  double mean[2], c[2][2];
  moments(p, mean, c);
  cr_assert_eq(mg_posterior_sample(p, rng, z), GSL_SUCCESS);
  for (size_t s = 0; s < S; s++) {
    const double a = gsl_matrix_get(z, s, 0) - mean[0],
                 b = gsl_matrix_get(z, s, 1) - mean[1];
    value[0][s] = a;
    value[1][s] = b;
    value[2][s] = a * a - c[0][0];
    value[3][s] = a * b - c[0][1];
    value[4][s] = b * b - c[1][1];
  }
  for (size_t i = 0; i < 5; i++) {
    mg_tally t;
    mg_tally_values(S, value[i], 1, &t);
    cr_expect_leq(fabs(t.mean), 6.1 * t.std_error, "%zu: %g +- %g", i, t.mean,
                  t.std_error);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  mg_posterior_free(p);
}

/* ---- synthetic and new data ---- */

/* The likelihood's mean over the prior is the evidence, also of new data. */
Test(logistic_regression, the_prior_averages_to_the_evidence) {
  enum { S = 100000 };
  mg_posterior *p = synthetic(10, 2);
  gsl_rng *rng = mg_stream_alloc(6, "logistic", 0);
  gsl_matrix *z = gsl_matrix_alloc(S, 2);
  gsl_vector *log_l = gsl_vector_alloc(S);
  double at[] = {1, -1};
  gsl_vector_view truth = gsl_vector_view_array(at, 2);
  for (int simulated = 0; simulated < 2; simulated++) {
    double log_p;
    mg_tally t;
    if (simulated)
      cr_assert_eq(mg_posterior_simulate(p, rng, &truth.vector), GSL_SUCCESS);
    cr_assert_eq(p->target.sample_prior(p->self, rng, z), GSL_SUCCESS);
    mg_logistic_regression_likelihood(p->self, z, log_l, NULL);
    cr_assert_eq(mg_posterior_log_evidence(p, &log_p), GSL_SUCCESS);
    for (size_t s = 0; s < S; s++)
      gsl_vector_set(log_l, s, exp(gsl_vector_get(log_l, s) - log_p));
    mg_tally_values(S, log_l->data, 1, &t);
    cr_expect_leq(fabs(t.mean - 1), 6.1 * t.std_error, "%d: %g +- %g",
                  simulated, t.mean, t.std_error);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_vector_free(log_l);
  mg_posterior_free(p);
}

/* Of data drawn given z the likelihood's gradient at z has mean 0. */
Test(logistic_regression, new_data_are_of_the_model) {
  enum { TIMES = 4000, C = 3 };
  static double score[C][TIMES];
  mg_posterior *p = synthetic(40, C);
  gsl_rng *rng = mg_stream_alloc(7, "logistic", 0);
  double at[] = {0.5, -1, 2}, value, slope[C];
  gsl_vector_view truth = gsl_vector_view_array(at, C);
  gsl_matrix_view z = gsl_matrix_view_array(at, 1, C);
  gsl_matrix_view dz = gsl_matrix_view_array(slope, 1, C);
  gsl_vector_view log_l = gsl_vector_view_array(&value, 1);
  for (size_t i = 0; i < TIMES; i++) {
    cr_assert_eq(mg_posterior_simulate(p, rng, &truth.vector), GSL_SUCCESS);
    mg_logistic_regression_likelihood(p->self, &z.matrix, &log_l.vector,
                                      &dz.matrix);
    for (size_t j = 0; j < C; j++)
      score[j][i] = slope[j];
  }
  for (size_t j = 0; j < C; j++) {
    mg_tally t;
    mg_tally_values(TIMES, score[j], 1, &t);
    cr_expect_leq(fabs(t.mean), 6.1 * t.std_error, "slope %zu: %g +- %g", j,
                  t.mean, t.std_error);
  }
  gsl_rng_free(rng);
  mg_posterior_free(p);
}

Test(logistic_regression, many_coefficients_are_not_known) {
  mg_posterior *p = synthetic(50, 3);
  double log_p;
  cr_expect_eq(mg_posterior_log_evidence(p, &log_p), GSL_EUNSUP);
  cr_expect(strstr(mg_reason(), "2 coefficients"), "%s", mg_reason());
  mg_posterior_free(p);
}
