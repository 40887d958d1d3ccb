/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How ppca learns; its functions of the family's table, with the contracts of
 * models/model.h.  Nobody but ppca's own files includes this. */
#ifndef MG_MODELS_PPCA_FIT_H
#define MG_MODELS_PPCA_FIT_H

#include "models/ppca.h"

/* The mean of the sample becomes the centre that gather sums about. */
int mg_ppca_start(void *self, gsl_rng *rng, const mg_batch *sample);

/* D + D^2 sums, and a block of rows. */
mg_need mg_ppca_need(const void *self, size_t n);

/* Moments about the centre.  Cost O(N D^2).                         [ppca.2] */
int mg_ppca_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                   mg_stats *stats);

/* The maximum of the likelihood.  Cost O(D^3).                      [ppca.2] */
int mg_ppca_update(void *self, mg_stats *stats, mg_report *report);

#endif
