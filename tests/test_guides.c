/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guides on a lesson's board: what a reader is shown is what was found out by
 * quadrature, by formulas, and by the library's own climbs. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/inside.h"
#include "lesson/library.h"

static int nothing(mg_lesson *lesson) {
  (void)lesson;
  return GSL_CONTINUE;
}

static const mg_step steps[] = {
    {.name = "only",
     .makes =
         "guides " MG_LESSON_GUIDE_COLUMNS "\nfamily series x y\n"
         "modes " MG_LESSON_MODE_COLUMNS "\nmode_curves series x y\n"
         "scores " MG_LESSON_SCORE_COLUMNS "\nscore_curves series x y\n"
         "score_shares series x y\n"
         "draws " MG_LESSON_DRAW_COLUMNS "\nsteps " MG_LESSON_STEP_COLUMNS "\n"
         "climb series x y\npath series x y\n"
         "variances_1 " MG_LESSON_VARIANCE_COLUMNS "\n"
         "variances_3 " MG_LESSON_VARIANCE_COLUMNS "\n"
         "spread dim score control rao_blackwell pathwise\n"
         "race " MG_LESSON_RACE_COLUMNS "\nracers series x y\n"
         "halves " MG_LESSON_HALF_COLUMNS "\n"
         "by_half half EM climbed log_p\nmeeting series x y\n"
         "turns_points series x y\n"
         "widths " MG_LESSON_SPREAD_COLUMNS "\nellipses series x y\n"
         "target_points series x y\n"
         "schools " MG_LESSON_SCHOOL_COLUMNS "\n"
         "claims " MG_LESSON_BOUND_COLUMNS "\n"
         "claim_axis model split nats std_error claim kind\n",
     .run = nothing},
    {.name = NULL}};
static const mg_chapter chapter = {.name = "test", .steps = steps};
static const mg_coin_options coin = {6, 4, 10};
static mg_lesson *lesson;

static void begin(void) {
  gsl_set_error_handler_off();
  lesson = mg_lesson_alloc(&chapter, NULL, NULL, 1, false, "");
  cr_assert_not_null(lesson, "%s", mg_reason());
  cr_assert_eq(mg_lesson_advance(lesson), GSL_SUCCESS, "%s", mg_reason());
  lesson->place.piece = 0;
}

static void end(void) {
  mg_lesson_free(lesson);
}

TestSuite(guides, .init = begin, .fini = end);

static double field(const char *name, size_t row, const char *column) {
  const mg_table *t = ROWS(name);
  cr_assert(t && row < mg_table_rows(t), "row %zu of %s", row, name);
  return strtod(mg_table_get(t, row, mg_table_find(t, column)), NULL);
}

/* The numbers of Beta(15, 15) and of the posterior are known to ten digits. */
Test(guides, bound_of_a_coin) {
  cr_assert_eq(mg_lesson_coin_guide(lesson, &coin, "even", 15, 15) ||
                   mg_lesson_coin_guide(lesson, &coin, "posterior", 16, 14) ||
                   mg_lesson_coin_guide(lesson, &coin, "sure", 160, 140),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect_float_eq(field("guides", 0, "elbo"), -7.138367375, 1e-9,
                     "Beta(15, 15) has the bound %.10f",
                     field("guides", 0, "elbo"));
  cr_expect_float_eq(field("guides", 1, "elbo"), -7.069374503, 1e-9,
                     "the posterior has log p(x), not %.10f",
                     field("guides", 1, "elbo"));
  for (size_t i = 0; i < 3; i++)
    cr_expect_float_eq(field("guides", i, "error"), 0, 1e-11,
                       "row %zu: elbo + kl misses log p(x) by %g", i,
                       field("guides", i, "error"));
  cr_expect_eq(mg_lesson_coin_guide(lesson, &coin, "none", 0, 1), GSL_EINVAL,
               "Beta(0, 1) is no law");
}

/* No guide of the family is above log p(x), and one touches it. */
Test(guides, family_under_the_line) {
  double best = -INFINITY;
  cr_assert_eq(mg_lesson_coin_family(lesson, &coin), GSL_SUCCESS, "%s",
               mg_reason());
  const size_t rows = mg_table_rows(ROWS("family"));
  const double log_p = field("family", rows - 1, "y");
  cr_expect_float_eq(log_p, -7.069374503, 1e-9, "the line is at %.10f", log_p);
  for (size_t i = 0; i + 2 < rows; i++)
    best = fmax(best, field("family", i, "y"));
  cr_expect(best <= log_p + 1e-11 && best > log_p - 1e-3,
            "the best bound is %.12f under %.12f", best, log_p);
}

/* A mode apart costs minus the log of its weight; the moments are at hand, and
 * their KL(p || q) is the least. */
Test(guides, two_hills) {
  const mg_two_modes_options target = {1, 8, 0.6, 0.7};
  cr_assert_eq(mg_lesson_mode_target(lesson, &target) ||
                   mg_lesson_mode(lesson, &target, "left", -4) ||
                   mg_lesson_mode(lesson, &target, "right", 4) ||
                   mg_lesson_mode(lesson, &target, "moments", NAN),
               GSL_SUCCESS, "%s", mg_reason());
  const double cost[] = {-log(0.6), -log(0.4)}, at[] = {-4, 4};
  for (size_t i = 0; i < 2; i++) {
    cr_expect_float_eq(field("modes", i, "kl_q_p"), cost[i], 1e-3,
                       "KL(q || p) of hill %zu is %g, not %g", i,
                       field("modes", i, "kl_q_p"), cost[i]);
    cr_expect_float_eq(field("modes", i, "mean"), at[i], 0.05,
                       "hill %zu has its top at %g", i,
                       field("modes", i, "mean"));
    cr_expect_gt(field("modes", i, "kl_p_q"), field("modes", 2, "kl_p_q"),
                 "KL(p || q) is least for the moments, not for %zu", i);
  }
  cr_expect_float_eq(field("modes", 2, "mean"), -0.8, 1e-12,
                     "the target's mean is %g", field("modes", 2, "mean"));
  cr_expect_float_eq(field("modes", 2, "sd"), sqrt(0.49 + 0.96 * 16), 1e-10,
                     "the target's sd is %g", field("modes", 2, "sd"));
}

/* The gradient of Beta(15, 15) is known in a, and log a has it times a; with
 * any constant the draws agree. */
Test(guides, scores) {
  cr_assert_eq(mg_lesson_scores(lesson, &coin, 15, 15, 100000), GSL_SUCCESS,
               "%s", mg_reason());
  cr_expect_float_eq(field("scores", 1, "exact"), 15 * .068938228, 1e-7,
                     "the gradient in log a is %.9f",
                     field("scores", 1, "exact"));
  cr_expect_float_eq(field("scores", 5, "exact"), -15 * .068938228, 1e-7,
                     "the gradient in log b is %.9f",
                     field("scores", 5, "exact"));
  for (size_t i = 0; i < 8; i++) {
    const double z =
        (field("scores", i, "mean") - field("scores", i, "exact")) /
        field("scores", i, "std_error");
    cr_expect(fabs(z) <= 6.1, "row %zu is %g std_error from the truth", i, z);
  }
  const double raised =
      field("scores", 1, "mean") + 100 * field("scores", 0, "mean");
  cr_expect_float_eq(field("scores", 2, "mean"), raised, 1e-8,
                     "f + 100 is told as %g", field("scores", 2, "mean"));
  const double variance = 225 * 1.863731;
  cr_expect_float_eq(field("scores", 1, "variance"), variance, 0.05 * variance,
                     "f score has the variance %g, not %g",
                     field("scores", 1, "variance"), variance);
}

static int turn(size_t piece) {
  const mg_lesson_ascent ascent = {.a = 15,
                                   .b = 15,
                                   .draws = 4,
                                   .iterations = 5,
                                   .slow = 2,
                                   .rate = 0.001,
                                   .estimator = MG_ESTIMATOR_SCORE};
  lesson->place.piece = piece;
  lesson->level = 0;
  return mg_lesson_algorithm(lesson, &coin, &ascent);
}

/* Two iterations of four draws, then three; each row is what it says. */
Test(guides, algorithm) {
  for (size_t i = 0; i < 11; i++) {
    const int status = turn(i);
    cr_assert_eq(status, i < 10 ? GSL_CONTINUE : GSL_SUCCESS,
                 "piece %zu: %d %s", i, status, mg_reason());
    cr_expect_eq(lesson->level, (size_t)(i == 3 || i >= 7),
                 "piece %zu ends level %zu", i, lesson->level);
  }
  cr_expect_eq(mg_table_rows(ROWS("draws")), (size_t)8, "eight draws");
  cr_expect_eq(mg_table_rows(ROWS("steps")), (size_t)5, "five steps");
  double mean = 0;
  for (size_t s = 0; s < 4; s++) {
    const double f = field("draws", s, "f");
    cr_expect_float_eq(field("draws", s, "log_p") - field("draws", s, "log_q"),
                       f, 1e-9, "f of draw %zu is %g", s, f);
    mean += f * field("draws", s, "score_a") / 4;
  }
  cr_expect_float_eq(field("steps", 0, "g_a"), mean, 1e-8,
                     "the gradient %g is the mean of f score, %g",
                     field("steps", 0, "g_a"), mean);
  cr_expect_float_eq(field("steps", 1, "a"), 15 * exp(0.001 * mean), 1e-8,
                     "the step leads to a = %.10f", field("steps", 1, "a"));
  const double second = 0.001 / 1.1 * field("steps", 1, "g_a");
  cr_expect_float_eq(field("steps", 2, "a") / field("steps", 1, "a"),
                     exp(second), 1e-8, "the rate of the second step");
  cr_expect_float_eq(field("steps", 0, "exact_a"), 15 * .068938228, 1e-7,
                     "the hill is as steep as %g",
                     field("steps", 0, "exact_a"));
  cr_expect_float_eq(field("steps", 0, "elbo"), -7.138367375, 1e-9,
                     "the climb begins at %.10f", field("steps", 0, "elbo"));
  cr_expect_float_eq(GIVEN("end_elbo") + GIVEN("end_gap"), -7.069374503, 1e-9,
                     "what is missing at the end is %g", GIVEN("end_gap"));
}

/* Measured beside formulas, which are those of D = 1 and 3. */
Test(guides, variances) {
  static const double closed[2][MG_ESTIMATORS] = {{2.25, 2, 2, 2.25, 2, 1, 0},
                                                  {6.25, 4, 4, 2.25, 2, 1, 0}};
  cr_assert_eq(mg_lesson_variances(lesson, 1, 20000) ||
                   mg_lesson_variances(lesson, 3, 20000),
               GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < MG_ESTIMATORS; k++) {
      const char *table = i ? "variances_3" : "variances_1";
      const double exact = field(table, k, "expected");
      cr_expect_float_eq(exact, closed[i][k], 1e-12, "%s of %s is %g",
                         mg_estimators[k].name, table, exact);
      cr_expect_float_eq(field(table, k, "variance"), exact,
                         0.12 * exact + 1e-12, "%s of %s measures %g, not %g",
                         mg_estimators[k].name, table,
                         field(table, k, "variance"), exact);
      const double far = fabs(field(table, k, "mean") + 1);
      cr_expect(far <= 6.1 * field(table, k, "std_error") + 1e-12,
                "%s of %s is %g from -1", mg_estimators[k].name, table, far);
    }
}

static mg_bbvi_options usual(mg_estimator kind, size_t iterations) {
  mg_bbvi_options o = mg_bbvi_options_default();
  o.estimator = kind;
  o.draws = 20;
  o.iterations = iterations;
  o.threads = 1;
  o.steps.rate = 0.1;
  o.steps.decay = (double)iterations / 10;
  return o;
}

/* The best product of a pair has the bound log(1 - rho^2) / 2; of a longer
 * chain nobody is above it. */
Test(guides, race) {
  const mg_bbvi_options o = usual(MG_ESTIMATOR_SCORE, 400);
  cr_assert_eq(mg_lesson_race(lesson, MG_ESTIMATOR_STICKING, 2, 0.6, &o) ||
                   mg_lesson_race(lesson, MG_ESTIMATOR_PATHWISE, 5, 0.6, &o) ||
                   mg_lesson_race(lesson, MG_ESTIMATOR_SCORE, 5, 0.6, &o),
               GSL_SUCCESS, "%s", mg_reason());
  const double best = log(0.64) / 2;
  cr_expect_float_eq(field("race", 0, "elbo") + field("race", 0, "behind"),
                     best, 1e-10, "the best product has %g, not %g",
                     field("race", 0, "elbo") + field("race", 0, "behind"),
                     best);
  for (size_t i = 0; i < 3; i++)
    cr_expect(field("race", i, "behind") > -1e-10, "racer %zu is %g behind", i,
              field("race", i, "behind"));
  cr_expect_lt(field("race", 0, "behind"), 0.02, "the path arrives, but for %g",
               field("race", 0, "behind"));
  /* A product at its best, in a chain of 5: from its precision. */
  cr_expect_float_eq(GIVEN("least"), (3 * log(1.36) - log(0.64)) / 2, 1e-12,
                     "the least KL is %.12f", GIVEN("least"));
}

/* Both start as one; EM is as ever, and the climb comes near it. */
Test(guides, em_beside) {
  enum { N = 60 };
  const mg_space line = {.dim = 1, .measure = MG_REALS};
  mg_dataset *seen = mg_dataset_alloc("seen", &line, N);
  cr_assert_not_null(seen, "%s", mg_reason());
  for (size_t i = 0; i < N; i++)
    gsl_matrix_set(seen->reals, i, 0, (double)(i % 7) / 5 + (i % 3 ? 0 : 2.5));
  cr_assert_eq(mg_board_take_data(BOARD, "seen", seen), GSL_SUCCESS, "%s",
               mg_reason());
  const mg_bbvi_options o = usual(MG_ESTIMATOR_RAO_BLACKWELL_CONTROL, 300);
  for (size_t i = 0; i <= 4; i++) {
    lesson->place.piece = i;
    const int status =
        mg_lesson_em_beside(lesson, mg_dataset_all(DATA("seen")), 2, &o);
    cr_assert_eq(status, i < 4 ? GSL_CONTINUE : GSL_SUCCESS, "piece %zu: %s", i,
                 mg_reason());
  }
  for (size_t i = 0; i <= 4; i++) {
    const double elbo = field("halves", i, "elbo");
    cr_expect_float_eq(elbo + field("halves", i, "kl"),
                       field("halves", i, "log_p"), 1e-9,
                       "half %zu: elbo and kl are no log p", i);
    cr_expect_float_eq(elbo, field("halves", i, "em_elbo"), 5e-3,
                       "half %zu: %g where EM has %g", i, elbo,
                       field("halves", i, "em_elbo"));
  }
  cr_expect_lt(GIVEN("e_kl"), 1e-3, "the last E step leaves %g nats",
               GIVEN("e_kl"));
}

/* sqrt(1 - rho^2) of a product, the target of the full rank, and a fall. */
Test(guides, shapes) {
  const mg_bbvi_options o = usual(MG_ESTIMATOR_STICKING, 1000);
  for (size_t i = 0; i < 4; i++)
    cr_assert_eq(mg_lesson_shaped(lesson, "q", (mg_lesson_shape)i, 0.9, &o),
                 GSL_SUCCESS, "shape %zu: %s", i, mg_reason());
  cr_expect_float_eq(field("widths", 0, "correlation"), 0.9, 1e-12,
                     "the target has %g", field("widths", 0, "correlation"));
  cr_expect_float_eq(field("widths", 1, "sd_1"), sqrt(0.19), 0.02,
                     "a product has %g", field("widths", 1, "sd_1"));
  cr_expect_float_eq(field("widths", 2, "correlation"), 0.9, 1e-3,
                     "the full rank has %g", field("widths", 2, "correlation"));
  cr_expect_lt(field("widths", 3, "sd_1"), 0.1, "without entropy %g is left",
               field("widths", 3, "sd_1"));
}

Test(guides, schools) {
  const mg_bbvi_options o = usual(MG_ESTIMATOR_STICKING, 500);
  cr_assert_eq(mg_lesson_schools_exact(lesson) ||
                   mg_lesson_schools_guide(lesson, "product",
                                           MG_LESSON_MEAN_FIELD, &o, 5000) ||
                   mg_lesson_schools_chains(lesson, 300, 200),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect_float_eq(field("claims", 0, "nats"), -31.311349, 1e-5,
                     "log p(y) is %.8f", field("claims", 0, "nats"));
  cr_expect_float_eq(field("schools", 0, "mu"), 4.396820, 1e-5, "E mu is %.8f",
                     field("schools", 0, "mu"));
  cr_expect_float_eq(field("schools", 0, "tau"), 3.597710, 1e-5,
                     "E tau is %.8f", field("schools", 0, "tau"));
  cr_expect(field("claims", 1, "nats") < -31.4 &&
                field("claims", 1, "nats") > -32.5,
            "the product's bound is %g", field("claims", 1, "nats"));
  for (size_t i = 1; i < 3; i++)
    cr_expect_float_eq(field("schools", i, "tau"), 3.3, 1.3,
                       "tau of way %zu is %g", i, field("schools", i, "tau"));
  for (size_t i = 1; i < 4; i++)
    cr_expect_str_eq(mg_table_get(ROWS("claims"), i, 1),
                     ">=", "claim %zu is a bound", i);
  cr_expect_float_eq(field("schools", 2, "mu"), 4.396820, 1.5,
                     "the chains have mu at %g", field("schools", 2, "mu"));
}
