/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shadows sorted once, for all splits; see sliced.h.
 *
 * The pooled shadow is sorted; a side of a split is then read off in order.
 * The two quantile functions are steps of the heights 1 / n and 1 / m, which in
 * units of 1 / (n m) are whole numbers, so that both end together exactly.
 * A direction is a piece of work for one thread, and writes a column. */
#include "eval/sliced.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_sort_vector.h>

#include "base/status.h"
#include "nets/tiles.h"

void mg_sliced_directions(gsl_rng *rng, gsl_matrix *direction) {
  for (size_t s = 0; s < direction->size1; s++)
    if (direction->size2 > 1)
      gsl_ran_dir_nd(rng, direction->size2, gsl_matrix_ptr(direction, s, 0));
    else
      gsl_matrix_set(direction, s, 0, 1);
}

typedef struct {
  const gsl_matrix *pooled, *member, *direction;
  gsl_matrix *w1, *w2;
  gsl_matrix *shadow; /* S x N, sorted in place */
  gsl_matrix *sides;  /* S x 2 N, room for the sides of a split */
  size_t *order;      /* S x N */
} job;

/* The sides of a split, each in order; returns how many are of the first. */
static size_t deal(size_t n, const double *in, const size_t *order,
                   const double *sorted, double *x, double *y) {
  const double *const first = x;
  for (size_t i = 0; i < n; i++)
    if (in[order[i]] > 0)
      *x++ = sorted[i];
    else
      *y++ = sorted[i];
  return (size_t)(x - first);
}

/*                                                             [twosample.4] */
static void carry(size_t n, const double *x, size_t m, const double *y,
                  double *w1, double *w2) {
  double sum = 0, squares = 0;
  for (size_t i = 0, j = 0, of_x = m, of_y = n; i < n;) {
    const size_t step = of_x < of_y ? of_x : of_y;
    const double way = fabs(x[i] - y[j]);
    sum += (double)step * way;
    squares += (double)step * way * way;
    of_x -= step;
    of_y -= step;
    if (of_x == 0) {
      i++;
      of_x = m;
    }
    if (of_y == 0) {
      j++;
      of_y = n;
    }
  }
  *w1 = sum / ((double)n * (double)m);
  *w2 = squares / ((double)n * (double)m);
}

static void slice(const void *context, size_t s) {
  const job *w = context;
  const size_t N = w->pooled->size1;
  gsl_vector_const_view to = gsl_matrix_const_row(w->direction, s);
  gsl_vector_view shadow = gsl_matrix_row(w->shadow, s);
  double *x = gsl_matrix_ptr(w->sides, s, 0), *y = x + N;
  size_t *order = w->order + s * N;
  gsl_blas_dgemv(CblasNoTrans, 1, w->pooled, &to.vector, 0, &shadow.vector);
  gsl_sort_index(order, shadow.vector.data, 1, N);
  gsl_sort_vector(&shadow.vector);
  for (size_t b = 0; b < w->member->size1; b++) {
    const double *in = gsl_matrix_const_ptr(w->member, b, 0);
    const size_t n = deal(N, in, order, shadow.vector.data, x, y);
    carry(n, x, N - n, y, gsl_matrix_ptr(w->w1, b, s),
          gsl_matrix_ptr(w->w2, b, s));
  }
}

static size_t rows_of(const gsl_matrix *member, size_t b) {
  size_t n = 0;
  for (size_t i = 0; i < member->size2; i++)
    n += gsl_matrix_get(member, b, i) > 0;
  return n;
}

static int check(const job *w) {
  const size_t N = w->pooled->size1, B = w->member->size1;
  const size_t S = w->direction->size1;
  if (w->member->size2 != N || w->direction->size2 != w->pooled->size2 ||
      w->w1->size1 != B || w->w1->size2 != S || w->w2->size1 != B ||
      w->w2->size2 != S)
    return mg_fail(GSL_EBADLEN,
                   "%zu x %zu rows, splits of %zu and directions in %zu do not "
                   "fit, or the room for their distances does not",
                   N, w->pooled->size2, w->member->size2, w->direction->size2);
  for (size_t b = 0; b < B; b++)
    if (rows_of(w->member, b) % N == 0)
      return mg_fail(GSL_EINVAL, "a split with nothing on one side");
  return GSL_SUCCESS;
}

int mg_sliced_of(const gsl_matrix *pooled, const gsl_matrix *member,
                 const gsl_matrix *direction, size_t threads, gsl_matrix *w1,
                 gsl_matrix *w2) {
  const size_t N = pooled->size1, S = direction->size1;
  job w = {pooled, member, direction, w1, w2, NULL, NULL, NULL};
  int status = check(&w);
  if (status != GSL_SUCCESS)
    return status;
  w.shadow = gsl_matrix_alloc(S, N);
  w.sides = gsl_matrix_alloc(S, 2 * N);
  w.order = calloc(S * N, sizeof *w.order);
  if (w.shadow && w.sides && w.order)
    mg_tiles_run(S, threads, &w, slice);
  else
    status = mg_fail(GSL_ENOMEM, "no memory for %zu shadows of %zu rows", S, N);
  gsl_matrix_free(w.shadow);
  gsl_matrix_free(w.sides);
  free(w.order);
  return status;
}
