/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maximum likelihood for ppca, in one pass and a closed form.
 *
 * With the covariance S of the data, its eigenvalues v_1 >= v_2 >= ... >= v_D
 * and eigenvectors u_j, the likelihood is greatest at              [ppca.2]
 *
 *     mu = mean of x,   s^2 = max(floor, mean of v_j over j > q)
 *     W = (u_1 sqrt(v_1 - s^2), ..., u_q sqrt(v_q - s^2)),  q = min(L, D - 1)
 *
 * up to a rotation of z, which no data can tell (here: none).  One direction
 * at least is left to the noise, since with L = D every s^2 up to v_D would do;
 * W's last column is then 0.  Where the floor is above an eigenvalue its column
 * is 0 too: this is the maximum among all models with s^2 >= floor.
 *
 * gather sums about a centre c near the data, the mean of the sample that start
 * saw, as every family of Gaussians here does; sums about 0 would lose twelve
 * digits of the variance at data of 10^6 +- 1.
 *
 * The mean log-likelihood of the new parameters is known from the eigenvalues,
 * with c_j = v_j + (s^2 - v_j) [j > q or v_j < s^2] those of the model:
 *
 *     1/N sum_n log p(x_n) = -1/2 (D log 2 pi + sum_j log c_j + v_j / c_j)
 *
 * Cost: D^2 sums a shard, N D^2 for the moments by BLAS, and about 10 D^3 for
 * the eigenvectors by gsl_eigen_symmv.
 * Source: Tipping & Bishop (1999), appendix A. */
#include "models/ppca_fit.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/shards.h"

int mg_ppca_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_ppca *p = self;
  const gsl_matrix *x = &sample->x;
  (void)rng;
  for (size_t j = 0; j < p->dim; j++)
    p->mean->data[j] = gsl_stats_mean(x->data + j, x->tda, x->size1);
  return mg_ppca_refresh(p);
}

mg_need mg_ppca_need(const void *self, size_t n) {
  const mg_ppca *p = self;
  const size_t rows = n < MG_BLOCK_ROWS ? n : MG_BLOCK_ROWS;
  return (mg_need){.sums = p->dim + p->dim * p->dim, .work = rows * p->dim};
}

/* The rows first .. of x less the centre, as many as there is room for. */
static gsl_matrix_view differences(const mg_ppca *p, const gsl_matrix *x,
                                   size_t first, gsl_vector *room) {
  const size_t most = room->size / p->dim;
  const size_t rows = x->size1 - first < most ? x->size1 - first : most;
  gsl_matrix_view a = gsl_matrix_view_array(room->data, rows, p->dim);
  for (size_t n = 0; n < rows; n++)
    for (size_t j = 0; j < p->dim; j++)
      room->data[n * p->dim + j] =
          x->data[(first + n) * x->tda + j] - p->mean->data[j];
  return a;
}

int mg_ppca_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                   mg_stats *stats) {
  const mg_ppca *p = self;
  const gsl_matrix *x = &batch->x;
  double *sums = stats->sums->data;
  int status = mg_shape_check(p->dim, x, NULL);
  (void)rng;
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix_view second = gsl_matrix_view_array(sums + p->dim, p->dim, p->dim);
  for (size_t n = 0; n < x->size1;) {
    gsl_matrix_view a = differences(p, x, n, stats->work);
    for (size_t i = 0; i < a.matrix.size1; i++)
      for (size_t j = 0; j < p->dim; j++)
        sums[j] += a.matrix.data[i * p->dim + j];
    gsl_blas_dsyrk(CblasLower, CblasTrans, 1, &a.matrix, 1, &second.matrix);
    n += a.matrix.size1;
  }
  return GSL_SUCCESS;
}

/* The covariance from the sums, in its lower triangle; mu from the centre. */
static int find_covariance(mg_ppca *p, const mg_stats *stats, gsl_matrix *s) {
  const double n = (double)stats->n, *sums = stats->sums->data;
  const size_t d = p->dim;
  bool finite = true;
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j <= i; j++) {
      const double value =
          sums[d + i * d + j] / n - sums[i] / n * (sums[j] / n);
      finite = finite && isfinite(value);
      gsl_matrix_set(s, i, j, value);
    }
  for (size_t j = 0; j < d; j++)
    p->mean->data[j] += sums[j] / n;
  return finite ? GSL_SUCCESS
                : mg_fail(GSL_EDOM, "the data hold a value that is not finite, "
                                    "or too large to be squared");
}

/* GSL's own workspace loses memory where it gets only a part of it, so it
 * stands in rows of ours: 4 x D. */
static int find_eigenvectors(gsl_matrix *s, gsl_matrix *room, gsl_vector *v,
                             gsl_matrix *u) {
  const size_t d = room->tda;
  gsl_eigen_symmv_workspace work = {.size = s->size1,
                                    .d = room->data,
                                    .sd = room->data + d,
                                    .gc = room->data + 2 * d,
                                    .gs = room->data + 3 * d};
  if (gsl_eigen_symmv(s, v, u, &work) != GSL_SUCCESS ||
      gsl_eigen_symmv_sort(v, u, GSL_EIGEN_SORT_VAL_DESC) != GSL_SUCCESS)
    return mg_fail(GSL_EFAILED, "the eigenvalues were not found");
  return GSL_SUCCESS;
}

/* Parameters from the eigenvalues, falling, and the eigenvectors. */
static double set_parameters(mg_ppca *p, gsl_vector *v, const gsl_matrix *u) {
  const size_t d = p->dim, l = p->options.latent, q = l < d ? l : d - 1;
  double left = 0, log_p = -0.5 * (double)d * MG_LN_2PI;
  for (size_t j = 0; j < d; j++) /* rounding may leave -1e-17 */
    gsl_vector_set(v, j, fmax(gsl_vector_get(v, j), 0));
  for (size_t j = q; j < d; j++)
    left += gsl_vector_get(v, j);
  p->variance = fmax(left / (double)(d - q), p->options.floor);
  gsl_matrix_set_zero(p->loadings);
  for (size_t j = 0; j < d; j++) {
    const double value = gsl_vector_get(v, j);
    const double gain = j < q ? fmax(value - p->variance, 0) : 0;
    for (size_t i = 0; gain > 0 && i < d; i++)
      gsl_matrix_set(p->loadings, i, j, sqrt(gain) * gsl_matrix_get(u, i, j));
    log_p -= 0.5 * (log(p->variance + gain) + value / (p->variance + gain));
  }
  return log_p;
}

int mg_ppca_update(void *self, mg_stats *stats, mg_report *report) {
  mg_ppca *p = self;
  gsl_matrix *s = gsl_matrix_calloc(p->dim, p->dim);
  gsl_matrix *u = gsl_matrix_alloc(p->dim, p->dim);
  gsl_vector *v = gsl_vector_alloc(p->dim);
  gsl_matrix *room = gsl_matrix_alloc(4, p->dim);
  int status = GSL_SUCCESS;
  if (!s || !u || !v || !room)
    status = mg_fail(GSL_ENOMEM, "no memory for a covariance of %zu columns",
                     p->dim);
  if (status == GSL_SUCCESS)
    status = find_covariance(p, stats, s);
  if (status == GSL_SUCCESS)
    status = find_eigenvectors(s, room, v, u);
  if (status == GSL_SUCCESS) {
    const double log_p = set_parameters(p, v, u);
    *report = (mg_report){.log_likelihood = log_p,
                          .objective = log_p,
                          .objective_name = "log-likelihood",
                          .finished = true};
    status = mg_ppca_refresh(p);
  }
  gsl_matrix_free(room);
  gsl_vector_free(v);
  gsl_matrix_free(u);
  gsl_matrix_free(s);
  return status;
}
