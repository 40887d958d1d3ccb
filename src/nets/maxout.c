/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maxout; see maxout.h.
 *
 * A unit of a maxout layer is a maximum of linear maps,
 *
 *   y_i = max_p x_pi,   x_pi = b_pi + sum_j W_pij x_j               [maxout.1]
 *
 * which is a convex function in pieces, found by learning: |x| and relu are
 * maxouts of two pieces.  Where a relu is off nothing goes back through it; of
 * a maxout one piece is always on, so that a player whose teacher is a maxout
 * net hears of every point.
 *
 * The linear maps are a dense layer (or a convolution) before this one, whose
 * channels come in piece by piece.  What the largest was is not kept: it is the
 * piece that equals y.
 *
 *   dx_pi = dy_i [p the largest],   y_dot_i = x_dot_pi, p the largest
 *                                                    [maxout.2] [maxout.3]
 *
 * of equals the first alone, so that no gradient is counted twice.
 *
 * Source: Goodfellow, Warde-Farley, Mirza, Courville & Bengio (2013). */
#include "nets/maxout.h"

#include <string.h>

#include "base/status.h"
#include "nets/elementary.h"

enum { STRIP = 256 };

/* The larger of both; a NaN where one is. */
MG_WIDE static void raise(size_t n, const mg_real *restrict x,
                          mg_real *restrict y) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] <= y[i] || isnan(y[i]) ? y[i] : x[i];
}

void mg_maxout_forward(size_t rows, size_t pieces, size_t n, const mg_real *x,
                       mg_real *y) {
  for (size_t r = 0; r < rows; r++, y += n, x += pieces * n) {
    memcpy(y, x, n * sizeof *y);
    for (size_t p = 1; p < pieces; p++)
      raise(n, x + p * n, y);
  }
}

/* A piece that is the largest takes what is left of dy: all, or nothing. */
MG_WIDE static void take(size_t n, const mg_real *restrict x,
                         const mg_real *restrict y, mg_real *restrict left,
                         mg_real *restrict dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const mg_real of_it = x[i] == y[i] ? left[i] : 0;
    dx[i] = of_it;
    left[i] -= of_it;
  }
}

void mg_maxout_backward(size_t rows, size_t pieces, size_t n, const mg_real *x,
                        const mg_real *y, const mg_real *dy, mg_real *dx) {
  mg_real left[STRIP];
  for (size_t r = 0; r < rows; r++, x += pieces * n, dx += pieces * n)
    for (size_t i = 0; i < n; i += STRIP) {
      const size_t at = r * n + i, count = n - i < STRIP ? n - i : STRIP;
      memcpy(left, dy + at, count * sizeof *left);
      for (size_t p = 0; p < pieces; p++)
        take(count, x + p * n + i, y + at, left, dx + p * n + i);
    }
}

/* From the last piece to the first, which stays. */
MG_WIDE static void follow(size_t pieces, size_t n, const mg_real *restrict x,
                           const mg_real *restrict y,
                           const mg_real *restrict x_dot,
                           mg_real *restrict y_dot) {
  for (size_t p = pieces; p-- > 0;) {
#pragma omp simd
    for (size_t i = 0; i < n; i++)
      y_dot[i] = x[p * n + i] == y[i] ? x_dot[p * n + i] : y_dot[i];
  }
}

void mg_maxout_tangent(size_t rows, size_t pieces, size_t n, const mg_real *x,
                       const mg_real *y, const mg_real *x_dot, mg_real *y_dot) {
  const size_t in = pieces * n;
  memset(y_dot, 0, rows * n * sizeof *y_dot);
  for (size_t r = 0; r < rows; r++)
    follow(pieces, n, x + r * in, y + r * n, x_dot + r * in, y_dot + r * n);
}

/* ---- the layer ---- */

static int maxout_shape(mg_layer *l) {
  if (l->pieces == 0 || l->in.channels % l->pieces != 0)
    return mg_fail(GSL_EINVAL,
                   "a maxout of %zu channels in %zu pieces: give pieces that "
                   "divide them",
                   l->in.channels, l->pieces);
  l->out = l->in;
  l->out.channels = l->in.channels / l->pieces;
  return GSL_SUCCESS;
}

static void maxout_forward(const mg_layer *l, const mg_layer_pass *p) {
  mg_maxout_forward(p->rows, l->pieces, mg_shape_size(&l->out), p->x, p->y);
}

static void maxout_backward(const mg_layer *l, const mg_layer_pass *p) {
  if (p->dx)
    mg_maxout_backward(p->rows, l->pieces, mg_shape_size(&l->out), p->x, p->y,
                       p->dy, p->dx);
}

static void maxout_tangent(const mg_layer *l, const mg_layer_pass *p) {
  mg_maxout_tangent(p->rows, l->pieces, mg_shape_size(&l->out), p->x, p->y,
                    p->x_dot, p->y_dot);
}

/* dx_dot_pi = dy_dot_i where p is the largest, and so dx of a dy. */
static void maxout_tangent_backward(const mg_layer *l, const mg_layer_pass *p) {
  if (p->dx_dot)
    mg_maxout_backward(p->rows, l->pieces, mg_shape_size(&l->out), p->x, p->y,
                       p->dy_dot, p->dx_dot);
  if (p->dy)
    maxout_backward(l, p);
}

const mg_layer_type mg_maxout_type = {.name = "maxout",
                                      .shape = maxout_shape,
                                      .forward = maxout_forward,
                                      .backward = maxout_backward,
                                      .tangent = maxout_tangent,
                                      .tangent_backward =
                                          maxout_tangent_backward};
