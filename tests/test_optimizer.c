/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps whose iterates are known in closed form, and what is refused. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "infer/optimizer.h"

static mg_optimizer *made(size_t size, mg_optimizer_options options) {
  mg_optimizer *o = mg_optimizer_alloc(size, &options);
  cr_assert_not_null(o, "none: %s", mg_reason());
  return o;
}

static mg_optimizer_options constant(double rate) {
  mg_optimizer_options options = mg_optimizer_options_default();
  options.rate = rate;
  return options;
}

static mg_optimizer_options falling(double rate, double decay, double power) {
  mg_optimizer_options options = constant(rate);
  options.schedule = MG_SCHEDULE_ROBBINS_MONRO;
  options.decay = decay;
  options.power = power;
  return options;
}

/* One step of one parameter up a gradient. */
static void step(mg_optimizer *o, double *theta, double gradient) {
  gsl_vector_view t = gsl_vector_view_array(theta, 1);
  gsl_vector_view g = gsl_vector_view_array(&gradient, 1);
  const size_t before = mg_optimizer_steps(o);
  cr_assert_eq(mg_optimizer_step(o, &t.vector, &g.vector), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_optimizer_steps(o), before + 1, "steps after one more: %zu",
               mg_optimizer_steps(o));
}

/* Up -c (theta - top)^2 / 2 the distance is multiplied by 1 - rate c a step,
 * column by column; a rate beyond 2 / c runs away by the same formula. */
Test(optimizer, a_quadratic_in_closed_form) {
  const double top[] = {3, -1, 0.5}, c[] = {1, 0.25, 5}, rate = 0.5;
  double theta[] = {0, 1, 0.75}, gradient[3];
  gsl_vector_view t = gsl_vector_view_array(theta, 3);
  gsl_vector_view g = gsl_vector_view_array(gradient, 3);
  mg_optimizer *o = made(3, constant(rate));
  const double start[] = {0 - 3, 1 + 1, 0.75 - 0.5};
  for (int n = 1; n <= 20; n++) {
    for (int i = 0; i < 3; i++)
      gradient[i] = -c[i] * (theta[i] - top[i]);
    mg_optimizer_step(o, &t.vector, &g.vector);
    for (int i = 0; i < 3; i++) {
      const double expected = top[i] + start[i] * pow(1 - rate * c[i], n);
      cr_assert_float_eq(theta[i], expected, 1e-13 * (1 + fabs(expected)),
                         "step %d parameter %d: %.17g, not %.17g", n, i,
                         theta[i], expected);
    }
  }
  cr_assert_gt(fabs(theta[2]), 100, "a rate of 2.5 / c did not run away");
  mg_optimizer_free(o);
}

/* 2^-k steps are exact: three steps, by hand. */
Test(optimizer, three_steps_by_hand) {
  mg_optimizer *o = made(1, falling(1, 1, 1));
  const double rates[] = {1, 1. / 2, 1. / 3};
  double theta = 10;
  for (int t = 0; t < 3; t++) {
    cr_expect_eq(mg_optimizer_rate(o), rates[t], "rate %d is %.17g", t,
                 mg_optimizer_rate(o));
    step(o, &theta, 6);
  }
  cr_expect_eq(theta, 10 + 6 + 3 + 2, "%.17g after three steps", theta);
  mg_optimizer_free(o);
}

/* Numbers that look like data. */
static double datum(size_t i) {
  return 5 * sin(1.7 * (double)i) + 0.01 * (double)(i % 13);
}

/* [sgd.3]: at rate 1 / (t + 1) theta is the mean of what was seen, and the
 * start is forgotten at the first step. */
Test(optimizer, robbins_monro_is_the_running_mean) {
  mg_optimizer *o = made(1, falling(1, 1, 1));
  double theta = -40;
  long double sum = 0;
  for (size_t n = 1; n <= 5000; n++) {
    sum += (long double)datum(n);
    step(o, &theta, datum(n) - theta);
    cr_assert_float_eq(theta, (double)(sum / n), 1e-13,
                       "after %zu data %.17g, their mean %.17g", n, theta,
                       (double)(sum / n));
  }
  mg_optimizer_free(o);
}

/* At rate 1/m, decay m the start counts as m - 1 data. */
Test(optimizer, a_smaller_rate_is_a_prior) {
  const double m = 8, start = -40;
  mg_optimizer *o = made(1, falling(1 / m, m, 1));
  double theta = start;
  long double sum = (m - 1) * start;
  for (size_t n = 1; n <= 1000; n++) {
    const double expected = (double)((sum += datum(n)) / (m - 1 + (double)n));
    step(o, &theta, datum(n) - theta);
    cr_assert_float_eq(theta, expected, 1e-13,
                       "after %zu data %.17g, not %.17g", n, theta, expected);
  }
  mg_optimizer_free(o);
}

/* With power 1 the sum of the rates grows as rate decay log t, and with 3/4 as
 * its fourth root; the sum of squares stays below its integral's bound. */
Test(optimizer, the_schedule_meets_its_conditions) {
  const double power = 0.75, decay = 4, rate = 2;
  mg_optimizer *o = made(1, falling(rate, decay, power));
  double theta = 0, sum = 0, squares = 0;
  for (size_t t = 0; t < 20000; t++) {
    const double now = mg_optimizer_rate(o);
    cr_assert_float_eq(now, rate * pow(1 + (double)t / decay, -power), 1e-15,
                       "rate %zu is %.17g", t, now);
    sum += now;
    squares += now * now;
    step(o, &theta, 1);
  }
  const double least = rate * decay / 0.25 * (pow(1 + 5000, 0.25) - 1);
  cr_expect_gt(sum, least, "the rates sum to %g, not over %g", sum, least);
  cr_expect_lt(squares, rate * rate * (1 + decay / 0.5), "squares: %g",
               squares);
  cr_expect_float_eq(theta, sum, 1e-9, "theta %.17g, rates %.17g", theta, sum);
  mg_optimizer_free(o);
}

/* A step that is refused: its code, its words, and nothing moved. */
static void refused(mg_optimizer *o, gsl_vector *theta,
                    const gsl_vector *gradient, int code, const char *words) {
  double before[8];
  for (size_t i = 0; i < theta->size; i++)
    before[i] = gsl_vector_get(theta, i);
  cr_expect_eq(mg_optimizer_step(o, theta, gradient), code, "%s: wrong code",
               words);
  cr_expect(strstr(mg_reason(), words), "'%s' not in: %s", words, mg_reason());
  for (size_t i = 0; i < theta->size; i++)
    cr_expect(memcmp(&before[i], gsl_vector_ptr(theta, i), sizeof *before) == 0,
              "%s: theta %zu moved", words, i);
  cr_expect_eq(mg_optimizer_steps(o), 0, "%s: counted as a step", words);
}

Test(optimizer, what_is_not_finite_moves_nothing) {
  double theta[] = {1, 2, 1e308}, gradient[] = {1, 1, 1};
  gsl_vector_view t = gsl_vector_view_array(theta, 3);
  gsl_vector_view g = gsl_vector_view_array(gradient, 3);
  gsl_vector_view two = gsl_vector_subvector(&t.vector, 0, 2);
  mg_optimizer *o = made(3, constant(1));
  refused(o, &two.vector, &g.vector, GSL_EBADLEN, "for 3 parameters");
  refused(o, &t.vector, &two.vector, GSL_EBADLEN, "gradient 2");
  gradient[1] = NAN;
  refused(o, &t.vector, &g.vector, GSL_EDOM, "number 1 of the gradient is");
  gradient[1] = -INFINITY;
  refused(o, &t.vector, &g.vector, GSL_EDOM, "number 1 of the gradient is");
  gradient[1] = 0;
  gradient[2] = 1e308;
  refused(o, &t.vector, &g.vector, GSL_EDOM, "parameter 2 is 1e+308");
  gradient[2] = 0;
  theta[0] = NAN;
  refused(o, &t.vector, &g.vector, GSL_EDOM, "parameter 0 is");
  mg_optimizer_free(o);
}

Test(optimizer, options_out_of_range_are_refused) {
  const mg_optimizer_options bad[] = {
      constant(0),           constant(-1),       constant(NAN),
      constant(INFINITY),    falling(1, 0, 1),   falling(1, 1, 0.5),
      falling(1, 1, 1.0001), falling(1, NAN, 1), {.method = 1}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_expect_null(mg_optimizer_alloc(1, &bad[i]), "options %zu taken", i);
  mg_optimizer_options options = mg_optimizer_options_default();
  cr_expect_eq(mg_option_set(mg_optimizer_option_table, "schedule",
                             "robbins-monro", &options),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect_eq(options.schedule, MG_SCHEDULE_ROBBINS_MONRO, "another schedule");
  mg_optimizer_free(made(0, options));
  mg_optimizer_free(NULL);
}

/* A view that skips columns is a vector as well. */
Test(optimizer, a_stride) {
  double theta[] = {1, 99, 2, 99}, gradient[] = {10, 20};
  gsl_vector_view t = gsl_vector_view_array_with_stride(theta, 2, 2);
  gsl_vector_view g = gsl_vector_view_array(gradient, 2);
  mg_optimizer *o = made(2, constant(0.5));
  mg_optimizer_step(o, &t.vector, &g.vector);
  cr_expect(theta[0] == 6 && theta[1] == 99, "%g %g", theta[0], theta[1]);
  cr_expect(theta[2] == 12 && theta[3] == 99, "%g %g", theta[2], theta[3]);
  mg_optimizer_free(o);
}
