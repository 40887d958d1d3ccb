/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A net: a stack of layers over one flat vector of parameters.
 *
 *     mg_net *net = mg_net_alloc((mg_shape){784, 1, 1});
 *     mg_net_dense(net, 400, MG_START_GLOROT);
 *     mg_net_activation(net, MG_TANH);
 *     status = mg_net_dense(net, 10, MG_START_GLOROT);   all three, see below
 *
 *     mg_real *theta = calloc(mg_net_parameters(net), sizeof *theta);
 *     mg_real *tape = malloc(mg_net_tape(net, rows) * sizeof *tape);
 *     mg_net_begin(net, rng, theta);
 *     each step, on rows data:
 *       y = mg_net_forward(net, theta, rows, x, tape, threads);
 *       ... the gradient in y into mg_net_gradient(net, rows, tape) ...
 *       mg_net_backward(net, theta, rows, x, tape, dtheta, NULL, threads);
 *
 * The net knows shapes and holds no numbers: parameters, gradients and the
 * tape, on which forward leaves what backward needs, are the caller's.  One net
 * may be run by several threads, each with a tape of its own.  Nothing is
 * allocated after the last layer was added. */
#ifndef MG_NETS_NET_H
#define MG_NETS_NET_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>

#include "nets/layer.h"

typedef struct mg_net mg_net;

/* A net without layers, from data of this shape; NULL when memory is short. */
mg_net *mg_net_alloc(mg_shape in);

/* Frees it; NULL is allowed. */
void mg_net_free(mg_net *net);

/* ---- layers: each is added behind the last.  Returns GSL_SUCCESS; GSL_EINVAL
 * for sizes that do not fit, GSL_ENOMEM.  After a failure, or of a net that is
 * NULL, every further call returns a failure, so that the last one's status is
 * the whole stack's. ---- */

/* units weighted sums of all that comes in. */
int mg_net_dense(mg_net *net, size_t units, mg_start start);

/* A function on every number; of a leaky relu the slope is 0.01. */
int mg_net_activation(mg_net *net, mg_activation f);

/* x above 0, slope x below. */
int mg_net_leaky_relu(mg_net *net, double slope);

/* A convolution with so many channels.
 *   kernel, stride, padding  in  pixels */
int mg_net_conv(mg_net *net, size_t channels, size_t kernel, size_t stride,
                size_t padding, mg_start start);

/* A transposed convolution with so many channels; the image it makes has
 * (height - 1) stride + kernel - 2 padding + extra lines, columns likewise.
 *   extra  in  below the stride: which of the images with this map */
int mg_net_conv_transposed(mg_net *net, size_t channels, size_t kernel,
                           size_t stride, size_t padding, size_t extra,
                           mg_start start);

/* A masked convolution with so many channels (masked.h makes windows). */
int mg_net_masked(mg_net *net, size_t channels, mg_window window,
                  mg_start start);

/* Gated units: half as many channels. */
int mg_net_gate(mg_net *net);

/* units maxouts, each the largest of so many weighted sums of all that comes
 * in: a dense layer of units pieces, and one that chooses.
 * Source Goodfellow, Warde-Farley, Mirza, Courville & Bengio (2013). */
int mg_net_maxout(mg_net *net, size_t units, size_t pieces, mg_start start);

/* A dropout of that share of the numbers, 0 <= share < 1. */
int mg_net_dropout(mg_net *net, double share);

/* The same numbers in another shape, as a dense layer's for a convolution. */
int mg_net_reshape(mg_net *net, mg_shape shape);

/* How many layers there are: a mark to skip from. */
size_t mg_net_layers(const mg_net *net);

/* Adds what stood at the mark: y = x + x_mark.  The layers between mark and
 * here are then a residual block.
 *   mark  in  mg_net_layers at an earlier moment; same number of numbers
 * Source He, Zhang, Ren & Sun (2016). */
int mg_net_skip(mg_net *net, size_t mark);

/* Begins again with what stood at the mark; the layers before are a branch that
 * only skips and takes go on from. */
int mg_net_take(mg_net *net, size_t mark);

/* A layer of any kind; its shapes and places are set here. */
int mg_net_add(mg_net *net, const mg_layer *layer);

/* ---- what it is ---- */

/* Layer number i, from 0. */
const mg_layer *mg_net_layer(const mg_net *net, size_t i);

/* Does layer i take what stood at its mark; and does it take or add that? */
bool mg_net_takes(const mg_net *net, size_t i);
bool mg_net_adds(const mg_net *net, size_t i);

/* The shape of what goes in, and of what comes out. */
mg_shape mg_net_image(const mg_net *net);
mg_shape mg_net_shape(const mg_net *net);

/* Numbers in theta, and in its gradient. */
size_t mg_net_parameters(const mg_net *net);

/* Products that forward takes a datum: each weight once at every position of a
 * window, which is one position where there is no window. */
double mg_net_products(const mg_net *net);

/* Numbers in the tape of a batch of rows data. */
size_t mg_net_tape(const mg_net *net, size_t rows);

/* ---- what it does ---- */

/* First parameters of every layer, drawn in the layers' order; biases are 0.
 *   theta  out  mg_net_parameters numbers */
void mg_net_begin(const mg_net *net, gsl_rng *rng, mg_real *theta);

/* Sends a batch through.
 *   x     in   rows x in, a datum a row
 *   tape  out  mg_net_tape numbers
 * Returns the output, rows x out, which lies in the tape. */
const mg_real *mg_net_forward(const mg_net *net, const mg_real *theta,
                              size_t rows, const mg_real *x, mg_real *tape,
                              size_t threads);

/* The same while the net learns, with dropouts.
 *   noise  in  which numbers are dropped; 0: none */
const mg_real *mg_net_forward_noise(const mg_net *net, const mg_real *theta,
                                    size_t rows, const mg_real *x,
                                    uint32_t noise, mg_real *tape,
                                    size_t threads);

/* Where the gradient in the output is to be written, rows x out, between
 * forward and backward. */
mg_real *mg_net_gradient(const mg_net *net, size_t rows, mg_real *tape);

/* The way back of the same batch.
 *   theta, x  in     as in forward
 *   tape      inout  with the output's gradient in its place
 *   dtheta    inout  mg_net_parameters numbers, added to; NULL: not wanted, and
 *                    no product is computed for it
 *   dx        out    rows x in; NULL: not wanted */
void mg_net_backward(const mg_net *net, const mg_real *theta, size_t rows,
                     const mg_real *x, mg_real *tape, mg_real *dtheta,
                     mg_real *dx, size_t threads);

/* Which layer's output was the first that is not finite?
 *   name  in  what the net is called in the reason: "encoder"
 *   x, tape   in  after forward
 * Returns GSL_SUCCESS when all are finite; GSL_EDOM naming the layer (or its
 * parameters, or the data), the datum and the number. */
int mg_net_check_outputs(const mg_net *net, const char *name,
                         const mg_real *theta, size_t rows, const mg_real *x,
                         const mg_real *tape);

/* Which layer's gradient was the first, on the way back, that is not finite or
 * too large to be squared, as Adam does?
 *   tape, dtheta  in  after backward; NULL dtheta: not looked at
 * Returns GSL_SUCCESS; GSL_EDOM naming the layer, the datum and the number, or
 * that the gradient came in so. */
int mg_net_check_gradients(const mg_net *net, const char *name, size_t rows,
                           const mg_real *tape, const mg_real *dtheta);

#endif
