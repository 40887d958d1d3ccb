/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds of every posterior that comes along, whatever it is a posterior
 * of, without a draw; and the list of them. */
#include "targets/posterior.h"

#include "posteriors.h"

#include <gsl/gsl_deriv.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "targets/coin.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(posterior, .init = quiet, .timeout = 120);

/* ---- gradients ---- */

typedef int density(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                    gsl_matrix *dz);

/* A density along coordinate i of a point. */
typedef struct {
  const void *self;
  density *f;
  gsl_matrix *z; /* 1 x D */
  size_t i;
} slice;

static double along(double at, void *job) {
  const slice *l = job;
  double value = NAN;
  gsl_vector_view log_p = gsl_vector_view_array(&value, 1);
  const double before = gsl_matrix_get(l->z, 0, l->i);
  gsl_matrix_set(l->z, 0, l->i, at);
  l->f(l->self, l->z, &log_p.vector, NULL);
  gsl_matrix_set(l->z, 0, l->i, before);
  return value;
}

/* A step that stays inside the support. */
static double step(mg_support support, double at) {
  const double room = support == MG_SUPPORT_POSITIVE ? at
                      : support == MG_SUPPORT_UNIT   ? fmin(at, 1 - at)
                                                     : fmax(1, fabs(at));
  return 1e-3 * room;
}

static void check_gradient_of(const mg_posterior *p, density *f,
                              const char *what) {
  gsl_matrix *z = points(p, "gradient", 40);
  gsl_matrix *dz = gsl_matrix_alloc(z->size1, z->size2);
  gsl_vector *log_p = gsl_vector_alloc(z->size1);
  cr_assert_eq(f(p->self, z, log_p, dz), GSL_SUCCESS, "%s", mg_reason());
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < z->size2; i++) {
      gsl_matrix_view row = gsl_matrix_submatrix(z, s, 0, 1, z->size2);
      slice l = {.self = p->self, .f = f, .z = &row.matrix, .i = i};
      const gsl_function g = {.function = along, .params = &l};
      const double at = gsl_matrix_get(z, s, i), d = gsl_matrix_get(dz, s, i);
      double slope, error;
      gsl_deriv_central(&g, at, step(mg_target_support(&p->target, i), at),
                        &slope, &error);
      cr_expect(fabs(d - slope) <= 1e-8 * fmax(1, fabs(slope)) + 10 * error,
                "%s, %s: d/dz[%zu] is %.12g, by differences %.12g +- %.1g",
                p->type->name, what, i, d, slope, error);
    }
  gsl_matrix_free(z);
  gsl_matrix_free(dz);
  gsl_vector_free(log_p);
}

static void check_gradient(const mg_posterior *p) {
  if (p->target.gradient)
    check_gradient_of(p, p->target.log_density, "joint");
  if (p->target.gradient && p->target.log_prior)
    check_gradient_of(p, p->target.log_prior, "prior");
}

EACH(posterior, gradients_are_those_of_differences, check_gradient)

/* ---- factors ---- */

static void check_factor_sum(const mg_posterior *p) {
  if (!p->target.log_factors)
    return;
  gsl_matrix *z = points(p, "factors", 40);
  gsl_matrix *log_f = gsl_matrix_alloc(z->size1, p->target.factors);
  gsl_vector *log_p = gsl_vector_alloc(z->size1);
  cr_assert_eq(p->target.log_density(p->self, z, log_p, NULL), GSL_SUCCESS);
  cr_assert_eq(p->target.log_factors(p->self, z, log_f), GSL_SUCCESS);
  for (size_t s = 0; s < z->size1; s++) {
    double sum = 0, size = 1;
    for (size_t f = 0; f < p->target.factors; f++) {
      sum += gsl_matrix_get(log_f, s, f);
      size += fabs(gsl_matrix_get(log_f, s, f));
    }
    cr_expect_float_eq(sum, gsl_vector_get(log_p, s), 1e-13 * size,
                       "%s: factors give %.15g, the joint %.15g", p->type->name,
                       sum, gsl_vector_get(log_p, s));
  }
  gsl_matrix_free(z);
  gsl_matrix_free(log_f);
  gsl_vector_free(log_p);
}

EACH(posterior, factors_sum_to_the_joint, check_factor_sum)

/* z_i of the first row moves to that of the second: which factors move? */
static void check_held(const mg_posterior *p, size_t i) {
  gsl_matrix *z = points(p, "holds", 2);
  gsl_matrix *before = gsl_matrix_alloc(2, p->target.factors);
  gsl_matrix *after = gsl_matrix_alloc(2, p->target.factors);
  p->target.log_factors(p->self, z, before);
  gsl_matrix_set(z, 0, i, gsl_matrix_get(z, 1, i));
  p->target.log_factors(p->self, z, after);
  for (size_t f = 0; f < p->target.factors; f++) {
    const bool moved =
        gsl_matrix_get(before, 0, f) != gsl_matrix_get(after, 0, f);
    cr_expect(!moved || p->target.holds(p->self, f, i),
              "%s: factor %zu moves with z[%zu]", p->type->name, f, i);
  }
  gsl_matrix_free(z);
  gsl_matrix_free(before);
  gsl_matrix_free(after);
}

static void check_holds(const mg_posterior *p) {
  for (size_t i = 0; p->target.log_factors && i < p->target.dim; i++)
    check_held(p, i);
}

EACH(posterior, factors_hold_what_moves_them, check_holds)

/* ---- the list ---- */

/* Evidence of ten throws: shared constants of the Beta-binomial. */
Test(posterior, the_coin_is_known) {
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, NULL);
  gsl_vector *mean = gsl_vector_alloc(1);
  gsl_matrix *covariance = gsl_matrix_alloc(1, 1);
  double log_p;
  cr_assert(p, "%s", mg_reason());
  cr_assert_eq(mg_posterior_log_evidence(p, &log_p), GSL_SUCCESS);
  cr_expect_float_eq(log_p, -7.069374503, 5e-10, "%.10f", log_p);
  cr_assert_eq(mg_posterior_moments(p, mean, covariance), GSL_SUCCESS);
  cr_expect_float_eq(gsl_vector_get(mean, 0), 16.0 / 30, 1e-15);
  mg_posterior_free(p);
  gsl_vector_free(mean);
  gsl_matrix_free(covariance);
}

Test(posterior, options_are_checked) {
  const mg_coin_options bad = {.heads = 1, .tails = 1, .prior = -1};
  cr_expect_null(mg_posterior_alloc(&mg_coin_type, &bad));
  cr_expect(strstr(mg_reason(), "prior"), "%s", mg_reason());
}

Test(posterior, names_are_found) {
  cr_expect_eq(mg_posterior_find("coin"), &mg_coin_type);
  cr_expect_null(mg_posterior_find("con"));
  cr_expect(strstr(mg_reason(), "did you mean 'coin'?"), "%s", mg_reason());
}
