/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores of draws on the screen: as many of them as a line has room for. */
#ifndef MG_COMMAND_SCORE_REPORT_H
#define MG_COMMAND_SCORE_REPORT_H

#include <stddef.h>

#include "eval/score.h"

/* A line of the table: one model, or one seed. */
struct score_line {
  const char *name;
  const mg_score *score;
  size_t n; /* 0: the line is left out */
};

/* Prints a line a name, value and standard error; then floor (mean and spread
 * of what the truth gets), ideal, and which way is better.
 *   column  in  what the names are, "model"
 * Returns GSL_SUCCESS, also where there is nothing to print; GSL_ENOMEM. */
int score_report_print(const char *column, const struct score_line *line,
                       size_t n);

#endif
