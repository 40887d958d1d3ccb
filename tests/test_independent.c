/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Independent columns against closed forms, enumerations and numbers that were
 * computed outside this project on the same digits. */
#include "families.h"

#include <gsl/gsl_statistics_double.h>

#include "data/digits.h"
#include "data/faithful.h"
#include "models/independent.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(independent, .init = setup);

/* Counted with numpy on UCI's file: add 0.1 on 17 levels, add 1 on bits. */
Test(independent, digits_have_their_known_log_mass) {
  const double levels[] = {106.7665, 110.5307, 106.3059};
  const double bits[] = {NAN, NAN, 24.9144};
  check_parts(&mg_independent_type, mg_digits_read(), levels, 6e-5);
  check_parts(&mg_independent_type, mg_digits_read_binary(), bits, 6e-5);
}

Test(independent, all_512_images_and_the_sampler) {
  check_tiny(&mg_independent_type, NULL, MG_BINARY, 2, 9);
}

Test(independent, all_points_of_four_columns_of_three_levels) {
  check_tiny(&mg_independent_type, NULL, MG_LEVELS, 3, 4);
}

/* theta = (n + a) / (N + a L), counted again by a plain loop. */
Test(independent, tables_are_smoothed_relative_frequencies) {
  const mg_independent_options options = {.smoothing = 0.7, .floor = 1};
  mg_dataset *data = small_data(MG_LEVELS, 3, 4, 0, 50);
  mg_model *model = fitted(&mg_independent_type, data, &options, 1);
  mg_tensor t = tensor_of(model, "probabilities");
  for (size_t j = 0; j < 4; j++)
    for (size_t l = 0; l < 3; l++) {
      double n = 0;
      for (size_t i = 0; i < 50; i++)
        n += data->bytes[i * 4 + j] == l;
      cr_assert_float_eq(t.value[j * 3 + l], (n + 0.7) / (50 + 0.7 * 3), 1e-15,
                         "column %zu level %zu: %.17g", j, l,
                         t.value[j * 3 + l]);
    }
  cr_assert_eq(mg_model_parameters(model), 8, "free parameters");
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Mean and maximum-likelihood variance are GSL's, on both scales; far from 0
 * a sum of squares would have lost them. */
static void check_gaussians(double shift) {
  double values[MG_FAITHFUL_ROWS][2];
  for (size_t i = 0; i < MG_FAITHFUL_ROWS; i++)
    for (size_t j = 0; j < 2; j++)
      values[i][j] = mg_faithful_values[i][j] + shift;
  mg_dataset *data = real_data(MG_FAITHFUL_ROWS, 2, values[0]);
  mg_model *model = fitted(&mg_independent_type, data, NULL, 1);
  mg_tensor mean = tensor_of(model, "mean");
  mg_tensor variance = tensor_of(model, "variance");
  for (size_t j = 0; j < 2; j++) {
    double m = gsl_stats_mean(values[0] + j, 2, MG_FAITHFUL_ROWS);
    double v = gsl_stats_variance_with_fixed_mean(values[0] + j, 2,
                                                  MG_FAITHFUL_ROWS, m);
    cr_assert_float_eq(mean.value[j], m, 1e-13 * (1 + fabs(m)),
                       "mean %zu: %.15g, expected %.15g", j, mean.value[j], m);
    cr_assert_float_eq(variance.value[j] / v, 1, 1e-12,
                       "variance %zu: %.15g, expected %.15g", j,
                       variance.value[j], v);
  }
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(independent, gaussians_are_the_maximum_likelihood_ones) {
  check_gaussians(0);
}

Test(independent, gaussians_far_from_zero_keep_their_variance) {
  check_gaussians(1e9);
}

/* -1/2 (log 2 pi e v) a column is the mean log density at the maximum. */
Test(independent, report_is_the_mean_log_density) {
  mg_dataset *data = mg_faithful_read(1);
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_fit_options options = mg_fit_options_default();
  mg_model *model =
      mg_model_alloc(&mg_independent_type, &data->space, NULL, false);
  mg_fit *fit = mg_fit_alloc(model, &train, &options, 1);
  cr_assert_eq(mg_fit_iterate(fit), GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_fit_test(fit), GSL_SUCCESS, "one pass is all");
  const double reported = mg_fit_last(fit)->objective;
  cr_assert_float_eq(reported, -nats(model, data, MG_TRAIN), 1e-12,
                     "%.15g reported, is %.15g", reported,
                     -nats(model, data, MG_TRAIN));
  mg_tensor v = tensor_of(model, "variance");
  double expected = 0;
  for (size_t j = 0; j < 2; j++)
    expected -= 0.5 * log(2 * M_PI * M_E * v.value[j]);
  cr_assert_float_eq(reported, expected, 1e-12, "%.15g, by hand %.15g",
                     reported, expected);
  mg_fit_free(fit);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Smoothed tables do not maximise the likelihood but the likelihood and a
 * prior: 2 rows of bits 1 0 and 1 1, a = 1, have theta = 3/4 and 1/2. */
Test(independent, smoothed_tables_report_what_they_raise) {
  const mg_space space = {.dim = 2, .measure = MG_BINARY, .levels = 2};
  mg_dataset *data = mg_dataset_alloc("bits", &space, 2);
  memcpy(data->bytes, (unsigned char[]){1, 0, 1, 1}, 4);
  const mg_rows train = mg_dataset_all(data);
  const mg_fit_options options = mg_fit_options_default();
  mg_model *model =
      mg_model_alloc(&mg_independent_type, &data->space, NULL, false);
  mg_fit *fit = mg_fit_alloc(model, &train, &options, 1);
  cr_assert_eq(mg_fit_iterate(fit), GSL_SUCCESS, "%s", mg_reason());
  const mg_report *report = mg_fit_last(fit);
  const double likelihood = log(0.75) + log(0.5);
  const double prior = (log(0.75) + log(0.25) + 2 * log(0.5)) / 2;
  cr_expect_float_eq(report->log_likelihood, likelihood, 1e-14, "%.15g",
                     report->log_likelihood);
  cr_expect_float_eq(report->objective, likelihood + prior, 1e-14, "%.15g",
                     report->objective);
  cr_expect_str_eq(report->objective_name, "penalised log-likelihood", "%s",
                   report->objective_name);
  mg_fit_free(fit);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(independent, a_constant_column_takes_the_floor_or_is_refused) {
  const double values[] = {1, 5, 2, 5, 4, 5};
  mg_dataset *data = real_data(3, 2, values);
  mg_model *model = fitted(&mg_independent_type, data, NULL, 1);
  cr_assert_eq(tensor_of(model, "variance").value[1], 1e-6, "floor");
  mg_model_free(model);
  const mg_independent_options options = {.smoothing = 1, .floor = 0};
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options fit = mg_fit_options_default();
  model = mg_model_alloc(&mg_independent_type, &data->space, &options, false);
  cr_assert_eq(mg_fit_run(model, &rows, &fit, 1), GSL_EDOM, "floor 0");
  cr_assert_not_null(strstr(mg_reason(), "column 2 is constant"), "%s",
                     mg_reason());
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(independent, one_datum_is_enough) {
  const double values[] = {3, -4};
  mg_dataset *data = real_data(1, 2, values);
  mg_model *model = fitted(&mg_independent_type, data, NULL, 1);
  cr_assert_float_eq(log_density_at(model, values, GSL_SUCCESS),
                     -log(2 * M_PI * 1e-6), 1e-9, "at the datum");
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(independent, values_outside_the_space) {
  mg_dataset *data = small_data(MG_LEVELS, 3, 4, 0, 50);
  mg_model *model = fitted(&mg_independent_type, data, NULL, 1);
  const double above[] = {0, 1, 3, 2}, below[] = {0, -1, 0, 0};
  const double half[] = {0, 0.5, 0, 0}, nan[] = {0, 0, NAN, 0};
  cr_assert_eq(log_density_at(model, above, GSL_SUCCESS), -INFINITY, "3 of 3");
  cr_assert_eq(log_density_at(model, below, GSL_SUCCESS), -INFINITY, "-1");
  log_density_at(model, half, GSL_EDOM);
  log_density_at(model, nan, GSL_EDOM);
  mg_need need = model->type->need(model->self, 1);
  mg_stats stats = {.sums = gsl_vector_calloc(need.sums)};
  gsl_matrix_const_view row = gsl_matrix_const_view_array(above, 1, 4);
  const mg_batch batch = {.x = row.matrix};
  cr_assert_eq(model->type->gather(model->self, NULL, &batch, &stats), GSL_EDOM,
               "what is outside cannot be learned");
  gsl_vector_free(stats.sums);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(independent, wrong_shapes) {
  mg_dataset *data = small_data(MG_BINARY, 2, 4, 0, 20);
  mg_model *model = fitted(&mg_independent_type, data, NULL, 1);
  gsl_matrix *x = gsl_matrix_calloc(2, 3), *y = gsl_matrix_calloc(2, 4);
  gsl_vector *log_p = gsl_vector_alloc(3);
  cr_assert_eq(mg_model_log_density(model, x, log_p), GSL_EBADLEN, "columns");
  cr_assert_eq(mg_model_log_density(model, y, log_p), GSL_EBADLEN, "rows");
  cr_assert_eq(mg_independent_sample(model->self, NULL, x), GSL_EBADLEN,
               "sample");
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_vector_free(log_p);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(independent, parameters_from_outside_are_checked) {
  mg_dataset *data = small_data(MG_LEVELS, 3, 4, 0, 50);
  mg_model *model = fitted(&mg_independent_type, data, NULL, 1);
  mg_model *copy = copied(model);
  cr_assert_eq(nats(model, data, MG_TRAIN), nats(copy, data, MG_TRAIN),
               "a copy has another density");
  const double bad[] = {0, 1, -0.1, 1.5, 0.999, NAN, INFINITY};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    check_refused(model, "probabilities", 4, bad[i]);
  mg_model_free(copy);
  mg_model_free(model);
  mg_dataset_free(data);
  data = mg_faithful_read(1);
  model = fitted(&mg_independent_type, data, NULL, 1);
  check_refused(model, "mean", 1, INFINITY);
  check_refused(model, "variance", 0, 0);
  check_refused(model, "variance", 1, NAN);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(independent, clear_is_safe_on_nothing) {
  mg_independent zero = {0};
  mg_independent_clear(&zero);
  mg_independent_clear(&zero);
  cr_assert_null(zero.law.weight, "something was made");
}
