/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about guides, in more dimensions: what the noise of a
 * gradient is, and what it costs. */
#include "config.h"

#include <gsl/gsl_math.h>
#include <stdio.h>

#include "lesson/guides.h"
#include "lesson/library.h"
#include "targets/gaussian.h"

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
    status = MG_TABLE_LINE(ROWS(table), mg_estimators[kind].name, mean,
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
