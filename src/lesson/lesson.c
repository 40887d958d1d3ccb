/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The story moves, and moves back.
 *
 * The state of a lesson is its place and its board, and nothing else: a step
 * keeps no variables, and its chance starts anew in every piece, from
 *
 *     seed, "chapter/step/name", piece
 *
 * so a piece depends on the board, the settings and the seed alone.  Going back
 * is then to put a copy of the board in place of the board; going forward again
 * does the same pieces with the same bytes.
 *
 * Settings are the reader's and not the story's: they stay as they are when the
 * story goes back, so that one may go back, change one, and see what follows.
 *
 * Copies share what did not change (board.h).  Together they may hold
 * MEMORY_MOST bytes; beyond, the oldest places are forgotten.
 *
 * Not here: when to stop, and what to print there (page.c, orders.c). */
#include "config.h"

#include "lesson/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stream.h"
#include "base/status.h"
#include "models/fit.h"

enum { STREAM_SIZE = 128 };
static const size_t MEMORY_MOST = (size_t)512 << 20;

/* ---- beginning and end ---- */

static void *copy_settings(const mg_chapter *chapter, const void *settings) {
  void *copy = calloc(1, chapter->options_size + 1);
  if (copy && settings && chapter->options_size)
    memcpy(copy, settings, chapter->options_size);
  return copy;
}

/* What every table of the lesson says it was made by. */
static void begin_heads(mg_lesson *lesson) {
  snprintf(lesson->seed_text, sizeof lesson->seed_text, "%lu", lesson->seed);
  mg_board_head(lesson->board, "command", lesson->line);
  mg_board_head(lesson->board, "version", PACKAGE_VERSION);
  mg_board_head(lesson->board, "seed", lesson->seed_text);
  if (lesson->data)
    mg_board_head(lesson->board, "data", lesson->data->name);
}

mg_lesson *mg_lesson_alloc(const mg_chapter *chapter, const void *settings,
                           mg_dataset *data, unsigned long seed, bool quick,
                           const char *line) {
  mg_lesson *lesson = calloc(1, sizeof *lesson);
  if (!lesson) {
    mg_dataset_free(data);
    mg_fail(GSL_ENOMEM, "no memory for a lesson");
    return NULL;
  }
  lesson->chapter = chapter;
  lesson->data = data;
  lesson->seed = seed;
  lesson->quick = quick;
  lesson->line = line;
  lesson->memory_most = MEMORY_MOST;
  while (chapter->steps[lesson->steps].name)
    lesson->steps++;
  lesson->settings = copy_settings(chapter, settings);
  lesson->board = mg_board_alloc();
  if (!lesson->settings || !lesson->board) {
    mg_fail(GSL_ENOMEM, "no memory for a lesson");
    mg_lesson_free(lesson);
    return NULL;
  }
  begin_heads(lesson);
  return lesson;
}

void mg_lesson_free(mg_lesson *lesson) {
  if (!lesson)
    return;
  for (size_t i = 0; i < lesson->memories; i++)
    mg_board_free(lesson->memory[i].board);
  free(lesson->memory);
  mg_board_free(lesson->board);
  mg_dataset_free(lesson->data);
  if (lesson->rng)
    gsl_rng_free(lesson->rng);
  free(lesson->settings);
  free(lesson);
}

/* ---- what steps see ---- */

mg_board *mg_lesson_board(mg_lesson *lesson) {
  return lesson->board;
}

const void *mg_lesson_settings(const mg_lesson *lesson) {
  return lesson->settings;
}

bool mg_lesson_quick(const mg_lesson *lesson) {
  return lesson->quick;
}

unsigned long mg_lesson_seed(const mg_lesson *lesson) {
  return lesson->seed;
}

const mg_dataset *mg_lesson_data(const mg_lesson *lesson) {
  return lesson->data;
}

mg_model *mg_lesson_fit(mg_lesson *lesson, const char *name,
                        const mg_model_type *type, const void *options,
                        const mg_rows *rows) {
  const mg_fit_options fit = mg_fit_options_default();
  mg_model *model = mg_board_model(lesson->board, name, type,
                                   &rows->data->space, options, false);
  if (!model || mg_fit_run(model, rows, &fit, lesson->seed) != GSL_SUCCESS)
    return NULL;
  return model;
}

mg_model *mg_lesson_learn(mg_lesson *lesson, const char *name,
                          const mg_model_type *type, const void *options,
                          const mg_rows *rows, const mg_fit_options *fit,
                          mg_report *report) {
  const size_t piece = lesson->place.piece;
  mg_fit_options part = *fit;
  part.passes = piece + 1;
  mg_model *model = piece ? mg_board_find_model(lesson->board, name)
                          : mg_board_model(lesson->board, name, type,
                                           &rows->data->space, options, false);
  if (!model || mg_fit_part(model, rows, &part, lesson->seed, piece, report) !=
                    GSL_SUCCESS)
    return NULL;
  return model;
}

mg_table *mg_lesson_table(mg_lesson *lesson, const char *name,
                          const char *columns) {
  return lesson->place.piece ? mg_board_find_table(lesson->board, name)
                             : mg_board_table(lesson->board, name, columns);
}

size_t mg_lesson_piece(const mg_lesson *lesson) {
  return lesson->place.piece;
}

void mg_lesson_level(mg_lesson *lesson, size_t level) {
  lesson->level = level > lesson->level ? level : lesson->level;
}

gsl_rng *mg_lesson_rng(mg_lesson *lesson, const char *name) {
  char stream[STREAM_SIZE];
  snprintf(stream, sizeof stream, "%s/%s/%s", lesson->chapter->name,
           mg_lesson_step(lesson)->name, name);
  if (lesson->rng)
    mg_stream_set(lesson->rng, lesson->seed, stream, lesson->place.piece);
  else
    lesson->rng = mg_stream_alloc(lesson->seed, stream, lesson->place.piece);
  if (!lesson->rng)
    mg_fail(GSL_ENOMEM, "no memory for a random generator");
  return lesson->rng;
}

/* ---- moving ---- */

bool mg_lesson_over(const mg_lesson *lesson) {
  return lesson->place.step == lesson->steps;
}

const mg_step *mg_lesson_step(const mg_lesson *lesson) {
  const size_t last = lesson->steps - 1, at = lesson->place.step;
  return &lesson->chapter->steps[at < last ? at : last];
}

/* The empty tables that a step begins with. */
static int make_tables(mg_lesson *lesson, const char *at) {
  char name[MG_BOARD_NAME], columns[STREAM_SIZE];
  while (at && *at) {
    if (sscanf(at, "%31s %127[^\n]", name, columns) != 2 ||
        !mg_board_table(lesson->board, name, columns))
      return mg_fail(GSL_ENOMEM, "no memory, or no columns, for a table");
    at += strcspn(at, "\n");
    at += *at == '\n';
  }
  return GSL_SUCCESS;
}

int mg_lesson_advance(mg_lesson *lesson) {
  const mg_step *step = mg_lesson_step(lesson);
  lesson->level = 0;
  int status =
      lesson->place.piece ? GSL_SUCCESS : make_tables(lesson, step->makes);
  if (status == GSL_SUCCESS)
    status = step->run(lesson);
  if (status != GSL_SUCCESS && status != GSL_CONTINUE)
    return mg_fail_in(status, "%s", mg_lesson_step(lesson)->name);
  lesson->ended = status == GSL_SUCCESS;
  if (lesson->ended)
    lesson->place = (mg_place){.step = lesson->place.step + 1};
  else
    lesson->place.piece++;
  return GSL_SUCCESS;
}

size_t mg_lesson_find(const mg_lesson *lesson, const char *word) {
  mg_suggestion known = {.wrong = word};
  char text[400];
  size_t number;
  if (mg_parse_size(word, &number) == GSL_SUCCESS && number >= 1 &&
      number <= lesson->steps)
    return number - 1;
  for (size_t i = 0; i < lesson->steps; i++) {
    if (strcmp(lesson->chapter->steps[i].name, word) == 0)
      return i;
    mg_suggestion_add(&known, lesson->chapter->steps[i].name);
  }
  mg_fail(GSL_EINVAL, "no step '%.40s' of 1 .. %zu: %s", word, lesson->steps,
          mg_suggestion_print(&known, text, sizeof text));
  return lesson->steps;
}

/* ---- places ---- */

static bool same_place(mg_place a, mg_place b) {
  return a.step == b.step && a.piece == b.piece;
}

static void forget_oldest(mg_lesson *lesson) {
  mg_board_free(lesson->memory[0].board);
  lesson->memories--;
  memmove(lesson->memory, lesson->memory + 1,
          lesson->memories * sizeof *lesson->memory);
}

/* What the copies hold; a shared value counts where it was new, and is not
 * counted any more when that place is forgotten. */
static size_t bytes_held(const mg_lesson *lesson) {
  size_t bytes = 0;
  for (size_t i = 0; i < lesson->memories; i++)
    bytes += lesson->memory[i].bytes;
  return bytes;
}

static bool make_room(mg_lesson *lesson) {
  if (lesson->memories < lesson->room)
    return true;
  const size_t room = lesson->room ? 2 * lesson->room : 64;
  mg_memory *larger = realloc(lesson->memory, room * sizeof *larger);
  if (larger) {
    lesson->memory = larger;
    lesson->room = room;
  }
  return larger != NULL;
}

int mg_lesson_remember(mg_lesson *lesson) {
  const size_t n = lesson->memories;
  if (n && same_place(lesson->memory[n - 1].place, lesson->place))
    return GSL_SUCCESS;
  if (!make_room(lesson))
    return mg_fail(GSL_ENOMEM, "no memory to come back to this place");
  mg_memory *now = &lesson->memory[n];
  now->place = lesson->place;
  now->board = mg_board_copy(
      lesson->board, n ? lesson->memory[n - 1].board : NULL, &now->bytes);
  if (!now->board)
    return GSL_ENOMEM;
  lesson->memories++;
  while (lesson->memories > 2 && bytes_held(lesson) > lesson->memory_most)
    forget_oldest(lesson);
  return GSL_SUCCESS;
}

/* How many remembered places to keep so that the last is the k-th last other
 * than this one; k = 0: all; 0 when there are fewer. */
static size_t keep_for(const mg_lesson *lesson, size_t k) {
  size_t n = lesson->memories;
  if (k == 0)
    return n;
  if (n && same_place(lesson->memory[n - 1].place, lesson->place))
    n--;
  return k <= n ? n - k + 1 : 0;
}

size_t mg_lesson_behind(const mg_lesson *lesson) {
  return keep_for(lesson, 1);
}

static int fail_behind(size_t places) {
  if (places == 0)
    return mg_fail(GSL_EINVAL, "there is no place to go back to from here");
  return mg_fail(GSL_EINVAL, "there %s %zu place%s to go back to",
                 places == 1 ? "is" : "are", places, places == 1 ? "" : "s");
}

int mg_lesson_back(mg_lesson *lesson, size_t k) {
  const size_t keep = keep_for(lesson, k);
  if (keep == 0)
    return fail_behind(mg_lesson_behind(lesson));
  const mg_memory *to = &lesson->memory[keep - 1];
  const int status = mg_board_restore(lesson->board, to->board);
  if (status != GSL_SUCCESS)
    return status;
  lesson->place = to->place;
  lesson->ended = to->place.piece == 0;
  while (lesson->memories > keep)
    mg_board_free(lesson->memory[--lesson->memories].board);
  return GSL_SUCCESS;
}
