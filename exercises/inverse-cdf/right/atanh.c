/* the logit as 2 atanh(2 u - 1); the exponential law by its mean */
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/status.h"
#include "dist/exponential.h"
#include "dist/logistic.h"

int mg_exponential_quantile(double u, double rate, double *x) {
  const double mean = 1 / rate;
  if (u < 0 || u > 1 || isnan(u) || !isfinite(mean) || !(mean > 0))
    return mg_fail(GSL_EDOM, "no law, or no share");
  *x = fabs(mean * log1p(-u));
  return GSL_SUCCESS;
}

int mg_exponential_sample(gsl_rng *rng, double rate, double *x) {
  if (!isfinite(rate) || rate <= 0)
    return mg_fail(GSL_EDOM, "a rate of %g", rate);
  double u = gsl_rng_uniform(rng);
  while (u == 0)
    u = gsl_rng_uniform(rng);
  *x = -log(u) / rate;
  return GSL_SUCCESS;
}

int mg_logistic_sample(gsl_rng *rng, double mu, double s, double *x) {
  if (!isfinite(mu) || !isfinite(s) || s <= 0)
    return mg_fail(GSL_EDOM, "mu %g, s %g", mu, s);
  const double u = (double)(gsl_rng_get(rng) + 1) / 4294967297.0;
  *x = mu + 2 * s * atanh(2 * u - 1);
  return GSL_SUCCESS;
}
