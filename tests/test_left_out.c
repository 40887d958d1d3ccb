/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaving one out by fitting N times, against the shorter ways that families
 * know, and by hand for the Gaussian. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/status.h"
#include "data/toys.h"
#include "dist/gaussian_estimate.h"
#include "dist/gaussian.h"
#include "eval/left_out.h"
#include "models/independent.h"
#include "models/kde.h"
#include "models/knn.h"
#include "models/fit.h"

static mg_evidence left_out(const mg_model *m, const mg_rows *rows) {
  mg_evidence e;
  cr_assert_eq(mg_left_out_of(m, rows, 0, &e), GSL_SUCCESS, "%s", mg_reason());
  return e;
}

Test(left_out, a_kernel_density_knows_the_same) {
  mg_dataset *data = mg_toys_draw("heights", 60, 3);
  const mg_rows rows = mg_dataset_part(data, MG_VALIDATION);
  const mg_kde_options o = {MG_BANDWIDTH_FIXED, 4};
  const mg_fit_options loop = mg_fit_options_default();
  mg_model *m = mg_model_alloc(&mg_kde_type, &data->space, &o, false);
  gsl_vector *log_p = gsl_vector_alloc(rows.n);
  mg_fit_run(m, &rows, &loop, 0);
  mg_kde_leave_one_out(m->self, log_p);
  const double mean = gsl_stats_mean(log_p->data, 1, rows.n);
  const mg_evidence e = left_out(m, &rows);
  cr_expect_float_eq(e.value, mean, 1e-12, "%.17g, not %.17g", e.value, mean);
  cr_expect_float_eq(
      e.std_error, gsl_stats_sd(log_p->data, 1, rows.n) / sqrt((double)rows.n),
      1e-12);
  cr_expect(e.claim == MG_ESTIMATE && e.n == rows.n, "claim %d", e.claim);
  gsl_vector_free(log_p);
  mg_model_free(m);
  mg_dataset_free(data);
}

Test(left_out, a_gaussian_by_hand) {
  mg_dataset *data = mg_toys_draw("heights", 12, 3);
  const mg_rows rows = mg_dataset_all(data);
  mg_model *m = mg_model_alloc(&mg_independent_type, &data->space, NULL, false);
  double sum = 0, others[11], mu, sigma, log_p;
  for (size_t i = 0; i < 12; i++) {
    for (size_t j = 0; j < 11; j++)
      others[j] = gsl_matrix_get(data->reals, j + (j >= i), 0);
    gsl_vector_view x = gsl_vector_view_array(others, 11);
    mg_gaussian_estimate(&x.vector, &mu, &sigma);
    mg_gaussian_log_density(gsl_matrix_get(data->reals, i, 0), mu, sigma,
                            &log_p);
    sum += log_p / 12;
  }
  const double value = left_out(m, &rows).value;
  cr_expect_float_eq(value, sum, 1e-11, "%.17g, not %.17g", value, sum);
  mg_model_free(m);
  mg_dataset_free(data);
}

Test(left_out, refusals) {
  mg_dataset *data = mg_toys_draw("heights", 12, 3);
  mg_dataset *plane = mg_toys_draw("ring", 12, 3);
  const mg_rows two = {data, 0, 2}, other = mg_dataset_all(plane);
  const mg_rows all = mg_dataset_all(data);
  mg_model *m = mg_model_alloc(&mg_knn_type, &data->space, NULL, false);
  mg_evidence e;
  cr_expect_eq(mg_left_out_of(m, &two, 0, &e), GSL_EINVAL);
  cr_expect_eq(mg_left_out_of(m, &other, 0, &e), GSL_EINVAL);
  cr_expect_eq(left_out(m, &all).claim, MG_NO_CLAIM, "knn is no density");
  mg_model_free(m);
  mg_dataset_free(data);
  mg_dataset_free(plane);
}
