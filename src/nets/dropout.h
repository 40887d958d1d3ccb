/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dropout: while a net learns, numbers are taken away at random. */
#ifndef MG_NETS_DROPOUT_H
#define MG_NETS_DROPOUT_H

#include "nets/layer.h"

/* y = x / (1 - share) or 0, the latter with probability share.   [dropout.1]
 *   share  in   0 <= share < 1
 *   noise  in   which are 0; of noise 0 none is, and y = x
 *   x      in   n     y  out  n */
void mg_dropout_forward(mg_real share, uint32_t noise, size_t n,
                        const mg_real *x, mg_real *y);

/* Its gradient.                                                   [dropout.2]
 *   x, y  in  n, of the same forward     dy  in  n     dx  out  n */
void mg_dropout_backward(size_t n, const mg_real *x, const mg_real *y,
                         const mg_real *dy, mg_real *dx);

/* "dropout": of any shape. */
extern const mg_layer_type mg_dropout_type;

#endif
