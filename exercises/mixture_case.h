/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Gaussian mixture and data in a parcel, for the trials that need one:
 * weights (K), means (K x D), covariances (K D x D, one under the other), x
 * (N x D).  N, D and K differ where they can, weights are not equal, and no
 * covariance is diagonal. */
#ifndef MARGINALIA_EXERCISES_MIXTURE_CASE_H
#define MARGINALIA_EXERCISES_MIXTURE_CASE_H

#include <gsl/gsl_blas.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "exercise/parcel.h"
#include "models/gmm.h"

static void mixture_case_weights(gsl_rng *rng, gsl_vector *w) {
  double sum = 0;
  for (size_t k = 0; k < w->size; k++) {
    gsl_vector_set(w, k, gsl_ran_flat(rng, 0.2, 1) * (double)(1 + k));
    sum += gsl_vector_get(w, k);
  }
  gsl_vector_scale(w, 1 / sum);
}

/* A A^T / D + 0.3 I, A of Gaussian numbers. */
static void mixture_case_covariance(gsl_rng *rng, gsl_matrix *sigma) {
  const size_t d = sigma->size1;
  double a[16];
  gsl_matrix_view root = gsl_matrix_view_array(a, d, d);
  for (size_t i = 0; i < d * d; i++)
    a[i] = gsl_ran_gaussian_ziggurat(rng, 1);
  gsl_matrix_set_identity(sigma);
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1 / (double)d, &root.matrix,
                 &root.matrix, 0.3, sigma);
}

static void mixture_case_scatter(gsl_rng *rng, double sd, gsl_matrix *x) {
  for (size_t i = 0; i < x->size1; i++)
    for (size_t j = 0; j < x->size2; j++)
      gsl_matrix_set(x, i, j, gsl_ran_gaussian_ziggurat(rng, sd));
}

/* K components in D <= 4 dimensions, and N data about them. */
static int mixture_case_make(gsl_rng *rng, size_t n, size_t d, size_t k,
                             mg_parcel *in) {
  gsl_vector *weights = mg_parcel_add_vector(in, "weights", k);
  gsl_matrix *means = mg_parcel_add_matrix(in, "means", k, d);
  gsl_matrix *sigma = mg_parcel_add_matrix(in, "covariances", k * d, d);
  gsl_matrix *x = mg_parcel_add_matrix(in, "x", n, d);
  if (!weights || !means || !sigma || !x)
    return GSL_ENOMEM;
  mixture_case_weights(rng, weights);
  mixture_case_scatter(rng, 2, means);
  mixture_case_scatter(rng, 3, x);
  for (size_t i = 0; i < k; i++) {
    gsl_matrix_view own = gsl_matrix_submatrix(sigma, i * d, 0, d, d);
    mixture_case_covariance(rng, &own.matrix);
  }
  return GSL_SUCCESS;
}

/* The mixture in a parcel; the caller clears it by mg_gmm_type.clear. */
static int mixture_case_open(const mg_parcel *in, double floor, mg_gmm *g) {
  const gsl_matrix *means = mg_parcel_matrix(in, "means");
  const mg_space space = {.dim = means->size2, .measure = MG_REALS};
  const mg_gmm_options options = {means->size1, MG_GMM_FULL, MG_GMM_RANDOM,
                                  floor};
  *g = (mg_gmm){.weights = NULL};
  const int status = mg_gmm_type.init(g, &space, &options);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector_memcpy(g->weights, mg_parcel_vector(in, "weights"));
  gsl_matrix_memcpy(g->means, means);
  gsl_matrix_memcpy(g->spread, mg_parcel_matrix(in, "covariances"));
  return mg_gmm_refresh(g);
}

/* A copy of m, or room for an answer, in the corner of a matrix that is two
 * columns wider; *room is the caller's to free.  What stands beside a copy is
 * NaN, which spoils what is made of it, and beside room the mark. */
static const double mixture_case_mark = 7;

static gsl_matrix_view mixture_case_wide(size_t rows, size_t columns,
                                         const gsl_matrix *m,
                                         gsl_matrix **room) {
  gsl_matrix_view part = {.matrix = {.data = NULL}};
  *room = gsl_matrix_alloc(rows, columns + 2);
  if (!*room)
    return part;
  gsl_matrix_set_all(*room, m ? NAN : mixture_case_mark);
  part = gsl_matrix_submatrix(*room, 0, 0, rows, columns);
  if (m)
    gsl_matrix_memcpy(&part.matrix, m);
  else
    gsl_matrix_set_all(&part.matrix, NAN);
  return part;
}

/* Numbers beside the room for an answer that are no longer the mark. */
static size_t mixture_case_spilt(const gsl_matrix *room) {
  size_t spilt = 0;
  for (size_t i = 0; i < room->size1; i++)
    for (size_t j = room->size2 - 2; j < room->size2; j++)
      spilt += !(gsl_matrix_get(room, i, j) == mixture_case_mark);
  return spilt;
}

#endif
