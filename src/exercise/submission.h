/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that a student handed in.
 *
 * It is looked for as FOLDER/NAME/NAME.c, then as FOLDER/NAME.c.  Whoever put
 * it there may have meant to make the grader read another's file, or wait for
 * ever, so it is opened in a way that follows no link and waits for nothing,
 * and only a regular file of text, not too long, is a source. */
#ifndef MG_EXERCISE_SUBMISSION_H
#define MG_EXERCISE_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a source, at most. */
enum { MG_SUBMISSION_MOST = 1 << 18 };

typedef enum {
  MG_SUBMISSION_SOURCE,
  MG_SUBMISSION_NONE,    /* there is nothing of that name */
  MG_SUBMISSION_REFUSED, /* a link, a folder, a pipe, too large, no text */
  MG_SUBMISSION_CLOSED   /* it, or the folder, may not be read */
} mg_submission_kind;

/* Is there anything, whatever it is, for an exercise in a folder? */
bool mg_submission_is(const char *folder, const char *exercise);

/* Reads it.
 *   text    out  of a source: its text, 0-ended, which the caller frees; else
 *                NULL
 *   length  out  its bytes
 * Returns what it is; of all but a source why, in mg_reason(). */
mg_submission_kind mg_submission_read(const char *folder, const char *exercise,
                                      char **text, size_t *length);

#endif
