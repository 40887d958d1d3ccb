/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of thumb for the width of a bin.
 *
 *     scott     2 3^(1/(D+2)) pi^(D/(2D+4)) s_j N^(-1/(D+2))        [hist.2]
 *     freedman  2 IQR_j N^(-1/(D+2))
 *     sturges   range_j / k,  k = ceil(1 + log2 N)
 *
 * from N rows of D columns with standard deviations s_j (N - 1 under them).
 * The first two shrink as fast as the best width of a smooth density does; in
 * one dimension Scott's constant is 3.49.  The third has a number of bins that
 * knows nothing of the data's shape: too few for many rows. */
#ifndef MG_MODELS_HISTOGRAM_WIDTH_H
#define MG_MODELS_HISTOGRAM_WIDTH_H

#include <gsl/gsl_matrix.h>

typedef enum {
  MG_HISTOGRAM_SCOTT,
  MG_HISTOGRAM_FREEDMAN,
  MG_HISTOGRAM_STURGES,
  MG_HISTOGRAM_CV,   /* Scott's, then a common factor (models/histogram) */
  MG_HISTOGRAM_FIXED /* given, not chosen */
} mg_histogram_rule;

/* A width a column.  For cv this is Scott's; not for fixed.          [hist.2]
 *   x  in  N x D, finite     width  out  D, in the columns' units
 * Returns GSL_SUCCESS; GSL_EDOM when there is no spread: one row, a constant
 * column, half of a column the same for freedman; GSL_ENOMEM.
 * Source Sturges (1926); Scott (1979, 1992); Freedman & Diaconis (1981). */
int mg_histogram_width(mg_histogram_rule rule, const gsl_matrix *x,
                       double *width);

#endif
