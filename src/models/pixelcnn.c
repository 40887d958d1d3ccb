/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PixelCNN as a family: options, memory, files.
 *
 *     log p(x) = sum_i log p(x_i | x_1 .. x_(i-1))             [pixelcnn.1]
 *
 * is true of every law, so nothing is assumed but the form of the factors, and
 * that they share one network: a masked convolution looks at the pixels before
 * a pixel in the same way wherever it is.  Against a regression a pixel (fvbn)
 * the same statistics are learnt from D times the data; and log p(x) is exact,
 * where a latent variable leaves a bound.  The price is the order of drawing.
 *
 *   pixelcnn_net   how the three kinds of network are built
 *   pixelcnn_fit   the gradient, the step, the mean of the weights
 *   pixelcnn_draw  log p, the law of a pixel, draws pixel by pixel
 *
 * Levels are a categorical law, without an order among them.  Data that are no
 * image are taken as one line.
 *
 * Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016).
 *
 * Not here: laws of reals (a density needs another head), the order of pixels
 * as a choice. */
#include "models/pixelcnn.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/pixelcnn_fit.h"
#include "models/pixelcnn_net.h"

#define FIELD(name) offsetof(mg_pixelcnn_options, name)
#define CLIMB(name) offsetof(mg_pixelcnn_options, climb.name)

static const mg_option pixelcnn_option_table[] = {
    {"kind", MG_OPTION_CHOICE, FIELD(kind), 0, 0, "plain|residual|gated",
     "how masked convolutions are put together"},
    {"channels", MG_OPTION_SIZE, FIELD(channels), 1, 10000, NULL,
     "channels of the maps"},
    {"blocks", MG_OPTION_SIZE, FIELD(blocks), 0, 50, NULL,
     "blocks behind the first layer"},
    {"kernel", MG_OPTION_SIZE, FIELD(kernel), 3, 21, NULL,
     "side of the first layer's window, odd"},
    {"dropout", MG_OPTION_REAL, FIELD(dropout), 0, 0.95, NULL,
     "share of numbers taken away while it learns"},
    {"averaging", MG_OPTION_REAL, CLIMB(averaging), 0, 0.99999, NULL,
     "share of the mean of the weights that a step keeps; 0: no mean"},
    {"shifts", MG_OPTION_REAL, FIELD(shifts), 0, 1, NULL,
     "share of the data moved by a pixel while it learns"},
    MG_ASCENT_ROWS(CLIMB),
    {.name = NULL}};

void mg_pixelcnn_options_default(const mg_space *space, void *options) {
  const bool large = space->height > 8 || space->width > 8;
  *(mg_pixelcnn_options *)options =
      (mg_pixelcnn_options){.kind = MG_PIXELCNN_RESIDUAL,
                            .channels = 32,
                            .blocks = 4,
                            .kernel = large ? 7 : 3,
                            .climb = mg_ascent_options_default(1e-3)};
}

static bool pixelcnn_idle(const mg_space *space, const void *options,
                          const char *name) {
  const mg_pixelcnn_options *o = options;
  (void)space;
  return mg_ascent_idle(&o->climb, name);
}

/* ---- memory ---- */

static int pixelcnn_init(void *self, const mg_space *space,
                         const void *options) {
  mg_pixelcnn *p = self;
  p->options = *(const mg_pixelcnn_options *)options;
  p->space = *space;
  const int status = mg_pixelcnn_build(p);
  return status == GSL_SUCCESS
             ? mg_ascent_init(&p->ascent, p->numbers, &p->options.climb)
             : status;
}

static void pixelcnn_clear(void *self) {
  mg_pixelcnn *p = self;
  mg_net_free(p->net);
  mg_ascent_clear(&p->ascent);
  free(p->name);
  *p = (mg_pixelcnn){.net = NULL};
}

static void pixelcnn_tensors(void *self, mg_tensors *list) {
  mg_pixelcnn_net_tensors(self, list);
}

static void pixelcnn_state(void *self, mg_tensors *list) {
  mg_ascent_state(&((mg_pixelcnn *)self)->ascent, list);
}

static size_t pixelcnn_numbers(const mg_space *space, const void *options) {
  mg_pixelcnn p = {.options = *(const mg_pixelcnn_options *)options,
                   .space = *space};
  const size_t numbers =
      mg_pixelcnn_build(&p) == GSL_SUCCESS ? p.numbers : SIZE_MAX;
  pixelcnn_clear(&p);
  return numbers;
}

static int pixelcnn_refresh(void *self) {
  return mg_ascent_refresh(&((mg_pixelcnn *)self)->ascent);
}

static int pixelcnn_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_pixelcnn_begin(self, rng, &sample->x);
  return GSL_SUCCESS;
}

/* ---- the family's table ---- */

static int sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_pixelcnn_continue(self, rng, 0, x);
}

static int log_density(const void *self, const gsl_matrix *x,
                       gsl_vector *log_p) {
  return mg_pixelcnn_log_density(self, x, log_p);
}

static int conditionals(const void *self, const gsl_matrix *x,
                        gsl_matrix *each) {
  return mg_pixelcnn_conditionals(self, x, each);
}

const mg_model_type mg_pixelcnn_type = {
    .name = "pixelcnn",
    .title = "PixelCNN",
    .source = "van den Oord, Kalchbrenner & Kavukcuoglu (2016)",
    .size = sizeof(mg_pixelcnn),
    .measures = 1u << MG_BINARY | 1u << MG_LEVELS,
    .along = true,
    .batch = 64,
    .options = pixelcnn_option_table,
    .options_size = sizeof(mg_pixelcnn_options),
    .options_default = mg_pixelcnn_options_default,
    .idle = pixelcnn_idle,
    .init = pixelcnn_init,
    .clear = pixelcnn_clear,
    .start = pixelcnn_start,
    .need = mg_pixelcnn_need,
    .gather = mg_pixelcnn_gather,
    .update = mg_pixelcnn_update,
    .tensors = pixelcnn_tensors,
    .refresh = pixelcnn_refresh,
    .sample = sample,
    .log_density = log_density,
    .conditionals = conditionals,
    .state = pixelcnn_state,
    .numbers = pixelcnn_numbers};
