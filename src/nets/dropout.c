/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dropout; see dropout.h.
 *
 * A number is dropped with probability s and otherwise made larger, so that its
 * mean stays what it was:
 *
 *   y_i = x_i k_i / (1 - s),   k_i = [h(noise, i) >= s]           [dropout.1]
 *
 * h is a hash of the call's noise and of the number's place, as good as uniform
 * on [0, 1): no generator runs through the numbers, so they can be worked on in
 * any order, 16 at a time, and the same call drops the same again.  The hash is
 * the 32-bit mixer that Wellons found by search ("lowbias32").
 *
 * What forward multiplied with is y / x, so backward needs no hash:
 *
 *   dx_i = dy_i y_i / x_i                                         [dropout.2]
 *
 * and dy_i where x_i is 0, which behind a relu stands where nothing goes on.
 *
 * Source: Srivastava et al. (2014).
 *
 * Not here: whole channels dropped at once. */
#include "nets/dropout.h"

#include <string.h>

#include "base/status.h"
#include "nets/elementary.h"

MG_WIDE static void drop(uint32_t least, mg_real scale, uint32_t noise,
                         size_t n, const mg_real *restrict x,
                         mg_real *restrict y) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    uint32_t h = (uint32_t)i * 0x9e3779b9u + noise;
    h = (h ^ h >> 16) * 0x7feb352du;
    h = (h ^ h >> 15) * 0x846ca68bu;
    h ^= h >> 16;
    y[i] = x[i] * (h >= least ? scale : 0);
  }
}

void mg_dropout_forward(mg_real share, uint32_t noise, size_t n,
                        const mg_real *x, mg_real *y) {
  const double least = (double)share * 0x1p32;
  if (noise == 0)
    memcpy(y, x, n * sizeof *y);
  else
    drop((uint32_t)least, 1 / (1 - share), noise, n, x, y);
}

MG_WIDE void mg_dropout_backward(size_t n, const mg_real *x, const mg_real *y,
                                 const mg_real *dy, mg_real *dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = dy[i] * (y[i] == x[i] ? 1 : y[i] / x[i]);
}

/* ---- the layer ---- */

static int dropout_shape(mg_layer *l) {
  if (!(l->share >= 0 && l->share < 1))
    return mg_fail(GSL_EINVAL, "a dropout of %g: give a share below 1",
                   (double)l->share);
  l->out = l->in;
  return GSL_SUCCESS;
}

static void dropout_forward(const mg_layer *l, const mg_layer_pass *p) {
  mg_dropout_forward(l->share, p->noise, p->rows * mg_shape_size(&l->in), p->x,
                     p->y);
}

static void dropout_backward(const mg_layer *l, const mg_layer_pass *p) {
  if (p->dx)
    mg_dropout_backward(p->rows * mg_shape_size(&l->in), p->x, p->y, p->dy,
                        p->dx);
}

/* Pixels are drawn, not learnt from. */
static void dropout_pixel(const mg_layer *l, const mg_layer_pixel *p) {
  memcpy(p->y, p->line[0], l->in.channels * p->images * sizeof *p->y);
}

const mg_layer_type mg_dropout_type = {.name = "dropout",
                                       .shape = dropout_shape,
                                       .forward = dropout_forward,
                                       .backward = dropout_backward,
                                       .pixel = dropout_pixel};
