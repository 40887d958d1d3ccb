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
 * What it cannot show is that none has arrived: the first half of the moves at
 * each b is not counted.  And before each move a walker is offered a fresh draw
 * of the base in its place, accepted with probability
 *
 *     min(1, exp(b (U' - U)))                                        [ti.5]
 *
 * (an independence sampler, which leaves f_b as it is): near b = 0 it is taken
 * often, and one that began where no leapfrog comes back from is not lost.
 *
 * Steps are fitted by a pilot as annealing does (anneal.c), and frozen.
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
#include "eval/anneal.h"
#include "infer/hmc.h"

enum { PILOT_WALKERS = 32, SHARD_WALKERS = 32 };

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
  const mg_annealing *a; /* where, with which steps */
  size_t moves;
  unsigned long seed;
  gsl_matrix *u, *square; /* walkers x (T + 1), mean of U and U^2 at each b */
} walking;

/* The memory of one shard. */
typedef struct {
  mg_walkers at, fresh;
  mg_hmc h;
} walk;

/* U of a walker. */
static double gain_of(const mg_walkers *w, size_t k) {
  return gsl_vector_get(w->log_joint, k) - gsl_vector_get(w->log_base, k);
}

/* Adds U of each walker, as one of n that are seen at this b. */
static void look(const mg_walkers *at, size_t n, size_t t, gsl_matrix *u,
                 gsl_matrix *square) {
  for (size_t k = 0; k < u->size1; k++) {
    const double gain = gain_of(at, k);
    *gsl_matrix_ptr(u, k, t) += gain / (double)n;
    *gsl_matrix_ptr(square, k, t) += gain * gain / (double)n;
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

/* The base's own draws at b = 0; then moves at b_t, the later half looked at.
 */
static int climb(const walking *w, gsl_rng *rng, walk *k, gsl_matrix *u,
                 gsl_matrix *square) {
  const mg_annealing *a = w->a;
  const size_t kept = w->moves - w->moves / 2;
  int status = mg_path_draw(w->path, rng, &k->at);
  if (status == GSL_SUCCESS)
    look(&k->at, 1, 0, u, square);
  for (size_t t = 1; t <= a->temperatures; t++)
    for (size_t i = 0; status == GSL_SUCCESS && i < w->moves; i++) {
      const double step = a->step[t] * (0.8 + 0.4 * gsl_rng_uniform(rng));
      status = offer(w->path, rng, a->b[t], &k->fresh, &k->at);
      if (status == GSL_SUCCESS)
        status = mg_hmc_move(&k->h, w->path, rng, a->b[t], step, a->leaps,
                             &k->at, NULL);
      if (i >= w->moves - kept)
        look(&k->at, kept, t, u, square);
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
  gsl_matrix_view u = gsl_matrix_submatrix(w->u, first, 0, n, w->u->size2);
  gsl_matrix_view square =
      gsl_matrix_submatrix(w->square, first, 0, n, w->u->size2);
  gsl_rng *rng = mg_stream_alloc(w->seed, "thermodynamic/walk", shard);
  walk k = {.at.z = NULL};
  int status = rng ? walk_init(&k, w->path, n)
                   : mg_fail(GSL_ENOMEM, "no memory for a walk");
  (void)worker;
  if (status == GSL_SUCCESS)
    status = climb(w, rng, &k, &u.matrix, &square.matrix);
  walk_clear(&k);
  gsl_rng_free(rng);
  return status;
}

/* Annealing at the points of t, with steps of a pilot of its own. */
static int pilot(const mg_thermodynamic *t, const mg_path *path, size_t leaps,
                 unsigned long seed, mg_annealing *a) {
  int status = mg_annealing_init(a, t->temperatures, leaps);
  gsl_rng *rng = mg_stream_alloc(seed, "thermodynamic/pilot", 0);
  if (status == GSL_SUCCESS && !rng)
    status = mg_fail(GSL_ENOMEM, "no memory for a pilot run");
  for (size_t i = 0; status == GSL_SUCCESS && i <= t->temperatures; i++)
    a->b[i] = t->b[i];
  if (status == GSL_SUCCESS)
    status = mg_annealing_pilot(a, path, rng, PILOT_WALKERS);
  if (status == GSL_SUCCESS && t->temperatures > 1)
    a->step[t->temperatures] = a->step[t->temperatures - 1];
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

/* The area under each walker's curve, over u's first column. */
static void area(const mg_thermodynamic *t, gsl_matrix *u) {
  first_piece(t->b[1], u);
  for (size_t k = 0; k < u->size1; k++)
    for (size_t i = 2; i <= t->temperatures; i++)
      *gsl_matrix_ptr(u, k, 0) +=
          (t->b[i] - t->b[i - 1]) *
          (gsl_matrix_get(u, k, i) + gsl_matrix_get(u, k, i - 1)) / 2;
}

static int integrate(mg_thermodynamic *t, const walking *w) {
  const size_t n = w->u->size1;
  mg_tally tally;
  for (size_t i = 0; i <= t->temperatures; i++) {
    mg_tally_values(n, w->u->data + i, w->u->tda, &tally);
    t->mean[i] = tally.mean;
    mg_tally_values(n, w->square->data + i, w->square->tda, &tally);
    t->variance[i] = tally.mean - gsl_pow_2(t->mean[i]);
  }
  area(t, w->u);
  mg_tally_values(n, w->u->data, w->u->tda, &tally);
  t->correction = 0;
  for (size_t i = 2; i <= t->temperatures; i++)
    t->correction -= gsl_pow_2(t->b[i] - t->b[i - 1]) *
                     (t->variance[i] - t->variance[i - 1]) / 12;
  t->value = tally.mean + t->correction;
  t->std_error = gsl_hypot(tally.std_error, t->correction);
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
  if (walkers < 2 || moves < 2)
    return mg_fail(GSL_EINVAL, "integration needs at least 2 walkers and 2 "
                               "moves");
  mg_annealing a = {.b = NULL};
  walking w = {.path = path, .a = &a, .moves = moves, .seed = seed};
  const mg_shards cut = {.rows = walkers,
                         .shard_rows = SHARD_WALKERS,
                         .shards =
                             (walkers + SHARD_WALKERS - 1) / SHARD_WALKERS};
  w.u = gsl_matrix_calloc(walkers, t->temperatures + 1);
  w.square = gsl_matrix_calloc(walkers, t->temperatures + 1);
  int status = w.u && w.square
                   ? pilot(t, path, leaps, seed, &a)
                   : mg_fail(GSL_ENOMEM, "no memory for %zu walkers", walkers);
  if (status == GSL_SUCCESS)
    status = mg_shards_run(&cut, threads, &w, walk_shard);
  if (status == GSL_SUCCESS)
    status = integrate(t, &w);
  mg_annealing_clear(&a);
  gsl_matrix_free(w.u);
  gsl_matrix_free(w.square);
  return status;
}
