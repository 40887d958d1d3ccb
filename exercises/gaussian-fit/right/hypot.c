/* sd by hypot, the mean as a step from the prior */
#include "dist/gaussian_estimate.h"

#include <math.h>

#include "base/status.h"
#include "dist/domain.h"

static double mean_of(const gsl_vector *x) {
  long double sum = 0;
  for (size_t i = x->size; i-- > 0;)
    sum += gsl_vector_get(x, i);
  return (double)(sum / x->size);
}

int mg_gaussian_estimate(const gsl_vector *x, double *mu, double *sigma) {
  if (x->size == 0)
    return mg_fail(GSL_EBADLEN, "empty");
  int status = mg_domain_reals("gaussian", "x", x);
  if (status)
    return status;
  double m = mean_of(x), square = 0;
  for (size_t i = 0; i < x->size; i++)
    square = hypot(square, gsl_vector_get(x, i) - m);
  *mu = m;
  *sigma = square / sqrt((double)x->size);
  return *sigma == 0 ? mg_fail(GSL_EDOM, "all are equal") : GSL_SUCCESS;
}

int mg_gaussian_posterior(const gsl_vector *x, double sigma, double prior_mean,
                          double prior_sd, double *mean, double *sd) {
  if (x->size == 0)
    return mg_fail(GSL_EBADLEN, "empty");
  int status = mg_domain_positive("gaussian", "sigma", sigma);
  if (!status)
    status = mg_domain_positive("gaussian", "prior_sd", prior_sd);
  if (status)
    return status;
  double noise = sigma / sqrt((double)x->size);
  double weight = prior_sd / hypot(prior_sd, noise);
  *mean = prior_mean + weight * weight * (mean_of(x) - prior_mean);
  *sd = noise * weight;
  return GSL_SUCCESS;
}
