/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The squared error of an estimated curve, in two parts.
 *
 * At one x let g_1 .. g_R be the estimates from R samples, m their mean, and
 * s^2 their variance with R - 1.  The plain (m - f)^2 is too large as a square
 * of the bias, by the variance of m, which is s^2 / R.  So          [risk.1]
 *
 *     bias^2 = (m - f)^2 - s^2 / R,   variance = s^2
 *
 * are both right on average, and they add up, sample by sample and to rounding,
 * to the mean of (g_r - f)^2:
 *
 *     (m - f)^2 - s^2/R + s^2 = (m - f)^2 + (R - 1)/R s^2 = 1/R sum (g_r - f)^2
 *
 * The integral over x is a sum times the step.  For a curve that is smooth and
 * 0 at both ends that is as good as any rule. */
#include "eval/risk.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>

#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "data/toys.h"
#include "models/curve.h"
#include "models/fit.h"

static void add_point(const gsl_matrix *estimates, double f, size_t j,
                      mg_risk *risk) {
  const double *g = estimates->data + j;
  const size_t n = estimates->size1, stride = estimates->tda;
  const double mean = gsl_stats_mean(g, stride, n);
  const double variance = gsl_stats_variance_m(g, stride, n, mean);
  risk->bias2 += (mean - f) * (mean - f) - variance / (double)n;
  risk->variance += variance;
}

/* int (g_r - f)^2 dx of one sample, but for the step. */
static double distance(const gsl_matrix *estimates, const gsl_vector *truth,
                       size_t r) {
  double sum = 0;
  for (size_t j = 0; j < truth->size; j++) {
    const double e = gsl_matrix_get(estimates, r, j) - gsl_vector_get(truth, j);
    sum += e * e;
  }
  return sum;
}

int mg_risk_of(const gsl_matrix *estimates, const gsl_vector *truth,
               double step, mg_risk *risk) {
  if (estimates->size2 != truth->size || estimates->size1 < 2)
    return mg_fail(GSL_EBADLEN,
                   "the error of curves takes 2 or more of %zu points, not "
                   "%zu of %zu",
                   truth->size, estimates->size1, estimates->size2);
  if (!(step > 0) || !isfinite(step))
    return mg_fail(GSL_EDOM, "the points are %g apart", step);
  double *error = malloc(estimates->size1 * sizeof *error);
  if (!error)
    return mg_fail(GSL_ENOMEM, "no memory for %zu errors", estimates->size1);
  *risk = (mg_risk){.bias2 = 0};
  for (size_t j = 0; j < truth->size; j++)
    add_point(estimates, gsl_vector_get(truth, j), j, risk);
  for (size_t r = 0; r < estimates->size1; r++)
    error[r] = step * distance(estimates, truth, r);
  mg_tally tally;
  mg_tally_values(estimates->size1, error, 1, &tally);
  free(error);
  *risk = (mg_risk){.bias2 = step * risk->bias2,
                    .variance = step * risk->variance,
                    .error = tally.mean,
                    .std_error = tally.std_error};
  return GSL_SUCCESS;
}

/* ---- trying a family ---- */

static int true_curve(const mg_risk_trial *trial, const mg_dataset *data,
                      gsl_vector *truth) {
  const size_t n = truth->size;
  if (data->space.dim != 1 || !data->truth.log_density || n < 2)
    return mg_fail(GSL_EINVAL,
                   "%s: a family is tried on a toy of one dimension, with "
                   "truth, at 2 points or more",
                   data->name);
  gsl_matrix *x = gsl_matrix_alloc(n, 1);
  if (!x)
    return mg_fail(GSL_ENOMEM, "no memory for %zu points", n);
  for (size_t i = 0; i < n; i++)
    gsl_matrix_set(x, i, 0,
                   trial->low + (trial->high - trial->low) * (double)i /
                                    (double)(n - 1));
  const int status = data->truth.log_density(x, truth);
  gsl_matrix_free(x);
  for (size_t i = 0; status == GSL_SUCCESS && i < n; i++)
    gsl_vector_set(truth, i, exp(gsl_vector_get(truth, i)));
  return status;
}

/* The curve of the family fitted to all rows of data. */
static int estimate(const mg_risk_trial *trial, const mg_model_type *type,
                    const void *options, const mg_dataset *data,
                    gsl_vector *y) {
  mg_model *model = mg_model_alloc(type, &data->space, options, false);
  if (!model)
    return GSL_EINVAL;
  const mg_rows rows = mg_dataset_all(data);
  mg_fit_options fit = mg_fit_options_default();
  fit.threads = 1;
  int status = mg_fit_run(model, &rows, &fit, 0);
  if (status == GSL_SUCCESS)
    status = mg_curve_values(model, trial->low, trial->high, y);
  mg_model_free(model);
  return status;
}

int mg_risk_try(const mg_risk_trial *trial, const mg_model_type *type,
                const void *options, unsigned long seed, gsl_vector *truth,
                gsl_matrix *estimates, mg_risk *risk) {
  int status = GSL_SUCCESS;
  for (size_t r = 0; r < estimates->size1 && status == GSL_SUCCESS; r++) {
    mg_dataset *data =
        mg_toys_draw(trial->toy, trial->n, mg_stream_seed(seed, "risk", r));
    if (!data)
      return GSL_EINVAL;
    gsl_vector_view y = gsl_matrix_row(estimates, r);
    if (r == 0)
      status = true_curve(trial, data, truth);
    if (status == GSL_SUCCESS)
      status = estimate(trial, type, options, data, &y.vector);
    mg_dataset_free(data);
  }
  const double step =
      (trial->high - trial->low) / (double)(estimates->size2 - 1);
  return status == GSL_SUCCESS ? mg_risk_of(estimates, truth, step, risk)
                               : status;
}

int mg_risk_bands(mg_table *table, const char *series,
                  const mg_risk_trial *trial, const gsl_vector *truth,
                  const gsl_matrix *estimates) {
  const size_t n = truth->size, samples = estimates->size1;
  const double step = (trial->high - trial->low) / (double)(n - 1);
  for (size_t j = 0; j < n; j++) {
    const double *g = estimates->data + j, x = trial->low + (double)j * step;
    const double mean = gsl_stats_mean(g, estimates->tda, samples);
    const double sd = gsl_stats_sd_m(g, estimates->tda, samples, mean);
    mg_table_line(table, series, 4, (double[]){x, mean, mean - sd, mean + sd});
  }
  for (size_t j = 0; j < n; j++)
    mg_table_line(
        table, "truth", 2,
        (double[]){trial->low + (double)j * step, gsl_vector_get(truth, j)});
  return mg_table_status(table);
}
