/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps to the real line: there and back, slopes by differences, far ends that
 * stay inside; and targets seen through them: the evidence stays, gradients,
 * factors, priors and Gibbs moves come along. */
#include <criterion/criterion.h>
#include <gsl/gsl_deriv.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "infer/transform.h"
#include "targets/coin.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(transform, .init = quiet);

/* ---- the maps ---- */

static double of_u(double u, void *f) {
  return (*(double (**)(double))f)(u);
}

static double slope_of(double (*f)(double), double u, double *error) {
  gsl_function function = {of_u, &f};
  double d;
  gsl_deriv_central(&function, u, 1e-3, &d, error);
  *error = 10 * *error + 1e-10 * (1 + fabs(d));
  return d;
}

Test(transform, maps_go_there_and_back) {
  static const double at[] = {-20, -3, -0.1, 0, 0.4, 2, 15};
  for (const mg_transform *t = mg_transforms; t->name; t++)
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
      const double u = at[k], z = t->forward(u), back = t->inverse(z);
      /* 1 - z has lost what u = 15 needs. */
      const double grain = 1e-14 * (1 + fabs(u)) + 4e-16 / t->slope(u);
      cr_expect(fabs(back - u) <= grain, "%s: %g comes back as %.17g", t->name,
                u, back);
    }
}

Test(transform, slopes_are_derivatives) {
  static const double at[] = {-8, -1, 0, 0.7, 5};
  for (const mg_transform *t = mg_transforms; t->name; t++)
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
      const double u = at[k];
      double error;
      double d = slope_of(t->forward, u, &error);
      cr_expect(fabs(d - t->slope(u)) <= error, "%s: slope %g, not %g", t->name,
                t->slope(u), d);
      cr_expect(fabs(log(t->slope(u)) - t->log_slope(u)) < 1e-13,
                "%s: log slope %g at %g", t->name, t->log_slope(u), u);
      d = slope_of(t->log_slope, u, &error);
      cr_expect(fabs(d - t->log_slope_slope(u)) <= error,
                "%s: slope of the log slope %g, not %g", t->name,
                t->log_slope_slope(u), d);
    }
}

Test(transform, far_ends_stay_inside) {
  for (const mg_transform *t = mg_transforms; t->name; t++)
    for (double u = -1e5; u <= 1e5; u += 2e5) {
      const double z = t->forward(u);
      cr_expect(isfinite(z) && isfinite(t->log_slope(u)), "%s at %g", t->name,
                u);
      cr_expect(t->support == MG_SUPPORT_REAL || z > 0, "%s at %g: %g", t->name,
                u, z);
      cr_expect(t->support != MG_SUPPORT_UNIT || z < 1, "%s at %g: 1", t->name,
                u);
    }
}

Test(transform, maps_have_names) {
  cr_expect_str_eq(mg_transform_of(MG_SUPPORT_REAL)->name, "identity");
  cr_expect_str_eq(mg_transform_of(MG_SUPPORT_POSITIVE)->name, "log");
  cr_expect_str_eq(mg_transform_of(MG_SUPPORT_UNIT)->name, "logit");
  cr_expect_null(mg_transform_of(MG_SUPPORT_CLASSES));
  cr_expect_eq(mg_transform_find("softplus"), &mg_transforms[2]);
  cr_expect_null(mg_transform_find("logits"));
  cr_expect(strstr(mg_reason(), "did you mean 'logit'"), "%s", mg_reason());
}

/* ---- a target of three coordinates, each of another support ---- */

/* z_0 ~ N(0, 1), z_1 | z_0 ~ rate exp(z_0), z_2 ~ Beta(2, 2), all seen as a
 * prior; the joint multiplies by exp(-z_1 z_2). */
static double term(const double *z, size_t f) {
  static const double ln_6 = 1.791759469228055, half_ln_2pi = 0.918938533204673;
  switch (f) {
  case 0:
    return -z[0] * z[0] / 2 - half_ln_2pi;
  case 1:
    return z[0] - exp(z[0]) * z[1];
  case 2:
    return ln_6 + log(z[2]) + log1p(-z[2]);
  default:
    return -z[1] * z[2];
  }
}

static int sum_of_terms(const gsl_matrix *z, size_t terms, gsl_vector *log_p,
                        gsl_matrix *dz) {
  for (size_t s = 0; s < z->size1; s++) {
    const double *row = gsl_matrix_const_ptr(z, s, 0);
    const double slope = terms == 4 ? 1 : 0;
    double sum = 0;
    for (size_t f = 0; f < terms; f++)
      sum += term(row, f);
    gsl_vector_set(log_p, s, sum);
    if (!dz)
      continue;
    gsl_matrix_set(dz, s, 0, -row[0] + 1 - exp(row[0]) * row[1]);
    gsl_matrix_set(dz, s, 1, -exp(row[0]) - slope * row[2]);
    gsl_matrix_set(dz, s, 2, 1 / row[2] - 1 / (1 - row[2]) - slope * row[1]);
  }
  return GSL_SUCCESS;
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  (void)self;
  return sum_of_terms(z, 4, log_p, dz);
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  (void)self;
  return sum_of_terms(z, 3, log_p, dz);
}

static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t f = 0; f < 4; f++)
      gsl_matrix_set(log_f, s, f, term(gsl_matrix_const_ptr(z, s, 0), f));
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  static const bool table[4][3] = {{1, 0, 0}, {1, 1, 0}, {0, 0, 1}, {0, 1, 1}};
  (void)self;
  return table[f][i];
}

/* Doubles every z_1 and mirrors z_2, whatever the target: seen as a move. */
static int gibbs(const void *self, gsl_rng *rng, gsl_matrix *z) {
  (void)self, (void)rng;
  for (size_t s = 0; s < z->size1; s++) {
    *gsl_matrix_ptr(z, s, 1) *= 2;
    gsl_matrix_set(z, s, 2, 1 - gsl_matrix_get(z, s, 2));
  }
  return GSL_SUCCESS;
}

static int sample_prior(const void *self, gsl_rng *rng, gsl_matrix *z) {
  (void)self, (void)rng;
  for (size_t s = 0; s < z->size1; s++) {
    gsl_matrix_set(z, s, 0, -3);
    gsl_matrix_set(z, s, 1, 7);
    gsl_matrix_set(z, s, 2, 0.25);
  }
  return GSL_SUCCESS;
}

static const mg_support supports[] = {MG_SUPPORT_REAL, MG_SUPPORT_POSITIVE,
                                      MG_SUPPORT_UNIT};
static const mg_target three = {.name = "three",
                                .dim = 3,
                                .support = supports,
                                .log_density = log_joint,
                                .gradient = true,
                                .factors = 4,
                                .log_factors = log_factors,
                                .holds = holds,
                                .sample_prior = sample_prior,
                                .log_prior = log_prior,
                                .gibbs = gibbs};

static void through_softplus(mg_unconstrained *t) {
  const mg_transform *const maps[] = {&mg_transforms[0], &mg_transforms[2],
                                      &mg_transforms[3]};
  cr_assert_eq(mg_unconstrained_init(t, &three, maps), GSL_SUCCESS, "%s",
               mg_reason());
}

static const double somewhere[] = {0.3, -0.8, 1.1};

typedef struct {
  const mg_target *target;
  int (*density)(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                 gsl_matrix *dz);
  double u[3];
  size_t i;
} place;

static double at_u(double x, void *job) {
  place *p = job;
  double log_p = NAN;
  gsl_matrix_view u = gsl_matrix_view_array(p->u, 1, 3);
  gsl_vector_view answer = gsl_vector_view_array(&log_p, 1);
  p->u[p->i] = x;
  cr_assert_eq(p->density(p->target->self, &u.matrix, &answer.vector, NULL),
               GSL_SUCCESS);
  return log_p;
}

static void expect_gradient(const mg_target *target, bool prior) {
  place p = {.target = target,
             .density = prior ? target->log_prior : target->log_density};
  for (p.i = 0; p.i < 3; p.i++) {
    double du[3], log_p, d, error;
    gsl_function f = {at_u, &p};
    gsl_matrix_view gradient = gsl_matrix_view_array(du, 1, 3);
    gsl_vector_view answer = gsl_vector_view_array(&log_p, 1);
    memcpy(p.u, somewhere, sizeof p.u);
    gsl_matrix_view u = gsl_matrix_view_array(p.u, 1, 3);
    cr_assert_eq(
        p.density(target->self, &u.matrix, &answer.vector, &gradient.matrix),
        GSL_SUCCESS);
    gsl_deriv_central(&f, somewhere[p.i], 1e-3, &d, &error);
    cr_expect(fabs(d - du[p.i]) <= 10 * error + 1e-10 * (1 + fabs(d)),
              "%s du[%zu] is %.12g, not %.12g", prior ? "prior's" : "joint's",
              p.i, du[p.i], d);
  }
}

Test(transform, gradients_come_along) {
  mg_unconstrained t = {0};
  through_softplus(&t);
  expect_gradient(&t.target, false);
  expect_gradient(&t.target, true);
  mg_unconstrained_clear(&t);
}

Test(transform, factors_add_up_and_hold_what_they_held) {
  mg_unconstrained t = {0};
  double u[3], f[4], moved[4], log_p;
  gsl_matrix_view at = gsl_matrix_view_array(u, 1, 3);
  gsl_matrix_view factors = gsl_matrix_view_array(f, 1, 4);
  gsl_matrix_view others = gsl_matrix_view_array(moved, 1, 4);
  gsl_vector_view answer = gsl_vector_view_array(&log_p, 1);
  through_softplus(&t);
  memcpy(u, somewhere, sizeof u);
  t.target.log_factors(&t, &at.matrix, &factors.matrix);
  t.target.log_density(&t, &at.matrix, &answer.vector, NULL);
  cr_expect(fabs(f[0] + f[1] + f[2] + f[3] - log_p) < 1e-13, "they do not");
  for (size_t i = 0; i < 3; i++) {
    u[i] += 0.5;
    t.target.log_factors(&t, &at.matrix, &others.matrix);
    u[i] = somewhere[i];
    for (size_t k = 0; k < 4; k++)
      cr_expect_eq(f[k] != moved[k], t.target.holds(&t, k, i),
                   "factor %zu and u[%zu]", k, i);
  }
  mg_unconstrained_clear(&t);
}

Test(transform, draws_and_moves_are_the_inner_ones) {
  mg_unconstrained t = {0};
  double u[3], z[3];
  gsl_matrix_view at = gsl_matrix_view_array(u, 1, 3);
  gsl_matrix_view back = gsl_matrix_view_array(z, 1, 3);
  through_softplus(&t);
  t.target.sample_prior(&t, NULL, &at.matrix);
  mg_unconstrained_z(&t, &at.matrix, &back.matrix);
  cr_expect(u[0] == -3 && fabs(z[1] - 7) < 1e-13 && fabs(z[2] - 0.25) < 1e-15,
            "drawn (%g, %g, %g)", z[0], z[1], z[2]);
  t.target.gibbs(&t, NULL, &at.matrix);
  mg_unconstrained_z(&t, &at.matrix, &back.matrix);
  cr_expect(fabs(z[1] - 14) < 1e-13 && fabs(z[2] - 0.75) < 1e-15,
            "moved to (%g, %g, %g)", z[0], z[1], z[2]);
  mg_unconstrained_clear(&t);
}

/* ---- the evidence stays ---- */

typedef struct {
  const mg_target *target;
  int (*density)(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                 gsl_matrix *dz);
} line;

static double density_at(double u, void *job) {
  const line *l = job;
  double log_p = NAN;
  gsl_matrix_view at = gsl_matrix_view_array(&u, 1, 1);
  gsl_vector_view answer = gsl_vector_view_array(&log_p, 1);
  cr_assert_eq(l->density(l->target->self, &at.matrix, &answer.vector, NULL),
               GSL_SUCCESS, "%s", mg_reason());
  return exp(log_p);
}

static double integral(const line *l, double from, double to) {
  gsl_function f = {density_at, (void *)l};
  gsl_integration_workspace *work = gsl_integration_workspace_alloc(1000);
  double sum, error;
  gsl_integration_qag(&f, from, to, 0, 1e-12, 1000, GSL_INTEG_GAUSS61, work,
                      &sum, &error);
  gsl_integration_workspace_free(work);
  return sum;
}

Test(transform, a_coin_keeps_its_evidence_and_its_prior) {
  mg_posterior *coin = mg_posterior_alloc(&mg_coin_type, NULL);
  mg_unconstrained t = {0};
  cr_assert(coin, "%s", mg_reason());
  cr_assert_eq(mg_unconstrained_init(&t, &coin->target, NULL), GSL_SUCCESS);
  const line joint = {&t.target, t.target.log_density};
  const line prior = {&t.target, t.target.log_prior};
  const double evidence = log(integral(&joint, -30, 30));
  cr_expect(fabs(evidence - -7.069374503) < 1e-9, "log p(x) %.12g", evidence);
  cr_expect(fabs(integral(&prior, -30, 30) - 1) < 1e-10, "prior");
  mg_unconstrained_clear(&t);
  mg_posterior_free(coin);
}

/* exp(-z) z^2: the integral is 2. */
static int log_gamma_3(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                       gsl_matrix *dz) {
  (void)self, (void)dz;
  for (size_t s = 0; s < z->size1; s++) {
    const double at = gsl_matrix_get(z, s, 0);
    gsl_vector_set(log_p, s, 2 * log(at) - at);
  }
  return GSL_SUCCESS;
}

Test(transform, a_scale_keeps_its_evidence_by_either_map) {
  const mg_target scale = {.name = "scale",
                           .dim = 1,
                           .support = &supports[1],
                           .log_density = log_gamma_3};
  for (size_t k = 1; k <= 2; k++) {
    const mg_transform *map = &mg_transforms[k];
    mg_unconstrained t = {0};
    cr_assert_eq(mg_unconstrained_init(&t, &scale, &map), GSL_SUCCESS);
    const line joint = {&t.target, t.target.log_density};
    const double sum = integral(&joint, -30, k == 1 ? 6 : 100);
    cr_expect(fabs(sum - 2) < 1e-10, "%s: %.12g", map->name, sum);
    cr_expect(!t.target.gradient && !t.target.log_prior && !t.target.factors,
              "it has what the inner target has not");
    mg_unconstrained_clear(&t);
  }
}

/* ---- what is handed on, and what is refused ---- */

Test(transform, a_real_target_is_handed_on) {
  const mg_target real = {.name = "real", .dim = 2, .log_density = log_joint};
  mg_unconstrained t = {0};
  cr_assert_eq(mg_unconstrained_init(&t, &real, NULL), GSL_SUCCESS);
  cr_expect(t.target.log_density == log_joint && t.target.self == real.self,
            "a detour");
  mg_unconstrained_clear(&t);
}

static bool holds_nothing(const void *self, size_t f, size_t i) {
  (void)self, (void)f, (void)i;
  return false;
}

Test(transform, what_does_not_fit_is_refused) {
  static const mg_support classes = MG_SUPPORT_CLASSES;
  const mg_target kinds = {.name = "kinds", .dim = 1, .support = &classes};
  const mg_transform *const wrong[] = {&mg_transforms[0], &mg_transforms[0],
                                       &mg_transforms[3]};
  mg_target loose = three;
  mg_unconstrained t = {0};
  loose.holds = holds_nothing;
  cr_expect_eq(mg_unconstrained_init(&t, &kinds, NULL), GSL_EINVAL);
  cr_expect(strstr(mg_reason(), "z[0] of kinds is a class"), "%s", mg_reason());
  cr_expect_eq(mg_unconstrained_init(&t, &three, wrong), GSL_EINVAL);
  cr_expect(strstr(mg_reason(), "take log"), "%s", mg_reason());
  cr_expect_eq(mg_unconstrained_init(&t, &loose, NULL), GSL_EINVAL);
  cr_expect(strstr(mg_reason(), "holds z[0]"), "%s", mg_reason());
  mg_unconstrained_clear(&t);
}
