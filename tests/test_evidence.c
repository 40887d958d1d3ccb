/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims: their value, error, direction and count, against sums by hand; the
 * criteria and units against their formulas. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "data/catalogue.h"
#include "data/toys.h"
#include "eval/evidence.h"
#include "models/fit.h"
#include "models/gmm.h"
#include "toy_family.h"

/* ---- a family whose density is known ---- */

/* log p(x) = -x_1, whatever the rest. */
static int slope(const void *self, const gsl_matrix *x, gsl_vector *log_p) {
  (void)self;
  int status = mg_shape_check(2, x, log_p);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++) {
    const double value = gsl_matrix_get(x, i, 0);
    if (isnan(value))
      return mg_fail(GSL_EDOM, "no number");
    gsl_vector_set(log_p, i, -value);
  }
  return status;
}

static mg_model_type slope_type;
static const mg_space reals = {.dim = 2, .measure = MG_REALS};
static const mg_space shades = {.dim = 2, .measure = MG_LEVELS, .levels = 4};

static mg_model *slope_on(const mg_space *space, bool noise) {
  slope_type = kept_type;
  slope_type.measures = 1u << MG_REALS;
  slope_type.log_density = slope;
  mg_model *model = mg_model_alloc(&slope_type, space, NULL, noise);
  cr_assert_not_null(model, "%s", mg_reason());
  return model;
}

/* Rows whose first column is row^2 mod 7. */
static double value_of(size_t row) {
  return (double)(row * row % 7);
}

static mg_dataset *squares(size_t n) {
  mg_dataset *data = mg_dataset_alloc("squares", &reals, n);
  cr_assert_not_null(data, "%s", mg_reason());
  gsl_matrix_set_zero(data->reals);
  for (size_t i = 0; i < n; i++)
    gsl_matrix_set(data->reals, i, 0, value_of(i));
  return data;
}

static mg_evidence evidence_of(const mg_model *model, const mg_rows *rows,
                               size_t draws, size_t threads,
                               unsigned long seed) {
  const mg_evidence_options options = {.draws = draws, .threads = threads};
  mg_evidence e;
  int status = mg_evidence_of(model, rows, &options, seed, &e);
  cr_assert(status == GSL_SUCCESS, "%s", mg_reason());
  return e;
}

/* ---- exact ---- */

Test(evidence, exact_is_the_mean_with_its_error) {
  mg_dataset *data = squares(1000);
  mg_model *model = slope_on(&reals, false);
  const mg_rows rows = {.data = data, .first = 100, .n = 700};
  double mean = 0, square = 0;
  for (size_t i = 100; i < 800; i++) {
    mean -= value_of(i) / 700;
    square += value_of(i) * value_of(i);
  }
  const double error = sqrt((square - 700 * mean * mean) / 699 / 700);
  const mg_evidence e = evidence_of(model, &rows, 9, 1, 1);
  cr_expect(fabs(e.value - mean) < 1e-14 * 700, "%.17g, by hand %.17g", e.value,
            mean);
  cr_expect(fabs(e.std_error / error - 1) < 1e-12, "+- %.17g, by hand %.17g",
            e.std_error, error);
  cr_expect(e.claim == MG_EXACT && e.draws == 0 && e.n == 700,
            "claim %s, %zu draws, %zu data", mg_claim_sign(e.claim), e.draws,
            e.n);
  cr_expect_str_eq(e.method, "exact", "method '%s'", e.method);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(evidence, one_datum_has_no_error) {
  mg_dataset *data = squares(3);
  mg_model *model = slope_on(&reals, false);
  const mg_rows rows = {.data = data, .first = 2, .n = 1};
  const mg_evidence e = evidence_of(model, &rows, 1, 0, 1);
  cr_expect(e.value == -4 && isnan(e.std_error), "%g +- %g", e.value,
            e.std_error);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(evidence, an_impossible_datum_is_told) {
  mg_dataset *data = squares(300);
  mg_model *model = slope_on(&reals, false);
  const mg_rows rows = mg_dataset_all(data);
  gsl_matrix_set(data->reals, 290, 0, INFINITY);
  const mg_evidence e = evidence_of(model, &rows, 1, 1, 1);
  cr_expect(e.value == -INFINITY && isnan(e.std_error), "%g +- %g", e.value,
            e.std_error);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- dequantised ---- */

/* Under -x the mean over u is -(level + 1/2), and a datum's variance over S
 * draws is that of a uniform, 1/12, over S. */
Test(evidence, dequantised_is_a_bound_by_draws) {
  mg_dataset *data = mg_dataset_alloc("levels", &shades, 4000);
  mg_model *model = slope_on(&shades, true);
  memset(data->bytes, 2, 8000);
  const mg_rows rows = mg_dataset_all(data);
  for (size_t draws = 1; draws <= 16; draws *= 4) {
    const mg_evidence e = evidence_of(model, &rows, draws, 1, 1);
    const double sd = sqrt(1.0 / 12 / (double)draws / 4000);
    cr_expect(fabs(e.value + 2.5) < 6.1 * sd, "%zu draws: %g", draws, e.value);
    /* a standard deviation over 4000 is known to about 1 in 100 */
    cr_expect(fabs(e.std_error / sd - 1) < 0.1, "%zu draws: +- %g, not %g",
              draws, e.std_error, sd);
    cr_expect(e.claim == MG_LOWER && e.draws == draws && e.n == 4000,
              "claim %s, %zu draws", mg_claim_sign(e.claim), e.draws);
    cr_expect_str_eq(e.method, "uniform dequantisation", "method '%s'",
                     e.method);
  }
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(evidence, noise_is_the_seeds_and_not_the_threads) {
  mg_dataset *data = mg_dataset_alloc("levels", &shades, 2000);
  mg_model *model = slope_on(&shades, true);
  memset(data->bytes, 1, 4000);
  const mg_rows rows = mg_dataset_all(data);
  const mg_evidence one = evidence_of(model, &rows, 3, 1, 1);
  for (size_t threads = 0; threads <= 4; threads++) {
    const mg_evidence e = evidence_of(model, &rows, 3, threads, 1);
    cr_expect(e.value == one.value && e.std_error == one.std_error,
              "%.17g on %zu threads, %.17g on one", e.value, threads,
              one.value);
  }
  cr_expect(evidence_of(model, &rows, 3, 1, 2).value != one.value,
            "the same noise of another seed");
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- no density ---- */

/* What does not integrate to 1 has a mean all the same, and claims nothing:
 * neither by noise. */
Test(evidence, an_improper_density_makes_no_claim) {
  mg_dataset *data = squares(300), *levels;
  levels = mg_dataset_alloc("levels", &shades, 10);
  memset(levels->bytes, 1, 20);
  mg_model *model = slope_on(&reals, false), *noisy = slope_on(&shades, true);
  const mg_rows all = mg_dataset_all(data), other = mg_dataset_all(levels);
  slope_type.improper = true;
  const mg_evidence e = evidence_of(model, &all, 1, 1, 1);
  cr_expect(e.claim == MG_NO_CLAIM && e.draws == 0 && e.value < 0,
            "claim %s, %g", mg_claim_sign(e.claim), e.value);
  cr_expect_str_eq(e.method, "does not integrate to 1", "method '%s'",
                   e.method);
  const mg_evidence n = evidence_of(noisy, &other, 5, 1, 1);
  cr_expect(n.claim == MG_NO_CLAIM && n.draws == 5, "with noise: claim %s",
            mg_claim_sign(n.claim));
  mg_model_free(model);
  mg_model_free(noisy);
  mg_dataset_free(data);
  mg_dataset_free(levels);
}

/* ---- refusals ---- */

static void expect_code(const mg_model *model, const mg_rows *rows,
                        size_t draws, int code, const char *says) {
  const mg_evidence_options options = {.draws = draws, .threads = 2};
  mg_evidence e;
  mg_reason_clear();
  int status = mg_evidence_of(model, rows, &options, 1, &e);
  cr_expect(status == code, "%s: %d, not %d", says, status, code);
  cr_expect(strstr(mg_reason(), says), "no '%s' in '%s'", says, mg_reason());
}

Test(evidence, what_is_no_evidence_is_refused) {
  mg_dataset *data = squares(600), *levels;
  levels = mg_dataset_alloc("levels", &shades, 10);
  memset(levels->bytes, 1, 20);
  mg_model *model = slope_on(&reals, false);
  mg_model *noisy = slope_on(&shades, true);
  const mg_rows all = mg_dataset_all(data), none = {.data = data};
  const mg_rows other = mg_dataset_all(levels);
  expect_code(model, &none, 1, GSL_EINVAL, "no rows");
  expect_code(model, &other, 1, GSL_EINVAL, "unequal spaces");
  expect_code(noisy, &other, 0, GSL_EINVAL, "at least 1 draw");
  gsl_matrix_set(data->reals, 599, 0, NAN);
  expect_code(model, &all, 1, GSL_EDOM, "no number");
  slope_type.log_density = NULL;
  expect_code(model, &all, 1, GSL_EUNSUP, "no density");
  mg_model_free(model);
  mg_model_free(noisy);
  mg_dataset_free(data);
  mg_dataset_free(levels);
}

/* ---- the truth of toys ---- */

static void expect_truth(const char *name) {
  mg_dataset *data = mg_dataset_named(name, 1);
  cr_assert_not_null(data, "%s", mg_reason());
  const mg_rows rows = mg_dataset_all(data);
  mg_evidence e;
  cr_assert(mg_evidence_of_truth(&rows, &e) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(e.claim == MG_EXACT && e.n == data->n && e.draws == 0,
            "%s: claim %s of %zu", name, mg_claim_sign(e.claim), e.n);
  /* uniform squares have one density, and no spread but rounding */
  cr_expect(fabs(e.value + data->truth.entropy) <= 6.1 * e.std_error + 1e-12,
            "%s: %g +- %g, entropy %g", name, e.value, e.std_error,
            data->truth.entropy);
  mg_dataset_free(data);
}

Test(evidence, the_truth_meets_its_entropy) {
  expect_truth("ring");
  expect_truth("grid");
  expect_truth("checkerboard");
  expect_truth("heights");
}

Test(evidence, no_truth_no_claim) {
  mg_dataset *data = mg_toys_draw("moons", 20, 1);
  mg_rows rows = mg_dataset_all(data);
  mg_evidence e;
  cr_expect(mg_evidence_of_truth(&rows, &e) == GSL_EUNSUP, "a truth of moons");
  cr_expect(strstr(mg_reason(), "moons"), "'%s'", mg_reason());
  mg_dataset_free(data);
  data = mg_toys_draw("ring", 20, 1);
  rows = (mg_rows){.data = data};
  cr_expect(mg_evidence_of_truth(&rows, &e) == GSL_EINVAL, "of no rows");
  mg_dataset_free(data);
}

static int no_truth(const gsl_matrix *x, gsl_vector *log_p) {
  (void)x, (void)log_p;
  return mg_fail(GSL_EDOM, "lost");
}

Test(evidence, a_truth_that_fails_is_no_claim) {
  mg_dataset *data = mg_toys_draw("ring", 20, 1);
  const mg_rows rows = mg_dataset_all(data);
  mg_evidence e;
  data->truth.log_density = no_truth;
  cr_expect(mg_evidence_of_truth(&rows, &e) == GSL_EDOM, "no error");
  cr_expect_str_eq(mg_reason(), "lost", "'%s'", mg_reason());
  mg_dataset_free(data);
}

/* ---- formulas ---- */

Test(evidence, criteria_follow_their_formulas) {
  /* Schwarz: 3 log 100 = 13.8155...; Akaike: 2 * 3 */
  cr_expect(fabs(mg_bic(-50, 3, 100) - 113.8155105579643) < 1e-12, "BIC %.15g",
            mg_bic(-50, 3, 100));
  cr_expect(mg_aic(-50, 3) == 106, "AIC %g", mg_aic(-50, 3));
  cr_expect(mg_bic(-50, 0, 1) == 100 && mg_aic(-50, 0) == 100,
            "a model of nothing");
}

/* A fair coin a pixel is one bit a dimension. */
Test(evidence, bits_are_code_length) {
  cr_expect(fabs(mg_bits_per_dim(-64 * MG_LN_2, 64) - 1) < 1e-15, "%.17g",
            mg_bits_per_dim(-64 * MG_LN_2, 64));
  cr_expect(fabs(mg_bits_per_dim(-8 * MG_LN_2, 1) - 8) < 1e-14, "%.17g",
            mg_bits_per_dim(-8 * MG_LN_2, 1));
}

Test(evidence, claims_have_signs) {
  const char *const signs[] = {"=", ">=", "<=", "~", "none"};
  for (int claim = MG_EXACT; claim <= MG_NO_CLAIM; claim++)
    cr_expect_str_eq(mg_claim_sign((mg_claim)claim), signs[claim], "'%s'",
                     mg_claim_sign((mg_claim)claim));
}

Test(evidence, defaults) {
  const mg_evidence_options options = mg_evidence_options_default();
  cr_expect(options.draws == 4 && options.threads == 0, "%zu draws",
            options.draws);
}

/* ---- rows of a table ---- */

static void expect_field(const mg_table *table, size_t row, const char *column,
                         const char *text) {
  const size_t at = mg_table_find(table, column);
  cr_assert(at < mg_table_columns(table), "no column %s", column);
  cr_expect_str_eq(mg_table_get(table, row, at), text, "%s is '%s', not '%s'",
                   column, mg_table_get(table, row, at), text);
}

Test(evidence, a_row_says_all_of_it) {
  mg_dataset *data = squares(3), *levels;
  levels = mg_dataset_alloc("pixels", &shades, 3);
  mg_table *table = mg_table_alloc(MG_EVIDENCE_COLUMNS);
  const mg_evidence exact = {.value = -1.5,
                             .std_error = 0.25,
                             .claim = MG_EXACT,
                             .n = 40,
                             .method = "exact"};
  const mg_evidence bound = {.value = -4 * MG_LN_2,
                             .std_error = 0.5,
                             .claim = MG_LOWER,
                             .n = 7,
                             .draws = 9,
                             .method = "noise"};
  mg_evidence_row(table, "slope", data, MG_TEST, &exact, 5, NAN, NULL);
  mg_evidence_row(table, "hill", levels, MG_TRAIN, &bound, 6, 1.25, "k=1");
  cr_assert(mg_table_status(table) == GSL_SUCCESS, "%s", mg_reason());
  const struct {
    const char *column, *first, *second;
  } fields[] = {
      {"model", "slope", "hill"},
      {"data", "squares", "pixels"},
      {"split", "test", "train"},
      {"method", "exact", "noise"},
      {"claim", "=", ">="},
      {"nats", "-1.5", "-2.77258872224"},
      {"std_error", "0.25", "0.5"},
      {"unit", "nats per datum, log density", "nats per datum, log mass"},
      {"bits_per_dim", "1.08202128067", "2"},
      {"n", "40", "7"},
      {"draws", "0", "9"},
      {"parameters", "5", "6"},
      {"seconds", "nan", "1.25"},
      {"note", "", "k=1"}};
  const size_t columns = sizeof fields / sizeof *fields;
  cr_expect(mg_table_columns(table) == columns, "%zu columns",
            mg_table_columns(table));
  for (size_t i = 0; i < columns; i++) {
    cr_expect_str_eq(mg_table_name(table, i), fields[i].column, "column %zu",
                     i);
    expect_field(table, 0, fields[i].column, fields[i].first);
    expect_field(table, 1, fields[i].column, fields[i].second);
  }
  mg_table_free(table);
  mg_dataset_free(data);
  mg_dataset_free(levels);
}

/* The mean of the differences is the difference of the means; over itself a
 * model gains nothing, surely. */
Test(evidence, gain_of_a_model_over_another) {
  mg_dataset *data = mg_dataset_named("heights", 1);
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_fit_options fit = mg_fit_options_default();
  const mg_evidence_options options = mg_evidence_options_default();
  mg_model *model[2];
  mg_evidence e[2];
  for (size_t i = 0; i < 2; i++) {
    const mg_gmm_options how = {.components = i + 1, .floor = 1e-3};
    model[i] = mg_model_alloc(&mg_gmm_type, &data->space, &how, false);
    cr_assert_eq(mg_fit_run(model[i], &train, &fit, 1), 0, "%s", mg_reason());
    mg_evidence_of(model[i], &test, &options, 1, &e[i]);
  }
  mg_tally gain;
  cr_assert_eq(mg_evidence_gain(model[1], model[0], &test, &options, 1, &gain),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect(fabs(gain.mean - (e[1].value - e[0].value)) < 1e-12, "the mean: %g",
            gain.mean);
  cr_expect(gain.std_error > 0 && gain.std_error < 0.5 * e[0].std_error,
            "its error, %g beside %g", gain.std_error, e[0].std_error);
  mg_evidence_gain(model[1], model[1], &test, &options, 1, &gain);
  cr_expect(gain.mean == 0 && gain.std_error == 0, "over itself: %g",
            gain.mean);
  mg_model_free(model[0]);
  mg_model_free(model[1]);
  mg_dataset_free(data);
}

Test(evidence, a_row_for_the_axis) {
  mg_model *m = slope_on(&reals, false);
  mg_dataset *data = squares(10);
  mg_table *t = mg_table_alloc(MG_EVIDENCE_AXIS);
  mg_dataset_split(data, "6/0/4");
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_evidence e = evidence_of(m, &test, 1, 1, 0);
  cr_assert_eq(mg_evidence_axis(t, "slope", m, data, MG_TEST), GSL_SUCCESS);
  cr_expect_str_eq(mg_table_get(t, 0, 0), "slope");
  cr_expect_str_eq(mg_table_get(t, 0, 1), "test");
  cr_expect_float_eq(strtod(mg_table_get(t, 0, 2), NULL), e.value, 1e-11);
  cr_expect_float_eq(strtod(mg_table_get(t, 0, 3), NULL), e.std_error, 1e-11);
  cr_expect_str_eq(mg_table_get(t, 0, 4), "=");
  cr_expect_str_eq(mg_table_get(t, 0, 5), "model");
  cr_expect_eq(mg_evidence_axis(t, "slope", m, data, MG_VALIDATION),
               GSL_EINVAL);
  mg_table_free(t);
  mg_model_free(m);
  mg_dataset_free(data);
}
