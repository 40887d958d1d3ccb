/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The turns of a gan's two players: the family's part in a fit. */
#ifndef MG_MODELS_GAN_FIT_H
#define MG_MODELS_GAN_FIT_H

#include "models/gan.h"

/* What update measures, in the order of the names. */
enum {
  MG_GAN_LOSS, /* of the discriminator, with its penalty */
  MG_GAN_GENERATOR_LOSS,
  MG_GAN_ON_REAL,   /* mean over data of what the discriminator says: a
                     * probability where t is a logit, else t */
  MG_GAN_ON_FAKE,   /* the same over draws */
  MG_GAN_STEEPNESS, /* length of the gradient of the discriminator's loss */
  MG_GAN_PULL,      /* and of the generator's */
  MG_GAN_PENALTY,   /* its share in the loss; NaN: there is none */
  MG_GAN_GAUGES
};

extern const char *const mg_gan_gauges[];

/* What gather adds up over the inputs of the discriminator. */
enum {
  MG_GAN_SUM_LOSS,
  MG_GAN_SUM_REAL, /* of what the discriminator says of data */
  MG_GAN_SUM_FAKE, /* and of draws */
  MG_GAN_SUM_PENALTY,
  MG_GAN_SUM_LEAST, /* the least and the largest t: no sums */
  MG_GAN_SUM_MOST,
  MG_GAN_SUMS
};

/* Whose turn it is. */
mg_gan_who mg_gan_player_of(const mg_gan *g);

/* Inputs of the discriminator in a minibatch of n: n / m, at least 1. */
size_t mg_gan_packs(const mg_gan *g, size_t n);

/* Puts player and step before the reason of a status that is no success;
 * returns the status. */
int mg_gan_name_step(const mg_gan *g, int status);

/* ---- functions of the family's table; contracts in models/model.h ---- */

/* Room for a turn of either player, the larger of the two. */
mg_need mg_gan_need(const void *self, size_t n);

/* The gradient of the player whose turn it is, of minus its loss, summed over
 * the inputs of the discriminator; data that fill no last one are left out.
 *                                                                     [gan.4]
 * Returns GSL_SUCCESS; GSL_EDOM naming player, step and layer for a number that
 * is not finite. */
int mg_gan_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                  mg_stats *stats);

/* That player's step of Adam.  After the discriminator's last one of k it asks
 * for the same rows again, which the generator's turn counts and does not see.
 * Returns GSL_SUCCESS; GSL_EDOM as above. */
int mg_gan_update(void *self, mg_stats *stats, mg_report *report);

/* Draws: x = G(z), z ~ N(0, I).                                       [gan.1]
 */
int mg_gan_sample(const void *self, gsl_rng *rng, gsl_matrix *x);

#endif
