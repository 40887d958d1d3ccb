/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training loop, turned by hand over a family that does what it is told
 * (climber.h). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "climber.h"
#include "models/fit.h"
#include "base/shards.h"

TestSuite(fit, .init = set_up, .fini = tear_down);

/* ---- when a start ends ---- */

Test(fit, a_start_ends_by_its_tolerance) {
  /* gains are 1/2, 1/4, 1/8, 1/16: the fourth is less than 0.1 */
  mg_fit *fit = begin(1, 50, 0.1);
  cr_assert(turn(fit, 100) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(mg_fit_test(fit) == GSL_SUCCESS, "not at its end");
  expect_optimum(fit, 0, -1.0 / 16, 5, true);
  cr_expect(plan.passes == 5, "%zu passes were made", plan.passes);
  expect_kept(fit, 5);
}

/* Whether it converged does not depend on how many passes were left. */
Test(fit, a_start_may_converge_in_its_last_pass) {
  mg_fit *fit = begin(1, 5, 0.1);
  turn(fit, 100);
  expect_optimum(fit, 0, -1.0 / 16, 5, true);
  expect_kept(fit, 5);
}

Test(fit, a_gain_of_the_tolerance_goes_on) {
  mg_fit *fit = begin(1, 50, 0.125);
  turn(fit, 100);
  expect_optimum(fit, 0, -1.0 / 16, 5, true);
  expect_kept(fit, 5);
}

Test(fit, a_start_ends_by_its_passes) {
  mg_fit *fit = begin(1, 3, 0);
  turn(fit, 100);
  expect_optimum(fit, 0, -1.0 / 4, 3, false);
  expect_kept(fit, 3);
}

Test(fit, a_start_ends_when_the_family_says_so) {
  plan.finished = 2;
  mg_fit *fit = begin(1, 50, 0);
  turn(fit, 100);
  expect_optimum(fit, 0, -1.0 / 4, 3, true);
  expect_kept(fit, 3);
}

/* Pass 2 has the objective of pass 1, because a step was taken back. */
Test(fit, a_step_taken_back_is_no_end) {
  plan.retried = 2;
  mg_fit *fit = begin(1, 50, 0.1);
  turn(fit, 100);
  expect_optimum(fit, 0, -1.0 / 16, 5, true);
  expect_kept(fit, 5);
}

/* The mean of three looks at a row is what one look at it is, but for noise. */
Test(fit, looks_are_averaged_and_their_noise_is_other) {
  remake(&(mg_space){.dim = 1, .measure = MG_LEVELS, .levels = 4}, 600, true);
  double fraction[2], whole = 0;
  for (size_t i = 0; i < 2; i++) {
    const mg_fit_options options = {
        .restarts = 1, .passes = 1, .looks = i ? 3 : 1, .threads = 1};
    mg_fit *fit = mg_fit_alloc(model, &rows, &options, 1);
    cr_assert(fit && mg_fit_iterate(fit) == GSL_SUCCESS, "%s", mg_reason());
    cr_expect(plan.sums[0] == 600, "%g rows", plan.sums[0]);
    cr_expect(mg_fit_data_seen(fit) == 600.0 * (double)options.looks, "%g data",
              mg_fit_data_seen(fit));
    fraction[i] = plan.sums[3];
    whole = plan.sums[1] - plan.sums[3];
    cr_expect_float_eq(whole, 900, 1e-9, "the levels add up to %.12g", whole);
    mg_fit_free(fit);
  }
  /* 600 fractions of one look, and of three: 300 +- 7.1 and 4.1 */
  cr_expect(fabs(fraction[0] - fraction[1]) > 1e-6, "the same noise");
  cr_expect(fabs(fraction[1] - 300) < 6.1 * 4.1, "fractions %g", fraction[1]);
}

/* Grey values are other bits at every look: a mean of three is seldom whole. */
Test(fit, looks_at_grey_values_draw_other_bits) {
  tear_down();
  data = mg_dataset_alloc(
      "grey", &(mg_space){.dim = 1, .measure = MG_LEVELS, .levels = 4}, 600);
  for (size_t i = 0; i < 600; i++)
    data->bytes[i] = (unsigned char)(i % 4);
  cr_assert_eq(mg_dataset_binarise_dynamic(data, 3), GSL_SUCCESS, "%s",
               mg_reason());
  rows = mg_dataset_all(data);
  model = mg_model_alloc(&climber_type, &data->space, NULL, true);
  cr_assert_not_null(model, "%s", mg_reason());
  double bits[2];
  for (size_t i = 0; i < 2; i++) {
    const mg_fit_options options = {
        .restarts = 1, .passes = 1, .looks = i ? 3 : 1, .threads = 1};
    cr_assert_eq(mg_fit_run(model, &rows, &options, 1), GSL_SUCCESS, "%s",
                 mg_reason());
    bits[i] = plan.sums[1] - plan.sums[3];
  }
  cr_expect_float_eq(bits[0], round(bits[0]), 1e-9, "%g bits", bits[0]);
  cr_expect(fabs(bits[1] - bits[0]) > 1e-6, "the same bits at every look");
  /* 150 bits each of probability 0, 1/3, 2/3 and 1: 300 +- 8.2, of three 4.7 */
  cr_expect(fabs(bits[1] - 300) < 6.1 * 4.7, "%g bits", bits[1]);
}

/* However many starts were asked for, one pass has but one to fail. */
Test(fit, one_pass_that_fails_is_a_failure) {
  static mg_model_type type;
  type = climber_type;
  type.passes = 1;
  model->type = &type;
  plan.fails[0] = 0;
  mg_fit *fit = begin(5, 50, 0);
  cr_expect(turn(fit, 100) == GSL_EDOM, "%s", mg_reason());
  mg_fit_free(fit);
}

Test(fit, one_pass_is_one_pass) {
  static mg_model_type type;
  type = climber_type;
  type.passes = 1;
  model->type = &type;
  mg_fit *fit = begin(5, 50, 0);
  turn(fit, 100);
  cr_expect(plan.passes == 1 && plan.starts == 1, "%zu passes, %zu starts",
            plan.passes, plan.starts);
  expect_optimum(fit, 0, -1, 1, true);
  expect_optimum(fit, 1, 0, 0, false);
  expect_kept(fit, 1);
}

Test(fit, without_a_start_there_is_one) {
  static mg_model_type type;
  type = climber_type;
  type.start = NULL;
  model->type = &type;
  mg_fit *fit = begin(5, 3, 0);
  turn(fit, 100);
  cr_expect(plan.passes == 3 && plan.starts == 0, "%zu passes, %zu starts",
            plan.passes, plan.starts);
  expect_kept(fit, 3);
}

/* ---- restarts ---- */

Test(fit, the_best_start_is_kept) {
  const double tops[] = {-3, -1, -2};
  for (size_t best = 0; best < 3; best++) {
    plan.starts = 0;
    for (size_t i = 0; i < 3; i++)
      plan.top[(i + best + 2) % 3] = tops[i];
    mg_fit *fit = begin(3, 4, 0);
    cr_assert(turn(fit, 100) == GSL_SUCCESS, "%s", mg_reason());
    for (size_t i = 0; i < 3; i++)
      expect_optimum(fit, i, plan.top[i] - 1.0 / 8, 4, false);
    expect_kept(fit, 100 * (double)best + 4);
    tear_down();
    make(&(mg_space){.dim = 1, .measure = MG_REALS}, 600, false);
  }
}

Test(fit, the_first_of_equals_is_kept) {
  plan.top[0] = plan.top[1] = plan.top[2] = -1;
  mg_fit *fit = begin(3, 4, 0);
  turn(fit, 100);
  expect_kept(fit, 4);
}

Test(fit, starts_not_made_have_no_passes) {
  mg_fit *fit = begin(3, 4, 0);
  turn(fit, 5);
  cr_expect(mg_fit_restart(fit) == 1 && mg_fit_passes(fit) == 1,
            "pass %zu of start %zu", mg_fit_passes(fit), mg_fit_restart(fit));
  expect_optimum(fit, 0, -1.0 / 8, 4, false);
  expect_optimum(fit, 1, -2, 1, false);
  expect_optimum(fit, 2, 0, 0, false);
  mg_fit_free(fit);
}

Test(fit, the_last_report_outlives_its_start) {
  mg_fit *fit = begin(2, 4, 0);
  turn(fit, 4);
  cr_expect(mg_fit_passes(fit) == 0 && mg_fit_restart(fit) == 1,
            "pass %zu of start %zu", mg_fit_passes(fit), mg_fit_restart(fit));
  cr_expect(mg_fit_last(fit)->objective == -1.0 / 8, "the last objective is %g",
            mg_fit_last(fit)->objective);
  cr_expect_str_eq(mg_fit_last(fit)->objective_name, "height", "no name");
  mg_fit_free(fit);
}

Test(fit, data_seen_are_those_of_all_starts) {
  mg_fit *fit = begin(2, 4, 0);
  cr_expect(mg_fit_data_seen(fit) == 0, "%g data before",
            mg_fit_data_seen(fit));
  turn(fit, 3);
  cr_expect(mg_fit_data_seen(fit) == 1800, "%g data in 3 passes",
            mg_fit_data_seen(fit));
  turn(fit, 100);
  cr_expect(mg_fit_data_seen(fit) == 4800, "%g data in 8 passes",
            mg_fit_data_seen(fit));
  mg_fit_free(fit);
}

/* ---- interruption ---- */

Test(fit, finish_keeps_what_is_best_so_far) {
  /* the second start ends higher, and passes the first's -1/8 in pass 2 */
  plan.top[0] = 0;
  plan.top[1] = 0.2;
  const double kept[] = {0, 1, 2, 3, 4, 4, 4, 103, 104};
  for (size_t turns = 0; turns <= 8; turns++) {
    plan.starts = 0;
    mg_fit *fit = begin(3, 4, 0);
    turn(fit, turns);
    expect_kept(fit, kept[turns]);
    tear_down();
    make(&(mg_space){.dim = 1, .measure = MG_REALS}, 600, false);
  }
}

Test(fit, after_finish_there_is_nothing_to_do) {
  mg_fit *fit = begin(3, 4, 0);
  turn(fit, 2);
  mg_fit_finish(fit);
  cr_expect(mg_fit_test(fit) == GSL_SUCCESS, "it goes on");
  cr_expect(mg_fit_iterate(fit) == GSL_SUCCESS && plan.passes == 2,
            "a pass after the end");
  expect_optimum(fit, 0, -1.0 / 2, 2, false);
  mg_fit_free(fit);
}

/* ---- starts that fail ---- */

/* One of three starts fails; the best of the others is kept. */
static void expect_others_go_on(size_t failing, size_t pass, double worse) {
  plan.fails[failing] = pass;
  plan.worse = worse;
  plan.top[failing] = 5;
  mg_fit *fit = begin(3, 4, 0);
  cr_assert_not_null(fit, "%s", mg_reason());
  cr_assert(turn(fit, 100) == GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < 3; i++)
    if (i != failing)
      expect_optimum(fit, i, plan.top[i] - 1.0 / 8, 4, false);
  expect_optimum(fit, failing, NAN, pass == AT_START ? 1 : pass + 1, false);
  expect_kept(fit, failing == 0 ? 104 : 4);
}

Test(fit, the_first_start_fails) {
  expect_others_go_on(0, 2, 0);
}

Test(fit, a_start_in_the_middle_fails) {
  expect_others_go_on(1, 0, 0);
}

Test(fit, the_last_start_fails) {
  expect_others_go_on(2, 3, 0);
}

Test(fit, an_objective_that_is_no_number_fails) {
  expect_others_go_on(1, 2, NAN);
}

Test(fit, an_infinite_objective_fails) {
  expect_others_go_on(0, 1, INFINITY);
}

Test(fit, a_start_without_a_foothold_fails) {
  expect_others_go_on(1, AT_START, 0);
}

Test(fit, the_last_start_without_a_foothold_fails) {
  expect_others_go_on(2, AT_START, 0);
}

Test(fit, the_first_foothold_decides_whether_there_is_a_fit) {
  plan.fails[0] = AT_START;
  cr_expect_null(begin(3, 4, 0), "a fit");
  cr_expect_str_eq(mg_reason(), "no foothold", "'%s'", mg_reason());
}

Test(fit, when_all_fail_the_fit_fails) {
  for (size_t i = 0; i < 3; i++)
    plan.fails[i] = i;
  mg_fit *fit = begin(3, 4, 0);
  cr_expect(turn(fit, 100) == GSL_EDOM, "no error");
  cr_expect_str_eq(mg_reason(), "fell in pass 2", "'%s'", mg_reason());
  for (size_t i = 0; i < 3; i++)
    expect_optimum(fit, i, NAN, i + 1, false);
  mg_fit_free(fit);
  plan.starts = 0;
  const mg_fit_options options = {
      .restarts = 3, .passes = 4, .tolerance = 0, .threads = 1};
  cr_expect(mg_fit_run(model, &rows, &options, 1) == GSL_EDOM, "run: no error");
}

Test(fit, a_start_that_fails_after_the_best_leaves_it) {
  plan.fails[1] = plan.fails[2] = 0;
  const mg_fit_options options = {
      .restarts = 3, .passes = 4, .tolerance = 0, .threads = 1};
  cr_expect(mg_fit_run(model, &rows, &options, 1) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(((climber *)model->self)->value == 4, "kept %g",
            ((climber *)model->self)->value);
}

/* ---- what a family is given ---- */

Test(fit, every_row_is_gathered_once_a_pass) {
  remake(&(mg_space){.dim = 1, .measure = MG_REALS, .classes = 3}, 5003, false);
  for (size_t threads = 1; threads <= 4; threads++) {
    plan.starts = 0;
    const mg_fit_options options = {
        .restarts = 1, .passes = 2, .tolerance = 0, .threads = threads};
    cr_assert(mg_fit_run(model, &rows, &options, 1) == 0, "%s", mg_reason());
    cr_expect(plan.sums[0] == 5003, "%g rows", plan.sums[0]);
    cr_expect(plan.sums[1] == 5003.0 * 5002 / 2, "sum %g", plan.sums[1]);
    cr_expect(plan.sums[2] == 5002.0 * 5003 * 10005 / 6, "squares %g",
              plan.sums[2]);
    cr_expect(plan.sums[5] == 1668 + 2 * 1667, "labels %g", plan.sums[5]);
    cr_expect(!plan.bad_batch, "a batch of more than %d rows", MG_BLOCK_ROWS);
  }
}

Test(fit, a_part_is_no_more_than_its_rows) {
  rows = (mg_rows){.data = data, .first = 100, .n = 300};
  const mg_fit_options options = {
      .restarts = 1, .passes = 1, .tolerance = 0, .threads = 2};
  cr_assert(mg_fit_run(model, &rows, &options, 1) == 0, "%s", mg_reason());
  cr_expect(plan.sums[0] == 300 && plan.sums[1] == 300 * 249.5,
            "%g rows, sum %g", plan.sums[0], plan.sums[1]);
  cr_expect(plan.sample_rows == 300 && plan.sample[0] == 100 &&
                plan.sample[299] == 399,
            "the sample is rows %g .. %g", plan.sample[0], plan.sample[299]);
}

Test(fit, chance_moves_from_pass_to_pass_not_with_threads) {
  remake(&(mg_space){.dim = 1, .measure = MG_REALS}, 3000, false);
  double first[2], sum[2];
  for (size_t threads = 1; threads <= 3; threads++) {
    plan.starts = 0;
    const mg_fit_options options = {
        .restarts = 1, .passes = 2, .tolerance = 0, .threads = threads};
    mg_fit *fit = mg_fit_alloc(model, &rows, &options, 1);
    for (size_t p = 0; p < 2; p++) {
      turn(fit, 1);
      sum[p] = plan.sums[4];
      cr_expect(threads == 1 || sum[p] == first[p], "pass %zu: %g on %zu", p,
                sum[p], threads);
    }
    mg_fit_free(fit);
    cr_expect(sum[0] != sum[1], "the same chance in both passes");
    cr_expect(fabs(sum[0] - 1500) < 6.1 * sqrt(250), "sum %g", sum[0]);
    memcpy(first, sum, sizeof first);
  }
}

/* A sample is at most 4096 rows, all different, in their order, as likely from
 * the end as from the beginning. */
Test(fit, a_start_sees_a_sample) {
  remake(&(mg_space){.dim = 1, .measure = MG_REALS, .classes = 3}, 12000,
         false);
  mg_fit *fit = begin(1, 1, 0);
  cr_assert(plan.sample_rows == 4096, "%zu rows", plan.sample_rows);
  double sum = 0;
  for (size_t i = 0; i < 4096; i++) {
    const double row = plan.sample[i];
    cr_assert(i == 0 || row > plan.sample[i - 1], "row %g twice", row);
    cr_assert(plan.sample_labels[i] == (size_t)row % 3, "label of row %g", row);
    sum += row;
  }
  /* variance of one row 12000^2 / 12, less for drawing without return */
  const double sd = sqrt(4096 * 12e6 * (1 - 4096.0 / 12000));
  cr_expect(fabs(sum - 4096 * 5999.5) < 6.1 * sd, "mean row %g", sum / 4096);
  mg_fit_free(fit);
}

Test(fit, a_small_sample_is_all_rows) {
  mg_fit *fit = begin(1, 1, 0);
  cr_expect(plan.sample_rows == 600, "%zu rows", plan.sample_rows);
  for (size_t i = 0; i < 600; i++)
    cr_assert(plan.sample[i] == (double)i, "row %zu is %g", i, plan.sample[i]);
  mg_fit_free(fit);
}

Test(fit, starts_see_samples_of_their_own) {
  remake(&(mg_space){.dim = 1, .measure = MG_REALS}, 12000, false);
  mg_fit *fit = begin(2, 1, 0);
  double first[4096];
  memcpy(first, plan.sample, sizeof first);
  turn(fit, 1);
  cr_expect(plan.starts == 2, "%zu starts", plan.starts);
  cr_expect(memcmp(first, plan.sample, sizeof first) != 0, "the same sample");
  mg_fit_free(fit);
}

/* Levels become reals by noise that stays the same from pass to pass. */
Test(fit, dequantised_data_are_one_set_of_reals) {
  remake(&(mg_space){.dim = 1, .measure = MG_LEVELS, .levels = 4}, 3000, true);
  mg_fit *fit = begin(1, 3, 0);
  turn(fit, 1);
  const double sum = plan.sums[1], noise = plan.sums[3];
  cr_expect(fabs(noise - 1500) < 6.1 * sqrt(250), "noise of %g", noise);
  cr_expect(fabs(sum - noise - 4500) < 1e-6, "sum %g", sum);
  turn(fit, 1);
  cr_expect(plan.sums[1] == sum, "another noise in the second pass");
  cr_expect(plan.sample[0] > 0 && plan.sample[0] < 1, "sample %g",
            plan.sample[0]);
  mg_fit_free(fit);
}

/* ---- refusals ---- */

static void expect_refused(const mg_fit_options *options, const char *says) {
  mg_reason_clear();
  mg_fit *fit = mg_fit_alloc(model, &rows, options, 1);
  cr_expect_null(fit, "not refused: %s", says);
  cr_expect(strstr(mg_reason(), says), "no '%s' in '%s'", says, mg_reason());
  mg_fit_free(fit);
}

Test(fit, options_and_rows_are_checked) {
  const mg_fit_options good = mg_fit_options_default();
  mg_fit_options bad = good;
  cr_expect(good.restarts == 1 && good.passes == 1000 &&
                good.tolerance == 1e-7 && good.threads == 0,
            "other defaults");
  bad.restarts = 0;
  expect_refused(&bad, "restarts");
  bad = good;
  bad.passes = 0;
  expect_refused(&bad, "passes");
  bad = good;
  bad.tolerance = -1;
  expect_refused(&bad, "tolerance");
  rows.n = 0;
  expect_refused(&good, "no rows");
}

Test(fit, labels_that_are_needed_are_asked_for) {
  static mg_model_type type;
  const mg_fit_options good = mg_fit_options_default();
  type = climber_type;
  type.labels = true;
  model->type = &type;
  free(data->labels);
  data->labels = NULL;
  expect_refused(&good, "learns from labels");
}

Test(fit, a_pass_that_fails_says_where) {
  gsl_matrix_set(data->reals, 555, 0, NAN);
  const mg_fit_options options = {
      .restarts = 1, .passes = 5, .tolerance = 0, .threads = 2};
  cr_expect(mg_fit_run(model, &rows, &options, 1) == GSL_EDOM, "no error");
  cr_expect_str_eq(mg_reason(), "not a number in row 555", "'%s'", mg_reason());
}

Test(fit, nothing_is_freed_without_complaint) {
  mg_fit_free(NULL);
}
