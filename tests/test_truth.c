/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is what posteriors say of themselves true?  Prior, evidence, moments, sweeps
 * and new data, of every posterior that comes along, against draws; and the
 * evidence of small ones against a sum over a grid. */
#include "posteriors.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/tally.h"
#include "dist/mvn.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(truth, .init = quiet, .timeout = 120);

enum { DRAWS = 40000 };

/* Of a false alarm rate of 1e-9, two-sided. */
static const double z_limit = 6.1;

/* ---- the line ---- */

/* Where z lies on the whole line, and the log of dz/du there. */
static double line_of(mg_support support, double z, double *log_slope) {
  *log_slope = support == MG_SUPPORT_POSITIVE ? log(z)
               : support == MG_SUPPORT_UNIT   ? log(z) + log1p(-z)
                                              : 0;
  return support == MG_SUPPORT_POSITIVE ? log(z)
         : support == MG_SUPPORT_UNIT   ? log(z) - log1p(-z)
                                        : z;
}

/* And back. */
static double line_to(mg_support support, double u, double *log_slope) {
  const double z = support == MG_SUPPORT_POSITIVE ? exp(u)
                   : support == MG_SUPPORT_UNIT   ? mg_sigmoid(u)
                                                  : u;
  line_of(support, z, log_slope);
  return z;
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
  cr_expect(fabs(v.z) <= z_limit, "%s, %s: z = %.2f", p->type->name, what, v.z);
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
    cr_expect(fabs(tally.mean) <= z_limit * tally.std_error + 1e-12,
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

EACH(truth, priors_draw_what_they_say, check_prior)

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

EACH(truth, the_evidence_is_that_of_draws, check_evidence)

/* ---- the evidence of small ones, over a grid ---- */

enum { GRID = 400 };

/* Equal steps u = from + g step of each coordinate of the line. */
typedef struct {
  double from[2], step[2];
} grid;

/* Three times as wide as draws of the posterior. */
static grid grid_of(const mg_posterior *p) {
  gsl_matrix *u = posterior_draws(p, "grid", 4000);
  gsl_vector *unused = gsl_vector_calloc(u->size1);
  grid g;
  to_line(&p->target, u, unused);
  for (size_t i = 0; i < u->size2; i++) {
    gsl_vector_view column = gsl_matrix_column(u, i);
    double least, most;
    gsl_vector_minmax(&column.vector, &least, &most);
    g.from[i] = least - (most - least);
    g.step[i] = 3 * (most - least) / GRID;
  }
  gsl_matrix_free(u);
  gsl_vector_free(unused);
  return g;
}

/* log p(x, z) dz/du along the first coordinate, at row of the second. */
static void grid_row(const mg_posterior *p, const grid *g, size_t row,
                     double *log_p) {
  gsl_matrix *z = gsl_matrix_alloc(GRID, p->target.dim);
  gsl_vector_view value = gsl_vector_view_array(log_p, GRID);
  double log_slope[GRID] = {0};
  for (size_t s = 0; s < GRID; s++)
    for (size_t i = 0; i < z->size2; i++) {
      const double u = g->from[i] + (double)(i ? row : s) * g->step[i];
      double each;
      gsl_matrix_set(z, s, i,
                     line_to(mg_target_support(&p->target, i), u, &each));
      log_slope[s] += each;
    }
  cr_assert_eq(p->target.log_density(p->self, z, &value.vector, NULL),
               GSL_SUCCESS, "%s: %s", p->type->name, mg_reason());
  for (size_t s = 0; s < GRID; s++)
    log_p[s] += log_slope[s];
  gsl_matrix_free(z);
}

/* A sum at equal steps is exact to rounding where the ends are as good as 0
 * and a step is short beside every bend. */
static void check_grid(const mg_posterior *p) {
  const size_t rows = p->target.dim == 2 ? GRID : 1;
  double log_evidence, log_p[GRID], *total;
  if (p->target.dim > 2 || !p->type->log_evidence || !p->type->sample)
    return;
  const grid g = grid_of(p);
  total = malloc(rows * sizeof *total);
  cr_assert(total);
  for (size_t row = 0; row < rows; row++) {
    grid_row(p, &g, row, log_p);
    total[row] = mg_log_sum_exp(GRID, log_p);
  }
  double sum = mg_log_sum_exp(rows, total);
  for (size_t i = 0; i < p->target.dim; i++)
    sum += log(g.step[i]);
  cr_assert_eq(mg_posterior_log_evidence(p, &log_evidence), GSL_SUCCESS);
  cr_expect_float_eq(sum, log_evidence, 1e-9,
                     "%s: log evidence %.12f, over a grid %.12f", p->type->name,
                     log_evidence, sum);
  free(total);
}

EACH(truth, the_evidence_is_that_of_a_grid, check_grid)

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
  cr_expect(fabs(tally.mean) <= z_limit * tally.std_error,
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

EACH(truth, moments_are_those_of_draws, check_moments)

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

EACH(truth, a_gibbs_sweep_leaves_the_posterior, check_gibbs)

/* ---- data drawn anew ---- */

enum { REPEATS = 1000, RANKED = 19 };

/* Ranks of a truth among draws, of each coordinate, and the squares of their
 * distances from the middle. */
typedef struct {
  gsl_matrix *rank, *square; /* D x REPEATS */
} ranks;

static void rank_among(ranks *k, size_t r, const gsl_vector *truth,
                       const gsl_matrix *draws) {
  for (size_t i = 0; i < truth->size; i++) {
    double below = 0;
    for (size_t s = 0; s < draws->size1; s++)
      below += gsl_matrix_get(draws, s, i) < gsl_vector_get(truth, i);
    gsl_matrix_set(k->rank, i, r, below);
    gsl_matrix_set(k->square, i, r, pow(below - RANKED / 2.0, 2));
  }
}

static void expect_mean(const mg_posterior *p, const gsl_matrix *rank, size_t i,
                        double truth, const char *what) {
  mg_tally tally;
  mg_tally_values(REPEATS, gsl_matrix_const_ptr(rank, i, 0), 1, &tally);
  cr_expect(fabs(tally.mean - truth) <= z_limit * tally.std_error,
            "%s: z[%zu] has %s %.3f +- %.2g among its posterior's draws, not "
            "%.3f",
            p->type->name, i, what, tally.mean, tally.std_error, truth);
}

/* z of the prior, x given z, then draws of z given x: among those the first z
 * has a rank that is uniform on 0 .. 19.  Its mean and variance, of each
 * coordinate, against those of the uniform. */
static void check_simulate(const mg_posterior *p) {
  const size_t dim = p->target.dim;
  if (!p->type->simulate || !p->type->sample)
    return;
  gsl_rng *rng = mg_stream_alloc(17, "simulate", 0);
  mg_posterior *own = mg_posterior_alloc(p->type, p->options);
  gsl_matrix *truth = points(p, "simulate", REPEATS);
  gsl_matrix *draws = gsl_matrix_alloc(RANKED, dim);
  ranks k = {gsl_matrix_alloc(dim, REPEATS), gsl_matrix_alloc(dim, REPEATS)};
  cr_assert(own && rng, "%s", mg_reason());
  for (size_t r = 0; r < REPEATS; r++) {
    gsl_vector_view row = gsl_matrix_row(truth, r);
    cr_assert_eq(mg_posterior_simulate(own, rng, &row.vector), GSL_SUCCESS);
    cr_assert_eq(mg_posterior_sample(own, rng, draws), GSL_SUCCESS);
    rank_among(&k, r, &row.vector, draws);
  }
  for (size_t i = 0; i < dim; i++) {
    expect_mean(p, k.rank, i, RANKED / 2.0, "a mean rank");
    expect_mean(p, k.square, i, RANKED * (RANKED + 2) / 12.0,
                "a squared rank about the middle");
  }
  mg_posterior_free(own);
  gsl_rng_free(rng);
  gsl_matrix_free(truth);
  gsl_matrix_free(draws);
  gsl_matrix_free(k.rank);
  gsl_matrix_free(k.square);
}

EACH(truth, data_drawn_anew_are_those_of_the_model, check_simulate)
