/* -log(u) of a u above 0; the logistic as a log ratio of exponentials */
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/status.h"
#include "dist/domain.h"
#include "dist/exponential.h"
#include "dist/logistic.h"

int mg_exponential_quantile(double u, double rate, double *x) {
  int status = mg_domain_probability("exponential", "u", u);
  if (!status)
    status = mg_domain_positive("exponential", "rate", rate);
  if (status)
    return status;
  *x = u == 1 ? INFINITY : log1p(u / (1 - u)) / rate;
  return GSL_SUCCESS;
}

int mg_exponential_sample(gsl_rng *rng, double rate, double *x) {
  int status = mg_domain_positive("exponential", "rate", rate);
  if (status)
    return status;
  *x = -log(gsl_rng_uniform_pos(rng)) / rate;
  return GSL_SUCCESS;
}

int mg_logistic_sample(gsl_rng *rng, double mu, double s, double *x) {
  int status = mg_domain_real("logistic", "mu", mu);
  if (!status)
    status = mg_domain_positive("logistic", "s", s);
  if (status)
    return status;
  double a = -log(gsl_rng_uniform_pos(rng)), b = -log(gsl_rng_uniform_pos(rng));
  while (a == 0 || b == 0) {
    a = -log(gsl_rng_uniform_pos(rng));
    b = -log(gsl_rng_uniform_pos(rng));
  }
  *x = mu + s * (log(a) - log(b));
  return GSL_SUCCESS;
}
