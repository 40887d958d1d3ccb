/* the sd of the next datum for the sd of mu */
#include "dist/gaussian_estimate.h"

#include <math.h>

#include "base/status.h"

int mg_gaussian_estimate(const gsl_vector *x, double *mu, double *sigma) {
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
  if (!(*sigma > 0))
    return mg_fail(GSL_EDOM, "the likelihood has no maximum");
  return GSL_SUCCESS;
}

int mg_gaussian_posterior(const gsl_vector *x, double sigma, double prior_mean,
                          double prior_sd, double *mean, double *sd) {
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
  *sd = sqrt(1 / precision + sigma * sigma);
  return GSL_SUCCESS;
}
