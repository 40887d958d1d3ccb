/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products of one-dimensional Gaussians; see normals.h.
 *
 * A variance below DBL_MIN is refused: its reciprocal would be infinite.  The
 * floor is a bound from below and nothing else: a variance above it is the
 * maximum-likelihood one to rounding.  It is in the data's units squared, so
 * who measures in kilometres what others measure in millimetres must choose
 * another.
 *
 * Not here: correlations between columns (a Gaussian mixture has them). */
#include "models/normals.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/logmath.h"
#include "base/status.h"

int mg_normals_init(mg_normals *g, size_t dim, size_t count) {
  size_t size, bytes;
  g->count = count;
  g->dim = dim;
  if (mg_size_product(count, dim, &size) &&
      mg_size_product(size, 2 * sizeof(double), &bytes)) {
    g->mean = calloc(size, sizeof(double));
    g->variance = calloc(size, sizeof(double));
    g->base = calloc(count, sizeof(double));
  }
  if (!g->mean || !g->variance || !g->base)
    return mg_fail(GSL_ENOMEM, "no memory for %zu x %zu Gaussians", count, dim);
  for (size_t i = 0; i < size; i++)
    g->variance[i] = 1;
  return mg_normals_refresh(g);
}

void mg_normals_clear(mg_normals *g) {
  free(g->mean);
  free(g->variance);
  free(g->base);
  *g = (mg_normals){0};
}

int mg_normals_start(mg_normals *g, const gsl_matrix *x) {
  for (size_t j = 0; j < g->dim; j++) {
    double m = gsl_stats_mean(x->data + j, x->tda, x->size1);
    double v =
        gsl_stats_variance_with_fixed_mean(x->data + j, x->tda, x->size1, m);
    if (!isfinite(m) || !isfinite(v))
      return mg_fail(GSL_EDOM, "column %zu has a value that is not finite",
                     j + 1);
    for (size_t k = 0; k < g->count; k++) {
      g->mean[k * g->dim + j] = m;
      g->variance[k * g->dim + j] = v >= DBL_MIN ? v : 1;
    }
  }
  return mg_normals_refresh(g);
}

size_t mg_normals_sums(const mg_normals *g) {
  return 2 * g->count * g->dim;
}

int mg_normals_score(const mg_normals *g, const double *x, double *log_p) {
  const double *m = g->mean, *v = g->variance;
  for (size_t k = 0; k < g->count; k++, m += g->dim, v += g->dim) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < g->dim; j++)
      sum += (x[j] - m[j]) * (x[j] - m[j]) / v[j];
    if (isnan(sum))
      return mg_fail(GSL_EDOM, "a datum has a value that is not a number");
    log_p[k] = g->base[k] - 0.5 * sum;
  }
  return GSL_SUCCESS;
}

int mg_normals_gather(const mg_normals *g, const double *x, const double *r,
                      double *sums) {
  const size_t size = g->count * g->dim;
  for (size_t j = 0; j < g->dim; j++)
    if (!isfinite(x[j]))
      return mg_fail(GSL_EDOM, "column %zu has a value that is not finite",
                     j + 1);
  for (size_t k = 0; k < g->count; k++) {
    const double *m = g->mean + k * g->dim;
    double *s = sums + k * g->dim, *q = s + size;
    if (r[k] == 0)
      continue;
    for (size_t j = 0; j < g->dim; j++) {
      double d = x[j] - m[j];
      s[j] += r[k] * d;
      q[j] += r[k] * d * d;
    }
  }
  return GSL_SUCCESS;
}

/* Law k's maximum-likelihood variance in column j, and its mean's move. */
static double new_variance(const mg_normals *g, double total,
                           const double *sums, size_t i, double *move) {
  const size_t size = g->count * g->dim;
  *move = sums[i] / total;
  return fmax(sums[size + i] / total - *move * *move, 0);
}

static int check_update(const mg_normals *g, const double *total,
                        const double *sums, double floor) {
  double move;
  for (size_t i = 0; i < g->count * g->dim; i++) {
    if (total[i / g->dim] == 0)
      continue;
    double v = fmax(new_variance(g, total[i / g->dim], sums, i, &move), floor);
    if (!isfinite(v) || !isfinite(move))
      return mg_fail(GSL_EDOM, "column %zu: the variance overflows",
                     i % g->dim + 1);
    if (v < DBL_MIN)
      return mg_fail(GSL_EDOM,
                     "column %zu is constant: its density has no bound; set "
                     "floor above 0",
                     i % g->dim + 1);
  }
  return GSL_SUCCESS;
}

int mg_normals_update(mg_normals *g, const double *total, const double *sums,
                      double floor, double *log_joint) {
  int status = check_update(g, total, sums, floor);
  if (status != GSL_SUCCESS)
    return status;
  *log_joint = 0;
  for (size_t i = 0; i < g->count * g->dim; i++) {
    double move, n = total[i / g->dim];
    if (n == 0)
      continue;
    double v = new_variance(g, n, sums, i, &move);
    g->mean[i] += move;
    g->variance[i] = fmax(v, floor);
    /* The mean square distance from the new mean is v. */
    *log_joint -=
        0.5 * n * (MG_LN_2PI + log(g->variance[i]) + v / g->variance[i]);
  }
  return mg_normals_refresh(g);
}

void mg_normals_tensors(mg_normals *g, mg_tensors *list) {
  const size_t shape[] = {g->count, g->dim};
  const size_t size = g->count * g->dim;
  mg_tensors_add(list, "mean", g->mean, size, 2, shape);
  mg_tensors_add(list, "variance", g->variance, size, 2, shape);
}

int mg_normals_refresh(mg_normals *g) {
  for (size_t k = 0; k < g->count; k++) {
    double sum = 0;
    for (size_t i = k * g->dim; i < (k + 1) * g->dim; i++) {
      double v = g->variance[i];
      if (!isfinite(g->mean[i]) || !(v >= DBL_MIN && v <= DBL_MAX))
        return mg_fail(GSL_EDOM,
                       "law %zu: mean %g, variance %g make no Gaussian", k + 1,
                       g->mean[i], v);
      sum += MG_LN_2PI + log(v);
    }
    g->base[k] = -0.5 * sum;
  }
  return GSL_SUCCESS;
}

void mg_normals_sample(const mg_normals *g, gsl_rng *rng, size_t k, double *x) {
  const double *m = g->mean + k * g->dim, *v = g->variance + k * g->dim;
  for (size_t j = 0; j < g->dim; j++)
    x[j] = m[j] + sqrt(v[j]) * gsl_ran_gaussian_ziggurat(rng, 1);
}
