/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generator and Gaussian noise, as a law with a latent variable.
 *
 *     log p(z)    = log N(z; 0, I_L)
 *     log p(x, z) = log p(z) + log N(x; G(z), sd^2 I_D)             [noisy.1]
 *     d/dz        = J(z)^T (x - G(z)) / sd^2 - z                    [noisy.2]
 *
 * J = dG / dz is never made: the generator pulls the residual back through its
 * network, which costs what another pass costs.
 *
 * No encoder comes with a generator, so the proposal is the prior.  Its weights
 * p(x | z) are those of naive Monte Carlo: with sd far below the distance of
 * x from what a thousand draws give, one draw has all the weight, and elbo and
 * iwae, though bounds, are far below log p(x).  Annealed importance sampling
 * walks there along [noisy.2] and is the method to take.
 *
 * The choice of sd decides as much as the generator: with sd to 0 the density
 * of any x off the sheet goes to 0, and with sd large it is that of a broad
 * Gaussian.  So a number without its sd says nothing.
 *
 * Source: Wu, Burda, Salakhutdinov & Grosse (2017).
 *
 * Not here: learning anything (the generator is as it was learnt). */
#include "models/noisy.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"

typedef struct {
  const mg_generator_ops *generator;
  const void *self; /* the generator's */
  size_t dim;       /* D */
  double sd;
} noisy;

static size_t latent_dim(const void *self) {
  const noisy *n = self;
  return n->generator->dim(n->self);
}

static int check_latent(const noisy *n, size_t rows, const gsl_matrix *z) {
  const size_t l = latent_dim(n);
  if (z->size1 != rows || z->size2 != l)
    return mg_fail(GSL_EBADLEN, "z is %zu x %zu, not %zu x %zu", z->size1,
                   z->size2, rows, l);
  return GSL_SUCCESS;
}

static void draw(gsl_rng *rng, gsl_matrix *z) {
  for (size_t i = 0; i < z->size1; i++)
    for (size_t j = 0; j < z->size2; j++)
      gsl_matrix_set(z, i, j, gsl_ran_gaussian_ziggurat(rng, 1));
}

/* log N(row; 0, sd^2 I). */
static double log_normal(const gsl_matrix *m, size_t row, double sd) {
  const double *at = m->data + row * m->tda, d = (double)m->size2;
  double squares = 0;
  for (size_t j = 0; j < m->size2; j++)
    squares += at[j] * at[j];
  return -0.5 * (d * MG_LN_2PI + squares / (sd * sd)) - d * log(sd);
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_pz,
                     gsl_matrix *dz) {
  const int status = check_latent(self, log_pz->size, z);
  for (size_t i = 0; status == GSL_SUCCESS && i < z->size1; i++)
    gsl_vector_set(log_pz, i, log_normal(z, i, 1));
  if (status == GSL_SUCCESS && dz) {
    gsl_matrix_memcpy(dz, z);
    gsl_matrix_scale(dz, -1);
  }
  return status;
}

static int propose(const void *self, gsl_rng *rng, const gsl_matrix *x,
                   gsl_matrix *z, gsl_vector *log_q) {
  const int status = check_latent(self, x->size1, z);
  if (status != GSL_SUCCESS)
    return status;
  draw(rng, z);
  return log_q ? log_prior(self, z, log_q, NULL) : GSL_SUCCESS;
}

static int log_proposal(const void *self, const gsl_matrix *x,
                        const gsl_matrix *z, gsl_vector *log_q,
                        gsl_matrix *dz) {
  (void)x;
  return log_prior(self, z, log_q, dz);
}

/* Adds log N(x; G(z), sd^2 I) to log_pxz and, pulled back, its gradient to dz.
 *   left, back  scratch: N x D, and N x L where dz is wanted */
static int add_noise(const noisy *n, const gsl_matrix *x, const gsl_matrix *z,
                     gsl_matrix *left, gsl_matrix *back, gsl_vector *log_pxz,
                     gsl_matrix *dz) {
  int status = n->generator->generate(n->self, z, left);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix_scale(left, -1);
  gsl_matrix_add(left, x);
  for (size_t i = 0; i < x->size1; i++)
    *gsl_vector_ptr(log_pxz, i) += log_normal(left, i, n->sd);
  if (!dz)
    return GSL_SUCCESS;
  gsl_matrix_scale(left, 1 / (n->sd * n->sd));
  status = n->generator->pull_back(n->self, z, left, back);
  if (status == GSL_SUCCESS)
    gsl_matrix_add(dz, back);
  return status;
}

static int log_joint(const void *self, const gsl_matrix *x, const gsl_matrix *z,
                     gsl_vector *log_pxz, gsl_matrix *dz) {
  const noisy *n = self;
  int status = mg_shape_check(n->dim, x, log_pxz);
  if (status == GSL_SUCCESS)
    status = mg_finite_check(x);
  if (status == GSL_SUCCESS)
    status = log_prior(n, z, log_pxz, dz);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *left = gsl_matrix_alloc(x->size1, x->size2);
  gsl_matrix *back = dz ? gsl_matrix_alloc(z->size1, z->size2) : NULL;
  if (left && (back || !dz))
    status = add_noise(n, x, z, left, back, log_pxz, dz);
  else
    status = mg_fail(GSL_ENOMEM, "no memory for %zu rows", x->size1);
  gsl_matrix_free(left);
  gsl_matrix_free(back);
  return status;
}

static int decode(const void *self, const gsl_matrix *z, gsl_matrix *x) {
  const noisy *n = self;
  int status = mg_shape_check(n->dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = check_latent(n, x->size1, z);
  return status == GSL_SUCCESS ? n->generator->generate(n->self, z, x) : status;
}

static int sample_joint(const void *self, gsl_rng *rng, gsl_matrix *z,
                        gsl_matrix *x) {
  const noisy *n = self;
  draw(rng, z);
  const int status = decode(n, z, x);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++)
    for (size_t j = 0; j < x->size2; j++)
      *gsl_matrix_ptr(x, i, j) += gsl_ran_gaussian_ziggurat(rng, n->sd);
  return status;
}

static const mg_latent_ops latent = {.dim = latent_dim,
                                     .sample_joint = sample_joint,
                                     .propose = propose,
                                     .log_joint = log_joint,
                                     .log_proposal = log_proposal,
                                     .log_prior = log_prior,
                                     .decode = decode};

/* ---- as a model ---- */

static void clear(void *self) {
  (void)self; /* the generator is the caller's */
}

const mg_model_type mg_noisy_type = {
    .name = "noisy",
    .title = "A generator seen through Gaussian noise",
    .source = "Wu, Burda, Salakhutdinov & Grosse (2017)",
    .size = sizeof(noisy),
    .measures = 1u << MG_REALS,
    .clear = clear,
    .latent = &latent};

int mg_noisy_can(const mg_model *of, double sd) {
  if (!of->type->generator)
    return mg_fail(GSL_EUNSUP, "%s is no generator to add noise to",
                   of->type->name);
  if (!(sd > 0) || !isfinite(sd) || !isfinite(1 / (sd * sd)))
    return mg_fail(GSL_EDOM,
                   "a noise of standard deviation %g: give one above 0", sd);
  return GSL_SUCCESS;
}

mg_model *mg_noisy_alloc(const mg_model *of, double sd) {
  if (mg_noisy_can(of, sd) != GSL_SUCCESS)
    return NULL;
  mg_model *model = calloc(1, sizeof *model);
  noisy *n = calloc(1, sizeof *n);
  if (!model || !n) {
    free(model);
    free(n);
    mg_fail(GSL_ENOMEM, "no memory for a model");
    return NULL;
  }
  *n = (noisy){.generator = of->type->generator,
               .self = of->self,
               .dim = of->space.dim,
               .sd = sd};
  *model = (mg_model){.type = &mg_noisy_type,
                      .self = n,
                      .space = of->space,
                      .dequantise = of->dequantise};
  return model;
}

double mg_noisy_sd(const mg_model *model) {
  return ((const noisy *)model->self)->sd;
}
