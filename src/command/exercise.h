/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs of marginalia exercise: one function each.  Every one prints its
 * results on stdout and returns the exit status, as those of verbs.h do. */
#ifndef MG_COMMAND_EXERCISE_H
#define MG_COMMAND_EXERCISE_H

#include "command/options.h"

/* Which exercises there are, by chapter, and how far each is. */
int exercise_list(const struct settings *settings);

/* A folder to write one in. */
int exercise_start(const struct settings *settings);

/* What one asks for. */
int exercise_show(const struct settings *settings);

/* Compiles and tests what was written. */
int exercise_check(const struct settings *settings);

/* One of three hints. */
int exercise_hint(const struct settings *settings);

/* The skeleton again; what stood there is kept beside it. */
int exercise_reset(const struct settings *settings);

/* The reference solution, after a pass or with --give-up. */
int exercise_solution(const struct settings *settings);

/* Points by chapter, and what to do next. */
int exercise_progress(const struct settings *settings);

/* Is there all that exercises need? */
int exercise_doctor(const struct settings *settings);

/* Grades the folders of a class. */
int exercise_grade(const struct settings *settings);

/* Tries exercises before students do. */
int exercise_lint(const struct settings *settings);

#endif
