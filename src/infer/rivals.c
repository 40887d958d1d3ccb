/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the game is worth, and where it pulls, when D always has the best
 * answer.
 *
 * The value is the integral of [game.4] against p + q.  Where G has only its
 * mean to move, x = mu + sigma e, its gradient against the D of this moment is
 *
 *   d/d mu E_q generator(t*(x)) = E_q generator'(t*(x)) t*'(x)     [rivals.1]
 *
 * t* = log p/q itself moves with mu, but not while G makes its step.  For
 * minimax that does not matter: D's best answer has no slope in the value
 * (the envelope theorem), so the pull is the slope of 2 JSD.  At sigma = 1 it
 * is mu exp(-mu^2 / 8) times a mean of 1 / (2 cosh(mu u / 2)) over u ~ N(0, 1):
 * nothing, as soon as the two are a few standard deviations apart.  The
 * non-saturating pull and this one add up to mu.
 *
 * Both integrals are taken by the trapezoidal rule, which for what is smooth
 * and dies out at both ends is exact to rounding once the step is a small part
 * of the narrower Gaussian (Trefethen & Weideman 2014).
 *
 * Not here: a discriminator that has to learn its answer. */
#include "infer/rivals.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"

enum { FINE = 32, WIDE = 12 }; /* steps a deviation, deviations a side */

static double log_normal(double z, double sigma) {
  return -z * z / 2 - log(sigma) - MG_LN_2PI / 2;
}

static double log_data(double x) {
  return log_normal(x, 1);
}

static double log_draws(const mg_rivals *r, double x) {
  return log_normal((x - r->mu) / r->sigma, r->sigma);
}

double mg_rivals_log_ratio(const mg_rivals *rivals, double x) {
  return log_data(x) - log_draws(rivals, x);
}

/* What is summed at a point. */
typedef double (*integrand)(const mg_rivals *r, mg_game game, double x);

static double value_at(const mg_rivals *r, mg_game game, double x) {
  (void)game;
  return (exp(log_data(x)) + exp(log_draws(r, x))) *
         mg_game_value(mg_rivals_log_ratio(r, x));
}

static double pull_at(const mg_rivals *r, mg_game game, double x) {
  const double tilt = (x - r->mu) / (r->sigma * r->sigma) - x;
  double slope;
  mg_games[game].generator(mg_rivals_log_ratio(r, x), &slope);
  return exp(log_draws(r, x)) * slope * tilt;
}

static int integral(const mg_rivals *r, mg_game game, integrand at,
                    double *sum) {
  if (!(r->sigma >= 0.01 && r->sigma <= 100 && fabs(r->mu) <= 100))
    return mg_fail(GSL_EDOM,
                   "draws of N(%g, %g^2): take |mu| up to 100 and "
                   "sigma from 0.01 to 100",
                   r->mu, r->sigma);
  const double low = GSL_MIN_DBL(-WIDE, r->mu - WIDE * r->sigma);
  const double high = GSL_MAX_DBL(WIDE, r->mu + WIDE * r->sigma);
  const double step = GSL_MIN_DBL(1, r->sigma) / FINE;
  const size_t n = (size_t)ceil((high - low) / step);
  *sum = 0;
  for (size_t i = 0; i <= n; i++)
    *sum += step * at(r, game, low + step * (double)i);
  return GSL_SUCCESS;
}

int mg_rivals_value(const mg_rivals *rivals, double *value) {
  return integral(rivals, MG_GAME_MINIMAX, value_at, value);
}

int mg_rivals_pull(const mg_rivals *rivals, mg_game game, double *slope) {
  if (game != MG_GAME_MINIMAX && game != MG_GAME_NONSATURATING)
    return mg_fail(GSL_EUNSUP,
                   "of the game %s the best D is not log p/q: take minimax or "
                   "nonsaturating",
                   mg_games[game].name);
  return integral(rivals, game, pull_at, slope);
}
