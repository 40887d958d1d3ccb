/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains on targets whose answers are known: they get there, warm-up finds what
 * there is to find, and behind it nothing changes any more. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "eval/convergence.h"
#include "infer/mcmc.h"
#include "infer/transform.h"
#include "normal_target.h"
#include "targets/eight_schools.h"

static mg_mcmc *chains_on(const mg_target *target,
                          const mg_mcmc_options *options) {
  mg_mcmc *m = mg_mcmc_alloc(target, options, 1);
  cr_assert_not_null(m, "%s", mg_reason());
  return m;
}

/* ---- they get there ---- */

static void expect_moments(const mg_target *target, mg_mcmc *m, double sd,
                           const char *what) {
  mg_convergence c[8];
  cr_assert_eq(mg_convergence_columns(4, mg_mcmc_draws(m), c), GSL_SUCCESS,
               "%s: %s", what, mg_reason());
  for (size_t i = 0; i < target->dim; i++) {
    const double mean = (double)(i + 1) / 2;
    /* Of 60 seeds one has 1.012. */
    cr_expect(c[i].rhat < 1.05, "%s: R-hat %g", what, c[i].rhat);
    cr_expect(fabs(c[i].mean - mean) < 6.1 * c[i].std_error,
              "%s: mean %g +- %g, not %g", what, c[i].mean, c[i].std_error,
              mean);
    /* Of an ESS of n the sd has an error of sd / sqrt(2 n). */
    cr_expect(fabs(c[i].sd / sd - 1) < 6.1 / sqrt(2 * c[i].bulk_ess),
              "%s: sd %g, not %g", what, c[i].sd, sd);
    cr_expect(c[i].bulk_ess > 400, "%s: ess %g", what, c[i].bulk_ess);
  }
}

Test(mcmc, every_move_finds_the_posterior) {
  const mg_target target = normal_target(5);
  for (size_t move = 0; move < MG_MCMC_MOVES; move++) {
    mg_mcmc_options o = mg_mcmc_options_default();
    o.move = (mg_mcmc_move)move;
    o.thin = move == MG_MCMC_METROPOLIS ? 10 : 1;
    mg_mcmc *m = chains_on(&target, &o);
    cr_assert_eq(mg_mcmc_run(m), GSL_SUCCESS, "%s", mg_reason());
    const mg_mcmc_report *r = mg_mcmc_last(m);
    cr_expect_eq(r->iteration, 1000 + 1000 * o.thin, "%zu", r->iteration);
    cr_expect(r->kept == 1000 && r->diverged == 0, "%zu", r->diverged);
    expect_moments(&target, m, sqrt(0.5), mg_mcmc_types[move].name);
    mg_mcmc_free(m);
  }
}

/* Eight schools, non-centred: mu and tau against quadrature, the schools
 * themselves against posteriordb (Magnusson, Buerkner & Vehtari), whose means
 * have errors of 0.05. */
Test(mcmc, eight_schools_have_the_means_that_are_known) {
  static const double known[] = {6.1505, 4.9396, 3.9059, 4.7960,
                                 3.6144, 4.0511, 6.3172, 4.8840};
  mg_posterior *p = mg_posterior_alloc(&mg_eight_schools_type, NULL);
  mg_unconstrained over = {.inner = NULL};
  mg_mcmc_options o = mg_mcmc_options_default();
  cr_assert_not_null(p, "%s", mg_reason());
  cr_assert_eq(mg_unconstrained_init(&over, &p->target, NULL), GSL_SUCCESS,
               "%s", mg_reason());
  o.draws = 5000;
  mg_mcmc *m = chains_on(&over.target, &o);
  cr_assert_eq(mg_mcmc_run(m), GSL_SUCCESS, "%s", mg_reason());
  const gsl_matrix *u = mg_mcmc_draws(m);
  gsl_matrix *z = gsl_matrix_alloc(u->size1, u->size2);
  mg_convergence c[10];
  mg_unconstrained_z(&over, u, z);
  for (size_t s = 0; s < z->size1; s++)
    for (size_t j = 2; j < 10; j++)
      gsl_matrix_set(z, s, j,
                     gsl_matrix_get(z, s, 0) +
                         gsl_matrix_get(z, s, 1) * gsl_matrix_get(z, s, j));
  cr_assert_eq(mg_convergence_columns(4, z, c), GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < 10; i++) {
    const double truth = i == 0 ? 4.396820 : i == 1 ? 3.597710 : known[i - 2];
    const double error = hypot(c[i].std_error, i < 2 ? 0 : 0.05);
    cr_expect(fabs(c[i].mean - truth) < 6.1 * error, "%zu: %.4f +- %.4f, %g", i,
              c[i].mean, error, truth);
    cr_expect(c[i].rhat < MG_RHAT_MOST && c[i].std_error < 0.12,
              "%zu: R-hat %.4f, error %.4f", i, c[i].rhat, c[i].std_error);
  }
  cr_expect(mg_mcmc_last(m)->diverged < 100, "%zu of 20000 ran away",
            mg_mcmc_last(m)->diverged);
  gsl_matrix_free(z);
  mg_mcmc_free(m);
  mg_unconstrained_clear(&over);
  mg_posterior_free(p);
}

/* ---- warm-up ---- */

/* z_i ~ N(0, sd_i^2) of very different sd_i, without a prior to start from. */
static const double sds[] = {0.01, 1, 50};

static int log_scales(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                      gsl_matrix *dz) {
  (void)self;
  for (size_t n = 0; n < z->size1; n++) {
    double sum = 0;
    for (size_t i = 0; i < 3; i++) {
      const double u = gsl_matrix_get(z, n, i) / sds[i];
      sum -= 0.5 * u * u;
      if (dz)
        gsl_matrix_set(dz, n, i, -u / sds[i]);
    }
    gsl_vector_set(log_p, n, sum);
  }
  return GSL_SUCCESS;
}

static const mg_target scales = {
    .name = "scales", .dim = 3, .log_density = log_scales, .gradient = true};

Test(mcmc, warm_up_finds_units_and_the_step) {
  static const double aims[] = {0.234, 0.8};
  for (int move = 0; move < 2; move++) {
    mg_mcmc_options o = mg_mcmc_options_default();
    o.move = (mg_mcmc_move)move;
    o.warmup = 2000;
    mg_mcmc *m = chains_on(&scales, &o);
    while (!mg_mcmc_last(m)->warm)
      cr_assert_eq(mg_mcmc_iterate(m), GSL_SUCCESS, "%s", mg_reason());
    for (size_t i = 0; i < 3; i++) {
      const double unit = gsl_vector_get(mg_mcmc_units(m), i);
      cr_expect(0.5 < unit / sds[i] && unit / sds[i] < 2, "%s, unit %zu: %g",
                mg_mcmc_types[move].name, i, unit);
    }
    const double step = mg_mcmc_last(m)->step;
    gsl_vector *units = gsl_vector_alloc(3);
    gsl_vector_memcpy(units, mg_mcmc_units(m));
    cr_assert_eq(mg_mcmc_run(m), GSL_SUCCESS, "%s", mg_reason());
    cr_expect_eq(mg_mcmc_last(m)->step, step, "the step moves on");
    cr_expect(gsl_vector_equal(units, mg_mcmc_units(m)), "the units move on");
    const double accepted = mg_mcmc_last(m)->acceptance;
    cr_expect(fabs(accepted - aims[move]) < 0.08, "%s: accepted %g, aim %g",
              mg_mcmc_types[move].name, accepted, aims[move]);
    gsl_vector_free(units);
    mg_mcmc_free(m);
  }
}

Test(mcmc, without_warm_up_the_step_is_as_given) {
  const mg_target target = normal_target(2);
  mg_mcmc_options o = mg_mcmc_options_default();
  o.warmup = 0;
  o.draws = 7;
  o.step = 0.123;
  mg_mcmc *m = chains_on(&target, &o);
  cr_expect(mg_mcmc_last(m)->warm, "nothing to warm up");
  cr_expect(isnan(mg_mcmc_last(m)->acceptance), "of no move");
  cr_assert_eq(mg_mcmc_run(m), GSL_SUCCESS, "%s", mg_reason());
  cr_expect_eq(mg_mcmc_last(m)->step, 0.123, "step %g", mg_mcmc_last(m)->step);
  cr_expect_eq(gsl_vector_get(mg_mcmc_units(m), 1), 1, "unit");
  mg_mcmc_free(m);
}

/* ---- draws ---- */

Test(mcmc, draws_are_where_the_chains_were) {
  const mg_target target = normal_target(2);
  mg_mcmc_options o = mg_mcmc_options_default();
  o.warmup = 3;
  o.draws = 4;
  o.thin = 2;
  o.chains = 3;
  mg_mcmc *m = chains_on(&target, &o), *again = chains_on(&target, &o);
  size_t moves = 0;
  while (mg_mcmc_test(m) == GSL_CONTINUE) {
    cr_assert_eq(mg_mcmc_iterate(m), GSL_SUCCESS, "%s", mg_reason());
    const size_t kept = mg_mcmc_last(m)->kept;
    moves++;
    cr_expect_eq(kept, moves < 3 ? 0 : (moves - 3) / 2, "%zu kept", kept);
    for (size_t c = 0; kept > 0 && moves % 2 == 1 && c < 3; c++)
      cr_expect_eq(gsl_matrix_get(mg_mcmc_draws(m), c * 4 + kept - 1, 1),
                   gsl_matrix_get(mg_mcmc_z(m), c, 1), "chain %zu", c);
  }
  cr_expect_eq(moves, 11, "%zu moves", moves);
  mg_mcmc_run(again);
  cr_expect(gsl_matrix_equal(mg_mcmc_draws(m), mg_mcmc_draws(again)),
            "the same seed, other draws");
  mg_mcmc_free(m);
  mg_mcmc_free(again);
}

Test(mcmc, chains_are_put_where_wanted) {
  const mg_target target = normal_target(2);
  mg_mcmc_options o = mg_mcmc_options_default();
  gsl_matrix *z = gsl_matrix_alloc(4, 2), *wrong = gsl_matrix_alloc(3, 2);
  mg_mcmc *m = chains_on(&target, &o);
  gsl_matrix_set_all(z, 0.25);
  cr_expect_eq(mg_mcmc_set(m, z), GSL_SUCCESS, "%s", mg_reason());
  cr_expect(gsl_matrix_equal(mg_mcmc_z(m), z), "they are elsewhere");
  gsl_matrix_set(z, 2, 1, INFINITY);
  cr_expect_eq(mg_mcmc_set(m, z), GSL_EDOM, "infinity");
  cr_expect(strstr(mg_reason(), "(0.25, inf)"), "%s", mg_reason());
  cr_expect_eq(mg_mcmc_set(m, wrong), GSL_EBADLEN, "3 chains");
  mg_mcmc_free(m);
  gsl_matrix_free(z);
  gsl_matrix_free(wrong);
}

/* A step far too long loses every walker, and says so. */
Test(mcmc, what_runs_away_is_counted) {
  const mg_target target = normal_target(3);
  mg_mcmc_options o = mg_mcmc_options_default();
  o.warmup = 0;
  o.draws = 5;
  o.step = 100;
  mg_mcmc *m = chains_on(&target, &o);
  cr_assert_eq(mg_mcmc_run(m), GSL_SUCCESS, "%s", mg_reason());
  cr_expect_eq(mg_mcmc_last(m)->diverged, 20, "%zu", mg_mcmc_last(m)->diverged);
  cr_expect_eq(mg_mcmc_last(m)->acceptance, 0, "%g",
               mg_mcmc_last(m)->acceptance);
  mg_mcmc_free(m);
}

/* ---- starts ---- */

/* A density on z > 1 alone: of U(-2, 2) one in four. */
static int log_beyond(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                      gsl_matrix *dz) {
  const double *edge = self;
  (void)dz;
  for (size_t n = 0; n < z->size1; n++)
    gsl_vector_set(log_p, n,
                   gsl_matrix_get(z, n, 0) > *edge ? -gsl_matrix_get(z, n, 0)
                                                   : -INFINITY);
  return GSL_SUCCESS;
}

Test(mcmc, a_start_has_a_density) {
  double edge = 1;
  const mg_target beyond = {
      .name = "beyond", .self = &edge, .dim = 1, .log_density = log_beyond};
  mg_mcmc_options o = mg_mcmc_options_default();
  o.move = MG_MCMC_METROPOLIS;
  o.chains = 50;
  mg_mcmc *m = chains_on(&beyond, &o);
  for (size_t c = 0; c < 50; c++)
    cr_expect(gsl_matrix_get(mg_mcmc_z(m), c, 0) > 1, "chain %zu", c);
  mg_mcmc_free(m);
  edge = 3;
  cr_expect_null(mg_mcmc_alloc(&beyond, &o, 1), "nowhere");
  cr_expect(strstr(mg_reason(), "not finite at z = (") &&
                strstr(mg_reason(), "99 other places"),
            "%s", mg_reason());
}

/* ---- refusals ---- */

static void expect_refused(const mg_target *target, const mg_mcmc_options *o,
                           const char *reason) {
  cr_expect_null(mg_mcmc_alloc(target, o, 1), "not refused: %s", reason);
  cr_expect(strstr(mg_reason(), reason), "'%s' is not in '%s'", reason,
            mg_reason());
}

Test(mcmc, what_cannot_be_is_refused) {
  static const mg_support unit[] = {MG_SUPPORT_REAL, MG_SUPPORT_UNIT};
  mg_target target = normal_target(2);
  mg_mcmc_options o = mg_mcmc_options_default();
  o.chains = 0;
  expect_refused(&target, &o, "chains");
  o = mg_mcmc_options_default();
  target.gradient = false;
  expect_refused(&target, &o, "take metropolis");
  target.gradient = true;
  target.support = unit;
  expect_refused(&target, &o, "z[1] of normal does not lie");
  o.move = MG_MCMC_GIBBS;
  target.gibbs = NULL;
  expect_refused(&target, &o, "no conditionals");
}
