/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all models have in common: where they can stand, how noise is added and
 * taken away, what happens when a family cannot. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/model.h"
#include "toy_family.h"

static const mg_space reals = {.dim = 2, .measure = MG_REALS, .classes = 2};
static const mg_space bits = {
    .dim = 2, .measure = MG_BINARY, .levels = 2, .classes = 2};
static const mg_space shades = {
    .dim = 2, .measure = MG_LEVELS, .levels = 4, .classes = 2};

/* ---- can ---- */

static void expect_can(const mg_model_type *type, const mg_space *space,
                       bool noise, bool can, const char *says) {
  mg_reason_clear();
  int status = mg_model_can(type, space, noise);
  cr_expect(status == (can ? GSL_SUCCESS : GSL_EINVAL), "%s on %s: %d",
            type->name, mg_measure_name(space->measure), status);
  if (!can)
    cr_expect(strstr(mg_reason(), says), "no '%s' in '%s'", says, mg_reason());
  mg_model *model = mg_model_alloc(type, space, NULL, noise);
  cr_expect((model != NULL) == can, "alloc and can do not agree");
  mg_model_free(model);
}

Test(model, a_family_of_reals_stands_on_integers_by_noise_alone) {
  mg_model_type type = kept_type;
  type.measures = 1u << MG_REALS;
  expect_can(&type, &reals, false, true, "");
  expect_can(&type, &reals, true, true, "");
  expect_can(&type, &shades, false, false, "no density on levels data");
  expect_can(&type, &shades, true, true, "");
  expect_can(&type, &bits, false, false, "no density on binary data");
  expect_can(&type, &bits, true, true, "");
}

Test(model, labels_and_spaces_are_looked_at_first) {
  mg_model_type type = kept_type;
  mg_space none = reals, wrong = shades;
  none.classes = 0;
  wrong.levels = 1;
  expect_can(&type, &none, false, true, "");
  type.labels = true;
  expect_can(&type, &reals, false, true, "");
  expect_can(&type, &none, false, false, "labels");
  expect_can(&type, &wrong, true, false, "levels");
}

/* Noise is added where it is needed, not where it is allowed. */
Test(model, dequantisation_is_the_last_resort) {
  mg_model_type type = kept_type;
  for (unsigned measures = 1; measures < 8; measures++) {
    type.measures = measures;
    const bool native = measures & 1u << MG_LEVELS;
    const bool needed = !native && measures & 1u << MG_REALS;
    mg_model *model = mg_model_alloc(&type, &shades, NULL, true);
    cr_expect((model != NULL) == (native || needed), "measures %u", measures);
    if (model)
      cr_expect(model->dequantise == needed, "measures %u", measures);
    mg_model_free(model);
  }
  type.measures = 1u << MG_REALS;
  mg_model *model = mg_model_alloc(&type, &reals, NULL, true);
  cr_expect(model && !model->dequantise, "noise on reals");
  mg_model_free(model);
}

/* ---- options ---- */

static mg_space seen; /* by the last pair_default */

static void pair_default(const mg_space *space, void *options) {
  seen = *space;
  *(pair_options *)options = (pair_options){7, 2.5, 1};
}

Test(model, options_default_to_the_space_of_self) {
  mg_model_type type = pair_type;
  type.options_default = pair_default;
  mg_model *model = mg_model_alloc(&type, &shades, NULL, true);
  cr_assert_not_null(model, "%s", mg_reason());
  const pair_options *options = model->options;
  cr_expect(seen.measure == MG_REALS && seen.levels == 0 && seen.dim == 2,
            "the default was asked for %s", mg_measure_name(seen.measure));
  cr_expect(model->space.measure == MG_LEVELS && model->space.levels == 4,
            "the model's space is not the data's");
  cr_expect(options->components == 7 && options->width == 2.5, "other options");
  cr_expect(mg_model_parameters(model) == 6 + 14, "%zu parameters",
            mg_model_parameters(model));
  mg_model_free(model);
}

Test(model, options_are_copied_and_checked) {
  pair_options options = {3, 1, 0};
  mg_model *model = mg_model_alloc(&pair_type, &reals, &options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  options.components = 0;
  cr_expect(((pair_options *)model->options)->components == 3, "not copied");
  mg_model_free(model);
  cr_expect_null(mg_model_alloc(&pair_type, &reals, &options, false),
                 "0 components made a model");
  cr_expect(strstr(mg_reason(), "components"), "'%s'", mg_reason());
}

/* ---- what a family cannot ---- */

Test(model, null_means_cannot) {
  mg_model *model = mg_model_alloc(&kept_type, &reals, NULL, false);
  gsl_matrix *x = gsl_matrix_calloc(2, 2);
  gsl_vector *log_p = gsl_vector_calloc(2);
  gsl_rng *rng = mg_stream_alloc(1, "test", 0);
  cr_expect(mg_model_sample(model, rng, x) == GSL_EUNSUP, "it samples");
  cr_expect(strstr(mg_reason(), "kept cannot sample"), "'%s'", mg_reason());
  cr_expect(mg_model_log_density(model, x, log_p) == GSL_EUNSUP, "a density");
  cr_expect(strstr(mg_reason(), "kept has no density"), "'%s'", mg_reason());
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
  mg_model_free(model);
  mg_model_free(NULL);
}

Test(model, shapes_are_checked_with_both_numbers) {
  gsl_matrix *x = gsl_matrix_calloc(3, 2);
  gsl_vector *two = gsl_vector_calloc(2), *three = gsl_vector_calloc(3);
  cr_expect(mg_shape_check(2, x, three) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(mg_shape_check(2, x, NULL) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(mg_shape_check(3, x, three) == GSL_EBADLEN, "2 columns of 3");
  cr_expect(strstr(mg_reason(), "2 columns, the model 3"), "'%s'", mg_reason());
  cr_expect(mg_shape_check(2, x, two) == GSL_EBADLEN, "room for 2 of 3");
  cr_expect(strstr(mg_reason(), "room for 2 log densities of 3"), "'%s'",
            mg_reason());
  gsl_matrix_free(x);
  gsl_vector_free(two);
  gsl_vector_free(three);
}

/* ---- noise ---- */

Test(model, dequantised_values_stay_in_their_level) {
  gsl_rng *rng = mg_stream_alloc(1, "test", 0);
  gsl_matrix *wide = gsl_matrix_calloc(4000, 5);
  gsl_matrix_view inner = gsl_matrix_submatrix(wide, 0, 1, 4000, 3);
  for (size_t i = 0; i < 4000; i++)
    for (size_t j = 0; j < 3; j++)
      gsl_matrix_set(&inner.matrix, i, j, (double)((i + j) % 4));
  mg_dequantise(rng, &inner.matrix);
  double sum = 0, square = 0;
  for (size_t i = 0; i < 4000; i++)
    for (size_t j = 0; j < 3; j++) {
      const double u =
          gsl_matrix_get(&inner.matrix, i, j) - (double)((i + j) % 4);
      cr_assert(u >= 0 && u < 1, "noise of %g", u);
      sum += u - 0.5;
      square += u * u - 1.0 / 3;
    }
  /* variances of u and of u^2: 1/12 and 4/45 */
  cr_expect(fabs(sum) < 6.1 * sqrt(12000.0 / 12), "mean of noise: %g", sum);
  cr_expect(fabs(square) < 6.1 * sqrt(12000.0 * 4 / 45), "spread: %g", square);
  for (size_t i = 0; i < 4000; i++)
    cr_assert(gsl_matrix_get(wide, i, 0) == 0 &&
                  gsl_matrix_get(wide, i, 4) == 0,
              "noise outside the view");
  gsl_matrix_free(wide);
  gsl_rng_free(rng);
}

/* Draws that a dequantised model must round: below, inside, above. */
static int ramp(const void *self, gsl_rng *rng, gsl_matrix *x) {
  (void)self, (void)rng;
  for (size_t i = 0; i < x->size1; i++)
    for (size_t j = 0; j < x->size2; j++)
      gsl_matrix_set(x, i, j, 0.75 * (double)i - 3 + 0.01 * (double)j);
  return GSL_SUCCESS;
}

static void expect_ramp(mg_measure measure, bool noise) {
  mg_model_type type = kept_type;
  type.measures = 1u << MG_REALS | (noise ? 0 : 1u << MG_LEVELS);
  type.sample = ramp;
  const mg_space *space = measure == MG_REALS ? &reals : &shades;
  mg_model *model = mg_model_alloc(&type, space, NULL, noise);
  gsl_matrix *x = gsl_matrix_calloc(12, 2), *y = gsl_matrix_calloc(12, 2);
  cr_assert(mg_model_sample(model, NULL, x) == GSL_SUCCESS, "%s", mg_reason());
  ramp(NULL, NULL, y);
  for (size_t i = 0; i < 12; i++) {
    const double raw = gsl_matrix_get(y, i, 1);
    const double rounded = raw < 0 ? 0 : raw >= 3 ? 3 : floor(raw);
    cr_expect(gsl_matrix_get(x, i, 1) == (noise ? rounded : raw),
              "%g is drawn as %g", raw, gsl_matrix_get(x, i, 1));
  }
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  mg_model_free(model);
}

Test(model, draws_are_rounded_down_into_the_levels) {
  expect_ramp(MG_LEVELS, true);
}

Test(model, draws_are_left_alone_without_noise) {
  expect_ramp(MG_LEVELS, false);
  expect_ramp(MG_REALS, false);
}

Test(model, draws_of_another_width_are_refused) {
  mg_model_type type = kept_type;
  type.sample = ramp;
  mg_model *model = mg_model_alloc(&type, &reals, NULL, false);
  gsl_matrix *x = gsl_matrix_calloc(3, 3);
  cr_expect(mg_model_sample(model, NULL, x) == GSL_EBADLEN, "3 columns of 2");
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* ---- half-built ---- */

static int cleared; /* how often */

static int init_halfway(void *self, const mg_space *space,
                        const void *options) {
  (void)options;
  ((kept *)self)->rows = calloc(space->dim, sizeof(double));
  return mg_fail(GSL_EINVAL, "not this space");
}

static void clear_and_count(void *self) {
  cleared++;
  cr_expect_not_null(((kept *)self)->rows, "clear of another object");
  kept_clear(self);
}

Test(model, a_refused_object_is_cleared_once) {
  mg_model_type type = kept_type;
  type.init = init_halfway;
  type.clear = clear_and_count;
  cr_expect_null(mg_model_alloc(&type, &reals, NULL, false), "a model");
  cr_expect(cleared == 1, "cleared %d times", cleared);
  cr_expect_str_eq(mg_reason(), "not this space", "'%s'", mg_reason());
}
