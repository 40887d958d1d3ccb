/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a pixelcnn's logits to log p(x), to the law of a pixel and to draws.
 *
 * With l the logits of a pixel, a function of the pixels before it,
 *
 *   bits    p(x_i = 1 | before) = 1 / (1 + e^-l)
 *   levels  p(x_i = k | before) = e^(l_k) / sum_j e^(l_j)         [pixelcnn.1]
 *
 * The network is in float, but whatever it says of a pixel is made a law in
 * double, that sums to 1 to the last digits, and depends on no later pixel: so
 * log p is that of a law which is normalised, over all images, and only the law
 * itself is rounded.
 *
 * A pixel is drawn by a uniform number u: of bits 1 where u < p, of levels the
 * first k with u below the sum of p_0 .. p_k.  An image takes its numbers one
 * after the other before the next image does, so it is the same however many
 * are drawn beside it. */
#include <gsl/gsl_math.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/pixelcnn_fit.h"
#include "nets/raster.h"

enum { BUNDLE = 48 };

static size_t levels_of(const mg_pixelcnn *p) {
  return p->space.measure == MG_BINARY ? 2 : p->space.levels;
}

/* Log probabilities of the levels of one pixel.
 *   y  in  the logits, `apart` numbers from plane to plane */
static void log_law(const mg_pixelcnn *p, const mg_real *y, size_t apart,
                    double *law) {
  if (p->space.measure == MG_BINARY) {
    law[0] = mg_log_sigmoid(-(double)y[0]);
    law[1] = mg_log_sigmoid((double)y[0]);
    return;
  }
  for (size_t k = 0; k < p->planes; k++)
    law[k] = (double)y[k * apart];
  const double sum = mg_log_sum_exp(p->planes, law);
  for (size_t k = 0; k < p->planes; k++)
    law[k] -= sum;
}

/* ---- whole passes ---- */

/* A few data in the net. */
typedef struct {
  const mg_pixelcnn *p;
  size_t chunk;
  mg_real *input, *tape;
  const mg_real *y; /* rows x planes x D */
  double *law;      /* levels */
} pass;

static int pass_init(pass *s, const mg_pixelcnn *p, size_t n) {
  *s = (pass){.p = p, .chunk = n ? mg_pixelcnn_chunk(p, n) : 1};
  s->input = malloc(s->chunk * p->space.dim * sizeof *s->input);
  s->tape = malloc(mg_net_tape(p->net, s->chunk) * sizeof *s->tape);
  s->law = malloc(levels_of(p) * sizeof *s->law);
  return s->input && s->tape && s->law
             ? GSL_SUCCESS
             : mg_fail(GSL_ENOMEM, "no memory for a pass of %zu data",
                       s->chunk);
}

static void pass_clear(pass *s) {
  free(s->input);
  free(s->tape);
  free(s->law);
}

/* Sends rows first .. of x through, their pixels below `known`; the others are
 * level 0. */
static int pass_run(pass *s, const gsl_matrix *x, size_t first, size_t rows,
                    size_t known) {
  const mg_pixelcnn *p = s->p;
  const size_t d = p->space.dim;
  for (size_t i = 0; i < rows * d; i++) {
    const double value =
        i % d < known ? gsl_matrix_get(x, first + i / d, i % d) : 0;
    if (!mg_space_holds(&p->space, value))
      return mg_fail(GSL_EDOM, "row %zu, column %zu is %g, not a level",
                     first + i / d + 1, i % d + 1, value);
    s->input[i] = mg_pixelcnn_scaled(p, value);
  }
  s->y = mg_net_forward(p->net, p->ascent.model, rows, s->input, s->tape, 1);
  return GSL_SUCCESS;
}

/* The law of pixel j of the pass's row. */
static const double *pass_law(const pass *s, size_t row, size_t j) {
  const size_t d = s->p->space.dim;
  log_law(s->p, s->y + row * s->p->planes * d + j, d, s->law);
  return s->law;
}

/* Terms into each, or their sums into log_p; the other is NULL. */
static int tell(const mg_pixelcnn *p, const gsl_matrix *x, gsl_matrix *each,
                gsl_vector *log_p) {
  const size_t d = p->space.dim;
  pass s;
  int status = pass_init(&s, p, x->size1);
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n += s.chunk) {
    const size_t rows = GSL_MIN(s.chunk, x->size1 - n);
    status = pass_run(&s, x, n, rows, d);
    for (size_t i = 0; i < rows && status == GSL_SUCCESS; i++) {
      double sum = 0;
      for (size_t j = 0; j < d; j++) {
        const size_t level = (size_t)gsl_matrix_get(x, n + i, j);
        const double term = pass_law(&s, i, j)[level];
        sum += term;
        if (each)
          gsl_matrix_set(each, n + i, j, term);
      }
      if (log_p)
        gsl_vector_set(log_p, n + i, sum);
    }
  }
  pass_clear(&s);
  return status;
}

int mg_pixelcnn_log_density(const mg_pixelcnn *p, const gsl_matrix *x,
                            gsl_vector *log_p) {
  const int status = mg_shape_check(p->space.dim, x, log_p);
  return status == GSL_SUCCESS ? tell(p, x, NULL, log_p) : status;
}

int mg_pixelcnn_conditionals(const mg_pixelcnn *p, const gsl_matrix *x,
                             gsl_matrix *each) {
  int status = mg_shape_check(p->space.dim, x, NULL);
  if (status == GSL_SUCCESS &&
      (each->size1 != x->size1 || each->size2 != x->size2))
    status = mg_fail(GSL_EBADLEN, "room for %zu x %zu terms of %zu x %zu",
                     each->size1, each->size2, x->size1, x->size2);
  return status == GSL_SUCCESS ? tell(p, x, each, NULL) : status;
}

int mg_pixelcnn_predict(const mg_pixelcnn *p, const gsl_matrix *x, size_t pixel,
                        gsl_matrix *prob) {
  const size_t levels = levels_of(p);
  pass s;
  int status = mg_shape_check(p->space.dim, x, NULL);
  if (status != GSL_SUCCESS)
    return status;
  if (pixel >= p->space.dim || prob->size1 != x->size1 || prob->size2 != levels)
    return mg_fail(GSL_EBADLEN, "pixel %zu of %zu, into %zu x %zu numbers",
                   pixel, p->space.dim, prob->size1, prob->size2);
  status = pass_init(&s, p, x->size1);
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n += s.chunk) {
    const size_t rows = GSL_MIN(s.chunk, x->size1 - n);
    status = pass_run(&s, x, n, rows, pixel);
    for (size_t i = 0; i < rows && status == GSL_SUCCESS; i++) {
      const double *law = pass_law(&s, i, pixel);
      for (size_t k = 0; k < levels; k++)
        gsl_matrix_set(prob, n + i, k, exp(law[k]));
    }
  }
  pass_clear(&s);
  return status;
}

/* ---- draws ---- */

/* Images that are drawn beside each other. */
typedef struct {
  const mg_pixelcnn *p;
  mg_raster *raster;
  size_t n, first; /* how many; the first pixel that is drawn */
  double *u;       /* n x (D - first) */
  double *law;     /* levels */
} bundle;

static double draw_level(size_t levels, const double *law, double u) {
  double sum = 0;
  for (size_t k = 0; k + 1 < levels; k++) {
    sum += exp(law[levels == 2 ? 1 - k : k]);
    if (u < sum)
      return (double)(levels == 2 ? 1 - k : k);
  }
  return levels == 2 ? 0 : (double)(levels - 1);
}

/* One pixel of every image: drawn, or as it stands in x. */
static int draw_pixel(bundle *b, size_t j, gsl_matrix *x, size_t row) {
  const mg_pixelcnn *p = b->p;
  const size_t width = p->image.width, u = j / width, v = j % width;
  const size_t lanes = mg_raster_images(b->raster);
  const mg_real *y = mg_raster_pixel(b->raster, u, v);
  mg_real *input = mg_raster_input(b->raster, u, v);
  for (size_t i = 0; i < b->n; i++) {
    double *value = gsl_matrix_ptr(x, row + i, j);
    if (j >= b->first) {
      log_law(p, y + i, lanes, b->law);
      if (!(b->law[0] <= 0))
        return mg_fail(GSL_EDOM, "the law of pixel %zu is not a number", j + 1);
      *value = draw_level(levels_of(p), b->law,
                          b->u[i * (p->space.dim - b->first) + j - b->first]);
    }
    if (!mg_space_holds(&p->space, *value))
      return mg_fail(GSL_EDOM, "row %zu, column %zu is %g, not a level",
                     row + i + 1, j + 1, *value);
    input[i] = mg_pixelcnn_scaled(p, *value);
  }
  return GSL_SUCCESS;
}

static int draw_bundle(bundle *b, gsl_rng *rng, gsl_matrix *x, size_t row) {
  const size_t d = b->p->space.dim;
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < b->n * (d - b->first); i++)
    b->u[i] = gsl_rng_uniform(rng);
  mg_raster_clear(b->raster);
  for (size_t j = 0; j < d && status == GSL_SUCCESS; j++)
    status = draw_pixel(b, j, x, row);
  return status;
}

static int bundle_init(bundle *b, const mg_pixelcnn *p, size_t n,
                       size_t first) {
  *b = (bundle){.p = p, .n = GSL_MIN(n, BUNDLE), .first = first};
  b->raster = mg_raster_alloc(p->net, p->ascent.model, b->n);
  if (!b->raster)
    return GSL_ENOMEM;
  b->u = malloc((b->n * (p->space.dim - first) + 1) * sizeof *b->u);
  b->law = malloc(levels_of(p) * sizeof *b->law);
  return b->u && b->law ? GSL_SUCCESS
                        : mg_fail(GSL_ENOMEM, "no memory for %zu images", b->n);
}

static void bundle_clear(bundle *b) {
  mg_raster_free(b->raster);
  free(b->u);
  free(b->law);
}

int mg_pixelcnn_continue(const mg_pixelcnn *p, gsl_rng *rng, size_t first,
                         gsl_matrix *x) {
  int status = mg_shape_check(p->space.dim, x, NULL);
  bundle b;
  if (status == GSL_SUCCESS && first > p->space.dim)
    status = mg_fail(GSL_EBADLEN, "to be drawn from pixel %zu of %zu on", first,
                     p->space.dim);
  if (status != GSL_SUCCESS || x->size1 == 0)
    return status;
  status = bundle_init(&b, p, x->size1, first);
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n += b.n) {
    b.n = GSL_MIN(b.n, x->size1 - n);
    status = draw_bundle(&b, rng, x, n);
  }
  bundle_clear(&b);
  return status;
}
