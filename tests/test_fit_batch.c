/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop over minibatches, with a family that learns by gradient
 * (gradient_family.h): which rows it sees, when it stops, what it keeps. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "gradient_family.h"
#include "models/fit.h"

TestSuite(fit_batch, .init = slope_set_up, .fini = slope_tear_down);

/* ---- the rows of an epoch ---- */

/* Were the n numbers from `from` on each of 0 .. n-1 once? */
static bool is_permutation(size_t from, size_t n) {
  size_t count[SEEN_MOST] = {0};
  for (size_t i = 0; i < n; i++)
    if (floor(seen.x[from + i]) < (double)n)
      count[(size_t)seen.x[from + i]]++;
  for (size_t i = 0; i < n; i++)
    if (count[i] != 1)
      return false;
  return true;
}

Test(fit_batch, an_epoch_sees_every_row_once) {
  for (size_t batch = 1; batch < 40; batch++) {
    memset(&seen, 0, sizeof seen);
    mg_fit *fit = slope_fit(batch, 3, 1, 0);
    cr_assert(slope_turn(fit, 1000) == GSL_SUCCESS, "%s", mg_reason());
    cr_assert(seen.n == 120, "batch %zu: %zu rows", batch, seen.n);
    cr_assert(seen.most == batch && !seen.gaps && seen.labels,
              "batch %zu: room for %zu, gaps %d, labels %d", batch, seen.most,
              seen.gaps, seen.labels);
    for (size_t e = 0; e < 3; e++)
      cr_assert(is_permutation(40 * e, 40), "batch %zu, epoch %zu", batch, e);
    cr_assert(memcmp(seen.x, seen.x + 40, 40 * sizeof *seen.x) != 0 &&
                  memcmp(seen.x + 40, seen.x + 80, 40 * sizeof *seen.x) != 0,
              "batch %zu: the same order twice", batch);
    for (size_t i = 0; i < seen.gathers; i++)
      cr_assert(seen.rows[i] <= batch && seen.step[i] == i,
                "call %zu: %zu rows, step %zu", i, seen.rows[i], seen.step[i]);
    mg_fit_free(fit);
  }
}

/* How often row 0 comes first, over the epochs: z = 6.1. */
Test(fit_batch, every_order_is_as_likely) {
  enum { EPOCHS = 4000 };
  double first[EPOCHS];
  mg_fit *fit = slope_fit(39, EPOCHS, 1, 0);
  for (size_t e = 0; e < EPOCHS; e++) {
    seen.n = 0;
    slope_turn(fit, 2);
    first[e] = seen.x[0];
  }
  for (size_t row = 0; row < 40; row++) {
    double count = 0;
    for (size_t e = 0; e < EPOCHS; e++)
      count += first[e] == (double)row;
    cr_expect(fabs(count - 100) < 6.1 * sqrt(100 * 39.0 / 40), "row %zu: %g",
              row, count);
  }
  mg_fit_free(fit);
}

/* Row i has the level i mod 4 of 0 .. 3: the outer two are what they are, the
 * others drawn anew in every epoch of every start.  z = 6.1 over all. */
Test(fit_batch, grey_rows_have_other_bits_in_every_epoch) {
  enum { STARTS = 48, PASSES = 2, EPOCHS = STARTS * PASSES };
  const mg_space bits = {3, MG_BINARY, 2, 0, 0, 3};
  double ones[4] = {0}, changes = 0;
  slope_remake(&slope_type, &bits);
  mg_fit *fit = slope_fit(0, PASSES, STARTS, 0);
  cr_assert(slope_turn(fit, EPOCHS) == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(seen.n == 40 * EPOCHS, "%zu rows", seen.n);
  for (size_t i = 0; i < 40 * EPOCHS; i++) {
    ones[i % 4] += seen.x[i];
    changes += i >= 40 && seen.x[i] != seen.x[i - 40];
  }
  cr_assert(ones[0] == 0 && ones[3] == 10 * EPOCHS, "%g, %g", ones[0], ones[3]);
  for (size_t v = 1; v < 3; v++)
    cr_expect(fabs(ones[v] - 10 * EPOCHS * (double)v / 3) <
                  6.1 * sqrt(10 * EPOCHS * 2 / 9.0),
              "level %zu: %g", v, ones[v]);
  /* a change: probability 4/9, variance 20/81, covariance of two in a row
   * 2/81, so 24/81 each */
  cr_expect(fabs(changes - 20 * (EPOCHS - 1) * 4 / 9.0) <
                6.1 * sqrt(20 * EPOCHS * 24 / 81.0),
            "%g changes", changes);
  mg_fit_free(fit);
}

Test(fit_batch, the_last_minibatch_is_smaller) {
  mg_fit *fit = slope_fit(7, 2, 1, 0);
  slope_turn(fit, 12);
  for (size_t i = 0; i < 12; i++)
    cr_expect(seen.rows[i] == (i % 6 == 5 ? 5 : 7), "call %zu: %zu rows", i,
              seen.rows[i]);
  mg_fit_free(fit);
}

Test(fit_batch, all_rows_come_in_their_order) {
  const size_t whole[] = {0, 40, 1000};
  for (size_t w = 0; w < 3; w++) {
    memset(&seen, 0, sizeof seen);
    mg_fit *fit = slope_fit(whole[w], 2, 1, 0);
    slope_turn(fit, 2);
    cr_expect(seen.gathers == 2 && seen.most == 40, "%zu calls, room for %zu",
              seen.gathers, seen.most);
    for (size_t i = 0; i < 80; i++)
      cr_assert(seen.x[i] == (double)(i % 40), "row %zu is %g", i, seen.x[i]);
    mg_fit_free(fit);
  }
}

Test(fit_batch, a_turn_is_a_minibatch) {
  mg_fit *fit = slope_fit(16, 2, 2, 0);
  for (size_t turn = 1; turn <= 12; turn++) {
    slope_turn(fit, 1);
    const bool end = turn % 3 == 0;
    cr_expect(seen.gathers == turn, "turn %zu: %zu calls", turn, seen.gathers);
    cr_expect(mg_fit_pass_ended(fit) == end, "turn %zu: %s", turn,
              end ? "no end" : "an end");
    cr_expect(mg_fit_data_seen(fit) ==
                  40.0 * (double)(turn / 3) + 16.0 * (double)(turn % 3),
              "turn %zu: %g data", turn, mg_fit_data_seen(fit));
    if (turn < 6)
      cr_expect(mg_fit_steps(fit) == turn && mg_fit_passes(fit) == turn / 3,
                "turn %zu: %zu steps, %zu epochs", turn, mg_fit_steps(fit),
                mg_fit_passes(fit));
  }
  cr_expect(mg_fit_test(fit) == GSL_SUCCESS, "not over");
  mg_fit_free(fit);
}

/* At a rate of next to nothing all is judged by the same parameters. */
Test(fit_batch, the_report_is_the_mean_over_the_epoch) {
  ((slope_options *)model->options)->rate = 1e-9;
  mg_model *still =
      mg_model_alloc(&slope_type, &slope_space, model->options, false);
  mg_model_free(model);
  model = still;
  mg_fit *fit = slope_fit(7, 2, 1, 0);
  slope_turn(fit, 6);
  double sum = 0;
  for (size_t i = 0; i < 40; i++)
    sum += slope_log_density_of(model->self,
                                gsl_matrix_const_ptr(data->reals, i, 0));
  const mg_report *report = mg_fit_last(fit);
  cr_expect_float_eq(report->objective, sum / 40, 1e-4, "%g, by hand %g",
                     report->objective, sum / 40);
  cr_expect(report->log_likelihood == report->objective, "another likelihood");
  cr_expect_str_eq(report->objective_name, "height", "its name");
  mg_fit_free(fit);
}

/* ---- chance ---- */

static const mg_space shades = {
    .dim = 3, .measure = MG_LEVELS, .levels = 4, .classes = 3};

Test(fit_batch, noise_is_fresh_in_every_epoch) {
  slope_remake(&slope_type, &shades);
  mg_fit *fit = slope_fit(0, 2, 1, 0);
  slope_turn(fit, 2);
  for (size_t i = 0; i < 40; i++) {
    cr_assert(floor(seen.x[i]) == (double)(i % 4), "row %zu is %g", i,
              seen.x[i]);
    cr_assert(floor(seen.x[40 + i]) == (double)(i % 4), "row %zu is %g", i,
              seen.x[40 + i]);
    cr_assert(seen.x[i] != seen.x[40 + i], "row %zu: %g twice", i, seen.x[i]);
  }
  mg_fit_free(fit);
}

/* Where nothing is learnt, a look has the same result after every epoch. */
Test(fit_batch, validation_rows_are_looked_at_with_the_same_chance) {
  const slope_options still = {1e-9};
  slope_remake(&drawn_type, &shades);
  mg_model_free(model);
  model = mg_model_alloc(&drawn_type, &shades, &still, true);
  mg_fit *fit = slope_fit(7, 2, 1, 5);
  slope_turn(fit, 6);
  const double first = mg_fit_validation(fit);
  slope_turn(fit, 6);
  cr_expect(seen.looks == 2 && seen.look[0] == seen.look[1],
            "%zu looks, chance %g and %g", seen.looks, seen.look[0],
            seen.look[1]);
  cr_expect_float_eq(mg_fit_validation(fit), first, 1e-5, "%.9g, then %.9g",
                     first, mg_fit_validation(fit));
  mg_fit_free(fit);
}

/* A fit with the seed, and its model out of it. */
static mg_model *learnt(unsigned long seed, size_t threads, double *look) {
  mg_fit_options options = mg_fit_options_default();
  options.batch = 7;
  options.passes = 3;
  options.patience = 2;
  options.threads = threads;
  mg_model *own = mg_model_alloc(&drawn_type, &slope_space, NULL, false);
  mg_fit *fit = mg_fit_alloc(own, &rows, &options, seed);
  mg_fit_validate(fit, &others);
  cr_assert(slope_turn(fit, 100) == GSL_SUCCESS, "%s", mg_reason());
  *look = mg_fit_validation(fit);
  mg_fit_finish(fit);
  mg_fit_free(fit);
  return own;
}

Test(fit_batch, seeds_differ_and_threads_do_not) {
  others_n = 1500; /* six shards */
  slope_remake(&drawn_type, &slope_space);
  double look[3];
  mg_model *one = learnt(1, 1, &look[0]), *two = learnt(1, 2, &look[1]);
  mg_model *other = learnt(2, 1, &look[2]);
  cr_expect(mg_model_equal(one, two), "two threads, other numbers");
  cr_expect(look[0] == look[1], "two threads, %.17g for %.17g", look[1],
            look[0]);
  cr_expect(!mg_model_equal(one, other), "another seed, the same numbers");
  mg_model_free(one);
  mg_model_free(two);
  mg_model_free(other);
}

/* ---- validation ---- */

static double mean_of_others(void) {
  double sum = 0;
  for (size_t i = 40; i < 50; i++)
    sum += slope_log_density_of(model->self,
                                gsl_matrix_const_ptr(data->reals, i, 0));
  return sum / 10;
}

Test(fit_batch, validation_is_the_mean_of_its_rows) {
  mg_fit *fit = slope_fit(8, 3, 1, 5);
  cr_expect(isnan(mg_fit_validation(fit)), "before the first epoch");
  for (size_t turn = 1; turn <= 15; turn++) {
    const double before = mg_fit_validation(fit);
    slope_turn(fit, 1);
    if (turn % 5 == 0)
      cr_expect_float_eq(mg_fit_validation(fit), mean_of_others(), 1e-9,
                         "turn %zu: %.12g, by hand %.12g", turn,
                         mg_fit_validation(fit), mean_of_others());
    else
      cr_expect(before == mg_fit_validation(fit) || isnan(before),
                "turn %zu: within an epoch", turn);
  }
  mg_fit_free(fit);
}

Test(fit_batch, a_family_may_have_an_objective_of_its_own) {
  slope_remake(&drawn_type, &slope_space);
  mg_fit *fit = slope_fit(8, 1, 1, 5);
  slope_turn(fit, 5);
  cr_expect_float_eq(mg_fit_validation(fit), mean_of_others() + seen.look[0],
                     1e-9, "%.12g, by hand %.12g + %g", mg_fit_validation(fit),
                     mean_of_others(), seen.look[0]);
  cr_expect(seen.looks == 1, "%zu blocks", seen.looks);
  mg_fit_free(fit);
}

/* The best of the epochs made, and where it would have stopped. */
static size_t expected_end(const double *looks, size_t epochs, size_t patience,
                           double *best) {
  size_t waited = 0;
  *best = looks[0];
  for (size_t e = 1; e < epochs; e++) {
    waited++;
    if (looks[e] > *best) {
      *best = looks[e];
      waited = 0;
    }
    if (waited == patience)
      return e + 1;
  }
  return epochs;
}

Test(fit_batch, patience_ends_a_start_and_keeps_its_best) {
  for (size_t patience = 1; patience < 6; patience++) {
    double looks[200], best;
    size_t epochs = 0;
    slope_remake(&slope_type, &slope_space);
    mg_fit *fit = slope_fit(8, 200, 1, patience);
    while (mg_fit_test(fit) == GSL_CONTINUE) {
      cr_assert(slope_turn(fit, 5) == GSL_SUCCESS, "%s", mg_reason());
      looks[epochs++] = mg_fit_validation(fit);
    }
    cr_expect(expected_end(looks, epochs, patience, &best) == epochs,
              "patience %zu: %zu epochs", patience, epochs);
    const mg_optimum o = mg_fit_optimum(fit, 0);
    cr_expect(o.passes == epochs && o.converged && o.objective == best,
              "patience %zu: %zu epochs, converged %d, %g", patience, o.passes,
              o.converged, o.objective);
    cr_expect(epochs < 200 && looks[epochs - 1] < best, "no stop to see");
    mg_fit_finish(fit);
    cr_expect_float_eq(mean_of_others(), best, 1e-9, "kept %.12g, best %.12g",
                       mean_of_others(), best);
    mg_fit_free(fit);
  }
}

Test(fit_batch, without_patience_the_last_parameters_stay) {
  mg_fit *fit = slope_fit(8, 60, 1, 0);
  cr_assert(mg_fit_validate(fit, &others) == GSL_SUCCESS, "%s", mg_reason());
  slope_turn(fit, 1000);
  const double last = mg_fit_validation(fit), mean = slope_mean(0);
  cr_expect(mg_fit_passes(fit) == 60, "%zu epochs", mg_fit_passes(fit));
  cr_expect(mg_fit_optimum(fit, 0).objective == mg_fit_last(fit)->objective,
            "its optimum is of the validation rows");
  mg_fit_finish(fit);
  cr_expect(slope_mean(0) == mean, "changed at the end");
  cr_expect_float_eq(mean_of_others(), last, 1e-9, "not the last");
  mg_fit_free(fit);
}

/* Stopped in an epoch, the best one before is kept. */
Test(fit_batch, an_interrupted_fit_keeps_the_best_epoch) {
  mg_fit *fit = slope_fit(8, 60, 1, 50);
  slope_turn(fit, 5);
  const double mean = slope_mean(0);
  slope_turn(fit, 3);
  cr_expect(slope_mean(0) != mean, "nothing was learnt");
  mg_fit_finish(fit);
  cr_expect(slope_mean(0) == mean, "not the epoch's");
  mg_fit_free(fit);
}

Test(fit_batch, the_best_start_is_kept_by_its_validation) {
  mg_fit *fit = slope_fit(8, 1, 3, 4);
  cr_assert(slope_turn(fit, 1000) == GSL_SUCCESS, "%s", mg_reason());
  double best = -INFINITY;
  for (size_t i = 0; i < 3; i++)
    best = fmax(best, mg_fit_optimum(fit, i).objective);
  cr_expect(mg_fit_optimum(fit, 2).objective < best, "the last is the best");
  mg_fit_finish(fit);
  cr_expect_float_eq(mean_of_others(), best, 1e-9, "kept %.12g, best %.12g",
                     mean_of_others(), best);
  mg_fit_free(fit);
}

/* Its best epoch was not its last, and it was not the last start. */
Test(fit_batch, the_best_epoch_of_the_best_start_is_kept) {
  size_t earlier = 0;
  for (size_t restarts = 2; restarts < 7; restarts++) {
    slope_remake(&slope_type, &slope_space);
    mg_fit *fit = slope_fit(8, 60, restarts, 2);
    cr_assert(slope_turn(fit, 10000) == GSL_SUCCESS, "%s", mg_reason());
    double best = -INFINITY;
    for (size_t i = 0; i < restarts; i++)
      best = fmax(best, mg_fit_optimum(fit, i).objective);
    earlier += mg_fit_optimum(fit, restarts - 1).objective < best;
    mg_fit_finish(fit);
    cr_expect_float_eq(mean_of_others(), best, 1e-9,
                       "%zu starts: kept %.12g, best %.12g", restarts,
                       mean_of_others(), best);
    mg_fit_free(fit);
  }
  cr_expect(earlier > 0, "the last start was always the best");
}

/* ---- ends ---- */

Test(fit_batch, tolerance_is_for_all_rows) {
  mg_fit_options options = mg_fit_options_default();
  options.passes = 9;
  options.tolerance = 1e8;
  const size_t batch[] = {0, 40, 39}, passes[] = {2, 2, 9};
  for (size_t i = 0; i < 3; i++) {
    options.batch = batch[i];
    mg_fit *fit = mg_fit_alloc(model, &rows, &options, 1);
    slope_turn(fit, 1000);
    cr_expect(mg_fit_passes(fit) == passes[i], "batch %zu: %zu passes",
              batch[i], mg_fit_passes(fit));
    mg_fit_free(fit);
  }
}

static void expect_stop(mg_fit *fit, int expected, const char *reason) {
  const int status = slope_turn(fit, 1000);
  cr_expect(status == expected, "status %d: %s", status, mg_reason());
  cr_expect_str_eq(mg_reason(), reason, "'%s'", mg_reason());
  cr_expect(mg_fit_restart(fit) == 0, "another start");
  mg_fit_free(fit);
  memset(&seen, 0, sizeof seen);
}

Test(fit_batch, a_number_that_is_none_stops_the_run) {
  seen.nan_at = 8;
  expect_stop(slope_fit(8, 9, 3, 0), GSL_EDOM,
              "epoch 2, step 3 of 5: layer 2: nan");
  seen.inf_at = 1;
  expect_stop(slope_fit(7, 9, 3, 0), GSL_EFAILED,
              "epoch 1, step 1 of 6: the objective is inf");
  slope_remake(&drawn_type, &slope_space);
  seen.bad_look = 2;
  expect_stop(slope_fit(8, 9, 3, 2), GSL_EFAILED,
              "epoch 2, validation rows: the objective of row 1 is nan");
}

Test(fit_batch, what_the_optimizer_refuses_stops_the_run) {
  const slope_options fast = {1e300};
  mg_model_free(model);
  model = mg_model_alloc(&slope_type, &slope_space, &fast, false);
  mg_fit *fit = slope_fit(8, 900, 1, 0);
  cr_expect(slope_turn(fit, 1000) != GSL_SUCCESS, "no error");
  cr_expect(strncmp(mg_reason(), "epoch 1, step 2 of 5: ", 22) == 0, "'%s'",
            mg_reason());
  mg_fit_free(fit);
}

/* ---- refusals ---- */

Test(fit_batch, patience_wants_validation_rows) {
  mg_fit_options options = mg_fit_options_default();
  options.patience = 3;
  cr_expect(mg_fit_run(model, &rows, &options, 1) == GSL_EINVAL, "taken");
  cr_expect(strstr(mg_reason(), "patience is 3"), "'%s'", mg_reason());
}

Test(fit_batch, validation_rows_are_checked) {
  mg_fit *fit = slope_fit(8, 9, 1, 0);
  mg_rows none = others;
  none.n = 0;
  cr_expect(mg_fit_validate(fit, &none) == GSL_EINVAL, "no rows were taken");
  mg_dataset *wide =
      mg_dataset_alloc("wide", &(mg_space){.dim = 4, .measure = MG_REALS}, 5);
  const mg_rows other = mg_dataset_all(wide);
  cr_expect(mg_fit_validate(fit, &other) == GSL_EINVAL, "4 columns");
  cr_expect(strstr(mg_reason(), "unequal spaces"), "'%s'", mg_reason());
  mg_model_type blind = slope_type;
  blind.log_density = NULL;
  model->type = &blind;
  cr_expect(mg_fit_validate(fit, &others) == GSL_EUNSUP, "judged by nothing");
  mg_fit_free(fit);
  model->type = &slope_type;
  mg_dataset_free(wide);
}

Test(fit_batch, families_by_sums_have_neither) {
  mg_model_type sums = slope_type;
  mg_fit_options options = mg_fit_options_default();
  sums.batch = 0;
  model->type = &sums;
  options.batch = 8;
  cr_expect_null(mg_fit_alloc(model, &rows, &options, 1), "a batch");
  cr_expect(strstr(mg_reason(), "learns from all rows at once"), "'%s'",
            mg_reason());
  options.batch = 0;
  options.patience = 8;
  cr_expect_null(mg_fit_alloc(model, &rows, &options, 1), "patience");
  static const char *const names[] = {"restarts", "passes",   "tolerance",
                                      "batch",    "patience", "threads"};
  for (size_t i = 0; i < 6; i++) {
    cr_expect(mg_fit_takes(&slope_type, names[i]) == (i < 5), "%s", names[i]);
    cr_expect(mg_fit_takes(&sums, names[i]) == (i < 3), "sums: %s", names[i]);
  }
  sums.batch = 8;
  sums.passes = 1;
  cr_expect(!mg_fit_takes(&sums, "passes"), "one pass takes passes");
  model->type = &slope_type;
}
