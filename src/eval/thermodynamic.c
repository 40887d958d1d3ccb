/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The area under E_b U, by walkers that climb b.
 *
 * With Z(b) the integral of f_b, d log Z / db = E_b U, and Z(0) = 1 where the
 * base is normalised; from 0 to 1 that is log p(x) [ti.1].  The derivative of
 * the curve is known too: d E_b U / db = Var_b U >= 0.  It rises everywhere,
 * most steeply near b = 0, where the base says much that the data deny; so the
 * points lie closest there,                                          [ti.2]
 *
 *     b_t = (t / T)^5
 *
 * and between two of them the trapezoid is corrected by the slopes at its ends,
 * of which the draws' variance is an estimate:                       [ti.3]
 *
 *     h (E_t + E_(t-1)) / 2 - h^2 (V_t - V_(t-1)) / 12,   h = b_t - b_(t-1)
 *
 * At b = 0 itself E_0 U may be -inf, where the prior is wide or the data rule
 * some z out.  But b_1 is so small that the base's own draws tell the first
 * piece without it, as importance sampling with tiny weights:        [ti.4]
 *
 *     log Z(b_1) = log E_0 exp(b_1 U)
 *
 * What is left of the error of the rule is less than its correction, whose size
 * is told as if all of it were left.
 *
 * The error of the draws.  A walker that was at one b is the start of itself at
 * the next, so its means are correlated along the whole curve; but walkers
 * never meet.  Each has an area of its own, a number per walker, and these are
 * independent: the standard error is that of their mean, whatever the moves.
 * What it cannot show is that none has arrived.  So the first half of the moves
 * at each b is not counted; and what the area rises by from the earlier half of
 * the others to the later, which would be 0 at rest, is told as a part of the
 * error.  More moves, or leaps, make it fall.
 *
 * Before each move a walker is offered a fresh draw of the base in its place,
 * accepted with probability
 *
 *     min(1, exp(b (U' - U)))                                        [ti.5]
 *
 * (an independence sampler, which leaves f_b as it is): near b = 0 it is taken
 * often, and one that began where no leapfrog comes back from is not lost.
 *
 * Steps are fitted by a pilot, as annealing does (anneal.c), and frozen.
 *
 * Source: Gelman & Meng (1998); the schedule: Friel & Pettitt (2008); the
 * corrected trapezoid: Friel, Hurn & Wyse (2014). */
#include "eval/thermodynamic.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

#include "base/shards.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "infer/hmc.h"

#define FIRST_STEP 0.5
#define ACCEPTANCE 0.65
#define GAIN 0.5 /* of log step, a unit of acceptance */

enum { PILOT_WALKERS = 32, PILOT_FIRST = 40, SHARD_WALKERS = 32 };

int mg_thermodynamic_init(mg_thermodynamic *t, size_t temperatures) {
  if (temperatures == 0)
    return mg_fail(GSL_EINVAL, "integration needs at least 1 temperature");
  const size_t n = temperatures + 1;
  *t = (mg_thermodynamic){.temperatures = temperatures};
  t->b = calloc(n, sizeof *t->b);
  t->mean = calloc(n, sizeof *t->mean);
  t->variance = calloc(n, sizeof *t->variance);
  if (!t->b || !t->mean || !t->variance)
    return mg_fail(GSL_ENOMEM, "no memory for %zu temperatures", temperatures);
  for (size_t i = 0; i < n; i++)
    t->b[i] = gsl_pow_5((double)i / (double)temperatures);
  return GSL_SUCCESS;
}

void mg_thermodynamic_clear(mg_thermodynamic *t) {
  free(t->b);
  free(t->mean);
  free(t->variance);
  *t = (mg_thermodynamic){.b = NULL};
}

/* ---- the walk ---- */

typedef struct {
  const mg_path *path;
  size_t temperatures, moves, leaps;
  const double *b, *step; /* temperatures + 1 */
  unsigned long seed;
  /* walkers x (T + 1), at each b: mean of U and of U^2, and what U rose by from
   * the first half of the moves looked at to the second. */
  gsl_matrix *u, *square, *rise;
} walking;

/* The memory of one shard. */
typedef struct {
  size_t first; /* of its walkers, among all */
  mg_walkers at, fresh;
  mg_hmc h;
} walk;

/* U of a walker. */
static double gain_of(const mg_walkers *w, size_t k) {
  return gsl_vector_get(w->log_joint, k) - gsl_vector_get(w->log_base, k);
}

/* Counts U of each walker, the i-th of n times that are looked at at b_t. */
static void look(const walking *w, const walk *k, size_t i, size_t n,
                 size_t t) {
  const size_t half = n / 2;
  const double side = i < half ? -1 : i >= n - half ? 1 : 0;
  for (size_t row = 0; row < k->at.z->size1; row++) {
    const double gain = gain_of(&k->at, row);
    *gsl_matrix_ptr(w->u, k->first + row, t) += gain / (double)n;
    *gsl_matrix_ptr(w->square, k->first + row, t) += gain * gain / (double)n;
    if (half)
      *gsl_matrix_ptr(w->rise, k->first + row, t) += side * gain / (double)half;
  }
}

/* Puts fresh draws of the base in the place of some walkers.         [ti.5] */
static int offer(const mg_path *path, gsl_rng *rng, double b, mg_walkers *fresh,
                 mg_walkers *at) {
  const int status = mg_path_draw(path, rng, fresh);
  for (size_t k = 0; status == GSL_SUCCESS && k < at->z->size1; k++)
    if (log(gsl_rng_uniform_pos(rng)) <
        b * (gain_of(fresh, k) - gain_of(at, k)))
      mg_walkers_copy(fresh, k, at);
  return status;
}

/* One move at b_t of walkers, each offered a fresh draw first. */
static int move(const walking *w, gsl_rng *rng, size_t t, double step, walk *k,
                double *accepted) {
  const int status = offer(w->path, rng, w->b[t], &k->fresh, &k->at);
  return status == GSL_SUCCESS ? mg_hmc_move(&k->h, w->path, rng, w->b[t], step,
                                             w->leaps, &k->at, accepted)
                               : status;
}

/* The base's own draws at b = 0; then moves at b_t, the later half looked at.
 */
static int climb(const walking *w, gsl_rng *rng, walk *k) {
  const size_t left = w->moves / 2, kept = w->moves - left;
  int status = mg_path_draw(w->path, rng, &k->at);
  if (status == GSL_SUCCESS)
    look(w, k, 0, 1, 0);
  for (size_t t = 1; t <= w->temperatures; t++)
    for (size_t i = 0; status == GSL_SUCCESS && i < w->moves; i++) {
      const double step = w->step[t] * (0.8 + 0.4 * gsl_rng_uniform(rng));
      status = move(w, rng, t, step, k, NULL);
      if (i >= left)
        look(w, k, i - left, kept, t);
    }
  return status;
}

static int walk_init(walk *k, const mg_path *path, size_t n) {
  int status = mg_walkers_init(&k->at, path, n);
  if (status == GSL_SUCCESS)
    status = mg_walkers_init(&k->fresh, path, n);
  return status == GSL_SUCCESS ? mg_hmc_init(&k->h, path, n) : status;
}

static void walk_clear(walk *k) {
  mg_hmc_clear(&k->h);
  mg_walkers_clear(&k->fresh);
  mg_walkers_clear(&k->at);
}

static int walk_shard(void *job, size_t worker, size_t shard) {
  const walking *w = job;
  const size_t first = shard * SHARD_WALKERS, left = w->u->size1 - first;
  const size_t n = left < SHARD_WALKERS ? left : SHARD_WALKERS;
  gsl_rng *rng = mg_stream_alloc(w->seed, "thermodynamic/walk", shard);
  walk k = {.first = first};
  int status = rng ? walk_init(&k, w->path, n)
                   : mg_fail(GSL_ENOMEM, "no memory for a walk");
  (void)worker;
  if (status == GSL_SUCCESS)
    status = climb(w, rng, &k);
  walk_clear(&k);
  gsl_rng_free(rng);
  return status;
}

/* Steps for every b, on walkers that count for nothing else. */
static int pilot(const walking *w, double *step) {
  gsl_rng *rng = mg_stream_alloc(w->seed, "thermodynamic/pilot", 0);
  walk k = {.at.z = NULL};
  double log_step = log(step[0]);
  int status = rng ? walk_init(&k, w->path, PILOT_WALKERS)
                   : mg_fail(GSL_ENOMEM, "no memory for a pilot run");
  if (status == GSL_SUCCESS)
    status = mg_path_draw(w->path, rng, &k.at);
  for (size_t t = 1; t <= w->temperatures; t++) {
    const size_t moves = w->moves + (t == 1 ? PILOT_FIRST : 0);
    for (size_t i = 0; status == GSL_SUCCESS && i < moves; i++) {
      double accepted = 0;
      status = move(w, rng, t, exp(log_step), &k, &accepted);
      log_step += GAIN * (accepted - ACCEPTANCE);
    }
    step[t] = exp(log_step);
  }
  walk_clear(&k);
  gsl_rng_free(rng);
  return status;
}

/* ---- the area ---- */

/* What each walker has for log Z(b_1), over u's first column: their mean is
 * log of the mean of w, and their spread its error to first order.   [ti.4] */
static void first_piece(double b, gsl_matrix *u) {
  const size_t n = u->size1;
  double top = -INFINITY, sum = 0;
  for (size_t k = 0; k < n; k++)
    top = fmax(top, b * gsl_matrix_get(u, k, 0));
  for (size_t k = 0; k < n; k++)
    sum += exp(b * gsl_matrix_get(u, k, 0) - top) / (double)n;
  for (size_t k = 0; k < n; k++)
    gsl_matrix_set(u, k, 0,
                   top + log(sum) - 1 +
                       exp(b * gsl_matrix_get(u, k, 0) - top) / sum);
}

/* The area under each walker's curve from b_1 on, added to column 0. */
static void area(const mg_thermodynamic *t, gsl_matrix *u) {
  for (size_t k = 0; k < u->size1; k++)
    for (size_t i = 2; i <= t->temperatures; i++)
      *gsl_matrix_ptr(u, k, 0) +=
          (t->b[i] - t->b[i - 1]) *
          (gsl_matrix_get(u, k, i) + gsl_matrix_get(u, k, i - 1)) / 2;
}

/* Mean and variance of U at each b, and the correction by these.     [ti.3] */
static void find_curve(mg_thermodynamic *t, const walking *w) {
  mg_tally tally;
  for (size_t i = 0; i <= t->temperatures; i++) {
    mg_tally_values(w->u->size1, w->u->data + i, w->u->tda, &tally);
    t->mean[i] = tally.mean;
    mg_tally_values(w->u->size1, w->square->data + i, w->square->tda, &tally);
    t->variance[i] = tally.mean - gsl_pow_2(t->mean[i]);
  }
  t->correction = 0;
  for (size_t i = 2; i <= t->temperatures; i++)
    t->correction -= gsl_pow_2(t->b[i] - t->b[i - 1]) *
                     (t->variance[i] - t->variance[i - 1]) / 12;
}

static int integrate(mg_thermodynamic *t, const walking *w) {
  mg_tally areas, rises;
  find_curve(t, w);
  first_piece(t->b[1], w->u);
  area(t, w->u);
  area(t, w->rise);
  mg_tally_values(w->u->size1, w->u->data, w->u->tda, &areas);
  mg_tally_values(w->u->size1, w->rise->data, w->rise->tda, &rises);
  t->rise = rises.mean;
  t->value = areas.mean + t->correction;
  t->std_error = gsl_hypot3(areas.std_error, t->correction, t->rise);
  return isfinite(t->value)
             ? GSL_SUCCESS
             : mg_fail(GSL_EDOM,
                       "log p of %s is not finite on the path from "
                       "%s",
                       w->path->joint->name, w->path->base->name);
}

int mg_thermodynamic_walk(mg_thermodynamic *t, const mg_path *path,
                          size_t walkers, size_t moves, size_t leaps,
                          unsigned long seed, size_t threads) {
  if (walkers < 2 || moves < 4 || leaps == 0)
    return mg_fail(GSL_EINVAL, "integration needs at least 2 walkers, 4 moves "
                               "and 1 leap");
  walking w = {.path = path,
               .temperatures = t->temperatures,
               .moves = moves,
               .leaps = leaps,
               .b = t->b,
               .seed = seed};
  double *step = calloc(t->temperatures + 1, sizeof *step);
  const mg_shards cut = {.rows = walkers,
                         .shard_rows = SHARD_WALKERS,
                         .shards =
                             (walkers + SHARD_WALKERS - 1) / SHARD_WALKERS};
  w.u = gsl_matrix_calloc(walkers, t->temperatures + 1);
  w.square = gsl_matrix_calloc(walkers, t->temperatures + 1);
  w.rise = gsl_matrix_calloc(walkers, t->temperatures + 1);
  w.step = step;
  int status = GSL_ENOMEM;
  if (step && w.u && w.square && w.rise) {
    step[0] = FIRST_STEP;
    status = pilot(&w, step);
  } else {
    mg_fail(GSL_ENOMEM, "no memory for %zu walkers", walkers);
  }
  if (status == GSL_SUCCESS)
    status = mg_shards_run(&cut, threads, &w, walk_shard);
  if (status == GSL_SUCCESS)
    status = integrate(t, &w);
  free(step);
  gsl_matrix_free(w.u);
  gsl_matrix_free(w.square);
  gsl_matrix_free(w.rise);
  return status;
}
