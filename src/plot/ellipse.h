/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ellipses of Gaussians in the plane, for the template "ellipses". */
#ifndef MG_PLOT_ELLIPSE_H
#define MG_PLOT_ELLIPSE_H

#include <stddef.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

#include "base/table.h"

/* The columns of the table that mg_ellipse_rows() adds to. */
#define MG_ELLIPSE_COLUMNS "frame component sd x y"

enum { MG_ELLIPSE_ROWS = 65 }; /* of an ellipse: 64 points, the first again */

/* Adds the path of one ellipse: all points at a Mahalanobis distance from a
 * mean,  (x - mean)' covariance^-1 (x - mean) = sd^2.
 *   table       in/out  with the columns MG_ELLIPSE_COLUMNS
 *   frame       in      counted from 1
 *   component   in      counted from 1
 *   mean        in      2
 *   covariance  in      2 x 2, symmetric: its lower half is read
 *   sd          in      the distance, above 0
 * Returns GSL_SUCCESS; GSL_EBADLEN (mean or covariance are not of a plane);
 * GSL_EDOM (a value is not finite, sd is not above 0, the covariance is not
 * positive definite: there is no ellipse), with no row added; the table's
 * failure. */
int mg_ellipse_rows(mg_table *table, size_t frame, size_t component,
                    const gsl_vector *mean, const gsl_matrix *covariance,
                    double sd);

#endif
