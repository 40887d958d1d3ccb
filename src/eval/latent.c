/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A family's latent variable, given data, as what infer/path.h walks between.
 *
 * The functions of mg_latent_ops take x beside z; a target has x inside.  A
 * draw from the prior is the z of a pair (z, x): a family need not say twice
 * how it draws z. */
#include "eval/latent.h"

#include "base/status.h"

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_latent *l = self;
  return l->ops->log_joint(l->self, l->x, z, log_p, dz);
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_latent *l = self;
  return l->ops->log_prior
             ? l->ops->log_prior(l->self, z, log_p, dz)
             : mg_fail(GSL_EUNSUP, "the family tells no log p(z)");
}

static int log_proposal(const void *self, const gsl_matrix *z,
                        gsl_vector *log_q, gsl_matrix *dz) {
  const mg_latent *l = self;
  return l->ops->log_proposal
             ? l->ops->log_proposal(l->self, l->x, z, log_q, dz)
             : mg_fail(GSL_EUNSUP, "the family tells no log q(z | x)");
}

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_latent *l = self;
  gsl_matrix *unused = gsl_matrix_alloc(l->x->size1, l->x->size2);
  if (!unused)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws of x", l->x->size1);
  const int status = l->ops->sample_joint(l->self, rng, z, unused);
  gsl_matrix_free(unused);
  return status;
}

static int propose(const void *self, gsl_rng *rng, gsl_matrix *z,
                   gsl_vector *log_q) {
  const mg_latent *l = self;
  return l->ops->propose(l->self, rng, l->x, z, log_q);
}

void mg_latent_init(mg_latent *l, const mg_latent_ops *ops, const void *self,
                    const gsl_matrix *x, mg_base from, bool gradient) {
  const mg_target common = {
      .self = l, .dim = ops->dim(self), .gradient = !ops->discrete};
  *l = (mg_latent){.ops = ops, .self = self, .x = x};
  l->base = l->joint = common;
  l->joint.name = "p(x, z)";
  l->joint.log_density = log_joint;
  l->base.name = from == MG_FROM_PRIOR ? "p(z)" : "q(z | x)";
  if (from == MG_FROM_PRIOR) {
    l->base.log_density = log_prior;
    l->base.sample_prior = sample_prior;
  } else {
    l->base.log_density = log_proposal;
    l->path.propose = propose;
  }
  l->path.base = &l->base;
  l->path.joint = &l->joint;
  l->path.gradient = gradient;
}
