/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reshape, skip and take; see join.h.
 *
 * They compute nothing but a sum, and have no parameters.  A gradient that goes
 * through a skip to its mark is not theirs to add: the layer there writes its
 * own dx first, and then the net adds what the skips send [net.2].  Tangents
 * are sums as values are. */
#include "nets/join.h"

#include <string.h>

#include "base/status.h"
#include "nets/dense.h"

static int reshape_shape(mg_layer *l) {
  if (mg_shape_size(&l->in) != mg_shape_size(&l->out))
    return mg_fail(GSL_EINVAL, "%zu numbers have no shape %zu x %zu x %zu",
                   mg_shape_size(&l->in), l->out.channels, l->out.height,
                   l->out.width);
  return GSL_SUCCESS;
}

static int skip_shape(mg_layer *l) {
  l->out = l->in;
  return GSL_SUCCESS;
}

/* mg_net_take has set out. */
static int take_shape(mg_layer *l) {
  (void)l;
  return GSL_SUCCESS;
}

/* y = x, and y = x + x_mark. */
static void add(size_t n, const mg_real *x, const mg_real *skip, mg_real *y) {
  memcpy(y, x, n * sizeof *y);
  if (skip)
    mg_rows_add(1, n, skip, y);
}

static void add_forward(const mg_layer *l, const mg_layer_pass *p) {
  add(p->rows * mg_shape_size(&l->in), p->x, p->skip, p->y);
}

/* dx = dy; the skip's own share is added by the net.               [net.2] */
static void add_backward(const mg_layer *l, const mg_layer_pass *p) {
  if (p->dx)
    memcpy(p->dx, p->dy, p->rows * mg_shape_size(&l->in) * sizeof *p->dx);
}

static void add_tangent(const mg_layer *l, const mg_layer_pass *p) {
  add(p->rows * mg_shape_size(&l->in), p->x_dot, p->skip_dot, p->y_dot);
}

static void add_tangent_backward(const mg_layer *l, const mg_layer_pass *p) {
  if (p->dx_dot)
    memcpy(p->dx_dot, p->dy_dot,
           p->rows * mg_shape_size(&l->in) * sizeof *p->dx_dot);
  if (p->dy)
    add_backward(l, p);
}

static void add_pixel(const mg_layer *l, const mg_layer_pixel *p) {
  add(l->in.channels * p->images, p->line[0], p->skip, p->y);
}

/* y = x_mark: what stood before is let be, and gets no gradient. */
static void take_forward(const mg_layer *l, const mg_layer_pass *p) {
  memcpy(p->y, p->skip, p->rows * mg_shape_size(&l->out) * sizeof *p->y);
}

static void take_backward(const mg_layer *l, const mg_layer_pass *p) {
  if (p->dx)
    memset(p->dx, 0, p->rows * mg_shape_size(&l->in) * sizeof *p->dx);
}

static void take_tangent(const mg_layer *l, const mg_layer_pass *p) {
  memcpy(p->y_dot, p->skip_dot,
         p->rows * mg_shape_size(&l->out) * sizeof *p->y_dot);
}

static void take_tangent_backward(const mg_layer *l, const mg_layer_pass *p) {
  if (p->dx_dot)
    memset(p->dx_dot, 0, p->rows * mg_shape_size(&l->in) * sizeof *p->dx_dot);
  if (p->dy)
    take_backward(l, p);
}

const mg_layer_type mg_reshape_type = {.name = "reshape",
                                       .shape = reshape_shape,
                                       .forward = add_forward,
                                       .backward = add_backward,
                                       .tangent = add_tangent,
                                       .tangent_backward =
                                           add_tangent_backward};

const mg_layer_type mg_skip_type = {.name = "skip",
                                    .shape = skip_shape,
                                    .forward = add_forward,
                                    .backward = add_backward,
                                    .tangent = add_tangent,
                                    .tangent_backward = add_tangent_backward,
                                    .pixel = add_pixel};

const mg_layer_type mg_take_type = {.name = "take",
                                    .shape = take_shape,
                                    .forward = take_forward,
                                    .backward = take_backward,
                                    .tangent = take_tangent,
                                    .tangent_backward = take_tangent_backward};
