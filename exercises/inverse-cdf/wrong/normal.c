/* a Gaussian of that place and width */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/status.h"
#include "dist/exponential.h"
#include "dist/logistic.h"

int mg_exponential_quantile(double u, double rate, double *x) {
  if (!(u >= 0 && u <= 1))
    return mg_fail(GSL_EDOM, "u is %g", u);
  if (!(rate > 0) || isinf(rate))
    return mg_fail(GSL_EDOM, "rate is %g", rate);
  *x = -log1p(-u) / rate;
  return GSL_SUCCESS;
}

int mg_exponential_sample(gsl_rng *rng, double rate, double *x) {
  return mg_exponential_quantile(gsl_rng_uniform(rng), rate, x);
}

int mg_logistic_sample(gsl_rng *rng, double mu, double s, double *x) {
  if (!isfinite(mu) || !(s > 0) || isinf(s))
    return mg_fail(GSL_EDOM, "mu is %g, s is %g", mu, s);
  *x = mu + gsl_ran_gaussian(rng, s);
  return GSL_SUCCESS;
}
