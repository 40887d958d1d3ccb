/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which chapters there are: chapters/chapters.list, compiled. */
#ifndef MG_LESSON_CHAPTERS_H
#define MG_LESSON_CHAPTERS_H

typedef struct {
  unsigned number;     /* 2 */
  const char *name;    /* "em"; NULL ends the table */
  const char *title;   /* "Latent variables and EM" */
  const char *needs;   /* "ch. 1"; NULL: nothing */
  unsigned minutes;    /* that a reader takes */
  const char *program; /* "ch02-em" */
} mg_chapter_entry;

/* In the order of reading. */
extern const mg_chapter_entry mg_chapters[];

/* The chapter that a word names: by number ("2"), name or program.
 * Returns NULL, with the chapters there are and the closest in mg_reason(),
 * when the word names none. */
const mg_chapter_entry *mg_chapter_find(const char *word);

#endif
