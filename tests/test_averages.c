/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Averages over draws on a lesson's board, against closed forms. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "lesson/inside.h"
#include "lesson/library.h"

enum { DRAWS = 4000 };

#define Z 6.1 /* false alarms: 1e-9 */

static int nothing(mg_lesson *lesson) {
  (void)lesson;
  return GSL_CONTINUE;
}

static const mg_step steps[] = {{.name = "only", .makes = "", .run = nothing},
                                {.name = NULL}};
static const mg_chapter chapter = {.name = "test", .steps = steps};
static const mg_coin_options coin = {.heads = 8, .tails = 2, .prior = 10};
static mg_lesson *lesson;

static void begin(void) {
  static const char *const tables[][2] = {
      {"looks", "draw z likelihood mean"},
      {"running", "series x y"},
      {"starving", "L exact estimate gap ess pareto_k needed"},
      {"proposals", "proposal a b claim nats std_error ess pareto_k"},
      {"guesses", "series x y"},
      {"shares", "series x y"},
      {"intervals", "proposal draws held below told pareto_k"},
      {"climb", "step a gradient std_error exact log_p"},
      {"hill", "series x y"}};
  gsl_set_error_handler_off();
  lesson = mg_lesson_alloc(&chapter, NULL, NULL, 1, false, "");
  cr_assert(lesson, "%s", mg_reason());
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    mg_board_table(lesson->board, tables[i][0], tables[i][1]);
}

static void end(void) {
  mg_lesson_free(lesson);
}

TestSuite(averages, .init = begin, .fini = end);

static double field(const char *name, size_t row, const char *column) {
  const mg_table *t = ROWS(name);
  cr_assert(t && row < mg_table_rows(t), "%s: no row %zu", name, row);
  return strtod(mg_table_get(t, row, mg_table_find(t, column)), NULL);
}

/* log B(a + h, a + t) / B(a, a). */
static double log_p(double a) {
  return lgamma(a + 8) + lgamma(a + 2) - lgamma(2 * a + 10) - 2 * lgamma(a) +
         lgamma(2 * a);
}

Test(averages, a_draw_a_piece_then_the_rest) {
  double sum = 0;
  for (size_t i = 0; i <= MG_LESSON_LOOKS; i++) {
    lesson->place.piece = i;
    cr_assert_eq(mg_lesson_average(lesson, &coin, DRAWS),
                 i < MG_LESSON_LOOKS ? GSL_CONTINUE : GSL_SUCCESS, "%s",
                 mg_reason());
    if (i == MG_LESSON_LOOKS)
      break;
    const double z = field("looks", i, "z");
    const double likelihood = pow(z, 8) * pow(1 - z, 2);
    sum += likelihood;
    cr_expect_float_eq(field("looks", i, "likelihood"), likelihood, 1e-9,
                       "draw %zu", i);
    cr_expect_float_eq(field("looks", i, "mean"), sum / (double)(i + 1), 1e-9,
                       "mean of %zu", i + 1);
  }
  cr_expect_float_eq(GIVEN("p_exact"), exp(log_p(10)), 1e-12, "exact");
  cr_expect(fabs(GIVEN("p") - GIVEN("p_exact")) < Z * GIVEN("p_error"),
            "%g +- %g, not %g", GIVEN("p"), GIVEN("p_error"), GIVEN("p_exact"));
}

/* E w^2 by a sum over a fine grid. */
Test(averages, draws_that_are_needed) {
  const double sd = 0.5, h = 1e-3;
  double first = 0, second = 0;
  for (double z = -10; z <= 10; z += h) {
    const double prior = exp(-z * z / 2) / sqrt(2 * M_PI);
    const double u = (1 - z) / sd;
    const double w = exp(-u * u / 2) / (sd * sqrt(2 * M_PI));
    first += h * prior * w;
    second += h * prior * w * w;
  }
  for (size_t dim = 1; dim <= 4; dim *= 4) {
    const double needed =
        100 * (pow(second / (first * first), (double)dim) - 1);
    cr_assert_eq(mg_lesson_starve(lesson, dim, sd, DRAWS), GSL_SUCCESS, "%s",
                 mg_reason());
    cr_expect_float_eq(field("starving", dim / 4, "needed") / needed, 1, 1e-4,
                       "%zu dimensions: not %g", dim, needed);
    cr_expect_float_eq(field("starving", dim / 4, "exact"),
                       (double)dim * log(first), 1e-4, "evidence");
  }
}

Test(averages, the_posterior_proposes_best) {
  cr_assert_eq(mg_lesson_propose(lesson, &coin, "posterior", 18, 12, 500),
               GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_lesson_propose(lesson, &coin, "flat", 1, 1, DRAWS),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect_float_eq(field("proposals", 0, "nats"), log_p(10), 1e-9, "p(x)");
  cr_expect_float_eq(field("proposals", 0, "ess"), 500, 1e-6, "equal weights");
  cr_expect(fabs(field("proposals", 1, "nats") - log_p(10)) <
                Z * field("proposals", 1, "std_error"),
            "%g", field("proposals", 1, "nats"));
}

Test(averages, intervals_are_counted) {
  cr_assert_eq(mg_lesson_intervals(lesson, &coin, "prior", 10, 10, 400, 200),
               GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_lesson_intervals(lesson, &coin, "off", 6, 36, 100, 50),
               GSL_SUCCESS, "%s", mg_reason());
  /* 200 intervals of .95 or a little less, sd .0154. */
  cr_expect(field("intervals", 0, "held") > 0.83, "a good law: %g",
            field("intervals", 0, "held"));
  cr_expect(field("intervals", 1, "held") < 0.5, "a law elsewhere: %g",
            field("intervals", 1, "held"));
  cr_expect_eq(field("shares", 1, "y"), field("intervals", 1, "held"),
               "the curve is of another number");
}

Test(averages, a_step_is_up_the_evidence) {
  double a = 10;
  lesson->place.piece = 0;
  cr_assert_eq(mg_lesson_learn_prior(lesson, &coin, &a, 1, DRAWS), GSL_SUCCESS,
               "%s", mg_reason());
  const double exact = (log_p(10 + 1e-4) - log_p(10 - 1e-4)) / 2e-4;
  cr_expect_float_eq(field("climb", 0, "exact"), exact, 1e-7, "gradient");
  cr_expect(fabs(field("climb", 0, "gradient") - exact) <
                Z * field("climb", 0, "std_error"),
            "%g, not %g", field("climb", 0, "gradient"), exact);
  cr_expect_float_eq(a, 10 * exp(10 * field("climb", 0, "gradient")), 1e-6,
                     "the step");
  cr_assert_eq(mg_lesson_hill(lesson, &coin, 0.2, 50), GSL_SUCCESS);
  const double best = GIVEN("a_best");
  cr_expect(log_p(best) > log_p(best * 1.06) &&
                log_p(best) > log_p(best / 1.06),
            "no top at %g", best);
}
