/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gamma law on x >= 0, by its shape and its rate (GSL's second parameter
 * is the scale, 1 / rate).
 *
 * Every function returns GSL_SUCCESS; GSL_EDOM when shape or rate is not
 * finite and above 0, or x is NaN (dist/domain.h has the rules that all laws
 * share).  Cost O(1) except where said. */
#ifndef MG_DIST_GAMMA_H
#define MG_DIST_GAMMA_H

#include <gsl/gsl_rng.h>

/* log p(x), nats per datum; +inf at x = 0 when shape < 1.        [gamma.1] */
int mg_gamma_log_density(double x, double shape, double rate, double *log_p);

/* One draw, above 0: where a draw of a small shape is below 2.2e-308, that
 * number takes its place. */
int mg_gamma_sample(gsl_rng *rng, double shape, double rate, double *x);

/* d log p(x) / d shape, d rate; 0 < x < inf.                     [gamma.2] */
int mg_gamma_score(double x, double shape, double rate, double *d_shape,
                   double *d_rate);

/* d x / d shape, d rate for fixed F(x); 0 < x < inf.  Relative error about
 * 1e-12.  Cost as mg_implicit_derivative.                        [gamma.3] */
int mg_gamma_pathwise(double x, double shape, double rate, double *dx_shape,
                      double *dx_rate);

/* One draw with its pathwise derivatives. */
int mg_gamma_sample_reparam(gsl_rng *rng, double shape, double rate, double *x,
                            double *dx_shape, double *dx_rate);

/* Entropy, nats.                                                 [gamma.4] */
int mg_gamma_entropy(double shape, double rate, double *h);

/* KL((shape0, rate0) || (shape1, rate1)), nats.                  [gamma.5] */
int mg_gamma_kl(double shape0, double rate0, double shape1, double rate1,
                double *kl);

#endif
