/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activations; see activation.h.
 *
 *               y = f(x)                     f'(x), from y       f''(x)
 *   relu        max(x, 0)                    [y > 0]             0
 *   leaky relu  x above 0, slope x below     1 or slope          0
 *   tanh        (e^x - e^-x) / (e^x + e^-x)  1 - y^2             -2 y f'
 *   sigmoid     1 / (1 + e^-x)               y (1 - y)           (1 - 2 y) f'
 *   softplus    log(1 + e^x)                 1 - e^-y            e^-y f'
 *                                [activation.1] [activation.2] [activation.3]
 *
 * Every derivative is written by y, so backward needs the output only; slope is
 * above 0 for that reason (else y would not tell the side).  At 0 the relus
 * have no derivative, and the one of the left is taken.
 *
 * When x moves along x_dot, y moves along y_dot = f'(x) x_dot.  That depends on
 * x where f is curved, so a gradient in y_dot is also one in x:
 *
 *   dx_dot = f'(x) dy_dot,   dx = f'(x) dy + f''(x) x_dot dy_dot
 *                                                             [activation.4]
 * The functions are apart from each other so that each loop is one expression,
 * which the compiler can turn into vectors.
 *
 * Not here: a softmax, which is no function of one number; it is inside the
 * categorical likelihood. */
#include "nets/activation.h"

#include <string.h>

#include "base/status.h"
#include "nets/elementary.h"
#include "nets/tiles.h"

static inline mg_real larger(mg_real a, mg_real b) {
  return a < b ? b : a; /* a where it is NaN */
}

MG_WIDE static void forward_relu(size_t n, mg_real slope,
                                 const mg_real *restrict x,
                                 mg_real *restrict y) {
  (void)slope;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = larger(x[i], 0);
}

MG_WIDE static void backward_relu(size_t n, mg_real slope,
                                  const mg_real *restrict y,
                                  const mg_real *restrict dy,
                                  mg_real *restrict dx) {
  (void)slope;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = y[i] > 0 ? dy[i] : 0;
}

MG_WIDE static void forward_leaky_relu(size_t n, mg_real slope,
                                       const mg_real *restrict x,
                                       mg_real *restrict y) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

MG_WIDE static void backward_leaky_relu(size_t n, mg_real slope,
                                        const mg_real *restrict y,
                                        const mg_real *restrict dy,
                                        mg_real *restrict dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = y[i] > 0 ? dy[i] : slope * dy[i];
}

MG_WIDE static void forward_tanh(size_t n, mg_real slope,
                                 const mg_real *restrict x,
                                 mg_real *restrict y) {
  (void)slope;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = mg_real_tanh(x[i]);
}

MG_WIDE static void backward_tanh(size_t n, mg_real slope,
                                  const mg_real *restrict y,
                                  const mg_real *restrict dy,
                                  mg_real *restrict dx) {
  (void)slope;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = (1 - y[i] * y[i]) * dy[i];
}

MG_WIDE static void bend_tanh(size_t n, const mg_real *restrict y,
                              const mg_real *restrict x_dot,
                              const mg_real *restrict dy_dot,
                              mg_real *restrict dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] -= 2 * y[i] * (1 - y[i] * y[i]) * x_dot[i] * dy_dot[i];
}

MG_WIDE static void forward_sigmoid(size_t n, mg_real slope,
                                    const mg_real *restrict x,
                                    mg_real *restrict y) {
  (void)slope;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = mg_real_sigmoid(x[i]);
}

MG_WIDE static void backward_sigmoid(size_t n, mg_real slope,
                                     const mg_real *restrict y,
                                     const mg_real *restrict dy,
                                     mg_real *restrict dx) {
  (void)slope;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = y[i] * (1 - y[i]) * dy[i];
}

MG_WIDE static void bend_sigmoid(size_t n, const mg_real *restrict y,
                                 const mg_real *restrict x_dot,
                                 const mg_real *restrict dy_dot,
                                 mg_real *restrict dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] += (1 - 2 * y[i]) * y[i] * (1 - y[i]) * x_dot[i] * dy_dot[i];
}

MG_WIDE static void forward_softplus(size_t n, mg_real slope,
                                     const mg_real *restrict x,
                                     mg_real *restrict y) {
  (void)slope;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = mg_real_softplus(x[i]);
}

MG_WIDE static void backward_softplus(size_t n, mg_real slope,
                                      const mg_real *restrict y,
                                      const mg_real *restrict dy,
                                      mg_real *restrict dx) {
  (void)slope;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = (1 - mg_real_exp(-y[i])) * dy[i];
}

MG_WIDE static void bend_softplus(size_t n, const mg_real *restrict y,
                                  const mg_real *restrict x_dot,
                                  const mg_real *restrict dy_dot,
                                  mg_real *restrict dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const mg_real e = mg_real_exp(-y[i]);
    dx[i] += e * (1 - e) * x_dot[i] * dy_dot[i];
  }
}

/* ---- by tiles ---- */

static const struct {
  const char *name;
  void (*forward)(size_t n, mg_real slope, const mg_real *restrict x,
                  mg_real *restrict y);
  void (*backward)(size_t n, mg_real slope, const mg_real *restrict y,
                   const mg_real *restrict dy, mg_real *restrict dx);
  /* dx += f'' x_dot dy_dot; NULL: f'' is 0. */
  void (*bend)(size_t n, const mg_real *restrict y,
               const mg_real *restrict x_dot, const mg_real *restrict dy_dot,
               mg_real *restrict dx);
} functions[] = {
    [MG_RELU] = {"relu", forward_relu, backward_relu, NULL},
    [MG_LEAKY_RELU] = {"leaky relu", forward_leaky_relu, backward_leaky_relu,
                       NULL},
    [MG_TANH] = {"tanh", forward_tanh, backward_tanh, bend_tanh},
    [MG_SIGMOID] = {"sigmoid", forward_sigmoid, backward_sigmoid, bend_sigmoid},
    [MG_SOFTPLUS] = {"softplus", forward_softplus, backward_softplus,
                     bend_softplus}};

typedef struct {
  mg_activation f;
  mg_real slope;
  size_t n;
  const mg_real *in, *dy, *dot;
  mg_real *out;
} numbers;

static void forward_tile(const void *job, size_t tile) {
  const numbers *a = job;
  const size_t i = tile * MG_TILE_NUMBERS;
  functions[a->f].forward(mg_tiles_size(a->n, MG_TILE_NUMBERS, tile), a->slope,
                          a->in + i, a->out + i);
}

void mg_activation_forward(mg_activation f, mg_real slope, size_t n,
                           const mg_real *x, mg_real *y, size_t threads) {
  const numbers a = {.f = f, .slope = slope, .n = n, .in = x, .out = y};
  mg_tiles_run(mg_tiles_count(n, MG_TILE_NUMBERS), threads, &a, forward_tile);
}

static void backward_tile(const void *job, size_t tile) {
  const numbers *a = job;
  const size_t i = tile * MG_TILE_NUMBERS;
  functions[a->f].backward(mg_tiles_size(a->n, MG_TILE_NUMBERS, tile), a->slope,
                           a->in + i, a->dy + i, a->out + i);
}

void mg_activation_backward(mg_activation f, mg_real slope, size_t n,
                            const mg_real *y, const mg_real *dy, mg_real *dx,
                            size_t threads) {
  const numbers a = {
      .f = f, .slope = slope, .n = n, .in = y, .dy = dy, .out = dx};
  mg_tiles_run(mg_tiles_count(n, MG_TILE_NUMBERS), threads, &a, backward_tile);
}

static void bend_tile(const void *job, size_t tile) {
  const numbers *a = job;
  const size_t i = tile * MG_TILE_NUMBERS;
  functions[a->f].bend(mg_tiles_size(a->n, MG_TILE_NUMBERS, tile), a->in + i,
                       a->dot + i, a->dy + i, a->out + i);
}

void mg_activation_bend(mg_activation f, size_t n, const mg_real *y,
                        const mg_real *x_dot, const mg_real *dy_dot,
                        mg_real *dx, size_t threads) {
  const numbers a = {
      .f = f, .n = n, .in = y, .dot = x_dot, .dy = dy_dot, .out = dx};
  if (functions[f].bend)
    mg_tiles_run(mg_tiles_count(n, MG_TILE_NUMBERS), threads, &a, bend_tile);
}

const char *mg_activation_name(mg_activation f) {
  return functions[f].name;
}

/* ---- the layer ---- */

static int activation_shape(mg_layer *l) {
  if (l->activation == MG_LEAKY_RELU && !(l->slope > 0))
    return mg_fail(GSL_EINVAL, "a leaky relu of slope %g: give one above 0",
                   (double)l->slope);
  l->out = l->in;
  return GSL_SUCCESS;
}

static void activation_forward(const mg_layer *l, const mg_layer_pass *p) {
  mg_activation_forward(l->activation, l->slope,
                        p->rows * mg_shape_size(&l->in), p->x, p->y,
                        p->threads);
}

static void activation_backward(const mg_layer *l, const mg_layer_pass *p) {
  if (p->dx)
    mg_activation_backward(l->activation, l->slope,
                           p->rows * mg_shape_size(&l->in), p->y, p->dy, p->dx,
                           p->threads);
}

static bool activation_curved(const mg_layer *l) {
  return functions[l->activation].bend != NULL;
}

/* y_dot = f'(x) x_dot, the product that backward is. */
static void activation_tangent(const mg_layer *l, const mg_layer_pass *p) {
  mg_activation_backward(l->activation, l->slope,
                         p->rows * mg_shape_size(&l->in), p->y, p->x_dot,
                         p->y_dot, p->threads);
}

/* dx_dot = f' dy_dot,  dx = f' dy + f'' x_dot dy_dot.        [activation.4] */
static void activation_tangent_backward(const mg_layer *l,
                                        const mg_layer_pass *p) {
  const size_t n = p->rows * mg_shape_size(&l->in);
  if (p->dx_dot)
    mg_activation_backward(l->activation, l->slope, n, p->y, p->dy_dot,
                           p->dx_dot, p->threads);
  if (!p->dx)
    return;
  if (p->dy)
    activation_backward(l, p);
  else
    memset(p->dx, 0, n * sizeof *p->dx);
  mg_activation_bend(l->activation, n, p->y, p->x_dot, p->dy_dot, p->dx,
                     p->threads);
}

static void activation_pixel(const mg_layer *l, const mg_layer_pixel *p) {
  functions[l->activation].forward(l->in.channels * p->images, l->slope,
                                   p->line[0], p->y);
}

const mg_layer_type mg_activation_type = {.name = "activation",
                                          .shape = activation_shape,
                                          .forward = activation_forward,
                                          .backward = activation_backward,
                                          .tangent = activation_tangent,
                                          .tangent_backward =
                                              activation_tangent_backward,
                                          .curved = activation_curved,
                                          .pixel = activation_pixel};
