/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps whose iterates are known in closed form, and what is refused. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
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

static mg_optimizer_options with_method(int method) {
  mg_optimizer_options options = constant(0.1);
  options.method = (mg_optimizer_method)method;
  return options;
}

static mg_optimizer_options scheduled(mg_schedule schedule, double decay) {
  mg_optimizer_options options = constant(1);
  options.schedule = schedule;
  options.decay = decay;
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
      falling(1, 1, 1.0001), falling(1, NAN, 1), with_method(4)};
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

/* ---- methods that remember ---- */

/* A constant gradient of 1: the sum after t steps is (1 - m^t) / (1 - m). */
Test(optimizer, momentum_adds_up) {
  mg_optimizer_options options = with_method(MG_OPTIMIZER_MOMENTUM);
  options.momentum = 0.5;
  mg_optimizer *o = made(1, options);
  double theta = 0, expected = 0;
  for (int t = 1; t <= 30; t++) {
    step(o, &theta, 1);
    expected += 0.1 * (1 - pow(0.5, t)) / 0.5;
    cr_assert_float_eq(theta, expected, 1e-14, "step %d: %.17g, not %.17g", t,
                       theta, expected);
  }
  mg_optimizer_free(o);
}

/* [sgd.5] as it is printed, beside the library. */
Test(optimizer, adam_is_its_formula) {
  mg_optimizer *o = made(1, with_method(MG_OPTIMIZER_ADAM));
  double theta = 1, expected = 1, m = 0, v = 0;
  for (int t = 1; t <= 500; t++) {
    const double g = 1e-3 * datum((size_t)t);
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    expected +=
        0.1 * (m / (1 - pow(0.9, t))) / (sqrt(v / (1 - pow(0.999, t))) + 1e-8);
    step(o, &theta, g);
    cr_assert_float_eq(theta, expected, 1e-11 * t, "step %d: %.17g, not %.17g",
                       t, theta, expected);
  }
  mg_optimizer_free(o);
}

/* The first step is the rate, whatever the unit of the gradient. */
Test(optimizer, adams_first_step_is_the_rate) {
  for (double g = 1e-3; g < 1e12; g *= -1000) {
    mg_optimizer *o = made(1, with_method(MG_OPTIMIZER_ADAM));
    double theta = 0;
    step(o, &theta, g);
    cr_expect_float_eq(theta, g > 0 ? 0.1 : -0.1, 2e-6, "%g for %g", theta, g);
    mg_optimizer_free(o);
  }
}

/* [sgd.8]: a gradient that stays g makes steps of rate / sqrt(t), whatever g.
 */
Test(optimizer, adagrads_steps_fall_as_a_root) {
  for (double g = 1e-3; g < 1e12; g *= -1000) {
    mg_optimizer *o = made(1, with_method(MG_OPTIMIZER_ADAGRAD));
    double theta = 0, expected = 0;
    for (int t = 1; t <= 100; t++) {
      step(o, &theta, g);
      expected += (g > 0 ? 0.1 : -0.1) / sqrt(t);
      cr_assert_float_eq(theta, expected, 2e-5 * fabs(expected),
                         "%g, step %d: %.9g, not %.9g", g, t, theta, expected);
    }
    mg_optimizer_free(o);
  }
}

/* What has a gradient no more comes to rest at 0, not at the least number. */
Test(optimizer, adam_forgets_wholly) {
  mg_optimizer_options options = with_method(MG_OPTIMIZER_ADAM);
  options.square = 0.9;
  mg_optimizer *o = mg_optimizer_alloc_real(1, &options);
  mg_real theta = 0, g = 1;
  mg_optimizer_part part[MG_OPTIMIZER_PARTS];
  cr_assert_eq(mg_optimizer_state(o, part), 3, "parts");
  for (int t = 0; t < 1200; t++, g = 0)
    mg_optimizer_step_real(o, &theta, &g, 1, 1);
  cr_expect_eq(*(mg_real *)part[1].data, 0, "mean %g",
               (double)*(mg_real *)part[1].data);
  cr_expect_eq(*(mg_real *)part[2].data, 0, "square %g",
               (double)*(mg_real *)part[2].data);
  mg_optimizer_free(o);
}

Test(optimizer, a_long_gradient_is_cut) {
  mg_optimizer_options options = constant(1);
  options.clip = 5;
  mg_optimizer *o = made(2, options);
  double theta[] = {0, 0}, gradient[] = {30, 40};
  gsl_vector_view t = gsl_vector_view_array(theta, 2);
  gsl_vector_view g = gsl_vector_view_array(gradient, 2);
  mg_optimizer_step(o, &t.vector, &g.vector);
  cr_expect_float_eq(theta[0], 3, 1e-14, "%.17g, not 3", theta[0]);
  cr_expect_float_eq(theta[1], 4, 1e-14, "%.17g, not 4", theta[1]);
  gradient[0] = 0.3;
  gradient[1] = 0.4;
  mg_optimizer_step(o, &t.vector, &g.vector);
  cr_expect_float_eq(theta[0], 3.3, 1e-14, "a short one: %.17g", theta[0]);
  gradient[0] = gradient[1] = 1e300;
  mg_optimizer_step(o, &t.vector, &g.vector);
  cr_expect_float_eq(theta[0], 3.3 + 5 / sqrt(2), 1e-13, "%.17g", theta[0]);
  mg_optimizer_free(o);
}

/* ---- rates ---- */

static void rates(mg_optimizer_options options, size_t n, const size_t *at,
                  const double *right) {
  mg_optimizer *o = made(1, options);
  double theta = 0;
  for (size_t i = 0; i < n; i++) {
    while (mg_optimizer_steps(o) < at[i])
      step(o, &theta, 0);
    cr_expect_float_eq(mg_optimizer_rate(o), right[i], 1e-15,
                       "step %zu: rate %.17g, not %.17g", at[i],
                       mg_optimizer_rate(o), right[i]);
  }
  mg_optimizer_free(o);
}

Test(optimizer, schedules) {
  const size_t halves[] = {0, 10, 20, 25};
  rates(scheduled(MG_SCHEDULE_EXPONENTIAL, 10), 4, halves,
        (double[]){1, 0.5, 0.25, 0.25 / sqrt(2)});
  const size_t waves[] = {0, 5, 10, 15, 25};
  rates(scheduled(MG_SCHEDULE_COSINE, 15), 5, waves,
        (double[]){1, 0.75, 0.25, 0, 0});
  /* Stages of 2, 6, 18 ... steps; the last begins at 2 (1 + 3 + ... + 729). */
  const size_t stages[] = {0, 1, 2, 7, 8, 25, 26, 2185, 2186, 9999};
  rates(scheduled(MG_SCHEDULE_THREES, 2), 10, stages,
        (double[]){1, 1, pow(10, -1. / 7), pow(10, -1. / 7), pow(10, -2. / 7),
                   pow(10, -2. / 7), pow(10, -3. / 7), pow(10, -6. / 7), 0.1,
                   0.1});
}

/* ---- networks' numbers ---- */

enum { MANY = 20001 };

static void draw(gsl_rng *rng, mg_real *v) {
  for (size_t i = 0; i < MANY; i++)
    v[i] = (mg_real)gsl_ran_gaussian_ziggurat(rng, 1);
}

/* Twenty steps of both kinds: the same to a float's rounding. */
Test(optimizer, floats_go_the_way_of_doubles) {
  static mg_real theta[MANY], g[MANY];
  gsl_vector *t = gsl_vector_calloc(MANY), *d = gsl_vector_calloc(MANY);
  for (int method = MG_OPTIMIZER_SGD; method <= MG_OPTIMIZER_ADAGRAD;
       method++) {
    mg_optimizer_options options = with_method(method);
    options.clip = 30;
    mg_optimizer *a = made(MANY, options);
    mg_optimizer *b = mg_optimizer_alloc_real(MANY, &options);
    gsl_rng *rng = mg_stream_alloc(1, "test/optimizer", 0);
    memset(theta, 0, sizeof theta);
    gsl_vector_set_zero(t);
    for (int s = 0; s < 20; s++) {
      draw(rng, g);
      for (size_t i = 0; i < MANY; i++)
        gsl_vector_set(d, i, (double)g[i] * 0.5);
      cr_assert_eq(mg_optimizer_step(a, t, d), GSL_SUCCESS, "%s", mg_reason());
      cr_assert_eq(mg_optimizer_step_real(b, theta, g, 0.5, 2), GSL_SUCCESS,
                   "%s", mg_reason());
    }
    for (size_t i = 0; i < MANY; i++)
      cr_assert_float_eq((double)theta[i], gsl_vector_get(t, i), 1e-5,
                         "method %d, %zu: %.9g and %.9g", method, i,
                         (double)theta[i], gsl_vector_get(t, i));
    gsl_rng_free(rng);
    mg_optimizer_free(a);
    mg_optimizer_free(b);
  }
  gsl_vector_free(t);
  gsl_vector_free(d);
}

/* Ten steps from theta on so many threads; state: from where, or NULL. */
static void go_on(mg_optimizer *o, size_t threads, unsigned long seed,
                  mg_real *theta) {
  static mg_real g[MANY];
  gsl_rng *rng = mg_stream_alloc(seed, "test/optimizer", 0);
  for (int s = 0; s < 10; s++) {
    draw(rng, g);
    cr_assert_eq(mg_optimizer_step_real(o, theta, g, 0.1, threads), GSL_SUCCESS,
                 "%s", mg_reason());
  }
  gsl_rng_free(rng);
}

Test(optimizer, the_same_bytes_for_threads_and_after_a_stop) {
  static mg_real one[MANY], other[MANY];
  for (int method = MG_OPTIMIZER_SGD; method <= MG_OPTIMIZER_ADAGRAD;
       method++) {
    mg_optimizer_options options = with_method(method);
    options.clip = 1;
    options.schedule = MG_SCHEDULE_EXPONENTIAL;
    mg_optimizer *a = mg_optimizer_alloc_real(MANY, &options);
    memset(one, 0, sizeof one);
    go_on(a, 1, 1, one);
    go_on(a, 1, 2, one);
    for (size_t threads = 2; threads <= 4; threads += 2) {
      mg_optimizer *b = mg_optimizer_alloc_real(MANY, &options);
      mg_optimizer *c = mg_optimizer_alloc_real(MANY, &options);
      mg_optimizer_part from[MG_OPTIMIZER_PARTS], to[MG_OPTIMIZER_PARTS];
      memset(other, 0, sizeof other);
      go_on(b, threads, 1, other);
      const size_t parts = mg_optimizer_state(b, from);
      cr_assert_eq(mg_optimizer_state(c, to), parts, "parts");
      for (size_t i = 0; i < parts; i++)
        memcpy(to[i].data, from[i].data, from[i].bytes);
      go_on(c, threads, 2, other);
      cr_expect_eq(memcmp(one, other, sizeof one), 0,
                   "method %d, %zu threads: other bytes", method, threads);
      mg_optimizer_free(b);
      mg_optimizer_free(c);
    }
    mg_optimizer_free(a);
  }
}

static void refused_real(mg_optimizer *o, mg_real *theta, const mg_real *g,
                         int code, const char *words) {
  static mg_real before[MANY];
  memcpy(before, theta, sizeof before);
  cr_expect_eq(mg_optimizer_step_real(o, theta, g, 1, 2), code, "%s", words);
  cr_expect(strstr(mg_reason(), words), "'%s' not in: %s", words, mg_reason());
  cr_expect_eq(memcmp(before, theta, sizeof before), 0, "%s: moved", words);
  cr_expect_eq(mg_optimizer_steps(o), 0, "%s: counted as a step", words);
}

Test(optimizer, what_is_not_finite_moves_no_network) {
  static mg_real theta[MANY], g[MANY];
  for (int method = MG_OPTIMIZER_SGD; method <= MG_OPTIMIZER_ADAGRAD;
       method++) {
    mg_optimizer_options options = with_method(method);
    mg_optimizer *o = mg_optimizer_alloc_real(MANY, &options);
    g[15000] = (mg_real)NAN;
    refused_real(o, theta, g, GSL_EDOM, "number 15000 of the gradient is");
    g[15000] = 0;
    theta[777] = (mg_real)INFINITY;
    refused_real(o, theta, g, GSL_EDOM, "parameter 777 is inf");
    theta[777] = 0;
    const bool squares = method >= MG_OPTIMIZER_ADAM;
    g[3] = (mg_real)(squares ? 1e30 : 3e38);
    theta[3] = (mg_real)(squares ? 0 : 3.3e38);
    refused_real(o, theta, g, GSL_EDOM, "parameter 3 is");
    theta[3] = g[3] = 0;
    mg_optimizer_free(o);
  }
  mg_optimizer *doubles = made(MANY, constant(1));
  refused_real(doubles, theta, g, GSL_EINVAL, "the other kind");
  mg_optimizer_free(doubles);
}
