/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same on reals, where nothing can be added up; see audit.h.
 *
 * A law r that can be drawn from, and whose density is known, stands in for the
 * sum: with y ~ r and w = p(y) / r(y)                              [audit.5]
 *
 *     E w = integral of p = 1,      E w log p(y) = minus the entropy of p.
 *
 * Both are means, with standard errors.  The second is taken about a constant
 * c, the mean log p of draws: E w (log p(y) - c) + c is the same where E w is
 * 1, and does not move with the unit of x.
 *
 * r is made of draws of the model: kernels on KERNELS of them, each as wide as
 * it is to the NEIGHBOUR-th nearest of the others, so that a narrow ridge gets
 * narrow kernels, and a second one four times as wide for the edges; Student's
 * t with 3 degrees of freedom, so that r has more in its tails than p.  A tenth
 * of r is one broad kernel over all: what the sampler leaves out is found
 * there.  So a density that is too large by a factor shows, and draws that lie
 * too near to each other or beside the density.
 *
 * In many dimensions kernels do not cover what they stand on.  Then a few
 * weights are all of the sum, and the errors say nothing: where the tail of
 * the weights is too heavy (Pareto k > 0.7, eval/pareto), or fewer than
 * ENOUGH of them count, there is no audit.
 *
 * Not here: how draws lie, which eval/twosample asks; dequantised models, whose
 * reals are not the data's. */
#include "eval/audit.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"
#include "eval/audit_inside.h"
#include "eval/pareto.h"

enum {
  POINTS = 8192, /* y */
  KERNELS = 512,
  NEIGHBOUR = 8,
  FREEDOM = 3, /* of Student's t */
  ENOUGH = 100 /* (sum w)^2 / sum w^2 */
};

static const double broad = 0.1; /* its share of r, and */
static const double reach = 2;   /* its width in standard deviations */
static const double edge = 0.4;  /* the share of the second kernels, and */
static const double wider = 4;   /* their width beside the first ones' */

/* The law r, in columns of mean 0 and deviation 1. */
typedef struct {
  size_t n, dim;
  double *mean, *scale; /* dim: of the draws */
  gsl_matrix *centre;   /* n x dim */
  double *width;        /* n */
  double *term;         /* 2 n + 1, scratch */
  double log_norm;      /* of a kernel of width 1, in the data's unit */
} cover;

static void cover_clear(cover *r) {
  free(r->mean);
  free(r->scale);
  gsl_matrix_free(r->centre);
  free(r->width);
  free(r->term);
}

static double square_between(const double *a, const double *b, size_t dim) {
  double sum = 0;
  for (size_t j = 0; j < dim; j++)
    sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

/* The distance of each centre to its NEIGHBOUR-th nearest; equal ones leave
 * the next larger.  Overwrites the scratch. */
static void find_widths(cover *r) {
  const size_t last = GSL_MIN(NEIGHBOUR, r->n - 1);
  for (size_t i = 0; i < r->n; i++) {
    const double *own = gsl_matrix_const_ptr(r->centre, i, 0);
    size_t k = last;
    for (size_t m = 0; m < r->n; m++)
      r->term[m] =
          square_between(own, gsl_matrix_const_ptr(r->centre, m, 0), r->dim);
    gsl_sort(r->term, 1, r->n);
    while (k + 1 < r->n && r->term[k] <= 0)
      k++;
    r->width[i] = r->term[k] > 0 ? sqrt(r->term[k]) : 1;
  }
}

/* From draws x, of which there are at least KERNELS. */
static int cover_init(cover *r, const gsl_matrix *x) {
  const double d = (double)x->size2, nu = FREEDOM;
  *r = (cover){.n = GSL_MIN(KERNELS, x->size1), .dim = x->size2};
  r->mean = calloc(r->dim, sizeof *r->mean);
  r->scale = calloc(r->dim, sizeof *r->scale);
  r->centre = gsl_matrix_alloc(r->n, r->dim);
  r->width = calloc(r->n, sizeof *r->width);
  r->term = calloc(2 * r->n + 1, sizeof *r->term);
  if (!r->mean || !r->scale || !r->centre || !r->width || !r->term)
    return mg_fail(GSL_ENOMEM, "no memory for %zu kernels", r->n);
  r->log_norm = gsl_sf_lngamma((nu + d) / 2) - gsl_sf_lngamma(nu / 2) -
                0.5 * d * log(nu * M_PI);
  for (size_t j = 0; j < r->dim; j++) {
    r->mean[j] = gsl_stats_mean(x->data + j, x->tda, x->size1);
    r->scale[j] = gsl_stats_sd(x->data + j, x->tda, x->size1);
    if (!(r->scale[j] > 0 && isfinite(r->scale[j])))
      return mg_fail(GSL_EUNSUP, "draws do not vary in column %zu", j + 1);
    r->log_norm -= log(r->scale[j]);
    for (size_t i = 0; i < r->n; i++)
      gsl_matrix_set(r->centre, i, j,
                     (gsl_matrix_get(x, i, j) - r->mean[j]) / r->scale[j]);
  }
  find_widths(r);
  return GSL_SUCCESS;
}

/* One y, in standardised columns. */
static void cover_draw(const cover *r, gsl_rng *rng, double *y) {
  const double u = gsl_rng_uniform(rng);
  const size_t i = gsl_rng_uniform_int(rng, r->n);
  const double stretch = sqrt(FREEDOM / gsl_ran_chisq(rng, FREEDOM));
  const double width = stretch * (u < broad          ? reach
                                  : u < broad + edge ? wider * r->width[i]
                                                     : r->width[i]);
  for (size_t j = 0; j < r->dim; j++)
    y[j] = (u < broad ? 0 : gsl_matrix_get(r->centre, i, j)) +
           width * gsl_ran_gaussian(rng, 1);
}

/* log of Student's t of a width, less its norm. */
static double kernel(const cover *r, double square, double width) {
  const double nu = FREEDOM, d = (double)r->dim;
  return -d * log(width) -
         0.5 * (nu + d) * log1p(square / (nu * width * width));
}

/* log r(y). */
static double cover_log(const cover *r, const double *y) {
  double from_0 = 0;
  for (size_t j = 0; j < r->dim; j++)
    from_0 += y[j] * y[j];
  const double log_n = log((double)r->n);
  for (size_t i = 0; i < r->n; i++) {
    const double square =
        square_between(y, gsl_matrix_const_ptr(r->centre, i, 0), r->dim);
    r->term[i] = kernel(r, square, r->width[i]) + log(1 - broad - edge) - log_n;
    r->term[r->n + i] =
        kernel(r, square, wider * r->width[i]) + log(edge) - log_n;
  }
  r->term[2 * r->n] = kernel(r, from_0, reach) + log(broad);
  return r->log_norm + mg_log_sum_exp(2 * r->n + 1, r->term);
}

/* POINTS y of r, in the data's columns, and log p and log r there. */
typedef struct {
  gsl_matrix *y;
  gsl_vector *log_p;
  double *log_r, *value; /* value: scratch */
} points;

static void points_clear(points *p) {
  gsl_matrix_free(p->y);
  gsl_vector_free(p->log_p);
  free(p->log_r);
  free(p->value);
}

static int points_init(points *p, const mg_model *model, gsl_rng *rng,
                       const cover *r) {
  *p = (points){.y = gsl_matrix_alloc(POINTS, r->dim),
                .log_p = gsl_vector_alloc(POINTS),
                .log_r = calloc(POINTS, sizeof(double)),
                .value = calloc(POINTS, sizeof(double))};
  if (!p->y || !p->log_p || !p->log_r || !p->value)
    return mg_fail(GSL_ENOMEM, "no memory for %d points", POINTS);
  for (size_t i = 0; i < POINTS; i++) {
    double *y = gsl_matrix_ptr(p->y, i, 0);
    cover_draw(r, rng, y);
    p->log_r[i] = cover_log(r, y);
    for (size_t j = 0; j < r->dim; j++)
      y[j] = r->mean[j] + r->scale[j] * y[j];
  }
  return mg_model_log_density(model, p->y, p->log_p);
}

static double log_weight(const points *p, size_t i) {
  return gsl_vector_get(p->log_p, i) - p->log_r[i];
}

/* May errors of means of the weights be believed? */
static int check_weights(const points *p, size_t dim) {
  const size_t tail = mg_pareto_tail(POINTS) + 1;
  double sum = 0, square = 0;
  for (size_t i = 0; i < POINTS; i++) {
    const double w = exp(log_weight(p, i));
    sum += w;
    square += w * w;
    p->value[i] = log_weight(p, i);
  }
  if (!isfinite(sum)) /* what it comes to does not pass */
    return GSL_SUCCESS;
  gsl_sort(p->value, 1, POINTS);
  const double k = mg_pareto_k(tail, p->value + (POINTS - tail));
  if (!(sum * sum >= ENOUGH * square) || k > MG_PARETO_LIMIT)
    return mg_fail(GSL_EUNSUP,
                   "draws do not cover where p(x) is, in %zu dimensions, well "
                   "enough to tell",
                   dim);
  return GSL_SUCCESS;
}

int mg_audit_integrals(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                       double c, mg_tally *mass, mg_tally *entropy) {
  cover r = {.n = 0};
  points p = {.y = NULL};
  int status = cover_init(&r, x);
  if (status == GSL_SUCCESS)
    status = points_init(&p, model, rng, &r);
  if (status == GSL_SUCCESS)
    status = check_weights(&p, r.dim);
  if (status == GSL_SUCCESS) {
    for (size_t i = 0; i < POINTS; i++)
      p.value[i] = exp(log_weight(&p, i));
    mg_tally_values(POINTS, p.value, 1, mass);
    for (size_t i = 0; i < POINTS; i++)
      if (p.value[i] > 0)
        p.value[i] *= gsl_vector_get(p.log_p, i) - c;
    mg_tally_values(POINTS, p.value, 1, entropy);
    entropy->mean += c;
  }
  cover_clear(&r);
  points_clear(&p);
  return status;
}
