/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 5, inference as optimisation: what a step computes; the rest of it
 * stands in ch05-bbvi.story. */
#include "lesson/library.h"
#include "chapters/ch05-bbvi.story.h"

#define COIN ((mg_coin_options[]){{SET->heads, SET->tails, SET->prior}})
#define MODES ((mg_two_modes_options[]){{1, SET->gap, SET->weight, 0.7}})
#define CLIMB(how, each, most)                                                 \
  ((mg_bbvi_options[]){{.estimator = MG_ESTIMATOR_##how,                       \
                        .draws = each,                                         \
                        .iterations = most,                                    \
                        .average = 0.25,                                       \
                        .threads = 1,                                          \
                        .steps = steps_of(most)}})
#define MORE(list) (PIECE + 1 < sizeof(list) / sizeof *(list))
#define GO_ON(list) (MORE(list) ? GSL_CONTINUE : GSL_SUCCESS)

/* Adam at a rate that begins to fall within the climb. */
static mg_optimizer_options steps_of(size_t most) {
  mg_optimizer_options steps = mg_bbvi_options_default().steps;
  steps.rate = 0.1;
  steps.decay = (double)most / 10;
  return steps;
}

static int optimise(mg_lesson *lesson) {
  const double a = SET->prior + (double)SET->heads;
  const double b = SET->prior + (double)SET->tails;
  const double half = (a + b) / 2;
  return mg_lesson_coin_guide(lesson, COIN, "prior", SET->prior, SET->prior) ||
         mg_lesson_coin_guide(lesson, COIN, "even", half, half) ||
         mg_lesson_coin_guide(lesson, COIN, "too sure", 10 * a, 10 * b) ||
         mg_lesson_coin_guide(lesson, COIN, "turned", b, a) ||
         mg_lesson_coin_guide(lesson, COIN, "posterior", a, b) ||
         mg_lesson_coin_family(lesson, COIN);
}

static int modes(mg_lesson *lesson) { /* a q a piece */
  static const char *const names[] = {"from the left", "from the right",
                                      "moments"};
  const double starts[] = {-SET->gap / 2, SET->gap / 2, NAN};
  if (!PIECE && mg_lesson_mode_target(lesson, MODES))
    return GSL_EFAILED;
  return mg_lesson_mode(lesson, MODES, names[PIECE], starts[PIECE])
             ? GSL_EFAILED
             : GO_ON(names);
}

static int score(mg_lesson *lesson) {
  return mg_lesson_scores(lesson, COIN, SET->a, SET->b, SET->draws);
}

static int algorithm(mg_lesson *lesson) { /* a draw, then an iteration */
  const mg_lesson_ascent climb = {SET->a,
                                  SET->b,
                                  SET->each,
                                  SET->iterations,
                                  2,
                                  SET->rate,
                                  (mg_estimator)SET->estimator};
  return mg_lesson_algorithm(lesson, COIN, &climb);
}

static int variance(mg_lesson *lesson) { /* a dimension a piece */
  static const size_t dims[] = {1, 10, 100};
  if (mg_lesson_variances(lesson, dims[PIECE], SET->gradients))
    return GSL_EFAILED;
  if (!MORE(dims))
    mg_table_series(ROWS("spreads"), ROWS("spread"), "dim",
                    "score control rao_blackwell pathwise");
  return GO_ON(dims);
}

static int race(mg_lesson *lesson) { /* an estimator a piece */
  return mg_lesson_race(lesson, (mg_estimator)PIECE, SET->dim, SET->rho,
                        CLIMB(SCORE, SET->each, SET->laps))
             ? GSL_EFAILED
         : PIECE + 1 < MG_ESTIMATORS ? GSL_CONTINUE
                                     : GSL_SUCCESS;
}

static int em(mg_lesson *lesson) { /* a half step a piece */
  if (!PIECE) {
    const mg_dataset *all = mg_lesson_data(lesson);
    if (mg_board_take_data(BOARD, "seen",
                           mg_dataset_column(all, all->space.dim - 1, 1)))
      return GSL_EFAILED;
  }
  mg_rows rows = mg_dataset_all(DATA("seen"));
  rows.n = GSL_MIN(rows.n, SET->rows);
  return mg_lesson_em_beside(
      lesson, rows, SET->passes,
      CLIMB(RAO_BLACKWELL_CONTROL, 20, SET->e_iterations));
}

static int spread(mg_lesson *lesson) { /* a shape a piece */
  static const char *const names[] = {"target", "mean-field", "full rank",
                                      "no entropy"};
  const double rho = SET->correlation;
  if (!PIECE && NUMBER("narrow", sqrt(1 - rho * rho), NULL))
    return GSL_EFAILED;
  return mg_lesson_shaped(lesson, names[PIECE], (mg_lesson_shape)PIECE, rho,
                          CLIMB(STICKING, 20, 1000))
             ? GSL_EFAILED
             : GO_ON(names);
}

static int schools(mg_lesson *lesson) { /* a method a piece */
  static const char *const names[] = {"exact", "mean-field", "full rank",
                                      "hmc"};
  int status = GSL_SUCCESS;
  if (!PIECE)
    status = mg_lesson_schools_exact(lesson);
  else if (MORE(names))
    status = mg_lesson_schools_guide(
        lesson, names[PIECE], (mg_lesson_shape)PIECE,
        CLIMB(STICKING, 20, SET->school_iterations), SET->school_draws);
  else
    status = mg_lesson_schools_chains(lesson, SET->chain, SET->walkers);
  return status ? GSL_EFAILED : GO_ON(names);
}

static int beyond(mg_lesson *lesson) {
  (void)lesson;
  return GSL_SUCCESS;
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
