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

/* Levels by dequantisation; two levels are better called what they are. */
static bool needs_noise(const mg_model_type *type, const mg_space *space,
                        bool allowed) {
  return allowed && space->measure == MG_LEVELS && stands_on(type, MG_REALS) &&
         !stands_on(type, MG_LEVELS);
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

/* The space that self stands on. */
static mg_space inner_space(const mg_model *model) {
  mg_space space = model->space;
  if (model->dequantise) {
    space.measure = MG_REALS;
    space.levels = 0;
  }
  return space;
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
  const mg_space inner = inner_space(model);
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

size_t mg_model_parameters(const mg_model *model) {
  mg_tensors list = {.n = 0};
  model->type->tensors(model->self, &list);
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

int mg_shape_check(size_t dim, const gsl_matrix *x, const gsl_vector *log_p) {
  if (x->size2 != dim)
    return mg_fail(GSL_EBADLEN, "data have %zu columns, the model %zu",
                   x->size2, dim);
  if (log_p && log_p->size != x->size1)
    return mg_fail(GSL_EBADLEN, "room for %zu log densities of %zu data",
                   log_p->size, x->size1);
  return GSL_SUCCESS;
}

void mg_tensors_add(mg_tensors *list, const char *name, double *value,
                    size_t free, size_t rank, const size_t *shape) {
  mg_tensor *tensor = &list->item[list->n++];
  *tensor =
      (mg_tensor){.name = name, .rank = rank, .value = value, .free = free};
  memcpy(tensor->shape, shape, rank * sizeof *shape);
}
