/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A spherical Gaussian: one mean, and one variance for every direction.
 *
 *     log p(x) = -D/2 log 2 pi v - |x - m|^2 / 2v                    [sph.1]
 *
 * The worked example of docs/ADDING-A-MODEL.md: complete, tested, and not in
 * the zoo, where it would be a Gaussian mixture of one component. */
#ifndef MG_EXAMPLES_SPHERICAL_H
#define MG_EXAMPLES_SPHERICAL_H

#include "models/model.h"

typedef struct {
  double floor; /* least variance, data unit^2; 0: none */
} mg_spherical_options;

typedef struct {
  mg_spherical_options options;
  size_t dim;      /* D */
  double *mean;    /* D */
  double variance; /* v, of each coordinate */
} mg_spherical;

/* floor 1e-6. */
mg_spherical_options mg_spherical_options_default(void);

/* Makes a zeroed g the standard Gaussian on the space's D coordinates.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_spherical_init(mg_spherical *g, const mg_space *space,
                      const mg_spherical_options *options);

/* Frees what g holds; safe on a zeroed or half-built one. */
void mg_spherical_clear(mg_spherical *g);

/* log p(x), exact.                                                   [sph.1]
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for NaN (an infinite value has
 * log density -inf).  Cost O(N D). */
int mg_spherical_log_density(const mg_spherical *g, const gsl_matrix *x,
                             gsl_vector *log_p);

/* Draws N data.
 *   x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_spherical_sample(const mg_spherical *g, gsl_rng *rng, gsl_matrix *x);

extern const mg_model_type mg_spherical_type;

#endif
