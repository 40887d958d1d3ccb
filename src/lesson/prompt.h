/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line from the reader: typed, or from a pipe. */
#ifndef MG_LESSON_PROMPT_H
#define MG_LESSON_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

enum { MG_PROMPT_LINE_SIZE = 1024, MG_PROMPT_WORDS = 256 };

typedef enum {
  MG_PROMPT_LINE, /* here it is */
  MG_PROMPT_END,  /* Ctrl-D, or the end of the file */
  MG_PROMPT_STOP  /* Ctrl-C; the line is what was typed so far */
} mg_prompt_answer;

/* What the Tab key offers. */
typedef struct {
  /* The words that may follow the text `before`.
   *   word  out  room for that many; they live until the next line
   * Returns how many there are. */
  size_t (*list)(const void *from, const char *before, const char **word,
                 size_t room);
  const void *from;
} mg_prompt_words;

/* Reads a line from stdin.  A line that does not come from a terminal is
 * printed behind its prompt, so that what stdout gets reads as a session does.
 *   text   in   the prompt
 *   words  in   NULL: Tab offers nothing
 *   line   out  MG_PROMPT_LINE_SIZE bytes, without its line end; more of it is
 *               left out
 * The second Ctrl-C is not told from the first: mg_interrupt_clear is called.
 */
mg_prompt_answer mg_prompt_read(const char *text, const mg_prompt_words *words,
                                char *line);

#endif
