/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logistic law on the reals, location mu and scale s.
 *
 * Every function returns GSL_SUCCESS; GSL_EDOM when mu is not finite, s not
 * finite and above 0, or x is NaN (dist/domain.h has the rules
 * that all laws share).  Cost O(1) except where said. */
#ifndef MG_DIST_LOGISTIC_H
#define MG_DIST_LOGISTIC_H

#include <gsl/gsl_rng.h>

/* log p(x), nats per datum.                                   [logistic.1] */
int mg_logistic_log_density(double x, double mu, double s, double *log_p);

/* One draw. */
int mg_logistic_sample(gsl_rng *rng, double mu, double s, double *x);

/* d log p(x) / d mu, d s; x finite.                           [logistic.2] */
int mg_logistic_score(double x, double mu, double s, double *d_mu, double *d_s);

/* d x / d mu, d s for the noise that gave x; x finite.        [logistic.3] */
int mg_logistic_pathwise(double x, double mu, double s, double *dx_mu,
                         double *dx_s);

/* One draw with its pathwise derivatives. */
int mg_logistic_sample_reparam(gsl_rng *rng, double mu, double s, double *x,
                               double *dx_mu, double *dx_s);

/* Entropy, nats.                                              [logistic.4] */
int mg_logistic_entropy(double mu, double s, double *h);

/* KL((mu0, s0) || (mu1, s1)), nats, to 1e-14 relative to 1 + KL.
 * Cost 161 evaluations.                                       [logistic.6] */
int mg_logistic_kl(double mu0, double s0, double mu1, double s1, double *kl);

#endif
