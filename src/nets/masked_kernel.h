/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of masked convolutions, in every width of vector that one
 * portable binary can use: what each does is said in masked_lanes.h. */
#ifndef MG_NETS_MASKED_KERNEL_H
#define MG_NETS_MASKED_KERNEL_H

#include <stddef.h>

#include "nets/real.h"

enum {
  MG_MASKED_LANES = 16, /* no vector has more numbers */
  MG_MASKED_PANEL = 8   /* no panel has more rows */
};

/* Windows of an image as a matrix that nobody builds: row (c, t) is plane c of
 * x, read from offset[t] on.                                     [masked.2] */
typedef struct {
  size_t channels, taps;
  size_t plane; /* numbers from one plane to the next */
  const ptrdiff_t *offset;
} mg_masked_view;

typedef struct {
  size_t lanes; /* numbers in a vector */
  size_t panel; /* rows of y in a panel of weights */
  /* y = W P(x) + b, columns 0 .. n-1, and up to lanes - 1 more.  [masked.2]
   *   w  in   panels x (channels taps) x panel
   *   b  in   panels x panel
   *   x  in   the address of column 0 of plane 0
   *   y  out  (panels panel) rows, stride apart
   * Each number of y is summed in the order of (c, t), from b on. */
  void (*weigh)(const mg_masked_view *v, size_t panels, const mg_real *w,
                const mg_real *b, size_t n, const mg_real *x, mg_real *y,
                size_t stride);
  /* dw += dy P(x)^T over columns 0 .. n-1; up to lanes - 1 more are read, where
   * dy is 0.                                                      [masked.3]
   *   dy  in     rows rows, stride apart
   *   dw  inout  rows x (channels taps) */
  void (*correlate)(const mg_masked_view *v, size_t rows, size_t n,
                    const mg_real *dy, size_t stride, const mg_real *x,
                    mg_real *dw);
  /* Copies lines of n numbers, which are apart: cheaper than a memcpy each. */
  void (*copy)(size_t lines, size_t n, const mg_real *from, size_t from_line,
               mg_real *to, size_t to_line);
} mg_masked_kernel;

/* The widest kernel that this processor runs. */
const mg_masked_kernel *mg_masked_kernel_best(void);

/* Every kernel that this processor runs, narrowest first, ended by NULL. */
const mg_masked_kernel *const *mg_masked_kernel_all(void);

#endif
