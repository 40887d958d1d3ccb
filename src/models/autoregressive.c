/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An autoregressive density on the reals.
 *
 * The chain rule holds for every law and every order of the columns,
 *
 *   log p(x) = sum_i log p(x_i | x_1 .. x_(i-1))                      [ar.1]
 *
 * so nothing is lost by modelling the factors.  Each is a law of one number,
 * where a mixture of K Gaussians is nearly everything one could want:
 *
 *   p(x_i | x_<i) = sum_k w_k N(x_i; m_k, s_k^2),
 *   with w, m, s functions of x_<i                        [autoregressive.1]
 *
 * A mixture of Gaussians in the plane needs a component wherever there is mass;
 * here the second factor's components move as x_1 does, and a curve is one
 * component that follows it.  What is paid: the order of the columns matters to
 * what a small network can say, and a draw takes the columns one after another.
 *
 * The networks see standardised columns [scaling.1]; densities are in the unit
 * of the data.  Narrow modes decide: on `ring` a mode is .01 wide, a hundredth
 * of the column's deviation, and a component that has to travel there in steps
 * of Adam's rate does not arrive.  So the components begin at the clusters of
 * each column (models/conditional) and the networks at 0: a fit begins at the
 * law of independent columns and learns what depends on what.
 *
 *   autoregressive_net   the networks, forward and backward
 *
 * Source: Bishop (1994), mixture density networks; Uria, Murray & Larochelle
 * (2013), RNADE, which shares the first layer between the columns.
 *
 * Not here: bits and levels, for which fvbn, pixelrnn and pixelcnn are made. */
#include "models/autoregressive.h"

#include <gsl/gsl_math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/autoregressive_net.h"
#include "nets/tiles.h"

enum { BLOCK = 64 };

#define FIELD(name) offsetof(mg_autoregressive_options, name)
#define CLIMB(name) offsetof(mg_autoregressive_options, climb.name)

static const mg_option option_table[] = {
    {"components", MG_OPTION_SIZE, FIELD(components), 1, MG_CONDITIONAL_MOST,
     NULL, "Gaussians in the law of each column, K"},
    {"hidden", MG_OPTION_SIZE, FIELD(hidden), 1, 10000, NULL,
     "units of a network's first layer"},
    {"hidden2", MG_OPTION_SIZE, FIELD(hidden2), 0, 10000, NULL,
     "units of its second layer; 0: none"},
    MG_ASCENT_ROWS(CLIMB),
    {.name = NULL}};

void mg_autoregressive_options_default(const mg_space *space, void *options) {
  const bool wide = space->dim > 16;
  *(mg_autoregressive_options *)options =
      (mg_autoregressive_options){.components = wide ? 5 : 10,
                                  .hidden = wide ? 32 : 64,
                                  .hidden2 = wide ? 0 : 64,
                                  .climb = mg_ascent_options_default(2e-3)};
}

static bool idle(const mg_space *space, const void *options, const char *name) {
  const mg_autoregressive_options *o = options;
  if (space->dim == 1 && strncmp(name, "hidden", 6) == 0)
    return true;
  return mg_ascent_idle(&o->climb, name);
}

/* ---- memory ---- */

/* Sizes whose products might not fit a size_t make no networks. */
static int check_sizes(const mg_autoregressive *a) {
  const mg_autoregressive_options *o = &a->options;
  const double d = (double)a->space.dim;
  if (d * (d + (double)o->hidden2 + (double)a->law.planes) *
          (double)(o->hidden + o->hidden2) >
      1e15)
    return mg_fail(GSL_EINVAL,
                   "networks for %zu columns with %zu and %zu units have more "
                   "parameters than can be counted",
                   a->space.dim, o->hidden, o->hidden2);
  return GSL_SUCCESS;
}

static int shape(mg_autoregressive *a, const mg_space *space,
                 const void *options) {
  a->options = *(const mg_autoregressive_options *)options;
  a->space = *space;
  a->law = mg_conditional_of(space, a->options.components);
  return check_sizes(a);
}

static int init(void *self, const mg_space *space, const void *options) {
  mg_autoregressive *a = self;
  int status = shape(a, space, options);
  if (status == GSL_SUCCESS)
    status = mg_ascent_init(&a->ascent, mg_autoregressive_parameters(a),
                            &a->options.climb);
  if (status == GSL_SUCCESS)
    status = mg_scaling_init(&a->scaling, space->dim);
  return status;
}

static void clear(void *self) {
  mg_autoregressive *a = self;
  mg_ascent_clear(&a->ascent);
  mg_scaling_clear(&a->scaling);
}

static void tensors(void *self, mg_tensors *list) {
  mg_autoregressive *a = self;
  mg_autoregressive_net_tensors(a, list);
  mg_scaling_tensors(&a->scaling, list);
}

static void state(void *self, mg_tensors *list) {
  mg_ascent_state(&((mg_autoregressive *)self)->ascent, list);
}

static size_t numbers(const mg_space *space, const void *options) {
  mg_autoregressive a = {.space = *space};
  return shape(&a, space, options) == GSL_SUCCESS
             ? mg_autoregressive_parameters(&a) + 2 * space->dim
             : SIZE_MAX;
}

static int refresh(void *self) {
  mg_autoregressive *a = self;
  const int status = mg_scaling_check(&a->scaling);
  return status == GSL_SUCCESS ? mg_ascent_refresh(&a->ascent) : status;
}

static int start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_autoregressive *a = self;
  int status = mg_finite_check(&sample->x);
  mg_scaling_start(&a->scaling, &sample->x);
  if (status == GSL_SUCCESS)
    status = mg_autoregressive_begin(a, rng, &sample->x);
  return status == GSL_SUCCESS ? refresh(a) : status;
}

/* ---- learning ---- */

/* The scaled data, then the scratch of each column. */
static mg_need need(const void *self, size_t n) {
  const mg_autoregressive *a = self;
  const size_t d = a->space.dim;
  return (mg_need){.sums = 1,
                   .work = n * d,
                   .gradient = a->ascent.numbers,
                   .tape = n * d + d * (n + mg_autoregressive_scratch(a, n))};
}

/* What a network sees; farther out than any fit went, no farther, so that its
 * floats do not overflow. */
static void scale(const mg_autoregressive *a, const gsl_matrix *x, mg_real *u) {
  const double far = 1e6;
  for (size_t r = 0; r < x->size1; r++)
    for (size_t j = 0; j < x->size2; j++) {
      const double v =
          (gsl_matrix_get(x, r, j) - a->scaling.shift[j]) / a->scaling.scale[j];
      u[r * x->size2 + j] = (mg_real)fmin(fmax(v, -far), far);
    }
}

typedef struct {
  const mg_autoregressive *a;
  size_t n;
  const mg_real *u;
  mg_real *tape, *gradient;
  double *log_p; /* n of each column */
} minibatch;

/* Forward, score and backward of one column. */
static void climb_column(const void *job, size_t column) {
  const minibatch *b = job;
  const mg_autoregressive *a = b->a;
  const size_t n = b->n, d = a->space.dim;
  mg_real *target = b->tape + column * (n + mg_autoregressive_scratch(a, n));
  const mg_autoregressive_room room =
      mg_autoregressive_room_in(a, n, b->u, target + n);
  for (size_t r = 0; r < n; r++)
    target[r] = b->u[r * d + column];
  mg_autoregressive_forward(a, column, &room);
  mg_likelihood_score(a->law.law, n, 1, a->law.levels, room.out, target,
                      b->log_p + column * n, room.d_out, 1);
  mg_autoregressive_backward(a, column, &room, b->gradient);
}

/* A small step is done before a second thread is awake. */
static size_t worth_threads(const mg_autoregressive *a, size_t n,
                            size_t threads) {
  return (double)n * (double)a->ascent.numbers < 8e6 ? 1 : threads;
}

static int gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                  mg_stats *stats) {
  const mg_autoregressive *a = self;
  const size_t n = batch->x.size1, d = a->space.dim;
  const minibatch b = {.a = a,
                       .n = n,
                       .u = stats->tape,
                       .tape = stats->tape + n * d,
                       .gradient = stats->gradient,
                       .log_p = stats->work->data};
  (void)rng;
  scale(a, &batch->x, stats->tape);
  mg_tiles_run(d, worth_threads(a, n, stats->threads), &b, climb_column);
  return mg_scaling_sum(&a->scaling, n, b.log_p,
                        gsl_vector_ptr(stats->sums, 0));
}

static int update(void *self, mg_stats *stats, mg_report *report) {
  mg_autoregressive *a = self;
  return mg_ascent_update(&a->ascent, &a->options.climb, stats,
                          worth_threads(a, stats->n, stats->threads), report);
}

/* ---- densities and draws ---- */

/* Scratch for a block of rows, always as many: a product of another number of
 * rows may round in another way. */
typedef struct {
  mg_real *u;
  mg_autoregressive_room room;
} block;

static int block_init(block *b, const mg_autoregressive *a) {
  const size_t d = a->space.dim;
  b->u = calloc(BLOCK * d + mg_autoregressive_scratch(a, BLOCK), sizeof *b->u);
  if (!b->u)
    return mg_fail(GSL_ENOMEM, "no memory for %d rows", BLOCK);
  b->room = mg_autoregressive_room_in(a, BLOCK, b->u, b->u + BLOCK * d);
  return GSL_SUCCESS;
}

/* x and each: at most BLOCK rows. */
static void score_block(const mg_autoregressive *a, const block *b,
                        const gsl_matrix *x, gsl_matrix *each) {
  scale(a, x, b->u);
  for (size_t i = 0; i < a->space.dim; i++) {
    const double shift = a->scaling.shift[i], unit = a->scaling.scale[i];
    mg_autoregressive_forward(a, i, &b->room);
    for (size_t r = 0; r < x->size1; r++) {
      const mg_real *law = b->room.out + r * a->law.planes;
      const double u = (gsl_matrix_get(x, r, i) - shift) / unit;
      gsl_matrix_set(each, r, i,
                     mg_conditional_log_p(&a->law, law, u) - log(unit));
    }
  }
}

static void draw_block(const mg_autoregressive *a, const block *b, gsl_rng *rng,
                       gsl_matrix *x) {
  for (size_t i = 0; i < a->space.dim; i++) {
    mg_autoregressive_forward(a, i, &b->room);
    for (size_t r = 0; r < x->size1; r++) {
      const mg_real *law = b->room.out + r * a->law.planes;
      const double u = mg_conditional_draw(&a->law, rng, law);
      b->u[r * a->space.dim + i] = (mg_real)u;
      gsl_matrix_set(x, r, i, a->scaling.shift[i] + a->scaling.scale[i] * u);
    }
  }
}

int mg_autoregressive_conditionals(const mg_autoregressive *a,
                                   const gsl_matrix *x, gsl_matrix *each) {
  const size_t d = a->space.dim;
  block b = {.u = NULL};
  int status = mg_shape_check(d, x, NULL);
  if (status == GSL_SUCCESS && (each->size1 != x->size1 || each->size2 != d))
    status = mg_fail(GSL_EBADLEN, "room for %zu x %zu factors of %zu x %zu",
                     each->size1, each->size2, x->size1, d);
  if (status == GSL_SUCCESS)
    status = mg_finite_check(x);
  if (status == GSL_SUCCESS)
    status = block_init(&b, a);
  for (size_t r = 0; status == GSL_SUCCESS && r < x->size1; r += BLOCK) {
    const size_t n = GSL_MIN(x->size1 - r, BLOCK);
    const gsl_matrix_const_view rows =
        gsl_matrix_const_submatrix(x, r, 0, n, d);
    gsl_matrix_view out = gsl_matrix_submatrix(each, r, 0, n, d);
    score_block(a, &b, &rows.matrix, &out.matrix);
  }
  free(b.u);
  return status;
}

int mg_autoregressive_sample(const mg_autoregressive *a, gsl_rng *rng,
                             gsl_matrix *x) {
  block b = {.u = NULL};
  int status = mg_shape_check(a->space.dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = block_init(&b, a);
  for (size_t r = 0; status == GSL_SUCCESS && r < x->size1; r += BLOCK) {
    gsl_matrix_view rows =
        gsl_matrix_submatrix(x, r, 0, GSL_MIN(x->size1 - r, BLOCK), x->size2);
    draw_block(a, &b, rng, &rows.matrix);
  }
  free(b.u);
  return status;
}

/* ---- the family's table ---- */

static int conditionals(const void *self, const gsl_matrix *x,
                        gsl_matrix *each) {
  return mg_autoregressive_conditionals(self, x, each);
}

int mg_autoregressive_log_density(const mg_autoregressive *a,
                                  const gsl_matrix *x, gsl_vector *log_p) {
  return mg_conditional_sum(a, conditionals, a->space.dim, x, log_p);
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_autoregressive_sample(self, rng, x);
}

static int log_density(const void *self, const gsl_matrix *x,
                       gsl_vector *log_p) {
  return mg_autoregressive_log_density(self, x, log_p);
}

const mg_model_type mg_autoregressive_type = {
    .name = "autoregressive",
    .title = "Chain of Gaussian mixtures",
    .source = "Uria, Murray & Larochelle (2013)",
    .size = sizeof(mg_autoregressive),
    .measures = 1u << MG_REALS,
    .batch = 128,
    .options = option_table,
    .options_size = sizeof(mg_autoregressive_options),
    .options_default = mg_autoregressive_options_default,
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
