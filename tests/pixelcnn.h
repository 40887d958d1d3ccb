/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the PixelCNN share: small images, and a model that has
 * begun on them, with weights that say something everywhere. */
#ifndef MG_TESTS_PIXELCNN_H
#define MG_TESTS_PIXELCNN_H

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/pixelcnn.h"

static inline mg_space image_space(unsigned levels, size_t height,
                                   size_t width) {
  return (mg_space){.dim = height * width,
                    .measure = levels == 2 ? MG_BINARY : MG_LEVELS,
                    .levels = levels,
                    .height = height,
                    .width = width};
}

/* n images of pixels in pairs: a pixel is often as the one before it. */
static inline gsl_matrix *image_rows(const mg_space *space, size_t n) {
  gsl_matrix *x = gsl_matrix_alloc(n, space->dim);
  gsl_rng *rng = mg_stream_alloc(5, "test/pixelcnn", n);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < space->dim; j++) {
      const bool again = j > 0 && gsl_rng_uniform(rng) < 0.6;
      gsl_matrix_set(x, i, j,
                     again ? gsl_matrix_get(x, i, j - 1)
                           : (double)gsl_rng_uniform_int(rng, space->levels));
    }
  gsl_rng_free(rng);
  return x;
}

static inline mg_pixelcnn_options image_options(const mg_space *space,
                                                mg_pixelcnn_kind kind) {
  mg_pixelcnn_options o;
  mg_pixelcnn_options_default(space, &o);
  o.kind = kind;
  o.channels = 6;
  o.blocks = 2;
  o.kernel = 3;
  return o;
}

/* A pixelcnn that has begun on rows; every parameter is then moved, also those
 * that begin at 0. */
static inline mg_pixelcnn *image_begun(const mg_space *space,
                                       const mg_pixelcnn_options *options,
                                       const gsl_matrix *x) {
  mg_pixelcnn *p = calloc(1, sizeof *p);
  const mg_batch batch = {.x = *x};
  gsl_rng *rng = mg_stream_alloc(2, "test/pixelcnn/start", 0);
  int status = mg_pixelcnn_type.init(p, space, options);
  cr_assert(status == GSL_SUCCESS, "init: %s", mg_reason());
  status = mg_pixelcnn_type.start(p, rng, &batch);
  cr_assert(status == GSL_SUCCESS, "start: %s", mg_reason());
  for (size_t i = 0; i < p->numbers; i++)
    p->ascent.theta[i] += (mg_real)gsl_ran_flat(rng, -0.3, 0.3);
  memmove(p->ascent.model, p->ascent.theta,
          p->numbers * sizeof *p->ascent.model);
  gsl_rng_free(rng);
  return p;
}

static inline void image_free(mg_pixelcnn *p) {
  mg_pixelcnn_type.clear(p);
  free(p);
}

/* Room for a batch, as models/fit makes it. */
static inline mg_stats image_stats(const mg_pixelcnn *p, size_t n) {
  const mg_need need = mg_pixelcnn_type.need(p, n);
  return (mg_stats){.sums = gsl_vector_calloc(need.sums),
                    .work = gsl_vector_alloc(need.work),
                    .gradient = calloc(need.gradient, sizeof(mg_real)),
                    .tape = calloc(need.tape, sizeof(mg_real)),
                    .n = n,
                    .threads = 1};
}

static inline void image_stats_free(mg_stats *stats) {
  gsl_vector_free(stats->sums);
  gsl_vector_free(stats->work);
  free(stats->gradient);
  free(stats->tape);
}

/* Gathers the rows with the chance of that seed; returns the status. */
static inline int image_gathered(const mg_pixelcnn *p, const gsl_matrix *x,
                                 unsigned long seed, mg_stats *stats) {
  gsl_rng *rng = mg_stream_alloc(seed, "test/pixelcnn/chance", 0);
  const mg_batch batch = {.x = *x};
  gsl_vector_set_zero(stats->sums);
  memset(stats->gradient, 0, p->numbers * sizeof *stats->gradient);
  const int status = mg_pixelcnn_type.gather(p, rng, &batch, stats);
  gsl_rng_free(rng);
  return status;
}

static const char *const kind_name[] = {"plain", "residual", "gated"};

#endif
