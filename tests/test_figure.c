/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts as text: what goes into them, and what is refused. */
#include "config.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "folder.h"
#include "plot/figure.h"
#include "plot/template.h"

static mg_figure *figure;

static void begin(void) {
  gsl_set_error_handler_off();
  folder_enter();
  figure = mg_figure_alloc("evidence");
  cr_assert_not_null(figure, "no figure: %s", mg_reason());
}

static void end(void) {
  mg_figure_free(figure);
  folder_leave();
}

TestSuite(figure, .init = begin, .fini = end);

/* All of a file of the test's folder; the caller frees it. */
static char *read_text(const char *name) {
  char *text = NULL;
  size_t size;
  int status = mg_file_read(name, (size_t)1 << 26, &text, &size);
  cr_assert_eq(status, GSL_SUCCESS, "%s", mg_reason());
  return text;
}

static void write_figure(const char *name) {
  int status = mg_figure_write(figure, ".", name);
  cr_assert_eq(status, GSL_SUCCESS, "%s", mg_reason());
}

Test(figure, an_unknown_template_is_refused_with_the_list) {
  cr_assert_null(mg_figure_alloc("evidnce"), "took a template not there");
  cr_assert_str_eq(mg_reason(),
                   "there is no template 'evidnce': take one of "
                   "bars, codes, curves, ellipses, evidence, field, "
                   "images, lines, matrix, scatter");
  cr_assert_null(mg_figure_alloc("style"), "the style is no figure");
}

Test(figure, names_that_gnuplot_would_not_take_are_refused) {
  const char *bad[] = {
      "",    "1a", "_a", "A", "a b",
      "a=b", "$a", "a;", "é", "abcdefghijklmnopqrstuvwxyz012345"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_expect_eq(mg_figure_number(figure, bad[i], 1), GSL_EINVAL,
                 "'%s' was taken", bad[i]);
  cr_expect_eq(mg_figure_number(figure, "a1_", 1), GSL_SUCCESS, "a1_ refused");
  cr_expect_eq(mg_figure_text(figure, "a1_", "x"), GSL_EINVAL, "taken twice");
}

Test(figure, texts_that_no_picture_can_hold_are_refused) {
  const char *bad[] = {
      "a\nb", "a\tb",     "\x1b[1m",      "\x7f",         "\xff",
      "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_expect_eq(mg_figure_text(figure, "title", bad[i]), GSL_EINVAL,
                 "text %zu was taken", i);
  cr_expect_eq(mg_figure_text(figure, "title", "é € \xf0\x9f\x98\x80"),
               GSL_SUCCESS, "UTF-8 of 2, 3, 4 bytes was refused");
}

Test(figure, numbers_are_finite) {
  cr_expect_eq(mg_figure_number(figure, "a", NAN), GSL_EDOM, "took NaN");
  cr_expect_eq(mg_figure_number(figure, "a", INFINITY), GSL_EDOM, "took Inf");
}

Test(figure, texts_and_numbers_become_variables) {
  mg_figure_text(figure, "title", "it's `x` @y \"z\" \\");
  mg_figure_number(figure, "lowest", -0.5);
  write_figure("it's");
  char *text = read_text("it's.gp");
  cr_expect_not_null(strstr(text, "\nfile_stem = './it''s'\n"), "no stem");
  cr_expect_not_null(strstr(text, "\ntitle = 'it''s `x` @y \"z\" \\'\n"),
                     "the title is changed");
  cr_expect_not_null(strstr(text, "\nlowest = -0.5\n"), "no number");
  free(text);
}

/* Every field that could be read as a word of the language or as another value
 * than it is. */
Test(figure, a_table_becomes_a_block) {
  mg_table *table = mg_table_alloc("model nats draws");
  mg_table_head(table, "seed", "1");
  mg_table_row(table);
  mg_table_text(table, "a \"b\" \\n \xff");
  mg_table_real(table, -INFINITY);
  mg_table_size(table, 100);
  mg_table_row(table);
  mg_table_text(table, "EOD");
  mg_table_real(table, -126.25);
  cr_assert_eq(mg_figure_table(figure, "evidence", table), GSL_SUCCESS, "%s",
               mg_reason());
  mg_table_free(table);
  write_figure("e");
  char *text = read_text("e.gp");
  cr_assert_not_null(strstr(text, "\nevidence = '$evidence'\n"
                                  "$evidence << EOD\n"
                                  "# seed: 1\n"
                                  "\"model\"\t\"nats\"\t\"draws\"\n"
                                  "\"a 'b' \\\\n ?\"\t?\t100\n"
                                  "\"EOD\"\t-126.25\t?\n"
                                  "EOD\n"),
                     "the block is another:\n%s", strstr(text, "$evidence"));
  free(text);
}

Test(figure, a_failed_table_is_refused) {
  mg_table *table = mg_table_alloc("a");
  mg_table_row(table);
  mg_table_real(table, 1);
  mg_table_real(table, 2);
  cr_expect_eq(mg_figure_table(figure, "t", table), GSL_EBADLEN, "was taken");
  mg_table_free(table);
  table = mg_table_alloc("");
  cr_expect_eq(mg_figure_table(figure, "t", table), GSL_EINVAL, "no columns");
  mg_table_free(table);
}

Test(figure, a_large_table_lies_beside_the_script) {
  mg_table *table = mg_table_alloc("x y");
  for (size_t i = 0; i < 100000; i++) {
    mg_table_row(table);
    mg_table_size(table, 100000 + i);
    mg_table_real(table, 0.125);
  }
  cr_assert_eq(mg_figure_table(figure, "samples_1", table), GSL_SUCCESS,
               "refused");
  mg_table_free(table);
  write_figure("<it's");
  char *text = read_text("<it's.gp");
  cr_expect_not_null(strstr(text, "\nsamples_1 = './<it''s-samples_1.tsv'\n"),
                     "no name");
  cr_expect_null(strstr(text, "<< EOD"), "the block stands in the script too");
  free(text);
  text = read_text("<it's-samples_1.tsv");
  cr_expect_eq(strncmp(text, "\"x\"\t\"y\"\n100000\t0.125\n", 21), 0,
               "the file begins otherwise");
  free(text);
}

Test(figure, file_names_are_checked) {
  char longest[102];
  memset(longest, 'a', 101);
  longest[101] = '\0';
  const char *bad[] = {"", ".", "..", ".a", "a/b", "a\n", "\xff", longest};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_expect_eq(mg_figure_write(figure, ".", bad[i]), GSL_EINVAL,
                 "name %zu was taken", i);
  cr_expect_eq(mg_figure_check_name(longest + 1), GSL_SUCCESS, "100 bytes");
}

Test(figure, a_folder_that_is_not_there_is_told) {
  cr_expect_eq(mg_figure_write(figure, "/no/such/folder", "a"), GSL_EFAILED,
               "wrote nowhere");
  cr_expect_not_null(strstr(mg_reason(), "/no/such/folder"), "%s", mg_reason());
}

/* What is compiled in is what plots/ shows.  Its path may start where the test
 * was started, so this suite stays there. */
Test(templates, are_the_files) {
  const char *source = getenv("srcdir");
  if (!source)
    cr_skip_test("srcdir is not set: run by make check");
  for (const mg_template *t = mg_templates; t->name; t++) {
    char path[4096], *text, *at;
    size_t size;
    snprintf(path, sizeof path, "%s/plots/%s.gp", source, t->name);
    cr_assert_eq(mg_file_read(path, 1 << 20, &text, &size), GSL_SUCCESS, "%s",
                 mg_reason());
    at = text;
    for (const char *const *line = t->lines; *line; line++) {
      size_t length = strlen(*line);
      cr_assert(strncmp(at, *line, length) == 0 && at[length] == '\n',
                "%s differs at '%s'", path, *line);
      at += length + 1;
    }
    cr_expect_eq(*at, '\0', "%s goes on", path);
    free(text);
  }
}
