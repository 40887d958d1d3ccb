/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian in D dimensions with independent coordinates: a mean and a
 * standard deviation each.
 *
 * Data are N x D, a datum a row; an infinite element is outside the support.
 * Every function returns GSL_SUCCESS; GSL_EDOM when the mean is not finite, a
 * sigma not finite and above 0, or x holds a NaN; GSL_EBADLEN when sizes do
 * not fit (dist/domain.h has the rules that all laws share).
 * Cost O(N D), or O(D) without data. */
#ifndef MG_DIST_MVN_DIAGONAL_H
#define MG_DIST_MVN_DIAGONAL_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>

/* log p of each row, nats per datum.                       [mvn_diagonal.1]
 *   x            in   N x D
 *   mean, sigma  in   D
 *   log_p        out  N */
int mg_mvn_diagonal_log_density(const gsl_matrix *x, const gsl_vector *mean,
                                const gsl_vector *sigma, gsl_vector *log_p);

/* N draws.
 *   x  out  N x D */
int mg_mvn_diagonal_sample(gsl_rng *rng, const gsl_vector *mean,
                           const gsl_vector *sigma, gsl_matrix *x);

/* sum_n w_n d log p(x_n) / d mean, d sigma; x finite.      [mvn_diagonal.2]
 *   weights          in   N, or NULL for all 1
 *   d_mean, d_sigma  out  D */
int mg_mvn_diagonal_score(const gsl_matrix *x, const gsl_vector *weights,
                          const gsl_vector *mean, const gsl_vector *sigma,
                          gsl_vector *d_mean, gsl_vector *d_sigma);

/* d f / d mean, d sigma through N draws x for the noise that gave them; x
 * finite.                                                  [mvn_diagonal.3]
 *   dx               in   N x D, d f / d x
 *   d_mean, d_sigma  out  D */
int mg_mvn_diagonal_pathwise(const gsl_matrix *x, const gsl_vector *mean,
                             const gsl_vector *sigma, const gsl_matrix *dx,
                             gsl_vector *d_mean, gsl_vector *d_sigma);

/* Entropy, nats.                                           [mvn_diagonal.4] */
int mg_mvn_diagonal_entropy(const gsl_vector *mean, const gsl_vector *sigma,
                            double *h);

/* KL((mean0, sigma0) || (mean1, sigma1)), nats.            [mvn_diagonal.5] */
int mg_mvn_diagonal_kl(const gsl_vector *mean0, const gsl_vector *sigma0,
                       const gsl_vector *mean1, const gsl_vector *sigma1,
                       double *kl);

#endif
