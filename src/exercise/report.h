/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grades as text, for people and for programs.
 *
 * What is in them was written by students: names of folders, and by way of the
 * compiler's errors, pieces of their sources.  So each form escapes all of it
 * as that form must, and what is no UTF-8, or controls a terminal, is replaced
 * before.  The text of a hidden test, and what is said of it, appears nowhere
 * unless it is to be revealed, to the teacher. */
#ifndef MG_EXERCISE_REPORT_H
#define MG_EXERCISE_REPORT_H

#include <stdio.h>

#include "exercise/grade.h"

typedef enum {
  MG_REPORT_TABLE,      /* for reading */
  MG_REPORT_CSV,        /* RFC 4180, one line end a row; a text that a
                         * spreadsheet would compute gets a ' before it */
  MG_REPORT_JSON,       /* everything */
  MG_REPORT_GRADESCOPE, /* results.json, of one student */
  MG_REPORT_AUTOLAB,    /* lines for the student, and last the scores as JSON;
                         * of one student */
  MG_REPORT_JUNIT       /* XML: a testsuite for each grade */
} mg_report_form;

typedef struct {
  const char *course, *term;
  const mg_grade *grade; /* those of a student stand together */
  size_t grades;
  bool reveal; /* hidden tests, too */
} mg_report;

/* Is it a form of one student? */
bool mg_report_of_one(mg_report_form form);

/* Prints a report.  Returns GSL_SUCCESS; GSL_EINVAL when a form of one student
 * is asked for several; GSL_ENOMEM; GSL_EFAILED when it could not be written.
 */
int mg_report_print(const mg_report *r, mg_report_form form, FILE *out);

/* The first thing that is wrong, as one sentence, in fresh memory that the
 * caller frees: why there are no points; the sentence of the first test that
 * failed and may be shown, and with `whole` what is said of it; "" when nothing
 * is wrong.  NULL when memory is short. */
char *mg_report_first(const mg_report *r, const mg_grade *g, bool whole);

#endif
