/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of thumb for kernels; see bandwidth.h. */
#include "models/bandwidth.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"

/* R's bw.nrd0, its ways out for a constant column included. */
static int nrd0(const double *x, size_t stride, size_t n, double *h) {
  double *sorted = calloc(n, sizeof *sorted);
  if (!sorted)
    return mg_fail(GSL_ENOMEM, "no memory to sort %zu values", n);
  for (size_t i = 0; i < n; i++)
    sorted[i] = x[i * stride];
  gsl_sort(sorted, 1, n);
  double sd = gsl_stats_sd(x, stride, n);
  double range = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.75) -
                 gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.25);
  double spread = fmin(sd, range / 1.34);
  if (spread == 0)
    spread = sd != 0 ? sd : x[0] != 0 ? fabs(x[0]) : 1;
  *h = 0.9 * spread * pow((double)n, -0.2);
  free(sorted);
  return GSL_SUCCESS;
}

static int choose_column(mg_bandwidth_rule rule, const gsl_matrix *x, size_t j,
                         double *h) {
  const size_t n = x->size1;
  const double D = (double)x->size2;
  if (rule == MG_BANDWIDTH_NRD0)
    return nrd0(x->data + j, x->tda, n, h);
  *h = gsl_stats_sd(x->data + j, x->tda, n) * pow((double)n, -1 / (D + 4));
  if (rule == MG_BANDWIDTH_SILVERMAN)
    *h *= pow(4 / (D + 2), 1 / (D + 4));
  if (*h == 0)
    return mg_fail(GSL_EDOM,
                   "column %zu is constant and has no spread to take "
                   "a bandwidth from: set bandwidth to fixed",
                   j + 1);
  return GSL_SUCCESS;
}

int mg_bandwidth_choose(mg_bandwidth_rule rule, const gsl_matrix *x,
                        double *h) {
  if (x->size1 < 2)
    return mg_fail(GSL_EDOM, "one row has no spread to take a bandwidth from: "
                             "set bandwidth to fixed");
  int status = GSL_SUCCESS;
  for (size_t j = 0; status == GSL_SUCCESS && j < x->size2; j++)
    status = choose_column(rule, x, j, &h[j]);
  return status;
}
