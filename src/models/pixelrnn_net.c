/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network of a pixelrnn; see pixelrnn_net.h.
 *
 * Step t makes the law of pixel t from the state, which holds what was made of
 * the pixels before:
 *
 *   h_t = lstm(s_t, h_(t-1), c_(t-1)),   law of x_t = h_t V + v    [pixelrnn.1]
 *
 * where s_t is what the step is shown:                            [pixelrnn.2]
 *
 *   sight     previous: x_(t-1) alone, all else is memory
 *             around: in an image also the three pixels above.  They were seen
 *             a line ago, but to bring one through 28 states to where it is
 *             needed is most of what a raster network would have to learn.
 *             (van den Oord et al. reach the line above by convolutions along
 *             it, or by states that go along diagonals.)
 *   coding    scaled: bits and levels from -1 to 1, reals standardised; onehot:
 *             a number for each level.  A pixel outside the image is all 0.
 *   position  learned: a number for the line and one for the column, so that W
 *             has a row for each; coordinates: both from -1 to 1; nowhere.
 *             Without, the network has to count pixels.
 *
 * All are functions of earlier pixels and of t alone, which is the whole of
 * causality here.
 *
 * A minibatch of n data is a sequence of D steps of n rows, time-major
 * (nets/lstm.h), and is sent back whole.  Scratch, numbers for D n rows:
 *
 *   shown, then for each layer h, dh and its tape; law, d law, target
 *
 * Not here: step by step, for scores and draws (pixelrnn_walk). */
#include "models/pixelrnn_net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "nets/dense.h"
#include "nets/tiles.h"

/* ---- what a step is shown ---- */

static bool is_image(const mg_pixelrnn *p) {
  return p->space.height > 0;
}

/* Numbers of one pixel. */
static size_t width(const mg_pixelrnn *p) {
  const bool onehot = p->options.coding == MG_PIXELRNN_ONEHOT;
  return p->space.measure == MG_LEVELS && onehot ? p->space.levels : 1;
}

static size_t pixels_seen(const mg_pixelrnn *p) {
  return is_image(p) && p->options.sight == MG_PIXELRNN_AROUND ? 4 : 1;
}

/* Lines and columns of an image; else of one line. */
static size_t lines(const mg_pixelrnn *p) {
  return is_image(p) ? p->space.height : 1;
}

static size_t columns(const mg_pixelrnn *p) {
  return is_image(p) ? p->space.width : p->space.dim;
}

size_t mg_pixelrnn_inputs(const mg_pixelrnn *p) {
  const size_t seen = pixels_seen(p) * width(p);
  switch (p->options.position) {
  case MG_PIXELRNN_LEARNED:
    return seen + lines(p) + columns(p);
  case MG_PIXELRNN_COORDINATES:
    return seen + 2;
  case MG_PIXELRNN_NOWHERE:
    break;
  }
  return seen;
}

/* Of pixel j, which comes before. */
static void show_pixel(const mg_pixelrnn *p, size_t j, double x, mg_real *in) {
  const double half = ((double)p->space.levels - 1) / 2, far = 1e6;
  const double u = (x - p->scaling.shift[j]) / p->scaling.scale[j];
  if (width(p) > 1)
    in[(size_t)x] = 1;
  else if (p->space.measure == MG_REALS) /* no floats that overflow */
    in[0] = (mg_real)fmin(fmax(u, -far), far);
  else
    in[0] = (mg_real)((x - half) / half);
}

static double coordinate(size_t i, size_t n) {
  return n > 1 ? 2 * (double)i / (double)(n - 1) - 1 : 0;
}

void mg_pixelrnn_show(const mg_pixelrnn *p, size_t t, const double *x,
                      mg_real *in) {
  const size_t across = columns(p), i = t / across, j = t % across;
  const size_t w = width(p), seen = pixels_seen(p);
  memset(in, 0, mg_pixelrnn_inputs(p) * sizeof *in);
  if (t)
    show_pixel(p, t - 1, x[t - 1], in);
  for (size_t k = 1; k < seen && i; k++) /* above: j - 1, j, j + 1 */
    if (j + k >= 2 && j + k - 2 < across)
      show_pixel(p, t - across + k - 2, x[t - across + k - 2], in + k * w);
  in += seen * w;
  if (p->options.position == MG_PIXELRNN_LEARNED) {
    in[i] = 1;
    in[lines(p) + j] = 1;
  } else if (p->options.position == MG_PIXELRNN_COORDINATES) {
    in[0] = (mg_real)coordinate(i, lines(p));
    in[1] = (mg_real)coordinate(j, across);
  }
}

/* ---- parameters ---- */

mg_lstm mg_pixelrnn_layer(const mg_pixelrnn *p, size_t l, size_t steps,
                          size_t rows) {
  return (mg_lstm){.steps = steps,
                   .rows = rows,
                   .in = l ? p->options.hidden : mg_pixelrnn_inputs(p),
                   .hidden = p->options.hidden};
}

size_t mg_pixelrnn_layer_at(const mg_pixelrnn *p, size_t l) {
  size_t at = 0;
  for (size_t i = 0; i < l; i++) {
    const mg_lstm s = mg_pixelrnn_layer(p, i, 0, 0);
    at += mg_lstm_parameters(&s);
  }
  return at;
}

size_t mg_pixelrnn_parameters(const mg_pixelrnn *p) {
  return mg_pixelrnn_layer_at(p, p->options.layers) +
         (p->options.hidden + 1) * p->law.planes;
}

static void add(mg_tensors *list, const char *name, mg_real **at, size_t rows,
                size_t n) {
  const size_t shape[] = {rows, n};
  if (rows > 1)
    mg_tensors_add_real(list, name, *at, rows * n, 2, shape);
  else
    mg_tensors_add_real(list, name, *at, n, 1, shape + 1);
  *at += rows * n;
}

void mg_pixelrnn_net_tensors(mg_pixelrnn *p, mg_tensors *list) {
  static const char *const names[MG_PIXELRNN_LAYERS][3] = {
      {"1.input", "1.state", "1.biases"},
      {"2.input", "2.state", "2.biases"},
      {"3.input", "3.state", "3.biases"},
      {"4.input", "4.state", "4.biases"}};
  mg_real *at = p->ascent.theta;
  for (size_t l = 0; l < p->options.layers; l++) {
    const mg_lstm s = mg_pixelrnn_layer(p, l, 0, 0);
    add(list, names[l][0], &at, s.in, 4 * s.hidden);
    add(list, names[l][1], &at, s.hidden, 4 * s.hidden);
    add(list, names[l][2], &at, 1, 4 * s.hidden);
  }
  add(list, "weights", &at, p->options.hidden, p->law.planes);
  add(list, "biases", &at, 1, p->law.planes);
}

/* All values of the sample, of all columns, standardised if they are reals. */
static void pool(const mg_pixelrnn *p, const gsl_matrix *x, double *values) {
  for (size_t r = 0; r < x->size1; r++)
    for (size_t j = 0; j < x->size2; j++)
      values[r * x->size2 + j] =
          (gsl_matrix_get(x, r, j) - p->scaling.shift[j]) / p->scaling.scale[j];
}

int mg_pixelrnn_begin(mg_pixelrnn *p, gsl_rng *rng, const gsl_matrix *x) {
  const size_t n = x->size1 * x->size2, layers = p->options.layers;
  double *values = malloc((3 * n + 2) * sizeof *values);
  if (!values)
    return mg_fail(GSL_ENOMEM, "no memory for %zu values", n);
  mg_real *theta = p->ascent.theta,
          *law = theta + mg_pixelrnn_layer_at(p, layers);
  for (size_t l = 0; l < layers; l++) {
    const mg_lstm s = mg_pixelrnn_layer(p, l, 0, 0);
    mg_lstm_begin(&s, rng, theta + mg_pixelrnn_layer_at(p, l));
  }
  memset(law, 0, p->options.hidden * p->law.planes * sizeof *law);
  pool(p, x, values);
  mg_conditional_start(&p->law, n, values, values + n,
                       law + p->options.hidden * p->law.planes);
  free(values);
  return GSL_SUCCESS;
}

/* ---- a minibatch ---- */

typedef struct {
  mg_real *h, *dh, *tape;
} layer_room;

typedef struct {
  const mg_pixelrnn *p;
  const gsl_matrix *x;
  mg_real *shown, *law, *d_law, *target;
  layer_room layer[MG_PIXELRNN_LAYERS];
} room;

size_t mg_pixelrnn_scratch(const mg_pixelrnn *p, size_t n) {
  const size_t all = p->space.dim * n;
  size_t numbers = all * (mg_pixelrnn_inputs(p) + 2 * p->law.planes + 1);
  for (size_t l = 0; l < p->options.layers; l++) {
    const mg_lstm s = mg_pixelrnn_layer(p, l, p->space.dim, n);
    numbers += 2 * all * s.hidden + mg_lstm_tape(&s);
  }
  return numbers;
}

static mg_real *take(mg_real **scratch, size_t n) {
  mg_real *here = *scratch;
  *scratch += n;
  return here;
}

static room room_in(const mg_pixelrnn *p, const gsl_matrix *x,
                    mg_real *scratch) {
  const size_t all = p->space.dim * x->size1;
  room r = {.p = p, .x = x};
  r.shown = take(&scratch, all * mg_pixelrnn_inputs(p));
  for (size_t l = 0; l < p->options.layers; l++) {
    const mg_lstm s = mg_pixelrnn_layer(p, l, p->space.dim, x->size1);
    r.layer[l].h = take(&scratch, all * s.hidden);
    r.layer[l].dh = take(&scratch, all * s.hidden);
    r.layer[l].tape = take(&scratch, mg_lstm_tape(&s));
  }
  r.law = take(&scratch, all * p->law.planes);
  r.d_law = take(&scratch, all * p->law.planes);
  r.target = take(&scratch, all);
  return r;
}

/* What all data are shown at a step, and what they have there. */
static void show_step(const void *job, size_t t) {
  const room *r = job;
  const mg_pixelrnn *p = r->p;
  const size_t n = r->x->size1, in = mg_pixelrnn_inputs(p);
  for (size_t i = 0; i < n; i++) {
    const double *x = r->x->data + i * r->x->tda;
    mg_pixelrnn_show(p, t, x, r->shown + (t * n + i) * in);
    r->target[t * n + i] =
        (mg_real)((x[t] - p->scaling.shift[t]) / p->scaling.scale[t]);
  }
}

static void forward(const room *r, size_t threads) {
  const mg_pixelrnn *p = r->p;
  const size_t d = p->space.dim, n = r->x->size1, h = p->options.hidden;
  const mg_real *theta = p->ascent.theta, *below = r->shown;
  for (size_t l = 0; l < p->options.layers; l++) {
    const mg_lstm s = mg_pixelrnn_layer(p, l, d, n);
    mg_lstm_forward(&s, theta + mg_pixelrnn_layer_at(p, l), below,
                    r->layer[l].h, r->layer[l].tape, threads);
    below = r->layer[l].h;
  }
  const mg_real *v = theta + mg_pixelrnn_layer_at(p, p->options.layers);
  mg_dense_forward(d * n, h, p->law.planes, v, v + h * p->law.planes, below,
                   r->law, threads);
}

static void backward(const room *r, mg_real *dtheta, size_t threads) {
  const mg_pixelrnn *p = r->p;
  const size_t d = p->space.dim, n = r->x->size1, h = p->options.hidden;
  const size_t top = p->options.layers - 1,
               at = mg_pixelrnn_layer_at(p, top + 1);
  const mg_real *theta = p->ascent.theta;
  mg_dense_backward(d * n, h, p->law.planes, theta + at, r->layer[top].h,
                    r->d_law, r->layer[top].dh, dtheta + at,
                    dtheta + at + h * p->law.planes, threads);
  for (size_t l = p->options.layers; l-- > 0;) {
    const mg_lstm s = mg_pixelrnn_layer(p, l, d, n);
    const size_t first = mg_pixelrnn_layer_at(p, l);
    mg_lstm_backward(&s, theta + first, l ? r->layer[l - 1].h : r->shown,
                     r->layer[l].h, r->layer[l].dh, r->layer[l].tape,
                     dtheta + first, l ? r->layer[l - 1].dh : NULL, threads);
  }
}

void mg_pixelrnn_climb(const mg_pixelrnn *p, const gsl_matrix *x,
                       mg_real *scratch, double *log_p, mg_real *dtheta,
                       size_t threads) {
  const room r = room_in(p, x, scratch);
  const size_t d = p->space.dim;
  mg_tiles_run(d, threads, &r, show_step);
  forward(&r, threads);
  mg_likelihood_score(p->law.law, d * x->size1, 1, p->law.levels, r.law,
                      r.target, log_p, r.d_law, threads);
  backward(&r, dtheta, threads);
}
