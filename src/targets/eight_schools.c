/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Eight schools, in two coordinates: one posterior, hard in one of them.
 *
 * Eight schools coached their pupils for a test; of each an effect y_j was
 * estimated, in points, with a standard error sigma_j that counts as known.
 * What the schools have in common is learned with them:          [schools.1]
 *
 *     mu ~ N(0, 5^2),  tau ~ half-Cauchy(5)
 *     theta_j ~ N(mu, tau^2),  y_j ~ N(theta_j, sigma_j^2)
 *
 * With z = (mu, tau, theta), centred, the theta_j must lie close together
 * where tau is small: a funnel, in whose neck no step is small enough.  With
 * eta_j ~ N(0, 1) and theta_j = mu + tau eta_j, non-centred, the same posterior
 * has no neck.
 *
 * Given tau all is Gaussian: with V_j = sigma_j^2 + tau^2,       [schools.2]
 *
 *     y_j | mu, tau ~ N(mu, V_j)
 *     mu | tau, y ~ N(m, v),  1/v = 1/5^2 + sum_j 1/V_j,  m = v sum_j y_j/V_j
 *
 * and theta_j or eta_j | mu, tau, y is Gaussian too, its mean linear in mu.  So
 * the evidence and every moment are integrals over tau alone, by the trapezoid
 * rule in log tau.  Its error falls geometrically, as the integrand is analytic
 * and vanishes at both ends (Trefethen & Weideman 2014), and the same step
 * serves effects of 1 point and of 1e6.
 *
 * Source: Rubin (1981) for the data; Gelman, Carlin, Stern & Rubin (2003),
 * section 5.5; priors as in posteriordb (eight_schools-noncentered). */
#include "targets/eight_schools.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "base/logmath.h"
#include "base/status.h"
#include "targets/posterior_normal.h"

enum {
  J = MG_EIGHT_SCHOOLS,
  MU = 0,
  TAU = 1,
  SCHOOL = 2, /* first index of a school, in z and among the factors */
  DIM = SCHOOL + J,
  DATUM = SCHOOL + J, /* the first factor of the data */
  FACTORS = DATUM + J,
  /* The trapezoid rule: 1/16 in log tau, e^40 to both sides of the scale. */
  PER_UNIT = 16,
  HALF = 40 * PER_UNIT,
  NODES = 2 * HALF + 1
};

static const double effect[J] = {28, 8, -3, 7, -1, 1, 18, 12};
static const double sigma[J] = {15, 10, 16, 11, 9, 11, 10, 18};

static void options_default(void *options) {
  *(mg_eight_schools_options *)options =
      (mg_eight_schools_options){.mu_scale = 5, .tau_scale = 5};
}

static const mg_option option_table[] = {
    {"mu_scale", MG_OPTION_REAL, offsetof(mg_eight_schools_options, mu_scale),
     1e-3, 1e6, NULL, "standard deviation of the prior of mu, points"},
    {"tau_scale", MG_OPTION_REAL, offsetof(mg_eight_schools_options, tau_scale),
     1e-3, 1e6, NULL, "scale of the half-Cauchy prior of tau, points"},
    {0}};

/* ---- the joint ---- */

static double log_half_cauchy(double x, double scale) {
  const double u = x / scale;
  return log(M_2_PI / scale) - log1p(u * u);
}

/* theta_j, whatever z holds. */
static double theta(const mg_eight_schools *e, const double *z, size_t j) {
  return e->centred ? z[SCHOOL + j] : z[MU] + z[TAU] * z[SCHOOL + j];
}

/* The terms of log p(y, z), those of the prior first.           [schools.1] */
static void terms(const mg_eight_schools *e, const double *z, double *f) {
  const double mean = e->centred ? z[MU] : 0, sd = e->centred ? z[TAU] : 1;
  f[MU] = mg_posterior_normal_log(z[MU], 0, e->prior.mu_scale);
  f[TAU] = log_half_cauchy(z[TAU], e->prior.tau_scale);
  for (size_t j = 0; j < J; j++) {
    f[SCHOOL + j] = mg_posterior_normal_log(z[SCHOOL + j], mean, sd);
    f[DATUM + j] = mg_posterior_normal_log(e->y[j], theta(e, z, j), sigma[j]);
  }
}

/* The gradient of [schools.1], or of its prior alone. */
static void slope(const mg_eight_schools *e, const double *z, bool data,
                  double *d) {
  const double s = e->prior.tau_scale, tau = z[TAU];
  d[MU] = -z[MU] / (e->prior.mu_scale * e->prior.mu_scale);
  d[TAU] = -2 * tau / (s * s + tau * tau);
  for (size_t j = 0; j < J; j++) {
    const double in_theta =
        data ? (e->y[j] - theta(e, z, j)) / (sigma[j] * sigma[j]) : 0;
    if (e->centred) {
      const double u = (z[SCHOOL + j] - z[MU]) / tau;
      d[MU] += u / tau;
      d[TAU] += (u * u - 1) / tau;
      d[SCHOOL + j] = in_theta - u / tau;
    } else {
      d[MU] += in_theta;
      d[TAU] += in_theta * z[SCHOOL + j];
      d[SCHOOL + j] = in_theta * tau - z[SCHOOL + j];
    }
  }
}

static int log_sum(const mg_eight_schools *e, const gsl_matrix *z, bool data,
                   gsl_vector *log_p, gsl_matrix *dz) {
  for (size_t s = 0; s < z->size1; s++) {
    const double *row = gsl_matrix_const_ptr(z, s, 0);
    double f[FACTORS], sum = 0;
    terms(e, row, f);
    for (size_t i = 0; i < (data ? FACTORS : DATUM); i++)
      sum += f[i];
    gsl_vector_set(log_p, s, sum);
    if (dz)
      slope(e, row, data, gsl_matrix_ptr(dz, s, 0));
  }
  return GSL_SUCCESS;
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  return log_sum(self, z, true, log_p, dz);
}

static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  for (size_t s = 0; s < z->size1; s++)
    terms(self, gsl_matrix_const_ptr(z, s, 0), gsl_matrix_ptr(log_f, s, 0));
  return GSL_SUCCESS;
}

/* A school's own number is in its prior and in its datum; mu and tau are in
 * the prior of theta_j, or, non-centred, in the datum. */
static bool holds(const void *self, size_t f, size_t i) {
  const mg_eight_schools *e = self;
  if (f < SCHOOL)
    return f == i;
  if (i >= SCHOOL)
    return (f - SCHOOL) % J == i - SCHOOL;
  return e->centred == (f < DATUM);
}

/* ---- the prior, and new data ---- */

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_eight_schools *e = self;
  for (size_t s = 0; s < z->size1; s++) {
    double *row = gsl_matrix_ptr(z, s, 0);
    row[MU] = gsl_ran_gaussian_ziggurat(rng, e->prior.mu_scale);
    row[TAU] = e->prior.tau_scale * tan(M_PI_2 * gsl_rng_uniform_pos(rng));
    for (size_t j = 0; j < J; j++) {
      const double eta = gsl_ran_gaussian_ziggurat(rng, 1);
      row[SCHOOL + j] = e->centred ? row[MU] + row[TAU] * eta : eta;
    }
  }
  return GSL_SUCCESS;
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  return log_sum(self, z, false, log_p, dz);
}

static int simulate(void *self, gsl_rng *rng, const gsl_vector *z) {
  mg_eight_schools *e = self;
  double row[DIM];
  for (size_t i = 0; i < DIM; i++)
    row[i] = gsl_vector_get(z, i);
  for (size_t j = 0; j < J; j++)
    e->y[j] = theta(e, row, j) + gsl_ran_gaussian_ziggurat(rng, sigma[j]);
  return GSL_SUCCESS;
}

/* ---- what is known ---- */

/* log p(y | tau); m, v: mean and variance of mu | tau, y.       [schools.2] */
static double log_given_tau(const mg_eight_schools *e, double tau, double *m,
                            double *v) {
  const double prior = e->prior.mu_scale * e->prior.mu_scale;
  double precision = 1 / prior, linear = 0, square = 0, log_det = log(prior);
  for (size_t j = 0; j < J; j++) {
    const double variance = sigma[j] * sigma[j] + tau * tau;
    precision += 1 / variance;
    linear += e->y[j] / variance;
    square += e->y[j] * e->y[j] / variance;
    log_det += log(variance) + MG_LN_2PI;
  }
  *v = 1 / precision;
  *m = linear / precision;
  return -0.5 * (log_det + log(precision) + square - linear * *m);
}

static double node(const mg_eight_schools *e, size_t k) {
  return e->prior.tau_scale * exp(((double)k - HALF) / PER_UNIT);
}

/* log of p(y, tau) tau h at each node: its sum is the evidence, and its
 * shares are those of tau's posterior. */
static void trapezoid(const mg_eight_schools *e, double *log_share) {
  double m, v;
  for (size_t k = 0; k < NODES; k++) {
    const double tau = node(e, k);
    log_share[k] = log_given_tau(e, tau, &m, &v) +
                   log_half_cauchy(tau, e->prior.tau_scale) +
                   log(tau / PER_UNIT);
  }
}

static int log_evidence(const void *self, double *log_p) {
  double log_share[NODES];
  trapezoid(self, log_share);
  *log_p = mg_log_sum_exp(NODES, log_share);
  return GSL_SUCCESS;
}

/* A school's number given mu, tau and y: Gaussian, with mean a + b mu. */
typedef struct {
  double a, b, variance;
} school;

static school school_given(const mg_eight_schools *e, size_t j, double tau) {
  const double noise = sigma[j] * sigma[j], variance = noise + tau * tau;
  if (e->centred)
    return (school){e->y[j] * tau * tau / variance, noise / variance,
                    noise * tau * tau / variance};
  return (school){e->y[j] * tau / variance, -tau / variance, noise / variance};
}

/* Mean, and the matrix of second moments, of z given tau and y. */
static void given_tau(const mg_eight_schools *e, double tau, double *mean,
                      double second[DIM][DIM]) {
  double m, v, b[DIM] = {1, 0}, own[DIM] = {0};
  log_given_tau(e, tau, &m, &v);
  mean[MU] = m;
  mean[TAU] = tau;
  for (size_t j = 0; j < J; j++) {
    const school g = school_given(e, j, tau);
    mean[SCHOOL + j] = g.a + g.b * m;
    b[SCHOOL + j] = g.b;
    own[SCHOOL + j] = g.variance;
  }
  for (size_t i = 0; i < DIM; i++)
    for (size_t k = 0; k < DIM; k++)
      second[i][k] =
          mean[i] * mean[k] + b[i] * b[k] * v + (i == k ? own[i] : 0);
}

static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_eight_schools *e = self;
  double share[NODES], at[DIM], second[DIM][DIM];
  gsl_matrix_view seconds = gsl_matrix_view_array(second[0], DIM, DIM);
  gsl_vector_view first = gsl_vector_view_array(at, DIM);
  trapezoid(e, share);
  mg_softmax(NODES, share, share);
  gsl_vector_set_zero(mean);
  gsl_matrix_set_zero(covariance);
  for (size_t k = 0; k < NODES; k++) {
    given_tau(e, node(e, k), at, second);
    gsl_blas_daxpy(share[k], &first.vector, mean);
    gsl_matrix_scale(&seconds.matrix, share[k]);
    gsl_matrix_add(covariance, &seconds.matrix);
  }
  gsl_blas_dger(-1, mean, mean, covariance);
  return GSL_SUCCESS;
}

/* tau from its prior, kept with probability p(y | tau) over its maximum; then
 * what is Gaussian. */
static void draw(const mg_eight_schools *e, gsl_rng *rng, double log_most,
                 double *z) {
  double m, v, log_p;
  do {
    z[TAU] = e->prior.tau_scale * tan(M_PI_2 * gsl_rng_uniform_pos(rng));
    log_p = log_given_tau(e, z[TAU], &m, &v);
  } while (log(gsl_rng_uniform_pos(rng)) > log_p - log_most);
  z[MU] = m + gsl_ran_gaussian_ziggurat(rng, sqrt(v));
  for (size_t j = 0; j < J; j++) {
    const school g = school_given(e, j, z[TAU]);
    z[SCHOOL + j] =
        g.a + g.b * z[MU] + gsl_ran_gaussian_ziggurat(rng, sqrt(g.variance));
  }
}

/* Between two nodes p(y | tau) is above both by less than a hundredth. */
static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_eight_schools *e = self;
  double log_most = -INFINITY, m, v;
  for (size_t k = 0; k < NODES; k++)
    log_most = fmax(log_most, log_given_tau(e, node(e, k), &m, &v));
  for (size_t s = 0; s < z->size1; s++)
    draw(e, rng, log_most + 0.01, gsl_matrix_ptr(z, s, 0));
  return GSL_SUCCESS;
}

/* ---- the tables ---- */

static int init_either(mg_eight_schools *e, const void *options, bool centred,
                       mg_target *target) {
  static const mg_support support[DIM] = {[TAU] = MG_SUPPORT_POSITIVE};
  e->prior = *(const mg_eight_schools_options *)options;
  e->centred = centred;
  for (size_t j = 0; j < J; j++)
    e->y[j] = effect[j];
  target->dim = DIM;
  target->support = support;
  target->gradient = true;
  target->log_density = log_joint;
  target->factors = FACTORS;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  return GSL_SUCCESS;
}

static int init(void *self, const void *options, mg_target *target) {
  return init_either(self, options, false, target);
}

static int init_centred(void *self, const void *options, mg_target *target) {
  return init_either(self, options, true, target);
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  const mg_eight_schools *e = self;
  if (i < SCHOOL)
    snprintf(text, size, "%s", i == MU ? "mu" : "tau");
  else
    snprintf(text, size, "%s[%zu]", e->centred ? "theta" : "eta",
             i - SCHOOL + 1);
  return text;
}

const mg_posterior_type mg_eight_schools_type = {
    .name = "eight-schools",
    .title = "Eight schools, non-centred",
    .source = "Rubin (1981); Gelman, Carlin, Stern & Rubin (2003)",
    .size = sizeof(mg_eight_schools),
    .options = option_table,
    .options_size = sizeof(mg_eight_schools_options),
    .options_default = options_default,
    .init = init,
    .coordinate = coordinate,
    .log_evidence = log_evidence,
    .moments = moments,
    .sample = sample,
    .simulate = simulate};

const mg_posterior_type mg_eight_schools_centred_type = {
    .name = "eight-schools-centred",
    .title = "Eight schools, centred",
    .source = "Rubin (1981); Gelman, Carlin, Stern & Rubin (2003)",
    .size = sizeof(mg_eight_schools),
    .options = option_table,
    .options_size = sizeof(mg_eight_schools_options),
    .options_default = options_default,
    .init = init_centred,
    .coordinate = coordinate,
    .log_evidence = log_evidence,
    .moments = moments,
    .sample = sample,
    .simulate = simulate};
