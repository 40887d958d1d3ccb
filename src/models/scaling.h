/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of reals as a network wants them: of mean 0 and deviation 1. */
#ifndef MG_MODELS_SCALING_H
#define MG_MODELS_SCALING_H

#include "models/model.h"

/* u_j = (x_j - shift_j) / scale_j.  Both are parameters of the model.
 *                                                                [scaling.1] */
typedef struct {
  size_t dim;
  double *shift, *scale; /* dim each; 0 and 1 at first */
} mg_scaling;

/* Makes a zeroed one.  Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_scaling_init(mg_scaling *s, size_t dim);

/* Frees what it holds; safe on a zeroed one. */
void mg_scaling_clear(mg_scaling *s);

/* Means and standard deviations of the columns; a column that does not vary
 * has no unit of its own and keeps the data's.
 *   x  in  N x dim */
void mg_scaling_start(mg_scaling *s, const gsl_matrix *x);

/* Adds "shift" and "scale" to a family's tensors. */
void mg_scaling_tensors(mg_scaling *s, mg_tensors *list);

/* Adds up what a network scored of scaled columns, in the unit of the data.
 *                                                                [scaling.1]
 *   log_p  in     dim x n, all data's first column, then the second, ...
 *   sum    inout  added to
 * Returns GSL_SUCCESS; GSL_EDOM naming the first that is not finite. */
int mg_scaling_sum(const mg_scaling *s, size_t n, const double *log_p,
                   double *sum);

/* Returns GSL_SUCCESS; GSL_EDOM for numbers that make no scale. */
int mg_scaling_check(const mg_scaling *s);

#endif
