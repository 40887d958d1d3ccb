/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bias and variance: by hand, as an identity, without bias by enumerating all
 * samples, and for a kernel density against its exact mean. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "eval/risk.h"
#include "models/kde.h"

Test(risk, by_hand_and_adding_up) {
  gsl_matrix_view g = gsl_matrix_view_array((double[]){1, 0, 3, 0, 8, 6}, 3, 2);
  gsl_vector_view f = gsl_vector_view_array((double[]){2, 1}, 2);
  mg_risk r;
  cr_assert_eq(mg_risk_of(&g.matrix, &f.vector, 0.5, &r), GSL_SUCCESS);
  /* at x_1: mean 4, s^2 13; at x_2: mean 2, s^2 12 */
  cr_expect_float_eq(r.variance, 0.5 * 25, 1e-13, "variance %.17g", r.variance);
  cr_expect_float_eq(r.bias2, 0.5 * (4 + 1 - 25. / 3), 1e-13, "bias %.17g",
                     r.bias2);
  cr_expect_float_eq(r.error, r.bias2 + r.variance, 1e-13, "error %.17g",
                     r.error);
  cr_expect(r.std_error > 0, "std_error %g", r.std_error);
}

/* Estimates are 0 or 1, with probability 1/2; f = 0.2.  Over all samples of 3
 * the mean of bias2 is (0.5 - 0.2)^2, that of variance 1/4. */
Test(risk, neither_part_is_biased) {
  gsl_vector_view f = gsl_vector_view_array((double[]){0.2}, 1);
  double bias2 = 0, variance = 0, cell[3];
  gsl_matrix_view g = gsl_matrix_view_array(cell, 3, 1);
  for (int way = 0; way < 8; way++) {
    mg_risk r;
    for (int i = 0; i < 3; i++)
      cell[i] = (way >> i) & 1;
    mg_risk_of(&g.matrix, &f.vector, 1, &r);
    bias2 += r.bias2 / 8;
    variance += r.variance / 8;
  }
  cr_expect_float_eq(bias2, 0.09, 1e-15, "bias %.17g", bias2);
  cr_expect_float_eq(variance, 0.25, 1e-15, "variance %.17g", variance);
}

/* heights are half N(m_0, s_0^2), half N(m_1, s_1^2).  The mean of a kernel
 * density is the law with h^2 added to each variance; the truth at two
 * bandwidths is the same curve. */
Test(risk, a_wide_kernel_is_biased_and_a_narrow_one_is_not) {
  enum { R = 30, G = 101 };
  const mg_risk_trial trial = {"heights", 100, 130, 210};
  const mg_kde_options narrow = {MG_BANDWIDTH_FIXED, 0.5};
  const mg_kde_options wide = {MG_BANDWIDTH_FIXED, 12};
  gsl_matrix *g = gsl_matrix_alloc(R, G);
  gsl_vector *f = gsl_vector_alloc(G);
  mg_table *t = mg_table_alloc(MG_RISK_COLUMNS);
  mg_risk a, b;
  cr_assert_eq(mg_risk_try(&trial, &mg_kde_type, &narrow, 1, f, g, &a),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect(fabs(a.bias2) < 0.1 * a.variance, "narrow: %g %g", a.bias2,
            a.variance);
  cr_assert_eq(mg_risk_try(&trial, &mg_kde_type, &wide, 1, f, g, &b),
               GSL_SUCCESS);
  cr_expect(b.bias2 > 10 * b.variance, "wide: %g %g", b.bias2, b.variance);
  double area = 0;
  for (size_t j = 0; j < G; j++)
    area += 0.8 * gsl_vector_get(f, j);
  cr_expect_float_eq(area, 1, 1e-4, "the truth has area %g", area);
  cr_assert_eq(mg_risk_bands(t, "band", &trial, f, g), GSL_SUCCESS);
  cr_assert_eq(mg_table_rows(t), 2 * G);
  cr_expect_str_eq(mg_table_get(t, G, 0), "truth");
  cr_expect_float_eq(strtod(mg_table_get(t, G - 1, 1), NULL), 210, 1e-9);
  mg_table_free(t);
  gsl_vector_free(f);
  gsl_matrix_free(g);
}

Test(risk, refusals) {
  gsl_matrix_view g = gsl_matrix_view_array((double[]){1, 0, 3, 0}, 2, 2);
  gsl_matrix_view one = gsl_matrix_view_array((double[]){1, 0}, 1, 2);
  gsl_vector_view f = gsl_vector_view_array((double[]){2, 1}, 2);
  gsl_vector_view short_f = gsl_vector_view_array((double[]){2}, 1);
  const mg_risk_trial plane = {"ring", 10, 0, 1}, none = {"rong", 10, 0, 1};
  mg_risk r;
  cr_expect_eq(mg_risk_of(&g.matrix, &short_f.vector, 1, &r), GSL_EBADLEN);
  cr_expect_eq(mg_risk_of(&one.matrix, &f.vector, 1, &r), GSL_EBADLEN);
  cr_expect_eq(mg_risk_of(&g.matrix, &f.vector, 0, &r), GSL_EDOM);
  cr_expect_eq(
      mg_risk_try(&plane, &mg_kde_type, NULL, 1, &f.vector, &g.matrix, &r),
      GSL_EINVAL);
  cr_expect_eq(
      mg_risk_try(&none, &mg_kde_type, NULL, 1, &f.vector, &g.matrix, &r),
      GSL_EINVAL);
}
