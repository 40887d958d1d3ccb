/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The convolution and the transposed convolution as kinds of layers: their
 * shapes, first weights and passes, by the functions of conv.h.
 *
 * The layer says kernel, stride and padding, and the channels that come out;
 * of a transposed convolution image and map change places, and `extra` lines
 * tell which of the images it makes that have its map (conv.c).  Both are
 * linear but for their biases, so that a tangent is the layer itself without
 * them [conv.6].
 *
 * Not here: the sums (conv), windows as a matrix (patches). */
#include <string.h>

#include "base/status.h"
#include "nets/conv.h"
#include "nets/start.h"

static mg_conv conv_of(const mg_layer *l) {
  return (mg_conv){.image = l->in,
                   .map = l->out,
                   .kernel = l->kernel,
                   .stride = l->stride,
                   .padding = l->padding};
}

static mg_conv transposed_of(const mg_layer *l) {
  return (mg_conv){.image = l->out,
                   .map = l->in,
                   .kernel = l->kernel,
                   .stride = l->stride,
                   .padding = l->padding};
}

static int conv_shape(mg_layer *l) {
  mg_conv c = conv_of(l);
  const int status = mg_conv_fit(&c);
  l->out = c.map;
  l->parameters = mg_conv_weights(&c) + c.map.channels;
  return status;
}

/* The image whose map is l->in. */
static int transposed_shape(mg_layer *l) {
  const size_t less = 2 * l->padding;
  const size_t more = l->kernel + l->extra;
  if (l->extra >= l->stride || more <= less)
    return mg_fail(GSL_EINVAL,
                   "a transposed convolution of kernel %zu, stride %zu, "
                   "padding %zu, extra %zu makes no image: extra is below the "
                   "stride, and kernel above twice the padding",
                   l->kernel, l->stride, l->padding, l->extra);
  l->out.height = (l->in.height - 1) * l->stride + more - less;
  l->out.width = (l->in.width - 1) * l->stride + more - less;
  mg_conv c = transposed_of(l);
  const int status = mg_conv_fit(&c);
  l->parameters = mg_conv_weights(&c) + c.image.channels;
  return status;
}

static size_t conv_scratch(const mg_layer *l, size_t rows) {
  const mg_conv c = conv_of(l);
  return mg_conv_scratch(&c, rows);
}

static size_t transposed_scratch(const mg_layer *l, size_t rows) {
  const mg_conv c = transposed_of(l);
  return mg_conv_scratch(&c, rows);
}

/* A pixel of the image is in one of stride^2 positions' windows at each place,
 * so that is the share of the kernel that it meets. */
static size_t share(const mg_layer *l) {
  const size_t area = l->kernel * l->kernel, steps = l->stride * l->stride;
  return area > steps ? area / steps : 1;
}

static void draw(const mg_layer *l, gsl_rng *rng, size_t in, size_t out,
                 mg_real *theta) {
  const size_t w = l->in.channels * l->out.channels * l->kernel * l->kernel;
  mg_start_draw(rng, l->start, l->in.channels * in, l->out.channels * out, w,
                theta);
  memset(theta + w, 0, l->out.channels * sizeof *theta);
}

static void conv_begin(const mg_layer *l, gsl_rng *rng, mg_real *theta) {
  draw(l, rng, l->kernel * l->kernel, share(l), theta);
}

static void transposed_begin(const mg_layer *l, gsl_rng *rng, mg_real *theta) {
  draw(l, rng, share(l), l->kernel * l->kernel, theta);
}

/* The biases' gradient, behind the weights'. */
static mg_real *biases(const mg_conv *c, mg_real *dtheta) {
  return dtheta ? dtheta + mg_conv_weights(c) : NULL;
}

static void conv_forward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = conv_of(l);
  mg_conv_forward(&c, p->rows, p->theta, p->theta + mg_conv_weights(&c), p->x,
                  p->y, p->scratch, p->threads);
}

static void conv_backward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = conv_of(l);
  mg_conv_backward(&c, p->rows, p->theta, p->x, p->dy, p->dx, p->dtheta,
                   biases(&c, p->dtheta), p->scratch, p->threads);
}

static void conv_tangent(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = conv_of(l);
  mg_conv_forward(&c, p->rows, p->theta, NULL, p->x_dot, p->y_dot, p->scratch,
                  p->threads);
}

/* dW = sum_n dy_dot P(x_dot)^T + dy P(x)^T.                       [conv.6] */
static void conv_tangent_backward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = conv_of(l);
  mg_conv_backward(&c, p->rows, p->theta, p->x_dot, p->dy_dot, p->dx_dot,
                   p->dtheta, NULL, p->scratch, p->threads);
  if (p->dy)
    conv_backward(l, p);
}

static void transposed_forward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = transposed_of(l);
  mg_conv_transposed_forward(&c, p->rows, p->theta,
                             p->theta + mg_conv_weights(&c), p->x, p->y,
                             p->scratch, p->threads);
}

static void transposed_backward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = transposed_of(l);
  mg_conv_transposed_backward(&c, p->rows, p->theta, p->x, p->dy, p->dx,
                              p->dtheta, biases(&c, p->dtheta), p->scratch,
                              p->threads);
}

static void transposed_tangent(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = transposed_of(l);
  mg_conv_transposed_forward(&c, p->rows, p->theta, NULL, p->x_dot, p->y_dot,
                             p->scratch, p->threads);
}

/* dW = sum_n x_dot P(dy_dot)^T + x P(dy)^T.                       [conv.6] */
static void transposed_tangent_backward(const mg_layer *l,
                                        const mg_layer_pass *p) {
  const mg_conv c = transposed_of(l);
  mg_conv_transposed_backward(&c, p->rows, p->theta, p->x_dot, p->dy_dot,
                              p->dx_dot, p->dtheta, NULL, p->scratch,
                              p->threads);
  if (p->dy)
    transposed_backward(l, p);
}

const mg_layer_type mg_conv_type = {.name = "conv",
                                    .shape = conv_shape,
                                    .scratch = conv_scratch,
                                    .begin = conv_begin,
                                    .forward = conv_forward,
                                    .backward = conv_backward,
                                    .tangent = conv_tangent,
                                    .tangent_backward = conv_tangent_backward};

const mg_layer_type mg_conv_transposed_type = {.name = "conv_transposed",
                                               .shape = transposed_shape,
                                               .scratch = transposed_scratch,
                                               .begin = transposed_begin,
                                               .forward = transposed_forward,
                                               .backward = transposed_backward,
                                               .tangent = transposed_tangent,
                                               .tangent_backward =
                                                   transposed_tangent_backward};
