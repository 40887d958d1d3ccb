/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network of a pixelrnn: what a step is shown, and a minibatch's sequences
 * forward and back. */
#ifndef MG_MODELS_PIXELRNN_NET_H
#define MG_MODELS_PIXELRNN_NET_H

#include "models/pixelrnn.h"
#include "nets/lstm.h"

/* Numbers that a step is shown. */
size_t mg_pixelrnn_inputs(const mg_pixelrnn *p);

/* What step t is shown of a datum.                               [pixelrnn.2]
 *   x   in   D values; those before t are read
 *   in  out  mg_pixelrnn_inputs numbers */
void mg_pixelrnn_show(const mg_pixelrnn *p, size_t t, const double *x,
                      mg_real *in);

/* Layer l of sequences of so many steps and rows. */
mg_lstm mg_pixelrnn_layer(const mg_pixelrnn *p, size_t l, size_t steps,
                          size_t rows);

/* Where its parameters begin in theta, and, l being `layers`, the law's. */
size_t mg_pixelrnn_layer_at(const mg_pixelrnn *p, size_t l);

/* Numbers in theta. */
size_t mg_pixelrnn_parameters(const mg_pixelrnn *p);

/* Names the parts of theta. */
void mg_pixelrnn_net_tensors(mg_pixelrnn *p, mg_tensors *list);

/* First parameters: a network that makes nothing of its state, and the law of
 * all pixels together.
 *   x  in  N x D, the data; scaling is set
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_pixelrnn_begin(mg_pixelrnn *p, gsl_rng *rng, const gsl_matrix *x);

/* Numbers of scratch for n data. */
size_t mg_pixelrnn_scratch(const mg_pixelrnn *p, size_t n);

/* Scores n data and adds the gradient of the sum to dtheta.
 *   x        in     n x D
 *   scratch  out    mg_pixelrnn_scratch numbers
 *   log_p    out    D x n, of each pixel, in the law's unit
 *   dtheta   inout  as theta
 * Same bytes for any number of threads. */
void mg_pixelrnn_climb(const mg_pixelrnn *p, const gsl_matrix *x,
                       mg_real *scratch, double *log_p, mg_real *dtheta,
                       size_t threads);

#endif
