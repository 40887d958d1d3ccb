/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two networks of a gan: how they are built, and what their parameters are
 * called. */
#ifndef MG_MODELS_GAN_NET_H
#define MG_MODELS_GAN_NET_H

#include "models/gan.h"

/* Builds both networks in a g that has options and space; holds no numbers yet.
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason: sizes that no network has,
 * conv on what is no image; GSL_ENOMEM. */
int mg_gan_build(mg_gan *g);

/* First parameters of both. */
void mg_gan_begin(mg_gan *g, gsl_rng *rng);

/* Names the generator's parameters, which are the model, and the
 * discriminator's, which are not free: the draws do not depend on them. */
void mg_gan_net_tensors(mg_gan *g, mg_tensors *list);

#endif
