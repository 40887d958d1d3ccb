/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a derivative right?  It is asked along random directions.
 *
 *     draw the direction v of n numbers
 *     for i in 0 .. MG_GRADCHECK_POINTS - 1:
 *       mg_gradcheck_move(n, theta, i, h, v, moved)
 *       f[i] = ... the function at moved ...
 *     error = mg_gradcheck_error(n, gradient, v, h, f)
 *
 * One direction takes four values of the function however many parameters there
 * are, and a wrong derivative of any of them shows in nearly every direction.
 */
#ifndef MG_NETS_GRADCHECK_H
#define MG_NETS_GRADCHECK_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

#include "nets/real.h"

enum { MG_GRADCHECK_POINTS = 4 };

/* Draws a direction: each number from U(-1, 1).
 *   v  out  n */
void mg_gradcheck_direction(gsl_rng *rng, size_t n, mg_real *v);

/* The point number i of the four: theta + k h v, k = -2, -1, 1, 2.
 *   theta, v  in   n
 *   moved     out  n */
void mg_gradcheck_move(size_t n, const mg_real *theta, size_t i, double h,
                       const mg_real *v, mg_real *moved);

/* The relative error of a gradient along v.                    [gradcheck.2]
 *   gradient  in  n, what backward says at theta
 *   f         in  the function at the four points
 * Returns |slope by gradient - slope by differences| over the larger of the
 * two; 0 when both are 0, NaN when one is. */
double mg_gradcheck_error(size_t n, const mg_real *gradient, const mg_real *v,
                          double h, const double f[MG_GRADCHECK_POINTS]);

#endif
