/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spherical Gaussian, by maximum likelihood in one pass.
 *
 * What gather adds up are differences from a fixed point c near the data, the
 * mean of the sample that start was shown:                            [sph.2]
 *
 *     s = sum_n (x_n - c),     q = sum_n |x_n - c|^2
 *
 * and update solves for the parameters at once,                       [sph.3]
 *
 *     m = c + s / N,     v = max(floor, (q / N - |s / N|^2) / D)
 *
 * With c = 0 the subtraction in v would lose every digit for data such as
 * seconds since 1970; near the data it loses none.  N, s and q are sums over
 * data, so the statistics of two parts are added, and it does not matter who
 * gathered which part.
 *
 * Of the data that were counted, the new parameters' mean log-likelihood is
 * known without a second look, with v' the variance before the floor: [sph.4]
 *
 *     1/N sum_n log p(x_n) = -D/2 (log 2 pi v + v' / v)
 *
 * Not here: other shapes of covariance (the Gaussian mixture has them). */
#include "spherical.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"

static const mg_option spherical_option_table[] = {
    {"floor", MG_OPTION_REAL, offsetof(mg_spherical_options, floor), 0, 1e300,
     NULL, "least variance, data unit squared"},
    {.name = NULL}};

mg_spherical_options mg_spherical_options_default(void) {
  return (mg_spherical_options){.floor = 1e-6};
}

int mg_spherical_init(mg_spherical *g, const mg_space *space,
                      const mg_spherical_options *options) {
  g->options = *options;
  g->dim = space->dim;
  g->variance = 1;
  g->mean = calloc(g->dim, sizeof *g->mean);
  if (!g->mean)
    return mg_fail(GSL_ENOMEM, "no memory for %zu means", g->dim);
  return GSL_SUCCESS;
}

void mg_spherical_clear(mg_spherical *g) {
  free(g->mean);
  *g = (mg_spherical){.dim = 0};
}

static double squared_distance(const mg_spherical *g, const double *x) {
  double sum = 0;
  for (size_t j = 0; j < g->dim; j++)
    sum += (x[j] - g->mean[j]) * (x[j] - g->mean[j]);
  return sum;
}

int mg_spherical_log_density(const mg_spherical *g, const gsl_matrix *x,
                             gsl_vector *log_p) {
  const double norm = (double)g->dim * (MG_LN_2PI + log(g->variance));
  int status = mg_shape_check(g->dim, x, log_p);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++) {
    double distance = squared_distance(g, x->data + n * x->tda);
    if (isnan(distance))
      return mg_fail(GSL_EDOM, "row %zu of the data has a NaN", n + 1);
    gsl_vector_set(log_p, n, -0.5 * (norm + distance / g->variance));
  }
  return status;
}

int mg_spherical_sample(const mg_spherical *g, gsl_rng *rng, gsl_matrix *x) {
  const double sd = sqrt(g->variance);
  int status = mg_shape_check(g->dim, x, NULL);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++)
    for (size_t j = 0; j < g->dim; j++)
      gsl_matrix_set(x, n, j,
                     g->mean[j] + sd * gsl_ran_gaussian_ziggurat(rng, 1));
  return status;
}

/* ---- as a model ---- */

static void spherical_options_default(const mg_space *space, void *options) {
  (void)space;
  *(mg_spherical_options *)options = mg_spherical_options_default();
}

static int spherical_init(void *self, const mg_space *space,
                          const void *options) {
  return mg_spherical_init(self, space, options);
}

static void spherical_clear(void *self) {
  mg_spherical_clear(self);
}

/* The point c of [sph.2]. */
static int spherical_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_spherical *g = self;
  const gsl_matrix *x = &sample->x;
  (void)rng;
  for (size_t j = 0; j < g->dim; j++) {
    double sum = 0;
    for (size_t n = 0; n < x->size1; n++)
      sum += gsl_matrix_get(x, n, j);
    g->mean[j] = sum / (double)x->size1;
  }
  return GSL_SUCCESS;
}

/* s, D numbers, and q behind them. */
static mg_need spherical_need(const void *self, size_t n) {
  const mg_spherical *g = self;
  (void)n;
  return (mg_need){.sums = g->dim + 1};
}

static int spherical_gather(const void *self, gsl_rng *rng,
                            const mg_batch *batch, mg_stats *stats) {
  const mg_spherical *g = self;
  const gsl_matrix *x = &batch->x;
  double *s = stats->sums->data;
  int status = mg_shape_check(g->dim, x, NULL);
  (void)rng;
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++) {
    const double *row = x->data + n * x->tda;
    for (size_t j = 0; j < g->dim; j++)
      s[j] += row[j] - g->mean[j];
    s[g->dim] += squared_distance(g, row);
  }
  return status;
}

static int spherical_update(void *self, mg_stats *stats, mg_report *report) {
  mg_spherical *g = self;
  const double n = (double)stats->n, dim = (double)g->dim;
  const double *s = stats->sums->data;
  double variance = s[g->dim] / n;
  for (size_t j = 0; j < g->dim; j++) {
    g->mean[j] += s[j] / n;
    variance -= s[j] / n * (s[j] / n);
  }
  if (!isfinite(variance))
    return mg_fail(GSL_EDOM, "the data hold a value that is not finite");
  variance = fmax(variance, 0) / dim; /* rounding may leave -1e-17 */
  g->variance = fmax(variance, g->options.floor);
  if (g->variance == 0)
    return mg_fail(GSL_EDOM, "all data are the same: give a floor");
  const double mean =
      -0.5 * dim * (MG_LN_2PI + log(g->variance) + variance / g->variance);
  *report = (mg_report){.log_likelihood = mean,
                        .objective = mean,
                        .objective_name = "log-likelihood",
                        .finished = true};
  return GSL_SUCCESS;
}

static void spherical_tensors(void *self, mg_tensors *list) {
  mg_spherical *g = self;
  mg_tensors_add(list, "mean", g->mean, g->dim, 1, &g->dim);
  mg_tensors_add(list, "variance", &g->variance, 1, 0, &g->dim);
}

static int spherical_refresh(void *self) {
  const mg_spherical *g = self;
  for (size_t j = 0; j < g->dim; j++)
    if (!isfinite(g->mean[j]))
      return mg_fail(GSL_EDOM, "mean %zu is not finite", j + 1);
  if (!(g->variance > 0) || !isfinite(g->variance))
    return mg_fail(GSL_EDOM, "the variance is %g", g->variance);
  return GSL_SUCCESS;
}

static int spherical_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_spherical_sample(self, rng, x);
}

static int spherical_log_density(const void *self, const gsl_matrix *x,
                                 gsl_vector *log_p) {
  return mg_spherical_log_density(self, x, log_p);
}

const mg_model_type mg_spherical_type = {
    .name = "spherical",
    .title = "Spherical Gaussian",
    .source = "Gauss (1809), Theoria motus",
    .size = sizeof(mg_spherical),
    .measures = 1u << MG_REALS,
    .passes = 1,
    .options = spherical_option_table,
    .options_size = sizeof(mg_spherical_options),
    .options_default = spherical_options_default,
    .init = spherical_init,
    .clear = spherical_clear,
    .start = spherical_start,
    .need = spherical_need,
    .gather = spherical_gather,
    .update = spherical_update,
    .tensors = spherical_tensors,
    .refresh = spherical_refresh,
    .sample = spherical_sample,
    .log_density = spherical_log_density};
