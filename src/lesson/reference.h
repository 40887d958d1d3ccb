/* SPDX-License-Identifier: GPL-3.0-or-later */
/* References: how prose and readers point at a number of a lesson.
 *
 *   name | name[i] | name[i,j] | model.parameter[...] | table[row,column]
 *   anything followed by :.3f
 *
 * A row may be "last"; a table's column is its name. */
#ifndef MG_LESSON_REFERENCE_H
#define MG_LESSON_REFERENCE_H

#include "lesson/inside.h"

/* A reference in its parts. */
typedef struct {
  char name[MG_BOARD_NAME], part[MG_BOARD_NAME];  /* part "": none */
  char row[MG_BOARD_NAME], column[MG_BOARD_NAME]; /* "": none */
  char format[16];                                /* "%.4g" */
} mg_reference;

/* What a reference points at: numbers of that shape from value on, or text. */
typedef struct {
  const char *unit;
  size_t rows, columns, tda;
  const double *value; /* doubles, or */
  const mg_real *real; /* mg_reals; both NULL: a field of a table, then text */
  const char *text;
} mg_target;

/* Reads a reference.
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason. */
int mg_reference_parse(const char *text, mg_reference *reference);

/* Finds what it points at: settings are numbers too, where the board has no
 * quantity of that name.
 *   scratch  out  where a setting's value is put
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason: nothing of that name (and
 * the closest), an index outside the shape, a whole table. */
int mg_reference_find(const mg_lesson *lesson, const mg_reference *reference,
                      double *scratch, mg_target *target);

/* A target's number in row i, column j. */
double mg_target_get(const mg_target *target, size_t i, size_t j);

/* Prints the one number, or the text, of a target into text.
 * Returns GSL_SUCCESS; GSL_EINVAL when it is more than one number. */
int mg_reference_print(const mg_reference *reference, const mg_target *target,
                       char *text, size_t size);

#endif
