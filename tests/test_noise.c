/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The noise that is best for rows, where the best is known: rows of a linear
 * generator with noise, and the exact log p for each sd. */
#include "eval/noise.h"
#include "generator.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(noise, .init = setup);

static double log_p(double sd, const gsl_matrix *x) {
  mg_model *exact = exact_model(sd);
  gsl_vector *each = gsl_vector_alloc(x->size1);
  double sum = 0;
  mg_model_log_density(exact, x, each);
  for (size_t i = 0; i < x->size1; i++)
    sum += gsl_vector_get(each, i);
  gsl_vector_free(each);
  mg_model_free(exact);
  return sum;
}

Test(noise, the_best_one_is_that_of_the_exact_evidence) {
  mg_model *of = map_model(false), *truth = exact_model(SD);
  mg_dataset *data = drawn_from(truth);
  const mg_rows rows = mg_dataset_all(data);
  mg_bound_options options = mg_bound_options_default(MG_BOUND_AIS);
  options.temperatures = 30;
  double sd = 0;
  cr_assert_eq(mg_noise_best(of, MG_BOUND_AIS, &rows, &options, 1, &sd),
               GSL_SUCCESS, "%s", mg_reason());
  const double here = log_p(sd, data->reals);
  cr_expect(here > log_p(sd * M_SQRT2, data->reals) &&
                here > log_p(sd / M_SQRT2, data->reals),
            "sd %g is not the best of the exact log p", sd);
  cr_expect(SD / M_SQRT2 < sd && sd < SD * M_SQRT2, "sd %g, true %g", sd, SD);
  mg_dataset_free(data);
  mg_model_free(truth);
  mg_model_free(of);
}

/* Rows so far off that the square of the way is no number: every bound is
 * -inf, and none is the best. */
Test(noise, rows_that_no_noise_reaches_are_refused) {
  mg_model *of = map_model(false), *exact = exact_model(SD);
  mg_dataset *data = drawn_from(exact);
  const mg_rows rows = mg_dataset_all(data);
  const mg_bound_options options = mg_bound_options_default(MG_BOUND_IWAE);
  double sd = -1;
  for (size_t i = 0; i < data->reals->size1; i++)
    for (size_t j = 0; j < D; j++)
      gsl_matrix_set(data->reals, i, j, 1e155 * (1 + (double)i * 1e-15));
  cr_expect_neq(mg_noise_best(of, MG_BOUND_IWAE, &rows, &options, 1, &sd),
               GSL_SUCCESS, "sd %g", sd);
  cr_expect(sd == -1, "sd %g after an error", sd);
  mg_dataset_free(data);
  mg_model_free(exact);
  mg_model_free(of);
}

Test(noise, what_cannot_choose_is_refused) {
  mg_model *of = map_model(false), *exact = exact_model(SD);
  mg_dataset *data = drawn_from(exact);
  mg_rows rows = mg_dataset_all(data);
  const mg_bound_options options = mg_bound_options_default(MG_BOUND_IWAE);
  double sd = -1;
  cr_expect_eq(mg_noise_best(exact, MG_BOUND_IWAE, &rows, &options, 1, &sd),
               GSL_EUNSUP, "no generator");
  rows.n = 1;
  cr_expect_eq(mg_noise_best(of, MG_BOUND_IWAE, &rows, &options, 1, &sd),
               GSL_EINVAL, "one row");
  rows.n = N;
  gsl_matrix_scale(data->reals, 1e-160);
  cr_expect_eq(mg_noise_best(of, MG_BOUND_IWAE, &rows, &options, 1, &sd),
               GSL_EDOM, "a spread that has no square");
  gsl_matrix_set_all(data->reals, 3);
  cr_expect_eq(mg_noise_best(of, MG_BOUND_IWAE, &rows, &options, 1, &sd),
               GSL_EINVAL, "rows that are all the same");
  cr_expect(sd == -1, "sd %g after an error", sd);
  mg_dataset_free(data);
  mg_model_free(exact);
  mg_model_free(of);
}
