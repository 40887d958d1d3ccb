/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the laws refuse, in sentences. */
#include "dist/domain.h"

#include <float.h>
#include <math.h>

#include "base/status.h"

/* Sums of probabilities that came through a file with 10 digits still pass. */
static const double simplex_slack = 1e-9;

int mg_domain_real(const char *law, const char *name, double value) {
  if (isfinite(value))
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM, "%s: %s is %g: give a finite number", law, name,
                 value);
}

int mg_domain_positive(const char *law, const char *name, double value) {
  if (isfinite(value) && value >= DBL_MIN)
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM, "%s: %s is %g: give a finite number above 0", law,
                 name, value);
}

int mg_domain_probability(const char *law, const char *name, double value) {
  if (value >= 0 && value <= 1)
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM, "%s: %s is %g: give a probability, 0 to 1", law,
                 name, value);
}

int mg_domain_datum(const char *law, double x) {
  if (!isnan(x))
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM, "%s: the datum is NaN: leave missing values out",
                 law);
}

int mg_domain_inside(const char *law, double x, bool inside) {
  if (inside)
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM,
                 "%s: no derivative at the datum %g: give one inside "
                 "the support",
                 law, x);
}

int mg_domain_result(const char *law, double value) {
  if (!isnan(value))
    return GSL_SUCCESS;
  return mg_fail(GSL_EOVRFLW,
                 "%s: the answer overflows: give parameters "
                 "nearer to 1",
                 law);
}

int mg_domain_length(const char *law, const char *name, const gsl_vector *v,
                     size_t size) {
  if (v->size == size && size > 0)
    return GSL_SUCCESS;
  return mg_fail(GSL_EBADLEN, "%s: %s has %zu elements where %zu belong", law,
                 name, v->size, size);
}

int mg_domain_reals(const char *law, const char *name, const gsl_vector *v) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < v->size && !status; i++)
    status = mg_domain_real(law, name, gsl_vector_get(v, i));
  return status;
}

int mg_domain_positives(const char *law, const char *name,
                        const gsl_vector *v) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < v->size && !status; i++)
    status = mg_domain_positive(law, name, gsl_vector_get(v, i));
  return status;
}

bool mg_domain_on_simplex(const gsl_vector *p, bool open) {
  double sum = 0;
  bool inside = true;
  for (size_t i = 0; i < p->size; i++) {
    const double p_i = gsl_vector_get(p, i);
    inside = inside && (open ? p_i > 0 : p_i >= 0);
    sum += p_i;
  }
  return inside && fabs(sum - 1) <= simplex_slack;
}

int mg_domain_simplex(const char *law, const char *name, const gsl_vector *p) {
  if (p->size == 0)
    return mg_fail(GSL_EBADLEN, "%s: %s is empty: give at least one", law,
                   name);
  if (mg_domain_on_simplex(p, false))
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM,
                 "%s: %s are not probabilities that sum to 1 within %g", law,
                 name, simplex_slack);
}
