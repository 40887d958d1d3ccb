/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which noise makes a generator the best model of some rows.
 *
 * The evidence of a generator with noise (models/noisy) is that of its sd: too
 * small and no row is reached, too large and all are blurred.  Of two
 * generators each is compared at its own best. */
#ifndef MG_EVAL_NOISE_H
#define MG_EVAL_NOISE_H

#include "eval/bound.h"

/* The sd for which a bound is the greatest, among s, s 2^-1/2, s 2^-1, ..,
 * s 2^-11.5, where s is the standard deviation of the rows, all columns in one.
 *                                                                [noisy.3]
 *   of    in   a family with a generator
 *   rows  in   that are not judged later; the first 64 of them count
 *   sd    out  unit of the data
 * Returns GSL_SUCCESS; GSL_EINVAL for fewer than 2 rows, or all the same;
 * GSL_EDOM where no bound is finite; as mg_noisy_can and mg_bound_of.  Cost
 * some ten bounds of these rows. */
int mg_noise_best(const mg_model *of, mg_bound_method method,
                  const mg_rows *rows, const mg_bound_options *options,
                  unsigned long seed, double *sd);

#endif
