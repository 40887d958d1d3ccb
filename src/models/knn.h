/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nearest neighbours: k rows in the smallest ball about x that holds so many.
 *
 *     p(x) = k / (N V_D r_k(x)^D)                                    [knn.1]
 *
 * with r_k(x) the distance from x to the k-th nearest of N rows, and V_D =
 * pi^(D/2) / Gamma(D/2 + 1) the volume of the unit ball.  It does not integrate
 * to 1, so it makes no claim on the axis of log p(x). */
#ifndef MG_MODELS_KNN_H
#define MG_MODELS_KNN_H

#include "models/model.h"

typedef struct {
  size_t k; /* 0: by the rule */
} mg_knn_options;

typedef struct {
  size_t dim; /* D */
  mg_knn_options options;
  gsl_matrix *sample; /* N x D, the kept rows; NULL: none yet */
  size_t k;           /* in use; may be set, 1 .. N, without other rows */
} mg_knn;

/* By the rule. */
mg_knn_options mg_knn_options_default(void);

/* Makes a zeroed q ready for rows.
 * Returns GSL_SUCCESS; GSL_EINVAL unless the space is reals. */
int mg_knn_init(mg_knn *q, const mg_space *space,
                const mg_knn_options *options);

/* Frees what q holds; safe on a zeroed or half-built one. */
void mg_knn_clear(mg_knn *q);

/* Keeps rows; k by the rule is sqrt N, rounded.
 *   rows  in  N x D, finite; becomes q's on success, and stays the caller's on
 *             error
 * Returns GSL_SUCCESS; GSL_EDOM when k is over N or a value is not finite;
 * GSL_EBADLEN.  Then q is as it was. */
int mg_knn_set(mg_knn *q, gsl_matrix *rows);

/* log of [knn.1], which is no log density: its integral is infinite.
 *   x      in   M x D
 *   log_p  out  M, nats; +inf where k rows stand on x itself, -inf infinitely
 *               far away
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for NaN; GSL_EINVAL when no rows
 * are kept or k is not 1 .. N; GSL_ENOMEM.  Cost O(M N D).
 * Source Loftsgaarden & Quesenberry (1965). */
int mg_knn_log_density(const mg_knn *q, const gsl_matrix *x, gsl_vector *log_p);

/* The same of every kept row among the N - 1 others                  [knn.2]
 *
 *     log k / ((N - 1) V_D r^D),  r to the k-th nearest other row
 *
 *   log_p  out  N; +inf for a row that stands there k times more
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL when k is not 1 .. N - 1;
 * GSL_ENOMEM.  Cost O(N^2 D). */
int mg_knn_leave_one_out(const mg_knn *q, gsl_vector *log_p);

extern const mg_model_type mg_knn_type;

#endif
