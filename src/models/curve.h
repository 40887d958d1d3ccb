/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model on the line as a curve to look at. */
#ifndef MG_MODELS_CURVE_H
#define MG_MODELS_CURVE_H

#include "base/table.h"
#include "models/model.h"

/* The columns of a table of curves, as the template "lines" wants them. */
#define MG_CURVE_COLUMNS "series x y"

enum { MG_CURVE_POINTS = 401 };

/* p(x), not its logarithm, at equally spaced points.
 *   model      in   of reals, one dimension, with a density, or with what an
 *                   improper family has in its place
 *   low, high  in   the first and the last x
 *   y          out  a value a point, 2 or more, in 1 / the unit of x
 * Returns GSL_SUCCESS; GSL_EINVAL for another space; GSL_EBADLEN; GSL_EUNSUP;
 * GSL_ENOMEM; the family's errors. */
int mg_curve_values(const mg_model *model, double low, double high,
                    gsl_vector *y);

/* Adds a curve of MG_CURVE_POINTS rows.
 *   series  in      its name
 *   table   in/out  of MG_CURVE_COLUMNS
 * Returns as mg_curve_values; the table's failure. */
int mg_curve_density(mg_table *table, const char *series, const mg_model *model,
                     double low, double high);

/* The area under the curve from low to high, by the trapezoid rule.
 *   points  in  2 or more
 * Returns as mg_curve_values. */
int mg_curve_area(const mg_model *model, double low, double high, size_t points,
                  double *area);

#endif
