/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two networks of a vae: how they are built, and where their parameters
 * are. */
#ifndef MG_MODELS_VAE_NET_H
#define MG_MODELS_VAE_NET_H

#include "models/vae.h"

/* Sets law and planes and builds both networks in a v that has options and
 * space; holds no numbers yet.
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason: sizes that no network has,
 * conv on what is no image; GSL_ENOMEM. */
int mg_vae_build(mg_vae *v);

/* Parameters of v's networks, and of log variances beside them. */
size_t mg_vae_extra(const mg_vae *v);
size_t mg_vae_parameters(const mg_vae *v);

/* Where the decoder's parameters, and the log variances, are in theta. */
size_t mg_vae_decoder_at(const mg_vae *v);
size_t mg_vae_extra_at(const mg_vae *v);

/* First parameters: the networks' by their rules, but every spread that they
 * put out begins at 1, whatever comes in: a network that starts at random may
 * say e^20 or e^-20 of a datum far out, and the first steps would be lost.  The
 * biases of the decoder's output are what would be best with weights of 0, of
 * data on bits and of categorical levels.
 *   sample  in  N x D */
void mg_vae_begin(mg_vae *v, gsl_rng *rng, const gsl_matrix *sample);

/* Names all of theta. */
void mg_vae_net_tensors(mg_vae *v, mg_tensors *list);

#endif
