/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One integral, by draws from a base.
 *
 * With z_k from the base, prior or guide,                          [iwae.1]
 *
 *     w_k = p(x, z_k) / base(z_k),   E w = p(x),   log p(x) ~ log 1/S sum_k w_k
 *
 * whatever the base is, if only it reaches wherever p(x, z) does.  How many
 * draws that takes is another matter: from the prior most of them explain
 * nothing of x, the more so the more coordinates z has, and the mean is that of
 * the few which do.  By Jensen its log lies below log p(x) in expectation, and
 * so does the mean of log w, which is the elbo.
 *
 * The error.  To first order the log of the mean has the standard error
 * sqrt(1 / ess - 1 / S) [ess.2], which is true of weights that have a variance.
 * Of a base with lighter tails than the posterior's they have none, and the
 * draws that were made do not show it: the large weights are the ones not seen.
 * What they do show is how the seen ones are spread in their tail, and above
 * Pareto k = 0.7 no error is told (eval/interval.h counts how often an interval
 * would have lied).
 *
 * Annealing and integration take many small steps from the base to the
 * posterior in the place of one (eval/anneal.h, eval/thermodynamic.h), over
 * coordinates that are all real, which leaves the integral as it is
 * [transform.1].
 *
 * Draws are made in shards of 256, walkers of 32, with a random stream each.
 *
 * Not here: the bounds of families with many data (bound.h); upper bounds,
 * which want draws from the posterior. */
#include "eval/marginal.h"

#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/shards.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "eval/anneal.h"
#include "eval/tails.h"
#include "eval/thermodynamic.h"
#include "eval/weights.h"
#include "infer/transform.h"

enum { PILOT_WALKERS = 32, SHARD_WALKERS = 32 };

mg_marginal_options mg_marginal_options_default(mg_marginal method) {
  mg_marginal_options options = {.draws = 10000, .leaps = 10};
  if (method == MG_MARGINAL_AIS) {
    options.draws = 500;
    options.temperatures = 100;
  } else if (method == MG_MARGINAL_TI) {
    options.draws = 200;
    options.temperatures = 30;
    options.moves = 8;
  }
  return options;
}

const char *mg_marginal_name(mg_marginal method, const mg_guide *guide) {
  static const char *const names[MG_MARGINALS] = {"elbo", "importance", "ais",
                                                  "ti"};
  return method == MG_MARGINAL_IMPORTANCE && !guide ? "naive" : names[method];
}

/* ---- the base, as a target that can be drawn from ---- */

static int guide_sample(const void *self, gsl_rng *rng, gsl_matrix *z) {
  return mg_guide_sample(self, rng, z);
}

static int guide_log_density(const void *self, const gsl_matrix *z,
                             gsl_vector *log_p, gsl_matrix *dz) {
  return mg_guide_log_density(self, z, log_p, dz);
}

/* Of the target's own nothing is kept with a guide: it would be handed to the
 * guide as self. */
static int find_base(const mg_target *target, const mg_guide *guide,
                     mg_target *base) {
  *base = mg_target_prior(target);
  if (guide) {
    base->name = "the guide";
    base->self = guide;
    base->sample_prior = guide_sample;
    base->log_density = base->log_prior = guide_log_density;
  }
  if (guide && guide->dim != target->dim)
    return mg_fail(GSL_EBADLEN,
                   "the target %s has %zu coordinates, the guide "
                   "%zu",
                   target->name, target->dim, guide->dim);
  if (base->sample_prior && base->log_density)
    return GSL_SUCCESS;
  return mg_fail(GSL_EUNSUP,
                 "the target %s has no prior to draw from: give a guide",
                 target->name);
}

/* ---- weights ---- */

typedef struct {
  const mg_target *target, *base;
  unsigned long seed;
  gsl_vector *log_weight;
} weighing;

/* log p(x, z) may be -inf: then z explains nothing, and weighs nothing. */
static int divide(const weighing *w, const gsl_matrix *z,
                  const gsl_vector *log_base, gsl_vector *log_weight) {
  char point[200];
  for (size_t s = 0; s < z->size1; s++) {
    const double joint = gsl_vector_get(log_weight, s);
    const double base = gsl_vector_get(log_base, s);
    if (isnan(joint) || joint == INFINITY || !isfinite(base))
      return mg_fail(GSL_EDOM, "log p of %s is %g and of its base %g at z = %s",
                     w->target->name, joint, base,
                     mg_target_point(z, s, point, sizeof point));
    gsl_vector_set(log_weight, s, joint - base);
  }
  return GSL_SUCCESS;
}

static mg_shards cut_rows(size_t rows, size_t each) {
  return (mg_shards){
      .rows = rows, .shard_rows = each, .shards = (rows + each - 1) / each};
}

static int weigh_shard(void *job, size_t worker, size_t shard) {
  const weighing *w = job;
  const size_t first = shard * MG_BLOCK_ROWS,
               left = w->log_weight->size - first;
  const size_t n = left < MG_BLOCK_ROWS ? left : MG_BLOCK_ROWS;
  gsl_vector_view log_weight = gsl_vector_subvector(w->log_weight, first, n);
  gsl_rng *rng = mg_stream_alloc(w->seed, "marginal/draws", shard);
  gsl_matrix *z = gsl_matrix_alloc(n, w->target->dim);
  gsl_vector *log_base = gsl_vector_alloc(n);
  int status = GSL_SUCCESS;
  (void)worker;
  if (!rng || !z || !log_base)
    status = mg_fail(GSL_ENOMEM, "no memory for %zu draws of z", n);
  if (status == GSL_SUCCESS)
    status = w->base->sample_prior(w->base->self, rng, z);
  if (status == GSL_SUCCESS)
    status = w->base->log_density(w->base->self, z, log_base, NULL);
  if (status == GSL_SUCCESS)
    status =
        w->target->log_density(w->target->self, z, &log_weight.vector, NULL);
  if (status == GSL_SUCCESS)
    status = divide(w, z, log_base, &log_weight.vector);
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_vector_free(log_base);
  return status;
}

int mg_marginal_weights(const mg_target *target, const mg_guide *guide,
                        unsigned long seed, size_t threads,
                        gsl_vector *log_weight) {
  const mg_shards cut = cut_rows(log_weight->size, MG_BLOCK_ROWS);
  mg_target base;
  const int status = find_base(target, guide, &base);
  if (status != GSL_SUCCESS)
    return status;
  weighing w = {
      .target = target, .base = &base, .seed = seed, .log_weight = log_weight};
  return mg_shards_run(&cut, threads, &w, weigh_shard);
}

/* ---- claims ---- */

/* The mean of log w. */
static int claim_mean(const gsl_vector *log_weight, mg_evidence *e) {
  mg_tally tally;
  mg_tally_values(log_weight->size, log_weight->data, log_weight->stride,
                  &tally);
  e->value = tally.mean;
  e->std_error = e->draws_error = tally.std_error;
  return isfinite(tally.mean)
             ? GSL_SUCCESS
             : mg_fail(GSL_EDOM,
                       "a draw of the base has p(x, z) = 0, and its log has "
                       "no mean: take importance");
}

static size_t count_classes(const mg_target *target) {
  size_t n = 0;
  for (size_t i = 0; i < target->dim; i++)
    n += mg_target_support(target, i) == MG_SUPPORT_CLASSES;
  return n;
}

/* The log of the mean of w, and what the weights' tail lets one say. */
static int claim_log_mean(const mg_target *target, const gsl_vector *log_weight,
                          mg_evidence *e) {
  double ess, k;
  const int status = mg_weights_tail(log_weight, &k);
  if (status != GSL_SUCCESS)
    return status;
  mg_weights_of(log_weight, &e->value, &ess);
  const mg_tails tails = {.n = 1,
                          .k = log_weight->size,
                          .draws = 1,
                          .ess = &ess,
                          .pareto_k = &k,
                          .discrete = count_classes(target) == target->dim};
  mg_tails_say(&tails, e);
  e->std_error = tails.discrete ? mg_tails_error(ess, tails.k) : e->draws_error;
  return isfinite(e->value) ? GSL_SUCCESS
                            : mg_fail(GSL_EDOM, "p(x, z) is 0 at every draw");
}

/* ---- walkers ---- */

/* Base and target over reals, and the path between them. */
typedef struct {
  mg_target base;
  mg_unconstrained from, to;
  mg_path path;
} road;

static int road_init(road *r, const mg_target *target, const mg_guide *guide) {
  int status = find_base(target, guide, &r->base);
  if (status == GSL_SUCCESS && (!target->gradient || count_classes(target) > 0))
    status = mg_fail(GSL_EUNSUP,
                     "%s has no gradient for walkers to move along: take "
                     "importance",
                     target->name);
  if (status == GSL_SUCCESS)
    status = mg_unconstrained_init(&r->from, &r->base, NULL);
  if (status == GSL_SUCCESS)
    status = mg_unconstrained_init(&r->to, target, NULL);
  r->path = (mg_path){
      .base = &r->from.target, .joint = &r->to.target, .gradient = true};
  return status;
}

static void road_clear(road *r) {
  mg_unconstrained_clear(&r->from);
  mg_unconstrained_clear(&r->to);
}

typedef struct {
  const mg_path *path;
  mg_annealing a;
  unsigned long seed;
  gsl_vector *log_weight;
} annealing;

static int anneal_shard(void *job, size_t worker, size_t shard) {
  const annealing *j = job;
  const size_t first = shard * SHARD_WALKERS;
  const size_t left = j->log_weight->size - first;
  gsl_vector_view log_weight = gsl_vector_subvector(
      j->log_weight, first, left < SHARD_WALKERS ? left : SHARD_WALKERS);
  gsl_rng *rng = mg_stream_alloc(j->seed, "marginal/anneal", shard);
  (void)worker;
  const int status =
      rng ? mg_annealing_forward(&j->a, j->path, rng, &log_weight.vector)
          : mg_fail(GSL_ENOMEM, "no memory for a random stream");
  gsl_rng_free(rng);
  return status;
}

/* Annealed weights, by steps from a pilot run that counts for nothing. */
static int anneal(const mg_path *path, const mg_marginal_options *o,
                  unsigned long seed, gsl_vector *log_weight) {
  annealing j = {.path = path, .seed = seed, .log_weight = log_weight};
  const mg_shards cut = cut_rows(log_weight->size, SHARD_WALKERS);
  gsl_rng *rng = mg_stream_alloc(seed, "marginal/pilot", 0);
  int status = rng ? mg_annealing_init(&j.a, o->temperatures, o->leaps)
                   : mg_fail(GSL_ENOMEM, "no memory for a random stream");
  if (status == GSL_SUCCESS)
    status = mg_annealing_pilot(&j.a, path, rng, PILOT_WALKERS);
  if (status == GSL_SUCCESS)
    status = mg_shards_run(&cut, o->threads, &j, anneal_shard);
  for (size_t k = 0; status == GSL_SUCCESS && k < log_weight->size; k++)
    if (isnan(gsl_vector_get(log_weight, k)))
      status = mg_fail(GSL_EDOM, "the weight of walker %zu is NaN", k + 1);
  mg_annealing_clear(&j.a);
  gsl_rng_free(rng);
  return status;
}

static int integrate(const mg_path *path, const mg_marginal_options *o,
                     unsigned long seed, mg_evidence *e) {
  mg_thermodynamic t = {.b = NULL};
  char correction[MG_NUMBER_SIZE], rise[MG_NUMBER_SIZE];
  int status = mg_thermodynamic_init(&t, o->temperatures);
  if (status == GSL_SUCCESS)
    status = mg_thermodynamic_walk(&t, path, o->draws, o->moves, o->leaps, seed,
                                   o->threads);
  e->claim = MG_ESTIMATE;
  e->value = t.value;
  e->std_error = e->draws_error = t.std_error;
  snprintf(e->note, sizeof e->note,
           "%zu temperatures, corrected by %s, later moves add %s",
           o->temperatures,
           mg_print_real(t.correction, 2, correction, sizeof correction),
           mg_print_real(t.rise, 2, rise, sizeof rise));
  mg_thermodynamic_clear(&t);
  return status;
}

static int walk(const mg_target *target, const mg_guide *guide,
                mg_marginal method, const mg_marginal_options *o,
                unsigned long seed, gsl_vector *log_weight, mg_evidence *e) {
  road r = {.base.name = NULL};
  int status = road_init(&r, target, guide);
  if (status == GSL_SUCCESS && method == MG_MARGINAL_TI)
    status = integrate(&r.path, o, seed, e);
  else if (status == GSL_SUCCESS)
    status = anneal(&r.path, o, seed, log_weight);
  if (status == GSL_SUCCESS && method == MG_MARGINAL_AIS)
    status = claim_log_mean(target, log_weight, e);
  road_clear(&r);
  return status;
}

static int weigh(const mg_target *target, const mg_guide *guide,
                 mg_marginal method, const mg_marginal_options *o,
                 unsigned long seed, gsl_vector *log_weight, mg_evidence *e) {
  const int status =
      mg_marginal_weights(target, guide, seed, o->threads, log_weight);
  if (status != GSL_SUCCESS)
    return status;
  return method == MG_MARGINAL_ELBO ? claim_mean(log_weight, e)
                                    : claim_log_mean(target, log_weight, e);
}

int mg_marginal_of(const mg_target *target, const mg_guide *guide,
                   mg_marginal method, const mg_marginal_options *options,
                   unsigned long seed, mg_evidence *evidence) {
  if (options->draws < 2)
    return mg_fail(GSL_EINVAL, "evidence needs at least 2 draws, for an error");
  gsl_vector *log_weight = gsl_vector_alloc(options->draws);
  if (!log_weight)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", options->draws);
  *evidence = (mg_evidence){.claim = MG_LOWER,
                            .n = 1,
                            .draws = options->draws,
                            .pareto_k = NAN,
                            .draws_error = NAN,
                            .method = mg_marginal_name(method, guide)};
  const int status =
      method <= MG_MARGINAL_IMPORTANCE
          ? weigh(target, guide, method, options, seed, log_weight, evidence)
          : walk(target, guide, method, options, seed, log_weight, evidence);
  gsl_vector_free(log_weight);
  return status;
}
