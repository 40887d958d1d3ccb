/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variational autoencoder as a family: options, memory, files.
 *
 *     z ~ N(0, I_L),   x | z ~ the law that a decoder tells          [vae.1]
 *
 * A mixture of infinitely many laws of independent columns, one for each z: the
 * columns depend on each other because they depend on the same z.  Which z made
 * an x is not known, and the sum over all of them is an integral that has no
 * closed form once the decoder is a network.  So nothing here tells p(x).  What
 * a second network, the encoder, tells is where to look: q(z | x).
 *
 *   vae_net        how both networks are built
 *   vae_objective  the bound on log p(x) that is climbed, and its gradient
 *   vae_latent     what eval/ needs for bounds of its own
 *   vae_draw       from z to x
 *   vae_diagnose   is the code used?
 *
 * The law of x follows from the space: Bernoulli on bits, on levels a
 * categorical or a discretised logistic, on reals a Gaussian.  Reals are
 * standardised by the mean and the standard deviation of the columns that the
 * fit begins with; both are parameters of the model, and every density is in
 * the unit of the data [vae.8].
 *
 * Source: Kingma & Welling (2014); Rezende, Mohamed & Wierstra (2014).
 *
 * Not here: flows or autoregressive laws for q or for p(z); labels. */
#include "models/vae.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"
#include "models/vae_net.h"
#include "models/vae_objective.h"

#define FIELD(name) offsetof(mg_vae_options, name)
#define CLIMB(name) offsetof(mg_vae_options, climb.name)

static const mg_option vae_option_table[] = {
    {"latent", MG_OPTION_SIZE, FIELD(latent), 1, 10000, NULL, "length of z, L"},
    {"net", MG_OPTION_CHOICE, FIELD(net), 0, 0, "mlp|conv",
     "kind of encoder and decoder; conv is for images"},
    {"hidden", MG_OPTION_SIZE, FIELD(hidden), 0, 100000, NULL,
     "units of an mlp's first layer; 0: none, a linear model"},
    {"hidden2", MG_OPTION_SIZE, FIELD(hidden2), 0, 100000, NULL,
     "units of its second layer; 0: none"},
    {"channels", MG_OPTION_SIZE, FIELD(channels), 1, 10000, NULL,
     "channels of a conv's outer layer; the inner has twice as many"},
    {"activation", MG_OPTION_CHOICE, FIELD(activation), 0, 0, "tanh|relu",
     "what the units of both networks do"},
    {"likelihood", MG_OPTION_CHOICE, FIELD(likelihood), 0, 0,
     "categorical|logistic", "law of a level, given z"},
    {"variance", MG_OPTION_CHOICE, FIELD(variance), 0, 0, "net|columns|one",
     "what the variance of a real, given z, depends on"},
    {"objective", MG_OPTION_CHOICE, FIELD(objective), 0, 0, "elbo|iwae",
     "bound that is climbed"},
    {"draws", MG_OPTION_SIZE, FIELD(draws), 1, 10000, NULL,
     "draws of z a datum and step, K"},
    {"beta", MG_OPTION_REAL, FIELD(beta), 0, 1e6, NULL,
     "weight of the KL; other than 1 the objective is no bound"},
    {"warmup", MG_OPTION_SIZE, FIELD(warmup), 0, 1e6, NULL,
     "epochs in which the weight of the KL rises to beta"},
    MG_ASCENT_ROWS(CLIMB),
    {.name = NULL}};

void mg_vae_options_default(const mg_space *space, void *options) {
  const bool wide = space->dim > 16;
  *(mg_vae_options *)options =
      (mg_vae_options){.latent = wide ? 16 : 2,
                       .hidden = wide ? 256 : 64,
                       .channels = 16,
                       .draws = 1,
                       .beta = 1,
                       .climb = mg_ascent_options_default(1e-3)};
}

static bool vae_idle(const mg_space *space, const void *options,
                     const char *name) {
  const mg_vae_options *o = options;
  const bool conv = o->net == MG_VAE_CONV;
  if (strcmp(name, "net") == 0)
    return space->height == 0;
  if (strcmp(name, "channels") == 0)
    return !conv;
  if (strcmp(name, "hidden") == 0 || strcmp(name, "hidden2") == 0)
    return conv;
  if (strcmp(name, "likelihood") == 0)
    return space->measure != MG_LEVELS;
  if (strcmp(name, "variance") == 0)
    return space->measure != MG_REALS;
  return mg_ascent_idle(&o->climb, name);
}

/* ---- memory ---- */

/* The networks see bits as they are and levels from -1 to 1. */
static void scale_levels(mg_vae *v) {
  const double half = ((double)v->space.levels - 1) / 2;
  for (size_t j = 0; j < v->space.dim; j++)
    v->scaling.shift[j] = v->scaling.scale[j] = half;
}

static int vae_init(void *self, const mg_space *space, const void *options) {
  mg_vae *v = self;
  v->options = *(const mg_vae_options *)options;
  v->space = *space;
  int status = mg_vae_build(v);
  if (status == GSL_SUCCESS)
    status =
        mg_ascent_init(&v->ascent, mg_vae_parameters(v), &v->options.climb);
  if (status == GSL_SUCCESS)
    status = mg_scaling_init(&v->scaling, space->dim);
  if (status != GSL_SUCCESS)
    return status;
  v->ascent.weights = mg_vae_extra_at(v);
  if (space->measure == MG_LEVELS)
    scale_levels(v);
  return GSL_SUCCESS;
}

static void vae_clear(void *self) {
  mg_vae *v = self;
  mg_net_free(v->encoder);
  mg_net_free(v->decoder);
  mg_ascent_clear(&v->ascent);
  mg_scaling_clear(&v->scaling);
  *v = (mg_vae){.encoder = NULL};
}

static void vae_tensors(void *self, mg_tensors *list) {
  mg_vae *v = self;
  mg_vae_net_tensors(v, list);
  if (v->space.measure == MG_REALS)
    mg_scaling_tensors(&v->scaling, list);
}

static void vae_state(void *self, mg_tensors *list) {
  mg_ascent_state(&((mg_vae *)self)->ascent, list);
}

static size_t vae_numbers(const mg_space *space, const void *options) {
  mg_vae v = {.options = *(const mg_vae_options *)options, .space = *space};
  size_t numbers = SIZE_MAX;
  if (mg_vae_build(&v) == GSL_SUCCESS)
    numbers = mg_vae_parameters(&v) +
              (space->measure == MG_REALS ? 2 * space->dim : 0);
  vae_clear(&v);
  return numbers;
}

static int vae_refresh(void *self) {
  mg_vae *v = self;
  const int status = mg_scaling_check(&v->scaling);
  v->jacobian = 0;
  for (size_t j = 0; v->space.measure == MG_REALS && j < v->space.dim; j++)
    v->jacobian -= log(v->scaling.scale[j]);
  return status == GSL_SUCCESS ? mg_ascent_refresh(&v->ascent) : status;
}

static int vae_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_vae *v = self;
  if (v->space.measure == MG_REALS)
    mg_scaling_start(&v->scaling, &sample->x);
  mg_vae_begin(v, rng, &sample->x);
  return vae_refresh(v);
}

/* ---- the family's table ---- */

static int sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  const mg_vae *v = self;
  gsl_matrix *z = gsl_matrix_alloc(x->size1, v->options.latent);
  if (!z)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", x->size1);
  const int status = mg_vae_sample_joint(v, rng, z, x);
  gsl_matrix_free(z);
  return status;
}

static size_t latent_dim(const void *self) {
  return ((const mg_vae *)self)->options.latent;
}

static int sample_joint(const void *self, gsl_rng *rng, gsl_matrix *z,
                        gsl_matrix *x) {
  return mg_vae_sample_joint(self, rng, z, x);
}

static int propose(const void *self, gsl_rng *rng, const gsl_matrix *x,
                   gsl_matrix *z, gsl_vector *log_q) {
  return mg_vae_propose(self, rng, x, z, log_q);
}

static int log_joint(const void *self, const gsl_matrix *x, const gsl_matrix *z,
                     gsl_vector *log_pxz, gsl_matrix *dz) {
  return mg_vae_log_joint(self, x, z, log_pxz, dz);
}

static int log_proposal(const void *self, const gsl_matrix *x,
                        const gsl_matrix *z, gsl_vector *log_q,
                        gsl_matrix *dz) {
  return mg_vae_log_posterior(self, x, z, log_q, dz);
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_pz,
                     gsl_matrix *dz) {
  return mg_vae_log_prior(self, z, log_pz, dz);
}

static int encode(const void *self, const gsl_matrix *x, gsl_matrix *z) {
  return mg_vae_encode(self, x, z, NULL);
}

static int decode(const void *self, const gsl_matrix *z, gsl_matrix *x) {
  return mg_vae_decode(self, z, x);
}

static const mg_latent_ops latent = {.dim = latent_dim,
                                     .sample_joint = sample_joint,
                                     .propose = propose,
                                     .log_joint = log_joint,
                                     .log_proposal = log_proposal,
                                     .log_prior = log_prior,
                                     .encode = encode,
                                     .decode = decode};

const mg_model_type mg_vae_type = {
    .name = "vae",
    .title = "Variational autoencoder",
    .source = "Kingma & Welling (2014)",
    .size = sizeof(mg_vae),
    .measures = 1u << MG_REALS | 1u << MG_BINARY | 1u << MG_LEVELS,
    .batch = 128,
    .options = vae_option_table,
    .options_size = sizeof(mg_vae_options),
    .options_default = mg_vae_options_default,
    .idle = vae_idle,
    .init = vae_init,
    .clear = vae_clear,
    .start = vae_start,
    .need = mg_vae_need,
    .gather = mg_vae_gather,
    .update = mg_vae_update,
    .tensors = vae_tensors,
    .refresh = vae_refresh,
    .sample = sample,
    .latent = &latent,
    .objective = mg_vae_objective,
    .state = vae_state,
    .numbers = vae_numbers};
