/* a generator of its own, which never hears of the state of rng */
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/status.h"
#include "dist/exponential.h"
#include "dist/logistic.h"

static unsigned long state = 1;

int mg_exponential_quantile(double u, double rate, double *x) {
  if (!(u >= 0 && u <= 1))
    return mg_fail(GSL_EDOM, "u is %g", u);
  if (!(rate > 0) || isinf(rate))
    return mg_fail(GSL_EDOM, "rate is %g", rate);
  *x = -log1p(-u) / rate;
  return GSL_SUCCESS;
}

int mg_exponential_sample(gsl_rng *rng, double rate, double *x) {
  (void)rng;
  state = (1664525 * state + 1013904223) % 4294967296;
  return mg_exponential_quantile((double)state / 4294967296, rate, x);
}

int mg_logistic_sample(gsl_rng *rng, double mu, double s, double *x) {
  if (!isfinite(mu) || !(s > 0) || isinf(s))
    return mg_fail(GSL_EDOM, "mu is %g, s is %g", mu, s);
  const double u = gsl_rng_uniform_pos(rng);
  *x = mu + s * (log(u) - log1p(-u));
  return GSL_SUCCESS;
}
