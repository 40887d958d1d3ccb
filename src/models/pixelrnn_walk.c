/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pixelrnn pixel by pixel.
 *
 * The state is all that a step needs of the pixels before, so that one more
 * pixel costs one step, whether it is there and is scored, or is drawn and
 * becomes part of what the next step is shown.  Scores, factors and draws are
 * one walk, which ends every step in another way; so a draw has the very
 * numbers that scoring it gives, and what is memory of a sequence in a fit,
 * D times the state, is here the state.
 *
 * Rows walk in blocks of 64, and a block that is not full has rows of 0 behind
 * them: a matrix product of another number of rows may be rounded in another
 * way, and then the same image would have another density in other company.
 *
 * Not here: sequences for a gradient (pixelrnn_net). */
#include "models/pixelrnn_walk.h"

#include <gsl/gsl_math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/pixelrnn_net.h"
#include "nets/dense.h"

enum { ROWS = MG_PIXELRNN_ROWS };

struct mg_pixelrnn_walk {
  const mg_pixelrnn *p;
  size_t t;               /* the next pixel */
  mg_real *shown, *gates; /* ROWS rows of each */
  mg_real *law;           /* planes */
  mg_real *state;         /* h, then c, of each layer */
};

static size_t state_size(const mg_pixelrnn *p) {
  return 2 * p->options.layers * ROWS * p->options.hidden;
}

mg_pixelrnn_walk *mg_pixelrnn_walk_alloc(const mg_pixelrnn *p) {
  mg_pixelrnn_walk *w = calloc(1, sizeof *w);
  const size_t shown = ROWS * mg_pixelrnn_inputs(p);
  const size_t gates = ROWS * 4 * p->options.hidden;
  if (w)
    w->shown = calloc(shown + gates + ROWS * p->law.planes + state_size(p),
                      sizeof *w->shown);
  if (!w || !w->shown) {
    free(w);
    mg_fail(GSL_ENOMEM, "no memory for a walk of %d rows", ROWS);
    return NULL;
  }
  w->p = p;
  w->gates = w->shown + shown;
  w->law = w->gates + gates;
  w->state = w->law + ROWS * p->law.planes;
  return w;
}

void mg_pixelrnn_walk_free(mg_pixelrnn_walk *walk) {
  if (walk)
    free(walk->shown);
  free(walk);
}

void mg_pixelrnn_walk_begin(mg_pixelrnn_walk *walk) {
  walk->t = 0;
  memset(walk->state, 0, state_size(walk->p) * sizeof *walk->state);
}

const mg_real *mg_pixelrnn_walk_step(mg_pixelrnn_walk *walk,
                                     const gsl_matrix *x) {
  const mg_pixelrnn *p = walk->p;
  const size_t in = mg_pixelrnn_inputs(p), n = p->options.hidden;
  const mg_real *theta = p->ascent.theta, *below = walk->shown;
  for (size_t r = 0; r < x->size1; r++)
    mg_pixelrnn_show(p, walk->t, x->data + r * x->tda, walk->shown + r * in);
  for (size_t l = 0; l < p->options.layers; l++) {
    const mg_lstm s = mg_pixelrnn_layer(p, l, 1, ROWS);
    mg_real *h = walk->state + 2 * l * ROWS * n;
    mg_lstm_step(&s, theta + mg_pixelrnn_layer_at(p, l), below, h + ROWS * n, h,
                 walk->gates, 1);
    below = h;
  }
  const mg_real *v = theta + mg_pixelrnn_layer_at(p, p->options.layers);
  mg_dense_forward(ROWS, n, p->law.planes, v, v + n * p->law.planes, below,
                   walk->law, 1);
  walk->t++;
  return walk->law;
}

/* ---- scored ---- */

static int check_values(const mg_pixelrnn *p, size_t columns,
                        const gsl_matrix *x) {
  for (size_t r = 0; r < x->size1; r++)
    for (size_t j = 0; j < columns; j++)
      if (!mg_space_holds(&p->space, gsl_matrix_get(x, r, j)))
        return mg_fail(GSL_EDOM,
                       "row %zu, column %zu: %g is not a value of "
                       "the space",
                       r + 1, j + 1, gsl_matrix_get(x, r, j));
  return GSL_SUCCESS;
}

/* A block's factors, or draws from pixel `known` on.
 *   rng   in   NULL: nothing is drawn
 *   each  out  as x; NULL: not wanted */
static void walk_block(mg_pixelrnn_walk *walk, gsl_rng *rng, size_t known,
                       gsl_matrix *x, gsl_matrix *each) {
  const mg_pixelrnn *p = walk->p;
  mg_pixelrnn_walk_begin(walk);
  for (size_t t = 0; t < p->space.dim; t++) {
    const mg_real *law = mg_pixelrnn_walk_step(walk, x);
    const double shift = p->scaling.shift[t], unit = p->scaling.scale[t];
    for (size_t r = 0; r < x->size1; r++, law += p->law.planes) {
      if (rng && t >= known)
        gsl_matrix_set(x, r, t,
                       shift + unit * mg_conditional_draw(&p->law, rng, law));
      if (each)
        gsl_matrix_set(
            each, r, t,
            mg_conditional_log_p(&p->law, law,
                                 (gsl_matrix_get(x, r, t) - shift) / unit) -
                log(unit));
    }
  }
}

static int walk_rows(const mg_pixelrnn *p, gsl_rng *rng, size_t known,
                     gsl_matrix *x, gsl_matrix *each) {
  const size_t d = p->space.dim;
  mg_pixelrnn_walk *walk = mg_pixelrnn_walk_alloc(p);
  if (!walk)
    return GSL_ENOMEM;
  for (size_t r = 0; r < x->size1; r += ROWS) {
    const size_t n = GSL_MIN(x->size1 - r, ROWS);
    gsl_matrix_view rows = gsl_matrix_submatrix(x, r, 0, n, d), out;
    if (each)
      out = gsl_matrix_submatrix(each, r, 0, n, d);
    walk_block(walk, rng, known, &rows.matrix, each ? &out.matrix : NULL);
  }
  mg_pixelrnn_walk_free(walk);
  return GSL_SUCCESS;
}

int mg_pixelrnn_conditionals(const mg_pixelrnn *p, const gsl_matrix *x,
                             gsl_matrix *each) {
  const size_t d = p->space.dim;
  int status = mg_shape_check(d, x, NULL);
  if (status == GSL_SUCCESS && (each->size1 != x->size1 || each->size2 != d))
    status = mg_fail(GSL_EBADLEN, "room for %zu x %zu factors of %zu x %zu",
                     each->size1, each->size2, x->size1, d);
  if (status == GSL_SUCCESS)
    status = check_values(p, d, x);
  if (status != GSL_SUCCESS)
    return status;
  /* Nothing is drawn, so x stays as it is. */
  gsl_matrix same = *x;
  return walk_rows(p, NULL, d, &same, each);
}

/* ---- drawn ---- */

int mg_pixelrnn_complete(const mg_pixelrnn *p, gsl_rng *rng, size_t known,
                         gsl_matrix *x) {
  int status = mg_shape_check(p->space.dim, x, NULL);
  if (status == GSL_SUCCESS && known > p->space.dim)
    status =
        mg_fail(GSL_EINVAL, "%zu known of %zu columns", known, p->space.dim);
  if (status == GSL_SUCCESS)
    status = check_values(p, known, x);
  return status == GSL_SUCCESS ? walk_rows(p, rng, known, x, NULL) : status;
}
