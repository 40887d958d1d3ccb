/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tangent of a net; see tangent.h.
 *
 * Layer i makes y_(i+1) from y_i.  When the data move along v, each output
 * moves along a tangent of its own, and the layer's Jacobian J_i makes the next
 * of them from the last, at a forward's price:
 *
 *   y_dot_(i+1) = J_i y_dot_i,   y_dot_0 = v                          [net.3]
 *
 * A number F of y_dot_l is a function of all theta twice over: J_i has theta_i
 * in it and, where a layer is curved, y_i, which the layers before have made.
 * So two gradients go back beside each other, that in y_dot_i and that in y_i:
 *
 *   dF/dy_dot_i = J_i^T dF/dy_dot_(i+1)                               [net.4]
 *   dF/dy_i     = J_i^T dF/dy_(i+1) + d(dF/dy_dot_(i+1) . J_i y_dot_i)/dy_i
 *
 * and dtheta_i has a term of each.  The second gradient is 0 behind the last
 * curved layer; of relus, whose f'' is 0 but at the bend, it is 0 everywhere,
 * and half of the work is left out.  Skips add in both as in net.c.  (That a
 * penalty on the gradient is the gradient of a tangent is Pearlmutter's way,
 * 1994, to a Hessian times a vector: no second pass backward through backward.)
 *
 * The tangent's tape, with n_i numbers a datum in y_i:
 *   y_dot_1 .. y_dot_l           R (n_1 + ... + n_l)
 *   their gradients              the same
 *   scratch                      the most that a layer asks for
 *   the gradients in y_1 .. y_l  R (n_1 + ... + n_l)
 *
 * Not here: the gradient in x and v; nobody who holds a penalty on x wants x
 * to move. */
#include "nets/tangent.h"

#include "nets/dense.h"

bool mg_net_has_tangent(const mg_net *net) {
  for (size_t i = 0; i < mg_net_layers(net); i++)
    if (!mg_net_layer(net, i)->type->tangent)
      return false;
  return true;
}

/* ---- the tape ---- */

/* n_1 + ... + n_l. */
static size_t numbers_of(const mg_net *net) {
  const size_t n = mg_net_layers(net);
  const mg_layer *last = n ? mg_net_layer(net, n - 1) : NULL;
  return last ? last->place + mg_shape_size(&last->out) : 0;
}

size_t mg_net_tangent_tape(const mg_net *net, size_t rows) {
  return mg_net_tape(net, rows) + rows * numbers_of(net);
}

/* Where a number for each of y_i stands, i >= 1. */
static size_t at(const mg_net *net, size_t rows, size_t i) {
  return rows * mg_net_layer(net, i - 1)->place;
}

/* y_i of a tape, or the data. */
static const mg_real *level(const mg_net *net, size_t rows, size_t i,
                            const mg_real *data, const mg_real *tape) {
  return i ? tape + at(net, rows, i) : data;
}

/* What comes in. */
typedef struct {
  const mg_net *net;
  const mg_real *theta, *x, *tape, *v;
  mg_real *dots;
  size_t rows, threads;
} run;

static mg_layer_pass pass_of(const run *r, size_t i) {
  const mg_layer *l = mg_net_layer(r->net, i);
  const bool adds = mg_net_adds(r->net, i);
  return (mg_layer_pass){
      .rows = r->rows,
      .threads = r->threads,
      .theta = r->theta + l->theta,
      .x = level(r->net, r->rows, i, r->x, r->tape),
      .y = (mg_real *)r->tape + at(r->net, r->rows, i + 1),
      .x_dot = level(r->net, r->rows, i, r->v, r->dots),
      .skip_dot = adds ? level(r->net, r->rows, l->from, r->v, r->dots) : NULL,
      .y_dot = r->dots + at(r->net, r->rows, i + 1),
      .scratch = r->dots + 2 * r->rows * numbers_of(r->net)};
}

/* ---- forward and backward ---- */

const mg_real *mg_net_tangent(const mg_net *net, const mg_real *theta,
                              size_t rows, const mg_real *x,
                              const mg_real *tape, const mg_real *v,
                              mg_real *dots, size_t threads) {
  const run r = {net, theta, x, tape, v, dots, rows, threads};
  for (size_t i = 0; i < mg_net_layers(net); i++) {
    const mg_layer_pass p = pass_of(&r, i);
    mg_net_layer(net, i)->type->tangent(mg_net_layer(net, i), &p);
  }
  return level(net, rows, mg_net_layers(net), v, dots);
}

mg_real *mg_net_tangent_gradient(const mg_net *net, size_t rows,
                                 mg_real *dots) {
  return dots + rows * numbers_of(net) + at(net, rows, mg_net_layers(net));
}

/* Layers up to the last whose second derivative is not 0. */
static size_t bent_layers(const mg_net *net) {
  size_t i = mg_net_layers(net);
  for (; i > 0; i--) {
    const mg_layer *l = mg_net_layer(net, i - 1);
    if (l->type->curved && l->type->curved(l))
      break;
  }
  return i;
}

/* to += the gradient of every skip or take from mark i in the first `layers`
 * layers; gradient[at(j)] is that of y_j.                           [net.2] */
static void add_skips(const run *r, size_t i, size_t layers,
                      const mg_real *gradient, mg_real *to) {
  for (size_t j = i; to && j < layers; j++) {
    const mg_layer *l = mg_net_layer(r->net, j);
    if (mg_net_adds(r->net, j) && l->from == i)
      mg_rows_add(1, r->rows * mg_shape_size(&l->out),
                  gradient + at(r->net, r->rows, j + 1), to);
  }
}

/* The gradient in y_i is not 0 for i below `bent`. */
void mg_net_tangent_backward(const mg_net *net, const mg_real *theta,
                             size_t rows, const mg_real *x, const mg_real *tape,
                             const mg_real *v, mg_real *dots, mg_real *dtheta,
                             size_t threads) {
  const run r = {net, theta, x, tape, v, dots, rows, threads};
  const size_t layers = mg_net_layers(net), bent = bent_layers(net);
  mg_real *of_dots = dots + rows * numbers_of(net);
  mg_real *of_y = dots + mg_net_tape(net, rows);
  for (size_t i = layers; i-- > 0;) {
    const mg_layer *l = mg_net_layer(net, i);
    mg_layer_pass p = pass_of(&r, i);
    p.dtheta = dtheta + l->theta;
    p.dy_dot = of_dots + at(net, rows, i + 1);
    p.dx_dot = i ? of_dots + at(net, rows, i) : NULL;
    p.dy = i + 1 < bent ? of_y + at(net, rows, i + 1) : NULL;
    p.dx = i && i < bent ? of_y + at(net, rows, i) : NULL;
    l->type->tangent_backward(l, &p);
    add_skips(&r, i, layers, of_dots, p.dx_dot);
    add_skips(&r, i, bent > 0 ? bent - 1 : 0, of_y, p.dx);
  }
}
