/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of a chapter, row by row; see rows.h. */
#include "config.h"

#include "lesson/rows.h"

mg_table *mg_lesson_table(mg_lesson *lesson, const char *name,
                          const char *columns) {
  mg_board *board = mg_lesson_board(lesson);
  return mg_lesson_piece(lesson) ? mg_board_find_table(board, name)
                                 : mg_board_table(board, name, columns);
}

int mg_row_add(mg_table *table, const char *text, size_t n,
               const double *values) {
  if (!table)
    return GSL_ENOMEM;
  mg_table_row(table);
  mg_table_text(table, text);
  for (size_t i = 0; i < n; i++)
    mg_table_real(table, values[i]);
  return mg_table_status(table);
}
