/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best diagonal Gaussian of a datum; see gap_search.h.
 *
 * For one x let q(z) = N(mu, diag sigma^2).  With z_s = mu + sigma e_s its ELBO
 * and the gradients in its numbers are                               [gap.2]
 *
 *     ELBO = E log p(x, z) + sum_l log sigma_l + L/2 (1 + log 2 pi)
 *     d/dmu_l  = E d log p(x, z) / dz_l
 *     d/dlog sigma_l  = 1 + sigma_l E e_l d log p(x, z) / dz_l
 *
 * where every E is the mean by a rule of random points e_s (eval/rule.h).  The
 * search keeps its points, so it climbs one fixed function, by Adam with a rate
 * that halves; numbers of q are in units of where it started.  What it finds is
 * judged by fresh points: judged by its own it would look better than it is.
 *
 * When to stop: at a maximum the curvature in mu_l / sigma_l is -1 and that in
 * log sigma_l is -2, whatever the posterior.  So there the way that is left is
 * about                                                              [gap.3]
 *
 *     1/2 sum_l (sigma_l dELBO/dmu_l)^2 + 1/4 sum_l (dELBO/dlog sigma_l)^2
 *
 * nats, when dimensions hardly bend together; the search ends below a tolerance
 * of that.
 *
 * Source: Cremer, Li & Duvenaud (2018).
 *
 * Not here: other shapes of q; several starts, so for a posterior of several
 * modes what is found is the best near the start. */
#include "eval/gap_search.h"

#include <gsl/gsl_math.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "infer/optimizer.h"

int mg_gap_datum_look(const mg_gap_datum *d, size_t n, bool gradient) {
  gsl_matrix_view x = gsl_matrix_submatrix(d->x, 0, 0, n, d->x->size2);
  gsl_matrix_view z = gsl_matrix_submatrix(d->z, 0, 0, n, d->z->size2);
  gsl_matrix_view dz = gsl_matrix_submatrix(d->dz, 0, 0, n, d->z->size2);
  gsl_vector_view log_joint = gsl_vector_subvector(d->log_joint, 0, n);
  return d->model->type->latent->log_joint(d->model->self, &x.matrix, &z.matrix,
                                           &log_joint.vector,
                                           gradient ? &dz.matrix : NULL);
}

/* ---- a Gaussian ---- */

/* Frames of a rule with at least n points. */
static size_t frames(size_t n, size_t l) {
  return (n + 2 * l - 1) / (2 * l);
}

size_t mg_gap_points(size_t draws, size_t l) {
  return 2 * l * frames(draws, l) + 1;
}

int mg_gap_guide_init(mg_gap_guide *q, size_t l, size_t draws) {
  q->mu = gsl_vector_alloc(l);
  q->sigma = gsl_vector_alloc(l);
  q->origin = gsl_vector_alloc(l);
  q->unit = gsl_vector_alloc(l);
  q->theta = gsl_vector_calloc(2 * l);
  q->gradient = gsl_vector_alloc(2 * l);
  if (!q->mu || !q->sigma || !q->origin || !q->unit || !q->theta ||
      !q->gradient)
    return mg_fail(GSL_ENOMEM, "no memory for a Gaussian of length %zu", l);
  const int status = mg_rule_init(&q->search, l, frames(draws / 2, l));
  return status == GSL_SUCCESS ? mg_rule_init(&q->judge, l, frames(draws, l))
                               : status;
}

void mg_gap_guide_clear(mg_gap_guide *q) {
  gsl_vector_free(q->mu);
  gsl_vector_free(q->sigma);
  gsl_vector_free(q->origin);
  gsl_vector_free(q->unit);
  gsl_vector_free(q->theta);
  gsl_vector_free(q->gradient);
  mg_rule_clear(&q->search);
  mg_rule_clear(&q->judge);
}

void mg_gap_guide_begin(mg_gap_guide *q, const gsl_matrix *z, size_t n) {
  for (size_t l = 0; l < q->mu->size; l++) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
      sum += gsl_matrix_get(z, i, l);
    const double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
      squares += gsl_pow_2(gsl_matrix_get(z, i, l) - mean);
    gsl_vector_set(q->origin, l, mean);
    gsl_vector_set(q->unit, l, sqrt(squares / (double)(n - 1)));
  }
}

static void place(mg_gap_guide *q) {
  const size_t l = q->mu->size;
  for (size_t i = 0; i < l; i++) {
    const double unit = gsl_vector_get(q->unit, i);
    const double shift = unit * gsl_vector_get(q->theta, i);
    gsl_vector_set(q->mu, i, gsl_vector_get(q->origin, i) + shift);
    gsl_vector_set(q->sigma, i, unit * exp(gsl_vector_get(q->theta, l + i)));
  }
}

/* z = mu + sigma e for the points of e. */
static void reach(const mg_gap_guide *q, const gsl_matrix *e, gsl_matrix *z) {
  for (size_t s = 0; s < e->size1; s++)
    for (size_t l = 0; l < e->size2; l++)
      gsl_matrix_set(z, s, l,
                     gsl_vector_get(q->mu, l) +
                         gsl_vector_get(q->sigma, l) * gsl_matrix_get(e, s, l));
}

/* ---- the search ---- */

/* ELBO of the Gaussian by a rule, its gradients left in dz.         [gap.2] */
static int judge(const mg_gap_guide *q, const mg_gap_datum *d,
                 const mg_rule *rule, bool gradient, double *elbo) {
  double sum = (double)q->mu->size / 2 * (1 + MG_LN_2PI);
  reach(q, rule->e, d->z);
  const int status = mg_gap_datum_look(d, rule->weight->size, gradient);
  for (size_t i = 0; i < rule->weight->size; i++)
    sum += gsl_vector_get(rule->weight, i) * gsl_vector_get(d->log_joint, i);
  for (size_t l = 0; l < q->mu->size; l++)
    sum += log(gsl_vector_get(q->sigma, l));
  *elbo = sum;
  if (status == GSL_SUCCESS && !isfinite(sum))
    return mg_fail(GSL_EDOM, "the ELBO of datum %zu is %g", d->at + 1, sum);
  return status;
}

/* Gradients in theta from those in z; returns the way that is left. [gap.3] */
static double slope(mg_gap_guide *q, const mg_gap_datum *d) {
  const mg_rule *rule = &q->search;
  const size_t l = q->mu->size;
  double left = 0;
  for (size_t i = 0; i < l; i++) {
    double mean = 0, spread = 0;
    for (size_t s = 0; s < rule->weight->size; s++) {
      const double pull =
          gsl_vector_get(rule->weight, s) * gsl_matrix_get(d->dz, s, i);
      mean += pull;
      spread += pull * gsl_matrix_get(rule->e, s, i);
    }
    const double sigma = gsl_vector_get(q->sigma, i);
    const double up = 1 + sigma * spread;
    gsl_vector_set(q->gradient, i, gsl_vector_get(q->unit, i) * mean);
    gsl_vector_set(q->gradient, l + i, up);
    left += gsl_pow_2(sigma * mean) / 2 + up * up / 4;
  }
  return left;
}

static int climb(mg_gap_guide *q, const mg_gap_datum *d, size_t steps,
                 double tolerance, mg_optimizer *adam) {
  for (q->steps = 0;; q->steps++) {
    double elbo;
    place(q);
    int status = judge(q, d, &q->search, true, &elbo);
    if (status != GSL_SUCCESS)
      return status;
    q->left = slope(q, d);
    if (q->left <= tolerance || q->steps == steps)
      return GSL_SUCCESS;
    status = mg_optimizer_step(adam, q->theta, q->gradient);
    if (status != GSL_SUCCESS)
      return status;
  }
}

int mg_gap_guide_climb(mg_gap_guide *q, const mg_gap_datum *d, gsl_rng *rng,
                       size_t steps, double tolerance) {
  mg_optimizer_options options = mg_optimizer_options_default();
  options.method = MG_OPTIMIZER_ADAM;
  options.rate = 0.1;
  options.schedule = MG_SCHEDULE_EXPONENTIAL;
  options.decay = (double)steps / 10;
  mg_optimizer *adam = mg_optimizer_alloc(q->theta->size, &options);
  if (!adam)
    return GSL_ENOMEM;
  mg_rule_draw(&q->search, rng);
  const int status = climb(q, d, steps, tolerance, adam);
  mg_optimizer_free(adam);
  mg_rule_draw(&q->judge, rng);
  return status == GSL_SUCCESS ? judge(q, d, &q->judge, false, &q->elbo)
                               : status;
}
