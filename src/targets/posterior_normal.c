/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Independent Gaussians with one mean and one variance:          [prior.1]
 *
 *     log p(z) = -1/2 sum_i [log(2 pi sd^2) + (z_i - mean)^2 / sd^2]
 *     d log p / d z_i = -(z_i - mean) / sd^2
 *
 * dist/mvn_diagonal.h has the law with a mean and a variance of its own in each
 * coordinate, and looks at what it is given every time; here the options were
 * looked at once, when the posterior was made, and z may be where a sampler
 * has never been: a log density of -inf is an answer. */
#include "targets/posterior_normal.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"

void mg_posterior_normal_sample(const mg_posterior_normal *prior, gsl_rng *rng,
                                gsl_matrix *z) {
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(z, s, i,
                     prior->mean + gsl_ran_gaussian_ziggurat(rng, prior->sd));
}

double mg_posterior_normal_log(double x, double mean, double sd) {
  const double t = (x - mean) / sd;
  return -0.5 * (MG_LN_2PI + t * t) - log(sd);
}

void mg_posterior_normal_log_density(const mg_posterior_normal *prior,
                                     const gsl_matrix *z, gsl_vector *log_p,
                                     gsl_matrix *dz) {
  const double each = -0.5 * MG_LN_2PI - log(prior->sd);
  for (size_t s = 0; s < z->size1; s++) {
    double sum = 0;
    for (size_t i = 0; i < z->size2; i++) {
      const double t = (gsl_matrix_get(z, s, i) - prior->mean) / prior->sd;
      sum += t * t;
      if (dz)
        gsl_matrix_set(dz, s, i, -t / prior->sd);
    }
    gsl_vector_set(log_p, s, (double)z->size2 * each - sum / 2);
  }
}
