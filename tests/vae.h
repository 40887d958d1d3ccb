/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the variational autoencoder share: small data of every
 * space, and one batch gathered by hand. */
#ifndef MG_TESTS_VAE_H
#define MG_TESTS_VAE_H

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/vae.h"

/* side 0: two reals. */
static inline mg_space vae_space(mg_measure measure, size_t side) {
  return (mg_space){.dim = side ? side * side : 2,
                    .measure = measure,
                    .levels = measure == MG_LEVELS   ? 5
                              : measure == MG_BINARY ? 2
                                                     : 0,
                    .height = side,
                    .width = side};
}

/* n data whose columns depend on each other by a hidden number. */
static inline gsl_matrix *vae_rows(const mg_space *space, size_t n) {
  gsl_matrix *x = gsl_matrix_alloc(n, space->dim);
  gsl_rng *rng = mg_stream_alloc(5, "test/vae", n);
  for (size_t i = 0; i < n; i++) {
    const double hidden = gsl_ran_gaussian(rng, 1);
    for (size_t j = 0; j < space->dim; j++) {
      const double real = hidden + gsl_ran_gaussian(rng, 0.3);
      const double p = 1 / (1 + exp(-2 * real));
      gsl_matrix_set(x, i, j,
                     space->measure == MG_REALS
                         ? 3 + 2 * real
                         : gsl_ran_binomial(rng, p, space->levels - 1));
    }
  }
  gsl_rng_free(rng);
  return x;
}

static inline mg_vae_options vae_options(const mg_space *space) {
  mg_vae_options o;
  mg_vae_options_default(space, &o);
  o.latent = 3;
  o.hidden = 7;
  o.channels = 2;
  return o;
}

/* A vae that has begun on rows. */
static inline mg_vae *vae_begun(const mg_space *space,
                                const mg_vae_options *options,
                                const gsl_matrix *x) {
  mg_vae *v = calloc(1, sizeof *v);
  const mg_batch batch = {.x = *x};
  gsl_rng *rng = mg_stream_alloc(2, "test/vae/start", 0);
  int status = mg_vae_type.init(v, space, options);
  cr_assert(status == GSL_SUCCESS, "init: %s", mg_reason());
  status = mg_vae_type.start(v, rng, &batch);
  cr_assert(status == GSL_SUCCESS, "start: %s", mg_reason());
  gsl_rng_free(rng);
  return v;
}

static inline void vae_free(mg_vae *v) {
  mg_vae_type.clear(v);
  free(v);
}

/* Room for a batch, as models/fit makes it. */
static inline mg_stats vae_stats(const mg_vae *v, size_t n) {
  const mg_need need = mg_vae_type.need(v, n);
  return (mg_stats){.sums = gsl_vector_calloc(need.sums),
                    .work = gsl_vector_alloc(need.work),
                    .gradient = calloc(need.gradient, sizeof(mg_real)),
                    .tape = calloc(need.tape, sizeof(mg_real)),
                    .threads = 1};
}

static inline void vae_stats_free(mg_stats *stats) {
  gsl_vector_free(stats->sums);
  gsl_vector_free(stats->work);
  free(stats->gradient);
  free(stats->tape);
}

/* Gathers the rows with the noise of that seed; returns the status. */
static inline int vae_gathered(const mg_vae *v, const gsl_matrix *x,
                               unsigned long seed, mg_stats *stats) {
  gsl_rng *rng = mg_stream_alloc(seed, "test/vae/noise", 0);
  const mg_batch batch = {.x = *x};
  gsl_vector_set_zero(stats->sums);
  memset(stats->gradient, 0, v->ascent.numbers * sizeof *stats->gradient);
  const int status = mg_vae_type.gather(v, rng, &batch, stats);
  stats->n = x->size1;
  gsl_rng_free(rng);
  return status;
}

/* The rows as a data set, all in train. */
static inline mg_dataset *image_data(const mg_space *space, size_t n) {
  gsl_matrix *x = vae_rows(space, n);
  mg_dataset *data = mg_dataset_alloc("images", space, n);
  for (size_t i = 0; i < n * space->dim; i++)
    if (data->reals)
      data->reals->data[i] = x->data[i];
    else
      data->bytes[i] = (unsigned char)x->data[i];
  gsl_matrix_free(x);
  return data;
}

static inline mg_model *images_model(const mg_space *space, mg_vae_options o) {
  mg_model *model = mg_model_alloc(&mg_vae_type, space, &o, false);
  cr_assert_not_null(model, "%s", mg_reason());
  return model;
}

#endif
