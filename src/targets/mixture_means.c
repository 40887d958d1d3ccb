/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The means of a Gaussian mixture: a posterior with several modes, small enough
 * to be known.
 *
 *     mu_k ~ N(c, s^2),  x_n ~ sum_k w_k N(mu_k, v)            [means.1]
 *
 * with weights w and variance v known.  The data are how long Old Faithful
 * erupted, in minutes: short or long.  Which component is the short one the
 * data do not say; where weights are equal every order of the means is as good
 * as any other, and where they differ there are still as many modes.  That is
 * what a sampler has to leap between, and a guide of one peak has to choose.
 *
 * Given which component a_n each datum comes from, all is Gaussian: [means.2]
 *
 *     mu_k | a, x ~ N(m_k, v_k),  1/v_k = 1/s^2 + N_k/v,
 *     m_k = c + v_k sum_{n: a_n = k} (x_n - c)/v
 *     p(x, a) = prod_n w_(a_n) N(x_n; c, v)
 *               prod_k sqrt(v_k/s^2) exp((m_k - c)^2 / (2 v_k))
 *
 * So the evidence is a sum over the K^N assignments, a posterior draw is a
 * draw of one and then of the means, and both are exact while K^N is small.
 * Gibbs sampling draws the a_n given the means, and the means given those; it
 * needs no sum, and serves any N.
 *
 * Source: Azzalini & Bowman (1990) for the data; Diebolt & Robert (1994) for
 * the sweep.
 *
 * Not here: unknown weights and widths. */
#include "targets/mixture_means.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"
#include "data/faithful.h"
#include "targets/posterior_normal.h"

enum { MOST = MG_MIXTURE_MEANS_MOST, ASSIGNMENTS_MOST = 1 << 20 };

static void options_default(void *options) {
  *(mg_mixture_means_options *)options =
      (mg_mixture_means_options){.components = 2,
                                 .rows = 10,
                                 .weight = 0.35,
                                 .sd = 0.4,
                                 .centre = 3.5,
                                 .prior = 1};
}

static const mg_option option_table[] = {
    {"components", MG_OPTION_SIZE,
     offsetof(mg_mixture_means_options, components), 1, MOST, NULL,
     "number of means"},
    {"rows", MG_OPTION_SIZE, offsetof(mg_mixture_means_options, rows), 1,
     MG_FAITHFUL_ROWS, NULL, "how many eruptions"},
    {"weight", MG_OPTION_REAL, offsetof(mg_mixture_means_options, weight), 0.01,
     0.99, NULL, "weight of the first component; the others share the rest"},
    {"sd", MG_OPTION_REAL, offsetof(mg_mixture_means_options, sd), 1e-2, 1e2,
     NULL, "standard deviation of a component, minutes"},
    {"centre", MG_OPTION_REAL, offsetof(mg_mixture_means_options, centre), -1e3,
     1e3, NULL, "mean of the means' prior, minutes"},
    {"prior", MG_OPTION_REAL, offsetof(mg_mixture_means_options, prior), 1e-2,
     1e3, NULL, "standard deviation of the means' prior, minutes"},
    {0}};

static mg_posterior_normal prior(const mg_mixture_means *m) {
  return (mg_posterior_normal){.mean = m->options.centre,
                               .sd = m->options.prior};
}

/* ---- the joint ---- */

/* log w_k N(x_n; mu_k, v) of each k; returns the log of their sum, with the
 * shares r_nk. */
static double share(const mg_mixture_means *m, size_t n, const double *mu,
                    double *r) {
  for (size_t k = 0; k < m->options.components; k++)
    r[k] = m->log_weight[k] +
           mg_posterior_normal_log(m->x[n], mu[k], m->options.sd);
  return mg_softmax(m->options.components, r, r);
}

/* log p(x | mu); its gradient is added to d. */
static double log_likelihood(const mg_mixture_means *m, const double *mu,
                             double *d) {
  const double v = m->options.sd * m->options.sd;
  double sum = 0, r[MOST];
  for (size_t n = 0; n < m->options.rows; n++) {
    sum += share(m, n, mu, r);
    for (size_t k = 0; d && k < m->options.components; k++)
      d[k] += r[k] * (m->x[n] - mu[k]) / v;
  }
  return sum;
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_posterior_normal normal = prior(self);
  mg_posterior_normal_log_density(&normal, z, log_p, dz);
  return GSL_SUCCESS;
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  log_prior(self, z, log_p, dz);
  for (size_t s = 0; s < z->size1; s++)
    *gsl_vector_ptr(log_p, s) +=
        log_likelihood(self, gsl_matrix_const_ptr(z, s, 0),
                       dz ? gsl_matrix_ptr(dz, s, 0) : NULL);
  return GSL_SUCCESS;
}

/* A factor of the prior a mean, and one of all data: each holds every mean. */
static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  const mg_mixture_means *m = self;
  for (size_t s = 0; s < z->size1; s++) {
    const double *mu = gsl_matrix_const_ptr(z, s, 0);
    double *f = gsl_matrix_ptr(log_f, s, 0);
    for (size_t k = 0; k < z->size2; k++)
      f[k] =
          mg_posterior_normal_log(mu[k], m->options.centre, m->options.prior);
    f[z->size2] = log_likelihood(m, mu, NULL);
  }
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  const mg_mixture_means *m = self;
  return f == i || f == m->options.components;
}

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_posterior_normal normal = prior(self);
  mg_posterior_normal_sample(&normal, rng, z);
  return GSL_SUCCESS;
}

/* A component by its probabilities, which sum to 1 but for rounding. */
static size_t choose(gsl_rng *rng, size_t components, const double *p) {
  double left = gsl_rng_uniform(rng);
  size_t k = 0;
  while (k + 1 < components && left >= p[k])
    left -= p[k++];
  return k;
}

static int simulate(void *self, gsl_rng *rng, const gsl_vector *z) {
  mg_mixture_means *m = self;
  double weight[MOST];
  for (size_t k = 0; k < z->size; k++)
    weight[k] = exp(m->log_weight[k]);
  for (size_t n = 0; n < m->options.rows; n++)
    m->x[n] = gsl_vector_get(z, choose(rng, z->size, weight)) +
              gsl_ran_gaussian_ziggurat(rng, m->options.sd);
  return GSL_SUCCESS;
}

/* ---- given the assignments ---- */

/* What an assignment says of each component. */
typedef struct {
  double count[MOST], sum[MOST]; /* N_k; sum of x_n - c */
} assigned;

static void assign(const mg_mixture_means *m, size_t n, size_t k, assigned *a) {
  a->count[k]++;
  a->sum[k] += m->x[n] - m->options.centre;
}

/* m_k and v_k.                                                    [means.2] */
static void mean_given(const mg_mixture_means *m, const assigned *a, size_t k,
                       double *mean, double *variance) {
  const double v = m->options.sd * m->options.sd;
  const double s = m->options.prior * m->options.prior;
  *variance = 1 / (1 / s + a->count[k] / v);
  *mean = m->options.centre + *variance * a->sum[k] / v;
}

static double draw_mean(const mg_mixture_means *m, const assigned *a, size_t k,
                        gsl_rng *rng) {
  double mean, variance;
  mean_given(m, a, k, &mean, &variance);
  return mean + gsl_ran_gaussian_ziggurat(rng, sqrt(variance));
}

static int gibbs(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_mixture_means *m = self;
  const size_t components = m->options.components;
  for (size_t s = 0; s < z->size1; s++) {
    double *mu = gsl_matrix_ptr(z, s, 0), r[MOST];
    assigned a = {{0}, {0}};
    for (size_t n = 0; n < m->options.rows; n++) {
      share(m, n, mu, r);
      assign(m, n, choose(rng, components, r), &a);
    }
    for (size_t k = 0; k < components; k++)
      mu[k] = draw_mean(m, &a, k, rng);
  }
  return GSL_SUCCESS;
}

/* ---- all assignments ---- */

/* Assignment i is i written to the base K: a digit a datum. */
static assigned numbered(const mg_mixture_means *m, size_t i) {
  assigned a = {{0}, {0}};
  for (size_t n = 0; n < m->options.rows; n++, i /= m->options.components)
    assign(m, n, i % m->options.components, &a);
  return a;
}

/* log p(x, a) less what all assignments share.                    [means.2] */
static double log_assignment(const mg_mixture_means *m, const assigned *a) {
  const double s = m->options.prior * m->options.prior;
  double sum = 0, mean, variance;
  for (size_t k = 0; k < m->options.components; k++) {
    mean_given(m, a, k, &mean, &variance);
    mean -= m->options.centre;
    sum += a->count[k] * m->log_weight[k] +
           0.5 * (log(variance / s) + mean * mean / variance);
  }
  return sum;
}

/* K^N, or 0 for too many. */
static size_t assignments(const mg_mixture_means *m) {
  size_t count = 1;
  for (size_t n = 0; n < m->options.rows; n++)
    if ((count *= m->options.components) > ASSIGNMENTS_MOST)
      return 0;
  return count;
}

/* log p(x, a) of every assignment, to be freed. */
static int enumerate(const mg_mixture_means *m, size_t *count, double **log_p) {
  double shared = 0;
  *count = assignments(m);
  if (!*count)
    return mg_fail(GSL_EUNSUP,
                   "there are %zu^%zu assignments, too many to sum over: give "
                   "fewer rows",
                   m->options.components, m->options.rows);
  *log_p = malloc(*count * sizeof **log_p);
  if (!*log_p)
    return mg_fail(GSL_ENOMEM, "no memory for %zu assignments", *count);
  for (size_t n = 0; n < m->options.rows; n++)
    shared +=
        mg_posterior_normal_log(m->x[n], m->options.centre, m->options.sd);
  for (size_t i = 0; i < *count; i++) {
    const assigned a = numbered(m, i);
    (*log_p)[i] = shared + log_assignment(m, &a);
  }
  return GSL_SUCCESS;
}

static int log_evidence(const void *self, double *log_p) {
  double *each = NULL;
  size_t count;
  const int status = enumerate(self, &count, &each);
  if (status == GSL_SUCCESS)
    *log_p = mg_log_sum_exp(count, each);
  free(each);
  return status;
}

/* Adds p times mean and second moments, about c, given an assignment. */
static void add_moments(const mg_mixture_means *m, const assigned *a, double p,
                        gsl_vector *mean, gsl_matrix *second) {
  double at[MOST], variance[MOST];
  for (size_t k = 0; k < mean->size; k++) {
    mean_given(m, a, k, &at[k], &variance[k]);
    at[k] -= m->options.centre;
    *gsl_vector_ptr(mean, k) += p * at[k];
    *gsl_matrix_ptr(second, k, k) += p * variance[k];
  }
  for (size_t i = 0; i < mean->size; i++)
    for (size_t k = 0; k < mean->size; k++)
      *gsl_matrix_ptr(second, i, k) += p * at[i] * at[k];
}

static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_mixture_means *m = self;
  double *p = NULL;
  size_t count;
  const int status = enumerate(m, &count, &p);
  if (status == GSL_SUCCESS) {
    mg_softmax(count, p, p);
    gsl_vector_set_zero(mean);
    gsl_matrix_set_zero(covariance);
    for (size_t i = 0; i < count; i++) {
      const assigned a = numbered(m, i);
      add_moments(m, &a, p[i], mean, covariance);
    }
    gsl_blas_dger(-1, mean, mean, covariance);
    gsl_vector_add_constant(mean, m->options.centre);
  }
  free(p);
  return status;
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_mixture_means *m = self;
  gsl_ran_discrete_t *which = NULL;
  double *p = NULL;
  size_t count;
  int status = enumerate(m, &count, &p);
  if (status == GSL_SUCCESS) {
    mg_softmax(count, p, p);
    which = gsl_ran_discrete_preproc(count, p);
    if (!which)
      status = mg_fail(GSL_ENOMEM, "no memory for %zu assignments", count);
  }
  for (size_t s = 0; status == GSL_SUCCESS && s < z->size1; s++) {
    const assigned a = numbered(m, gsl_ran_discrete(rng, which));
    for (size_t k = 0; k < z->size2; k++)
      gsl_matrix_set(z, s, k, draw_mean(m, &a, k, rng));
  }
  if (which)
    gsl_ran_discrete_free(which);
  free(p);
  return status;
}

/* ---- the table ---- */

static int init(void *self, const void *options, mg_target *target) {
  mg_mixture_means *m = self;
  m->options = *(const mg_mixture_means_options *)options;
  const size_t components = m->options.components;
  const double first = components == 1 ? 1 : m->options.weight;
  for (size_t k = 0; k < components; k++)
    m->log_weight[k] = log(k ? (1 - first) / ((double)components - 1) : first);
  m->x = malloc(m->options.rows * sizeof *m->x);
  if (!m->x)
    return mg_fail(GSL_ENOMEM, "no memory for %zu rows", m->options.rows);
  for (size_t n = 0; n < m->options.rows; n++)
    m->x[n] = mg_faithful_values[n][0];
  target->dim = components;
  target->gradient = true;
  target->log_density = log_joint;
  target->factors = components + 1;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  target->gibbs = gibbs;
  return GSL_SUCCESS;
}

static void clear(void *self) {
  mg_mixture_means *m = self;
  free(m->x);
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  (void)self;
  snprintf(text, size, "mean[%zu]", i + 1);
  return text;
}

const mg_posterior_type mg_mixture_means_type = {
    .name = "mixture",
    .title = "Means of a mixture",
    .source = "Azzalini & Bowman (1990); Diebolt & Robert (1994)",
    .size = sizeof(mg_mixture_means),
    .options = option_table,
    .options_size = sizeof(mg_mixture_means_options),
    .options_default = options_default,
    .init = init,
    .clear = clear,
    .coordinate = coordinate,
    .log_evidence = log_evidence,
    .moments = moments,
    .sample = sample,
    .simulate = simulate};
