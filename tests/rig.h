/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nets of every kind of layer, alone and in stacks, each with all that is
 * needed to run it once. */
#ifndef MG_TESTS_RIG_H
#define MG_TESTS_RIG_H

#include "nets.h"

#include "nets/masked.h"
#include "nets/maxout.h"
#include "nets/net.h"

enum { ROWS = 19 };

/* A net with all that is needed to run it once. */
typedef struct {
  mg_net *net;
  size_t in, out, n; /* numbers a datum; parameters */
  mg_real *theta, *x, *tape, *dtheta, *dx, *c;
} rig;

static inline rig rigged(mg_net *net, mg_shape in) {
  const mg_shape shape = mg_net_shape(net);
  rig r = {.net = net,
           .in = mg_shape_size(&in),
           .out = mg_shape_size(&shape),
           .n = mg_net_parameters(net)};
  r.theta = uniforms(r.n, 21);
  for (size_t i = 0; i < r.n; i++)
    r.theta[i] /= 2; /* also biases, which begin at 0 */
  r.x = uniforms(ROWS * r.in, 22);
  r.c = uniforms(ROWS * r.out, 23);
  r.tape = zeros(mg_net_tape(net, ROWS));
  r.dtheta = zeros(r.n);
  r.dx = zeros(ROWS * r.in);
  return r;
}

static inline void drop(rig *r) {
  mg_net_free(r->net);
  free(r->theta);
  free(r->x);
  free(r->c);
  free(r->tape);
  free(r->dtheta);
  free(r->dx);
}

/* F = sum c y at theta and x. */
static inline double value(const rig *r, const mg_real *theta, const mg_real *x,
                           size_t threads) {
  return dot(ROWS * r->out, r->c,
             mg_net_forward(r->net, theta, ROWS, x, r->tape, threads));
}

static inline void differentiate(const rig *r, size_t threads) {
  value(r, r->theta, r->x, threads);
  memset(r->dtheta, 0, r->n * sizeof *r->dtheta);
  memcpy(mg_net_gradient(r->net, ROWS, r->tape), r->c,
         ROWS * r->out * sizeof *r->c);
  mg_net_backward(r->net, r->theta, ROWS, r->x, r->tape, r->dtheta, r->dx,
                  threads);
}

/* ---- the nets ---- */

static const mg_shape vector = {11, 1, 1}, image = {2, 8, 8};

static inline mg_net *dense_net(void) {
  mg_net *net = mg_net_alloc(vector);
  mg_net_dense(net, 9, MG_START_HE);
  return net;
}

static inline mg_net *activated(mg_activation f) {
  mg_net *net = dense_net();
  if (f == MG_LEAKY_RELU)
    mg_net_leaky_relu(net, 0.2);
  else
    mg_net_activation(net, f);
  mg_net_dense(net, 5, MG_START_GLOROT);
  return net;
}

static inline mg_net *conv_net(void) {
  mg_net *net = mg_net_alloc(image);
  mg_net_conv(net, 3, 3, 2, 1, MG_START_HE);
  return net;
}

static inline mg_net *transposed_net(void) {
  mg_net *net = mg_net_alloc(image);
  mg_net_conv_transposed(net, 3, 3, 2, 1, 1, MG_START_HE);
  return net;
}

/* Two residual blocks, one in the other, the outer from the data. */
static inline mg_net *residual_net(void) {
  mg_net *net = mg_net_alloc(vector);
  const size_t outer = mg_net_layers(net);
  mg_net_dense(net, 7, MG_START_GLOROT);
  const size_t inner = mg_net_layers(net);
  mg_net_activation(net, MG_TANH);
  mg_net_dense(net, 7, MG_START_GLOROT);
  mg_net_skip(net, inner);
  mg_net_activation(net, MG_SOFTPLUS);
  mg_net_dense(net, 11, MG_START_GLOROT);
  mg_net_skip(net, outer);
  return net;
}

/* What a convolutional autoencoder of images does. */
static inline mg_net *deep_net(void) {
  mg_net *net = mg_net_alloc(image);
  mg_net_conv(net, 4, 3, 2, 1, MG_START_HE);
  mg_net_activation(net, MG_SOFTPLUS);
  mg_net_conv(net, 6, 3, 2, 1, MG_START_HE);
  const size_t mark = mg_net_layers(net);
  mg_net_conv(net, 6, 3, 1, 1, MG_START_HE);
  mg_net_activation(net, MG_TANH);
  mg_net_skip(net, mark);
  mg_net_dense(net, 3, MG_START_GLOROT);
  mg_net_dense(net, 24, MG_START_GLOROT);
  mg_net_reshape(net, (mg_shape){6, 2, 2});
  mg_net_conv_transposed(net, 4, 3, 2, 1, 1, MG_START_HE);
  mg_net_activation(net, MG_SIGMOID);
  mg_net_conv_transposed(net, 2, 3, 2, 1, 1, MG_START_HE);
  return net;
}

static inline mg_net *masked_net(void) {
  mg_net *net = mg_net_alloc(image);
  mg_net_masked(net, 9, mg_window_square(3, true), MG_START_HE);
  return net;
}

/* Vertical and horizontal stack: taken from one mark, added to each other. */
static inline mg_net *gated_net(void) {
  mg_net *net = mg_net_alloc(image);
  mg_net_masked(net, 6, mg_window_above(5, false), MG_START_GLOROT);
  const size_t above = mg_net_layers(net);
  mg_net_gate(net);
  mg_net_masked(net, 4, mg_window_above(3, true), MG_START_GLOROT);
  const size_t more = mg_net_layers(net);
  mg_net_take(net, 0);
  mg_net_dropout(net, 0.5);
  mg_net_masked(net, 6, mg_window_left(5, false), MG_START_GLOROT);
  mg_net_skip(net, above);
  mg_net_take(net, above);
  mg_net_masked(net, 4, mg_window_left(3, true), MG_START_GLOROT);
  mg_net_skip(net, more);
  mg_net_gate(net);
  return net;
}

/* Of dense layers and of channels. */
static inline mg_net *maxout_net(void) {
  mg_net *net = mg_net_alloc(image);
  mg_net_conv(net, 6, 3, 2, 1, MG_START_HE);
  mg_net_add(net, &(mg_layer){.type = &mg_maxout_type, .pieces = 3});
  mg_net_activation(net, MG_TANH);
  mg_net_maxout(net, 7, 3, MG_START_GLOROT);
  mg_net_dense(net, 2, MG_START_GLOROT);
  return net;
}

/* A block whose curved layer stands before a branch that is taken, and one
 * behind it which is not. */
static inline mg_net *branched_net(void) {
  mg_net *net = mg_net_alloc(vector);
  mg_net_dense(net, 8, MG_START_GLOROT);
  mg_net_activation(net, MG_SIGMOID);
  const size_t mark = mg_net_layers(net);
  mg_net_dense(net, 6, MG_START_GLOROT);
  mg_net_leaky_relu(net, 0.2);
  const size_t branch = mg_net_layers(net);
  mg_net_take(net, mark);
  mg_net_dense(net, 6, MG_START_GLOROT);
  mg_net_activation(net, MG_TANH);
  mg_net_skip(net, branch);
  mg_net_leaky_relu(net, 0.2);
  mg_net_dense(net, 11, MG_START_GLOROT);
  mg_net_skip(net, 0);
  return net;
}

enum { NETS = 14 };

static inline rig numbered(size_t i) {
  switch (i) {
  case 0:
    return rigged(dense_net(), vector);
  case 1:
    return rigged(conv_net(), image);
  case 2:
    return rigged(transposed_net(), image);
  case 3:
    return rigged(residual_net(), vector);
  case 4:
    return rigged(deep_net(), image);
  case 5:
    return rigged(masked_net(), image);
  case 6:
    return rigged(gated_net(), image);
  case 12:
    return rigged(maxout_net(), image);
  case 13:
    return rigged(branched_net(), vector);
  default:
    return rigged(activated((mg_activation)(i - 7)), vector);
  }
}

static const char *const names[NETS] = {"dense",
                                        "conv",
                                        "conv_transposed",
                                        "residual",
                                        "deep",
                                        "masked",
                                        "gated",
                                        "relu",
                                        "leaky relu",
                                        "tanh",
                                        "sigmoid",
                                        "softplus",
                                        "maxout",
                                        "branched, leaky relu"};

#endif
