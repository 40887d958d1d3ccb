/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense layer; see dense.h.
 *
 *   y_nj = b_j + sum_i x_ni W_ij                                    [dense.1]
 *
 * A datum is a row, so a batch is one product of matrices.  With dy the
 * gradient of a number F in y, dy_nj = dF / dy_nj, the chain rule gives
 *
 *   dx_ni = sum_j dy_nj W_ij,   dW_ij = sum_n x_ni dy_nj,
 *   db_j = sum_n dy_nj                                              [dense.2]
 *
 * two more products of the same size: a step costs three times a look.  Of a
 * first layer dx is the gradient in the data, which nobody wants; NULL saves a
 * third of the largest layer.
 *
 * When x moves along x_dot, y moves along y_dot = x_dot W: the layer without
 * its bias.  Of a number F of y and y_dot, with dy and dy_dot its gradients,
 *
 *   dx_dot = dy_dot W^T,   dW = x_dot^T dy_dot + x^T dy             [dense.3]
 *
 * where the second term and db, dx are [dense.2], and need a dy.
 *
 * W is kept in x out, so that forward, which is called most, transposes
 * nothing.
 *
 * Not here: a dense layer over the channels of each pixel, which is a
 * convolution with a kernel of 1. */
#include "nets/dense.h"

#include <string.h>

#include "base/status.h"
#include "nets/elementary.h"
#include "nets/gemm.h"
#include "nets/start.h"

void mg_dense_forward(size_t rows, size_t in, size_t out, const mg_real *w,
                      const mg_real *b, const mg_real *x, mg_real *y,
                      size_t threads) {
  for (size_t n = 0; b && n < rows; n++)
    memcpy(y + n * out, b, out * sizeof *y);
  mg_gemm(false, false, rows, out, in, 1, x, in, w, out, b ? 1 : 0, y, out,
          threads);
}

void mg_dense_backward(size_t rows, size_t in, size_t out, const mg_real *w,
                       const mg_real *x, const mg_real *dy, mg_real *dx,
                       mg_real *dw, mg_real *db, size_t threads) {
  if (rows == 0)
    return;
  if (dw)
    mg_gemm(true, false, in, out, rows, 1, x, in, dy, out, 1, dw, out, threads);
  if (db)
    mg_rows_add(rows, out, dy, db);
  if (dx)
    mg_gemm(false, true, rows, in, out, 1, dy, out, w, out, 0, dx, in, threads);
}

MG_WIDE void mg_rows_add(size_t rows, size_t n, const mg_real *restrict dy,
                         mg_real *restrict db) {
  for (size_t r = 0; r < rows; r++) {
#pragma omp simd
    for (size_t j = 0; j < n; j++)
      db[j] += dy[r * n + j];
  }
}

/* ---- the layer ---- */

static int dense_shape(mg_layer *l) {
  if (l->out.channels == 0)
    return mg_fail(GSL_EINVAL, "a dense layer of 0 units: give at least 1");
  l->out.height = l->out.width = 1;
  l->parameters = (mg_shape_size(&l->in) + 1) * l->out.channels;
  return GSL_SUCCESS;
}

static void dense_begin(const mg_layer *l, gsl_rng *rng, mg_real *theta) {
  const size_t in = mg_shape_size(&l->in), out = l->out.channels;
  mg_start_draw(rng, l->start, in, out, in * out, theta);
  memset(theta + in * out, 0, out * sizeof *theta);
}

static void dense_forward(const mg_layer *l, const mg_layer_pass *p) {
  const size_t in = mg_shape_size(&l->in), out = l->out.channels;
  mg_dense_forward(p->rows, in, out, p->theta, p->theta + in * out, p->x, p->y,
                   p->threads);
}

static void dense_backward(const mg_layer *l, const mg_layer_pass *p) {
  const size_t in = mg_shape_size(&l->in), out = l->out.channels;
  mg_dense_backward(p->rows, in, out, p->theta, p->x, p->dy, p->dx, p->dtheta,
                    p->dtheta ? p->dtheta + in * out : NULL, p->threads);
}

static void dense_tangent(const mg_layer *l, const mg_layer_pass *p) {
  mg_dense_forward(p->rows, mg_shape_size(&l->in), l->out.channels, p->theta,
                   NULL, p->x_dot, p->y_dot, p->threads);
}

/* dx_dot = dy_dot W^T,  dW = x_dot^T dy_dot + x^T dy.            [dense.3] */
static void dense_tangent_backward(const mg_layer *l, const mg_layer_pass *p) {
  mg_dense_backward(p->rows, mg_shape_size(&l->in), l->out.channels, p->theta,
                    p->x_dot, p->dy_dot, p->dx_dot, p->dtheta, NULL,
                    p->threads);
  if (p->dy)
    dense_backward(l, p);
}

const mg_layer_type mg_dense_type = {.name = "dense",
                                     .shape = dense_shape,
                                     .begin = dense_begin,
                                     .forward = dense_forward,
                                     .backward = dense_backward,
                                     .tangent = dense_tangent,
                                     .tangent_backward =
                                         dense_tangent_backward};
