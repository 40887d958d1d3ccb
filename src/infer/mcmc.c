/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains, their warm-up and what is kept of them; see mcmc.h.
 *
 * A move leaves the posterior as it is (hmc.c, metropolis.c; a target's gibbs):
 * once a chain is there it stays, and from elsewhere it comes nearer.  How near
 * it came nobody can prove from draws, but that chains from different places
 * cannot be told apart is the best sign there is (eval/convergence.h).
 *
 * Warm-up of W moves fits two things.
 *
 *   The step, by dual averaging of what all chains accept (dual_averaging.c).
 *   The unit of each z_i: the standard deviation of z_i, over all chains, in a
 *   window of moves.  Windows end after W/4, W/2 and 7W/8 moves, each longer
 *   than the last; the first W/8 moves belong to none, being about the start.
 *   Of n values with variance v the unit is                        [warmup.1]
 *
 *       sqrt(n v / (n + 5) + 5e-3 / (n + 5))
 *
 *   and the search for a step begins anew.
 *
 * Then both are frozen: a move that looks at where its chain has been is no
 * Markov chain's.  HMC's step is multiplied by a number from U(.8, 1.2) in
 * every move, so that no trajectory keeps closing on itself; a mixture of moves
 * keeps what each keeps.  Each chain has numbers of its own: chains that shared
 * them would not be independent, which a test of ranks sees at once.
 *
 * Source: Neal (2011); Hoffman & Gelman (2014); windows and the formula of
 * units from Stan (Carpenter et al. 2017), whose chains each adapt alone.
 * Not here: the number of leaps is fixed (no NUTS); correlations go into no
 * unit. */
#include "infer/mcmc.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"
#include "infer/dual_averaging.h"
#include "infer/hmc.h"
#include "infer/metropolis.h"

enum { TRIES = 100 }; /* to find a start with a density */

const mg_mcmc_type mg_mcmc_types[MG_MCMC_MOVES] = {
    [MG_MCMC_METROPOLIS] = {.name = "metropolis",
                            .title = "random walk",
                            .source = "Metropolis et al. (1953)",
                            .reversible = true},
    [MG_MCMC_HMC] = {.name = "hmc",
                     .title = "HMC",
                     .source = "Duane et al. (1987)",
                     .gradient = true,
                     .reversible = true},
    [MG_MCMC_GIBBS] = {.name = "gibbs",
                       .title = "Gibbs",
                       .source = "Geman & Geman (1984)",
                       .gibbs = true}};

#define FIELD(name) offsetof(mg_mcmc_options, name)

const mg_option mg_mcmc_option_table[] = {
    {"move", MG_OPTION_CHOICE, FIELD(move), 0, 0, "metropolis|hmc|gibbs",
     "how a chain goes on"},
    {"chains", MG_OPTION_SIZE, FIELD(chains), 1, 1e9, NULL,
     "that start apart and move side by side"},
    {"warmup", MG_OPTION_SIZE, FIELD(warmup), 0, 1e12, NULL,
     "moves that fit step and units, thrown away"},
    {"draws", MG_OPTION_SIZE, FIELD(draws), 1, 1e9, NULL, "kept of each chain"},
    {"thin", MG_OPTION_SIZE, FIELD(thin), 1, 1e9, NULL,
     "moves from one kept draw to the next"},
    {"leaps", MG_OPTION_SIZE, FIELD(leaps), 1, 1e6, NULL,
     "hmc: steps of the leapfrog, a move"},
    {"step", MG_OPTION_REAL, FIELD(step), 1e-300, 1e300, NULL,
     "where warm-up begins; without one, the step"},
    {"acceptance", MG_OPTION_REAL, FIELD(acceptance), 0, 0.999, NULL,
     "aimed at in warm-up; 0: what suits the move"},
    {0}};

mg_mcmc_options mg_mcmc_options_default(void) {
  return (mg_mcmc_options){.move = MG_MCMC_HMC,
                           .chains = 4,
                           .warmup = 1000,
                           .draws = 1000,
                           .thin = 1,
                           .leaps = 10,
                           .step = 0.5};
}

struct mg_mcmc {
  const mg_target *target;
  mg_mcmc_options options;
  mg_path path; /* the posterior alone */
  mg_walkers at;
  mg_hmc hmc;
  mg_metropolis walk;
  gsl_rng *rng;
  mg_dual_averaging dual;
  gsl_vector *unit;       /* D */
  gsl_vector *stretch;    /* chains: of hmc's step, a move */
  gsl_vector *mean, *sum; /* D, of the window: mean, and squares about it */
  size_t window;          /* values in it */
  gsl_matrix *draws;      /* chains draws x D */
  double accepted;        /* sum over moves since warm-up */
  mg_mcmc_report report;
};

/* ---- memory ---- */

/* Does the target have what the move asks for? */
static int check(const mg_target *target, const mg_mcmc_options *options) {
  const int status = mg_option_check(mg_mcmc_option_table, options);
  if (status != GSL_SUCCESS)
    return status;
  const mg_mcmc_type *type = &mg_mcmc_types[options->move];
  if (type->gibbs)
    return target->gibbs
               ? GSL_SUCCESS
               : mg_fail(GSL_EUNSUP,
                         "%s tells no conditionals to draw from: take hmc",
                         target->name);
  if (type->gradient && !target->gradient)
    return mg_fail(GSL_EUNSUP, "%s has no gradient: take metropolis",
                   target->name);
  for (size_t i = 0; i < target->dim; i++)
    if (mg_target_support(target, i) != MG_SUPPORT_REAL)
      return mg_fail(GSL_EUNSUP,
                     "z[%zu] of %s does not lie on the whole line: take the "
                     "target without constraints",
                     i, target->name);
  return GSL_SUCCESS;
}

static double aim_of(const mg_target *target, const mg_mcmc_options *options) {
  if (options->acceptance > 0)
    return options->acceptance;
  if (options->move == MG_MCMC_HMC)
    return 0.8;
  return target->dim == 1 ? 0.44 : 0.234;
}

static int get_memory(mg_mcmc *m, unsigned long seed) {
  const mg_mcmc_options *o = &m->options;
  const size_t dim = m->target->dim;
  int status = mg_walkers_init(&m->at, &m->path, o->chains);
  if (status == GSL_SUCCESS && o->move == MG_MCMC_HMC)
    status = mg_hmc_init(&m->hmc, &m->path, o->chains);
  if (status == GSL_SUCCESS && o->move == MG_MCMC_METROPOLIS)
    status = mg_metropolis_init(&m->walk, &m->path, o->chains);
  if (status != GSL_SUCCESS)
    return status;
  m->rng = mg_stream_alloc(seed, "mcmc", 0);
  m->unit = gsl_vector_alloc(dim);
  m->stretch = gsl_vector_alloc(o->chains);
  m->mean = gsl_vector_calloc(dim);
  m->sum = gsl_vector_calloc(dim);
  m->draws = gsl_matrix_calloc(o->chains * o->draws, dim);
  if (!m->rng || !m->unit || !m->stretch || !m->mean || !m->sum || !m->draws)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws of %zu chains",
                   o->draws, o->chains);
  gsl_vector_set_all(m->unit, 1);
  m->hmc.scale = m->walk.scale = m->unit;
  m->hmc.stretch = m->stretch;
  return GSL_SUCCESS;
}

void mg_mcmc_free(mg_mcmc *m) {
  if (!m)
    return;
  mg_walkers_clear(&m->at);
  mg_hmc_clear(&m->hmc);
  mg_metropolis_clear(&m->walk);
  gsl_rng_free(m->rng);
  gsl_vector_free(m->unit);
  gsl_vector_free(m->stretch);
  gsl_vector_free(m->mean);
  gsl_vector_free(m->sum);
  gsl_matrix_free(m->draws);
  free(m);
}

/* ---- the start ---- */

static bool has_density(const mg_walkers *w, size_t n) {
  if (!isfinite(gsl_vector_get(w->log_joint, n)))
    return false;
  for (size_t i = 0; w->d_joint && i < w->z->size2; i++)
    if (!isfinite(gsl_matrix_get(w->d_joint, n, i)))
      return false;
  return true;
}

/* Is there a density at every chain?  Else row is one where there is none. */
static bool all_have(const mg_walkers *w, size_t *row) {
  for (*row = 0; *row < w->z->size1; ++*row)
    if (!has_density(w, *row))
      return false;
  return true;
}

/* Draws places for all chains. */
static int scatter(mg_mcmc *m, gsl_matrix *z) {
  if (m->target->sample_prior)
    return m->target->sample_prior(m->target->self, m->rng, z);
  for (size_t n = 0; n < z->size1; n++)
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(z, n, i, 4 * gsl_rng_uniform(m->rng) - 2);
  return GSL_SUCCESS;
}

/* Chains without a density are drawn again. */
static int find_start(mg_mcmc *m) {
  const size_t chains = m->options.chains;
  gsl_matrix *fresh = gsl_matrix_alloc(chains, m->target->dim);
  char point[200];
  size_t row = 0;
  int status = fresh ? scatter(m, m->at.z)
                     : mg_fail(GSL_ENOMEM, "no memory for %zu chains", chains);
  for (int tries = 1; status == GSL_SUCCESS; tries++) {
    status = mg_path_evaluate(&m->path, &m->at);
    if (status != GSL_SUCCESS || all_have(&m->at, &row))
      break;
    if (tries == TRIES)
      status = mg_fail(GSL_EDOM,
                       "log p of %s is not finite at z = %s, nor at "
                       "%d other places to start from",
                       m->target->name,
                       mg_target_point(m->at.z, row, point, sizeof point),
                       TRIES - 1);
    else
      status = scatter(m, fresh);
    for (; status == GSL_SUCCESS && row < chains; row++)
      if (!has_density(&m->at, row)) {
        gsl_vector_const_view z = gsl_matrix_const_row(fresh, row);
        gsl_matrix_set_row(m->at.z, row, &z.vector);
      }
  }
  gsl_matrix_free(fresh);
  return status;
}

static void search_step(mg_mcmc *m) {
  mg_dual_averaging_start(&m->dual, m->options.step,
                          aim_of(m->target, &m->options));
}

mg_mcmc *mg_mcmc_alloc(const mg_target *target, const mg_mcmc_options *options,
                       unsigned long seed) {
  if (check(target, options) != GSL_SUCCESS)
    return NULL;
  mg_mcmc *m = malloc(sizeof *m);
  if (!m) {
    mg_fail(GSL_ENOMEM, "no memory for chains");
    return NULL;
  }
  *m = (mg_mcmc){.target = target, .options = *options};
  m->path = (mg_path){.joint = target,
                      .gradient = mg_mcmc_types[options->move].gradient};
  m->report = (mg_mcmc_report){
      .warm = options->warmup == 0,
      .step = options->move == MG_MCMC_GIBBS ? NAN : options->step,
      .acceptance = NAN};
  search_step(m);
  int status = get_memory(m, seed);
  if (status == GSL_SUCCESS)
    status =
        options->move == MG_MCMC_GIBBS ? scatter(m, m->at.z) : find_start(m);
  if (status == GSL_SUCCESS)
    return m;
  mg_mcmc_free(m);
  return NULL;
}

int mg_mcmc_set(mg_mcmc *m, const gsl_matrix *z) {
  char point[200];
  size_t row;
  if (z->size1 != m->at.z->size1 || z->size2 != m->at.z->size2)
    return mg_fail(GSL_EBADLEN,
                   "%zu chains in %zu coordinates are put at "
                   "%zu x %zu",
                   m->at.z->size1, m->at.z->size2, z->size1, z->size2);
  gsl_matrix_memcpy(m->at.z, z);
  if (m->options.move == MG_MCMC_GIBBS)
    return GSL_SUCCESS;
  const int status = mg_path_evaluate(&m->path, &m->at);
  if (status != GSL_SUCCESS || all_have(&m->at, &row))
    return status;
  return mg_fail(GSL_EDOM, "log p of %s is not finite at z = %s",
                 m->target->name, mg_target_point(z, row, point, sizeof point));
}

/* ---- a move ---- */

static int move(mg_mcmc *m) {
  mg_mcmc_report *r = &m->report;
  r->accepted = 1;
  if (m->options.move == MG_MCMC_GIBBS)
    return m->target->gibbs(m->target->self, m->rng, m->at.z);
  if (m->options.move == MG_MCMC_METROPOLIS)
    return mg_metropolis_move(&m->walk, &m->path, m->rng, 1, r->step, &m->at,
                              &r->accepted);
  for (size_t c = 0; c < m->options.chains; c++)
    gsl_vector_set(m->stretch, c, 0.8 + 0.4 * gsl_rng_uniform(m->rng));
  return mg_hmc_move(&m->hmc, &m->path, m->rng, 1, r->step, m->options.leaps,
                     &m->at, &r->accepted);
}

/* ---- warm-up ---- */

/* Adds where the chains are to the window. */
static void widen(mg_mcmc *m) {
  for (size_t n = 0; n < m->at.z->size1; n++) {
    m->window++;
    for (size_t i = 0; i < m->unit->size; i++) {
      const double z = gsl_matrix_get(m->at.z, n, i);
      double *mean = gsl_vector_ptr(m->mean, i);
      const double off = z - *mean;
      *mean += off / (double)m->window;
      *gsl_vector_ptr(m->sum, i) += off * (z - *mean);
    }
  }
}

/* Units from the window, [warmup.1], and an empty one. */
static void close_window(mg_mcmc *m) {
  const double n = (double)m->window;
  for (size_t i = 0; n > 1 && i < m->unit->size; i++) {
    const double v = gsl_vector_get(m->sum, i) / (n - 1);
    gsl_vector_set(m->unit, i, sqrt(n * v / (n + 5) + 5e-3 / (n + 5)));
  }
  gsl_vector_set_zero(m->mean);
  gsl_vector_set_zero(m->sum);
  m->window = 0;
  search_step(m);
}

static void adapt(mg_mcmc *m) {
  const size_t w = m->options.warmup, t = m->report.iteration;
  m->report.warm = t == w;
  if (m->options.move == MG_MCMC_GIBBS)
    return;
  mg_dual_averaging_update(&m->dual, m->report.accepted);
  if (t > w / 8)
    widen(m);
  if (w >= 20 && (t == w / 4 || t == w / 2 || t == 7 * w / 8))
    close_window(m);
  m->report.step = m->report.warm ? mg_dual_averaging_mean(&m->dual)
                                  : mg_dual_averaging_step(&m->dual);
}

/* ---- draws ---- */

static void keep(mg_mcmc *m) {
  const size_t draws = m->options.draws;
  for (size_t c = 0; c < m->options.chains; c++) {
    gsl_vector_const_view z = gsl_matrix_const_row(m->at.z, c);
    gsl_matrix_set_row(m->draws, c * draws + m->report.kept, &z.vector);
  }
  m->report.kept++;
}

int mg_mcmc_iterate(mg_mcmc *m) {
  mg_mcmc_report *r = &m->report;
  const int status = move(m);
  if (status != GSL_SUCCESS)
    return mg_fail_in(status, "move %zu", r->iteration + 1);
  r->iteration++;
  if (!r->warm) {
    adapt(m);
    return GSL_SUCCESS;
  }
  const size_t since = r->iteration - m->options.warmup;
  m->accepted += r->accepted;
  r->acceptance = m->accepted / (double)since;
  r->diverged += m->hmc.diverged;
  if (since % m->options.thin == 0 && r->kept < m->options.draws)
    keep(m);
  return GSL_SUCCESS;
}

int mg_mcmc_test(const mg_mcmc *m) {
  return m->report.kept < m->options.draws ? GSL_CONTINUE : GSL_SUCCESS;
}

int mg_mcmc_run(mg_mcmc *m) {
  int status = GSL_SUCCESS;
  while (status == GSL_SUCCESS && mg_mcmc_test(m) == GSL_CONTINUE)
    status = mg_mcmc_iterate(m);
  return status;
}

const gsl_matrix *mg_mcmc_z(const mg_mcmc *m) {
  return m->at.z;
}

const gsl_matrix *mg_mcmc_draws(const mg_mcmc *m) {
  return m->draws;
}

const mg_mcmc_type *mg_mcmc_type_of(const mg_mcmc *m) {
  return &mg_mcmc_types[m->options.move];
}

const gsl_vector *mg_mcmc_units(const mg_mcmc *m) {
  return m->unit;
}

const mg_mcmc_report *mg_mcmc_last(const mg_mcmc *m) {
  return &m->report;
}
