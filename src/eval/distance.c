/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distances in blocks of rows, a matrix product each.          [distance.1] */
#include "eval/distance.h"

#include <gsl/gsl_blas.h>

#include "base/status.h"
#include "base/shards.h"

enum { FEW = 8 }; /* dimensions: differences cost less than a product */

#define NEAR 1e-6 /* of |x|^2: less than half of the digits are left */

typedef struct {
  const gsl_matrix *x, *y;
  gsl_matrix *square;
  mg_shards cut;
} work;

static double norm(const gsl_matrix *x, size_t i) {
  const double *row = gsl_matrix_const_ptr(x, i, 0);
  double sum = 0;
  for (size_t j = 0; j < x->size2; j++)
    sum += row[j] * row[j];
  return sum;
}

static double difference(const double *a, const double *b, size_t dim) {
  double sum = 0;
  for (size_t j = 0; j < dim; j++)
    sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

static void by_differences(const gsl_matrix *x, const gsl_matrix *y,
                           gsl_matrix *square) {
  for (size_t i = 0; i < x->size1; i++) {
    const double *a = gsl_matrix_const_ptr(x, i, 0);
    double *to = gsl_matrix_ptr(square, i, 0);
    for (size_t j = 0; j < y->size1; j++)
      to[j] = difference(a, gsl_matrix_const_ptr(y, j, 0), x->size2);
  }
}

/* The norms of y go in first, and the product is added to them.  (Where two
 * rows are near to each other |y| is about |x|.) */
static int by_product(const gsl_matrix *x, const gsl_matrix *y,
                      gsl_matrix *square) {
  for (size_t j = 0; j < y->size1; j++) {
    const double n = norm(y, j);
    for (size_t i = 0; i < x->size1; i++)
      gsl_matrix_set(square, i, j, n);
  }
  const int status =
      gsl_blas_dgemm(CblasNoTrans, CblasTrans, -2, x, y, 1, square);
  for (size_t i = 0; i < x->size1; i++) {
    const double n = norm(x, i);
    double *to = gsl_matrix_ptr(square, i, 0);
    for (size_t j = 0; j < y->size1; j++) {
      const double sum = to[j] + n;
      to[j] = sum > NEAR * n
                  ? sum
                  : difference(gsl_matrix_const_ptr(x, i, 0),
                               gsl_matrix_const_ptr(y, j, 0), x->size2);
    }
  }
  return status;
}

static int fill_shard(void *job, size_t worker, size_t shard) {
  const work *w = job;
  (void)worker;
  const size_t first = mg_shards_first(&w->cut, shard);
  const size_t n = mg_shards_rows(&w->cut, shard);
  gsl_matrix_const_view x =
      gsl_matrix_const_submatrix(w->x, first, 0, n, w->x->size2);
  gsl_matrix_view square =
      gsl_matrix_submatrix(w->square, first, 0, n, w->y->size1);
  if (w->x->size2 > FEW)
    return by_product(&x.matrix, w->y, &square.matrix);
  by_differences(&x.matrix, w->y, &square.matrix);
  return GSL_SUCCESS;
}

int mg_distance_squares(const gsl_matrix *x, const gsl_matrix *y,
                        size_t threads, gsl_matrix *square) {
  if (x->size2 != y->size2 || square->size1 != x->size1 ||
      square->size2 != y->size1)
    return mg_fail(
        GSL_EBADLEN, "%zu x %zu and %zu x %zu rows have no %zu x %zu distances",
        x->size1, x->size2, y->size1, y->size2, square->size1, square->size2);
  work w = {x, y, square, mg_shards_cut(x->size1, 0)};
  return mg_shards_run(&w.cut, threads, &w, fill_shard);
}
