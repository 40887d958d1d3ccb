/* SPDX-License-Identifier: GPL-3.0-or-later */
/* k-nearest-neighbour density estimation (Fix & Hodges 1951; Loftsgaarden &
 * Quesenberry 1965).
 *
 * A histogram and a kernel fix a volume and count the rows in it; here the
 * count is fixed and the volume grows until it holds k [knn.1], so there is
 * detail where rows are dense and calm where they are not.  Small k follows
 * every row, large k sees one hill.
 *
 * The price: far away from all rows r_k(x) grows like |x|, p like |x|^-D, and
 * the integral of that over space diverges, for every N, D and k.  So this is
 * no distribution.  It cannot be sampled, and log p(x) here is no claim about
 * anything: `improper` says so, and eval/ prints it under "none" and ranks it
 * nowhere.  Nor does its mean on new data choose k: for many rows that is above
 * the truth by log k - psi(k) (Kozachenko & Leonenko 1987), and k = 1 always
 * wins.  What it is good for is a picture, a classifier by Bayes' rule (the
 * factor that is missing is the same for every class), and this lesson.
 *
 * Rows on the very place of x: where there are k of them the ball has no
 * volume, and log p is +inf.  So says the formula, and so does this: an error
 * would take the numbers of all other data along, and any finite number would
 * be invented.  A mean over data is then +inf too, which harms no comparison,
 * since this family has no rank in any.  It is what happens on the training
 * rows with k = 1, each its own neighbour; leave-one-out [knn.2] takes the row
 * itself away and says +inf of true copies only.
 *
 * The arithmetic: differences are squared, never expanded into |a|^2 - 2ab +
 * |b|^2, so a copy is at the distance 0 exactly.  The squares overflow beyond
 * distances of 10^154, which then count as infinite.  Distances are Euclidean
 * in the columns' own units: where these differ (minutes and metres), scale the
 * columns first.
 *
 * Not here: trees, weights, other metrics. */
#include "models/knn.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"

static const mg_option knn_option_table[] = {
    {"k", MG_OPTION_SIZE, offsetof(mg_knn_options, k), 0, 1e9, NULL,
     "neighbours in the ball; 0: the square root of the number of rows"},
    {.name = NULL}};

mg_knn_options mg_knn_options_default(void) {
  return (mg_knn_options){.k = 0};
}

/* ---- memory ---- */

int mg_knn_init(mg_knn *q, const mg_space *space,
                const mg_knn_options *options) {
  if (space->measure != MG_REALS)
    return mg_fail(GSL_EINVAL, "knn is for reals, not %s",
                   mg_measure_name(space->measure));
  q->dim = space->dim;
  q->options = *options;
  return GSL_SUCCESS;
}

void mg_knn_clear(mg_knn *q) {
  gsl_matrix_free(q->sample);
  *q = (mg_knn){0};
}

static size_t kept(const mg_knn *q) {
  return q->sample ? q->sample->size1 : 0;
}

int mg_knn_set(mg_knn *q, gsl_matrix *rows) {
  int status = mg_shape_check(q->dim, rows, NULL);
  if (status == GSL_SUCCESS)
    status = mg_finite_check(rows);
  if (status != GSL_SUCCESS)
    return status;
  if (q->options.k > rows->size1)
    return mg_fail(GSL_EDOM, "k is %zu, and there are %zu rows: take fewer",
                   q->options.k, rows->size1);
  if (q->sample != rows)
    gsl_matrix_free(q->sample);
  q->sample = rows;
  q->k = q->options.k ? q->options.k : (size_t)lround(sqrt((double)kept(q)));
  return GSL_SUCCESS;
}

/* ---- the ball ---- */

/* Squared distances of x to every kept row. */
static void square_distances(const mg_knn *q, const double *x, double *square) {
  const size_t N = kept(q), D = q->dim;
  for (size_t i = 0; i < N; i++) {
    const double *row = q->sample->data + i * q->sample->tda;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < D; j++)
      sum += (x[j] - row[j]) * (x[j] - row[j]);
    square[i] = sum;
  }
}

/* log k / (n V_D r^D), r the root of the k-th smallest of the squares.
 *   nearest  in  room for k numbers */
static double log_ball(const mg_knn *q, const double *square, size_t n,
                       double *nearest) {
  const double D = (double)q->dim;
  const double log_volume = D / 2 * log(M_PI) - gsl_sf_lngamma(D / 2 + 1);
  gsl_sort_smallest(nearest, q->k, square, 1, n);
  return log((double)q->k) - log((double)n) - log_volume -
         D / 2 * log(nearest[q->k - 1]);
}

/* Room for N squares and the k smallest; NULL with the reason. */
static double *make_room(const mg_knn *q) {
  double *room = calloc(kept(q) + q->k, sizeof *room);
  if (!room)
    mg_fail(GSL_ENOMEM, "no memory for the distances to %zu rows", kept(q));
  return room;
}

static int check_k(const mg_knn *q, size_t most) {
  if (kept(q) == 0)
    return mg_fail(GSL_EINVAL, "knn keeps no rows yet: fit it first");
  if (q->k < 1 || q->k > most)
    return mg_fail(GSL_EINVAL, "k is %zu of %zu rows: give 1 .. %zu", q->k,
                   kept(q), most);
  return GSL_SUCCESS;
}

int mg_knn_log_density(const mg_knn *q, const gsl_matrix *x,
                       gsl_vector *log_p) {
  int status = mg_shape_check(q->dim, x, log_p);
  if (status == GSL_SUCCESS)
    status = check_k(q, kept(q));
  if (status != GSL_SUCCESS)
    return status;
  double *square = make_room(q);
  if (!square)
    return GSL_ENOMEM;
  for (size_t i = 0; i < x->size1; i++) {
    const double *row = x->data + i * x->tda;
    square_distances(q, row, square);
    if (isnan(square[0])) {
      status = mg_fail(GSL_EDOM, "datum %zu is not a number", i + 1);
      break;
    }
    gsl_vector_set(log_p, i, log_ball(q, square, kept(q), square + kept(q)));
  }
  free(square);
  return status;
}

int mg_knn_leave_one_out(const mg_knn *q, gsl_vector *log_p) {
  const size_t N = kept(q);
  int status = check_k(q, N ? N - 1 : 0);
  if (status != GSL_SUCCESS)
    return status;
  if (log_p->size != N)
    return mg_fail(GSL_EBADLEN, "room for %zu log densities of %zu rows",
                   log_p->size, N);
  double *square = make_room(q);
  if (!square)
    return GSL_ENOMEM;
  for (size_t i = 0; i < N; i++) {
    square_distances(q, gsl_matrix_const_ptr(q->sample, i, 0), square);
    square[i] = square[N - 1]; /* the others stand in the first N - 1 */
    gsl_vector_set(log_p, i, log_ball(q, square, N - 1, square + N));
  }
  free(square);
  return status;
}

/* ---- as a model ---- */

static void knn_options_default(const mg_space *space, void *options) {
  (void)space;
  *(mg_knn_options *)options = mg_knn_options_default();
}

static int knn_init(void *self, const mg_space *space, const void *options) {
  return mg_knn_init(self, space, options);
}

static void knn_clear(void *self) {
  mg_knn_clear(self);
}

static mg_need knn_need(const void *self, size_t n) {
  (void)self;
  (void)n;
  return (mg_need){.rows = true};
}

static int knn_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                      mg_stats *stats) {
  const mg_knn *q = self;
  (void)rng;
  return mg_stats_keep(stats, q->dim, &batch->x);
}

static int knn_update(void *self, mg_stats *stats, mg_report *report) {
  int status = mg_knn_set(self, stats->rows);
  if (status != GSL_SUCCESS)
    return status;
  stats->rows = NULL;
  *report = (mg_report){.log_likelihood = NAN,
                        .objective = NAN,
                        .objective_name = "none",
                        .finished = true};
  return GSL_SUCCESS;
}

static void knn_tensors(void *self, mg_tensors *list) {
  mg_knn *q = self;
  const size_t shape[] = {kept(q), q->dim};
  mg_tensors_add(list, "sample", q->sample ? q->sample->data : NULL,
                 kept(q) * q->dim, 2, shape);
}

static int knn_reserve(void *self, size_t rows) {
  mg_knn *q = self;
  gsl_matrix *room = rows ? gsl_matrix_calloc(rows, q->dim) : NULL;
  if (!room)
    return mg_fail(rows ? GSL_ENOMEM : GSL_EINVAL, "no room for %zu rows",
                   rows);
  gsl_matrix_free(q->sample);
  q->sample = room;
  return GSL_SUCCESS;
}

static int knn_refresh(void *self) {
  mg_knn *q = self;
  if (kept(q) == 0)
    return check_k(q, 0);
  return mg_knn_set(q, q->sample);
}

static int knn_log_density(const void *self, const gsl_matrix *x,
                           gsl_vector *log_p) {
  return mg_knn_log_density(self, x, log_p);
}

const mg_model_type mg_knn_type = {
    .name = "knn",
    .title = "Nearest neighbours",
    .source = "Fix & Hodges (1951); Loftsgaarden & Quesenberry (1965)",
    .size = sizeof(mg_knn),
    .measures = 1u << MG_REALS,
    .improper = true,
    .passes = 1,
    .options = knn_option_table,
    .options_size = sizeof(mg_knn_options),
    .options_default = knn_options_default,
    .init = knn_init,
    .clear = knn_clear,
    .need = knn_need,
    .gather = knn_gather,
    .update = knn_update,
    .tensors = knn_tensors,
    .reserve = knn_reserve,
    .refresh = knn_refresh,
    .log_density = knn_log_density};
