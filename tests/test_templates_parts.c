/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in a template's picture: marks of classes, gaps in lines, the
 * size of a panel. */
#include "config.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drawing.h"
#include "plot/images.h"

static void begin(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(templates_parts, .init = begin, .fini = folder_leave);

#define CODES "label x y"

static void draw_codes(const char *name, const char *codes, const char *classes,
                       const char *words) {
  mg_figure *figure = new_figure("codes", "Codes");
  mg_figure_text(figure, "x", "z2");
  mg_figure_text(figure, "y", "z7");
  mg_figure_text(figure, "note", "a few rows");
  give_rows(figure, "codes", CODES, codes);
  if (classes)
    give_rows(figure, "classes", "label", classes);
  draw_all(figure, name);
  expect_both(name, "z2");
  expect_both(name, "z7");
  expect_both(name, "a few rows");
  expect_both(name, words);
}

/* A short name is its own mark, a long one gets a letter, none a dot; the list
 * has the order of the classes, and their head is none of them. */
Test(templates_parts, codes_marked_by_class) {
  need_gnuplot();
  draw_codes("digits", "7|0.5|1\n3|-2|0\n7|nan|1\n3|4|-4\n", "3\n7\n", "7");
  draw_codes("long", "with`'\"{_|0|1\nsetosa|-2|0\n", "setosa\nwith`'\"{_\n",
             "a  setosa");
  char *text = read_text("long.svg");
  cr_expect_null(strstr(text, "label<"), "the head is a class");
  cr_expect_not_null(strstr(text, "b  with"), "the second class has no letter");
  free(text);
  draw_codes("plain", "|0.5|1\n|-2|0\n", NULL, "Codes");
  draw_codes("mixed", "|0.5|1\nk|-2|0\n", NULL, "k");
}

/* gnuplot's svg forgets a border after an inside in the ground's colour. */
Test(templates_parts, codes_in_three_circles) {
  need_gnuplot();
  draw_codes("circles", "a|0.5|1\n", NULL, "Codes");
  char *text = read_text("circles.svg");
  cr_expect_null(strstr(text, "stroke='#FFFFFF' stroke-dash"),
                 "circles in white on white");
  free(text);
}

Test(templates_parts, codes_of_little) {
  need_gnuplot();
  draw_codes("none", "", "", "no data");
  draw_codes("one", "only|1e-3|1e9\n", NULL, "only");
  draw_codes("nan", "a|nan|1\nb|inf|nan\n", NULL, "no data");
}

/* How many strokes a picture has: of a line, one without a gap. */
static size_t count_strokes(const char *file, const char *colour) {
  char *text = read_text(file);
  size_t n = 0;
  for (const char *at = text; (at = strstr(at, "<path")); at++) {
    const char *end = strstr(at, "/>");
    char *path = strndup(at, (size_t)(end - at));
    const bool ours = strstr(path, colour);
    for (const char *move = path; ours && (move = strchr(move, 'M')); move++)
      n++;
    free(path);
  }
  free(text);
  return n;
}

/* A missing y ends a line, which a declared missing value would not. */
Test(templates_parts, a_missing_y_is_a_gap) {
  need_gnuplot();
  char rows[1024] = "";
  for (size_t i = 0; i < 40; i++) {
    const size_t used = strlen(rows);
    snprintf(rows + used, sizeof rows - used,
             i == 20 ? "a|%zu|nan\n" : "a|%zu|1\n", i);
  }
  mg_figure *figure = new_figure("lines", "Gap");
  give_rows(figure, "lines", "series x y", rows);
  draw_all(figure, "gap");
  const size_t strokes = count_strokes("gap.svg", "rgb(  0, 114, 178)");
  figure = new_figure("lines", "Whole");
  rows[strcspn(rows, "n")] = '1';
  char *nan = strstr(rows, "1an");
  memmove(nan + 1, nan + 3, strlen(nan + 3) + 1);
  give_rows(figure, "lines", "series x y", rows);
  draw_all(figure, "whole");
  const size_t whole = count_strokes("whole.svg", "rgb(  0, 114, 178)");
  cr_expect(strokes == whole + 1, "%zu strokes, without a gap %zu", strokes,
            whole);
}

/* One panel is drawn at twice the size of two. */
Test(templates_parts, one_panel_of_images_is_large) {
  need_gnuplot();
  double pixels[9] = {0, .5, 1, 1, 0, 0, 0, 0, .5};
  gsl_matrix_view x = gsl_matrix_view_array(pixels, 1, 9);
  for (int panels = 1; panels <= 2; panels++) {
    mg_figure *figure = new_figure("images", "Size");
    mg_figure_number(figure, "panels", panels);
    give(figure, "panel_1", mg_images_table(&x.matrix, 3, 3, 1, 0, 1));
    if (panels == 2)
      give(figure, "panel_2", mg_images_table(&x.matrix, 3, 3, 1, 0, 1));
    draw_all(figure, panels == 1 ? "alone" : "beside");
  }
  /* 3 pixels of 93 fields, twice; two margins of 16. */
  expect_text("alone.svg", "viewBox=\"0 0 590 ");
  expect_text("beside.svg", "viewBox=\"0 0 606 ");
}

Test(templates_parts, a_field_with_draws_and_arrows) {
  need_gnuplot();
  mg_table *field = mg_table_alloc("x y d");
  for (size_t i = 0; i < 400; i++) {
    const double x = (double)(i % 20) / 10 - 1, y = (double)(i / 20) / 10 - 1;
    MG_TABLE_LINE(field, NULL, x, y, 1 / (1 + exp(-9 * x)));
  }
  mg_figure *figure = new_figure("field", "it's two players");
  mg_figure_number(figure, "panels", 3);
  mg_figure_text(figure, "title_2", "the second");
  give(figure, "field", field);
  give_rows(figure, "data", "x y", "0.5|0.5\n0.6|0.5\n");
  give_rows(figure, "draws_1", "x y", "-0.5|0\n5|5\nnan|1\n");
  give_rows(figure, "arrows_1", "x y dx dy", "-0.5|0|0.2|0\n");
  give_rows(figure, "field_3", "x y d", "");
  give_rows(figure, "draws_3", "x y", "");
  draw_all(figure, "players");
  const char *words[] = {"it's", "the second", "data", "draws", "outside"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    expect_both("players", words[i]);
}

Test(templates_parts, a_field_of_nothing) {
  need_gnuplot();
  mg_figure *figure = new_figure("field", "Nothing");
  give_rows(figure, "data", "x y", "");
  draw_all(figure, "nothing");
  expect_both("nothing", "no data");
}
