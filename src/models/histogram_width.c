/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of thumb for bins; see histogram_width.h. */
#include "models/histogram_width.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"

static double scott(const double *x, size_t stride, size_t n, double D) {
  const double normal = 2 * pow(3, 1 / (D + 2)) * pow(M_PI, D / (2 * D + 4));
  return normal * gsl_stats_sd(x, stride, n) * pow((double)n, -1 / (D + 2));
}

/* A hair over range / k, so that the last row is in the last of k bins. */
static double sturges(const double *x, size_t stride, size_t n) {
  double least, most;
  gsl_stats_minmax(&least, &most, x, stride, n);
  return (most - least) / ceil(1 + log2((double)n)) * (1 + 1e-9);
}

static int freedman(const double *x, size_t stride, size_t n, double D,
                    double *width) {
  double *sorted = calloc(n, sizeof *sorted);
  if (!sorted)
    return mg_fail(GSL_ENOMEM, "no memory to sort %zu values", n);
  for (size_t i = 0; i < n; i++)
    sorted[i] = x[i * stride];
  gsl_sort(sorted, 1, n);
  *width = 2 * pow((double)n, -1 / (D + 2)) *
           (gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.75) -
            gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.25));
  free(sorted);
  return GSL_SUCCESS;
}

static int choose_column(mg_histogram_rule rule, const gsl_matrix *x, size_t j,
                         double *width) {
  const double D = (double)x->size2, *column = x->data + j;
  int status = GSL_SUCCESS;
  if (rule == MG_HISTOGRAM_FREEDMAN)
    status = freedman(column, x->tda, x->size1, D, width);
  else if (rule == MG_HISTOGRAM_STURGES)
    *width = sturges(column, x->tda, x->size1);
  else
    *width = scott(column, x->tda, x->size1, D);
  if (status == GSL_SUCCESS && *width == 0)
    return mg_fail(GSL_EDOM,
                   "column %zu has no spread to take a bin's width from: set "
                   "width to fixed",
                   j + 1);
  return status;
}

int mg_histogram_width(mg_histogram_rule rule, const gsl_matrix *x,
                       double *width) {
  if (x->size1 < 2)
    return mg_fail(GSL_EDOM, "one row has no spread to take a bin's width "
                             "from: set width to fixed");
  int status = GSL_SUCCESS;
  for (size_t j = 0; status == GSL_SUCCESS && j < x->size2; j++)
    status = choose_column(rule, x, j, &width[j]);
  return status;
}
