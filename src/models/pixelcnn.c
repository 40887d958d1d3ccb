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

#include "base/file.h"
#include "base/status.h"
#include "models/pixelcnn_fit.h"
#include "models/pixelcnn_net.h"

#define FIELD(name) offsetof(mg_pixelcnn_options, name)

static const mg_option pixelcnn_option_table[] = {
    {"kind", MG_OPTION_CHOICE, FIELD(kind), 0, 0, "plain|residual|gated",
     "how masked convolutions are put together"},
    {"channels", MG_OPTION_SIZE, FIELD(channels), 1, 10000, NULL,
     "channels of the maps"},
    {"blocks", MG_OPTION_SIZE, FIELD(blocks), 0, 50, NULL,
     "blocks behind the first layer"},
    {"kernel", MG_OPTION_SIZE, FIELD(kernel), 3, 15, NULL,
     "side of the first layer's window, odd"},
    {"dropout", MG_OPTION_REAL, FIELD(dropout), 0, 0.95, NULL,
     "share of numbers taken away while it learns"},
    {"averaging", MG_OPTION_REAL, FIELD(averaging), 0, 0.99999, NULL,
     "share of the mean of the weights that a step keeps; 0: no mean"},
    {"shifts", MG_OPTION_REAL, FIELD(shifts), 0, 1, NULL,
     "share of the data moved by a pixel while it learns"},
    {"rate", MG_OPTION_REAL, FIELD(rate), 1e-12, 1, NULL,
     "rate of Adam's first step"},
    {"schedule", MG_OPTION_CHOICE, FIELD(schedule), 0, 0,
     "constant|robbins-monro|exponential|cosine|threes", "how the rate falls"},
    {"decay", MG_OPTION_REAL, FIELD(decay), 1e-3, 1e12, NULL,
     "updates until the rate has fallen, by the schedule"},
    {"weight_decay", MG_OPTION_REAL, FIELD(weight_decay), 0, 1e3, NULL,
     "share by which weights shrink, a unit of rate"},
    {.name = NULL}};

void mg_pixelcnn_options_default(const mg_space *space, void *options) {
  const bool large = space->height > 8 || space->width > 8;
  *(mg_pixelcnn_options *)options =
      (mg_pixelcnn_options){.kind = MG_PIXELCNN_RESIDUAL,
                            .channels = 32,
                            .blocks = 4,
                            .kernel = large ? 7 : 3,
                            .rate = 1e-3,
                            .decay = 1};
}

static bool pixelcnn_idle(const mg_space *space, const void *options,
                          const char *name) {
  const mg_pixelcnn_options *o = options;
  (void)space;
  return strcmp(name, "decay") == 0 && o->schedule == MG_SCHEDULE_CONSTANT;
}

/* ---- memory ---- */

static int get_numbers(mg_pixelcnn *p) {
  size_t bytes;
  mg_optimizer_options adam = mg_optimizer_options_default();
  adam.method = MG_OPTIMIZER_ADAM;
  adam.rate = p->options.rate;
  adam.schedule = p->options.schedule;
  adam.decay = p->options.decay;
  if (mg_size_product(p->numbers, sizeof *p->theta, &bytes))
    p->theta = calloc(p->numbers, sizeof *p->theta);
  p->walker = p->options.averaging > 0 && p->theta
                  ? calloc(p->numbers, sizeof *p->theta)
                  : p->theta;
  if (!p->theta || !p->walker)
    return mg_fail(GSL_ENOMEM, "no memory for %zu parameters", p->numbers);
  p->optimizer = mg_optimizer_alloc_real(p->numbers, &adam);
  return p->optimizer ? GSL_SUCCESS : GSL_ENOMEM;
}

static int pixelcnn_init(void *self, const mg_space *space,
                         const void *options) {
  mg_pixelcnn *p = self;
  p->options = *(const mg_pixelcnn_options *)options;
  p->space = *space;
  const int status = mg_pixelcnn_build(p);
  return status == GSL_SUCCESS ? get_numbers(p) : status;
}

static void pixelcnn_clear(void *self) {
  mg_pixelcnn *p = self;
  mg_net_free(p->net);
  mg_optimizer_free(p->optimizer);
  if (p->walker != p->theta)
    free(p->walker);
  free(p->theta);
  free(p->name);
  *p = (mg_pixelcnn){.theta = NULL};
}

static void pixelcnn_tensors(void *self, mg_tensors *list) {
  mg_pixelcnn_net_tensors(self, list);
}

/* The optimizer's memory, its count as a double, which refresh gives back; and
 * where the steps are. */
static void pixelcnn_state(void *self, mg_tensors *list) {
  mg_pixelcnn *p = self;
  mg_optimizer_part parts[MG_OPTIMIZER_PARTS];
  const size_t n = mg_optimizer_state(p->optimizer, parts);
  mg_tensors_add(list, "steps", &p->steps, 0, 0, &p->numbers);
  for (size_t i = 0; i < n; i++)
    if (strcmp(parts[i].name, "steps") != 0)
      mg_tensors_add_real(list, parts[i].name, parts[i].data, 0, 1,
                          &p->numbers);
  if (p->walker != p->theta)
    mg_tensors_add_real(list, "walker", p->walker, 0, 1, &p->numbers);
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
  mg_pixelcnn *p = self;
  if (!(p->steps >= 0 && p->steps < 0x1p53))
    return mg_fail(GSL_EDOM, "%g steps were made", p->steps);
  mg_optimizer_set_steps(p->optimizer, (size_t)p->steps);
  if (p->steps < 1)
    memmove(p->walker, p->theta, p->numbers * sizeof *p->theta);
  for (size_t i = 0; i < p->numbers; i++)
    if (!isfinite(p->theta[i]) || !isfinite(p->walker[i]))
      return mg_fail(GSL_EDOM, "number %zu of the network is %g", i + 1,
                     (double)p->theta[i]);
  return GSL_SUCCESS;
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
