/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of families by the chain rule share: rows whose columns hang
 * on each other, a family that has begun on them, and one batch gathered. */
#ifndef MG_TESTS_CHAIN_H
#define MG_TESTS_CHAIN_H

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/autoregressive.h"
#include "models/pixelrnn.h"

/* height 0: `width` columns and no image. */
static inline mg_space chain_space(mg_measure measure, size_t height,
                                   size_t width) {
  const unsigned levels[] = {[MG_REALS] = 0, [MG_BINARY] = 2, [MG_LEVELS] = 3};
  return (mg_space){.dim = (height ? height : 1) * width,
                    .measure = measure,
                    .levels = levels[measure],
                    .height = height,
                    .width = height ? width : 0};
}

/* n data; each column follows the one before it. */
static inline gsl_matrix *chain_rows(const mg_space *space, size_t n) {
  gsl_matrix *x = gsl_matrix_alloc(n, space->dim);
  gsl_rng *rng = mg_stream_alloc(5, "test/chain", n);
  for (size_t i = 0; i < n; i++) {
    double u = 0;
    for (size_t j = 0; j < space->dim; j++) {
      u = 0.8 * u + gsl_ran_gaussian(rng, 0.6);
      const double p = 1 / (1 + exp(-2 * u));
      gsl_matrix_set(x, i, j,
                     space->measure == MG_REALS
                         ? 3 + 2 * u
                         : gsl_ran_binomial(rng, p, space->levels - 1));
    }
  }
  gsl_rng_free(rng);
  return x;
}

/* A self that has begun on rows. */
static inline void *chain_begun(const mg_model_type *type,
                                const mg_space *space, const void *options,
                                const gsl_matrix *x) {
  void *self = calloc(1, type->size);
  const mg_batch batch = {.x = *x};
  gsl_rng *rng = mg_stream_alloc(2, "test/chain/start", 0);
  int status = type->init(self, space, options);
  cr_assert(status == GSL_SUCCESS, "init: %s", mg_reason());
  status = type->start(self, rng, &batch);
  cr_assert(status == GSL_SUCCESS, "start: %s", mg_reason());
  gsl_rng_free(rng);
  return self;
}

static inline void chain_free(const mg_model_type *type, void *self) {
  type->clear(self);
  free(self);
}

/* Every parameter a little elsewhere, those that begin at 0, too. */
static inline void chain_shake(mg_ascent *a) {
  gsl_rng *rng = mg_stream_alloc(4, "test/chain/shake", 0);
  for (size_t i = 0; i < a->numbers; i++)
    a->theta[i] += (float)gsl_ran_flat(rng, -0.3, 0.3);
  gsl_rng_free(rng);
}

/* Room for n rows, as models/fit makes it. */
static inline mg_stats chain_stats(const mg_model_type *type, const void *self,
                                   size_t n) {
  const mg_need need = type->need(self, n);
  return (mg_stats){.sums = gsl_vector_alloc(need.sums),
                    .work = gsl_vector_alloc(need.work),
                    .gradient = calloc(need.gradient, sizeof(mg_real)),
                    .tape = calloc(need.tape, sizeof(mg_real))};
}

static inline void chain_stats_free(mg_stats *stats) {
  gsl_vector_free(stats->sums);
  gsl_vector_free(stats->work);
  free(stats->gradient);
  free(stats->tape);
}

/* Gathers x into stats that are zeroed before; returns the objective's sum. */
static inline double chain_gathered(const mg_model_type *type, const void *self,
                                    const gsl_matrix *x, size_t threads,
                                    mg_stats *stats) {
  const mg_need need = type->need(self, x->size1);
  const mg_batch batch = {.x = *x};
  gsl_vector_set_zero(stats->sums);
  memset(stats->gradient, 0, need.gradient * sizeof *stats->gradient);
  stats->threads = threads;
  const int status = type->gather(self, NULL, &batch, stats);
  cr_assert(status == GSL_SUCCESS, "gather: %s", mg_reason());
  return gsl_vector_get(stats->sums, 0);
}

/* The sum of log p over the rows. */
static inline double chain_log_density(const mg_model_type *type,
                                       const void *self, const gsl_matrix *x) {
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  const int status = type->log_density(self, x, log_p);
  cr_assert(status == GSL_SUCCESS, "log density: %s", mg_reason());
  double sum = 0;
  for (size_t i = 0; i < x->size1; i++)
    sum += gsl_vector_get(log_p, i);
  gsl_vector_free(log_p);
  return sum;
}

/* ---- small ones of either family ---- */

static inline mg_pixelrnn *chain_pixelrnn(const mg_space *space,
                                          const mg_pixelrnn_options *options,
                                          const gsl_matrix *x) {
  mg_pixelrnn *p = chain_begun(&mg_pixelrnn_type, space, options, x);
  chain_shake(&p->ascent);
  return p;
}

static inline mg_pixelrnn_options chain_pixelrnn_options(size_t layers) {
  return (mg_pixelrnn_options){.hidden = 5,
                               .layers = layers,
                               .components = 3,
                               .climb = mg_ascent_options_default(1e-3)};
}

static inline mg_autoregressive *
chain_autoregressive(const mg_space *space,
                     const mg_autoregressive_options *options,
                     const gsl_matrix *x) {
  mg_autoregressive *a =
      chain_begun(&mg_autoregressive_type, space, options, x);
  chain_shake(&a->ascent);
  return a;
}

static inline mg_autoregressive_options
chain_autoregressive_options(size_t hidden2) {
  return (mg_autoregressive_options){.components = 3,
                                     .hidden = 6,
                                     .hidden2 = hidden2,
                                     .climb = mg_ascent_options_default(1e-3)};
}

#endif
