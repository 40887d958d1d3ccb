/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A posterior that is known, as a target: each z_i ~ N(0, 1) and seen once, as
 * x_i ~ N(z_i, 1) with x_i = i + 1, so that p(z | x) = N(x / 2, I / 2). */
#ifndef MG_TESTS_NORMAL_TARGET_H
#define MG_TESTS_NORMAL_TARGET_H

#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "infer/target.h"

static int normal_log_prior(const void *self, const gsl_matrix *z,
                            gsl_vector *log_p, gsl_matrix *dz) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++) {
    double sum = 0;
    for (size_t i = 0; i < z->size2; i++) {
      const double at = gsl_matrix_get(z, s, i);
      sum -= 0.5 * (MG_LN_2PI + at * at);
      if (dz)
        gsl_matrix_set(dz, s, i, -at);
    }
    gsl_vector_set(log_p, s, sum);
  }
  return GSL_SUCCESS;
}

static int normal_log_joint(const void *self, const gsl_matrix *z,
                            gsl_vector *log_p, gsl_matrix *dz) {
  const int status = normal_log_prior(self, z, log_p, dz);
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < z->size2; i++) {
      const double u = (double)(i + 1) - gsl_matrix_get(z, s, i);
      *gsl_vector_ptr(log_p, s) -= 0.5 * (MG_LN_2PI + u * u);
      if (dz)
        *gsl_matrix_ptr(dz, s, i) += u;
    }
  return status;
}

static int normal_sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(z, s, i, gsl_ran_gaussian(rng, 1));
  return GSL_SUCCESS;
}

/* Each z_i from its conditional, which here does not ask the others. */
static int normal_gibbs(const void *self, gsl_rng *rng, gsl_matrix *z) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(z, s, i,
                     (double)(i + 1) / 2 + gsl_ran_gaussian(rng, sqrt(0.5)));
  return GSL_SUCCESS;
}

static inline mg_target normal_target(size_t dim) {
  return (mg_target){.name = "normal",
                     .dim = dim,
                     .log_density = normal_log_joint,
                     .gradient = true,
                     .log_prior = normal_log_prior,
                     .sample_prior = normal_sample_prior,
                     .gibbs = normal_gibbs};
}

/* log p(x). */
static inline double normal_log_evidence(size_t dim) {
  double sum = 0;
  for (size_t i = 1; i <= dim; i++)
    sum -= 0.5 * (MG_LN_2PI + log(2) + (double)(i * i) / 2);
  return sum;
}

#endif
