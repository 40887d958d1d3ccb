/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a law that can be drawn from to the posterior that cannot.
 *
 * The base is the prior, or a proposal q.  Between it and the joint, which is
 * the posterior times the wanted p(x), lies a path:                [ais.1]
 *
 *     log f_b(z) = (1 - b) log base(z) + b log p(x, z),   0 <= b <= 1
 *
 * Walkers are z's on that path, one a row, that carry both ends' log densities
 * with them, and the gradients where a move needs them.  A path without a base
 * is its end b = 1 alone: what a chain needs that walks in the posterior.
 *
 * All walkers are evaluated at once and on this thread, since a target may be
 * one of which row n belongs to datum n; who has many walkers gives each thread
 * some. */
#ifndef MG_INFER_PATH_H
#define MG_INFER_PATH_H

#include "infer/target.h"

typedef struct {
  const mg_target *base; /* with sample_prior, its draws; NULL: b is 1 */
  const mg_target *joint;
  /* Draws from the base and tells their log density, of base->self; NULL: the
   * base does one after the other.
   *   z  N x D     log_base  N */
  int (*propose)(const void *self, gsl_rng *rng, gsl_matrix *z,
                 gsl_vector *log_base);
  bool gradient; /* walkers have gradients */
} mg_path;

typedef struct {
  gsl_matrix *z;                    /* N x D */
  gsl_vector *log_base, *log_joint; /* N, nats */
  gsl_matrix *d_base, *d_joint;     /* N x D, or NULL */
} mg_walkers;

/* Room for n walkers in a zeroed w; log_base is 0 on a path without a base.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_walkers_init(mg_walkers *w, const mg_path *path, size_t n);

/* Frees what w holds; safe on a zeroed or half-built one. */
void mg_walkers_clear(mg_walkers *w);

/* Row n of one goes into row n of the other. */
void mg_walkers_copy(const mg_walkers *from, size_t n, mg_walkers *to);

/* Draws the walkers' z from the base, and evaluates both ends there.
 * Returns GSL_SUCCESS; GSL_EUNSUP when the base cannot be drawn from, or a
 * target lacks the gradient; GSL_ENOMEM; the targets' errors.  A log density
 * may be NaN. */
int mg_path_draw(const mg_path *path, gsl_rng *rng, mg_walkers *w);

/* Evaluates both ends at w->z, with gradients where the path has them.
 * Returns as mg_path_draw. */
int mg_path_evaluate(const mg_path *path, mg_walkers *w);

/* log f_b of walker n, nats. */
double mg_path_log_density(const mg_walkers *w, double b, size_t n);

#endif
