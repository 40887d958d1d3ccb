/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every model has in common: it is made, freed, asked, counted.
 *
 * The dequantised case is here and nowhere else.  Such a model's family lives
 * on the reals [0, levels)^D; the data are integers; u ~ U(0,1)^D stands
 * between them.  Who evaluates adds the noise (mg_dequantise), and the claim
 * becomes a bound [deq.1]; who samples gets integers back. */
#include "models/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

static bool stands_on(const mg_model_type *type, mg_measure measure) {
  return type->measures & (1u << measure);
}

/* Integers by dequantisation; bits are two levels. */
static bool needs_noise(const mg_model_type *type, const mg_space *space,
                        bool allowed) {
  return allowed && space->measure != MG_REALS && stands_on(type, MG_REALS) &&
         !stands_on(type, space->measure);
}

int mg_model_can(const mg_model_type *type, const mg_space *space,
                 bool dequantise) {
  if (mg_space_check(space) != GSL_SUCCESS)
    return GSL_EINVAL;
  if (type->labels && space->classes == 0)
    return mg_fail(GSL_EINVAL, "%s learns from labels, and the data have none",
                   type->name);
  if (stands_on(type, space->measure) || needs_noise(type, space, dequantise))
    return GSL_SUCCESS;
  return mg_fail(GSL_EINVAL, "%s has no density on %s data", type->name,
                 mg_measure_name(space->measure));
}

bool mg_model_judges(const mg_model_type *type) {
  return type->log_density || type->latent || type->objective;
}

mg_space mg_model_inner_space(const mg_space *space, bool dequantise) {
  mg_space inner = *space;
  if (dequantise) {
    inner.measure = MG_REALS;
    inner.levels = 0;
  }
  return inner;
}

static int make_options(mg_model *model, const mg_space *inner,
                        const void *options) {
  size_t size = model->type->options_size;
  model->options = calloc(1, size ? size : 1);
  if (!model->options)
    return mg_fail(GSL_ENOMEM, "no memory for a model's options");
  if (size && options)
    memcpy(model->options, options, size);
  else if (model->type->options_default)
    model->type->options_default(inner, model->options);
  if (!model->type->options)
    return GSL_SUCCESS;
  return mg_option_check(model->type->options, model->options);
}

static int make_self(mg_model *model, const void *options) {
  const mg_space inner = mg_model_inner_space(&model->space, model->dequantise);
  int status = make_options(model, &inner, options);
  if (status != GSL_SUCCESS)
    return status;
  model->self = calloc(1, model->type->size);
  if (!model->self)
    return mg_fail(GSL_ENOMEM, "no memory for a model");
  return model->type->init(model->self, &inner, model->options);
}

mg_model *mg_model_alloc(const mg_model_type *type, const mg_space *space,
                         const void *options, bool dequantise) {
  if (mg_model_can(type, space, dequantise) != GSL_SUCCESS)
    return NULL;
  mg_model *model = calloc(1, sizeof *model);
  if (!model) {
    mg_fail(GSL_ENOMEM, "no memory for a model");
    return NULL;
  }
  model->type = type;
  model->space = *space;
  model->dequantise = needs_noise(type, space, dequantise);
  if (make_self(model, options) != GSL_SUCCESS) {
    mg_model_free(model);
    return NULL;
  }
  return model;
}

void mg_model_free(mg_model *model) {
  if (!model)
    return;
  if (model->self)
    model->type->clear(model->self);
  free(model->self);
  free(model->options);
  free(model);
}

/* ---- copies ---- */

size_t mg_tensor_size(const mg_tensor *tensor) {
  size_t n = 1;
  for (size_t i = 0; i < tensor->rank; i++)
    n *= tensor->shape[i];
  return n;
}

void *mg_tensor_data(const mg_tensor *tensor) {
  return tensor->real ? (void *)tensor->real : (void *)tensor->value;
}

double mg_tensor_get(const mg_tensor *tensor, size_t i) {
  return tensor->real ? (double)tensor->real[i] : tensor->value[i];
}

void mg_tensor_set(const mg_tensor *tensor, size_t i, double number) {
  if (tensor->real)
    tensor->real[i] = (mg_real)number;
  else
    tensor->value[i] = number;
}

size_t mg_tensor_bytes(const mg_tensor *tensor) {
  return mg_tensor_size(tensor) *
         (tensor->real ? sizeof *tensor->real : sizeof *tensor->value);
}

void mg_tensors_copy(const mg_tensors *to, const mg_tensors *from) {
  for (size_t i = 0; i < to->n; i++)
    if (mg_tensor_bytes(&to->item[i]) > 0)
      memcpy(mg_tensor_data(&to->item[i]), mg_tensor_data(&from->item[i]),
             mg_tensor_bytes(&to->item[i]));
}

static mg_tensors tensors_of(const mg_model *model) {
  mg_tensors list = {.n = 0};
  model->type->tensors(model->self, &list);
  return list;
}

static bool same_numbers(const mg_tensors *a, const mg_tensors *b) {
  for (size_t i = 0; i < a->n; i++) {
    const size_t n = mg_tensor_bytes(&a->item[i]);
    if (n != mg_tensor_bytes(&b->item[i]) ||
        (n > 0 && memcmp(mg_tensor_data(&a->item[i]),
                         mg_tensor_data(&b->item[i]), n) != 0))
      return false;
  }
  return true;
}

/* Field by field: between the fields of a struct lie bytes of any content. */
static bool same_options(const mg_option *option, const char *a,
                         const char *b) {
  static const size_t width[] = {[MG_OPTION_SIZE] = sizeof(size_t),
                                 [MG_OPTION_REAL] = sizeof(double),
                                 [MG_OPTION_CHOICE] = sizeof(int)};
  for (; option && option->name; option++)
    if (memcmp(a + option->offset, b + option->offset, width[option->kind]))
      return false;
  return true;
}

bool mg_model_equal(const mg_model *a, const mg_model *b) {
  if (a->type != b->type || a->dequantise != b->dequantise ||
      !same_options(a->type->options, a->options, b->options))
    return false;
  const mg_tensors one = tensors_of(a), other = tensors_of(b);
  return one.n == other.n && same_numbers(&one, &other);
}

/* A family that keeps rows shows their array with leading size 0 until there is
 * room for some. */
static int reserve_like(mg_model *copy, const mg_tensors *from) {
  const mg_tensors to = tensors_of(copy);
  for (size_t i = 0; copy->type->reserve && i < to.n; i++)
    if (to.item[i].rank && !to.item[i].shape[0] && from->item[i].shape[0])
      return copy->type->reserve(copy->self, from->item[i].shape[0]);
  return GSL_SUCCESS;
}

static int copy_numbers(mg_model *copy, const mg_tensors *from) {
  const int status = reserve_like(copy, from);
  if (status != GSL_SUCCESS)
    return status;
  const mg_tensors to = tensors_of(copy);
  /* A model that nobody has started is as init leaves it, which refresh may
   * refuse. */
  if (same_numbers(&to, from))
    return GSL_SUCCESS;
  mg_tensors_copy(&to, from);
  return copy->type->refresh(copy->self);
}

mg_model *mg_model_copy(const mg_model *model) {
  mg_model *copy = mg_model_alloc(model->type, &model->space, model->options,
                                  model->dequantise);
  const mg_tensors from = tensors_of(model);
  mg_tensors memory = {.n = 0}, theirs = {.n = 0};
  if (copy && model->type->state) {
    model->type->state(model->self, &memory);
    model->type->state(copy->self, &theirs);
    mg_tensors_copy(&theirs, &memory);
  }
  if (copy && copy_numbers(copy, &from) != GSL_SUCCESS) {
    mg_model_free(copy);
    copy = NULL;
  }
  return copy;
}

size_t mg_model_parameters(const mg_model *model) {
  const mg_tensors list = tensors_of(model);
  size_t count = 0;
  for (size_t i = 0; i < list.n; i++)
    count += list.item[i].free;
  return count;
}

void mg_dequantise(gsl_rng *rng, gsl_matrix *x) {
  for (size_t i = 0; i < x->size1; i++) {
    double *row = x->data + i * x->tda;
    for (size_t j = 0; j < x->size2; j++)
      row[j] += gsl_rng_uniform(rng);
  }
}

static void round_to_levels(unsigned levels, gsl_matrix *x) {
  const double top = levels - 1;
  for (size_t i = 0; i < x->size1; i++) {
    double *row = x->data + i * x->tda;
    for (size_t j = 0; j < x->size2; j++)
      row[j] = fmin(fmax(floor(row[j]), 0), top);
  }
}

int mg_model_sample(const mg_model *model, gsl_rng *rng, gsl_matrix *x) {
  if (!model->type->sample)
    return mg_fail(GSL_EUNSUP, "%s cannot sample", model->type->name);
  if (x->size2 != model->space.dim)
    return mg_fail(GSL_EBADLEN, "samples of %s have %zu columns, not %zu",
                   model->type->name, model->space.dim, x->size2);
  int status = model->type->sample(model->self, rng, x);
  if (status == GSL_SUCCESS && model->dequantise)
    round_to_levels(model->space.levels, x);
  return status;
}

int mg_model_log_density(const mg_model *model, const gsl_matrix *x,
                         gsl_vector *log_p) {
  if (!model->type->log_density)
    return mg_fail(GSL_EUNSUP, "%s has no density", model->type->name);
  return model->type->log_density(model->self, x, log_p);
}

int mg_model_conditionals(const mg_model *model, const gsl_matrix *x,
                          gsl_matrix *each) {
  if (!model->type->conditionals)
    return mg_fail(GSL_EUNSUP, "%s has no chain rule", model->type->name);
  const int status = mg_shape_check(model->space.dim, x, NULL);
  if (status != GSL_SUCCESS)
    return status;
  if (each->size1 != x->size1 || each->size2 != x->size2)
    return mg_fail(GSL_EBADLEN, "room for %zu x %zu terms of %zu x %zu",
                   each->size1, each->size2, x->size1, x->size2);
  return model->type->conditionals(model->self, x, each);
}

int mg_shape_check(size_t dim, const gsl_matrix *x, const gsl_vector *log_p) {
  if (x->size2 != dim)
    return mg_fail(GSL_EBADLEN, "data have %zu columns, the model %zu",
                   x->size2, dim);
  if (log_p && log_p->size != x->size1)
    return mg_fail(GSL_EBADLEN, "room for %zu log densities of %zu data",
                   log_p->size, x->size1);
  return GSL_SUCCESS;
}

int mg_finite_check(const gsl_matrix *rows) {
  for (size_t i = 0; i < rows->size1; i++)
    for (size_t j = 0; j < rows->size2; j++)
      if (!isfinite(rows->data[i * rows->tda + j]))
        return mg_fail(GSL_EDOM, "row %zu, column %zu: %g is not finite", i + 1,
                       j + 1, rows->data[i * rows->tda + j]);
  return GSL_SUCCESS;
}

int mg_stats_keep(mg_stats *stats, size_t dim, const gsl_matrix *x) {
  int status = mg_shape_check(dim, x, NULL);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix_view room =
      gsl_matrix_submatrix(stats->rows, stats->n, 0, x->size1, dim);
  return gsl_matrix_memcpy(&room.matrix, x);
}

static mg_tensor *add(mg_tensors *list, const char *name, size_t free,
                      size_t rank, const size_t *shape) {
  mg_tensor *tensor = &list->item[list->n++];
  *tensor = (mg_tensor){.name = name, .rank = rank, .free = free};
  memcpy(tensor->shape, shape, rank * sizeof *shape);
  return tensor;
}

void mg_tensors_add(mg_tensors *list, const char *name, double *value,
                    size_t free, size_t rank, const size_t *shape) {
  add(list, name, free, rank, shape)->value = value;
}

void mg_tensors_add_real(mg_tensors *list, const char *name, mg_real *real,
                         size_t free, size_t rank, const size_t *shape) {
  add(list, name, free, rank, shape)->real = real;
}
