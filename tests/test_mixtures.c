/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mixtures on a lesson's board, against sums by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/inside.h"
#include "lesson/library.h"

enum { PEOPLE = 200 };

static int nothing(mg_lesson *lesson) {
  (void)lesson;
  return GSL_CONTINUE;
}

static const mg_step steps[] = {{.name = "only", .makes = "", .run = nothing},
                                {.name = NULL}};
static const mg_chapter chapter = {.name = "test", .steps = steps};
static mg_lesson *lesson;
static mg_dataset *people;

static void begin(void) {
  gsl_set_error_handler_off();
  lesson = mg_lesson_alloc(&chapter, NULL, NULL, 1, false, "");
  people = mg_toys_draw("heights", PEOPLE, 1);
  cr_assert(lesson && people, "%s", mg_reason());
}

static void end(void) {
  mg_dataset_free(people);
  mg_lesson_free(lesson);
}

TestSuite(mixtures, .init = begin, .fini = end);

static const mg_table *table(const char *name) {
  const mg_table *t = mg_board_find_table(lesson->board, name);
  cr_assert_not_null(t, "%s", mg_reason());
  return t;
}

static double field(const char *name, size_t row, const char *column) {
  const mg_table *t = table(name);
  cr_assert(row < mg_table_rows(t), "%s has %zu rows", name, mg_table_rows(t));
  return strtod(mg_table_get(t, row, mg_table_find(t, column)), NULL);
}

static void near(double value, double wanted, double tolerance,
                 const char *what) {
  cr_expect(fabs(value - wanted) <= tolerance, "%s: %.15g, not %.15g", what,
            value, wanted);
}

/* Rows that do not begin with the data's first have labels of their own. */
Test(mixtures, labels_are_counted) {
  const mg_rows rows = {people, 70, 100};
  double n = 0, sum = 0;
  for (size_t i = 70; i < 170; i++)
    if (people->labels[i] == 1) {
      n++;
      sum += gsl_matrix_get(people->reals, i, 0);
    }
  const mg_gmm *g = mg_lesson_labelled(lesson, "known", rows, "cm");
  cr_assert_not_null(g, "%s", mg_reason());
  near(gsl_vector_get(g->weights, 1), n / 100, 1e-12, "a share");
  near(gsl_matrix_get(g->means, 1, 0), sum / n, 1e-9, "a mean");
}

Test(mixtures, a_choice_is_judged_by_other_rows) {
  const mg_rows seen = {people, 0, 60}, rest = {people, 60, 140};
  const mg_fit_options fit = {.restarts = 2, .passes = 500, .tolerance = 1e-6};
  for (size_t k = 1; k <= 2; k++) {
    lesson->place.piece = k - 1;
    cr_assert_eq(mg_lesson_choice(lesson, "m", seen, rest, 0.01, &fit),
                 GSL_SUCCESS, "%s", mg_reason());
  }
  mg_tally e = {0}, gain = {0};
  gsl_matrix_const_view x =
      gsl_matrix_const_submatrix(people->reals, 60, 0, 140, 1);
  gsl_matrix_const_view own =
      gsl_matrix_const_submatrix(people->reals, 0, 0, 60, 1);
  double one[140], two[140], log_p[60], total = 0;
  gsl_vector_view v_1 = gsl_vector_view_array(one, 140);
  gsl_vector_view v_2 = gsl_vector_view_array(two, 140);
  gsl_vector_view v = gsl_vector_view_array(log_p, 60);
  mg_gmm_log_density(mg_lesson_gmm(lesson, "m_1"), &x.matrix, &v_1.vector);
  mg_gmm_log_density(mg_lesson_gmm(lesson, "m"), &x.matrix, &v_2.vector);
  mg_gmm_log_density(mg_lesson_gmm(lesson, "m"), &own.matrix, &v.vector);
  mg_tally_values(140, two, 1, &e);
  for (size_t i = 0; i < 140; i++)
    two[i] -= one[i];
  mg_tally_values(140, two, 1, &gain);
  for (size_t i = 0; i < 60; i++)
    total += log_p[i];
  near(field("choice", 1, "held_out"), e.mean, 1e-9, "held-out rows");
  near(field("choice", 1, "gain"), gain.mean, 1e-9, "a gain");
  near(field("choice", 1, "gain_error"), gain.std_error, 1e-9, "its error");
  near(field("choice", 1, "bic"), -2 * total + 5 * log(60), 1e-6, "BIC");
  near(field("held_out", 1, "low"), gain.mean - gain.std_error, 1e-9, "low");
  near(field("held_out", 1, "high"), gain.mean + gain.std_error, 1e-9, "high");
}

Test(mixtures, half_steps_are_told_per_datum_and_end_a_pass) {
  const mg_rows rows = {people, 0, PEOPLE};
  mg_gmm *g = mg_lesson_mixture(lesson, "h", rows, "cm", 2, 0.01);
  cr_assert(g && mg_gmm_start_row(g, 160, 15, 5) == GSL_SUCCESS, "%s",
            mg_reason());
  static const char *const label[] = {"start", "E1", "M1", "E2", "M2"};
  for (size_t i = 0; i < 5; i++) {
    lesson->place.piece = i;
    lesson->level = 0;
    cr_assert_eq(mg_lesson_gmm_half(lesson, "h", 2),
                 i < 4 ? GSL_CONTINUE : GSL_SUCCESS, "half step %zu", i);
    cr_expect_eq(lesson->level, i % 2 == 0, "the level of %s", label[i]);
    cr_expect_str_eq(mg_table_get(table("h_bound"), i, 0), label[i], "%zu", i);
    near(field("h_bound", i, "elbo") + field("h_bound", i, "kl"),
         field("h_bound", i, "log_p"), 1e-10, label[i]);
  }
  cr_expect(field("h_bound", 2, "kl") > 1e-6, "q is the posterior after M");
  cr_expect_eq(mg_table_rows(table("h_bars")), 3, "bars from M1 on");
}

/* Why a climb ended: by itself, by its limit, or by a spike. */
Test(mixtures, a_climb_says_why_it_ended) {
  const mg_rows rows = {people, 0, 40};
  const struct {
    double floor;
    size_t most;
    const char *why;
  } climbs[] = {{0.001, 20000, "it converged"},
                {0.001, 3, "it was stopped"},
                {0, 20000, "collapse"}};
  for (size_t i = 0; i < 3; i++) {
    mg_gmm *g = mg_lesson_mixture(lesson, "s", rows, "cm", 2, climbs[i].floor);
    cr_assert(g && mg_gmm_start_row(g, 160, 15, 5) == GSL_SUCCESS, "start");
    if (i == 2) {
      gsl_matrix_set(g->means, 0, 0, gsl_matrix_get(people->reals, 17, 0));
      gsl_matrix_set(g->spread, 0, 0, 1e-12);
      cr_assert_eq(mg_gmm_refresh(g), GSL_SUCCESS, "%s", mg_reason());
    }
    lesson->place.piece = i;
    cr_assert_eq(mg_lesson_gmm_try(lesson, "s", "a run", 1e-7, climbs[i].most),
                 GSL_SUCCESS, "%s", mg_reason());
    const char *why = mg_table_get(table("s_why"), i, 0);
    cr_expect_not_null(strstr(why, climbs[i].why), "%zu: %s", i, why);
  }
}

/* Black is the greatest level: 16 of 17, 1 of bits. */
Test(mixtures, a_panel_draws_the_greatest_level_black) {
  const mg_space levels = {
      .dim = 4, .measure = MG_LEVELS, .levels = 17, .height = 2, .width = 2};
  const mg_space bits = {
      .dim = 4, .measure = MG_BINARY, .levels = 2, .height = 2, .width = 2};
  double grey[] = {0, 4, 8, 16}, black[] = {0, 0, 1, 1};
  const gsl_matrix_view of_levels = gsl_matrix_view_array(grey, 1, 4);
  const gsl_matrix_view of_bits = gsl_matrix_view_array(black, 1, 4);
  cr_assert_eq(mg_lesson_panel(lesson, "l", &levels, &of_levels.matrix), 0,
               "%s", mg_reason());
  cr_assert_eq(mg_lesson_panel(lesson, "b", &bits, &of_bits.matrix), 0, "%s",
               mg_reason());
  const mg_table *t = table("l"), *u = table("b");
  const size_t row = mg_table_rows(t) - 1, column = mg_table_columns(t) - 1;
  near(strtod(mg_table_get(t, 0, 0), NULL), 0, 0, "level 0");
  near(strtod(mg_table_get(t, 0, column), NULL), 255.0 / 4, 0.5, "level 4");
  near(strtod(mg_table_get(t, row, 0), NULL), 255.0 / 2, 0.5, "level 8");
  near(strtod(mg_table_get(t, row, column), NULL), 255, 0, "level 16");
  near(strtod(mg_table_get(u, row, 0), NULL), 255, 0, "bit 1");
}
