/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exponential law: the gamma law of shape 1, kept apart because
 * everything about it can be done on paper.
 *
 *   log p(x) = log rate - rate x for x >= 0, else -inf     [exponential.1]
 *   d log p / d rate = 1 / rate - x                         [exponential.2]
 *   x = -log(u) / rate, u uniform, so that at fixed u
 *   d x / d rate = -x / rate                                [exponential.3]
 *   H = 1 - log rate                                        [exponential.4]
 *   KL = r - 1 - log r,  r = rate1 / rate0                  [exponential.5]
 *   F(x) = 1 - exp(-rate x), so that F^-1(u) = -log(1 - u) / rate
 *                                                           [exponential.6] */
#include "dist/exponential.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/status.h"
#include "dist/domain.h"

static int exponential_domain(double x, double rate) {
  int status = mg_domain_positive("exponential", "rate", rate);
  return status ? status : mg_domain_datum("exponential", x);
}

int mg_exponential_log_density(double x, double rate, double *log_p) {
  int status = exponential_domain(x, rate);
  if (status)
    return status;
  *log_p = x >= 0 ? log(rate) - rate * x : -INFINITY;
  return GSL_SUCCESS;
}

int mg_exponential_quantile(double u, double rate, double *x) {
  int status = mg_domain_probability("exponential", "u", u);
  if (!status)
    status = exponential_domain(0, rate);
  if (status)
    return status;
  *x = -log1p(-u) / rate;
  return GSL_SUCCESS;
}

int mg_exponential_sample(gsl_rng *rng, double rate, double *x) {
  int status = exponential_domain(0, rate);
  if (status)
    return status;
  *x = gsl_ran_exponential(rng, 1 / rate);
  return GSL_SUCCESS;
}

int mg_exponential_score(double x, double rate, double *d_rate) {
  int status = exponential_domain(x, rate);
  if (!status)
    status = mg_domain_inside("exponential", x, x >= 0 && isfinite(x));
  if (status)
    return status;
  *d_rate = 1 / rate - x;
  return GSL_SUCCESS;
}

int mg_exponential_pathwise(double x, double rate, double *dx_rate) {
  int status = exponential_domain(x, rate);
  if (!status)
    status = mg_domain_inside("exponential", x, x >= 0 && isfinite(x));
  if (status)
    return status;
  *dx_rate = -x / rate;
  return GSL_SUCCESS;
}

int mg_exponential_sample_reparam(gsl_rng *rng, double rate, double *x,
                                  double *dx_rate) {
  int status = mg_exponential_sample(rng, rate, x);
  return status ? status : mg_exponential_pathwise(*x, rate, dx_rate);
}

int mg_exponential_entropy(double rate, double *h) {
  int status = exponential_domain(0, rate);
  if (status)
    return status;
  *h = 1 - log(rate);
  return GSL_SUCCESS;
}

int mg_exponential_kl(double rate0, double rate1, double *kl) {
  int status = exponential_domain(0, rate0);
  if (!status)
    status = exponential_domain(0, rate1);
  if (status)
    return status;
  *kl = (rate1 - rate0) / rate0 - (log(rate1) - log(rate0));
  *kl = *kl < 0 ? 0 : *kl; /* rounding, where the laws agree */
  return GSL_SUCCESS;
}
