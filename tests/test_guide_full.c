/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The full-rank guide against the multivariate Gaussian of dist/ and against
 * differences; and guides of several coordinates: a product is the product of
 * its laws, names, copies, refusals. */
#include <criterion/criterion.h>
#include <gsl/gsl_deriv.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "dist/mvn.h"
#include "infer/guide.h"

enum { D = 3, P = 9, DRAWS = 100000 };

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(guide_full, .init = quiet);

static const mg_target space = {.name = "space", .dim = D};
/* mean; log L_00; L_10, log L_11; L_20, L_21, log L_22 */
static const double lambda[P] = {1, -2, 0.5, 0.3, -0.8, -0.4, 0.6, 1.1, 0.2};

static mg_guide *full(void) {
  mg_guide *q = mg_guide_full_rank(&space);
  cr_assert(q, "%s", mg_reason());
  cr_assert_eq(q->lambda->size, P);
  for (size_t j = 0; j < P; j++)
    gsl_vector_set(q->lambda, j, lambda[j]);
  return q;
}

/* L itself. */
static gsl_matrix *chol(void) {
  gsl_matrix *l = gsl_matrix_calloc(D, D);
  for (size_t i = 0, j = D; i < D; i++)
    for (size_t k = 0; k <= i; k++, j++)
      gsl_matrix_set(l, i, k, k == i ? exp(lambda[j]) : lambda[j]);
  return l;
}

static gsl_matrix *points(size_t n) {
  gsl_matrix *z = gsl_matrix_alloc(n, D);
  for (size_t s = 0; s < n; s++)
    for (size_t i = 0; i < D; i++)
      gsl_matrix_set(z, s, i, 3 * sin((double)(3 * s + i)));
  return z;
}

/* ---- the full rank ---- */

Test(guide_full, density_is_that_of_the_gaussian) {
  mg_guide *q = full();
  gsl_matrix *z = points(7), *l = chol(), *work = gsl_matrix_alloc(7, D);
  gsl_vector *log_q = gsl_vector_alloc(7), *log_p = gsl_vector_alloc(7);
  gsl_vector_const_view mean = gsl_vector_const_view_array(lambda, D);
  cr_assert_eq(mg_guide_log_density(q, z, log_q, NULL), GSL_SUCCESS);
  cr_assert_eq(mg_mvn_log_density(z, &mean.vector, l, work, log_p),
               GSL_SUCCESS);
  for (size_t s = 0; s < 7; s++)
    cr_expect(fabs(gsl_vector_get(log_q, s) - gsl_vector_get(log_p, s)) <
                  1e-12 * (1 + fabs(gsl_vector_get(log_p, s))),
              "log q %zu: %.15g, not %.15g", s, gsl_vector_get(log_q, s),
              gsl_vector_get(log_p, s));
  gsl_matrix_free(z);
  gsl_matrix_free(l);
  gsl_matrix_free(work);
  gsl_vector_free(log_q);
  gsl_vector_free(log_p);
  mg_guide_free(q);
}

typedef struct {
  mg_guide *q;
  gsl_matrix *z; /* 1 x D */
  size_t at;     /* of lambda, or of z */
} place;

static double log_q_here(const place *p) {
  double log_q = NAN;
  gsl_vector_view answer = gsl_vector_view_array(&log_q, 1);
  cr_assert_eq(mg_guide_log_density(p->q, p->z, &answer.vector, NULL),
               GSL_SUCCESS, "%s", mg_reason());
  return log_q;
}

static double log_q_of_lambda(double x, void *job) {
  place *p = job;
  gsl_vector_set(p->q->lambda, p->at, x);
  return log_q_here(p);
}

static double log_q_of_z(double x, void *job) {
  place *p = job;
  gsl_matrix_set(p->z, 0, p->at, x);
  return log_q_here(p);
}

static void expect_difference(double (*f)(double, void *), place *p,
                              double *variable, double told, const char *what) {
  gsl_function function = {f, p};
  const double at = *variable;
  double d, error;
  gsl_deriv_central(&function, at, 1e-3, &d, &error);
  *variable = at;
  cr_expect(fabs(d - told) <= 10 * error + 1e-10 * (1 + fabs(d)),
            "%s %zu is %.12g, not %.12g", what, p->at, told, d);
}

Test(guide_full, score_and_slope_are_derivatives) {
  place p = {.q = full(), .z = points(1)};
  gsl_matrix *score = gsl_matrix_alloc(1, P), *dz = gsl_matrix_alloc(1, D);
  gsl_vector *log_q = gsl_vector_alloc(1);
  cr_assert_eq(mg_guide_score(p.q, p.z, score), GSL_SUCCESS);
  cr_assert_eq(mg_guide_log_density(p.q, p.z, log_q, dz), GSL_SUCCESS);
  for (p.at = 0; p.at < P; p.at++)
    expect_difference(log_q_of_lambda, &p, gsl_vector_ptr(p.q->lambda, p.at),
                      gsl_matrix_get(score, 0, p.at), "score");
  for (p.at = 0; p.at < D; p.at++)
    expect_difference(log_q_of_z, &p, gsl_matrix_ptr(p.z, 0, p.at),
                      gsl_matrix_get(dz, 0, p.at), "slope");
  gsl_matrix_free(score);
  gsl_matrix_free(dz);
  gsl_vector_free(log_q);
  gsl_matrix_free(p.z);
  mg_guide_free(p.q);
}

/* The same seed is the same noise: f(z) = sum_i sin z_i of one draw. */
static double f_of_lambda(double x, void *job) {
  place *p = job;
  double f = 0;
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_vector_set(p->q->lambda, p->at, x);
  cr_assert_eq(mg_guide_sample(p->q, rng, p->z), GSL_SUCCESS);
  for (size_t i = 0; i < p->q->dim; i++)
    f += sin(gsl_matrix_get(p->z, 0, i));
  gsl_rng_free(rng);
  return f;
}

static void expect_pathwise(mg_guide *q) {
  const size_t dim = q->dim, parameters = q->lambda->size;
  place p = {.q = q, .z = gsl_matrix_alloc(1, dim)};
  gsl_matrix *dz = gsl_matrix_alloc(1, dim);
  gsl_matrix *d = gsl_matrix_alloc(1, parameters);
  f_of_lambda(gsl_vector_get(q->lambda, 0), &p);
  for (size_t i = 0; i < dim; i++)
    gsl_matrix_set(dz, 0, i, cos(gsl_matrix_get(p.z, 0, i)));
  cr_assert_eq(mg_guide_pathwise(q, p.z, dz, d), GSL_SUCCESS);
  for (p.at = 0; p.at < parameters; p.at++)
    expect_difference(f_of_lambda, &p, gsl_vector_ptr(q->lambda, p.at),
                      gsl_matrix_get(d, 0, p.at), "pathwise");
  gsl_matrix_free(p.z);
  gsl_matrix_free(dz);
  gsl_matrix_free(d);
  mg_guide_free(q);
}

Test(guide_full, pathwise_holds_the_noise) {
  expect_pathwise(full());
}

Test(guide_full, pathwise_of_a_product_holds_the_noise) {
  static const mg_support support[] = {MG_SUPPORT_REAL, MG_SUPPORT_POSITIVE};
  const mg_target two = {.name = "two", .dim = 2, .support = support};
  mg_guide *q = mg_guide_mean_field(&two, NULL);
  cr_assert(q, "%s", mg_reason());
  gsl_vector_set(q->lambda, 3, -0.7);
  expect_pathwise(q);
}

Test(guide_full, entropy_is_that_of_the_gaussian) {
  mg_guide *q = full();
  gsl_matrix *l = chol();
  gsl_vector *dh = gsl_vector_alloc(P);
  gsl_vector_const_view mean = gsl_vector_const_view_array(lambda, D);
  double h, exact;
  cr_assert_eq(mg_guide_entropy(q, &h, dh), GSL_SUCCESS);
  cr_assert_eq(mg_mvn_entropy(&mean.vector, l, &exact), GSL_SUCCESS);
  cr_expect(fabs(h - exact) < 1e-13, "%.15g, not %.15g", h, exact);
  for (size_t j = 0; j < P; j++)
    cr_expect_eq(gsl_vector_get(dh, j), j == 3 || j == 5 || j == 8,
                 "dh[%zu] is %g", j, gsl_vector_get(dh, j));
  gsl_vector_free(dh);
  gsl_matrix_free(l);
  mg_guide_free(q);
}

/* Means and covariances of draws against the guide's: z <= 6.1. */
static void expect_moments(mg_guide *q) {
  const size_t dim = q->dim;
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_matrix *z = gsl_matrix_alloc(DRAWS, dim);
  gsl_matrix *covariance = gsl_matrix_alloc(dim, dim);
  gsl_vector *mean = gsl_vector_alloc(dim);
  gsl_rng_set(rng, 20240229);
  cr_assert_eq(mg_guide_sample(q, rng, z), GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_guide_moments(q, mean, covariance), GSL_SUCCESS);
  for (size_t i = 0; i < dim; i++)
    for (size_t k = 0; k <= i; k++) {
      double first = 0, sum = 0, squares = 0;
      for (size_t s = 0; s < DRAWS; s++) {
        const double a = gsl_matrix_get(z, s, i) - gsl_vector_get(mean, i);
        const double b = gsl_matrix_get(z, s, k) - gsl_vector_get(mean, k);
        first += a / DRAWS;
        sum += a * b / DRAWS;
        squares += a * b * a * b / DRAWS;
      }
      const double variance = gsl_matrix_get(covariance, i, i);
      cr_expect(fabs(first) <= 6.1 * sqrt(variance / DRAWS), "mean %zu: %g", i,
                first / sqrt(variance / DRAWS));
      const double off = sum - gsl_matrix_get(covariance, i, k);
      const double se = sqrt((squares - sum * sum) / DRAWS);
      cr_expect(fabs(off) <= 6.1 * se, "covariance %zu, %zu: %g of %g", i, k,
                off / se, sum);
    }
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_matrix_free(covariance);
  gsl_vector_free(mean);
  mg_guide_free(q);
}

Test(guide_full, draws_have_the_moments) {
  expect_moments(full());
}

/* ---- products ---- */

static const mg_support mixed[] = {MG_SUPPORT_REAL, MG_SUPPORT_POSITIVE,
                                   MG_SUPPORT_UNIT, MG_SUPPORT_CLASSES,
                                   MG_SUPPORT_POSITIVE};
static const size_t classes[] = {0, 0, 0, 3, 0};
static const mg_target wide = {
    .name = "wide", .dim = 5, .support = mixed, .classes = classes};

static mg_guide *product(void) {
  const mg_guide_law *const laws[] = {&mg_guide_gaussian, &mg_guide_lognormal,
                                      &mg_guide_beta, &mg_guide_categorical,
                                      &mg_guide_gamma};
  mg_guide *q = mg_guide_mean_field(&wide, laws);
  cr_assert(q, "%s", mg_reason());
  cr_assert_eq(q->lambda->size, 11);
  for (size_t j = 0; j < 11; j++)
    gsl_vector_set(q->lambda, j, 0.5 * cos(3 * (double)j));
  return q;
}

Test(guide_full, draws_of_a_product_have_the_moments) {
  expect_moments(product());
}

Test(guide_full, a_product_is_the_sum_of_its_laws) {
  mg_guide *q = product();
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_matrix *z = gsl_matrix_alloc(6, 5), *each = gsl_matrix_alloc(6, 5);
  gsl_vector *log_q = gsl_vector_alloc(6);
  cr_assert_eq(mg_guide_sample(q, rng, z), GSL_SUCCESS);
  cr_assert_eq(mg_guide_log_density(q, z, log_q, NULL), GSL_SUCCESS);
  cr_assert_eq(mg_guide_log_each(q, z, each), GSL_SUCCESS);
  for (size_t s = 0; s < 6; s++) {
    double sum = 0;
    for (size_t i = 0; i < 5; i++)
      sum += gsl_matrix_get(each, s, i);
    cr_expect(fabs(sum - gsl_vector_get(log_q, s)) < 1e-13, "row %zu", s);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_matrix_free(each);
  gsl_vector_free(log_q);
  mg_guide_free(q);
}

/* ---- names, copies, refusals ---- */

static void expect_name(const mg_guide *q, size_t j, const char *name,
                        size_t coordinate) {
  char text[40];
  cr_expect_str_eq(mg_guide_parameter(q, j, text, sizeof text), name);
  cr_expect_eq(mg_guide_coordinate(q, j), coordinate, "%s is of z[%zu]", name,
               mg_guide_coordinate(q, j));
}

Test(guide_full, parameters_have_names) {
  mg_guide *q = product(), *f = full();
  expect_name(q, 0, "mean[0]", 0);
  expect_name(q, 3, "log_sigma[1]", 1);
  expect_name(q, 4, "log_a[2]", 2);
  expect_name(q, 8, "logit[3,2]", 3);
  expect_name(q, 9, "log_shape[4]", 4);
  expect_name(f, 2, "mean[2]", 2);
  expect_name(f, 3, "log_chol[0,0]", 0);
  expect_name(f, 4, "chol[1,0]", 1);
  expect_name(f, 7, "chol[2,1]", 2);
  expect_name(f, 8, "log_chol[2,2]", 2);
  mg_guide_free(q);
  mg_guide_free(f);
}

static void expect_own_copy(mg_guide *q) {
  mg_guide *copy = mg_guide_copy(q);
  double of_q, of_copy, later;
  cr_assert(copy, "%s", mg_reason());
  cr_assert_eq(mg_guide_entropy(q, &of_q, NULL), GSL_SUCCESS);
  cr_assert_eq(mg_guide_entropy(copy, &of_copy, NULL), GSL_SUCCESS);
  cr_expect_eq(of_q, of_copy, "a %s copy is another law", q->type->name);
  gsl_vector_add_constant(q->lambda, 3);
  mg_guide_free(q);
  cr_assert_eq(mg_guide_entropy(copy, &later, NULL), GSL_SUCCESS);
  cr_expect_eq(of_copy, later, "a copy moved with its model");
  mg_guide_free(copy);
}

Test(guide_full, a_copy_is_its_own) {
  expect_own_copy(product());
  expect_own_copy(full());
}

Test(guide_full, set_gives_means_and_spreads) {
  mg_guide *q = full();
  gsl_vector *mean = gsl_vector_alloc(D), *sd = gsl_vector_alloc(D);
  gsl_matrix *covariance = gsl_matrix_alloc(D, D);
  for (size_t i = 0; i < D; i++) {
    gsl_vector_set(mean, i, 10 + (double)i);
    gsl_vector_set(sd, i, 2);
  }
  mg_guide_set(q, mean, sd);
  gsl_vector_set_zero(mean);
  cr_assert_eq(mg_guide_moments(q, mean, covariance), GSL_SUCCESS);
  cr_expect_eq(gsl_vector_get(mean, 2), 12);
  for (size_t i = 0; i < D; i++)
    for (size_t k = 0; k < D; k++)
      cr_expect(fabs(gsl_matrix_get(covariance, i, k) - (i == k ? 4 : 0)) <
                    1e-14,
                "covariance %zu, %zu", i, k);
  gsl_vector_free(mean);
  gsl_vector_free(sd);
  gsl_matrix_free(covariance);
  mg_guide_free(q);
}

Test(guide_full, a_lambda_that_ran_away_is_told) {
  mg_guide *q = product(), *f = full();
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_matrix *z = gsl_matrix_alloc(2, 5), *three = gsl_matrix_alloc(2, D);
  gsl_vector_set(q->lambda, 6, 1e5); /* a logit may be far */
  cr_expect_eq(mg_guide_sample(q, rng, z), GSL_SUCCESS, "%s", mg_reason());
  gsl_vector_set(q->lambda, 3, 800);
  cr_expect_eq(mg_guide_sample(q, rng, z), GSL_EDOM);
  cr_expect(strstr(mg_reason(), "log_sigma[1] is 800"), "%s", mg_reason());
  gsl_vector_set(f->lambda, 4, NAN);
  cr_expect_eq(mg_guide_score(f, three, three), GSL_EDOM);
  cr_expect(strstr(mg_reason(), "chol[1,0]"), "%s", mg_reason());
  gsl_matrix_free(z);
  gsl_matrix_free(three);
  gsl_rng_free(rng);
  mg_guide_free(q);
  mg_guide_free(f);
}

Test(guide_full, what_does_not_fit_is_refused) {
  const mg_guide_law *const wrong[] = {&mg_guide_gaussian, &mg_guide_gaussian,
                                       &mg_guide_beta, &mg_guide_categorical,
                                       &mg_guide_gamma};
  mg_guide *f = full();
  gsl_matrix *z = points(4), *narrow = gsl_matrix_alloc(4, 2);
  gsl_vector *log_q = gsl_vector_alloc(3);
  cr_expect_null(mg_guide_mean_field(&wide, wrong));
  cr_expect(strstr(mg_reason(), "z[1] of wide"), "%s", mg_reason());
  cr_expect_null(mg_guide_full_rank(&wide));
  cr_expect(strstr(mg_reason(), "z[1] of wide"), "%s", mg_reason());
  cr_expect_null(mg_guide_law_find("gama"));
  cr_expect(strstr(mg_reason(), "did you mean 'gamma'"), "%s", mg_reason());
  cr_expect_eq(mg_guide_log_each(f, z, z), GSL_EUNSUP, "no product");
  cr_expect_eq(mg_guide_log_density(f, z, log_q, NULL), GSL_EBADLEN);
  cr_expect_eq(mg_guide_log_density(f, narrow, log_q, NULL), GSL_EBADLEN);
  cr_expect_eq(mg_guide_score(f, z, narrow), GSL_EBADLEN);
  gsl_matrix_free(z);
  gsl_matrix_free(narrow);
  gsl_vector_free(log_q);
  mg_guide_free(f);
}
