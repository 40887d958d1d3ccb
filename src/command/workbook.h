/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A student's folder: which exercise is meant, where its files are, and the
 * progress. */
#ifndef MG_COMMAND_WORKBOOK_H
#define MG_COMMAND_WORKBOOK_H

#include <stdbool.h>

#include "exercise/exercise.h"
#include "exercise/places.h"
#include "exercise/progress.h"

struct workbook {
  const char *folder; /* of the progress and of the exercises' folders: ".", or
                       * ".." when called inside of an exercise's folder */
  const mg_exercise_entry *inside; /* that exercise, or NULL */
  mg_progress *progress;
};

/* Looks where it is, and reads the progress.
 * Returns 0; MG_EXIT_USAGE after a message, and then nothing is to be closed.
 */
int workbook_open(struct workbook *w);

/* Frees what it holds. */
void workbook_close(struct workbook *w);

/* The exercise that a name means: whole, or cut short where that is clear.
 *   name  in  NULL: the one whose folder this is, or the only one begun
 *   verb  in  for a message: "exercise check"
 * Returns NULL after a message. */
const mg_exercise_entry *workbook_meant(const struct workbook *w,
                                        const char *name, const char *verb);

/* The first exercise that is neither passed nor given up, or NULL. */
const mg_exercise_entry *workbook_next(const struct workbook *w);

/* "e-step/e-step.c", from where we are, in fresh memory; ending: ".c".
 * Where e-step.c lies in the current folder and not in e-step/, "e-step.c".
 * Returns NULL, after a message, when memory is short. */
char *workbook_path(const struct workbook *w, const mg_exercise_entry *entry,
                    const char *ending);

/* Puts what stands of an exercise and writes the file.  A failure is said and
 * is no more than that: the file is a convenience. */
void workbook_record(struct workbook *w, const mg_exercise_entry *entry,
                     const mg_progress_entry *progress);

/* Where exercises are installed.  Returns 0; EXIT_FAILURE after a message.
 *   called  in  argv[0] */
int workbook_places(mg_places *places, const char *called);

/* The bytes of folder/NAME/file, with a 0 behind, in fresh memory; of a NULL
 * file folder/NAME.md.  Returns NULL after a message. */
char *workbook_page(const char *folder, const mg_exercise_entry *entry,
                    const char *file);

/* The name of the chapter of an exercise: "em". */
const char *workbook_chapter(const mg_exercise_entry *entry);

#endif
