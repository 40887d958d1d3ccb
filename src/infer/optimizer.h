/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradient steps on a flat vector of parameters.
 *
 *     mg_optimizer *o = mg_optimizer_alloc(theta->size, &options);
 *     while (going on) {
 *       ... the gradient of what is to be made large, at theta ...
 *       status = mg_optimizer_step(o, theta, gradient);
 *     }
 *     mg_optimizer_free(o);
 *
 * A step goes UP the gradient, since what this library learns from is a log
 * likelihood or a bound on one; of a loss, hand in the gradient's negative. */
#ifndef MG_INFER_OPTIMIZER_H
#define MG_INFER_OPTIMIZER_H

#include <gsl/gsl_vector.h>

#include "base/option.h"

typedef enum {
  MG_OPTIMIZER_SGD /* theta + rate_t gradient                      [sgd.1] */
} mg_optimizer_method;

typedef enum {
  MG_SCHEDULE_CONSTANT,     /* rate_t = rate */
  MG_SCHEDULE_ROBBINS_MONRO /* rate / (1 + t/decay)^power          [sgd.2] */
} mg_schedule;

typedef struct {
  mg_optimizer_method method;
  double rate;          /* of the first step, parameter^2 per unit of what is
                         * climbed */
  mg_schedule schedule; /* how the rate falls */
  double decay;         /* steps until it is rate / 2^power (robbins-monro) */
  double power;         /* over 1/2, at most 1 (robbins-monro) */
} mg_optimizer_options;

/* The table of the above for --set. */
extern const mg_option mg_optimizer_option_table[];

/* sgd, rate 0.01, constant; decay 1 and power 1 for who changes the schedule.
 */
mg_optimizer_options mg_optimizer_options_default(void);

typedef struct mg_optimizer mg_optimizer;

/* An optimizer at its first step; it keeps a copy of the options.
 *   size  in  how many parameters, 0 allowed
 * Returns NULL with the reason: an option out of its range, memory. */
mg_optimizer *mg_optimizer_alloc(size_t size,
                                 const mg_optimizer_options *options);

/* Frees it; NULL is allowed. */
void mg_optimizer_free(mg_optimizer *o);

/* One step up.                                                       [sgd.1]
 *   theta     inout  size parameters
 *   gradient  in     size, at theta, of what is to be made large
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM naming the index when a number of
 * the gradient, or of the new theta, is not finite.  On error neither theta nor
 * the count of steps has changed.  Cost O(size).
 * Source Robbins & Monro (1951). */
int mg_optimizer_step(mg_optimizer *o, gsl_vector *theta,
                      const gsl_vector *gradient);

/* rate_t, the rate of the step that comes next.                      [sgd.2] */
double mg_optimizer_rate(const mg_optimizer *o);

/* t, how many steps were made. */
size_t mg_optimizer_steps(const mg_optimizer *o);

#endif
