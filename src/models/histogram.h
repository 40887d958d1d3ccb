/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histogram: a regular grid, and how many of the rows fell into each cell.
 *
 *     p(x) = (n_b + a) / ((N + a B) V),   a = A / B,   x in cell b  [hist.1]
 *
 * with B cells of volume V = prod_j h_j, and N rows; outside the grid p is 0.
 * A is the smoothing: how many rows' worth of mass is spread over the grid. */
#ifndef MG_MODELS_HISTOGRAM_H
#define MG_MODELS_HISTOGRAM_H

#include "models/histogram_width.h"
#include "models/model.h"

enum { MG_HISTOGRAM_CELLS = 1 << 20 }; /* of a grid, at most */

typedef struct {
  mg_histogram_rule width;
  double h;         /* for fixed: in the columns' unit */
  double smoothing; /* A, rows */
} mg_histogram_options;

typedef struct {
  size_t dim; /* D */
  mg_histogram_options options;
  size_t cells;     /* B; 0: no rows yet */
  double *count;    /* B, the last column's bin counted fastest: n_b */
  double *origin;   /* D: where the first bin begins */
  double *width;    /* D: h */
  double *bins;     /* D, whole numbers: bins a column */
  double *below;    /* B + 1: rows in the cells before */
  double log_scale; /* -log (N + A) - log V */
} mg_histogram;

/* Scott's rule; h 1; smoothing 1. */
mg_histogram_options mg_histogram_options_default(void);

/* Makes a zeroed h ready for rows.
 * Returns GSL_SUCCESS; GSL_EINVAL unless the space is reals; GSL_ENOMEM. */
int mg_histogram_init(mg_histogram *h, const mg_space *space,
                      const mg_histogram_options *options);

/* Frees what h holds; safe on a zeroed or half-built one. */
void mg_histogram_clear(mg_histogram *h);

/* Chooses the width, lays the grid and counts.
 *   rows           in   N x D, finite; stay the caller's
 *   leave_one_out  out  the mean of [hist.3] over the rows
 * Returns GSL_SUCCESS; GSL_EDOM when the rule gives no width (a constant
 * column, one row, [hist.3] without a maximum), a value is not finite, or the
 * grid has more than MG_HISTOGRAM_CELLS cells; GSL_EBADLEN; GSL_ENOMEM.  Then
 * h is as it was.  Cost O(N D log N + B); cv some sixty times
 * that. */
int mg_histogram_set(mg_histogram *h, const gsl_matrix *rows,
                     double *leave_one_out);

/* log p(x), exact; -inf outside the grid.                           [hist.1]
 *   x  in  M x D     log_p  out  M, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for NaN; GSL_EINVAL before rows
 * were counted.  Cost O(M D). */
int mg_histogram_log_density(const mg_histogram *h, const gsl_matrix *x,
                             gsl_vector *log_p);

/* log density of every row under the rows that differ from it       [hist.3]
 *
 *     log (n_b - m_i + a) / ((N - m_i + a B) V)
 *
 * with m_i the number of rows equal to row i, which are left out together, and
 * the grid as it lies.
 *   rows   in   N x D, those that were counted
 *   log_p  out  N, nats; -inf for a row alone in its cell without smoothing
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL for rows that are not those;
 * GSL_ENOMEM.  Cost O(N D log N).
 * Source Habbema, Hermans & van den Broek (1974). */
int mg_histogram_leave_one_out(const mg_histogram *h, const gsl_matrix *rows,
                               gsl_vector *log_p);

/* Draws M data: a cell by its mass, and a point uniform in it.
 *   x  out  M x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL before rows were counted. */
int mg_histogram_sample(const mg_histogram *h, gsl_rng *rng, gsl_matrix *x);

extern const mg_model_type mg_histogram_type;

#endif
