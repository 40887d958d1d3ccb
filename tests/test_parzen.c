/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels on samples, against the formula, against the closed form of a model
 * that has collapsed, and against the order that log p gives. */
#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "base/number.h"
#include "base/status.h"
#include "base/stream.h"
#include "eval/parzen.h"
#include "models/gmm.h"
#include "models/kde.h"
#include "models/knn.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(parzen, .init = setup);

static gsl_matrix *normals(size_t n, size_t dim, double sd,
                           unsigned long seed) {
  gsl_matrix *x = gsl_matrix_alloc(n, dim);
  gsl_rng *rng = mg_stream_alloc(seed, "test/rows", dim);
  for (size_t i = 0; i < n * dim; i++)
    x->data[i] = gsl_ran_gaussian(rng, sd);
  gsl_rng_free(rng);
  return x;
}

static mg_dataset *normal_data(size_t n, size_t dim, const char *split) {
  const mg_space space = {.dim = dim, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("normal", &space, n);
  gsl_matrix *x = normals(n, dim, 1, 77);
  gsl_matrix_memcpy(data->reals, x);
  gsl_matrix_free(x);
  cr_assert_eq(mg_dataset_split(data, split), GSL_SUCCESS, "%s", mg_reason());
  return data;
}

static mg_evidence judged(const gsl_matrix *samples, const mg_dataset *data,
                          mg_part_name part) {
  mg_evidence e;
  cr_assert_eq(mg_parzen_of_samples(samples, data, part, 0, 1, &e), GSL_SUCCESS,
               "%s", mg_reason());
  cr_expect(e.claim == MG_ESTIMATE && strcmp(e.method, "kde") == 0,
            "claim %s, method %s", mg_claim_sign(e.claim), e.method);
  cr_expect(e.draws == samples->size1, "%zu draws", e.draws);
  return e;
}

/* Mean of [parzen.1] over rows, as it stands. */
static double direct(const gsl_matrix *s, const mg_rows *rows, double h) {
  double mean = 0;
  for (size_t i = 0; i < rows->n; i++) {
    long double sum = 0;
    for (size_t k = 0; k < s->size1; k++) {
      double square = 0;
      for (size_t j = 0; j < s->size2; j++)
        square +=
            gsl_pow_2(gsl_matrix_get(rows->data->reals, rows->first + i, j) -
                      gsl_matrix_get(s, k, j));
      sum += expl(-square / (2 * h * h));
    }
    mean += (double)logl(sum / s->size1) / (double)rows->n -
            (double)s->size2 / (double)rows->n * (MG_LN_2PI / 2 + log(h));
  }
  return mean;
}

Test(parzen, the_formula_with_the_best_bandwidth_of_the_validation_part) {
  mg_dataset *data = normal_data(120, 2, "10/50/60");
  gsl_matrix *samples = normals(30, 2, 1.3, 5);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_rows validation = mg_dataset_part(data, MG_VALIDATION);
  mg_model *kernels = mg_parzen_model(samples, &validation, 0, 1);
  cr_assert_not_null(kernels, "%s", mg_reason());
  const double h = mg_parzen_bandwidth(kernels);
  const mg_evidence e = judged(samples, data, MG_TEST);
  cr_expect(fabs(e.value - direct(samples, &test, h)) < 1e-12,
            "%.15f, direct %.15f", e.value, direct(samples, &test, h));
  const double best = direct(samples, &validation, h);
  for (double c = 0.25; c < 5; c *= 1.05)
    cr_expect(direct(samples, &validation, c * h) < best + 1e-12,
              "%.3f of the bandwidth is better", c);
  char text[64];
  snprintf(text, sizeof text, "30 samples, bandwidth %.4g,", h);
  cr_expect(strstr(e.note, text), "the note is '%s'", e.note);
  mg_model_free(kernels);
  gsl_matrix_free(samples);
  mg_dataset_free(data);
}

/* The rows judged have no say in the bandwidth, also not in halves. */
Test(parzen, never_chosen_on_the_rows_judged) {
  mg_dataset *data = normal_data(90, 2, "10/40/40");
  gsl_matrix *samples = normals(30, 2, 1.3, 5);
  const mg_evidence before = judged(samples, data, MG_TEST);
  for (size_t i = 50; i < 90; i++)
    gsl_matrix_set(data->reals, i, 0, 9);
  const mg_evidence after = judged(samples, data, MG_TEST);
  cr_expect(strcmp(before.note, after.note) == 0, "'%s', then '%s'",
            before.note, after.note);
  cr_expect(after.value < before.value - 1, "%g, then %g", before.value,
            after.value);
  /* The halves of validation are rows 10 .. 29 and 30 .. 49. */
  const mg_rows half[] = {{data, 10, 20}, {data, 30, 20}};
  double h[2], value = 0;
  for (int i = 0; i < 2; i++) {
    mg_model *kernels = mg_parzen_model(samples, &half[1 - i], 0, 1);
    cr_assert_not_null(kernels, "%s", mg_reason());
    h[i] = mg_parzen_bandwidth(kernels);
    value += direct(samples, &half[i], h[i]) / 2;
    mg_model_free(kernels);
  }
  const mg_evidence e = judged(samples, data, MG_VALIDATION);
  char text[64];
  snprintf(text, sizeof text, "bandwidths %.4g and %.4g,", h[0], h[1]);
  cr_expect(strstr(e.note, text), "the note is '%s', not of %s", e.note, text);
  cr_expect(e.n == 40 && fabs(e.value - value) < 1e-12, "%.15f, direct %.15f",
            e.value, value);
  cr_expect(0.05 < e.std_error && e.std_error < 0.5, "error %g", e.std_error);
  gsl_matrix_free(samples);
  mg_dataset_free(data);
}

/* All samples the same: one Gaussian, whose sd is the rms of validation. */
Test(parzen, a_collapsed_model_in_closed_form) {
  mg_dataset *data = normal_data(700, 5, "0/400/300");
  gsl_matrix *samples = gsl_matrix_calloc(50, 5);
  double squares[2] = {0, 0};
  for (size_t i = 0; i < 700; i++)
    for (size_t j = 0; j < 5; j++)
      squares[i >= 400] += gsl_pow_2(gsl_matrix_get(data->reals, i, j));
  const double h = sqrt(squares[0] / (400 * 5));
  const double exact =
      -2.5 * MG_LN_2PI - 5 * log(h) - squares[1] / 300 / (2 * h * h);
  const mg_evidence e = judged(samples, data, MG_TEST);
  cr_expect(fabs(e.value - exact) < 1e-6, "%.9f, exact %.9f", e.value, exact);
  gsl_matrix_free(samples);
  mg_dataset_free(data);
}

/* On bits a kernel without noise would be as narrow as can be. */
Test(parzen, bits_have_noise) {
  const mg_space space = {.dim = 4, .measure = MG_BINARY, .levels = 2};
  mg_dataset *data = mg_dataset_alloc("bits", &space, 2000);
  gsl_matrix *samples = gsl_matrix_alloc(2000, 4);
  gsl_rng *rng = mg_stream_alloc(1, "test/bits", 0);
  for (size_t i = 0; i < 8000; i++) {
    data->bytes[i] = gsl_rng_uniform(rng) < 0.5;
    samples->data[i] = gsl_rng_uniform(rng) < 0.5;
  }
  cr_assert_eq(mg_dataset_split(data, "0/1000/1000"), GSL_SUCCESS, "split");
  const mg_evidence e = judged(samples, data, MG_TEST);
  /* Uniform on 16 states: log P = -4 log 2, and kernels are less sharp. */
  cr_expect(-4 * M_LN2 - 0.6 < e.value && e.value < -4 * M_LN2, "%g", e.value);
  /* Rows that choose have noise as well: no other bandwidth is better. */
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_rows validation = mg_dataset_part(data, MG_VALIDATION);
  const mg_evidence_options options = mg_evidence_options_default();
  mg_model *kernels = mg_parzen_model(samples, &validation, 0, 1);
  mg_kde *k = kernels->self;
  const double h = mg_parzen_bandwidth(kernels);
  static const double factor[] = {0.7, 1.4};
  for (size_t i = 0; i < 2; i++) {
    mg_evidence other;
    for (size_t j = 0; j < 4; j++)
      k->bandwidth[j] = factor[i] * h;
    mg_kde_type.refresh(k);
    mg_evidence_of(kernels, &test, &options, 2, &other);
    cr_expect(other.value < e.value, "%.1f of the bandwidth: %g, not %g",
              factor[i], other.value, e.value);
  }
  mg_model_free(kernels);
  gsl_rng_free(rng);
  gsl_matrix_free(samples);
  mg_dataset_free(data);
}

/* ---- the wrong way round ---- */

static double number(const mg_table *table, size_t row, size_t column) {
  double value = NAN;
  mg_parse_real(mg_table_get(table, row, column), &value);
  return value;
}

enum { DIM = 32 };

static mg_model *standard_normal(void) {
  const mg_space space = {.dim = DIM, .measure = MG_REALS};
  const mg_gmm_options options = {.components = 1,
                                  .covariance = MG_GMM_SPHERICAL};
  mg_model *model = mg_model_alloc(&mg_gmm_type, &space, &options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_gmm *g = model->self;
  gsl_vector_set_all(g->weights, 1);
  gsl_matrix_set_all(g->spread, 1);
  cr_assert_eq(mg_gmm_refresh(g), GSL_SUCCESS, "%s", mg_reason());
  return model;
}

Test(parzen, kernels_rank_the_truth_below_a_collapsed_model) {
  mg_dataset *data = normal_data(800, DIM, "0/400/400");
  mg_model *truth = standard_normal();
  const mg_parzen_options options = {.samples = 1000};
  const double factor[] = {1, 0.5, 0.05};
  mg_table *table[] = {mg_table_alloc(MG_PARZEN_COLUMNS),
                       mg_table_alloc(MG_PARZEN_COLUMNS)};
  double y[6];
  cr_assert_eq(
      mg_parzen_shrunk(truth, data, factor, 3, &options, 1, table[0], table[1]),
      GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < 6; i++) {
    const mg_table *t = table[i / 3];
    const size_t row = i % 3;
    cr_assert_eq(mg_table_rows(t), 3, "%zu rows", mg_table_rows(t));
    y[i] = number(t, row, 2);
    cr_expect(number(t, row, 1) == factor[row], "x of row %zu", i);
    cr_expect(number(t, row, 3) < y[i] && y[i] < number(t, row, 4),
              "error bar of row %zu", i);
  }
  /* N(0, f^2 I) at data from N(0, I): exact, with |x|^2 as they are. */
  double square = 0;
  for (size_t i = 400; i < 800; i++)
    for (size_t j = 0; j < DIM; j++)
      square += gsl_pow_2(gsl_matrix_get(data->reals, i, j)) / 400;
  for (size_t i = 0; i < 3; i++) {
    const double exact = -0.5 * DIM * MG_LN_2PI - DIM * log(factor[i]) -
                         square / (2 * factor[i] * factor[i]);
    cr_expect(fabs(y[i] - exact) < 1e-9 * fabs(exact), "f %g: %.9f, exact %.9f",
              factor[i], y[i], exact);
  }
  cr_expect(y[0] > y[1] && y[1] > y[2], "log p: %g, %g, %g", y[0], y[1], y[2]);
  cr_expect(y[5] > y[4] && y[4] > y[3], "kernels: %g, %g, %g", y[3], y[4],
            y[5]);
  /* [parzen.3]: the collapsed one's kernels are the law of the data. */
  cr_expect(fabs(y[5] - y[0]) < 0.1, "kernels %g, truth %g", y[5], y[0]);
  cr_expect(y[3] < y[0] - 3, "kernels on the truth: %g, truth %g", y[3], y[0]);
  mg_table_free(table[0]);
  mg_table_free(table[1]);
  mg_model_free(truth);
  mg_dataset_free(data);
}

/* ---- refusals ---- */

Test(parzen, what_cannot_be_is_refused) {
  mg_dataset *data = normal_data(20, 2, "0/10/10");
  gsl_matrix *one = gsl_matrix_calloc(1, 2), *wide = gsl_matrix_calloc(5, 3);
  mg_evidence e;
  cr_expect_neq(mg_parzen_of_samples(one, data, MG_TEST, 0, 1, &e), GSL_SUCCESS,
                "one sample");
  cr_expect_neq(mg_parzen_of_samples(wide, data, MG_TEST, 0, 1, &e),
                GSL_SUCCESS, "three columns");
  cr_expect_eq(mg_parzen_of_samples(wide, data, MG_TRAIN, 0, 1, &e), GSL_EINVAL,
               "no rows");
  mg_parzen_options options = mg_parzen_options_default();
  cr_expect(options.samples == 10000, "%zu samples", options.samples);
  mg_model *gmm = standard_normal();
  cr_expect_eq(mg_parzen_of(gmm, data, MG_TEST, &options, 1, &e), GSL_EINVAL,
               "another space");
  mg_model *knn = mg_model_alloc(&mg_knn_type, &data->space, NULL, false);
  cr_assert_not_null(knn, "%s", mg_reason());
  cr_expect_eq(mg_parzen_of(knn, data, MG_TEST, &options, 1, &e), GSL_EUNSUP,
               "a family that draws nothing");
  cr_expect_eq(mg_parzen_shrunk(knn, data, NULL, 0, &options, 1, NULL, NULL),
               GSL_EUNSUP, "no components");
  mg_model_free(knn);
  mg_model_free(gmm);
  gsl_matrix_free(one);
  gsl_matrix_free(wide);
  mg_dataset_free(data);
}
