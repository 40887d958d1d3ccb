/* SPDX-License-Identifier: GPL-3.0-or-later */
/* K laws of independent columns on the reals: a Gaussian a column.
 *
 *     log p(x | k) = -1/2 sum_j [log 2 pi v_kj + (x_j - m_kj)^2 / v_kj]
 *                                                                    [nrm.1]
 *
 * Weighted data are counted as differences from the present mean c_kj: with
 * s_kj and q_kj the sums of r_k (x_j - c_kj) and of r_k (x_j - c_kj)^2 and N_k
 * that of r_k, the maximum-likelihood Gaussian is                    [nrm.2]
 *
 *     m_kj = c_kj + s_kj / N_k,     v_kj = q_kj / N_k - (s_kj / N_k)^2
 *
 * With c_kj near the data's mean the subtraction loses nothing, also for
 * seconds since 1970; with c_kj = 0 it could lose every digit. */
#ifndef MG_MODELS_NORMALS_H
#define MG_MODELS_NORMALS_H

#include "models/model.h"

typedef struct {
  size_t count, dim; /* K, D */
  double *mean;      /* K x D */
  double *variance;  /* K x D */
  double *base;      /* K: -1/2 sum_j log 2 pi v_kj */
} mg_normals;

/* Makes a zeroed g hold K standard Gaussian laws on dim columns.
 * Returns GSL_SUCCESS; GSL_ENOMEM, also for sizes that overflow. */
int mg_normals_init(mg_normals *g, size_t dim, size_t count);

/* Frees what g holds; safe on a zeroed or half-built one. */
void mg_normals_clear(mg_normals *g);

/* Gives every law the mean and variance of a sample, so that counting starts
 * near the data.  A constant column keeps variance 1.
 *   x  in  n x D, n >= 1
 * Returns GSL_SUCCESS; GSL_EDOM for a value that is not finite. */
int mg_normals_start(mg_normals *g, const gsl_matrix *x);

/* How many sums there are: 2 x K x D. */
size_t mg_normals_sums(const mg_normals *g);

/* log p(x | k) for every k.                                          [nrm.1]
 *   x      in   D reals     log_p  out  K, nats; -inf for an infinite value
 * Returns GSL_SUCCESS; GSL_EDOM for NaN. */
int mg_normals_score(const mg_normals *g, const double *x, double *log_p);

/* Adds a datum to the sums, weight r_k in law k.
 *   r  in  K     sums  in/out  mg_normals_sums
 * Returns GSL_SUCCESS; GSL_EDOM for a value that is not finite. */
int mg_normals_gather(const mg_normals *g, const double *x, const double *r,
                      double *sums);

/* New Gaussians from the sums.                                       [nrm.2]
 *   total      in   K, the sum of the weights given to each law; a law without
 *                   any keeps its Gaussian
 *   floor      in   the least variance, in the columns' units squared; >= 0
 *   log_joint  out  sum of r_k log p(x | k) over the data under the new laws
 * Returns GSL_SUCCESS; GSL_EDOM when a variance would be 0 (a constant column
 * and floor 0): its density has no bound.  Then nothing changed. */
int mg_normals_update(mg_normals *g, const double *total, const double *sums,
                      double floor, double *log_joint);

/* Names "mean" and "variance". */
void mg_normals_tensors(mg_normals *g, mg_tensors *list);

/* After means and variances came from outside: checks them, derives the rest.
 * Returns GSL_SUCCESS; GSL_EDOM for a mean that is not finite or a variance
 * that is not a positive finite number. */
int mg_normals_refresh(mg_normals *g);

/* Draws a datum from law k.
 *   x  out  D reals */
void mg_normals_sample(const mg_normals *g, gsl_rng *rng, size_t k, double *x);

#endif
