/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lesson under way: what a chapter's steps see of the runtime.
 *
 * A step is a function of the board: it reads quantities, calls the library,
 * and puts quantities there.  It prints nothing; the story says what is shown.
 * Its chance comes from mg_lesson_rng, which starts anew in every piece from
 * seed, chapter, name and piece, so that a piece done again after going back
 * comes out the same to the bit. */
#ifndef MG_LESSON_LESSON_H
#define MG_LESSON_LESSON_H

#include <gsl/gsl_rng.h>

#include "lesson/board.h"
#include "models/fit.h"

typedef struct mg_lesson mg_lesson;

/* The board of the lesson. */
mg_board *mg_lesson_board(mg_lesson *lesson);

/* The chapter's struct of settings as they are now. */
const void *mg_lesson_settings(const mg_lesson *lesson);

/* Is this a quick run?  Then work that takes seconds is made smaller. */
bool mg_lesson_quick(const mg_lesson *lesson);

/* The seed, for parts of the library that take one. */
unsigned long mg_lesson_seed(const mg_lesson *lesson);

/* A generator for this piece, the lesson's own, started when it is asked for.
 * NULL with the reason when memory is short. */
gsl_rng *mg_lesson_rng(mg_lesson *lesson, const char *name);

/* The chapter's data: --data, else the chapter's own.  It was read before the
 * first step. */
const mg_dataset *mg_lesson_data(const mg_lesson *lesson);

/* A new model on the board under a name, fitted to rows with the seed of the
 * lesson; options as in mg_model_alloc, the loop's are its defaults.
 * Returns NULL with the reason: as mg_board_model and mg_fit_run. */
mg_model *mg_lesson_fit(mg_lesson *lesson, const char *name,
                        const mg_model_type *type, const void *options,
                        const mg_rows *rows);

/* A piece of learning by gradient: the epoch of number `piece` of a model on
 * the board, which the first piece makes; the same bytes as a fit in one.
 *   fit     in   passes, batch
 *   report  out  of the epoch; or NULL
 * Returns NULL with the reason: as mg_board_model and mg_fit_part. */
mg_model *mg_lesson_learn(mg_lesson *lesson, const char *name,
                          const mg_model_type *type, const void *options,
                          const mg_rows *rows, const mg_fit_options *fit,
                          mg_report *report);

/* The table of that name on the board; in the first piece of a step a new and
 * empty one of these columns, which then grows from piece to piece.
 * Returns NULL with the reason, as mg_board_table. */
mg_table *mg_lesson_table(mg_lesson *lesson, const char *name,
                          const char *columns);

/* Which piece of the step this is, from 0. */
size_t mg_lesson_piece(const mg_lesson *lesson);

/* Says that this piece ends something of that level, 1 or larger (0 is every
 * piece's). */
void mg_lesson_level(mg_lesson *lesson, size_t level);

#endif
