/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three families that learn nothing, to test what is written once for all of
 * them.  `pair` has two arrays and an option of each kind; `kept` keeps rows,
 * as a kernel density does, and has an array of rank 0; `floats` has an array
 * of mg_reals before one of doubles, as a family with a network may, and an
 * option that is no size of an array. */
#ifndef MG_TESTS_TOY_FAMILY_H
#define MG_TESTS_TOY_FAMILY_H

#include <stdlib.h>

#include "base/status.h"
#include "models/model.h"

typedef struct {
  size_t components;
  double width;
  int shape;
} pair_options;

typedef struct {
  size_t k, d;
  double *weights, *means; /* k; k x d */
} pair;

static const mg_option pair_option_table[] = {
    {"components", MG_OPTION_SIZE, offsetof(pair_options, components), 1, 1e6,
     NULL, "how many"},
    {"width", MG_OPTION_REAL, offsetof(pair_options, width), 0, 10, NULL,
     "how wide"},
    {"shape", MG_OPTION_CHOICE, offsetof(pair_options, shape), 0, 0,
     "full|tied|diagonal", "how shaped"},
    {0}};

static int pair_inits; /* how often a model was made */

static int pair_init(void *self, const mg_space *space, const void *options) {
  pair *p = self;
  pair_inits++;
  p->k = ((const pair_options *)options)->components;
  p->d = space->dim;
  p->weights = calloc(p->k, sizeof(double));
  p->means = calloc(p->k * p->d, sizeof(double));
  return p->weights && p->means ? GSL_SUCCESS : GSL_ENOMEM;
}

static void pair_clear(void *self) {
  pair *p = self;
  free(p->weights);
  free(p->means);
}

static void pair_tensors(void *self, mg_tensors *list) {
  pair *p = self;
  mg_tensors_add(list, "weights", p->weights, p->k - 1, 1, (size_t[]){p->k});
  mg_tensors_add(list, "means", p->means, p->k * p->d, 2,
                 (size_t[]){p->k, p->d});
}

static int pair_refresh(void *self) {
  const pair *p = self;
  for (size_t k = 0; k < p->k; k++)
    if (p->weights[k] < 0)
      return mg_fail(GSL_EDOM, "weight %zu is negative", k);
  return GSL_SUCCESS;
}

static const mg_model_type pair_type = {.name = "pair",
                                        .size = sizeof(pair),
                                        .measures = 1u << MG_REALS,
                                        .options = pair_option_table,
                                        .options_size = sizeof(pair_options),
                                        .init = pair_init,
                                        .clear = pair_clear,
                                        .tensors = pair_tensors,
                                        .refresh = pair_refresh};

typedef struct {
  size_t n, d;
  double *rows; /* n x d; NULL: none yet */
  double scale;
} kept;

static int kept_init(void *self, const mg_space *space, const void *options) {
  (void)options;
  ((kept *)self)->d = space->dim;
  return GSL_SUCCESS;
}

static void kept_clear(void *self) {
  free(((kept *)self)->rows);
}

static int kept_reserve(void *self, size_t rows) {
  kept *k = self;
  free(k->rows);
  k->rows = calloc(rows * k->d, sizeof(double));
  k->n = k->rows ? rows : 0;
  return k->rows ? GSL_SUCCESS : GSL_ENOMEM;
}

static void kept_tensors(void *self, mg_tensors *list) {
  kept *k = self;
  mg_tensors_add(list, "scale", &k->scale, 1, 0, (size_t[]){0});
  mg_tensors_add(list, "rows", k->rows, 0, 2, (size_t[]){k->n, k->d});
}

static int kept_refresh(void *self) {
  const kept *k = self;
  return k->scale > 0 ? GSL_SUCCESS : mg_fail(GSL_EDOM, "no scale");
}

static const mg_model_type kept_type = {.name = "kept",
                                        .size = sizeof(kept),
                                        .measures =
                                            1u << MG_REALS | 1u << MG_BINARY,
                                        .init = kept_init,
                                        .clear = kept_clear,
                                        .tensors = kept_tensors,
                                        .reserve = kept_reserve,
                                        .refresh = kept_refresh};

typedef struct {
  size_t width, steps;
} floats_options;

typedef struct {
  size_t width;
  mg_real *theta; /* width */
  double scale;
} floats;

static const mg_option floats_option_table[] = {
    {"width", MG_OPTION_SIZE, offsetof(floats_options, width), 1, 1e12, NULL,
     "how many"},
    {"steps", MG_OPTION_SIZE, offsetof(floats_options, steps), 1, 1e12, NULL,
     "no size"},
    {0}};

static int floats_init(void *self, const mg_space *space, const void *options) {
  floats *f = self;
  (void)space;
  f->width = ((const floats_options *)options)->width;
  f->theta = calloc(f->width, sizeof *f->theta);
  return f->theta ? GSL_SUCCESS : GSL_ENOMEM;
}

static void floats_clear(void *self) {
  free(((floats *)self)->theta);
}

static void floats_tensors(void *self, mg_tensors *list) {
  floats *f = self;
  mg_tensors_add_real(list, "theta", f->theta, f->width, 1, &f->width);
  mg_tensors_add(list, "scale", &f->scale, 1, 0, (size_t[]){0});
}

static int floats_refresh(void *self) {
  return ((floats *)self)->scale > 0 ? GSL_SUCCESS
                                     : mg_fail(GSL_EDOM, "no scale");
}

static size_t floats_numbers(const mg_space *space, const void *options) {
  (void)space;
  return ((const floats_options *)options)->width + 1;
}

static const mg_model_type floats_type = {.name = "floats",
                                          .size = sizeof(floats),
                                          .measures = 1u << MG_REALS,
                                          .options = floats_option_table,
                                          .options_size =
                                              sizeof(floats_options),
                                          .init = floats_init,
                                          .clear = floats_clear,
                                          .tensors = floats_tensors,
                                          .refresh = floats_refresh,
                                          .numbers = floats_numbers};

static const mg_model_type *const toy_types[] = {&pair_type, &kept_type,
                                                 &floats_type, NULL};

#endif
