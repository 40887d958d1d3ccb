/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence of a target by draws, against what it is. */
#include "eval/marginal.h"

#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "eval/tails.h"
#include "normal_target.h"
#include "targets/named.h"

/* Means that rise from coordinate to coordinate, as the posterior's. */
static mg_guide *gaussian(const mg_target *target, double mean, double sd) {
  mg_guide *q = mg_guide_mean_field(target, NULL);
  cr_assert(q, "%s", mg_reason());
  gsl_vector *m = gsl_vector_alloc(target->dim);
  gsl_vector *s = gsl_vector_alloc(target->dim);
  for (size_t i = 0; i < target->dim; i++)
    gsl_vector_set(m, i, mean * (double)(i + 1));
  gsl_vector_set_all(s, sd);
  mg_guide_set(q, m, s);
  gsl_vector_free(m);
  gsl_vector_free(s);
  return q;
}

static mg_evidence found(const mg_target *target, const mg_guide *q,
                         mg_marginal method, size_t draws, unsigned long seed) {
  mg_marginal_options options = mg_marginal_options_default(method);
  mg_evidence e = {.value = NAN};
  options.draws = draws;
  cr_assert_eq(mg_marginal_of(target, q, method, &options, seed, &e),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect(e.n == 1 && e.draws == draws, "%zu of %zu draws", e.draws, draws);
  return e;
}

static void expect_near(double value, double error, double truth,
                        const char *what) {
  cr_expect(fabs(value - truth) <= 6.1 * error, "%s: %.6f +- %.6f, truth %.6f",
            what, value, error, truth);
}

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(marginal, .init = quiet);

/* ---- exact ---- */

Test(marginal, a_guide_that_is_the_posterior_has_one_weight) {
  const mg_target target = normal_target(3);
  mg_guide *q = gaussian(&target, 0.5, M_SQRT1_2);
  for (int method = 0; method <= MG_MARGINAL_IMPORTANCE; method++) {
    const mg_evidence e = found(&target, q, (mg_marginal)method, 500, 1);
    cr_expect(fabs(e.value - normal_log_evidence(3)) < 1e-12, "%s %.15g",
              e.method, e.value);
    cr_expect(e.std_error < 1e-7 && e.claim == MG_LOWER, "%s: +- %g, %d",
              e.method, e.std_error, e.claim);
  }
  mg_guide_free(q);
}

Test(marginal, weights_are_the_joint_by_the_base) {
  const mg_target target = normal_target(2);
  gsl_vector *log_w = gsl_vector_alloc(300);
  gsl_vector *again = gsl_vector_alloc(300);
  cr_assert_eq(mg_marginal_weights(&target, NULL, 5, 1, log_w), GSL_SUCCESS);
  cr_assert_eq(mg_marginal_weights(&target, NULL, 5, 2, again), GSL_SUCCESS);
  cr_expect(gsl_vector_equal(log_w, again), "threads move the weights");
  cr_expect(gsl_vector_max(log_w) <= -MG_LN_2PI, "above the best likelihood");
  const mg_evidence e = found(&target, NULL, MG_MARGINAL_ELBO, 300, 5);
  double mean = 0;
  for (size_t s = 0; s < 300; s++)
    mean += gsl_vector_get(log_w, s) / 300;
  cr_expect(fabs(e.value - mean) < 1e-13, "%.15g, %.15g", e.value, mean);
  gsl_vector_free(log_w);
  gsl_vector_free(again);
}

/* ---- reference numbers ---- */

Test(marginal, elbos_of_the_reference) {
  const mg_target target = normal_target(1);
  mg_guide *q = gaussian(&target, 0, M_SQRT1_2);
  mg_evidence e = found(&target, NULL, MG_MARGINAL_ELBO, 400000, 1);
  expect_near(e.value, e.std_error, -1.918939, "elbo of the prior");
  cr_expect(e.std_error < 0.003, "+- %g", e.std_error);
  e = found(&target, q, MG_MARGINAL_ELBO, 400000, 1);
  expect_near(e.value, e.std_error, -1.765512, "elbo of N(0, 1/2)");
  mg_guide_free(q);
}

/* The log of a mean of K weights is IWAE-K in expectation. */
Test(marginal, the_log_mean_of_few_weights_is_a_bound) {
  static const struct {
    size_t k;
    double prior, narrow;
  } rows[] = {{2, -1.6533, -1.6527},
              {5, -1.5576, -1.5752},
              {10, -1.5351, -1.5466},
              {50, -1.5193, -1.5221}};
  const mg_target target = normal_target(1);
  mg_guide *q = gaussian(&target, 0, M_SQRT1_2);
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (int narrow = 0; narrow < 2; narrow++) {
      const size_t n = 20000;
      double sum = 0, square = 0;
      for (size_t seed = 0; seed < n; seed++) {
        const double value = found(&target, narrow ? q : NULL,
                                   MG_MARGINAL_IMPORTANCE, rows[r].k, seed)
                                 .value;
        sum += value / (double)n;
        square += value * value / (double)n;
      }
      const double error = sqrt((square - sum * sum) / (double)(n - 1));
      const double truth = narrow ? rows[r].narrow : rows[r].prior;
      cr_expect(fabs(sum - truth) < 6.1 * error + 5e-5,
                "IWAE-%zu of %s: %.5f +- %.5f, truth %.4f", rows[r].k,
                narrow ? "N(0, 1/2)" : "the prior", sum, error, truth);
    }
  mg_guide_free(q);
}

/* ---- every posterior with a known evidence ---- */

Test(marginal, naive_monte_carlo_finds_what_is_known) {
  size_t known = 0;
  for (size_t i = 0; mg_posteriors[i]; i++) {
    mg_posterior *p = mg_posterior_alloc(mg_posteriors[i], NULL);
    double truth;
    cr_assert(p, "%s", mg_reason());
    if (p->target.sample_prior && p->target.log_prior &&
        mg_posterior_log_evidence(p, &truth) == GSL_SUCCESS) {
      const mg_evidence e =
          found(&p->target, NULL, MG_MARGINAL_IMPORTANCE, 50000, 3);
      cr_expect_str_eq(e.method, "naive");
      /* Withdrawn is withdrawn; the log is low by 1 / (2 ess). */
      if (isfinite(e.std_error)) {
        expect_near(e.value, e.std_error + 1 / e.ess, truth, p->type->name);
        known++;
      }
    }
    mg_posterior_free(p);
  }
  cr_expect(known >= 1, "%zu posteriors", known);
}

static void expect_walkers_find(mg_marginal method, size_t draws) {
  size_t known = 0;
  for (size_t i = 0; mg_posteriors[i]; i++) {
    mg_posterior *p = mg_posterior_alloc(mg_posteriors[i], NULL);
    double truth;
    cr_assert(p, "%s", mg_reason());
    if (p->target.sample_prior && p->target.log_prior && p->target.gradient &&
        mg_posterior_log_evidence(p, &truth) == GSL_SUCCESS) {
      const mg_evidence e = found(&p->target, NULL, method, draws, 2);
      if (isfinite(e.std_error)) {
        expect_near(e.value, e.std_error + (e.ess > 0 ? 1 / e.ess : 0), truth,
                    p->type->name);
        known++;
      }
    }
    mg_posterior_free(p);
  }
  cr_expect(known >= 4, "%zu posteriors", known);
}

Test(marginal, annealing_finds_what_is_known) {
  expect_walkers_find(MG_MARGINAL_AIS, 300);
}

Test(marginal, integration_finds_what_is_known) {
  expect_walkers_find(MG_MARGINAL_TI, 200);
}

/* Where the walkers start is no part of the answer. */
Test(marginal, walkers_may_start_from_a_guide) {
  const mg_target target = normal_target(2);
  mg_guide *q = gaussian(&target, 1, 0.5);
  for (int method = MG_MARGINAL_AIS; method < MG_MARGINALS; method++) {
    const mg_evidence e = found(&target, q, (mg_marginal)method, 300, 4);
    expect_near(e.value, e.std_error, normal_log_evidence(2), e.method);
    cr_expect(e.std_error < 0.05, "%s: +- %g", e.method, e.std_error);
    cr_expect_eq(e.claim, method == MG_MARGINAL_AIS ? MG_LOWER : MG_ESTIMATE);
  }
  mg_guide_free(q);
}

/* What the target has besides is asked of the target, never of the guide. */
static const int own = 0;

static int one_factor(const void *self, const gsl_matrix *z,
                      gsl_matrix *log_f) {
  gsl_vector_view log_p = gsl_matrix_column(log_f, 0);
  return normal_log_joint(self, z, &log_p.vector, NULL);
}

static bool holds_all(const void *self, size_t f, size_t i) {
  (void)f, (void)i;
  cr_expect_eq(self, &own, "another's holds");
  return true;
}

Test(marginal, a_guide_is_not_asked_for_factors) {
  mg_target target = normal_target(2);
  mg_guide *q = gaussian(&target, 0.5, 1);
  target.self = &own;
  target.factors = 1;
  target.log_factors = one_factor;
  target.holds = holds_all;
  for (int method = MG_MARGINAL_AIS; method < MG_MARGINALS; method++) {
    const mg_evidence e = found(&target, q, (mg_marginal)method, 64, 4);
    expect_near(e.value, e.std_error, normal_log_evidence(2), e.method);
  }
  mg_guide_free(q);
}

/* p(x) itself: the mean of w, not of its log. */
Test(marginal, the_mean_weight_is_the_evidence) {
  mg_posterior *p = mg_posterior_alloc(mg_posterior_find("coin"), NULL);
  const size_t n = 100000;
  gsl_vector *log_w = gsl_vector_alloc(n);
  double sum = 0, square = 0, truth;
  cr_assert(p, "%s", mg_reason());
  mg_posterior_log_evidence(p, &truth);
  cr_assert_eq(mg_marginal_weights(&p->target, NULL, 8, 0, log_w), GSL_SUCCESS);
  for (size_t s = 0; s < n; s++) {
    const double w = exp(gsl_vector_get(log_w, s) - truth);
    sum += w / (double)n;
    square += w * w / (double)n;
  }
  const double error = sqrt((square - sum * sum) / (double)(n - 1));
  expect_near(sum, error, 1, "mean of w / p(x)");
  cr_expect(error < 0.002, "+- %g", error);
  gsl_vector_free(log_w);
  mg_posterior_free(p);
}

/* ---- errors ---- */

Test(marginal, the_error_is_that_of_many_runs) {
  const mg_target target = normal_target(2);
  double sum = 0, square = 0, told = 0;
  for (unsigned long seed = 0; seed < 400; seed++) {
    const mg_evidence e =
        found(&target, NULL, MG_MARGINAL_IMPORTANCE, 1000, seed);
    sum += e.value / 400;
    square += e.value * e.value / 400;
    told += e.std_error / 400;
    cr_expect(e.ess > 100 && e.ess < 1000, "ess %g", e.ess);
  }
  const double sd = sqrt((square - sum * sum) * 400 / 399);
  /* An sd of 400 runs has an error of 1 in 28. */
  cr_expect(fabs(sd / told - 1) < 6.1 / sqrt(2 * 399.), "sd %g, told %g", sd,
            told);
}

Test(marginal, a_heavy_tail_withdraws_the_interval) {
  const mg_target target = normal_target(1);
  mg_guide *q = gaussian(&target, 0.5, 0.2);
  const mg_evidence e = found(&target, q, MG_MARGINAL_IMPORTANCE, 2000, 1);
  cr_expect(isnan(e.std_error) && e.pareto_k > 0.7, "k %g, +- %g", e.pareto_k,
            e.std_error);
  cr_expect(strstr(e.note, "interval for log p withdrawn"), "%s", e.note);
  mg_guide_free(q);
}

/* Two classes, p(x, z) = .1 and .3: naive is exact in its mean. */
static int classes_joint(const void *self, const gsl_matrix *z,
                         gsl_vector *log_p, gsl_matrix *dz) {
  (void)self, (void)dz;
  for (size_t s = 0; s < z->size1; s++)
    gsl_vector_set(log_p, s, log(gsl_matrix_get(z, s, 0) > 0 ? 0.3 : 0.1));
  return GSL_SUCCESS;
}

Test(marginal, classes_have_an_error_and_no_tail) {
  static const mg_support support[] = {MG_SUPPORT_CLASSES};
  static const size_t two[] = {2};
  const mg_target target = {.name = "classes",
                            .dim = 1,
                            .support = support,
                            .classes = two,
                            .log_density = classes_joint};
  mg_guide *q = mg_guide_mean_field(&target, NULL);
  cr_assert(q, "%s", mg_reason());
  const mg_evidence e = found(&target, q, MG_MARGINAL_IMPORTANCE, 10000, 1);
  expect_near(e.value, e.std_error, log(0.4), "two classes");
  cr_expect(fabs(e.std_error - 0.005) < 3e-4, "+- %g", e.std_error);
  cr_expect(isnan(e.pareto_k), "k %g", e.pareto_k);
  mg_guide_free(q);
}

/* ---- refusals ---- */

static int hole(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                gsl_matrix *dz) {
  normal_log_joint(self, z, log_p, dz);
  for (size_t s = 0; s < z->size1; s++)
    if (gsl_matrix_get(z, s, 0) > 2)
      gsl_vector_set(log_p, s, *(const double *)self);
  return GSL_SUCCESS;
}

static int status_of(const mg_target *target, const mg_guide *q,
                     mg_marginal method, size_t draws) {
  const mg_marginal_options options = {.draws = draws};
  mg_evidence e;
  return mg_marginal_of(target, q, method, &options, 1, &e);
}

Test(marginal, what_cannot_be_is_said) {
  mg_target target = normal_target(2);
  const mg_target other = normal_target(3);
  mg_guide *q = gaussian(&other, 0, 1);
  cr_expect_eq(status_of(&target, NULL, MG_MARGINAL_ELBO, 1), GSL_EINVAL);
  cr_expect_eq(status_of(&target, q, MG_MARGINAL_ELBO, 10), GSL_EBADLEN);
  cr_expect_eq(status_of(&target, NULL, MG_MARGINAL_AIS, 10), GSL_EINVAL,
               "no temperatures");
  target.gradient = false;
  cr_expect_eq(status_of(&target, NULL, MG_MARGINAL_AIS, 10), GSL_EUNSUP);
  cr_expect(strstr(mg_reason(), "take importance"), "%s", mg_reason());
  target.sample_prior = NULL;
  cr_expect_eq(status_of(&target, NULL, MG_MARGINAL_ELBO, 10), GSL_EUNSUP);
  cr_expect(strstr(mg_reason(), "give a guide"), "%s", mg_reason());
  mg_guide_free(q);
}

Test(marginal, a_hole_is_an_error_and_a_zero_a_weight) {
  double there = NAN;
  mg_target target = normal_target(1);
  target.self = &there;
  target.log_density = hole;
  cr_expect_eq(status_of(&target, NULL, MG_MARGINAL_IMPORTANCE, 1000),
               GSL_EDOM);
  cr_expect(strstr(mg_reason(), "at z = (2."), "%s", mg_reason());
  there = -INFINITY;
  cr_expect_eq(status_of(&target, NULL, MG_MARGINAL_IMPORTANCE, 1000),
               GSL_SUCCESS, "p(x, z) = 0 weighs nothing");
  cr_expect_eq(status_of(&target, NULL, MG_MARGINAL_ELBO, 1000), GSL_EDOM,
               "log 0 has no mean");
  cr_expect(strstr(mg_reason(), "take importance"), "%s", mg_reason());
}
