/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The family of docs/ADDING-A-MODEL.md does what the page says of it: its
 * density is the law's of dist/mvn, its fit is maximum likelihood, its update
 * reports what its density gives, its bytes do not depend on threads, and the
 * rest of the program (dequantisation, evidence, files) takes it as any other.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <string.h>

#include "../docs/examples/spherical.h"
#include "base/status.h"
#include "base/stream.h"
#include "data/catalogue.h"
#include "dist/mvn.h"
#include "eval/evidence.h"
#include "folder.h"
#include "models/fit.h"
#include "models/save.h"

static void enter(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(spherical, .init = enter, .fini = folder_leave);

static mg_dataset *named(const char *name) {
  mg_dataset *data = mg_dataset_named(name, 1);
  cr_assert_not_null(data, "%s", mg_reason());
  return data;
}

/* A model of that data, fitted to all of them. */
static mg_model *fitted(const mg_dataset *data, size_t threads) {
  const mg_rows rows = mg_dataset_all(data);
  mg_fit_options options = mg_fit_options_default();
  mg_model *model =
      mg_model_alloc(&mg_spherical_type, &data->space, NULL, true);
  cr_assert_not_null(model, "%s", mg_reason());
  options.threads = threads;
  int status = mg_fit_run(model, &rows, &options, 7);
  cr_assert_eq(status, GSL_SUCCESS, "%s", mg_status_text(status));
  return model;
}

static mg_evidence evidence_of(const mg_model *model, const mg_rows *rows) {
  const mg_evidence_options options = mg_evidence_options_default();
  mg_evidence evidence;
  int status = mg_evidence_of(model, rows, &options, 3, &evidence);
  cr_assert_eq(status, GSL_SUCCESS, "%s", mg_status_text(status));
  return evidence;
}

/* ---- the law ---- */

Test(spherical, density_is_that_of_the_multivariate_gaussian) {
  double m[] = {1, -2, 0.5}, l[] = {1.5, 0, 0, 0, 1.5, 0, 0, 0, 1.5};
  double values[] = {0, 0, 0, 1, -2, 0.5, 4, 3, -7, 1e3, 0, 0};
  gsl_matrix_view x = gsl_matrix_view_array(values, 4, 3);
  gsl_matrix_view factor = gsl_matrix_view_array(l, 3, 3);
  gsl_vector_view mean = gsl_vector_view_array(m, 3);
  gsl_vector *ours = gsl_vector_alloc(4), *theirs = gsl_vector_alloc(4);
  const mg_spherical g = {.dim = 3, .mean = m, .variance = 2.25};
  cr_assert_eq(mg_spherical_log_density(&g, &x.matrix, ours), GSL_SUCCESS, "%s",
               mg_reason());
  gsl_matrix *work = gsl_matrix_alloc(4, 3);
  cr_assert_eq(
      mg_mvn_log_density(&x.matrix, &mean.vector, &factor.matrix, work, theirs),
      GSL_SUCCESS, "%s", mg_reason());
  for (size_t n = 0; n < 4; n++) {
    double a = gsl_vector_get(ours, n), b = gsl_vector_get(theirs, n);
    cr_expect(gsl_fcmp(a, b, 1e-13) == 0, "row %zu: %.17g, not %.17g", n, a, b);
  }
  gsl_matrix_free(work);
  gsl_vector_free(ours);
  gsl_vector_free(theirs);
}

Test(spherical, a_value_that_is_no_number_is_refused) {
  double m[] = {0, 0}, values[] = {1, NAN, INFINITY, 0}, log_p[2];
  const mg_spherical g = {.dim = 2, .mean = m, .variance = 1};
  gsl_matrix_view nan = gsl_matrix_view_array(values, 1, 2);
  gsl_matrix_view infinite = gsl_matrix_view_array(values + 2, 1, 2);
  gsl_vector_view one = gsl_vector_view_array(log_p, 1);
  gsl_vector_view two = gsl_vector_view_array(log_p, 2);
  int status = mg_spherical_log_density(&g, &nan.matrix, &one.vector);
  cr_expect_eq(status, GSL_EDOM, "a NaN has status %d", status);
  status = mg_spherical_log_density(&g, &nan.matrix, &two.vector);
  cr_expect_eq(status, GSL_EBADLEN, "two results of one row: %d", status);
  status = mg_spherical_log_density(&g, &infinite.matrix, &one.vector);
  cr_expect(status == GSL_SUCCESS && log_p[0] == -INFINITY,
            "an infinite value: status %d, log density %g", status, log_p[0]);
}

Test(spherical, samples_have_the_mean_and_variance_of_the_law) {
  enum { ROWS = 20000 };
  double m[] = {3, -1};
  const mg_spherical g = {.dim = 2, .mean = m, .variance = 4};
  gsl_rng *rng = mg_stream_alloc(1, "test", 0);
  gsl_matrix *x = gsl_matrix_alloc(ROWS, 2);
  cr_assert_eq(mg_spherical_sample(&g, rng, x), GSL_SUCCESS, "%s", mg_reason());
  for (size_t j = 0; j < 2; j++) {
    double mean = gsl_stats_mean(x->data + j, 2, ROWS);
    double variance = gsl_stats_variance_m(x->data + j, 2, ROWS, mean);
    double z = (mean - m[j]) / sqrt(4.0 / ROWS);
    cr_expect(fabs(z) < 6.1, "column %zu: mean %g, z = %g", j, mean, z);
    z = (variance - 4) / (4 * sqrt(2.0 / ROWS));
    cr_expect(fabs(z) < 6.1, "column %zu: variance %g, z = %g", j, variance, z);
  }
  gsl_matrix_free(x);
  gsl_rng_free(rng);
}

/* ---- the fit ---- */

Test(spherical, fit_is_maximum_likelihood) {
  mg_dataset *data = named("faithful");
  mg_model *model = fitted(data, 1);
  const mg_spherical *g = model->self;
  const gsl_matrix *x = data->reals;
  double variance = 0;
  for (size_t j = 0; j < 2; j++) {
    double mean = gsl_stats_mean(x->data + j, x->tda, data->n);
    cr_expect(gsl_fcmp(g->mean[j], mean, 1e-14) == 0, "mean %zu is %.17g", j,
              g->mean[j]);
    variance +=
        gsl_stats_variance_with_fixed_mean(x->data + j, x->tda, data->n, mean) /
        2;
  }
  cr_expect(gsl_fcmp(g->variance, variance, 1e-13) == 0,
            "the variance is %.17g, not %.17g", g->variance, variance);
  cr_expect_eq(mg_model_parameters(model), 3, "parameters");
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Rows first .. first+n-1 of a data set of reals. */
static mg_batch batch_of(const mg_dataset *data, size_t first, size_t n) {
  gsl_matrix_view x =
      gsl_matrix_submatrix(data->reals, first, 0, n, data->reals->size2);
  return (mg_batch){.x = x.matrix, .first = first};
}

Test(spherical, neither_start_nor_parts_change_the_fit) {
  mg_dataset *data = named("faithful");
  mg_model *model = fitted(data, 1);
  mg_spherical g = {.dim = 0}, *all = model->self;
  const mg_spherical_options options = mg_spherical_options_default();
  const mg_batch sample = batch_of(data, 5, 1);
  const mg_batch parts[] = {batch_of(data, 0, 100), batch_of(data, 100, 172)};
  mg_report report;
  cr_assert_eq(mg_spherical_init(&g, &data->space, &options), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_spherical_type.start(&g, NULL, &sample), GSL_SUCCESS, "%s",
               mg_reason());
  mg_stats stats = {.sums = gsl_vector_calloc(3), .n = data->n};
  for (size_t i = 0; i < 2; i++)
    cr_assert_eq(mg_spherical_type.gather(&g, NULL, &parts[i], &stats),
                 GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_spherical_type.update(&g, &stats, &report), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t j = 0; j < 2; j++)
    cr_expect(gsl_fcmp(g.mean[j], all->mean[j], 1e-13) == 0, "mean %zu: %.17g",
              j, g.mean[j]);
  cr_expect(gsl_fcmp(g.variance, all->variance, 1e-12) == 0,
            "variance %.17g, not %.17g", g.variance, all->variance);
  gsl_vector_free(stats.sums);
  mg_spherical_clear(&g);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* A fit of one pass with a floor; the report against the density. */
static void expect_true_report(double floor) {
  mg_dataset *data = named("faithful");
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options options = mg_fit_options_default();
  mg_model *model = mg_model_alloc(&mg_spherical_type, &data->space,
                                   &(mg_spherical_options){floor}, false);
  mg_fit *fit = mg_fit_alloc(model, &rows, &options, 1);
  cr_assert(model && fit, "%s", mg_reason());
  cr_assert_eq(mg_fit_iterate(fit), GSL_SUCCESS, "%s", mg_reason());
  cr_expect_eq(mg_fit_test(fit), GSL_SUCCESS, "one pass is not the end");
  double reported = mg_fit_last(fit)->log_likelihood;
  mg_fit_finish(fit);
  mg_evidence evidence = evidence_of(model, &rows);
  cr_expect(gsl_fcmp(reported, evidence.value, 1e-13) == 0,
            "floor %g: reported %.17g, computed %.17g", floor, reported,
            evidence.value);
  mg_fit_free(fit);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(spherical, report_is_the_log_likelihood) {
  expect_true_report(0);
  expect_true_report(500); /* above the variance */
}

Test(spherical, parameters_do_not_depend_on_threads) {
  mg_dataset *data = named("pinwheel");
  mg_model *one = fitted(data, 1), *three = fitted(data, 3);
  const mg_spherical *a = one->self, *b = three->self;
  cr_expect(memcmp(a->mean, b->mean, 2 * sizeof(double)) == 0, "other means");
  cr_expect(memcmp(&a->variance, &b->variance, sizeof(double)) == 0,
            "variance %.17g and %.17g", a->variance, b->variance);
  mg_model_free(one);
  mg_model_free(three);
  mg_dataset_free(data);
}

Test(spherical, equal_data_need_a_floor) {
  const mg_space space = {.dim = 2, .measure = MG_REALS};
  const mg_fit_options options = mg_fit_options_default();
  mg_dataset *data = mg_dataset_alloc("point", &space, 5);
  gsl_matrix_set_all(data->reals, 1.5);
  const mg_rows rows = mg_dataset_all(data);
  mg_model *model = mg_model_alloc(&mg_spherical_type, &space,
                                   &(mg_spherical_options){0}, false);
  int status = mg_fit_run(model, &rows, &options, 1);
  cr_expect_eq(status, GSL_EDOM, "status %d", status);
  cr_expect(strstr(mg_reason(), "floor"), "no remedy: %s", mg_reason());
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- what the rest of the program does with it ---- */

Test(spherical, evidence_on_reals_is_exact_and_on_levels_a_bound) {
  mg_dataset *faithful = named("faithful"), *digits = named("digits");
  mg_model *on_reals = fitted(faithful, 1), *on_levels = fitted(digits, 1);
  const mg_rows reals = mg_dataset_part(faithful, MG_TEST);
  const mg_rows levels = mg_dataset_part(digits, MG_TEST);
  cr_expect_eq(evidence_of(on_reals, &reals).claim, MG_EXACT, "reals");
  cr_expect_eq(evidence_of(on_levels, &levels).claim, MG_LOWER, "levels");
  mg_model_free(on_reals);
  mg_model_free(on_levels);
  mg_dataset_free(faithful);
  mg_dataset_free(digits);
}

Test(spherical, a_model_comes_back_from_its_file) {
  static const mg_model_type *const types[] = {&mg_spherical_type, NULL};
  mg_dataset *data = named("faithful");
  mg_model *model = fitted(data, 1);
  cr_assert_eq(mg_model_write(model, NULL, "m.safetensors"), GSL_SUCCESS, "%s",
               mg_reason());
  mg_model *again = mg_model_read(types, "m.safetensors");
  cr_assert_not_null(again, "%s", mg_reason());
  const mg_spherical *a = model->self, *b = again->self;
  cr_expect(a->mean[0] == b->mean[0] && a->mean[1] == b->mean[1], "means");
  cr_expect(a->variance == b->variance, "variance");
  ((mg_spherical *)again->self)->variance = -1;
  cr_expect_eq(mg_spherical_type.refresh(again->self), GSL_EDOM,
               "a negative variance passes");
  mg_model_free(again);
  mg_model_free(model);
  mg_dataset_free(data);
}
