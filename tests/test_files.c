/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files by their content: which reader, which order, which split. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/status.h"
#include "data/files.h"
#include "folder.h"
#include "put.h"

static void setup(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(files, .init = setup, .fini = folder_leave);

/* x.csv: the numbers 1 .. n, a row each. */
static void put_counts(int n) {
  char text[2000] = "", *at = text;
  for (int i = 1; i <= n; i++)
    at += snprintf(at, 8, "%d\n", i);
  put_bytes("x.csv", text, strlen(text));
}

static mg_dataset *read_or_fail(const char *path,
                                const mg_file_options *options) {
  mg_dataset *data = mg_dataset_read(path, options);
  cr_assert_not_null(data, "%s", mg_reason());
  return data;
}

Test(files, the_content_decides_not_the_name) {
  put_bytes("image.csv", "\0\0\x08\x02\0\0\0\1\0\0\0\2\7\10", 14);
  put_bytes("table.gz", "1,2\n", 4);
  put_gzip("table.npy", "1,2\n", 4);
  mg_dataset *image = read_or_fail("image.csv", NULL);
  mg_dataset *plain = read_or_fail("table.gz", NULL);
  mg_dataset *packed = read_or_fail("table.npy", NULL);
  cr_assert_eq(image->space.levels, 256, "IDX by another name");
  cr_assert_eq(plain->space.dim, 2, "plain text that ends in .gz");
  cr_assert_eq(packed->space.dim, 2, "packed text that ends in .npy");
  mg_dataset_free(image);
  mg_dataset_free(plain);
  mg_dataset_free(packed);
}

Test(files, rows_are_shuffled_by_the_seed_and_split) {
  put_counts(100);
  const mg_file_options one = {.seed = 1}, two = {.seed = 2};
  mg_dataset *a = read_or_fail("x.csv", &one);
  mg_dataset *b = read_or_fail("x.csv", &one);
  mg_dataset *c = read_or_fail("x.csv", &two);
  cr_assert(gsl_matrix_equal(a->reals, b->reals), "same seed, other order");
  cr_assert_not(gsl_matrix_equal(a->reals, c->reals), "same order");
  cr_assert_eq(mg_dataset_part(a, MG_TRAIN).n, 80, "train");
  cr_assert_eq(mg_dataset_part(a, MG_VALIDATION).n, 10, "validation");
  cr_assert_eq(mg_dataset_part(a, MG_TEST).n, 10, "test");
  double sum = 0;
  for (size_t i = 0; i < 100; i++)
    sum += gsl_matrix_get(a->reals, i, 0);
  cr_assert_eq(sum, 5050.0, "the sum is %g", sum);
  mg_dataset_free(a);
  mg_dataset_free(b);
  mg_dataset_free(c);
}

Test(files, a_split_keeps_the_order_of_the_file) {
  put_counts(10);
  const mg_file_options options = {.split = "5/3/2", .seed = 1};
  mg_dataset *data = read_or_fail("./x.csv", &options);
  for (size_t i = 0; i < 10; i++)
    cr_assert_eq(gsl_matrix_get(data->reals, i, 0), (double)i + 1, "row %zu",
                 i);
  cr_assert_eq(mg_dataset_part(data, MG_VALIDATION).first, 5, "validation");
  cr_assert_str_eq(data->name, "x.csv", "name %s", data->name);
  cr_assert_str_eq(data->source, "./x.csv", "source %s", data->source);
  mg_dataset_free(data);
}

Test(files, wrong_options_are_refused) {
  put_counts(10);
  const mg_file_options bad[] = {
      {.levels = 1}, {.levels = 257}, {.split = "5/5/5"}, {.label = "1"}};
  static const char *const parts[] = {"levels are 2 .. 256",
                                      "levels are 2 .. 256",
                                      "x.csv: ", "no column but the label"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    cr_assert_null(mg_dataset_read("x.csv", &bad[i]), "option %zu passed", i);
    cr_assert(strstr(mg_reason(), parts[i]), "option %zu: %s", i, mg_reason());
  }
}
