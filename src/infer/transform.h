/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named maps from the real line u to where a coordinate z lies, and targets
 * over u.
 *
 * A density of z is one of u times |dz/du|:                    [transform.1]
 *
 *     log p(u) = log p(z(u)) + log dz/du
 *
 * so that what knows only the real line (Gaussian guides, Hamiltonian moves)
 * serves targets on (0, inf) and (0, 1), with the same evidence.  A z that
 * would round to an end of its support is the number next to that end. */
#ifndef MG_INFER_TRANSFORM_H
#define MG_INFER_TRANSFORM_H

#include "infer/target.h"

typedef struct {
  const char *name;   /* "log", for z = exp u: named by the way from z to u */
  mg_support support; /* of z */
  double (*forward)(double u); /* z */
  double (*inverse)(double z); /* u */
  double (*slope)(double u);   /* dz / du > 0 */
  double (*log_slope)(double u);
  double (*log_slope_slope)(double u); /* d log(dz/du) / du */
} mg_transform;

/* identity, log, softplus, logit; ended by a NULL name. */
extern const mg_transform mg_transforms[];

/* The usual one for a support: identity, log, logit; NULL for classes. */
const mg_transform *mg_transform_of(mg_support support);

/* The one of that name; NULL with the reason, and the closest. */
const mg_transform *mg_transform_find(const char *name);

typedef struct {
  mg_target target;               /* over u: what methods are given */
  const mg_target *inner;         /* over z */
  const mg_transform **transform; /* D */
  size_t *factor;                 /* D: the factor that a slope belongs to */
} mg_unconstrained;

/* Makes a zeroed t the target over u.  It has what the inner target has,
 * factors, prior and Gibbs moves too (the slope of a coordinate belongs to the
 * first factor that holds it).  The inner target must outlive it, and t stay
 * where it is in memory.
 *   transform  in  D of them; NULL: the usual one of each support
 * Returns GSL_SUCCESS; GSL_EINVAL for one that does not fit a support, for
 * classes, or for a coordinate that no factor holds; GSL_ENOMEM. */
int mg_unconstrained_init(mg_unconstrained *t, const mg_target *inner,
                          const mg_transform *const *transform);

/* Frees what t holds; safe on a zeroed one. */
void mg_unconstrained_clear(mg_unconstrained *t);

/* z of each u; the matrices may be the same.
 *   u  in  S x D     z  out  S x D */
void mg_unconstrained_z(const mg_unconstrained *t, const gsl_matrix *u,
                        gsl_matrix *z);

/* And back: u of each z inside its support. */
void mg_unconstrained_u(const mg_unconstrained *t, const gsl_matrix *z,
                        gsl_matrix *u);

#endif
