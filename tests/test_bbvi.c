/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Climbs whose ends are known, steps by hand, and what goes wrong. */
#include "infer/bbvi.h"

#include <criterion/criterion.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "eval/marginal.h"
#include "targets/coin.h"
#include "targets/gaussian.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(bbvi, .init = quiet);

/* ---- z ~ N(0, 1), x given z ~ N(z, 1), x = 1 ---- */

static int one_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++) {
    const double at = gsl_matrix_get(z, s, 0);
    gsl_vector_set(log_p, s,
                   -MG_LN_2PI - at * at / 2 - (1 - at) * (1 - at) / 2);
    if (dz)
      gsl_matrix_set(dz, s, 0, 1 - 2 * at);
  }
  return GSL_SUCCESS;
}

static const mg_target one = {
    .name = "one", .dim = 1, .log_density = one_joint, .gradient = true};

static mg_guide *gaussian(const mg_target *t, double mean, double sd) {
  mg_guide *q = mg_guide_mean_field(t, NULL);
  for (size_t j = 0; j < q->lambda->size; j += 2) {
    gsl_vector_set(q->lambda, j, mean);
    gsl_vector_set(q->lambda, j + 1, log(sd));
  }
  return q;
}

/* The bound, by fresh draws. */
static int find_elbo(const mg_target *t, const mg_guide *q, size_t draws,
                     unsigned long seed, size_t threads, double *elbo,
                     double *se) {
  const mg_marginal_options o = {.draws = draws, .threads = threads};
  mg_evidence e;
  const int status = mg_marginal_of(t, q, MG_MARGINAL_ELBO, &o, seed, &e);
  *elbo = e.value;
  *se = e.std_error;
  return status;
}

static void hold_elbo(const mg_target *t, const mg_guide *q, double right) {
  double elbo, se, again, again_se;
  cr_assert_eq(find_elbo(t, q, 100000, 3, 1, &elbo, &se), GSL_SUCCESS, "%s",
               mg_reason());
  find_elbo(t, q, 100000, 3, 2, &again, &again_se);
  cr_expect_leq(fabs(elbo - right), 6.1 * se + 1e-9, "%.9g +- %.2g, not %.9g",
                elbo, se, right);
  cr_expect(elbo == again && se == again_se, "threads move the bound");
}

/* Of the prior, of its half as wide, of the posterior, whose bound is tight. */
Test(bbvi, bounds_of_three_guides) {
  mg_guide *prior = gaussian(&one, 0, 1);
  mg_guide *narrow = gaussian(&one, 0, sqrt(0.5));
  mg_guide *posterior = gaussian(&one, 0.5, sqrt(0.5));
  double elbo, se;
  hold_elbo(&one, prior, -1.918939);
  hold_elbo(&one, narrow, -1.765512);
  hold_elbo(&one, posterior, -1.515512123);
  find_elbo(&one, posterior, 1000, 1, 0, &elbo, &se);
  cr_expect_lt(se, 1e-12, "a tight bound varies by %g", se);
  mg_guide_free(prior);
  mg_guide_free(narrow);
  mg_guide_free(posterior);
}

Test(bbvi, bounds_of_the_coin) {
  mg_posterior *coin = mg_posterior_alloc(&mg_coin_type, NULL);
  mg_guide *q = mg_guide_mean_field(&coin->target, NULL);
  gsl_vector_set_all(q->lambda, log(15));
  hold_elbo(&coin->target, q, -7.138367375);
  gsl_vector_set(q->lambda, 0, log(16));
  gsl_vector_set(q->lambda, 1, log(14));
  hold_elbo(&coin->target, q, -7.069374503);
  mg_guide_free(q);
  mg_posterior_free(coin);
}

/* ---- climbs ---- */

/* To the end, which must come without an error. */
static mg_bbvi_report climb(const mg_target *t, mg_guide *q,
                            const mg_bbvi_options *options,
                            unsigned long seed) {
  mg_bbvi *b = mg_bbvi_alloc(t, q, options, seed);
  int status;
  cr_assert_not_null(b, "%s", mg_reason());
  do
    status = mg_bbvi_iterate(b);
  while (status == GSL_SUCCESS && (status = mg_bbvi_test(b)) == GSL_CONTINUE);
  cr_assert_eq(status, GSL_SUCCESS, "%s", mg_reason());
  const mg_bbvi_report last = *mg_bbvi_last(b);
  mg_bbvi_free(b);
  return last;
}

/* Robbins and Monro's steps. */
static mg_bbvi_options falling(mg_estimator estimator, size_t draws,
                               size_t iterations, double rate) {
  mg_bbvi_options o = mg_bbvi_options_default();
  o.estimator = estimator;
  o.draws = draws;
  o.iterations = iterations;
  o.average = 0.5;
  o.threads = 1;
  o.steps.method = MG_OPTIMIZER_SGD;
  o.steps.rate = rate;
  o.steps.decay = 10;
  return o;
}

/* E_q log p of a Gaussian p with that mean and covariance, and the entropy of
 * a Gaussian guide, in closed form. */
static double exact_elbo(const mg_posterior *p, const mg_guide *q) {
  const size_t n = q->dim;
  gsl_vector *m = gsl_vector_alloc(n), *off = gsl_vector_alloc(n);
  gsl_matrix *sigma = gsl_matrix_alloc(n, n), *c = gsl_matrix_alloc(n, n);
  double elbo;
  mg_guide_entropy(q, &elbo, NULL);
  mg_guide_moments(q, off, c);
  mg_posterior_moments(p, m, sigma);
  gsl_vector_sub(off, m);
  gsl_blas_dger(1, off, off, c);
  gsl_linalg_cholesky_decomp1(sigma);
  for (size_t i = 0; i < n; i++)
    elbo -= log(gsl_matrix_get(sigma, i, i)) + MG_LN_2PI / 2;
  gsl_linalg_cholesky_invert(sigma);
  gsl_matrix_mul_elements(c, sigma);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      elbo -= gsl_matrix_get(c, i, j) / 2;
  gsl_vector_free(m);
  gsl_vector_free(off);
  gsl_matrix_free(sigma);
  gsl_matrix_free(c);
  return elbo;
}

/* Two coordinates that correlate by 0.8 about 0.5: mean-field can reach
 * log(1 - rho^2) / 2 [gaussian_target.2], full rank 0. */
static void reach(bool full, const mg_bbvi_options *options, double tolerance) {
  const mg_gaussian_options plan = {.dim = 2, .rho = 0.8, .mean = 0.5, .sd = 1};
  mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, &plan);
  mg_guide *q = full ? mg_guide_full_rank(&p->target)
                     : mg_guide_mean_field(&p->target, NULL);
  const double best = full ? 0 : log(1 - 0.64) / 2;
  double elbo, se;
  climb(&p->target, q, options, 1);
  const double at = exact_elbo(p, q);
  cr_expect_leq(at, best + 1e-12, "%.12g is above the best, %.12g", at, best);
  cr_expect_geq(at, best - tolerance, "%.12g, not %.12g", at, best);
  find_elbo(&p->target, q, 1000, 2, 1, &elbo, &se);
  cr_expect_leq(fabs(elbo - best), 6.1 * se + 1e-12, "%.9g +- %.2g, not %.9g",
                elbo, se, best);
  mg_guide_free(q);
  mg_posterior_free(p);
}

Test(bbvi, mean_field_reaches_its_best_by_the_path) {
  const mg_bbvi_options o = falling(MG_ESTIMATOR_PATHWISE, 2000, 8000, 0.3);
  reach(false, &o, 1e-6);
}

Test(bbvi, full_rank_reaches_its_best_by_the_path) {
  const mg_bbvi_options o = falling(MG_ESTIMATOR_PATHWISE, 2000, 8000, 0.3);
  reach(true, &o, 1e-6);
}

/* Where q can be the posterior, nothing is left to wander. */
Test(bbvi, sticking_lands) {
  mg_bbvi_options o = falling(MG_ESTIMATOR_STICKING, 10, 2000, 0.1);
  o.steps.schedule = MG_SCHEDULE_CONSTANT;
  o.average = 0;
  reach(true, &o, 1e-12);
}

/* Within the standard error of 1000 draws, by values of log p alone. */
Test(bbvi, by_the_score) {
  const mg_estimator kinds[] = {
      MG_ESTIMATOR_SCORE, MG_ESTIMATOR_BASELINE, MG_ESTIMATOR_CONTROL,
      MG_ESTIMATOR_RAO_BLACKWELL, MG_ESTIMATOR_RAO_BLACKWELL_CONTROL};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    mg_bbvi_options o = falling(kinds[k], 100, 4000, 0.05);
    reach(false, &o, 1e-3);
    if (k < 3)
      reach(true, &o, 1e-3);
  }
}

/* The other steps; each in units of its own. */
Test(bbvi, by_adagrad_and_adam) {
  mg_bbvi_options o = mg_bbvi_options_default();
  o.iterations = 4000;
  reach(false, &o, 1e-3);
  reach(true, &o, 1e-3);
  o.steps.method = MG_OPTIMIZER_ADAGRAD;
  o.steps.schedule = MG_SCHEDULE_CONSTANT;
  o.steps.rate = 0.5;
  reach(false, &o, 1e-3);
  reach(true, &o, 1e-3);
}

/* A beta guide of the coin becomes its posterior, Beta(16, 14). */
Test(bbvi, the_coins_posterior) {
  mg_posterior *coin = mg_posterior_alloc(&mg_coin_type, NULL);
  mg_guide *q = mg_guide_mean_field(&coin->target, NULL);
  const mg_bbvi_options o = mg_bbvi_options_default();
  climb(&coin->target, q, &o, 1);
  const double a = exp(gsl_vector_get(q->lambda, 0));
  const double b = exp(gsl_vector_get(q->lambda, 1));
  cr_expect_float_eq(a, 16, 0.05, "alpha %g", a);
  cr_expect_float_eq(b, 14, 0.05, "beta %g", b);
  hold_elbo(&coin->target, q, -7.069374503);
  mg_guide_free(q);
  mg_posterior_free(coin);
}

/* ---- one iteration, and the end ---- */

/* [bbvi.1]: the draws of the stream, the mean of their rows, times the rate. */
Test(bbvi, a_step_by_hand) {
  mg_guide *q = gaussian(&one, -1, 1), *before = mg_guide_copy(q);
  const mg_bbvi_options o = falling(MG_ESTIMATOR_BASELINE, 50, 10, 0.25);
  mg_bbvi *b = mg_bbvi_alloc(&one, q, &o, 4);
  mg_draws d = {0};
  gsl_rng *rng = mg_stream_alloc(4, "bbvi/draws", 0);
  double elbo, se, sum = 0;
  mg_draws_init(&d, MG_ESTIMATOR_BASELINE, &one, before, 50);
  mg_draws_make(&d, rng, 1);
  mg_draws_elbo(&d, &elbo, &se);
  cr_assert_eq(mg_bbvi_iterate(b), GSL_SUCCESS, "%s", mg_reason());
  const mg_bbvi_report *r = mg_bbvi_last(b);
  for (size_t j = 0; j < 2; j++) {
    const double mean = gsl_stats_mean(d.rows->data + j, d.rows->tda, 50);
    const double step =
        gsl_vector_get(q->lambda, j) - gsl_vector_get(before->lambda, j);
    cr_expect_float_eq(step, 0.25 * mean, 1e-12, "%zu: %g, not %g", j, step,
                       0.25 * mean);
    sum += gsl_stats_variance(d.rows->data + j, d.rows->tda, 50);
  }
  cr_expect_float_eq(r->variance, sum, 1e-12 * sum, "variance %g", r->variance);
  cr_expect(r->elbo == elbo && r->std_error == se, "bound %g", r->elbo);
  cr_expect_float_eq(r->change, 0.25 * r->gradient, 1e-12, "%g", r->change);
  cr_expect(r->rate == 0.25 && r->iteration == 1, "rate %g", r->rate);
  mg_draws_clear(&d);
  gsl_rng_free(rng);
  mg_bbvi_free(b);
  mg_guide_free(q);
  mg_guide_free(before);
}

/* [bbvi.3]: for a = 1 the mean of all lambda, for a = 0 the last; in between
 * weights by the recurrence written as a product. */
static void hold_average(double a) {
  enum { TURNS = 40 };
  mg_guide *q = gaussian(&one, -1, 1);
  mg_bbvi_options o = falling(MG_ESTIMATOR_PATHWISE, 5, TURNS, 0.25);
  o.average = a;
  mg_bbvi *b = mg_bbvi_alloc(&one, q, &o, 4);
  double lambda[TURNS], right = 0, left = 1;
  for (size_t t = 0; t < TURNS; t++) {
    mg_bbvi_iterate(b);
    lambda[t] = gsl_vector_get(q->lambda, 0);
    cr_expect_eq(mg_bbvi_test(b), t + 1 < TURNS ? GSL_CONTINUE : GSL_SUCCESS);
  }
  for (size_t t = TURNS; t-- > 0;) {
    const double share = 1 / (a * (double)(t + 1) + 1 - a);
    right += left * share * lambda[t];
    left *= 1 - share;
  }
  cr_expect_float_eq(gsl_vector_get(q->lambda, 0), right, 1e-12,
                     "share %g: %.15g, not %.15g", a,
                     gsl_vector_get(q->lambda, 0), right);
  if (a == 0)
    cr_expect_eq(gsl_vector_get(q->lambda, 0), lambda[TURNS - 1], "the last");
  if (a == 1)
    cr_expect_float_eq(right, gsl_stats_mean(lambda, 1, TURNS), 1e-12, "all");
  mg_bbvi_free(b);
  mg_guide_free(q);
}

Test(bbvi, the_mean_of_lambda) {
  hold_average(0);
  hold_average(0.25);
  hold_average(1);
}

/* [bbvi.2]: over when the mean of 20 lengths is below the tolerance, not
 * before. */
Test(bbvi, it_stops_where_lambda_stands_still) {
  mg_guide *q = gaussian(&one, -1, 1);
  mg_bbvi_options o = falling(MG_ESTIMATOR_PATHWISE, 100, 100000, 0.25);
  double length[20] = {0};
  o.tolerance = 0.002;
  o.steps.power = 1;
  mg_bbvi *b = mg_bbvi_alloc(&one, q, &o, 4);
  size_t t = 0;
  bool still = false;
  while (!still && t < 100000) {
    cr_assert_eq(mg_bbvi_iterate(b), GSL_SUCCESS, "%s", mg_reason());
    length[t++ % 20] = mg_bbvi_last(b)->change;
    still = t >= 20 && gsl_stats_mean(length, 1, 20) < 0.002;
    cr_expect_eq(mg_bbvi_test(b), still ? GSL_SUCCESS : GSL_CONTINUE,
                 "iteration %zu", t);
    cr_expect_eq(mg_bbvi_last(b)->converged, still, "iteration %zu", t);
  }
  cr_expect(t > 20 && t < 100000, "stopped at %zu", t);
  mg_bbvi_free(b);
  mg_guide_free(q);
}

Test(bbvi, the_same_bytes_for_any_number_of_threads) {
  gsl_vector *first = NULL;
  for (size_t threads = 1; threads <= 4; threads++) {
    mg_gaussian_options plan = {.dim = 5, .rho = 0.5, .mean = 0, .sd = 1};
    mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, &plan);
    mg_guide *q = mg_guide_full_rank(&p->target);
    mg_bbvi_options o = mg_bbvi_options_default();
    o.iterations = 30;
    o.threads = threads;
    climb(&p->target, q, &o, 9);
    if (!first) {
      first = gsl_vector_alloc(q->lambda->size);
      gsl_vector_memcpy(first, q->lambda);
    }
    cr_expect(gsl_vector_equal(first, q->lambda), "%zu threads", threads);
    mg_guide_free(q);
    mg_posterior_free(p);
  }
  gsl_vector_free(first);
}

/* ---- what goes wrong ---- */

/* Runs until it fails: these words are in the reason, and the guide still makes
 * a law. */
static void fails(const mg_target *t, mg_guide *q, const mg_bbvi_options *o,
                  const char *const *words) {
  mg_bbvi *b = mg_bbvi_alloc(t, q, o, 1);
  int status = GSL_SUCCESS;
  cr_assert_not_null(b, "%s", mg_reason());
  for (size_t i = 0; status == GSL_SUCCESS && i < 5000; i++)
    status = mg_bbvi_iterate(b);
  cr_expect_eq(status, GSL_EDOM, "status %d", status);
  for (; *words; words++)
    cr_expect(strstr(mg_reason(), *words), "'%s' not in: %s", *words,
              mg_reason());
  double entropy;
  cr_expect_eq(mg_guide_entropy(q, &entropy, NULL), GSL_SUCCESS, "%s",
               mg_reason());
  mg_bbvi_free(b);
  mg_guide_free(q);
}

/* NaN beyond 3. */
static int holed_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                       gsl_matrix *dz) {
  one_joint(self, z, log_p, dz);
  for (size_t s = 0; s < z->size1; s++)
    if (gsl_matrix_get(z, s, 0) > 3)
      gsl_vector_set(log_p, s, NAN);
  return GSL_SUCCESS;
}

Test(bbvi, a_target_that_is_not_defined) {
  mg_target holed = one;
  const mg_bbvi_options o = falling(MG_ESTIMATOR_CONTROL, 100, 5000, 0.01);
  holed.log_density = holed_joint;
  holed.name = "holed";
  fails(&holed, gaussian(&holed, 4, 0.5), &o,
        (const char *[]){"iteration 1: ", "log p of holed is ", "z = (", NULL});
  fails(&holed, gaussian(&holed, 0, 1), &o,
        (const char *[]){"after a step of", "rate 0.0", "log p of holed is ",
                         "z = (3.", NULL});
}

/* A rate of 5 over a curvature of 2: the mean's distance grows ninefold. */
Test(bbvi, a_rate_that_is_too_high) {
  mg_bbvi_options o = falling(MG_ESTIMATOR_PATHWISE, 100, 5000, 5);
  o.steps.schedule = MG_SCHEDULE_CONSTANT;
  fails(
      &one, gaussian(&one, 0, 1), &o,
      (const char *[]){"iteration", "[0] at the rate 5", "smaller rate", NULL});
}

/* log p itself is finite, its product with a score is not. */
static int steep_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                       gsl_matrix *dz) {
  one_joint(self, z, log_p, dz);
  gsl_vector_set_all(log_p, 1e308);
  return GSL_SUCCESS;
}

Test(bbvi, a_gradient_that_is_no_number) {
  mg_target steep = one;
  const mg_bbvi_options o = falling(MG_ESTIMATOR_SCORE, 100, 5000, 0.01);
  steep.log_density = steep_joint;
  fails(&steep, gaussian(&steep, 0, 0.01), &o,
        (const char *[]){"iteration 1: ", "the gradient in mean[0] is ", NULL});
}

Test(bbvi, options_are_checked_and_set_by_name) {
  mg_guide *q = gaussian(&one, 0, 1);
  mg_bbvi_options o = mg_bbvi_options_default();
  cr_expect_eq(mg_option_check(mg_bbvi_option_table, &o), GSL_SUCCESS, "%s",
               mg_reason());
  for (int kind = 0; kind < MG_ESTIMATORS; kind++) {
    cr_expect_eq(mg_option_set(mg_bbvi_option_table, "estimator",
                               mg_estimators[kind].name, &o),
                 GSL_SUCCESS, "%s", mg_reason());
    cr_expect_eq((int)o.estimator, kind, "%s", mg_estimators[kind].name);
  }
  mg_option_set(mg_bbvi_option_table, "method", "adagrad", &o);
  cr_expect_eq(o.steps.method, MG_OPTIMIZER_ADAGRAD, "method");
  o.draws = 1;
  cr_expect_null(mg_bbvi_alloc(&one, q, &o, 1), "one draw was taken");
  o.draws = 2;
  o.steps.rate = -1;
  cr_expect_null(mg_bbvi_alloc(&one, q, &o, 1), "a rate below 0 was taken");
  o = falling(MG_ESTIMATOR_RAO_BLACKWELL, 5, 5, 1);
  cr_expect_null(mg_bbvi_alloc(&one, q, &o, 1), "factors that are not there");
  cr_expect(strstr(mg_reason(), "factors"), "%s", mg_reason());
  mg_bbvi_free(NULL);
  mg_guide_free(q);
}
