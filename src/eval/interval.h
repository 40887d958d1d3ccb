/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often does the interval of an importance sampler hold the truth?
 *
 * "mean +- 1.96 standard errors" of weights that have no variance is an
 * interval that lies: it is short, and beside the truth.  Where the truth is
 * known one can count. */
#ifndef MG_EVAL_INTERVAL_H
#define MG_EVAL_INTERVAL_H

#include "infer/guide.h"
#include "infer/target.h"

typedef struct {
  size_t trials;
  size_t held;      /* intervals that hold the truth, judged by none */
  size_t below;     /* intervals that lie below it altogether */
  size_t told;      /* those that Pareto k <= 0.7 lets stand */
  size_t told_held; /* of these, how many hold the truth */
  double width;     /* mean width over the trials, nats */
  double ess;       /* mean over the trials */
  double pareto_k;  /* mean over the trials */
} mg_interval_count;

/* Repeats importance sampling with independent draws, and counts.
 *   guide   in   NULL: from the prior
 *   truth   in   log p(x), nats in total
 *   draws   in   of a trial, at least 25: fewer have no tail
 *   count   out
 * Returns as mg_marginal_of; GSL_EINVAL for fewer draws, or no trials.  The
 * same bytes for any number of threads. */
int mg_interval_of(const mg_target *target, const mg_guide *guide, double truth,
                   size_t draws, size_t trials, unsigned long seed,
                   size_t threads, mg_interval_count *count);

/* Shape of the tail of weights, where a Gaussian of sd s proposes for one of
 * sd 1 about the same mean.                                     [interval.1] */
double mg_interval_gaussian_k(double s);

#endif
