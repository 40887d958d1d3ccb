/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of a lesson that grow by rows of a text and numbers. */
#ifndef MG_LESSON_ROWS_H
#define MG_LESSON_ROWS_H

#include "lesson/lesson.h"

/* The table of that name on the lesson's board; in the first piece of a step a
 * new and empty one of these columns, which then grows from piece to piece.
 * Returns NULL with the reason, as mg_board_table. */
mg_table *mg_lesson_table(mg_lesson *lesson, const char *name,
                          const char *columns);

/* Adds a row: a text, then n numbers.
 * Returns GSL_SUCCESS; GSL_ENOMEM, also for a table that is NULL, so that a new
 * one need not be looked at first. */
int mg_row_add(mg_table *table, const char *text, size_t n,
               const double *values);

/* The same with the numbers behind the text. */
#define MG_ROW(table, text, ...)                                               \
  mg_row_add(table, text, sizeof((double[]){__VA_ARGS__}) / sizeof(double),    \
             (double[]){__VA_ARGS__})

#endif
