/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Bernoulli law, twice: by p and by a = log(p / (1 - p)).
 *
 *   log p(1) = log p,  log p(0) = log(1 - p)                [bernoulli.1]
 *   d log p(1) / d p = 1 / p,
 *   d log p(0) / d p = -1 / (1 - p)                         [bernoulli.2]
 *   H  = -p log p - (1 - p) log(1 - p)                      [bernoulli.3]
 *   KL = p0 log(p0 / p1) + (1 - p0) log((1 - p0) / (1 - p1))
 *                                                           [bernoulli.4]
 *   log p(1) = log sigmoid(a),  log p(0) = log sigmoid(-a),
 *   d log p(x) / d a = x - sigmoid(a)                       [bernoulli.5]
 *
 * 0 log 0 is 0.  The logit form exists because p = sigmoid(a) is 1 to the last
 * bit at a = 37, where log(1 - p) would be -inf and [bernoulli.5] still is
 * -37, with a score that is never above 1.
 *
 * Not here: a pathwise derivative.  A bit does not move with p, it flips. */
#include "dist/bernoulli.h"

#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "dist/domain.h"

static int bernoulli_domain(double x, double p) {
  int status = mg_domain_probability("bernoulli", "p", p);
  return status ? status : mg_domain_datum("bernoulli", x);
}

/* log p(x) for an x that is not NaN. */
static double log_mass(double x, double p) {
  if (x == 1)
    return log(p);
  return x == 0 ? log1p(-p) : -INFINITY;
}

/* p log(p / q) where p is the weight of log p - log q. */
static double weighted(double p, double log_ratio) {
  return p > 0 ? p * log_ratio : 0;
}

int mg_bernoulli_log_density(double x, double p, double *log_p) {
  int status = bernoulli_domain(x, p);
  if (status)
    return status;
  *log_p = log_mass(x, p);
  return GSL_SUCCESS;
}

int mg_bernoulli_sample(gsl_rng *rng, double p, double *x) {
  int status = bernoulli_domain(0, p);
  if (status)
    return status;
  *x = gsl_rng_uniform(rng) < p ? 1 : 0;
  return GSL_SUCCESS;
}

int mg_bernoulli_score(double x, double p, double *d_p) {
  int status = bernoulli_domain(x, p);
  if (!status)
    status = mg_domain_inside("bernoulli", x, log_mass(x, p) > -INFINITY);
  if (status)
    return status;
  *d_p = x == 1 ? 1 / p : -1 / (1 - p);
  return GSL_SUCCESS;
}

int mg_bernoulli_entropy(double p, double *h) {
  int status = bernoulli_domain(0, p);
  if (status)
    return status;
  *h = weighted(p, -log(p)) + weighted(1 - p, -log1p(-p));
  return GSL_SUCCESS;
}

int mg_bernoulli_kl(double p0, double p1, double *kl) {
  int status = bernoulli_domain(0, p0);
  if (!status)
    status = bernoulli_domain(0, p1);
  if (status)
    return status;
  *kl = weighted(p0, log(p0) - log(p1)) +
        weighted(1 - p0, log1p(-p0) - log1p(-p1));
  *kl = *kl < 0 ? 0 : *kl; /* rounding, where the laws agree */
  return GSL_SUCCESS;
}

static int logit_domain(double x, double logit) {
  int status = mg_domain_real("bernoulli", "logit", logit);
  return status ? status : mg_domain_datum("bernoulli", x);
}

int mg_bernoulli_logit_log_density(double x, double logit, double *log_p) {
  int status = logit_domain(x, logit);
  if (status)
    return status;
  *log_p = -INFINITY;
  if (x == 0 || x == 1)
    *log_p = mg_log_sigmoid(x == 1 ? logit : -logit);
  return GSL_SUCCESS;
}

int mg_bernoulli_logit_sample(gsl_rng *rng, double logit, double *x) {
  int status = logit_domain(0, logit);
  return status ? status : mg_bernoulli_sample(rng, mg_sigmoid(logit), x);
}

int mg_bernoulli_logit_score(double x, double logit, double *d_logit) {
  int status = logit_domain(x, logit);
  if (!status)
    status = mg_domain_inside("bernoulli", x, x == 0 || x == 1);
  if (status)
    return status;
  *d_logit = x == 1 ? mg_sigmoid(-logit) : -mg_sigmoid(logit);
  return GSL_SUCCESS;
}

int mg_bernoulli_logit_entropy(double logit, double *h) {
  int status = logit_domain(0, logit);
  if (status)
    return status;
  const double a = fabs(logit); /* H is even: the rare side has sigmoid(-a) */
  *h = mg_log1p_exp(-a) + weighted(mg_sigmoid(-a), a);
  return GSL_SUCCESS;
}

int mg_bernoulli_logit_kl(double logit0, double logit1, double *kl) {
  int status = logit_domain(0, logit0);
  if (!status)
    status = logit_domain(0, logit1);
  if (status)
    return status;
  const double log_ratio1 = mg_log_sigmoid(logit0) - mg_log_sigmoid(logit1);
  const double log_ratio0 = mg_log_sigmoid(-logit0) - mg_log_sigmoid(-logit1);
  *kl = weighted(mg_sigmoid(logit0), log_ratio1) +
        weighted(mg_sigmoid(-logit0), log_ratio0);
  *kl = *kl < 0 ? 0 : *kl; /* rounding, where the laws agree */
  return GSL_SUCCESS;
}
