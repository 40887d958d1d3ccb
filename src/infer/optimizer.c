/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stochastic gradient ascent.
 *
 * Step t = 0, 1, 2 ... sees g_t, the gradient at theta_t or an unbiased draw of
 * it (one datum's, a minibatch's), and goes
 *
 *   theta_(t+1) = theta_t + rate_t g_t                              [sgd.1]
 *
 * With a constant rate and exact gradients this is gradient ascent: on a
 * quadratic of curvature c the distance to the top shrinks by 1 - rate c a
 * step, so it climbs for rate < 2 / c and runs away beyond.  With noisy
 * gradients a constant rate does not end: theta wanders about the top, further
 * for a larger rate.  Robbins & Monro (1951) end it by rates with
 *
 *   sum_t rate_t = inf       it can reach the top from anywhere,
 *   sum_t rate_t^2 < inf     the noise that it gathers stays finite,
 *
 * of which the usual family is
 *
 *   rate_t = rate / (1 + t / decay)^power,   1/2 < power <= 1       [sgd.2]
 *
 * At power 1/2 the second sum is infinite, above 1 the first is finite; the
 * table of options begins at 0.501 because a range includes its ends.
 *
 * One case can be followed by hand.  Up log N(x_t; theta, 1), a datum a step,
 * the gradient is x_t - theta_t; with rate_t = 1 / (t + 1), that is rate 1,
 * decay 1 and power 1, theta is the mean of the data seen so far:
 *
 *   theta_t = (x_0 + ... + x_(t-1)) / t                             [sgd.3]
 *
 * and with rate 1/m, decay m the start theta_0 counts as m - 1 data more, which
 * is the most probable mean under the prior N(theta_0, 1 / (m - 1)).  So the
 * schedule of Robbins and Monro is not a trick: it is averaging.
 *
 * A number that is not finite is refused before anything moves, so the caller
 * still holds the last good theta and can tell which parameter it was.
 *
 * Not here: where the gradient comes from; when to stop, which the caller
 * knows; methods that remember (momentum, Adam), whose memory will be vectors
 * of this object. */
#include "infer/optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "base/status.h"

struct mg_optimizer {
  size_t size, steps;
  mg_optimizer_options options;
};

#define FIELD(name) offsetof(mg_optimizer_options, name)

const mg_option mg_optimizer_option_table[] = {
    {"method", MG_OPTION_CHOICE, FIELD(method), 0, 0, "sgd",
     "how a gradient becomes a step"},
    {"rate", MG_OPTION_REAL, FIELD(rate), 1e-300, 1e300, NULL,
     "of the first step, parameter^2 per unit of what is climbed"},
    {"schedule", MG_OPTION_CHOICE, FIELD(schedule), 0, 0,
     "constant|robbins-monro", "how the rate falls"},
    {"decay", MG_OPTION_REAL, FIELD(decay), 1e-6, 1e300, NULL,
     "steps until the rate is rate / 2^power (robbins-monro)"},
    {"power", MG_OPTION_REAL, FIELD(power), 0.501, 1, NULL,
     "of the fall, over 1/2 (robbins-monro)"},
    {0}};

mg_optimizer_options mg_optimizer_options_default(void) {
  return (mg_optimizer_options){
      .rate = 0.01, .schedule = MG_SCHEDULE_CONSTANT, .decay = 1, .power = 1};
}

mg_optimizer *mg_optimizer_alloc(size_t size,
                                 const mg_optimizer_options *options) {
  if (mg_option_check(mg_optimizer_option_table, options) != GSL_SUCCESS)
    return NULL;
  mg_optimizer *o = malloc(sizeof *o);
  if (!o) {
    mg_fail(GSL_ENOMEM, "no memory for an optimizer");
    return NULL;
  }
  *o = (mg_optimizer){.size = size, .options = *options};
  return o;
}

void mg_optimizer_free(mg_optimizer *o) {
  free(o);
}

double mg_optimizer_rate(const mg_optimizer *o) {
  const mg_optimizer_options *p = &o->options;
  if (p->schedule == MG_SCHEDULE_CONSTANT)
    return p->rate;
  return p->rate / pow(1 + (double)o->steps / p->decay, p->power);
}

size_t mg_optimizer_steps(const mg_optimizer *o) {
  return o->steps;
}

static double moved(const gsl_vector *theta, double rate,
                    const gsl_vector *gradient, size_t i) {
  return gsl_vector_get(theta, i) + rate * gsl_vector_get(gradient, i);
}

/* Would every number of the step be finite? */
static int check_step(double rate, const gsl_vector *theta,
                      const gsl_vector *gradient) {
  for (size_t i = 0; i < theta->size; i++) {
    const double g = gsl_vector_get(gradient, i);
    if (!isfinite(g))
      return mg_fail(GSL_EDOM, "number %zu of the gradient is %g", i, g);
    if (!isfinite(moved(theta, rate, gradient, i)))
      return mg_fail(GSL_EDOM,
                     "parameter %zu is %g and its step %g: begin at finite "
                     "numbers and give a smaller rate",
                     i, gsl_vector_get(theta, i), rate * g);
  }
  return GSL_SUCCESS;
}

int mg_optimizer_step(mg_optimizer *o, gsl_vector *theta,
                      const gsl_vector *gradient) {
  const double rate = mg_optimizer_rate(o);
  if (theta->size != o->size || gradient->size != o->size)
    return mg_fail(GSL_EBADLEN,
                   "the optimizer is for %zu parameters: theta has %zu, the "
                   "gradient %zu",
                   o->size, theta->size, gradient->size);
  const int status = check_step(rate, theta, gradient);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t i = 0; i < o->size; i++)
    gsl_vector_set(theta, i, moved(theta, rate, gradient, i));
  o->steps++;
  return GSL_SUCCESS;
}
