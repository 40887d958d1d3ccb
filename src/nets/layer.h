/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A layer of a net, and what a kind of layer is: a table of functions.
 *
 * The mathematics of a layer are plain functions (mg_dense_forward and
 * mg_dense_backward), which know arrays and sizes and no net.  A layer joins
 * one to a stack: where its parameters begin, what goes in and comes out.  A
 * new kind of layer is a pair of such functions and one mg_layer_type. */
#ifndef MG_NETS_LAYER_H
#define MG_NETS_LAYER_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nets/real.h"

/* One datum between two layers, channel by channel, each line by line from the
 * top; a vector of n numbers is n x 1 x 1. */
typedef struct {
  size_t channels, height, width;
} mg_shape;

/* How weights are drawn: for layers before a (leaky) relu, or another. */
typedef enum { MG_START_HE, MG_START_GLOROT } mg_start;

typedef enum {
  MG_RELU,
  MG_LEAKY_RELU,
  MG_TANH,
  MG_SIGMOID,
  MG_SOFTPLUS
} mg_activation;

/* The window of a masked convolution: `width` columns, its pixel in the last of
 * top + 1 lines and behind `left` columns; the first `taps` places of it, in
 * raster order, exist. */
typedef struct {
  size_t width, top, left, taps;
} mg_window;

enum { MG_WINDOW_MOST = 256 }; /* lines of a window, and taps */

typedef struct mg_layer_type mg_layer_type;

typedef struct {
  const mg_layer_type *type;
  mg_shape in, out;
  size_t theta, parameters; /* the net's theta[theta ..] are its own */
  size_t place;             /* numbers a datum before its output, in the tape */
  /* What only some kinds have. */
  mg_start start;
  mg_activation activation;
  mg_real slope;                         /* of a leaky relu below 0 */
  size_t kernel, stride, padding, extra; /* of a convolution */
  mg_window window;                      /* of a masked convolution */
  mg_real share;                         /* of numbers that a dropout drops */
  size_t pieces; /* of a maxout, from which the largest is taken */
  size_t from;   /* a skip adds the output of this many layers */
} mg_layer;

/* One call of forward or backward on a batch. */
typedef struct {
  size_t rows, threads;
  const mg_real *theta; /* the layer's own parameters */
  const mg_real *x;     /* rows x in */
  const mg_real *skip;  /* rows x in: what a skip adds, else NULL */
  uint32_t noise;       /* which numbers are dropped, forward only; 0: none */
  mg_real *y;           /* rows x out: forward writes, backward reads */
  const mg_real *dy;    /* rows x out, backward only, as are the next two */
  mg_real *dx;          /* rows x in, overwritten; NULL: not wanted */
  mg_real *dtheta;      /* the layer's own, added to; NULL: not wanted */
  mg_real *scratch;     /* as much as the layer asked for */
  /* Of a tangent only (tangent.h): how x and the skip move, and so y. */
  const mg_real *x_dot, *skip_dot;
  mg_real *y_dot;        /* tangent writes it */
  const mg_real *dy_dot; /* rows x out; dy is then NULL where it is 0 */
  mg_real *dx_dot;       /* rows x in, overwritten; NULL: not wanted */
} mg_layer_pass;

/* One pixel of a bundle of images, which lie side by side: a channel is
 * `images` numbers. */
typedef struct {
  size_t images;              /* a multiple of 16 */
  const mg_real *packed;      /* the layer's own, as it packed them */
  const mg_real *const *line; /* line[i]: in x images, of the pixel i lines
                               * above this one, as far as a window reaches */
  size_t step;                /* numbers from there to the next column */
  const mg_real *skip;        /* what a skip adds, else NULL */
  mg_real *y;                 /* out x images, out rounded up to 8 */
} mg_layer_pixel;

struct mg_layer_type {
  const char *name;
  /* Sets out and parameters from in and the rest of the layer.
   * Returns GSL_EINVAL when they do not fit each other. */
  int (*shape)(mg_layer *layer);
  /* Numbers of scratch for a batch; NULL: none. */
  size_t (*scratch)(const mg_layer *layer, size_t rows);
  /* First parameters; NULL: it has none. */
  void (*begin)(const mg_layer *layer, gsl_rng *rng, mg_real *theta);
  void (*forward)(const mg_layer *layer, const mg_layer_pass *pass);
  void (*backward)(const mg_layer *layer, const mg_layer_pass *pass);
  /* y_dot, how y moves as x does along x_dot, after forward; NULL: cannot. */
  void (*tangent)(const mg_layer *layer, const mg_layer_pass *pass);
  /* From dy_dot (and dy) to dx_dot, dtheta, and to dx where there is a dy or
   * the layer is curved. */
  void (*tangent_backward)(const mg_layer *layer, const mg_layer_pass *pass);
  /* Is y_dot another at another x, the second derivative not 0?  NULL: no. */
  bool (*curved)(const mg_layer *layer);
  /* Of a layer that can work pixel by pixel (raster.h); NULL: cannot.  What it
   * puts out is what forward does, to the last bit. */
  void (*pixel)(const mg_layer *layer, const mg_layer_pixel *pixel);
  /* Numbers of its parameters as pixel wants them, and how they are made; NULL:
   * it has none. */
  size_t (*packed)(const mg_layer *layer);
  void (*pack)(const mg_layer *layer, const mg_real *theta, mg_real *packed);
};

/* Numbers in a datum of that shape. */
static inline size_t mg_shape_size(const mg_shape *shape) {
  return shape->channels * shape->height * shape->width;
}

#endif
