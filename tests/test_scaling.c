/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of mean 0 and deviation 1, and log densities back in the unit of the
 * data. */
#include <criterion/criterion.h>

#include <math.h>

#include "base/status.h"
#include "models/scaling.h"

static mg_scaling begun(size_t dim) {
  mg_scaling s = {.dim = 0};
  cr_assert_eq(mg_scaling_init(&s, dim), GSL_SUCCESS, "%s", mg_reason());
  return s;
}

Test(scaling, nothing_is_scaled_at_first) {
  mg_scaling s = begun(2);
  for (size_t j = 0; j < 2; j++)
    cr_expect(s.shift[j] == 0 && s.scale[j] == 1, "column %zu: %g, %g", j,
              s.shift[j], s.scale[j]);
  mg_scaling_clear(&s);
  mg_scaling_clear(&s);
}

/* 1 and 7: mean 4, deviation 3 over N; 5 and 5 keep their unit.  The third
 * number of a row is not the model's. */
Test(scaling, columns_get_their_mean_and_deviation) {
  const double rows[] = {1, 5, 99, 7, 5, -99};
  const gsl_matrix_const_view x =
      gsl_matrix_const_view_array_with_tda(rows, 2, 2, 3);
  mg_scaling s = begun(2);
  mg_scaling_start(&s, &x.matrix);
  cr_expect_eq(s.shift[0], 4, "mean %g", s.shift[0]);
  cr_expect_eq(s.scale[0], 3, "deviation %g", s.scale[0]);
  cr_expect(s.shift[1] == 5 && s.scale[1] == 1, "a constant: %g, %g",
            s.shift[1], s.scale[1]);
  cr_expect_eq(mg_scaling_check(&s), GSL_SUCCESS, "%s", mg_reason());
  mg_scaling_clear(&s);
}

/* log p(x) = log p(u) - log scale, of two columns of three data, added to
 * what is there. */
Test(scaling, densities_come_back_in_the_unit_of_the_data) {
  const double log_p[] = {-1, -2, -4, -8, -16, -32};
  double sum = 100;
  mg_scaling s = begun(2);
  s.scale[0] = exp(1);
  s.scale[1] = exp(-3);
  cr_assert_eq(mg_scaling_sum(&s, 3, log_p, &sum), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect_float_eq(sum, 100 - 63 - 3 * 1 + 3 * 3, 1e-13, "%.17g", sum);
  mg_scaling_clear(&s);
}

Test(scaling, a_score_that_is_not_finite_is_named) {
  const double log_p[] = {-1, -2, -4, -1, -8, -INFINITY};
  double sum = 0;
  mg_scaling s = begun(2);
  cr_expect_eq(mg_scaling_sum(&s, 3, log_p, &sum), GSL_EDOM, "added up");
  cr_expect_str_eq(mg_reason(),
                   "log p of column 2 of datum 3 is -inf: take a smaller rate",
                   "%s", mg_reason());
  mg_scaling_clear(&s);
}

Test(scaling, numbers_that_make_no_scale_are_refused) {
  static const double wrong[][2] = {{NAN, 1},      {INFINITY, 1}, {0, 0},
                                    {0, -1},       {0, NAN},      {0, INFINITY},
                                    {0, 0x1p-1074}};
  mg_scaling s = begun(2);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    s.shift[1] = wrong[i][0];
    s.scale[1] = wrong[i][1];
    cr_expect_eq(mg_scaling_check(&s), GSL_EDOM, "shift %g, scale %g",
                 wrong[i][0], wrong[i][1]);
  }
  mg_scaling_clear(&s);
}

Test(scaling, a_file_holds_both) {
  mg_scaling s = begun(3);
  mg_tensors list = {.n = 0};
  mg_scaling_tensors(&s, &list);
  cr_assert_eq(list.n, 2, "%zu tensors", list.n);
  cr_expect_str_eq(list.item[0].name, "shift", "%s", list.item[0].name);
  cr_expect_str_eq(list.item[1].name, "scale", "%s", list.item[1].name);
  cr_expect(list.item[0].value == s.shift && list.item[1].value == s.scale,
            "other numbers");
  mg_scaling_clear(&s);
}
