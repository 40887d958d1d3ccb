/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves of models on the line. */
#include "models/curve.h"

#include <math.h>

#include "base/status.h"

static double point(double low, double high, size_t i, size_t n) {
  return low + (high - low) * (double)i / (double)(n - 1);
}

int mg_curve_values(const mg_model *model, double low, double high,
                    gsl_vector *y) {
  if (model->space.measure != MG_REALS || model->space.dim != 1)
    return mg_fail(GSL_EINVAL, "a curve is of a density on one axis of reals");
  if (y->size < 2)
    return mg_fail(GSL_EBADLEN, "a curve has 2 or more points");
  gsl_matrix *x = gsl_matrix_alloc(y->size, 1);
  if (!x)
    return mg_fail(GSL_ENOMEM, "no memory for %zu points", y->size);
  for (size_t i = 0; i < y->size; i++)
    gsl_matrix_set(x, i, 0, point(low, high, i, y->size));
  const int status = mg_model_log_density(model, x, y);
  for (size_t i = 0; status == GSL_SUCCESS && i < y->size; i++)
    gsl_vector_set(y, i, exp(gsl_vector_get(y, i)));
  gsl_matrix_free(x);
  return status;
}

int mg_curve_density(mg_table *table, const char *series, const mg_model *model,
                     double low, double high) {
  double value[MG_CURVE_POINTS];
  gsl_vector_view y = gsl_vector_view_array(value, MG_CURVE_POINTS);
  const int status = mg_curve_values(model, low, high, &y.vector);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t i = 0; i < MG_CURVE_POINTS; i++) {
    const double x = point(low, high, i, MG_CURVE_POINTS);
    mg_table_line(table, series, 2, (double[]){x, value[i]});
  }
  return mg_table_status(table);
}

int mg_curve_area(const mg_model *model, double low, double high, size_t points,
                  double *area) {
  gsl_vector *y = points < 2 ? NULL : gsl_vector_alloc(points);
  if (!y)
    return points < 2 ? mg_fail(GSL_EBADLEN, "a curve has 2 or more points")
                      : mg_fail(GSL_ENOMEM, "no memory for %zu points", points);
  const int status = mg_curve_values(model, low, high, y);
  double sum = 0;
  for (size_t i = 0; status == GSL_SUCCESS && i + 1 < points; i++)
    sum += (gsl_vector_get(y, i) + gsl_vector_get(y, i + 1)) / 2;
  gsl_vector_free(y);
  *area = sum * (high - low) / (double)(points - 1);
  return status;
}
