/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Old Faithful is the data that published fits are about. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "base/status.h"
#include "data/faithful.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(faithful, .init = setup);

/* The maximised log-likelihood of one Gaussian, from the covariance alone:
 * -n/2 (2 log(2 pi) + log det S + 2), S with divisor n.  -1289.796745 by
 * mclust 6.0.0 and scikit-learn 1.2.1. */
Test(faithful, one_gaussian_has_its_published_likelihood) {
  const double *v = mg_faithful_values[0];
  const size_t n = MG_FAITHFUL_ROWS;
  const double biased = (double)(n - 1) / (double)n;
  const double a = biased * gsl_stats_variance(v, 2, n);
  const double b = biased * gsl_stats_covariance(v, 2, v + 1, 2, n);
  const double c = biased * gsl_stats_variance(v + 1, 2, n);
  const double log_p =
      -0.5 * (double)n * (2 * log(2 * M_PI) + log(a * c - b * b) + 2);
  cr_assert_float_eq(log_p, -1289.796745, 1e-6, "%.9f", log_p);
}

Test(faithful, rows_are_shuffled_and_whole) {
  mg_dataset *data = mg_faithful_read(1);
  cr_assert_not_null(data, "faithful: %s", mg_reason());
  bool used[MG_FAITHFUL_ROWS] = {false};
  size_t moved = 0;
  for (size_t i = 0; i < data->n; i++) {
    const double *row = gsl_matrix_const_ptr(data->reals, i, 0);
    size_t j = 0;
    while (j < data->n &&
           (used[j] || memcmp(row, mg_faithful_values[j], 2 * sizeof *row)))
      j++;
    cr_assert_lt(j, data->n, "row %zu is not in the source", i);
    used[j] = true;
    moved += j != i;
  }
  cr_assert_gt(moved, 200, "only %zu rows moved", moved);
  mg_dataset_free(data);
}

Test(faithful, parts_columns_and_seeds) {
  mg_dataset *a = mg_faithful_read(1), *b = mg_faithful_read(2);
  cr_assert_eq(mg_dataset_part(a, MG_TRAIN).n, 218, "train");
  cr_assert_eq(mg_dataset_part(a, MG_VALIDATION).n, 27, "validation");
  cr_assert_eq(mg_dataset_part(a, MG_TEST).n, 27, "test");
  cr_assert_str_eq(a->columns[0], "eruptions", "column 1");
  cr_assert_str_eq(a->columns[1], "waiting", "column 2");
  cr_assert_not(gsl_matrix_equal(a->reals, b->reals), "seeds do not matter");
  mg_dataset_free(a);
  mg_dataset_free(b);
}
