/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on the board behind each of these, against the library's own
 * words for it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "data/faithful.h"
#include "lesson/densities.h"
#include "lesson/inside.h"
#include "lesson/library.h"

static int nothing(mg_lesson *lesson) {
  return mg_lesson_piece(lesson) < 5000 ? GSL_CONTINUE : GSL_SUCCESS;
}

static const mg_step steps[] = {
    {.name = "only",
     .makes = "counts low high height series\ncurves series x y\n"
              "scores model left_out std_error\npath_mu series x y\n"
              "path_sigma series x y\nlaws law mean sd\n"
              "stage_1 low high height series\n"
              "risks h bias2 variance error\nleft series x y\n"
              "held series x y\n",
     .run = nothing},
    {.name = NULL}};
static const mg_chapter chapter = {.name = "test", .steps = steps};
static mg_lesson *lesson;

static void begin(void) {
  gsl_set_error_handler_off();
  lesson = mg_lesson_alloc(&chapter, NULL, mg_faithful_read(1), 1, false, "");
  cr_assert_eq(mg_lesson_advance(lesson), GSL_SUCCESS, "%s", mg_reason());
  lesson->place.piece = 0;
  cr_assert_eq(mg_lesson_column(lesson, 0), GSL_SUCCESS, "%s", mg_reason());
}

static void end(void) {
  mg_lesson_free(lesson);
}

TestSuite(densities, .init = begin, .fini = end);

static double number(const char *name) {
  return mg_board_number(lesson->board, name);
}

static const gsl_vector *sample(void) {
  return mg_board_find_vector(lesson->board, "x");
}

static double field(const char *table, size_t row, const char *column) {
  const mg_table *t = mg_board_find_table(lesson->board, table);
  cr_assert(row < mg_table_rows(t), "%s has %zu rows", table, mg_table_rows(t));
  return strtod(mg_table_get(t, row, mg_table_find(t, column)), NULL);
}

Test(densities, a_sample_of_the_last_column) {
  cr_expect_eq(number("n"), 190, "of 272 rows %g", number("n"));
  cr_expect_eq(
      mg_dataset_part(mg_board_find_data(lesson->board, "sample"), MG_TEST).n,
      82);
  const double low = gsl_vector_min(sample()), high = gsl_vector_max(sample());
  cr_expect_eq(number("low"), low - (high - low) / 4);
  cr_expect_eq(number("high"), high + (high - low) / 4);
  cr_expect_eq(gsl_vector_get(sample(), 7),
               gsl_matrix_get(lesson->data->reals, 7, 1), "not the waits");
  double area = 0;
  for (size_t i = 0; i < 27; i++)
    area += field("counts", i, "height") *
            (field("counts", i, "high") - field("counts", i, "low"));
  cr_expect_float_eq(area, 1, 1e-9, "the histogram's area is %g", area);
  cr_expect_neq(mg_lesson_column(lesson, 3), GSL_SUCCESS, "no column 3");
}

Test(densities, an_estimate_and_its_row) {
  double mu, sigma, top;
  cr_assert_eq(mg_lesson_density(lesson, "g", &mg_independent_type, NULL,
                                 "curves", "scores"),
               GSL_SUCCESS, "%s", mg_reason());
  mg_gaussian_estimate(sample(), &mu, &sigma);
  mg_gaussian_likelihood(sample(), mu, sigma, &top);
  cr_expect(field("scores", 0, "left_out") < top, "left out is not worse");
  cr_expect(field("scores", 0, "left_out") > top - 0.1, "far worse");
  cr_expect_float_eq(field("curves", 0, "x"), number("low"), 1e-9);
}

Test(densities, a_climb_by_rows_is_the_running_mean) {
  mg_optimizer_options o = mg_optimizer_options_default();
  o.rate = 1;
  o.schedule = MG_SCHEDULE_ROBBINS_MONRO;
  mg_board_real(lesson->board, "mu", 70, NULL);
  mg_board_real(lesson->board, "sigma", 10, NULL);
  const size_t n = sample()->size;
  for (size_t i = 0; i < n; i++) {
    lesson->place.piece = i;
    cr_expect_eq(mg_lesson_climb(lesson, 1, 1, &o),
                 i + 1 < n ? GSL_CONTINUE : GSL_SUCCESS, "piece %zu", i);
  }
  double mu, sigma;
  mg_gaussian_estimate(sample(), &mu, &sigma);
  cr_expect_float_eq(number("mu_t"), mu, 1e-10, "%g, not %g", number("mu_t"),
                     mu);
  cr_expect_eq(lesson->level, 2, "an epoch ends level 2");
  cr_expect_eq(mg_table_rows(mg_board_find_table(lesson->board, "path_mu")),
               n + 2);
}

Test(densities, a_stage_is_a_column_s_law_and_histogram) {
  double four[] = {0.1, 9, 0.3, 9, 0.5, 9, 0.9, 9};
  gsl_matrix_view all = gsl_matrix_view_array(four, 4, 2);
  cr_assert_eq(mg_lesson_stage(lesson, &all.matrix, 0, "u", 0, 1), GSL_SUCCESS);
  cr_expect_float_eq(field("laws", 0, "mean"), 0.45, 1e-11);
  cr_expect_float_eq(field("laws", 0, "sd"), sqrt(0.35 / 3), 1e-11);
  cr_expect_float_eq(field("stage_1", 2, "height"), 27. / 4, 1e-9,
                     "0.1 lies in bin 2: %g", field("stage_1", 2, "height"));
}

Test(densities, two_scores_and_a_risk) {
  cr_assert_eq(mg_lesson_bandwidth(lesson, 3), GSL_SUCCESS);
  cr_expect(fabs(field("left", 0, "y") - field("held", 0, "y")) < 0.5);
  cr_assert_eq(mg_lesson_risk(lesson, 4, 5, NULL), GSL_SUCCESS);
  cr_expect_float_eq(field("risks", 0, "error"),
                     field("risks", 0, "bias2") + field("risks", 0, "variance"),
                     1e-9);
}

Test(densities, digits_are_classified) {
  mg_board *b = lesson->board;
  mg_dataset *digits = mg_digits_read();
  mg_board_take_data(b, "digits", digits);
  const mg_rows train = mg_dataset_part(digits, MG_TRAIN);
  const mg_rows test = mg_dataset_part(digits, MG_TEST);
  mg_lesson_fit(lesson, "bayes", &mg_naive_bayes_type, NULL, &train);
  cr_assert_eq(mg_lesson_classify(lesson, "bayes", &test), GSL_SUCCESS, "%s",
               mg_reason());
  const gsl_matrix *counts = mg_board_find_matrix(b, "confusion");
  double all = 0, right = 0;
  for (size_t i = 0; i < 100; i++)
    all += counts->data[i];
  for (size_t i = 0; i < 10; i++)
    right += gsl_matrix_get(counts, i, i);
  cr_expect_eq(all, 447);
  cr_expect_eq(right, number("right"));
  cr_expect_float_eq(number("accuracy"), right / 447, 1e-15);
  cr_expect_eq(mg_table_rows(mg_board_find_table(b, "taken_for")), 100);
}
