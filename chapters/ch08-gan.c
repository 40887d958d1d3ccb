/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 8, two players: what a step computes; the rest of it stands in
 * ch08-gan.story. */
#include "lesson/library.h"
#include "chapters/ch08-gan.story.h"

/* What the steps say most. */
#define MORE(list) (PIECE + 1 < sizeof(list) / sizeof *(list))
#define GO_ON(list) (MORE(list) ? GSL_CONTINUE : GSL_SUCCESS)

static int best(mg_lesson *lesson) { /* a distance a piece */
  static const char *const panels[] = {"far", "near", "same"};
  const double mus[] = {2 * SET->mu, SET->mu, 0};
  if (mg_lesson_answer(lesson, panels[PIECE], mus[PIECE], 1))
    return GSL_EFAILED;
  return MORE(mus) ? GSL_CONTINUE : mg_lesson_value(lesson, 2 * SET->mu + 1);
}

static int sure(mg_lesson *lesson) {
  for (double mu = 0.5; mu <= 16; mu *= 2)
    if (mg_lesson_pull(lesson, mu))
      return GSL_EFAILED;
  return mg_lesson_pull_curves(lesson, 0.5, 16) || mg_lesson_slopes(lesson, 8);
}

static int dirac(mg_lesson *lesson) { /* a way to step a piece */
  const double h = SET->rate, r1 = SET->penalty;
  const struct {
    const char *orbits, *series;
    mg_dirac game;
  } ways[] = {
      {"at_once", "minimax", {MG_GAME_MINIMAX, h, false, 0, 0}},
      {"at_once", "non-saturating", {MG_GAME_NONSATURATING, h, false, 0, 0}},
      {"in_turn", "minimax", {MG_GAME_MINIMAX, h, true, 0, 0}},
      {"in_turn", "non-saturating", {MG_GAME_NONSATURATING, h, true, 0, 0}},
      {"held", "centre 0", {MG_GAME_NONSATURATING, h, true, r1, 0}},
      {"held", "centre 1", {MG_GAME_WASSERSTEIN, h, true, r1, 1}},
  };
  return mg_lesson_spiral(lesson, ways[PIECE].orbits, ways[PIECE].series,
                          &ways[PIECE].game, SET->orbit)
             ? GSL_EFAILED
             : GO_ON(ways);
}

static int entropy(mg_lesson *lesson) {
  for (int half = 2; half > -9; half--)
    if (mg_lesson_spread(lesson, pow(2, half / 2.)))
      return GSL_EFAILED;
  mg_table_series(ROWS("spread"), ROWS("spreads"), "s", "reward entropy both");
  return mg_table_status(ROWS("spread"));
}

static int beyond(mg_lesson *lesson) {
  return NUMBER("players", 2, NULL);
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
