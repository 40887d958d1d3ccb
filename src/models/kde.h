/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernel density: a small Gaussian on every datum that was seen.
 *
 *     p(x) = 1/N sum_i prod_j phi((x_j - x_ij) / h_j) / h_j          [kde.1]
 *
 * with phi the standard normal density.  The rows are the parameters; the
 * bandwidth h is all there is to choose. */
#ifndef MG_MODELS_KDE_H
#define MG_MODELS_KDE_H

#include "models/bandwidth.h"
#include "models/model.h"

typedef struct {
  mg_bandwidth_rule bandwidth;
  double h; /* for fixed: in the columns' unit */
} mg_kde_options;

typedef struct {
  size_t dim; /* D */
  mg_kde_options options;
  gsl_matrix *sample; /* N x D, the kept rows; NULL: none yet */
  double *bandwidth;  /* D: h */
  double *centre;     /* D: the rows' mean */
  double *scaled;     /* D x N: (x_ij - centre_j) / h_j */
  double log_norm;    /* -sum_j log h_j - D/2 log 2 pi */
} mg_kde;

/* Scott's rule; h 1. */
mg_kde_options mg_kde_options_default(void);

/* Makes a zeroed k ready for rows.
 * Returns GSL_SUCCESS; GSL_EINVAL unless the space is reals; GSL_ENOMEM. */
int mg_kde_init(mg_kde *k, const mg_space *space,
                const mg_kde_options *options);

/* Frees what k holds; safe on a zeroed or half-built one. */
void mg_kde_clear(mg_kde *k);

/* Keeps rows and chooses the bandwidth.
 *   rows           in   N x D, finite; becomes k's on success, and stays the
 *                       caller's on error
 *   threads        in   for the rule cv; 0: as many as OpenMP gives
 *   leave_one_out  out  for the rule cv the greatest mean of [kde.2] (over at
 *                       most 4096 rows), else NaN
 * Returns GSL_SUCCESS; GSL_EDOM when the rule gives no bandwidth (a constant
 * column, one row, [kde.2] without a maximum) or a value is not finite;
 * GSL_ENOMEM.  Then k is as it was.  Cost O(N D); cv about 40 N min(N, 4096) D.
 */
int mg_kde_set(mg_kde *k, gsl_matrix *rows, size_t threads,
               double *leave_one_out);

/* log p(x), exact.                                                   [kde.1]
 *   x  in  M x D     log_p  out  M, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for NaN; GSL_EINVAL when no rows
 * are kept; GSL_ENOMEM.  Cost O(M N D). */
int mg_kde_log_density(const mg_kde *k, const gsl_matrix *x, gsl_vector *log_p);

/* Makes the bandwidths the multiple of what they are that maximises the mean
 * log density of rows that are not kept                             [kde.3]
 *
 *     1/M sum_m log 1/N sum_i prod_j phi((y_mj - x_ij) / c h_j) / c h_j
 *
 *   held_out  in   M x D     threads  in  0: as many as OpenMP gives
 *   mean      out  the maximum, nats per datum; NULL: not wanted
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL when no rows are kept; GSL_EDOM
 * when there is no maximum for c in 2^-14 .. 8, or for NaN; GSL_ENOMEM: then
 * k is as it was.  Cost about 40 N M D.  Source Breuleux, Bengio & Vincent
 * (2011). */
int mg_kde_fit_bandwidth(mg_kde *k, const gsl_matrix *held_out, size_t threads,
                         double *mean);

/* log density of every kept row under the other rows               [kde.2]
 *
 *     log 1/(N-1) sum_(m != i) prod_j phi((x_ij - x_mj) / h_j) / h_j
 *
 * whose mean estimates, without other data, the log density of new ones.
 *   log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for fewer than 2 rows.
 * Cost O(N^2 D).  Source Habbema, Hermans & van den Broek (1974). */
int mg_kde_leave_one_out(const mg_kde *k, gsl_vector *log_p);

/* Draws M data: a kept row, and Gaussian noise of sd h on it.
 *   x  out  M x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL when no rows are kept. */
int mg_kde_sample(const mg_kde *k, gsl_rng *rng, gsl_matrix *x);

extern const mg_model_type mg_kde_type;

#endif
