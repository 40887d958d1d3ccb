/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vae climbs; see vae_objective.h.
 *
 * log p(x) = log of the integral of p(z) p(x | z) is bounded from below with
 * draws from q(z | x), which the encoder tells.  With K draws
 *
 *   ELBO   1/K sum_k log p(x | z_k) - KL(q(z | x) || p(z))            [vae.2]
 *   IWAE   log 1/K sum_k p(x | z_k) p(z_k) / q(z_k | x)               [vae.6]
 *
 * A draw is written as a function of the encoder's numbers and of noise that
 * does not depend on them, so a gradient goes through it:
 *
 *   z = mu + sigma e,   e ~ N(0, I)                                   [vae.3]
 *
 * Of the KL of two Gaussians there is no need for draws (mg_gaussian_kl):
 *
 *   KL = 1/2 sum_l (mu_l^2 + sigma_l^2 - 1 - log sigma_l^2)           [vae.4]
 *
 * Let g_k = d log p(x | z_k) / dz_k, the decoder's way back, v = log sigma^2,
 * and w_k the weight of a draw: 1/K, or for IWAE its share of the sum.  Then
 *
 *   ELBO   d/dmu = sum_k w_k g_k - mu
 *          d/dv  = sum_k w_k g_k sigma e_k / 2 - (sigma^2 - 1) / 2
 *   IWAE   d/dmu = sum_k w_k (g_k - z_k)
 *          d/dv  = sum_k w_k ((g_k - z_k) sigma e_k + 1) / 2          [vae.5]
 *
 * since at z = mu + sigma e, -log q is sum_l v_l / 2 and a term of e alone.
 *
 * With a beta the KL (of IWAE log p(z) - log q) has that weight.   [vae.7]
 * Below 1, as in a warm-up, what is climbed may be above log p(x): it is then
 * no bound, and the report says so.
 *
 * Steps are models/ascent's; log variances that are parameters are no weights
 * and do not shrink.  The validation rows are judged by the bound, with beta 1.
 *
 * Source: Kingma & Welling (2014); Rezende, Mohamed & Wierstra (2014); Burda,
 * Grosse & Salakhutdinov (2016).
 *
 * Not here: estimates of log p(x) for a claim (eval/bound.h). */
#include "models/vae_objective.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/vae_net.h"
#include "nets/elementary.h"
#include "nets/tiles.h"

/* ---- the room ---- */

static bool has_extra(const mg_vae *v) {
  return mg_vae_extra(v) > 0;
}

size_t mg_vae_width(const mg_vae *v) {
  return v->space.dim * mg_likelihood_planes(v->law, v->space.levels);
}

size_t mg_vae_room_reals(const mg_vae *v, size_t n, size_t k) {
  const size_t l = v->options.latent;
  return 2 * n * v->space.dim + 3 * k * n * l +
         (has_extra(v) ? 2 * k * n * mg_vae_width(v) : 0) +
         mg_net_tape(v->encoder, n) + mg_net_tape(v->decoder, k * n);
}

size_t mg_vae_room_doubles(size_t n, size_t k) {
  return 2 * k * n + n;
}

static mg_real *take(mg_real **reals, size_t n) {
  mg_real *here = *reals;
  *reals += n;
  return here;
}

mg_vae_room mg_vae_room_in(const mg_vae *v, size_t n, size_t k, mg_real *reals,
                           double *doubles) {
  const size_t d = v->space.dim, l = v->options.latent;
  mg_vae_room room = {.n = n, .k = k};
  room.input = take(&reals, n * d);
  room.target = take(&reals, n * d);
  room.noise = take(&reals, k * n * l);
  room.z = take(&reals, k * n * l);
  room.dz = take(&reals, k * n * l);
  if (has_extra(v)) {
    room.out = take(&reals, k * n * mg_vae_width(v));
    room.d_out = take(&reals, k * n * mg_vae_width(v));
  }
  room.encoder = take(&reals, mg_net_tape(v->encoder, n));
  room.decoder = reals;
  room.log_p = doubles;
  room.weight = doubles + k * n;
  return room;
}

int mg_vae_room_init(mg_vae_room *room, const mg_vae *v, size_t n, size_t k) {
  mg_real *reals = malloc((mg_vae_room_reals(v, n, k) + 1) * sizeof *reals);
  double *doubles = malloc((mg_vae_room_doubles(n, k) + 1) * sizeof *doubles);
  if (!reals || !doubles) {
    free(reals);
    free(doubles);
    return mg_fail(GSL_ENOMEM, "no memory for %zu x %zu draws", n, k);
  }
  *room = mg_vae_room_in(v, n, k, reals, doubles);
  room->reals = reals;
  room->doubles = doubles;
  return GSL_SUCCESS;
}

void mg_vae_room_clear(mg_vae_room *room) {
  free(room->reals);
  free(room->doubles);
}

/* ---- data in ---- */

typedef struct {
  const mg_vae *v;
  const gsl_matrix *x;
  mg_vae_room *room;
} reading;

enum { ROWS = 8 };

static void read_tile(const void *job, size_t tile) {
  const reading *t = job;
  const mg_vae *v = t->v;
  const size_t d = v->space.dim, first = tile * ROWS;
  const size_t end = first + mg_tiles_size(t->room->n, ROWS, tile);
  const bool reals = v->space.measure == MG_REALS;
  const bool bits = v->space.measure == MG_BINARY;
  for (size_t n = first; n < end; n++) {
    const double *x = t->x->data + n * t->x->tda;
    mg_real *input = t->room->input + n * d, *target = t->room->target + n * d;
#pragma omp simd
    for (size_t j = 0; j < d; j++)
      target[j] = (mg_real)x[j];
    if (bits)
      memcpy(input, target, d * sizeof *input);
    else
      for (size_t j = 0; j < d; j++)
        input[j] =
            (mg_real)((x[j] - v->scaling.shift[j]) / v->scaling.scale[j]);
    if (reals)
      memcpy(target, input, d * sizeof *target);
  }
}

void mg_vae_read(const mg_vae *v, const gsl_matrix *x, mg_vae_room *room,
                 size_t threads) {
  const reading t = {.v = v, .x = x, .room = room};
  mg_tiles_run(mg_tiles_count(room->n, ROWS), threads, &t, read_tile);
}

/* ---- the networks ---- */

void mg_vae_run_encoder(const mg_vae *v, mg_vae_room *room, size_t threads) {
  room->law = mg_net_forward(v->encoder, v->ascent.theta, room->n, room->input,
                             room->encoder, threads);
}

/* Means from the decoder, and log variances that are parameters. */
static void add_variances(const mg_vae *v, const mg_real *means,
                          mg_vae_room *room) {
  const size_t d = v->space.dim;
  const mg_real *extra = v->ascent.theta + mg_vae_extra_at(v);
  const bool one = v->options.variance == MG_VAE_VARIANCE_ONE;
  for (size_t r = 0; r < room->k * room->n; r++) {
    mg_real *out = room->out + 2 * r * d;
    memcpy(out, means + r * d, d * sizeof *out);
    for (size_t j = 0; j < d; j++)
      out[d + j] = extra[one ? 0 : j];
  }
}

/* Where the gradient in room->output is. */
static mg_real *output_gradient(const mg_vae *v, const mg_vae_room *room) {
  return has_extra(v)
             ? room->d_out
             : mg_net_gradient(v->decoder, room->k * room->n, room->decoder);
}

void mg_vae_run_output(const mg_vae *v, mg_vae_room *room, size_t threads) {
  room->output =
      mg_net_forward(v->decoder, v->ascent.theta + mg_vae_decoder_at(v),
                     room->k * room->n, room->z, room->decoder, threads);
  if (!has_extra(v))
    return;
  add_variances(v, room->output, room);
  room->output = room->out;
}

void mg_vae_run_decoder(const mg_vae *v, mg_vae_room *room, size_t threads) {
  const size_t n = room->n, width = mg_vae_width(v);
  mg_real *d_out = output_gradient(v, room);
  mg_vae_run_output(v, room, threads);
  for (size_t r = 0; r < room->k; r++)
    mg_likelihood_score(v->law, n, v->space.dim, v->space.levels,
                        room->output + r * n * width, room->target,
                        room->log_p + r * n, d_out + r * n * width, threads);
}

/* The gradient in means and variances, apart. */
static void take_variances(const mg_vae *v, mg_vae_room *room,
                           mg_real *d_extra) {
  const size_t d = v->space.dim, rows = room->k * room->n;
  const bool one = v->options.variance == MG_VAE_VARIANCE_ONE;
  mg_real *d_means = mg_net_gradient(v->decoder, rows, room->decoder);
  for (size_t r = 0; r < rows; r++) {
    const mg_real *d_out = room->d_out + 2 * r * d;
    memcpy(d_means + r * d, d_out, d * sizeof *d_means);
    for (size_t j = 0; j < d; j++)
      d_extra[one ? 0 : j] += d_out[d + j];
  }
}

void mg_vae_run_back(const mg_vae *v, mg_vae_room *room, mg_real *dtheta,
                     size_t threads) {
  const size_t at = mg_vae_decoder_at(v);
  if (has_extra(v))
    take_variances(v, room, dtheta + mg_vae_extra_at(v));
  mg_net_backward(v->decoder, v->ascent.theta + at, room->k * room->n, room->z,
                  room->decoder, dtheta + at, room->dz, threads);
}

/* ---- the objective ---- */

/* z = mu + sigma e.                                                  [vae.3] */
static void draw(const mg_vae *v, gsl_rng *rng, mg_vae_room *room) {
  const size_t n = room->n, l = v->options.latent;
  for (size_t i = 0; i < room->k * n * l; i++)
    room->noise[i] = (mg_real)gsl_ran_gaussian_ziggurat(rng, 1);
  for (size_t r = 0; r < room->k * n; r++) {
    const mg_real *mu = room->law + (r % n) * 2 * l, *log_s2 = mu + l;
    for (size_t i = 0; i < l; i++)
      room->z[r * l + i] =
          mu[i] + mg_real_exp(log_s2[i] / 2) * room->noise[r * l + i];
  }
}

double mg_vae_elbo(size_t latent, const mg_real *law, size_t k, size_t apart,
                   const double *log_p, double beta, double *reconstruction,
                   double *kl) {
  double mean = 0, twice = 0;
  for (size_t r = 0; r < k; r++)
    mean += log_p[r * apart] / (double)k;
  for (size_t j = 0; j < latent; j++) {
    const double mu = (double)law[j], log_s2 = (double)law[latent + j];
    twice += mu * mu + exp(log_s2) - 1 - log_s2;
  }
  *reconstruction = mean;
  *kl = twice / 2;
  return mean - beta * *kl;
}

/* log p(z) - log q(z | x) of a draw. */
static double prior_over_q(size_t l, const mg_real *mu, const mg_real *z,
                           const mg_real *noise) {
  double sum = 0;
  for (size_t i = 0; i < l; i++)
    sum += (double)noise[i] * (double)noise[i] - (double)z[i] * (double)z[i] +
           (double)mu[l + i];
  return sum / 2;
}

/* Log weights become weights that sum to 1; returns the log of their mean. */
static double share(mg_vae_room *room, size_t i) {
  const size_t n = room->n, k = room->k;
  double top = -INFINITY, sum = 0;
  for (size_t r = 0; r < k; r++)
    top = fmax(top, room->weight[r * n + i]);
  for (size_t r = 0; r < k; r++)
    sum += room->weight[r * n + i] = exp(room->weight[r * n + i] - top);
  for (size_t r = 0; r < k; r++)
    room->weight[r * n + i] /= sum;
  return top + log(sum / (double)k);
}

void mg_vae_judge(const mg_vae *v, mg_vae_room *room, double beta, double *each,
                  double *sums) {
  const size_t n = room->n, k = room->k, l = v->options.latent;
  const bool iwae = v->options.objective == MG_VAE_IWAE;
  for (size_t i = 0; i < n; i++) {
    const mg_real *mu = room->law + i * 2 * l;
    double mean, kl;
    const double elbo =
        mg_vae_elbo(l, mu, k, n, room->log_p + i, beta, &mean, &kl);
    for (size_t r = 0; r < k; r++) {
      const size_t row = r * n + i;
      room->weight[row] =
          iwae
              ? room->log_p[row] + beta * prior_over_q(l, mu, room->z + row * l,
                                                       room->noise + row * l)
              : 1 / (double)k;
    }
    each[i] = v->jacobian + (iwae ? share(room, i) : elbo);
    sums[MG_VAE_OBJECTIVE] += each[i];
    sums[MG_VAE_RECONSTRUCTION] += v->jacobian + mean;
    sums[MG_VAE_KL] += kl;
  }
}

/* ---- the gradient ---- */

typedef struct {
  size_t rows, width;
  const double *weight;
  mg_real *d;
} weighing;

static void weigh_tile(const void *job, size_t tile) {
  const weighing *t = job;
  const size_t end = tile * ROWS + mg_tiles_size(t->rows, ROWS, tile);
  for (size_t r = tile * ROWS; r < end; r++) {
    const mg_real w = (mg_real)t->weight[r];
#pragma omp simd
    for (size_t j = 0; j < t->width; j++)
      t->d[r * t->width + j] *= w;
  }
}

void mg_vae_elbo_gradient(size_t latent, const mg_real *law, size_t k,
                          size_t apart, const mg_real *noise, const mg_real *dz,
                          double beta, mg_real *d_law) {
  const mg_real *log_s2 = law + latent, kl = (mg_real)beta;
  for (size_t j = 0; j < latent; j++) {
    d_law[j] = -kl * law[j];
    d_law[latent + j] = -kl * (mg_real_exp(log_s2[j]) - 1) / 2;
  }
  for (size_t r = 0; r < k; r++) {
    const mg_real *e = noise + r * apart * latent, *g = dz + r * apart * latent;
    for (size_t j = 0; j < latent; j++) {
      d_law[j] += g[j];
      d_law[latent + j] += g[j] * mg_real_exp(log_s2[j] / 2) * e[j] / 2;
    }
  }
}

/* The same of IWAE, of datum i. */
static void iwae_gradient(const mg_vae_room *room, size_t i, size_t l,
                          double beta, mg_real *d_law) {
  const mg_real *log_s2 = room->law + i * 2 * l + l;
  memset(d_law, 0, 2 * l * sizeof *d_law);
  for (size_t r = 0; r < room->k; r++) {
    const size_t row = r * room->n + i;
    const mg_real pull = (mg_real)(beta * room->weight[row]);
    const mg_real *z = room->z + row * l, *e = room->noise + row * l;
    for (size_t j = 0; j < l; j++) {
      const mg_real dz = room->dz[row * l + j] - pull * z[j];
      d_law[j] += dz;
      d_law[l + j] += (dz * mg_real_exp(log_s2[j] / 2) * e[j] + pull) / 2;
    }
  }
}

/* The gradient in what the encoder put out.                          [vae.5] */
static void encoder_gradient(const mg_vae *v, mg_vae_room *room, double beta) {
  const size_t n = room->n, l = v->options.latent;
  mg_real *d_law = mg_net_gradient(v->encoder, n, room->encoder);
  for (size_t i = 0; i < n; i++)
    if (v->options.objective == MG_VAE_IWAE)
      iwae_gradient(room, i, l, beta, d_law + i * 2 * l);
    else
      mg_vae_elbo_gradient(l, room->law + i * 2 * l, room->k, n,
                           room->noise + i * l, room->dz + i * l, beta,
                           d_law + i * 2 * l);
}

/* ---- what is not finite ---- */

static int check_outputs(const mg_vae *v, const mg_vae_room *room, double sum) {
  if (isfinite(sum))
    return GSL_SUCCESS;
  int status = mg_net_check_outputs(v->encoder, "encoder", v->ascent.theta,
                                    room->n, room->input, room->encoder);
  if (status == GSL_SUCCESS)
    status = mg_net_check_outputs(v->decoder, "decoder",
                                  v->ascent.theta + mg_vae_decoder_at(v),
                                  room->k * room->n, room->z, room->decoder);
  if (status == GSL_SUCCESS)
    status = mg_fail(GSL_EDOM,
                     "the likelihood: the objective is %g, and every number "
                     "that the networks put out is finite, but a variance too "
                     "small or a mean too large: give a smaller rate",
                     sum);
  return status;
}

static int check_gradients(const mg_vae *v, const mg_vae_room *room,
                           const mg_real *gradient) {
  const size_t rows = room->k * room->n;
  int status =
      mg_net_check_gradients(v->decoder, "decoder", rows, room->decoder,
                             gradient + mg_vae_decoder_at(v));
  if (status == GSL_SUCCESS)
    status = mg_net_check_gradients(v->encoder, "encoder", room->n,
                                    room->encoder, gradient);
  return status;
}

/* ---- the family's part in a fit ---- */

double mg_vae_beta(const mg_vae *v, size_t epochs) {
  const double rise = (double)(epochs + 1) / (double)(v->options.warmup + 1);
  return v->options.beta * (rise < 1 ? rise : 1);
}

mg_need mg_vae_need(const void *self, size_t n) {
  const mg_vae *v = self;
  return (mg_need){.sums = MG_VAE_SUMS,
                   .work = mg_vae_room_doubles(n, v->options.draws),
                   .gradient = v->ascent.numbers,
                   .tape = mg_vae_room_reals(v, n, v->options.draws)};
}

/* A small step is done before a second thread is awake. */
static size_t worth_threads(const mg_vae *v, size_t rows, size_t threads) {
  const double products = (double)rows * (double)v->ascent.numbers;
  return v->options.net == MG_VAE_MLP && products < 8e6 ? 1 : threads;
}

int mg_vae_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                  mg_stats *stats) {
  const mg_vae *v = self;
  const size_t n = batch->x.size1, k = v->options.draws;
  const size_t threads = worth_threads(v, k * n, stats->threads);
  const double beta = mg_vae_beta(v, stats->passes);
  mg_vae_room room = mg_vae_room_in(v, n, k, stats->tape, stats->work->data);
  const weighing w = {.rows = k * n,
                      .width = mg_vae_width(v),
                      .weight = room.weight,
                      .d = output_gradient(v, &room)};
  mg_vae_read(v, &batch->x, &room, threads);
  mg_vae_run_encoder(v, &room, threads);
  draw(v, rng, &room);
  mg_vae_run_decoder(v, &room, threads);
  mg_vae_judge(v, &room, beta, room.weight + k * n, stats->sums->data);
  const int status = check_outputs(v, &room, stats->sums->data[0]);
  if (status != GSL_SUCCESS)
    return status;
  if (k > 1)
    mg_tiles_run(mg_tiles_count(w.rows, ROWS), threads, &w, weigh_tile);
  mg_vae_run_back(v, &room, stats->gradient, threads);
  encoder_gradient(v, &room, beta);
  mg_net_backward(v->encoder, v->ascent.theta, n, room.input, room.encoder,
                  stats->gradient, NULL, threads);
  return GSL_SUCCESS;
}

/* What the mean over a minibatch is called: a bound only with beta 1. */
static const char *name_objective(const mg_vae *v, double beta) {
  if (beta != 1)
    return v->options.warmup ? "no bound, KL warm-up" : "no bound, beta not 1";
  return v->options.objective == MG_VAE_IWAE ? "IWAE" : "ELBO";
}

int mg_vae_update(void *self, mg_stats *stats, mg_report *report) {
  mg_vae *v = self;
  const double n = (double)stats->n, *sums = stats->sums->data;
  v->reconstruction = sums[MG_VAE_RECONSTRUCTION] / n;
  v->kl = sums[MG_VAE_KL] / n;
  *report = (mg_report){.log_likelihood = NAN,
                        .objective = sums[MG_VAE_OBJECTIVE] / n,
                        .objective_name =
                            name_objective(v, mg_vae_beta(v, stats->passes))};
  const int status =
      mg_ascent_step(&v->ascent, &v->options.climb, stats->gradient, stats->n,
                     worth_threads(v, stats->n, stats->threads));
  if (status == GSL_SUCCESS)
    return status;
  const mg_vae_room room = mg_vae_room_in(v, stats->n, v->options.draws,
                                          stats->tape, stats->work->data);
  const int layer = check_gradients(v, &room, stats->gradient);
  return layer == GSL_SUCCESS
             ? status
             : mg_fail_in(layer, "no step can be made, give a smaller rate");
}

int mg_vae_objective(const void *self, gsl_rng *rng, const mg_batch *batch,
                     double *each) {
  const mg_vae *v = self;
  const size_t n = batch->x.size1;
  double sums[MG_VAE_SUMS] = {0};
  mg_vae_room room = {.n = 0};
  int status = mg_vae_room_init(&room, v, n, v->options.draws);
  if (status == GSL_SUCCESS) {
    mg_vae_read(v, &batch->x, &room, 1);
    mg_vae_run_encoder(v, &room, 1);
    draw(v, rng, &room);
    mg_vae_run_decoder(v, &room, 1);
    mg_vae_judge(v, &room, 1, each, sums);
    status = check_outputs(v, &room, sums[MG_VAE_OBJECTIVE]);
  }
  mg_vae_room_clear(&room);
  return status;
}
