/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logistic regression: what is the chance that something fails, given what is
 * known beforehand?
 *
 *     beta_i ~ N(0, s^2),  p(y_n = 1) = sigmoid(beta x_n)       [logreg.1]
 *
 * The posterior of beta has no formula, yet it is the gentlest of those: one
 * mode, as log p(y, beta) is concave.  That makes it the measure of inference
 * at large: a thousand rows, twenty coefficients, and a hundred draws of beta
 * at a time.
 *
 * With the sign of its class in each row, x'_n = (2 y_n - 1) x_n, a datum is
 * worth log sigmoid(beta x'_n), and its gradient is x'_n sigmoid(-beta x'_n):
 *
 *     log p(y | beta) = sum_n log sigmoid(beta x'_n)             [logreg.2]
 *     d / d beta      = sum_n sigmoid(-beta x'_n) x'_n           [logreg.3]
 *
 * The signs are put in once, with the rows in blocks for the kernel, which
 * takes four draws through a block at a time; rows of 0 fill up the last one,
 * and each is worth log(1/2) whatever beta is, which is taken off again.
 *
 * The data that come along: the 23 flights of the space shuttle before the
 * Challenger's last, at which temperature they started, and whether rings that
 * seal the boosters were damaged.  x = (1, (F - 70) / 10), so the coefficients
 * are the log odds of damage at 70 degrees Fahrenheit, and their change over 10
 * degrees.  The last flight started at 31.
 *
 * Source: Dalal, Fowlkes & Hoadley (1989) for the data; Gelman, Jakulin, Pittau
 * & Su (2008) for a prior of that width.  The quadrature for two coefficients
 * is in logistic_regression_exact.c. */
#include "targets/logistic_regression.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "targets/logistic_regression_kernel.h"
#include "targets/posterior_normal.h"

enum {
  ROWS = MG_LOGISTIC_REGRESSION_ROWS,
  PAD = MG_LOGISTIC_REGRESSION_PAD,
  DRAWS = MG_LOGISTIC_REGRESSION_DRAWS,
  FLIGHTS = 23,
  COLUMNS = 1000 /* at most */
};

/* Degrees Fahrenheit at the start, and whether a ring was damaged. */
static const struct {
  double fahrenheit, damage;
} flight[FLIGHTS] = {{66, 0}, {70, 1}, {69, 0}, {68, 0}, {67, 0}, {72, 0},
                     {73, 0}, {70, 0}, {57, 1}, {63, 1}, {70, 1}, {78, 0},
                     {67, 0}, {53, 1}, {67, 0}, {75, 0}, {70, 0}, {81, 0},
                     {76, 0}, {79, 0}, {75, 1}, {76, 0}, {58, 1}};

static void options_default(void *options) {
  *(mg_logistic_regression_options *)options = (mg_logistic_regression_options){
      .prior = 2.5, .rows = 1000, .columns = 20, .seed = 1};
}

static const mg_option option_table[] = {
    {"data", MG_OPTION_CHOICE, offsetof(mg_logistic_regression_options, data),
     0, 0, "challenger|synthetic", "whose rows: flights, or drawn"},
    {"prior", MG_OPTION_REAL, offsetof(mg_logistic_regression_options, prior),
     1e-3, 1e6, NULL, "standard deviation of each coefficient's prior"},
    {"rows", MG_OPTION_SIZE, offsetof(mg_logistic_regression_options, rows), 1,
     1e7, NULL, "synthetic rows"},
    {"columns", MG_OPTION_SIZE,
     offsetof(mg_logistic_regression_options, columns), 1, COLUMNS, NULL,
     "synthetic columns, a column of 1 among them"},
    {"seed", MG_OPTION_SIZE, offsetof(mg_logistic_regression_options, seed), 0,
     1e9, NULL, "of synthetic data"},
    {0}};

/* ---- data ---- */

static size_t padded(size_t n) {
  return (n + PAD - 1) / PAD * PAD;
}

/* Rows of the block that begins at row first, padded. */
static size_t block_rows(size_t n, size_t first) {
  return n - first < ROWS ? padded(n - first) : ROWS;
}

static void fill_blocks(mg_logistic_regression *l) {
  const size_t n = l->x->size1, d = l->x->size2;
  double *to = l->blocks;
  for (size_t first = 0; first < n; first += ROWS) {
    const size_t rows = block_rows(n, first);
    for (size_t j = 0; j < d; j++)
      for (size_t r = 0; r < rows; r++)
        *to++ = first + r < n ? gsl_matrix_get(l->x, first + r, j) *
                                    (2 * gsl_vector_get(l->y, first + r) - 1)
                              : 0;
  }
}

static void draw_classes(mg_logistic_regression *l, gsl_rng *rng,
                         const gsl_vector *beta) {
  for (size_t n = 0; n < l->x->size1; n++) {
    double a = 0;
    for (size_t j = 0; j < l->x->size2; j++)
      a += gsl_matrix_get(l->x, n, j) * gsl_vector_get(beta, j);
    gsl_vector_set(l->y, n, gsl_rng_uniform(rng) < mg_sigmoid(a));
  }
}

/* Columns N(0, 1), and coefficients N(0, 1/D): logits of order 1. */
static int draw_data(mg_logistic_regression *l) {
  const size_t d = l->x->size2;
  gsl_rng *rng = mg_stream_alloc(l->options.seed, "logistic/synthetic", 0);
  gsl_vector *beta = gsl_vector_alloc(d);
  if (rng && beta) {
    for (size_t j = 0; j < d; j++)
      gsl_vector_set(beta, j,
                     gsl_ran_gaussian_ziggurat(rng, 1 / sqrt((double)d)));
    for (size_t n = 0; n < l->x->size1; n++)
      for (size_t j = 0; j < d; j++)
        gsl_matrix_set(l->x, n, j, j ? gsl_ran_gaussian_ziggurat(rng, 1) : 1);
    draw_classes(l, rng, beta);
  }
  const int status =
      rng && beta ? GSL_SUCCESS
                  : mg_fail(GSL_ENOMEM, "no memory for %zu rows", l->x->size1);
  if (rng)
    gsl_rng_free(rng);
  gsl_vector_free(beta);
  return status;
}

static void copy_flights(mg_logistic_regression *l) {
  for (size_t n = 0; n < FLIGHTS; n++) {
    gsl_matrix_set(l->x, n, 0, 1);
    gsl_matrix_set(l->x, n, 1, (flight[n].fahrenheit - 70) / 10);
    gsl_vector_set(l->y, n, flight[n].damage);
  }
}

static int simulate(void *self, gsl_rng *rng, const gsl_vector *z) {
  draw_classes(self, rng, z);
  fill_blocks(self);
  return GSL_SUCCESS;
}

/* ---- the joint ---- */

/* Log-likelihood of DRAWS draws.  The product of a block is at most 2^256, so
 * only a few of them fit a double before a logarithm is due. */
static void likelihood_of(const mg_logistic_regression *l,
                          const double *const *beta, double *log_l,
                          double *const *dz) {
  const mg_logistic_regression_kernel *kernel =
      mg_logistic_regression_kernel_best();
  const size_t n = l->x->size1, d = l->x->size2;
  _Alignas(64) double weight[DRAWS * ROWS];
  double linear[DRAWS] = {0}, factor[DRAWS];
  const double *x = l->blocks;
  for (size_t s = 0; s < DRAWS; s++) {
    log_l[s] = (double)(padded(n) - n) * MG_LN_2;
    factor[s] = 1;
  }
  for (size_t first = 0; first < n; first += ROWS) {
    const size_t rows = block_rows(n, first);
    kernel->add(d, rows, x, beta, linear, factor, dz ? weight : NULL);
    if (dz)
      kernel->slope(d, rows, x, weight, dz);
    for (size_t s = 0; s < DRAWS; s++)
      if (factor[s] > 0x1p700 || first + rows >= n) {
        log_l[s] -= log(factor[s]);
        factor[s] = 1;
      }
    x += d * rows;
  }
  for (size_t s = 0; s < DRAWS; s++)
    log_l[s] -= linear[s];
}

static void add_likelihood(const mg_logistic_regression *l, const gsl_matrix *z,
                           gsl_vector *log_l, gsl_matrix *dz) {
  for (size_t first = 0; first < z->size1; first += DRAWS) {
    const size_t left = z->size1 - first;
    const double *beta[DRAWS];
    double value[DRAWS], *slope[DRAWS], spare[COLUMNS] = {0};
    for (size_t s = 0; s < DRAWS; s++) {
      const size_t row = s < left ? first + s : first;
      beta[s] = gsl_matrix_const_ptr(z, row, 0);
      slope[s] = dz && s < left ? gsl_matrix_ptr(dz, row, 0) : spare;
    }
    likelihood_of(l, beta, value, dz ? slope : NULL);
    for (size_t s = 0; s < DRAWS && s < left; s++)
      *gsl_vector_ptr(log_l, first + s) += value[s];
  }
}

void mg_logistic_regression_likelihood(const mg_logistic_regression *l,
                                       const gsl_matrix *z, gsl_vector *log_l,
                                       gsl_matrix *dz) {
  gsl_vector_set_zero(log_l);
  if (dz)
    gsl_matrix_set_zero(dz);
  add_likelihood(l, z, log_l, dz);
}

static mg_posterior_normal prior(const mg_logistic_regression *l) {
  return (mg_posterior_normal){.mean = 0, .sd = l->options.prior};
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_posterior_normal normal = prior(self);
  mg_posterior_normal_log_density(&normal, z, log_p, dz);
  return GSL_SUCCESS;
}

int mg_logistic_regression_log_joint(const void *self, const gsl_matrix *z,
                                     gsl_vector *log_p, gsl_matrix *dz) {
  log_prior(self, z, log_p, dz);
  add_likelihood(self, z, log_p, dz);
  return GSL_SUCCESS;
}

/* A factor of the prior a coefficient, and one of all data. */
static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  const mg_logistic_regression *l = self;
  gsl_vector_view data = gsl_matrix_column(log_f, z->size2);
  mg_logistic_regression_likelihood(l, z, &data.vector, NULL);
  for (size_t s = 0; s < z->size1; s++)
    for (size_t j = 0; j < z->size2; j++)
      gsl_matrix_set(log_f, s, j,
                     mg_posterior_normal_log(gsl_matrix_get(z, s, j), 0,
                                             l->options.prior));
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  const mg_logistic_regression *l = self;
  return f == i || f == l->x->size2;
}

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_posterior_normal normal = prior(self);
  mg_posterior_normal_sample(&normal, rng, z);
  return GSL_SUCCESS;
}

/* ---- the table ---- */

static int alloc_data(mg_logistic_regression *l, size_t n, size_t d) {
  const size_t bytes = padded(n) * d * sizeof *l->blocks;
  l->x = gsl_matrix_alloc(n, d);
  l->y = gsl_vector_alloc(n);
  l->blocks = aligned_alloc(64, bytes);
  return l->x && l->y && l->blocks
             ? GSL_SUCCESS
             : mg_fail(GSL_ENOMEM, "no memory for %zu rows", n);
}

static int init(void *self, const void *options, mg_target *target) {
  mg_logistic_regression *l = self;
  l->options = *(const mg_logistic_regression_options *)options;
  const bool flights = l->options.data == MG_LOGISTIC_CHALLENGER;
  const size_t d = flights ? 2 : l->options.columns;
  int status = alloc_data(l, flights ? FLIGHTS : l->options.rows, d);
  if (status == GSL_SUCCESS && flights)
    copy_flights(l);
  else if (status == GSL_SUCCESS)
    status = draw_data(l);
  if (status != GSL_SUCCESS)
    return status;
  fill_blocks(l);
  target->dim = d;
  target->gradient = true;
  target->log_density = mg_logistic_regression_log_joint;
  target->factors = d + 1;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  return GSL_SUCCESS;
}

static void clear(void *self) {
  mg_logistic_regression *l = self;
  gsl_matrix_free(l->x);
  gsl_vector_free(l->y);
  free(l->blocks);
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  const mg_logistic_regression *l = self;
  if (i == 0)
    snprintf(text, size, "intercept");
  else if (l->options.data == MG_LOGISTIC_CHALLENGER)
    snprintf(text, size, "warmth");
  else
    snprintf(text, size, "slope[%zu]", i);
  return text;
}

const mg_posterior_type mg_logistic_regression_type = {
    .name = "logistic",
    .title = "Logistic regression",
    .source = "Dalal, Fowlkes & Hoadley (1989); Gelman et al. (2008)",
    .size = sizeof(mg_logistic_regression),
    .options = option_table,
    .options_size = sizeof(mg_logistic_regression_options),
    .options_default = options_default,
    .init = init,
    .clear = clear,
    .coordinate = coordinate,
    .log_evidence = mg_logistic_regression_log_evidence,
    .moments = mg_logistic_regression_moments,
    .sample = mg_logistic_regression_sample,
    .simulate = simulate};
