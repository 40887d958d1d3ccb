/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaving one out: a held-out evidence without held-out data. */
#ifndef MG_EVAL_LEFT_OUT_H
#define MG_EVAL_LEFT_OUT_H

#include "eval/evidence.h"

/* The mean log density of each row under a model fitted to the others,
 *
 *     1/N sum_i log p(x_i; fitted to all rows but i)                [loo.1]
 *
 * with the family and the options of model, whose parameters play no part.
 *   rows  in  of reals, 3 at least
 *   seed  in  of every fit
 * The claim is "~", as the N models are not the one that is used in the end,
 * but each a little worse; "none" for an improper family.  The std_error is
 * that of independent rows, which these nearly are.
 * Returns GSL_SUCCESS; GSL_EINVAL for other rows or another space; as
 * mg_fit_run and mg_model_log_density; GSL_ENOMEM.  Cost N fits.
 * Source Stone (1974). */
int mg_left_out_of(const mg_model *model, const mg_rows *rows,
                   unsigned long seed, mg_evidence *evidence);

#endif
