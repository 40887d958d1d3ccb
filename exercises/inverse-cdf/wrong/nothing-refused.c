/* no parameter is refused */
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/status.h"
#include "dist/exponential.h"
#include "dist/logistic.h"

int mg_exponential_quantile(double u, double rate, double *x) {
  if (!(u >= 0 && u <= 1))
    return mg_fail(GSL_EDOM, "u is %g", u);
  *x = -log1p(-u) / rate;
  return GSL_SUCCESS;
}

int mg_exponential_sample(gsl_rng *rng, double rate, double *x) {
  return mg_exponential_quantile(gsl_rng_uniform(rng), rate, x);
}

int mg_logistic_sample(gsl_rng *rng, double mu, double s, double *x) {
  const double u = gsl_rng_uniform_pos(rng);
  *x = mu + s * (log(u) - log1p(-u));
  return GSL_SUCCESS;
}
