/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maxout: of several linear maps the largest. */
#ifndef MG_NETS_MAXOUT_H
#define MG_NETS_MAXOUT_H

#include "nets/layer.h"

/* y_i = the largest of x_pi, p below pieces.                       [maxout.1]
 *   x  in   rows x pieces x n
 *   y  out  rows x n */
void mg_maxout_forward(size_t rows, size_t pieces, size_t n, const mg_real *x,
                       mg_real *y);

/* Its gradient: dx_pi = dy_i where x_pi is the largest, the first of equals,
 * and 0 elsewhere.                                                 [maxout.2]
 *   x, y  in   of the same forward     dy  in  rows x n
 *   dx    out  rows x pieces x n */
void mg_maxout_backward(size_t rows, size_t pieces, size_t n, const mg_real *x,
                        const mg_real *y, const mg_real *dy, mg_real *dx);

/* Its tangent: y_dot_i is x_dot_pi of the same p.                  [maxout.3]
 *   x, y   in   of the same forward     x_dot  in  rows x pieces x n
 *   y_dot  out  rows x n */
void mg_maxout_tangent(size_t rows, size_t pieces, size_t n, const mg_real *x,
                       const mg_real *y, const mg_real *x_dot, mg_real *y_dot);

/* "maxout": of `pieces` times C channels the largest of c, C + c, 2 C + c .. is
 * the c-th of C that come out; behind a dense layer or a convolution. */
extern const mg_layer_type mg_maxout_type;

#endif
