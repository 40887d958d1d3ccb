/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A coin, the smallest posterior of all: one number, and every answer known.
 *
 *     z ~ Beta(a, a),   each throw heads with probability z     [coin.1]
 *
 * Of h heads and t tails in the order in which they fell,
 *
 *     p(x, z) = z^(a+h-1) (1-z)^(a+t-1) / B(a, a)
 *     p(z | x) = Beta(a + h, a + t),   p(x) = B(a + h, a + t) / B(a, a)
 *
 * so an estimate can be looked at beside the truth, and a Beta guide can reach
 * it.  Source: Bayes (1763).  The order of reading for who writes a posterior
 * of their own: log_joint, then the table at the bottom; what stands between is
 * optional. */
#include "targets/coin.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"
#include "dist/beta.h"

static void options_default(void *options) {
  *(mg_coin_options *)options =
      (mg_coin_options){.heads = 6, .tails = 4, .prior = 10};
}

static const mg_option option_table[] = {
    {"heads", MG_OPTION_SIZE, offsetof(mg_coin_options, heads), 0, 1e9, NULL,
     "throws that showed heads"},
    {"tails", MG_OPTION_SIZE, offsetof(mg_coin_options, tails), 0, 1e9, NULL,
     "throws that showed tails"},
    {"prior", MG_OPTION_REAL, offsetof(mg_coin_options, prior), 1e-3, 1e9, NULL,
     "both shapes of the beta prior"},
    {0}};

/* ---- the joint ---- */

static double log_throws(const mg_coin *c, double z) {
  return c->heads * log(z) + c->tails * log1p(-z);
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_coin *c = self;
  for (size_t s = 0; s < z->size1; s++) {
    const double at = gsl_matrix_get(z, s, 0);
    double prior;
    const int status = mg_beta_log_density(at, c->prior, c->prior, &prior);
    if (status != GSL_SUCCESS)
      return status;
    gsl_vector_set(log_p, s, prior + log_throws(c, at));
    if (dz)
      gsl_matrix_set(dz, s, 0,
                     (c->prior + c->heads - 1) / at -
                         (c->prior + c->tails - 1) / (1 - at));
  }
  return GSL_SUCCESS;
}

/* The prior, and the throws. */
static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  const mg_coin *c = self;
  for (size_t s = 0; s < z->size1; s++) {
    const double at = gsl_matrix_get(z, s, 0);
    const int status = mg_beta_log_density(at, c->prior, c->prior,
                                           gsl_matrix_ptr(log_f, s, 0));
    if (status != GSL_SUCCESS)
      return status;
    gsl_matrix_set(log_f, s, 1, log_throws(c, at));
  }
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  (void)self, (void)f, (void)i;
  return true;
}

/* ---- the prior ---- */

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_coin *c = self;
  int status = GSL_SUCCESS;
  for (size_t s = 0; status == GSL_SUCCESS && s < z->size1; s++)
    status = mg_beta_sample(rng, c->prior, c->prior, gsl_matrix_ptr(z, s, 0));
  return status;
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_coin *c = self;
  for (size_t s = 0; s < z->size1; s++) {
    const double at = gsl_matrix_get(z, s, 0);
    const int status =
        mg_beta_log_density(at, c->prior, c->prior, gsl_vector_ptr(log_p, s));
    if (status != GSL_SUCCESS)
      return status;
    if (dz)
      gsl_matrix_set(dz, s, 0, (c->prior - 1) / at - (c->prior - 1) / (1 - at));
  }
  return GSL_SUCCESS;
}

/* ---- what is known ---- */

static int log_evidence(const void *self, double *log_p) {
  const mg_coin *c = self;
  *log_p = gsl_sf_lnbeta(c->prior + c->heads, c->prior + c->tails) -
           gsl_sf_lnbeta(c->prior, c->prior);
  return GSL_SUCCESS;
}

static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_coin *c = self;
  const double a = c->prior + c->heads, b = c->prior + c->tails;
  gsl_vector_set(mean, 0, a / (a + b));
  gsl_matrix_set(covariance, 0, 0, a * b / ((a + b) * (a + b) * (a + b + 1)));
  return GSL_SUCCESS;
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_coin *c = self;
  int status = GSL_SUCCESS;
  for (size_t s = 0; status == GSL_SUCCESS && s < z->size1; s++)
    status = mg_beta_sample(rng, c->prior + c->heads, c->prior + c->tails,
                            gsl_matrix_ptr(z, s, 0));
  return status;
}

/* As many throws as before. */
static int simulate(void *self, gsl_rng *rng, const gsl_vector *z) {
  mg_coin *c = self;
  const unsigned throws = (unsigned)(c->heads + c->tails);
  c->heads = gsl_ran_binomial(rng, gsl_vector_get(z, 0), throws);
  c->tails = (double)throws - c->heads;
  return GSL_SUCCESS;
}

/* ---- the table ---- */

static int init(void *self, const void *options, mg_target *target) {
  static const mg_support unit = MG_SUPPORT_UNIT;
  const mg_coin_options *o = options;
  mg_coin *c = self;
  *c = (mg_coin){
      .heads = (double)o->heads, .tails = (double)o->tails, .prior = o->prior};
  target->dim = 1;
  target->support = &unit;
  target->gradient = true;
  target->log_density = log_joint;
  target->factors = 2;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  return GSL_SUCCESS;
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  (void)self, (void)i;
  snprintf(text, size, "heads");
  return text;
}

const mg_posterior_type mg_coin_type = {.name = "coin",
                                        .title = "Coin",
                                        .source = "Bayes (1763)",
                                        .size = sizeof(mg_coin),
                                        .options = option_table,
                                        .options_size = sizeof(mg_coin_options),
                                        .options_default = options_default,
                                        .init = init,
                                        .coordinate = coordinate,
                                        .log_evidence = log_evidence,
                                        .moments = moments,
                                        .sample = sample,
                                        .simulate = simulate};
