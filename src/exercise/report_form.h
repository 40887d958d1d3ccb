/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sources of report.h share. */
#ifndef MG_EXERCISE_REPORT_FORM_H
#define MG_EXERCISE_REPORT_FORM_H

#include "exercise/report.h"

/* The forms that are not in report.c.  Each returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_report_json(const mg_report *r, FILE *out);
int mg_report_gradescope(const mg_report *r, FILE *out);
int mg_report_autolab(const mg_report *r, FILE *out);
int mg_report_junit(const mg_report *r, FILE *out);

/* What is said of test i; "" when nothing is, or it may not be shown. */
const char *mg_report_says(const mg_report *r, const mg_grade *g, size_t i);

/* How many grades from the first-th on are of one student. */
size_t mg_report_of_student(const mg_report *r, size_t first);

#endif
