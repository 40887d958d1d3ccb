/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about Monte Carlo: means over draws of z.
 *
 * A weight is w = p(x, z) / base(z), and its mean over draws from the base is
 * p(x).  Where the base is the prior the weight is the likelihood.  Estimates
 * come from eval/marginal; what stands here makes rows of them. */
#include "config.h"

#include "lesson/averages.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/status.h"
#include "dist/beta.h"
#include "dist/gaussian.h"
#include "eval/interval.h"
#include "eval/marginal.h"
#include "lesson/library.h"
#include "targets/mean.h"

enum { CURVE = 200, RUNNING = 400 };

/* ---- the prior's mean ---- */

/* Fills the likelihoods of draws from the prior. */
static int likelihoods(const mg_posterior *p, gsl_rng *rng, gsl_matrix *z,
                       gsl_vector *w) {
  gsl_vector *prior = gsl_vector_alloc(w->size);
  int status = prior ? p->target.sample_prior(p->self, rng, z) : GSL_ENOMEM;
  if (!status)
    status = p->target.log_density(p->self, z, w, NULL);
  if (!status)
    status = p->target.log_prior(p->self, z, prior, NULL);
  for (size_t s = 0; !status && s < w->size; s++)
    gsl_vector_set(w, s, exp(gsl_vector_get(w, s) - gsl_vector_get(prior, s)));
  gsl_vector_free(prior);
  return status;
}

static double mean_of(const gsl_vector *w, size_t n) {
  return gsl_stats_mean(w->data, w->stride, n);
}

/* All draws: the mean, its error, and how it got there. */
static int add_running(mg_lesson *lesson, const mg_posterior *p,
                       const gsl_vector *w) {
  mg_table *running = ROWS("running");
  mg_tally tally;
  double log_p;
  if (mg_posterior_log_evidence(p, &log_p))
    return GSL_EFAILED;
  mg_tally_values(w->size, w->data, w->stride, &tally);
  for (size_t i = 1; i <= RUNNING; i++) {
    const size_t n = (w->size - 1) * i / RUNNING + 1;
    MG_TABLE_LINE(running, "mean of the draws so far", (double)n,
                  mean_of(w, n));
  }
  MG_TABLE_LINE(running, "exact", 1, exp(log_p));
  MG_TABLE_LINE(running, "exact", (double)w->size, exp(log_p));
  return NUMBER("log_p", log_p, "nats") || NUMBER("p", tally.mean, NULL) ||
         NUMBER("p_error", tally.std_error, NULL) ||
         NUMBER("p_exact", exp(log_p), NULL) || mg_table_status(running);
}

int mg_lesson_average(mg_lesson *lesson, const mg_coin_options *coin,
                      size_t draws) {
  const size_t i = PIECE;
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, coin);
  gsl_rng *rng = mg_stream_alloc(SEED, "average/prior", 0);
  gsl_matrix *z = mg_board_matrix(BOARD, "z", draws, 1, NULL);
  gsl_vector *w = mg_board_vector(BOARD, "w", draws, NULL);
  int status = p && rng && z && w ? GSL_SUCCESS : GSL_ENOMEM;
  if (!status)
    status = likelihoods(p, rng, z, w);
  if (!status && i < MG_LESSON_LOOKS && i < draws)
    status = MG_TABLE_LINE(ROWS("looks"), NULL, (double)(i + 1),
                           gsl_matrix_get(z, i, 0), gsl_vector_get(w, i),
                           mean_of(w, i + 1))
                 ? GSL_ENOMEM
                 : GSL_CONTINUE;
  else if (!status)
    status = add_running(lesson, p, w);
  mg_posterior_free(p);
  gsl_rng_free(rng);
  return status;
}

/* ---- many dimensions ---- */

/* E w^2 / (E w)^2 of one dimension: both are values of a Gaussian at x = 1.
 *   E w = N(1; 0, 1 + sd^2),  E w^2 = N(1; 0, 1 + sd^2/2) / (2 sd sqrt pi) */
static double second_moment(double sd, double log_p) {
  double log_second;
  if (mg_gaussian_log_density(1, 0, sqrt(1 + sd * sd / 2), &log_second))
    return NAN;
  return exp(log_second - 2 * log_p) / (2 * sd * sqrt(M_PI));
}

int mg_lesson_starve(mg_lesson *lesson, size_t dim, double sd, size_t draws) {
  const mg_mean_options cube = {
      .dim = dim, .data = 1, .value = 1, .sd = sd, .prior_sd = 1};
  mg_posterior *p = mg_posterior_alloc(&mg_mean_type, &cube);
  mg_marginal_options o = mg_marginal_options_default(MG_MARGINAL_IMPORTANCE);
  double exact = 0;
  mg_evidence e = {.value = 0};
  o.draws = draws;
  int status = p ? mg_posterior_log_evidence(p, &exact) : GSL_ENOMEM;
  if (!status)
    status =
        mg_marginal_of(&p->target, NULL, MG_MARGINAL_IMPORTANCE, &o, SEED, &e);
  mg_posterior_free(p);
  if (status)
    return status;
  const double ratio = second_moment(sd, exact / (double)dim);
  const double needed = 100 * expm1((double)dim * log(ratio));
  return MG_TABLE_LINE(ROWS("starving"), NULL, (double)dim, exact, e.value,
                       exact - e.value, e.ess, e.pareto_k, needed);
}

/* ---- other places to draw from ---- */

static mg_guide *beta_of(const mg_posterior *p, double a, double b) {
  mg_guide *q = mg_guide_mean_field(&p->target, NULL);
  if (!q)
    return NULL;
  gsl_vector_set(q->lambda, 0, log(a));
  gsl_vector_set(q->lambda, 1, log(b));
  return q;
}

static int add_density(mg_lesson *lesson, const char *name, double a,
                       double b) {
  for (size_t i = 1; i < CURVE; i++) {
    const double z = (double)i / CURVE;
    double log_q;
    if (mg_beta_log_density(z, a, b, &log_q))
      return GSL_EDOM;
    MG_TABLE_LINE(ROWS("guesses"), name, z, exp(log_q));
  }
  return mg_table_status(ROWS("guesses"));
}

int mg_lesson_propose(mg_lesson *lesson, const mg_coin_options *coin,
                      const char *name, double a, double b, size_t draws) {
  mg_marginal_options o = mg_marginal_options_default(MG_MARGINAL_IMPORTANCE);
  mg_table *rows = ROWS("proposals");
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, coin);
  mg_guide *q = p ? beta_of(p, a, b) : NULL;
  mg_evidence e;
  o.draws = draws;
  int status =
      q ? mg_marginal_of(&p->target, q, MG_MARGINAL_IMPORTANCE, &o, SEED, &e)
        : GSL_ENOMEM;
  if (!status) {
    mg_table_row(rows);
    mg_table_text(rows, name);
    mg_table_real(rows, a);
    mg_table_real(rows, b);
    mg_table_text(rows, mg_claim_sign(e.claim));
    mg_table_real(rows, e.value);
    mg_table_real(rows, e.std_error);
    mg_table_real(rows, e.ess);
    mg_table_real(rows, e.pareto_k);
    status = mg_table_status(rows);
  }
  mg_guide_free(q);
  mg_posterior_free(p);
  return status ? status : add_density(lesson, name, a, b);
}

int mg_lesson_intervals(mg_lesson *lesson, const mg_coin_options *coin,
                        const char *name, double a, double b, size_t draws,
                        size_t trials) {
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, coin);
  mg_guide *q = p ? beta_of(p, a, b) : NULL;
  const double share = 1 / (double)trials;
  mg_interval_count c;
  double log_p;
  int status = q ? mg_posterior_log_evidence(p, &log_p) : GSL_ENOMEM;
  if (!status)
    status = mg_interval_of(&p->target, q, log_p, draws, trials, SEED, 0, &c);
  mg_guide_free(q);
  mg_posterior_free(p);
  if (status)
    return status;
  return MG_TABLE_LINE(ROWS("shares"), name, (double)draws,
                       share * (double)c.held) ||
         MG_TABLE_LINE(ROWS("intervals"), name, (double)draws,
                       share * (double)c.held, share * (double)c.below,
                       share * (double)c.told, c.pareto_k);
}

/* ---- learning wants the posterior ---- */

/* d log Beta(z; a, a) / da, of which the posterior's mean is the gradient. */
static int scores(double a, const gsl_matrix *z, double *score) {
  int status = GSL_SUCCESS;
  for (size_t s = 0; !status && s < z->size1; s++) {
    double of_a, of_b;
    status = mg_beta_score(gsl_matrix_get(z, s, 0), a, a, &of_a, &of_b);
    score[s] = of_a + of_b;
  }
  return status;
}

/* d log B(a + h, a + t) / B(a, a) / da. */
static double exact_gradient(const mg_coin_options *c, double a) {
  const double h = (double)c->heads, t = (double)c->tails;
  return gsl_sf_psi(a + h) + gsl_sf_psi(a + t) - 2 * gsl_sf_psi(2 * a + h + t) -
         2 * gsl_sf_psi(a) + 2 * gsl_sf_psi(2 * a);
}

int mg_lesson_learn_prior(mg_lesson *lesson, const mg_coin_options *coin,
                          double *a, double rate, size_t draws) {
  const mg_coin_options here = {coin->heads, coin->tails, *a};
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, &here);
  gsl_rng *rng = RNG("posterior");
  gsl_matrix *z = mg_board_matrix(BOARD, "z", draws, 1, NULL);
  gsl_vector *score = mg_board_vector(BOARD, "score", draws, NULL);
  int status = p && rng && z && score ? GSL_SUCCESS : GSL_ENOMEM;
  mg_tally tally = {.n = 0};
  double log_p = 0;
  if (!status)
    status = mg_posterior_sample(p, rng, z);
  if (!status)
    status = scores(*a, z, score->data);
  if (!status)
    status = mg_posterior_log_evidence(p, &log_p);
  mg_posterior_free(p);
  if (status)
    return status;
  mg_tally_values(draws, score->data, 1, &tally);
  status =
      MG_TABLE_LINE(ROWS("climb"), NULL, (double)(PIECE + 1), *a, tally.mean,
                    tally.std_error, exact_gradient(coin, *a), log_p);
  *a *= exp(rate * *a * tally.mean);
  return status;
}

int mg_lesson_hill(mg_lesson *lesson, const mg_coin_options *coin, double least,
                   double most) {
  double best = -INFINITY, at = NAN;
  for (size_t i = 0; i < CURVE; i++) {
    const double a = least * pow(most / least, (double)i / (CURVE - 1));
    const mg_coin_options here = {coin->heads, coin->tails, a};
    mg_posterior *p = mg_posterior_alloc(&mg_coin_type, &here);
    double log_p = 0;
    const int status = p ? mg_posterior_log_evidence(p, &log_p) : GSL_ENOMEM;
    mg_posterior_free(p);
    if (status)
      return status;
    MG_TABLE_LINE(ROWS("hill"), "log p(x; a), exact", a, log_p);
    at = log_p > best ? a : at;
    best = fmax(best, log_p);
  }
  return NUMBER("a_best", at, NULL) || mg_table_status(ROWS("hill"));
}
