/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one student's function for one exercise is worth: the part of an attempt
 * that a teacher keeps.  A class has as many of these as students times
 * exercises. */
#ifndef MG_EXERCISE_GRADE_H
#define MG_EXERCISE_GRADE_H

#include "exercise/attempt.h"

typedef enum {
  MG_GRADE_WAITING, /* not yet, or never: the grading was stopped before it */
  MG_GRADE_MISSING, /* nothing was handed in: 0 points */
  MG_GRADE_REFUSED, /* what was handed in is no source: 0 points */
  MG_GRADE_ERRORS,  /* it does not compile, or uses what it may not: 0 points */
  MG_GRADE_TESTED,
  MG_GRADE_CANNOT /* it could not be graded: points say nothing */
} mg_grade_state;

typedef struct {
  bool passed;
  char *says; /* why not; NULL when there is nothing to say */
} mg_grade_test;

typedef struct {
  const char *student; /* not owned */
  const mg_exercise_entry *entry;
  unsigned long seed; /* of the student's inputs */
  mg_grade_state state;
  unsigned points;
  char *says; /* why there are no tests; NULL when there are */
  size_t tests;
  mg_grade_test test[MG_TRIAL_TESTS];
} mg_grade;

/* "waiting", "missing", "refused", "errors", "tested", "cannot". */
const char *mg_grade_state_name(mg_grade_state state);

/* Takes over what an attempt came to.  Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_grade_set(mg_grade *g, const mg_attempt *attempt);

/* Puts a state that has a reason and no tests.  Returns GSL_SUCCESS;
 * GSL_ENOMEM. */
int mg_grade_say(mg_grade *g, mg_grade_state state, const char *why);

/* Has it points that mean something? */
bool mg_grade_known(const mg_grade *g);

/* May the text of test i be shown?
 *   reveal  in  to the teacher: then that of hidden ones, too */
bool mg_grade_shows(const mg_grade *g, size_t i, bool reveal);

/* What is called test i: its sentence, or "hidden test 4".  Returns text. */
const char *mg_grade_test_name(const mg_grade *g, size_t i, bool reveal,
                               char *text, size_t size);

/* Frees what is in it; safe on a zeroed one. */
void mg_grade_clear(mg_grade *g);

#endif
