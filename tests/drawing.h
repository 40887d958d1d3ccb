/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of pictures share: a figure in, a file's text out. */
#ifndef MG_TESTS_DRAWING_H
#define MG_TESTS_DRAWING_H

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "folder.h"
#include "plot/figure.h"

enum { LIMIT = 60 };

static const mg_term svg = {.kind = MG_TERM_SVG};

/* A skipped test's .fini is not run. */
static inline void need_gnuplot(void) {
  if (system("command -v gnuplot >gnuplot.path") == 0)
    return;
  folder_leave();
  fputs("skipped: gnuplot is not installed\n", stderr);
  cr_skip_test("gnuplot is not installed");
}

/* The whole of a file of the test's folder. */
static inline char *read_text(const char *name) {
  char *text = NULL;
  size_t size;
  cr_assert_eq(mg_file_read(name, (size_t)1 << 26, &text, &size), GSL_SUCCESS,
               "%s", mg_reason());
  return text;
}

static inline void expect_text(const char *file, const char *words) {
  char *text = read_text(file);
  cr_expect_not_null(strstr(text, words), "%s does not hold '%s'", file, words);
  free(text);
}

static inline void write_script(const char *text) {
  cr_assert_eq(mg_file_write("hand.gp", text, strlen(text)), GSL_SUCCESS, "%s",
               mg_reason());
}

static inline mg_figure *new_figure(const char *template_name,
                                    const char *title) {
  mg_figure *figure = mg_figure_alloc(template_name);
  cr_assert_not_null(figure, "%s", mg_reason());
  cr_assert_eq(mg_figure_text(figure, "title", title), GSL_SUCCESS, "%s",
               mg_reason());
  return figure;
}

/* Hands table over. */
static inline void give(mg_figure *figure, const char *name, mg_table *table) {
  cr_assert_eq(mg_figure_table(figure, name, table), GSL_SUCCESS, "%s",
               mg_reason());
  mg_table_free(table);
}

/* Writes and draws, and lets go of figure. */
static inline void draw(mg_figure *figure, const char *name) {
  cr_assert_eq(mg_figure_write(figure, ".", name), GSL_SUCCESS, "%s",
               mg_reason());
  mg_figure_free(figure);
  cr_assert_eq(mg_figure_draw(".", name, &svg, LIMIT), GSL_SUCCESS, "%s",
               mg_reason());
}

/* A table in lines of text, as a program writes it: fields by '|'. */
static inline mg_table *new_table(const char *columns, const char *rows) {
  mg_table *table = mg_table_alloc(columns);
  char field[64];
  for (bool first = true; *rows; rows += *rows != '\0') {
    size_t length = strcspn(rows, "|\n");
    if (first)
      mg_table_row(table);
    snprintf(field, sizeof field, "%.*s", (int)length, rows);
    mg_table_text(table, field);
    rows += length;
    first = *rows == '\n';
  }
  cr_assert_eq(mg_table_status(table), GSL_SUCCESS, "%s: %s", columns,
               mg_reason());
  return table;
}

static inline void give_rows(mg_figure *figure, const char *name,
                             const char *columns, const char *rows) {
  give(figure, name, new_table(columns, rows));
}

/* Draws with a gnuplot whose complaints are kept in a file, in the locale that
 * mg_figure_draw gives it: in C's it warns of every UTF-8 script. */
static inline void draw_in_silence(const char *name, const char *term) {
  char command[256];
  snprintf(command, sizeof command,
           "LC_ALL=C.UTF-8 gnuplot -d -e \"term='%s'; output='%s.%s'\" %s.gp "
           "2>complaints",
           term, name, term, name);
  cr_assert_eq(system(command), 0, "%s fails in %s", name, term);
  char *complaints = read_text("complaints");
  cr_expect_str_eq(complaints, "", "%s in %s: %s", name, term, complaints);
  free(complaints);
}

/* Writes the figure, lets go of it, and draws it in three terminals. */
static inline void draw_all(mg_figure *figure, const char *name) {
  cr_assert_eq(mg_figure_write(figure, ".", name), GSL_SUCCESS, "%s",
               mg_reason());
  mg_figure_free(figure);
  draw_in_silence(name, "svg");
  draw_in_silence(name, "png");
  draw_in_silence(name, "dumb");
}

static inline void expect_both(const char *name, const char *words) {
  char file[64];
  snprintf(file, sizeof file, "%s.svg", name);
  expect_text(file, words);
  snprintf(file, sizeof file, "%s.dumb", name);
  expect_text(file, words);
}

#endif
