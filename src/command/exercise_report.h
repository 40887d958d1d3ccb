/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One attempt, told to its author. */
#ifndef MG_COMMAND_EXERCISE_REPORT_H
#define MG_COMMAND_EXERCISE_REPORT_H

#include "exercise/attempt.h"
#include "exercise/progress.h"

struct report {
  const mg_exercise_entry *entry;
  const mg_attempt *attempt;
  mg_progress_entry progress; /* with this attempt */
  const char *source;         /* "e-step/e-step.c" */
  const char *object;         /* "e-step/e-step.so"; NULL: was not kept */
  const char *call;           /* of a chapter with it: what to type */
};

/* Prints it on stdout: what the compiler says, the tests, what the function
 * printed, the points, and what can be done next. */
void report_print(const struct report *report);

#endif
