/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interval that lies, and what catches it.
 *
 * A trial is importance sampling with S draws, and its interval for log p(x)
 *
 *     value +- 1.96 sqrt(1 / ess - 1 / S)
 *
 * is meant to hold the truth in 95 of 100 trials.  Let a Gaussian of sd s
 * propose for one of sd 1.  The weight of z is, but for a constant,
 * exp(z^2 (1/s^2 - 1) / 2), and with P(|z| > c) ~ exp(-c^2 / (2 s^2))
 *
 *     P(w > t) ~ t^(-1/k),   k = 1 - s^2                        [interval.1]
 *
 * up to powers of log t; s > 1 has bounded weights, and no tail at all.  From
 * k = 1/2 on, s < 0.707, there is no variance, and at s = 0.3 an interval is
 * short, and most often below the truth: the draws that would have made the
 * mean large were not made, and those that would have told of the spread are
 * the same.  The fitted k sees how the largest of the draws that were made fall
 * off, and refuses.
 *
 * It is no oracle.  A proposal that sits on one of two modes alone has the best
 * of weights; no diagnostic made of draws can know of where none was. */
#include "eval/interval.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

#include "base/shards.h"
#include "base/status.h"
#include "base/stream.h"
#include "eval/marginal.h"
#include "eval/pareto.h"
#include "eval/tails.h"

#define NORMAL_95 1.959963984540054
enum { LEAST = 25 };

typedef struct {
  const mg_target *target;
  const mg_guide *guide;
  mg_marginal_options options;
  unsigned long seed;
  mg_evidence *trial; /* what each found */
} trying;

static int try_once(void *job, size_t worker, size_t shard) {
  const trying *t = job;
  (void)worker;
  return mg_marginal_of(t->target, t->guide, MG_MARGINAL_IMPORTANCE,
                        &t->options, mg_stream_seed(t->seed, "interval", shard),
                        &t->trial[shard]);
}

static void add(const mg_evidence *e, double truth, mg_interval_count *c) {
  const double half = NORMAL_95 * mg_tails_error(e->ess, e->draws);
  const bool held = fabs(e->value - truth) <= half;
  const bool told = e->pareto_k <= MG_PARETO_LIMIT;
  const double trials = (double)c->trials;
  c->held += held;
  c->below += e->value + half < truth;
  c->told += told;
  c->told_held += held && told;
  c->width += 2 * half / trials;
  c->ess += e->ess / trials;
  c->pareto_k += e->pareto_k / trials;
}

int mg_interval_of(const mg_target *target, const mg_guide *guide, double truth,
                   size_t draws, size_t trials, unsigned long seed,
                   size_t threads, mg_interval_count *count) {
  if (draws < LEAST || trials == 0)
    return mg_fail(GSL_EINVAL, "a tail is judged from 25 draws on, in 1 trial "
                               "at least");
  trying t = {.target = target,
              .guide = guide,
              .options = {.draws = draws, .threads = 1},
              .seed = seed,
              .trial = calloc(trials, sizeof *t.trial)};
  if (!t.trial)
    return mg_fail(GSL_ENOMEM, "no memory for %zu trials", trials);
  const mg_shards cut = {.rows = trials, .shard_rows = 1, .shards = trials};
  const int status = mg_shards_run(&cut, threads, &t, try_once);
  *count = (mg_interval_count){.trials = trials};
  for (size_t i = 0; status == GSL_SUCCESS && i < trials; i++)
    add(&t.trial[i], truth, count);
  free(t.trial);
  return status;
}

double mg_interval_gaussian_k(double s) {
  return s < 1 ? 1 - gsl_pow_2(s) : -INFINITY;
}
