/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters of networks that climb a gradient by Adam: what a family of
 * networks has beside its mathematics.
 *
 * A family holds one mg_ascent, its options hold one mg_ascent_options, and its
 * table of options has the rows MG_ASCENT_ROWS; the functions here are what its
 * init, clear, state, refresh and update call. */
#ifndef MG_MODELS_ASCENT_H
#define MG_MODELS_ASCENT_H

#include "infer/optimizer.h"
#include "models/model.h"

typedef struct {
  double rate;          /* of Adam's first step */
  mg_schedule schedule; /* how the rate falls */
  double decay;         /* updates, by the schedule */
  double weight_decay;  /* share of every weight, a unit of rate */
  double momentum;      /* Adam's share of the last mean */
  double square;        /* Adam's share of the last mean square */
  double averaging;     /* share of the old mean of theta that a step keeps; 0:
                         * no mean */
} mg_ascent_options;

/* The rows of a table of options; FIELD(name) is the offset of a field. */
/* clang-format off */
#define MG_ASCENT_ROWS(FIELD)                                                  \
  {"rate", MG_OPTION_REAL, FIELD(rate), 1e-12, 1, NULL,                        \
   "rate of Adam's first step"},                                               \
  {"schedule", MG_OPTION_CHOICE, FIELD(schedule), 0, 0,                        \
   "constant|robbins-monro|exponential|cosine|threes", "how the rate falls"},  \
  {"decay", MG_OPTION_REAL, FIELD(decay), 1e-3, 1e12, NULL,                    \
   "updates until the rate has fallen, by the schedule"},                      \
  {"weight_decay", MG_OPTION_REAL, FIELD(weight_decay), 0, 1e3, NULL,          \
   "share by which weights shrink, a unit of rate"}
/* clang-format on */

/* rate at a constant schedule, no weight decay, Adam with 0.9 and 0.999, no
 * mean. */
mg_ascent_options mg_ascent_options_default(double rate);

/* Has the option of that name no effect? */
bool mg_ascent_idle(const mg_ascent_options *options, const char *name);

typedef struct {
  mg_real *theta; /* the parameters, 0 at first */
  size_t numbers;
  size_t weights; /* the first of them, which weight decay shrinks; all, unless
                   * a family says fewer after init */
  mg_optimizer *optimizer;
  double steps;   /* that it made */
  mg_real *mean;  /* of theta over the steps, with averaging; else NULL */
  mg_real *model; /* one of the two: what is judged, saved and drawn from */
} mg_ascent;

/* Makes a zeroed one for so many parameters.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_ascent_init(mg_ascent *a, size_t numbers,
                   const mg_ascent_options *options);

/* Frees what it holds; safe on a zeroed or half-built one. */
void mg_ascent_clear(mg_ascent *a);

/* After theta got its first values: the mean begins there. */
void mg_ascent_begin(mg_ascent *a);

/* Names the optimizer's memory, for a family's state; beside a mean, theta as
 * the last, under the name "walker". */
void mg_ascent_state(mg_ascent *a, mg_tensors *list);

/* After the model's numbers, or the state, were filled from outside; without a
 * state steps begin at the mean.
 * Returns GSL_SUCCESS; GSL_EDOM with the reason. */
int mg_ascent_refresh(mg_ascent *a);

/* One step of Adam up the gradient of a sum over n data; before it the
 * weights shrink by rate times weight_decay (Loshchilov & Hutter 2019), after
 * it the mean follows.                                            [ascent.1]
 *   options  in  as at init
 * Returns GSL_SUCCESS; GSL_EDOM naming the number that is not finite. */
int mg_ascent_step(mg_ascent *a, const mg_ascent_options *options,
                   const mg_real *gradient, size_t n, size_t threads);

/* update of a family whose objective is its log-likelihood: stats->sums holds
 * the sum over the minibatch; reports the mean and makes the step.
 * Returns as mg_ascent_step. */
int mg_ascent_update(mg_ascent *a, const mg_ascent_options *options,
                     const mg_stats *stats, size_t threads, mg_report *report);

#endif
