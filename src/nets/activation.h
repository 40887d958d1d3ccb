/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activations: one function on every number, without which a stack of layers
 * would be one layer. */
#ifndef MG_NETS_ACTIVATION_H
#define MG_NETS_ACTIVATION_H

#include "nets/layer.h"

/* y = f(x), number by number.                                 [activation.1]
 *   slope  in   of a leaky relu below 0; the others do not look at it
 *   x      in   n
 *   y      out  n */
void mg_activation_forward(mg_activation f, mg_real slope, size_t n,
                           const mg_real *x, mg_real *y, size_t threads);

/* dx = f'(x) dy, where f' is told from y alone.               [activation.2]
 *   y, dy  in   n, what forward wrote, and the gradient in it
 *   dx     out  n */
void mg_activation_backward(mg_activation f, mg_real slope, size_t n,
                            const mg_real *y, const mg_real *dy, mg_real *dx,
                            size_t threads);

/* dx += f''(x) x_dot dy_dot, told from y, too: what a gradient dy_dot in
 * f'(x) x_dot is in x.                                        [activation.4]
 *   y, x_dot, dy_dot  in     n
 *   dx                inout  n */
void mg_activation_bend(mg_activation f, size_t n, const mg_real *y,
                        const mg_real *x_dot, const mg_real *dy_dot,
                        mg_real *dx, size_t threads);

/* Its name: "relu", "leaky relu", "tanh", "sigmoid", "softplus". */
const char *mg_activation_name(mg_activation f);

/* "activation": out is in. */
extern const mg_layer_type mg_activation_type;

#endif
