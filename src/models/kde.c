/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernel density estimation with a product of Gaussians (Rosenblatt 1956;
 * Parzen 1962).
 *
 * Nothing is fitted but the bandwidth: small h puts a spike on every row, and
 * new data fall between them; large h is one broad hill.  Rules of thumb take
 * h from the spread of the columns (models/bandwidth); cv takes their
 * proportions and finds the common factor that maximises the mean of the
 * leave-one-out log densities [kde.2] (kde_cv.c).
 *
 * The arithmetic: rows are centred on their mean, divided by h and kept by
 * column, so that distances to a query are sums over contiguous rows, in
 * blocks, four columns at a time.  Differences are squared, never expanded into
 * |a|^2 - 2ab + |b|^2, so nothing cancels.  The log of the sum over rows goes
 * with a running maximum [log.1]; terms under e^-50 of the largest change no
 * digit of it and cost no exp.
 *
 * Not here: full bandwidth matrices, adaptive bandwidths, trees. */
#include "models/kde.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/logmath.h"
#include "base/status.h"
#include "models/kde_cv.h"

enum {
  BLOCK = 512, /* kept rows at a time: 4 kB of distances */
  QUERIES = 8  /* data at a time against them */
};

static const mg_option kde_option_table[] = {
    {"bandwidth", MG_OPTION_CHOICE, offsetof(mg_kde_options, bandwidth), 0, 0,
     "scott|silverman|nrd0|cv|fixed", "rule that chooses the bandwidth"},
    {"h", MG_OPTION_REAL, offsetof(mg_kde_options, h), 1e-300, 1e300, NULL,
     "bandwidth of every column, in its unit (bandwidth fixed)"},
    {.name = NULL}};

mg_kde_options mg_kde_options_default(void) {
  return (mg_kde_options){.bandwidth = MG_BANDWIDTH_SCOTT, .h = 1};
}

/* ---- memory ---- */

int mg_kde_init(mg_kde *k, const mg_space *space,
                const mg_kde_options *options) {
  if (space->measure != MG_REALS)
    return mg_fail(GSL_EINVAL, "kde is for reals, not %s",
                   mg_measure_name(space->measure));
  k->dim = space->dim;
  k->options = *options;
  k->bandwidth = calloc(k->dim, sizeof(double));
  k->centre = calloc(k->dim, sizeof(double));
  if (!k->bandwidth || !k->centre)
    return mg_fail(GSL_ENOMEM, "no memory for %zu bandwidths", k->dim);
  for (size_t j = 0; j < k->dim; j++)
    k->bandwidth[j] = options->h;
  return GSL_SUCCESS;
}

void mg_kde_clear(mg_kde *k) {
  gsl_matrix_free(k->sample);
  free(k->bandwidth);
  free(k->centre);
  free(k->scaled);
  *k = (mg_kde){0};
}

static size_t kept(const mg_kde *k) {
  return k->sample ? k->sample->size1 : 0;
}

/* From sample and bandwidth: centre, scaled, log_norm. */
static int derive(mg_kde *k) {
  const size_t n = kept(k);
  size_t cells;
  double *scaled = NULL;
  if (mg_size_product(n, k->dim, &cells))
    scaled = realloc(k->scaled, cells * sizeof *scaled);
  if (!scaled)
    return mg_fail(GSL_ENOMEM, "no memory to scale %zu rows", n);
  k->scaled = scaled;
  k->log_norm = -0.5 * MG_LN_2PI * (double)k->dim;
  for (size_t j = 0; j < k->dim; j++) {
    const double h = k->bandwidth[j];
    if (!(h >= DBL_MIN && h <= DBL_MAX))
      return mg_fail(GSL_EDOM, "column %zu: a bandwidth of %g", j + 1, h);
    const double *x = k->sample->data + j;
    double c = gsl_stats_mean(x, k->sample->tda, n);
    for (size_t i = 0; i < n; i++) {
      scaled[j * n + i] = (x[i * k->sample->tda] - c) / h;
      if (!isfinite(scaled[j * n + i]))
        return mg_fail(GSL_EDOM,
                       "row %zu, column %zu: %g is not finite, or "
                       "too large for a bandwidth of %g",
                       i + 1, j + 1, x[i * k->sample->tda], h);
    }
    k->centre[j] = c;
    k->log_norm -= log(h);
  }
  return GSL_SUCCESS;
}

/* ---- distances, and the log of a sum of kernels ---- */

/* Squared distances of a scaled query to kept rows first .. first + n - 1.
 *   q  in  column j of the query at q[j * stride] */
static void square_distances(const mg_kde *k, const double *q, size_t stride,
                             size_t first, size_t n, double *restrict square) {
  const size_t N = kept(k), D = k->dim;
  const double *restrict z = k->scaled + first;
  size_t j = 0;
  memset(square, 0, n * sizeof *square);
  for (; j + 4 <= D; j += 4, z += 4 * N, q += 4 * stride) {
    const double a = q[0], b = q[stride], c = q[2 * stride], d = q[3 * stride];
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
      double s = a - z[i], t = b - z[N + i];
      double u = c - z[2 * N + i], v = d - z[3 * N + i];
      square[i] += s * s + t * t + u * u + v * v;
    }
  }
  for (; j < D; j++, z += N, q += stride)
#pragma omp simd
    for (size_t i = 0; i < n; i++)
      square[i] += (q[0] - z[i]) * (q[0] - z[i]);
}

/* Adds exp(-rate * square_i) to a sum kept as e^max * sum. */
static void add_kernels(size_t n, const double *square, double rate,
                        double *max, double *sum) {
  double least = INFINITY;
  for (size_t i = 0; i < n; i++)
    least = square[i] < least ? square[i] : least;
  if (least == INFINITY)
    return;
  if (-rate * least > *max) {
    *sum *= exp(*max + rate * least);
    *max = -rate * least;
  }
  for (size_t i = 0; i < n; i++) {
    double a = -rate * square[i] - *max;
    if (a > -50)
      *sum += exp(a);
  }
}

/* log sum_i exp(-rate |q - z_i|^2) over the kept rows but `skip` (N: all), of
 * m <= QUERIES data q, which share each block of kept rows while the cache has
 * it.  Column j of datum a stands at q[a * dim + j * stride]. */
static void log_kernels(const mg_kde *k, const double *q, size_t stride,
                        size_t m, double rate, size_t skip, double *log_sum) {
  const size_t N = kept(k);
  double square[BLOCK], max[QUERIES], sum[QUERIES] = {0};
  for (size_t a = 0; a < m; a++)
    max[a] = -INFINITY;
  for (size_t first = 0; first < N; first += BLOCK) {
    size_t n = N - first < BLOCK ? N - first : BLOCK;
    for (size_t a = 0; a < m; a++) {
      square_distances(k, q + a * k->dim, stride, first, n, square);
      if (skip >= first && skip < first + n)
        square[skip - first] = INFINITY;
      add_kernels(n, square, rate, &max[a], &sum[a]);
    }
  }
  for (size_t a = 0; a < m; a++)
    log_sum[a] = sum[a] > 0 ? max[a] + log(sum[a]) : -INFINITY;
}

/* ---- density ---- */

static int scale_query(const mg_kde *k, const double *x, double *q) {
  for (size_t j = 0; j < k->dim; j++) {
    if (isnan(x[j]))
      return mg_fail(GSL_EDOM, "column %zu of a datum is not a number", j + 1);
    q[j] = (x[j] - k->centre[j]) / k->bandwidth[j];
  }
  return GSL_SUCCESS;
}

static int check_kept(const mg_kde *k) {
  if (kept(k) == 0)
    return mg_fail(GSL_EINVAL, "kde keeps no rows yet: fit it first");
  return GSL_SUCCESS;
}

int mg_kde_log_density(const mg_kde *k, const gsl_matrix *x,
                       gsl_vector *log_p) {
  int status = mg_shape_check(k->dim, x, log_p);
  if (status == GSL_SUCCESS)
    status = check_kept(k);
  if (status != GSL_SUCCESS)
    return status;
  const double rest = k->log_norm - log((double)kept(k));
  double log_sum[QUERIES], *q = calloc(k->dim, QUERIES * sizeof *q);
  if (!q)
    return mg_fail(GSL_ENOMEM, "no memory for a datum");
  for (size_t i = 0; i < x->size1 && status == GSL_SUCCESS; i += QUERIES) {
    const size_t m = x->size1 - i < QUERIES ? x->size1 - i : QUERIES;
    for (size_t a = 0; a < m && status == GSL_SUCCESS; a++)
      status = scale_query(k, x->data + (i + a) * x->tda, q + a * k->dim);
    log_kernels(k, q, 1, m, 0.5, kept(k), log_sum);
    for (size_t a = 0; a < m; a++)
      gsl_vector_set(log_p, i + a, rest + log_sum[a]);
  }
  free(q);
  return status;
}

double mg_kde_left_out(const mg_kde *k, size_t i, double c) {
  const size_t n = kept(k);
  double log_sum;
  log_kernels(k, k->scaled + i, n, 1, 0.5 / (c * c), i, &log_sum);
  return log_sum + k->log_norm - (double)k->dim * log(c) - log((double)(n - 1));
}

double mg_kde_held_out(const mg_kde *k, const gsl_matrix *q, size_t i,
                       double c) {
  double log_sum;
  log_kernels(k, gsl_matrix_const_ptr(q, i, 0), 1, 1, 0.5 / (c * c), kept(k),
              &log_sum);
  return log_sum + k->log_norm - (double)k->dim * log(c) - log((double)kept(k));
}

int mg_kde_leave_one_out(const mg_kde *k, gsl_vector *log_p) {
  if (kept(k) < 2)
    return mg_fail(GSL_EDOM, "%zu rows: leaving one out takes at least 2",
                   kept(k));
  if (log_p->size != kept(k))
    return mg_fail(GSL_EBADLEN, "room for %zu log densities of %zu rows",
                   log_p->size, kept(k));
  for (size_t i = 0; i < kept(k); i++)
    gsl_vector_set(log_p, i, mg_kde_left_out(k, i, 1));
  return GSL_SUCCESS;
}

/* ---- bandwidth ---- */

static int widen(mg_kde *k, double c) {
  for (size_t j = 0; j < k->dim; j++)
    k->bandwidth[j] *= c;
  return derive(k);
}

/* The bandwidth for the rows of k, and all that follows from it. */
static int choose_bandwidth(mg_kde *k, size_t threads, double *leave_one_out) {
  int status = GSL_SUCCESS;
  double c = 1;
  *leave_one_out = NAN;
  if (k->options.bandwidth != MG_BANDWIDTH_FIXED)
    status = mg_bandwidth_choose(k->options.bandwidth, k->sample, k->bandwidth);
  if (status == GSL_SUCCESS)
    status = derive(k);
  if (status != GSL_SUCCESS || k->options.bandwidth != MG_BANDWIDTH_CV)
    return status;
  status = mg_kde_choose_factor(k, NULL, threads, &c, leave_one_out);
  return status == GSL_SUCCESS ? widen(k, c) : status;
}

int mg_kde_fit_bandwidth(mg_kde *k, const gsl_matrix *held_out, size_t threads,
                         double *mean) {
  double c = 1, greatest = NAN;
  int status = mg_shape_check(k->dim, held_out, NULL);
  if (status == GSL_SUCCESS)
    status = check_kept(k);
  if (status == GSL_SUCCESS)
    status = mg_finite_check(held_out);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *q = gsl_matrix_alloc(held_out->size1, k->dim);
  if (!q)
    return mg_fail(GSL_ENOMEM, "no memory for %zu rows", held_out->size1);
  for (size_t i = 0; status == GSL_SUCCESS && i < q->size1; i++)
    status = scale_query(k, held_out->data + i * held_out->tda,
                         q->data + i * q->tda);
  if (status == GSL_SUCCESS)
    status = mg_kde_choose_factor(k, q, threads, &c, &greatest);
  gsl_matrix_free(q);
  if (status == GSL_SUCCESS && mean)
    *mean = greatest;
  return status == GSL_SUCCESS ? widen(k, c) : status;
}

int mg_kde_set(mg_kde *k, gsl_matrix *rows, size_t threads,
               double *leave_one_out) {
  const mg_space space = {.dim = k->dim, .measure = MG_REALS};
  mg_kde next = {0};
  int status = mg_shape_check(k->dim, rows, NULL);
  if (status == GSL_SUCCESS)
    status = mg_kde_init(&next, &space, &k->options);
  next.sample = rows;
  if (status == GSL_SUCCESS)
    status = choose_bandwidth(&next, threads, leave_one_out);
  if (status != GSL_SUCCESS) {
    next.sample = NULL;
    mg_kde_clear(&next);
    return status;
  }
  mg_kde_clear(k);
  *k = next;
  return GSL_SUCCESS;
}

int mg_kde_sample(const mg_kde *k, gsl_rng *rng, gsl_matrix *x) {
  int status = mg_shape_check(k->dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = check_kept(k);
  for (size_t m = 0; status == GSL_SUCCESS && m < x->size1; m++) {
    size_t i = gsl_rng_uniform_int(rng, kept(k));
    const double *row = k->sample->data + i * k->sample->tda;
    for (size_t j = 0; j < k->dim; j++)
      x->data[m * x->tda + j] =
          row[j] + k->bandwidth[j] * gsl_ran_gaussian_ziggurat(rng, 1);
  }
  return status;
}

/* ---- as a model ---- */

static void kde_options_default(const mg_space *space, void *options) {
  (void)space;
  *(mg_kde_options *)options = mg_kde_options_default();
}

static bool kde_idle(const mg_space *space, const void *options,
                     const char *name) {
  const mg_kde_options *o = options;
  (void)space;
  return o->bandwidth != MG_BANDWIDTH_FIXED && strcmp(name, "h") == 0;
}

static int kde_init(void *self, const mg_space *space, const void *options) {
  return mg_kde_init(self, space, options);
}

static void kde_clear(void *self) {
  mg_kde_clear(self);
}

static mg_need kde_need(const void *self, size_t n) {
  (void)self;
  (void)n;
  return (mg_need){.rows = true};
}

static int kde_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                      mg_stats *stats) {
  const mg_kde *k = self;
  (void)rng;
  return mg_stats_keep(stats, k->dim, &batch->x);
}

static int kde_update(void *self, mg_stats *stats, mg_report *report) {
  double leave_one_out;
  int status = mg_kde_set(self, stats->rows, stats->threads, &leave_one_out);
  if (status != GSL_SUCCESS)
    return status;
  stats->rows = NULL;
  *report = (mg_report){.log_likelihood = NAN,
                        .objective = leave_one_out,
                        .objective_name = "leave-one-out log-likelihood",
                        .finished = true};
  return GSL_SUCCESS;
}

static void kde_tensors(void *self, mg_tensors *list) {
  mg_kde *k = self;
  const size_t shape[] = {kept(k), k->dim};
  mg_tensors_add(list, "sample", k->sample ? k->sample->data : NULL,
                 kept(k) * k->dim, 2, shape);
  mg_tensors_add(list, "bandwidth", k->bandwidth,
                 k->options.bandwidth == MG_BANDWIDTH_FIXED ? 0 : k->dim, 1,
                 &k->dim);
}

static int kde_reserve(void *self, size_t rows) {
  mg_kde *k = self;
  gsl_matrix *room = rows ? gsl_matrix_calloc(rows, k->dim) : NULL;
  if (!room)
    return mg_fail(rows ? GSL_ENOMEM : GSL_EINVAL, "no room for %zu rows",
                   rows);
  gsl_matrix_free(k->sample);
  k->sample = room;
  return GSL_SUCCESS;
}

static int kde_refresh(void *self) {
  mg_kde *k = self;
  int status = check_kept(k);
  return status == GSL_SUCCESS ? derive(k) : status;
}

static int kde_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_kde_sample(self, rng, x);
}

static int kde_log_density(const void *self, const gsl_matrix *x,
                           gsl_vector *log_p) {
  return mg_kde_log_density(self, x, log_p);
}

const mg_model_type mg_kde_type = {.name = "kde",
                                   .title = "Kernel density",
                                   .source = "Rosenblatt (1956); Parzen (1962)",
                                   .size = sizeof(mg_kde),
                                   .measures = 1u << MG_REALS,
                                   .passes = 1,
                                   .options = kde_option_table,
                                   .options_size = sizeof(mg_kde_options),
                                   .options_default = kde_options_default,
                                   .idle = kde_idle,
                                   .init = kde_init,
                                   .clear = kde_clear,
                                   .need = kde_need,
                                   .gather = kde_gather,
                                   .update = kde_update,
                                   .tensors = kde_tensors,
                                   .reserve = kde_reserve,
                                   .refresh = kde_refresh,
                                   .sample = kde_sample,
                                   .log_density = kde_log_density};
