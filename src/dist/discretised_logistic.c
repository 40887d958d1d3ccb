/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The discretised logistic: draw from a logistic, round to the nearest level,
 * and let the two end levels take all that falls beyond them.  So neighbouring
 * levels have neighbouring masses, which a categorical would have to learn.
 *
 * With a = (x - 1/2 - mu) / s (minus infinity at x = 0) and
 * b = (x + 1/2 - mu) / s (plus infinity at x = levels-1):
 *
 *   p(x) = sigmoid(b) - sigmoid(a)                          [dlogistic.1]
 *
 * Both sigmoids are 1 to the last bit when x lies 40 s above mu, and their
 * difference is lost.  The way out is an identity,
 *
 *   sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - exp(a - b)),
 *   log p(x) = log sigmoid(b) + log sigmoid(-a) + log(1 - exp(-1/s)),
 *                                                           [dlogistic.2]
 * whose last term is absent at either end.  It is exact in the middle and in
 * the tails, and needs none of the case distinctions of the published codes.
 * Its derivatives, with c(b) = b sigmoid(-b), which is 0 at infinity:
 *
 *   d log p / d mu = (sigmoid(a) - sigmoid(-b)) / s
 *   d log p / d s  = -(c(b) + c(-a) + (1/s) / (exp(1/s) - 1)) / s
 *                                                           [dlogistic.3]
 *   H  = -sum_x p(x) log p(x)                               [dlogistic.4]
 *   KL = sum_x p_0(x) (log p_0(x) - log p_1(x))             [dlogistic.5]
 *
 * The mean is near mu only in the middle: what falls beyond an end is put back
 * there.  It is the sum of the masses from each level up,
 *
 *   E x = sum_{k=1}^{levels-1} sigmoid((mu - k + 1/2) / s)  [dlogistic.6]
 *
 * Not here: a pathwise derivative.  A level does not move when mu moves a
 * little, and then it jumps. */
#include "dist/discretised_logistic.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "dist/domain.h"

static int discretised_domain(double x, double mu, double s, unsigned levels) {
  int status = mg_domain_real("discretised logistic", "mu", mu);
  if (!status)
    status = mg_domain_positive("discretised logistic", "s", s);
  if (!status && levels == 0)
    status = mg_fail(
        GSL_EDOM, "discretised logistic: there are 0 levels: give at least 1");
  return status ? status : mg_domain_datum("discretised logistic", x);
}

static int is_level(double x, unsigned levels) {
  return x >= 0 && x < levels && x == floor(x);
}

/* The two ends of a level's interval, in units of s. */
static double lower_end(double x, double mu, double s) {
  return x > 0 ? (x - 0.5 - mu) / s : -INFINITY;
}

static double upper_end(double x, double mu, double s, unsigned levels) {
  return x < levels - 1 ? (x + 0.5 - mu) / s : INFINITY;
}

/* [dlogistic.2] for an x that is a level. */
static double log_mass(double x, double mu, double s, unsigned levels) {
  const double a = lower_end(x, mu, s), b = upper_end(x, mu, s, levels);
  const int middle = isfinite(a) && isfinite(b);
  return mg_log_sigmoid(b) + mg_log_sigmoid(-a) +
         (middle ? mg_log1m_exp(-1 / s) : 0);
}

int mg_discretised_logistic_log_density(double x, double mu, double s,
                                        unsigned levels, double *log_p) {
  int status = discretised_domain(x, mu, s, levels);
  if (status)
    return status;
  *log_p = is_level(x, levels) ? log_mass(x, mu, s, levels) : -INFINITY;
  return GSL_SUCCESS;
}

int mg_discretised_logistic_sample(gsl_rng *rng, double mu, double s,
                                   unsigned levels, double *x) {
  int status = discretised_domain(0, mu, s, levels);
  if (status)
    return status;
  const double y = floor(mu + gsl_ran_logistic(rng, s) + 0.5);
  *x = fmin(fmax(y, 0), levels - 1);
  return GSL_SUCCESS;
}

/* c(b) of [dlogistic.3]; beyond 700 it is below 1e-300. */
static double sigmoid_moment(double b) {
  return b > 700 ? 0 : b * mg_sigmoid(-b);
}

int mg_discretised_logistic_score(double x, double mu, double s,
                                  unsigned levels, double *d_mu, double *d_s) {
  int status = discretised_domain(x, mu, s, levels);
  if (!status)
    status = mg_domain_inside("discretised logistic", x, is_level(x, levels));
  if (status)
    return status;
  const double a = lower_end(x, mu, s), b = upper_end(x, mu, s, levels);
  const int middle = isfinite(a) && isfinite(b);
  const double width = middle && s > 1e-3 ? 1 / s / expm1(1 / s) : 0;
  *d_mu = (mg_sigmoid(a) - mg_sigmoid(-b)) / s;
  *d_s = -(sigmoid_moment(b) + sigmoid_moment(-a) + width) / s;
  return GSL_SUCCESS;
}

int mg_discretised_logistic_mean(double mu, double s, unsigned levels,
                                 double *mean) {
  int status = discretised_domain(0, mu, s, levels);
  if (status)
    return status;
  *mean = 0;
  for (unsigned k = 1; k < levels; k++)
    *mean += mg_sigmoid((mu - k + 0.5) / s);
  return GSL_SUCCESS;
}

int mg_discretised_logistic_entropy(double mu, double s, unsigned levels,
                                    double *h) {
  int status = discretised_domain(0, mu, s, levels);
  if (status)
    return status;
  *h = 0;
  for (unsigned x = 0; x < levels; x++) {
    const double log_p = log_mass(x, mu, s, levels);
    *h -= log_p > -745 ? exp(log_p) * log_p : 0;
  }
  return GSL_SUCCESS;
}

int mg_discretised_logistic_kl(double mu0, double s0, double mu1, double s1,
                               unsigned levels, double *kl) {
  int status = discretised_domain(0, mu0, s0, levels);
  if (!status)
    status = discretised_domain(0, mu1, s1, levels);
  if (status)
    return status;
  double sum = 0;
  for (unsigned x = 0; x < levels; x++) {
    const double log_p0 = log_mass(x, mu0, s0, levels);
    if (log_p0 > -745) /* else its mass is 0 in double precision */
      sum += exp(log_p0) * (log_p0 - log_mass(x, mu1, s1, levels));
  }
  *kl = sum < 0 ? 0 : sum;
  return GSL_SUCCESS;
}
