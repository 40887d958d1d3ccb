/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Gaussian whose coordinates are a chain, each holding on to the one before:
 *
 *     t_0 = e_0,  t_i = rho t_(i-1) + sqrt(1 - rho^2) e_i,  e_i ~ N(0, 1)
 *     z_i = mean + sd t_i                                   [gaussian_target.1]
 *
 * so that every z_i ~ N(mean, sd^2) and corr(z_i, z_j) = rho^|i-j|.  It is
 * normalised: the evidence is 1.  Two numbers make it the first target to try
 * a guide on.  The precision has 1 / (1 - rho^2) at the ends of the diagonal
 * and (1 + rho^2) / (1 - rho^2) inside (times sd^-2), so that the best product
 * of Gaussians, whose variances are the reciprocals of that diagonal, is off by
 *
 *     KL = 1/2 [(D - 2) log(1 + rho^2) - log(1 - rho^2)],  D >= 2
 *                                                          [gaussian_target.2]
 *
 * while the Gaussian with a full covariance is off by nothing.  A factor holds
 * two neighbours only, whatever D: Rao-Blackwellised gradients live on that.
 *
 * For methods that go from a prior to a posterior, the joint is parted into
 * the prior N(mean, s^2 I) with s^2 = sd^2 (1 + |rho|) / (1 - |rho|), which is
 * at least as wide as the target in any direction (an eigenvalue of the chain
 * is below that, by its spectral density), and the rest as the likelihood:
 * bounded, so that weights under the prior are too.
 *
 * Source of the optimum: Bishop (2006), Section 10.1.2.  Not here: a
 * covariance of one's own; a table of one is dist/mvn.h. */
#include "targets/gaussian.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

static void options_default(void *options) {
  *(mg_gaussian_options *)options =
      (mg_gaussian_options){.dim = 2, .rho = 0.8, .mean = 0, .sd = 1};
}

static const mg_option option_table[] = {
    {"dim", MG_OPTION_SIZE, offsetof(mg_gaussian_options, dim), 1, 10000, NULL,
     "how many coordinates"},
    {"rho", MG_OPTION_REAL, offsetof(mg_gaussian_options, rho), -0.999, 0.999,
     NULL, "correlation of neighbours"},
    {"mean", MG_OPTION_REAL, offsetof(mg_gaussian_options, mean), -1e6, 1e6,
     NULL, "of every coordinate"},
    {"sd", MG_OPTION_REAL, offsetof(mg_gaussian_options, sd), 1e-6, 1e6, NULL,
     "standard deviation of every coordinate"},
    {0}};

/* ---- the joint ---- */

/* t_i of row s, and the share of it that the one before does not explain. */
static double standard(const mg_gaussian *g, const gsl_matrix *z, size_t s,
                       size_t i) {
  return (gsl_matrix_get(z, s, i) - g->mean) / g->sd;
}

static double innovation(const mg_gaussian *g, const gsl_matrix *z, size_t s,
                         size_t i) {
  const double t = standard(g, z, s, i);
  return i == 0 ? t : (t - g->rho * standard(g, z, s, i - 1)) / g->rest;
}

/* log p(z_i | z_(i-1)). */
static double log_link(const mg_gaussian *g, double e, size_t i) {
  return mg_posterior_normal_log(e, 0, 1) - log(g->sd) -
         (i == 0 ? 0 : log(g->rest));
}

/* z_i is in its own link with slope 1, and in the next with slope -rho. */
static void gradient(const mg_gaussian *g, const gsl_matrix *z, size_t s,
                     gsl_matrix *dz) {
  for (size_t i = 0; i < g->dim; i++) {
    double d = -innovation(g, z, s, i) / (i == 0 ? 1 : g->rest);
    if (i + 1 < g->dim)
      d += g->rho * innovation(g, z, s, i + 1) / g->rest;
    gsl_matrix_set(dz, s, i, d / g->sd);
  }
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_gaussian *g = self;
  for (size_t s = 0; s < z->size1; s++) {
    double sum = 0;
    for (size_t i = 0; i < g->dim; i++)
      sum += log_link(g, innovation(g, z, s, i), i);
    gsl_vector_set(log_p, s, sum);
    if (dz)
      gradient(g, z, s, dz);
  }
  return GSL_SUCCESS;
}

/* A factor is a link of the chain. */
static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  const mg_gaussian *g = self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < g->dim; i++)
      gsl_matrix_set(log_f, s, i, log_link(g, innovation(g, z, s, i), i));
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  const mg_gaussian *g = self;
  return f == i || (f == i + 1 && g->rho != 0);
}

/* ---- from a prior ---- */

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  mg_posterior_normal_sample(&((const mg_gaussian *)self)->prior, rng, z);
  return GSL_SUCCESS;
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  mg_posterior_normal_log_density(&((const mg_gaussian *)self)->prior, z, log_p,
                                  dz);
  return GSL_SUCCESS;
}

/* t_i given its neighbours: of two, N(rho (a + b) / (1 + rho^2), (1 - rho^2) /
 * (1 + rho^2)); of one, N(rho a, 1 - rho^2). */
static int gibbs(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_gaussian *g = self;
  const double both = 1 + g->rho * g->rho;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < g->dim; i++) {
      const bool left = i > 0, right = i + 1 < g->dim;
      const double sum = (left ? standard(g, z, s, i - 1) : 0) +
                         (right ? standard(g, z, s, i + 1) : 0);
      const double share = left && right ? both : 1;
      const double sd = left || right ? g->rest / sqrt(share) : 1;
      gsl_matrix_set(z, s, i,
                     g->mean + g->sd * (g->rho * sum / share +
                                        gsl_ran_gaussian_ziggurat(rng, sd)));
    }
  return GSL_SUCCESS;
}

/* ---- what is known ---- */

static int log_evidence(const void *self, double *log_p) {
  (void)self;
  *log_p = 0;
  return GSL_SUCCESS;
}

static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_gaussian *g = self;
  gsl_vector_set_all(mean, g->mean);
  for (size_t i = 0; i < g->dim; i++)
    for (size_t j = 0; j < g->dim; j++)
      gsl_matrix_set(covariance, i, j,
                     g->sd * g->sd * pow(g->rho, fabs((double)i - (double)j)));
  return GSL_SUCCESS;
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_gaussian *g = self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < g->dim; i++) {
      double t = gsl_ran_gaussian_ziggurat(rng, 1);
      if (i > 0)
        t = g->rho * standard(g, z, s, i - 1) + g->rest * t;
      gsl_matrix_set(z, s, i, g->mean + g->sd * t);
    }
  return GSL_SUCCESS;
}

/* ---- the table ---- */

static int init(void *self, const void *options, mg_target *target) {
  const mg_gaussian_options *o = options;
  mg_gaussian *g = self;
  const double r = fabs(o->rho);
  *g = (mg_gaussian){
      .dim = o->dim,
      .rho = o->rho,
      .mean = o->mean,
      .sd = o->sd,
      .rest = sqrt(1 - o->rho * o->rho),
      .prior = {.mean = o->mean, .sd = o->sd * sqrt((1 + r) / (1 - r))}};
  target->dim = g->dim;
  target->gradient = true;
  target->log_density = log_joint;
  target->factors = g->dim;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  target->gibbs = gibbs;
  return GSL_SUCCESS;
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  (void)self;
  snprintf(text, size, "z[%zu]", i);
  return text;
}

const mg_posterior_type mg_gaussian_type = {
    .name = "gaussian",
    .title = "Correlated Gaussian",
    .source = "Bishop (2006), Section 10.1.2",
    .size = sizeof(mg_gaussian),
    .options = option_table,
    .options_size = sizeof(mg_gaussian_options),
    .options_default = options_default,
    .init = init,
    .coordinate = coordinate,
    .log_evidence = log_evidence,
    .moments = moments,
    .sample = sample};
