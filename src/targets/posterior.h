/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Posteriors that come along: a model, its data, and what is known of the
 * answer.
 *
 * A posterior is an mg_target with the data inside, by name, with options as a
 * family has them.  Where the evidence or the posterior's moments are known, by
 * a formula or by quadrature, it tells them, so that every method has a truth
 * to be held against. */
#ifndef MG_TARGETS_POSTERIOR_H
#define MG_TARGETS_POSTERIOR_H

#include "base/option.h"
#include "infer/target.h"

typedef struct {
  const char *name;         /* "eight-schools" */
  const char *title;        /* "Eight schools, non-centred" */
  const char *source;       /* of model and data */
  size_t size;              /* of self */
  const mg_option *options; /* NULL: none */
  size_t options_size;
  void (*options_default)(void *options); /* NULL: no options */
  /* Makes a zeroed self with its data, and the target over it, whose name and
   * self are set already.
   * Returns GSL_EINVAL for options; GSL_ENOMEM. */
  int (*init)(void *self, const void *options, mg_target *target);
  /* Frees what self holds, if it holds anything; safe on a zeroed or
   * half-built one. */
  void (*clear)(void *self);
  /* "tau", "theta[3]" of coordinate i into text; returns text. */
  const char *(*coordinate)(const void *self, size_t i, char *text,
                            size_t size);

  /* Optional from here: NULL means not known, or cannot. */

  /* log p(x), exact to 1e-9, nats in total. */
  int (*log_evidence)(const void *self, double *log_p);
  /* Mean and covariance of p(z | x), exact to 1e-6. */
  int (*moments)(const void *self, gsl_vector *mean, gsl_matrix *covariance);
  /* Draws from p(z | x) itself. */
  int (*sample)(const void *self, gsl_rng *rng, gsl_matrix *z);
  /* New data in self, drawn from p(x | z).
   *   z  in  D, a draw from the prior */
  int (*simulate)(void *self, gsl_rng *rng, const gsl_vector *z);
} mg_posterior_type;

typedef struct {
  const mg_posterior_type *type;
  void *self, *options;
  mg_target target;
} mg_posterior;

/* A posterior with its data.
 *   options  in  the type's struct; NULL: its default
 * Returns NULL with the reason: an option out of its range; memory. */
mg_posterior *mg_posterior_alloc(const mg_posterior_type *type,
                                 const void *options);

/* Frees it; NULL is allowed. */
void mg_posterior_free(mg_posterior *p);

/* log p(x), exact, nats in total.
 * Returns GSL_SUCCESS; GSL_EUNSUP where it is not known. */
int mg_posterior_log_evidence(const mg_posterior *p, double *log_p);

/* Mean and covariance of z.
 *   mean  out  D     covariance  out  D x D
 * Returns GSL_SUCCESS; GSL_EUNSUP where they are not known; GSL_EBADLEN. */
int mg_posterior_moments(const mg_posterior *p, gsl_vector *mean,
                         gsl_matrix *covariance);

/* Draws from p(z | x) itself.
 *   z  out  S x D
 * Returns GSL_SUCCESS; GSL_EUNSUP where that cannot be done. */
int mg_posterior_sample(const mg_posterior *p, gsl_rng *rng, gsl_matrix *z);

/* Puts data in the place of the old that are drawn given z.
 *   z  in  D
 * Returns GSL_SUCCESS; GSL_EUNSUP. */
int mg_posterior_simulate(mg_posterior *p, gsl_rng *rng, const gsl_vector *z);

#endif
