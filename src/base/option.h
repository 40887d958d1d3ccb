/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named options of a struct, described once.
 *
 * A family keeps its options in a plain C struct, so that a program sets them
 * by name with the compiler watching.  The same struct is described by a table
 * of mg_option, and from that table come `--set name=value`, its range checks,
 * the listing in --help, and the options that are saved with a fitted model.
 *
 *     static const mg_option gmm_option_table[] = {
 *       {"components", MG_OPTION_SIZE, offsetof(mg_gmm_options, components),
 *        1, 100000, NULL, "number of Gaussians, K"},
 *       {"covariance", MG_OPTION_CHOICE, offsetof(mg_gmm_options, covariance),
 *        0, 0, "full|tied|diagonal|spherical", "shape of the covariances"},
 *       {0}};
 */
#ifndef MG_BASE_OPTION_H
#define MG_BASE_OPTION_H

#include <stddef.h>

#include "base/number.h"

typedef enum {
  MG_OPTION_SIZE,  /* size_t, min <= value <= max */
  MG_OPTION_REAL,  /* double, min <= value <= max */
  MG_OPTION_CHOICE /* an enum of int's size: the index in choices */
} mg_option_kind;

typedef struct {
  const char *name; /* NULL ends a table */
  mg_option_kind kind;
  size_t offset; /* in the struct of options */
  double min, max;
  const char *choices; /* "full|tied|diagonal", else NULL */
  const char *help;    /* one line, with the unit */
} mg_option;

/* The entry of that name, or NULL. */
const mg_option *mg_option_find(const mg_option *table, const char *name);

/* Sets one option from text; the locale plays no part.
 *   table   in   ends with a NULL name
 *   name    in   without "--"
 *   value   in   a number, or one of the choices
 *   options out  the struct that the offsets are of
 * Returns GSL_SUCCESS; GSL_EINVAL with the names that exist (and the closest),
 * or the range, or the choices, in mg_reason().  On error nothing changed. */
int mg_option_set(const mg_option *table, const char *name, const char *value,
                  void *options);

/* Checks a whole struct against its table's ranges.
 * Returns GSL_SUCCESS; GSL_EINVAL naming the option and its range. */
int mg_option_check(const mg_option *table, const void *options);

/* Prints an option's present value into text, so that mg_option_set reads the
 * same value back.  Returns text. */
const char *mg_option_print(const mg_option *option, const void *options,
                            char *text, size_t size);

/* Prints "1 .. 100000" or "full|tied|diagonal|spherical".  Returns text. */
const char *mg_option_range(const mg_option *option, char *text, size_t size);

/* How many edits (insert, delete, replace, swap neighbours) part two words:
 * for "did you mean".  Words over 63 bytes compare by their first 63. */
size_t mg_word_distance(const char *a, const char *b);

/* An answer to a name that does not exist, from those that do.  Begin with
 * {.wrong = name}, add each name that exists, print at the end. */
typedef struct {
  const char *wrong, *closest; /* closest: NULL while none is near enough */
  size_t distance;             /* between the two */
  size_t used;                 /* bytes of list */
  char list[256];              /* the names so far, cut when it is full */
} mg_suggestion;

/* Adds a name, which must live until the print.  Near enough to be meant is
 * one of whose letters a third are wrong at most, or that begins with two or
 * more letters that were written. */
void mg_suggestion_add(mg_suggestion *suggestion, const char *name);

/* Prints "did you mean 'rate'? there are components, rate", without the
 * question when no name is near, into text; 400 bytes hold all.  Returns
 * text. */
const char *mg_suggestion_print(const mg_suggestion *suggestion, char *text,
                                size_t size);

#endif
