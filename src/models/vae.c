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

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "models/vae_net.h"
#include "models/vae_objective.h"

#define FIELD(name) offsetof(mg_vae_options, name)

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
    {"rate", MG_OPTION_REAL, FIELD(rate), 1e-12, 1, NULL,
     "rate of Adam's first step"},
    {"schedule", MG_OPTION_CHOICE, FIELD(schedule), 0, 0,
     "constant|robbins-monro|exponential|cosine|threes", "how the rate falls"},
    {"decay", MG_OPTION_REAL, FIELD(decay), 1e-3, 1e12, NULL,
     "updates until the rate has fallen, by the schedule"},
    {"weight_decay", MG_OPTION_REAL, FIELD(weight_decay), 0, 1e3, NULL,
     "share by which weights shrink, a unit of rate"},
    {.name = NULL}};

void mg_vae_options_default(const mg_space *space, void *options) {
  const bool wide = space->dim > 16;
  *(mg_vae_options *)options = (mg_vae_options){.latent = wide ? 16 : 2,
                                                .hidden = wide ? 256 : 64,
                                                .channels = 16,
                                                .draws = 1,
                                                .beta = 1,
                                                .rate = 1e-3,
                                                .decay = 1};
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
  if (strcmp(name, "decay") == 0)
    return o->schedule == MG_SCHEDULE_CONSTANT;
  return false;
}

/* ---- memory ---- */

static int get_numbers(mg_vae *v) {
  const size_t d = v->space.dim;
  size_t bytes;
  mg_optimizer_options adam = mg_optimizer_options_default();
  adam.method = MG_OPTIMIZER_ADAM;
  adam.rate = v->options.rate;
  adam.schedule = v->options.schedule;
  adam.decay = v->options.decay;
  v->numbers = mg_vae_parameters(v);
  if (mg_size_product(v->numbers, sizeof *v->theta, &bytes))
    v->theta = calloc(v->numbers, sizeof *v->theta);
  v->shift = calloc(d, sizeof *v->shift);
  v->scale = calloc(d, sizeof *v->scale);
  if (!v->theta || !v->shift || !v->scale)
    return mg_fail(GSL_ENOMEM, "no memory for %zu parameters", v->numbers);
  v->optimizer = mg_optimizer_alloc_real(v->numbers, &adam);
  return v->optimizer ? GSL_SUCCESS : GSL_ENOMEM;
}

/* The networks see bits as they are and levels from -1 to 1. */
static void set_scales(mg_vae *v) {
  const double half = ((double)v->space.levels - 1) / 2;
  const bool levels = v->space.measure == MG_LEVELS;
  for (size_t j = 0; j < v->space.dim; j++) {
    v->shift[j] = levels ? half : 0;
    v->scale[j] = levels ? half : 1;
  }
}

static int vae_init(void *self, const mg_space *space, const void *options) {
  mg_vae *v = self;
  v->options = *(const mg_vae_options *)options;
  v->space = *space;
  int status = mg_vae_build(v);
  if (status == GSL_SUCCESS)
    status = get_numbers(v);
  if (status == GSL_SUCCESS)
    set_scales(v);
  return status;
}

static void vae_clear(void *self) {
  mg_vae *v = self;
  mg_net_free(v->encoder);
  mg_net_free(v->decoder);
  mg_optimizer_free(v->optimizer);
  free(v->theta);
  free(v->shift);
  free(v->scale);
  *v = (mg_vae){.theta = NULL};
}

static void vae_tensors(void *self, mg_tensors *list) {
  mg_vae *v = self;
  const size_t d = v->space.dim;
  mg_vae_net_tensors(v, list);
  if (v->space.measure != MG_REALS)
    return;
  mg_tensors_add(list, "shift", v->shift, d, 1, &d);
  mg_tensors_add(list, "scale", v->scale, d, 1, &d);
}

/* The optimizer's memory; its count as a double, which refresh gives back. */
static void vae_state(void *self, mg_tensors *list) {
  mg_vae *v = self;
  mg_optimizer_part parts[MG_OPTIMIZER_PARTS];
  const size_t n = mg_optimizer_state(v->optimizer, parts);
  mg_tensors_add(list, "steps", &v->steps, 0, 0, &v->numbers);
  for (size_t i = 0; i < n; i++)
    if (strcmp(parts[i].name, "steps") != 0)
      mg_tensors_add_real(list, parts[i].name, parts[i].data, 0, 1,
                          &v->numbers);
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
  if (!(v->steps >= 0 && v->steps < 0x1p53))
    return mg_fail(GSL_EDOM, "%g steps were made", v->steps);
  mg_optimizer_set_steps(v->optimizer, (size_t)v->steps);
  for (size_t i = 0; i < v->numbers; i++)
    if (!isfinite(v->theta[i]))
      return mg_fail(GSL_EDOM, "number %zu of the networks is %g", i + 1,
                     (double)v->theta[i]);
  v->jacobian = 0;
  for (size_t j = 0; j < v->space.dim; j++) {
    if (!isfinite(v->shift[j]) || !isfinite(1 / v->scale[j]) ||
        !(v->scale[j] > 0) || !isfinite(v->scale[j]))
      return mg_fail(GSL_EDOM, "column %zu is shifted by %g and scaled by %g",
                     j + 1, v->shift[j], v->scale[j]);
    v->jacobian -= v->space.measure == MG_REALS ? log(v->scale[j]) : 0;
  }
  return GSL_SUCCESS;
}

/* A column that does not vary has no unit of its own and keeps the data's. */
static int vae_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_vae *v = self;
  const gsl_matrix *x = &sample->x;
  for (size_t j = 0; v->space.measure == MG_REALS && j < x->size2; j++) {
    const double mean = gsl_stats_mean(x->data + j, x->tda, x->size1);
    const double sd =
        gsl_stats_sd_with_fixed_mean(x->data + j, x->tda, x->size1, mean);
    v->shift[j] = mean;
    v->scale[j] = sd > 0 ? sd : 1;
  }
  mg_vae_begin(v, rng, x);
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
