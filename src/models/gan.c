/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generative adversarial network as a family: options, memory, files.
 *
 *     z ~ N(0, I_L),   x = G(z)                                       [gan.1]
 *
 * is a sampler and no more: what has no width has no density.  Maximum
 * likelihood is therefore no way to learn it.  In its place stands a second
 * network, the discriminator D, that is shown data and draws and learns to tell
 * them apart; its logit t = D(x) has a gradient in x, and along that gradient
 * the generator is taught.  Neither climbs a fixed hill: what is high for the
 * one changes with every step of the other, and no number falls or rises
 * towards an end that could be told.
 *
 *   gan_net   how both networks are built
 *   gan_fit   the losses of the two players and their gradients
 *   gan_step  whose turn it is, the step, gauges, what goes wrong
 *   gan_draw  from z to x, D and its gradient
 *   infer/game  the objectives
 *
 * Reals are centred column by column, and one scale is taken for all: a ring is
 * then round for the networks as it is for us.  Images of a conv are brought to
 * -1 .. 1 by the least and the largest value.  Both are parameters.
 *
 * The discriminator is no part of the model, but is kept in its file: chapters
 * show what it says.
 *
 * Source: Goodfellow et al. (2014).
 *
 * Not here: conditions on labels, batch normalisation, spectral norms. */
#include "models/gan.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/gan_fit.h"
#include "models/gan_net.h"

#define FIELD(name) offsetof(mg_gan_options, name)
#define CLIMB(name) offsetof(mg_gan_options, climb.name)

static const mg_option gan_option_table[] = {
    {"kind", MG_OPTION_CHOICE, FIELD(kind), 0, 0, "mlp|conv",
     "kind of both networks; conv is for images"},
    {"objective", MG_OPTION_CHOICE, FIELD(objective), 0, 0,
     "minimax|nonsaturating|least-squares|wasserstein|hinge",
     "what the two players want"},
    {"latent", MG_OPTION_SIZE, FIELD(latent), 1, 10000, NULL, "length of z, L"},
    {"hidden", MG_OPTION_SIZE, FIELD(hidden), 1, 100000, NULL,
     "units of an mlp's hidden layers"},
    {"layers", MG_OPTION_SIZE, FIELD(layers), 0, MG_GAN_LAYERS_MOST, NULL,
     "hidden layers of an mlp; 0: linear networks"},
    {"channels", MG_OPTION_SIZE, FIELD(channels), 1, 10000, NULL,
     "channels of a conv's outer layers; the inner have twice as many"},
    {"activation", MG_OPTION_CHOICE, FIELD(activation), 0, 0, "relu|leaky|tanh",
     "what the units of both networks do"},
    {"discriminator", MG_OPTION_CHOICE, FIELD(discriminator), 0, 0,
     "dense|maxout", "hidden layers of an mlp's discriminator"},
    {"pieces", MG_OPTION_SIZE, FIELD(pieces), 2, 100, NULL,
     "linear maps of which a maxout takes the largest"},
    {"penalty", MG_OPTION_REAL, FIELD(penalty), 0, 1e6, NULL,
     "weight of a penalty on the discriminator's gradient in x; 0: none"},
    {"penalty_kind", MG_OPTION_CHOICE, FIELD(penalty_kind), 0, 0,
     "interpolates|real",
     "where: between data and draws, to be of length 1, or on data, of 0"},
    {"packing", MG_OPTION_SIZE, FIELD(packing), 1, 100, NULL,
     "data that the discriminator judges together, m"},
    {"steps", MG_OPTION_SIZE, FIELD(steps), 1, 1000, NULL,
     "steps of the discriminator before each of the generator, k"},
    {"smoothing_real", MG_OPTION_REAL, FIELD(smoothing_real), 0, 0.49, NULL,
     "share of the labels of data that is false"},
    {"smoothing_fake", MG_OPTION_REAL, FIELD(smoothing_fake), 0, 0.49, NULL,
     "share of the labels of draws that is false"},
    {"averaging", MG_OPTION_REAL, CLIMB(averaging), 0, 0.99999, NULL,
     "share of the mean of the generator's weights that a step keeps; 0: no "
     "mean"},
    {"discriminator_rate", MG_OPTION_REAL, FIELD(discriminator_rate), 0, 1,
     NULL, "rate of the discriminator's first step; 0: as rate"},
    {"momentum", MG_OPTION_REAL, CLIMB(momentum), 0, 0.999, NULL,
     "share of the last mean gradient that Adam keeps"},
    {"square", MG_OPTION_REAL, CLIMB(square), 0, 0.99999, NULL,
     "share of the last mean square that Adam keeps"},
    MG_ASCENT_ROWS(CLIMB),
    {.name = NULL}};

void mg_gan_options_default(const mg_space *space, void *options) {
  const bool wide = space->dim > 16;
  mg_gan_options *o = options;
  *o = (mg_gan_options){.kind = wide && space->height > 1 && space->width > 1
                                    ? MG_GAN_CONV
                                    : MG_GAN_MLP,
                        .objective = MG_GAME_NONSATURATING,
                        .latent = wide ? 16 : 2,
                        .hidden = 128,
                        .layers = 2,
                        .channels = 16,
                        .pieces = 5,
                        .packing = 1,
                        .steps = 1,
                        .climb = mg_ascent_options_default(1e-3)};
  o->climb.momentum = 0.5;
}

static bool gan_idle(const mg_space *space, const void *options,
                     const char *name) {
  const mg_gan_options *o = options;
  const bool conv = o->kind == MG_GAN_CONV;
  if (strcmp(name, "kind") == 0)
    return space->height == 0;
  if (strcmp(name, "channels") == 0)
    return !conv;
  if (strcmp(name, "layers") == 0)
    return conv;
  if (strcmp(name, "hidden") == 0)
    return conv || o->layers == 0;
  if (strcmp(name, "discriminator") == 0)
    return conv || o->layers == 0;
  if (strcmp(name, "pieces") == 0)
    return conv || o->layers == 0 || o->discriminator == MG_GAN_DENSE;
  if (strcmp(name, "activation") == 0)
    return !conv && o->layers == 0;
  if (strcmp(name, "penalty_kind") == 0)
    return o->penalty <= 0;
  if (strcmp(name, "smoothing_real") == 0 ||
      strcmp(name, "smoothing_fake") == 0)
    return !mg_games[o->objective].smooths;
  return mg_ascent_idle(&o->climb, name);
}

/* ---- memory ---- */

/* The discriminator makes k steps where the generator makes one, so that a
 * schedule counted in the loop's updates falls for both alike. */
static int get_player(mg_gan *g, mg_gan_who who) {
  const mg_gan_options *o = &g->options;
  mg_gan_player *p = &g->player[who];
  p->climb = o->climb;
  if (who == MG_GAN_DISCRIMINATOR)
    p->climb.averaging = 0;
  if (who == MG_GAN_DISCRIMINATOR && o->discriminator_rate > 0)
    p->climb.rate = o->discriminator_rate;
  if (who == MG_GAN_GENERATOR)
    p->climb.decay = fmax(o->climb.decay / (double)o->steps, 1e-3);
  return mg_ascent_init(&p->ascent, mg_net_parameters(p->net), &p->climb);
}

/* A report points there, so it must not move with the object. */
static int get_note(mg_gan *g) {
  g->note = calloc(MG_GAN_NOTE, 1);
  return g->note ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for a note");
}

static int gan_init(void *self, const mg_space *space, const void *options) {
  mg_gan *g = self;
  g->options = *(const mg_gan_options *)options;
  g->space = *space;
  int status = mg_gan_build(g);
  if (status == GSL_SUCCESS)
    status = get_player(g, MG_GAN_GENERATOR);
  if (status == GSL_SUCCESS)
    status = get_player(g, MG_GAN_DISCRIMINATOR);
  if (status == GSL_SUCCESS)
    status = get_note(g);
  return status == GSL_SUCCESS ? mg_scaling_init(&g->scaling, space->dim)
                               : status;
}

static void gan_clear(void *self) {
  mg_gan *g = self;
  for (size_t i = 0; i < MG_GAN_PLAYERS; i++) {
    mg_net_free(g->player[i].net);
    mg_ascent_clear(&g->player[i].ascent);
  }
  free(g->note);
  mg_scaling_clear(&g->scaling);
  *g = (mg_gan){.note = NULL};
}

static void gan_tensors(void *self, mg_tensors *list) {
  mg_gan *g = self;
  mg_gan_net_tensors(g, list);
  mg_scaling_tensors(&g->scaling, list);
}

/* Both optimizers, which give their parts the same names, and where the game
 * stands. */
static void gan_state(void *self, mg_tensors *list) {
  static const char *const names[MG_GAN_PLAYERS][MG_OPTIMIZER_PARTS + 1] = {
      {"generator.steps", "generator.mean", "generator.square",
       "generator.walker"},
      {"discriminator.steps", "discriminator.mean", "discriminator.square"}};
  static const size_t progress = MG_GAN_PROGRESS;
  mg_gan *g = self;
  for (size_t who = 0; who < MG_GAN_PLAYERS; who++) {
    const size_t first = list->n;
    mg_ascent_state(&g->player[who].ascent, list);
    for (size_t i = first; i < list->n; i++)
      list->item[i].name = names[who][i - first];
  }
  mg_tensors_add(list, "progress", g->progress, 0, 1, &progress);
}

static size_t gan_numbers(const mg_space *space, const void *options) {
  mg_gan g = {.options = *(const mg_gan_options *)options, .space = *space};
  size_t numbers = SIZE_MAX;
  if (mg_gan_build(&g) == GSL_SUCCESS)
    numbers = mg_net_parameters(g.player[MG_GAN_GENERATOR].net) +
              mg_net_parameters(g.player[MG_GAN_DISCRIMINATOR].net) +
              2 * space->dim;
  gan_clear(&g);
  return numbers;
}

/* A step of the discriminator goes forward through G, and through D and back
 * with data and draws; a penalty once more through D and back, twice.  One of
 * the generator, every k, goes through both and back, with no weights of D. */
static double gan_products(const mg_space *space, const void *options) {
  mg_gan g = {.options = *(const mg_gan_options *)options, .space = *space};
  const double k = (double)g.options.steps;
  double products = HUGE_VAL;
  if (mg_gan_build(&g) == GSL_SUCCESS) {
    const double make = mg_net_products(g.player[MG_GAN_GENERATOR].net);
    const double judge = mg_net_products(g.player[MG_GAN_DISCRIMINATOR].net);
    const double judged = (g.options.penalty > 0 ? 12 : 6) + 2 / k;
    products = make * (1 + 3 / k) + judge * judged / (double)g.options.packing;
  }
  gan_clear(&g);
  return products;
}

static int check_progress(const mg_gan *g) {
  for (size_t i = 0; i < MG_GAN_PROGRESS; i++)
    if (!isfinite(g->progress[i]))
      return mg_fail(GSL_EDOM, "the game's progress %zu is %g", i + 1,
                     g->progress[i]);
  const double turn = g->progress[MG_GAN_TURN];
  if (!(turn >= 0 && turn <= (double)g->options.steps && turn == floor(turn)))
    return mg_fail(GSL_EDOM, "it is turn %g, of %zu", turn,
                   g->options.steps + 1);
  return GSL_SUCCESS;
}

static int gan_refresh(void *self) {
  mg_gan *g = self;
  int status = mg_scaling_check(&g->scaling);
  for (size_t i = 0; i < MG_GAN_PLAYERS && status == GSL_SUCCESS; i++)
    status = mg_ascent_refresh(&g->player[i].ascent);
  return status == GSL_SUCCESS ? check_progress(g) : status;
}

/* ---- a start ---- */

/* One scale: the root mean square of what is left when columns are centred. */
static void scale_reals(mg_scaling *s, const gsl_matrix *x) {
  double sum = 0;
  for (size_t j = 0; j < s->dim; j++) {
    s->shift[j] = gsl_stats_mean(x->data + j, x->tda, x->size1);
    sum += gsl_stats_variance_with_fixed_mean(x->data + j, x->tda, x->size1,
                                              s->shift[j]) /
           (double)s->dim;
  }
  for (size_t j = 0; j < s->dim; j++)
    s->scale[j] = sum > 0 ? sqrt(sum) : 1;
}

static void scale_images(mg_scaling *s, const gsl_matrix *x) {
  double least, most;
  gsl_matrix_minmax(x, &least, &most);
  for (size_t j = 0; j < s->dim; j++) {
    s->shift[j] = (least + most) / 2;
    s->scale[j] = most > least ? (most - least) / 2 : 1;
  }
}

static int gan_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_gan *g = self;
  if (g->options.kind == MG_GAN_CONV)
    scale_images(&g->scaling, &sample->x);
  else
    scale_reals(&g->scaling, &sample->x);
  mg_gan_begin(g, rng);
  return gan_refresh(g);
}

/* ---- the family's table ---- */

static size_t latent_dim(const void *self) {
  return ((const mg_gan *)self)->options.latent;
}

static int generate(const void *self, const gsl_matrix *z, gsl_matrix *x) {
  return mg_gan_generate(self, z, x);
}

static int pull_back(const void *self, const gsl_matrix *z,
                     const gsl_matrix *dx, gsl_matrix *dz) {
  return mg_gan_pull_back(self, z, dx, dz);
}

static const mg_generator_ops generator = {
    .dim = latent_dim, .generate = generate, .pull_back = pull_back};

const mg_model_type mg_gan_type = {.name = "gan",
                                   .title = "Generative adversarial network",
                                   .source = "Goodfellow et al. (2014)",
                                   .size = sizeof(mg_gan),
                                   .measures = 1u << MG_REALS,
                                   .batch = 128,
                                   .options = gan_option_table,
                                   .options_size = sizeof(mg_gan_options),
                                   .options_default = mg_gan_options_default,
                                   .idle = gan_idle,
                                   .init = gan_init,
                                   .clear = gan_clear,
                                   .start = gan_start,
                                   .need = mg_gan_need,
                                   .gather = mg_gan_gather,
                                   .update = mg_gan_update,
                                   .tensors = gan_tensors,
                                   .refresh = gan_refresh,
                                   .sample = mg_gan_sample,
                                   .state = gan_state,
                                   .numbers = gan_numbers,
                                   .products = gan_products,
                                   .gauges = mg_gan_gauges,
                                   .generator = &generator};
