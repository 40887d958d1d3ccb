/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beta law on 0 <= x <= 1, with shapes a (of x) and b (of 1 - x).
 *
 * Every function returns GSL_SUCCESS; GSL_EDOM when a or b is not finite and
 * above 0, or x is NaN (dist/domain.h has the rules that all laws share).
 * Cost O(1) except where said. */
#ifndef MG_DIST_BETA_H
#define MG_DIST_BETA_H

#include <gsl/gsl_rng.h>

/* log p(x), nats per datum; +inf at x = 0 when a < 1, at 1 when b < 1.
 *                                                                 [beta.1] */
int mg_beta_log_density(double x, double a, double b, double *log_p);

/* One draw, inside the interval: a draw that rounds to 0 or 1 (small a or b)
 * becomes the number next to it. */
int mg_beta_sample(gsl_rng *rng, double a, double b, double *x);

/* d log p(x) / d a, d b; 0 < x < 1.                               [beta.2] */
int mg_beta_score(double x, double a, double b, double *d_a, double *d_b);

/* d x / d a, d b for fixed F(x); 0 < x < 1.  Relative error about 1e-12.
 * Cost twice mg_implicit_derivative.                              [beta.3] */
int mg_beta_pathwise(double x, double a, double b, double *dx_a, double *dx_b);

/* One draw with its pathwise derivatives. */
int mg_beta_sample_reparam(gsl_rng *rng, double a, double b, double *x,
                           double *dx_a, double *dx_b);

/* Entropy, nats.                                                  [beta.4] */
int mg_beta_entropy(double a, double b, double *h);

/* KL((a0, b0) || (a1, b1)), nats.                                 [beta.5] */
int mg_beta_kl(double a0, double b0, double a1, double b1, double *kl);

#endif
