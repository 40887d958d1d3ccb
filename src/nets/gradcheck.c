/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients held against differences; see gradcheck.h.
 *
 * The slope of F along v at theta is gradient . v, and by four values around
 * theta
 *
 *   dF/dv = (8 (F_1 - F_-1) - (F_2 - F_-2)) / 12 h + O(h^4),
 *   F_k = F(theta + k h v)                                       [gradcheck.1]
 *   error = |gradient . v - dF/dv| / max(both)                   [gradcheck.2]
 *
 * Two values would be off by h^2, and have no h at which both this and the
 * rounding, 1e-16 F / h, leave eight digits with room to spare; four have,
 * about h = 1e-4.  A relu on the way whose input changes sign between the
 * points spoils the difference, not the gradient: draw another start then.
 *
 * Not here: the function.  In float the check tells nothing finer than 1e-3;
 * that is what the double build of these sources is for. */
#include "nets/gradcheck.h"

#include <gsl/gsl_randist.h>
#include <math.h>

void mg_gradcheck_direction(gsl_rng *rng, size_t n, mg_real *v) {
  for (size_t i = 0; i < n; i++)
    v[i] = (mg_real)gsl_ran_flat(rng, -1, 1);
}

void mg_gradcheck_move(size_t n, const mg_real *theta, size_t i, double h,
                       const mg_real *v, mg_real *moved) {
  static const double steps[MG_GRADCHECK_POINTS] = {-2, -1, 1, 2};
  for (size_t j = 0; j < n; j++)
    moved[j] = (mg_real)((double)theta[j] + steps[i] * h * (double)v[j]);
}

double mg_gradcheck_error(size_t n, const mg_real *gradient, const mg_real *v,
                          double h, const double f[MG_GRADCHECK_POINTS]) {
  double slope = 0;
  for (size_t i = 0; i < n; i++)
    slope += (double)gradient[i] * (double)v[i];
  const double differences = (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * h);
  const double size = fmax(fabs(slope), fabs(differences));
  const double apart = fabs(slope - differences);
  return apart > 0 ? apart / size : apart; /* a NaN stays one */
}
