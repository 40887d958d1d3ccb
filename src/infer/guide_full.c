/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The full-rank Gaussian guide: any mean, any covariance.
 *
 *     z = mean + L e,   e ~ N(0, I),   L lower triangular, its diagonal above 0
 *
 * so that the covariance is L L^T, each once.  With w = L^-T e, which is
 * -d log q / dz,
 *
 *     log q = -(e.e + D log 2 pi) / 2 - sum_i log L_ii
 *     d log q / d mean = w,   d log q / d L_ij = w_i e_j - [i = j] / L_ii
 *     d f(z) / d mean = g,    d f(z) / d L_ij = g_i e_j,   g = df / dz
 *     H = D (1 + log 2 pi) / 2 + sum_i log L_ii
 *
 * and as lambda holds log L_ii, derivatives in L_ii are multiplied by it.
 * Lambda is D numbers of the mean, then the rows of L as far as the diagonal:
 * D + D (D + 1) / 2 in all.  The same formulas are dist/mvn.c's.  Source:
 * Challis & Barber (2013); Kucukelbir, Tran, Ranganath, Gelman & Blei (2017).
 *
 * A question allocates its workspace, L and the noise: a guide is not changed
 * by being asked, and several threads may ask.  Cost O(D^2) a draw. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

#include "base/logmath.h"
#include "base/status.h"
#include "infer/guide.h"

/* Where L_ij stands in lambda. */
static size_t full_place(size_t dim, size_t i, size_t j) {
  return dim + i * (i + 1) / 2 + j;
}

static gsl_vector full_mean(const mg_guide *q) {
  return gsl_vector_const_subvector(q->lambda, 0, q->dim).vector;
}

static double log_diagonal(const mg_guide *q, size_t i) {
  return gsl_vector_get(q->lambda, full_place(q->dim, i, i));
}

/* ---- workspace ---- */

typedef struct {
  gsl_matrix *chol;  /* D x D, L; above the diagonal 0 */
  gsl_matrix *noise; /* S x D, e */
  gsl_matrix *w;     /* S x D, L^-T e; NULL: unwanted */
} full_work;

static void full_work_clear(full_work *work) {
  if (work->chol)
    gsl_matrix_free(work->chol);
  if (work->noise)
    gsl_matrix_free(work->noise);
  if (work->w)
    gsl_matrix_free(work->w);
  *work = (full_work){0};
}

static void full_chol(const mg_guide *q, gsl_matrix *chol) {
  for (size_t i = 0; i < q->dim; i++) {
    for (size_t j = 0; j < i; j++)
      gsl_matrix_set(chol, i, j,
                     gsl_vector_get(q->lambda, full_place(q->dim, i, j)));
    gsl_matrix_set(chol, i, i, exp(log_diagonal(q, i)));
  }
}

/* L, and room for S draws' noise. */
static int full_work_init(const mg_guide *q, size_t draws, full_work *work) {
  *work = (full_work){.chol = gsl_matrix_calloc(q->dim, q->dim)};
  if (draws)
    work->noise = gsl_matrix_alloc(draws, q->dim);
  if (!work->chol || (draws && !work->noise)) {
    full_work_clear(work);
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws in %zu dimensions",
                   draws, q->dim);
  }
  full_chol(q, work->chol);
  return GSL_SUCCESS;
}

/* The noise that gave z. */
static int full_whiten(const mg_guide *q, const gsl_matrix *z,
                       full_work *work) {
  const gsl_vector mean = full_mean(q);
  const int status = full_work_init(q, z->size1, work);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix_memcpy(work->noise, z);
  for (size_t s = 0; s < z->size1; s++) {
    gsl_vector_view row = gsl_matrix_row(work->noise, s);
    gsl_vector_sub(&row.vector, &mean);
  }
  gsl_blas_dtrsm(CblasRight, CblasLower, CblasTrans, CblasNonUnit, 1,
                 work->chol, work->noise);
  return GSL_SUCCESS;
}

/* w <- scale L^-T e of each row. */
static void full_unwhiten(const full_work *work, double scale, gsl_matrix *w) {
  gsl_matrix_memcpy(w, work->noise);
  gsl_blas_dtrsm(CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, scale,
                 work->chol, w);
}

/* Rows d of derivatives in lambda, but for the constant: g_i, and g_i e_j. */
static void full_outer(const full_work *work, const gsl_matrix *g,
                       gsl_matrix *d) {
  const size_t dim = g->size2;
  for (size_t s = 0; s < g->size1; s++) {
    const double *gs = gsl_matrix_const_ptr(g, s, 0);
    const double *e = gsl_matrix_const_ptr(work->noise, s, 0);
    double *row = gsl_matrix_ptr(d, s, 0);
    for (size_t i = 0; i < dim; i++) {
      double *own = row + full_place(dim, i, 0);
      row[i] = gs[i];
      for (size_t j = 0; j <= i; j++)
        own[j] = gs[i] * e[j];
      own[i] *= gsl_matrix_get(work->chol, i, i);
    }
  }
}

/* ---- the questions ---- */

static void full_set(mg_guide *q, const gsl_vector *mean,
                     const gsl_vector *sd) {
  gsl_vector_set_zero(q->lambda);
  for (size_t i = 0; i < q->dim; i++) {
    gsl_vector_set(q->lambda, i, gsl_vector_get(mean, i));
    gsl_vector_set(q->lambda, full_place(q->dim, i, i),
                   log(gsl_vector_get(sd, i)));
  }
}

static int full_sample(const mg_guide *q, gsl_rng *rng, gsl_matrix *z) {
  const gsl_vector mean = full_mean(q);
  full_work work;
  const int status = full_work_init(q, 0, &work);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < q->dim; i++)
      gsl_matrix_set(z, s, i, gsl_ran_gaussian_ziggurat(rng, 1));
  gsl_blas_dtrmm(CblasRight, CblasLower, CblasTrans, CblasNonUnit, 1, work.chol,
                 z);
  for (size_t s = 0; s < z->size1; s++) {
    gsl_vector_view row = gsl_matrix_row(z, s);
    gsl_vector_add(&row.vector, &mean);
  }
  full_work_clear(&work);
  return GSL_SUCCESS;
}

static int full_log_density(const mg_guide *q, const gsl_matrix *z,
                            gsl_vector *log_q, gsl_matrix *dz) {
  full_work work;
  const int status = full_whiten(q, z, &work);
  if (status != GSL_SUCCESS)
    return status;
  double top = -0.5 * MG_LN_2PI * (double)q->dim;
  for (size_t i = 0; i < q->dim; i++)
    top -= log_diagonal(q, i);
  for (size_t s = 0; s < z->size1; s++) {
    gsl_vector_const_view e = gsl_matrix_const_row(work.noise, s);
    double square;
    gsl_blas_ddot(&e.vector, &e.vector, &square);
    gsl_vector_set(log_q, s, top - square / 2);
  }
  if (dz)
    full_unwhiten(&work, -1, dz);
  full_work_clear(&work);
  return GSL_SUCCESS;
}

static int full_score(const mg_guide *q, const gsl_matrix *z,
                      gsl_matrix *score) {
  full_work work;
  const int status = full_whiten(q, z, &work);
  if (status != GSL_SUCCESS)
    return status;
  work.w = gsl_matrix_alloc(z->size1, q->dim);
  if (work.w) {
    full_unwhiten(&work, 1, work.w);
    full_outer(&work, work.w, score);
    for (size_t i = 0; i < q->dim; i++) {
      gsl_vector_view own = gsl_matrix_column(score, full_place(q->dim, i, i));
      gsl_vector_add_constant(&own.vector, -1);
    }
  }
  const bool done = work.w;
  full_work_clear(&work);
  return done ? GSL_SUCCESS
              : mg_fail(GSL_ENOMEM, "no memory for %zu scores", z->size1);
}

static int full_pathwise(const mg_guide *q, const gsl_matrix *z,
                         const gsl_matrix *dz, gsl_matrix *d) {
  full_work work;
  const int status = full_whiten(q, z, &work);
  if (status == GSL_SUCCESS)
    full_outer(&work, dz, d);
  full_work_clear(&work);
  return status;
}

static int full_entropy(const mg_guide *q, double *h, gsl_vector *dh) {
  *h = 0.5 * (1 + MG_LN_2PI) * (double)q->dim;
  if (dh)
    gsl_vector_set_zero(dh);
  for (size_t i = 0; i < q->dim; i++) {
    *h += log_diagonal(q, i);
    if (dh)
      gsl_vector_set(dh, full_place(q->dim, i, i), 1);
  }
  return GSL_SUCCESS;
}

static int full_moments(const mg_guide *q, gsl_vector *mean,
                        gsl_matrix *covariance) {
  const gsl_vector own = full_mean(q);
  full_work work;
  const int status = full_work_init(q, 0, &work);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector_memcpy(mean, &own);
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, work.chol, work.chol, 0,
                 covariance);
  full_work_clear(&work);
  return GSL_SUCCESS;
}

/* ---- names ---- */

static size_t full_coordinate(const mg_guide *q, size_t j) {
  size_t i = 0;
  if (j < q->dim)
    return j;
  while (full_place(q->dim, i, i) < j)
    i++;
  return i;
}

static const char *full_parameter(const mg_guide *q, size_t j, char *text,
                                  size_t size) {
  const size_t i = full_coordinate(q, j);
  if (j < q->dim)
    snprintf(text, size, "mean[%zu]", i);
  else
    snprintf(text, size, "%s[%zu,%zu]",
             j == full_place(q->dim, i, i) ? "log_chol" : "chol", i,
             j - full_place(q->dim, i, 0));
  return text;
}

/* ---- the type ---- */

const mg_guide_type mg_guide_full_rank_type = {.name = "full-rank",
                                               .source =
                                                   "Challis & Barber (2013)",
                                               .set = full_set,
                                               .sample = full_sample,
                                               .log_density = full_log_density,
                                               .score = full_score,
                                               .pathwise = full_pathwise,
                                               .entropy = full_entropy,
                                               .moments = full_moments,
                                               .parameter = full_parameter,
                                               .coordinate = full_coordinate};

mg_guide *mg_guide_full_rank(const mg_target *target) {
  const size_t dim = target->dim;
  for (size_t i = 0; i < dim; i++)
    if (mg_target_support(target, i) != MG_SUPPORT_REAL) {
      mg_fail(GSL_EINVAL,
              "a full-rank guide is a Gaussian, and z[%zu] of %s is not any "
              "real number: give it the target over u (infer/transform.h)",
              i, target->name);
      return NULL;
    }
  return mg_guide_alloc(&mg_guide_full_rank_type, dim,
                        dim + dim * (dim + 1) / 2);
}
