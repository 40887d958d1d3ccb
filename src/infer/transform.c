/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps to the real line, and targets seen through them; see transform.h.
 *
 * A scale is above 0 and a probability between 0 and 1, but a Gaussian, or a
 * ball that rolls, knows no walls.  So z is written as z(u) with u any real
 * number, and the density of u is                              [transform.1]
 *
 *     log p(u) = log p(z(u)) + sum_i log dz_i/du_i
 *
 * since p(u) du = p(z) dz: the integral over u, the evidence, is the one over
 * z.  The second term is what is forgotten most often: without it a Gaussian
 * guide is fitted to another posterior, whose evidence may be infinite.  By the
 * chain rule
 *
 *     d log p(u) / du_i = d log p / dz_i dz_i/du_i + d log(dz_i/du_i) / du_i
 *
 *     identity   z = u                slope 1
 *     log        z = exp u            slope z
 *     softplus   z = log(1 + exp u)   slope s(u),  s(u) = 1 / (1 + exp(-u))
 *     logit      z = s(u)             slope s(u) s(-u)
 *
 * named by the way from z to u as a statistician says it (softplus by the way
 * back, for which there is no name).  Log slopes come from u, not from slopes,
 * which underflow.  Of softplus, far away z is about u, so that large scales
 * are reached by small steps; log moves by factors.
 *
 * When every map is the identity the inner target itself is handed on.
 * Source: Kucukelbir, Tran, Ranganath, Gelman & Blei (2017).
 *
 * Not here: simplexes and covariance matrices, whose coordinates hang
 * together. */
#include "infer/transform.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logmath.h"
#include "base/option.h"
#include "base/status.h"

/* ---- the maps ---- */

static double positive(double z) {
  return fmin(fmax(z, DBL_MIN), DBL_MAX);
}

static double itself(double x) {
  return x;
}

static double one(double u) {
  (void)u;
  return 1;
}

static double zero(double u) {
  (void)u;
  return 0;
}

static double exp_forward(double u) {
  return positive(exp(u));
}

static double softplus_forward(double u) {
  return positive(mg_log1p_exp(u));
}

/* log(exp z - 1) */
static double softplus_inverse(double z) {
  return z + mg_log1m_exp(-z);
}

static double sigmoid_of_minus(double u) {
  return mg_sigmoid(-u);
}

static double unit_forward(double u) {
  return fmin(fmax(mg_sigmoid(u), DBL_MIN), 1 - DBL_EPSILON / 2);
}

static double unit_inverse(double z) {
  return log(z) - log1p(-z);
}

static double unit_slope(double u) {
  return mg_sigmoid(u) * mg_sigmoid(-u);
}

static double unit_log_slope(double u) {
  return mg_log_sigmoid(u) + mg_log_sigmoid(-u);
}

static double unit_log_slope_slope(double u) {
  return -tanh(u / 2);
}

const mg_transform mg_transforms[] = {
    {"identity", MG_SUPPORT_REAL, itself, itself, one, zero, zero},
    {"log", MG_SUPPORT_POSITIVE, exp_forward, log, exp_forward, itself, one},
    {"softplus", MG_SUPPORT_POSITIVE, softplus_forward, softplus_inverse,
     mg_sigmoid, mg_log_sigmoid, sigmoid_of_minus},
    {"logit", MG_SUPPORT_UNIT, unit_forward, unit_inverse, unit_slope,
     unit_log_slope, unit_log_slope_slope},
    {0}};

static const mg_transform *const identity = mg_transforms;

const mg_transform *mg_transform_of(mg_support support) {
  const mg_transform *t = mg_transforms;
  while (t->name && t->support != support)
    t++;
  return t->name ? t : NULL;
}

const mg_transform *mg_transform_find(const char *name) {
  mg_suggestion suggestion = {.wrong = name};
  char text[400];
  for (const mg_transform *t = mg_transforms; t->name; t++) {
    if (strcmp(t->name, name) == 0)
      return t;
    mg_suggestion_add(&suggestion, t->name);
  }
  mg_fail(GSL_EINVAL, "there is no transform '%s': %s", name,
          mg_suggestion_print(&suggestion, text, sizeof text));
  return NULL;
}

/* ---- points ---- */

static void map_columns(const mg_unconstrained *t, bool forward,
                        const gsl_matrix *from, gsl_matrix *to) {
  if (to != from)
    gsl_matrix_memcpy(to, from);
  for (size_t i = 0; i < to->size2; i++) {
    const mg_transform *map = t->transform[i];
    double (*f)(double) = forward ? map->forward : map->inverse;
    for (size_t s = 0; map != identity && s < to->size1; s++)
      gsl_matrix_set(to, s, i, f(gsl_matrix_get(to, s, i)));
  }
}

void mg_unconstrained_z(const mg_unconstrained *t, const gsl_matrix *u,
                        gsl_matrix *z) {
  map_columns(t, true, u, z);
}

void mg_unconstrained_u(const mg_unconstrained *t, const gsl_matrix *z,
                        gsl_matrix *u) {
  map_columns(t, false, z, u);
}

/* z of each u in a matrix of its own; NULL for lack of memory. */
static gsl_matrix *points_of(const mg_unconstrained *t, const gsl_matrix *u) {
  gsl_matrix *z = gsl_matrix_alloc(u->size1, u->size2);
  if (z)
    mg_unconstrained_z(t, u, z);
  else
    mg_fail(GSL_ENOMEM, "no memory for %zu points of %zu coordinates", u->size1,
            u->size2);
  return z;
}

/* ---- the target over u ---- */

/* log_p and dz of z(u) become those of u.                      [transform.1] */
static void add_slopes(const mg_unconstrained *t, const gsl_matrix *u,
                       gsl_vector *log_p, gsl_matrix *dz) {
  for (size_t i = 0; i < u->size2; i++) {
    const mg_transform *map = t->transform[i];
    for (size_t s = 0; map != identity && s < u->size1; s++) {
      const double at = gsl_matrix_get(u, s, i);
      *gsl_vector_ptr(log_p, s) += map->log_slope(at);
      if (dz) {
        double *d = gsl_matrix_ptr(dz, s, i);
        *d = *d * map->slope(at) + map->log_slope_slope(at);
      }
    }
  }
}

/* A density of the inner target's, its own or its prior's. */
static int through(const mg_unconstrained *t,
                   int (*density)(const void *self, const gsl_matrix *z,
                                  gsl_vector *log_p, gsl_matrix *dz),
                   const gsl_matrix *u, gsl_vector *log_p, gsl_matrix *du) {
  gsl_matrix *z = points_of(t, u);
  if (!z)
    return GSL_ENOMEM;
  const int status = density(t->inner->self, z, log_p, du);
  gsl_matrix_free(z);
  if (status == GSL_SUCCESS)
    add_slopes(t, u, log_p, du);
  return status;
}

static int through_density(const void *self, const gsl_matrix *u,
                           gsl_vector *log_p, gsl_matrix *du) {
  const mg_unconstrained *t = self;
  return through(t, t->inner->log_density, u, log_p, du);
}

static int through_prior(const void *self, const gsl_matrix *u,
                         gsl_vector *log_p, gsl_matrix *du) {
  const mg_unconstrained *t = self;
  return through(t, t->inner->log_prior, u, log_p, du);
}

static int through_factors(const void *self, const gsl_matrix *u,
                           gsl_matrix *log_f) {
  const mg_unconstrained *t = self;
  gsl_matrix *z = points_of(t, u);
  if (!z)
    return GSL_ENOMEM;
  const int status = t->inner->log_factors(t->inner->self, z, log_f);
  gsl_matrix_free(z);
  for (size_t i = 0; i < u->size2 && !status; i++)
    for (size_t s = 0; t->transform[i] != identity && s < u->size1; s++)
      *gsl_matrix_ptr(log_f, s, t->factor[i]) +=
          t->transform[i]->log_slope(gsl_matrix_get(u, s, i));
  return status;
}

static bool through_holds(const void *self, size_t f, size_t i) {
  const mg_unconstrained *t = self;
  return t->inner->holds(t->inner->self, f, i);
}

static int through_sample_prior(const void *self, gsl_rng *rng, gsl_matrix *u) {
  const mg_unconstrained *t = self;
  const int status = t->inner->sample_prior(t->inner->self, rng, u);
  if (status == GSL_SUCCESS)
    mg_unconstrained_u(t, u, u);
  return status;
}

static int through_gibbs(const void *self, gsl_rng *rng, gsl_matrix *u) {
  const mg_unconstrained *t = self;
  mg_unconstrained_z(t, u, u);
  const int status = t->inner->gibbs(t->inner->self, rng, u);
  mg_unconstrained_u(t, u, u);
  return status;
}

/* ---- making it ---- */

static int choose_maps(mg_unconstrained *t,
                       const mg_transform *const *transform) {
  const mg_target *inner = t->inner;
  for (size_t i = 0; i < inner->dim; i++) {
    const mg_support support = mg_target_support(inner, i);
    const mg_transform *usual = mg_transform_of(support);
    if (!usual)
      return mg_fail(GSL_EINVAL,
                     "z[%zu] of %s is a class: no map makes it a real number",
                     i, inner->name);
    t->transform[i] = transform ? transform[i] : usual;
    if (t->transform[i]->support != support)
      return mg_fail(GSL_EINVAL,
                     "the transform %s does not end where z[%zu] of %s lies: "
                     "take %s",
                     t->transform[i]->name, i, inner->name, usual->name);
  }
  return GSL_SUCCESS;
}

static bool has_factors(const mg_target *inner) {
  return inner->log_factors && inner->holds;
}

static int choose_factors(mg_unconstrained *t) {
  const mg_target *inner = t->inner;
  for (size_t i = 0; i < inner->dim; i++) {
    size_t f = 0;
    while (f < inner->factors && !inner->holds(inner->self, f, i))
      f++;
    if (f == inner->factors)
      return mg_fail(GSL_EINVAL, "no factor of %s holds z[%zu]", inner->name,
                     i);
    t->factor[i] = f;
  }
  return GSL_SUCCESS;
}

static mg_target target_over_u(mg_unconstrained *t) {
  const mg_target *inner = t->inner;
  mg_target target = {.name = inner->name,
                      .self = t,
                      .dim = inner->dim,
                      .log_density = through_density,
                      .gradient = inner->gradient};
  if (has_factors(inner)) {
    target.factors = inner->factors;
    target.log_factors = through_factors;
    target.holds = through_holds;
  }
  if (inner->sample_prior)
    target.sample_prior = through_sample_prior;
  if (inner->log_prior)
    target.log_prior = through_prior;
  if (inner->gibbs)
    target.gibbs = through_gibbs;
  return target;
}

static bool all_identity(const mg_unconstrained *t) {
  for (size_t i = 0; i < t->inner->dim; i++)
    if (t->transform[i] != identity)
      return false;
  return true;
}

int mg_unconstrained_init(mg_unconstrained *t, const mg_target *inner,
                          const mg_transform *const *transform) {
  *t = (mg_unconstrained){.inner = inner};
  t->transform = calloc(inner->dim, sizeof *t->transform);
  t->factor = calloc(inner->dim, sizeof *t->factor);
  int status = GSL_SUCCESS;
  if (!t->transform || !t->factor)
    status = mg_fail(GSL_ENOMEM, "no memory for %zu transforms", inner->dim);
  if (!status)
    status = choose_maps(t, transform);
  if (!status && has_factors(inner))
    status = choose_factors(t);
  if (status)
    mg_unconstrained_clear(t);
  else
    t->target = all_identity(t) ? *inner : target_over_u(t);
  return status;
}

void mg_unconstrained_clear(mg_unconstrained *t) {
  free(t->transform);
  free(t->factor);
  *t = (mg_unconstrained){0};
}
