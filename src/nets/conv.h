/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution and its adjoint, the transposed convolution. */
#ifndef MG_NETS_CONV_H
#define MG_NETS_CONV_H

#include <stddef.h>

#include "nets/layer.h"

/* A convolution: a window of kernel x kernel goes over an image in steps of
 * stride, and at each of its positions every channel of the map is a weighted
 * sum of what the window shows.  The image is thought larger by `padding` zeros
 * on each side. */
typedef struct {
  mg_shape image, map;
  size_t kernel, stride, padding;
} mg_conv;

/* Sets the map's height and width from the rest.
 *   c  inout  map.channels, image, kernel, stride and padding are given
 * Returns GSL_SUCCESS; GSL_EINVAL when a size is 0 or the window larger than
 * the padded image. */
int mg_conv_fit(mg_conv *c);

/* Weights of it: map.channels x (image.channels kernel kernel). */
size_t mg_conv_weights(const mg_conv *c);

/* Scratch that each of the four functions below wants for a batch. */
size_t mg_conv_scratch(const mg_conv *c, size_t rows);

/* y = conv(x) + b.                                                  [conv.1]
 *   w  in   map.channels x (image.channels kernel kernel)
 *   b  in   map.channels; NULL: 0
 *   x  in   rows x image      y  out  rows x map
 *   scratch  out  mg_conv_scratch numbers
 * Cost 2 operations a weight, position and datum. */
void mg_conv_forward(const mg_conv *c, size_t rows, const mg_real *w,
                     const mg_real *b, const mg_real *x, mg_real *y,
                     mg_real *scratch, size_t threads);

/* Its gradients; dx, dw and db may be NULL.                         [conv.2]
 *   x   in     rows x image     dy  in  rows x map
 *   dx  out    rows x image
 *   dw, db  inout  as w and b, added to */
void mg_conv_backward(const mg_conv *c, size_t rows, const mg_real *w,
                      const mg_real *x, const mg_real *dy, mg_real *dx,
                      mg_real *dw, mg_real *db, mg_real *scratch,
                      size_t threads);

/* y = conv^T(x) + b, the adjoint: from a map to an image.           [conv.3]
 *   w  in   as of the convolution      b  in  image.channels; NULL: 0
 *   x  in   rows x map      y  out  rows x image */
void mg_conv_transposed_forward(const mg_conv *c, size_t rows, const mg_real *w,
                                const mg_real *b, const mg_real *x, mg_real *y,
                                mg_real *scratch, size_t threads);

/* Its gradients; dx, dw and db may be NULL.                         [conv.4]
 *   x   in     rows x map     dy  in  rows x image
 *   dx  out    rows x map
 *   dw, db  inout  as w and b, added to */
void mg_conv_transposed_backward(const mg_conv *c, size_t rows,
                                 const mg_real *w, const mg_real *x,
                                 const mg_real *dy, mg_real *dx, mg_real *dw,
                                 mg_real *db, mg_real *scratch, size_t threads);

/* db += sum over the pixels of each channel of one map dy.          [conv.2] */
void mg_channels_add(const mg_shape *shape, const mg_real *dy, mg_real *db);

/* "conv": an image in, a map out; parameters W, then b. */
extern const mg_layer_type mg_conv_type;

/* "conv_transposed": a map in, an image out; parameters W, then b. */
extern const mg_layer_type mg_conv_transposed_type;

#endif
