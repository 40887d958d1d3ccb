/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliced Wasserstein distances: how far must mass be carried, seen along lines?
 *
 * On a line the Wasserstein distance of two samples is known from sorting,
 * since mass is carried in order: with F^-1 and G^-1 their quantile functions
 *
 *     W_p^p = integral_0^1 |F^-1(u) - G^-1(u)|^p du           [twosample.4]
 *
 * In D dimensions the mean over directions w, evenly from all, of W_p^p of the
 * shadows w.x and w.y stands for it (Rabin et al. 2012; Bonneel et al. 2015):
 * SW_p = (E_w W_p^p)^(1/p), in the unit of the data.  It is a metric, so 0 only
 * for equal laws, and smaller than W_p: of a shift by v in D dimensions SW_2 is
 * |v| / sqrt D.
 *
 * It has a bias that MMD has not: two samples of one law are at a distance
 * above 0, which falls as 1 / sqrt n; hence a floor by permutation. */
#ifndef MG_EVAL_SLICED_H
#define MG_EVAL_SLICED_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>

/* Directions, a unit vector a row, evenly from all; in one dimension 1.
 *   direction  out  S x D */
void mg_sliced_directions(gsl_rng *rng, gsl_matrix *direction);

/* W_1 and W_2^2 of the shadows of the two sides of each split. [twosample.4]
 *   pooled     in   N x D
 *   member     in   B x N of mg_splits_draw
 *   direction  in   S x D
 *   w1, w2     out  B x S; w2 is squared
 * Returns GSL_SUCCESS; GSL_EBADLEN for shapes that do not fit; GSL_EINVAL for a
 * side without rows; GSL_ENOMEM.  The same bytes for any number of threads.
 * Cost O(S N (D + log N + B)). */
int mg_sliced_of(const gsl_matrix *pooled, const gsl_matrix *member,
                 const gsl_matrix *direction, size_t threads, gsl_matrix *w1,
                 gsl_matrix *w2);

#endif
