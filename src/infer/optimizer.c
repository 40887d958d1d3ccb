/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stochastic gradient ascent.
 *
 * Step t = 0, 1, 2 ... sees g_t, the gradient at theta_t or an unbiased draw of
 * it (one datum's, a minibatch's), and goes
 *
 *   theta_(t+1) = theta_t + rate_t g_t                              [sgd.1]
 *
 * With a constant rate and exact gradients this is gradient ascent: on a
 * quadratic of curvature c the distance to the top shrinks by 1 - rate c a
 * step, so it climbs for rate < 2 / c and runs away beyond.  With noisy
 * gradients a constant rate does not end: theta wanders about the top, further
 * for a larger rate.  Robbins & Monro (1951) end it by rates with
 *
 *   sum_t rate_t = inf       it can reach the top from anywhere,
 *   sum_t rate_t^2 < inf     the noise that it gathers stays finite,
 *
 * of which the usual family is
 *
 *   rate_t = rate / (1 + t / decay)^power,   1/2 < power <= 1       [sgd.2]
 *
 * At power 1/2 the second sum is infinite, above 1 the first is finite; the
 * table of options begins at 0.501 because a range includes its ends.
 *
 * One case can be followed by hand.  Up log N(x_t; theta, 1), a datum a step,
 * the gradient is x_t - theta_t; with rate_t = 1 / (t + 1), that is rate 1,
 * decay 1 and power 1, theta is the mean of the data seen so far:
 *
 *   theta_t = (x_0 + ... + x_(t-1)) / t                             [sgd.3]
 *
 * and with rate 1/m, decay m the start theta_0 counts as m - 1 data more, which
 * is the most probable mean under the prior N(theta_0, 1 / (m - 1)).  So the
 * schedule of Robbins and Monro is not a trick: it is averaging.
 *
 * Momentum (Polyak 1964) climbs along the decaying sum of the gradients: in a
 * valley it adds up what they agree on and cancels what they do not,
 *
 *   u_(t+1) = momentum u_t + g_t,  theta_(t+1) = theta_t + rate_t u_(t+1)
 *                                                                     [sgd.4]
 * Adam (Kingma & Ba 2015) divides the mean of the gradients by the root of the
 * mean of their squares, parameter by parameter, so that a step is about the
 * rate, whatever the gradient's unit; with both means, begun at 0, made right
 * for the first steps,
 *
 *   m_(t+1) = b m_t + (1 - b) g_t,    v_(t+1) = c v_t + (1 - c) g_t^2
 *   theta_(t+1) = theta_t + rate_t (m_(t+1) / (1 - b^(t+1)))
 *                           / (sqrt(v_(t+1) / (1 - c^(t+1))) + epsilon) [sgd.5]
 *
 * (b momentum, c square).  AdaGrad (Duchi, Hazan & Singer 2011) forgets no
 * square, so its steps fall as 1 / sqrt(t) of themselves, sooner where
 * gradients were large,
 *
 *   v_(t+1) = v_t + g_t^2
 *   theta_(t+1) = theta_t + rate_t g_t / (sqrt(v_(t+1)) + epsilon)    [sgd.8]
 *
 * Other schedules, i = 0 .. 7 the stage of step t:
 *
 *   exponential   rate 2^(-t / decay)
 *   cosine        rate (1 + cos(pi min(t / decay, 1))) / 2
 *   threes        rate 10^(-i / 7),  3^i <= 1 + 2 t / decay < 3^(i+1)  [sgd.6]
 *
 * the last by Burda, Grosse & Salakhutdinov (2016): with decay the steps of a
 * pass over the data, stage i is 3^i passes, and all eight are 3280.
 * A gradient longer than clip is shortened to it (Pascanu, Mikolov & Bengio
 * 2013), which keeps one wild minibatch from throwing theta away:
 *
 *   g_t <- g_t min(1, clip / |g_t|)                                   [sgd.7]
 *
 * A number that is not finite is refused before anything moves, so the caller
 * still holds the last good theta and can tell which parameter it was.
 *
 * The loops stand in optimizer_kernel.h and are compiled for doubles, in which
 * chapters climb, and for the floats of networks, memory of steps included: a
 * step of a network is bound by memory, and doubles would take twice of it.
 * Networks are long vectors: whether all is finite is seen from three sums of
 * squares, and only where these are large is each number looked at.
 *
 * Not here: where the gradient comes from; when to stop, which the caller
 * knows. */
#include "infer/optimizer.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/status.h"
#include "nets/elementary.h"
#include "nets/tiles.h"

enum { BLOCK = 256 };

struct mg_optimizer {
  size_t size, width; /* width: bytes of a number */
  uint64_t steps;
  void *mean, *square; /* size numbers each, or NULL: [sgd.4] [sgd.5] [sgd.8] */
  double *partial;     /* three sums a tile, of a network's numbers */
  mg_optimizer_options options;
};

/* What the loops want to know of a step. */
typedef struct {
  double rate, scale, momentum, square, epsilon;
  double warm, root; /* 1 - b^(t+1), sqrt(1 - c^(t+1)) */
} factors;

#define REAL double
#define NAME(f) f##_double
#define ROOT sqrt
#define SMALLEST DBL_MIN
#include "infer/optimizer_kernel.h"
#undef REAL
#undef NAME
#undef ROOT
#undef SMALLEST

#define REAL mg_real
#define NAME(f) f##_real
#ifdef MG_REAL_DOUBLE
#define ROOT sqrt
#define SMALLEST DBL_MIN
#else
#define ROOT sqrtf
#define SMALLEST FLT_MIN
#endif
#include "infer/optimizer_kernel.h"

/* ---- options ---- */

#define FIELD(name) offsetof(mg_optimizer_options, name)

const mg_option mg_optimizer_option_table[] = {MG_OPTIMIZER_ROWS(FIELD), {0}};

mg_optimizer_options mg_optimizer_options_default(void) {
  return (mg_optimizer_options){.rate = 0.01,
                                .schedule = MG_SCHEDULE_CONSTANT,
                                .decay = 1,
                                .power = 1,
                                .momentum = 0.9,
                                .square = 0.999,
                                .epsilon = 1e-8};
}

/* ---- memory ---- */

static int get_memory(mg_optimizer *o) {
  const size_t n = o->size ? o->size : 1;
  const mg_optimizer_method method = o->options.method;
  const bool mean =
      method == MG_OPTIMIZER_MOMENTUM || method == MG_OPTIMIZER_ADAM;
  const bool square =
      method == MG_OPTIMIZER_ADAM || method == MG_OPTIMIZER_ADAGRAD;
  if (mean)
    o->mean = calloc(n, o->width);
  if (square)
    o->square = calloc(n, o->width);
  o->partial = calloc(3 * mg_tiles_count(n, MG_TILE_NUMBERS), sizeof(double));
  if (!o->partial || (mean && !o->mean) || (square && !o->square))
    return mg_fail(GSL_ENOMEM, "no memory for an optimizer of %zu parameters",
                   o->size);
  return GSL_SUCCESS;
}

static mg_optimizer *alloc(size_t size, size_t width,
                           const mg_optimizer_options *options) {
  if (mg_option_check(mg_optimizer_option_table, options) != GSL_SUCCESS)
    return NULL;
  mg_optimizer *o = malloc(sizeof *o);
  if (!o) {
    mg_fail(GSL_ENOMEM, "no memory for an optimizer");
    return NULL;
  }
  *o = (mg_optimizer){.size = size, .width = width, .options = *options};
  if (get_memory(o) == GSL_SUCCESS)
    return o;
  mg_optimizer_free(o);
  return NULL;
}

mg_optimizer *mg_optimizer_alloc(size_t size,
                                 const mg_optimizer_options *options) {
  return alloc(size, sizeof(double), options);
}

mg_optimizer *mg_optimizer_alloc_real(size_t size,
                                      const mg_optimizer_options *options) {
  return alloc(size, sizeof(mg_real), options);
}

void mg_optimizer_free(mg_optimizer *o) {
  if (o) {
    free(o->mean);
    free(o->square);
    free(o->partial);
  }
  free(o);
}

size_t mg_optimizer_state(mg_optimizer *o,
                          mg_optimizer_part parts[MG_OPTIMIZER_PARTS]) {
  size_t n = 0;
  parts[n++] = (mg_optimizer_part){"steps", &o->steps, sizeof o->steps};
  if (o->mean)
    parts[n++] = (mg_optimizer_part){"mean", o->mean, o->size * o->width};
  if (o->square)
    parts[n++] = (mg_optimizer_part){"square", o->square, o->size * o->width};
  return n;
}

/* ---- rates ---- */

/* The stage of step t: how many of the first seven, 1, 3, 9 ... times decay
 * steps long, lie wholly before it. */
static int stage(double t, double decay) {
  double length = decay, end = decay;
  int i = 0;
  while (i < 7 && t >= end) {
    length *= 3;
    end += length;
    i++;
  }
  return i;
}

double mg_optimizer_rate(const mg_optimizer *o) {
  const mg_optimizer_options *p = &o->options;
  const double t = (double)o->steps, part = t / p->decay;
  switch (p->schedule) {
  case MG_SCHEDULE_ROBBINS_MONRO:
    return p->rate / pow(1 + part, p->power);
  case MG_SCHEDULE_EXPONENTIAL:
    return p->rate * exp2(-part);
  case MG_SCHEDULE_COSINE:
    return part < 1 ? p->rate * (1 + cos(part * M_PI)) / 2 : 0;
  case MG_SCHEDULE_THREES:
    return p->rate * pow(10, -stage(t, p->decay) / 7.);
  case MG_SCHEDULE_CONSTANT:
    break;
  }
  return p->rate;
}

size_t mg_optimizer_steps(const mg_optimizer *o) {
  return (size_t)o->steps;
}

void mg_optimizer_set_steps(mg_optimizer *o, size_t steps) {
  o->steps = steps;
}

/* norm: the gradient's, of which scale times is meant.              [sgd.7] */
static factors factors_of(const mg_optimizer *o, double norm, double scale) {
  const mg_optimizer_options *p = &o->options;
  const double t = (double)o->steps + 1, length = norm * fabs(scale);
  factors f = {.rate = mg_optimizer_rate(o),
               .scale = scale,
               .momentum = p->momentum,
               .square = p->square,
               .epsilon = p->epsilon,
               .warm = -expm1(t * log(p->momentum)),
               .root = sqrt(-expm1(t * log(p->square)))};
  if (p->clip > 0 && length > p->clip)
    f.scale *= p->clip / length;
  return f;
}

static int check_kind(const mg_optimizer *o, bool real) {
  if ((o->width == sizeof(double)) == real && sizeof(mg_real) != sizeof(double))
    return mg_fail(GSL_EINVAL, "an optimizer for %s was given the other kind",
                   real ? "doubles" : "networks");
  return GSL_SUCCESS;
}

/* ---- doubles ---- */

int mg_optimizer_step(mg_optimizer *o, gsl_vector *theta,
                      const gsl_vector *gradient) {
  if (theta->size != o->size || gradient->size != o->size)
    return mg_fail(GSL_EBADLEN,
                   "the optimizer is for %zu parameters: theta has %zu, the "
                   "gradient %zu",
                   o->size, theta->size, gradient->size);
  int status = check_kind(o, false);
  if (status != GSL_SUCCESS)
    return status;
  const double norm = gsl_blas_dnrm2(gradient);
  const factors f = factors_of(o, norm, 1);
  status = step_all_double(o, &f, theta->data, theta->stride, gradient->data,
                           gradient->stride, false);
  if (status == GSL_SUCCESS) {
    step_all_double(o, &f, theta->data, theta->stride, gradient->data,
                    gradient->stride, true);
    o->steps++;
  }
  return status;
}

/* ---- numbers of networks ---- */

typedef struct {
  mg_optimizer *o;
  factors f;
  mg_real *theta;
  const mg_real *gradient;
} whole;

MG_WIDE static double squares(size_t n, const mg_real *v) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t i = 0; i < n; i++)
    sum += (double)v[i] * (double)v[i];
  return sum;
}

/* Sums of squares of the gradient, of theta, of momentum's memory. */
static void measure_tile(const void *job, size_t tile) {
  const whole *w = job;
  const size_t at = tile * MG_TILE_NUMBERS;
  const size_t n = mg_tiles_size(w->o->size, MG_TILE_NUMBERS, tile);
  const mg_real *mean = w->o->mean;
  double *sum = w->o->partial + 3 * tile;
  sum[0] = squares(n, w->gradient + at);
  sum[1] = squares(n, w->theta + at);
  sum[2] =
      w->o->options.method == MG_OPTIMIZER_MOMENTUM ? squares(n, mean + at) : 0;
}

/* The three lengths. */
static void add_tiles(const mg_optimizer *o, double length[3]) {
  double sum[3] = {0};
  for (size_t i = 0; i < mg_tiles_count(o->size, MG_TILE_NUMBERS); i++)
    for (size_t j = 0; j < 3; j++)
      sum[j] += o->partial[3 * i + j];
  for (size_t j = 0; j < 3; j++)
    length[j] = sqrt(sum[j]);
}

/* Are all so short that nothing can leave the range of a float?  Adam's step is
 * below rate / sqrt(1 - square) (1 - momentum), 10^18 times the rate; AdaGrad's
 * below the rate, and its squares reach the range after 10^20 steps. */
static bool harmless(const factors *f, const double length[3]) {
  const double step = length[0] * fabs(f->scale);
  return step < 1e9 && length[1] < 1e30 && length[2] < 1e15 && f->rate < 1e9;
}

static void step_tile(const void *job, size_t tile) {
  const whole *w = job;
  const mg_optimizer *o = w->o;
  const size_t at = tile * MG_TILE_NUMBERS;
  mg_real *mean = o->mean, *square = o->square;
  loops_real[o->options.method](
      mg_tiles_size(o->size, MG_TILE_NUMBERS, tile), &w->f, w->gradient + at,
      w->theta + at, mean ? mean + at : NULL, square ? square + at : NULL);
}

int mg_optimizer_step_real(mg_optimizer *o, mg_real *theta,
                           const mg_real *gradient, double scale,
                           size_t threads) {
  const size_t tiles = mg_tiles_count(o->size, MG_TILE_NUMBERS);
  whole w = {.o = o, .theta = theta, .gradient = gradient};
  double length[3];
  int status = check_kind(o, true);
  if (status != GSL_SUCCESS)
    return status;
  mg_tiles_run(tiles, threads, &w, measure_tile);
  add_tiles(o, length);
  w.f = factors_of(o, length[0], scale);
  if (!harmless(&w.f, length))
    status = step_all_real(o, &w.f, theta, 1, gradient, 1, false);
  if (status == GSL_SUCCESS) {
    mg_tiles_run(tiles, threads, &w, step_tile);
    o->steps++;
  }
  return status;
}
