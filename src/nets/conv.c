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
 * order.  So scratch and bytes are the same for any number of threads.  Within
 * a tile images of at most 64 pixels go in bundles of 16: a map of 2 x 2 makes
 * a product of 4 columns, which takes longer to begin than to do.
 *
 * What the window does is called cross-correlation in signal processing, where
 * a convolution turns W round.
 *
 * conv_layer joins both to a net.
 *
 * Not here: kernels that are not square, dilation, groups. */
#include "nets/conv.h"

#include <string.h>

#include "base/status.h"
#include "nets/dense.h"
#include "nets/elementary.h"
#include "nets/gemm.h"
#include "nets/patches.h"
#include "nets/tiles.h"

enum { CONV_TILES = 16, SMALL = 64 };

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

/* How many data go together. */
static size_t bundle(const mg_conv *c) {
  return c->image.height * c->image.width > SMALL ? 1 : MG_BUNDLE;
}

static size_t data_a_tile(const mg_conv *c, size_t rows) {
  const size_t k = bundle(c);
  return mg_tiles_count(mg_tiles_count(rows, CONV_TILES), k) * k;
}

static size_t tiles(const mg_conv *c, size_t rows) {
  return rows ? mg_tiles_count(rows, data_a_tile(c, rows)) : 0;
}

/* What a tile has of its own: windows, an image and a map of a bundle, sums. */
static size_t tile_scratch(const mg_conv *c) {
  const size_t each = window(c) * positions(c) + mg_shape_size(&c->image) +
                      mg_shape_size(&c->map);
  return bundle(c) * each + sums(c);
}

size_t mg_conv_scratch(const mg_conv *c, size_t rows) {
  return tiles(c, rows) * tile_scratch(c);
}

/* ---- a tile of data ---- */

typedef struct {
  const mg_conv *c;
  size_t rows;
  const mg_real *w, *b, *x, *dy;
  mg_real *y, *dx, *dw, *db, *scratch;
} batch;

/* A tile's own: which data, its windows, room for a bundle, its sums. */
typedef struct {
  size_t first, end, step;
  mg_real *patches, *image, *map, *dw, *db;
} part;

static part part_of(const batch *t, size_t tile) {
  const mg_conv *c = t->c;
  const size_t step = data_a_tile(c, t->rows), k = bundle(c);
  part p = {.first = tile * step, .step = k};
  p.end = p.first + mg_tiles_size(t->rows, step, tile);
  p.patches = t->scratch + tile * tile_scratch(c);
  p.image = p.patches + k * window(c) * positions(c);
  p.map = p.image + k * mg_shape_size(&c->image);
  p.dw = p.map + k * mg_shape_size(&c->map);
  p.db = p.dw + mg_conv_weights(c);
  return p;
}

/* Data n, .. of a batch, as many as go together. */
static size_t together(const part *p, size_t n) {
  return p->end - n < p->step ? p->end - n : p->step;
}

/* k data as a bundle; one is itself. */
static const mg_real *bundled(size_t k, const mg_shape *shape,
                              const mg_real *data, mg_real *room) {
  if (k == 1)
    return data;
  mg_patches_bundle(k, mg_shape_size(shape), data, room);
  return room;
}

/* Where k data are made, and from there to where they belong. */
static mg_real *room_of(size_t k, mg_real *data, mg_real *room) {
  return k == 1 ? data : room;
}

static void put(size_t k, const mg_shape *shape, const mg_real *made,
                mg_real *data) {
  if (k > 1)
    mg_patches_unbundle(k, mg_shape_size(shape), made, data);
}

static void run(const batch *t, size_t threads,
                void (*work)(const void *job, size_t tile)) {
  mg_tiles_run(tiles(t->c, t->rows), threads, t, work);
}

/* Every pixel of a channel is its bias, in all k data. */
MG_WIDE static void fill(const mg_shape *shape, size_t k, const mg_real *b,
                         mg_real *y) {
  const size_t pixels = shape->height * shape->width * k;
  for (size_t c = 0; c < shape->channels; c++) {
    const mg_real bias = b ? b[c] : 0;
    for (size_t i = 0; i < pixels; i++)
      y[c * pixels + i] = bias;
  }
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

/* db += the sum over the pixels of each channel, in all k data. */
static void add_biases(const mg_shape *shape, size_t k, const mg_real *dy,
                       mg_real *db) {
  const mg_shape all = {shape->channels, shape->height, shape->width * k};
  mg_channels_add(&all, dy, db);
}

/* a = op(W) b + beta a of k data, the product that both forwards and both dx
 * are:
 *   ta false  map = W patches      ta true  patches = W^T map */
static void weigh(const mg_conv *c, size_t k, bool ta, const mg_real *w,
                  const mg_real *b, mg_real beta, mg_real *a) {
  const size_t in = window(c), n = positions(c) * k, out = c->map.channels;
  mg_gemm(ta, false, ta ? in : out, n, ta ? out : in, 1, w, in, b, n, beta, a,
          n, 1);
}

/* dW += map patches^T. */
static void add_weights(const mg_conv *c, size_t k, const mg_real *map,
                        const mg_real *patches, mg_real *dw) {
  const size_t in = window(c), n = positions(c) * k;
  mg_gemm(false, true, c->map.channels, in, n, 1, map, n, patches, n, 1, dw, in,
          1);
}

/* dw and db += the sums of all tiles, in their order. */
static void add_parts(const batch *t, size_t biases) {
  for (size_t tile = 0; tile < tiles(t->c, t->rows); tile++) {
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
  for (size_t n = p.first; n < p.end; n += p.step) {
    const size_t k = together(&p, n);
    mg_real *to = t->y + n * mg_shape_size(&c->map);
    mg_real *y = room_of(k, to, p.map);
    const mg_real *x = t->x + n * mg_shape_size(&c->image);
    mg_patches_gather(c, k, bundled(k, &c->image, x, p.image), p.patches);
    fill(&c->map, k, t->b, y);
    weigh(c, k, false, t->w, p.patches, 1, y);
    put(k, &c->map, y, to);
  }
}

void mg_conv_forward(const mg_conv *c, size_t rows, const mg_real *w,
                     const mg_real *b, const mg_real *x, mg_real *y,
                     mg_real *scratch, size_t threads) {
  const batch t = {
      .c = c, .rows = rows, .w = w, .b = b, .x = x, .y = y, .scratch = scratch};
  run(&t, threads, forward_tile);
}

/* dx of k data, from dy as a bundle. */
static void backward_x(const batch *t, const part *p, size_t k, size_t n,
                       const mg_real *dy) {
  const mg_conv *c = t->c;
  const size_t size = mg_shape_size(&c->image);
  mg_real *to = t->dx + n * size, *dx = room_of(k, to, p->image);
  memset(dx, 0, k * size * sizeof *dx);
  weigh(c, k, true, t->w, dy, 0, p->patches);
  mg_patches_scatter(c, k, p->patches, dx);
  put(k, &c->image, dx, to);
}

static void backward_tile(const void *job, size_t tile) {
  const batch *t = job;
  const mg_conv *c = t->c;
  const part p = part_of(t, tile);
  memset(p.dw, 0, sums(c) * sizeof *p.dw);
  for (size_t n = p.first; n < p.end; n += p.step) {
    const size_t k = together(&p, n);
    const mg_real *dy =
        bundled(k, &c->map, t->dy + n * mg_shape_size(&c->map), p.map);
    if (t->dw) {
      const mg_real *x = t->x + n * mg_shape_size(&c->image);
      mg_patches_gather(c, k, bundled(k, &c->image, x, p.image), p.patches);
      add_weights(c, k, dy, p.patches, p.dw);
    }
    if (t->db)
      add_biases(&c->map, k, dy, p.db);
    if (t->dx)
      backward_x(t, &p, k, n, dy);
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
  for (size_t n = p.first; n < p.end; n += p.step) {
    const size_t k = together(&p, n);
    mg_real *to = t->y + n * mg_shape_size(&c->image);
    mg_real *y = room_of(k, to, p.image);
    const mg_real *x = t->x + n * mg_shape_size(&c->map);
    weigh(c, k, true, t->w, bundled(k, &c->map, x, p.map), 0, p.patches);
    fill(&c->image, k, t->b, y);
    mg_patches_scatter(c, k, p.patches, y);
    put(k, &c->image, y, to);
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
  for (size_t n = p.first; n < p.end; n += p.step) {
    const size_t k = together(&p, n), map = n * mg_shape_size(&c->map);
    const mg_real *dy =
        bundled(k, &c->image, t->dy + n * mg_shape_size(&c->image), p.image);
    mg_patches_gather(c, k, dy, p.patches);
    if (t->dw)
      add_weights(c, k, bundled(k, &c->map, t->x + map, p.map), p.patches,
                  p.dw);
    if (t->db)
      add_biases(&c->image, k, dy, p.db);
    if (t->dx) {
      mg_real *dx = room_of(k, t->dx + map, p.map);
      weigh(c, k, false, t->w, p.patches, 0, dx);
      put(k, &c->map, dx, t->dx + map);
    }
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
