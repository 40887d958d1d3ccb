/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks of an autoregressive density; see autoregressive_net.h.
 *
 * Column i has a network of its own, which sees columns 1 .. i-1:
 *
 *   h = tanh(u_<i W + b),   h2 = tanh(h W2 + b2),
 *   (logits, means, log variances) = h2 W3 + b3              [autoregressive.2]
 *
 * That no factor sees its own column, or a later one, is not arranged by masks:
 * the product with W takes the first i-1 numbers of every row and no more.  A
 * mask over one large network (Germain et al. 2015) shares its first layers
 * between the columns, which pays for hundreds of them; but there a new column
 * of a draw costs a pass of everything.
 *
 * Networks differ in what they read and write nothing in common, so that the
 * columns of a minibatch are worked through side by side by several threads,
 * each column by one.
 *
 * Not here: the law of a value and its start (models/conditional). */
#include "models/autoregressive_net.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "nets/dense.h"
#include "nets/elementary.h"
#include "nets/gemm.h"
#include "nets/start.h"

/* ---- where what lies ---- */

/* Inputs of the networks of all columns before this one. */
static size_t inputs_before(size_t column) {
  return column * (column - 1) / 2;
}

/* Of the last hidden layer. */
static size_t last(const mg_autoregressive *a) {
  return a->options.hidden2 ? a->options.hidden2 : a->options.hidden;
}

typedef struct {
  size_t w, b, w2, b2, w3, b3, end;
} places;

/* The arrays of all networks. */
static places places_of(const mg_autoregressive *a) {
  const size_t d = a->space.dim, h = a->options.hidden, h2 = a->options.hidden2;
  places p = {.w = 0};
  p.b = p.w + inputs_before(d) * h;
  p.w2 = p.b + (d - 1) * h;
  p.b2 = p.w2 + (d - 1) * h * h2;
  p.w3 = p.b2 + (d - 1) * h2;
  p.b3 = p.w3 + (d - 1) * last(a) * a->law.planes;
  p.end = p.b3 + d * a->law.planes;
  return p;
}

/* The part of each that a column has; of the first only b3 is one. */
static places places_at(const mg_autoregressive *a, size_t column) {
  const size_t h = a->options.hidden, h2 = a->options.hidden2;
  const size_t net = column ? column - 1 : 0;
  places p = places_of(a);
  p.w += column ? inputs_before(column) * h : 0;
  p.b += net * h;
  p.w2 += net * h * h2;
  p.b2 += net * h2;
  p.w3 += net * last(a) * a->law.planes;
  p.b3 += column * a->law.planes;
  return p;
}

size_t mg_autoregressive_parameters(const mg_autoregressive *a) {
  return places_of(a).end;
}

static void add(mg_tensors *list, const char *name, mg_real *at, size_t rank,
                size_t rows, size_t columns, size_t depth) {
  const size_t shape[] = {rows, columns, depth};
  const size_t size = rows * columns * (rank == 3 ? depth : 1);
  if (size)
    mg_tensors_add_real(list, name, at, size, rank, shape);
}

void mg_autoregressive_net_tensors(mg_autoregressive *a, mg_tensors *list) {
  const size_t d = a->space.dim, h = a->options.hidden, h2 = a->options.hidden2;
  const size_t planes = a->law.planes;
  const places p = places_of(a);
  mg_real *theta = a->ascent.theta;
  add(list, "hidden.weights", theta + p.w, 2, inputs_before(d), h, 0);
  add(list, "hidden.biases", theta + p.b, 2, d - 1, h, 0);
  add(list, "hidden2.weights", theta + p.w2, 3, d - 1, h, h2);
  add(list, "hidden2.biases", theta + p.b2, 2, d - 1, h2, 0);
  add(list, "weights", theta + p.w3, 3, d - 1, last(a), planes);
  add(list, "biases", theta + p.b3, 2, d, planes, 0);
}

/* ---- first parameters ---- */

int mg_autoregressive_begin(mg_autoregressive *a, gsl_rng *rng,
                            const gsl_matrix *x) {
  const size_t n = x->size1, h = a->options.hidden, h2 = a->options.hidden2;
  double *values = malloc((3 * n + 2) * sizeof *values);
  if (!values)
    return mg_fail(GSL_ENOMEM, "no memory for %zu values", n);
  memset(a->ascent.theta, 0, a->ascent.numbers * sizeof *a->ascent.theta);
  for (size_t i = 0; i < a->space.dim; i++) {
    const places p = places_at(a, i);
    mg_real *theta = a->ascent.theta;
    if (i) {
      mg_start_draw(rng, MG_START_GLOROT, i, h, i * h, theta + p.w);
      for (size_t j = 0; j < h; j++) /* bends all over the data */
        theta[p.b + j] = (mg_real)(2 * gsl_rng_uniform(rng) - 1);
      mg_start_draw(rng, MG_START_GLOROT, h, h2, h * h2, theta + p.w2);
    }
    for (size_t r = 0; r < n; r++)
      values[r] =
          (gsl_matrix_get(x, r, i) - a->scaling.shift[i]) / a->scaling.scale[i];
    mg_conditional_start(&a->law, n, values, values + n, theta + p.b3);
  }
  free(values);
  return GSL_SUCCESS;
}

/* ---- a column ---- */

size_t mg_autoregressive_scratch(const mg_autoregressive *a, size_t n) {
  return 2 * n * (a->options.hidden + a->options.hidden2 + a->law.planes);
}

static mg_real *take(mg_real **scratch, size_t n) {
  mg_real *here = *scratch;
  *scratch += n;
  return here;
}

mg_autoregressive_room mg_autoregressive_room_in(const mg_autoregressive *a,
                                                 size_t n, const mg_real *u,
                                                 mg_real *scratch) {
  const size_t h = a->options.hidden, h2 = a->options.hidden2;
  mg_autoregressive_room room = {.n = n, .u = u};
  room.out = take(&scratch, n * a->law.planes);
  room.d_out = take(&scratch, n * a->law.planes);
  room.hidden = take(&scratch, n * h);
  room.d_hidden = take(&scratch, n * h);
  room.hidden2 = take(&scratch, n * h2);
  room.d_hidden2 = take(&scratch, n * h2);
  return room;
}

/* y = what comes before + b, in every row. */
static void fill(size_t rows, size_t n, const mg_real *b, mg_real *y) {
  for (size_t r = 0; r < rows; r++)
    memcpy(y + r * n, b, n * sizeof *y);
}

MG_WIDE static void bend(size_t n, mg_real *y) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = mg_real_tanh(y[i]);
}

/* tanh' is 1 - tanh^2. */
MG_WIDE static void bend_back(size_t n, const mg_real *y, mg_real *dy) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dy[i] *= 1 - y[i] * y[i];
}

/*                                                       [autoregressive.2] */
void mg_autoregressive_forward(const mg_autoregressive *a, size_t column,
                               const mg_autoregressive_room *room) {
  const size_t n = room->n, d = a->space.dim, planes = a->law.planes;
  const size_t h = a->options.hidden, h2 = a->options.hidden2;
  const places p = places_at(a, column);
  const mg_real *theta = a->ascent.theta;
  if (column == 0) {
    fill(n, planes, theta + p.b3, room->out);
    return;
  }
  fill(n, h, theta + p.b, room->hidden);
  mg_gemm(false, false, n, h, column, 1, room->u, d, theta + p.w, h, 1,
          room->hidden, h, 1);
  bend(n * h, room->hidden);
  if (h2) {
    mg_dense_forward(n, h, h2, theta + p.w2, theta + p.b2, room->hidden,
                     room->hidden2, 1);
    bend(n * h2, room->hidden2);
  }
  mg_dense_forward(n, last(a), planes, theta + p.w3, theta + p.b3,
                   h2 ? room->hidden2 : room->hidden, room->out, 1);
}

/* The way back of [autoregressive.2]:
 *   dW3 = h2^T d_out, db3 = sum d_out, dh2 = (d_out W3^T) (1 - h2^2), and the
 *   same once more for W2 and for W. */
void mg_autoregressive_backward(const mg_autoregressive *a, size_t column,
                                const mg_autoregressive_room *room,
                                mg_real *dtheta) {
  const size_t n = room->n, d = a->space.dim, planes = a->law.planes;
  const size_t h = a->options.hidden, h2 = a->options.hidden2;
  const places p = places_at(a, column);
  const mg_real *theta = a->ascent.theta;
  if (column == 0) {
    mg_rows_add(n, planes, room->d_out, dtheta + p.b3);
    return;
  }
  mg_dense_backward(n, last(a), planes, theta + p.w3,
                    h2 ? room->hidden2 : room->hidden, room->d_out,
                    h2 ? room->d_hidden2 : room->d_hidden, dtheta + p.w3,
                    dtheta + p.b3, 1);
  if (h2) {
    bend_back(n * h2, room->hidden2, room->d_hidden2);
    mg_dense_backward(n, h, h2, theta + p.w2, room->hidden, room->d_hidden2,
                      room->d_hidden, dtheta + p.w2, dtheta + p.b2, 1);
  }
  bend_back(n * h, room->hidden, room->d_hidden);
  mg_gemm(true, false, column, h, n, 1, room->u, d, room->d_hidden, h, 1,
          dtheta + p.w, h, 1);
  mg_rows_add(n, h, room->d_hidden, dtheta + p.b);
}
