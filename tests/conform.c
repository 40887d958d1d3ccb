/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small spaces that families are tried on, and models fitted there; see
 * conform.h. */
#include "config.h"

#include "conform.h"

#include <gsl/gsl_randist.h>
#include <string.h>

#include "folder.h"
#include "models/save.h"

void conform_enter(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

void conform_leave(void) {
  folder_leave();
}

mg_space place_space(place where) {
  static const mg_space space[places] = {
      [on_line] = {.dim = 1, .measure = MG_REALS, .classes = 2},
      [on_plane] = {.dim = 2, .measure = MG_REALS, .classes = 2},
      [on_bits] = {.dim = 9,
                   .measure = MG_BINARY,
                   .levels = 2,
                   .height = 3,
                   .width = 3,
                   .classes = 2},
      [on_shades] = {.dim = 4,
                     .measure = MG_LEVELS,
                     .levels = 3,
                     .height = 2,
                     .width = 2,
                     .classes = 2},
      [on_grey] = {.dim = 2, .measure = MG_LEVELS, .levels = 3, .classes = 2}};
  return space[where];
}

/* Two classes, a third and the rest, apart from each other in every column and
 * correlated within. */
static double draw_real(gsl_rng *rng, unsigned label, double shared) {
  const double centre = label ? 1.5 : -1.5;
  return centre + 0.5 * shared + gsl_ran_gaussian(rng, 0.7);
}

static unsigned char draw_level(gsl_rng *rng, const mg_space *space,
                                unsigned label, size_t j) {
  const double high = label ? 0.75 - 0.04 * (double)j : 0.2 + 0.03 * (double)j;
  return (unsigned char)gsl_ran_binomial(rng, high, space->levels - 1);
}

mg_dataset *place_data(place where, size_t n, unsigned long seed) {
  const mg_space space = place_space(where);
  mg_dataset *data = mg_dataset_alloc("rows", &space, n);
  gsl_rng *rng = mg_stream_alloc(seed, "test/conform", 0);
  cr_assert(data && rng, "no data: %s", mg_reason());
  for (size_t i = 0; i < n; i++) {
    const unsigned label = gsl_rng_uniform(rng) < 1.0 / 3;
    const double shared = gsl_ran_gaussian(rng, 1);
    data->labels[i] = label;
    for (size_t j = 0; j < space.dim; j++)
      if (data->reals)
        gsl_matrix_set(data->reals, i, j, draw_real(rng, label, shared));
      else
        data->bytes[i * space.dim + j] = draw_level(rng, &space, label, j);
  }
  gsl_rng_free(rng);
  return data;
}

gsl_matrix *place_states(place where) {
  const mg_space space = place_space(where);
  const size_t n = (size_t)gsl_pow_int(space.levels, (int)space.dim);
  gsl_matrix *x = gsl_matrix_alloc(n, space.dim);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0, rest = i; j < space.dim; j++, rest /= space.levels)
      gsl_matrix_set(x, i, j, (double)(rest % space.levels));
  return x;
}

bool conform_stands(const mg_model_type *type, place where) {
  const mg_space space = place_space(where);
  const bool noise = where == on_grey;
  mg_reason_clear();
  mg_model *model = mg_model_alloc(type, &space, NULL, noise);
  const bool can = mg_model_can(type, &space, noise) == GSL_SUCCESS;
  const bool stands = model && model->dequantise == noise;
  cr_assert(can == (model != NULL), "can is %d, and a model is%s made", can,
            model ? "" : " not");
  cr_assert(model || *mg_reason(), "refused without a reason");
  mg_model_free(model);
  return stands;
}

setting conform_set(const mg_model_type *type, place where, size_t n) {
  setting s = {.data = place_data(where, n, 1)};
  s.recipe = mg_recipe_alloc(type, s.data, false);
  cr_assert_not_null(s.recipe, "recipe: %s", mg_reason());
  s.recipe->fit.passes = type->batch ? 20 : 200;
  s.recipe->fit.threads = 1;
  s.model = mg_recipe_model(s.recipe, &s.data->space);
  cr_assert_not_null(s.model, "model: %s", mg_reason());
  return s;
}

void conform_clear(setting *s) {
  mg_model_free(s->model);
  mg_recipe_free(s->recipe);
  mg_dataset_free(s->data);
  *s = (setting){.data = NULL};
}

static size_t count_choices(const mg_option *o) {
  size_t n = o->kind == MG_OPTION_CHOICE;
  for (const char *c = o->choices; n && *c; c++)
    n += *c == '|';
  return n;
}

bool conform_choose(setting *s, size_t which) {
  const mg_option *o = s->model->type->options;
  if (which == 0)
    return true;
  for (; o && o->name && which > count_choices(o); o++)
    which -= count_choices(o);
  if (!o || !o->name)
    return false;
  char *field = (char *)s->recipe->options + o->offset;
  *(int *)(void *)field = (int)which - 1;
  mg_model_free(s->model);
  mg_reason_clear();
  s->model = mg_recipe_model(s->recipe, &s->data->space);
  cr_assert(s->model || *mg_reason(),
            "choice %zu of %s: refused without a "
            "reason",
            which, o->name);
  if (!s->model) { /* no choice here, as a network of pictures on numbers */
    *(int *)(void *)field = 0;
    s->model = mg_recipe_model(s->recipe, &s->data->space);
  }
  return true;
}

void conform_fit(setting *s, unsigned long seed) {
  const mg_rows rows = mg_dataset_all(s->data);
  int status = mg_fit_run(s->model, &rows, &s->recipe->fit, seed);
  cr_assert(status == GSL_SUCCESS, "fit: %s", mg_reason());
}

setting conform_fitted(const mg_model_type *type, place where) {
  setting s = conform_set(type, where, 600);
  conform_fit(&s, 1);
  return s;
}

gsl_matrix *conform_rows(const setting *s) {
  const mg_rows rows = mg_dataset_all(s->data);
  mg_block *block = mg_block_alloc(&s->data->space, rows.n);
  gsl_matrix *x = gsl_matrix_alloc(rows.n, s->data->space.dim);
  cr_assert(block && x, "no memory");
  mg_block_read(block, &rows, 0, rows.n);
  gsl_matrix_memcpy(x, &block->batch.x);
  mg_block_free(block);
  if (s->model->dequantise) {
    gsl_rng *rng = mg_stream_alloc(1, "test/dequantise", 0);
    mg_dequantise(rng, x);
    gsl_rng_free(rng);
  }
  return x;
}

/* Nothing is said; rows that are none are still refused. */
static int say_nothing(const mg_model *model, const gsl_matrix *x,
                       gsl_vector *log_p) {
  gsl_vector_set_zero(log_p);
  const int status = mg_shape_check(model->space.dim, x, log_p);
  return status == GSL_SUCCESS ? mg_finite_check(x) : status;
}

int conform_ask(const mg_model *model, const gsl_matrix *x, gsl_vector *log_p) {
  const mg_latent_ops *ops = model->type->latent;
  if (!mg_model_judges(model->type))
    return say_nothing(model, x, log_p);
  if (model->type->log_density || !ops)
    return mg_model_log_density(model, x, log_p);
  gsl_matrix *z = gsl_matrix_calloc(x->size1, ops->dim(model->self));
  gsl_vector *prior = gsl_vector_alloc(log_p->size);
  int status = z && prior ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory");
  if (status == GSL_SUCCESS)
    status = ops->log_joint(model->self, x, z, log_p, NULL);
  if (status == GSL_SUCCESS)
    status = ops->log_prior(model->self, z, prior, NULL);
  if (status == GSL_SUCCESS)
    gsl_vector_sub(log_p, prior);
  gsl_vector_free(prior);
  gsl_matrix_free(z);
  return status;
}

double conform_error(const mg_model_type *type, double exact) {
  return type->log_density ? exact : 1e-5;
}

gsl_vector *conform_log_density(const mg_model *model, const gsl_matrix *x) {
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  int status = conform_ask(model, x, log_p);
  cr_assert(status == GSL_SUCCESS, "log density: %s", mg_reason());
  return log_p;
}

gsl_matrix *conform_sample(const mg_model *model, size_t n,
                           unsigned long seed) {
  gsl_rng *rng = mg_stream_alloc(seed, "test/sample", 0);
  gsl_matrix *x = gsl_matrix_alloc(n, model->space.dim);
  int status = mg_model_sample(model, rng, x);
  const int expected = model->type->sample ? GSL_SUCCESS : GSL_EUNSUP;
  cr_assert(status == expected, "sample: %d, %s", status, mg_reason());
  if (!model->type->sample)
    gsl_matrix_set_zero(x);
  gsl_rng_free(rng);
  return x;
}

bool conform_same_tensors(const mg_model *a, const mg_model *b) {
  mg_tensors one = {.n = 0}, two = {.n = 0};
  a->type->tensors(a->self, &one);
  b->type->tensors(b->self, &two);
  cr_assert(one.n > 0, "a family without parameters");
  bool same = one.n == two.n;
  for (size_t i = 0; same && i < one.n; i++) {
    const mg_tensor *s = &one.item[i], *t = &two.item[i];
    same = s->rank == t->rank && strcmp(s->name, t->name) == 0 &&
           memcmp(s->shape, t->shape, s->rank * sizeof *s->shape) == 0;
    same =
        same && !s->real == !t->real &&
        memcmp(mg_tensor_data(s), mg_tensor_data(t), mg_tensor_bytes(s)) == 0;
  }
  return same;
}

#define NAME(family) #family,
static const char *const families[] = {CONFORM_FAMILIES(NAME) NULL};

Test(conform, every_family_of_the_zoo_is_under_the_law) {
  size_t n = 0;
  for (const mg_model_type *const *t = mg_zoo; *t; t++, n++) {
    bool listed = false;
    for (const char *const *name = families; *name; name++)
      listed = listed || strcmp(*name, (*t)->name) == 0;
    cr_expect(listed, "%s is not in CONFORM_FAMILIES", (*t)->name);
  }
  cr_expect(n + 1 == sizeof families / sizeof *families,
            "CONFORM_FAMILIES names a family that is not in the zoo");
}

/* A law about no place is about all of them at once: every family stands
 * somewhere, and says what it follows. */
#define STANDS(family)                                                         \
  Test(family, stands_somewhere, .init = conform_enter,                        \
       .fini = conform_leave) {                                                \
    const mg_model_type *type = mg_zoo_find(#family);                          \
    size_t count = 0;                                                          \
    for (place where = on_line; where < places; where++)                       \
      count += conform_stands(type, where);                                    \
    cr_expect(count > 0, "nowhere");                                           \
    cr_expect(*type->title && * type->source, "no title or no source");        \
  }
CONFORM_FAMILIES(STANDS)
