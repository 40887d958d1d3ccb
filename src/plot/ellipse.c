/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ellipse is a circle seen through a Cholesky factor.
 *
 * With covariance = L L', L lower triangular, the points
 *
 *     x(t) = mean + sd L (cos t, sin t)',   0 <= t <= 2 pi,
 *
 * have  (x - mean)' covariance^-1 (x - mean) = sd^2  for every t: the ellipse
 * on which the density of the Gaussian is constant.  No axes and no angle are
 * needed, and so the path is right under any scale of the two axes, where a
 * turned ellipse drawn by its angle is not.
 *
 * The ellipse at distance s holds 1 - exp(-s^2 / 2) of a Gaussian in the plane:
 * 39 % at 1, 86 % at 2, less than the 68 % and 95 % of the line.
 *
 * Not here: which distances are drawn; colours (plots/ellipses.gp). */
#include "config.h"

#include "plot/ellipse.h"

#include <math.h>

#include "base/status.h"

static int check(const gsl_vector *mean, const gsl_matrix *covariance,
                 double sd) {
  if (mean->size != 2 || covariance->size1 != 2 || covariance->size2 != 2)
    return mg_fail(GSL_EBADLEN,
                   "an ellipse needs a mean of 2 and a covariance of 2 x 2, "
                   "not %zu and %zu x %zu",
                   mean->size, covariance->size1, covariance->size2);
  if (!(sd > 0) || !isfinite(sd))
    return mg_fail(GSL_EDOM, "an ellipse at the distance %g has no points", sd);
  if (!isfinite(gsl_vector_get(mean, 0)) || !isfinite(gsl_vector_get(mean, 1)))
    return mg_fail(GSL_EDOM, "an ellipse about a mean that is not finite");
  return GSL_SUCCESS;
}

/* The Cholesky factor (a 0; b c) of a 2 x 2 covariance. */
static int factor(const gsl_matrix *covariance, double *a, double *b,
                  double *c) {
  *a = sqrt(gsl_matrix_get(covariance, 0, 0));
  *b = gsl_matrix_get(covariance, 1, 0) / *a;
  *c = sqrt(gsl_matrix_get(covariance, 1, 1) - *b * *b);
  if (!(*a > 0) || !(*c > 0) || !isfinite(*a) || !isfinite(*c))
    return mg_fail(
        GSL_EDOM,
        "the covariance (%g %g; %g %g) is not positive definite: it "
        "has no ellipse",
        gsl_matrix_get(covariance, 0, 0), gsl_matrix_get(covariance, 1, 0),
        gsl_matrix_get(covariance, 1, 0), gsl_matrix_get(covariance, 1, 1));
  return GSL_SUCCESS;
}

int mg_ellipse_rows(mg_table *table, size_t frame, size_t component,
                    const gsl_vector *mean, const gsl_matrix *covariance,
                    double sd) {
  double a, b, c;
  int status = check(mean, covariance, sd);
  if (status == GSL_SUCCESS)
    status = factor(covariance, &a, &b, &c);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t i = 0; i < MG_ELLIPSE_ROWS; i++) {
    /* The last point is the first one, to the bit: the path closes. */
    size_t step = i % (MG_ELLIPSE_ROWS - 1);
    double t = 2 * M_PI * (double)step / (MG_ELLIPSE_ROWS - 1);
    mg_table_row(table);
    mg_table_size(table, frame);
    mg_table_size(table, component);
    mg_table_real(table, sd);
    mg_table_real(table, gsl_vector_get(mean, 0) + sd * a * cos(t));
    mg_table_real(table,
                  gsl_vector_get(mean, 1) + sd * (b * cos(t) + c * sin(t)));
  }
  return mg_table_status(table);
}
