/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense layer: every output is a weighted sum of all inputs. */
#ifndef MG_NETS_DENSE_H
#define MG_NETS_DENSE_H

#include "nets/layer.h"

/* y = x W + b.                                                     [dense.1]
 *   x  in   rows x in        w  in  in x out       b  in  out; NULL: 0
 *   y  out  rows x out
 * Cost 2 rows in out operations. */
void mg_dense_forward(size_t rows, size_t in, size_t out, const mg_real *w,
                      const mg_real *b, const mg_real *x, mg_real *y,
                      size_t threads);

/* The gradient of anything, given its gradient dy in y.            [dense.2]
 *   dy  in     rows x out
 *   dx  out    rows x in; NULL: not wanted
 *   dw  inout  in x out, added to       db  inout  out, added to
 *              either NULL: not wanted
 * Cost twice forward's, or once without dx or dw. */
void mg_dense_backward(size_t rows, size_t in, size_t out, const mg_real *w,
                       const mg_real *x, const mg_real *dy, mg_real *dx,
                       mg_real *dw, mg_real *db, size_t threads);

/* db += sum over the rows of dy.
 *   dy  in     rows x n
 *   db  inout  n */
void mg_rows_add(size_t rows, size_t n, const mg_real *dy, mg_real *db);

/* "dense": out.channels units; parameters W, then b. */
extern const mg_layer_type mg_dense_type;

#endif
