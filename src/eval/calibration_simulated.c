/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulation-based calibration: whole runs, on data that nobody doubts.
 *
 *     z* ~ p(z),  x ~ p(x | z*),  z_1 .. z_(L-1) ~ p(z | x)             [sbc.1]
 *
 * z* and the draws have, given x, the same law, so that the rank of f(z*, x)
 * among the f(z_l, x) is uniform on 0 .. L - 1.  Ranks that pile up in the
 * middle say that the draws spread too far, at both ends too little, at one end
 * that they lie to a side; a picture of the counts shows it.
 *
 * What is tested is all of it: prior, simulator, density, gradient, transform,
 * warm-up and move; and that the draws are independent, too, for which they are
 * thinned: neighbours that resemble each other pile ranks up at the ends.  log
 * p as the last statistic sees what no z_i alone does (Modrak et al. 2023).
 *
 * A replicate has a random stream of its own, and a group of them a posterior
 * of its own, whose data each of them replaces; so threads leave no trace.
 *
 * Source: Talts, Betancourt, Simpson, Vehtari & Gelman (2018); Cook, Gelman &
 * Rubin (2006). */
#include <stdlib.h>

#include "base/shards.h"
#include "base/status.h"
#include "base/stream.h"
#include "eval/calibration_inside.h"
#include "infer/transform.h"

enum { GROUP = 4 }; /* replicates that share a posterior */

typedef struct {
  const mg_posterior_type *type;
  const void *options;
  const mg_simulated_options *how;
  unsigned long seed;
  size_t statistics;
  size_t *rank; /* replicates x statistics */
} study;

/* A group's own. */
typedef struct {
  mg_posterior *posterior;
  mg_unconstrained over;
  const mg_target *target; /* what chains walk on */
  gsl_matrix *z, *u;       /* 1 x D: what the data are drawn from */
  gsl_vector *log_p, *own; /* L - 1; 1 */
  gsl_rng *rng;
} bench;

static void bench_clear(bench *b) {
  mg_unconstrained_clear(&b->over);
  mg_posterior_free(b->posterior);
  gsl_matrix_free(b->z);
  gsl_matrix_free(b->u);
  gsl_vector_free(b->log_p);
  gsl_vector_free(b->own);
  gsl_rng_free(b->rng);
}

static int bench_init(bench *b, const study *s) {
  const bool gibbs = s->how->mcmc.move == MG_MCMC_GIBBS;
  b->posterior = mg_posterior_alloc(s->type, s->options);
  if (!b->posterior)
    return GSL_EINVAL;
  const mg_target *inner = &b->posterior->target;
  int status = GSL_SUCCESS;
  if (!gibbs)
    status = mg_unconstrained_init(&b->over, inner, NULL);
  b->target = gibbs ? inner : &b->over.target;
  b->z = gsl_matrix_alloc(1, inner->dim);
  b->u = gsl_matrix_alloc(1, inner->dim);
  b->log_p = gsl_vector_alloc(s->how->mcmc.draws);
  b->own = gsl_vector_alloc(1);
  b->rng = mg_stream_alloc(s->seed, "calibration/data", 0);
  if (status == GSL_SUCCESS &&
      (!b->z || !b->u || !b->log_p || !b->own || !b->rng))
    status = mg_fail(GSL_ENOMEM, "no memory for %zu draws", s->how->mcmc.draws);
  return status;
}

/* z* from the prior, and data from it. */
static int simulate(bench *b, const study *s, size_t replicate) {
  const mg_target *inner = &b->posterior->target;
  mg_stream_set(b->rng, s->seed, "calibration/data", replicate);
  int status = inner->sample_prior(inner->self, b->rng, b->z);
  gsl_vector_const_view z = gsl_matrix_const_row(b->z, 0);
  if (status == GSL_SUCCESS)
    status = mg_posterior_simulate(b->posterior, b->rng, &z.vector);
  if (b->target == inner)
    gsl_matrix_memcpy(b->u, b->z);
  else
    mg_unconstrained_u(&b->over, b->z, b->u);
  return status;
}

/* Where z* stands among the draws, by every statistic. */
static int rank(bench *b, const study *s, const gsl_matrix *draws,
                size_t *ranks) {
  const size_t dim = draws->size2;
  const mg_target *t = b->target;
  int status = t->log_density(t->self, draws, b->log_p, NULL);
  if (status == GSL_SUCCESS)
    status = t->log_density(t->self, b->u, b->own, NULL);
  for (size_t j = 0; status == GSL_SUCCESS && j < s->statistics; j++) {
    const double own =
        j < dim ? gsl_matrix_get(b->u, 0, j) : gsl_vector_get(b->own, 0);
    size_t below = 0, ties = 0;
    for (size_t l = 0; l < draws->size1; l++) {
      const double other =
          j < dim ? gsl_matrix_get(draws, l, j) : gsl_vector_get(b->log_p, l);
      below += other < own;
      ties += other == own;
    }
    ranks[j] = mg_calibration_rank(b->rng, below, ties);
  }
  return status;
}

static int replicate(bench *b, const study *s, size_t i) {
  int status = simulate(b, s, i);
  if (status != GSL_SUCCESS)
    return status;
  mg_mcmc *m = mg_mcmc_alloc(b->target, &s->how->mcmc,
                             mg_stream_seed(s->seed, "calibration/chain", i));
  if (!m)
    return GSL_EFAILED;
  status = mg_mcmc_run(m);
  if (status == GSL_SUCCESS)
    status = rank(b, s, mg_mcmc_draws(m), s->rank + i * s->statistics);
  mg_mcmc_free(m);
  return status;
}

static int work(void *job, size_t worker, size_t shard) {
  const study *s = job;
  const size_t n = s->how->replicates, end = (shard + 1) * GROUP;
  bench b = {.posterior = NULL};
  (void)worker;
  int status = bench_init(&b, s);
  for (size_t i = shard * GROUP; status == GSL_SUCCESS && i < n && i < end; i++)
    status = mg_fail_in(replicate(&b, s, i), "replicate %zu", i + 1);
  bench_clear(&b);
  return status;
}

/* D of the type with these options. */
static int find_dim(const mg_posterior_type *type, const void *options,
                    size_t *dim) {
  mg_posterior *p = mg_posterior_alloc(type, options);
  if (!p)
    return GSL_EINVAL;
  *dim = p->target.dim;
  const bool can = type->simulate && p->target.sample_prior;
  mg_posterior_free(p);
  return can ? GSL_SUCCESS
             : mg_fail(GSL_EUNSUP,
                       "%s does not draw data from its prior: there is "
                       "nothing to calibrate by",
                       type->name);
}

int mg_calibration_simulated(const mg_posterior_type *type, const void *options,
                             const mg_simulated_options *how,
                             unsigned long seed, mg_calibration *c) {
  const size_t n = how->replicates;
  const mg_shards cut = {
      .rows = n, .shard_rows = GROUP, .shards = (n + GROUP - 1) / GROUP};
  if (n == 0 || n > 1000000000 || how->mcmc.chains != 1)
    return mg_fail(GSL_EINVAL,
                   "%zu replicates of %zu chains: give 1 or more "
                   "of 1 chain",
                   n, how->mcmc.chains);
  size_t dim;
  int status = mg_option_check(mg_mcmc_option_table, &how->mcmc);
  if (status == GSL_SUCCESS)
    status = find_dim(type, options, &dim);
  if (status != GSL_SUCCESS)
    return status;
  study s = {.type = type,
             .options = options,
             .how = how,
             .seed = seed,
             .statistics = dim + 1};
  s.rank = calloc(n * s.statistics, sizeof *s.rank);
  status = s.rank ? mg_shards_run(&cut, how->threads, &s, work)
                  : mg_fail(GSL_ENOMEM, "no memory for %zu ranks", n);
  if (status == GSL_SUCCESS)
    status = mg_calibration_init(c, s.statistics, how->mcmc.draws + 1);
  for (size_t i = 0; status == GSL_SUCCESS && i < n * s.statistics; i++)
    mg_calibration_add(c, i % s.statistics, s.rank[i]);
  if (status == GSL_SUCCESS)
    mg_calibration_judge(c);
  free(s.rank);
  return status;
}
