/* by GSL's statistics, and with weights instead of precisions */
#include "dist/gaussian_estimate.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

int mg_gaussian_estimate(const gsl_vector *x, double *mu, double *sigma) {
  if (x->size < 1)
    return GSL_EBADLEN;
  *mu = gsl_stats_mean(x->data, x->stride, x->size);
  *sigma = gsl_stats_sd_with_fixed_mean(x->data, x->stride, x->size, *mu);
  return *sigma > 0 ? GSL_SUCCESS : GSL_EDOM;
}

int mg_gaussian_posterior(const gsl_vector *x, double sigma, double prior_mean,
                          double prior_sd, double *mean, double *sd) {
  if (x->size < 1)
    return GSL_EBADLEN;
  if (isnan(sigma) || isnan(prior_sd) || sigma <= 0 || prior_sd <= 0)
    return GSL_EDOM;
  double n = (double)x->size;
  double xbar = gsl_stats_mean(x->data, x->stride, x->size);
  double w =
      n * prior_sd * prior_sd / (n * prior_sd * prior_sd + sigma * sigma);
  *mean = w * xbar + (1 - w) * prior_mean;
  *sd = sigma * sqrt(w / n);
  return GSL_SUCCESS;
}
