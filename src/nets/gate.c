/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gated unit; see gate.h.
 *
 *   y = t s,   t = tanh(a),  s = 1 / (1 + e^-b)                      [gate.1]
 *
 * A relu can only pass or stop what its own sum says.  Here another sum, s,
 * decides how much of t passes: a product of two functions of x, as in the cell
 * of an LSTM, whose power the plain masked convolutions were found to lack.
 *
 *   da = dy s (1 - t^2),   db = dy t s (1 - s)                       [gate.2]
 *
 * Source: van den Oord, Kalchbrenner, Vinyals, Espeholt, Graves & Kavukcuoglu
 * (2016). */
#include "nets/gate.h"

#include "base/status.h"
#include "nets/elementary.h"

MG_WIDE void mg_gate_forward(size_t n, const mg_real *a, const mg_real *b,
                             mg_real *y) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = mg_real_tanh(a[i]) * mg_real_sigmoid(b[i]);
}

MG_WIDE void mg_gate_backward(size_t n, const mg_real *a, const mg_real *b,
                              const mg_real *dy, mg_real *da, mg_real *db) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const mg_real t = mg_real_tanh(a[i]), s = mg_real_sigmoid(b[i]);
    da[i] = dy[i] * s * (1 - t * t);
    db[i] = dy[i] * t * s * (1 - s);
  }
}

/* ---- the layer ---- */

static int gate_shape(mg_layer *l) {
  if (l->in.channels % 2 != 0)
    return mg_fail(GSL_EINVAL,
                   "a gate of %zu channels, half of which are the gates: give "
                   "an even number",
                   l->in.channels);
  l->out = l->in;
  l->out.channels = l->in.channels / 2;
  return GSL_SUCCESS;
}

static void gate_forward(const mg_layer *l, const mg_layer_pass *p) {
  const size_t n = mg_shape_size(&l->out);
  for (size_t r = 0; r < p->rows; r++) {
    const mg_real *a = p->x + 2 * r * n;
    mg_gate_forward(n, a, a + n, p->y + r * n);
  }
}

static void gate_backward(const mg_layer *l, const mg_layer_pass *p) {
  const size_t n = mg_shape_size(&l->out);
  for (size_t r = 0; p->dx && r < p->rows; r++) {
    const mg_real *a = p->x + 2 * r * n;
    mg_real *da = p->dx + 2 * r * n;
    mg_gate_backward(n, a, a + n, p->dy + r * n, da, da + n);
  }
}

static void gate_pixel(const mg_layer *l, const mg_layer_pixel *p) {
  const size_t n = l->out.channels * p->images;
  mg_gate_forward(n, p->line[0], p->line[0] + n, p->y);
}

const mg_layer_type mg_gate_type = {.name = "gate",
                                    .shape = gate_shape,
                                    .forward = gate_forward,
                                    .backward = gate_backward,
                                    .pixel = gate_pixel};
