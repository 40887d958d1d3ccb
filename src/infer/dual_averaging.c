/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dual averaging of the log of a step.
 *
 * With a_t what was accepted at update t and a the aim,            [dual.1]
 *
 *     h_t = (1 - 1/(t + t0)) h_{t-1} + (a - a_t) / (t + t0)
 *     x_t = m - sqrt(t) / g h_t
 *     y_t = t^-k x_t + (1 - t^-k) y_{t-1}
 *
 * x_t is tried next, y_t is kept.  g = 0.05, t0 = 10, k = 0.75; m is the log of
 * ten times the first guess, so that the search looks at long steps, which are
 * cheap, before short ones.
 *
 * A chain whose step follows its own past leaves nothing as it is: a search is
 * for the warm-up, whose draws are thrown away, and frozen behind it.
 *
 * Source: Hoffman & Gelman (2014), from Nesterov (2009). */
#include "infer/dual_averaging.h"

#include <math.h>

#define GAIN 0.05
#define HEAD 10.0
#define FADE 0.75

void mg_dual_averaging_start(mg_dual_averaging *d, double step, double aim) {
  *d = (mg_dual_averaging){.aim = aim,
                           .centre = log(10 * step),
                           .log_step = log(step),
                           .log_mean = log(step)};
}

void mg_dual_averaging_update(mg_dual_averaging *d, double accepted) {
  const double t = (double)++d->t, share = 1 / (t + HEAD);
  const double weight = pow(t, -FADE);
  d->error = (1 - share) * d->error + share * (d->aim - accepted);
  d->log_step = d->centre - sqrt(t) / GAIN * d->error;
  d->log_mean = weight * d->log_step + (1 - weight) * d->log_mean;
}

double mg_dual_averaging_step(const mg_dual_averaging *d) {
  return exp(d->log_step);
}

double mg_dual_averaging_mean(const mg_dual_averaging *d) {
  return exp(d->log_mean);
}
