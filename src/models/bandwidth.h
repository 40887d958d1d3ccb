/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of thumb for the width of a kernel.
 *
 * Each is the bandwidth that would be best if the data were Gaussian, up to a
 * constant, and shrinks with N as slowly as the best one does. */
#ifndef MG_MODELS_BANDWIDTH_H
#define MG_MODELS_BANDWIDTH_H

#include <gsl/gsl_matrix.h>

/* From N rows of D columns with standard deviations s_j (n - 1 under them). */
typedef enum {
  MG_BANDWIDTH_SCOTT,     /* s_j N^(-1/(D+4)) */
  MG_BANDWIDTH_SILVERMAN, /* s_j (4/(D+2))^(1/(D+4)) N^(-1/(D+4)) */
  MG_BANDWIDTH_NRD0,      /* 0.9 min(s_j, IQR_j/1.34) N^(-1/5), R's bw.nrd0 */
  MG_BANDWIDTH_CV,        /* Scott's, then a common factor (models/kde) */
  MG_BANDWIDTH_FIXED      /* given, not chosen */
} mg_bandwidth_rule;

/* A bandwidth a column.  For cv this is Scott's; not for fixed.
 *   x  in   N x D, finite     h  out  D, in the columns' units
 * Returns GSL_SUCCESS; GSL_EDOM when there is no spread: one row, or a constant
 * column (nrd0 has R's ways out of that: |x_1|, or 1, in place of s_j);
 * GSL_ENOMEM.
 * Source Scott (1992), Multivariate Density Estimation; Silverman (1986). */
int mg_bandwidth_choose(mg_bandwidth_rule rule, const gsl_matrix *x, double *h);

#endif
