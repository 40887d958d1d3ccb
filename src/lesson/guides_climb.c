/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about guides, in more dimensions: what the noise of a
 * gradient is, and what it costs. */
#include "config.h"

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <stdio.h>

#include "dist/mvn.h"
#include "lesson/guides.h"
#include "lesson/library.h"
#include "targets/gaussian.h"

int mg_lesson_guide_climb(const mg_target *target, mg_guide *guide,
                          const mg_bbvi_options *options, unsigned long seed) {
  mg_bbvi *climb = mg_bbvi_alloc(target, guide, options, seed);
  int status = climb ? GSL_CONTINUE : GSL_EFAILED;
  while (status == GSL_CONTINUE) {
    status = mg_bbvi_iterate(climb);
    if (!status)
      status = mg_bbvi_test(climb);
  }
  mg_bbvi_free(climb);
  return status;
}

/* ---- the variance of one draw ---- */

/* What theory has: f = -D/2 - sum_i e_i with z_i = 1 + e_i, times e_1 for the
 * score, less -D/2 for a constant. */
static double expected(mg_estimator kind, double dim) {
  switch (kind) {
  case MG_ESTIMATOR_SCORE:
    return gsl_pow_2(1 + dim / 2);
  case MG_ESTIMATOR_BASELINE:
  case MG_ESTIMATOR_CONTROL:
    return dim + 1;
  case MG_ESTIMATOR_RAO_BLACKWELL:
    return 2.25;
  case MG_ESTIMATOR_RAO_BLACKWELL_CONTROL:
    return 2;
  case MG_ESTIMATOR_PATHWISE:
    return 1;
  default:
    return 0;
  }
}

/* Of the gradient in the means: the first, and the mean variance. */
static int measure(mg_draws *d, gsl_rng *rng, double *mean, double *variance) {
  const mg_guide *q = d->guide;
  gsl_vector *g = gsl_vector_alloc(q->lambda->size);
  gsl_vector *v = gsl_vector_alloc(q->lambda->size);
  int status = rng && g && v ? mg_draws_make(d, rng, 1) : GSL_ENOMEM;
  if (!status) {
    mg_draws_gradient(d, g, v);
    *mean = gsl_vector_get(g, q->first[0]);
    *variance = 0;
    for (size_t i = 0; i < q->dim; i++)
      *variance += gsl_vector_get(v, q->first[i]) / (double)q->dim;
  }
  gsl_vector_free(v);
  gsl_vector_free(g);
  return status;
}

static int add_variance(mg_lesson *lesson, const mg_posterior *p,
                        const mg_guide *q, mg_estimator kind, size_t draws,
                        double *variance) {
  const double dim = (double)p->target.dim;
  double mean = 0;
  char table[MG_BOARD_NAME];
  mg_draws d = {0};
  int status = mg_draws_init(&d, kind, &p->target, q, draws);
  if (!status)
    status = measure(&d, RNG("variances"), &mean, variance);
  snprintf(table, sizeof table, "variances_%zu", p->target.dim);
  if (!status)
    status = MG_TABLE_LINE(ROWS(table), mg_estimators[kind].name, dim, mean,
                           sqrt(*variance / (double)draws), *variance,
                           expected(kind, dim));
  mg_draws_clear(&d);
  return status;
}

int mg_lesson_variances(mg_lesson *lesson, size_t dim, size_t draws) {
  const mg_gaussian_options options = {.dim = dim, .sd = 1};
  double v[MG_ESTIMATORS];
  mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, &options);
  mg_guide *q = p ? mg_guide_mean_field(&p->target, NULL) : NULL;
  int status = q ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t i = 0; !status && i < dim; i++)
    gsl_vector_set(q->lambda, q->first[i], 1);
  for (size_t k = 0; !status && k < MG_ESTIMATORS; k++)
    status = add_variance(lesson, p, q, (mg_estimator)k, draws, v + k);
  if (!status)
    status =
        MG_TABLE_LINE(ROWS("spread"), NULL, (double)dim, v[MG_ESTIMATOR_SCORE],
                      v[MG_ESTIMATOR_CONTROL], v[MG_ESTIMATOR_RAO_BLACKWELL],
                      v[MG_ESTIMATOR_PATHWISE]);
  mg_guide_free(q);
  mg_posterior_free(p);
  return status;
}

/* ---- a race ---- */

/* KL(q || p) of a Gaussian guide and target, by the formula. */
static int divergence(const mg_guide *q, const mg_posterior *p, double *kl) {
  const size_t dim = q->dim;
  gsl_vector *mean[2] = {gsl_vector_alloc(dim), gsl_vector_alloc(dim)};
  gsl_matrix *chol[2] = {gsl_matrix_alloc(dim, dim),
                         gsl_matrix_alloc(dim, dim)};
  gsl_vector *work = gsl_vector_alloc(dim);
  int status = GSL_ENOMEM;
  if (mean[0] && mean[1] && chol[0] && chol[1] && work)
    status = mg_guide_moments(q, mean[0], chol[0]) ||
             mg_posterior_moments(p, mean[1], chol[1]);
  for (size_t i = 0; i < 2 && !status; i++)
    status = gsl_linalg_cholesky_decomp1(chol[i]);
  if (!status)
    status = mg_mvn_kl(mean[0], chol[0], mean[1], chol[1], work, kl);
  gsl_vector_free(work);
  for (size_t i = 0; i < 2; i++) {
    gsl_matrix_free(chol[i]);
    gsl_vector_free(mean[i]);
  }
  return status;
}

/* The least KL of a product: its variances are 1 over the diagonal of the
 * precision, (1 + rho^2) / (1 - rho^2) inside of the chain. */
static double least_kl(double dim, double rho) {
  return dim < 2 ? 0 : ((dim - 2) * log1p(rho * rho) - log1p(-rho * rho)) / 2;
}

/* Where points stand on a logarithmic axis: 1, 2, 3, 4, 5, 6, 8, 10, 12 ... */
static bool shown(size_t t, size_t last) {
  size_t step = 1;
  while (step * 8 <= t)
    step *= 2;
  return t % step == 0 || t == last;
}

static int run_race(mg_lesson *lesson, mg_bbvi *climb, const mg_posterior *p,
                    const mg_guide *q, const char *name, double best) {
  double kl, variance = NAN;
  int status;
  do {
    status = divergence(q, p, &kl);
    if (!status)
      status = mg_bbvi_iterate(climb);
    if (status)
      return status;
    const size_t t = mg_bbvi_last(climb)->iteration;
    if (t == 1)
      variance = mg_bbvi_last(climb)->variance;
    if (shown(t, 0))
      status = MG_TABLE_LINE(ROWS("racers"), name, (double)t, kl - best);
    if (!status)
      status = mg_bbvi_test(climb);
  } while (status == GSL_CONTINUE);
  if (!status)
    status = divergence(q, p, &kl);
  return status ? status
                : MG_TABLE_LINE(ROWS("race"), name, variance, -kl, kl - best) ||
                      NUMBER("least", best, "nats");
}

int mg_lesson_race(mg_lesson *lesson, mg_estimator kind, size_t dim, double rho,
                   const mg_bbvi_options *options) {
  const mg_gaussian_options chain = {.dim = dim, .rho = rho, .sd = 1};
  mg_bbvi_options own = *options;
  own.estimator = kind;
  mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, &chain);
  mg_guide *q = p ? mg_guide_mean_field(&p->target, NULL) : NULL;
  for (size_t i = 0; q && i < dim; i++)
    gsl_vector_set(q->lambda, q->first[i], 2);
  mg_bbvi *climb =
      q ? mg_bbvi_alloc(&p->target, q, &own, mg_stream_seed(SEED, "race", 0))
        : NULL;
  const int status =
      climb ? run_race(lesson, climb, p, q, mg_estimators[kind].name,
                       least_kl((double)dim, rho))
            : GSL_EFAILED;
  mg_bbvi_free(climb);
  mg_guide_free(q);
  mg_posterior_free(p);
  return status;
}
