/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often each row occurs.
 *
 * Measured data are rounded, and rounding makes copies.  A row that is left out
 * while its copy stays is not left out: the copy tells where it was. */
#ifndef MG_MODELS_COPIES_H
#define MG_MODELS_COPIES_H

#include <gsl/gsl_matrix.h>

/* Counts, for each row, the rows that are equal to it in every column.
 *   rows    in   N x D, no NaN
 *   copies  out  N, at least 1: itself
 * Returns GSL_SUCCESS; GSL_ENOMEM.  Cost O(N D log N). */
int mg_copies_count(const gsl_matrix *rows, double *copies);

#endif
