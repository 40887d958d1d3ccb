/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Four estimators of one gradient, on a target where all is known.
 *
 * With e ~ N(0, I) and z = mu + e the ratio is
 *
 *     f(z) = log p(z) - log q(z) = -D mu^2 / 2 - mu sum_d e_d
 *
 * and the gradient in the first mu, from this one draw,        [draw.1]
 *
 *     score      f(z) e_0              the score of q at z is e
 *     baseline   (f(z) - b) e_0        b = E f e_0^2 / E e_0^2 = -D mu^2 / 2
 *     pathwise   -z_0                  d log p(z) / dz; the entropy of q does
 *                                      not move with mu
 *     sticking   d f(z) / dz_0 = -mu
 *
 * The score needs only values of f and sees the noise of all dimensions; the
 * others need its derivative, and see that of their own, or none where q has
 * the target's shape.  The variances at mu = 1 are (1 + D/2)^2 for the score,
 * D + 1 with baseline, 1 and 0.
 *
 * Not here: any other target. */
#include "infer/one_draw.h"

#include <gsl/gsl_randist.h>

const char *mg_draw_name(mg_draw_kind kind) {
  static const char *const names[] = {"score", "baseline", "pathwise",
                                      "sticking"};
  return names[kind];
}

void mg_draw_gradients(gsl_rng *rng, size_t dim, double mu, double *g) {
  const double first = gsl_ran_gaussian_ziggurat(rng, 1);
  double sum = first;
  for (size_t d = 1; d < dim; d++)
    sum += gsl_ran_gaussian_ziggurat(rng, 1);
  const double baseline = -0.5 * (double)dim * mu * mu;
  const double f = baseline - mu * sum;
  g[MG_DRAW_SCORE] = f * first;
  g[MG_DRAW_BASELINE] = (f - baseline) * first;
  g[MG_DRAW_PATHWISE] = -(mu + first);
  g[MG_DRAW_STICKING] = -mu;
}
