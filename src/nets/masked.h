/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Masked convolution: a convolution whose window ends early, so that a pixel
 * sees only pixels that come before it in raster order. */
#ifndef MG_NETS_MASKED_H
#define MG_NETS_MASKED_H

#include <stdbool.h>
#include <stddef.h>

#include "nets/layer.h"

/* A masked convolution in steps of 1: the map is as high and wide as the image,
 * which is thought to lie in zeros. */
typedef struct {
  mg_shape image;
  size_t channels; /* of the map */
  mg_window window;
} mg_masked;

/* kernel x kernel with the pixel in its middle: what comes before the pixel
 * (mask A) or, with own, that and itself (mask B).
 *   kernel  in  odd */
mg_window mg_window_square(size_t kernel, bool own);

/* The pixels to the left of it in its line (of kernel, half), or with own that
 * and itself. */
mg_window mg_window_left(size_t kernel, bool own);

/* kernel columns, and half of the lines of that square: those above the pixel's
 * line, or with own that and the line. */
mg_window mg_window_above(size_t kernel, bool own);

/* Does such a convolution exist?
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason: sizes of 0, a window that
 * does not hold its taps or its pixel, or with over
 * MG_WINDOW_MOST taps or lines. */
int mg_masked_check(const mg_masked *c);

/* Weights of it: channels x (image.channels taps). */
size_t mg_masked_weights(const mg_masked *c);

/* Scratch that the two functions below want for a batch. */
size_t mg_masked_scratch(const mg_masked *c, size_t rows);

/* y = W P(x) + b.                                                 [masked.1]
 *   w  in   channels x (image.channels taps), taps in raster order
 *   b  in   channels
 *   x  in   rows x image      y  out  rows x map
 *   scratch  out  mg_masked_scratch numbers
 * Cost 2 operations a weight, pixel and datum. */
void mg_masked_forward(const mg_masked *c, size_t rows, const mg_real *w,
                       const mg_real *b, const mg_real *x, mg_real *y,
                       mg_real *scratch, size_t threads);

/* Its gradients; dx may be NULL, and dw with db.                  [masked.3]
 *   x   in     rows x image     dy  in  rows x map
 *   dx  out    rows x image
 *   dw, db  inout  as w and b, added to */
void mg_masked_backward(const mg_masked *c, size_t rows, const mg_real *w,
                        const mg_real *x, const mg_real *dy, mg_real *dx,
                        mg_real *dw, mg_real *db, mg_real *scratch,
                        size_t threads);

/* "masked": an image in, a map of its size out; parameters W, then b. */
extern const mg_layer_type mg_masked_type;

#endif
