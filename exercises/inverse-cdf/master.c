/* inverse-cdf: uniform numbers, pushed through the inverse of a distribution
 * function, are draws from that distribution.
 *
 * The page inverse-cdf.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check inverse-cdf */
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/status.h"
#include "dist/exponential.h"
#include "dist/logistic.h"

/* The x below which the exponential law has the share u, F^-1(u).
 *                                                          [exponential.6]
 *   u     in  from 0 to 1     x  out  0 for u = 0, inf for u = 1
 *   rate  in  F(x) = 1 - exp(-rate x)
 * Returns GSL_SUCCESS; GSL_EDOM for another u, or for a rate that is not
 * finite and above 0. */
int mg_exponential_quantile(double u, double rate, double *x) {
#ifdef MARGINALIA_SOLUTION
  if (!(u >= 0 && u <= 1))
    return mg_fail(GSL_EDOM, "u is %g", u);
  if (!(rate > 0) || isinf(rate))
    return mg_fail(GSL_EDOM, "rate is %g", rate);
  *x = -log1p(-u) / rate;
  return GSL_SUCCESS;
#else
  /* Your turn.  Solve u = 1 - exp(-rate x) for x. */
  (void)u;
  (void)rate;
  *x = 0;
  return GSL_SUCCESS;
#endif
}

/* One draw from the exponential law; all chance comes from rng.
 * Returns GSL_SUCCESS; GSL_EDOM for a rate as above. */
int mg_exponential_sample(gsl_rng *rng, double rate, double *x) {
#ifdef MARGINALIA_SOLUTION
  return mg_exponential_quantile(gsl_rng_uniform(rng), rate, x);
#else
  /* Your turn. */
  (void)rng;
  (void)rate;
  *x = 0;
  return GSL_SUCCESS;
#endif
}

/* One draw from the logistic law, F(x) = 1 / (1 + exp(-(x - mu) / s)), always
 * finite; all chance comes from rng.                          [logistic.3]
 * Returns GSL_SUCCESS; GSL_EDOM when mu is not finite, or s not finite and
 * above 0. */
int mg_logistic_sample(gsl_rng *rng, double mu, double s, double *x) {
#ifdef MARGINALIA_SOLUTION
  if (!isfinite(mu) || !(s > 0) || isinf(s))
    return mg_fail(GSL_EDOM, "mu is %g, s is %g", mu, s);
  const double u = gsl_rng_uniform_pos(rng); /* in (0, 1) */
  *x = mu + s * (log(u) - log1p(-u));
  return GSL_SUCCESS;
#else
  /* Your turn.  What are the smallest and the largest number that
   * gsl_rng_uniform can give? */
  (void)rng;
  (void)s;
  *x = mu;
  return GSL_SUCCESS;
#endif
}
