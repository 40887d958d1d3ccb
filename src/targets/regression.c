/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line, or a polynomial, through 24 points with Gaussian noise:
 * [regression.1]
 *
 *     z_j ~ N(0, p^2),   y_n | z ~ N(sum_j z_j x_n^j, s^2),   j = 0 .. degree
 *
 * With X the N x D powers of x, the posterior is Gaussian: [regression.2]
 *
 *     P = I / p^2 + X^T X / s^2,   m = P^-1 X^T y / s^2
 *     p(z | y) = N(m, P^-1)
 *
 * and the evidence is the joint over the posterior, at z = m: [regression.3]
 *
 *     log p(y) = -N/2 log(2 pi s^2) - D log p - 1/2 log det P
 *                -1/2 (|y - X m|^2 / s^2 + |m|^2 / p^2)
 *
 * Of two degrees the evidence says which the data make more probable, without
 * any data held out: a higher degree fits better, and pays by spreading its
 * prior over curves that the data are far from.
 *
 * The weights hang together, since every distance is positive: a sweep of
 * Gibbs, a weight at a time given the others, is N(m_j - sum_(k != j) P_jk
 * (z_k - m_k) / P_jj, 1 / P_jj), and creeps along the ridge.
 *
 * Data: E. Hubble (1929), A relation between distance and radial velocity
 * among extra-galactic nebulae, Proceedings of the National Academy of Sciences
 * 15, 168-173, Table 1.  Its distances are too small by a factor of 7: the
 * slope of 4.5 (450 km/s a megaparsec) is history, about 70 is what is known
 * now.  The noise that the options begin with is the residual standard
 * deviation of the line.  Model: Bishop (2006), Section 3.3.  The options
 * end where P would lose digits.  Not here: an unknown noise, a table of one's
 * own (docs/examples has a target of one's own to begin from). */
#include "targets/regression.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

#include "base/logmath.h"
#include "base/status.h"

/* clang-format off */
const double mg_hubble_values[MG_HUBBLE_ROWS][2] = {
    {0.032, 1.7}, {0.034, 2.9}, {0.214, -1.3}, {0.263, -0.7}, {0.275, -1.85},
    {0.275, -2.2}, {0.45, 2}, {0.5, 2.9}, {0.5, 2.7}, {0.63, 2}, {0.8, 3},
    {0.9, -0.3}, {0.9, 6.5}, {0.9, 1.5}, {0.9, 5}, {1, 9.2}, {1.1, 4.5},
    {1.1, 5}, {1.4, 5}, {1.7, 9.6}, {2, 5}, {2, 8.5}, {2, 8}, {2, 10.9}};
/* clang-format on */

static void options_default(void *options) {
  *(mg_regression_options *)options =
      (mg_regression_options){.degree = 1, .noise = 2.33, .prior_sd = 5};
}

static const mg_option option_table[] = {
    {"degree", MG_OPTION_SIZE, offsetof(mg_regression_options, degree), 0, 5,
     NULL, "of the polynomial in the distance"},
    {"noise", MG_OPTION_REAL, offsetof(mg_regression_options, noise), 0.1, 1e3,
     NULL, "standard deviation of a velocity, 100 km/s"},
    {"prior_sd", MG_OPTION_REAL, offsetof(mg_regression_options, prior_sd),
     1e-2, 100, NULL, "standard deviation of every weight about 0"},
    {0}};

/* ---- the joint ---- */

/* y_n - sum_j z_j x_n^j for row s of z. */
static double residual(const mg_regression *r, const gsl_matrix *z, size_t s,
                       size_t n) {
  double off = gsl_vector_get(r->y, n);
  for (size_t j = 0; j < r->dim; j++)
    off -= gsl_matrix_get(r->x, n, j) * gsl_matrix_get(z, s, j);
  return off;
}

static double log_data(const mg_regression *r, const gsl_matrix *z, size_t s) {
  const double variance = r->noise * r->noise;
  double sum = 0;
  for (size_t n = 0; n < r->y->size; n++)
    sum += pow(residual(r, z, s, n), 2);
  return -0.5 *
         ((double)r->y->size * (MG_LN_2PI + log(variance)) + sum / variance);
}

/* Adds d log p(y | z) / d z. */
static void add_gradient(const mg_regression *r, const gsl_matrix *z, size_t s,
                         gsl_matrix *dz) {
  for (size_t n = 0; n < r->y->size; n++) {
    const double pull = residual(r, z, s, n) / (r->noise * r->noise);
    for (size_t j = 0; j < r->dim; j++)
      *gsl_matrix_ptr(dz, s, j) += pull * gsl_matrix_get(r->x, n, j);
  }
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  mg_posterior_normal_log_density(&((const mg_regression *)self)->prior, z,
                                  log_p, dz);
  return GSL_SUCCESS;
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_regression *r = self;
  log_prior(self, z, log_p, dz);
  for (size_t s = 0; s < z->size1; s++) {
    *gsl_vector_ptr(log_p, s) += log_data(r, z, s);
    if (dz)
      add_gradient(r, z, s, dz);
  }
  return GSL_SUCCESS;
}

/* The prior of each weight, then the data, which hold them all. */
static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  const mg_regression *r = self;
  for (size_t s = 0; s < z->size1; s++) {
    for (size_t j = 0; j < r->dim; j++)
      gsl_matrix_set(
          log_f, s, j,
          mg_posterior_normal_log(gsl_matrix_get(z, s, j), 0, r->prior.sd));
    gsl_matrix_set(log_f, s, r->dim, log_data(r, z, s));
  }
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  return f == i || f == ((const mg_regression *)self)->dim;
}

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  mg_posterior_normal_sample(&((const mg_regression *)self)->prior, rng, z);
  return GSL_SUCCESS;
}

/* One weight given the others, in turn. */
static int gibbs(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_regression *r = self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t j = 0; j < r->dim; j++) {
      const double own = gsl_matrix_get(r->precision, j, j);
      double pull = 0;
      for (size_t k = 0; k < r->dim; k++)
        if (k != j)
          pull += gsl_matrix_get(r->precision, j, k) *
                  (gsl_matrix_get(z, s, k) - gsl_vector_get(r->mean, k));
      gsl_matrix_set(z, s, j,
                     gsl_vector_get(r->mean, j) - pull / own +
                         gsl_ran_gaussian_ziggurat(rng, 1 / sqrt(own)));
    }
  return GSL_SUCCESS;
}

/* ---- what is known ---- */

/* The posterior's mean, from y.                               [regression.2] */
static int solve(mg_regression *r) {
  gsl_blas_dgemv(CblasTrans, 1 / (r->noise * r->noise), r->x, r->y, 0, r->mean);
  return gsl_linalg_cholesky_svx(r->chol, r->mean);
}

static int log_evidence(const void *self, double *log_p) {
  const mg_regression *r = self;
  gsl_matrix_view mean =
      gsl_matrix_view_vector(r->mean, 1, r->dim); /* as a row */
  double joint, log_det = 0;
  gsl_vector_view value = gsl_vector_view_array(&joint, 1);
  log_joint(self, &mean.matrix, &value.vector, NULL);
  for (size_t j = 0; j < r->dim; j++)
    log_det += 2 * log(gsl_matrix_get(r->chol, j, j));
  *log_p = joint + 0.5 * ((double)r->dim * MG_LN_2PI - log_det);
  return GSL_SUCCESS;
}

static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_regression *r = self;
  gsl_vector_memcpy(mean, r->mean);
  gsl_matrix_memcpy(covariance, r->chol);
  return gsl_linalg_cholesky_invert(covariance);
}

/* m + L^-T e, for P = L L^T. */
static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_regression *r = self;
  for (size_t s = 0; s < z->size1; s++) {
    gsl_vector_view row = gsl_matrix_row(z, s);
    for (size_t j = 0; j < r->dim; j++)
      gsl_vector_set(&row.vector, j, gsl_ran_gaussian_ziggurat(rng, 1));
    gsl_blas_dtrsv(CblasLower, CblasTrans, CblasNonUnit, r->chol, &row.vector);
    gsl_vector_add(&row.vector, r->mean);
  }
  return GSL_SUCCESS;
}

/* New velocities at the same distances. */
static int simulate(void *self, gsl_rng *rng, const gsl_vector *z) {
  mg_regression *r = self;
  gsl_blas_dgemv(CblasNoTrans, 1, r->x, z, 0, r->y);
  for (size_t n = 0; n < r->y->size; n++)
    *gsl_vector_ptr(r->y, n) += gsl_ran_gaussian_ziggurat(rng, r->noise);
  return solve(r);
}

/* ---- the table ---- */

static int make_room(mg_regression *r) {
  r->x = gsl_matrix_alloc(MG_HUBBLE_ROWS, r->dim);
  r->y = gsl_vector_alloc(MG_HUBBLE_ROWS);
  r->precision = gsl_matrix_alloc(r->dim, r->dim);
  r->chol = gsl_matrix_alloc(r->dim, r->dim);
  r->mean = gsl_vector_alloc(r->dim);
  return r->x && r->y && r->precision && r->chol && r->mean
             ? GSL_SUCCESS
             : mg_fail(GSL_ENOMEM, "no memory for a regression");
}

/* Everything of the posterior that does not depend on y. */
static int factorise(mg_regression *r) {
  for (size_t n = 0; n < MG_HUBBLE_ROWS; n++) {
    gsl_vector_set(r->y, n, mg_hubble_values[n][1]);
    for (size_t j = 0; j < r->dim; j++)
      gsl_matrix_set(r->x, n, j, pow(mg_hubble_values[n][0], (double)j));
  }
  gsl_matrix_set_identity(r->precision);
  gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1 / (r->noise * r->noise), r->x,
                 r->x, 1 / (r->prior.sd * r->prior.sd), r->precision);
  gsl_matrix_memcpy(r->chol, r->precision);
  return gsl_linalg_cholesky_decomp1(r->chol);
}

static int init(void *self, const void *options, mg_target *target) {
  const mg_regression_options *o = options;
  mg_regression *r = self;
  *r = (mg_regression){.dim = o->degree + 1,
                       .noise = o->noise,
                       .prior = {.mean = 0, .sd = o->prior_sd}};
  target->dim = r->dim;
  target->gradient = true;
  target->log_density = log_joint;
  target->factors = r->dim + 1;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  target->gibbs = gibbs;
  int status = make_room(r);
  if (status == GSL_SUCCESS)
    status = factorise(r);
  return status == GSL_SUCCESS ? solve(r) : status;
}

static void clear(void *self) {
  mg_regression *r = self;
  gsl_matrix_free(r->x);
  gsl_vector_free(r->y);
  gsl_matrix_free(r->precision);
  gsl_matrix_free(r->chol);
  gsl_vector_free(r->mean);
  *r = (mg_regression){0};
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  (void)self;
  if (i < 2)
    snprintf(text, size, "%s", i ? "slope" : "intercept");
  else
    snprintf(text, size, "weight[%zu]", i);
  return text;
}

const mg_posterior_type mg_regression_type = {
    .name = "regression",
    .title = "Linear regression, Hubble's nebulae",
    .source = "Bishop (2006), Section 3.3; data Hubble (1929)",
    .size = sizeof(mg_regression),
    .options = option_table,
    .options_size = sizeof(mg_regression_options),
    .options_default = options_default,
    .init = init,
    .clear = clear,
    .coordinate = coordinate,
    .log_evidence = log_evidence,
    .moments = moments,
    .sample = sample,
    .simulate = simulate};
