/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be inferred: a log density over z that need not integrate to 1.
 *
 * Mostly it is log p(x, z) at the observed data x, as a function of z alone;
 * then its integral is the evidence p(x), and divided by that it is the
 * posterior p(z | x).  A method of inference sees no more than this table, so
 * it is black-box: the target may be a C function of a dozen lines,
 *
 *     static int log_joint(const void *self, const gsl_matrix *z,
 *                          gsl_vector *log_p, gsl_matrix *dz) { ... }
 *     const mg_target target = {.name = "mine", .dim = 2,
 *                               .log_density = log_joint};
 *
 * S values of z come at once, a row each, since there the work is matrix
 * products; rows do not depend on each other.  What is optional is NULL or 0
 * where a target cannot.  Functions are called by several threads at once and
 * change nothing behind self. */
#ifndef MG_INFER_TARGET_H
#define MG_INFER_TARGET_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>
#include <stdbool.h>

/* Where a coordinate of z may lie; outside, nothing is asked. */
typedef enum {
  MG_SUPPORT_REAL,
  MG_SUPPORT_POSITIVE, /* z > 0 */
  MG_SUPPORT_UNIT,     /* 0 < z < 1 */
  MG_SUPPORT_CLASSES   /* 0, 1 .. K - 1 */
} mg_support;

typedef struct {
  const char *name;
  const void *self; /* handed to the functions below */
  size_t dim;       /* D, the length of z */
  /* Of each coordinate, D; NULL: all are real. */
  const mg_support *support;
  /* K of each coordinate that takes classes, D; NULL: there are none. */
  const size_t *classes;
  /* log p(x, z), nats in total, finite inside the support.
   *   z  S x D     log_p  S     dz  S x D, the gradient in z; NULL: unwanted */
  int (*log_density)(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz);
  bool gradient; /* log_density fills dz */

  /* Optional from here. */

  /* log p(x, z) as a sum of F terms, of which each holds a few z_i: what
   * Rao-Blackwellised gradients want.
   *   z  S x D     log_f  S x F */
  size_t factors; /* F */
  int (*log_factors)(const void *self, const gsl_matrix *z, gsl_matrix *log_f);
  /* Does factor f hold z_i? */
  bool (*holds)(const void *self, size_t f, size_t i);
  /* The prior p(z), normalised: draws, and log density with its gradient. */
  int (*sample_prior)(const void *self, gsl_rng *rng, gsl_matrix *z);
  int (*log_prior)(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                   gsl_matrix *dz);
  /* Draws each z_i, or blocks of them, given the others: a sweep of every row
   * that leaves the posterior as it is.
   *   z  in/out  S x D */
  int (*gibbs)(const void *self, gsl_rng *rng, gsl_matrix *z);
} mg_target;

/* log p and its gradient at S points, in shards of rows over the threads.
 *   z   in   S x D     log_p  out  S     dz  out  S x D, or NULL
 *   threads  in  at most so many; 0: as many as OpenMP gives
 * A value may be -inf or NaN.
 * Returns GSL_SUCCESS; GSL_EBADLEN for shapes; GSL_EUNSUP for a gradient that
 * the target has not; the target's errors.  The same bytes for any number of
 * threads. */
int mg_target_evaluate(const mg_target *target, const gsl_matrix *z,
                       size_t threads, gsl_vector *log_p, gsl_matrix *dz);

/* The same, where a value that is not finite, of the gradient too, is an error
 * that tells the point.
 * Returns as mg_target_evaluate; GSL_EDOM with z. */
int mg_target_require(const mg_target *target, const gsl_matrix *z,
                      size_t threads, gsl_vector *log_p, gsl_matrix *dz);

/* The prior as a target of its own, with the draws: the base of a path; its
 * log_density is NULL where the target tells no prior. */
mg_target mg_target_prior(const mg_target *target);

/* Where coordinate i lies. */
mg_support mg_target_support(const mg_target *target, size_t i);

/* "(0.5, -1, 2, ... 7 more)" of a row of z into text; returns text. */
const char *mg_target_point(const gsl_matrix *z, size_t row, char *text,
                            size_t size);

#endif
