/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts drawn by gnuplot: they stand alone, they hold what they were given,
 * and every way to fail is told apart.  Without gnuplot most are skipped. */
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

TestSuite(draw, .init = begin, .fini = folder_leave);

static void add_evidence(mg_table *table, const char *model, double nats,
                         double error, const char *claim, const char *kind) {
  mg_table_row(table);
  mg_table_text(table, model);
  mg_table_text(table, "test");
  mg_table_real(table, nats);
  mg_table_real(table, error);
  mg_table_text(table, claim);
  mg_table_text(table, kind);
}

static mg_table *new_evidence(void) {
  return mg_table_alloc("model split nats std_error claim kind");
}

Test(draw, evidence_names_models_and_claims) {
  need_gnuplot();
  mg_figure *figure = new_figure("evidence", "Old Faithful");
  mg_table *table = new_evidence();
  add_evidence(table, "truth", 4.293, 0, "=", "truth");
  add_evidence(table, "gmm_8", 4.21, 0.02, "=", "model");
  add_evidence(table, "vae", 2.9, 0.05, ">=", "model");
  add_evidence(table, "vae, AIS", 3.1, 0.05, "<=", "model");
  add_evidence(table, "gan", -INFINITY, NAN, "none", "model");
  give(figure, "evidence", table);
  draw(figure, "evidence");
  const char *words[] = {"Old Faithful", "gmm_8",           "exact", "at least",
                         "at most",      "no finite value", "truth"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    expect_text("evidence.svg", words[i]);
}

Test(draw, evidence_of_nothing_says_so) {
  need_gnuplot();
  mg_figure *figure = new_figure("evidence", "");
  give(figure, "evidence", new_evidence());
  draw(figure, "empty");
  expect_text("empty.svg", "no data");
}

Test(draw, evidence_of_nan_alone_says_so) {
  need_gnuplot();
  mg_figure *figure = new_figure("evidence", "");
  mg_table *table = new_evidence();
  add_evidence(table, "gmm", NAN, NAN, "=", "model");
  give(figure, "evidence", table);
  draw(figure, "nan");
  expect_text("nan.svg", "no finite value");
}

Test(draw, evidence_far_baseline_stands_at_the_edge) {
  need_gnuplot();
  mg_figure *figure = new_figure("evidence", "");
  mg_table *table = new_evidence();
  add_evidence(table, "gmm", 4.3, .01, "=", "model");
  add_evidence(table, "kde", 4.2, .01, "=", "model");
  add_evidence(table, "independent", -2.125, .01, "=", "baseline");
  give(figure, "evidence", table);
  draw(figure, "far");
  expect_text("far.svg", "-2.125");
  expect_text("far.svg", "4.26"); /* the axis is the models' */
}

static mg_table *new_curves(double start, double step) {
  mg_table *table = mg_table_alloc("model data_seen log_likelihood");
  for (size_t i = 0; i < 5; i++) {
    mg_table_row(table);
    mg_table_text(table, "pixelcnn");
    mg_table_size(table, 1000 * (i + 1));
    mg_table_real(table, start + (double)i * step);
  }
  mg_table_row(table);
  mg_table_text(table, "naive bayes");
  mg_table_size(table, 1000);
  mg_table_real(table, start);
  return table;
}

Test(draw, curves_carry_their_names) {
  need_gnuplot();
  mg_figure *figure = new_figure("curves", "Learning");
  give(figure, "curves", new_curves(-110, 5));
  draw(figure, "curves");
  expect_text("curves.svg", "pixelcnn");
  expect_text("curves.svg", "2k"); /* less than a decade has ticks, too */
  expect_text("curves.svg", "naive bayes");
}

/* Of three lines the second is a bound and the third is none. */
Test(draw, curves_that_are_no_log_p_are_marked) {
  need_gnuplot();
  static const char *const claims[] = {"=", ">=", "none"};
  mg_figure *figure = new_figure("curves", "Learning");
  mg_table *table = mg_table_alloc("model data_seen log_likelihood claim");
  for (size_t i = 0; i < 9; i++) {
    mg_table_row(table);
    mg_table_text(table, i < 3 ? "gmm" : i < 6 ? "vae, ELBO" : "pixelcnn");
    mg_table_size(table, 1000 * (1 + i % 3));
    mg_table_real(table, -1.0 - (double)i);
    mg_table_text(table, claims[i / 3]);
  }
  mg_figure_number(figure, "claims", 1);
  give(figure, "curves", table);
  draw(figure, "curves");
  expect_text("curves.svg", "dashed, open: a lower bound");
  expect_text("curves.svg", "dotted: no bound");
  expect_text("curves.svg", "stroke-dasharray");
}

Test(draw, curves_of_nan_alone_say_so) {
  need_gnuplot();
  mg_figure *figure = new_figure("curves", "Learning");
  give(figure, "curves", new_curves(NAN, 0));
  draw(figure, "curves");
  expect_text("curves.svg", "no data");
}

/* One datum: neither axis has a length of its own. */
Test(draw, curves_of_one_point_are_drawn) {
  need_gnuplot();
  mg_figure *figure = new_figure("curves", "Learning");
  mg_table *table = mg_table_alloc("model data_seen log_likelihood");
  mg_table_row(table);
  mg_table_text(table, "naive bayes");
  mg_table_size(table, 1);
  mg_table_real(table, 0);
  give(figure, "curves", table);
  draw(figure, "curves");
  expect_text("curves.svg", "naive bayes");
}

Test(draw, images_of_all_panels) {
  need_gnuplot();
  double pixels[8] = {0, 1, 1, 0, 1, 0, 0, NAN};
  gsl_matrix_view x = gsl_matrix_view_array(pixels, 2, 4);
  mg_figure *figure = new_figure("images", "Two by two");
  mg_figure_number(figure, "panels", 2);
  mg_figure_text(figure, "title_1", "data");
  mg_figure_text(figure, "title_2", "nobody's samples");
  give(figure, "panel_1", mg_images_table(&x.matrix, 2, 2, 0, 0, 1));
  give(figure, "panel_2", mg_table_alloc("1 2 3"));
  draw(figure, "images");
  expect_text("images.svg", "<image");
  expect_text("images.svg", "nobody");
  expect_text("images.svg", "no data");
}

static mg_table *new_samples(size_t n) {
  mg_table *table = mg_table_alloc("x y");
  for (size_t i = 0; i < n; i++) {
    mg_table_row(table);
    mg_table_real(table, cos((double)i));
    mg_table_real(table, sin((double)i));
  }
  return table;
}

static mg_table *new_density(double scale) {
  mg_table *table = mg_table_alloc("x y log_p");
  for (size_t i = 0; i < 400; i++) {
    double x = (double)(i % 20) / 8 - 1.2, y = (double)(i / 20) / 8 - 1.2;
    mg_table_row(table);
    mg_table_real(table, x);
    mg_table_real(table, y);
    mg_table_real(table, x < 0 ? -INFINITY : -scale * (x * x + y * y));
  }
  return table;
}

/* The second panel lies beside the script, and the folder moves. */
Test(draw, scatter_moves_with_its_large_table) {
  need_gnuplot();
  mg_figure *figure = new_figure("scatter", "A circle");
  mg_figure_number(figure, "panels", 3);
  mg_figure_text(figure, "title_3", "nothing");
  give(figure, "samples_1", new_samples(50));
  give(figure, "samples_2", new_samples(40000));
  give(figure, "density_2", new_density(1e3));
  give(figure, "samples_3", new_samples(0));
  give(figure, "density_3", new_density(NAN));
  cr_assert_eq(mkdir("here", 0700), 0, "no folder");
  cr_assert_eq(mg_figure_write(figure, "here", "circle"), GSL_SUCCESS, "%s",
               mg_reason());
  mg_figure_free(figure);
  cr_assert_eq(rename("here", "there it's"), 0, "the folder does not move");
  cr_assert_eq(access("there it's/circle-samples_2.tsv", R_OK), 0, "no table");
  cr_assert_eq(mg_figure_draw("there it's", "circle", &svg, LIMIT), GSL_SUCCESS,
               "%s", mg_reason());
  expect_text("there it's/circle.svg", "nats below the peak");
  expect_text("there it's/circle.svg", "no data");
}

Test(draw, scatter_of_nothing_says_so) {
  need_gnuplot();
  mg_figure *figure = new_figure("scatter", "Nothing");
  give(figure, "samples_1", new_samples(0));
  draw(figure, "nothing");
  expect_text("nothing.svg", "no data");
}

/* Texts that are commands, marks or XML in some language on the way. */
Test(draw, hostile_texts_come_out_as_they_are) {
  need_gnuplot();
  mg_figure *figure =
      new_figure("evidence", "it's `touch stolen` @term {/=40 x} <x & \\\" $a");
  mg_table *table = new_evidence();
  add_evidence(table, "`touch stolen` @term '", -1, 0, "=", "model");
  add_evidence(table, "# \\n EOD", -2, 0, "=", "model");
  add_evidence(table, "-x <y> & ? {", -3, 0, "=", "model");
  give(figure, "evidence", table);
  draw(figure, "-a `touch stolen` 'b");
  cr_expect_neq(access("stolen", F_OK), 0, "a text was run as a command");
  /* XML needs '<' and '&' escaped, and no more. */
  const char *words[] = {
      ">it's `touch stolen` @term {/=40 x} &lt;x &amp; \\\" $a<",
      ">`touch stolen` @term '<", ">? \\n EOD<", ">-x &lt;y> &amp; ? {<"};
  char *text = read_text("-a `touch stolen` 'b.svg");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    cr_expect_not_null(strstr(text, words[i]), "not held: %s", words[i]);
  free(text);
}

Test(draw, names_that_begin_a_command_are_files) {
  need_gnuplot();
  const char *names[] = {"<ls", "|cat", "-e", "$x", "a b", "%s"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    mg_figure *figure = new_figure("scatter", names[i]);
    give(figure, "samples_1", new_samples(40000));
    draw(figure, names[i]);
  }
}

Test(draw, the_terminal_is_chosen_from_outside) {
  need_gnuplot();
  mg_figure *figure = new_figure("curves", "Learning");
  give(figure, "curves", new_curves(-110, 5));
  draw(figure, "c");
  if (system("gnuplot -e \"set print 'p'; print GPVAL_TERMINALS\"") != 0)
    cr_skip_test("gnuplot does not tell its terminals");
  char *terminals = read_text("p");
  if (strstr(terminals, " png ") || strstr(terminals, " pngcairo ")) {
    cr_expect_eq(system("gnuplot -d -e \"term='png'\" c.gp"), 0, "png fails");
    expect_text("c.png", "PNG");
  }
  if (strstr(terminals, " pdfcairo ")) {
    cr_expect_eq(system("gnuplot -d -e \"term='pdf'; output='o.pdf'\" c.gp"), 0,
                 "pdf fails");
    expect_text("o.pdf", "%PDF");
  }
  free(terminals);
}

Test(draw, a_script_without_end_is_stopped) {
  need_gnuplot();
  write_script("set term svg\nset output 'hand.svg'\nplot x\n"
               "while (1) { a = 1 }\n");
  cr_expect_eq(mg_figure_draw(folder, "hand", &svg, 1), GSL_ERUNAWAY, "%s",
               mg_reason());
  cr_expect_not_null(strstr(mg_reason(), "after 1 s"), "%s", mg_reason());
  cr_expect_neq(access("hand.svg", F_OK), 0, "a half picture stays");
}

/* A signal for the group of one is not one for the other, as Ctrl-C is. */
Test(draw, gnuplot_has_a_process_group_of_its_own) {
  need_gnuplot();
  if (access("/proc/self/stat", R_OK) != 0)
    cr_skip_test("there is no /proc");
  write_script("set print 'hand.svg'\n"
               "print system('read p name state up group rest "
               "</proc/$PPID/stat; echo $group')\n"
               "unset print\n");
  cr_assert_eq(mg_figure_draw(folder, "hand", &svg, LIMIT), GSL_SUCCESS, "%s",
               mg_reason());
  char *text = read_text("hand.svg");
  const long group = strtol(text, NULL, 10);
  cr_expect(group > 0 && group != (long)getpgrp(), "%ld, and this is of %ld",
            group, (long)getpgrp());
  free(text);
}

Test(draw, a_pause_does_not_wait_for_a_key) {
  need_gnuplot();
  write_script("set term svg\nset output 'hand.svg'\nplot x\npause -1\n");
  cr_expect_eq(mg_figure_draw(folder, "hand", &svg, LIMIT), GSL_SUCCESS, "%s",
               mg_reason());
}

Test(draw, a_wrong_script_gives_gnuplots_reason) {
  need_gnuplot();
  write_script("set term svg\nset output 'hand.svg'\nplot no_such_thing\n");
  cr_assert_eq(mg_file_write("hand.svg", "old", 3), GSL_SUCCESS, "no old one");
  cr_expect_eq(mg_figure_draw(folder, "hand", &svg, LIMIT), GSL_EFAILED,
               "drew it");
  cr_expect_not_null(strstr(mg_reason(), "line 3: undefined variable"), "%s",
                     mg_reason());
  cr_expect_neq(access("hand.svg", F_OK), 0, "the old picture stays");
}

Test(draw, a_script_that_draws_nothing_fails) {
  need_gnuplot();
  write_script("print 'so it is'\n");
  cr_assert_eq(mg_file_write("hand.svg", "old", 3), GSL_SUCCESS, "no old one");
  cr_expect_eq(mg_figure_draw(folder, "hand", &svg, LIMIT), GSL_EFAILED,
               "an old picture was taken for the new");
  cr_expect_not_null(strstr(mg_reason(), "drew nothing"), "%s", mg_reason());
}

Test(draw, an_empty_picture_is_none) {
  need_gnuplot();
  write_script("set print 'hand.svg'\nunset print\n");
  cr_expect_eq(mg_figure_draw(folder, "hand", &svg, LIMIT), GSL_EFAILED,
               "an empty picture was taken");
  cr_expect_not_null(strstr(mg_reason(), "drew nothing"), "%s", mg_reason());
}

Test(draw, a_missing_script_is_told) {
  cr_expect_eq(mg_figure_draw(folder, "hand", &svg, LIMIT), GSL_EFAILED,
               "drew it");
  cr_expect_not_null(strstr(mg_reason(), "hand.gp"), "%s", mg_reason());
  cr_expect_eq(mg_figure_draw(folder, "../a", &svg, LIMIT), GSL_EINVAL,
               "took a path");
}

/* No gnuplot: the script stays, and the reason is a command for elsewhere. */
Test(draw, without_gnuplot_the_command_is_told) {
  write_script("plot x\n");
  cr_assert_eq(rename("hand.gp", "it's.gp"), 0, "no script");
  cr_assert_eq(setenv("PATH", "/nonexistent", 1), 0, "PATH stays");
  cr_expect_eq(mg_figure_draw(folder, "it's", &svg, LIMIT), GSL_EUNSUP, "%s",
               mg_reason());
  char command[5000];
  snprintf(command, sizeof command, ": cd '%s' && gnuplot './it'\\''s.gp'",
           folder);
  cr_expect_not_null(strstr(mg_reason(), command), "%s", mg_reason());
  cr_expect_eq(access("it's.gp", R_OK), 0, "the script is gone");
}
