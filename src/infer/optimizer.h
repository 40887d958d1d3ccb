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
 * likelihood or a bound on one; of a loss, hand in the gradient's negative.
 *
 * An optimizer is for doubles (a gsl_vector), or for the numbers of networks
 * (mg_real, mg_optimizer_alloc_real and _step_real); what it remembers between
 * steps is of the same kind. */
#ifndef MG_INFER_OPTIMIZER_H
#define MG_INFER_OPTIMIZER_H

#include <gsl/gsl_vector.h>

#include "base/option.h"
#include "nets/real.h"

typedef enum {
  MG_OPTIMIZER_SGD,      /* theta + rate_t gradient                [sgd.1] */
  MG_OPTIMIZER_MOMENTUM, /* the gradients' decaying sum            [sgd.4] */
  MG_OPTIMIZER_ADAM,     /* their mean by their root mean square   [sgd.5] */
  MG_OPTIMIZER_ADAGRAD   /* the gradient by the root of all squares so far
                          *                                        [sgd.8] */
} mg_optimizer_method;

typedef enum {
  MG_SCHEDULE_CONSTANT,      /* rate_t = rate */
  MG_SCHEDULE_ROBBINS_MONRO, /* rate / (1 + t/decay)^power          [sgd.2] */
  MG_SCHEDULE_EXPONENTIAL,   /* half after every decay steps        [sgd.6] */
  MG_SCHEDULE_COSINE,        /* down to 0 at step decay             [sgd.6] */
  MG_SCHEDULE_THREES         /* eight stages, each three times as long as the
                              * one before, the first of decay steps [sgd.6] */
} mg_schedule;

typedef struct {
  mg_optimizer_method method;
  double rate;          /* of the first step, parameter^2 per unit of what is
                         * climbed; of adam and adagrad, the parameter's own
                         * unit */
  mg_schedule schedule; /* how the rate falls */
  double decay;         /* steps, by the schedule */
  double power;         /* over 1/2, at most 1 (robbins-monro) */
  double momentum;      /* share of the last step's memory (momentum, adam) */
  double square;        /* share of the last mean square (adam) */
  double epsilon;       /* added to the root of squares (adam, adagrad) */
  double clip;          /* longest gradient, Euclidean; 0: any    [sgd.7] */
} mg_optimizer_options;

/* The rows of a table of options; FIELD(name) is the offset of a field. */
/* clang-format off */
#define MG_OPTIMIZER_ROWS(FIELD)                                               \
  {"method", MG_OPTION_CHOICE, FIELD(method), 0, 0,                            \
   "sgd|momentum|adam|adagrad", "how a gradient becomes a step"},              \
  {"rate", MG_OPTION_REAL, FIELD(rate), 1e-300, 1e300, NULL,                   \
   "of the first step, parameter^2 per unit of what is climbed"},              \
  {"schedule", MG_OPTION_CHOICE, FIELD(schedule), 0, 0,                        \
   "constant|robbins-monro|exponential|cosine|threes", "how the rate falls"},  \
  {"decay", MG_OPTION_REAL, FIELD(decay), 1e-6, 1e300, NULL,                   \
   "steps until the rate is rate / 2^power (robbins-monro), half "             \
   "(exponential), 0 (cosine); steps of the first stage (threes)"},            \
  {"power", MG_OPTION_REAL, FIELD(power), 0.501, 1, NULL,                      \
   "of the fall, over 1/2 (robbins-monro)"},                                   \
  {"momentum", MG_OPTION_REAL, FIELD(momentum), 0, 1 - 1e-12, NULL,            \
   "share of the last step's memory (momentum, adam)"},                        \
  {"square", MG_OPTION_REAL, FIELD(square), 0, 1 - 1e-12, NULL,                \
   "share of the last mean square (adam)"},                                    \
  {"epsilon", MG_OPTION_REAL, FIELD(epsilon), 1e-30, 1e300, NULL,              \
   "added to the root of the squared gradients (adam, adagrad)"},              \
  {"clip", MG_OPTION_REAL, FIELD(clip), 0, 1e300, NULL,                        \
   "longest gradient; 0: any"}
/* clang-format on */

/* The table of the above for --set. */
extern const mg_option mg_optimizer_option_table[];

/* sgd, rate 0.01, constant, no clipping; for who changes method or schedule:
 * decay 1, power 1, momentum 0.9, square 0.999, epsilon 1e-8. */
mg_optimizer_options mg_optimizer_options_default(void);

typedef struct mg_optimizer mg_optimizer;

/* An optimizer at its first step; it keeps a copy of the options.
 *   size  in  how many parameters, 0 allowed
 * Returns NULL with the reason: an option out of its range, memory. */
mg_optimizer *mg_optimizer_alloc(size_t size,
                                 const mg_optimizer_options *options);

/* The same for parameters of networks. */
mg_optimizer *mg_optimizer_alloc_real(size_t size,
                                      const mg_optimizer_options *options);

/* Frees it; NULL is allowed. */
void mg_optimizer_free(mg_optimizer *o);

/* One step up.                            [sgd.1] [sgd.4] [sgd.5] [sgd.8]
 *   theta     inout  size parameters
 *   gradient  in     size, at theta, of what is to be made large
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL for an optimizer of the other
 * kind; GSL_EDOM naming the index when a number of the gradient, or of the new
 * theta, is not finite.  On error neither theta nor the optimizer has changed.
 * Cost O(size).
 * Source Robbins & Monro (1951); Polyak (1964); Duchi, Hazan & Singer (2011);
 * Kingma & Ba (2015). */
int mg_optimizer_step(mg_optimizer *o, gsl_vector *theta,
                      const gsl_vector *gradient);

/* The same for parameters of networks; the gradient is scale times what is
 * given, as 1/N for a sum over N data.
 *   theta     inout  size numbers
 *   gradient  in     size
 *   threads   in     at most so many; 0: as many as OpenMP would take
 * Same bytes for any number of threads. */
int mg_optimizer_step_real(mg_optimizer *o, mg_real *theta,
                           const mg_real *gradient, double scale,
                           size_t threads);

/* rate_t, the rate of the step that comes next.           [sgd.2] [sgd.6] */
double mg_optimizer_rate(const mg_optimizer *o);

/* t, how many steps were made. */
size_t mg_optimizer_steps(const mg_optimizer *o);

/* Goes on as if so many had been made. */
void mg_optimizer_set_steps(mg_optimizer *o, size_t steps);

/* What an optimizer remembers, as bytes of this machine. */
typedef struct {
  const char *name; /* "steps", "mean", "square" */
  void *data;
  size_t bytes;
} mg_optimizer_part;

enum { MG_OPTIMIZER_PARTS = 3 };

/* Lists it, for a checkpoint: an optimizer made with the same size and options
 * whose parts are filled with these bytes goes on with the same steps.
 *   parts  out  at most MG_OPTIMIZER_PARTS
 * Returns how many. */
size_t mg_optimizer_state(mg_optimizer *o,
                          mg_optimizer_part parts[MG_OPTIMIZER_PARTS]);

#endif
