/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three kinds of network; see pixelcnn_net.h.
 *
 * All begin with a masked convolution of kernel x kernel without its own pixel
 * (mask A) and end with a head of two 1 x 1 convolutions, relus before them,
 * whose last map has a plane for a logit of each level (of bits one).  Between
 * are blocks, whose windows of 3 x 3 have their own pixel (mask B), as that is
 * a pixel of a map which has not seen the image's pixel there.
 *
 *   plain     relu, masked 3 x 3 of C channels
 *   residual  relu, 1 x 1 to C/2, relu, masked 3 x 3, relu, 1 x 1 to C; the sum
 *             is added to what came in
 *   gated     v' = gate(above(v)),   h' = h + 1x1 gate(left(h) + 1x1 above(v))
 *
 * Layer upon layer of mask B sees a cone of pixels above, whose right edge
 * climbs a column a line: what is near, above and further to the right is never
 * seen, the blind spot of the plain kinds.  The gated net has two stacks.  The
 * vertical one (v) sees whole lines above the pixel, all columns of them, by
 * windows without a mask but for the lines; the horizontal one (h) what is to
 * the left in the pixel's line, and v.  Together that is everything before the
 * pixel.
 *
 * Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016); for the gated kind
 * van den Oord, Kalchbrenner, Vinyals, Espeholt, Graves & Kavukcuoglu (2016).
 * Departure: dropout, which small data want, stands before the last layer of
 * each block and of the head.
 *
 * Not here: colours, labels, several scales. */
#include "models/pixelcnn_net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "nets/masked.h"

/* ---- layers ---- */

/* A 1 x 1 convolution. */
static int mix(mg_net *net, size_t channels, mg_start start) {
  return mg_net_masked(net, channels, mg_window_square(1, true), start);
}

static void relu(mg_net *net) {
  mg_net_activation(net, MG_RELU);
}

static void drop(mg_net *net, const mg_pixelcnn_options *o) {
  if (o->dropout > 0)
    mg_net_dropout(net, o->dropout);
}

static void plain_block(mg_net *net, const mg_pixelcnn_options *o) {
  relu(net);
  drop(net, o);
  mg_net_masked(net, o->channels, mg_window_square(3, true), MG_START_HE);
}

static void residual_block(mg_net *net, const mg_pixelcnn_options *o) {
  const size_t inner = o->channels > 1 ? o->channels / 2 : 1;
  const size_t mark = mg_net_layers(net);
  relu(net);
  mix(net, inner, MG_START_HE);
  relu(net);
  mg_net_masked(net, inner, mg_window_square(3, true), MG_START_HE);
  relu(net);
  drop(net, o);
  mix(net, o->channels, MG_START_HE);
  mg_net_skip(net, mark);
}

/* From marks v and h the next two; of 0, the image, no h is added. */
static void gated_block(mg_net *net, const mg_pixelcnn_options *o,
                        mg_window above, mg_window left, size_t *v, size_t *h) {
  const size_t wide = 2 * o->channels, old = *h;
  mg_net_take(net, *v);
  mg_net_masked(net, wide, above, MG_START_GLOROT);
  const size_t seen = mg_net_layers(net);
  mg_net_gate(net);
  *v = mg_net_layers(net);
  mg_net_take(net, seen);
  mix(net, wide, MG_START_GLOROT);
  const size_t told = mg_net_layers(net);
  mg_net_take(net, old);
  mg_net_masked(net, wide, left, MG_START_GLOROT);
  mg_net_skip(net, told);
  mg_net_gate(net);
  drop(net, o);
  mix(net, o->channels, MG_START_GLOROT);
  if (old)
    mg_net_skip(net, old);
  *h = mg_net_layers(net);
}

static void gated_blocks(mg_net *net, const mg_pixelcnn_options *o) {
  size_t v = 0, h = 0;
  gated_block(net, o, mg_window_above(o->kernel, false),
              mg_window_left(o->kernel, false), &v, &h);
  for (size_t i = 0; i < o->blocks; i++)
    gated_block(net, o, mg_window_above(3, true), mg_window_left(3, true), &v,
                &h);
}

static void other_blocks(mg_net *net, const mg_pixelcnn_options *o,
                         bool unmasked) {
  mg_window first = mg_window_square(o->kernel, false);
  if (unmasked)
    first.taps = first.width * (first.top + 1);
  mg_net_masked(net, o->channels, first, MG_START_HE);
  for (size_t i = 0; i < o->blocks; i++)
    if (o->kind == MG_PIXELCNN_RESIDUAL)
      residual_block(net, o);
    else
      plain_block(net, o);
}

/* ---- the net ---- */

static size_t layers_with_parameters(const mg_net *net) {
  size_t n = 0;
  for (size_t i = 0; i < mg_net_layers(net); i++)
    n += mg_net_layer(net, i)->parameters > 0;
  return n;
}

/* Sizes whose products might not fit a size_t make no network, and a file lists
 * an array a layer, beside four of the optimizer's. */
static int check_sizes(const mg_pixelcnn *p) {
  const mg_pixelcnn_options *o = &p->options;
  const size_t a_block = o->kind == MG_PIXELCNN_PLAIN      ? 1
                         : o->kind == MG_PIXELCNN_RESIDUAL ? 3
                                                           : 4;
  const size_t layers = a_block * (o->blocks + 1) + 2;
  const double width = 2 * (double)o->channels + (double)p->planes;
  if (o->kernel % 2 == 0)
    return mg_fail(GSL_EINVAL, "kernel %zu has no middle: give an odd one",
                   o->kernel);
  if (layers > MG_TENSORS - 8)
    return mg_fail(GSL_EINVAL,
                   "%zu blocks of this kind are %zu layers: at most %d",
                   o->blocks, layers, MG_TENSORS - 8);
  if (width * width * 256 * (double)p->space.dim * (double)layers > 1e15)
    return mg_fail(GSL_EINVAL,
                   "a network of %zu channels on %zu pixels has more numbers "
                   "than can be counted",
                   o->channels, p->space.dim);
  return GSL_SUCCESS;
}

/* Data that are no image are one of a single line. */
static mg_shape image_of(const mg_space *s) {
  return s->height ? (mg_shape){1, s->height, s->width}
                   : (mg_shape){1, 1, s->dim};
}

static int name_layers(mg_pixelcnn *p) {
  const size_t n = layers_with_parameters(p->net);
  p->name = calloc(n, sizeof *p->name);
  if (!p->name)
    return mg_fail(GSL_ENOMEM, "no memory for %zu names", n);
  for (size_t i = 0; i < n; i++)
    snprintf(p->name[i], sizeof *p->name, "layer.%zu", i + 1);
  return GSL_SUCCESS;
}

int mg_pixelcnn_build(mg_pixelcnn *p) {
  const mg_pixelcnn_options *o = &p->options;
  p->image = image_of(&p->space);
  p->planes = p->space.measure == MG_BINARY ? 1 : p->space.levels;
  int status = check_sizes(p);
  if (status != GSL_SUCCESS)
    return status;
  mg_net *net = p->net = mg_net_alloc(p->image);
  if (!net)
    return GSL_ENOMEM;
  if (o->kind == MG_PIXELCNN_GATED)
    gated_blocks(net, o);
  else
    other_blocks(net, o, p->unmasked);
  relu(net);
  mix(net, o->channels, MG_START_HE);
  relu(net);
  drop(net, o);
  /* The last layer's status is the whole stack's. */
  status = mix(net, p->planes, MG_START_GLOROT);
  p->numbers = mg_net_parameters(net);
  return status == GSL_SUCCESS ? name_layers(p) : status;
}

/* ---- parameters ---- */

/* log (share of all pixels that have this level), with one more in each. */
static double log_share(const mg_pixelcnn *p, const gsl_matrix *x, size_t k) {
  const size_t levels = p->space.measure == MG_BINARY ? 2 : p->space.levels;
  size_t count = 1;
  for (size_t n = 0; n < x->size1; n++)
    for (size_t j = 0; j < x->size2; j++)
      count += gsl_matrix_get(x, n, j) == (double)k;
  return log((double)count / (double)(x->size1 * x->size2 + levels));
}

void mg_pixelcnn_begin(mg_pixelcnn *p, gsl_rng *rng, const gsl_matrix *sample) {
  const mg_layer *last = mg_net_layer(p->net, mg_net_layers(p->net) - 1);
  mg_real *theta = p->ascent.theta, *bias = theta + p->numbers - p->planes;
  mg_net_begin(p->net, rng, theta);
  memset(theta + last->theta, 0, last->parameters * sizeof *theta);
  for (size_t k = 0; k < p->planes; k++)
    bias[k] = (mg_real)(p->space.measure == MG_BINARY
                            ? log_share(p, sample, 1) - log_share(p, sample, 0)
                            : log_share(p, sample, k));
  mg_ascent_begin(&p->ascent);
}

void mg_pixelcnn_net_tensors(mg_pixelcnn *p, mg_tensors *list) {
  for (size_t i = 0, n = 0; i < mg_net_layers(p->net); i++) {
    const mg_layer *l = mg_net_layer(p->net, i);
    if (l->parameters)
      mg_tensors_add_real(list, p->name[n++], p->ascent.model + l->theta,
                          l->parameters, 1, &l->parameters);
  }
}
