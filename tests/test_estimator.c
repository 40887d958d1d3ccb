/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients of a bound from draws: exact means by enumeration, variances by
 * closed forms, the same draws for every kind. */
#include "infer/estimator.h"

#include <criterion/criterion.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "targets/coin.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(estimator, .init = quiet);

/* ---- a target with classes: 2 and 3 of them, every mean a sum ---- */

static double term(size_t f, double a, double b) {
  const double of[] = {1.3 * a, 0.4 * b * b - b, 2 * sin(1 + a + 3 * b) - 7};
  return of[f];
}

static int class_factors(const void *self, const gsl_matrix *z,
                         gsl_matrix *log_f) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t f = 0; f < 3; f++)
      gsl_matrix_set(log_f, s, f,
                     term(f, gsl_matrix_get(z, s, 0), gsl_matrix_get(z, s, 1)));
  return GSL_SUCCESS;
}

static int class_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                       gsl_matrix *dz) {
  (void)self, (void)dz;
  gsl_vector_set_zero(log_p);
  for (size_t s = 0; s < z->size1; s++)
    for (size_t f = 0; f < 3; f++)
      *gsl_vector_ptr(log_p, s) +=
          term(f, gsl_matrix_get(z, s, 0), gsl_matrix_get(z, s, 1));
  return GSL_SUCCESS;
}

static bool class_holds(const void *self, size_t f, size_t i) {
  (void)self;
  return f == 2 || f == i;
}

static const mg_support two_classes[] = {MG_SUPPORT_CLASSES,
                                         MG_SUPPORT_CLASSES};
static const mg_target classes = {.name = "classes",
                                  .dim = 2,
                                  .support = two_classes,
                                  .classes = (const size_t[]){2, 3},
                                  .log_density = class_joint,
                                  .factors = 3,
                                  .log_factors = class_factors,
                                  .holds = class_holds};

/* Everything that an estimator looks at, for draws that are given. */
static void look(mg_draws *d) {
  const mg_target *t = d->target;
  mg_guide_log_density(d->guide, d->z, d->log_q, NULL);
  t->log_density(t->self, d->z, d->log_p, NULL);
  mg_guide_score(d->guide, d->z, d->score);
  if (d->log_f)
    t->log_factors(t->self, d->z, d->log_f);
  gsl_vector_memcpy(d->f, d->log_p);
  gsl_vector_sub(d->f, d->log_q);
}

/* Draws number `tuple` of the 6^S; its probability. */
static double set_tuple(mg_draws *d, size_t tuple) {
  double log_q = 0;
  for (size_t s = 0; s < d->z->size1; s++, tuple /= 6) {
    gsl_matrix_set(d->z, s, 0, (double)(tuple % 2));
    gsl_matrix_set(d->z, s, 1, (double)(tuple / 2 % 3));
  }
  look(d);
  for (size_t s = 0; s < d->z->size1; s++)
    log_q += gsl_vector_get(d->log_q, s);
  return exp(log_q);
}

/* Sum over all tuples of S draws of the mean row. */
static void expect(mg_estimator kind, mg_guide *q, size_t draws,
                   gsl_vector *mean) {
  mg_draws d = {0};
  gsl_vector *one = gsl_vector_alloc(q->lambda->size);
  const size_t tuples = (size_t)lrint(pow(6, (double)draws));
  double sum = 0;
  gsl_vector_set_zero(mean);
  cr_assert_eq(mg_draws_init(&d, kind, &classes, q, draws), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t tuple = 0; tuple < tuples; tuple++) {
    const double p = set_tuple(&d, tuple);
    mg_estimators[kind].estimate(&d);
    mg_draws_gradient(&d, one, NULL);
    gsl_blas_daxpy(p, one, mean);
    sum += p;
  }
  cr_assert_float_eq(sum, 1, 1e-12, "all draws have %.17g", sum);
  gsl_vector_free(one);
  mg_draws_clear(&d);
}

/* No kind by the score is biased, at any number of draws: the constants that a
 * row is given must not have seen its draw. */
Test(estimator, unbiased_by_enumeration) {
  mg_guide *q = mg_guide_mean_field(&classes, NULL);
  const size_t p = q->lambda->size;
  gsl_vector *right = gsl_vector_alloc(p), *mean = gsl_vector_alloc(p);
  for (size_t j = 0; j < p; j++)
    gsl_vector_set(q->lambda, j, sin(3 * (double)j));
  /* By hand, one draw: sum_z q(z) f(z) score(z), which is `score` of 2 draws
   * without its mean over them. */
  mg_draws d = {0};
  mg_draws_init(&d, MG_ESTIMATOR_SCORE, &classes, q, 6);
  for (size_t s = 0; s < 6; s++) {
    gsl_matrix_set(d.z, s, 0, (double)(s % 2));
    gsl_matrix_set(d.z, s, 1, (double)(s / 2));
  }
  look(&d);
  gsl_vector_set_zero(right);
  for (size_t s = 0; s < 6; s++) {
    gsl_vector_const_view score = gsl_matrix_const_row(d.score, s);
    gsl_blas_daxpy(exp(gsl_vector_get(d.log_q, s)) * gsl_vector_get(d.f, s),
                   &score.vector, right);
  }
  cr_assert_gt(gsl_blas_dnrm2(right), 0.1, "the gradient is too short to see");
  for (int kind = 0; kind <= MG_ESTIMATOR_RAO_BLACKWELL_CONTROL; kind++)
    for (size_t draws = 2; draws <= 5; draws++) {
      expect((mg_estimator)kind, q, draws, mean);
      for (size_t j = 0; j < p; j++)
        cr_expect_float_eq(gsl_vector_get(mean, j), gsl_vector_get(right, j),
                           1e-12,
                           "%s, %zu draws, parameter %zu: %.15g not %.15g",
                           mg_estimators[kind].name, draws, j,
                           gsl_vector_get(mean, j), gsl_vector_get(right, j));
    }
  mg_draws_clear(&d);
  gsl_vector_free(right);
  gsl_vector_free(mean);
  mg_guide_free(q);
}

/* Classes that are certain: every score is 0, and no constant best. */
Test(estimator, scores_that_are_all_0) {
  mg_guide *q = mg_guide_mean_field(&classes, NULL);
  mg_draws d = {0};
  gsl_rng *rng = mg_stream_alloc(4, "test/estimator", 0);
  gsl_vector_set_all(q->lambda, -700);
  gsl_vector_set(q->lambda, 1, 0);
  gsl_vector_set(q->lambda, 3, 0);
  mg_draws_init(&d, MG_ESTIMATOR_CONTROL, &classes, q, 10);
  cr_assert_eq(mg_draws_make(&d, rng, 1), GSL_SUCCESS, "%s", mg_reason());
  for (size_t s = 0; s < 10; s++)
    for (size_t j = 0; j < q->lambda->size; j++)
      cr_expect_lt(fabs(gsl_matrix_get(d.rows, s, j)), 1e-200, "row %zu: %g", s,
                   gsl_matrix_get(d.rows, s, j));
  mg_draws_clear(&d);
  gsl_rng_free(rng);
  mg_guide_free(q);
}

/* ---- N(0, I): all variances known ---- */

static int standard_joint(const void *self, const gsl_matrix *z,
                          gsl_vector *log_p, gsl_matrix *dz) {
  (void)self;
  gsl_vector_set_all(log_p, -MG_LN_2PI / 2 * (double)z->size2);
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < z->size2; i++) {
      const double at = gsl_matrix_get(z, s, i);
      *gsl_vector_ptr(log_p, s) -= at * at / 2;
      if (dz)
        gsl_matrix_set(dz, s, i, -at);
    }
  return GSL_SUCCESS;
}

static int standard_factors(const void *self, const gsl_matrix *z,
                            gsl_matrix *log_f) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++)
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(log_f, s, i,
                     -(gsl_pow_2(gsl_matrix_get(z, s, i)) + MG_LN_2PI) / 2);
  return GSL_SUCCESS;
}

static bool standard_holds(const void *self, size_t f, size_t i) {
  (void)self;
  return f == i;
}

static mg_target standard(size_t dim) {
  return (mg_target){.name = "standard",
                     .dim = dim,
                     .log_density = standard_joint,
                     .gradient = true,
                     .factors = dim,
                     .log_factors = standard_factors,
                     .holds = standard_holds};
}

/* Means 1, standard deviations 1. */
static mg_guide *shifted(const mg_target *t) {
  mg_guide *q = mg_guide_mean_field(t, NULL);
  for (size_t j = 0; j < q->lambda->size; j += 2)
    gsl_vector_set(q->lambda, j, 1);
  return q;
}

/* Mean and variance of a row over batches; the variance also over all columns
 * j, j + stride ..., which have the same. */
typedef struct {
  double mean[2], variance[2];
  size_t draws;
} found;

static found measure(mg_estimator kind, const mg_target *t, const mg_guide *q,
                     size_t draws, size_t batches) {
  found f = {.draws = draws * batches};
  mg_draws d = {0};
  const size_t p = q->lambda->size;
  gsl_vector *g = gsl_vector_alloc(p), *v = gsl_vector_alloc(p);
  gsl_rng *rng = mg_stream_alloc(5, "test/estimator", t->dim);
  cr_assert_eq(mg_draws_init(&d, kind, t, q, draws), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t b = 0; b < batches; b++) {
    cr_assert_eq(mg_draws_make(&d, rng, 1), GSL_SUCCESS, "%s", mg_reason());
    mg_draws_gradient(&d, g, v);
    for (size_t j = 0; j < p; j++) {
      f.variance[j % 2] += gsl_vector_get(v, j) * 2 / (double)(p * batches);
      if (j < 2)
        f.mean[j] += gsl_vector_get(g, j) / (double)batches;
    }
  }
  mg_draws_clear(&d);
  gsl_vector_free(g);
  gsl_vector_free(v);
  gsl_rng_free(rng);
  return f;
}

/* The mean within 6.1 of its standard errors, the variance within 2 %. */
static void hold(const char *name, const found *f, size_t j, double mean,
                 double variance) {
  const double sd = sqrt(variance / (double)f->draws);
  cr_expect_leq(fabs(f->mean[j] - mean), 6.1 * sd + 1e-11,
                "%s, parameter %zu: mean %.9g, not %.9g +- %.2g", name, j,
                f->mean[j], mean, sd);
  cr_expect_leq(fabs(f->variance[j] - variance), 0.02 * variance + 1e-12,
                "%s, parameter %zu: variance %.9g, not %.9g", name, j,
                f->variance[j], variance);
}

/* In the mean, and in log sd, of which the gradient is -1 and 0:
 * with e the noise of z_i, f = -D/2 - sum e. */
static void hold_standard(size_t dim, size_t draws, size_t batches) {
  const mg_target t = standard(dim);
  mg_guide *q = shifted(&t);
  const double n = (double)dim;
  const double mean[MG_ESTIMATORS] = {
      gsl_pow_2(1 + n / 2), n + 1, n + 1, 2.25, 2, 1, 0};
  const double log_sd[MG_ESTIMATORS] = {
      n * n / 2 + 2 * n + 8, 2 * n + 8, 2 * n + 8, 10.5, 10, 3, 1};
  for (int kind = 0; kind < MG_ESTIMATORS; kind++) {
    const found f = measure((mg_estimator)kind, &t, q, draws, batches);
    hold(mg_estimators[kind].name, &f, 0, -1, mean[kind]);
    hold(mg_estimators[kind].name, &f, 1, 0, log_sd[kind]);
  }
  mg_guide_free(q);
}

/* 2.25, 2, 2, 2.25, 2, 1, 0. */
Test(estimator, a_million_draws_in_one_dimension) {
  hold_standard(1, 10000, 100);
}

/* The score 36; Rao-Blackwellised still 2.25. */
Test(estimator, a_million_draws_in_ten_dimensions) {
  hold_standard(10, 10000, 100);
}

/* The score 2601. */
Test(estimator, a_hundred_dimensions) {
  hold_standard(100, 5000, 10);
}

/* ---- the coin ---- */

/* Beta(15, 15) for Beta(16, 14); the guide's parameters are logs, so gradients
 * are 15 times those in alpha and beta. */
Test(estimator, a_million_draws_of_the_coin) {
  mg_posterior *coin = mg_posterior_alloc(&mg_coin_type, NULL);
  mg_guide *q = mg_guide_mean_field(&coin->target, NULL);
  gsl_vector_set_all(q->lambda, log(15));
  const double mean = .068938228 * 15, square = 15 * 15;
  const double least = .009594575 * square;
  found f = measure(MG_ESTIMATOR_SCORE, &coin->target, q, 10000, 100);
  /* Each column on its own: measure means over columns 2 apart, and P is 2. */
  hold("score", &f, 0, mean, 1.863731 * square);
  hold("score", &f, 1, -mean, 1.728085 * square);
  f = measure(MG_ESTIMATOR_CONTROL, &coin->target, q, 10000, 100);
  hold("control", &f, 0, mean, least);
  hold("control", &f, 1, -mean, least);
  f = measure(MG_ESTIMATOR_RAO_BLACKWELL_CONTROL, &coin->target, q, 10000, 100);
  hold("rao-blackwell-control", &f, 0, mean, least);
  hold("rao-blackwell-control", &f, 1, -mean, least);
  mg_guide_free(q);
  mg_posterior_free(coin);
}

/* The constants themselves: -7.27393 and -7.00280. */
Test(estimator, the_best_constants_of_the_coin) {
  mg_posterior *coin = mg_posterior_alloc(&mg_coin_type, NULL);
  mg_guide *q = mg_guide_mean_field(&coin->target, NULL);
  mg_draws d = {0};
  gsl_rng *rng = mg_stream_alloc(6, "test/estimator", 0);
  gsl_vector_set_all(q->lambda, log(15));
  mg_draws_init(&d, MG_ESTIMATOR_CONTROL, &coin->target, q, 400000);
  cr_assert_eq(mg_draws_make(&d, rng, 0), GSL_SUCCESS, "%s", mg_reason());
  const double right[] = {-7.27393, -7.00280};
  for (size_t j = 0; j < 2; j++) {
    /* What the first draw was given by the others. */
    const double a = gsl_vector_get(d.f, 0) - gsl_matrix_get(d.rows, 0, j) /
                                                  gsl_matrix_get(d.score, 0, j);
    /* (f - a) score^2 / E score^2 varies by less than 1 a draw. */
    cr_expect_float_eq(a, right[j], 6.1 / sqrt(400000), "%zu: %g, not %g", j, a,
                       right[j]);
  }
  mg_draws_clear(&d);
  gsl_rng_free(rng);
  mg_guide_free(q);
  mg_posterior_free(coin);
}

/* At the posterior f is the log evidence, whatever z, and whoever sticks the
 * landing has no noise left. */
Test(estimator, nothing_varies_at_the_posterior) {
  mg_posterior *coin = mg_posterior_alloc(&mg_coin_type, NULL);
  mg_guide *q = mg_guide_mean_field(&coin->target, NULL);
  mg_draws d = {0};
  gsl_rng *rng = mg_stream_alloc(7, "test/estimator", 0);
  double elbo, se;
  gsl_vector_set(q->lambda, 0, log(16));
  gsl_vector_set(q->lambda, 1, log(14));
  mg_draws_init(&d, MG_ESTIMATOR_STICKING, &coin->target, q, 1000);
  cr_assert_eq(mg_draws_make(&d, rng, 0), GSL_SUCCESS, "%s", mg_reason());
  mg_draws_elbo(&d, &elbo, &se);
  cr_expect_float_eq(elbo, -7.069374503, 1e-9, "%.12g", elbo);
  cr_expect_lt(se, 1e-12, "it varies by %g", se);
  for (size_t s = 0; s < 1000; s++)
    for (size_t j = 0; j < 2; j++)
      cr_assert_float_eq(gsl_matrix_get(d.rows, s, j), 0, 1e-11,
                         "row %zu is %g", s, gsl_matrix_get(d.rows, s, j));
  mg_draws_clear(&d);
  gsl_rng_free(rng);
  mg_guide_free(q);
  mg_posterior_free(coin);
}

/* ---- what holds of all kinds ---- */

Test(estimator, every_kind_sees_the_same_draws_on_any_threads) {
  const mg_target t = standard(7);
  mg_guide *q = shifted(&t);
  gsl_matrix *z = NULL, *rows = gsl_matrix_alloc(100, 14);
  for (int kind = 0; kind < MG_ESTIMATORS; kind++)
    for (size_t threads = 1; threads <= 3; threads++) {
      mg_draws d = {0};
      gsl_rng *rng = mg_stream_alloc(8, "test/estimator", 0);
      cr_assert_eq(mg_draws_init(&d, (mg_estimator)kind, &t, q, 100),
                   GSL_SUCCESS, "%s", mg_reason());
      cr_assert_eq(mg_draws_make(&d, rng, threads), GSL_SUCCESS, "%s",
                   mg_reason());
      if (!z) {
        z = gsl_matrix_alloc(100, 7);
        gsl_matrix_memcpy(z, d.z);
      }
      if (threads == 1)
        gsl_matrix_memcpy(rows, d.rows);
      cr_expect(gsl_matrix_equal(z, d.z), "%s draws another z",
                mg_estimators[kind].name);
      cr_expect(gsl_matrix_equal(rows, d.rows), "%s: threads move it",
                mg_estimators[kind].name);
      mg_draws_clear(&d);
      gsl_rng_free(rng);
    }
  gsl_matrix_free(z);
  gsl_matrix_free(rows);
  mg_guide_free(q);
}

/* On a Gaussian the full-rank guide's log_sd are mean-field's: with L = I the
 * score's rows in the means are the same. */
Test(estimator, full_rank_too) {
  const mg_target t = standard(3);
  mg_guide *q = mg_guide_full_rank(&t);
  const mg_estimator kinds[] = {MG_ESTIMATOR_SCORE, MG_ESTIMATOR_BASELINE,
                                MG_ESTIMATOR_CONTROL, MG_ESTIMATOR_PATHWISE,
                                MG_ESTIMATOR_STICKING};
  const double variance[] = {6.25, 4, 4, 1, 0};
  for (size_t j = 0; j < 3; j++)
    gsl_vector_set(q->lambda, j, 1);
  for (size_t k = 0; k < 5; k++) {
    mg_draws d = {0};
    gsl_rng *rng = mg_stream_alloc(9, "test/estimator", 0);
    gsl_vector *g = gsl_vector_alloc(9), *v = gsl_vector_alloc(9);
    mg_draws_init(&d, kinds[k], &t, q, 200000);
    cr_assert_eq(mg_draws_make(&d, rng, 0), GSL_SUCCESS, "%s", mg_reason());
    mg_draws_gradient(&d, g, v);
    const double sd = sqrt(variance[k] / 200000);
    for (size_t j = 0; j < 3; j++) {
      cr_expect_float_eq(gsl_vector_get(g, j), -1, 6.1 * sd + 1e-11,
                         "%s: mean[%zu] %g", mg_estimators[kinds[k]].name, j,
                         gsl_vector_get(g, j));
      cr_expect_float_eq(gsl_vector_get(v, j), variance[k],
                         0.04 * variance[k] + 1e-11, "%s: variance %g",
                         mg_estimators[kinds[k]].name, gsl_vector_get(v, j));
    }
    mg_draws_clear(&d);
    gsl_vector_free(g);
    gsl_vector_free(v);
    gsl_rng_free(rng);
  }
  mg_guide_free(q);
}

/* ---- what is refused ---- */

static void refused(mg_estimator kind, const mg_target *t, const mg_guide *q,
                    size_t draws, int code, const char *words) {
  mg_draws d = {0};
  cr_expect_eq(mg_draws_init(&d, kind, t, q, draws), code, "%s: wrong code",
               words);
  cr_expect(strstr(mg_reason(), words), "'%s' not in: %s", words, mg_reason());
  cr_expect_null(d.z, "%s: something was left", words);
  mg_draws_clear(&d);
}

Test(estimator, what_cannot_be_served) {
  mg_target t = standard(2), wide = standard(3);
  mg_guide *q = mg_guide_mean_field(&t, NULL), *full = mg_guide_full_rank(&t);
  mg_guide *counts = mg_guide_mean_field(&classes, NULL);
  mg_target smooth = classes;
  smooth.gradient = true;
  refused(MG_ESTIMATOR_PATHWISE, &classes, counts, 5, GSL_EUNSUP, "gradient");
  refused(MG_ESTIMATOR_STICKING, &smooth, counts, 5, GSL_EUNSUP, "smoothly");
  refused(MG_ESTIMATOR_RAO_BLACKWELL, &t, full, 5, GSL_EUNSUP, "full-rank");
  refused(MG_ESTIMATOR_SCORE, &wide, q, 5, GSL_EBADLEN, "3 coordinates");
  refused(MG_ESTIMATOR_SCORE, &t, q, 1, GSL_EINVAL, "1 draws");
  t.log_factors = NULL;
  refused(MG_ESTIMATOR_RAO_BLACKWELL, &t, q, 5, GSL_EUNSUP, "factors");
  mg_guide_free(q);
  mg_guide_free(full);
  mg_guide_free(counts);
}

/* ---- the best constants, by their definition ---- */

/* More columns than a block of them, of which the third has but one score. */
Test(estimator, constants_are_sums_over_the_other_draws) {
  enum { S = 5, P = 150 };
  gsl_rng *rng = mg_stream_alloc(9, "test/constants", 0);
  gsl_matrix *score = gsl_matrix_alloc(S, P), *weight = gsl_matrix_alloc(S, P);
  double f[S][P];
  for (size_t i = 0; i < S * P; i++) {
    score->data[i] = gsl_rng_uniform(rng) - 0.5;
    weight->data[i] = f[i / P][i % P] = 3 * gsl_rng_uniform(rng) - 9;
  }
  for (size_t s = 0; s < S; s++)
    gsl_matrix_set(score, s, 2, s == 1);
  mg_estimator_control(score, weight);
  for (size_t s = 0; s < S; s++)
    for (size_t j = 0; j < P; j++) {
      double top = 0, bottom = 0;
      for (size_t r = 0; r < S; r++) {
        const double square = gsl_pow_2(gsl_matrix_get(score, r, j));
        top += r == s ? 0 : f[r][j] * square;
        bottom += r == s ? 0 : square;
      }
      const double right = f[s][j] - (bottom > 0 ? top / bottom : 0);
      cr_expect(fabs(gsl_matrix_get(weight, s, j) - right) < 1e-11,
                "draw %zu, parameter %zu: %.14g, not %.14g", s, j,
                gsl_matrix_get(weight, s, j), right);
    }
  gsl_matrix_free(score);
  gsl_matrix_free(weight);
  gsl_rng_free(rng);
}
