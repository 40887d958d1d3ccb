/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long short-term memory; see lstm.h.
 *
 * A step takes what comes in, x_t, and what went out before, h_(t-1):
 *
 *   a_t = x_t W + h_(t-1) U + b,   4H numbers, in four parts:
 *   i = sigmoid(a_i)   what is written        o = sigmoid(a_o)   what is shown
 *   f = sigmoid(a_f)   what is kept           g = tanh(a_g)      what is new
 *   c_t = f c_(t-1) + i g,    h_t = o tanh(c_t)                      [lstm.1]
 *
 * A plain recurrent layer sends its state through a matrix and a tanh at every
 * step, so that a gradient shrinks or grows like a power.  Here the way from
 * c_(t-1) to c_t is one product with f, which may be 1 for as long as it takes.
 *
 * The way back, from the last step to the first; dh is what comes from above,
 * d+ what comes from step t+1 (0 at the end), and t_c = tanh(c_t):
 *
 *   dh = dh_t + da_(t+1) U^T,      dc = dc+ + dh o (1 - t_c^2)
 *   da_o = dh t_c o (1 - o)        da_i = dc g i (1 - i)
 *   da_g = dc i (1 - g^2)          da_f = dc c_(t-1) f (1 - f)
 *   dc+ of step t-1 is dc f                                          [lstm.2]
 *   dW = sum_t x_t^T da_t,  dU = sum_t h_(t-1)^T da_t,  db = sum_t da_t,
 *   dx_t = da_t W^T                                                  [lstm.3]
 *
 * Only h_(t-1) U has to wait for the step before.  So x W is one product for
 * all steps, as are dW, dU and dx; and the rows of a batch know nothing of each
 * other, so that a thread takes 16 of them through all steps, and the threads
 * meet once a sequence, not once a step.  dW, dU and db are sums over all steps
 * and rows: those are cut into 8 parts with a sum each, added in their order.
 *
 * The tape of a sequence:
 *   gates    T rows 4H    i, f, o, g; after backward da
 *   cells    T rows H     c_t
 *   carried  rows 2H      da_(t+1) U^T, and dc+
 *   parts    8 times the parameters
 *
 * Not here: a layer of a net's stack, where a datum is one row; peepholes,
 * projections; truncation, which sequences of 784 steps do not need. */
#include "nets/lstm.h"

#include <string.h>

#include "nets/dense.h"
#include "nets/elementary.h"
#include "nets/gemm.h"
#include "nets/start.h"
#include "nets/tiles.h"

enum { ROWS = 16, PARTS = 8 };

size_t mg_lstm_parameters(const mg_lstm *s) {
  return 4 * s->hidden * (s->in + s->hidden + 1);
}

static size_t u_at(const mg_lstm *s) {
  return 4 * s->hidden * s->in;
}

static size_t b_at(const mg_lstm *s) {
  return u_at(s) + 4 * s->hidden * s->hidden;
}

void mg_lstm_begin(const mg_lstm *s, gsl_rng *rng, mg_real *theta) {
  const size_t h = s->hidden;
  mg_start_draw(rng, MG_START_GLOROT, s->in, h, u_at(s), theta);
  mg_start_draw(rng, MG_START_GLOROT, h, h, 4 * h * h, theta + u_at(s));
  for (size_t j = 0; j < 4 * h; j++)
    theta[b_at(s) + j] = j / h == 1;
}

/* ---- the tape ---- */

static size_t cells_at(const mg_lstm *s) {
  return s->steps * s->rows * 4 * s->hidden;
}

static size_t carried_at(const mg_lstm *s) {
  return cells_at(s) + s->steps * s->rows * s->hidden;
}

static size_t parts_at(const mg_lstm *s) {
  return carried_at(s) + 2 * s->rows * s->hidden;
}

size_t mg_lstm_tape(const mg_lstm *s) {
  return parts_at(s) + PARTS * mg_lstm_parameters(s);
}

typedef struct {
  const mg_lstm *s;
  const mg_real *theta, *x, *dh;
  const mg_real *h_before; /* h, where it is only read */
  mg_real *h, *tape;
} sequence;

/* ---- forward ---- */

/* a becomes i, f, o, g, and the state goes on.                     [lstm.1]
 *   before  in  c_(t-1), which may be c itself; NULL: 0 */
MG_WIDE static void open_gates(size_t rows, size_t n, const mg_real *before,
                               mg_real *a, mg_real *c, mg_real *h) {
  for (size_t r = 0; r < rows; r++) {
    mg_real *i = a + r * 4 * n, *f = i + n, *o = f + n, *g = o + n;
    const mg_real *b = before ? before + r * n : NULL;
#pragma omp simd
    for (size_t j = 0; j < 3 * n; j++)
      i[j] = mg_real_sigmoid(i[j]);
#pragma omp simd
    for (size_t j = 0; j < n; j++)
      g[j] = mg_real_tanh(g[j]);
#pragma omp simd
    for (size_t j = 0; j < n; j++) {
      const mg_real kept = b ? f[j] * b[j] : 0;
      c[r * n + j] = kept + i[j] * g[j];
    }
#pragma omp simd
    for (size_t j = 0; j < n; j++)
      h[r * n + j] = o[j] * mg_real_tanh(c[r * n + j]);
  }
}

/* Some rows, through all steps. */
static void forward_tile(const void *job, size_t tile) {
  const sequence *q = job;
  const mg_lstm *s = q->s;
  const size_t n = s->hidden, first = tile * ROWS;
  const size_t rows = mg_tiles_size(s->rows, ROWS, tile);
  const mg_real *before = NULL;
  for (size_t t = 0; t < s->steps; t++) {
    const size_t at = t * s->rows + first;
    mg_real *a = q->tape + at * 4 * n, *c = q->tape + cells_at(s) + at * n;
    if (t)
      mg_gemm(false, false, rows, 4 * n, n, 1, q->h + (at - s->rows) * n, n,
              q->theta + u_at(s), 4 * n, 1, a, 4 * n, 1);
    open_gates(rows, n, before, a, c, q->h + at * n);
    before = c;
  }
}

void mg_lstm_forward(const mg_lstm *s, const mg_real *theta, const mg_real *x,
                     mg_real *h, mg_real *tape, size_t threads) {
  const sequence q = {.s = s, .theta = theta, .h = h, .tape = tape};
  mg_dense_forward(s->steps * s->rows, s->in, 4 * s->hidden, theta,
                   theta + b_at(s), x, tape, threads);
  mg_tiles_run(mg_tiles_count(s->rows, ROWS), threads, &q, forward_tile);
}

void mg_lstm_step(const mg_lstm *s, const mg_real *theta, const mg_real *x,
                  mg_real *c, mg_real *h, mg_real *gates, size_t threads) {
  const size_t n = s->hidden;
  mg_dense_forward(s->rows, s->in, 4 * n, theta, theta + b_at(s), x, gates,
                   threads);
  mg_gemm(false, false, s->rows, 4 * n, n, 1, h, n, theta + u_at(s), 4 * n, 1,
          gates, 4 * n, threads);
  open_gates(s->rows, n, c, gates, c, h);
}

/* ---- backward ---- */

/* i, f, o, g become their gradients in a, and dc goes on to the step before.
 *                                                                  [lstm.2]
 *   dh      in     what comes from above
 *   dh_on   in     what comes from the next step, rows x H
 *   dc      inout  dc+, of this step, then of the step before */
MG_WIDE static void close_gates(size_t rows, size_t n, const mg_real *before,
                                const mg_real *c, const mg_real *dh,
                                const mg_real *dh_on, mg_real *a, mg_real *dc) {
  for (size_t r = 0; r < rows; r++) {
    mg_real *i = a + r * 4 * n, *f = i + n, *o = f + n, *g = o + n;
    const mg_real *b = before ? before + r * n : NULL;
#pragma omp simd
    for (size_t j = 0; j < n; j++) {
      const size_t k = r * n + j;
      const mg_real d = dh[k] + dh_on[k], shown = mg_real_tanh(c[k]);
      const mg_real into = dc[k] + d * o[j] * (1 - shown * shown);
      const mg_real was = b ? b[j] : 0, fresh = g[j], wrote = i[j];
      dc[k] = into * f[j];
      i[j] = into * fresh * wrote * (1 - wrote);
      f[j] = into * was * f[j] * (1 - f[j]);
      o[j] = d * shown * o[j] * (1 - o[j]);
      g[j] = into * wrote * (1 - fresh * fresh);
    }
  }
}

/* The same rows, back through all steps. */
static void backward_tile(const void *job, size_t tile) {
  const sequence *q = job;
  const mg_lstm *s = q->s;
  const size_t n = s->hidden, first = tile * ROWS;
  const size_t rows = mg_tiles_size(s->rows, ROWS, tile);
  const mg_real *cells = q->tape + cells_at(s);
  mg_real *dh_on = q->tape + carried_at(s) + first * n;
  mg_real *dc = dh_on + s->rows * n;
  memset(dh_on, 0, rows * n * sizeof *dh_on);
  memset(dc, 0, rows * n * sizeof *dc);
  for (size_t t = s->steps; t-- > 0;) {
    const size_t at = t * s->rows + first;
    mg_real *a = q->tape + at * 4 * n;
    close_gates(rows, n, t ? cells + (at - s->rows) * n : NULL, cells + at * n,
                q->dh + at * n, dh_on, a, dc);
    if (t)
      mg_gemm(false, true, rows, n, 4 * n, 1, a, 4 * n, q->theta + u_at(s),
              4 * n, 0, dh_on, n, 1);
  }
}

/* Rows of all steps in a part. */
static size_t part_rows(const mg_lstm *s) {
  return mg_tiles_count(s->steps * s->rows, PARTS);
}

/* dW, dU and db of a part.                                         [lstm.3] */
static void weights_tile(const void *job, size_t part) {
  const sequence *q = job;
  const mg_lstm *s = q->s;
  const size_t n = 4 * s->hidden, first = part * part_rows(s);
  const size_t rows = mg_tiles_size(s->steps * s->rows, part_rows(s), part);
  const size_t later = first > s->rows ? first : s->rows, end = first + rows;
  const mg_real *da = q->tape + first * n;
  mg_real *sum = q->tape + parts_at(s) + part * mg_lstm_parameters(s);
  memset(sum, 0, mg_lstm_parameters(s) * sizeof *sum);
  mg_gemm(true, false, s->in, n, rows, 1, q->x + first * s->in, s->in, da, n, 0,
          sum, n, 1);
  if (end > later)
    mg_gemm(true, false, s->hidden, n, end - later, 1,
            q->h_before + (later - s->rows) * s->hidden, s->hidden,
            q->tape + later * n, n, 0, sum + u_at(s), n, 1);
  mg_rows_add(rows, n, da, sum + b_at(s));
}

void mg_lstm_backward(const mg_lstm *s, const mg_real *theta, const mg_real *x,
                      const mg_real *h, const mg_real *dh, mg_real *tape,
                      mg_real *dtheta, mg_real *dx, size_t threads) {
  const size_t all = s->steps * s->rows, n = 4 * s->hidden;
  const size_t size = mg_lstm_parameters(s);
  const sequence q = {
      .s = s, .theta = theta, .x = x, .h_before = h, .dh = dh, .tape = tape};
  if (all == 0)
    return;
  const size_t parts = mg_tiles_count(all, part_rows(s));
  mg_tiles_run(mg_tiles_count(s->rows, ROWS), threads, &q, backward_tile);
  mg_tiles_run(parts, threads, &q, weights_tile);
  for (size_t p = 0; p < parts; p++)
    mg_rows_add(1, size, tape + parts_at(s) + p * size, dtheta);
  if (dx)
    mg_gemm(false, true, all, s->in, n, 1, tape, n, theta, n, 0, dx, s->in,
            threads);
}
