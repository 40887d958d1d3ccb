/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another program, run to its end, with little time, memory and disk.
 *
 * The compiler reads what a student wrote, and a few lines can keep it busy for
 * hours or fill a disk.  So it gets limits of its own, and what it says goes
 * into an unnamed file of which the beginning is read. */
#ifndef MG_EXERCISE_PROGRAM_H
#define MG_EXERCISE_PROGRAM_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

enum { MG_PROGRAM_ARGUMENTS = 64 };

/* What is run; MG_PROGRAM_ARGUMENTS - 1 words at most. */
typedef struct {
  size_t words;
  char *word[MG_PROGRAM_ARGUMENTS]; /* each in fresh memory; the first is
                                     * looked for along PATH; NULL ends */
  bool short_of_memory;             /* a word could not be added */
} mg_command_line;

/* How it went. */
typedef enum {
  MG_PROGRAM_DONE,    /* exit(0) */
  MG_PROGRAM_FAILED,  /* another exit, or a signal */
  MG_PROGRAM_TIME,    /* stopped, too slow */
  MG_PROGRAM_TOO_LONG /* stopped, it wrote too much */
} mg_program_end;

/* One that runs. */
typedef struct {
  pid_t process;
  FILE *output;    /* unnamed: both of its streams */
  double deadline; /* seconds of the monotonic clock */
} mg_program;

/* Adds a word, and all words of a text that are separated by blanks. */
void mg_command_line_add(mg_command_line *l, const char *word);
void mg_command_line_split(mg_command_line *l, const char *text);

/* Frees the words. */
void mg_command_line_clear(mg_command_line *l);

/* Starts it in a folder, with a plain environment: PATH, the folders of
 * compilers (CPATH, LIBRARY_PATH ...), the C locale.
 *   seconds  in  of the wall clock, and of its processor's; its memory is
 *                limited to 4 GiB and each file that it writes to 64 MiB
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason. */
int mg_program_start(const mg_command_line *l, const char *folder,
                     unsigned seconds, mg_program *program);

/* Waits until it has ended, or stops it with all that it started.
 *   said  out  size bytes: the beginning of what it said, 0-ended */
mg_program_end mg_program_wait(mg_program *program, char *said, size_t size);

/* Both. */
int mg_program_run(const mg_command_line *l, const char *folder,
                   unsigned seconds, char *said, size_t size,
                   mg_program_end *end);

#endif
