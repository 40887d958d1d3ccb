/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves of models whose density is known. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "models/curve.h"
#include "models/independent.h"
#include "models/knn.h"

/* N(0, 1), as the family is before it has learnt. */
static mg_model *standard(size_t dim) {
  const mg_space space = {.dim = dim, .measure = MG_REALS};
  mg_model *m = mg_model_alloc(&mg_independent_type, &space, NULL, false);
  cr_assert_not_null(m, "%s", mg_reason());
  return m;
}

Test(curve, values_of_the_standard_gaussian) {
  mg_model *m = standard(1);
  double value[3];
  gsl_vector_view y = gsl_vector_view_array(value, 3);
  cr_assert_eq(mg_curve_values(m, -1, 1, &y.vector), GSL_SUCCESS);
  const double top = 1 / sqrt(2 * M_PI);
  cr_expect_float_eq(value[1], top, 1e-14, "top %.17g", value[1]);
  cr_expect_float_eq(value[0], top * exp(-0.5), 1e-14, "left %.17g", value[0]);
  cr_expect_float_eq(value[2], value[0], 1e-14, "right %.17g", value[2]);
  mg_model_free(m);
}

Test(curve, rows_are_the_values) {
  mg_model *m = standard(1);
  mg_table *t = mg_table_alloc(MG_CURVE_COLUMNS);
  cr_assert_eq(mg_curve_density(t, "g", m, -2, 2), GSL_SUCCESS);
  cr_assert_eq(mg_table_rows(t), MG_CURVE_POINTS);
  cr_expect_str_eq(mg_table_get(t, 200, 0), "g");
  cr_expect_float_eq(strtod(mg_table_get(t, 400, 1), NULL), 2, 1e-11);
  cr_expect_float_eq(strtod(mg_table_get(t, 200, 2), NULL), 1 / sqrt(2 * M_PI),
                     1e-11);
  mg_table_free(t);
  mg_model_free(m);
}

Test(curve, area) {
  mg_model *m = standard(1);
  double area;
  cr_assert_eq(mg_curve_area(m, -10, 10, 1001, &area), GSL_SUCCESS);
  cr_expect_float_eq(area, 1, 1e-12, "all of it: %.17g", area);
  cr_assert_eq(mg_curve_area(m, -1, 1, 10001, &area), GSL_SUCCESS);
  cr_expect_float_eq(area, erf(sqrt(0.5)), 1e-8, "one sd: %.17g", area);
  mg_model_free(m);
}

Test(curve, refusals) {
  mg_model *line = standard(1), *plane = standard(2);
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  mg_model *empty = mg_model_alloc(&mg_knn_type, &space, NULL, false);
  double value[2], area;
  gsl_vector_view y = gsl_vector_view_array(value, 2);
  gsl_vector_view one = gsl_vector_view_array(value, 1);
  cr_expect_eq(mg_curve_values(plane, 0, 1, &y.vector), GSL_EINVAL);
  cr_expect_eq(mg_curve_values(line, 0, 1, &one.vector), GSL_EBADLEN);
  cr_expect_eq(mg_curve_values(empty, 0, 1, &y.vector), GSL_EINVAL);
  cr_expect_eq(mg_curve_area(line, 0, 1, 1, &area), GSL_EBADLEN);
  mg_model_free(line);
  mg_model_free(plane);
  mg_model_free(empty);
}
