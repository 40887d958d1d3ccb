/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A family whose evidence is known and whose proposal is whatever a test wants:
 *
 *     z ~ N(0, I),  x | z ~ N(z, I),  q(z | x) = N(m, sd^2 I)
 *
 * so that p(x) = N(0, 2 I) and p(z | x) = N(x / 2, I / 2). */
#ifndef MG_TESTS_CONJUGATE_H
#define MG_TESTS_CONJUGATE_H

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "models/model.h"

typedef struct {
  size_t dim;
  double mean, sd; /* of the proposal */
} conjugate;

static int conjugate_init(void *self, const mg_space *space,
                          const void *options) {
  (void)options;
  *(conjugate *)self = (conjugate){.dim = space->dim, .sd = 1};
  return GSL_SUCCESS;
}

static void conjugate_clear(void *self) {
  (void)self;
}

static void conjugate_tensors(void *self, mg_tensors *list) {
  conjugate *c = self;
  mg_tensors_add(list, "mean", &c->mean, 1, 0, &c->dim);
  mg_tensors_add(list, "sd", &c->sd, 1, 0, &c->dim);
}

static size_t conjugate_dim(const void *self) {
  return ((const conjugate *)self)->dim;
}

/* Adds log N(z; shift x + mean, sd^2 I) of each row and its gradient; x may be
 * NULL. */
static void add_normal(const gsl_matrix *z, const gsl_matrix *x, double shift,
                       double mean, double sd, gsl_vector *log_p,
                       gsl_matrix *dz) {
  for (size_t n = 0; n < z->size1; n++)
    for (size_t i = 0; i < z->size2; i++) {
      const double m = mean + (x ? shift * gsl_matrix_get(x, n, i) : 0);
      const double u = (gsl_matrix_get(z, n, i) - m) / sd;
      *gsl_vector_ptr(log_p, n) -= 0.5 * (MG_LN_2PI + u * u) + log(sd);
      if (dz)
        *gsl_matrix_ptr(dz, n, i) -= u / sd;
    }
}

static void zero(gsl_vector *log_p, gsl_matrix *dz) {
  gsl_vector_set_zero(log_p);
  if (dz)
    gsl_matrix_set_zero(dz);
}

static int conjugate_log_joint(const void *self, const gsl_matrix *x,
                               const gsl_matrix *z, gsl_vector *log_p,
                               gsl_matrix *dz) {
  (void)self;
  zero(log_p, dz);
  add_normal(z, NULL, 0, 0, 1, log_p, dz);
  add_normal(z, x, 1, 0, 1, log_p, dz);
  return GSL_SUCCESS;
}

static int conjugate_log_proposal(const void *self, const gsl_matrix *x,
                                  const gsl_matrix *z, gsl_vector *log_q,
                                  gsl_matrix *dz) {
  const conjugate *c = self;
  (void)x;
  zero(log_q, dz);
  add_normal(z, NULL, 0, c->mean, c->sd, log_q, dz);
  return GSL_SUCCESS;
}

static int conjugate_log_prior(const void *self, const gsl_matrix *z,
                               gsl_vector *log_p, gsl_matrix *dz) {
  (void)self;
  zero(log_p, dz);
  add_normal(z, NULL, 0, 0, 1, log_p, dz);
  return GSL_SUCCESS;
}

static void draw_normal(gsl_rng *rng, const gsl_matrix *x, double shift,
                        double mean, double sd, gsl_matrix *z) {
  for (size_t n = 0; n < z->size1; n++)
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(z, n, i,
                     mean + (x ? shift * gsl_matrix_get(x, n, i) : 0) +
                         gsl_ran_gaussian(rng, sd));
}

static int conjugate_propose(const void *self, gsl_rng *rng,
                             const gsl_matrix *x, gsl_matrix *z,
                             gsl_vector *log_q) {
  const conjugate *c = self;
  draw_normal(rng, NULL, 0, c->mean, c->sd, z);
  return log_q ? conjugate_log_proposal(self, x, z, log_q, NULL) : GSL_SUCCESS;
}

static int conjugate_posterior(const void *self, gsl_rng *rng,
                               const gsl_matrix *x, gsl_matrix *z,
                               gsl_vector *log_q) {
  (void)self;
  draw_normal(rng, x, 0.5, 0, sqrt(0.5), z);
  if (log_q) {
    zero(log_q, NULL);
    add_normal(z, x, 0.5, 0, sqrt(0.5), log_q, NULL);
  }
  return GSL_SUCCESS;
}

static int conjugate_sample_joint(const void *self, gsl_rng *rng, gsl_matrix *z,
                                  gsl_matrix *x) {
  (void)self;
  draw_normal(rng, NULL, 0, 0, 1, z);
  draw_normal(rng, z, 1, 0, 1, x);
  return GSL_SUCCESS;
}

static int conjugate_log_density(const void *self, const gsl_matrix *x,
                                 gsl_vector *log_p) {
  (void)self;
  zero(log_p, NULL);
  add_normal(x, NULL, 0, 0, sqrt(2), log_p, NULL);
  return GSL_SUCCESS;
}

static const mg_latent_ops conjugate_latent = {
    .dim = conjugate_dim,
    .sample_joint = conjugate_sample_joint,
    .propose = conjugate_propose,
    .log_joint = conjugate_log_joint,
    .log_proposal = conjugate_log_proposal,
    .log_prior = conjugate_log_prior,
    .posterior = conjugate_posterior};

static const mg_model_type conjugate_type = {.name = "conjugate",
                                             .size = sizeof(conjugate),
                                             .measures = 1u << MG_REALS,
                                             .init = conjugate_init,
                                             .clear = conjugate_clear,
                                             .tensors = conjugate_tensors,
                                             .log_density =
                                                 conjugate_log_density,
                                             .latent = &conjugate_latent};

/* A model in dim dimensions with that proposal. */
static inline mg_model *conjugate_model(size_t dim, double mean, double sd) {
  const mg_space space = {.dim = dim, .measure = MG_REALS};
  mg_model *model = mg_model_alloc(&conjugate_type, &space, NULL, false);
  cr_assert_not_null(model, "%s", mg_reason());
  conjugate *c = model->self;
  c->mean = mean;
  c->sd = sd;
  return model;
}

/* n data that are all the same value in every column. */
static inline mg_dataset *copies_of(size_t n, size_t dim, double value) {
  const mg_space space = {.dim = dim, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("copies", &space, n);
  cr_assert_not_null(data, "%s", mg_reason());
  gsl_matrix_set_all(data->reals, value);
  return data;
}

#endif
