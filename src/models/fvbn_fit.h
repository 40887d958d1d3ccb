/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a fvbn learns: the three functions of the family's table. */
#ifndef MG_MODELS_FVBN_FIT_H
#define MG_MODELS_FVBN_FIT_H

#include "models/fvbn.h"

/* Room for the gradients and values of all regressions, and in the first pass
 * the inputs' products. */
mg_need mg_fvbn_need(const void *self, size_t n);

/* Adds values and gradients of log p at the trial point.
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a value that is no level. */
int mg_fvbn_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                   mg_stats *stats);

/* Keeps the steps that have risen, and makes the next trial. [fvbn.2] [fvbn.4]
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason: memory. */
int mg_fvbn_update(void *self, mg_stats *stats, mg_report *report);

#endif
