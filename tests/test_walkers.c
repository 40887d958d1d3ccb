/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walkers on a lesson's board: what is shown is what was walked. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "lesson/inside.h"
#include "lesson/library.h"
#include "targets/gaussian.h"

enum { MOVES = 120, SLIDES = 12, LEAPS = 7, WALKERS = 200, STATIONS = 20 };

#define Z 6.1 /* false alarms: 1e-9 */

static int nothing(mg_lesson *lesson) {
  (void)lesson;
  return GSL_CONTINUE;
}

static const mg_step steps[] = {{.name = "only", .makes = "", .run = nothing},
                                {.name = NULL}};
static const mg_chapter chapter = {.name = "test", .steps = steps};
static mg_lesson *lesson;
static mg_posterior *banana;

static void begin(void) {
  static const char *const tables[][2] = {
      {"walk", "x y move log_p accepted"},
      {"walk_path", "series x y"},
      {"slides", "x y move leap energy"},
      {"slid", "x y move log_p accepted"},
      {"slide_path", "series x y"},
      {"mixing", "kernel coordinate mean std_error exact rhat ess_bulk "
                 "ess_tail"},
      {"trace", "series x y"},
      {"bridge", "b mean_1 mean_2 acceptance log_p ess"},
      {"station_1", "x y"},
      {"station_2", "x y"},
      {"station_3", "x y"},
      {"station_4", "x y"},
      {"estimates", "bound claim nats std_error ess pareto_k"},
      {"axis", MG_EVIDENCE_AXIS}};
  gsl_set_error_handler_off();
  lesson = mg_lesson_alloc(&chapter, NULL, NULL, 1, false, "");
  banana = mg_posterior_alloc(&mg_banana_type, NULL);
  cr_assert(lesson && banana, "%s", mg_reason());
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    cr_assert(mg_board_table(lesson->board, tables[i][0], tables[i][1]), "%s",
              mg_reason());
}

static void end(void) {
  mg_posterior_free(banana);
  mg_lesson_free(lesson);
}

TestSuite(walkers, .init = begin, .fini = end);

static double field(const char *name, size_t row, const char *column) {
  const mg_table *t = ROWS(name);
  cr_assert(t && row < mg_table_rows(t), "%s: no row %zu", name, row);
  return strtod(mg_table_get(t, row, mg_table_find(t, column)), NULL);
}

static double log_p(double x, double y) {
  double at[] = {x, y}, value;
  const gsl_matrix_view z = gsl_matrix_view_array(at, 1, 2);
  gsl_vector_view log_p = gsl_vector_view_array(&value, 1);
  cr_assert_eq(
      mg_target_evaluate(&banana->target, &z.matrix, 1, &log_p.vector, NULL),
      GSL_SUCCESS);
  return value;
}

Test(walkers, the_picture_behind) {
  static const double window[] = {-1, 2, -3, 4};
  cr_assert_eq(mg_lesson_landscape(lesson, "land", &banana->target, window),
               GSL_SUCCESS, "%s", mg_reason());
  const size_t last = mg_table_rows(ROWS("land")) - 1;
  cr_expect_float_eq(field("land", 0, "log_p"), log_p(-1, -3), 1e-9, "first");
  cr_expect_float_eq(field("land", last, "log_p"), log_p(2, 4), 1e-9, "last");
  cr_expect_float_eq(field("land", 1, "y"), -3, 0, "x is the faster");
}

/* A walker stays or goes, and says which; every hundredth move is a level. */
Test(walkers, a_move_a_piece) {
  double x = 0, y = 0, taken = 0;
  for (size_t i = 0; i < MOVES; i++) {
    lesson->place.piece = i;
    lesson->level = 0;
    cr_assert_eq(mg_lesson_walk(lesson, &banana->target, 1, MOVES),
                 i + 1 < MOVES ? GSL_CONTINUE : GSL_SUCCESS, "%s", mg_reason());
    cr_expect_eq(lesson->level, i == 99, "level of move %zu", i);
    const bool stayed =
        field("walk", i, "x") == x && field("walk", i, "y") == y;
    x = field("walk", i, "x");
    y = field("walk", i, "y");
    cr_expect_eq(field("walk", i, "accepted"), !stayed, "move %zu", i);
    cr_expect_float_eq(field("walk", i, "log_p"), log_p(x, y), 1e-9,
                       "log p of move %zu", i);
    taken += !stayed;
  }
  cr_expect_eq(GIVEN("walk_accepted"), taken / MOVES, "share");
  cr_expect(taken > 0 && taken < MOVES, "%g moves taken", taken);
}

/* A piece done again after going back is the same piece. */
Test(walkers, going_back) {
  size_t bytes;
  for (size_t i = 0; i < 5; i++) {
    lesson->place.piece = i;
    mg_lesson_walk(lesson, &banana->target, 1, MOVES);
  }
  mg_board *copy = mg_board_copy(lesson->board, NULL, &bytes);
  lesson->place.piece = 5;
  mg_lesson_walk(lesson, &banana->target, 1, MOVES);
  const double x = field("walk", 5, "x");
  cr_assert_eq(mg_board_restore(lesson->board, copy), GSL_SUCCESS);
  mg_lesson_walk(lesson, &banana->target, 1, MOVES);
  cr_expect_eq(field("walk", 5, "x"), x, "another move");
  mg_board_free(copy);
}

/* A move ends at its last leap with a chance that falls with the energy it
 * gained, or where it began. */
Test(walkers, a_leap_a_piece) {
  double x = 0, y = 0, refused = 0;
  for (size_t i = 0; i < SLIDES * LEAPS; i++) {
    lesson->place.piece = i;
    cr_assert_eq(mg_lesson_slide(lesson, &banana->target, 0.5, LEAPS, SLIDES),
                 i + 1 < SLIDES * LEAPS ? GSL_CONTINUE : GSL_SUCCESS, "%s",
                 mg_reason());
    if (i % LEAPS != LEAPS - 1)
      continue;
    const double energy = field("slides", i, "energy");
    const double first = field("slides", i + 1 - LEAPS, "energy");
    const size_t move = i / LEAPS;
    const bool taken = field("slid", move, "accepted") == 1;
    const double u = gsl_rng_uniform(RNG("accept"));
    cr_expect_eq(taken, u < exp(first - energy), "move %zu, energy %g to %g",
                 move, first, energy);
    refused += !taken;
    cr_expect_eq(field("slid", move, "x"), taken ? field("slides", i, "x") : x,
                 "end of move %zu", move);
    x = field("slid", move, "x");
    y = field("slid", move, "y");
    cr_expect_float_eq(field("slid", move, "log_p"), log_p(x, y), 1e-9,
                       "log p of move %zu", move);
  }
  cr_expect_float_eq(GIVEN("slid_accepted"), 1 - refused / SLIDES, 1e-12,
                     "share");
  cr_expect(refused > 0 && refused < SLIDES, "%g moves refused", refused);
  cr_expect_eq(mg_table_rows(ROWS("slide_path")), SLIDES * (LEAPS + 2),
               "a gap, a start and every leap");
}

Test(walkers, chains_find_the_mean) {
  mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, NULL);
  gsl_vector *exact = gsl_vector_calloc(2);
  mg_mcmc_options o = mg_mcmc_options_default();
  o.warmup = o.draws = 400;
  cr_assert_eq(mg_lesson_chains(lesson, &p->target, &o, exact, "trace"),
               GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < 2; i++) {
    cr_expect(fabs(field("mixing", i, "mean")) <
                  Z * field("mixing", i, "std_error"),
              "mean %zu: %g +- %g", i, field("mixing", i, "mean"),
              field("mixing", i, "std_error"));
    cr_expect_eq(field("mixing", i, "coordinate"), (double)(i + 1), "row");
  }
  cr_expect_eq(mg_table_rows(ROWS("trace")), 1600, "a curve a chain");
  mg_mcmc *m = mg_mcmc_alloc(&p->target, &o, SEED);
  cr_assert(m && mg_mcmc_run(m) == GSL_SUCCESS, "%s", mg_reason());
  for (size_t c = 0; c < 4; c++) {
    double mean = 0;
    for (size_t i = 0; i < 400; i++)
      mean += gsl_matrix_get(mg_mcmc_draws(m), 400 * c + i, 1) / 400;
    cr_expect_float_eq(field("trace", 400 * c + 399, "y"), mean, 1e-9,
                       "chain %zu", c);
  }
  mg_mcmc_free(m);
  gsl_vector_free(exact);
  mg_posterior_free(p);
}

Test(walkers, a_bridge_to_the_evidence) {
  double exact;
  mg_posterior_log_evidence(banana, &exact);
  for (size_t i = 0; i <= STATIONS; i++) {
    lesson->place.piece = i;
    cr_assert_eq(mg_lesson_bridge(lesson, &banana->target, WALKERS, STATIONS),
                 i < STATIONS ? GSL_CONTINUE : GSL_SUCCESS, "%s", mg_reason());
  }
  cr_expect_eq(field("bridge", 0, "ess"), WALKERS, "all alike at first");
  cr_expect_eq(field("bridge", STATIONS, "b"), 1, "the end");
  const double ess = field("bridge", STATIONS, "ess");
  const double se = sqrt(1 / ess - 1.0 / WALKERS);
  cr_expect(fabs(field("bridge", STATIONS, "log_p") - exact) < Z * se,
            "%g, not %g, +- %g", field("bridge", STATIONS, "log_p"), exact, se);
  for (size_t i = 1; i <= 4; i++) {
    char name[32];
    snprintf(name, sizeof name, "station_%zu", i);
    cr_expect_eq(mg_table_rows(ROWS(name)), WALKERS, "%s", name);
  }
}

Test(walkers, estimates_stand_beside_the_truth) {
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, NULL);
  mg_guide *q = p ? mg_lesson_guide(lesson, &p->target, 300) : NULL;
  cr_assert(q, "%s", mg_reason());
  cr_assert_eq(mg_lesson_known(lesson, p, "coin"), GSL_SUCCESS);
  cr_assert_eq(mg_lesson_estimate(lesson, &p->target, q, MG_MARGINAL_IMPORTANCE,
                                  "importance"),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect_float_eq(GIVEN("coin"), -7.069374503, 1e-9, "%.10g", GIVEN("coin"));
  cr_expect(fabs(field("estimates", 0, "nats") - GIVEN("coin")) <
                Z * field("estimates", 0, "std_error") + 1e-12,
            "%g +- %g", field("estimates", 0, "nats"),
            field("estimates", 0, "std_error"));
  cr_expect_eq(mg_table_rows(ROWS("axis")), 2, "two marks");
  mg_guide_free(q);
  mg_posterior_free(p);
}
