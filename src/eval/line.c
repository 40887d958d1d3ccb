/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadrature over one latent variable, and importance weights of any Gaussian.
 *
 * The integrand is evaluated at all nodes in one call of the family and summed
 * in logarithms:
 *
 *     log p(x) = log sum_i w_i p(x, z_i)                           [line.1]
 *     log w(z) = log p(x, z) - log q(z),   z ~ q = N(mu, sigma^2)  [line.2]
 *
 * Gauss and Legendre's rule with m nodes is exact for polynomials up to degree
 * 2 m - 1; a density that is smooth on the scale of the nodes is as good as
 * one, and one that falls between two nodes is missed.
 *
 * Not here: L above 1. */
#include "eval/line.h"

#include <gsl/gsl_integration.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "dist/gaussian.h"

enum { POINTS = 201, NODES = 200 };

static int check(const mg_model *model) {
  const mg_latent_ops *ops = model->type->latent;
  if (!ops || ops->discrete || ops->dim(model->self) != 1 || model->dequantise)
    return mg_fail(GSL_EUNSUP,
                   "%s has no latent variable on the line: give a family "
                   "with one latent dimension",
                   model->type->name);
  return GSL_SUCCESS;
}

/* log p(x, z) of one x at many z. */
static int joint(const mg_model *model, const gsl_vector *x, gsl_vector *z,
                 gsl_vector *log_p) {
  gsl_matrix *rows = gsl_matrix_alloc(z->size, x->size);
  if (!rows)
    return mg_fail(GSL_ENOMEM, "no memory for %zu nodes", z->size);
  for (size_t i = 0; i < z->size; i++)
    gsl_matrix_set_row(rows, i, x);
  const gsl_matrix_view column = gsl_matrix_view_vector(z, z->size, 1);
  const int status = model->type->latent->log_joint(
      model->self, rows, &column.matrix, log_p, NULL);
  gsl_matrix_free(rows);
  return status;
}

static int integrate(const mg_model *model, const gsl_vector *x, double low,
                     double high, const gsl_integration_glfixed_table *rule,
                     gsl_vector *z, gsl_vector *term) {
  for (size_t i = 0; i < z->size; i++) {
    double w;
    gsl_integration_glfixed_point(low, high, i, gsl_vector_ptr(z, i), &w, rule);
  }
  const int status = joint(model, x, z, term);
  for (size_t i = 0; i < z->size && status == GSL_SUCCESS; i++) {
    double at, w;
    gsl_integration_glfixed_point(low, high, i, &at, &w, rule);
    *gsl_vector_ptr(term, i) += log(w);
  }
  return status;
}

int mg_line_log_evidence(const mg_model *model, const gsl_vector *x, double low,
                         double high, size_t nodes, double *log_p) {
  int status = check(model);
  if (status != GSL_SUCCESS)
    return status;
  if (nodes == 0)
    return mg_fail(GSL_EINVAL, "a rule without nodes");
  gsl_integration_glfixed_table *rule =
      gsl_integration_glfixed_table_alloc(nodes);
  gsl_vector *z = gsl_vector_alloc(nodes), *term = gsl_vector_alloc(nodes);
  status = rule && z && term ? integrate(model, x, low, high, rule, z, term)
                             : mg_fail(GSL_ENOMEM, "no memory for a rule");
  if (status == GSL_SUCCESS)
    *log_p = mg_log_sum_exp(nodes, term->data);
  if (rule)
    gsl_integration_glfixed_table_free(rule);
  gsl_vector_free(z);
  gsl_vector_free(term);
  return status;
}

int mg_line_log_weights(const mg_model *model, const gsl_vector *x, double mu,
                        double sigma, gsl_rng *rng, gsl_vector *log_weight) {
  int status = check(model);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector *z = gsl_vector_alloc(log_weight->size);
  if (!z)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", log_weight->size);
  for (size_t i = 0; i < z->size && status == GSL_SUCCESS; i++)
    status = mg_gaussian_sample(rng, mu, sigma, gsl_vector_ptr(z, i));
  if (status == GSL_SUCCESS)
    status = joint(model, x, z, log_weight);
  for (size_t i = 0; i < z->size && status == GSL_SUCCESS; i++) {
    double log_q;
    status = mg_gaussian_log_density(gsl_vector_get(z, i), mu, sigma, &log_q);
    *gsl_vector_ptr(log_weight, i) -= log_q;
  }
  gsl_vector_free(z);
  return status;
}

static void add_curve(mg_table *table, const char *series, const gsl_vector *z,
                      const gsl_vector *log_y, double less) {
  for (size_t i = 0; i < z->size; i++)
    MG_TABLE_LINE(table, series, gsl_vector_get(z, i),
                  exp(gsl_vector_get(log_y, i) - less));
}

static int add_curves(const mg_model *model, const gsl_vector *x, double log_p,
                      gsl_vector *z, gsl_vector *log_y, mg_table *table) {
  const gsl_matrix_view column = gsl_matrix_view_vector(z, z->size, 1);
  int status =
      model->type->latent->log_prior(model->self, &column.matrix, log_y, NULL);
  if (status == GSL_SUCCESS) {
    add_curve(table, "prior p(z)", z, log_y, 0);
    status = joint(model, x, z, log_y);
  }
  if (status == GSL_SUCCESS) {
    add_curve(table, "joint p(x, z)", z, log_y, 0);
    add_curve(table, "posterior p(z|x)", z, log_y, log_p);
  }
  return status == GSL_SUCCESS ? mg_table_status(table) : status;
}

int mg_line_curves(const mg_model *model, const gsl_vector *x, double low,
                   double high, mg_table *table) {
  double log_p;
  int status = mg_line_log_evidence(model, x, low, high, NODES, &log_p);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector *z = gsl_vector_alloc(POINTS), *y = gsl_vector_alloc(POINTS);
  for (size_t i = 0; z && i < POINTS; i++)
    gsl_vector_set(z, i, low + (high - low) * (double)i / (POINTS - 1));
  status = z && y ? add_curves(model, x, log_p, z, y, table)
                  : mg_fail(GSL_ENOMEM, "no memory for curves");
  gsl_vector_free(z);
  gsl_vector_free(y);
  return status;
}
