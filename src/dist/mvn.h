/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian in D dimensions, by its mean and the lower Cholesky factor of
 * its covariance, Sigma = L L^T.  (Diagonal covariances: dist/mvn_diagonal.h.)
 *
 * `chol` is D x D; only its lower triangle is read.  Data are N x D, a datum a
 * row; an infinite element is outside the support.  Every function returns
 * GSL_SUCCESS; GSL_EDOM when the mean or chol is not finite, chol's diagonal
 * not above 0, or x holds a NaN; GSL_EBADLEN when sizes do not fit
 * (dist/domain.h has the rules that all laws share). */
#ifndef MG_DIST_MVN_H
#define MG_DIST_MVN_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>

/* The factor of a covariance.
 *   covariance  in   D x D, symmetric (to 1e-9 of its diagonal)
 *   chol        out  D x D, zeros above the diagonal; not covariance itself
 * GSL_EDOM when covariance is not finite, not symmetric, or not positive
 * definite.  Cost O(D^3). */
int mg_mvn_factor(const gsl_matrix *covariance, gsl_matrix *chol);

/* log p of each row, nats per datum.                                [mvn.1]
 *   x      in   N x D
 *   work   out  N x D, the whitened rows L^-1 (x_n - mean); may be x itself
 *   log_p  out  N
 * Cost O(N D^2). */
int mg_mvn_log_density(const gsl_matrix *x, const gsl_vector *mean,
                       const gsl_matrix *chol, gsl_matrix *work,
                       gsl_vector *log_p);

/* N draws.  Cost O(N D^2).
 *   x  out  N x D */
int mg_mvn_sample(gsl_rng *rng, const gsl_vector *mean, const gsl_matrix *chol,
                  gsl_matrix *x);

/* sum_n w_n d log p(x_n) / d mean, d chol; x finite.                [mvn.2]
 *   weights  in   N, or NULL for all 1
 *   work     out  N x D, the whitened rows
 *   d_mean   out  D
 *   d_chol   out  D x D, zeros above the diagonal
 * Cost O(N D^2 + D^3). */
int mg_mvn_score(const gsl_matrix *x, const gsl_vector *weights,
                 const gsl_vector *mean, const gsl_matrix *chol,
                 gsl_matrix *work, gsl_vector *d_mean, gsl_matrix *d_chol);

/* d f / d mean, d chol through N draws x for the noise that gave them; x
 * finite.                                                           [mvn.3]
 *   dx      in   N x D, d f / d x
 *   work    out  N x D, the noise
 *   d_mean  out  D
 *   d_chol  out  D x D, zeros above the diagonal
 * Cost O(N D^2). */
int mg_mvn_pathwise(const gsl_matrix *x, const gsl_vector *mean,
                    const gsl_matrix *chol, const gsl_matrix *dx,
                    gsl_matrix *work, gsl_vector *d_mean, gsl_matrix *d_chol);

/* Entropy, nats.  Cost O(D^2), for the checks.                      [mvn.4] */
int mg_mvn_entropy(const gsl_vector *mean, const gsl_matrix *chol, double *h);

/* KL((mean0, chol0) || (mean1, chol1)), nats.  Cost O(D^3).         [mvn.5]
 *   work  out  D */
int mg_mvn_kl(const gsl_vector *mean0, const gsl_matrix *chol0,
              const gsl_vector *mean1, const gsl_matrix *chol1,
              gsl_vector *work, double *kl);

#endif
