/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of curves, read back: areas, tops, and the ends of a prior's way. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dist/gaussian_estimate.h"
#include "dist/gaussian_picture.h"

static double four[] = {1, 2, 4, 9};

static double field(const mg_table *t, size_t row, const char *column) {
  return strtod(mg_table_get(t, row, mg_table_find(t, column)), NULL);
}

/* Trapezoids under the rows first .. first + n - 1. */
static double area(const mg_table *t, size_t first, size_t n) {
  double sum = 0;
  for (size_t i = first; i + 1 < first + n; i++)
    sum += (field(t, i + 1, "x") - field(t, i, "x")) *
           (field(t, i + 1, "y") + field(t, i, "y")) / 2;
  return sum;
}

Test(gaussian_picture, a_density_has_area_1) {
  mg_table *t = mg_table_alloc("series x y");
  cr_assert_eq(mg_gaussian_curve(t, "g", 3, 2, -13, 19), GSL_SUCCESS);
  cr_expect_eq(mg_table_rows(t), 201, "%zu rows", mg_table_rows(t));
  cr_expect_float_eq(area(t, 0, 201), 1, 1e-10, "area %.12g", area(t, 0, 201));
  cr_expect_eq(mg_gaussian_curve(t, "g", 3, 0, -1, 1), GSL_EDOM);
  mg_table_free(t);
}

Test(gaussian_picture, both_cuts_have_their_top_in_the_middle) {
  gsl_vector_view x = gsl_vector_view_array(four, 4);
  mg_table *cut[] = {mg_table_alloc("series x y"),
                     mg_table_alloc("series x y")};
  double mu, sigma, top;
  mg_gaussian_estimate(&x.vector, &mu, &sigma);
  mg_gaussian_likelihood(&x.vector, mu, sigma, &top);
  cr_assert_eq(mg_gaussian_profile(&x.vector, mu, sigma, cut[0], cut[1]),
               GSL_SUCCESS);
  for (int c = 0; c < 2; c++) {
    cr_expect_float_eq(field(cut[c], 40, "y"), top, 1e-10, "cut %d", c);
    for (size_t i = 0; i < 81; i++)
      cr_expect(field(cut[c], i, "y") <= top + 1e-10, "cut %d row %zu", c, i);
    mg_table_free(cut[c]);
  }
}

Test(gaussian_picture, a_prior_gives_way) {
  gsl_vector_view x = gsl_vector_view_array(four, 4);
  mg_table *t = mg_table_alloc(MG_BELIEF_COLUMNS);
  cr_assert_eq(mg_gaussian_beliefs(&x.vector, 2, 0, 1, t), GSL_SUCCESS);
  cr_assert_eq(mg_table_rows(t), 3, "1, 2, 4: %zu rows", mg_table_rows(t));
  const double n[] = {1, 2, 4}, mean[] = {1, 1.5, 4};
  for (size_t i = 0; i < 3; i++) {
    cr_expect_eq(field(t, i, "n"), n[i], "row %zu: n", i);
    cr_expect_float_eq(field(t, i, "mean"), mean[i], 1e-11, "row %zu", i);
    cr_expect_float_eq(field(t, i, "map"), mean[i] * n[i] / (n[i] + 4), 1e-11,
                       "row %zu: map %g", i, field(t, i, "map"));
    cr_expect_float_eq(field(t, i, "sd"), 2 / sqrt(n[i] + 4), 1e-11,
                       "row %zu: sd %g", i, field(t, i, "sd"));
  }
  mg_table_free(t);
}

Test(gaussian_picture, three_beliefs_of_area_1) {
  gsl_vector_view x = gsl_vector_view_array(four, 4);
  mg_table *t = mg_table_alloc("series x y");
  cr_assert_eq(mg_gaussian_belief(&x.vector, 2, 0, 1, t), GSL_SUCCESS);
  cr_assert_eq(mg_table_rows(t), 603);
  cr_expect_str_eq(mg_table_get(t, 402, 0), "posterior");
  for (size_t i = 0; i < 603; i += 201) /* 3 sd each side: 0.27 % is outside */
    cr_expect_float_eq(area(t, i, 201), 1, 0.003, "%s: area %g",
                       mg_table_get(t, i, 0), area(t, i, 201));
  /* N(0, 1), N(4, 2^2 / 4) and their product, N(2, 1/2). */
  for (size_t i = 0; i < 201; i += 50) {
    const double mu = field(t, i, "x");
    cr_expect_float_eq(field(t, 201 + i, "y"),
                       exp(-(mu - 4) * (mu - 4) / 2) / sqrt(2 * M_PI), 1e-9,
                       "the likelihood at %g", mu);
    cr_expect_float_eq(field(t, 402 + i, "y"),
                       exp(-(mu - 2) * (mu - 2)) / sqrt(M_PI), 1e-9,
                       "the posterior at %g", mu);
  }
  mg_table_free(t);
}
