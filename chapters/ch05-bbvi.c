/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 5, inference as optimisation: what a step computes; the rest of it
 * stands in ch05-bbvi.story. */
#include "lesson/library.h"
#include "chapters/ch05-bbvi.story.h"

#define COIN ((mg_coin_options[]){{SET->heads, SET->tails, SET->prior}})
#define MODES ((mg_two_modes_options[]){{1, SET->gap, SET->weight, 0.7}})
#define MORE(list) (PIECE + 1 < sizeof(list) / sizeof *(list))
#define GO_ON(list) (MORE(list) ? GSL_CONTINUE : GSL_SUCCESS)

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

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
