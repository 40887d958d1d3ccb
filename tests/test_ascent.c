/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters that climb: steps by hand, what shrinks, what a checkpoint
 * keeps. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>

#include "base/status.h"
#include "models/ascent.h"

enum { N = 3 };

static mg_ascent begun(const mg_ascent_options *o) {
  mg_ascent a = {.theta = NULL};
  cr_assert_eq(mg_ascent_init(&a, N, o), GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < N; i++)
    a.theta[i] = (mg_real)(1 << i);
  return a;
}

static void step(mg_ascent *a, const mg_ascent_options *o, mg_real g) {
  const mg_real gradient[N] = {g, g, g};
  cr_assert_eq(mg_ascent_step(a, o, gradient, 4, 1), GSL_SUCCESS, "%s",
               mg_reason());
}

static void expect_theta(const mg_ascent *a, double x, double y, double z) {
  const double want[N] = {x, y, z};
  for (size_t i = 0; i < N; i++)
    cr_expect_float_eq(a->theta[i], want[i], 4e-7 * want[i],
                       "theta %zu is %.9g, not %.9g", i, (double)a->theta[i],
                       want[i]);
}

/* Adam's first step is the rate, up the gradient, whatever its length. */
Test(ascent, the_first_step_is_the_rate) {
  const mg_ascent_options o = mg_ascent_options_default(0.25);
  mg_ascent a = begun(&o);
  step(&a, &o, 12);
  expect_theta(&a, 1.25, 2.25, 4.25);
  cr_expect_eq(a.steps, 1, "%g steps", a.steps);
  mg_ascent_clear(&a);
  a = begun(&o);
  step(&a, &o, -3000);
  expect_theta(&a, 0.75, 1.75, 3.75);
  mg_ascent_clear(&a);
}

/* theta (1 - rate weight_decay), then the step; at a cosine's middle the rate
 * is half, and with it the share. */
Test(ascent, weights_shrink_and_others_do_not) {
  mg_ascent_options o = mg_ascent_options_default(0.5);
  o.weight_decay = 0.5;
  mg_ascent a = begun(&o);
  step(&a, &o, 0);
  expect_theta(&a, 0.75, 1.5, 3);
  a.weights = 2;
  step(&a, &o, 0);
  expect_theta(&a, 0.5625, 1.125, 3);
  mg_ascent_clear(&a);
  o.schedule = MG_SCHEDULE_COSINE;
  o.decay = 2;
  a = begun(&o);
  step(&a, &o, 0);
  step(&a, &o, 0);
  expect_theta(&a, 0.75 * 0.875, 1.5 * 0.875, 3 * 0.875);
  step(&a, &o, 0);
  expect_theta(&a, 0.75 * 0.875, 1.5 * 0.875, 3 * 0.875);
  mg_ascent_clear(&a);
}

/* 24 from 8 data is 3 a datum; the gradient is of the sum. */
Test(ascent, an_update_reports_the_mean) {
  const mg_ascent_options o = mg_ascent_options_default(0.25);
  mg_ascent a = begun(&o);
  double sum = 24;
  mg_real gradient[N] = {1, -1, 1};
  gsl_vector_view sums = gsl_vector_view_array(&sum, 1);
  const mg_stats stats = {.sums = &sums.vector, .gradient = gradient, .n = 8};
  mg_report report;
  cr_assert_eq(mg_ascent_update(&a, &o, &stats, 1, &report), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(report.objective == 3 && report.log_likelihood == 3, "%g a datum",
            report.objective);
  cr_expect_str_eq(report.objective_name, "log-likelihood", "%s",
                   report.objective_name);
  expect_theta(&a, 1.25, 1.75, 4.25);
  mg_ascent_clear(&a);
}

/* Copies theta and the named state, as a checkpoint does. */
static void copy(mg_ascent *from, mg_ascent *to) {
  mg_tensors a = {.n = 0}, b = {.n = 0};
  mg_ascent_state(from, &a);
  mg_ascent_state(to, &b);
  cr_assert(a.n == b.n && a.n == 3, "%zu and %zu tensors", a.n, b.n);
  for (size_t i = 0; i < a.n; i++) {
    const mg_tensor *s = &a.item[i], *t = &b.item[i];
    const size_t n = s->rank ? s->shape[0] : 1;
    cr_assert(n == (t->rank ? t->shape[0] : 1) && !s->real == !t->real,
              "tensor %zu", i);
    for (size_t j = 0; j < n; j++)
      if (s->real)
        t->real[j] = s->real[j];
      else
        t->value[j] = s->value[j];
  }
  for (size_t i = 0; i < N; i++)
    to->theta[i] = from->theta[i];
}

/* The third step of one that was stopped after two has the same bytes. */
Test(ascent, the_state_is_all_that_steps_depend_on) {
  mg_ascent_options o = mg_ascent_options_default(0.25);
  o.schedule = MG_SCHEDULE_COSINE;
  o.decay = 5;
  mg_ascent whole = begun(&o), cut = begun(&o);
  step(&whole, &o, 3);
  step(&whole, &o, -1);
  copy(&whole, &cut);
  cr_assert_eq(mg_ascent_refresh(&cut), GSL_SUCCESS, "%s", mg_reason());
  step(&whole, &o, 0.5f);
  step(&cut, &o, 0.5f);
  for (size_t i = 0; i < N; i++)
    cr_expect(whole.theta[i] == cut.theta[i], "theta %zu: %a and %a", i,
              (double)whole.theta[i], (double)cut.theta[i]);
  cr_expect_eq(cut.steps, 3, "%g steps", cut.steps);
  mg_ascent_clear(&whole);
  mg_ascent_clear(&cut);
}

Test(ascent, what_no_fit_leaves_is_refused) {
  const mg_ascent_options o = mg_ascent_options_default(0.25);
  static const double steps[] = {-1, NAN, INFINITY, 0x1p53};
  mg_ascent a = begun(&o);
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    a.steps = steps[i];
    cr_expect_eq(mg_ascent_refresh(&a), GSL_EDOM, "%g steps", steps[i]);
  }
  a.steps = 7;
  a.theta[1] = NAN;
  cr_expect_eq(mg_ascent_refresh(&a), GSL_EDOM, "a NaN");
  cr_expect_str_eq(mg_reason(), "number 2 of the networks is nan", "%s",
                   mg_reason());
  a.theta[1] = 0;
  cr_expect_eq(mg_ascent_refresh(&a), GSL_SUCCESS, "%s", mg_reason());
  mg_ascent_clear(&a);
  cr_expect_eq(mg_ascent_init(&a, SIZE_MAX / 2, &o), GSL_ENOMEM, "made");
  mg_ascent_clear(&a);
}
