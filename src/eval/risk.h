/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bias and variance of a curve that is estimated from samples.
 *
 * Where the true curve f is known, an estimator can be tried on many samples.
 * Its mean squared error, integrated over x, has two parts:        [risk.1]
 *
 *     E int (g - f)^2 dx = int (E g - f)^2 dx + int Var g dx
 *        error           =      bias^2        +    variance */
#ifndef MG_EVAL_RISK_H
#define MG_EVAL_RISK_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

#include "base/table.h"
#include "models/model.h"

typedef struct {
  double bias2;     /* can be below 0 by chance, where there is no bias */
  double variance;  /* of one estimate, not of their mean */
  double error;     /* the sum of the two, to rounding */
  double std_error; /* of error, over the samples */
} mg_risk;

/* The parts of the error, none of them biased by the number of samples.
 *   estimates  in   R x G: the curve estimated from each of R >= 2 samples, at
 *                   G points that are `step` apart
 *   truth      in   G: the true curve at these points
 *   step       in   above 0
 *   risk       out  in the curve's unit squared times the unit of x
 * Returns GSL_SUCCESS; GSL_EBADLEN for shapes that do not fit, or R < 2;
 * GSL_EDOM for such a step; GSL_ENOMEM.  Cost O(R G). */
int mg_risk_of(const gsl_matrix *estimates, const gsl_vector *truth,
               double step, mg_risk *risk);

/* How a family is tried: on samples of a toy whose truth is known, as curves
 * from low to high. */
typedef struct {
  const char *toy; /* of one dimension: "heights" */
  size_t n;        /* rows of a sample */
  double low, high;
} mg_risk_trial;

/* Fits a family to samples of their own and compares the curves with the truth.
 *   options    in   of the family, or NULL for its defaults
 *   seed       in   of the samples: the same seed, the same samples, for every
 *                   family and option
 *   truth      out  G >= 2 points of the true density
 *   estimates  out  R x G, a sample a row
 *   risk       out  mg_risk_of these
 * Returns GSL_SUCCESS; GSL_EINVAL unless the toy has one dimension and truth;
 * as mg_model_alloc, mg_fit_run, mg_curve_values, mg_risk_of. */
int mg_risk_try(const mg_risk_trial *trial, const mg_model_type *type,
                const void *options, unsigned long seed, gsl_vector *truth,
                gsl_matrix *estimates, mg_risk *risk);

/* The columns of a table of bands, as the template "lines" wants them. */
#define MG_RISK_COLUMNS "series x y low high"

/* Adds the mean of the estimates, and one standard deviation to either side:
 * how far the band's middle is from the truth is the bias, its width the
 * spread; then the truth, as series "truth", without a band.
 *   series  in      name of the band
 *   table   in/out  of MG_RISK_COLUMNS
 * Returns GSL_SUCCESS; the table's failure. */
int mg_risk_bands(mg_table *table, const char *series,
                  const mg_risk_trial *trial, const gsl_vector *truth,
                  const gsl_matrix *estimates);

#endif
