/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a law that can be drawn from to the posterior that cannot.
 *
 * The base is the prior, or the family's proposal q.  Between it and the joint,
 * which is the posterior times the wanted p(x), lies a path:       [ais.1]
 *
 *     log f_b(z) = (1 - b) log base(z) + b log p(x, z),   0 <= b <= 1
 *
 * Walkers are z's on that path, one a row of x, that carry both ends' log
 * densities with them, and the gradients where a move needs them. */
#ifndef MG_EVAL_PATH_H
#define MG_EVAL_PATH_H

#include "models/model.h"

typedef enum { MG_FROM_PROPOSAL, MG_FROM_PRIOR } mg_base;

typedef struct {
  const mg_latent_ops *ops;
  const void *self;
  mg_base from;
  bool gradient; /* walkers have gradients */
} mg_path;

typedef struct {
  gsl_matrix *z;                    /* N x L */
  gsl_vector *log_base, *log_joint; /* N, nats */
  gsl_matrix *d_base, *d_joint;     /* N x L, or NULL */
} mg_walkers;

/* Room for n walkers in a zeroed w.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_walkers_init(mg_walkers *w, const mg_path *path, size_t n);

/* Frees what w holds; safe on a zeroed or half-built one. */
void mg_walkers_clear(mg_walkers *w);

/* Draws the walkers' z from the base, and evaluates both ends there.
 *   x  in  N x D     w  out
 * Returns GSL_SUCCESS; GSL_EUNSUP when the family lacks what the path needs;
 * GSL_ENOMEM; the family's errors.  A log density may be NaN. */
int mg_path_draw(const mg_path *path, gsl_rng *rng, const gsl_matrix *x,
                 mg_walkers *w);

/* Evaluates both ends at w->z, with gradients where the path has them.
 *   x  in  N x D     w  in/out
 * Returns as mg_path_draw. */
int mg_path_evaluate(const mg_path *path, const gsl_matrix *x, mg_walkers *w);

#endif
