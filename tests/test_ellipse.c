/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ellipses: every point at its distance, the path closed, no ellipse where
 * there is none. */
#include "config.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"
#include "plot/ellipse.h"

static mg_table *table;

static void begin(void) {
  gsl_set_error_handler_off();
  table = mg_table_alloc(MG_ELLIPSE_COLUMNS);
  cr_assert_not_null(table, "%s", mg_reason());
}

static void end(void) {
  mg_table_free(table);
}

TestSuite(ellipse, .init = begin, .fini = end);

static int add(double m0, double m1, double s00, double s01, double s11,
               double sd) {
  double mean[2] = {m0, m1}, covariance[4] = {s00, s01, s01, s11};
  gsl_vector_view m = gsl_vector_view_array(mean, 2);
  gsl_matrix_view s = gsl_matrix_view_array(covariance, 2, 2);
  return mg_ellipse_rows(table, 3, 2, &m.vector, &s.matrix, sd);
}

static double number(size_t row, size_t column) {
  double value = NAN;
  cr_assert_eq(mg_parse_real(mg_table_get(table, row, column), &value),
               GSL_SUCCESS, "row %zu has no number", row);
  return value;
}

/* By the inverse written out, not by the factor that drew the path.  A table
 * keeps 12 digits. */
Test(ellipse, points_lie_at_their_mahalanobis_distance) {
  const double m0 = 3.5, m1 = -70, s00 = 1.25, s01 = -13, s11 = 180, sd = 2;
  cr_assert_eq(add(m0, m1, s00, s01, s11, sd), GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_table_rows(table), MG_ELLIPSE_ROWS, "%zu rows",
               mg_table_rows(table));
  double determinant = s00 * s11 - s01 * s01;
  for (size_t i = 0; i < MG_ELLIPSE_ROWS; i++) {
    double u = number(i, 3) - m0, v = number(i, 4) - m1;
    double square = (s11 * u * u - 2 * s01 * u * v + s00 * v * v) / determinant;
    cr_expect(fabs(square - sd * sd) < 1e-9, "point %zu: %.15g", i, square);
    cr_expect_eq(number(i, 0), 3, "the frame of row %zu", i);
    cr_expect_eq(number(i, 1), 2, "the component of row %zu", i);
    cr_expect_eq(number(i, 2), sd, "the distance of row %zu", i);
  }
}

/* A quarter of the way round a circle is a quarter of its rows. */
Test(ellipse, a_circle_goes_round_once_and_closes) {
  cr_assert_eq(add(0, 0, 4, 0, 4, 1), GSL_SUCCESS, "%s", mg_reason());
  static const double corners[5][2] = {
      {2, 0}, {0, 2}, {-2, 0}, {0, -2}, {2, 0}};
  for (size_t i = 0; i < 5; i++) {
    size_t row = i * (MG_ELLIPSE_ROWS - 1) / 4;
    cr_expect(fabs(number(row, 3) - corners[i][0]) < 1e-12 &&
                  fabs(number(row, 4) - corners[i][1]) < 1e-12,
              "quarter %zu: %g %g", i, number(row, 3), number(row, 4));
  }
  for (size_t column = 0; column < 5; column++)
    cr_expect_str_eq(mg_table_get(table, 0, column),
                     mg_table_get(table, MG_ELLIPSE_ROWS - 1, column),
                     "the path is open");
}

Test(ellipse, none_where_there_is_none) {
  static const double bad[][6] = {
      {0, 0, 1, 1, 1, 1},        {0, 0, 1, 2, 1, 1},
      {0, 0, 0, 0, 1, 1},        {0, 0, -1, 0, 1, 1},
      {0, 0, NAN, 0, 1, 1},      {0, 0, 1, NAN, 1, 1},
      {0, 0, 1, 0, NAN, 1},      {0, 0, INFINITY, 0, 1, 1},
      {0, 0, 1, 0, INFINITY, 1}, {NAN, 0, 1, 0, 1, 1},
      {0, INFINITY, 1, 0, 1, 1}, {0, 0, 1, 0, 1, 0},
      {0, 0, 1, 0, 1, -1},       {0, 0, 1, 0, 1, NAN},
      {0, 0, 1, 0, 1, INFINITY}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_expect_eq(
        add(bad[i][0], bad[i][1], bad[i][2], bad[i][3], bad[i][4], bad[i][5]),
        GSL_EDOM, "case %zu was taken", i);
  cr_expect_eq(mg_table_rows(table), 0, "rows were added");
}

Test(ellipse, other_sizes_are_refused) {
  double values[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  gsl_vector_view two = gsl_vector_view_array(values, 2);
  gsl_vector_view three = gsl_vector_view_array(values, 3);
  gsl_matrix_view square = gsl_matrix_view_array(values, 2, 2);
  gsl_matrix_view cube = gsl_matrix_view_array(values, 3, 3);
  cr_expect_eq(mg_ellipse_rows(table, 1, 1, &three.vector, &square.matrix, 1),
               GSL_EBADLEN, "a mean of 3");
  cr_expect_eq(mg_ellipse_rows(table, 1, 1, &two.vector, &cube.matrix, 1),
               GSL_EBADLEN, "a covariance of 3 x 3");
}
