/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the runtime share; chapters do not include this.
 *
 *   lesson.c    the story moves: a piece, a step, back
 *   page.c      what a stop prints: prose, numbers, tables
 *   gallery.c   figures and tables into files and onto the terminal
 *   walk.c      from one stop to the next
 *   launch.c    the command line
 *   substitute.c  functions of the reader's in the place of the library's
 *   prompt.c    a line from the reader
 *   orders.c    what the reader may type
 *   main.c      the program, and the run without stops
 *
 * A place is where the story stands: the next piece to be done.  A lesson
 * stops at places, and remembers each with a copy of the board. */
#ifndef MG_LESSON_INSIDE_H
#define MG_LESSON_INSIDE_H

#include "lesson/chapter.h"

enum { MG_SHOWN = 16 }; /* tables that a step may show */

typedef struct {
  size_t step;  /* the step that the next piece is of */
  size_t piece; /* how many of its pieces are done; 0: it has not begun */
} mg_place;

typedef struct {
  mg_place place;
  mg_board *board; /* a copy */
  size_t bytes;
} mg_memory;

struct mg_lesson {
  const mg_chapter *chapter;
  size_t steps; /* in its story */
  mg_board *board;
  void *settings;
  unsigned long seed;
  bool quick;
  mg_dataset *data; /* or NULL */
  mg_place place;
  size_t level;      /* what the last piece ended */
  bool ended;        /* the last piece ended its step */
  gsl_rng *rng;      /* of the last mg_lesson_rng */
  mg_memory *memory; /* places that were stopped at, the oldest first */
  size_t memories, room;
  size_t memory_most; /* bytes that all of them may hold */
  /* What has been shown, so that a stop prints what is new. */
  size_t shown_rows[MG_SHOWN]; /* of the tables a step shows, in order */
  char seed_text[24];
  const char *line; /* the call, for the heads of tables */
};

/* ---- lesson.c ---- */

/* A lesson at the beginning of its chapter.
 *   settings  in  the chapter's struct, copied; NULL when it has none
 *   data      in  for the chapter, or NULL; becomes the lesson's
 *   line      in  the call, for the heads of tables; must outlive the lesson
 * Returns NULL with the reason. */
mg_lesson *mg_lesson_alloc(const mg_chapter *chapter, const void *settings,
                           mg_dataset *data, unsigned long seed, bool quick,
                           const char *line);

/* Frees a lesson and its board; NULL is allowed. */
void mg_lesson_free(mg_lesson *lesson);

/* Is the story over? */
bool mg_lesson_over(const mg_lesson *lesson);

/* The step at the place; the last one when the story is over. */
const mg_step *mg_lesson_step(const mg_lesson *lesson);

/* Does the next piece, and moves on.
 * Returns GSL_SUCCESS; the step's failure, and then the place is the same but
 * the board may have been touched: go back to a place. */
int mg_lesson_advance(mg_lesson *lesson);

/* Remembers the place.  Memory is bounded: the oldest are forgotten first.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_lesson_remember(mg_lesson *lesson);

/* How many places can be gone back to from here. */
size_t mg_lesson_behind(const mg_lesson *lesson);

/* Goes back to the k-th last place that is not this one, and forgets those
 * after it; 0: to the last that was remembered, this one or before it.
 * Returns GSL_SUCCESS; GSL_EINVAL when there are fewer; GSL_ENOMEM. */
int mg_lesson_back(mg_lesson *lesson, size_t k);

/* The index of a step by its number (from 1) or name; the number of steps,
 * with the reason, when there is none. */
size_t mg_lesson_find(const mg_lesson *lesson, const char *word);

#endif
