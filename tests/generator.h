/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generator from the plane into space, linear or curved,
 *
 *     x = W f(z) + b,   f(z) = z or sin(z)
 *
 * and the linear one with noise as a ppca, whose evidence is exact. */
#ifndef MG_TESTS_GENERATOR_H
#define MG_TESTS_GENERATOR_H

#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "data/dataset.h"
#include "models/noisy.h"
#include "models/ppca.h"

enum { D = 3, L = 2, N = 60 };
#define SD 0.3 /* of the noise */

static const double W[D][L] = {{1.0, 0.4}, {-0.7, 0.9}, {0.2, -1.1}};
static const double B[D] = {0.5, -1, 2};

typedef struct {
  bool curved;
} map;

static size_t map_dim(const void *self) {
  (void)self;
  return L;
}

static int map_generate(const void *self, const gsl_matrix *z, gsl_matrix *x) {
  const bool curved = ((const map *)self)->curved;
  for (size_t i = 0; i < z->size1; i++)
    for (size_t j = 0; j < D; j++) {
      double sum = B[j];
      for (size_t l = 0; l < L; l++) {
        const double at = gsl_matrix_get(z, i, l);
        sum += W[j][l] * (curved ? sin(at) : at);
      }
      gsl_matrix_set(x, i, j, sum);
    }
  return GSL_SUCCESS;
}

static int map_pull_back(const void *self, const gsl_matrix *z,
                         const gsl_matrix *dx, gsl_matrix *dz) {
  const bool curved = ((const map *)self)->curved;
  for (size_t i = 0; i < z->size1; i++)
    for (size_t l = 0; l < L; l++) {
      const double slope = curved ? cos(gsl_matrix_get(z, i, l)) : 1;
      double sum = 0;
      for (size_t j = 0; j < D; j++)
        sum += W[j][l] * gsl_matrix_get(dx, i, j);
      gsl_matrix_set(dz, i, l, slope * sum);
    }
  return GSL_SUCCESS;
}

static int map_init(void *self, const mg_space *space, const void *options) {
  (void)self;
  (void)space;
  (void)options;
  return GSL_SUCCESS;
}

static void map_clear(void *self) {
  (void)self;
}

static const mg_generator_ops map_generator = {
    .dim = map_dim, .generate = map_generate, .pull_back = map_pull_back};

static const mg_model_type map_type = {.name = "map",
                                       .size = sizeof(map),
                                       .measures = 1u << MG_REALS,
                                       .init = map_init,
                                       .clear = map_clear,
                                       .generator = &map_generator};

static const mg_space space = {.dim = D, .measure = MG_REALS};

static inline mg_model *map_model(bool curved) {
  mg_model *model = mg_model_alloc(&map_type, &space, NULL, false);
  cr_assert_not_null(model, "%s", mg_reason());
  ((map *)model->self)->curved = curved;
  return model;
}

static inline mg_model *noisy_of(const mg_model *of, double sd) {
  mg_model *model = mg_noisy_alloc(of, sd);
  cr_assert_not_null(model, "%s", mg_reason());
  return model;
}

/* The linear one as a ppca. */
static inline mg_model *exact_model(double sd) {
  mg_model *model =
      mg_model_alloc(&mg_ppca_type, &space,
                     &(mg_ppca_options){.latent = L, .floor = 0}, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_ppca *p = model->self;
  for (size_t j = 0; j < D; j++) {
    gsl_vector_set(p->mean, j, B[j]);
    for (size_t l = 0; l < L; l++)
      gsl_matrix_set(p->loadings, j, l, W[j][l]);
  }
  p->variance = sd * sd;
  cr_assert_eq(mg_ppca_refresh(p), GSL_SUCCESS, "%s", mg_reason());
  return model;
}

/* N rows of a model. */
static inline mg_dataset *drawn_from(const mg_model *exact) {
  mg_dataset *data = mg_dataset_alloc("drawn", &space, N);
  gsl_rng *rng = mg_stream_alloc(8, "test/drawn", 0);
  mg_model_sample(exact, rng, data->reals);
  gsl_rng_free(rng);
  return data;
}

#endif
