/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The prior that most posteriors here begin with: every z_i ~ N(mean, sd^2),
 * independent. */
#ifndef MG_TARGETS_POSTERIOR_NORMAL_H
#define MG_TARGETS_POSTERIOR_NORMAL_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>

typedef struct {
  double mean, sd;
} mg_posterior_normal;

/* Draws.
 *   z  out  S x D */
void mg_posterior_normal_sample(const mg_posterior_normal *prior, gsl_rng *rng,
                                gsl_matrix *z);

/* log p(z), nats, and its gradient.                              [prior.1]
 *   z  in  S x D     log_p  out  S     dz  out  S x D, or NULL */
void mg_posterior_normal_log_density(const mg_posterior_normal *prior,
                                     const gsl_matrix *z, gsl_vector *log_p,
                                     gsl_matrix *dz);

/* log N(x; mean, sd^2), nats, for the factors of a joint. */
double mg_posterior_normal_log(double x, double mean, double sd);

#endif
