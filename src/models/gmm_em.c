/* SPDX-License-Identifier: GPL-3.0-or-later */
/* EM for the Gaussian mixture, as gather and update.
 *
 * E step, in gather: the responsibilities of the present parameters
 *
 *   r_nk = p(k | x_n) = w_k N(x_n; mu_k, Sigma_k) / p(x_n)          [em.2]
 *
 * and the expected sufficient statistics, with d_nk = x_n - mu_k,
 *
 *   N_k = sum_n r_nk,  s_k = sum_n r_nk d_nk,  S_k = sum_n r_nk d_nk d_nk^T
 *
 * M step, in update: what maximises sum_nk r_nk log p(x_n, k) + penalty,
 *
 *   w_k = N_k / N,   mu_k' = mu_k + e_k,   e_k = s_k / N_k          [em.4]
 *   Sigma_k = S_k / N_k - e_k e_k^T + f (N / N_k) I
 *
 * The floor.  The likelihood of a mixture has no maximum: a component that
 * shrinks onto one datum sends it to infinity.  So what is maximised is
 *
 *   (1/N) sum_n log p(x_n) - (f/2) sum_k tr Sigma_k^-1              [em.6]
 *
 * a MAP estimate, whose M step adds f N / N_k >= f to every eigenvalue: no
 * variance falls below f.  EM raises [em.6] in every pass; the likelihood alone
 * it need not raise unless f = 0.  Tied covariances are penalised once, so the
 * M step adds f.
 *
 * An empty component (N_k < 1e-12 of one datum) keeps its mean and covariance
 * and gets weight 0; it never comes back, and it is never NaN.
 *
 * Source: Dempster, Laird & Rubin (1977); the penalty is the scale matrix of an
 * inverse Wishart prior (Fraley & Raftery 2007) without its determinant. */
#include <gsl/gsl_blas.h>
#include <math.h>

#include "base/status.h"
#include "models/gmm_block.h"

static const double EMPTY = 1e-12;

mg_need mg_gmm_need(const void *self, size_t n) {
  (void)n;
  return (mg_need){.sums = mg_gmm_sums_size(self),
                   .work = mg_gmm_block_size(self)};
}

int mg_gmm_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                  mg_stats *stats) {
  const mg_gmm *g = self;
  (void)rng;
  double *sums = stats->sums->data;
  mg_gmm_block b = mg_gmm_block_in(g, stats->work->data);
  for (size_t n = 0; n < batch->x.size1; n += b.used) {
    int status = mg_gmm_block_read(&b, &batch->x, n);
    if (status != GSL_SUCCESS)
      return status;
    mg_gmm_block_posterior(g, &b);
    for (size_t r = 0; r < b.used; r++)
      sums[0] += b.top[r] + log(b.sum[r]);
    mg_gmm_block_moments(g, &b, sums);
  }
  return GSL_SUCCESS;
}

/* ---- the M step, a shape of covariance each; s, S about the old mean ---- */

/* Sigma_k += scale (S_k / N_k - e e^T), lower triangle and upper. */
static void add_matrix(gsl_matrix *sigma, double scale, double count,
                       const double *e, const double *second) {
  const size_t d = sigma->size1;
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j <= i; j++) {
      double value = scale * (second[i * d + j] / count - e[i] * e[j]);
      sigma->data[i * sigma->tda + j] += value;
      if (i != j)
        sigma->data[j * sigma->tda + i] += value;
    }
}

static void set_full(mg_gmm *g, size_t k, double count, double total,
                     const double *e, const double *second) {
  const size_t d = g->dim;
  gsl_matrix_view sigma = gsl_matrix_submatrix(g->spread, k * d, 0, d, d);
  gsl_matrix_set_identity(&sigma.matrix);
  gsl_matrix_scale(&sigma.matrix, g->options.floor * total / count);
  add_matrix(&sigma.matrix, 1, count, e, second);
}

static void add_tied(mg_gmm *g, double count, double total, const double *e,
                     const double *second) {
  add_matrix(g->spread, count / total, count, e, second);
}

static void set_diagonal(mg_gmm *g, size_t k, double count, double total,
                         const double *e, const double *second) {
  for (size_t i = 0; i < g->dim; i++)
    gsl_matrix_set(g->spread, k, i,
                   second[i] / count - e[i] * e[i] +
                       g->options.floor * total / count);
}

/* The penalty is a trace over D coordinates, each of the one variance. */
static void set_spherical(mg_gmm *g, size_t k, double count, double total,
                          const double *e, const double *second) {
  double sum = 0;
  for (size_t i = 0; i < g->dim; i++)
    sum += second[i] / count - e[i] * e[i];
  gsl_matrix_set(g->spread, k, 0,
                 sum / (double)g->dim + g->options.floor * total / count);
}

static void set_component(mg_gmm *g, size_t k, double total, double *sums) {
  const double count = sums[0];
  double *e = sums + 1;
  const double *second = e + g->dim;
  for (size_t i = 0; i < g->dim; i++) {
    e[i] /= count;
    g->means->data[k * g->means->tda + i] += e[i];
  }
  switch (g->options.covariance) {
  case MG_GMM_FULL:
    set_full(g, k, count, total, e, second);
    break;
  case MG_GMM_TIED:
    add_tied(g, count, total, e, second);
    break;
  case MG_GMM_DIAGONAL:
    set_diagonal(g, k, count, total, e, second);
    break;
  case MG_GMM_SPHERICAL:
    set_spherical(g, k, count, total, e, second);
    break;
  }
}

int mg_gmm_maximise(mg_gmm *g, double *sums, size_t n) {
  const size_t k = g->options.components;
  const size_t stride = mg_gmm_sums_stride(g);
  double total = 0;
  for (size_t i = 0; i < k; i++) {
    double *count = &sums[1 + i * stride];
    if (*count < EMPTY)
      *count = 0;
    total += *count;
  }
  if (!(total > 0))
    return mg_fail(GSL_EDOM, "no component explains any of %zu data", n);
  if (g->options.covariance == MG_GMM_TIED) {
    gsl_matrix_set_identity(g->spread);
    gsl_matrix_scale(g->spread, g->options.floor);
  }
  for (size_t i = 0; i < k; i++) {
    double *own = &sums[1 + i * stride];
    gsl_vector_set(g->weights, i, own[0] / total);
    if (own[0] > 0)
      set_component(g, i, total, own);
  }
  return mg_gmm_refresh(g);
}

int mg_gmm_update(void *self, mg_stats *stats, mg_report *report) {
  mg_gmm *g = self;
  const double n = (double)stats->n, f = g->options.floor;
  report->log_likelihood = stats->sums->data[0] / n;
  report->objective = report->log_likelihood - f * g->penalty;
  report->objective_name =
      f > 0 ? "penalised log-likelihood" : "log-likelihood";
  return mg_gmm_maximise(g, stats->sums->data, stats->n);
}

int mg_gmm_m_step(mg_gmm *g, const gsl_matrix *x, const gsl_matrix *r) {
  if (r->size1 != x->size1 || r->size2 != g->options.components)
    return mg_fail(GSL_EBADLEN, "responsibilities are not %zu x %zu", x->size1,
                   g->options.components);
  int status = mg_shape_check(g->dim, x, NULL);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector *memory = gsl_vector_alloc(mg_gmm_block_size(g));
  gsl_vector *sums = gsl_vector_calloc(mg_gmm_sums_size(g));
  if (!memory || !sums)
    status = mg_fail(GSL_ENOMEM, "no memory for an M step");
  mg_gmm_block b = {.used = 0};
  if (status == GSL_SUCCESS)
    b = mg_gmm_block_in(g, memory->data);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n += b.used) {
    status = mg_gmm_block_read(&b, x, n);
    for (size_t k = 0; k < r->size2; k++)
      for (size_t i = 0; i < b.rows; i++)
        b.joint[k * b.rows + i] = i < b.used ? gsl_matrix_get(r, n + i, k) : 0;
    if (status == GSL_SUCCESS)
      mg_gmm_block_moments(g, &b, sums->data);
  }
  if (status == GSL_SUCCESS)
    status = mg_gmm_maximise(g, sums->data, x->size1);
  gsl_vector_free(memory);
  gsl_vector_free(sums);
  return status;
}
