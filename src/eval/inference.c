/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Methods of inference in turn; see inference.h.
 *
 * A row of the table below is a method: what it is called, what a turn of it
 * does.  Variational methods leave a guide behind, of which the best, by its
 * bound, is what importance sampling then draws from: the same guide gives a
 * bound on log p(x) and, with its draws weighed, a nearer one, or the sign that
 * it cannot be trusted with that.
 *
 * Guides that are products stand on z as it is, with a law for each support;
 * the full-rank guide, annealing, integration and chains on the unconstrained
 * coordinates [transform.1], which have the same evidence.  Moments are of z
 * everywhere.
 *
 * All ELBOs are of fresh draws at the end, not those of the climb: the last
 * bound that a climb saw is one that it was chosen by. */
#include "eval/inference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "eval/marginal.h"
#include "infer/transform.h"

enum { ENTRIES_MOST = MG_ESTIMATORS + 8, TURN = 25 };

#define FAR 6.1 /* errors: false alarms 1e-9 where errors are normal */

typedef struct {
  mg_inference_entry out;
  int (*turn)(mg_inference *c);
  int which;       /* the estimator, or the mg_marginal */
  mg_guide *guide; /* fitted, or NULL */
} method;

struct mg_inference {
  const mg_posterior *p;
  mg_inference_options options;
  mg_unconstrained free; /* over reals, when it is made */
  bool is_free;
  method list[ENTRIES_MOST];
  size_t n, present, last; /* last: what the last turn worked on */
  mg_bbvi *climb;          /* of the method at work, or NULL */
  mg_mcmc *chains;
};

mg_inference_options mg_inference_options_default(bool quick) {
  mg_inference_options options = {.seed = 1,
                                  .bbvi = mg_bbvi_options_default(),
                                  .hmc = mg_mcmc_options_default(),
                                  .draws = 10000};
  options.bbvi.iterations = quick ? 300 : 2000;
  if (quick) {
    options.bbvi.steps.rate = 0.1;
    options.hmc.warmup = options.hmc.draws = 250;
    options.draws = 2000;
  }
  return options;
}

/* ---- what several methods do ---- */

static const mg_target *target_of(const mg_inference *c) {
  return &c->p->target;
}

/* Room for mean and sd. */
static int make_moments(mg_inference *c, mg_inference_entry *e) {
  e->mean = gsl_vector_alloc(target_of(c)->dim);
  e->sd = gsl_vector_alloc(target_of(c)->dim);
  return e->mean && e->sd ? GSL_SUCCESS
                          : mg_fail(GSL_ENOMEM, "no memory for moments");
}

static void set_sd(const gsl_matrix *covariance, gsl_vector *sd) {
  for (size_t i = 0; i < sd->size; i++)
    gsl_vector_set(sd, i, sqrt(gsl_matrix_get(covariance, i, i)));
}

/* Makes the target over reals, or says why there is none. */
static int need_free(mg_inference *c) {
  if (c->is_free)
    return GSL_SUCCESS;
  const int status = mg_unconstrained_init(&c->free, target_of(c), NULL);
  c->is_free = status == GSL_SUCCESS;
  return status;
}

/* ---- exact ---- */

static int turn_exact(mg_inference *c) {
  mg_inference_entry *e = &c->list[c->present].out;
  e->done = true;
  if (c->p->type->log_evidence) {
    const int status = mg_posterior_log_evidence(c->p, &e->evidence.value);
    if (status != GSL_SUCCESS)
      return status;
    e->evidence.std_error = 0;
    e->evidence.claim = MG_EXACT;
    e->evidence.method = "exact";
    e->evidence.n = 1;
  }
  if (!c->p->type->moments)
    return GSL_SUCCESS;
  const size_t dim = target_of(c)->dim;
  gsl_matrix *covariance = gsl_matrix_alloc(dim, dim);
  int status = covariance ? make_moments(c, e)
                          : mg_fail(GSL_ENOMEM, "no memory for moments");
  if (status == GSL_SUCCESS)
    status = mg_posterior_moments(c->p, e->mean, covariance);
  if (status == GSL_SUCCESS)
    set_sd(covariance, e->sd);
  gsl_matrix_free(covariance);
  return status;
}

/* ---- black-box VI ---- */

static bool is_full(const method *m) {
  return m->which == MG_ESTIMATORS;
}

static const mg_target *climbed(const mg_inference *c, const method *m) {
  return is_full(m) ? &c->free.target : target_of(c);
}

static int begin_climb(mg_inference *c, method *m) {
  mg_bbvi_options options = c->options.bbvi;
  int status = is_full(m) ? need_free(c) : GSL_SUCCESS;
  if (status != GSL_SUCCESS)
    return status;
  /* An iteration is short: on most targets threads cost more than they do. */
  options.threads = c->options.threads ? c->options.threads : 1;
  options.estimator = (mg_estimator)m->which;
  if (is_full(m))
    options.estimator =
        target_of(c)->gradient ? MG_ESTIMATOR_PATHWISE : MG_ESTIMATOR_CONTROL;
  m->guide = is_full(m) ? mg_guide_full_rank(&c->free.target)
                        : mg_guide_mean_field(target_of(c), NULL);
  if (m->guide)
    c->climb = mg_bbvi_alloc(climbed(c, m), m->guide, &options,
                             mg_stream_seed(c->options.seed, "inference/bbvi",
                                            (unsigned long)m->which));
  return c->climb ? GSL_SUCCESS : GSL_EFAILED;
}

/* Of a guide over reals whose z is another: by draws. */
static int find_moments_by_draws(mg_inference *c, method *m) {
  mg_inference_entry *e = &m->out;
  gsl_matrix *z = gsl_matrix_alloc(c->options.draws, target_of(c)->dim);
  gsl_rng *rng = mg_stream_alloc(c->options.seed, "inference/moments", 0);
  int status = z && rng ? mg_guide_sample(m->guide, rng, z)
                        : mg_fail(GSL_ENOMEM, "no memory for draws");
  if (status == GSL_SUCCESS)
    mg_unconstrained_z(&c->free, z, z);
  for (size_t i = 0; status == GSL_SUCCESS && i < z->size2; i++) {
    mg_tally tally;
    mg_tally_values(z->size1, z->data + i, z->tda, &tally);
    gsl_vector_set(e->mean, i, tally.mean);
    gsl_vector_set(e->sd, i, tally.std_error * sqrt((double)z->size1));
  }
  gsl_matrix_free(z);
  gsl_rng_free(rng);
  return status;
}

static bool all_real(const mg_target *target) {
  for (size_t i = 0; i < target->dim; i++)
    if (mg_target_support(target, i) != MG_SUPPORT_REAL)
      return false;
  return true;
}

static int find_moments(mg_inference *c, method *m) {
  const size_t dim = target_of(c)->dim;
  int status = make_moments(c, &m->out);
  if (status != GSL_SUCCESS)
    return status;
  if (is_full(m) && !all_real(target_of(c)))
    return find_moments_by_draws(c, m);
  gsl_matrix *covariance = gsl_matrix_alloc(dim, dim);
  status = covariance ? mg_guide_moments(m->guide, m->out.mean, covariance)
                      : mg_fail(GSL_ENOMEM, "no memory for moments");
  if (status == GSL_SUCCESS)
    set_sd(covariance, m->out.sd);
  gsl_matrix_free(covariance);
  return status;
}

static int end_climb(mg_inference *c, method *m) {
  const mg_marginal_options options = {.draws = c->options.draws,
                                       .threads = c->options.threads};
  const mg_bbvi_report *last = mg_bbvi_last(c->climb);
  char variance[MG_NUMBER_SIZE];
  mg_print_real(last->variance, 3, variance, sizeof variance);
  snprintf(m->out.note, sizeof m->out.note,
           "%zu iterations, variance of one gradient %s", last->iteration,
           variance);
  m->out.done = true;
  const int status = mg_marginal_of(
      climbed(c, m), m->guide, MG_MARGINAL_ELBO, &options,
      mg_stream_seed(c->options.seed, "inference/elbo", 0), &m->out.evidence);
  return status == GSL_SUCCESS ? find_moments(c, m) : status;
}

static int turn_climb(mg_inference *c) {
  method *m = &c->list[c->present];
  int status = c->climb ? GSL_SUCCESS : begin_climb(c, m);
  for (int i = 0; status == GSL_SUCCESS && i < TURN; i++) {
    status = mg_bbvi_iterate(c->climb);
    if (status == GSL_SUCCESS && mg_bbvi_test(c->climb) == GSL_SUCCESS)
      return end_climb(c, m);
  }
  return status;
}

/* ---- evidence by draws ---- */

double mg_inference_floor(const mg_inference_entry *e) {
  return e->evidence.value - 2 * e->evidence.std_error;
}

/* The guide of the highest bound; NULL when none was fitted. */
static const method *best_guide(const mg_inference *c) {
  const method *best = NULL;
  for (size_t i = 0; i < c->n; i++) {
    const method *m = &c->list[i];
    if (m->guide && m->out.done && !m->out.failed &&
        (!best || mg_inference_floor(&m->out) > mg_inference_floor(&best->out)))
      best = m;
  }
  return best;
}

/* Where the draws came from, and what no column tells. */
static void note_base(mg_inference_entry *e, const char *base) {
  char own[sizeof e->evidence.note] = "";
  if (e->evidence.heavy || e->evidence.claim == MG_ESTIMATE)
    memcpy(own, e->evidence.note, sizeof own);
  snprintf(e->note, sizeof e->note, "from %s%s%s", base, *own ? "; " : "", own);
}

/* Weights tell nothing of where their draws never were: a truth, or another
 * estimate, that lies many errors above does. */
static void hold_against(mg_inference_entry *e, const mg_inference_entry *by) {
  const double error = hypot(e->evidence.std_error, by->evidence.std_error);
  const double above = (by->evidence.value - e->evidence.value) / error;
  const size_t used = strlen(e->note);
  if (by->evidence.n > 0 && by->done && !by->failed && above > FAR)
    snprintf(e->note + used, sizeof e->note - used,
             "; misses mass: %s is %.0f errors above", by->name, above);
}

/* Estimates by weights against what is exact, else against annealing. */
static void hold_estimates(mg_inference *c) {
  const method *exact = &c->list[0], *ais = &c->list[c->present];
  const bool known = exact->out.evidence.claim == MG_EXACT;
  for (size_t i = 0; i <= c->present; i++)
    if (strcmp(c->list[i].out.kind, "draws") == 0 &&
        c->list[i].which == MG_MARGINAL_IMPORTANCE)
      hold_against(&c->list[i].out, known ? &exact->out : &ais->out);
}

static int turn_marginal(mg_inference *c) {
  method *m = &c->list[c->present];
  const mg_marginal which = (mg_marginal)m->which;
  const bool prior = target_of(c)->sample_prior && target_of(c)->log_prior;
  const bool guided = which == MG_MARGINAL_IMPORTANCE
                          ? strcmp(m->out.name, "importance") == 0
                          : !prior;
  const method *from = guided ? best_guide(c) : NULL;
  mg_marginal_options options = mg_marginal_options_default(which);
  options.threads = c->options.threads;
  if (which == MG_MARGINAL_IMPORTANCE)
    options.draws = c->options.draws;
  m->out.done = true;
  if (guided && !from)
    return mg_fail(GSL_EUNSUP, "no guide was fitted to draw from");
  const int status = mg_marginal_of(
      from ? climbed(c, from) : target_of(c), from ? from->guide : NULL, which,
      &options, mg_stream_seed(c->options.seed, "inference/marginal", 0),
      &m->out.evidence);
  if (status == GSL_SUCCESS)
    note_base(&m->out, from ? from->out.name : "the prior");
  if (status == GSL_SUCCESS && which == MG_MARGINAL_AIS)
    hold_estimates(c);
  return status;
}

/* ---- chains ---- */

static int begin_chains(mg_inference *c) {
  const int status = need_free(c);
  if (status != GSL_SUCCESS)
    return status;
  c->options.hmc.move = MG_MCMC_HMC;
  c->chains =
      mg_mcmc_alloc(&c->free.target, &c->options.hmc,
                    mg_stream_seed(c->options.seed, "inference/hmc", 0));
  return c->chains ? GSL_SUCCESS : GSL_EFAILED;
}

static void note_chains(const mg_inference *c, mg_inference_entry *e) {
  const size_t lost = mg_mcmc_last(c->chains)->diverged;
  double rhat = 0, ess = INFINITY;
  char worst[MG_NUMBER_SIZE], least[MG_NUMBER_SIZE], diverged[80] = "";
  if (lost)
    snprintf(diverged, sizeof diverged, ", %zu moves diverged", lost);
  for (size_t i = 0; i < target_of(c)->dim; i++) {
    rhat = fmax(rhat, e->chains[i].rhat);
    ess = fmin(ess, fmin(e->chains[i].bulk_ess, e->chains[i].tail_ess));
  }
  mg_print_real(rhat, 4, worst, sizeof worst);
  mg_print_real(ess, 3, least, sizeof least);
  snprintf(e->note, sizeof e->note,
           "%zu chain%s of %zu draws, R-hat at most %s%s, ESS at least %s%s",
           c->options.hmc.chains, c->options.hmc.chains == 1 ? "" : "s",
           c->options.hmc.draws, worst,
           rhat > MG_RHAT_MOST ? " (chains differ: do not trust it)" : "",
           least, diverged);
}

static int end_chains(mg_inference *c, mg_inference_entry *e) {
  const gsl_matrix *u = mg_mcmc_draws(c->chains);
  gsl_matrix *z = gsl_matrix_alloc(u->size1, u->size2);
  e->chains = calloc(u->size2, sizeof *e->chains);
  e->done = true;
  int status = z && e->chains ? make_moments(c, e)
                              : mg_fail(GSL_ENOMEM, "no memory for moments");
  if (status == GSL_SUCCESS) {
    mg_unconstrained_z(&c->free, u, z);
    status = mg_convergence_columns(c->options.hmc.chains, z, e->chains);
  }
  for (size_t i = 0; status == GSL_SUCCESS && i < u->size2; i++) {
    gsl_vector_set(e->mean, i, e->chains[i].mean);
    gsl_vector_set(e->sd, i, e->chains[i].sd);
  }
  if (status == GSL_SUCCESS)
    note_chains(c, e);
  gsl_matrix_free(z);
  return status;
}

static int turn_chains(mg_inference *c) {
  int status = c->chains ? GSL_SUCCESS : begin_chains(c);
  for (int i = 0; status == GSL_SUCCESS && i < TURN; i++) {
    if (mg_mcmc_test(c->chains) == GSL_SUCCESS)
      return end_chains(c, &c->list[c->present].out);
    status = mg_mcmc_iterate(c->chains);
  }
  return status;
}

/* ---- the list ---- */

static void add(mg_inference *c, const char *name, const char *kind,
                int (*turn)(mg_inference *c), int which) {
  c->list[c->n++] = (method){.out = {.name = name,
                                     .kind = kind,
                                     .evidence = {.std_error = NAN,
                                                  .claim = MG_NO_CLAIM,
                                                  .pareto_k = NAN}},
                             .turn = turn,
                             .which = which};
}

static const char *const bbvi_names[MG_ESTIMATORS] = {
    "bbvi score",
    "bbvi baseline",
    "bbvi control",
    "bbvi rao-blackwell",
    "bbvi rao-blackwell-control",
    "bbvi pathwise",
    "bbvi sticking"};

static void add_all(mg_inference *c) {
  if (c->p->type->log_evidence || c->p->type->moments)
    add(c, "exact", "exact", turn_exact, 0);
  for (int i = 0; i < MG_ESTIMATORS; i++)
    add(c, bbvi_names[i], "mean-field", turn_climb, i);
  add(c, "full rank", "full rank", turn_climb, MG_ESTIMATORS);
  add(c, "naive", "draws", turn_marginal, MG_MARGINAL_IMPORTANCE);
  add(c, "importance", "draws", turn_marginal, MG_MARGINAL_IMPORTANCE);
  add(c, "ais", "draws", turn_marginal, MG_MARGINAL_AIS);
  add(c, "ti", "draws", turn_marginal, MG_MARGINAL_TI);
  add(c, "hmc", "draws", turn_chains, 0);
}

mg_inference *mg_inference_alloc(const mg_posterior *p,
                                 const mg_inference_options *options) {
  if (mg_option_check(mg_bbvi_option_table, &options->bbvi) != GSL_SUCCESS ||
      mg_option_check(mg_mcmc_option_table, &options->hmc) != GSL_SUCCESS)
    return NULL;
  mg_inference *c = calloc(1, sizeof *c);
  if (!c) {
    mg_fail(GSL_ENOMEM, "no memory for a comparison");
    return NULL;
  }
  c->p = p;
  c->options = *options;
  add_all(c);
  return c;
}

/* Forgets the work of the method at hand. */
static void leave(mg_inference *c) {
  mg_bbvi_free(c->climb);
  mg_mcmc_free(c->chains);
  c->climb = NULL;
  c->chains = NULL;
}

void mg_inference_free(mg_inference *c) {
  if (!c)
    return;
  leave(c);
  for (size_t i = 0; i < c->n; i++) {
    gsl_vector_free(c->list[i].out.mean);
    gsl_vector_free(c->list[i].out.sd);
    free(c->list[i].out.chains);
    mg_guide_free(c->list[i].guide);
  }
  mg_unconstrained_clear(&c->free);
  free(c);
}

int mg_inference_test(const mg_inference *c) {
  return c->present < c->n ? GSL_CONTINUE : GSL_SUCCESS;
}

int mg_inference_iterate(mg_inference *c) {
  if (c->present == c->n)
    return GSL_SUCCESS;
  method *m = &c->list[c->present];
  c->last = c->present;
  const int status = m->turn(c);
  if (status == GSL_ENOMEM)
    return status;
  if (status != GSL_SUCCESS) {
    m->out.done = m->out.failed = true;
    m->out.evidence =
        (mg_evidence){.std_error = NAN, .claim = MG_NO_CLAIM, .pareto_k = NAN};
    snprintf(m->out.note, sizeof m->out.note, "%s", mg_status_text(status));
  }
  if (m->out.done) {
    leave(c);
    c->present++;
  }
  return GSL_SUCCESS;
}

void mg_inference_spend(mg_inference *c, double seconds) {
  c->list[c->last].out.seconds += seconds;
}

size_t mg_inference_count(const mg_inference *c) {
  return c->n;
}

const mg_inference_entry *mg_inference_get(const mg_inference *c, size_t i) {
  return i < c->n ? &c->list[i].out : NULL;
}

size_t mg_inference_present(const mg_inference *c) {
  return c->present;
}

const mg_posterior *mg_inference_posterior(const mg_inference *c) {
  return c->p;
}

double mg_inference_progress(const mg_inference *c, double *elbo) {
  *elbo = NAN;
  if (c->climb) {
    const mg_bbvi_report *last = mg_bbvi_last(c->climb);
    if (last->iteration)
      *elbo = last->elbo;
    return (double)last->iteration / (double)c->options.bbvi.iterations;
  }
  if (c->chains)
    return (double)mg_mcmc_last(c->chains)->iteration /
           (double)(c->options.hmc.warmup +
                    c->options.hmc.draws * c->options.hmc.thin);
  return 0;
}
