/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the generative adversarial network share: small spaces, and
 * one turn of one player gathered by hand. */
#ifndef MG_TESTS_GAN_H
#define MG_TESTS_GAN_H

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/gan_fit.h"

/* side 0: two reals. */
static inline mg_space gan_space(size_t side) {
  return (mg_space){.dim = side ? side * side : 2,
                    .measure = MG_REALS,
                    .height = side,
                    .width = side};
}

static inline gsl_matrix *gan_rows(const mg_space *space, size_t n) {
  gsl_matrix *x = gsl_matrix_alloc(n, space->dim);
  gsl_rng *rng = mg_stream_alloc(5, "test/gan", n);
  for (size_t i = 0; i < n; i++) {
    const double hidden = gsl_ran_gaussian(rng, 1);
    for (size_t j = 0; j < space->dim; j++)
      gsl_matrix_set(x, i, j,
                     3 + 2 * hidden + (double)j * gsl_ran_gaussian(rng, 0.3));
  }
  gsl_rng_free(rng);
  return x;
}

/* Small networks of smooth units: a difference across a kink is no slope. */
static inline mg_gan_options gan_options(const mg_space *space) {
  mg_gan_options o;
  mg_gan_options_default(space, &o);
  o.kind = space->height ? MG_GAN_CONV : MG_GAN_MLP;
  o.latent = 3;
  o.hidden = 7;
  o.channels = 2;
  o.activation = MG_GAN_TANH;
  return o;
}

/* A gan that has begun on rows. */
static inline mg_gan *gan_begun(const mg_space *space,
                                const mg_gan_options *options,
                                const gsl_matrix *x) {
  mg_gan *g = calloc(1, sizeof *g);
  const mg_batch batch = {.x = *x};
  gsl_rng *rng = mg_stream_alloc(2, "test/gan/start", 0);
  int status = mg_gan_type.init(g, space, options);
  cr_assert(status == GSL_SUCCESS, "init: %s", mg_reason());
  status = mg_gan_type.start(g, rng, &batch);
  cr_assert(status == GSL_SUCCESS, "start: %s", mg_reason());
  gsl_rng_free(rng);
  return g;
}

static inline void gan_free(mg_gan *g) {
  mg_gan_type.clear(g);
  free(g);
}

/* Room for a batch, as models/fit makes it. */
static inline mg_stats gan_stats(const mg_gan *g, size_t n) {
  const mg_need need = mg_gan_type.need(g, n);
  return (mg_stats){.sums = gsl_vector_calloc(need.sums),
                    .work = gsl_vector_alloc(need.work),
                    .gradient = calloc(need.gradient, sizeof(mg_real)),
                    .tape = malloc(need.tape * sizeof(mg_real)),
                    .threads = 1};
}

static inline void gan_stats_free(mg_stats *stats) {
  gsl_vector_free(stats->sums);
  gsl_vector_free(stats->work);
  free(stats->gradient);
  free(stats->tape);
}

/* Whose turn comes. */
static inline void gan_turn(mg_gan *g, mg_gan_who who) {
  g->progress[MG_GAN_TURN] =
      who == MG_GAN_GENERATOR ? (double)g->options.steps : 0;
}

/* Gathers a turn; the draws are the same in every call. */
static inline int gan_gathered(const mg_gan *g, const gsl_matrix *x,
                               mg_stats *stats) {
  const mg_batch batch = {.x = *x};
  gsl_rng *rng = mg_stream_alloc(4, "test/gan/noise", 0);
  gsl_vector_set_zero(stats->sums);
  memset(stats->gradient, 0,
         mg_gan_type.need(g, x->size1).gradient * sizeof(mg_real));
  const int status = mg_gan_type.gather(g, rng, &batch, stats);
  stats->n = x->size1;
  gsl_rng_free(rng);
  return status;
}

#endif
