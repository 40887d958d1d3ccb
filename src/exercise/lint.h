/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is an exercise fit to be given to students?
 *
 * Its pages are there; its skeleton compiles without a warning, and fails; its
 * solution compiles without a warning, and passes; and where the sources are
 * (before make install), every file of right/ passes and every one of wrong/
 * does not. */
#ifndef MG_EXERCISE_LINT_H
#define MG_EXERCISE_LINT_H

#include "exercise/exercise.h"
#include "exercise/places.h"

enum { MG_LINT_SAYS = 8000 };

typedef struct {
  size_t problems;
  char says[MG_LINT_SAYS]; /* one a line: "wrong/mean.c passes" */
  size_t wrong, right;     /* files that were tried */
  double seconds;          /* that the longest attempt took */
} mg_lint_report;

/* Looks at one exercise.
 *   seed  in  of the inputs that solutions are tried on
 * Returns GSL_SUCCESS, also with problems; GSL_EFAILED when nothing can be
 * graded here. */
int mg_lint_exercise(const mg_places *places, const mg_exercise_entry *entry,
                     unsigned long seed, mg_lint_report *report);

#endif
