/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generative adversarial network: a generator that is learnt from what a
 * second network says of its draws.                                   [gan.1]
 *
 *     z ~ N(0, I_L),   x = G(z),     t = D(x), high where x looks real
 *
 * x follows from z, so p(x) has no density that anybody could tell, and
 * nothing is claimed: what can be said of a fitted one is said of its samples
 * (eval/), or of the model that sees x with Gaussian noise (models/noisy). */
#ifndef MG_MODELS_GAN_H
#define MG_MODELS_GAN_H

#include "infer/game.h"
#include "models/ascent.h"
#include "models/model.h"
#include "models/scaling.h"
#include "nets/net.h"

typedef enum { MG_GAN_MLP, MG_GAN_CONV } mg_gan_kind;
typedef enum { MG_GAN_RELU, MG_GAN_LEAKY, MG_GAN_TANH } mg_gan_units;
typedef enum { MG_GAN_DENSE, MG_GAN_MAXOUT } mg_gan_judge;
typedef enum {
  MG_GAN_INTERPOLATES, /* length 1 between data and draws */
  MG_GAN_REAL          /* length 0 on data */
} mg_gan_penalty;
typedef enum {
  MG_GAN_GENERATOR,
  MG_GAN_DISCRIMINATOR,
  MG_GAN_PLAYERS
} mg_gan_who;

typedef struct {
  mg_gan_kind kind;           /* of both networks */
  mg_game objective;          /* infer/game.h */
  size_t latent;              /* L */
  size_t hidden, layers;      /* of an mlp: units a layer, hidden layers */
  size_t channels;            /* of a conv's outer layers; the inner have 2x */
  mg_gan_units activation;    /* of all layers but the last */
  mg_gan_judge discriminator; /* hidden layers of an mlp's discriminator */
  size_t pieces;  /* linear maps of which a maxout takes the largest */
  double penalty; /* weight of the penalty on D's gradient; 0: none */
  mg_gan_penalty penalty_kind;
  size_t packing;            /* m, data that the discriminator sees together */
  size_t steps;              /* k, of the discriminator before each of the
                              * generator */
  double smoothing_real;     /* share of false labels on data */
  double smoothing_fake;     /* and on draws */
  mg_ascent_options climb;   /* of both; averaging is the generator's */
  double discriminator_rate; /* 0: as the generator's */
} mg_gan_options;

/* One of the two networks. */
typedef struct {
  mg_net *net;
  mg_ascent_options climb;
  mg_ascent ascent;
} mg_gan_player;

enum {
  MG_GAN_LAYERS_MOST = 8,
  MG_GAN_NAMES = 4 * (MG_GAN_LAYERS_MOST + 1),
  MG_GAN_NOTE = 96
};

/* Where the game stands: what a continued fit needs beside the players. */
enum {
  MG_GAN_TURN,    /* 0 .. k - 1 the discriminator's, k the generator's */
  MG_GAN_CLIMBED, /* what the discriminator climbed, at its last turn */
  MG_GAN_DEAD,    /* its step from which it told nothing apart; 0: it does */
  MG_GAN_STUCK,   /* the generator's step from which no gradient reached it */
  MG_GAN_PROGRESS
};

typedef struct {
  mg_gan_options options;
  mg_space space;
  mg_gan_player player[MG_GAN_PLAYERS];
  mg_scaling scaling; /* one scale for all columns */
  double progress[MG_GAN_PROGRESS];
  char name[MG_GAN_NAMES][40]; /* of the tensors */
  char *note;                  /* the objective's name, MG_GAN_NOTE */
} mg_gan;

/* An mlp with two hidden layers of 128 relus in each player (on images of more
 * than 16 pixels a conv of 16 channels), L = 2 (or 16), non-saturating, one
 * step of each player in turn, Adam at .001 with momentum .5. */
void mg_gan_options_default(const mg_space *space, void *options);

/* ---- the two networks, in double ---- */

/* x = G(z), in the unit of the data.                                  [gan.1]
 *   z  in  N x L     x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM.  Cost a forward pass a row. */
int mg_gan_generate(const mg_gan *g, const gsl_matrix *z, gsl_matrix *x);

/* dz = J(z)^T dx, J = dG / dz: what a gradient in x is in z.
 *   z  in  N x L     dx  in  N x D     dz  out  N x L
 * Returns as above.  Cost forward and back. */
int mg_gan_pull_back(const mg_gan *g, const gsl_matrix *z, const gsl_matrix *dx,
                     gsl_matrix *dz);

/* t = D(x), and its gradient in x: where a draw would have to go for D to take
 * it for a real one.
 *   x   in   N x D, N a multiple of the packing m: each m rows are one input
 *   t   out  N / m
 *   dx  out  N x D, of the row's own t; NULL: unwanted
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM. */
int mg_gan_discriminate(const mg_gan *g, const gsl_matrix *x, gsl_vector *t,
                        gsl_matrix *dx);

extern const mg_model_type mg_gan_type;

#endif
