/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of several families do alike: fit, sum a mass over all of a
 * small space, compare a sampler with its density. */
#ifndef MG_TESTS_FAMILIES_H
#define MG_TESTS_FAMILIES_H

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/fit.h"

/* A model fitted to a part; every step must succeed. */
static inline mg_model *fitted(const mg_model_type *type,
                               const mg_dataset *data, const void *options,
                               unsigned long seed) {
  const mg_rows rows = mg_dataset_part(data, MG_TRAIN);
  mg_fit_options fit = mg_fit_options_default();
  fit.threads = 1; /* small data: threads would only wait for each other */
  mg_model *model = mg_model_alloc(type, &data->space, options, false);
  cr_assert_not_null(model, "%s: %s", type->name, mg_reason());
  int status = mg_fit_run(model, &rows, &fit, seed);
  cr_assert_eq(status, GSL_SUCCESS, "%s: fit: %s", type->name, mg_reason());
  return model;
}

/* -log p of a part, the mean in nats. */
static inline double nats(const mg_model *model, const mg_dataset *data,
                          mg_part_name part) {
  const mg_rows rows = mg_dataset_part(data, part);
  mg_block *block = mg_block_alloc(&data->space, rows.n);
  gsl_vector *log_p = gsl_vector_alloc(rows.n);
  mg_block_read(block, &rows, 0, rows.n);
  int status = mg_model_log_density(model, &block->batch.x, log_p);
  cr_assert_eq(status, GSL_SUCCESS, "log density: %s", mg_reason());
  double sum = 0;
  for (size_t i = 0; i < rows.n; i++)
    sum -= gsl_vector_get(log_p, i);
  gsl_vector_free(log_p);
  mg_block_free(block);
  return sum / (double)rows.n;
}

/* log p of one datum, whose status must be `expected`. */
static inline double log_density_at(const mg_model *model, const double *x,
                                    int expected) {
  double log_p = NAN;
  gsl_matrix_const_view row =
      gsl_matrix_const_view_array(x, 1, model->space.dim);
  gsl_vector_view out = gsl_vector_view_array(&log_p, 1);
  int status = mg_model_log_density(model, &row.matrix, &out.vector);
  cr_assert_eq(status, expected, "log density: %d (%s), expected %d", status,
               mg_reason(), expected);
  return log_p;
}

/* Every point of a finite space, levels^dim rows. */
static inline gsl_matrix *every_point(const mg_space *space) {
  size_t n = 1;
  for (size_t j = 0; j < space->dim; j++)
    n *= space->levels;
  gsl_matrix *x = gsl_matrix_alloc(n, space->dim);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0, rest = i; j < space->dim; j++, rest /= space->levels)
      gsl_matrix_set(x, i, j, (double)(rest % space->levels));
  return x;
}

/* The mass of a whole finite space is 1, and of 40000 draws every point gets
 * its share: |z| <= 6.1 at each, 1e-9 a point of false alarm. */
static inline void check_mass_and_sampler(const mg_model *model) {
  enum { DRAWS = 40000 };
  gsl_matrix *x = every_point(&model->space);
  gsl_matrix *draw = gsl_matrix_alloc(DRAWS, x->size2);
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  gsl_vector *count = gsl_vector_calloc(x->size1);
  gsl_rng *rng = mg_stream_alloc(7, "test/sampler", 0);
  cr_assert_eq(mg_model_log_density(model, x, log_p), GSL_SUCCESS, "density");
  cr_assert_eq(mg_model_sample(model, rng, draw), GSL_SUCCESS, "sample");
  for (size_t s = 0; s < DRAWS; s++) {
    size_t i = 0;
    for (size_t j = x->size2; j-- > 0;)
      i = i * model->space.levels + (size_t)gsl_matrix_get(draw, s, j);
    cr_assert_lt(i, x->size1, "draw %zu is outside the space", s);
    *gsl_vector_ptr(count, i) += 1;
  }
  double mass = 0;
  for (size_t i = 0; i < x->size1; i++) {
    double p = exp(gsl_vector_get(log_p, i)), expected = p * DRAWS;
    mass += p;
    double z = (gsl_vector_get(count, i) - expected) /
               sqrt(expected * (1 - p) + 1); /* + 1: rare points are skewed */
    cr_assert_lt(fabs(z), 6.1, "point %zu: %g draws, expected %g", i,
                 gsl_vector_get(count, i), expected);
  }
  cr_assert_float_eq(mass, 1, 1e-12, "mass %.15f", mass);
  gsl_rng_free(rng);
  gsl_vector_free(count);
  gsl_vector_free(log_p);
  gsl_matrix_free(draw);
  gsl_matrix_free(x);
}

/* n data on a small finite space whose columns depend on each other, labels
 * too: a hidden class shifts the levels. */
static inline mg_dataset *small_data(mg_measure measure, unsigned levels,
                                     size_t dim, unsigned classes, size_t n) {
  const mg_space space = {
      .dim = dim, .measure = measure, .levels = levels, .classes = classes};
  mg_dataset *data = mg_dataset_alloc("small", &space, n);
  cr_assert_not_null(data, "%s", mg_reason());
  gsl_rng *rng = mg_stream_alloc(3, "test/data", 0);
  for (size_t i = 0; i < n; i++) {
    size_t hidden = gsl_rng_uniform_int(rng, classes ? classes : 2);
    if (data->labels)
      data->labels[i] = (unsigned)hidden;
    for (size_t j = 0; j < dim; j++) {
      size_t level = gsl_rng_uniform(rng) < 0.3
                         ? gsl_rng_uniform_int(rng, levels)
                         : (hidden * (j + 1)) % levels;
      data->bytes[i * dim + j] = (unsigned char)level;
    }
  }
  gsl_rng_free(rng);
  return data;
}

/* check_mass_and_sampler after a fit to small_data. */
static inline void check_tiny(const mg_model_type *type, const void *options,
                              mg_measure measure, unsigned levels, size_t dim) {
  mg_dataset *data = small_data(measure, levels, dim, type->labels ? 3 : 0, 60);
  mg_model *model = fitted(type, data, options, 1);
  check_mass_and_sampler(model);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Mean -log p of the parts after a fit with the default options; NAN: not
 * known.  Frees data. */
static inline void check_parts(const mg_model_type *type, mg_dataset *data,
                               const double *expected, double tolerance) {
  cr_assert_not_null(data, "%s", mg_reason());
  mg_model *model = fitted(type, data, NULL, 1);
  for (int p = 0; p < MG_PARTS; p++) {
    double value = nats(model, data, (mg_part_name)p);
    if (!isnan(expected[p]))
      cr_assert_float_eq(value, expected[p], tolerance,
                         "%s, part %d: %.6f, expected %.4f", data->name, p,
                         value, expected[p]);
  }
  mg_model_free(model);
  mg_dataset_free(data);
}

/* n x dim reals from an array of them. */
static inline mg_dataset *real_data(size_t n, size_t dim,
                                    const double *values) {
  const mg_space space = {.dim = dim, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("reals", &space, n);
  cr_assert_not_null(data, "%s", mg_reason());
  memcpy(data->reals->data, values, n * dim * sizeof *values);
  return data;
}

/* A parameter of a model by its name. */
static inline mg_tensor tensor_of(const mg_model *model, const char *name) {
  mg_tensors list = {.n = 0};
  model->type->tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++)
    if (strcmp(list.item[i].name, name) == 0)
      return list.item[i];
  cr_assert_fail("%s has no tensor %s", model->type->name, name);
  return list.item[0];
}

static inline size_t tensor_size(const mg_tensor *t) {
  size_t size = 1;
  for (size_t r = 0; r < t->rank; r++)
    size *= t->shape[r];
  return size;
}

/* A second model with the parameters of the first, as a file would bring them.
 */
static inline mg_model *copied(const mg_model *from) {
  mg_tensors a = {.n = 0}, b = {.n = 0};
  mg_model *to =
      mg_model_alloc(from->type, &from->space, from->options, from->dequantise);
  cr_assert_not_null(to, "%s", mg_reason());
  from->type->tensors(from->self, &a);
  if (from->type->reserve)
    cr_assert_eq(from->type->reserve(to->self, a.item[0].shape[0]), GSL_SUCCESS,
                 "reserve: %s", mg_reason());
  to->type->tensors(to->self, &b);
  cr_assert_eq(a.n, b.n, "%zu tensors, then %zu", a.n, b.n);
  for (size_t i = 0; i < a.n; i++) {
    cr_assert_eq(mg_tensor_bytes(&a.item[i]), mg_tensor_bytes(&b.item[i]),
                 "shape of %s", a.item[i].name);
  }
  mg_tensors_copy(&b, &a);
  cr_assert_eq(to->type->refresh(to->self), GSL_SUCCESS, "refresh: %s",
               mg_reason());
  return to;
}

/* refresh refuses a model with this number in that tensor. */
static inline void check_refused(const mg_model *model, const char *name,
                                 size_t i, double value) {
  mg_model *copy = copied(model);
  const mg_tensor tensor = tensor_of(copy, name);
  mg_tensor_set(&tensor, i, value);
  cr_assert_eq(copy->type->refresh(copy->self), GSL_EDOM,
               "%s[%zu] = %g was taken", name, i, value);
  cr_assert_str_not_empty(mg_reason(), "no reason was kept");
  mg_model_free(copy);
}

#endif
