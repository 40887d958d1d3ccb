/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Implicit reparameterisation: d x / d theta of a draw from a law on the line,
 * when no formula turns noise into the draw.  Used by gamma and beta. */
#ifndef MG_DIST_IMPLICIT_H
#define MG_DIST_IMPLICIT_H

/* A density q on the line around a fixed point, at the distance delta from it:
 *   theta      in   the law's numbers, whatever it needs
 *   log_ratio  out  log q(point + delta) - log q(point)
 *   score      out  d log q(point + delta) / d theta
 * q must be log-concave with both tails falling to 0, and the score must not
 * decrease with delta. */
typedef void mg_implicit_law(double delta, const double *theta,
                             double *log_ratio, double *score);

/* The derivative of the point for fixed noise, to a relative error of about
 * 1e-12.                                                        [implicit.3]
 * Returns GSL_SUCCESS; GSL_ENOMEM; GSL_EDOM when it cannot be computed in
 * double precision.  Cost 70 to 240 evaluations of the law, up to 1000 for
 * shapes of 0.001, and never above 21 000.
 * Source Figurnov, Mohamed & Mnih (2018). */
int mg_implicit_derivative(mg_implicit_law *law, const double *theta,
                           double *derivative);

#endif
