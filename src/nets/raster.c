/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A net of masked convolutions, pixel by pixel; see raster.h.
 *
 * Drawing an image of D pixels by forward passes takes D of them, and of each
 * pass all but one pixel is thrown away or was known before.  But what a layer
 * puts out at a pixel never changes once the pixels before are there; so it is
 * kept, and a new pixel costs each layer one pixel's work,       [raster.1]
 *
 *   y_i[., u, v] = f_i(what y_(i-1) was at the window's taps),
 *
 * 1 / D of the naive way.  Only as many lines are kept as a window reaches: of
 * 3 x 3 the line at hand and the one above.
 *
 * A bundle of images is made together and lies side by side, an image a lane,
 * so that one pixel of all is the same small product as many pixels of one
 * (masked_lanes.h): same loop, same order of sums, same bits.
 *
 * In what order can the layers be worked through?  Say what a layer's output at
 * a pixel knows:
 *
 *   ABOVE    lines above the pixel's
 *   BEFORE   those, and the pixels before it in its line
 *   OWN      the pixel itself, too
 *
 * The image is OWN.  A masked convolution without taps in the pixel's line
 * makes everything ABOVE; one whose taps end before the pixel makes OWN into
 * BEFORE; other layers keep what they got.  What is ABOVE is done for a whole
 * line before the line's first pixel, and may then be looked at to the right of
 * the pixel: so the vertical stack of a gated net has no blind spot.  A layer
 * that is OWN sees what is not drawn yet, and the net is refused: this is the
 * proof that a net is autoregressive, from its shapes alone.
 *
 * Not here: other orders than lines from the top, each from the left. */
#include "nets/raster.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "nets/masked.h"

enum { BUNDLE = 16, CHANNELS = 8 };

typedef enum { ABOVE, BEFORE, OWN } knowledge;

/* What layer i put out (0: the image), as far as it is kept. */
typedef struct {
  mg_real *value;
  size_t step, columns, lines; /* numbers a pixel; pixels a line; lines */
  size_t left;                 /* zeros before the first pixel */
} kept;

struct mg_raster {
  const mg_net *net;
  size_t images, layers;
  mg_shape image;
  knowledge *knows; /* layers + 1 */
  kept *kept;       /* layers + 1 */
  mg_real **packed; /* layers */
};

/* ---- what is known where ---- */

static const mg_window *window_of(const mg_net *net, size_t i) {
  const mg_layer *l = i < mg_net_layers(net) ? mg_net_layer(net, i) : NULL;
  return l && l->type == &mg_masked_type ? &l->window : NULL;
}

static int see(const mg_net *net, size_t i, knowledge in, knowledge *out) {
  const mg_window *w = window_of(net, i);
  *out = in;
  if (!w || in == ABOVE)
    return GSL_SUCCESS;
  const size_t above = w->top * w->width;
  const size_t own = w->taps > above ? w->taps - above : 0;
  if (own == 0)
    *out = ABOVE;
  else if (own <= w->left)
    *out = BEFORE;
  else if (own > w->left + 1)
    return mg_fail(GSL_EINVAL,
                   "layer %zu sees pixels behind its own: give its window "
                   "fewer taps",
                   i + 1);
  return GSL_SUCCESS;
}

/* A take is no work: who reads it reads where it was taken from, which may be
 * the image. */
static size_t source(const mg_net *net, size_t i) {
  while (i > 0 && mg_net_takes(net, i - 1))
    i = mg_net_layer(net, i - 1)->from;
  return i;
}

static int learn(const mg_net *net, size_t i, knowledge *knows) {
  const mg_layer *l = mg_net_layer(net, i);
  knowledge in = knows[i];
  if (mg_net_takes(net, i)) {
    knows[i + 1] = knows[l->from];
    return GSL_SUCCESS;
  }
  if (!l->type->pixel)
    return mg_fail(GSL_EINVAL, "layer %zu (%s) has no pixels", i + 1,
                   l->type->name);
  if (mg_net_adds(net, i) && knows[l->from] > in)
    in = knows[l->from];
  const int status = see(net, i, in, &knows[i + 1]);
  if (status == GSL_SUCCESS && knows[i + 1] == OWN)
    return mg_fail(GSL_EINVAL,
                   "layer %zu (%s) sees the pixel that is to be told: the "
                   "first masked convolution is one without its own pixel",
                   i + 1, l->type->name);
  return status;
}

static int learn_all(const mg_net *net, knowledge *knows) {
  int status = GSL_SUCCESS;
  knows[0] = OWN;
  for (size_t i = 0; i < mg_net_layers(net) && status == GSL_SUCCESS; i++)
    status = learn(net, i, knows);
  if (status == GSL_SUCCESS && knows[mg_net_layers(net)] == OWN)
    status = mg_fail(GSL_EINVAL, "the net puts out its image");
  return status;
}

int mg_raster_check(const mg_net *net) {
  knowledge *knows = calloc(mg_net_layers(net) + 1, sizeof *knows);
  if (!knows)
    return mg_fail(GSL_ENOMEM, "no memory for %zu layers", mg_net_layers(net));
  const int status = learn_all(net, knows);
  free(knows);
  return status;
}

/* ---- memory ---- */

static size_t round_up(size_t n, size_t to) {
  return (n + to - 1) / to * to;
}

static size_t kept_numbers(const kept *k) {
  return k->step * k->columns * k->lines;
}

/* Room for what the windows of all who read it want. */
static int get_kept(mg_raster *r, size_t i) {
  const mg_layer *l = i ? mg_net_layer(r->net, i - 1) : NULL;
  const size_t channels = l ? l->out.channels : r->image.channels;
  size_t right = 0;
  kept *k = &r->kept[i];
  k->step = round_up(channels, CHANNELS) * r->images;
  k->lines = 1;
  for (size_t j = 0; j < r->layers; j++) {
    const mg_window *w = source(r->net, j) == i ? window_of(r->net, j) : NULL;
    if (!w)
      continue;
    k->lines = w->top + 1 > k->lines ? w->top + 1 : k->lines;
    k->left = w->left > k->left ? w->left : k->left;
    right = w->width - 1 - w->left > right ? w->width - 1 - w->left : right;
  }
  k->columns = k->left + r->image.width + right;
  k->value = calloc(kept_numbers(k), sizeof *k->value);
  return k->value ? GSL_SUCCESS : GSL_ENOMEM;
}

static int get_packed(mg_raster *r, size_t i, const mg_real *theta) {
  const mg_layer *l = mg_net_layer(r->net, i);
  if (!l->type->packed)
    return GSL_SUCCESS;
  r->packed[i] = malloc(l->type->packed(l) * sizeof **r->packed);
  if (!r->packed[i])
    return GSL_ENOMEM;
  l->type->pack(l, theta + l->theta, r->packed[i]);
  return GSL_SUCCESS;
}

static int get_all(mg_raster *r, const mg_real *theta) {
  r->knows = calloc(r->layers + 1, sizeof *r->knows);
  r->kept = calloc(r->layers + 1, sizeof *r->kept);
  r->packed = calloc(r->layers + 1, sizeof *r->packed);
  if (!r->knows || !r->kept || !r->packed)
    return GSL_ENOMEM;
  int status = learn_all(r->net, r->knows);
  for (size_t i = 0; i <= r->layers && status == GSL_SUCCESS; i++)
    status = get_kept(r, i);
  for (size_t i = 0; i < r->layers && status == GSL_SUCCESS; i++)
    status = get_packed(r, i, theta);
  return status;
}

mg_raster *mg_raster_alloc(const mg_net *net, const mg_real *theta,
                           size_t images) {
  mg_raster *r = calloc(1, sizeof *r);
  int status = GSL_ENOMEM;
  if (r) {
    r->net = net;
    r->layers = mg_net_layers(net);
    r->images = round_up(images, BUNDLE);
    r->image = mg_net_image(net);
    status = get_all(r, theta);
  }
  if (status == GSL_SUCCESS)
    return r;
  if (status == GSL_ENOMEM)
    mg_fail(status, "no memory for the pixels of %zu images", images);
  mg_raster_free(r);
  return NULL;
}

void mg_raster_free(mg_raster *r) {
  if (!r)
    return;
  for (size_t i = 0; r->kept && i <= r->layers; i++)
    free(r->kept[i].value);
  for (size_t i = 0; r->packed && i < r->layers; i++)
    free(r->packed[i]);
  free(r->knows);
  free(r->kept);
  free(r->packed);
  free(r);
}

size_t mg_raster_images(const mg_raster *r) {
  return r->images;
}

void mg_raster_clear(mg_raster *r) {
  for (size_t i = 0; i <= r->layers; i++)
    memset(r->kept[i].value, 0,
           kept_numbers(&r->kept[i]) * sizeof *r->kept[i].value);
}

/* ---- pixels ---- */

/* Lines go round: line u stands where line u - lines stood. */
static mg_real *at(const kept *k, size_t u, size_t v) {
  return k->value + ((u % k->lines) * k->columns + k->left + v) * k->step;
}

static void run_layer(mg_raster *r, size_t i, size_t u, size_t v) {
  const mg_layer *l = mg_net_layer(r->net, i);
  const kept *in = &r->kept[source(r->net, i)];
  const mg_real *line[MG_WINDOW_MOST];
  if (mg_net_takes(r->net, i))
    return;
  for (size_t k = 0; k < in->lines; k++)
    line[k] = at(in, u + in->lines - k, v);
  const mg_layer_pixel p = {
      .images = r->images,
      .packed = r->packed[i],
      .line = line,
      .step = in->step,
      .skip = mg_net_adds(r->net, i)
                  ? at(&r->kept[source(r->net, l->from)], u, v)
                  : NULL,
      .y = at(&r->kept[i + 1], u, v)};
  l->type->pixel(l, &p);
}

const mg_real *mg_raster_pixel(mg_raster *r, size_t u, size_t v) {
  for (size_t i = 0; i < r->layers && v == 0; i++)
    for (size_t j = 0; j < r->image.width && r->knows[i + 1] == ABOVE; j++)
      run_layer(r, i, u, j);
  for (size_t i = 0; i < r->layers; i++)
    if (r->knows[i + 1] != ABOVE)
      run_layer(r, i, u, v);
  return at(&r->kept[source(r->net, r->layers)], u, v);
}

mg_real *mg_raster_input(mg_raster *r, size_t u, size_t v) {
  return at(&r->kept[0], u, v);
}
