/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mixture of two Gaussians as the law that is looked for:    [two_modes.1]
 *
 *     p(z | x) = w N(z; -c 1, sd^2 I) + (1 - w) N(z; c 1, sd^2 I)
 *     c = gap / (2 sqrt D)
 *
 * whose modes lie a gap apart, in the plane along its diagonal.  Mean and
 * covariance are                            [two_modes.2]
 *
 *     (1 - 2w) c 1,     sd^2 I + 4 w (1 - w) c^2 1 1^T
 *
 * and these are what the Gaussian has that makes KL(p || q) least: it covers
 * both, and the valley between them.  KL(q || p), which is least where the
 * bound on the evidence is greatest, counts what q has in the valley, and not
 * what p has where q is 0: across a wide gap q takes one mode as it is, for a
 * bound of log w or log (1 - w), and the climb may end at either.  A sampler
 * that starts in one mode shows the same picture, and reports no error.
 *
 * It is normalised: the evidence is 1.  For methods that start at a prior, the
 * joint is parted into N(0, s^2 I), s^2 = sd^2 + gap^2 / 4, and the rest as
 * the likelihood; s > sd, so that this is bounded.  (At gap 0 it is constant.)
 *
 * Source: Bishop (2006), Section 10.1.2.  Not here: factors, as the logarithm
 * of a sum has but one. */
#include "targets/two_modes.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

#include "base/logmath.h"

static void options_default(void *options) {
  *(mg_two_modes_options *)options =
      (mg_two_modes_options){.dim = 1, .gap = 4, .weight = 0.6, .sd = 0.7};
}

static const mg_option option_table[] = {
    {"dim", MG_OPTION_SIZE, offsetof(mg_two_modes_options, dim), 1, 1000, NULL,
     "how many coordinates"},
    {"gap", MG_OPTION_REAL, offsetof(mg_two_modes_options, gap), 0, 1e3, NULL,
     "distance of the modes"},
    {"weight", MG_OPTION_REAL, offsetof(mg_two_modes_options, weight), 1e-6,
     1 - 1e-6, NULL, "of the first mode"},
    {"sd", MG_OPTION_REAL, offsetof(mg_two_modes_options, sd), 1e-3, 1e3, NULL,
     "standard deviation of each mode"},
    {0}};

/* ---- the joint ---- */

/* log of a mode's weight times its density. */
static double log_mode(const mg_two_modes *t, const gsl_matrix *z, size_t s,
                       bool second) {
  const double centre = second ? t->centre : -t->centre;
  double sum = log(second ? 1 - t->weight : t->weight);
  for (size_t i = 0; i < t->dim; i++)
    sum += mg_posterior_normal_log(gsl_matrix_get(z, s, i), centre, t->sd);
  return sum;
}

/* The gradient pulls to each mode as much as z is its. */
static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_two_modes *t = self;
  for (size_t s = 0; s < z->size1; s++) {
    const double first = log_mode(t, z, s, false);
    const double second = log_mode(t, z, s, true);
    const double mean = t->centre * (2 * mg_sigmoid(second - first) - 1);
    gsl_vector_set(log_p, s, mg_log_add_exp(first, second));
    for (size_t i = 0; dz && i < t->dim; i++)
      gsl_matrix_set(dz, s, i,
                     (mean - gsl_matrix_get(z, s, i)) / (t->sd * t->sd));
  }
  return GSL_SUCCESS;
}

/* ---- from a prior ---- */

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  mg_posterior_normal_sample(&((const mg_two_modes *)self)->prior, rng, z);
  return GSL_SUCCESS;
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  mg_posterior_normal_log_density(&((const mg_two_modes *)self)->prior, z,
                                  log_p, dz);
  return GSL_SUCCESS;
}

/* ---- what is known ---- */

static int log_evidence(const void *self, double *log_p) {
  (void)self;
  *log_p = 0;
  return GSL_SUCCESS;
}

static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_two_modes *t = self;
  const double w = t->weight, between = 4 * w * (1 - w) * t->centre * t->centre;
  gsl_vector_set_all(mean, (1 - 2 * w) * t->centre);
  gsl_matrix_set_all(covariance, between);
  for (size_t i = 0; i < t->dim; i++)
    *gsl_matrix_ptr(covariance, i, i) += t->sd * t->sd;
  return GSL_SUCCESS;
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_two_modes *t = self;
  for (size_t s = 0; s < z->size1; s++) {
    const double centre =
        gsl_rng_uniform(rng) < t->weight ? -t->centre : t->centre;
    for (size_t i = 0; i < t->dim; i++)
      gsl_matrix_set(z, s, i, centre + gsl_ran_gaussian_ziggurat(rng, t->sd));
  }
  return GSL_SUCCESS;
}

/* ---- the table ---- */

static int init(void *self, const void *options, mg_target *target) {
  const mg_two_modes_options *o = options;
  mg_two_modes *t = self;
  *t = (mg_two_modes){.dim = o->dim,
                      .weight = o->weight,
                      .sd = o->sd,
                      .centre = o->gap / (2 * sqrt((double)o->dim)),
                      .prior = {.mean = 0, .sd = hypot(o->sd, o->gap / 2)}};
  target->dim = t->dim;
  target->gradient = true;
  target->log_density = log_joint;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  return GSL_SUCCESS;
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  (void)self;
  snprintf(text, size, "z[%zu]", i);
  return text;
}

const mg_posterior_type mg_two_modes_type = {
    .name = "two-modes",
    .title = "Two modes",
    .source = "Bishop (2006), Section 10.1.2",
    .size = sizeof(mg_two_modes),
    .options = option_table,
    .options_size = sizeof(mg_two_modes_options),
    .options_default = options_default,
    .init = init,
    .coordinate = coordinate,
    .log_evidence = log_evidence,
    .moments = moments,
    .sample = sample};
