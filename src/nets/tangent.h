/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tangent of a net: how its output moves when its input does, and the
 * gradient of that in the parameters.
 *
 * A penalty on a gradient, as (|grad_x D(x)| - 1)^2, is a function of the
 * gradient g, and its own gradient in theta goes through g.  With v = d penalty
 * / d g, held fixed, that is the gradient in theta of v . g, and v . g is the
 * tangent of D along v.  So, on rows data, after mg_net_forward:
 *
 *     ... 1 into mg_net_gradient(net, rows, tape), the output D ...
 *     mg_net_backward(net, theta, rows, x, tape, NULL, g, threads);
 *     ... v from g ...
 *     mg_net_tangent(net, theta, rows, x, tape, v, dots, threads);
 *     ... 1 into mg_net_tangent_gradient(net, rows, dots) ...
 *     mg_net_tangent_backward(net, theta, rows, x, tape, v, dots, dtheta,
 *                             threads);
 *
 * tape keeps its outputs, so a loss of the same data may go back before or
 * after.  dots is the tangent's own tape. */
#ifndef MG_NETS_TANGENT_H
#define MG_NETS_TANGENT_H

#include "nets/net.h"

/* Has every layer a tangent?  Masked convolutions, gates and dropouts have
 * none; nothing below may be called of a net that says no. */
bool mg_net_has_tangent(const mg_net *net);

/* Numbers in a tangent's tape of rows data. */
size_t mg_net_tangent_tape(const mg_net *net, size_t rows);

/* The tangent y_dot = d y(x + e v) / d e at e = 0, by forward's tape. [net.3]
 *   theta, x, tape  in   as in, and after, forward
 *   v               in   rows x in
 *   dots            out  mg_net_tangent_tape numbers
 * Returns y_dot, rows x out, which lies in dots.  Cost as forward. */
const mg_real *mg_net_tangent(const mg_net *net, const mg_real *theta,
                              size_t rows, const mg_real *x,
                              const mg_real *tape, const mg_real *v,
                              mg_real *dots, size_t threads);

/* Where the gradient in y_dot is to be written, rows x out, between tangent and
 * its backward. */
mg_real *mg_net_tangent_gradient(const mg_net *net, size_t rows, mg_real *dots);

/* The way back: the gradient in theta of a number that depends on y_dot and,
 * but through it, not on y.                                            [net.4]
 *   theta, x, tape, v  in     as in mg_net_tangent
 *   dots               inout  with y_dot's gradient in its place
 *   dtheta             inout  mg_net_parameters numbers, added to
 * Cost as backward without dx; up to the last curved layer, twice that. */
void mg_net_tangent_backward(const mg_net *net, const mg_real *theta,
                             size_t rows, const mg_real *x, const mg_real *tape,
                             const mg_real *v, mg_real *dots, mg_real *dtheta,
                             size_t threads);

#endif
