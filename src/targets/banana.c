/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two unknowns, of which a parabola was seen once:                [banana.1]
 *
 *     z_0, z_1 ~ N(0, p^2),   x | z ~ N(z_1 + c z_0^2, s^2)
 *
 * Whatever z_0 is, a z_1 explains the datum, so the posterior lies along
 * z_1 = x - c z_0^2, as thin as the noise is small.  There the best Gaussian
 * covers a short piece of it or the empty inside, a random walk must take
 * steps as short as the banana is thin, and Hamiltonian moves turn the corner.
 *
 * Given z_0 all is Gaussian.  With v = p^2 + s^2, r = x - c z_0^2 and
 * k = p^2 / v,                                                    [banana.2]
 *
 *     p(z_0, x) = N(z_0; 0, p^2) N(r; 0, v),   z_1 | z_0, x ~ N(k r, k s^2)
 *
 * so that evidence, moments and draws want an integral over z_0 alone.  It is
 * a sum over 20001 points at equal distances, which for a smooth function that
 * falls off at both ends is exact to rounding.  The ends: beyond
 * m = sqrt(x / c) both factors fall, and z_0^2 / p^2 may not exceed x^2 / v by
 * much; 9 p beyond the smaller of these no mass is left.
 *
 * Draws of z_0 invert the sum, linear between two points: what their
 * probabilities are off by is less than 1e-6 at the options that one begins
 * with.
 *
 * Shape after Haario, Saksman & Tamminen (1999), who bend a Gaussian; here it
 * is a posterior, with a prior to begin from and a datum to be drawn anew.
 * Not here: more than two coordinates. */
#include "targets/banana.h"

#include <gsl/gsl_interp.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"

static void options_default(void *options) {
  *(mg_banana_options *)options =
      (mg_banana_options){.value = 1, .bend = 1, .noise = 0.5, .prior_sd = 2};
}

static const mg_option option_table[] = {
    {"value", MG_OPTION_REAL, offsetof(mg_banana_options, value), -10, 10, NULL,
     "the datum"},
    {"bend", MG_OPTION_REAL, offsetof(mg_banana_options, bend), 0, 10, NULL,
     "of the parabola; 0: a straight ridge"},
    {"noise", MG_OPTION_REAL, offsetof(mg_banana_options, noise), 1e-2, 10,
     NULL, "standard deviation of the datum"},
    {"prior_sd", MG_OPTION_REAL, offsetof(mg_banana_options, prior_sd), 0.1, 10,
     NULL, "standard deviation of both coordinates about 0"},
    {0}};

/* ---- the joint ---- */

/* x - c z_0^2: what is left for z_1 and the noise. */
static double rest(const mg_banana *b, double z0) {
  return b->value - b->bend * z0 * z0;
}

static double log_datum(const mg_banana *b, const gsl_matrix *z, size_t s) {
  return mg_posterior_normal_log(rest(b, gsl_matrix_get(z, s, 0)),
                                 gsl_matrix_get(z, s, 1), b->noise);
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  mg_posterior_normal_log_density(&((const mg_banana *)self)->prior, z, log_p,
                                  dz);
  return GSL_SUCCESS;
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_banana *b = self;
  log_prior(self, z, log_p, dz);
  for (size_t s = 0; s < z->size1; s++) {
    const double z0 = gsl_matrix_get(z, s, 0), z1 = gsl_matrix_get(z, s, 1);
    const double pull = (rest(b, z0) - z1) / (b->noise * b->noise);
    *gsl_vector_ptr(log_p, s) += log_datum(b, z, s);
    if (dz) {
      *gsl_matrix_ptr(dz, s, 0) += 2 * b->bend * z0 * pull;
      *gsl_matrix_ptr(dz, s, 1) += pull;
    }
  }
  return GSL_SUCCESS;
}

/* Two priors, and the datum. */
static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  const mg_banana *b = self;
  for (size_t s = 0; s < z->size1; s++) {
    for (size_t i = 0; i < 2; i++)
      gsl_matrix_set(
          log_f, s, i,
          mg_posterior_normal_log(gsl_matrix_get(z, s, i), 0, b->prior.sd));
    gsl_matrix_set(log_f, s, 2, log_datum(b, z, s));
  }
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  (void)self;
  return f == i || f == 2;
}

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  mg_posterior_normal_sample(&((const mg_banana *)self)->prior, rng, z);
  return GSL_SUCCESS;
}

/* ---- the integral over z_0 ---- */

static double variance_of_rest(const mg_banana *b) {
  return b->prior.sd * b->prior.sd + b->noise * b->noise;
}

static double grid_point(const mg_banana *b, size_t g) {
  return b->reach * (2 * (double)g / (MG_BANANA_GRID - 1) - 1);
}

static double grid_reach(const mg_banana *b) {
  const double x = fabs(b->value);
  const double far = b->prior.sd * x / sqrt(variance_of_rest(b));
  const double turn = b->bend > 0 ? sqrt(x / b->bend) : far;
  return fmin(far, turn) + 9 * b->prior.sd;
}

/* log p(z_0, x).                                                [banana.2] */
static double log_first(const mg_banana *b, double z0) {
  return mg_posterior_normal_log(z0, 0, b->prior.sd) +
         mg_posterior_normal_log(rest(b, z0), 0, sqrt(variance_of_rest(b)));
}

static void add_moments(mg_banana *b, double z0, double p) {
  b->rest += p * rest(b, z0);
  b->rest2 += p * rest(b, z0) * rest(b, z0);
  b->first2 += p * z0 * z0;
}

/* All that is known of z_0, from x. */
static void integrate(mg_banana *b) {
  double most = -INFINITY, sum = 0;
  b->reach = grid_reach(b);
  b->rest = b->rest2 = b->first2 = 0;
  for (size_t g = 0; g < MG_BANANA_GRID; g++) {
    b->below[g] = log_first(b, grid_point(b, g));
    most = fmax(most, b->below[g]);
  }
  /* The masses lie around the points; half of a point's is below it. */
  for (size_t g = 0; g < MG_BANANA_GRID; g++) {
    const double p = exp(b->below[g] - most);
    add_moments(b, grid_point(b, g), p);
    b->below[g] = sum + p / 2;
    sum += p;
  }
  for (size_t g = 0; g < MG_BANANA_GRID; g++)
    b->below[g] /= sum;
  b->log_evidence = most + log(sum * 2 * b->reach / (MG_BANANA_GRID - 1));
  b->rest /= sum;
  b->rest2 /= sum;
  b->first2 /= sum;
}

/* ---- what is known ---- */

static int log_evidence(const void *self, double *log_p) {
  *log_p = ((const mg_banana *)self)->log_evidence;
  return GSL_SUCCESS;
}

/* z_0 is as likely as -z_0, so it is correlated with nothing. */
static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_banana *b = self;
  const double k = b->share;
  gsl_vector_set(mean, 0, 0);
  gsl_vector_set(mean, 1, k * b->rest);
  gsl_matrix_set_zero(covariance);
  gsl_matrix_set(covariance, 0, 0, b->first2);
  gsl_matrix_set(covariance, 1, 1,
                 k * b->noise * b->noise +
                     k * k * (b->rest2 - b->rest * b->rest));
  return GSL_SUCCESS;
}

static double draw_first(const mg_banana *b, gsl_rng *rng) {
  const double u = gsl_rng_uniform_pos(rng);
  const size_t g = gsl_interp_bsearch(b->below, u, 0, MG_BANANA_GRID - 1);
  const double mass = b->below[g + 1] - b->below[g];
  const double part = mass > 0 ? (u - b->below[g]) / mass : 0;
  return grid_point(b, g) + part * 2 * b->reach / (MG_BANANA_GRID - 1);
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_banana *b = self;
  const double sd = b->noise * sqrt(b->share);
  for (size_t s = 0; s < z->size1; s++) {
    const double z0 = draw_first(b, rng);
    gsl_matrix_set(z, s, 0, z0);
    gsl_matrix_set(z, s, 1,
                   b->share * rest(b, z0) + gsl_ran_gaussian_ziggurat(rng, sd));
  }
  return GSL_SUCCESS;
}

static int simulate(void *self, gsl_rng *rng, const gsl_vector *z) {
  mg_banana *b = self;
  const double z0 = gsl_vector_get(z, 0);
  b->value = gsl_vector_get(z, 1) + b->bend * z0 * z0 +
             gsl_ran_gaussian_ziggurat(rng, b->noise);
  integrate(b);
  return GSL_SUCCESS;
}

/* ---- the table ---- */

static int init(void *self, const void *options, mg_target *target) {
  const mg_banana_options *o = options;
  mg_banana *b = self;
  *b = (mg_banana){.value = o->value,
                   .bend = o->bend,
                   .noise = o->noise,
                   .prior = {.mean = 0, .sd = o->prior_sd},
                   .below = calloc(MG_BANANA_GRID, sizeof *b->below)};
  if (!b->below)
    return mg_fail(GSL_ENOMEM, "no memory for the grid of the banana");
  b->share = b->prior.sd * b->prior.sd / variance_of_rest(b);
  integrate(b);
  target->dim = 2;
  target->gradient = true;
  target->log_density = log_joint;
  target->factors = 3;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  return GSL_SUCCESS;
}

static void clear(void *self) {
  mg_banana *b = self;
  free(b->below);
  b->below = NULL;
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  (void)self;
  snprintf(text, size, "z[%zu]", i);
  return text;
}

const mg_posterior_type mg_banana_type = {
    .name = "banana",
    .title = "Banana",
    .source = "after Haario, Saksman & Tamminen (1999)",
    .size = sizeof(mg_banana),
    .options = option_table,
    .options_size = sizeof(mg_banana_options),
    .options_default = options_default,
    .init = init,
    .clear = clear,
    .coordinate = coordinate,
    .log_evidence = log_evidence,
    .moments = moments,
    .sample = sample,
    .simulate = simulate};
