/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of pictures share: a figure in, a file's text out. */
#ifndef MG_TESTS_DRAWING_H
#define MG_TESTS_DRAWING_H

#include <criterion/criterion.h>

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

#endif
