/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MMD and energy distance: means of a kernel within two samples and between.
 *
 * With k(x, y) = exp(-|x - y|^2 / 2 h^2) the squared maximum mean discrepancy
 *
 *     MMD^2 = E k(X, X') + E k(Y, Y') - 2 E k(X, Y)           [twosample.2]
 *
 * is the squared distance of the two laws' mean embeddings: 0 if and only if
 * they are the same law, below 2 always (Gretton et al. 2012).  h is the scale
 * at which one looks: two laws that differ in detail much finer than h have an
 * MMD near 0.  With k(x, y) = -|x - y| the same sum is the energy distance
 * 2 E|X - Y| - E|X - X'| - E|Y - Y'| (Szekely & Rizzo 2013; Sejdinovic et al.
 * 2013 for the two being one), in the unit of the data, with no scale to choose
 * and little eye for detail.
 *
 * Both are estimated without bias, by means over pairs of different rows: the
 * value may be below 0, and for equal laws it is about as often as not.  With
 * the pairs of a row with itself in the means, as the published energy
 * statistic has them, the value would grow as 1 / n for the truth too. */
#ifndef MG_EVAL_DISCREPANCY_H
#define MG_EVAL_DISCREPANCY_H

#include <gsl/gsl_matrix.h>

typedef enum { MG_KERNEL_GAUSSIAN, MG_KERNEL_DISTANCE } mg_kernel;

/* The median of the distances of all pairs of different rows, the width of the
 * Gaussian kernel: it does not depend on how the rows are split.
 *   distance  in   N x N, below the diagonal; N at least 2
 *   median    out  0 where more than half of the pairs are copies
 * Returns GSL_SUCCESS; GSL_ENOMEM: the distances are copied. */
int mg_discrepancy_width(const gsl_matrix *distance, double *median);

/* The discrepancy of the two sides of each split, unbiased.    [twosample.2]
 *   distance   in   N x N, used below the diagonal; of the pooled rows
 *   kernel     in   Gaussian of this width > 0, or minus the distance
 *   member     in   B x N of mg_splits_draw
 *   statistic  out  B
 *   std_error  out  of the first, over both samples, by the jackknife
 *                   [twosample.3]; too large by up to sqrt 2 where the laws are
 *                   equal; NaN with fewer than three rows on a side
 * Returns GSL_SUCCESS; GSL_EBADLEN for shapes that do not fit; GSL_EINVAL for a
 * width that is none or fewer than two rows on a side; GSL_ENOMEM.  The same
 * bytes for any number of threads.  Cost O(B N^2), as matrix products. */
int mg_discrepancy_of(const gsl_matrix *distance, mg_kernel kernel,
                      double width, const gsl_matrix *member, size_t threads,
                      gsl_vector *statistic, double *std_error);

#endif
