/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generator seen through Gaussian noise.
 *
 * Where x follows from z without chance, data lie on an L-dimensional sheet,
 * and there is no density to ask for.  With noise of a stated sd there is one:
 *
 *     z ~ N(0, I_L),   x = G(z) + sd e,   e ~ N(0, I_D)            [noisy.1]
 *
 * That is another model than the generator, with a density everywhere, and what
 * a bound says of log p(x) it says of this one and for this sd. */
#ifndef MG_MODELS_NOISY_H
#define MG_MODELS_NOISY_H

#include "models/model.h"

/* Can there be such a model?
 * Returns GSL_SUCCESS; GSL_EUNSUP for a family without a generator; GSL_EDOM
 * for an sd that is none; with the reason. */
int mg_noisy_can(const mg_model *of, double sd);

/* The model of a generator and a noise, to be asked for bounds (latent).
 *   of  in  of a family with `generator`; stays the caller's, and is read as
 *           long as the new model is used
 *   sd  in  above 0, data unit
 * Returns NULL with the reason, that of mg_noisy_can or memory.  mg_model_free
 * frees it. */
mg_model *mg_noisy_alloc(const mg_model *of, double sd);

/* The sd of a model that mg_noisy_alloc made. */
double mg_noisy_sd(const mg_model *model);

extern const mg_model_type mg_noisy_type;

#endif
