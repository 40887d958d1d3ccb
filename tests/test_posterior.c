/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds of every posterior that comes along, whatever it is a posterior
 * of; and the list of them. */
#include "targets/posterior.h"

#include <criterion/criterion.h>
#include <gsl/gsl_deriv.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "dist/mvn.h"
#include "targets/coin.h"
#include "targets/named.h"

enum { OPTIONS_SIZE = 512 };

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(posterior, .init = quiet, .timeout = 120);

/* Posteriors that are looked at beside the defaults. */
static const struct {
  const char *name, *option, *value;
} variants[] = {{"rates", "rates", "common"}, {"mean", "dim", "4"},
                {"mean", "data", "3"},        {"regression", "degree", "3"},
                {"banana", "bend", "0"},      {"banana", "value", "-2"},
                {"two-modes", "dim", "3"},    {"two-modes", "gap", "0"},
                {"gaussian", "dim", "5"},     {"gaussian", "rho", "0"}};

enum { VARIANTS = sizeof variants / sizeof *variants };

/* The i-th posterior of the tests, the defaults first; NULL after the last. */
static mg_posterior *numbered(size_t i) {
  static union {
    char bytes[OPTIONS_SIZE];
    double aligned;
  } options;
  size_t n = 0;
  while (mg_posteriors[n])
    n++;
  if (i >= n + VARIANTS)
    return NULL;
  const mg_posterior_type *type =
      i < n ? mg_posteriors[i] : mg_posterior_find(variants[i - n].name);
  cr_assert(type && type->options_size <= OPTIONS_SIZE, "variant %zu", i - n);
  if (type->options)
    type->options_default(&options);
  if (i >= n)
    cr_assert_eq(mg_option_set(type->options, variants[i - n].option,
                               variants[i - n].value, &options),
                 GSL_SUCCESS, "%s", mg_reason());
  mg_posterior *p = mg_posterior_alloc(type, type->options ? &options : NULL);
  cr_assert(p, "%s: %s", type->name, mg_reason());
  return p;
}

/* A test that runs a check over all of them. */
#define EACH(title, check)                                                     \
  Test(posterior, title) {                                                     \
    mg_posterior *p;                                                           \
    for (size_t i = 0; (p = numbered(i)); i++) {                               \
      check(p);                                                                \
      mg_posterior_free(p);                                                    \
    }                                                                          \
  }

/* n points inside the support: draws of the prior, or of the posterior. */
static gsl_matrix *points(const mg_posterior *p, const char *stream, size_t n) {
  gsl_rng *rng = mg_stream_alloc(7, stream, 0);
  gsl_matrix *z = gsl_matrix_alloc(n, p->target.dim);
  cr_assert(rng && z);
  cr_assert_eq(p->target.sample_prior ? p->target.sample_prior(p->self, rng, z)
                                      : mg_posterior_sample(p, rng, z),
               GSL_SUCCESS, "%s: %s", p->type->name, mg_reason());
  gsl_rng_free(rng);
  return z;
}

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

EACH(gradients_are_those_of_differences, check_gradient)

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

EACH(factors_sum_to_the_joint, check_factor_sum)

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

EACH(factors_hold_what_moves_them, check_holds)

/* ---- integrals ---- */

enum { DRAWS = 40000, Z_LIMIT = 61 /* tenths: 1e-9, two-sided */ };

/* Where z lies on the whole line, and the log of dz/du there. */
static double line_of(mg_support support, double z, double *log_slope) {
  *log_slope = support == MG_SUPPORT_POSITIVE ? log(z)
               : support == MG_SUPPORT_UNIT   ? log(z) + log1p(-z)
                                              : 0;
  return support == MG_SUPPORT_POSITIVE ? log(z)
         : support == MG_SUPPORT_UNIT   ? log(z) - log1p(-z)
                                        : z;
}

/* z to u, in place; the log slopes are added to log_p. */
static void to_line(const mg_target *target, gsl_matrix *z, gsl_vector *log_p) {
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < z->size2; i++) {
      double log_slope;
      gsl_matrix_set(z, s, i,
                     line_of(mg_target_support(target, i),
                             gsl_matrix_get(z, s, i), &log_slope));
      *gsl_vector_ptr(log_p, s) += log_slope;
    }
}

/* Mean, and the factor of a covariance half as wide, of the rows of u. */
static void narrow_law(const gsl_matrix *u, gsl_vector *mean,
                       gsl_matrix *chol) {
  const size_t dim = u->size2;
  gsl_matrix *covariance = gsl_matrix_alloc(dim, dim);
  for (size_t i = 0; i < dim; i++)
    gsl_vector_set(mean, i, gsl_stats_mean(u->data + i, u->tda, u->size1));
  for (size_t i = 0; i < dim; i++)
    for (size_t j = 0; j < dim; j++)
      gsl_matrix_set(covariance, i, j,
                     0.5 * gsl_stats_covariance(u->data + i, u->tda,
                                                u->data + j, u->tda, u->size1));
  cr_assert_eq(mg_mvn_factor(covariance, chol), GSL_SUCCESS, "%s", mg_reason());
  gsl_matrix_free(covariance);
}

/* A mean of weights that should be 1, and the greatest one's share of it. */
typedef struct {
  double z, share;
} verdict;

static verdict judge(gsl_vector *log_w) {
  mg_tally tally;
  for (size_t s = 0; s < log_w->size; s++)
    gsl_vector_set(log_w, s, exp(gsl_vector_get(log_w, s)));
  mg_tally_values(log_w->size, log_w->data, log_w->stride, &tally);
  /* Weights that are all 1 to rounding have no standard error to speak of. */
  return (verdict){.z = (tally.mean - 1) / fmax(tally.std_error, 1e-12),
                   .share = tally.max / (tally.mean * (double)tally.n)};
}

/* Do z come from p(z) = exp(log_p - log_c)?  For a normalised r on the line
 * that is narrower than p,  E_p r(u) / p(u) = 1.  r is made of the first half
 * of the draws, and asked about the second.  z and log_p are spoiled. */
static verdict draws_against(const mg_target *target, gsl_matrix *z,
                             gsl_vector *log_p, double log_c) {
  const size_t half = z->size1 / 2, dim = z->size2;
  gsl_vector *mean = gsl_vector_alloc(dim), *log_w = gsl_vector_alloc(half);
  gsl_matrix *chol = gsl_matrix_alloc(dim, dim);
  gsl_matrix_view first = gsl_matrix_submatrix(z, 0, 0, half, dim);
  gsl_matrix_view second = gsl_matrix_submatrix(z, half, 0, half, dim);
  gsl_vector_view log_p2 = gsl_vector_subvector(log_p, half, half);
  to_line(target, z, log_p);
  narrow_law(&first.matrix, mean, chol);
  cr_assert_eq(
      mg_mvn_log_density(&second.matrix, mean, chol, &first.matrix, log_w),
      GSL_SUCCESS, "%s", mg_reason());
  gsl_vector_sub(log_w, &log_p2.vector);
  gsl_vector_add_constant(log_w, log_c);
  const verdict v = judge(log_w);
  gsl_vector_free(mean);
  gsl_vector_free(log_w);
  gsl_matrix_free(chol);
  return v;
}

/* A verdict in which one draw has a 50th of the say says nothing. */
static bool says_something(verdict v) {
  return isfinite(v.z) && v.share < 0.02;
}

static void expect_agreement(const mg_posterior *p, verdict v,
                             const char *what) {
  cr_expect(fabs(v.z) <= Z_LIMIT / 10.0, "%s, %s: z = %.2f", p->type->name,
            what, v.z);
}

/* E_p d(phi) / du + phi d(log p)/du = 0 along each coordinate of the line, for
 * phi = sin u and cos u: Stein's identity, of the prior's draws and gradient
 * (where dz/du moves too, that is added). */
static double stein(const mg_target *target, size_t i, double z, double dz,
                    bool sine) {
  const mg_support support = mg_target_support(target, i);
  double log_slope;
  const double u = line_of(support, z, &log_slope);
  const double slope_slope = support == MG_SUPPORT_POSITIVE ? 1
                             : support == MG_SUPPORT_UNIT   ? 1 - 2 * z
                                                            : 0;
  const double d = dz * exp(log_slope) + slope_slope;
  return sine ? cos(u) + sin(u) * d : -sin(u) + cos(u) * d;
}

static void check_prior_gradient(const mg_posterior *p, const gsl_matrix *z,
                                 const gsl_matrix *dz) {
  gsl_vector *value = gsl_vector_alloc(z->size1);
  for (size_t i = 0; i < 2 * z->size2; i++) {
    mg_tally tally;
    for (size_t s = 0; s < z->size1; s++)
      gsl_vector_set(value, s,
                     stein(&p->target, i / 2, gsl_matrix_get(z, s, i / 2),
                           gsl_matrix_get(dz, s, i / 2), i % 2));
    mg_tally_values(z->size1, value->data, 1, &tally);
    cr_expect(fabs(tally.mean) <= Z_LIMIT / 10.0 * tally.std_error + 1e-12,
              "%s: the gradient of the prior in z[%zu] is not its draws': %.3g "
              "+- %.2g should be 0",
              p->type->name, i / 2, tally.mean, tally.std_error);
  }
  gsl_vector_free(value);
}

static void check_prior(const mg_posterior *p) {
  const mg_target *t = &p->target;
  cr_expect_eq(!t->sample_prior, !t->log_prior, "%s: half a prior",
               p->type->name);
  if (!t->sample_prior)
    return;
  gsl_matrix *z = points(p, "prior", DRAWS);
  gsl_matrix *dz = gsl_matrix_alloc(z->size1, z->size2);
  gsl_vector *log_p = gsl_vector_alloc(z->size1);
  cr_assert_eq(t->log_prior(p->self, z, log_p, t->gradient ? dz : NULL),
               GSL_SUCCESS, "%s", mg_reason());
  if (t->gradient)
    check_prior_gradient(p, z, dz);
  const verdict v = draws_against(t, z, log_p, 0);
  if (says_something(v))
    expect_agreement(p, v, "the prior's draws against its density");
  cr_expect(t->gradient || says_something(v),
            "%s: nothing is known of its "
            "prior's draws",
            p->type->name);
  gsl_matrix_free(z);
  gsl_matrix_free(dz);
  gsl_vector_free(log_p);
}

EACH(priors_draw_what_they_say, check_prior)

/* E over the prior of p(x | z) / p(x) = 1. */
static verdict by_prior(const mg_posterior *p, double log_evidence) {
  gsl_matrix *z = points(p, "evidence", DRAWS);
  gsl_vector *log_w = gsl_vector_alloc(DRAWS), *prior = gsl_vector_alloc(DRAWS);
  cr_assert_eq(p->target.log_density(p->self, z, log_w, NULL), GSL_SUCCESS);
  cr_assert_eq(p->target.log_prior(p->self, z, prior, NULL), GSL_SUCCESS);
  gsl_vector_sub(log_w, prior);
  gsl_vector_add_constant(log_w, -log_evidence);
  const verdict v = judge(log_w);
  gsl_matrix_free(z);
  gsl_vector_free(log_w);
  gsl_vector_free(prior);
  return v;
}

static gsl_matrix *posterior_draws(const mg_posterior *p, const char *stream,
                                   size_t n) {
  gsl_rng *rng = mg_stream_alloc(11, stream, 0);
  gsl_matrix *z = gsl_matrix_alloc(n, p->target.dim);
  cr_assert(rng && z);
  cr_assert_eq(mg_posterior_sample(p, rng, z), GSL_SUCCESS, "%s", mg_reason());
  gsl_rng_free(rng);
  return z;
}

static verdict by_posterior(const mg_posterior *p, double log_evidence) {
  gsl_matrix *z = posterior_draws(p, "evidence", DRAWS);
  gsl_vector *log_p = gsl_vector_alloc(DRAWS);
  cr_assert_eq(p->target.log_density(p->self, z, log_p, NULL), GSL_SUCCESS);
  const verdict v = draws_against(&p->target, z, log_p, log_evidence);
  gsl_matrix_free(z);
  gsl_vector_free(log_p);
  return v;
}

static void check_evidence(const mg_posterior *p) {
  double log_evidence;
  bool said = false;
  if (!p->type->log_evidence)
    return;
  cr_assert_eq(mg_posterior_log_evidence(p, &log_evidence), GSL_SUCCESS);
  if (p->target.sample_prior) {
    const verdict v = by_prior(p, log_evidence);
    said = says_something(v);
    if (said)
      expect_agreement(p, v, "evidence by draws of the prior");
  }
  if (p->type->sample) {
    const verdict v = by_posterior(p, log_evidence);
    if (says_something(v))
      expect_agreement(p, v, "evidence by draws of the posterior");
    said = said || says_something(v);
  }
  cr_expect(said, "%s: draws say nothing of its evidence", p->type->name);
}

EACH(the_evidence_is_that_of_draws, check_evidence)

/* ---- moments ---- */

/* z_i against the mean, or (z_i - m_i)(z_j - m_j) against the covariance. */
static void check_moment(const mg_posterior *p, const gsl_matrix *z,
                         const gsl_vector *mean, const gsl_matrix *covariance,
                         size_t i, size_t j) {
  gsl_vector *value = gsl_vector_alloc(z->size1);
  const bool first = j == z->size2;
  const double truth = first ? 0 : gsl_matrix_get(covariance, i, j);
  mg_tally tally;
  for (size_t s = 0; s < z->size1; s++) {
    const double a = gsl_matrix_get(z, s, i) - gsl_vector_get(mean, i);
    const double b =
        first ? 1 : gsl_matrix_get(z, s, j) - gsl_vector_get(mean, j);
    gsl_vector_set(value, s, a * b - truth);
  }
  mg_tally_values(z->size1, value->data, 1, &tally);
  cr_expect(fabs(tally.mean) <= Z_LIMIT / 10.0 * tally.std_error,
            "%s: %s of (%zu, %zu) off by %.3g +- %.2g", p->type->name,
            first ? "mean" : "covariance", i, first ? i : j, tally.mean,
            tally.std_error);
  gsl_vector_free(value);
}

static void check_moments(const mg_posterior *p) {
  const size_t dim = p->target.dim;
  if (!p->type->moments || !p->type->sample)
    return;
  gsl_matrix *z = posterior_draws(p, "moments", DRAWS);
  gsl_matrix *covariance = gsl_matrix_alloc(dim, dim);
  gsl_vector *mean = gsl_vector_alloc(dim);
  cr_assert_eq(mg_posterior_moments(p, mean, covariance), GSL_SUCCESS);
  for (size_t i = 0; i < dim; i++)
    for (size_t j = i; j <= dim; j++)
      check_moment(p, z, mean, covariance, i, j);
  gsl_matrix_free(z);
  gsl_matrix_free(covariance);
  gsl_vector_free(mean);
}

EACH(moments_are_those_of_draws, check_moments)

/* A sweep leaves draws of the posterior draws of the posterior. */
static void check_gibbs(const mg_posterior *p) {
  const size_t dim = p->target.dim;
  if (!p->target.gibbs || !p->type->moments || !p->type->sample)
    return;
  gsl_rng *rng = mg_stream_alloc(13, "gibbs", 0);
  gsl_matrix *z = posterior_draws(p, "gibbs", DRAWS);
  gsl_matrix *covariance = gsl_matrix_alloc(dim, dim);
  gsl_vector *mean = gsl_vector_alloc(dim);
  cr_assert_eq(mg_posterior_moments(p, mean, covariance), GSL_SUCCESS);
  cr_assert_eq(p->target.gibbs(p->self, rng, z), GSL_SUCCESS);
  for (size_t i = 0; i < dim; i++)
    for (size_t j = i; j <= dim; j++)
      check_moment(p, z, mean, covariance, i, j);
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_matrix_free(covariance);
  gsl_vector_free(mean);
}

EACH(a_gibbs_sweep_leaves_the_posterior, check_gibbs)

/* ---- data drawn anew ---- */

enum { REPEATS = 1000, RANKED = 19 };

/* z of the prior, x given z, then draws of z given x: among those the first z
 * has a rank that is uniform on 0 .. 19.  Its mean and mean square, of each
 * coordinate, against those of the uniform. */
static void check_simulate(const mg_posterior *p) {
  const size_t dim = p->target.dim;
  gsl_matrix *after, *before, *rank[2];
  mg_posterior *own;
  if (!p->type->simulate || !p->type->sample)
    return;
  gsl_rng *rng = mg_stream_alloc(17, "simulate", 0);
  own = mg_posterior_alloc(p->type, p->options);
  cr_assert(own && rng);
  before = points(p, "simulate", REPEATS);
  after = gsl_matrix_alloc(RANKED, dim);
  for (size_t k = 0; k < 2; k++)
    rank[k] = gsl_matrix_calloc(dim, REPEATS);
  for (size_t r = 0; r < REPEATS; r++) {
    gsl_vector_view truth = gsl_matrix_row(before, r);
    cr_assert_eq(mg_posterior_simulate(own, rng, &truth.vector), GSL_SUCCESS);
    cr_assert_eq(mg_posterior_sample(own, rng, after), GSL_SUCCESS);
    for (size_t i = 0; i < dim; i++) {
      double below = 0;
      for (size_t s = 0; s < RANKED; s++)
        below += gsl_matrix_get(after, s, i) < gsl_vector_get(&truth.vector, i);
      gsl_matrix_set(rank[0], i, r, below);
      gsl_matrix_set(rank[1], i, r, below * below);
    }
  }
  for (size_t i = 0; i < dim; i++)
    for (size_t k = 0; k < 2; k++) {
      const double truth = k ? RANKED * (2 * RANKED + 1) / 6.0 : RANKED / 2.0;
      mg_tally tally;
      mg_tally_values(REPEATS, gsl_matrix_ptr(rank[k], i, 0), 1, &tally);
      cr_expect(fabs(tally.mean - truth) <= Z_LIMIT / 10.0 * tally.std_error,
                "%s: z[%zu] has rank%s %.3f +- %.2g among its posterior's "
                "draws, not %.3f",
                p->type->name, i, k ? " squared" : "", tally.mean,
                tally.std_error, truth);
    }
  mg_posterior_free(own);
  gsl_rng_free(rng);
  gsl_matrix_free(after);
  gsl_matrix_free(before);
  gsl_matrix_free(rank[0]);
  gsl_matrix_free(rank[1]);
}

EACH(data_drawn_anew_are_those_of_the_model, check_simulate)

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
