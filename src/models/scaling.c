/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of mean 0 and deviation 1; see scaling.h.
 *
 * A density in u becomes one in x by the change of variables
 *
 *   log p(x) = log p(u) - sum_j log scale_j,  u_j = (x_j - shift_j) / scale_j
 *                                                                [scaling.1]
 *
 * so that what is claimed is in the unit of the data, whatever the network was
 * shown.  The sum is taken column by column by who adds up the columns. */
#include "models/scaling.h"

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"

int mg_scaling_init(mg_scaling *s, size_t dim) {
  s->dim = dim;
  s->shift = calloc(dim, sizeof *s->shift);
  s->scale = calloc(dim, sizeof *s->scale);
  if (!s->shift || !s->scale)
    return mg_fail(GSL_ENOMEM, "no memory for %zu columns", dim);
  for (size_t j = 0; j < dim; j++)
    s->scale[j] = 1;
  return GSL_SUCCESS;
}

void mg_scaling_clear(mg_scaling *s) {
  free(s->shift);
  free(s->scale);
  *s = (mg_scaling){.dim = 0};
}

void mg_scaling_start(mg_scaling *s, const gsl_matrix *x) {
  for (size_t j = 0; j < s->dim; j++) {
    const double mean = gsl_stats_mean(x->data + j, x->tda, x->size1);
    const double sd =
        gsl_stats_sd_with_fixed_mean(x->data + j, x->tda, x->size1, mean);
    s->shift[j] = mean;
    s->scale[j] = sd > 0 ? sd : 1;
  }
}

void mg_scaling_tensors(mg_scaling *s, mg_tensors *list) {
  mg_tensors_add(list, "shift", s->shift, s->dim, 1, &s->dim);
  mg_tensors_add(list, "scale", s->scale, s->dim, 1, &s->dim);
}

int mg_scaling_sum(const mg_scaling *s, size_t n, const double *log_p,
                   double *sum) {
  for (size_t i = 0; i < n * s->dim; i++) {
    if (!isfinite(log_p[i]))
      return mg_fail(GSL_EDOM,
                     "log p of column %zu of datum %zu is %g: take a smaller "
                     "rate",
                     i / n + 1, i % n + 1, log_p[i]);
    *sum += log_p[i] - log(s->scale[i / n]);
  }
  return GSL_SUCCESS;
}

int mg_scaling_check(const mg_scaling *s) {
  for (size_t j = 0; j < s->dim; j++)
    if (!isfinite(s->shift[j]) || !isfinite(1 / s->scale[j]) ||
        !(s->scale[j] > 0) || !isfinite(s->scale[j]))
      return mg_fail(GSL_EDOM, "column %zu is shifted by %g and scaled by %g",
                     j + 1, s->shift[j], s->scale[j]);
  return GSL_SUCCESS;
}
