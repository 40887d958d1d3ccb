/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mixture's curves and ellipses.
 *
 * On the line, the joint p(x, k) = w_k N(x; mu_k, s_k^2) has all that Bayes'
 * rule needs: divided by the weight it is the likelihood of k, summed over k
 * the marginal [em.1], divided by the marginal the posterior [em.2].  So the
 * log joint is computed once, over a grid of x, and the curves are read off.
 *
 * In the plane, the points mu + s L u, with u on the unit circle and Sigma =
 * L L^T, lie s standard deviations from the mean in every direction: an ellipse
 * of equal density.  The disc within holds 1 - exp(-s^2/2) of the component: 39
 * in 100 for s = 1, 86 for s = 2. */
#include "models/gmm_picture.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdio.h>

#include "base/logmath.h"
#include "base/status.h"
#include "plot/ellipse.h"

enum { POINTS = 201, GUESSES = 100, NAME_SIZE = 32 };

static bool on_line(const mg_gmm *g) {
  if (g->dim != 1)
    mg_fail(GSL_EINVAL,
            "this is for a mixture on the line, not in %zu "
            "dimensions",
            g->dim);
  return g->dim == 1;
}

/* Begins a row with the name of component k. */
static void add_name(mg_table *table, char *const *names, size_t k) {
  mg_table_row(table);
  if (names)
    mg_table_text(table, names[k]);
  else
    mg_table_size(table, k);
}

static void add_point(mg_table *table, const char *series, double x, double y) {
  mg_table_row(table);
  mg_table_text(table, series);
  mg_table_real(table, x);
  mg_table_real(table, y);
}

static void add_component(const mg_gmm *g, mg_gmm_curve what, size_t k,
                          const char *name, const gsl_matrix *x,
                          const gsl_matrix *joint, mg_table *table) {
  for (size_t i = 0; i < x->size1; i++) {
    double log_y = gsl_matrix_get(joint, i, k);
    if (what == MG_GMM_LIKELIHOOD)
      log_y -= log(gsl_vector_get(g->weights, k));
    if (what == MG_GMM_POSTERIOR)
      log_y -= mg_log_sum_exp(joint->size2, joint->data + i * joint->tda);
    add_point(table, name, gsl_matrix_get(x, i, 0), exp(log_y));
  }
}

static void add_all(const mg_gmm *g, mg_gmm_curve what, char *const *names,
                    const gsl_matrix *x, const gsl_matrix *joint,
                    mg_table *table) {
  char name[NAME_SIZE];
  for (size_t k = 0; k < joint->size2; k++) {
    if (gsl_vector_get(g->weights, k) == 0 && what == MG_GMM_LIKELIHOOD)
      continue;
    snprintf(name, sizeof name, "k = %zu", k);
    add_component(g, what, k, names ? names[k] : name, x, joint, table);
  }
  for (size_t i = 0; what == MG_GMM_JOINT && i < x->size1; i++)
    add_point(table, "p(x)", gsl_matrix_get(x, i, 0),
              exp(mg_log_sum_exp(joint->size2, joint->data + i * joint->tda)));
}

int mg_gmm_curves(const mg_gmm *g, mg_gmm_curve what, char *const *names,
                  double low, double high, mg_table *table) {
  if (!table || !on_line(g))
    return table ? GSL_EINVAL : GSL_ENOMEM;
  gsl_matrix *x = gsl_matrix_alloc(POINTS, 1);
  gsl_matrix *joint = gsl_matrix_alloc(POINTS, g->options.components);
  int status = x && joint ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory");
  for (size_t i = 0; status == GSL_SUCCESS && i < POINTS; i++)
    gsl_matrix_set(x, i, 0, low + (high - low) * (double)i / (POINTS - 1));
  if (status == GSL_SUCCESS)
    status = mg_gmm_log_joint(g, x, joint);
  if (status == GSL_SUCCESS)
    add_all(g, what, names, x, joint, table);
  gsl_matrix_free(x);
  gsl_matrix_free(joint);
  return status == GSL_SUCCESS ? mg_table_status(table) : status;
}

int mg_gmm_components(const mg_gmm *g, char *const *names, mg_table *table) {
  if (!table || !on_line(g))
    return table ? GSL_EINVAL : GSL_ENOMEM;
  gsl_matrix *sigma = gsl_matrix_alloc(1, 1);
  if (!sigma)
    return mg_fail(GSL_ENOMEM, "no memory for a variance");
  for (size_t k = 0; k < g->options.components; k++) {
    mg_gmm_covariance_get(g, k, sigma);
    add_name(table, names, k);
    mg_table_real(table, gsl_vector_get(g->weights, k));
    mg_table_real(table, gsl_matrix_get(g->means, k, 0));
    mg_table_real(table, sqrt(gsl_matrix_get(sigma, 0, 0)));
  }
  gsl_matrix_free(sigma);
  return mg_table_status(table);
}

int mg_gmm_bayes(const mg_gmm *g, double x, char *const *names, mg_table *table,
                 double *marginal) {
  const size_t n = g->options.components;
  gsl_matrix_view datum = gsl_matrix_view_array(&x, 1, 1);
  gsl_matrix *joint = table && on_line(g) ? gsl_matrix_alloc(1, n) : NULL;
  if (!joint)
    return g->dim == 1 ? mg_fail(GSL_ENOMEM, "no memory") : GSL_EINVAL;
  const int status = mg_gmm_log_joint(g, &datum.matrix, joint);
  const double log_p = mg_log_sum_exp(n, joint->data);
  *marginal = exp(log_p);
  for (size_t k = 0; k < n && status == GSL_SUCCESS; k++) {
    const double log_joint = gsl_matrix_get(joint, 0, k);
    const double w = gsl_vector_get(g->weights, k);
    add_name(table, names, k);
    mg_table_real(table, w);
    mg_table_real(table, exp(log_joint - log(w)));
    mg_table_real(table, exp(log_joint));
    mg_table_real(table, exp(log_joint - log_p));
  }
  gsl_matrix_free(joint);
  return status == GSL_SUCCESS ? mg_table_status(table) : status;
}

static int bound_at(const mg_gmm *g, double x, double q_0,
                    mg_gmm_parts *parts) {
  double q[2] = {q_0, 1 - q_0};
  gsl_matrix_view datum = gsl_matrix_view_array(&x, 1, 1);
  gsl_matrix_view guess = gsl_matrix_view_array(q, 1, 2);
  return mg_gmm_bound(g, &datum.matrix, &guess.matrix, parts);
}

/* log t about the two values, their chord, and the two points at the mean. */
static void add_logarithm(mg_table *table, const double *t,
                          const mg_gmm_parts *parts) {
  const double high = 1.1 * fmax(t[0], t[1]);
  const double low = 0.7 * fmin(t[0], t[1]);
  for (size_t i = 0; i < POINTS; i++) {
    const double at = low + (high - low) * (double)i / (POINTS - 1);
    add_point(table, "log t", at, log(at));
  }
  for (size_t k = 0; k < 2; k++)
    add_point(table, "chord", t[k], log(t[k]));
  add_point(table, "log of the mean", exp(parts->log_p), parts->log_p);
  add_point(table, "mean of the logs", exp(parts->log_p), parts->elbo);
}

int mg_gmm_jensen(const mg_gmm *g, double x, double q_0, mg_table *logarithm,
                  mg_table *bound, mg_gmm_parts *parts) {
  double joint[2];
  gsl_matrix_view datum = gsl_matrix_view_array(&x, 1, 1);
  gsl_matrix_view row = gsl_matrix_view_array(joint, 1, 2);
  if (!logarithm || !bound)
    return GSL_ENOMEM;
  if (g->dim != 1 || g->options.components != 2 || !(q_0 > 0 && q_0 < 1))
    return mg_fail(GSL_EINVAL, "Jensen's picture is of two components on the "
                               "line and 0 < q < 1");
  int status = mg_gmm_log_joint(g, &datum.matrix, &row.matrix);
  for (size_t i = 1; i < GUESSES && status == GSL_SUCCESS; i++) {
    const double q = (double)i / GUESSES;
    status = bound_at(g, x, q, parts);
    add_point(bound, "ELBO(q)", q, parts->elbo);
  }
  for (size_t i = 1; i < GUESSES && status == GSL_SUCCESS; i++)
    add_point(bound, "log p(x)", (double)i / GUESSES, parts->log_p);
  if (status == GSL_SUCCESS)
    status = bound_at(g, x, q_0, parts);
  const double t[2] = {exp(joint[0]) / q_0, exp(joint[1]) / (1 - q_0)};
  if (status == GSL_SUCCESS)
    add_logarithm(logarithm, t, parts);
  return status == GSL_SUCCESS ? mg_table_status(logarithm) : status;
}

int mg_gmm_shrink(mg_gmm *g, const gsl_matrix *x, size_t datum, double high,
                  double low, double floor, mg_table *table) {
  if (!table || !on_line(g))
    return table ? GSL_EINVAL : GSL_ENOMEM;
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  int status = log_p ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory");
  for (size_t i = 0; i < POINTS && status == GSL_SUCCESS; i++) {
    const double sd = high * pow(low / high, (double)i / (POINTS - 1));
    gsl_matrix_set(g->means, 0, 0, gsl_matrix_get(x, datum, 0));
    gsl_matrix_set(g->spread, 0, 0, sd * sd);
    status = mg_gmm_refresh(g);
    if (status == GSL_SUCCESS)
      status = mg_gmm_log_density(g, x, log_p);
    if (status != GSL_SUCCESS)
      break;
    const double mean = gsl_stats_mean(log_p->data, 1, log_p->size);
    add_point(table, floor > 0 ? "penalised" : "log-likelihood", sd,
              mean - floor * g->penalty);
  }
  gsl_vector_free(log_p);
  return status == GSL_SUCCESS ? mg_table_status(table) : status;
}

int mg_gmm_climb(mg_gmm *g, const gsl_matrix *x, gsl_matrix *r,
                 double tolerance, size_t most, mg_table *table) {
  if (!table)
    return GSL_ENOMEM;
  double before = NAN, rise = NAN;
  for (size_t pass = 0; pass <= most && !(rise < tolerance); pass++) {
    mg_gmm_parts parts;
    const int status = mg_gmm_half_step(g, x, r, 1, &parts);
    if (status != GSL_SUCCESS)
      return status;
    const double objective =
        parts.log_p / (double)x->size1 - g->options.floor * g->penalty;
    const double last = rise;
    rise = objective - before;
    before = objective;
    if (pass > 0) {
      mg_table_row(table);
      mg_table_size(table, pass);
      mg_table_real(table, objective);
      mg_table_real(table, rise);
      mg_table_real(table, rise / last);
    }
    const int moved = mg_gmm_m_step(g, x, r);
    if (moved != GSL_SUCCESS)
      return moved;
  }
  return mg_table_status(table);
}

static void add_points(const gsl_matrix *x, const gsl_matrix *r, size_t frame,
                       mg_table *points) {
  for (size_t n = 0; n < x->size1; n++) {
    gsl_vector_const_view row = gsl_matrix_const_row(r, n);
    const size_t k = gsl_vector_max_index(&row.vector);
    mg_table_row(points);
    mg_table_size(points, frame);
    mg_table_real(points, gsl_matrix_get(x, n, 0));
    mg_table_real(points, gsl_matrix_get(x, n, 1));
    mg_table_size(points, k + 1);
    mg_table_real(points, gsl_vector_get(&row.vector, k));
  }
}

static int add_ellipses(const mg_gmm *g, size_t k, gsl_matrix *sigma,
                        size_t frame, mg_table *ellipses) {
  const gsl_vector_view mean = gsl_matrix_row(g->means, k);
  int status = GSL_SUCCESS;
  mg_gmm_covariance_get(g, k, sigma);
  for (double sd = 1; sd <= 2 && status == GSL_SUCCESS; sd++)
    status = mg_ellipse_rows(ellipses, frame, k + 1, &mean.vector, sigma, sd);
  return status;
}

int mg_gmm_frame(const mg_gmm *g, const gsl_matrix *x, const gsl_matrix *r,
                 size_t frame, mg_table *points, mg_table *ellipses) {
  if (!points || !ellipses)
    return GSL_ENOMEM;
  if (g->dim != 2)
    return mg_fail(GSL_EINVAL, "a mixture in %zu dimensions has no ellipses",
                   g->dim);
  if (x->size2 != 2 || r->size1 != x->size1 ||
      r->size2 != g->options.components)
    return mg_fail(GSL_EBADLEN, "responsibilities or data do not fit");
  double sigma[4];
  gsl_matrix_view view = gsl_matrix_view_array(sigma, 2, 2);
  int status = GSL_SUCCESS;
  add_points(x, r, frame, points);
  for (size_t k = 0; k < g->options.components && status == GSL_SUCCESS; k++)
    status = add_ellipses(g, k, &view.matrix, frame, ellipses);
  return status == GSL_SUCCESS ? mg_table_status(points) : status;
}
