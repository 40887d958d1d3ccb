/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mixture of product laws; see product.h.
 *
 * The weights pi are one more table of K entries and get the same `smoothing`
 * as every other, so a law that no datum wants keeps a small weight and equal
 * tables: it is defined, and a later pass may still use it.
 *
 * Data are worked through a row at a time: a row's K scores are a few cache
 * lines, and the parameters are what has to be read over and over.
 *
 * Not here: where the weights r of a gather come from (the families). */
#include "models/product.h"

#include <math.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"

int mg_product_init(mg_product *p, const mg_space *space, size_t count) {
  p->count = count;
  p->dim = space->dim;
  p->reals = space->measure == MG_REALS;
  p->weight = calloc(count, sizeof(double));
  p->log_weight = calloc(count, sizeof(double));
  if (!p->weight || !p->log_weight)
    return mg_fail(GSL_ENOMEM, "no memory for %zu weights", count);
  for (size_t k = 0; k < count; k++) {
    p->weight[k] = 1.0 / (double)count;
    p->log_weight[k] = log(p->weight[k]);
  }
  return p->reals ? mg_normals_init(&p->normals, p->dim, count)
                  : mg_tables_init(&p->tables, space, count);
}

void mg_product_clear(mg_product *p) {
  free(p->weight);
  free(p->log_weight);
  mg_tables_clear(&p->tables);
  mg_normals_clear(&p->normals);
  *p = (mg_product){0};
}

/* ---- density ---- */

int mg_product_log_joint(const mg_product *p, const double *x, double *log_p) {
  int status = p->reals ? mg_normals_score(&p->normals, x, log_p)
                        : mg_tables_score(&p->tables, x, log_p);
  for (size_t k = 0; k < p->count; k++)
    log_p[k] += p->log_weight[k];
  return status;
}

int mg_product_log_density(const mg_product *p, const gsl_matrix *x,
                           gsl_vector *log_p) {
  int status = mg_shape_check(p->dim, x, log_p);
  if (status != GSL_SUCCESS)
    return status;
  double *joint = malloc(p->count * sizeof *joint);
  if (!joint)
    return mg_fail(GSL_ENOMEM, "no memory for %zu scores", p->count);
  for (size_t i = 0; i < x->size1 && status == GSL_SUCCESS; i++) {
    status = mg_product_log_joint(p, x->data + i * x->tda, joint);
    gsl_vector_set(log_p, i, mg_log_sum_exp(p->count, joint));
  }
  free(joint);
  return status;
}

int mg_product_posterior(const mg_product *p, const gsl_matrix *x,
                         gsl_matrix *r) {
  int status = mg_shape_check(p->dim, x, NULL);
  if (status != GSL_SUCCESS)
    return status;
  if (r->size1 != x->size1 || r->size2 != p->count)
    return mg_fail(GSL_EBADLEN,
                   "room for a %zu x %zu posterior, which is %zu x %zu",
                   r->size1, r->size2, x->size1, p->count);
  for (size_t i = 0; i < x->size1; i++) {
    double *row = r->data + i * r->tda;
    status = mg_product_log_joint(p, x->data + i * x->tda, row);
    if (status != GSL_SUCCESS)
      return status;
    if (!isfinite(mg_softmax(p->count, row, row)))
      return mg_fail(GSL_EDOM, "datum %zu has probability 0: no posterior",
                     i + 1);
  }
  return GSL_SUCCESS;
}

/* ---- learning ---- */

size_t mg_product_counts(const mg_product *p) {
  return p->count + (p->reals ? mg_normals_sums(&p->normals)
                              : mg_tables_counts(&p->tables));
}

int mg_product_gather(const mg_product *p, const double *x, const double *r,
                      double *counts) {
  for (size_t k = 0; k < p->count; k++)
    counts[k] += r[k];
  return p->reals ? mg_normals_gather(&p->normals, x, r, counts + p->count)
                  : mg_tables_gather(&p->tables, x, r, counts + p->count);
}

static void update_weights(mg_product *p, const double *total,
                           double smoothing) {
  double all = 0;
  for (size_t k = 0; k < p->count; k++)
    all += total[k] + smoothing;
  for (size_t k = 0; k < p->count; k++) {
    p->weight[k] = (total[k] + smoothing) / all;
    p->log_weight[k] = log(p->weight[k]);
  }
}

int mg_product_update(mg_product *p, const double *counts,
                      const mg_product_prior *prior, double *log_joint) {
  const double *laws = counts + p->count;
  double sum;
  if (p->reals) {
    int status =
        mg_normals_update(&p->normals, counts, laws, prior->floor, &sum);
    if (status != GSL_SUCCESS)
      return status;
  } else {
    mg_tables_update(&p->tables, counts, laws, prior->smoothing);
    sum = log_joint ? mg_tables_log_joint(&p->tables, counts, laws) : 0;
  }
  update_weights(p, counts, prior->smoothing);
  for (size_t k = 0; k < p->count; k++)
    sum += counts[k] * p->log_weight[k];
  if (log_joint)
    *log_joint = sum;
  return GSL_SUCCESS;
}

double mg_product_log_prior(const mg_product *p, double smoothing) {
  double sum = p->reals ? 0 : mg_tables_log_prior(&p->tables);
  for (size_t k = 0; k < p->count; k++)
    sum += p->log_weight[k];
  return smoothing * sum;
}

/* ---- parameters, samples ---- */

void mg_product_tensors(mg_product *p, bool weights, mg_tensors *list) {
  if (weights)
    mg_tensors_add(list, "weights", p->weight, p->count - 1, 1, &p->count);
  if (p->reals)
    mg_normals_tensors(&p->normals, list);
  else
    mg_tables_tensors(&p->tables, list);
}

int mg_product_refresh(mg_product *p) {
  double sum = 0;
  for (size_t k = 0; k < p->count; k++) {
    if (!(p->weight[k] > 0 && p->weight[k] <= 1))
      return mg_fail(GSL_EDOM, "weight %zu is %g, not in (0, 1]", k + 1,
                     p->weight[k]);
    p->log_weight[k] = log(p->weight[k]);
    sum += p->weight[k];
  }
  if (!(fabs(sum - 1) <= 1e-9))
    return mg_fail(GSL_EDOM, "weights sum to %.12g, not to 1", sum);
  return p->reals ? mg_normals_refresh(&p->normals)
                  : mg_tables_refresh(&p->tables);
}

/* A law from pi; the last takes what rounding leaves. */
static size_t draw_law(const mg_product *p, gsl_rng *rng) {
  double u = gsl_rng_uniform(rng);
  size_t k = 0;
  while (k + 1 < p->count && u >= p->weight[k])
    u -= p->weight[k++];
  return k;
}

void mg_product_draw(const mg_product *p, gsl_rng *rng, size_t k, double *x) {
  if (p->reals)
    mg_normals_sample(&p->normals, rng, k, x);
  else
    mg_tables_sample(&p->tables, rng, k, x);
}

int mg_product_sample(const mg_product *p, gsl_rng *rng, gsl_matrix *x,
                      size_t *law) {
  int status = mg_shape_check(p->dim, x, NULL);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++) {
    const size_t k = draw_law(p, rng);
    mg_product_draw(p, rng, k, x->data + i * x->tda);
    if (law)
      law[i] = k;
  }
  return status;
}
