/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the distances for all splits at once; see discrepancy.h.
 *
 * With s_i = 1 for the n rows of the first side, 0 for the m others, and K the
 * kernel of all pairs with nothing on its diagonal, the sums over ordered pairs
 * within and between the sides follow from one quadratic form a split, as the
 * sum of all of K and the sums of its rows, r = K 1, are known:
 *
 *     S_xx = s'K s,  S_xy = s'r - S_xx,  S_yy = 1'K 1 - S_xx - 2 S_xy
 *     T = S_xx / (n (n-1)) + S_yy / (m (m-1)) - 2 S_xy / (n m) [twosample.2]
 *
 * K is made tile by tile below the diagonal, 256 x 256, never as a whole, and
 * each tile meets all splits in one matrix product.  A shard is a strip of 256
 * rows; what the strips found is added in their order.
 *
 * The error is the jackknife's: T without row i is a matter of s'K for the
 * first split alone, so all N of them cost one more product with a vector.
 *
 *     se^2 = (n-1)/n sum_(i in x) (T_-i - mean)^2 + the same of y
 *                                                             [twosample.3]
 *
 * (Efron & Stein 1981: never too small on average.) */
#include "eval/discrepancy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_statistics_double.h>

#include "base/status.h"
#include "base/shards.h"

enum { TILE = MG_BLOCK_ROWS };

/* ---- the width ---- */

int mg_discrepancy_width(const gsl_matrix *distance, double *median) {
  const size_t n = distance->size1, pairs = n * (n - 1) / 2;
  double *copy = malloc(pairs * sizeof *copy), *to = copy;
  if (!copy)
    return mg_fail(GSL_ENOMEM, "no memory for the distances of %zu pairs",
                   pairs);
  for (size_t i = 1; i < n; to += i, i++)
    memcpy(to, gsl_matrix_const_ptr(distance, i, 0), i * sizeof *to);
  *median = gsl_stats_median(copy, 1, pairs);
  free(copy);
  return GSL_SUCCESS;
}

/* ---- sums over pairs ---- */

typedef struct {
  const gsl_matrix *distance, *member;
  mg_kernel kernel;
  double scale; /* 1 / 2 h^2 */
  mg_shards cut;
  gsl_matrix *tile, *met; /* of each worker: K, and K s for all splits */
  gsl_matrix *inner;      /* shards x B: s'K s below the diagonal */
  gsl_matrix *all, *to_x; /* shards x N: K 1, and K s of the first split */
} sums;

static void sums_clear(sums *w) {
  gsl_matrix *const part[] = {w->tile, w->met, w->inner, w->all, w->to_x};
  for (size_t i = 0; i < sizeof part / sizeof *part; i++)
    gsl_matrix_free(part[i]);
}

static int sums_init(sums *w, size_t threads) {
  const size_t N = w->distance->size1, B = w->member->size1;
  w->cut = mg_shards_cut(N, 0);
  const size_t crew = mg_shards_threads(&w->cut, threads) * w->cut.shard_rows;
  w->tile = gsl_matrix_alloc(crew, TILE);
  w->met = gsl_matrix_alloc(crew, B);
  w->inner = gsl_matrix_calloc(w->cut.shards, B);
  w->all = gsl_matrix_calloc(w->cut.shards, N);
  w->to_x = gsl_matrix_calloc(w->cut.shards, N);
  if (w->tile && w->met && w->inner && w->all && w->to_x)
    return GSL_SUCCESS;
  return mg_fail(GSL_ENOMEM, "no memory for %zu splits of %zu rows", B, N);
}

/* K of these rows and columns; 0 on and above the diagonal. */
static void fill_tile(const sums *w, size_t row, size_t column,
                      gsl_matrix *tile) {
  for (size_t i = 0; i < tile->size1; i++) {
    const double *d = gsl_matrix_const_ptr(w->distance, row + i, column);
    double *k = gsl_matrix_ptr(tile, i, 0);
    const size_t below = row + i > column ? row + i - column : 0;
    const size_t n = below < tile->size2 ? below : tile->size2;
    memset(k, 0, tile->size2 * sizeof *k);
    for (size_t j = 0; j < n; j++)
      k[j] = w->kernel == MG_KERNEL_DISTANCE ? -d[j]
                                             : exp(-d[j] * d[j] * w->scale);
  }
}

/* Each pair counts for both of its rows. */
static void add_tile(const sums *w, size_t row, size_t column,
                     const gsl_matrix *tile, double *all, double *to_x) {
  const double *s = gsl_matrix_const_ptr(w->member, 0, 0);
  for (size_t i = 0; i < tile->size1; i++) {
    const double *k = gsl_matrix_const_ptr(tile, i, 0);
    const double own = s[row + i];
    double sum = 0, sum_x = 0;
    for (size_t j = 0; j < tile->size2; j++) {
      sum += k[j];
      sum_x += k[j] * s[column + j];
      all[column + j] += k[j];
      to_x[column + j] += k[j] * own;
    }
    all[row + i] += sum;
    to_x[row + i] += sum_x;
  }
}

static int sum_strip(void *job, size_t worker, size_t shard) {
  const sums *w = job;
  const size_t first = mg_shards_first(&w->cut, shard), B = w->member->size1;
  const size_t rows = mg_shards_rows(&w->cut, shard), end = first + rows;
  const size_t place = worker * w->cut.shard_rows;
  gsl_matrix_view met = gsl_matrix_submatrix(w->met, place, 0, rows, B);
  gsl_matrix_set_zero(&met.matrix);
  for (size_t j = 0; j < end; j += TILE) {
    const size_t columns = end - j < TILE ? end - j : TILE;
    gsl_matrix_view tile =
        gsl_matrix_submatrix(w->tile, place, 0, rows, columns);
    gsl_matrix_const_view s =
        gsl_matrix_const_submatrix(w->member, 0, j, B, columns);
    fill_tile(w, first, j, &tile.matrix);
    add_tile(w, first, j, &tile.matrix, gsl_matrix_ptr(w->all, shard, 0),
             gsl_matrix_ptr(w->to_x, shard, 0));
    gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, &tile.matrix, &s.matrix, 1,
                   &met.matrix);
  }
  for (size_t i = 0; i < rows; i++)
    for (size_t b = 0; b < B; b++)
      *gsl_matrix_ptr(w->inner, shard, b) +=
          gsl_matrix_get(&met.matrix, i, b) *
          gsl_matrix_get(w->member, b, first + i);
  return GSL_SUCCESS;
}

/* Adds the shards, in their order, into the first. */
static void gather(sums *w) {
  gsl_matrix *const part[] = {w->inner, w->all, w->to_x};
  for (size_t p = 0; p < sizeof part / sizeof *part; p++) {
    gsl_vector_view sum = gsl_matrix_row(part[p], 0);
    for (size_t i = 1; i < w->cut.shards; i++) {
      gsl_vector_view more = gsl_matrix_row(part[p], i);
      gsl_vector_add(&sum.vector, &more.vector);
    }
  }
}

/* ---- what follows from them ---- */

typedef struct {
  double n, m, xx, xy, yy; /* rows of a side; sums over ordered pairs */
} split_sums;

/*                                                             [twosample.2] */
static double unbiased(split_sums s) {
  return s.xx / (s.n * (s.n - 1)) + s.yy / (s.m * (s.m - 1)) -
         2 * s.xy / (s.n * s.m);
}

static split_sums of_split(const sums *w, size_t b, double total) {
  const size_t N = w->distance->size1;
  const double *s = gsl_matrix_const_ptr(w->member, b, 0), *r = w->all->data;
  split_sums of = {.xx = 2 * gsl_matrix_get(w->inner, 0, b)};
  double from_x = 0;
  for (size_t i = 0; i < N; i++) {
    of.n += s[i];
    from_x += s[i] * r[i];
  }
  of.m = (double)N - of.n;
  of.xy = from_x - of.xx;
  of.yy = total - of.xx - 2 * of.xy;
  return of;
}

/* T without row i. */
static double without(const sums *w, split_sums s, size_t i) {
  const double to_x = w->to_x->data[i], to_y = w->all->data[i] - to_x;
  if (gsl_matrix_get(w->member, 0, i) > 0) {
    s.n--;
    s.xx -= 2 * to_x;
    s.xy -= to_y;
  } else {
    s.m--;
    s.yy -= 2 * to_y;
    s.xy -= to_x;
  }
  return unbiased(s);
}

/*                                                             [twosample.3] */
static double jackknife(const sums *w, split_sums s) {
  const size_t N = w->distance->size1;
  const double *in = gsl_matrix_const_ptr(w->member, 0, 0);
  double mean[2] = {0, 0}, squares[2] = {0, 0};
  if (s.n < 3 || s.m < 3)
    return NAN;
  for (size_t i = 0; i < N; i++)
    mean[in[i] > 0] += without(w, s, i) / (in[i] > 0 ? s.n : s.m);
  for (size_t i = 0; i < N; i++) {
    const double off = without(w, s, i) - mean[in[i] > 0];
    squares[in[i] > 0] += off * off;
  }
  return sqrt((s.n - 1) / s.n * squares[1] + (s.m - 1) / s.m * squares[0]);
}

static int check(const sums *w, double width, const gsl_vector *statistic) {
  const size_t N = w->distance->size1;
  if (w->distance->size2 != N || w->member->size2 != N ||
      statistic->size != w->member->size1)
    return mg_fail(GSL_EBADLEN,
                   "%zu x %zu distances, %zu splits of %zu rows and room for "
                   "%zu statistics do not fit",
                   N, w->distance->size2, w->member->size1, w->member->size2,
                   statistic->size);
  if (w->kernel == MG_KERNEL_GAUSSIAN && !(width > 0 && isfinite(width)))
    return mg_fail(GSL_EINVAL, "a Gaussian kernel has a finite width above 0");
  return GSL_SUCCESS;
}

static int statistics(sums *w, gsl_vector *statistic, double *std_error) {
  double total = 0;
  gather(w);
  for (size_t i = 0; i < w->distance->size1; i++)
    total += w->all->data[i];
  for (size_t b = 0; b < statistic->size; b++) {
    const split_sums s = of_split(w, b, total);
    if (s.n < 2 || s.m < 2)
      return mg_fail(GSL_EINVAL, "%.0f and %.0f rows: two of each at least",
                     s.n, s.m);
    gsl_vector_set(statistic, b, unbiased(s));
    if (b == 0)
      *std_error = jackknife(w, s);
  }
  return GSL_SUCCESS;
}

int mg_discrepancy_of(const gsl_matrix *distance, mg_kernel kernel,
                      double width, const gsl_matrix *member, size_t threads,
                      gsl_vector *statistic, double *std_error) {
  sums w = {.distance = distance,
            .member = member,
            .kernel = kernel,
            .scale = 1 / (2 * width * width)};
  int status = check(&w, width, statistic);
  if (status == GSL_SUCCESS)
    status = sums_init(&w, threads);
  if (status == GSL_SUCCESS)
    status = mg_shards_run(&w.cut, threads, &w, sum_strip);
  if (status == GSL_SUCCESS)
    status = statistics(&w, statistic, std_error);
  sums_clear(&w);
  return status;
}
