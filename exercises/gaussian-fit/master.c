/* gaussian-fit: what a sample says of the Gaussian that it came from, by
 * maximum likelihood, and by Bayes' rule when something was known before.
 *
 * The page gaussian-fit.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check gaussian-fit */
#include "dist/gaussian_estimate.h"

#include <math.h>

#include "base/status.h"

/* The mu and sigma that make the likelihood of a sample largest.     [ml.2]
 *   x          in   n values: gsl_vector_get(x, i), i < x->size
 *   mu, sigma  out  in the unit of x
 * Returns GSL_SUCCESS; GSL_EBADLEN for n = 0; GSL_EDOM when there is no
 * maximum, because all values are the same or one is not finite. */
int mg_gaussian_estimate(const gsl_vector *x, double *mu, double *sigma) {
#ifdef MARGINALIA_SOLUTION
  const double n = (double)x->size;
  if (x->size == 0)
    return mg_fail(GSL_EBADLEN, "an empty sample says nothing");
  double sum = 0, squares = 0;
  for (size_t i = 0; i < x->size; i++)
    sum += gsl_vector_get(x, i);
  *mu = sum / n;
  for (size_t i = 0; i < x->size; i++)
    squares += pow(gsl_vector_get(x, i) - *mu, 2);
  *sigma = sqrt(squares / n);
  if (!(*sigma > 0)) /* true of NaN, too */
    return mg_fail(GSL_EDOM, "the likelihood has no maximum");
  return GSL_SUCCESS;
#else
  /* Your turn.  Is it n or n - 1 that stands under the sum of squares? */
  (void)x;
  *mu = 0;
  *sigma = 1;
  return GSL_SUCCESS;
#endif
}

/* The posterior of mu when sigma is known and mu ~ N(prior_mean, prior_sd^2):
 * a Gaussian, whose mean is the MAP estimate.                       [map.2]
 *   x         in   n values
 *   mean, sd  out  of mu given x
 * Returns GSL_SUCCESS; GSL_EBADLEN for n = 0; GSL_EDOM unless sigma and
 * prior_sd are above 0. */
int mg_gaussian_posterior(const gsl_vector *x, double sigma, double prior_mean,
                          double prior_sd, double *mean, double *sd) {
#ifdef MARGINALIA_SOLUTION
  if (x->size == 0)
    return mg_fail(GSL_EBADLEN, "an empty sample says nothing");
  if (!(sigma > 0) || !(prior_sd > 0))
    return mg_fail(GSL_EDOM, "sigma and prior_sd must be above 0");
  double precision = pow(prior_sd, -2);
  double weighted = prior_mean * precision;
  for (size_t i = 0; i < x->size; i++) {
    precision += pow(sigma, -2);
    weighted += gsl_vector_get(x, i) * pow(sigma, -2);
  }
  *mean = weighted / precision;
  *sd = sqrt(1 / precision);
  return GSL_SUCCESS;
#else
  /* Your turn.  Precisions add; means are weighed by them. */
  (void)x;
  (void)sigma;
  *mean = prior_mean;
  *sd = prior_sd;
  return GSL_SUCCESS;
#endif
}
