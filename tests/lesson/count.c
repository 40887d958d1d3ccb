/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tests' own chapter: a quantity of each kind, a loop with two levels, a
 * step that fails where a setting says so. */
#include "config.h"

#include <errno.h>
#include <time.h>

#include "base/status.h"
#include "lesson/chapter.h"
#include "models/independent.h"

#include "tests/lesson/count.story.h"

enum { LAP = 3 };

static int begin(mg_lesson *lesson) {
  mg_board *board = mg_lesson_board(lesson);
  const mg_space line = {.dim = 1, .measure = MG_REALS};
  gsl_matrix *squares = mg_board_matrix(board, "squares", 20, 10, "cm");
  if (!squares || mg_board_real(board, "one", 1, "m") != GSL_SUCCESS ||
      mg_board_real(board, "total", 0, "m") != GSL_SUCCESS ||
      !mg_board_table(board, "walk", "tick total") ||
      !mg_board_table(board, "path", "model data_seen log_likelihood") ||
      !mg_board_model(board, "law", &mg_independent_type, &line, NULL, false))
    return GSL_ENOMEM;
  for (size_t i = 0; i < squares->size1; i++)
    for (size_t j = 0; j < squares->size2; j++)
      gsl_matrix_set(squares, i, j, (double)(i * j));
  return GSL_SUCCESS;
}

/* Work of that length, which Ctrl-C does not make shorter. */
static void work(size_t milliseconds) {
  struct timespec left = {.tv_sec = (time_t)(milliseconds / 1000),
                          .tv_nsec = (long)(milliseconds % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR)
    continue;
}

static int count(mg_lesson *lesson) {
  const settings *s = mg_lesson_settings(lesson);
  mg_board *board = mg_lesson_board(lesson);
  const size_t tick = mg_lesson_piece(lesson) + 1;
  gsl_rng *rng = mg_lesson_rng(lesson, "tick");
  mg_table *walk = mg_board_find_table(board, "walk");
  mg_table *path = mg_board_find_table(board, "path");
  if (!rng || !walk || !path)
    return GSL_EFAILED;
  const double total =
      mg_board_number(board, "total") + s->height * gsl_rng_uniform(rng);
  work(s->pause);
  mg_board_real(board, "total", total, "m");
  mg_table_row(walk);
  mg_table_size(walk, tick);
  mg_table_real(walk, total);
  mg_table_row(path);
  mg_table_text(path, "walk");
  mg_table_size(path, tick);
  mg_table_real(path, total);
  if (tick % LAP == 0)
    mg_lesson_level(lesson, 1);
  return tick < LAP * s->laps ? GSL_CONTINUE : GSL_SUCCESS;
}

static int risky(mg_lesson *lesson) {
  const settings *s = mg_lesson_settings(lesson);
  /* What it touches before it fails must be undone. */
  mg_board_real(mg_lesson_board(lesson), "one", 2, "m");
  if (s->fail)
    return mg_fail(GSL_EDOM, "fail is yes: say set fail no");
  return mg_board_real(mg_lesson_board(lesson), "one", 1, "m");
}

static int end(mg_lesson *lesson) {
  mg_table *late = mg_board_table(mg_lesson_board(lesson), "late",
                                  "model data_seen log_likelihood");
  if (!late)
    return GSL_ENOMEM;
  for (size_t i = 1; i <= 3; i++) {
    mg_table_row(late);
    mg_table_text(late, "late");
    mg_table_size(late, i);
    mg_table_real(late, -1 / (double)i);
  }
  return GSL_SUCCESS;
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
