/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mean, in D dimensions that know nothing of each other:         [mean.1]
 *
 *     z_i ~ N(0, p^2),   x_ni | z ~ N(z_i, sd^2),   n = 1 .. N
 *
 * With the averages a_i of the data, the posterior of each z_i is  [mean.2]
 *
 *     N(v N a_i / sd^2, v),   1 / v = 1 / p^2 + N / sd^2
 *
 * and the evidence, of which the average is all that z touches,    [mean.3]
 *
 *     p(x) = prod_i N(a_i; 0, p^2 + sd^2 / N)
 *            (2 pi sd^2)^(-(N-1)/2) N^(-1/2) exp(-scatter_i / (2 sd^2))
 *
 * where scatter_i = sum_n (x_ni - a_i)^2.  At one datum that is N(x; 0, p^2 +
 * sd^2): log p(1) = -1.515512 by default, the first row of every comparison of
 * bounds.  The dimension is what makes it a second time interesting: posterior
 * and prior differ by the same in each coordinate, so that the share of the
 * prior's draws which the posterior has any use for falls exponentially with
 * D, and with it the use of averaging over the prior.
 *
 * Data of one's own choosing: all coordinates of all data have one value;
 * mg_posterior_simulate draws others.  Source: Gelman et al. (2013), Section
 * 2.5.  Not here: an unknown variance. */
#include "targets/mean.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"

static void options_default(void *options) {
  *(mg_mean_options *)options = (mg_mean_options){
      .dim = 1, .data = 1, .value = 1, .sd = 1, .prior_sd = 1};
}

static const mg_option option_table[] = {
    {"dim", MG_OPTION_SIZE, offsetof(mg_mean_options, dim), 1, 10000, NULL,
     "how many coordinates"},
    {"data", MG_OPTION_SIZE, offsetof(mg_mean_options, data), 1, 1e9, NULL,
     "how many data"},
    {"value", MG_OPTION_REAL, offsetof(mg_mean_options, value), -1e6, 1e6, NULL,
     "of each coordinate of each datum"},
    {"sd", MG_OPTION_REAL, offsetof(mg_mean_options, sd), 1e-6, 1e6, NULL,
     "standard deviation of a datum about the mean"},
    {"prior_sd", MG_OPTION_REAL, offsetof(mg_mean_options, prior_sd), 1e-6, 1e6,
     NULL, "standard deviation of the mean about 0"},
    {0}};

/* ---- the joint ---- */

/* log p of coordinate i of all data. */
static double log_data(const mg_mean *m, size_t i, double z) {
  const double off = z - m->average[i], variance = m->sd * m->sd;
  return -0.5 * m->data * (MG_LN_2PI + log(variance)) -
         (m->scatter[i] + m->data * off * off) / (2 * variance);
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  mg_posterior_normal_log_density(&((const mg_mean *)self)->prior, z, log_p,
                                  dz);
  return GSL_SUCCESS;
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_mean *m = self;
  log_prior(self, z, log_p, dz);
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < m->dim; i++) {
      const double at = gsl_matrix_get(z, s, i);
      *gsl_vector_ptr(log_p, s) += log_data(m, i, at);
      if (dz)
        *gsl_matrix_ptr(dz, s, i) +=
            m->data * (m->average[i] - at) / (m->sd * m->sd);
    }
  return GSL_SUCCESS;
}

/* The prior of each coordinate, then the data in each. */
static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  const mg_mean *m = self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < m->dim; i++) {
      const double at = gsl_matrix_get(z, s, i);
      gsl_matrix_set(log_f, s, i, mg_posterior_normal_log(at, 0, m->prior.sd));
      gsl_matrix_set(log_f, s, m->dim + i, log_data(m, i, at));
    }
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  return f % ((const mg_mean *)self)->dim == i;
}

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  mg_posterior_normal_sample(&((const mg_mean *)self)->prior, rng, z);
  return GSL_SUCCESS;
}

/* ---- what is known ---- */

static double posterior_variance(const mg_mean *m) {
  return 1 / (1 / (m->prior.sd * m->prior.sd) + m->data / (m->sd * m->sd));
}

static double posterior_mean(const mg_mean *m, size_t i) {
  return posterior_variance(m) * m->data * m->average[i] / (m->sd * m->sd);
}

static int log_evidence(const void *self, double *log_p) {
  const mg_mean *m = self;
  const double variance = m->sd * m->sd;
  const double sd = hypot(m->prior.sd, m->sd / sqrt(m->data));
  *log_p = 0;
  for (size_t i = 0; i < m->dim; i++)
    *log_p += mg_posterior_normal_log(m->average[i], 0, sd) -
              0.5 * (m->data - 1) * (MG_LN_2PI + log(variance)) -
              0.5 * log(m->data) - m->scatter[i] / (2 * variance);
  return GSL_SUCCESS;
}

static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_mean *m = self;
  gsl_matrix_set_zero(covariance);
  for (size_t i = 0; i < m->dim; i++) {
    gsl_vector_set(mean, i, posterior_mean(m, i));
    gsl_matrix_set(covariance, i, i, posterior_variance(m));
  }
  return GSL_SUCCESS;
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_mean *m = self;
  const double sd = sqrt(posterior_variance(m));
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < m->dim; i++)
      gsl_matrix_set(z, s, i,
                     posterior_mean(m, i) + gsl_ran_gaussian_ziggurat(rng, sd));
  return GSL_SUCCESS;
}

/* Average and scatter are independent: N(z, sd^2 / N), and sd^2 times a
 * chi-squared of N - 1 degrees of freedom. */
static int simulate(void *self, gsl_rng *rng, const gsl_vector *z) {
  mg_mean *m = self;
  for (size_t i = 0; i < m->dim; i++) {
    m->average[i] = gsl_vector_get(z, i) +
                    gsl_ran_gaussian_ziggurat(rng, m->sd / sqrt(m->data));
    m->scatter[i] =
        m->data > 1 ? m->sd * m->sd * gsl_ran_chisq(rng, m->data - 1) : 0;
  }
  return GSL_SUCCESS;
}

/* ---- the table ---- */

static int init(void *self, const void *options, mg_target *target) {
  const mg_mean_options *o = options;
  mg_mean *m = self;
  *m = (mg_mean){.dim = o->dim,
                 .data = (double)o->data,
                 .sd = o->sd,
                 .average = calloc(o->dim, sizeof *m->average),
                 .scatter = calloc(o->dim, sizeof *m->scatter),
                 .prior = {.mean = 0, .sd = o->prior_sd}};
  if (!m->average || !m->scatter)
    return mg_fail(GSL_ENOMEM, "no memory for data in %zu dimensions", o->dim);
  for (size_t i = 0; i < m->dim; i++)
    m->average[i] = o->value;
  target->dim = m->dim;
  target->gradient = true;
  target->log_density = log_joint;
  target->factors = 2 * m->dim;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  return GSL_SUCCESS;
}

static void clear(void *self) {
  mg_mean *m = self;
  free(m->average);
  free(m->scatter);
  m->average = m->scatter = NULL;
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  (void)self;
  snprintf(text, size, "mean[%zu]", i);
  return text;
}

const mg_posterior_type mg_mean_type = {
    .name = "mean",
    .title = "Gaussian mean, known variance",
    .source = "Gelman et al. (2013), Section 2.5",
    .size = sizeof(mg_mean),
    .options = option_table,
    .options_size = sizeof(mg_mean_options),
    .options_default = options_default,
    .init = init,
    .clear = clear,
    .coordinate = coordinate,
    .log_evidence = log_evidence,
    .moments = moments,
    .sample = sample,
    .simulate = simulate};
