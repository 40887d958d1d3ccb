/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process prints: its beginning and its end, whatever its length. */
#ifndef MG_EXERCISE_CAPTURE_H
#define MG_EXERCISE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the beginning, and of the end, where a sanitizer's report is. */
enum { MG_CAPTURE_HEAD = 4000, MG_CAPTURE_TAIL = 16000 };

typedef struct {
  size_t printed; /* bytes since it was cleared */
  bool ended;     /* there will be no more */
  char bytes[MG_CAPTURE_HEAD + MG_CAPTURE_TAIL]; /* the end goes round */
  char text[MG_CAPTURE_HEAD + MG_CAPTURE_TAIL + 64];
} mg_capture;

/* Forgets what was printed. */
void mg_capture_clear(mg_capture *c);

/* Reads what is ready in a pipe that does not block, some megabytes at most. */
void mg_capture_read(mg_capture *c, int pipe);

/* All of it, 0-ended, or its beginning and its end with "..." between; bytes
 * that are no plain text are '?'. */
const char *mg_capture_text(mg_capture *c);

#endif
