/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV tables: what is read, and as what.  What is refused: test_hostile. */
#include "config.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

#include "base/status.h"
#include "data/files.h"
#include "folder.h"
#include "put.h"

static void setup(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(csv, .init = setup, .fini = folder_leave);

static mg_dataset *read_text(const char *text, const char *label,
                             unsigned levels) {
  const mg_file_options options = {
      .label = label, .levels = levels, .split = "none"};
  put_bytes("x.csv", text, strlen(text));
  mg_dataset *data = mg_dataset_read("x.csv", &options);
  cr_assert_not_null(data, "%s", mg_reason());
  return data;
}

/* The text is the rows 1 2.5 and -3 40, with or without names a b. */
static void assert_plain(const char *text, bool names) {
  mg_dataset *data = read_text(text, NULL, 0);
  const double expected[] = {1, 2.5, -3, 40};
  cr_assert_eq(data->n, 2, "'%s': %zu rows", text, data->n);
  cr_assert_eq(data->space.dim, 2, "'%s': %zu columns", text, data->space.dim);
  for (size_t i = 0; i < 4; i++)
    cr_assert_eq(data->reals->data[i], expected[i], "'%s': value %zu is %g",
                 text, i, data->reals->data[i]);
  cr_assert_eq(data->columns != NULL, names, "'%s': names", text);
  if (names)
    cr_assert(strcmp(data->columns[0], "a") == 0 &&
                  strcmp(data->columns[1], "b") == 0,
              "'%s': names %s %s", text, data->columns[0], data->columns[1]);
  mg_dataset_free(data);
}

Test(csv, separators_line_ends_quotes_and_marks) {
  assert_plain("1,2.5\n-3,40\n", false);
  assert_plain("1,2.5\n-3,40", false);
  assert_plain("a,b\n1,2.5\n-3,40\n", true);
  assert_plain("a;b\n1;2.5\n-3;40\n", true);
  assert_plain("a\tb\n1\t2.5\n-3\t40\n", true);
  assert_plain("a,b\r\n1,2.5\r\n-3,40\r\n", true);
  assert_plain("a,b\r1,2.5\r-3,40\r", true);
  assert_plain("\xEF\xBB\xBF"
               "a,b\n1,2.5\n-3,40\n",
               true);
  assert_plain("\xEF\xBB\xBF\"a\",\"b\"\n\"1\",\"2.5\"\n-3,40\n", true);
  assert_plain(" a , b\n 1 ,  2.5\n-3 ,40 \n\n\r\n", true);
  assert_plain("\"a\" , \"b\"\n1,2.5e0\n-3.,4e+1\n", true);
}

Test(csv, a_quoted_field_holds_anything) {
  mg_dataset *data = read_text("\"a,\"\"b\"\"\nc\";\"d;\"\n1;2\n", NULL, 0);
  cr_assert_str_eq(data->columns[0], "a,\"b\"\nc", "%s", data->columns[0]);
  cr_assert_str_eq(data->columns[1], "d;", "%s", data->columns[1]);
  mg_dataset_free(data);
}

Test(csv, one_column) {
  mg_dataset *data = read_text("height\n170.5\n181\n", NULL, 0);
  cr_assert_eq(data->space.dim, 1, "%zu columns", data->space.dim);
  cr_assert_eq(data->n, 2, "%zu rows", data->n);
  mg_dataset_free(data);
}

static void assert_labels(const mg_dataset *data, const char *const *names,
                          const unsigned *labels, unsigned classes) {
  cr_assert_eq(data->space.classes, classes, "%u classes", data->space.classes);
  for (unsigned k = 0; k < classes; k++)
    cr_assert_str_eq(data->class_names[k], names[k], "class %u is %s", k,
                     data->class_names[k]);
  for (size_t i = 0; i < data->n; i++)
    cr_assert_eq(data->labels[i], labels[i], "row %zu has label %u", i,
                 data->labels[i]);
}

Test(csv, text_labels_are_sorted) {
  static const char *const names[] = {"setosa", "virginica"};
  static const unsigned labels[] = {1, 0, 1};
  mg_dataset *data = read_text(
      "x,species,y\n1,virginica,2\n3,setosa,4\n5,virginica,6\n", "species", 0);
  assert_labels(data, names, labels, 2);
  cr_assert_eq(data->space.dim, 2, "%zu columns", data->space.dim);
  cr_assert_str_eq(data->columns[1], "y", "column 2 is %s", data->columns[1]);
  cr_assert_eq(gsl_matrix_get(data->reals, 1, 1), 4.0, "row 2, y");
  mg_dataset_free(data);
}

Test(csv, number_labels_are_sorted_as_numbers_and_named_by_number) {
  static const char *const names[] = {"2", "9", "10"};
  static const unsigned labels[] = {2, 1, 0, 1};
  mg_dataset *data = read_text("10,1\n9,2\n2,3\n9,4\n", "1", 0);
  assert_labels(data, names, labels, 3);
  cr_assert_eq(gsl_matrix_get(data->reals, 3, 0), 4.0, "row 4");
  mg_dataset_free(data);
}

Test(csv, levels_and_bits_when_asked) {
  mg_dataset *data = read_text("0,16\n3,4\n", NULL, 17);
  cr_assert_eq(data->space.measure, MG_LEVELS, "not levels");
  cr_assert_eq(data->bytes[1], 16, "value 2");
  mg_dataset_free(data);
  data = read_text("a,b\n0,1\n1,1\n", NULL, 2);
  cr_assert_eq(data->space.measure, MG_BINARY, "not bits");
  cr_assert_eq(data->bytes[2], 1, "value 3");
  cr_assert_str_eq(data->columns[0], "a", "names are lost");
  mg_dataset_free(data);
}

Test(csv, many_rows_and_a_long_line) {
  char *text = malloc(200000), *at = text;
  for (int i = 0; i < 20000; i++)
    at += snprintf(at, 10, "%d%c", i % 1000, i % 100 == 99 ? '\n' : ',');
  mg_dataset *data = read_text(text, NULL, 0);
  cr_assert_eq(data->n, 200, "%zu rows", data->n);
  cr_assert_eq(data->space.dim, 100, "%zu columns", data->space.dim);
  for (size_t i = 0; i < 20000; i++)
    cr_assert_eq(data->reals->data[i], (double)(i % 1000), "value %zu", i);
  mg_dataset_free(data);
  free(text);
}

Test(csv, packed) {
  const mg_file_options options = {.split = "none"};
  put_gzip("x.csv.gz", "a,b\n1,2\n", 8);
  mg_dataset *data = mg_dataset_read("x.csv.gz", &options);
  cr_assert_not_null(data, "%s", mg_reason());
  cr_assert_eq(gsl_matrix_get(data->reals, 0, 1), 2.0, "value");
  mg_dataset_free(data);
}

/* Where the locale is not installed the C locale is read once more. */
Test(csv, a_decimal_comma_locale_changes_nothing) {
  setlocale(LC_ALL, "de_DE.UTF-8");
  assert_plain("a;b\n1;2.5\n-3;40\n", true);
}
