/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quasi-Newton steps for many regressions at once; see fvbn_climb.h.
 *
 * A penalised logistic regression has one maximum and no other place without a
 * slope.  Newton's method would want its curvature, a matrix for each of D
 * regressions in each pass.  A matrix that no curvature is above is enough to
 * go up safely (Boehning & Lindsay 1988): with A the sum of x x^T over the
 * data,                                                              [fvbn.3]
 *
 *     B = h A + penalty,   h = 1/4 (logistic), 1/2 (softmax)
 *     w <- w + B^-1 g      never goes down
 *
 * since p (1 - p) <= 1/4.  Regression i sees the columns before i, so its B is
 * a leading block of the last one's; and the Cholesky factor of a leading block
 * is the leading block of the factor.  One factor B = L L^T serves them all,
 * and so do two triangular solves a pass.
 *
 * Where p is near 0 or 1 the curvature is far below B and these steps are far
 * too short.  In the coordinates u = L^T w, where B is the identity, L-BFGS
 * learns from the last steps s and the fall y of the slope over them how much
 * longer they may be (Nocedal 1980): the curvature along them is s.y, and
 *
 *     direction = H g,  H y = s for the last step                    [fvbn.4]
 *
 * by the two-loop recursion.  A step that does not raise its regression by
 * 10^-4 of what the slope promised is taken back, and the top of the parabola
 * through what was seen is tried next.  On the digits 20 passes come to six
 * figures of the maximum; B alone takes hundreds, L-BFGS alone twice as many.
 *
 * Not here: what is climbed (models/fvbn). */
#include "models/fvbn_climb.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/status.h"

enum { MEMORY = 9 }; /* of steps; the next one is written over the oldest */

struct mg_fvbn_climb {
  size_t dim, units, passes;
  gsl_matrix *factor;                /* D x D: L */
  gsl_matrix *trial;                 /* D C x D, weights */
  gsl_matrix *u, *slope, *direction; /* D C x D, in coordinates u */
  gsl_matrix *step[MEMORY], *fall[MEMORY];
  gsl_matrix *product;        /* D x MEMORY: s.y of each step */
  gsl_vector *value, *length; /* D: at u; of the step tried */
  size_t *kept;               /* D: steps kept so far */
};

void mg_fvbn_climb_free(mg_fvbn_climb *c) {
  if (!c)
    return;
  gsl_matrix *const all[] = {c->factor, c->trial,     c->u,
                             c->slope,  c->direction, c->product};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    gsl_matrix_free(all[i]);
  for (size_t m = 0; m < MEMORY; m++) {
    gsl_matrix_free(c->step[m]);
    gsl_matrix_free(c->fall[m]);
  }
  gsl_vector_free(c->value);
  gsl_vector_free(c->length);
  free(c->kept);
  free(c);
}

static bool make_room(mg_fvbn_climb *c) {
  const size_t d = c->dim, rows = d * c->units;
  gsl_matrix **const each[] = {&c->trial, &c->u, &c->slope, &c->direction};
  bool all = true;
  for (size_t i = 0; i < sizeof each / sizeof *each; i++)
    all = (*each[i] = gsl_matrix_calloc(rows, d)) && all;
  for (size_t m = 0; m < MEMORY; m++) {
    all = (c->step[m] = gsl_matrix_calloc(rows, d)) && all;
    all = (c->fall[m] = gsl_matrix_calloc(rows, d)) && all;
  }
  all = (c->factor = gsl_matrix_alloc(d, d)) && all;
  all = (c->product = gsl_matrix_calloc(d, MEMORY)) && all;
  all = (c->value = gsl_vector_calloc(d)) && all;
  all = (c->length = gsl_vector_calloc(d)) && all;
  return (c->kept = calloc(d, sizeof *c->kept)) && all;
}

mg_fvbn_climb *mg_fvbn_climb_alloc(size_t units, const gsl_matrix *bound) {
  mg_fvbn_climb *c = calloc(1, sizeof *c);
  if (c) {
    c->dim = bound->size1;
    c->units = units;
  }
  if (!c || !make_room(c)) {
    mg_fvbn_climb_free(c);
    mg_fail(GSL_ENOMEM, "no memory to climb %zu regressions", bound->size1);
    return NULL;
  }
  gsl_matrix_memcpy(c->factor, bound);
  bool sound = gsl_linalg_cholesky_decomp1(c->factor) == GSL_SUCCESS;
  for (size_t i = 0; i < c->dim; i++) /* GSL says success on NaN */
    sound = sound && isfinite(gsl_matrix_get(c->factor, i, i));
  if (!sound) {
    mg_fvbn_climb_free(c);
    mg_fail(GSL_EDOM, "the data have no finite second moments");
    return NULL;
  }
  return c;
}

const gsl_matrix *mg_fvbn_climb_trial(const mg_fvbn_climb *c) {
  return c->trial;
}

/* ---- one regression ---- */

/* The rows of regression i, as one vector. */
static gsl_vector_view part(const mg_fvbn_climb *c, gsl_matrix *m, size_t i) {
  const size_t n = c->units * c->dim;
  return gsl_vector_view_array(m->data + i * n, n);
}

static double dot(const mg_fvbn_climb *c, gsl_matrix *a, gsl_matrix *b,
                  size_t i) {
  const gsl_vector_view x = part(c, a, i), y = part(c, b, i);
  double sum;
  gsl_blas_ddot(&x.vector, &y.vector, &sum);
  return sum;
}

/* y += a x, of regression i. */
static void add(const mg_fvbn_climb *c, double a, gsl_matrix *x, gsl_matrix *y,
                size_t i) {
  const gsl_vector_view from = part(c, x, i);
  gsl_vector_view to = part(c, y, i);
  gsl_blas_daxpy(a, &from.vector, &to.vector);
}

/* direction = H slope, by the recursion over the steps remembered. */
static void aim(mg_fvbn_climb *c, size_t i) {
  const size_t kept = c->kept[i], n = GSL_MIN(kept, MEMORY - 1);
  double share[MEMORY];
  gsl_vector_view q = part(c, c->direction, i);
  const gsl_vector_view g = part(c, c->slope, i);
  gsl_vector_memcpy(&q.vector, &g.vector);
  for (size_t back = 1; back <= n; back++) {
    const size_t m = (kept - back) % MEMORY;
    share[m] =
        dot(c, c->step[m], c->direction, i) / gsl_matrix_get(c->product, i, m);
    add(c, -share[m], c->fall[m], c->direction, i);
  }
  if (n > 0) {
    const size_t m = (kept - 1) % MEMORY;
    gsl_vector_scale(&q.vector, gsl_matrix_get(c->product, i, m) /
                                    dot(c, c->fall[m], c->fall[m], i));
  }
  for (size_t back = n; back >= 1; back--) {
    const size_t m = (kept - back) % MEMORY;
    const double other =
        dot(c, c->fall[m], c->direction, i) / gsl_matrix_get(c->product, i, m);
    add(c, share[m] - other, c->step[m], c->direction, i);
  }
  gsl_vector_set(c->length, i, 1);
}

/* Keeps the step to the trial, whose slope is `slope`, and remembers it. */
static void keep(mg_fvbn_climb *c, size_t i, double value, gsl_matrix *slope) {
  const size_t m = c->kept[i] % MEMORY;
  const double length = gsl_vector_get(c->length, i);
  gsl_vector_view s = part(c, c->step[m], i), y = part(c, c->fall[m], i);
  const gsl_vector_view d = part(c, c->direction, i), g = part(c, slope, i);
  gsl_vector_view old = part(c, c->slope, i);
  gsl_vector_memcpy(&s.vector, &d.vector);
  gsl_vector_scale(&s.vector, length);
  add(c, 1, c->step[m], c->u, i);
  gsl_vector_memcpy(&y.vector, &old.vector);
  gsl_vector_sub(&y.vector, &g.vector);
  gsl_vector_memcpy(&old.vector, &g.vector);
  gsl_vector_set(c->value, i, value);
  const double product = dot(c, c->step[m], c->fall[m], i);
  gsl_matrix_set(c->product, i, m, product);
  /* Rounding has the last word where nothing is left to gain. */
  if (product > 1e-10 * dot(c, c->fall[m], c->fall[m], i))
    c->kept[i]++;
}

/* Has the step risen as a step of its length should?  If not, halves it or
 * more, to where the parabola has its top. */
static bool judge(mg_fvbn_climb *c, size_t i, double value) {
  const double old = gsl_vector_get(c->value, i);
  const double length = gsl_vector_get(c->length, i);
  const double promised = length * dot(c, c->slope, c->direction, i);
  const double rounding = 1e-12 * (1 + fabs(old));
  if (value >= old + 1e-4 * promised - rounding)
    return true;
  const double top = promised / (2 * (promised - (value - old)));
  gsl_vector_set(c->length, i, length * (top > 0.1 ? GSL_MIN(top, 0.5) : 0.1));
  return false;
}

/* ---- all of them ---- */

/* Zeros above a regression's own numbers: columns i + 1 on. */
static void cut(const mg_fvbn_climb *c, gsl_matrix *m) {
  for (size_t row = 0; row < m->size1; row++)
    for (size_t j = row / c->units + 1; j < c->dim; j++)
      m->data[row * m->tda + j] = 0;
}

/* trial = weights + L^-T (length direction). */
static void go_on(mg_fvbn_climb *c, const gsl_matrix *weights) {
  gsl_matrix_memcpy(c->trial, c->direction);
  for (size_t i = 0; i < c->dim; i++) {
    gsl_vector_view t = part(c, c->trial, i);
    gsl_vector_scale(&t.vector, gsl_vector_get(c->length, i));
  }
  gsl_blas_dtrsm(CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, 1,
                 c->factor, c->trial);
  gsl_matrix_add(c->trial, weights);
  cut(c, c->trial);
}

size_t mg_fvbn_climb_step(mg_fvbn_climb *c, const gsl_vector *value,
                          gsl_matrix *gradient, gsl_matrix *weights,
                          gsl_vector *best) {
  size_t kept = 0;
  gsl_blas_dtrsm(CblasRight, CblasLower, CblasTrans, CblasNonUnit, 1, c->factor,
                 gradient);
  cut(c, gradient);
  for (size_t i = 0; i < c->dim; i++) {
    const double here = gsl_vector_get(value, i);
    if (c->passes > 0 && !judge(c, i, here))
      continue;
    gsl_vector_view w = part(c, weights, i);
    const gsl_vector_view t = part(c, c->trial, i);
    gsl_vector_memcpy(&w.vector, &t.vector);
    keep(c, i, here, gradient);
    aim(c, i);
    kept++;
  }
  gsl_vector_memcpy(best, c->value);
  go_on(c, weights);
  c->passes++;
  return kept;
}
