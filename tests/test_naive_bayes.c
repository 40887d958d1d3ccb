/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Naive Bayes against direct sums over classes, enumerations, and numbers that
 * were computed outside this project on the same digits. */
#include "families.h"

#include "data/digits.h"
#include "models/naive_bayes.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(naive_bayes, .init = setup);

/* Add 0.2 on 17 levels, add 1 on bits; classes are smoothed alike. */
Test(naive_bayes, digits_have_their_known_log_mass) {
  const double levels[] = {92.592, 102.716, 99.580};
  const double bits[] = {NAN, NAN, 20.3288};
  check_parts(&mg_naive_bayes_type, mg_digits_read(), levels, 6e-4);
  check_parts(&mg_naive_bayes_type, mg_digits_read_binary(), bits, 6e-5);
}

Test(naive_bayes, all_512_images_and_the_sampler) {
  check_tiny(&mg_naive_bayes_type, NULL, MG_BINARY, 2, 9);
}

Test(naive_bayes, all_points_of_four_columns_of_three_levels) {
  check_tiny(&mg_naive_bayes_type, NULL, MG_LEVELS, 3, 4);
}

/* p(c, x) from plain counts, with add a. */
static double counted_joint(const mg_dataset *data, const double *x, unsigned c,
                            double a) {
  const size_t D = data->space.dim;
  double n_class = 0, joint = 1;
  for (size_t i = 0; i < data->n; i++)
    n_class += data->labels[i] == c;
  for (size_t j = 0; j < D; j++) {
    double n = 0;
    for (size_t i = 0; i < data->n; i++)
      n += data->labels[i] == c && data->bytes[i * D + j] == x[j];
    joint *= (n + a) / (n_class + a * data->space.levels);
  }
  return joint * (n_class + a) / ((double)data->n + a * data->space.classes);
}

Test(naive_bayes, density_and_posterior_are_sums_over_counted_classes) {
  const double a = 0.2;
  mg_dataset *data = small_data(MG_LEVELS, 3, 4, 3, 60);
  mg_model *model = fitted(&mg_naive_bayes_type, data, NULL, 1);
  gsl_matrix *x = every_point(&data->space);
  gsl_matrix *p = gsl_matrix_alloc(x->size1, 3);
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  cr_assert_eq(mg_naive_bayes_posterior(model->self, x, p), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_naive_bayes_log_density(model->self, x, log_p), GSL_SUCCESS,
               "%s", mg_reason());
  for (size_t i = 0; i < x->size1; i++) {
    double joint[3], sum = 0;
    for (unsigned c = 0; c < 3; c++)
      sum += joint[c] = counted_joint(data, gsl_matrix_ptr(x, i, 0), c, a);
    cr_assert_float_eq(gsl_vector_get(log_p, i), log(sum), 1e-12,
                       "point %zu: %.15g, counted %.15g", i,
                       gsl_vector_get(log_p, i), log(sum));
    for (unsigned c = 0; c < 3; c++)
      cr_assert_float_eq(gsl_matrix_get(p, i, c), joint[c] / sum, 1e-12,
                         "point %zu class %u: %.15g, counted %.15g", i, c,
                         gsl_matrix_get(p, i, c), joint[c] / sum);
  }
  gsl_vector_free(log_p);
  gsl_matrix_free(p);
  gsl_matrix_free(x);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* The report is the joint log-likelihood and log prior of the counts. */
Test(naive_bayes, report_is_the_penalised_joint_likelihood) {
  mg_dataset *data = small_data(MG_BINARY, 2, 5, 3, 60);
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options options = mg_fit_options_default();
  mg_model *model =
      mg_model_alloc(&mg_naive_bayes_type, &data->space, NULL, false);
  mg_fit *fit = mg_fit_alloc(model, &rows, &options, 1);
  cr_assert_eq(mg_fit_iterate(fit), GSL_SUCCESS, "%s", mg_reason());
  double expected = 0;
  for (size_t i = 0; i < data->n; i++) {
    double x[5];
    for (size_t j = 0; j < 5; j++)
      x[j] = data->bytes[i * 5 + j];
    expected += log(counted_joint(data, x, data->labels[i], 1));
  }
  mg_tensor w = tensor_of(model, "weights");
  mg_tensor t = tensor_of(model, "probabilities");
  for (size_t c = 0; c < 3; c++)
    expected += log(w.value[c]);
  for (size_t i = 0; i < 15; i++)
    expected += log(t.value[i]) + log(1 - t.value[i]);
  expected /= (double)data->n;
  cr_assert_float_eq(mg_fit_last(fit)->objective, expected, 1e-12,
                     "%.15g reported, counted %.15g",
                     mg_fit_last(fit)->objective, expected);
  cr_assert_eq(mg_model_parameters(model), 2 + 15, "free parameters");
  mg_fit_free(fit);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Two labelled Gaussians in one column: means and variances by hand. */
Test(naive_bayes, reals_get_a_gaussian_a_class) {
  const mg_space space = {.dim = 1, .measure = MG_REALS, .classes = 3};
  const double values[] = {1, 3, 10, 14, 18};
  const unsigned labels[] = {0, 0, 1, 1, 1};
  mg_dataset *data = mg_dataset_alloc("classes", &space, 5);
  memcpy(data->reals->data, values, sizeof values);
  memcpy(data->labels, labels, sizeof labels);
  mg_model *model = fitted(&mg_naive_bayes_type, data, NULL, 1);
  mg_tensor m = tensor_of(model, "mean"), v = tensor_of(model, "variance");
  mg_tensor w = tensor_of(model, "weights");
  /* Class 2 has no data: the mean and variance of all five, 9.2 and 41.36. */
  const double mean[] = {2, 14, 9.2}, variance[] = {1, 32.0 / 3, 41.36};
  const double weight[] = {3.0 / 8, 4.0 / 8, 1.0 / 8};
  for (size_t c = 0; c < 3; c++) {
    cr_assert_float_eq(m.value[c], mean[c], 1e-14, "mean %zu", c);
    cr_assert_float_eq(v.value[c], variance[c], 1e-13, "variance %zu", c);
    cr_assert_float_eq(w.value[c], weight[c], 1e-15, "weight %zu", c);
  }
  const double x = 3;
  double expected = 0;
  for (size_t c = 0; c < 3; c++)
    expected += weight[c] / sqrt(2 * M_PI * variance[c]) *
                exp(-(x - mean[c]) * (x - mean[c]) / (2 * variance[c]));
  cr_assert_float_eq(log_density_at(model, &x, GSL_SUCCESS), log(expected),
                     1e-13, "density");
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(naive_bayes, a_class_without_data_has_uniform_tables) {
  mg_dataset *data = small_data(MG_LEVELS, 3, 4, 3, 60);
  for (size_t i = 0; i < data->n; i++)
    data->labels[i] %= 2;
  mg_model *model = fitted(&mg_naive_bayes_type, data, NULL, 1);
  mg_tensor t = tensor_of(model, "probabilities");
  for (size_t i = 0; i < 12; i++)
    cr_assert_float_eq(t.value[24 + i], 1.0 / 3, 1e-15, "entry %zu", i);
  cr_assert_float_eq(tensor_of(model, "weights").value[2], 0.2 / 60.6, 1e-15,
                     "weight");
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(naive_bayes, labels_that_are_missing_or_wrong) {
  mg_dataset *data = small_data(MG_BINARY, 2, 4, 3, 20);
  mg_space bare = data->space;
  bare.classes = 0;
  cr_assert_null(mg_model_alloc(&mg_naive_bayes_type, &bare, NULL, false),
                 "a space without labels was taken");
  mg_model *model =
      mg_model_alloc(&mg_naive_bayes_type, &data->space, NULL, false);
  mg_need need = model->type->need(model->self, 1);
  mg_stats stats = {.sums = gsl_vector_calloc(need.sums),
                    .work = gsl_vector_alloc(need.work)};
  gsl_matrix *x = gsl_matrix_calloc(1, 4);
  const unsigned three = 3;
  mg_batch batch = {.x = *x};
  cr_assert_eq(model->type->gather(model->self, NULL, &batch, &stats),
               GSL_EINVAL, "no labels");
  batch.labels = &three;
  cr_assert_eq(model->type->gather(model->self, NULL, &batch, &stats), GSL_EDOM,
               "label 3 of 3");
  gsl_matrix_free(x);
  gsl_vector_free(stats.sums);
  gsl_vector_free(stats.work);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(naive_bayes, a_datum_outside_has_no_posterior) {
  mg_dataset *data = small_data(MG_LEVELS, 3, 2, 3, 30);
  mg_model *model = fitted(&mg_naive_bayes_type, data, NULL, 1);
  gsl_matrix *x = gsl_matrix_calloc(1, 2), *p = gsl_matrix_alloc(1, 3);
  gsl_matrix *narrow = gsl_matrix_alloc(1, 2);
  cr_assert_eq(mg_naive_bayes_posterior(model->self, x, narrow), GSL_EBADLEN,
               "room for two of three classes");
  gsl_matrix_set(x, 0, 1, 3);
  cr_assert_eq(mg_naive_bayes_posterior(model->self, x, p), GSL_EDOM,
               "level 3 of 3");
  gsl_matrix_free(x);
  gsl_matrix_free(p);
  gsl_matrix_free(narrow);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(naive_bayes, parameters_from_outside_are_checked) {
  mg_dataset *data = small_data(MG_BINARY, 2, 4, 3, 30);
  mg_model *model = fitted(&mg_naive_bayes_type, data, NULL, 1);
  mg_model *copy = copied(model);
  cr_assert_eq(nats(model, data, MG_TRAIN), nats(copy, data, MG_TRAIN),
               "a copy has another density");
  const double bad[] = {0, 1, 1.5, -0.1, NAN};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    check_refused(model, "weights", 1, bad[i]);
    check_refused(model, "probabilities", 7, bad[i]);
  }
  check_refused(model, "weights", 0,
                tensor_of(model, "weights").value[0] + 1e-8);
  mg_model_free(copy);
  mg_model_free(model);
  mg_dataset_free(data);
  mg_naive_bayes zero = {0};
  mg_naive_bayes_clear(&zero);
}

/* Row i is of class i mod C: the classifier of two far classes says so. */
Test(naive_bayes, samples_by_class) {
  const mg_space space = {.dim = 1, .measure = MG_REALS, .classes = 2};
  mg_dataset *data = mg_dataset_alloc("far", &space, 4);
  for (size_t i = 0; i < 4; i++) {
    gsl_matrix_set(data->reals, i, 0, (double)i + (i > 1 ? 100 : 0));
    data->labels[i] = i > 1;
  }
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options loop = mg_fit_options_default();
  mg_model *m = mg_model_alloc(&mg_naive_bayes_type, &space, NULL, false);
  gsl_rng *rng = mg_stream_alloc(1, "test/classes", 0);
  gsl_matrix *x = gsl_matrix_alloc(9, 1);
  cr_assert_eq(mg_fit_run(m, &rows, &loop, 1), GSL_SUCCESS);
  cr_assert_eq(mg_naive_bayes_sample_classes(m->self, rng, x), GSL_SUCCESS);
  for (size_t i = 0; i < 9; i++)
    cr_expect_eq(gsl_matrix_get(x, i, 0) > 50, i % 2, "row %zu is %g", i,
                 gsl_matrix_get(x, i, 0));
  gsl_matrix_free(x);
  gsl_rng_free(rng);
  mg_model_free(m);
  mg_dataset_free(data);
}
