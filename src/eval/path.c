/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walkers between a base and the joint; see path.h.                  [ais.1]
 *
 * A draw from the prior is the z of a pair (z, x): a family need not say twice
 * how it draws z.
 *
 * Source of the path: Neal (2001), as the geometric mean of both ends. */
#include "eval/path.h"

#include "base/status.h"

int mg_walkers_init(mg_walkers *w, const mg_path *path, size_t n) {
  const size_t dim = path->ops->dim(path->self);
  w->z = gsl_matrix_alloc(n, dim);
  w->log_base = gsl_vector_alloc(n);
  w->log_joint = gsl_vector_alloc(n);
  if (path->gradient) {
    w->d_base = gsl_matrix_alloc(n, dim);
    w->d_joint = gsl_matrix_alloc(n, dim);
  }
  if (w->z && w->log_base && w->log_joint &&
      (!path->gradient || (w->d_base && w->d_joint)))
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

static int evaluate_base(const mg_path *path, const gsl_matrix *x,
                         mg_walkers *w) {
  const mg_latent_ops *ops = path->ops;
  if (path->from == MG_FROM_PRIOR)
    return ops->log_prior
               ? ops->log_prior(path->self, w->z, w->log_base, w->d_base)
               : mg_fail(GSL_EUNSUP, "the family tells no log p(z)");
  return ops->log_proposal
             ? ops->log_proposal(path->self, x, w->z, w->log_base, w->d_base)
             : mg_fail(GSL_EUNSUP, "the family tells no log q(z | x)");
}

int mg_path_evaluate(const mg_path *path, const gsl_matrix *x, mg_walkers *w) {
  const int status = evaluate_base(path, x, w);
  if (status != GSL_SUCCESS)
    return status;
  return path->ops->log_joint(path->self, x, w->z, w->log_joint, w->d_joint);
}

static int draw_from_prior(const mg_path *path, gsl_rng *rng,
                           const gsl_matrix *x, gsl_matrix *z) {
  gsl_matrix *unused = gsl_matrix_alloc(x->size1, x->size2);
  if (!unused)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws of x", x->size1);
  const int status = path->ops->sample_joint(path->self, rng, z, unused);
  gsl_matrix_free(unused);
  return status;
}

int mg_path_draw(const mg_path *path, gsl_rng *rng, const gsl_matrix *x,
                 mg_walkers *w) {
  const bool prior = path->from == MG_FROM_PRIOR;
  const int status =
      prior ? draw_from_prior(path, rng, x, w->z)
            : path->ops->propose(path->self, rng, x, w->z, w->log_base);
  if (status != GSL_SUCCESS)
    return status;
  /* propose has told log q already; only gradients need another look. */
  if (prior || path->gradient)
    return mg_path_evaluate(path, x, w);
  return path->ops->log_joint(path->self, x, w->z, w->log_joint, NULL);
}
