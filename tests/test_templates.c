/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every template with a usual table, an empty one, one row and no finite
 * value, in three terminals: gnuplot must draw each without a word. */
#include "config.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drawing.h"
#include "plot/ellipse.h"
#include "plot/images.h"

static void begin(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(templates_drawn, .init = begin, .fini = folder_leave);

#define LINES "series x y low high"
#define BRICKS "low high height"

Test(templates_drawn, lines_with_all_they_can_hold) {
  need_gnuplot();
  char rows[4096] = "";
  for (size_t i = 0; i < 40; i++) {
    size_t used = strlen(rows);
    snprintf(rows + used, sizeof rows - used, "band|%zu|%zu|%zu|%zu\n", i,
             i * i, i * i - i, i * i + i);
  }
  strcat(rows, "bars|1|3|1|5\nbars|2|3|2|4\nbars|3|nan|1|2\nbars|4|9||\n"
               "alone|7|8||\n'` @x \" {_|3|3||\n");
  mg_figure *figure = new_figure("lines", "it's");
  mg_figure_text(figure, "x", "bandwidth");
  mg_figure_text(figure, "y", "nats per datum");
  give_rows(figure, "lines", LINES, rows);
  give_rows(figure, "histogram", BRICKS, "0|5|100\n5|10|200\n10|nan|1\n");
  give_rows(figure, "points", "series x y", "dots|1|1000\ndots|2|nan\n");
  give_rows(figure, "marks", "x text", "3|here\n3.5|there\n39|at the end\n");
  draw_all(figure, "lines");
  const char *words[] = {"band", "bars",  "alone",      "bandwidth", "nats per",
                         "here", "there", "at the end", "dots",      "it's"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    expect_both("lines", words[i]);
}

Test(templates_drawn, lines_in_panels_with_logarithms) {
  need_gnuplot();
  for (int panels = 2; panels <= 7; panels++) {
    char name[16];
    snprintf(name, sizeof name, "p%d", panels);
    mg_figure *figure = new_figure("lines", "Panels");
    mg_figure_number(figure, "panels", panels);
    mg_figure_number(figure, "logx", 1);
    mg_figure_number(figure, "logy_2", 1);
    mg_figure_number(figure, "low_y_1", -3);
    mg_figure_number(figure, "high_y_1", 3);
    mg_figure_text(figure, "title_2", "the second");
    give_rows(figure, "lines_1", "series x y", "a|1|2\na|100|3\na|0|1\n");
    give_rows(figure, "lines_2", "series x y",
              "a|1|2\na|100|3\nb|10|-1\nb|3|20\nb|4|30\n");
    give_rows(figure, "histogram_2", "low high height series",
              "1|2|10|b\n2|4|20|c\n");
    draw_all(figure, name);
    expect_both(name, "the second");
    if (panels > 2)
      expect_both(name, "no data");
  }
}

/* Many decades: powers of ten, on both axes, and few enough letters. */
Test(templates_drawn, labels_of_small_numbers_fit) {
  need_gnuplot();
  mg_figure *figure = new_figure("lines", "Small");
  mg_figure_number(figure, "logx", 1);
  mg_figure_number(figure, "logy", 1);
  give_rows(figure, "lines", "series x y", "a|1e-6|1e-8\na|10|1.4e-4\n");
  draw_all(figure, "small");
  const char *words[] = {"1e-8", "1e-5", "1e-1"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    expect_both("small", words[i]);
}

/* In characters, labels that touch would cut each other's digits off. */
Test(templates_drawn, labels_in_characters_are_apart) {
  need_gnuplot();
  mg_figure *figure = new_figure("lines", "Rows seen");
  mg_figure_number(figure, "panels", 2);
  give_rows(figure, "lines_1", "series x y", "a|10|1\na|1900|3\n");
  give_rows(figure, "lines_2", "series x y", "a|130|1\na|210|3\n");
  draw_all(figure, "apart");
  expect_both("apart", "1000");
  expect_both("apart", "140");
  expect_both("apart", "160");
}

static void draw_lines(const char *name, const char *lines, const char *bricks,
                       const char *points, const char *marks) {
  mg_figure *figure = new_figure("lines", "");
  give_rows(figure, "lines", LINES, lines);
  give_rows(figure, "histogram", BRICKS, bricks);
  give_rows(figure, "points", "series x y", points);
  give_rows(figure, "marks", "x text", marks);
  draw_all(figure, name);
}

Test(templates_drawn, lines_of_little) {
  need_gnuplot();
  draw_lines("none", "", "", "", "");
  draw_lines("nan", "a|nan|1||\nb|1|nan|1|2\nc|inf|1||\n", "nan|1|1\n",
             "p|nan|1\n", "nan|m\n");
  draw_lines("one", "a|1|2|1|3\n", "", "", "");
  draw_lines("brick", "", "0|1|2\n", "", "");
  draw_lines("point", "", "", "p|0|0\n", "");
  draw_lines("mark", "", "", "", "5|m\n");
  expect_both("none", "no data");
  expect_both("nan", "no data");
}

static void draw_bars(const char *name, const char *columns, const char *bars,
                      const char *total) {
  mg_figure *figure = new_figure("bars", "EM");
  mg_figure_text(figure, "total_name", "log p(x)");
  give_rows(figure, "bars", columns, bars);
  give_rows(figure, "total", "label value", total);
  draw_all(figure, name);
}

Test(templates_drawn, bars_far_from_zero_and_many) {
  need_gnuplot();
  draw_bars("em", "label ELBO KL",
            "E 1|-5.31|0\nM 1|-5.20|.15\nE 2|-5.05|0\nM 2|-4.9|.1\n",
            "E 1|-5.31\nM 1|-5.05\nE 2|-5.05\nM 2|-4.8\n");
  const char *words[] = {"ELBO", "KL", "log p(x)", "E 1", "M 2", "-5.4"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    expect_both("em", words[i]);
  expect_text("em.svg", "-5.310");
  char *text = read_text("em.svg");
  cr_expect_null(strstr(text, "label"), "the head of the table is a bar");
  free(text);
  char rows[8192] = "";
  for (size_t i = 0; i < 300; i++) {
    size_t used = strlen(rows);
    snprintf(rows + used, sizeof rows - used, "%zu|%zu|1|-3\n", i, i + 9);
  }
  draw_bars("many", "label a b c", rows, "");
}

Test(templates_drawn, bars_of_little) {
  need_gnuplot();
  draw_bars("none", "label a b", "", "");
  draw_bars("one", "label a", "x|0\n", "x|0\n");
  draw_bars("nan", "label a b", "x|nan|1\ny|inf|nan\n", "x|nan\nz|1\n");
  draw_bars("half", "label a b", "x|2|nan\ny||3\n", "");
  draw_bars("below", "label a b", "x|-2|-1\ny|4|-8\n", "");
  expect_both("none", "no data");
  expect_both("nan", "no data");
}

Test(templates_drawn, matrix_of_any_size) {
  need_gnuplot();
  char rows[32768] = "";
  for (size_t i = 0; i < 45 * 45; i++) {
    size_t used = strlen(rows);
    snprintf(rows + used, sizeof rows - used, "r%zu|c%zu|%zu\n", i / 45, i % 45,
             i);
  }
  static const struct {
    const char *name, *rows;
  } sizes[] = {{"two", "cat|dog|12345\ndog|cat|-.5\ncat|cat|\ndog|dog|nan\n"},
               {"one", "cat|dog|0\n"},
               {"nan", "cat|dog|nan\n"},
               {"none", ""}};
  for (size_t i = 0; i < 5; i++) {
    mg_figure *figure = new_figure("matrix", "Taken for");
    mg_figure_text(figure, "x", "predicted");
    mg_figure_text(figure, "y", "true class");
    give_rows(figure, "matrix", "row column value",
              i < 4 ? sizes[i].rows : rows);
    draw_all(figure, i < 4 ? sizes[i].name : "large");
  }
  const char *words[] = {"12345", "-0.5", "cat", "predicted", "true class"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    expect_both("two", words[i]);
  expect_both("none", "no data");
}

/* Frames of four points and two ellipses, which move. */
static mg_figure *new_frames(size_t frames) {
  char text[32];
  mg_figure *figure = new_figure("ellipses", "EM");
  mg_table *points = mg_table_alloc("frame x y component weight");
  mg_table *paths = mg_table_alloc(MG_ELLIPSE_COLUMNS);
  mg_table *captions = mg_table_alloc("frame text");
  for (size_t f = 1; f <= frames; f++) {
    for (size_t i = 0; i < 4; i++) {
      mg_table_row(points);
      mg_table_size(points, f);
      mg_table_real(points, cos((double)i));
      mg_table_real(points, sin((double)i));
      mg_table_size(points, i % 2 + 1);
      mg_table_real(points, 0.5 + 0.1 * (double)i);
    }
    for (size_t k = 0; k < 4; k++) {
      double mean[2] = {0.1 * (double)f, 0.5}, covariance[4] = {.2, .1, .1, .3};
      gsl_vector_view m = gsl_vector_view_array(mean, 2);
      gsl_matrix_view s = gsl_matrix_view_array(covariance, 2, 2);
      cr_assert_eq(mg_ellipse_rows(paths, f, k / 2 + 1, &m.vector, &s.matrix,
                                   (double)(k % 2 + 1)),
                   GSL_SUCCESS, "%s", mg_reason());
    }
    snprintf(text, sizeof text, "pass %zu.", f - 1);
    mg_table_row(captions);
    mg_table_size(captions, f);
    mg_table_text(captions, text);
  }
  mg_figure_number(figure, "frames", (double)frames);
  give(figure, "points", points);
  give(figure, "ellipses", paths);
  give(figure, "captions", captions);
  return figure;
}

Test(templates_drawn, ellipses_from_the_first_frame_to_the_last) {
  need_gnuplot();
  draw_all(new_frames(20), "many");
  expect_text("many.svg", "pass 0.");
  expect_both("many", "pass 19.");
  draw_all(new_frames(3), "three");
  expect_text("three.svg", "pass 1.");
  mg_figure *figure = new_frames(20);
  mg_figure_number(figure, "frame", 7);
  draw_all(figure, "seventh");
  expect_both("seventh", "pass 6.");
}

Test(templates_drawn, ellipses_of_little) {
  need_gnuplot();
  static const struct {
    const char *name, *points, *paths;
  } cases[] = {{"none", "", ""},
               {"nan", "1|nan|nan|1|1\n2|1|inf|2|nan\n", "1|1|1|nan|nan\n"},
               {"one", "1|3|4|1|nan\n", "1|1|1|3|4\n"},
               {"path", "", "1|1|1|0|0\n1|1|1|1|0\n1|1|1|0|0\n"},
               {"other", "9|1|1|1|1\n1|1|1|99|1\n1|1|1|0|1\n", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mg_figure *figure = new_figure("ellipses", "");
    mg_figure_number(figure, "frames", 2);
    give_rows(figure, "points", "frame x y component weight", cases[i].points);
    give_rows(figure, "ellipses", MG_ELLIPSE_COLUMNS, cases[i].paths);
    give_rows(figure, "captions", "frame text", "");
    draw_all(figure, cases[i].name);
  }
  expect_both("none", "no data");
  expect_both("nan", "no data");
}

/* Steps over the blocks of sub-blocks that follow at, behind a size each. */
static size_t skip_blocks(const unsigned char *gif, size_t at) {
  while (gif[at])
    at += 1 + (size_t)gif[at];
  return at + 1;
}

static size_t palette(unsigned char flags) {
  return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* The image descriptors of a GIF, which follow each other by their sizes. */
static size_t count_images(const char *file) {
  char *text = read_text(file);
  const unsigned char *gif = (const unsigned char *)text;
  size_t images = 0, at = 13 + palette(gif[10]);
  while (gif[at] != 0x3B) {
    cr_assert(gif[at] == 0x21 || gif[at] == 0x2C, "no block at %zu", at);
    if (gif[at] == 0x2C) {
      images++;
      at = skip_blocks(gif, at + 11 + palette(gif[at + 9]));
    } else {
      at = skip_blocks(gif, at + 2);
    }
  }
  free(text);
  return images;
}

Test(templates_drawn, a_gif_has_every_frame_and_holds_the_last) {
  need_gnuplot();
  mg_figure *figure = new_frames(5);
  mg_term gif = {.kind = MG_TERM_GIF};
  cr_assert_eq(mg_figure_write(figure, ".", "em"), GSL_SUCCESS, "%s",
               mg_reason());
  mg_figure_free(figure);
  int status = mg_figure_draw(".", "em", &gif, LIMIT);
  if (status == GSL_EUNSUP)
    return; /* a gnuplot without GIF */
  cr_assert_eq(status, GSL_SUCCESS, "%s", mg_reason());
  cr_expect_eq(count_images("em.gif"), 5 + 3, "%zu images",
               count_images("em.gif"));
}

/* The older templates, as characters. */
static void expect_drawn(mg_figure *figure, const char *name,
                         const char *words) {
  char *text = NULL;
  size_t size;
  mg_term dumb = {.kind = MG_TERM_DUMB,
                  .columns = 60,
                  .lines = 20,
                  .stream = open_memstream(&text, &size)};
  cr_assert_eq(mg_figure_write(figure, ".", name), GSL_SUCCESS, "%s",
               mg_reason());
  mg_figure_free(figure);
  cr_expect_eq(mg_figure_draw(".", name, &dumb, LIMIT), GSL_SUCCESS, "%s",
               mg_reason());
  fclose(dumb.stream);
  cr_expect_not_null(strstr(text, words), "no '%s':\n%s", words, text);
  free(text);
}

/* A pixel is two letters in a line, a line of pixels a line. */
Test(templates_drawn, images_are_letters_by_shade) {
  need_gnuplot();
  double pixels[18] = {0, .5, 1, 1, 0, 0, 0, 0, .5, 1, 0, 0, 0, 1, 0, 0, 0, 1};
  gsl_matrix_view x = gsl_matrix_view_array(pixels, 2, 9);
  mg_figure *figure = new_figure("images", "Two");
  mg_figure_number(figure, "panels", 2);
  mg_figure_text(figure, "title_1", "data");
  give(figure, "panel_1", mg_images_table(&x.matrix, 3, 3, 2, 0, 1));
  give(figure, "panel_2", mg_table_alloc("1 2 3"));
  expect_drawn(figure, "images", "++@@  @@    ");
}

Test(templates_drawn, one_image_and_blanks_are_letters) {
  need_gnuplot();
  double pixels[4] = {NAN, NAN, NAN, NAN}, large[900];
  gsl_matrix_view x = gsl_matrix_view_array(pixels, 1, 4);
  mg_figure *figure = new_figure("images", "blank");
  give(figure, "panel_1", mg_images_table(&x.matrix, 2, 2, 0, 0, 1));
  expect_drawn(figure, "blank", "blank");
  for (size_t i = 0; i < 900; i++)
    large[i] = 1;
  x = gsl_matrix_view_array(large, 1, 900);
  figure = new_figure("images", "black");
  give(figure, "panel_1", mg_images_table(&x.matrix, 30, 30, 0, 0, 1));
  expect_drawn(figure, "black", "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@");
}

Test(templates_drawn, a_density_is_letters_by_depth) {
  need_gnuplot();
  mg_table *density = mg_table_alloc("x y log_p");
  for (size_t i = 0; i < 1600; i++) {
    double u = (double)(i % 40) / 10 - 2, v = (double)(i / 40) / 10 - 2;
    mg_table_row(density);
    mg_table_real(density, u);
    mg_table_real(density, v);
    mg_table_real(density, u < -1 ? -INFINITY : -5 * (u * u + v * v));
  }
  mg_figure *figure = new_figure("scatter", "bump");
  mg_figure_number(figure, "panels", 2);
  give_rows(figure, "samples_1", "x y", "-1|-1\n1|1\n");
  give(figure, "density_1", density);
  give_rows(figure, "samples_2", "x y", "");
  give_rows(figure, "density_2", "x y log_p", "0|0|nan\n");
  expect_drawn(figure, "bump", "@@");
}

Test(templates_drawn, claims_are_letters) {
  need_gnuplot();
  mg_figure *figure = new_figure("evidence", "claims");
  give_rows(figure, "evidence", "model split nats std_error claim kind",
            "gmm|test|-1|.01|=|model\nvae|test|-2|.1|>=|model\n"
            "gan|test|nan|nan|none|model\ntruth|test|-.9|0|=|truth\n");
  expect_drawn(figure, "claims", "->-");
  figure = new_figure("evidence", "nothing");
  give_rows(figure, "evidence", "model split nats std_error claim kind", "");
  expect_drawn(figure, "nothing", "no data");
}
