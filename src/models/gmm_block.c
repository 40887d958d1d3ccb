/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A block of data through the E step.
 *
 * Data come as rows; the kernel wants coordinates as rows, so that one vector
 * holds the same coordinate of eight data.  A block of 128 data is turned once
 * and then used by all K components: for D = 16 its three matrices are 48 KB
 * and stay in the processor's cache.
 *
 * The distance is |W (x - mu)|^2 with W = L^-1, Sigma = L L^T [em.5]: half the
 * work of the full quadratic form, and never negative.  Moments are taken about
 * the present mean, not about 0: with data at 10^6 +- 1 the latter would lose
 * all twelve digits of the variance. */
#include "models/gmm_block.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"

static bool has_matrices(const mg_gmm *g) {
  return g->options.covariance == MG_GMM_FULL ||
         g->options.covariance == MG_GMM_TIED;
}

size_t mg_gmm_padded(size_t dim) {
  return (dim + MG_GMM_PANEL - 1) / MG_GMM_PANEL * MG_GMM_PANEL;
}

static size_t second_size(const mg_gmm *g) {
  return has_matrices(g) ? g->dim * g->dim : g->dim;
}

size_t mg_gmm_sums_stride(const mg_gmm *g) {
  return 1 + g->dim + second_size(g);
}

size_t mg_gmm_sums_size(const mg_gmm *g) {
  return 1 + g->options.components * mg_gmm_sums_stride(g);
}

size_t mg_gmm_block_size(const mg_gmm *g) {
  const size_t p = mg_gmm_padded(g->dim), k = g->options.components;
  const size_t second = has_matrices(g) ? p * p : p;
  return (3 * p + k + 2) * MG_GMM_BLOCK + p + second + 8;
}

mg_gmm_block mg_gmm_block_in(const mg_gmm *g, double *memory) {
  const size_t p = mg_gmm_padded(g->dim), rows = MG_GMM_BLOCK;
  double *at = (double *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
  mg_gmm_block b = {.kernel = mg_gmm_kernel_best(), .p = p, .rows = rows};
  b.x = at;
  b.diff = b.x + p * rows;
  b.weighted = b.diff + p * rows;
  b.joint = b.weighted + p * rows;
  b.top = b.joint + g->options.components * rows;
  b.sum = b.top + rows;
  b.first = b.sum + rows;
  b.second = b.first + p;
  return b;
}

int mg_gmm_block_read(mg_gmm_block *b, const gsl_matrix *x, size_t first) {
  size_t left = x->size1 - first;
  b->used = left < b->rows ? left : b->rows;
  memset(b->x + x->size2 * b->rows, 0,
         (b->p - x->size2) * b->rows * sizeof *b->x);
  for (size_t r = 0; r < b->used; r++) {
    const double *row = x->data + (first + r) * x->tda;
    int finite = 1;
    for (size_t i = 0; i < x->size2; i++) {
      b->x[i * b->rows + r] = row[i];
      finite &= isfinite(row[i]) != 0;
    }
    if (!finite)
      return mg_fail(GSL_EDOM, "row %zu holds a value that is not finite",
                     first + r + 1);
  }
  for (size_t r = b->used; r < b->rows; r++)
    for (size_t i = 0; i < x->size2; i++)
      b->x[i * b->rows + r] = 0;
  return GSL_SUCCESS;
}

/* a = log p(x, k) for the data of the block. */
static void component_joint(const mg_gmm *g, mg_gmm_block *b, size_t k,
                            double *a) {
  const size_t p = b->p, rows = b->rows;
  const double scale = gsl_vector_get(g->log_scale, k);
  b->kernel->centre(p, rows, b->x, g->centres + k * p, b->diff);
  if (!has_matrices(g))
    b->kernel->whiten_diagonal(p, rows, g->whiteners + k * p, b->diff, scale,
                               a);
  else {
    size_t m = g->options.covariance == MG_GMM_TIED ? 0 : k;
    b->kernel->whiten(p, rows, g->whiteners + m * p * p, b->diff, scale, a);
  }
}

void mg_gmm_block_joint(const mg_gmm *g, mg_gmm_block *b) {
  for (size_t k = 0; k < g->options.components; k++)
    component_joint(g, b, k, b->joint + k * b->rows);
}

void mg_gmm_block_posterior(const mg_gmm *g, mg_gmm_block *b) {
  const size_t k = g->options.components;
  mg_gmm_block_joint(g, b);
  b->kernel->posterior(k, b->rows, b->joint, b->top, b->sum);
  for (size_t r = 0; r < b->rows; r++)
    if (b->top[r] == -DBL_MAX) { /* no distance is a double: log p is -inf */
      b->top[r] = -INFINITY;
      b->sum[r] = 1;
    }
  for (size_t i = 0; i < k; i++)
    for (size_t r = b->used; r < b->rows; r++)
      b->joint[i * b->rows + r] = 0;
}

/* One component's moments about its mean, from its responsibilities. */
static void component_moments(const mg_gmm *g, mg_gmm_block *b, size_t k,
                              double *sums) {
  const size_t p = b->p, d = g->dim;
  const double *r = b->joint + k * b->rows;
  memset(b->first, 0, p * sizeof *b->first);
  memset(b->second, 0, (has_matrices(g) ? p * p : p) * sizeof *b->second);
  sums[0] += b->kernel->weigh(p, b->rows, b->x, g->centres + k * p, r, b->diff,
                              b->weighted, b->first);
  if (has_matrices(g))
    b->kernel->scatter(p, b->rows, b->weighted, b->diff, b->second);
  else
    b->kernel->scatter_diagonal(p, b->rows, b->weighted, b->diff, b->second);

  double *first = sums + 1, *second = first + d;
  for (size_t i = 0; i < d; i++)
    first[i] += b->first[i];
  if (!has_matrices(g))
    for (size_t i = 0; i < d; i++)
      second[i] += b->second[i];
  else
    for (size_t i = 0; i < d; i++)
      for (size_t j = 0; j <= i; j++)
        second[i * d + j] += b->second[i * p + j];
}

void mg_gmm_block_moments(const mg_gmm *g, mg_gmm_block *b, double *sums) {
  const size_t stride = mg_gmm_sums_stride(g);
  for (size_t k = 0; k < g->options.components; k++)
    component_moments(g, b, k, sums + 1 + k * stride);
}
