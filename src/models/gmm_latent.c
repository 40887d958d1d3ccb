/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mixture's component as its latent variable, for the estimators of eval/:
 * z is k, the proposal is the E step's posterior, and so every bound is exact.
 * The operations' contracts are in models/model.h and models/component.h. */
#include <stdlib.h>

#include "base/status.h"
#include "models/component.h"
#include "models/gmm_block.h"

static int every_joint(const void *self, const gsl_matrix *x,
                       gsl_matrix *log_joint) {
  return mg_gmm_log_joint(self, x, log_joint);
}

static mg_component component_of(const void *self) {
  const mg_gmm *g = self;
  return (mg_component){.self = self,
                        .count = g->options.components,
                        .weight = g->weights->data,
                        .log_joint = every_joint};
}

static int sample_joint(const void *self, gsl_rng *rng, gsl_matrix *z,
                        gsl_matrix *x) {
  size_t *k = calloc(x->size1, sizeof *k);
  if (!k)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", x->size1);
  const int status = mg_gmm_sample(self, rng, x, k);
  for (size_t n = 0; n < x->size1; n++)
    gsl_matrix_set(z, n, 0, (double)k[n]);
  free(k);
  return status;
}

static int propose(const void *self, gsl_rng *rng, const gsl_matrix *x,
                   gsl_matrix *z, gsl_vector *log_q) {
  const mg_component c = component_of(self);
  return mg_component_propose(&c, rng, x, z, log_q);
}

static int log_joint(const void *self, const gsl_matrix *x, const gsl_matrix *z,
                     gsl_vector *log_pxz, gsl_matrix *dz) {
  const mg_component c = component_of(self);
  (void)dz;
  return mg_component_log_joint(&c, x, z, log_pxz);
}

static int log_proposal(const void *self, const gsl_matrix *x,
                        const gsl_matrix *z, gsl_vector *log_q,
                        gsl_matrix *dz) {
  const mg_component c = component_of(self);
  (void)dz;
  return mg_component_log_posterior(&c, x, z, log_q);
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_pz,
                     gsl_matrix *dz) {
  const mg_component c = component_of(self);
  (void)dz;
  return mg_component_log_prior(&c, z, log_pz);
}

static int encode(const void *self, const gsl_matrix *x, gsl_matrix *z) {
  const mg_component c = component_of(self);
  return mg_component_likeliest(&c, x, z);
}

static int decode(const void *self, const gsl_matrix *z, gsl_matrix *x) {
  return mg_component_means(((const mg_gmm *)self)->means, z, x);
}

const mg_latent_ops mg_gmm_latent = {.discrete = true,
                                     .dim = mg_component_dim,
                                     .sample_joint = sample_joint,
                                     .propose = propose,
                                     .log_joint = log_joint,
                                     .log_proposal = log_proposal,
                                     .log_prior = log_prior,
                                     .posterior = propose,
                                     .encode = encode,
                                     .decode = decode};
