/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Masked convolution; see masked.h.
 *
 * A picture can be written as a product of p(pixel | pixels before it) when the
 * numbers of a map at a pixel depend on what comes before it alone.  A window
 * in whose raster order the taps behind the pixel are missing does that.  There
 * the usual code multiplies the weights by a mask of zeros and ones; here the
 * taps behind do not exist: no weights, no work.  Of a window of 3 x 3 five
 * taps of nine are left, of 7 x 7 twenty-five of 49.
 *
 *   y[d, u, v] = b[d] + sum_(c, t) w[d, c, t] x[c, u - i_t, v - j_t]
 *                                                                  [masked.1]
 * where (i_t, j_t) is tap t seen from the pixel, i_t lines up (so never
 * negative) and j_t columns to the left (or, above, to the right).
 *
 * With a step of 1 the matrix of windows P(x) need not be built.  Let an image
 * stand in memory with `gap` zeros between its lines, as many as the window
 * reaches to a side; the end of a line is also the beginning of the next.  Then
 * pixel p of the map sees in tap t the number at p - (i_t line + j_t), so row
 * (c, t) of P is channel c itself, read from another address:
 *
 *   P[(c, t), p] = x[c plane + p - (i_t line + j_t)]               [masked.2]
 *
 * and images under each other, `top` lines of zeros between them, are one high
 * image.  What a column of the gap says is not used.  The three products are
 *
 *   y = W P(x) + b,   dx = W' P'(dy),   dW = dy P(x)^T,  db = sum dy
 *                                                                  [masked.3]
 * W' with in and out changed and P' with the window turned round: the kernel's
 * (masked_kernel.h) one loop does the first two.  Of 28 x 28 pixels 3.6 % of
 * the work is on gaps, and no window is copied.
 *
 * A batch is cut into at most 16 tiles of data, as in conv.c.
 *
 * Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016).
 *
 * Not here: steps over 1, windows below the pixel, channels that see each
 * other's pixel in an order (colours). */
#include "nets/masked.h"

#include <string.h>

#include "base/status.h"
#include "nets/conv.h"
#include "nets/dense.h"
#include "nets/masked_kernel.h"
#include "nets/start.h"
#include "nets/tiles.h"

enum { TILES = 16, COLUMNS = 1024 };

/* ---- windows ---- */

mg_window mg_window_square(size_t kernel, bool own) {
  return (mg_window){.width = kernel,
                     .top = kernel / 2,
                     .left = kernel / 2,
                     .taps = kernel * kernel / 2 + own};
}

mg_window mg_window_left(size_t kernel, bool own) {
  return (mg_window){
      .width = kernel / 2 + 1, .left = kernel / 2, .taps = kernel / 2 + own};
}

mg_window mg_window_above(size_t kernel, bool own) {
  return (mg_window){.width = kernel,
                     .top = kernel / 2,
                     .left = kernel / 2,
                     .taps = kernel * (kernel / 2 + own)};
}

int mg_masked_check(const mg_masked *c) {
  const mg_window *w = &c->window;
  if (w->taps == 0 || c->channels == 0 || mg_shape_size(&c->image) == 0)
    return mg_fail(GSL_EINVAL, "a masked convolution with 0 taps or channels: "
                               "give at least 1");
  if (w->taps > MG_WINDOW_MOST || w->top >= MG_WINDOW_MOST)
    return mg_fail(GSL_EINVAL,
                   "a window with %zu taps and %zu lines: %d are the most",
                   w->taps, w->top + 1, MG_WINDOW_MOST);
  if (w->left >= w->width || w->taps > (w->top + 1) * w->width)
    return mg_fail(GSL_EINVAL,
                   "a window %zu wide with its pixel in column %zu, %zu lines "
                   "above it and %zu taps: the pixel and all taps lie inside",
                   w->width, w->left + 1, w->top, w->taps);
  return GSL_SUCCESS;
}

/* ---- sizes ---- */

static size_t window(const mg_masked *c) {
  return c->image.channels * c->window.taps;
}

size_t mg_masked_weights(const mg_masked *c) {
  return c->channels * window(c);
}

static size_t round_up(size_t n, size_t to) {
  return mg_tiles_count(n, to) * to;
}

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

/* Tap t is so many lines above its pixel, and columns before it. */
static size_t lines_up(const mg_window *w, size_t t) {
  return w->top - t / w->width;
}

static ptrdiff_t columns_left(const mg_window *w, size_t t) {
  return (ptrdiff_t)w->left - (ptrdiff_t)(t % w->width);
}

/* How images stand in memory with their zeros. */
typedef struct {
  size_t gap, line;   /* zeros behind a line; a line with them */
  size_t image;       /* an image with the lines of zeros under it */
  size_t lead, plane; /* zeros before the first image; a channel in all */
  size_t group;       /* images under each other */
} layout;

static layout layout_of(const mg_masked *c, size_t rows) {
  const mg_window *w = &c->window;
  const size_t reach = w->taps < w->width ? w->taps : w->width;
  layout l = {.gap =
                  larger(w->left, reach > w->left ? reach - 1 - w->left : 0)};
  l.line = c->image.width + l.gap;
  l.image = (c->image.height + w->top) * l.line;
  l.lead = round_up(w->top * l.line + l.gap, MG_MASKED_LANES);
  l.group = l.image < COLUMNS ? COLUMNS / l.image : 1;
  l.group = l.group < rows ? l.group : rows;
  l.plane = round_up(2 * l.lead + l.group * l.image, MG_MASKED_LANES) +
            MG_MASKED_LANES;
  return l;
}

/* The view of planes in that layout; turned: of dy, for dx.     [masked.2] */
static mg_masked_view view_of(const mg_masked *c, const layout *l, bool turned,
                              ptrdiff_t *offset) {
  const mg_window *w = &c->window;
  for (size_t t = 0; t < w->taps; t++) {
    const ptrdiff_t back =
        (ptrdiff_t)(lines_up(w, t) * l->line) + columns_left(w, t);
    offset[t] = turned ? back : -back;
  }
  return (mg_masked_view){.channels = turned ? c->channels : c->image.channels,
                          .taps = w->taps,
                          .plane = l->plane,
                          .offset = offset};
}

/* Where a tile's numbers begin in its scratch. */
typedef struct {
  size_t x, map, panels, bias, dw, db, end;
} room;

static room room_of(const mg_masked *c, const layout *l) {
  const size_t in = round_up(c->image.channels, MG_MASKED_PANEL);
  const size_t out = round_up(c->channels, MG_MASKED_PANEL);
  room r = {.map = in * l->plane};
  r.panels = r.map + out * l->plane;
  r.bias = r.panels + c->window.taps * in * out;
  r.dw = r.bias + larger(in, out);
  r.db = r.dw + mg_masked_weights(c);
  r.end = r.db + c->channels;
  return r;
}

static size_t data_a_tile(size_t rows) {
  return mg_tiles_count(rows, TILES);
}

size_t mg_masked_scratch(const mg_masked *c, size_t rows) {
  const layout l = layout_of(c, data_a_tile(rows));
  return rows ? mg_tiles_count(rows, data_a_tile(rows)) * room_of(c, &l).end
              : 0;
}

/* ---- weights in panels ---- */

/* Weights of W: of panel rows of y, the weights of one (c, t) side by side. */
static void pack(const mg_masked *c, size_t panel, const mg_real *w,
                 const mg_real *b, mg_real *panels, mg_real *bias) {
  const size_t k = window(c), rows = round_up(c->channels, panel);
  for (size_t i = 0; i < rows; i++) {
    mg_real *to = panels + i / panel * panel * k + i % panel;
    for (size_t q = 0; q < k; q++)
      to[q * panel] = i < c->channels ? w[i * k + q] : 0;
    bias[i] = i < c->channels ? b[i] : 0;
  }
}

/* Of W', whose rows are the image's channels and columns (d, t). */
static void pack_turned(const mg_masked *c, size_t panel, const mg_real *w,
                        mg_real *panels, mg_real *bias) {
  const size_t taps = c->window.taps, k = c->channels * taps;
  const size_t rows = round_up(c->image.channels, panel);
  for (size_t i = 0; i < rows; i++) {
    mg_real *to = panels + i / panel * panel * k + i % panel;
    for (size_t d = 0; d < c->channels; d++)
      for (size_t t = 0; t < taps; t++)
        to[(d * taps + t) * panel] =
            i < c->image.channels ? w[d * window(c) + i * taps + t] : 0;
    bias[i] = 0;
  }
}

/* ---- a tile of data ---- */

typedef struct {
  const mg_masked *c;
  const mg_masked_kernel *kernel;
  layout l;
  room r;
  mg_shape map;
  size_t rows;
  const mg_real *w, *b, *x, *dy;
  mg_real *y, *dx, *scratch;
  bool learns; /* are dw and db wanted */
} batch;

static batch batch_of(const mg_masked *c, size_t rows, mg_real *scratch) {
  batch t = {.c = c,
             .kernel = mg_masked_kernel_best(),
             .l = layout_of(c, data_a_tile(rows)),
             .map = {c->channels, c->image.height, c->image.width},
             .rows = rows,
             .scratch = scratch};
  t.r = room_of(c, &t.l);
  return t;
}

static void run(const batch *t, size_t threads,
                void (*work)(const void *job, size_t tile)) {
  if (t->rows)
    mg_tiles_run(mg_tiles_count(t->rows, data_a_tile(t->rows)), threads, t,
                 work);
}

/* ---- images in and out of their zeros ---- */

/* Channels of shape s of `count` images into planes. */
static void lay(const batch *t, const mg_shape *s, size_t count,
                const mg_real *from, mg_real *planes) {
  const layout *l = &t->l;
  memset(planes, 0, s->channels * l->plane * sizeof *planes);
  for (size_t n = 0; n < count; n++)
    for (size_t c = 0; c < s->channels; c++, from += s->height * s->width)
      t->kernel->copy(s->height, s->width, from, s->width,
                      planes + c * l->plane + l->lead + n * l->image, l->line);
}

/* The way back. */
static void take(const batch *t, const mg_shape *s, size_t count,
                 const mg_real *planes, mg_real *to) {
  const layout *l = &t->l;
  for (size_t n = 0; n < count; n++)
    for (size_t c = 0; c < s->channels; c++, to += s->height * s->width)
      t->kernel->copy(s->height, s->width,
                      planes + c * l->plane + l->lead + n * l->image, l->line,
                      to, s->width);
}

/* ---- the three products ---- */

/* Pixels of `count` images under each other, with the gaps between them. */
static size_t columns(const batch *t, size_t count) {
  return count * t->l.image - t->c->window.top * t->l.line;
}

/* y = panels P(x) + bias, both in their zeros. */
static void weigh(const batch *t, const mg_masked_view *view, size_t rows,
                  size_t count, const mg_real *s, const mg_real *x,
                  mg_real *y) {
  t->kernel->weigh(view, mg_tiles_count(rows, t->kernel->panel),
                   s + t->r.panels, s + t->r.bias, columns(t, count),
                   x + t->l.lead, y + t->l.lead, t->l.plane);
}

static void forward_tile(const void *job, size_t tile) {
  const batch *t = job;
  const mg_masked *c = t->c;
  const size_t step = data_a_tile(t->rows), first = tile * step;
  const size_t end = first + mg_tiles_size(t->rows, step, tile);
  mg_real *s = t->scratch + tile * t->r.end;
  ptrdiff_t offset[MG_WINDOW_MOST];
  const mg_masked_view view = view_of(c, &t->l, false, offset);
  pack(c, t->kernel->panel, t->w, t->b, s + t->r.panels, s + t->r.bias);
  for (size_t n = first; n < end; n += t->l.group) {
    const size_t count = end - n < t->l.group ? end - n : t->l.group;
    lay(t, &c->image, count, t->x + n * mg_shape_size(&c->image), s + t->r.x);
    weigh(t, &view, c->channels, count, s, s + t->r.x, s + t->r.map);
    take(t, &t->map, count, s + t->r.map, t->y + n * mg_shape_size(&t->map));
  }
}

void mg_masked_forward(const mg_masked *c, size_t rows, const mg_real *w,
                       const mg_real *b, const mg_real *x, mg_real *y,
                       mg_real *scratch, size_t threads) {
  batch t = batch_of(c, rows, scratch);
  t.w = w;
  t.b = b;
  t.x = x;
  t.y = y;
  run(&t, threads, forward_tile);
}

/* Some images' share of all three gradients; s: the tile's scratch.
 *                                                                [masked.3] */
static void backward_group(const batch *t, size_t n, size_t count, mg_real *s) {
  const mg_masked *c = t->c;
  const size_t in = mg_shape_size(&c->image), out = mg_shape_size(&t->map);
  ptrdiff_t offset[MG_WINDOW_MOST];
  mg_masked_view view = view_of(c, &t->l, false, offset);
  mg_real *x = s + t->r.x, *dy = s + t->r.map;
  lay(t, &c->image, count, t->x + n * in, x);
  lay(t, &t->map, count, t->dy + n * out, dy);
  if (t->learns)
    t->kernel->correlate(&view, c->channels, columns(t, count), dy + t->l.lead,
                         t->l.plane, x + t->l.lead, s + t->r.dw);
  for (size_t i = 0; t->learns && i < count; i++)
    mg_channels_add(&t->map, t->dy + (n + i) * out, s + t->r.db);
  if (!t->dx)
    return;
  view = view_of(c, &t->l, true, offset);
  weigh(t, &view, c->image.channels, count, s, dy, x);
  take(t, &c->image, count, x, t->dx + n * in);
}

static void backward_tile(const void *job, size_t tile) {
  const batch *t = job;
  const size_t step = data_a_tile(t->rows), first = tile * step;
  const size_t end = first + mg_tiles_size(t->rows, step, tile);
  mg_real *s = t->scratch + tile * t->r.end;
  if (t->dx)
    pack_turned(t->c, t->kernel->panel, t->w, s + t->r.panels, s + t->r.bias);
  memset(s + t->r.dw, 0, (t->r.end - t->r.dw) * sizeof *s);
  for (size_t n = first; n < end; n += t->l.group)
    backward_group(t, n, end - n < t->l.group ? end - n : t->l.group, s);
}

void mg_masked_backward(const mg_masked *c, size_t rows, const mg_real *w,
                        const mg_real *x, const mg_real *dy, mg_real *dx,
                        mg_real *dw, mg_real *db, mg_real *scratch,
                        size_t threads) {
  batch t = batch_of(c, rows, scratch);
  t.w = w;
  t.x = x;
  t.dy = dy;
  t.dx = dx;
  t.learns = dw != NULL;
  run(&t, threads, backward_tile);
  for (size_t tile = 0; dw && tile < mg_tiles_count(rows, data_a_tile(rows));
       tile++) {
    const mg_real *s = scratch + tile * t.r.end;
    mg_rows_add(1, mg_masked_weights(c), s + t.r.dw, dw);
    mg_rows_add(1, c->channels, s + t.r.db, db);
  }
}

/* ---- the layer ---- */

static mg_masked masked_of(const mg_layer *l) {
  return (mg_masked){
      .image = l->in, .channels = l->out.channels, .window = l->window};
}

static int masked_shape(mg_layer *l) {
  const mg_masked c = masked_of(l);
  l->out.height = l->in.height;
  l->out.width = l->in.width;
  l->parameters = mg_masked_weights(&c) + c.channels;
  return mg_masked_check(&c);
}

static size_t masked_scratch(const mg_layer *l, size_t rows) {
  const mg_masked c = masked_of(l);
  return mg_masked_scratch(&c, rows);
}

static void masked_begin(const mg_layer *l, gsl_rng *rng, mg_real *theta) {
  const mg_masked c = masked_of(l);
  const size_t n = mg_masked_weights(&c), taps = c.window.taps;
  mg_start_draw(rng, l->start, c.image.channels * taps, c.channels * taps, n,
                theta);
  memset(theta + n, 0, c.channels * sizeof *theta);
}

static void masked_forward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_masked c = masked_of(l);
  mg_masked_forward(&c, p->rows, p->theta, p->theta + mg_masked_weights(&c),
                    p->x, p->y, p->scratch, p->threads);
}

static void masked_backward(const mg_layer *l, const mg_layer_pass *p) {
  const mg_masked c = masked_of(l);
  mg_masked_backward(&c, p->rows, p->theta, p->x, p->dy, p->dx, p->dtheta,
                     p->dtheta ? p->dtheta + mg_masked_weights(&c) : NULL,
                     p->scratch, p->threads);
}

/* ---- a pixel of a bundle of images ---- */

static size_t masked_packed(const mg_layer *l) {
  const size_t out = round_up(l->out.channels, MG_MASKED_PANEL);
  return out * (l->in.channels * l->window.taps + 1);
}

/* The biases, then the panels. */
static void masked_pack(const mg_layer *l, const mg_real *theta,
                        mg_real *packed) {
  const mg_masked c = masked_of(l);
  pack(&c, mg_masked_kernel_best()->panel, theta, theta + mg_masked_weights(&c),
       packed + round_up(c.channels, MG_MASKED_PANEL), packed);
}

/* The same loop as in weigh above: images in the place of columns, and the taps
 * where the pixels of the lines above were kept. */
static void masked_pixel(const mg_layer *l, const mg_layer_pixel *p) {
  const mg_window *w = &l->window;
  const mg_masked_kernel *kernel = mg_masked_kernel_best();
  ptrdiff_t offset[MG_WINDOW_MOST];
  for (size_t t = 0; t < w->taps; t++)
    offset[t] = p->line[lines_up(w, t)] - p->line[0] -
                columns_left(w, t) * (ptrdiff_t)p->step;
  const mg_masked_view view = {.channels = l->in.channels,
                               .taps = w->taps,
                               .plane = p->images,
                               .offset = offset};
  kernel->weigh(&view, mg_tiles_count(l->out.channels, kernel->panel),
                p->packed + round_up(l->out.channels, MG_MASKED_PANEL),
                p->packed, p->images, p->line[0], p->y, p->images);
}

const mg_layer_type mg_masked_type = {.name = "masked",
                                      .shape = masked_shape,
                                      .scratch = masked_scratch,
                                      .begin = masked_begin,
                                      .forward = masked_forward,
                                      .backward = masked_backward,
                                      .packed = masked_packed,
                                      .pack = masked_pack,
                                      .pixel = masked_pixel};
