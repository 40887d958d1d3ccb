/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recurrent network along the pixels, as a family.
 *
 *   log p(x) = sum_i log p(x_i | x_1 .. x_(i-1))                      [ar.1]
 *
 * A regression a pixel (fvbn) has its own weights for every pair of pixels, D^2
 * of them, and learns what an edge looks like once for each place.  Here one
 * network is used at all places.  What it is given of the pixels before is the
 * state of an LSTM, a vector that it writes itself: a memory of fixed size for
 * a past of any length.  The price is the order of work: step t needs the state
 * of step t-1, so that D steps cannot be done at once, neither in a draw nor in
 * a fit, where a convolution (pixelcnn) does all pixels side by side.
 *
 *   pixelrnn_net   what a step is shown; sequences forward and back
 *   pixelrnn_walk  step by step: scores, factors, draws, completions
 *
 * On bits the law of a pixel is Bernoulli, on levels a categorical, on reals a
 * mixture of Gaussians (models/conditional), whose columns are standardised
 * [scaling.1].  A fit begins at the law of all pixels together, whatever the
 * state: the last weights are 0.
 *
 * Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016), of whom this is the
 * plainest form: one state along the raster, no convolutions; Theis & Bethge
 * (2015) for pixels above as inputs.
 *
 * Not here: colours; truncated backpropagation. */
#include "models/pixelrnn.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"
#include "models/pixelrnn_net.h"

#define FIELD(name) offsetof(mg_pixelrnn_options, name)
#define CLIMB(name) offsetof(mg_pixelrnn_options, climb.name)

static const mg_option option_table[] = {
    {"hidden", MG_OPTION_SIZE, FIELD(hidden), 1, 10000, NULL,
     "numbers in the state of a layer, H"},
    {"layers", MG_OPTION_SIZE, FIELD(layers), 1, MG_PIXELRNN_LAYERS, NULL,
     "layers, each along the states of the one below"},
    {"sight", MG_OPTION_CHOICE, FIELD(sight), 0, 0, "around|previous",
     "pixels that a step is shown: before and above, or before"},
    {"coding", MG_OPTION_CHOICE, FIELD(coding), 0, 0, "scaled|onehot",
     "how it is shown a level: one number, or one for each level"},
    {"position", MG_OPTION_CHOICE, FIELD(position), 0, 0,
     "learned|coordinates|nowhere", "how it is told where it is"},
    {"components", MG_OPTION_SIZE, FIELD(components), 1, MG_CONDITIONAL_MOST,
     NULL, "Gaussians in the law of a real, K"},
    MG_ASCENT_ROWS(CLIMB),
    {.name = NULL}};

void mg_pixelrnn_options_default(const mg_space *space, void *options) {
  *(mg_pixelrnn_options *)options =
      (mg_pixelrnn_options){.hidden = space->dim > 16 ? 64 : 32,
                            .layers = 1,
                            .components = 10,
                            .climb = mg_ascent_options_default(3e-3)};
}

static bool idle(const mg_space *space, const void *options, const char *name) {
  const mg_pixelrnn_options *o = options;
  if (strcmp(name, "sight") == 0)
    return space->height == 0;
  if (strcmp(name, "coding") == 0)
    return space->measure != MG_LEVELS;
  if (strcmp(name, "components") == 0)
    return space->measure != MG_REALS;
  return mg_ascent_idle(&o->climb, name);
}

/* ---- memory ---- */

static int shape(mg_pixelrnn *p, const mg_space *space, const void *options) {
  p->options = *(const mg_pixelrnn_options *)options;
  p->space = *space;
  p->law = mg_conditional_of(space, p->options.components);
  if (space->levels > MG_CONDITIONAL_MOST)
    return mg_fail(GSL_EINVAL, "%u levels, and at most %d have a law here",
                   space->levels, MG_CONDITIONAL_MOST);
  if ((double)space->dim * (double)p->options.hidden > 1e12)
    return mg_fail(GSL_EINVAL,
                   "a network of %zu steps with %zu numbers of state has more "
                   "parameters than can be counted",
                   space->dim, p->options.hidden);
  return GSL_SUCCESS;
}

static int init(void *self, const mg_space *space, const void *options) {
  mg_pixelrnn *p = self;
  int status = shape(p, space, options);
  if (status == GSL_SUCCESS)
    status = mg_ascent_init(&p->ascent, mg_pixelrnn_parameters(p),
                            &p->options.climb);
  if (status == GSL_SUCCESS)
    status = mg_scaling_init(&p->scaling, space->dim);
  return status;
}

static void clear(void *self) {
  mg_pixelrnn *p = self;
  mg_ascent_clear(&p->ascent);
  mg_scaling_clear(&p->scaling);
}

static void tensors(void *self, mg_tensors *list) {
  mg_pixelrnn *p = self;
  mg_pixelrnn_net_tensors(p, list);
  if (p->space.measure == MG_REALS)
    mg_scaling_tensors(&p->scaling, list);
}

static void state(void *self, mg_tensors *list) {
  mg_ascent_state(&((mg_pixelrnn *)self)->ascent, list);
}

static size_t numbers(const mg_space *space, const void *options) {
  mg_pixelrnn p = {.space = *space};
  if (shape(&p, space, options) != GSL_SUCCESS)
    return SIZE_MAX;
  return mg_pixelrnn_parameters(&p) +
         (space->measure == MG_REALS ? 2 * space->dim : 0);
}

static int refresh(void *self) {
  mg_pixelrnn *p = self;
  const int status = mg_scaling_check(&p->scaling);
  return status == GSL_SUCCESS ? mg_ascent_refresh(&p->ascent) : status;
}

static int start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_pixelrnn *p = self;
  int status = mg_finite_check(&sample->x);
  if (p->space.measure == MG_REALS)
    mg_scaling_start(&p->scaling, &sample->x);
  if (status == GSL_SUCCESS)
    status = mg_pixelrnn_begin(p, rng, &sample->x);
  return status == GSL_SUCCESS ? refresh(p) : status;
}

/* ---- learning ---- */

static mg_need need(const void *self, size_t n) {
  const mg_pixelrnn *p = self;
  return (mg_need){.sums = 1,
                   .work = n * p->space.dim,
                   .gradient = p->ascent.numbers,
                   .tape = mg_pixelrnn_scratch(p, n)};
}

/* A small step is done before a second thread is awake. */
static size_t worth_threads(const mg_pixelrnn *p, size_t n, size_t threads) {
  const double steps = (double)n * (double)p->space.dim;
  return steps * (double)p->ascent.numbers < 8e6 ? 1 : threads;
}

static int gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                  mg_stats *stats) {
  const mg_pixelrnn *p = self;
  const size_t n = batch->x.size1;
  (void)rng;
  mg_pixelrnn_climb(p, &batch->x, stats->tape, stats->work->data,
                    stats->gradient, worth_threads(p, n, stats->threads));
  return mg_scaling_sum(&p->scaling, n, stats->work->data,
                        gsl_vector_ptr(stats->sums, 0));
}

static int update(void *self, mg_stats *stats, mg_report *report) {
  mg_pixelrnn *p = self;
  return mg_ascent_update(&p->ascent, &p->options.climb, stats,
                          worth_threads(p, stats->n, stats->threads), report);
}

/* ---- the family's table ---- */

static int sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_pixelrnn_complete(self, rng, 0, x);
}

static int conditionals(const void *self, const gsl_matrix *x,
                        gsl_matrix *each) {
  return mg_pixelrnn_conditionals(self, x, each);
}

int mg_pixelrnn_log_density(const mg_pixelrnn *p, const gsl_matrix *x,
                            gsl_vector *log_p) {
  return mg_conditional_sum(p, conditionals, p->space.dim, x, log_p);
}

static int log_density(const void *self, const gsl_matrix *x,
                       gsl_vector *log_p) {
  return mg_pixelrnn_log_density(self, x, log_p);
}

const mg_model_type mg_pixelrnn_type = {
    .name = "pixelrnn",
    .title = "Recurrent network along the pixels",
    .source = "van den Oord, Kalchbrenner & Kavukcuoglu (2016)",
    .size = sizeof(mg_pixelrnn),
    .measures = 1u << MG_REALS | 1u << MG_BINARY | 1u << MG_LEVELS,
    .along = true,
    .batch = 64,
    .options = option_table,
    .options_size = sizeof(mg_pixelrnn_options),
    .options_default = mg_pixelrnn_options_default,
    .idle = idle,
    .init = init,
    .clear = clear,
    .start = start,
    .need = need,
    .gather = gather,
    .update = update,
    .tensors = tensors,
    .refresh = refresh,
    .sample = sample,
    .log_density = log_density,
    .conditionals = conditionals,
    .state = state,
    .numbers = numbers};
