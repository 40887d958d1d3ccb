/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a family is not made for, it says; what it can bear, stays finite.
 *
 * Shapes, spaces and values that do not fit are refused with the code of
 * models/model.h and a sentence.  Data that are hardly any (one datum, equal
 * rows, a constant column, fewer rows than components) either make a sound
 * model or a refusal: never NaN. */
#include "conform.h"

#include <stdlib.h>
#include <string.h>

static void expect_code(int status, int code, const char *what) {
  cr_expect(status == code, "%s: %d (%s), not %d", what, status,
            gsl_strerror(status), code);
  cr_expect(*mg_reason(), "%s: refused without a reason", what);
  mg_reason_clear();
}

/* ---- shapes ---- */

static void wrong_shapes_are_refused(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_fitted(type, where);
  const size_t dim = s.model->space.dim;
  gsl_matrix *right = gsl_matrix_calloc(4, dim),
             *wide = gsl_matrix_calloc(4, dim + 1);
  gsl_vector *few = gsl_vector_calloc(3), *four = gsl_vector_calloc(4),
             *many = gsl_vector_calloc(5);
  gsl_rng *rng = mg_stream_alloc(1, "test/shapes", 0);
  expect_code(conform_ask(s.model, wide, four), GSL_EBADLEN, "a column more");
  expect_code(conform_ask(s.model, right, few), GSL_EBADLEN,
              "room for a density less");
  expect_code(conform_ask(s.model, right, many), GSL_EBADLEN,
              "room for a density more");
  expect_code(mg_model_sample(s.model, rng, wide),
              type->sample ? GSL_EBADLEN : GSL_EUNSUP,
              "samples a column wider");
  if (type->sample)
    expect_code(type->sample(s.model->self, rng, wide), GSL_EBADLEN,
                "samples of self a column wider");
  if (dim > 1) {
    gsl_matrix *narrow = gsl_matrix_calloc(4, dim - 1);
    expect_code(conform_ask(s.model, narrow, four), GSL_EBADLEN,
                "a column less");
    gsl_matrix_free(narrow);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(right);
  gsl_matrix_free(wide);
  gsl_vector_free(few);
  gsl_vector_free(four);
  gsl_vector_free(many);
  conform_clear(&s);
}

static void expect_no_fit(setting *s, const mg_rows *rows, const char *what) {
  mg_reason_clear();
  mg_fit *fit = mg_fit_alloc(s->model, rows, &s->recipe->fit, 1);
  cr_expect_null(fit, "%s: fitted", what);
  cr_expect(*mg_reason(), "%s: refused without a reason", what);
  mg_fit_free(fit);
}

static void other_data_are_refused(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_fitted(type, where);
  const mg_rows none = {.data = s.data};
  const mg_evidence_options options = {.draws = 1};
  mg_evidence e;
  expect_no_fit(&s, &none, "no rows");
  expect_code(mg_evidence_of(s.model, &none, &options, 1, &e), GSL_EINVAL,
              "evidence of no rows");
  for (place other = on_line; other < places; other++) {
    mg_dataset *data = place_data(other, 20, 1);
    const mg_rows rows = mg_dataset_all(data);
    if (other != where) {
      expect_no_fit(&s, &rows, "another space");
      expect_code(mg_evidence_of(s.model, &rows, &options, 1, &e), GSL_EINVAL,
                  "evidence in another space");
    }
    mg_dataset_free(data);
  }
  conform_clear(&s);
}

/* Labels are needed by those who say so, and by nobody else. */
static void labels_matter_where_said(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_set(type, where, 600);
  mg_space bare = s.data->space;
  const mg_rows rows = mg_dataset_all(s.data);
  unsigned *labels = s.data->labels;
  bare.classes = 0;
  cr_expect((mg_model_can(type, &bare, true) == GSL_SUCCESS) == !type->labels,
            "labels are %sneeded, but a space without classes is %staken",
            type->labels ? "" : "not ", type->labels ? "" : "not ");
  s.data->labels = NULL;
  mg_fit *fit = mg_fit_alloc(s.model, &rows, &s.recipe->fit, 1);
  cr_expect((fit != NULL) == !type->labels, "data without labels: %s",
            fit ? "fitted" : mg_reason());
  mg_fit_free(fit);
  s.data->labels = labels;
  labels[599] = 2;
  int status = mg_fit_run(s.model, &rows, &s.recipe->fit, 1);
  cr_expect((status == GSL_SUCCESS) == !type->labels,
            "a label outside the classes: %d", status);
  conform_clear(&s);
}

/* ---- values ---- */

/* A value that is no number of the space: NaN anywhere, a half on levels. */
static void expect_bad_density(const setting *s, double value) {
  gsl_matrix *x = gsl_matrix_calloc(3, s->model->space.dim);
  gsl_vector *log_p = gsl_vector_calloc(3);
  for (size_t i = 0; i < 3; i++) {
    gsl_matrix_set_zero(x);
    gsl_matrix_set(x, i, x->size2 - 1, value);
    expect_code(conform_ask(s->model, x, log_p), GSL_EDOM,
                "no number of the space");
  }
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
}

/* Outside, but a number: impossible, or refused. */
static void expect_impossible(const setting *s, double value) {
  gsl_matrix *x = gsl_matrix_calloc(1, s->model->space.dim);
  gsl_vector *log_p = gsl_vector_calloc(1);
  gsl_matrix_set(x, 0, x->size2 - 1, value);
  int status = conform_ask(s->model, x, log_p);
  if (status == GSL_SUCCESS)
    cr_expect(gsl_vector_get(log_p, 0) == -INFINITY, "log p at %g is %g", value,
              gsl_vector_get(log_p, 0));
  else
    expect_code(status, GSL_EDOM, "a value outside");
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
}

static void bad_values_are_refused(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_fitted(type, where);
  expect_bad_density(&s, NAN);
  expect_impossible(&s, INFINITY);
  expect_impossible(&s, -INFINITY);
  if (where == on_bits || where == on_shades) {
    expect_bad_density(&s, 0.5);
    expect_impossible(&s, -1);
    expect_impossible(&s, s.model->space.levels);
    expect_impossible(&s, 1e300);
  }
  conform_clear(&s);
}

/* Not a number in the data, where data can hold one: an error, whichever row
 * and whatever is chosen. */
static void bad_data_are_refused(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  const double values[] = {NAN, INFINITY, -INFINITY};
  bool more = true;
  for (size_t turn = 0; more; turn++) {
    const size_t i = turn % 3;
    setting s = conform_set(type, where, 600);
    more = conform_choose(&s, turn / 3);
    const mg_rows rows = mg_dataset_all(s.data);
    gsl_matrix_set(s.data->reals, i == 0 ? 599 : 0, 0, values[i]);
    mg_reason_clear();
    int status = mg_fit_run(s.model, &rows, &s.recipe->fit, 1);
    cr_expect(status != GSL_SUCCESS, "fitted to %g", values[i]);
    cr_expect(*mg_reason(), "%g refused without a reason", values[i]);
    conform_clear(&s);
  }
}

/* What was not fitted yet has a density, or says that it has none. */
static void unfitted_is_defined(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_set(type, where, 50);
  gsl_matrix *x = conform_rows(&s);
  gsl_vector *log_p = gsl_vector_calloc(50);
  gsl_rng *rng = mg_stream_alloc(1, "test/unfitted", 0);
  mg_reason_clear();
  int status = conform_ask(s.model, x, log_p);
  cr_expect(status == GSL_SUCCESS || *mg_reason(), "no reason");
  for (size_t i = 0; status == GSL_SUCCESS && i < 50; i++)
    cr_expect(!isnan(gsl_vector_get(log_p, i)), "log p of row %zu", i);
  mg_reason_clear();
  status = mg_model_sample(s.model, rng, x);
  cr_expect(status == GSL_SUCCESS || *mg_reason(), "no reason");
  for (size_t i = 0; status == GSL_SUCCESS && i < 50; i++)
    cr_expect(mg_space_holds(&s.model->space, gsl_matrix_get(x, i, 0)),
              "draw %zu", i);
  gsl_rng_free(rng);
  gsl_vector_free(log_p);
  gsl_matrix_free(x);
  conform_clear(&s);
}

/* ---- options ---- */

/* No struct of options that its own table refuses makes a model. */
static void options_keep_their_ranges(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_set(type, where, 20);
  const bool noise = s.model->dequantise;
  for (const mg_option *o = type->options; o && o->name; o++) {
    void *options = calloc(1, type->options_size);
    memcpy(options, s.recipe->options, type->options_size);
    char *field = (char *)options + o->offset;
    if (o->kind == MG_OPTION_SIZE)
      *(size_t *)(void *)field = (size_t)o->max + 1;
    else if (o->kind == MG_OPTION_REAL)
      *(double *)(void *)field = NAN;
    else
      *(int *)(void *)field = 99;
    mg_reason_clear();
    mg_model *model = mg_model_alloc(type, &s.data->space, options, noise);
    cr_expect_null(model, "%s out of range made a model", o->name);
    cr_expect(strstr(mg_reason(), o->name), "%s: the reason is '%s'", o->name,
              mg_reason());
    mg_model_free(model);
    free(options);
  }
  conform_clear(&s);
}

/* ---- hardly any data ---- */

static void expect_finite(const mg_model *model) {
  mg_tensors list = {.n = 0};
  model->type->tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++) {
    const mg_tensor *t = &list.item[i];
    for (size_t j = 0; j < mg_tensor_size(t); j++)
      cr_assert(isfinite(mg_tensor_get(t, j)), "%s[%zu] is %g", t->name, j,
                mg_tensor_get(t, j));
  }
}

static void expect_sound(const setting *s) {
  expect_finite(s->model);
  gsl_matrix *x = conform_rows(s);
  gsl_vector *log_p = conform_log_density(s->model, x);
  gsl_matrix *drawn = conform_sample(s->model, 20, 1);
  /* What is no density may be infinite at the rows it was made of; other noise
   * than the fit's may fall where nothing was. */
  for (size_t i = 0; i < log_p->size; i++) {
    const double value = gsl_vector_get(log_p, i);
    cr_assert(isfinite(value) ||
                  (s->model->type->improper && value == INFINITY) ||
                  (s->model->dequantise && value == -INFINITY),
              "log p of row %zu is %g", i, value);
  }
  for (size_t i = 0; i < 20; i++)
    for (size_t j = 0; j < drawn->size2; j++)
      cr_assert(mg_space_holds(&s->model->space, gsl_matrix_get(drawn, i, j)),
                "drew %g", gsl_matrix_get(drawn, i, j));
  gsl_matrix_free(drawn);
  gsl_vector_free(log_p);
  gsl_matrix_free(x);
}

static void fit_or_refuse(setting *s, const char *what) {
  const mg_rows rows = mg_dataset_all(s->data);
  mg_reason_clear();
  int status = mg_fit_run(s->model, &rows, &s->recipe->fit, 1);
  if (status == GSL_SUCCESS)
    expect_sound(s);
  else
    cr_expect(*mg_reason(), "%s: refused without a reason", what);
}

static void copy_row(mg_dataset *data, size_t from, size_t to, size_t columns) {
  const size_t dim = data->space.dim;
  for (size_t j = 0; j < columns; j++)
    if (data->reals)
      gsl_matrix_set(data->reals, to, j, gsl_matrix_get(data->reals, from, j));
    else
      data->bytes[to * dim + j] = data->bytes[from * dim + j];
}

/* n rows, of which `columns` columns are constant. */
static void hardly_any(const mg_model_type *type, place where, size_t n,
                       size_t columns, const char *what) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_set(type, where, n);
  for (size_t i = 1; i < n; i++)
    copy_row(s.data, 0, i, columns);
  fit_or_refuse(&s, what);
  conform_clear(&s);
}

static void one_datum_is_enough_or_not(const mg_model_type *type, place where) {
  hardly_any(type, where, 1, 0, "one datum");
  hardly_any(type, where, 2, 0, "two data");
}

static void equal_rows_are_borne(const mg_model_type *type, place where) {
  hardly_any(type, where, 300, place_space(where).dim, "equal rows");
}

static void a_constant_column_is_borne(const mg_model_type *type, place where) {
  hardly_any(type, where, 300, 1, "a constant column");
}

/* Every choice of every option with hardly any data: a floor of 0 included. */
static void options_at_their_ends_are_borne(const mg_model_type *type,
                                            place where) {
  if (!conform_stands(type, where))
    return;
  for (const mg_option *o = type->options; o && o->name; o++)
    for (int which = 0; which < 8; which++) {
      setting s = conform_set(type, where, 40);
      char *field = (char *)s.recipe->options + o->offset;
      if (o->kind == MG_OPTION_SIZE)
        *(size_t *)(void *)field = (size_t)o->min + (size_t)which;
      else if (o->kind == MG_OPTION_REAL)
        *(double *)(void *)field = which == 0 ? o->min : pow(10, which - 5);
      else
        *(int *)(void *)field = which;
      mg_model_free(s.model);
      s.model = mg_recipe_model(s.recipe, &s.data->space);
      s.recipe->fit.passes = 20;
      if (s.model)
        fit_or_refuse(&s, o->name);
      conform_clear(&s);
    }
}

static void more_components_than_data(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_set(type, where, 5);
  if (mg_recipe_has(s.recipe, "components")) {
    cr_assert(mg_recipe_set(s.recipe, "components", "40") == GSL_SUCCESS, "%s",
              mg_reason());
    mg_model_free(s.model);
    s.model = mg_recipe_model(s.recipe, &s.data->space);
    cr_assert_not_null(s.model, "%s", mg_reason());
    fit_or_refuse(&s, "more components than data");
  }
  conform_clear(&s);
}

#define LAWS(family)                                                           \
  CONFORM_EVERYWHERE(family, wrong_shapes_are_refused)                         \
  CONFORM_EVERYWHERE(family, other_data_are_refused)                           \
  CONFORM_EVERYWHERE(family, labels_matter_where_said)                         \
  CONFORM_EVERYWHERE(family, bad_values_are_refused)                           \
  CONFORM_TEST(family, bad_data_are_refused, on_line)                          \
  CONFORM_TEST(family, bad_data_are_refused, on_plane)                         \
  CONFORM_EVERYWHERE(family, unfitted_is_defined)                              \
  CONFORM_EVERYWHERE(family, options_keep_their_ranges)                        \
  CONFORM_EVERYWHERE(family, one_datum_is_enough_or_not)                       \
  CONFORM_EVERYWHERE(family, equal_rows_are_borne)                             \
  CONFORM_EVERYWHERE(family, a_constant_column_is_borne)                       \
  CONFORM_EVERYWHERE(family, options_at_their_ends_are_borne)                  \
  CONFORM_EVERYWHERE(family, more_components_than_data)
CONFORM_FAMILIES(LAWS)
