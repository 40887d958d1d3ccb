/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The latent variable of a family as a path between two targets.
 *
 * The target is p(x, z) as a function of z, where row n of z belongs to datum n
 * of x; the base is the family's prior, or its proposal q(z | x). */
#ifndef MG_EVAL_LATENT_H
#define MG_EVAL_LATENT_H

#include "infer/path.h"
#include "models/model.h"

typedef enum { MG_FROM_PROPOSAL, MG_FROM_PRIOR } mg_base;

typedef struct {
  const mg_latent_ops *ops;
  const void *self;
  const gsl_matrix *x; /* N x D */
  mg_target base, joint;
  mg_path path; /* of walkers as many as there are data */
} mg_latent;

/* Binds a family to its data, in an l that from here keeps its address.
 *   ops       in  with its self and x, which outlive l
 *   gradient  in  walkers have gradients
 * What the family lacks is said by the path's functions: GSL_EUNSUP. */
void mg_latent_init(mg_latent *l, const mg_latent_ops *ops, const void *self,
                    const gsl_matrix *x, mg_base from, bool gradient);

#endif
