/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How two players learn; see gan_fit.h.
 *
 * With the losses of the chosen game (infer/game.h), the discriminator steps
 * down
 *
 *   mean real(D(x)) + mean fake(D(G(z)))                              [gan.2]
 *
 * over n data and n draws, k times, each time on other data; then the generator
 * down
 *
 *   mean generator(D(G(z)))                                           [gan.3]
 *
 * over fresh draws, by a gradient that comes back through D, whose weights
 * stand still.  Where smoothing is wanted, a share of the labels is false
 * [game.7].
 *
 * With packing an input of D is m data, or m draws, together:
 *
 *   t = D(x_1, .., x_m)                                               [gan.4]
 *
 * A generator that puts all its draws on one spot is then given away by the
 * pack's lack of spread, which no single draw shows (Lin et al. 2018).
 *
 * A penalty on D's gradient in its input, g = dt/du in the networks' unit, is
 * added to [gan.2]:
 *
 *   weight mean (|g| - 1)^2   at  u = e real + (1 - e) draw,  e ~ U(0, 1)
 *   weight mean |g|^2 / 2     at  u = real                           [gan.6]
 *
 * the first for a Wasserstein game, whose D must not be steeper than 1
 * (Gulrajani et al. 2017), the second so that D comes to rest where the draws
 * are right, and with it the game (Mescheder, Geiger & Nowozin 2018).  Its
 * gradient in D's weights is a derivative of a derivative (nets/tangent.h).
 *
 * A turn is cut into shards of inputs; a shard goes through both networks and
 * back and has a gradient of its own, and these are added in the shards' order,
 * so the bytes are the same for any number of threads.  D sees its n real and n
 * false inputs as one batch of 2 n rows.
 *
 * Source: Goodfellow et al. (2014).
 *
 * Not here: the steps (gan_step), the loop (models/fit). */
#include "models/gan_fit.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/shards.h"
#include "nets/dense.h"
#include "nets/elementary.h"
#include "nets/gemm.h"
#include "nets/tangent.h"

enum { SHARDS = 16, CREW = 4, CHUNK_LEAST = 8, CHUNK_MOST = 64 };

/* ---- the room ---- */

typedef struct {
  const mg_gan *g;
  bool judges;    /* it is the discriminator's turn */
  size_t packs;   /* inputs of the discriminator */
  mg_shards cut;  /* of them */
  size_t chunk;   /* that go through together */
  size_t numbers; /* of the larger player */
  size_t tape_numbers;
  mg_real *data;     /* packs x m D, of the minibatch */
  mg_real *z;        /* packs x m L */
  mg_real *mix;      /* packs, shares of data in an interpolate */
  mg_real *gradient; /* shards x numbers */
  mg_real *tape;     /* a place a worker */
  double *sums;      /* shards x MG_GAN_SUMS */
} room;

static const mg_gan_player *generator_of(const mg_gan *g) {
  return &g->player[MG_GAN_GENERATOR];
}

static const mg_gan_player *discriminator_of(const mg_gan *g) {
  return &g->player[MG_GAN_DISCRIMINATOR];
}

/* Enough for a few threads, and matrices that are worth a product. */
static size_t chunk_of(size_t packs) {
  const size_t share = (packs + CREW - 1) / CREW;
  const size_t round = (share + CHUNK_LEAST - 1) / CHUNK_LEAST * CHUNK_LEAST;
  return GSL_MIN(GSL_MIN(round, CHUNK_MOST), packs);
}

static mg_shards cut_of(size_t packs, size_t chunk) {
  const size_t least = (packs + SHARDS - 1) / SHARDS;
  mg_shards cut = {.rows = packs};
  cut.shard_rows = (least + chunk - 1) / chunk * chunk;
  cut.shards = (packs + cut.shard_rows - 1) / cut.shard_rows;
  return cut;
}

/* Its sizes, for a minibatch of n. */
static room room_of(const mg_gan *g, size_t n) {
  const size_t m = g->options.packing, d = g->space.dim;
  room r = {.g = g, .packs = mg_gan_packs(g, n)};
  r.judges = mg_gan_player_of(g) == MG_GAN_DISCRIMINATOR;
  r.chunk = chunk_of(r.packs);
  r.cut = cut_of(r.packs, r.chunk);
  r.numbers = GSL_MAX(generator_of(g)->ascent.numbers,
                      discriminator_of(g)->ascent.numbers);
  r.tape_numbers = 2 * r.chunk * m * d +
                   mg_net_tape(generator_of(g)->net, r.chunk * m) +
                   mg_net_tape(discriminator_of(g)->net, 2 * r.chunk);
  if (g->options.penalty > 0)
    r.tape_numbers += mg_net_tangent_tape(discriminator_of(g)->net, r.chunk);
  return r;
}

static room room_in(const mg_gan *g, size_t n, mg_real *reals, double *sums) {
  room r = room_of(g, n);
  const size_t rows = r.packs * g->options.packing;
  r.sums = sums;
  r.data = reals;
  r.z = r.data + rows * g->space.dim;
  r.mix = r.z + rows * g->options.latent;
  r.gradient = r.mix + r.packs;
  r.tape = r.gradient + r.cut.shards * r.numbers;
  return r;
}

mg_need mg_gan_need(const void *self, size_t n) {
  const mg_gan *g = self;
  const room r = room_of(g, n);
  return (mg_need){.sums = MG_GAN_SUMS,
                   .work = r.cut.shards * MG_GAN_SUMS,
                   .gradient = r.numbers,
                   .tape = r.packs * g->options.packing *
                               (g->space.dim + g->options.latent) +
                           r.packs +
                           r.cut.shards * (r.numbers + r.tape_numbers)};
}

/* A minibatch of less than a pack fills it by beginning again. */
static void read_data(const room *r, const gsl_matrix *x) {
  const mg_scaling *s = &r->g->scaling;
  const size_t d = s->dim, rows = r->packs * r->g->options.packing;
  for (size_t i = 0; i < rows; i++) {
    const double *row = x->data + i % x->size1 * x->tda;
    for (size_t j = 0; j < d; j++)
      r->data[i * d + j] = (mg_real)((row[j] - s->shift[j]) / s->scale[j]);
  }
}

static void draw_chance(const room *r, gsl_rng *rng) {
  const size_t rows = r->packs * r->g->options.packing;
  for (size_t i = 0; i < rows * r->g->options.latent; i++)
    r->z[i] = (mg_real)gsl_ran_gaussian_ziggurat(rng, 1);
  const bool mixes = r->judges && r->g->options.penalty > 0 &&
                     r->g->options.penalty_kind == MG_GAN_INTERPOLATES;
  for (size_t i = 0; mixes && i < r->packs; i++)
    r->mix[i] = (mg_real)gsl_rng_uniform(rng);
}

/* ---- through the networks and back ---- */

/* A worker's place: what D sees, then the tapes. */
typedef struct {
  mg_real *input, *generator, *discriminator, *tangent;
} place;

static place place_of(const room *r, size_t worker) {
  const size_t m = r->g->options.packing;
  place at = {.input = r->tape + worker * r->tape_numbers};
  at.generator = at.input + 2 * r->chunk * m * r->g->space.dim;
  at.discriminator =
      at.generator + mg_net_tape(generator_of(r->g)->net, r->chunk * m);
  at.tangent =
      at.discriminator + mg_net_tape(discriminator_of(r->g)->net, 2 * r->chunk);
  return at;
}

static const mg_real *run_generator(const room *r, size_t first, size_t packs,
                                    const place *at) {
  const mg_gan_player *p = generator_of(r->g);
  const size_t m = r->g->options.packing;
  return mg_net_forward(p->net, p->ascent.theta, packs * m,
                        r->z + first * m * r->g->options.latent, at->generator,
                        1);
}

static const mg_real *run_discriminator(const room *r, size_t rows,
                                        const mg_real *x, const place *at) {
  const mg_gan_player *p = discriminator_of(r->g);
  return mg_net_forward(p->net, p->ascent.theta, rows, x, at->discriminator, 1);
}

/* What D is told to say of one t: a probability where t is a logit. */
static double saying(const mg_gan *g, double t) {
  return g->options.objective <= MG_GAME_NONSATURATING ? mg_sigmoid(t) : t;
}

/* The first layer that is not finite; x is what D saw. */
static int blame(const room *r, size_t first, size_t packs, const mg_real *x,
                 size_t rows, const place *at, double loss) {
  const mg_gan_player *g = generator_of(r->g), *d = discriminator_of(r->g);
  const size_t m = r->g->options.packing;
  int status = mg_net_check_outputs(
      g->net, "generator", g->ascent.theta, packs * m,
      r->z + first * m * r->g->options.latent, at->generator);
  if (status == GSL_SUCCESS)
    status = mg_net_check_outputs(d->net, "discriminator", d->ascent.theta,
                                  rows, x, at->discriminator);
  return status != GSL_SUCCESS
             ? status
             : mg_fail(GSL_EDOM,
                       "the loss is %g, and every number that the networks put "
                       "out is finite",
                       loss);
}

static void widen(double t, double *sums) {
  sums[MG_GAN_SUM_LEAST] = fmin(sums[MG_GAN_SUM_LEAST], t);
  sums[MG_GAN_SUM_MOST] = fmax(sums[MG_GAN_SUM_MOST], t);
}

/* What a gradient g of n numbers costs, and the gradient of that in g, which
 * takes its place.                                                   [gan.6] */
static double charge(const mg_gan_options *o, size_t n, mg_real *g) {
  double square = 0;
  for (size_t j = 0; j < n; j++)
    square += (double)g[j] * (double)g[j];
  const double size = sqrt(square), over = size - 1, w = o->penalty;
  const bool real = o->penalty_kind == MG_GAN_REAL;
  const double factor = real ? w : size > 0 ? 2 * w * over / size : 0;
  for (size_t j = 0; j < n; j++)
    g[j] *= (mg_real)factor;
  return real ? w / 2 * square : w * over * over;
}

/* Adds the penalty of `packs` inputs; the first half of at->input has the real
 * ones, the second the false ones, both of which are then gone.      [gan.6] */
static void penalise_chunk(const room *r, size_t first, size_t packs,
                           const place *at, mg_real *gradient, double *sums) {
  const mg_gan_options *o = &r->g->options;
  const mg_gan_player *p = discriminator_of(r->g);
  const size_t wide = o->packing * r->g->space.dim;
  const mg_real *theta = p->ascent.theta;
  mg_real *x = at->input, *v = x + packs * wide;
  for (size_t i = 0; o->penalty_kind == MG_GAN_INTERPOLATES && i < packs; i++)
    for (size_t j = i * wide; j < (i + 1) * wide; j++)
      x[j] = v[j] + r->mix[first + i] * (x[j] - v[j]);
  run_discriminator(r, packs, x, at);
  mg_real *dt = mg_net_gradient(p->net, packs, at->discriminator);
  for (size_t i = 0; i < packs; i++)
    dt[i] = 1;
  mg_net_backward(p->net, theta, packs, x, at->discriminator, NULL, v, 1);
  for (size_t i = 0; i < packs; i++) {
    const double cost = charge(o, wide, v + i * wide);
    sums[MG_GAN_SUM_LOSS] += cost;
    sums[MG_GAN_SUM_PENALTY] += cost;
  }
  mg_net_tangent(p->net, theta, packs, x, at->discriminator, v, at->tangent, 1);
  mg_real *ddot = mg_net_tangent_gradient(p->net, packs, at->tangent);
  for (size_t i = 0; i < packs; i++)
    ddot[i] = -1;
  mg_net_tangent_backward(p->net, theta, packs, x, at->discriminator, v,
                          at->tangent, gradient, 1);
}

/* The discriminator on `packs` real inputs and as many false ones.  [gan.2] */
static int judge_chunk(const room *r, size_t first, size_t packs,
                       const place *at, mg_real *gradient, double *sums) {
  const mg_gan *g = r->g;
  const mg_gan_player *p = discriminator_of(g);
  const mg_game_type *game = &mg_games[g->options.objective];
  const size_t wide = g->options.packing * g->space.dim, half = packs * wide;
  const mg_real *draws = run_generator(r, first, packs, at);
  memcpy(at->input, r->data + first * wide, half * sizeof *draws);
  memcpy(at->input + half, draws, half * sizeof *draws);
  const mg_real *t = run_discriminator(r, 2 * packs, at->input, at);
  mg_real *dt = mg_net_gradient(p->net, 2 * packs, at->discriminator);
  for (size_t i = 0; i < 2 * packs; i++) {
    const double ti = (double)t[i];
    const bool real = i < packs;
    double slope;
    sums[MG_GAN_SUM_LOSS] += mg_game_smoothed(
        real ? game->real : game->fake, real ? game->fake : game->real,
        real ? g->options.smoothing_real : g->options.smoothing_fake, ti,
        &slope);
    sums[real ? MG_GAN_SUM_REAL : MG_GAN_SUM_FAKE] += saying(g, ti);
    widen(ti, sums);
    dt[i] = (mg_real)-slope;
  }
  if (!isfinite(sums[MG_GAN_SUM_LOSS]))
    return blame(r, first, packs, at->input, 2 * packs, at,
                 sums[MG_GAN_SUM_LOSS]);
  mg_net_backward(p->net, p->ascent.theta, 2 * packs, at->input,
                  at->discriminator, gradient, NULL, 1);
  if (g->options.penalty > 0)
    penalise_chunk(r, first, packs, at, gradient, sums);
  return isfinite(sums[MG_GAN_SUM_LOSS])
             ? GSL_SUCCESS
             : mg_fail(GSL_EDOM, "the penalty is %g", sums[MG_GAN_SUM_PENALTY]);
}

/* The generator on `packs` inputs of the discriminator.             [gan.3] */
static int forge_chunk(const room *r, size_t first, size_t packs,
                       const place *at, mg_real *gradient, double *sums) {
  const mg_gan *g = r->g;
  const mg_gan_player *p = generator_of(g), *d = discriminator_of(g);
  const mg_game_type *game = &mg_games[g->options.objective];
  const size_t m = g->options.packing;
  const mg_real *draws = run_generator(r, first, packs, at);
  const mg_real *t = run_discriminator(r, packs, draws, at);
  mg_real *dt = mg_net_gradient(d->net, packs, at->discriminator);
  for (size_t i = 0; i < packs; i++) {
    double slope;
    sums[MG_GAN_SUM_LOSS] += game->generator((double)t[i], &slope);
    widen((double)t[i], sums);
    dt[i] = (mg_real)-slope;
  }
  if (!isfinite(sums[MG_GAN_SUM_LOSS]))
    return blame(r, first, packs, draws, packs, at, sums[MG_GAN_SUM_LOSS]);
  mg_net_backward(d->net, d->ascent.theta, packs, draws, at->discriminator,
                  NULL, mg_net_gradient(p->net, packs * m, at->generator), 1);
  mg_net_backward(p->net, p->ascent.theta, packs * m,
                  r->z + first * m * g->options.latent, at->generator, gradient,
                  NULL, 1);
  return GSL_SUCCESS;
}

/* A job of mg_shards_run. */
static int gather_shard(void *job, size_t worker, size_t shard) {
  const room *r = job;
  const place at = place_of(r, worker);
  mg_real *gradient = r->gradient + shard * r->numbers;
  double *sums = r->sums + shard * MG_GAN_SUMS;
  const size_t from = mg_shards_first(&r->cut, shard);
  const size_t end = from + mg_shards_rows(&r->cut, shard);
  int status = GSL_SUCCESS;
  memset(gradient, 0, r->numbers * sizeof *gradient);
  memset(sums, 0, MG_GAN_SUMS * sizeof *sums);
  sums[MG_GAN_SUM_LEAST] = INFINITY;
  sums[MG_GAN_SUM_MOST] = -INFINITY;
  mg_gemm_hold();
  for (size_t i = from; i < end && status == GSL_SUCCESS; i += r->chunk) {
    const size_t packs = GSL_MIN(end - i, r->chunk);
    status = r->judges ? judge_chunk(r, i, packs, &at, gradient, sums)
                       : forge_chunk(r, i, packs, &at, gradient, sums);
  }
  mg_gemm_release();
  return status;
}

static void add_shards(const room *r, mg_stats *stats) {
  double *sums = stats->sums->data;
  const size_t n = r->g->player[mg_gan_player_of(r->g)].ascent.numbers;
  sums[MG_GAN_SUM_LEAST] = INFINITY;
  sums[MG_GAN_SUM_MOST] = -INFINITY;
  for (size_t i = 0; i < r->cut.shards; i++) {
    const double *own = r->sums + i * MG_GAN_SUMS;
    mg_rows_add(1, n, r->gradient + i * r->numbers, stats->gradient);
    for (size_t j = MG_GAN_SUM_LOSS; j < MG_GAN_SUM_LEAST; j++)
      sums[j] += own[j];
    widen(own[MG_GAN_SUM_LEAST], sums);
    widen(own[MG_GAN_SUM_MOST], sums);
  }
}

/* A small step is done before a second thread is awake. */
static size_t worth_threads(const room *r, size_t threads) {
  const double products =
      (double)(r->packs * r->g->options.packing) * (double)r->numbers;
  return r->g->options.kind == MG_GAN_MLP && products < 2e5 ? 1 : threads;
}

int mg_gan_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                  mg_stats *stats) {
  const mg_gan *g = self;
  room r = room_in(g, batch->x.size1, stats->tape, stats->work->data);
  if (r.judges)
    read_data(&r, &batch->x);
  draw_chance(&r, rng);
  const int status = mg_shards_run(&r.cut, worth_threads(&r, stats->threads),
                                   &r, gather_shard);
  if (status != GSL_SUCCESS)
    return mg_gan_name_step(g, status);
  add_shards(&r, stats);
  return GSL_SUCCESS;
}
