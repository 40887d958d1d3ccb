/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of logistic regression with two coefficients.
 *
 * The mode m by Newton's method; there minus the Hessian of log p(y, beta) is
 * (L L^T)^-1, so in u, beta = m + L u, the posterior is about N(0, I).  The
 * trapezoid rule over a square of u, with a step of 1/8, leaves an error far
 * below rounding, since the integrand is analytic and vanishes at the border:
 *
 *     p(y) = det L  int p(y, m + L u) du                         [logreg.4]
 *
 * log p is concave, so outside the square it is below its largest value at the
 * border; the square grows until that is 50 nats below the mode.
 *
 * Draws are by rejection.  A concave function lies below its tangent at m, and
 * there the gradient of the log-likelihood is m / s^2, the prior's reversed:
 *
 *     p(beta) p(y | beta) <= const p(beta) exp(m beta / s^2)     [logreg.5]
 *
 * of which the right side is N(m, s^2 I).
 *
 * Not here: more coefficients, where a grid has too many points. */
#include "targets/logistic_regression.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"

enum { PER_UNIT = 8, REACH = 8, REACH_MOST = 100, NEWTON_STEPS = 100 };

typedef struct {
  double mode[2], root[2][2]; /* root: L, lower triangle */
  double log_top;             /* log p(y, mode) */
  gsl_matrix *z;              /* points of the grid */
  gsl_vector *log_p;          /* log p(y, z) */
} grid;

static double log_joint_at(const mg_logistic_regression *l, const double *beta,
                           double *slope) {
  double value = 0;
  gsl_matrix_const_view z = gsl_matrix_const_view_array(beta, 1, 2);
  gsl_vector_view log_p = gsl_vector_view_array(&value, 1);
  gsl_matrix_view dz = gsl_matrix_view_array(slope, 1, 2);
  mg_logistic_regression_log_joint(l, &z.matrix, &log_p.vector, &dz.matrix);
  return value;
}

/* L of the covariance whose inverse is minus the Hessian at the mode. */
static void find_root(const mg_logistic_regression *l, grid *g) {
  const double precision = 1 / (l->options.prior * l->options.prior);
  double h[2][2] = {{precision, 0}, {0, precision}};
  for (size_t n = 0; n < l->x->size1; n++) {
    const double *x = gsl_matrix_const_ptr(l->x, n, 0);
    const double a = g->mode[0] * x[0] + g->mode[1] * x[1];
    const double w = mg_sigmoid(a) * mg_sigmoid(-a);
    for (size_t i = 0; i < 2; i++)
      for (size_t j = 0; j < 2; j++)
        h[i][j] += w * x[i] * x[j];
  }
  const double det = h[0][0] * h[1][1] - h[0][1] * h[1][0];
  g->root[0][0] = sqrt(h[1][1] / det);
  g->root[1][0] = -h[0][1] / det / g->root[0][0];
  g->root[1][1] = sqrt(1 / h[1][1]);
}

/* Newton's step is L L^T times the gradient; halved until it climbs. */
static bool climb(const mg_logistic_regression *l, grid *g) {
  double slope[2], at[2], next_slope[2];
  const double from = log_joint_at(l, g->mode, slope);
  find_root(l, g);
  const double u = g->root[0][0] * slope[0] + g->root[1][0] * slope[1],
               v = g->root[1][1] * slope[1];
  for (double share = 1; share > 1e-10; share /= 2) {
    at[0] = g->mode[0] + share * g->root[0][0] * u;
    at[1] = g->mode[1] + share * (g->root[1][0] * u + g->root[1][1] * v);
    g->log_top = log_joint_at(l, at, next_slope);
    if (g->log_top > from) {
      g->mode[0] = at[0];
      g->mode[1] = at[1];
      return u * u + v * v > 1e-20;
    }
  }
  g->log_top = from;
  return false;
}

static int find_mode(const mg_logistic_regression *l, grid *g) {
  const size_t d = l->x->size2;
  if (d != 2)
    return mg_fail(GSL_EUNSUP,
                   "logistic is known exactly for 2 coefficients, not %zu", d);
  for (size_t step = 0; step < NEWTON_STEPS; step++)
    if (!climb(l, g))
      break;
  find_root(l, g);
  return GSL_SUCCESS;
}

static void clear_grid(grid *g) {
  gsl_matrix_free(g->z);
  gsl_vector_free(g->log_p);
  g->z = NULL;
  g->log_p = NULL;
}

/* The square |u_i| <= reach. */
static int fill_grid(const mg_logistic_regression *l, size_t reach, grid *g) {
  const size_t half = reach * PER_UNIT, side = 2 * half + 1;
  clear_grid(g);
  g->z = gsl_matrix_alloc(side * side, 2);
  g->log_p = gsl_vector_alloc(side * side);
  if (!g->z || !g->log_p)
    return mg_fail(GSL_ENOMEM, "no memory for a grid of %zu points",
                   side * side);
  for (size_t k = 0; k < side * side; k++) {
    const double u = ((double)(k / side) - (double)half) / PER_UNIT,
                 v = ((double)(k % side) - (double)half) / PER_UNIT;
    gsl_matrix_set(g->z, k, 0, g->mode[0] + g->root[0][0] * u);
    gsl_matrix_set(g->z, k, 1,
                   g->mode[1] + g->root[1][0] * u + g->root[1][1] * v);
  }
  return mg_logistic_regression_log_joint(l, g->z, g->log_p, NULL);
}

/* The largest log p at the border. */
static double border(const grid *g, size_t reach) {
  const size_t side = 2 * reach * PER_UNIT + 1;
  double most = -INFINITY;
  for (size_t k = 0; k < side * side; k++)
    if (k / side % (side - 1) == 0 || k % side % (side - 1) == 0)
      most = fmax(most, gsl_vector_get(g->log_p, k));
  return most;
}

static int make_grid(const mg_logistic_regression *l, grid *g) {
  int status = find_mode(l, g);
  for (size_t reach = REACH; status == GSL_SUCCESS; reach += reach / 2) {
    if (reach > REACH_MOST)
      return mg_fail(GSL_EFAILED, "this posterior reaches too far for a grid: "
                                  "give a narrower prior");
    status = fill_grid(l, reach, g);
    if (status == GSL_SUCCESS && border(g, reach) < g->log_top - 50)
      break;
  }
  return status;
}

int mg_logistic_regression_log_evidence(const void *self, double *log_p) {
  grid g = {.z = NULL};
  const int status = make_grid(self, &g);
  if (status == GSL_SUCCESS)
    *log_p = mg_log_sum_exp(g.log_p->size, g.log_p->data) +
             log(g.root[0][0] * g.root[1][1] / (PER_UNIT * PER_UNIT));
  clear_grid(&g);
  return status;
}

int mg_logistic_regression_moments(const void *self, gsl_vector *mean,
                                   gsl_matrix *covariance) {
  grid g = {.z = NULL};
  const int status = make_grid(self, &g);
  if (status == GSL_SUCCESS) {
    double *share = g.log_p->data;
    mg_softmax(g.log_p->size, share, share);
    gsl_blas_dgemv(CblasTrans, 1, g.z, g.log_p, 0, mean);
    for (size_t k = 0; k < g.z->size1; k++) {
      gsl_vector_view z = gsl_matrix_row(g.z, k);
      gsl_vector_sub(&z.vector, mean);
      gsl_vector_scale(&z.vector, sqrt(share[k]));
    }
    gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1, g.z, g.z, 0, covariance);
  }
  clear_grid(&g);
  return status;
}

/* log p(y | beta). */
static double log_likelihood(const mg_logistic_regression *l,
                             const double *beta) {
  double value = 0;
  gsl_matrix_const_view z = gsl_matrix_const_view_array(beta, 1, 2);
  gsl_vector_view log_l = gsl_vector_view_array(&value, 1);
  mg_logistic_regression_likelihood(l, &z.matrix, &log_l.vector, NULL);
  return value;
}

int mg_logistic_regression_sample(const void *self, gsl_rng *rng,
                                  gsl_matrix *z) {
  const mg_logistic_regression *l = self;
  const double s = l->options.prior;
  grid g = {.z = NULL};
  const int status = find_mode(l, &g);
  const double top = status ? 0 : log_likelihood(l, g.mode);
  for (size_t row = 0; status == GSL_SUCCESS && row < z->size1; row++) {
    double *beta = gsl_matrix_ptr(z, row, 0), tangent;
    do {
      tangent = top;
      for (size_t i = 0; i < 2; i++) {
        const double e = gsl_ran_gaussian_ziggurat(rng, s);
        beta[i] = g.mode[i] + e;
        tangent += g.mode[i] / (s * s) * e;
      }
    } while (log(gsl_rng_uniform_pos(rng)) > log_likelihood(l, beta) - tangent);
  }
  return status;
}
