/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mean and its standard error: GSL's, with the infinities kept true.
 *
 * gsl_stats_mean updates a running mean in long double, so a million log
 * densities near -1e5 lose no digits; gsl_stats_sd_m divides by n - 1.  The
 * recurrence meets inf - inf one value after an infinity, and would say NaN
 * where the mean is -inf.  So infinities are answered from the extremes:
 *
 *     any NaN            min = max = NaN (gsl_stats_minmax)   mean NaN
 *     -inf, no +inf      min + max = -inf                     mean -inf
 *     +inf, no -inf      min + max = +inf                     mean +inf
 *     both               min + max = NaN                      mean NaN
 *
 * which is min + max in every one of the rows.
 *
 * Not here: quantiles, and the standard error of dependent draws. */
#include "base/tally.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

int mg_tally_values(size_t n, const double *values, size_t stride,
                    mg_tally *tally) {
  *tally = (mg_tally){n, NAN, NAN, NAN, NAN};
  if (n == 0)
    return GSL_SUCCESS;
  gsl_stats_minmax(&tally->min, &tally->max, values, stride, n);
  if (!isfinite(tally->min) || !isfinite(tally->max)) {
    tally->mean = tally->min + tally->max;
    return GSL_SUCCESS;
  }
  tally->mean = gsl_stats_mean(values, stride, n);
  if (n > 1) {
    double sd = gsl_stats_sd_m(values, stride, n, tally->mean);
    tally->std_error = sd / sqrt((double)n);
  }
  return GSL_SUCCESS;
}
