/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tests of samplers, tested: p-values by enumeration, moves that are right
 * pass, moves with a fault such as is made do not. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/calibration.h"
#include "infer/transform.h"
#include "normal_target.h"
#include "targets/coin.h"
#include "targets/gaussian.h"
#include "targets/mean.h"
#include "targets/named.h"
#include "targets/regression.h"

#define ALARM 1e-9

enum { WALKERS = 6000, FEW = 1500 };

/* ---- p-values ---- */

Test(calibration, p_values_by_hand) {
  static const size_t one_side[] = {10, 0}, even[] = {5, 5, 5, 5};
  const double p = mg_calibration_p_value(2, one_side);
  cr_expect(fabs(p - 3 * 2 * pow(2, -10)) < 1e-12, "10 of 10: %g", p);
  cr_expect_eq(mg_calibration_p_value(4, even), 1, "as even as can be");
}

/* All counts of 24 ranks in 3 places: p of a or less comes with a probability
 * of a at most, for every a. */
Test(calibration, p_values_keep_their_promise) {
  enum { N = 24 };
  double p[(N + 1) * (N + 2) / 2], mass[(N + 1) * (N + 2) / 2], all = 0;
  const double share[] = {1.0 / 3, 1.0 / 3, 1.0 / 3};
  size_t outcomes = 0;
  for (unsigned a = 0; a <= N; a++)
    for (unsigned b = 0; a + b <= N; b++, outcomes++) {
      const unsigned n[] = {a, b, N - a - b};
      const size_t count[] = {a, b, N - a - b};
      p[outcomes] = mg_calibration_p_value(3, count);
      mass[outcomes] = gsl_ran_multinomial_pdf(3, share, n);
      all += mass[outcomes];
    }
  cr_assert(fabs(all - 1) < 1e-12, "masses add to %.15f", all);
  for (size_t i = 0; i < outcomes; i++) {
    double below = 0;
    for (size_t j = 0; j < outcomes; j++)
      below += p[j] <= p[i] ? mass[j] : 0;
    cr_expect(below <= p[i] * (1 + 1e-9), "p %g comes with %g", p[i], below);
  }
}

/* ---- moves that are right ---- */

static void expect_verdict(const mg_kernel *kernel, const mg_target *law,
                           size_t walkers, bool right, const char *what) {
  const mg_rank_options o = {.walkers = walkers, .places = 6, .moves = 4};
  mg_calibration c = {.count = NULL};
  cr_assert_eq(mg_calibration_ranks(kernel, law, &o, 3, &c), GSL_SUCCESS,
               "%s: %s", what, mg_reason());
  cr_expect(c.n == walkers && c.places == 6 && c.statistics == law->dim + 1,
            "%s: %zu ranks", what, c.n);
  if (right)
    cr_expect(c.least > ALARM, "%s: p %g, of statistic %zu", what, c.least,
              c.worst);
  else
    cr_expect(c.least < ALARM, "%s: a fault that is not found, p %g", what,
              c.least);
  mg_calibration_clear(&c);
}

static void expect_chains_right(const mg_target *law, mg_mcmc_move move,
                                double step) {
  mg_mcmc_options o = mg_mcmc_options_default();
  o.move = move;
  o.chains = WALKERS;
  o.warmup = 0;
  o.draws = 1;
  o.leaps = 3;
  o.step = step;
  mg_mcmc *m = mg_mcmc_alloc(law, &o, 1);
  char what[80];
  cr_assert_not_null(m, "%s", mg_reason());
  const mg_kernel kernel = mg_kernel_of(m);
  snprintf(what, sizeof what, "%s on %s, step %g", kernel.name, law->name,
           step);
  expect_verdict(&kernel, law, WALKERS, true, what);
  mg_mcmc_free(m);
}

/* The posterior as a law to draw from, in the coordinates of its target. */
static mg_target law_of(const mg_posterior *p) {
  mg_target law = p->target;
  law.sample_prior = p->type->sample;
  return law;
}

Test(calibration, moves_leave_their_law_as_it_is) {
  const mg_gaussian_options o = {.dim = 3, .rho = 0.8, .mean = 1, .sd = 2};
  mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, &o);
  cr_assert_not_null(p, "%s", mg_reason());
  const mg_target law = law_of(p);
  expect_chains_right(&law, MG_MCMC_METROPOLIS, 0.5);
  expect_chains_right(&law, MG_MCMC_METROPOLIS, 5);
  expect_chains_right(&law, MG_MCMC_HMC, 0.4);
  expect_chains_right(&law, MG_MCMC_HMC, 1.6);
  expect_chains_right(&law, MG_MCMC_GIBBS, 1);
  mg_posterior_free(p);
}

Test(calibration, so_do_moves_behind_a_transform) {
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, NULL);
  mg_unconstrained over = {.inner = NULL};
  cr_assert_not_null(p, "%s", mg_reason());
  const mg_target law = law_of(p);
  cr_assert_eq(mg_unconstrained_init(&over, &law, NULL), GSL_SUCCESS, "%s",
               mg_reason());
  expect_chains_right(&over.target, MG_MCMC_METROPOLIS, 0.8);
  expect_chains_right(&over.target, MG_MCMC_HMC, 0.8);
  mg_unconstrained_clear(&over);
  mg_posterior_free(p);
}

/* Every posterior that can be drawn from, by every move that it has, warmed up
 * and then frozen: exact draws, density, gradient and sweep agree. */
static void expect_posterior_right(const mg_posterior *p, mg_mcmc_move move) {
  const mg_target law = law_of(p);
  mg_unconstrained over = {.inner = NULL};
  mg_mcmc_options o = mg_mcmc_options_default();
  char what[80];
  cr_assert_eq(mg_unconstrained_init(&over, &law, NULL), GSL_SUCCESS, "%s: %s",
               law.name, mg_reason());
  const mg_target *on = move == MG_MCMC_GIBBS ? &law : &over.target;
  o.move = move;
  o.chains = FEW;
  o.warmup = 40;
  o.draws = 1;
  o.leaps = 3;
  mg_mcmc *m = mg_mcmc_alloc(on, &o, 1);
  cr_assert_not_null(m, "%s: %s", law.name, mg_reason());
  cr_assert_eq(mg_mcmc_run(m), GSL_SUCCESS, "%s: %s", law.name, mg_reason());
  const mg_kernel kernel = mg_kernel_of(m);
  snprintf(what, sizeof what, "%s on %s", kernel.name, law.name);
  expect_verdict(&kernel, on, FEW, true, what);
  mg_mcmc_free(m);
  mg_unconstrained_clear(&over);
}

Test(calibration, moves_are_right_on_every_posterior) {
  size_t tried = 0;
  for (size_t i = 0; mg_posteriors[i]; i++) {
    mg_posterior *p = mg_posterior_alloc(mg_posteriors[i], NULL);
    cr_assert_not_null(p, "%s", mg_reason());
    for (int move = 0; p->type->sample && move < MG_MCMC_MOVES; move++)
      if (move != MG_MCMC_GIBBS || p->target.gibbs) {
        expect_posterior_right(p, (mg_mcmc_move)move);
        tried++;
      }
    mg_posterior_free(p);
  }
  cr_expect(tried >= 15, "%zu of posteriors and moves", tried);
}

/* A step that no move survives: ties, all of them. */
static int stay(void *self, gsl_matrix *z) {
  (void)self, (void)z;
  return GSL_SUCCESS;
}

static int draw_normal(const void *self, gsl_rng *rng, gsl_matrix *z) {
  return normal_gibbs(self, rng, z);
}

/* N(x / 2, I / 2), its own base. */
static mg_target normal_law(size_t dim) {
  mg_target law = normal_target(dim);
  law.sample_prior = draw_normal;
  return law;
}

Test(calibration, to_stay_is_right) {
  const mg_target law = normal_law(1);
  const mg_kernel kernel = {.name = "stay", .reversible = true, .move = stay};
  expect_verdict(&kernel, &law, WALKERS, true, "to stay");
}

/* ---- faults ---- */

typedef struct {
  gsl_rng *rng;
  const mg_target *law;
} faulty;

/* A step of Langevin's that nobody asks to be accepted. */
static int unadjusted(void *self, gsl_matrix *z) {
  faulty *f = self;
  gsl_matrix *dz = gsl_matrix_alloc(z->size1, z->size2);
  gsl_vector *log_p = gsl_vector_alloc(z->size1);
  const double step = 0.7;
  f->law->log_density(f->law->self, z, log_p, dz);
  for (size_t n = 0; n < z->size1; n++)
    for (size_t i = 0; i < z->size2; i++)
      *gsl_matrix_ptr(z, n, i) += step * step / 2 * gsl_matrix_get(dz, n, i) +
                                  gsl_ran_gaussian(f->rng, step);
  gsl_vector_free(log_p);
  gsl_matrix_free(dz);
  return GSL_SUCCESS;
}

/* A random walk on the line whose proposal, z times a factor, is likelier one
 * way than the other, which is forgotten. */
static int lopsided(void *self, gsl_matrix *z) {
  faulty *f = self;
  for (size_t n = 0; n < z->size1; n++) {
    const double old = gsl_matrix_get(z, n, 0);
    const double new = old *exp(gsl_ran_gaussian(f->rng, 0.7));
    const double gain = (old - 0.5) * (old - 0.5) - (new - 0.5) * (new - 0.5);
    if (gsl_rng_uniform(f->rng) < exp(gain))
      gsl_matrix_set(z, n, 0, new);
  }
  return GSL_SUCCESS;
}

/* A sweep whose conditionals are a tenth too wide. */
static int wide_sweep(void *self, gsl_matrix *z) {
  faulty *f = self;
  for (size_t n = 0; n < z->size1; n++)
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(z, n, i,
                     (double)(i + 1) / 2 +
                         gsl_ran_gaussian(f->rng, 1.1 * sqrt(0.5)));
  return GSL_SUCCESS;
}

Test(calibration, faults_are_found) {
  const mg_target one = normal_law(1), two = normal_law(2);
  faulty f = {.rng = mg_stream_alloc(1, "test/faulty", 0), .law = &one};
  mg_kernel kernel = {
      .name = "unadjusted", .reversible = true, .self = &f, .move = unadjusted};
  expect_verdict(&kernel, &one, WALKERS, false, "unadjusted");
  kernel.move = lopsided;
  expect_verdict(&kernel, &one, WALKERS, false, "lopsided");
  kernel.move = wide_sweep;
  kernel.reversible = false;
  expect_verdict(&kernel, &two, WALKERS, false, "a wide sweep");
  gsl_rng_free(f.rng);
}

/* The Jacobian of a transform, forgotten: chains are right for another law. */
static int without_slope(const void *self, const gsl_matrix *u,
                         gsl_vector *log_p, gsl_matrix *dz) {
  const mg_unconstrained *over = self;
  (void)dz;
  gsl_matrix *z = gsl_matrix_alloc(u->size1, u->size2);
  mg_unconstrained_z(over, u, z);
  const int status =
      over->inner->log_density(over->inner->self, z, log_p, NULL);
  gsl_matrix_free(z);
  return status;
}

Test(calibration, a_forgotten_jacobian_is_found) {
  const mg_coin_options throws = {.heads = 1, .tails = 0, .prior = 1};
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, &throws);
  mg_unconstrained over = {.inner = NULL};
  mg_mcmc_options o = mg_mcmc_options_default();
  cr_assert_not_null(p, "%s", mg_reason());
  const mg_target law = law_of(p);
  mg_unconstrained_init(&over, &law, NULL);
  const mg_target forgetful = {.name = "forgetful",
                               .self = &over,
                               .dim = 1,
                               .log_density = without_slope};
  o.move = MG_MCMC_METROPOLIS;
  o.chains = WALKERS;
  o.warmup = 0;
  o.draws = 1;
  o.step = 1.5;
  mg_mcmc *m = mg_mcmc_alloc(&forgetful, &o, 1);
  cr_assert_not_null(m, "%s", mg_reason());
  const mg_kernel kernel = mg_kernel_of(m);
  expect_verdict(&kernel, &over.target, WALKERS, false, "no Jacobian");
  mg_mcmc_free(m);
  mg_unconstrained_clear(&over);
  mg_posterior_free(p);
}

/* ---- whole runs ---- */

static mg_simulated_options runs(mg_mcmc_move move) {
  mg_simulated_options how = {.replicates = 600,
                              .mcmc = mg_mcmc_options_default()};
  how.mcmc.move = move;
  how.mcmc.chains = 1;
  how.mcmc.warmup = 150;
  how.mcmc.draws = 9;
  how.mcmc.leaps = 5;
  how.mcmc.thin = move == MG_MCMC_METROPOLIS ? 30 : 4;
  return how;
}

static void expect_calibrated(const mg_posterior_type *type,
                              const void *options, mg_mcmc_move move,
                              bool right) {
  const mg_simulated_options how = runs(move);
  mg_calibration c = {.count = NULL};
  cr_assert_eq(mg_calibration_simulated(type, options, &how, 1, &c),
               GSL_SUCCESS, "%s: %s", type->name, mg_reason());
  cr_expect(c.n == 600 && c.places == 10, "%zu ranks", c.n);
  cr_expect((c.least > ALARM) == right, "%s by %s: p %g of statistic %zu",
            type->name, mg_mcmc_types[move].name, c.least, c.worst);
  mg_calibration_clear(&c);
}

Test(calibration, runs_on_conjugate_targets_are_calibrated) {
  expect_calibrated(&mg_coin_type, NULL, MG_MCMC_HMC, true);
  expect_calibrated(&mg_coin_type, NULL, MG_MCMC_METROPOLIS, true);
  expect_calibrated(&mg_mean_type, NULL, MG_MCMC_HMC, true);
  expect_calibrated(&mg_regression_type, NULL, MG_MCMC_HMC, true);
  expect_calibrated(&mg_regression_type, NULL, MG_MCMC_GIBBS, true);
}

/* Coins that are thrown from another z than they say. */
static int cheat(void *self, gsl_rng *rng, const gsl_vector *z) {
  gsl_vector *other = gsl_vector_alloc(1);
  gsl_vector_set(other, 0, pow(gsl_vector_get(z, 0), 1.5));
  const int status = mg_coin_type.simulate(self, rng, other);
  gsl_vector_free(other);
  return status;
}

Test(calibration, a_simulator_that_cheats_is_found) {
  mg_posterior_type type = mg_coin_type;
  const mg_coin_options throws = {.heads = 50, .tails = 50, .prior = 2};
  type.name = "cheating coin";
  type.simulate = cheat;
  expect_calibrated(&type, &throws, MG_MCMC_HMC, false);
}

Test(calibration, threads_leave_no_trace) {
  mg_simulated_options how = runs(MG_MCMC_HMC);
  mg_calibration one = {.count = NULL}, two = {.count = NULL};
  how.replicates = 30;
  how.threads = 1;
  cr_assert_eq(mg_calibration_simulated(&mg_coin_type, NULL, &how, 1, &one),
               GSL_SUCCESS, "%s", mg_reason());
  how.threads = 2;
  mg_calibration_simulated(&mg_coin_type, NULL, &how, 1, &two);
  for (size_t s = 0; s < 2; s++)
    for (size_t r = 0; r < 10; r++)
      cr_expect_eq(mg_calibration_count(&one, s, r),
                   mg_calibration_count(&two, s, r), "rank %zu", r);
  mg_calibration_clear(&one);
  mg_calibration_clear(&two);
}

/* ---- refusals ---- */

Test(calibration, what_cannot_be_is_refused) {
  mg_target law = normal_law(1);
  const mg_kernel kernel = {.name = "stay", .reversible = true, .move = stay};
  mg_rank_options o = {.walkers = 10, .places = 1, .moves = 1};
  mg_simulated_options how = runs(MG_MCMC_HMC);
  mg_posterior_type type = mg_coin_type;
  mg_calibration c = {.count = NULL};
  cr_expect_eq(mg_calibration_ranks(&kernel, &law, &o, 1, &c), GSL_EINVAL,
               "1 place");
  o.places = 3;
  law.sample_prior = NULL;
  cr_expect_eq(mg_calibration_ranks(&kernel, &law, &o, 1, &c), GSL_EINVAL,
               "no draws");
  type.simulate = NULL;
  cr_expect_eq(mg_calibration_simulated(&type, NULL, &how, 1, &c), GSL_EUNSUP,
               "no simulator");
  const mg_coin_options no_prior = {.heads = 1};
  cr_expect_eq(mg_calibration_simulated(&mg_coin_type, &no_prior, &how, 1, &c),
               GSL_EINVAL, "a prior of shape 0");
  how.mcmc.draws = 0;
  cr_expect_eq(mg_calibration_simulated(&mg_coin_type, NULL, &how, 1, &c),
               GSL_EINVAL, "no draws");
  how.mcmc.draws = 9;
  how.mcmc.chains = 2;
  cr_expect_eq(mg_calibration_simulated(&mg_coin_type, NULL, &how, 1, &c),
               GSL_EINVAL, "2 chains");
  how = runs(MG_MCMC_GIBBS);
  cr_expect(mg_calibration_simulated(&mg_coin_type, NULL, &how, 1, &c) !=
                    GSL_SUCCESS &&
                strstr(mg_reason(), "replicate 1: ") &&
                strstr(mg_reason(), "conditionals"),
            "%s", mg_reason());
}
