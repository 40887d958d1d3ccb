/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A story in three steps, for the tests of the runtime: numbers to begin with,
 * a loop of six pieces with two levels, and a step that fails where a setting
 * says so. */
#ifndef MG_TESTS_STORY_H
#define MG_TESTS_STORY_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/inside.h"
#include "models/independent.h"

enum { STORY_PIECES = 6 };

typedef struct {
  double height;
  size_t count;
  int fail;
} story_settings;

static const mg_option story_options[] = {
    {"height", MG_OPTION_REAL, offsetof(story_settings, height), 0, 10, NULL,
     "how high"},
    {"count", MG_OPTION_SIZE, offsetof(story_settings, count), 1, 10, NULL,
     "how many"},
    {"fail", MG_OPTION_CHOICE, offsetof(story_settings, fail), 0, 0, "no|yes",
     "whether it can be done"},
    {0}};

static void story_default(bool quick, void *options) {
  *(story_settings *)options =
      (story_settings){.height = 1.5, .count = quick ? 1 : 2};
}

static int story_begin(mg_lesson *lesson) {
  mg_board *board = mg_lesson_board(lesson);
  const mg_space line = {.dim = 1, .measure = MG_REALS};
  gsl_matrix *m = mg_board_matrix(board, "m", 3, 2, "cm");
  gsl_vector *v = mg_board_vector(board, "v", 4, NULL);
  if (!m || !v || !mg_board_table(board, "walk", "tick word total") ||
      !mg_board_model(board, "law", &mg_independent_type, &line, NULL, false))
    return GSL_ENOMEM;
  for (size_t i = 0; i < 6; i++)
    m->data[i] = (double)i;
  for (size_t i = 0; i < 4; i++)
    gsl_vector_set(v, i, -1 / (1 + (double)i));
  return mg_board_real(board, "total", 0, "nats");
}

static int story_loop(mg_lesson *lesson) {
  const story_settings *s = mg_lesson_settings(lesson);
  mg_board *board = mg_lesson_board(lesson);
  const size_t piece = mg_lesson_piece(lesson);
  const double step = gsl_rng_uniform(mg_lesson_rng(lesson, "step"));
  const double total = mg_board_number(board, "total") + s->height * step;
  gsl_matrix *m = mg_board_find_matrix(board, "m");
  mg_table *walk = mg_board_find_table(board, "walk");
  m->data[piece % 6] = total;
  mg_table_row(walk);
  mg_table_size(walk, piece);
  mg_table_text(walk, piece % 2 ? "odd" : "even");
  mg_table_real(walk, total);
  mg_board_real(board, "total", total, "nats");
  if (piece % 3 == 2)
    mg_lesson_level(lesson, 1);
  return piece + 1 < STORY_PIECES ? GSL_CONTINUE : GSL_SUCCESS;
}

static int story_risky(mg_lesson *lesson) {
  const story_settings *s = mg_lesson_settings(lesson);
  mg_board_real(mg_lesson_board(lesson), "total", -1, "nats");
  return s->fail ? mg_fail(GSL_EDOM, "it cannot be done") : GSL_SUCCESS;
}

static const mg_slot story_slots[] = {{MG_SLOT_TABLE, "curves", "curve"},
                                      {MG_SLOT_TEXT, "axis", "{total:.1f} m"},
                                      {MG_SLOT_NUMBER, "lowest", "{height}"},
                                      {0, NULL, NULL}};
static const mg_slot story_plain[] = {{MG_SLOT_TABLE, "curves", "walk"},
                                      {0, NULL, NULL}};
static const mg_picture story_none[] = {{NULL, NULL, NULL, NULL}};
static const mg_picture story_pictures[] = {
    {"way", "curves", "The way", story_slots},
    {"plain", "curves", "Its {total} rows", story_plain},
    {NULL, NULL, NULL, NULL}};

static const mg_step story_steps[] = {{.name = "begin",
                                       .title = "What there is",
                                       .before = "Some text.\n",
                                       .after = "",
                                       .equations = "",
                                       .levels = "",
                                       .watch = "",
                                       .shows = "",
                                       .pictures = story_none,
                                       .run = story_begin},
                                      {.name = "loop",
                                       .title = "A loop",
                                       .before = "",
                                       .after = "All six.\n",
                                       .equations = "em.2",
                                       .levels = "piece half",
                                       .watch = "total v[0]",
                                       .shows = "walk",
                                       .pictures = story_pictures,
                                       .run = story_loop},
                                      {.name = "risky",
                                       .title = "It may fail",
                                       .before = "",
                                       .after = "",
                                       .equations = "",
                                       .levels = "",
                                       .watch = "",
                                       .shows = "",
                                       .pictures = story_none,
                                       .run = story_risky},
                                      {.name = NULL}};

static const mg_chapter story_chapter = {.name = "story",
                                         .options = story_options,
                                         .options_size = sizeof(story_settings),
                                         .options_default = story_default,
                                         .steps = story_steps};

static inline mg_lesson *story_lesson(double height, bool fails) {
  story_settings settings;
  story_default(false, &settings);
  settings.height = height;
  settings.fail = fails;
  mg_lesson *lesson =
      mg_lesson_alloc(&story_chapter, &settings, NULL, 7, false, "the call");
  cr_assert_not_null(lesson, "%s", mg_reason());
  return lesson;
}

/* Does k pieces, and remembers every place. */
static inline void story_go(mg_lesson *lesson, size_t k) {
  for (size_t i = 0; i < k; i++) {
    cr_assert_eq(mg_lesson_advance(lesson), GSL_SUCCESS, "%s", mg_reason());
    cr_assert_eq(mg_lesson_remember(lesson), GSL_SUCCESS, "%s", mg_reason());
  }
}

/* What a function prints on a stream; the caller frees it. */
#define STORY_PRINTED(text, call)                                              \
  char *text = NULL;                                                           \
  do {                                                                         \
    size_t size_;                                                              \
    FILE *stream = open_memstream(&text, &size_);                              \
    call;                                                                      \
    fclose(stream);                                                            \
  } while (0)

#endif
