/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Squared distances between the rows of two matrices.
 *
 * Scores by neighbours and kernels look at nothing else.  In many dimensions
 * they are one matrix product,
 *
 *     |x - y|^2 = |x|^2 + |y|^2 - 2 x.y                        [distance.1]
 *
 * which loses digits where x and y are far from 0 and near to each other.  So
 * what comes out below a millionth of |x|^2 is made again from the differences:
 * copies are at 0, and of the rest nine digits or more are right.  Levels lose
 * none, as sums of whole numbers are exact.  In few dimensions the differences
 * themselves are squared.  Rows of which most are near to each other and far
 * from 0 take longer: centre them first. */
#ifndef MG_EVAL_DISTANCE_H
#define MG_EVAL_DISTANCE_H

#include <gsl/gsl_matrix.h>

/* Squared distances.  The same bytes for any number of threads.
 *   x, y     in   N x D and M x D
 *   threads  in   0: as many as OpenMP gives
 *   square   out  N x M; never below 0
 * Returns GSL_SUCCESS; GSL_EBADLEN for shapes that do not fit.
 * Cost O(N M D). */
int mg_distance_squares(const gsl_matrix *x, const gsl_matrix *y,
                        size_t threads, gsl_matrix *square);

#endif
