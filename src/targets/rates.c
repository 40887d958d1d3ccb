/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two binomial counts, with two rates or with one:                [rates.1]
 *
 *     apart    z_g ~ Beta(a, a),  k_g ~ Binomial(n, z_g),   g = 0, 1
 *     common   z_0 ~ Beta(a, a),  k_g ~ Binomial(n, z_0)
 *
 * The beta law is conjugate, so both are known altogether:        [rates.2]
 *
 *     apart    p(x) = prod_g C(n, k_g) B(a + k_g, a + n - k_g) / B(a, a)
 *     common   p(x) = C(n, k_0) C(n, k_1) B(a + k, a + 2n - k) / B(a, a),
 *              k = k_0 + k_1
 *
 * The ratio of the two is the evidence for a difference, which is what an
 * evidence is for: at 5 and 7 of 10 a rate in common is exp(0.324) = 1.4 times
 * as probable as two, though two rates fit better.  With two rates the
 * posterior is a product, so that a mean-field guide of two beta laws can
 * reach it and no bound is loose.
 *
 * Counts are of successes in whatever order, hence the C(n, k); the coin,
 * whose throws are in an order, has none.  Source: Jaynes (2003), Chapter 9;
 * Kass & Raftery (1995) for ratios of evidences. */
#include "targets/rates.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "dist/beta.h"

static void options_default(void *options) {
  *(mg_rates_options *)options = (mg_rates_options){.rates = MG_RATES_APART,
                                                    .trials = 10,
                                                    .first = 5,
                                                    .second = 7,
                                                    .prior = 1};
}

static const mg_option option_table[] = {
    {"rates", MG_OPTION_CHOICE, offsetof(mg_rates_options, rates), 0, 0,
     "apart|common", "a rate for each group, or one for both"},
    {"trials", MG_OPTION_SIZE, offsetof(mg_rates_options, trials), 1, 1e6, NULL,
     "trials in either group"},
    {"first", MG_OPTION_SIZE, offsetof(mg_rates_options, first), 0, 1e6, NULL,
     "successes in the first group"},
    {"second", MG_OPTION_SIZE, offsetof(mg_rates_options, second), 0, 1e6, NULL,
     "successes in the second group"},
    {"prior", MG_OPTION_REAL, offsetof(mg_rates_options, prior), 1e-3, 1e9,
     NULL, "both shapes of the beta prior"},
    {0}};

/* The coordinate that is the rate of a group. */
static size_t rate_of(const mg_rates *r, size_t group) {
  return r->dim == 2 ? group : 0;
}

/* ---- the joint ---- */

static double log_count(const mg_rates *r, size_t group, double z) {
  const double k = r->success[group];
  return gsl_sf_lnchoose((unsigned)r->trials, (unsigned)k) + k * log(z) +
         (r->trials - k) * log1p(-z);
}

/* The priors of the rates, then the counts. */
static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  const mg_rates *r = self;
  for (size_t s = 0; s < z->size1; s++) {
    for (size_t i = 0; i < r->dim; i++) {
      const int status =
          mg_beta_log_density(gsl_matrix_get(z, s, i), r->prior, r->prior,
                              gsl_matrix_ptr(log_f, s, i));
      if (status != GSL_SUCCESS)
        return status;
    }
    for (size_t g = 0; g < 2; g++)
      gsl_matrix_set(log_f, s, r->dim + g,
                     log_count(r, g, gsl_matrix_get(z, s, rate_of(r, g))));
  }
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  const mg_rates *r = self;
  return f < r->dim ? f == i : rate_of(r, f - r->dim) == i;
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_rates *r = self;
  for (size_t s = 0; s < z->size1; s++) {
    double sum = 0;
    for (size_t i = 0; i < r->dim; i++) {
      const double at = gsl_matrix_get(z, s, i);
      double each;
      const int status = mg_beta_log_density(at, r->prior, r->prior, &each);
      if (status != GSL_SUCCESS)
        return status;
      sum += each;
      if (dz)
        gsl_matrix_set(dz, s, i, (r->prior - 1) * (1 / at - 1 / (1 - at)));
    }
    gsl_vector_set(log_p, s, sum);
  }
  return GSL_SUCCESS;
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const mg_rates *r = self;
  const int status = log_prior(self, z, log_p, dz);
  for (size_t s = 0; status == GSL_SUCCESS && s < z->size1; s++)
    for (size_t g = 0; g < 2; g++) {
      const size_t i = rate_of(r, g);
      const double at = gsl_matrix_get(z, s, i), k = r->success[g];
      *gsl_vector_ptr(log_p, s) += log_count(r, g, at);
      if (dz)
        *gsl_matrix_ptr(dz, s, i) += k / at - (r->trials - k) / (1 - at);
    }
  return status;
}

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_rates *r = self;
  int status = GSL_SUCCESS;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; status == GSL_SUCCESS && i < r->dim; i++)
      status = mg_beta_sample(rng, r->prior, r->prior, gsl_matrix_ptr(z, s, i));
  return status;
}

/* ---- what is known ---- */

/* Shapes of the posterior of rate i. */
static void shapes(const mg_rates *r, size_t i, double *a, double *b) {
  *a = *b = r->prior;
  for (size_t g = 0; g < 2; g++)
    if (rate_of(r, g) == i) {
      *a += r->success[g];
      *b += r->trials - r->success[g];
    }
}

static int log_evidence(const void *self, double *log_p) {
  const mg_rates *r = self;
  *log_p = 0;
  for (size_t g = 0; g < 2; g++)
    *log_p += gsl_sf_lnchoose((unsigned)r->trials, (unsigned)r->success[g]);
  for (size_t i = 0; i < r->dim; i++) {
    double a, b;
    shapes(r, i, &a, &b);
    *log_p += gsl_sf_lnbeta(a, b) - gsl_sf_lnbeta(r->prior, r->prior);
  }
  return GSL_SUCCESS;
}

static int moments(const void *self, gsl_vector *mean, gsl_matrix *covariance) {
  const mg_rates *r = self;
  gsl_matrix_set_zero(covariance);
  for (size_t i = 0; i < r->dim; i++) {
    double a, b;
    shapes(r, i, &a, &b);
    gsl_vector_set(mean, i, a / (a + b));
    gsl_matrix_set(covariance, i, i, a * b / ((a + b) * (a + b) * (a + b + 1)));
  }
  return GSL_SUCCESS;
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const mg_rates *r = self;
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < r->dim; i++) {
    double a, b;
    shapes(r, i, &a, &b);
    for (size_t s = 0; status == GSL_SUCCESS && s < z->size1; s++)
      status = mg_beta_sample(rng, a, b, gsl_matrix_ptr(z, s, i));
  }
  return status;
}

static int simulate(void *self, gsl_rng *rng, const gsl_vector *z) {
  mg_rates *r = self;
  for (size_t g = 0; g < 2; g++)
    r->success[g] = gsl_ran_binomial(rng, gsl_vector_get(z, rate_of(r, g)),
                                     (unsigned)r->trials);
  return GSL_SUCCESS;
}

/* ---- the table ---- */

static int init(void *self, const void *options, mg_target *target) {
  static const mg_support unit[] = {MG_SUPPORT_UNIT, MG_SUPPORT_UNIT};
  const mg_rates_options *o = options;
  mg_rates *r = self;
  const size_t most = o->first > o->second ? o->first : o->second;
  if (most > o->trials)
    return mg_fail(GSL_EINVAL, "%zu successes of %zu trials: raise trials",
                   most, o->trials);
  *r = (mg_rates){.dim = o->rates == MG_RATES_APART ? 2 : 1,
                  .trials = (double)o->trials,
                  .success = {(double)o->first, (double)o->second},
                  .prior = o->prior};
  target->dim = r->dim;
  target->support = unit;
  target->gradient = true;
  target->log_density = log_joint;
  target->factors = r->dim + 2;
  target->log_factors = log_factors;
  target->holds = holds;
  target->sample_prior = sample_prior;
  target->log_prior = log_prior;
  return GSL_SUCCESS;
}

static const char *coordinate(const void *self, size_t i, char *text,
                              size_t size) {
  if (((const mg_rates *)self)->dim == 1)
    snprintf(text, size, "rate");
  else
    snprintf(text, size, "rate[%zu]", i);
  return text;
}

const mg_posterior_type mg_rates_type = {.name = "rates",
                                         .title = "Two binomial rates",
                                         .source = "Jaynes (2003), Chapter 9",
                                         .size = sizeof(mg_rates),
                                         .options = option_table,
                                         .options_size =
                                             sizeof(mg_rates_options),
                                         .options_default = options_default,
                                         .init = init,
                                         .coordinate = coordinate,
                                         .log_evidence = log_evidence,
                                         .moments = moments,
                                         .sample = sample,
                                         .simulate = simulate};
