/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution and transposed convolution; see conv.h.
 *
 * With P(x) the matrix of an image's windows [conv.5], a position a column, a
 * convolution is a product, datum by datum,
 *
 *   y = W P(x) + b                                                   [conv.1]
 *   dW = sum_n dy P(x)^T,  db = sum dy,  dx = P^T(W^T dy)            [conv.2]
 *
 * where P^T, the adjoint of the linear map P, adds every number of the matrix
 * to the pixel it came from.  The transposed convolution goes the way of dx
 * forward: a map becomes an image of the larger size,
 *
 *   y = P^T(W^T x) + b                                               [conv.3]
 *   dW = sum_n x P(dy)^T,  db = sum dy,  dx = W P(dy)                [conv.4]
 *
 * so that <conv x, y> = <x, conv^T y> for the same W and no b.  (It is no
 * inverse, whatever "deconvolution" says.)  With a stride of 2 two images, of
 * odd and of even size, have maps of one size; which of them a transposed
 * convolution makes is said by its image.
 *
 * Both are linear but for b.  So along x_dot y moves without it, y_dot =
 * W P(x_dot), and a gradient in y_dot goes back as one in y does:
 *
 *   dW = sum_n dy_dot P(x_dot)^T + dy P(x)^T   (of the transposed one
 *   x_dot P(dy_dot)^T + x P(dy)^T)                                   [conv.6]
 *
 * A batch is cut into at most 16 tiles of data.  Each has a matrix of windows
 * and a sum of dW of its own in the scratch; the sums are added in the tiles'
 * order.  So scratch and bytes are the same for any number of threads.
 *
 * What the window does is called cross-correlation in signal processing, where
 * a convolution turns W round.
 *
 * Not here: kernels that are not square, dilation, groups. */
#include "nets/conv.h"

#include <string.h>

#include "base/status.h"
#include "nets/dense.h"
#include "nets/elementary.h"
#include "nets/gemm.h"
#include "nets/patches.h"
#include "nets/start.h"
#include "nets/tiles.h"

enum { CONV_TILES = 16 };

int mg_conv_fit(mg_conv *c) {
  const size_t height = c->image.height + 2 * c->padding;
  const size_t width = c->image.width + 2 * c->padding;
  if (!c->kernel || !c->stride || !c->map.channels || !c->image.channels)
    return mg_fail(GSL_EINVAL, "a convolution with a kernel, a stride or "
                               "channels of 0: give at least 1");
  if (c->kernel > height || c->kernel > width)
    return mg_fail(GSL_EINVAL,
                   "a kernel of %zu is larger than the image, %zu x %zu with "
                   "its padding: give a smaller one, or more padding",
                   c->kernel, height, width);
  c->map.height = (height - c->kernel) / c->stride + 1;
  c->map.width = (width - c->kernel) / c->stride + 1;
  return GSL_SUCCESS;
}

/* ---- sizes ---- */

static size_t window(const mg_conv *c) {
  return c->image.channels * c->kernel * c->kernel;
}

static size_t positions(const mg_conv *c) {
  return c->map.height * c->map.width;
}

size_t mg_conv_weights(const mg_conv *c) {
  return c->map.channels * window(c);
}

/* Weights and the larger of the two kinds of bias. */
static size_t sums(const mg_conv *c) {
  return mg_conv_weights(c) + c->map.channels + c->image.channels;
}

static size_t data_a_tile(size_t rows) {
  return mg_tiles_count(rows, CONV_TILES);
}

size_t mg_conv_scratch(const mg_conv *c, size_t rows) {
  return rows ? mg_tiles_count(rows, data_a_tile(rows)) *
                    (window(c) * positions(c) + sums(c))
              : 0;
}

/* ---- a tile of data ---- */

typedef struct {
  const mg_conv *c;
  size_t rows;
  const mg_real *w, *b, *x, *dy;
  mg_real *y, *dx, *dw, *db, *scratch;
} batch;

/* A tile's own: which data, its windows, its sums. */
typedef struct {
  size_t first, end;
  mg_real *patches, *dw, *db;
} part;

static part part_of(const batch *t, size_t tile) {
  const size_t step = data_a_tile(t->rows);
  part p = {.first = tile * step};
  p.end = p.first + mg_tiles_size(t->rows, step, tile);
  p.patches = t->scratch + tile * (window(t->c) * positions(t->c) + sums(t->c));
  p.dw = p.patches + window(t->c) * positions(t->c);
  p.db = p.dw + mg_conv_weights(t->c);
  return p;
}

static void run(const batch *t, size_t threads,
                void (*work)(const void *job, size_t tile)) {
  if (t->rows)
    mg_tiles_run(mg_tiles_count(t->rows, data_a_tile(t->rows)), threads, t,
                 work);
}

/* Every pixel of a channel is its bias. */
static void fill(const mg_shape *shape, const mg_real *b, mg_real *y) {
  const size_t pixels = shape->height * shape->width;
  for (size_t c = 0; c < shape->channels; c++)
    for (size_t i = 0; i < pixels; i++)
      y[c * pixels + i] = b ? b[c] : 0;
}

MG_WIDE void mg_channels_add(const mg_shape *shape, const mg_real *dy,
                             mg_real *db) {
  const size_t pixels = shape->height * shape->width;
  for (size_t c = 0; c < shape->channels; c++) {
    mg_real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < pixels; i++)
      sum += dy[c * pixels + i];
    db[c] += sum;
  }
}

/* a = op(W) b + beta a, the product that both forwards and both dx are:
 *   ta false  map = W patches      ta true  patches = W^T map */
static void weigh(const mg_conv *c, bool ta, const mg_real *w, const mg_real *b,
                  mg_real beta, mg_real *a) {
  const size_t k = window(c), n = positions(c), m = c->map.channels;
  mg_gemm(ta, false, ta ? k : m, n, ta ? m : k, 1, w, k, b, n, beta, a, n, 1);
}

/* dW += map patches^T. */
static void add_weights(const mg_conv *c, const mg_real *map,
                        const mg_real *patches, mg_real *dw) {
  const size_t k = window(c), n = positions(c);
  mg_gemm(false, true, c->map.channels, k, n, 1, map, n, patches, n, 1, dw, k,
          1);
}

/* dw and db += the sums of all tiles, in their order. */
static void add_parts(const batch *t, size_t biases) {
  const size_t tiles = mg_tiles_count(t->rows, data_a_tile(t->rows));
  for (size_t tile = 0; t->rows && tile < tiles; tile++) {
    const part p = part_of(t, tile);
    if (t->dw)
      mg_rows_add(1, mg_conv_weights(t->c), p.dw, t->dw);
    if (t->db)
      mg_rows_add(1, biases, p.db, t->db);
  }
}

/* ---- convolution ---- */

static void forward_tile(const void *job, size_t tile) {
  const batch *t = job;
  const mg_conv *c = t->c;
  const part p = part_of(t, tile);
  for (size_t n = p.first; n < p.end; n++) {
    mg_real *y = t->y + n * mg_shape_size(&c->map);
    mg_patches_gather(c, t->x + n * mg_shape_size(&c->image), p.patches);
    fill(&c->map, t->b, y);
    weigh(c, false, t->w, p.patches, 1, y);
  }
}

void mg_conv_forward(const mg_conv *c, size_t rows, const mg_real *w,
                     const mg_real *b, const mg_real *x, mg_real *y,
                     mg_real *scratch, size_t threads) {
  const batch t = {
      .c = c, .rows = rows, .w = w, .b = b, .x = x, .y = y, .scratch = scratch};
  run(&t, threads, forward_tile);
}

static void backward_tile(const void *job, size_t tile) {
  const batch *t = job;
  const mg_conv *c = t->c;
  const part p = part_of(t, tile);
  memset(p.dw, 0, sums(c) * sizeof *p.dw);
  for (size_t n = p.first; n < p.end; n++) {
    const mg_real *dy = t->dy + n * mg_shape_size(&c->map);
    if (t->dw) {
      mg_patches_gather(c, t->x + n * mg_shape_size(&c->image), p.patches);
      add_weights(c, dy, p.patches, p.dw);
    }
    if (t->db)
      mg_channels_add(&c->map, dy, p.db);
    if (!t->dx)
      continue;
    mg_real *dx = t->dx + n * mg_shape_size(&c->image);
    memset(dx, 0, mg_shape_size(&c->image) * sizeof *dx);
    weigh(c, true, t->w, dy, 0, p.patches);
    mg_patches_scatter(c, p.patches, dx);
  }
}

void mg_conv_backward(const mg_conv *c, size_t rows, const mg_real *w,
                      const mg_real *x, const mg_real *dy, mg_real *dx,
                      mg_real *dw, mg_real *db, mg_real *scratch,
                      size_t threads) {
  const batch t = {.c = c,
                   .rows = rows,
                   .w = w,
                   .x = x,
                   .dy = dy,
                   .dx = dx,
                   .dw = dw,
                   .db = db,
                   .scratch = scratch};
  run(&t, threads, backward_tile);
  add_parts(&t, c->map.channels);
}

/* ---- transposed convolution ---- */

static void transposed_forward_tile(const void *job, size_t tile) {
  const batch *t = job;
  const mg_conv *c = t->c;
  const part p = part_of(t, tile);
  for (size_t n = p.first; n < p.end; n++) {
    mg_real *y = t->y + n * mg_shape_size(&c->image);
    weigh(c, true, t->w, t->x + n * mg_shape_size(&c->map), 0, p.patches);
    fill(&c->image, t->b, y);
    mg_patches_scatter(c, p.patches, y);
  }
}

void mg_conv_transposed_forward(const mg_conv *c, size_t rows, const mg_real *w,
                                const mg_real *b, const mg_real *x, mg_real *y,
                                mg_real *scratch, size_t threads) {
  const batch t = {
      .c = c, .rows = rows, .w = w, .b = b, .x = x, .y = y, .scratch = scratch};
  run(&t, threads, transposed_forward_tile);
}

static void transposed_backward_tile(const void *job, size_t tile) {
  const batch *t = job;
  const mg_conv *c = t->c;
  const part p = part_of(t, tile);
  memset(p.dw, 0, sums(c) * sizeof *p.dw);
  for (size_t n = p.first; n < p.end; n++) {
    const mg_real *dy = t->dy + n * mg_shape_size(&c->image);
    mg_patches_gather(c, dy, p.patches);
    if (t->dw)
      add_weights(c, t->x + n * mg_shape_size(&c->map), p.patches, p.dw);
    if (t->db)
      mg_channels_add(&c->image, dy, p.db);
    if (t->dx)
      weigh(c, false, t->w, p.patches, 0, t->dx + n * mg_shape_size(&c->map));
  }
}

void mg_conv_transposed_backward(const mg_conv *c, size_t rows,
                                 const mg_real *w, const mg_real *x,
                                 const mg_real *dy, mg_real *dx, mg_real *dw,
                                 mg_real *db, mg_real *scratch,
                                 size_t threads) {
  const batch t = {.c = c,
                   .rows = rows,
                   .w = w,
                   .x = x,
                   .dy = dy,
                   .dx = dx,
                   .dw = dw,
                   .db = db,
                   .scratch = scratch};
  run(&t, threads, transposed_backward_tile);
  add_parts(&t, c->image.channels);
}

/* ---- the layers ---- */

static mg_conv conv_of(const mg_layer *l) {
  return (mg_conv){.image = l->in,
                   .map = l->out,
                   .kernel = l->kernel,
                   .stride = l->stride,
                   .padding = l->padding};
}

static mg_conv transposed_of(const mg_layer *l) {
  return (mg_conv){.image = l->out,
                   .map = l->in,
                   .kernel = l->kernel,
                   .stride = l->stride,
                   .padding = l->padding};
}

static int conv_shape(mg_layer *l) {
  mg_conv c = conv_of(l);
  const int status = mg_conv_fit(&c);
  l->out = c.map;
  l->parameters = mg_conv_weights(&c) + c.map.channels;
  return status;
}

/* The image whose map is l->in. */
static int transposed_shape(mg_layer *l) {
  const size_t less = 2 * l->padding;
  const size_t more = l->kernel + l->extra;
  if (l->extra >= l->stride || more <= less)
    return mg_fail(GSL_EINVAL,
                   "a transposed convolution of kernel %zu, stride %zu, "
                   "padding %zu, extra %zu makes no image: extra is below the "
                   "stride, and kernel above twice the padding",
                   l->kernel, l->stride, l->padding, l->extra);
  l->out.height = (l->in.height - 1) * l->stride + more - less;
  l->out.width = (l->in.width - 1) * l->stride + more - less;
  mg_conv c = transposed_of(l);
  const int status = mg_conv_fit(&c);
  l->parameters = mg_conv_weights(&c) + c.image.channels;
  return status;
}

static size_t conv_scratch(const mg_layer *l, size_t rows) {
  const mg_conv c = conv_of(l);
  return mg_conv_scratch(&c, rows);
}

static size_t transposed_scratch(const mg_layer *l, size_t rows) {
  const mg_conv c = transposed_of(l);
  return mg_conv_scratch(&c, rows);
}

/* A pixel of the image is in one of stride^2 positions' windows at each place,
 * so that is the share of the kernel that it meets. */
static size_t share(const mg_layer *l) {
  const size_t area = l->kernel * l->kernel, steps = l->stride * l->stride;
  return area > steps ? area / steps : 1;
}

static void draw(const mg_layer *l, gsl_rng *rng, size_t in, size_t out,
                 mg_real *theta) {
  const size_t w = l->in.channels * l->out.channels * l->kernel * l->kernel;
  mg_start_draw(rng, l->start, l->in.channels * in, l->out.channels * out, w,
                theta);
  memset(theta + w, 0, l->out.channels * sizeof *theta);
}

static void conv_begin(const mg_layer *l, gsl_rng *rng, mg_real *theta) {
  draw(l, rng, l->kernel * l->kernel, share(l), theta);
}

static void transposed_begin(const mg_layer *l, gsl_rng *rng, mg_real *theta) {
  draw(l, rng, share(l), l->kernel * l->kernel, theta);
}

/* The biases' gradient, behind the weights'. */
static mg_real *biases(const mg_conv *c, mg_real *dtheta) {
  return dtheta ? dtheta + mg_conv_weights(c) : NULL;
}

static void conv_forward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = conv_of(l);
  mg_conv_forward(&c, p->rows, p->theta, p->theta + mg_conv_weights(&c), p->x,
                  p->y, p->scratch, p->threads);
}

static void conv_backward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = conv_of(l);
  mg_conv_backward(&c, p->rows, p->theta, p->x, p->dy, p->dx, p->dtheta,
                   biases(&c, p->dtheta), p->scratch, p->threads);
}

static void conv_tangent(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = conv_of(l);
  mg_conv_forward(&c, p->rows, p->theta, NULL, p->x_dot, p->y_dot, p->scratch,
                  p->threads);
}

/* dW = sum_n dy_dot P(x_dot)^T + dy P(x)^T.                       [conv.6] */
static void conv_tangent_backward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = conv_of(l);
  mg_conv_backward(&c, p->rows, p->theta, p->x_dot, p->dy_dot, p->dx_dot,
                   p->dtheta, NULL, p->scratch, p->threads);
  if (p->dy)
    conv_backward(l, p);
}

static void transposed_forward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = transposed_of(l);
  mg_conv_transposed_forward(&c, p->rows, p->theta,
                             p->theta + mg_conv_weights(&c), p->x, p->y,
                             p->scratch, p->threads);
}

static void transposed_backward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = transposed_of(l);
  mg_conv_transposed_backward(&c, p->rows, p->theta, p->x, p->dy, p->dx,
                              p->dtheta, biases(&c, p->dtheta), p->scratch,
                              p->threads);
}

static void transposed_tangent(const mg_layer *l, const mg_layer_pass *p) {
  const mg_conv c = transposed_of(l);
  mg_conv_transposed_forward(&c, p->rows, p->theta, NULL, p->x_dot, p->y_dot,
                             p->scratch, p->threads);
}

/* dW = sum_n x_dot P(dy_dot)^T + x P(dy)^T.                       [conv.6] */
static void transposed_tangent_backward(const mg_layer *l,
                                        const mg_layer_pass *p) {
  const mg_conv c = transposed_of(l);
  mg_conv_transposed_backward(&c, p->rows, p->theta, p->x_dot, p->dy_dot,
                              p->dx_dot, p->dtheta, NULL, p->scratch,
                              p->threads);
  if (p->dy)
    transposed_backward(l, p);
}

const mg_layer_type mg_conv_type = {.name = "conv",
                                    .shape = conv_shape,
                                    .scratch = conv_scratch,
                                    .begin = conv_begin,
                                    .forward = conv_forward,
                                    .backward = conv_backward,
                                    .tangent = conv_tangent,
                                    .tangent_backward = conv_tangent_backward};

const mg_layer_type mg_conv_transposed_type = {.name = "conv_transposed",
                                               .shape = transposed_shape,
                                               .scratch = transposed_scratch,
                                               .begin = transposed_begin,
                                               .forward = transposed_forward,
                                               .backward = transposed_backward,
                                               .tangent = transposed_tangent,
                                               .tangent_backward =
                                                   transposed_tangent_backward};
