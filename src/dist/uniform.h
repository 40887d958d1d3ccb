/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The uniform law on the interval from a to b, ends included.
 *
 * Every function returns GSL_SUCCESS; GSL_EDOM unless a and b are finite,
 * a < b and b - a is finite, or when x is NaN (dist/domain.h has the rules
 * that all laws share).  Cost O(1). */
#ifndef MG_DIST_UNIFORM_H
#define MG_DIST_UNIFORM_H

#include <gsl/gsl_rng.h>

/* log p(x), nats per datum.                                    [uniform.1] */
int mg_uniform_log_density(double x, double a, double b, double *log_p);

/* One draw. */
int mg_uniform_sample(gsl_rng *rng, double a, double b, double *x);

/* d log p(x) / d a, d b; x in the support.  Its mean is not 0: see the
 * opening of uniform.c.                                        [uniform.2] */
int mg_uniform_score(double x, double a, double b, double *d_a, double *d_b);

/* d x / d a, d b for the noise that gave x; x in the support.  [uniform.3] */
int mg_uniform_pathwise(double x, double a, double b, double *dx_a,
                        double *dx_b);

/* One draw with its pathwise derivatives. */
int mg_uniform_sample_reparam(gsl_rng *rng, double a, double b, double *x,
                              double *dx_a, double *dx_b);

/* Entropy, nats.                                               [uniform.4] */
int mg_uniform_entropy(double a, double b, double *h);

/* KL((a0, b0) || (a1, b1)), nats; +inf unless the second interval holds the
 * first.                                                       [uniform.5] */
int mg_uniform_kl(double a0, double b0, double a1, double b1, double *kl);

#endif
