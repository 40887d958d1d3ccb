/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of a chapter. */
#ifndef MG_LESSON_LAUNCH_H
#define MG_LESSON_LAUNCH_H

#include "lesson/inside.h"
#include "plot/term.h"

enum { MG_LAUNCH_SETS = 32, MG_LAUNCH_WITH = 8 };

typedef struct {
  unsigned long seed;
  const char *data, *label, *out, *from; /* NULL: not given */
  bool quick, step, list, help, version;
  mg_term_kind term;
  bool term_given;
  const char *set[MG_LAUNCH_SETS];
  size_t sets;
  const char *with[MG_LAUNCH_WITH]; /* shared objects (substitute.h) */
  size_t withs;
} mg_launch;

/* An option of every chapter. */
typedef struct {
  const char *name;     /* "seed"; NULL ends the table */
  char letter;          /* or 0 */
  const char *argument; /* or NULL */
  const char *help;
} mg_launch_option;

extern const mg_launch_option *const mg_launch_options;

/* Reads a command line.
 * Returns 0; 2 when it makes no sense, and then it has said why. */
int mg_launch_parse(mg_launch *launch, int argc, char **argv);

/* Prints the --help of a chapter. */
void mg_launch_help(FILE *stream, const mg_chapter *chapter);

/* Sets a setting of the lesson from "name=value", for --set and the prompt.
 * Returns GSL_SUCCESS; GSL_EINVAL with the range, or the names there are. */
int mg_launch_set(const mg_chapter *chapter, const char *text, void *settings);

/* The folder for results: --out, else marginalia-chapter-NAME, into text. */
const char *mg_launch_folder(const mg_launch *launch, const mg_chapter *chapter,
                             char *text, size_t size);

#endif
