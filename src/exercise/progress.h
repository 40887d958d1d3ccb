/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a student has done, in a plain JSON file in the student's folder.
 *
 * marginalia-exercises.json may be read, edited, deleted: without it nothing is
 * lost but the list's column, the hints that were shown, and which solutions
 * may be seen.  It is never believed when points are given. */
#ifndef MG_EXERCISE_PROGRESS_H
#define MG_EXERCISE_PROGRESS_H

#include <stdbool.h>

#define MG_PROGRESS_FILE "marginalia-exercises.json"

typedef enum {
  MG_PROGRESS_NEW,
  MG_PROGRESS_STARTED,
  MG_PROGRESS_TRIED, /* checked, not passed */
  MG_PROGRESS_PASSED,
  MG_PROGRESS_GIVEN_UP
} mg_progress_status;

typedef struct {
  mg_progress_status status;
  unsigned points;      /* the best so far */
  unsigned hints;       /* shown, 0 .. 3 */
  unsigned checks;      /* how often */
  long long first_pass; /* seconds since 1970; 0: not yet */
} mg_progress_entry;

typedef struct mg_progress mg_progress;

/* Reads folder's file; where there is none all is new.
 * Returns NULL with the reason: it is no JSON, it is another version's; then it
 * is not touched. */
mg_progress *mg_progress_read(const char *folder);

/* Writes it back, whole or not at all.  Returns GSL_SUCCESS; GSL_EFAILED. */
int mg_progress_write(const mg_progress *p);

/* NULL is allowed. */
void mg_progress_free(mg_progress *p);

/* What stands of an exercise, and putting it there. */
mg_progress_entry mg_progress_get(const mg_progress *p, const char *exercise);
void mg_progress_set(mg_progress *p, const char *exercise,
                     const mg_progress_entry *entry);

#endif
