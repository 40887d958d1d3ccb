/* a datum at a time: running moments, and the posterior as the next prior */
#include "dist/gaussian_estimate.h"

#include <math.h>

#include "base/status.h"

int mg_gaussian_estimate(const gsl_vector *x, double *mu, double *sigma) {
  if (x->size == 0)
    return mg_fail(GSL_EBADLEN, "no data");
  double mean = 0, m2 = 0;
  for (size_t i = 0; i < x->size; i++) {
    double value = gsl_vector_get(x, i), before = value - mean;
    mean += before / (double)(i + 1);
    m2 += before * (value - mean);
  }
  *mu = mean;
  *sigma = sqrt(m2 / (double)x->size);
  if (isfinite(*sigma) && *sigma > 0)
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM, "no maximum: sigma is %g", *sigma);
}

int mg_gaussian_posterior(const gsl_vector *x, double sigma, double prior_mean,
                          double prior_sd, double *mean, double *sd) {
  if (x->size == 0)
    return mg_fail(GSL_EBADLEN, "no data");
  if (!(sigma > 0 && prior_sd > 0))
    return mg_fail(GSL_EDOM, "a width that is not above 0");
  double m = prior_mean, v = prior_sd * prior_sd;
  for (size_t i = 0; i < x->size; i++) {
    double gain = v / (v + sigma * sigma);
    m += gain * (gsl_vector_get(x, i) - m);
    v *= 1 - gain;
  }
  *mean = m;
  *sd = sqrt(v);
  return GSL_SUCCESS;
}
