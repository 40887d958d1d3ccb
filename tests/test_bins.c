/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bins against a count by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "plot/bins.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(bins, .init = quiet);

/* 0 and 1 in the first bin, 2 in the second; 4 is the end, NaN nowhere. */
static double values[] = {0, 1, 2, 4, -0.1, NAN};

static double height(const mg_table *t, size_t row) {
  return atof(mg_table_get(t, row, 2));
}

Test(bins, heights_are_densities) {
  gsl_vector_view x = gsl_vector_view_array(values, 6);
  mg_table *t = mg_table_alloc(MG_BINS_COLUMNS);
  cr_assert_eq(mg_bins_add(t, "a", &x.vector, 0, 4, 2, 0), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_table_rows(t), 2, "rows");
  cr_expect_str_eq(mg_table_get(t, 1, 0), "2", "where the second begins");
  cr_expect_str_eq(mg_table_get(t, 1, 3), "a", "its series");
  cr_expect(fabs(height(t, 0) - 2. / 6 / 2) < 1e-11, "two of six");
  cr_expect(fabs(height(t, 1) - 1. / 6 / 2) < 1e-11, "one of six");
  mg_bins_add(t, "b", &x.vector, 0, 4, 2, 12);
  cr_expect(fabs(height(t, 2) - 2. / 12 / 2) < 1e-11, "two of twelve");
  mg_table_free(t);
}

Test(bins, classes_share_the_area) {
  gsl_vector_view x = gsl_vector_view_array(values, 3);
  char one[] = "one", other[] = "other", *names[] = {one, other};
  const size_t k[] = {1, 0, 1};
  mg_table *t = mg_table_alloc(MG_BINS_COLUMNS);
  cr_assert_eq(mg_bins_split(t, names, &x.vector, k, 2, 0, 4, 2), GSL_SUCCESS,
               "%s", mg_reason());
  cr_expect_str_eq(mg_table_get(t, 2, 3), "other", "the second class");
  double area = 0;
  for (size_t i = 0; i < 4; i++)
    area += 2 * height(t, i);
  cr_expect(fabs(area - 1) < 1e-11, "all of the area: %g", area);
  cr_expect(fabs(height(t, 0) - 1. / 6) < 1e-11, "one of three in the first");
  mg_table_free(t);
}

Test(bins, refusals) {
  gsl_vector_view x = gsl_vector_view_array(values, 3);
  mg_table *t = mg_table_alloc(MG_BINS_COLUMNS);
  cr_expect_eq(mg_bins_add(t, "a", &x.vector, 1, 1, 2, 0), GSL_EINVAL, "low");
  cr_expect_eq(mg_bins_add(t, "a", &x.vector, 0, 1, 0, 0), GSL_EINVAL, "none");
  cr_expect_eq(mg_bins_add(t, "a", &x.vector, 0, NAN, 2, 0), GSL_EINVAL, "NaN");
  cr_expect_eq(mg_bins_add(NULL, "a", &x.vector, 0, 1, 2, 0), GSL_ENOMEM,
               "no table");
  mg_table_free(t);
}
