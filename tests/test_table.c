/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: the text that is kept is the text that is written, whatever went in,
 * and the first failure stays. */
#include "config.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"
#include "base/table.h"
#include "folder.h"

TestSuite(table, .init = folder_enter, .fini = folder_leave);

static mg_table *table_of(const char *columns) {
  mg_table *table = mg_table_alloc(columns);
  cr_assert(table != NULL, "no memory");
  return table;
}

/* Writes the table, expects that text in the file, and frees it. */
static void expect_written(mg_table *table, const char *text) {
  char *bytes;
  size_t size;
  cr_assert(mg_table_write(table, "t.tsv") == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(mg_file_read("t.tsv", 100000, &bytes, &size) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect_str_eq(bytes, text, "written:\n%s", bytes);
  free(bytes);
  mg_table_free(table);
}

Test(table, head_names_and_rows) {
  mg_table *t = table_of("model draws nats");
  mg_table_head(t, "seed", "1");
  mg_table_head(t, "units", "nats per datum");
  mg_table_row(t);
  mg_table_text(t, "gmm");
  mg_table_size(t, 1000);
  mg_table_real(t, -1130.2639601847);
  mg_table_row(t);
  mg_table_text(t, "kde");
  expect_written(t, "# seed: 1\n# units: nats per datum\nmodel\tdraws\tnats\n"
                    "gmm\t1000\t-1130.26396018\nkde\t\t\n");
}

Test(table, what_was_written_can_be_asked) {
  mg_table *t = table_of("a b");
  mg_table_row(t);
  mg_table_real(t, 0.5);
  cr_expect(mg_table_rows(t) == 1 && mg_table_columns(t) == 2, "its size");
  cr_expect_str_eq(mg_table_get(t, 0, 0), "0.5", "a field");
  cr_expect_str_eq(mg_table_get(t, 0, 1), "", "a field never filled");
  cr_expect(mg_table_get(t, 1, 0) == NULL, "a row too many");
  cr_expect(mg_table_get(t, 0, 2) == NULL, "a column too many");
  cr_expect_str_eq(mg_table_name(t, 1), "b", "a name");
  cr_expect(mg_table_name(t, 2) == NULL, "a name too many");
  cr_expect(mg_table_find(t, "b") == 1, "find b");
  cr_expect(mg_table_find(t, "c") == 2, "find c");
  mg_table_free(t);
  mg_table_free(NULL);
}

Test(table, numbers_have_twelve_digits_and_special_names) {
  mg_table *t = table_of("x y z u v");
  mg_table_row(t);
  mg_table_real(t, 2. / 3);
  mg_table_real(t, -NAN);
  mg_table_real(t, -INFINITY);
  mg_table_real(t, 1e-300);
  mg_table_size(t, SIZE_MAX);
  char most[32];
  snprintf(most, sizeof most, "%zu", SIZE_MAX);
  cr_expect_str_eq(mg_table_get(t, 0, 0), "0.666666666667", "2/3");
  cr_expect_str_eq(mg_table_get(t, 0, 1), "nan", "NaN");
  cr_expect_str_eq(mg_table_get(t, 0, 2), "-inf", "-inf");
  cr_expect_str_eq(mg_table_get(t, 0, 3), "1e-300", "small");
  cr_expect_str_eq(mg_table_get(t, 0, 4), most, "a count");
  mg_table_free(t);
}

Test(table, a_german_program_writes_points) {
  if (!setlocale(LC_ALL, "de_DE.UTF-8"))
    cr_skip_test("the locale de_DE.UTF-8 is not installed");
  mg_table *t = table_of("x n");
  mg_table_row(t);
  mg_table_real(t, 1234.5);
  mg_table_size(t, 1234567);
  expect_written(t, "x\tn\n1234.5\t1234567\n");
}

Test(table, hostile_text_stays_in_its_field) {
  mg_table *t = table_of("  a   b ");
  mg_table_head(t, "data\n", "x\ninjected\t1\033[2J");
  mg_table_row(t);
  mg_table_text(t, "tab\there\nline\r\x7f");
  mg_table_text(t, "# sch\xc3\xb6n \033]0;");
  mg_table_row(t);
  mg_table_text(t, " #comment");
  mg_table_text(t, "%s%n");
  expect_written(t, "# data : x injected 1 [2J\na\tb\n"
                    "tab here line  \t# sch\xc3\xb6n  ]0;\n ?comment\t%s%n\n");
}

Test(table, many_rows) {
  mg_table *t = table_of("i square");
  for (size_t i = 0; i < 5000; i++) {
    mg_table_row(t);
    mg_table_size(t, i);
    mg_table_size(t, i * i);
  }
  cr_expect(mg_table_rows(t) == 5000, "%zu rows", mg_table_rows(t));
  cr_expect(mg_table_status(t) == GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < 5000; i++)
    cr_expect((size_t)atol(mg_table_get(t, i, 1)) == i * i, "row %zu: %s", i,
              mg_table_get(t, i, 1));
  mg_table_free(t);
}

Test(table, rows_that_are_dropped_make_place_for_others) {
  mg_table *t = table_of("i name");
  mg_table_head(t, "seed", "1");
  for (size_t i = 0; i < 40; i++) {
    mg_table_row(t);
    mg_table_size(t, i);
    mg_table_text(t, "old");
  }
  mg_table_truncate(t, 41);
  mg_table_truncate(t, 40);
  cr_expect(mg_table_rows(t) == 40, "%zu rows of 40", mg_table_rows(t));
  mg_table_truncate(t, 2);
  cr_expect(mg_table_rows(t) == 2, "%zu rows of 2", mg_table_rows(t));
  cr_expect(mg_table_get(t, 2, 0) == NULL, "a dropped row can be asked");
  for (size_t i = 0; i < 30; i++) {
    mg_table_row(t);
    mg_table_text(t, i ? "x" : "new");
  }
  mg_table_truncate(t, 3);
  expect_written(t, "# seed: 1\ni\tname\n0\told\n1\told\nnew\t\n");
}

Test(table, after_rows_were_dropped_comes_a_new_row) {
  mg_table *t = table_of("a b");
  for (size_t i = 0; i < 3; i++) {
    mg_table_row(t);
    mg_table_size(t, i);
  }
  mg_table_truncate(t, 3);
  mg_table_text(t, "goes on");
  cr_expect_str_eq(mg_table_get(t, 2, 1), "goes on", "nothing was dropped");
  mg_table_row(t);
  mg_table_text(t, "half a row");
  mg_table_truncate(t, 1);
  mg_table_text(t, "x");
  cr_expect(mg_table_status(t) == GSL_EBADLEN, "filled a row of before");
  mg_table_truncate(t, 0);
  cr_expect(mg_table_rows(t) == 1, "changed after a failure");
  mg_table_free(t);
}

Test(table, all_rows_may_be_dropped) {
  mg_table *t = table_of("a");
  mg_table_truncate(t, 0);
  mg_table_row(t);
  mg_table_real(t, 1);
  mg_table_truncate(t, 0);
  cr_expect(mg_table_status(t) == GSL_SUCCESS, "%s", mg_reason());
  expect_written(t, "a\n");
}

Test(table, the_first_failure_stays_and_nothing_is_written) {
  mg_table *t = table_of("a b");
  mg_table_row(t);
  mg_table_real(t, 1);
  mg_table_real(t, 2);
  cr_expect(mg_table_status(t) == GSL_SUCCESS, "%s", mg_reason());
  mg_table_real(t, 3);
  mg_table_row(t);
  mg_table_real(t, 4);
  mg_reason_clear();
  cr_expect(mg_table_status(t) == GSL_EBADLEN, "no failure");
  cr_expect_str_eq(mg_reason(), "row 1 has more fields than the 2 columns",
                   "%s", mg_reason());
  cr_expect(mg_table_rows(t) == 1, "a row after the failure");
  cr_expect(mg_table_print(t, stdout) == GSL_EBADLEN, "printed");
  cr_expect(mg_table_write(t, "t.tsv") == GSL_EBADLEN, "written");
  cr_expect_str_eq(mg_reason(),
                   "t.tsv: row 1 has more fields than the 2 columns", "%s",
                   mg_reason());
  cr_expect(access("t.tsv", F_OK) != 0, "a file with a hole");
  mg_table_free(t);
}

Test(table, a_field_before_any_row_is_a_failure) {
  mg_table *t = table_of("a");
  mg_table_text(t, "x");
  cr_expect(mg_table_status(t) == GSL_EBADLEN, "no failure");
  cr_expect_str_eq(mg_reason(), "a field was filled before any row began", "%s",
                   mg_reason());
  mg_table_free(t);
}

Test(table, write_errors_are_told) {
  mg_table *t = table_of("a");
  FILE *full = fopen("/dev/full", "w");
  if (!full)
    cr_skip_test("there is no /dev/full");
  cr_expect(mg_table_print(t, full) == GSL_EFAILED, "a full disk");
  fclose(full);
  cr_expect(mg_table_write(t, "missing/t.tsv") == GSL_EFAILED, "no folder");
  cr_expect(strstr(mg_reason(), "missing/t.tsv") != NULL, "%s", mg_reason());
  cr_expect(mg_table_write(t, ".") == GSL_EFAILED, "over a folder");
  mg_table_free(t);
}

Test(table, printing_leaves_the_stream_open) {
  mg_table *t = table_of("a b");
  char text[100] = "";
  FILE *stream = fopen("s", "w+");
  cr_assert(stream != NULL, "no stream");
  cr_expect(mg_table_print(t, stream) == GSL_SUCCESS, "%s", mg_reason());
  fputs("more\n", stream);
  rewind(stream);
  size_t n = fread(text, 1, sizeof text - 1, stream);
  cr_expect_str_eq(text, "a\tb\nmore\n", "%zu bytes: %s", n, text);
  fclose(stream);
  mg_table_free(t);
}

Test(table, a_line_at_once) {
  mg_table *t = mg_table_alloc("model nats error");
  MG_TABLE_LINE(t, "gmm", -1.5, 0.25);
  MG_TABLE_LINE(t, NULL, 1, 2, 3);
  mg_table_line(t, "bare", 0, NULL);
  cr_assert_eq(mg_table_status(t), GSL_SUCCESS);
  cr_assert_eq(mg_table_rows(t), 3);
  cr_expect_str_eq(mg_table_get(t, 0, 0), "gmm");
  cr_expect_str_eq(mg_table_get(t, 0, 2), "0.25");
  cr_expect_str_eq(mg_table_get(t, 1, 0), "1");
  cr_expect_str_eq(mg_table_get(t, 2, 1), "");
  mg_table_free(t);
}

Test(table, columns_become_curves) {
  mg_table *wide = mg_table_alloc("h bias variance");
  mg_table *lines = mg_table_alloc("series x y");
  MG_TABLE_LINE(wide, NULL, 1, 10, 100);
  MG_TABLE_LINE(wide, NULL, 2, 20, 200);
  mg_table_series(lines, wide, "h", "variance nothing bias");
  mg_table_series(lines, wide, "none", "bias");
  cr_assert_eq(mg_table_rows(lines), 4, "%zu rows", mg_table_rows(lines));
  cr_expect_str_eq(mg_table_get(lines, 1, 0), "variance");
  cr_expect_str_eq(mg_table_get(lines, 1, 1), "2");
  cr_expect_str_eq(mg_table_get(lines, 1, 2), "200");
  cr_expect_str_eq(mg_table_get(lines, 2, 0), "bias");
  cr_expect_str_eq(mg_table_get(lines, 2, 2), "10");
  mg_table_free(wide);
  mg_table_free(lines);
}
