/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian mixture: what it is and what it can do.
 *
 *   k ~ Categorical(w),   x | k ~ N(mu_k, Sigma_k)
 *   p(x) = sum_k w_k N(x; mu_k, Sigma_k)                            [em.1]
 *
 * With Sigma_k = L_k L_k^T and W_k = L_k^-1,
 *
 *   log p(x, k) = log w_k - D/2 log 2 pi - log det L_k
 *                 - |W_k (x - mu_k)|^2 / 2                          [em.5]
 *
 * and log p(x) is their log-sum-exp, so nothing here ever underflows.
 *
 * Four shapes of covariance, from the most parameters to the fewest: full, tied
 * (one matrix for all), diagonal, spherical.  A diagonal one is stored and
 * computed as its diagonal.
 *
 * Parameters are what a file holds (weights, means, spread); everything else is
 * derived from them by mg_gmm_refresh, and only there.
 *
 * Source: Dempster, Laird & Rubin (1977); McLachlan & Peel (2000), chapter 3.
 * Not here: choosing K (compare models by BIC or held-out evidence), merging
 * components, missing values. */
#include "models/gmm.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm_block.h"

static const mg_option gmm_option_table[] = {
    {"components", MG_OPTION_SIZE, offsetof(mg_gmm_options, components), 1,
     100000, NULL, "Gaussians in the mixture, K"},
    {"covariance", MG_OPTION_CHOICE, offsetof(mg_gmm_options, covariance), 0, 0,
     "full|tied|diagonal|spherical", "shape of the covariances"},
    {"start", MG_OPTION_CHOICE, offsetof(mg_gmm_options, start), 0, 0,
     "kmeans++|random", "where the means start"},
    {"floor", MG_OPTION_REAL, offsetof(mg_gmm_options, floor), 0, 1e300, NULL,
     "least variance, by a penalty on the likelihood, data unit^2"},
    {.name = NULL}};

void mg_gmm_options_default(const mg_space *space, void *options) {
  *(mg_gmm_options *)options = (mg_gmm_options){
      .components = 10,
      .covariance = space->dim <= 16 ? MG_GMM_FULL : MG_GMM_DIAGONAL,
      .start = MG_GMM_KMEANS,
      .floor = 1e-6};
}

/* ---- memory ---- */

static bool has_matrices(const mg_gmm *g) {
  return g->options.covariance == MG_GMM_FULL ||
         g->options.covariance == MG_GMM_TIED;
}

/* Rows of spread that belong to one component; matrices in all. */
static size_t spread_rows(const mg_gmm *g) {
  return has_matrices(g) ? g->dim : 1;
}

static size_t matrices(const mg_gmm *g) {
  return g->options.covariance == MG_GMM_TIED ? 1 : g->options.components;
}

static size_t spread_columns(const mg_gmm *g) {
  return g->options.covariance == MG_GMM_SPHERICAL ? 1 : g->dim;
}

static int gmm_init(void *self, const mg_space *space, const void *options) {
  mg_gmm *g = self;
  g->options = *(const mg_gmm_options *)options;
  g->dim = space->dim;
  const size_t k = g->options.components, p = mg_gmm_padded(g->dim);
  const size_t rows = matrices(g) * spread_rows(g);
  g->weights = gsl_vector_calloc(k);
  g->means = gsl_matrix_calloc(k, g->dim);
  g->spread = gsl_matrix_calloc(rows, spread_columns(g));
  g->factor = gsl_matrix_calloc(rows, spread_columns(g));
  g->log_scale = gsl_vector_calloc(k);
  g->centres = calloc(k * p, sizeof *g->centres);
  g->whiteners =
      calloc(has_matrices(g) ? matrices(g) * p * p : k * p, sizeof(double));
  if (g->weights && g->means && g->spread && g->factor && g->log_scale &&
      g->centres && g->whiteners)
    return GSL_SUCCESS;
  return mg_fail(GSL_ENOMEM, "no memory for %zu components in %zu dimensions",
                 k, g->dim);
}

static void gmm_clear(void *self) {
  mg_gmm *g = self;
  gsl_vector_free(g->weights);
  gsl_matrix_free(g->means);
  gsl_matrix_free(g->spread);
  gsl_matrix_free(g->factor);
  gsl_vector_free(g->log_scale);
  free(g->centres);
  free(g->whiteners);
  *g = (mg_gmm){.weights = NULL};
}

static void gmm_tensors(void *self, mg_tensors *list) {
  mg_gmm *g = self;
  const size_t k = g->options.components, d = g->dim, m = matrices(g);
  mg_tensors_add(list, "weights", g->weights->data, k - 1, 1, &k);
  mg_tensors_add(list, "means", g->means->data, k * d, 2, (size_t[]){k, d});
  if (has_matrices(g))
    mg_tensors_add(list, "covariances", g->spread->data, m * d * (d + 1) / 2, 3,
                   (size_t[]){m, d, d});
  else
    mg_tensors_add(list, "variances", g->spread->data, m * spread_columns(g), 2,
                   (size_t[]){m, spread_columns(g)});
}

/* ---- from parameters to what is computed with ---- */

static int collapsed(size_t k) {
  return mg_fail(GSL_EDOM,
                 "component %zu has collapsed: its covariance is singular; "
                 "set a floor above 0, or fewer components",
                 k + 1);
}

/* Is a standard deviation one that data can be told apart by?  Below the
 * rounding of its mean it is what is left of a component on a single datum. */
static bool has_width(const mg_gmm *g, size_t k, size_t i, double sd) {
  return isfinite(sd) && sd > 0 &&
         sd > DBL_EPSILON / 2 * fabs(gsl_matrix_get(g->means, k, i));
}

/* Entries of W for the kernel: four rows of one column side by side. */
static void fill_panels(const gsl_matrix *w, size_t p, double *panels) {
  memset(panels, 0, p * p * sizeof *panels);
  for (size_t i = 0; i < w->size1; i++)
    for (size_t j = 0; j <= i; j++)
      panels[i / 4 * 4 * p + 4 * j + i % 4] = gsl_matrix_get(w, i, j);
}

/* Factors matrix m; tells log det L and tr Sigma^-1. */
static int factor_matrix(mg_gmm *g, size_t m, gsl_matrix *w, double *log_det,
                         double *trace) {
  const size_t d = g->dim, p = mg_gmm_padded(d);
  gsl_matrix_view from = gsl_matrix_submatrix(g->spread, m * d, 0, d, d);
  gsl_matrix_view l = gsl_matrix_submatrix(g->factor, m * d, 0, d, d);
  gsl_matrix_memcpy(&l.matrix, &from.matrix);
  if (gsl_linalg_cholesky_decomp1(&l.matrix) != GSL_SUCCESS)
    return collapsed(m);
  *log_det = *trace = 0;
  for (size_t i = 0; i < d; i++) {
    double pivot = gsl_matrix_get(&l.matrix, i, i);
    if (!has_width(g, m, i, pivot)) /* GSL says success on NaN */
      return collapsed(m);
    *log_det += log(pivot);
    for (size_t j = i + 1; j < d; j++)
      gsl_matrix_set(&l.matrix, i, j, 0);
  }
  gsl_matrix_memcpy(w, &l.matrix);
  gsl_linalg_tri_invert(CblasLower, CblasNonUnit, w);
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j <= i; j++)
      *trace += gsl_pow_2(gsl_matrix_get(w, i, j));
  fill_panels(w, p, g->whiteners + m * p * p);
  return isfinite(*trace) ? GSL_SUCCESS : collapsed(m);
}

static int factor_variances(mg_gmm *g, size_t k, double *log_det,
                            double *trace) {
  const size_t p = mg_gmm_padded(g->dim);
  double *whitener = g->whiteners + k * p;
  *log_det = *trace = 0;
  for (size_t i = 0; i < g->dim; i++) {
    size_t column = g->options.covariance == MG_GMM_SPHERICAL ? 0 : i;
    double variance = gsl_matrix_get(g->spread, k, column);
    double sd = sqrt(variance);
    if (!has_width(g, k, i, sd) || !isfinite(1 / variance))
      return collapsed(k);
    gsl_matrix_set(g->factor, k, column, sd);
    whitener[i] = 1 / sd;
    *log_det += log(sd);
    *trace += 1 / variance;
  }
  return GSL_SUCCESS;
}

static int check_parameters(const mg_gmm *g) {
  double sum = 0;
  for (size_t k = 0; k < g->options.components; k++) {
    double w = gsl_vector_get(g->weights, k);
    if (!(w >= 0 && w <= 1))
      return mg_fail(GSL_EDOM, "the weight of component %zu is %g", k + 1, w);
    sum += w;
    for (size_t i = 0; i < g->dim; i++)
      if (!isfinite(gsl_matrix_get(g->means, k, i)))
        return mg_fail(GSL_EDOM, "the mean of component %zu is not finite",
                       k + 1);
  }
  if (fabs(sum - 1) > 1e-9)
    return mg_fail(GSL_EDOM, "the weights sum to %.12g, not to 1", sum);
  return GSL_SUCCESS;
}

int mg_gmm_refresh(mg_gmm *g) {
  int status = check_parameters(g);
  gsl_matrix *w = gsl_matrix_alloc(g->dim, g->dim);
  if (!w)
    status = mg_fail(GSL_ENOMEM, "no memory for a factor");
  const size_t p = mg_gmm_padded(g->dim);
  double log_det = 0, trace = 0;
  g->penalty = 0;
  for (size_t k = 0; k < g->options.components && status == 0; k++) {
    if (k < matrices(g)) {
      status = has_matrices(g) ? factor_matrix(g, k, w, &log_det, &trace)
                               : factor_variances(g, k, &log_det, &trace);
      g->penalty += trace / 2;
    }
    gsl_vector_set(g->log_scale, k,
                   log(gsl_vector_get(g->weights, k)) -
                       0.5 * (double)g->dim * MG_LN_2PI - log_det);
    for (size_t i = 0; i < g->dim; i++)
      g->centres[k * p + i] = gsl_matrix_get(g->means, k, i);
  }
  gsl_matrix_free(w);
  return status;
}

void mg_gmm_covariance_get(const mg_gmm *g, size_t k, gsl_matrix *sigma) {
  const size_t d = g->dim;
  if (has_matrices(g)) {
    size_t m = g->options.covariance == MG_GMM_TIED ? 0 : k;
    gsl_matrix_const_view from =
        gsl_matrix_const_submatrix(g->spread, m * d, 0, d, d);
    gsl_matrix_memcpy(sigma, &from.matrix);
    return;
  }
  gsl_matrix_set_zero(sigma);
  for (size_t i = 0; i < d; i++) {
    size_t column = g->options.covariance == MG_GMM_SPHERICAL ? 0 : i;
    gsl_matrix_set(sigma, i, i, gsl_matrix_get(g->spread, k, column));
  }
}

/* ---- what it can do ---- */

int mg_gmm_log_density(const mg_gmm *g, const gsl_matrix *x,
                       gsl_vector *log_p) {
  int status = mg_shape_check(g->dim, x, log_p);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector *memory = gsl_vector_alloc(mg_gmm_block_size(g));
  if (!memory)
    return mg_fail(GSL_ENOMEM, "no memory for a block");
  mg_gmm_block b = mg_gmm_block_in(g, memory->data);
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n += b.used) {
    status = mg_gmm_block_read(&b, x, n);
    if (status != GSL_SUCCESS)
      break;
    mg_gmm_block_posterior(g, &b);
    for (size_t r = 0; r < b.used; r++)
      gsl_vector_set(log_p, n + r, b.top[r] + log(b.sum[r]));
  }
  gsl_vector_free(memory);
  return status;
}

/* x = mu_k + L_k e, e ~ N(0, I). */
static void draw(const mg_gmm *g, gsl_rng *rng, size_t k, gsl_vector *x) {
  const size_t d = g->dim;
  for (size_t i = 0; i < d; i++)
    gsl_vector_set(x, i, gsl_ran_gaussian_ziggurat(rng, 1));
  if (has_matrices(g)) {
    size_t m = g->options.covariance == MG_GMM_TIED ? 0 : k;
    gsl_matrix_const_view l =
        gsl_matrix_const_submatrix(g->factor, m * d, 0, d, d);
    gsl_blas_dtrmv(CblasLower, CblasNoTrans, CblasNonUnit, &l.matrix, x);
  } else {
    for (size_t i = 0; i < d; i++) {
      size_t column = g->options.covariance == MG_GMM_SPHERICAL ? 0 : i;
      x->data[i * x->stride] *= gsl_matrix_get(g->factor, k, column);
    }
  }
  gsl_vector_const_view mu = gsl_matrix_const_row(g->means, k);
  gsl_vector_add(x, &mu.vector);
}

/* A component from the weights; the last takes what rounding leaves.
 * (gsl_ran_discrete_preproc crashes when memory is short.) */
static size_t draw_component(const mg_gmm *g, gsl_rng *rng) {
  double u = gsl_rng_uniform(rng);
  size_t k = 0;
  while (k + 1 < g->weights->size && u >= gsl_vector_get(g->weights, k))
    u -= gsl_vector_get(g->weights, k++);
  return k;
}

int mg_gmm_sample(const mg_gmm *g, gsl_rng *rng, gsl_matrix *x, size_t *k) {
  int status = mg_shape_check(g->dim, x, NULL);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++) {
    size_t chosen = draw_component(g, rng);
    gsl_vector_view row = gsl_matrix_row(x, n);
    draw(g, rng, chosen, &row.vector);
    if (k)
      k[n] = chosen;
  }
  return status;
}

/* ---- the family's table ---- */

static int start(void *self, gsl_rng *rng, const mg_batch *sample) {
  return mg_gmm_start_from(self, rng, &sample->x);
}

static int refresh(void *self) {
  return mg_gmm_refresh(self);
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_gmm_sample(self, rng, x, NULL);
}

static int log_density(const void *self, const gsl_matrix *x,
                       gsl_vector *log_p) {
  return mg_gmm_log_density(self, x, log_p);
}

const mg_model_type mg_gmm_type = {
    .name = "gmm",
    .title = "Gaussian mixture",
    .source = "Dempster, Laird & Rubin (1977)",
    .size = sizeof(mg_gmm),
    .measures = 1u << MG_REALS,
    .options = gmm_option_table,
    .options_size = sizeof(mg_gmm_options),
    .options_default = mg_gmm_options_default,
    .init = gmm_init,
    .clear = gmm_clear,
    .start = start,
    .need = mg_gmm_need,
    .gather = mg_gmm_gather,
    .update = mg_gmm_update,
    .tensors = gmm_tensors,
    .refresh = refresh,
    .sample = sample,
    .log_density = log_density,
    .latent = &mg_gmm_latent,
};
