/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learning of a pixelcnn; see pixelcnn_fit.h.
 *
 * What is climbed is the mean of log p(x) itself, a sum over pixels of log laws
 * of one pixel, and all of them come out of one pass: every pixel is told from
 * the true pixels before it (teacher forcing), so nothing waits for anything,
 * while a sample must.                                          [pixelcnn.1]
 *
 * A minibatch is cut into at most 16 shards of data.  In a shard a few data,
 * about a thousand pixels, go all the way through the net and back before the
 * next: what the layers leave for the way back then stays in the processor's
 * second-level cache, where a whole minibatch (64 images of 28 x 28 leave 200
 * MB in a net of 32 channels) would go out to memory and come in again.  Each
 * shard has a gradient of its own; they are added in the shards' order, so the
 * bytes are the same for any number of threads.
 *
 * Against learning few data by heart there are, each 0 by default:
 *
 *   dropout       nets/dropout.h
 *   shifts        a datum is moved by a pixel in one of eight directions, and
 *                 what comes in from outside is level 0
 *   weight decay  models/ascent.h
 *   averaging     models/ascent.h
 *
 * Not here: the loop, early stopping (models/fit). */
#include "models/pixelcnn_fit.h"

#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/shards.h"
#include "nets/dense.h"
#include "nets/elementary.h"
#include "nets/likelihood.h"

enum { SHARDS = 16, PIXELS = 1024 };

size_t mg_pixelcnn_chunk(const mg_pixelcnn *p, size_t n) {
  const size_t d = p->space.dim, rows = d < PIXELS ? PIXELS / d : 1;
  return rows < n ? rows : n;
}

mg_real mg_pixelcnn_scaled(const mg_pixelcnn *p, double x) {
  const double last = p->space.levels > 1 ? (double)p->space.levels - 1 : 1;
  return (mg_real)(2 * x / last - 1);
}

/* ---- the room ---- */

typedef struct {
  const mg_pixelcnn *p;
  mg_shards cut;
  size_t n, chunk, tape_numbers;
  uint32_t noise;    /* of this minibatch's dropouts; 0: none */
  mg_real *input;    /* n x D, what the net sees */
  mg_real *target;   /* n x D, what it is to tell */
  mg_real *gradient; /* shards x numbers */
  mg_real *tape;     /* a tape a worker */
  double *each;      /* n, log p */
} room;

static mg_shards cut_of(size_t n, size_t chunk) {
  const size_t least = (n + SHARDS - 1) / SHARDS;
  mg_shards cut = {.rows = n, .shard_rows = chunk};
  if (n == 0)
    return cut;
  cut.shard_rows = (least + chunk - 1) / chunk * chunk;
  cut.shards = (n + cut.shard_rows - 1) / cut.shard_rows;
  return cut;
}

static room room_in(const mg_pixelcnn *p, size_t n, mg_real *reals,
                    double *each) {
  room r = {.p = p, .n = n, .chunk = mg_pixelcnn_chunk(p, n), .each = each};
  r.cut = cut_of(n, r.chunk);
  r.tape_numbers = mg_net_tape(p->net, r.chunk);
  r.input = reals;
  r.target = r.input + n * p->space.dim;
  r.gradient = r.target + n * p->space.dim;
  r.tape = r.gradient + r.cut.shards * p->numbers;
  return r;
}

mg_need mg_pixelcnn_need(const void *self, size_t n) {
  const mg_pixelcnn *p = self;
  const size_t chunk = mg_pixelcnn_chunk(p, n);
  const size_t shards = cut_of(n, chunk).shards;
  return (mg_need){.sums = 1,
                   .work = n,
                   .gradient = p->numbers,
                   .tape = 2 * n * p->space.dim +
                           shards * (p->numbers + mg_net_tape(p->net, chunk))};
}

/* ---- data in ---- */

/* Where a datum goes: lines down, columns to the right. */
typedef struct {
  int down, right;
} move;

static move draw_move(const mg_pixelcnn *p, gsl_rng *rng) {
  const double share = p->options.shifts;
  if (share <= 0 || gsl_rng_uniform(rng) >= share)
    return (move){0, 0};
  const int one = (int)gsl_rng_uniform_int(rng, 8), way = one + (one > 3);
  return (move){p->image.height > 1 ? way / 3 - 1 : 0, way % 3 - 1};
}

static void read_datum(const mg_pixelcnn *p, const double *x, move m,
                       mg_real *input, mg_real *target) {
  const long height = (long)p->image.height, width = (long)p->image.width;
  for (long u = 0; u < height; u++)
    for (long v = 0; v < width; v++) {
      const long i = u - m.down, j = v - m.right;
      const bool inside = i >= 0 && i < height && j >= 0 && j < width;
      const double value = inside ? x[i * width + j] : 0;
      input[u * width + v] = mg_pixelcnn_scaled(p, value);
      target[u * width + v] = (mg_real)value;
    }
}

static void read_data(room *r, gsl_rng *rng, const gsl_matrix *x) {
  const size_t d = r->p->space.dim;
  for (size_t n = 0; n < r->n; n++)
    read_datum(r->p, x->data + n * x->tda, draw_move(r->p, rng),
               r->input + n * d, r->target + n * d);
  if (r->p->options.dropout > 0)
    r->noise = (uint32_t)gsl_rng_get(rng) | 1;
}

/* ---- through the net and back ---- */

static int check_outputs(const room *r, size_t first, size_t rows,
                         const mg_real *tape) {
  double sum = 0;
  for (size_t i = first; i < first + rows; i++)
    sum += r->each[i];
  if (isfinite(sum))
    return GSL_SUCCESS;
  const int status =
      mg_net_check_outputs(r->p->net, "pixelcnn", r->p->ascent.theta, rows,
                           r->input + first * r->p->space.dim, tape);
  return status != GSL_SUCCESS
             ? status
             : mg_fail(GSL_EDOM,
                       "log p is %g, and every number that the net "
                       "puts out is finite",
                       sum);
}

/* `rows` data from `first` on; their gradient is added. */
static int run_chunk(const room *r, size_t first, size_t rows, mg_real *tape,
                     mg_real *gradient) {
  const mg_pixelcnn *p = r->p;
  const size_t d = p->space.dim;
  const mg_likelihood law = p->space.measure == MG_BINARY
                                ? MG_LIKELIHOOD_BERNOULLI
                                : MG_LIKELIHOOD_CATEGORICAL;
  const uint32_t noise =
      r->noise ? (r->noise + (uint32_t)first * 0xc2b2ae35u) | 1 : 0;
  const mg_real *x = r->input + first * d;
  const mg_real *y =
      mg_net_forward_noise(p->net, p->ascent.theta, rows, x, noise, tape, 1);
  mg_likelihood_score(law, rows, d, p->space.levels, y, r->target + first * d,
                      r->each + first, mg_net_gradient(p->net, rows, tape), 1);
  const int status = check_outputs(r, first, rows, tape);
  if (status == GSL_SUCCESS)
    mg_net_backward(p->net, p->ascent.theta, rows, x, tape, gradient, NULL, 1);
  return status;
}

/* A job of mg_shards_run. */
static int gather_shard(void *job, size_t worker, size_t shard) {
  const room *r = job;
  mg_real *gradient = r->gradient + shard * r->p->numbers;
  mg_real *tape = r->tape + worker * r->tape_numbers;
  const size_t end =
      mg_shards_first(&r->cut, shard) + mg_shards_rows(&r->cut, shard);
  int status = GSL_SUCCESS;
  memset(gradient, 0, r->p->numbers * sizeof *gradient);
  for (size_t i = mg_shards_first(&r->cut, shard);
       i < end && status == GSL_SUCCESS; i += r->chunk)
    status = run_chunk(r, i, end - i < r->chunk ? end - i : r->chunk, tape,
                       gradient);
  return status;
}

/* 0 when all are finite, else NaN. */
MG_WIDE static mg_real wildness(size_t n, const mg_real *v) {
  mg_real sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t i = 0; i < n; i++)
    sum += v[i] * 0;
  return sum;
}

/* Goes back again, chunk by chunk, for the layer where it began. */
static int check_gradients(const room *r, const mg_real *all) {
  const mg_pixelcnn *p = r->p;
  int status = GSL_SUCCESS;
  if (wildness(p->numbers, all) == 0)
    return status;
  for (size_t i = 0; i < r->n && status == GSL_SUCCESS; i += r->chunk) {
    const size_t rows = r->n - i < r->chunk ? r->n - i : r->chunk;
    memset(r->gradient, 0, p->numbers * sizeof *r->gradient);
    status = run_chunk(r, i, rows, r->tape, r->gradient);
    if (status == GSL_SUCCESS)
      status = mg_net_check_gradients(p->net, "pixelcnn", rows, r->tape,
                                      r->gradient);
  }
  return status;
}

int mg_pixelcnn_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                       mg_stats *stats) {
  const mg_pixelcnn *p = self;
  room r = room_in(p, batch->x.size1, stats->tape, stats->work->data);
  read_data(&r, rng, &batch->x);
  const int status = mg_shards_run(&r.cut, stats->threads, &r, gather_shard);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t i = 0; i < r.cut.shards; i++)
    mg_rows_add(1, p->numbers, r.gradient + i * p->numbers, stats->gradient);
  for (size_t i = 0; i < r.n; i++)
    stats->sums->data[0] += r.each[i];
  return check_gradients(&r, stats->gradient);
}

/* ---- a step ---- */

static const char *name_objective(const mg_pixelcnn_options *o) {
  if (o->dropout > 0)
    return "log-likelihood, dropout";
  if (o->shifts > 0)
    return "log-likelihood, shifts";
  return o->climb.averaging > 0 ? "log-likelihood, not averaged"
                                : "log-likelihood";
}

int mg_pixelcnn_update(void *self, mg_stats *stats, mg_report *report) {
  mg_pixelcnn *p = self;
  const mg_pixelcnn_options *o = &p->options;
  const double n = (double)stats->n;
  const bool plain =
      o->dropout <= 0 && o->shifts <= 0 && o->climb.averaging <= 0;
  report->objective = stats->sums->data[0] / n;
  report->log_likelihood = plain ? report->objective : NAN;
  report->objective_name = name_objective(o);
  report->finished = false;
  return mg_ascent_step(&p->ascent, &o->climb, stats->gradient, stats->n,
                        p->numbers < 100000 ? 1 : stats->threads);
}
