/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walkers between a base and the joint; see path.h.                  [ais.1]
 *
 * Source of the path: Neal (2001), as the geometric mean of both ends. */
#include "infer/path.h"

#include <string.h>

#include "base/status.h"

int mg_walkers_init(mg_walkers *w, const mg_path *path, size_t n) {
  const size_t dim = path->joint->dim;
  const bool both = path->gradient && path->base;
  w->z = gsl_matrix_alloc(n, dim);
  w->log_base = gsl_vector_calloc(n);
  w->log_joint = gsl_vector_alloc(n);
  if (both)
    w->d_base = gsl_matrix_alloc(n, dim);
  if (path->gradient)
    w->d_joint = gsl_matrix_alloc(n, dim);
  if (w->z && w->log_base && w->log_joint && (!both || w->d_base) &&
      (!path->gradient || w->d_joint))
    return GSL_SUCCESS;
  return mg_fail(GSL_ENOMEM, "no memory for %zu draws of z", n);
}

void mg_walkers_clear(mg_walkers *w) {
  gsl_matrix_free(w->z);
  gsl_vector_free(w->log_base);
  gsl_vector_free(w->log_joint);
  gsl_matrix_free(w->d_base);
  gsl_matrix_free(w->d_joint);
  *w = (mg_walkers){.z = NULL};
}

static void copy_row(const gsl_matrix *from, size_t n, gsl_matrix *to) {
  if (from)
    memcpy(to->data + n * to->tda, from->data + n * from->tda,
           from->size2 * sizeof(double));
}

void mg_walkers_copy(const mg_walkers *from, size_t n, mg_walkers *to) {
  gsl_vector_set(to->log_base, n, gsl_vector_get(from->log_base, n));
  gsl_vector_set(to->log_joint, n, gsl_vector_get(from->log_joint, n));
  copy_row(from->z, n, to->z);
  copy_row(from->d_base, n, to->d_base);
  copy_row(from->d_joint, n, to->d_joint);
}

static int evaluate(const mg_target *t, const gsl_matrix *z, gsl_vector *log_p,
                    gsl_matrix *dz) {
  if (dz && !t->gradient)
    return mg_fail(GSL_EUNSUP, "%s has no gradient to move along", t->name);
  return t->log_density(t->self, z, log_p, dz);
}

int mg_path_evaluate(const mg_path *path, mg_walkers *w) {
  int status = GSL_SUCCESS;
  if (path->base)
    status = evaluate(path->base, w->z, w->log_base, w->d_base);
  if (status != GSL_SUCCESS)
    return status;
  return evaluate(path->joint, w->z, w->log_joint, w->d_joint);
}

int mg_path_draw(const mg_path *path, gsl_rng *rng, mg_walkers *w) {
  const mg_target *base = path->base;
  if (!base || !base->log_density || (!path->propose && !base->sample_prior))
    return mg_fail(GSL_EUNSUP, "%s has no prior to draw from and to tell",
                   path->joint->name);
  const int status = path->propose
                         ? path->propose(base->self, rng, w->z, w->log_base)
                         : base->sample_prior(base->self, rng, w->z);
  if (status != GSL_SUCCESS)
    return status;
  /* propose has told log q already; only gradients need another look. */
  if (!path->propose || path->gradient)
    return mg_path_evaluate(path, w);
  return evaluate(path->joint, w->z, w->log_joint, NULL);
}

double mg_path_log_density(const mg_walkers *w, double b, size_t n) {
  const double joint = gsl_vector_get(w->log_joint, n);
  /* 0 times -inf is no number: where an end has no say it is not asked. */
  if (b == 1)
    return joint;
  const double base = gsl_vector_get(w->log_base, n);
  return b == 0 ? base : (1 - b) * base + b * joint;
}
