/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Dirichlet law on vectors of K >= 2 probabilities.
 *
 * The density is with respect to the first K - 1 coordinates.  Every function
 * returns GSL_SUCCESS; GSL_EDOM when an alpha is not finite and above 0, or x
 * holds a NaN; GSL_EBADLEN when vectors do not fit or K < 2 (dist/domain.h has
 * the rules that all laws share).  Cost O(K) except where said. */
#ifndef MG_DIST_DIRICHLET_H
#define MG_DIST_DIRICHLET_H

#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>

/* log p(x), nats per datum; -inf unless x are probabilities that sum to 1
 * within 1e-9.                                              [dirichlet.1]
 *   x, alpha  in  K */
int mg_dirichlet_log_density(const gsl_vector *x, const gsl_vector *alpha,
                             double *log_p);

/* One draw, every element above 0: what is below 2.2e-308 becomes that.
 * Also GSL_EINVAL when alpha or x is a vector with a stride.
 *   x  out  K */
int mg_dirichlet_sample(gsl_rng *rng, const gsl_vector *alpha, gsl_vector *x);

/* d log p(x) / d alpha; every x_k above 0.                  [dirichlet.2]
 *   d_alpha  out  K */
int mg_dirichlet_score(const gsl_vector *x, const gsl_vector *alpha,
                       gsl_vector *d_alpha);

/* d f / d alpha through a draw x; every x_k above 0 and below 1.
 *   dx       in   K, d f / d x
 *   d_alpha  out  K
 * Relative error of each d x / d alpha about 1e-12.          [dirichlet.3]
 * Cost 2 K implicit derivatives, and O(K^2).
 * Source Jankowiak & Obermeyer (2018). */
int mg_dirichlet_pathwise(const gsl_vector *x, const gsl_vector *alpha,
                          const gsl_vector *dx, gsl_vector *d_alpha);

/* Entropy, nats.                                            [dirichlet.4] */
int mg_dirichlet_entropy(const gsl_vector *alpha, double *h);

/* KL(alpha0 || alpha1), nats.                               [dirichlet.5] */
int mg_dirichlet_kl(const gsl_vector *alpha0, const gsl_vector *alpha1,
                    double *kl);

#endif
