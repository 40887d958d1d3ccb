/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Panels of images, pixel by pixel. */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "plot/images.h"

static void begin(void) {
  gsl_set_error_handler_off();
}

TestSuite(images, .init = begin);

/* Three images of 2 x 2, two a line: 5 x 5 pixels, 56 times as large. */
static double values[3][4] = {
    {0, 16, 8, 4}, {-5, 99, NAN, INFINITY}, {16, 0, 0, 0}};

static mg_table *three(void) {
  gsl_matrix_view x = gsl_matrix_view_array(values[0], 3, 4);
  mg_table *table = mg_images_table(&x.matrix, 2, 2, 0, 0, 16);
  cr_assert_not_null(table, "%s", mg_reason());
  return table;
}

Test(images, every_pixel_stands_in_its_place) {
  const char *expected[5][5] = {{"0", "255", "-1", "0", "255"},
                                {"128", "64", "-1", "nan", "255"},
                                {"-1", "-1", "-1", "-1", "-1"},
                                {"255", "0", "-1", "0", "0"},
                                {"0", "0", "-1", "0", "0"}};
  mg_table *table = three();
  cr_assert_eq(mg_table_rows(table), 280, "%zu rows", mg_table_rows(table));
  cr_assert_eq(mg_table_columns(table), 280, "%zu columns",
               mg_table_columns(table));
  for (size_t row = 0; row < 280; row++)
    for (size_t column = 0; column < 280; column++)
      cr_assert_str_eq(mg_table_get(table, row, column),
                       expected[row / 56][column / 56],
                       "at row %zu, column %zu", row, column);
  mg_table_free(table);
}

Test(images, a_line_is_no_longer_than_the_images) {
  gsl_matrix_view x = gsl_matrix_view_array(values[0], 3, 4);
  mg_table *table = mg_images_table(&x.matrix, 1, 4, 10, 0, 16);
  /* 3 images of 4 and two gaps, 20 times as wide. */
  cr_expect_eq(mg_table_columns(table), 14 * 20, "%zu columns",
               mg_table_columns(table));
  cr_expect_eq(mg_table_rows(table), 20, "%zu rows", mg_table_rows(table));
  mg_table_free(table);
}

Test(images, lines_follow_one_another) {
  gsl_matrix_view x = gsl_matrix_view_array(values[0], 3, 4);
  mg_table *table = mg_images_table(&x.matrix, 2, 2, 1, 0, 16);
  /* Images of 2 and a gap, each pixel 140 times: the third begins at 6. */
  cr_expect_str_eq(mg_table_get(table, 3 * 140, 140), "255", "second image");
  cr_expect_str_eq(mg_table_get(table, 6 * 140, 0), "255", "third image");
  cr_expect_str_eq(mg_table_get(table, 6 * 140, 140), "0", "third image");
  mg_table_free(table);
}

Test(images, the_widest_range_does_not_overflow) {
  double x[3] = {-DBL_MAX, 0, DBL_MAX};
  gsl_matrix_view view = gsl_matrix_view_array(x, 1, 3);
  mg_table *table = mg_images_table(&view.matrix, 1, 3, 1, -DBL_MAX, DBL_MAX);
  cr_assert_not_null(table, "%s", mg_reason());
  cr_expect_str_eq(mg_table_get(table, 0, 0), "0", "low is not white");
  cr_expect_str_eq(mg_table_get(table, 0, 93), "128", "not the middle");
  cr_expect_str_eq(mg_table_get(table, 0, 186), "255", "high is not black");
  mg_table_free(table);
}

static void refuse(size_t height, size_t width, size_t across, double low,
                   double high, const char *why) {
  gsl_matrix_view x = gsl_matrix_view_array(values[0], 3, 4);
  mg_reason_clear();
  cr_expect_null(mg_images_table(&x.matrix, height, width, across, low, high),
                 "%zu x %zu was taken", height, width);
  cr_expect_not_null(strstr(mg_reason(), why), "the reason is '%s'",
                     mg_reason());
}

Test(images, what_are_no_images_is_refused) {
  refuse(2, 3, 0, 0, 1, "are not images of 2 x 3");
  refuse(0, 4, 0, 0, 1, "are not images of 0 x 4");
  refuse(4, 0, 0, 0, 1, "are not images of 4 x 0");
  refuse((size_t)1 << 63, 8, 0, 0, 1, "are not images");
  refuse(2, 2, 0, 1, 1, "must lie below");
  refuse(2, 2, 0, 0, NAN, "must lie below");
}

Test(images, too_many_are_refused) {
  gsl_matrix *x = gsl_matrix_calloc(1001, 1);
  cr_assert_null(mg_images_table(x, 1, 1, 1001, 0, 1), "2001 pixels wide");
  cr_assert_null(mg_images_table(x, 1, 1, 1, 0, 1), "2001 pixels high");
  gsl_matrix_free(x);
}
