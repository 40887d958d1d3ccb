/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where EM starts, which decides which optimum it finds.
 *
 * k-means++ (Arthur & Vassilvitskii 2007): the first mean is a row drawn at
 * random, each further one a row drawn with probability proportional to its
 * squared distance from the nearest mean so far.  Rows far from every mean are
 * likely to be next, so separate clusters are rarely missed.  Coordinates are
 * measured in their own standard deviations, so that the unit of a column does
 * not decide.
 *
 * random: means at different rows, chosen at random.  Worse, on purpose: a
 * chapter shows the optima that it falls into.
 *
 * Either way the weights begin equal and every component with the same
 * diagonal covariance: the scatter of the rows about their nearest mean, which
 * is about the size of a cluster and not of the whole. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "models/gmm_block.h"

typedef struct {
  const gsl_matrix *x;
  double *scale;    /* D: 1 / sd of a column, 0 for a constant one */
  double *distance; /* N: squared, to the nearest mean so far */
  size_t *nearest;  /* N: which mean that is */
} seeding;

static double scaled_distance(const seeding *s, const double *row,
                              const double *mean) {
  double sum = 0;
  for (size_t i = 0; i < s->x->size2; i++)
    sum += gsl_pow_2((row[i] - mean[i]) * s->scale[i]);
  return sum;
}

/* Takes row n as mean k. */
static void take_row(const mg_gmm *g, seeding *s, size_t n, size_t k) {
  const gsl_matrix *x = s->x;
  double *mean = g->means->data + k * g->means->tda;
  for (size_t i = 0; i < x->size2; i++)
    mean[i] = gsl_matrix_get(x, n, i);
  for (size_t r = 0; r < x->size1; r++) {
    double d = scaled_distance(s, x->data + r * x->tda, mean);
    if (k == 0 || d < s->distance[r]) {
      s->distance[r] = d;
      s->nearest[r] = k;
    }
  }
}

/* A row with probability proportional to its distance; any row when all are
 * at a mean already (K > N, or equal rows). */
static size_t far_row(const seeding *s, gsl_rng *rng) {
  const size_t n = s->x->size1;
  double total = 0;
  for (size_t r = 0; r < n; r++)
    total += s->distance[r];
  if (!(total > 0) || !isfinite(total))
    return gsl_rng_uniform_int(rng, n);
  double left = gsl_rng_uniform(rng) * total;
  for (size_t r = 0; r < n; r++)
    if ((left -= s->distance[r]) < 0)
      return r;
  return n - 1;
}

static void choose_means(mg_gmm *g, seeding *s, gsl_rng *rng) {
  const size_t n = s->x->size1;
  for (size_t k = 0; k < g->options.components; k++) {
    bool spread_out = g->options.start == MG_GMM_KMEANS && k > 0;
    take_row(g, s, spread_out ? far_row(s, rng) : gsl_rng_uniform_int(rng, n),
             k);
  }
}

/* Variance of coordinate i about the nearest means, never below the floor. */
static double pooled_variance(const mg_gmm *g, const seeding *s, size_t i) {
  double sum = 0;
  for (size_t r = 0; r < s->x->size1; r++)
    sum += gsl_pow_2(gsl_matrix_get(s->x, r, i) -
                     gsl_matrix_get(g->means, s->nearest[r], i));
  double variance = sum / (double)s->x->size1 + g->options.floor;
  /* With as many means as rows nothing is left; the column's own will do. */
  if (!(variance > 0) && s->scale[i] > 0)
    variance = 1 / gsl_pow_2(s->scale[i]);
  return variance;
}

static void set_spread(mg_gmm *g, const seeding *s) {
  const size_t d = g->dim;
  double mean = 0;
  gsl_matrix_set_zero(g->spread);
  for (size_t i = 0; i < d; i++) {
    const double variance = pooled_variance(g, s, i);
    mean += variance / (double)d;
    for (size_t m = 0; m * d < g->spread->size1 * g->spread->size2; m++) {
      if (g->options.covariance == MG_GMM_DIAGONAL)
        gsl_matrix_set(g->spread, m, i, variance);
      else if (g->options.covariance != MG_GMM_SPHERICAL && m % d == 0)
        gsl_matrix_set(g->spread, m + i, i, variance);
    }
  }
  if (g->options.covariance == MG_GMM_SPHERICAL)
    gsl_matrix_set_all(g->spread, mean);
}

static void scale_columns(seeding *s) {
  const gsl_matrix *x = s->x;
  for (size_t i = 0; i < x->size2; i++) {
    double variance =
        x->size1 > 1 ? gsl_stats_variance(x->data + i, x->tda, x->size1) : 0;
    s->scale[i] = variance > 0 ? 1 / sqrt(variance) : 0;
  }
}

int mg_gmm_start_from(mg_gmm *g, gsl_rng *rng, const gsl_matrix *x) {
  seeding s = {.x = x,
               .scale = calloc(x->size2, sizeof *s.scale),
               .distance = calloc(x->size1, sizeof *s.distance),
               .nearest = calloc(x->size1, sizeof *s.nearest)};
  int status = GSL_SUCCESS;
  if (!s.scale || !s.distance || !s.nearest)
    status = mg_fail(GSL_ENOMEM, "no memory to start from %zu rows", x->size1);
  if (status == GSL_SUCCESS) {
    scale_columns(&s);
    choose_means(g, &s, rng);
    gsl_vector_set_all(g->weights, 1 / (double)g->options.components);
    set_spread(g, &s);
    status = mg_gmm_refresh(g);
  }
  free(s.scale);
  free(s.distance);
  free(s.nearest);
  return status;
}

int mg_gmm_start_row(mg_gmm *g, double first, double apart, double sd) {
  const size_t n = g->options.components;
  if (g->dim != 1)
    return mg_fail(GSL_EINVAL,
                   "a row of means lies on the line, not in %zu "
                   "dimensions",
                   g->dim);
  gsl_vector_set_all(g->weights, 1 / (double)n);
  gsl_matrix_set_all(g->spread, sd * sd);
  for (size_t k = 0; k < n; k++)
    gsl_matrix_set(g->means, k, 0, first + (double)k * apart);
  return mg_gmm_refresh(g);
}
