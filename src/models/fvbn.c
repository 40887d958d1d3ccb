/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fully visible belief network, by penalised maximum likelihood.
 *
 * The chain rule [ar.1] holds for every law.  What makes a model of it is what
 * each term may be: here a regression that is linear in its log odds.  With
 * f_j = x_j / (L - 1), and level 0 as the base,                     [fvbn.1]
 *
 *     p(x_i = l | x_1 .. x_(i-1)) = exp(a_l) / sum_k exp(a_k)
 *     a_0 = 0,    a_l = b_il + sum over j < i of w_ilj f_j
 *
 * one logistic regression a column for L = 2, softmax for more.  Nothing is
 * hidden (hence the name), so the likelihood is a sum of terms without a
 * parameter in common, each of them concave: D problems with one maximum each,
 * and no starts to choose among.  What is climbed is                [fvbn.2]
 *
 *     sum_n log p(x_n) - lambda/2 sum w^2 + a sum_il log p(x_i = l | blank)
 *
 * The second term is a Gaussian prior on weights: on the digits the last
 * columns have 63 weights for 1000 data, and would learn them by heart.  The
 * third leaves biases finite where a column never changes: every level is seen
 * a times more, behind a blank image, as in families of tables [tab.2].
 *
 * The order of the columns is a part of the model, and here that of the data:
 * of images line by line.
 *
 * A pass is full-batch: matrix products of blocks of rows and columns give the
 * values and gradients of all regressions at one trial point, and fvbn_climb
 * makes the next.  It serves 1000 x 64 and 60 000 x 784; the maximum is the
 * maximum, whatever the order of rows, and nothing has a rate to choose.
 *
 * Source: Neal (1992), Connectionist learning of belief networks; Frey, Hinton
 * & Dayan (1996).
 *
 * Not here: hidden units between columns (pixelcnn, pixelrnn); reals. */
#include "models/fvbn.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/status.h"
#include "models/fvbn_block.h"
#include "models/fvbn_fit.h"

enum { NUMBERS = 1 << 22 }; /* at most, 34 MB; what climbs has 23 times that */

static const mg_option fvbn_option_table[] = {
    {"penalty", MG_OPTION_REAL, offsetof(mg_fvbn_options, penalty), 1e-6, 1e9,
     NULL, "lambda, of half a weight's square, nats"},
    {"smoothing", MG_OPTION_REAL, offsetof(mg_fvbn_options, smoothing), 1e-6,
     1e6, NULL, "how often every level is seen besides, behind a blank image"},
    {.name = NULL}};

mg_fvbn_options mg_fvbn_options_default(const mg_space *space) {
  const bool levels = space->measure == MG_LEVELS;
  return (mg_fvbn_options){.penalty = levels ? 1 : 3,
                           .smoothing = levels ? 0.2 : 1};
}

static size_t fvbn_numbers(const mg_space *space, const void *options) {
  size_t n = 0;
  (void)options;
  return mg_size_product(space->dim, space->levels - 1, &n) &&
                 mg_size_product(n, space->dim, &n)
             ? n
             : SIZE_MAX;
}

int mg_fvbn_init(mg_fvbn *f, const mg_space *space,
                 const mg_fvbn_options *options) {
  if (space->measure == MG_REALS)
    return mg_fail(GSL_EINVAL, "fvbn is for binary data and levels");
  if (fvbn_numbers(space, options) > NUMBERS)
    return mg_fail(GSL_EINVAL,
                   "fvbn would have %zu x %u regression weights a column: "
                   "make bits of the levels, or have fewer columns",
                   space->dim, space->levels - 1);
  f->space = *space;
  f->options = *options;
  f->units = space->levels - 1;
  f->weights = gsl_matrix_calloc(space->dim * f->units, space->dim);
  if (!f->weights)
    return mg_fail(GSL_ENOMEM, "no memory for %zu regressions", space->dim);
  return GSL_SUCCESS;
}

void mg_fvbn_clear(mg_fvbn *f) {
  gsl_matrix_free(f->weights);
  mg_fvbn_climb_free(f->climb);
}

/* ---- density ---- */

/* The terms of the block's rows, `first` of x on. */
static void find_terms(const mg_fvbn *f, const gsl_matrix *x, size_t first,
                       mg_fvbn_block *b, double *each, size_t tda) {
  const size_t d = f->space.dim, units = f->units, group = mg_fvbn_group(f);
  for (size_t i = 0; i < d; i += group) {
    const size_t count = d - i < group ? d - i : group;
    mg_fvbn_outputs(f->weights, units, i, count, b);
    for (size_t n = 0; n < b->n; n++)
      for (size_t k = 0; k < count; k++)
        each[n * tda + i + k] =
            mg_fvbn_term(units, x->data[(first + n) * x->tda + i + k],
                         b->output + (n * count + k) * units);
  }
}

int mg_fvbn_conditionals(const mg_fvbn *f, const gsl_matrix *x,
                         gsl_matrix *each) {
  int status = mg_shape_check(f->space.dim, x, NULL);
  if (status == GSL_SUCCESS &&
      (each->size1 != x->size1 || each->size2 != x->size2))
    status = mg_fail(GSL_EBADLEN, "room for %zu x %zu terms", each->size1,
                     each->size2);
  mg_fvbn_block b = {.n = 0};
  if (status == GSL_SUCCESS)
    status = mg_fvbn_block_alloc(f, &b);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i += MG_FVBN_ROWS) {
    status = mg_fvbn_block_read(f, x, i, &b);
    if (status == GSL_SUCCESS)
      find_terms(f, x, i, &b, each->data + i * each->tda, each->tda);
  }
  free(b.input);
  return status;
}

int mg_fvbn_log_density(const mg_fvbn *f, const gsl_matrix *x,
                        gsl_vector *log_p) {
  const int status = mg_shape_check(f->space.dim, x, log_p);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *each = gsl_matrix_alloc(MG_FVBN_ROWS, x->size2);
  int done = each ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for terms");
  for (size_t i = 0; done == GSL_SUCCESS && i < x->size1; i += MG_FVBN_ROWS) {
    const size_t n = x->size1 - i < MG_FVBN_ROWS ? x->size1 - i : MG_FVBN_ROWS;
    const gsl_matrix_const_view rows =
        gsl_matrix_const_submatrix(x, i, 0, n, x->size2);
    gsl_matrix_view terms = gsl_matrix_submatrix(each, 0, 0, n, x->size2);
    done = mg_fvbn_conditionals(f, &rows.matrix, &terms.matrix);
    for (size_t r = 0; done == GSL_SUCCESS && r < n; r++) {
      double sum = 0;
      for (size_t j = 0; j < x->size2; j++)
        sum += gsl_matrix_get(each, r, j);
      gsl_vector_set(log_p, i + r, sum);
    }
  }
  gsl_matrix_free(each);
  return done;
}

/* ---- one column ---- */

static int check_column(const mg_fvbn *f, size_t column, size_t size,
                        size_t wanted) {
  if (column >= f->space.dim)
    return mg_fail(GSL_EINVAL, "column %zu of %zu", column, f->space.dim);
  if (size != wanted)
    return mg_fail(GSL_EBADLEN, "room for %zu numbers, not %zu", size, wanted);
  return GSL_SUCCESS;
}

int mg_fvbn_predict(const mg_fvbn *f, const gsl_vector *x, size_t column,
                    gsl_vector *p) {
  int status = check_column(f, column, p->size, f->space.levels);
  if (status == GSL_SUCCESS)
    status = check_column(f, column, x->size, f->space.dim);
  if (status != GSL_SUCCESS)
    return status;
  double a[256], rest = 1;
  for (size_t c = 0; c < f->units; c++) {
    const double *w =
        gsl_matrix_const_ptr(f->weights, column * f->units + c, 0);
    a[c] = w[0];
    for (size_t j = 0; j < column; j++)
      a[c] += w[j + 1] * mg_fvbn_share(f, gsl_vector_get(x, j));
  }
  mg_fvbn_normalise(f->units, a);
  for (size_t c = 0; c < f->units; c++) {
    gsl_vector_set(p, c + 1, a[c]);
    rest -= a[c];
  }
  gsl_vector_set(p, 0, rest > 0 ? rest : 0);
  return GSL_SUCCESS;
}

int mg_fvbn_weights(const mg_fvbn *f, size_t column, unsigned level,
                    gsl_vector *picture, double *bias) {
  const int status = check_column(f, column, picture->size, f->space.dim);
  if (status != GSL_SUCCESS)
    return status;
  if (level < 1 || level >= f->space.levels)
    return mg_fail(GSL_EINVAL, "level %u of 1 .. %u", level,
                   f->space.levels - 1);
  const double *w =
      gsl_matrix_const_ptr(f->weights, column * f->units + level - 1, 0);
  for (size_t j = 0; j < f->space.dim; j++)
    gsl_vector_set(picture, j, j < column ? w[j + 1] : 0);
  if (bias)
    *bias = w[0];
  return GSL_SUCCESS;
}

/* ---- draws ---- */

/* A level from p(1 ..), the rest being level 0's. */
static double draw(gsl_rng *rng, size_t units, const double *p) {
  double u = gsl_rng_uniform(rng);
  for (size_t c = 0; c < units; c++) {
    if (u < p[c])
      return (double)(c + 1);
    u -= p[c];
  }
  return 0;
}

/* Column i of the block's rows, `first` of x on; the input of those behind. */
static void draw_column(const mg_fvbn *f, gsl_rng *rng, size_t i,
                        mg_fvbn_block *b, gsl_matrix *x, size_t first) {
  const size_t d = f->space.dim, units = f->units;
  mg_fvbn_outputs(f->weights, units, i, 1, b);
  for (size_t n = 0; n < b->n; n++) {
    mg_fvbn_normalise(units, b->output + n * units);
    const double level = draw(rng, units, b->output + n * units);
    gsl_matrix_set(x, first + n, i, level);
    if (i + 1 < d)
      b->input[n * d + i + 1] = mg_fvbn_share(f, level);
  }
}

static int check_given(const mg_fvbn *f, size_t from, const gsl_matrix *x) {
  if (x->size2 != f->space.dim)
    return mg_shape_check(f->space.dim, x, NULL);
  for (size_t n = 0; n < x->size1; n++)
    for (size_t j = 0; j < from && j < f->space.dim; j++)
      if (!mg_space_holds(&f->space, gsl_matrix_get(x, n, j)))
        return mg_fail(GSL_EDOM, "row %zu, column %zu: %g is no level", n + 1,
                       j + 1, gsl_matrix_get(x, n, j));
  return GSL_SUCCESS;
}

int mg_fvbn_complete(const mg_fvbn *f, gsl_rng *rng, size_t from,
                     gsl_matrix *x) {
  mg_fvbn_block b = {.n = 0};
  int status = check_given(f, from, x);
  if (status == GSL_SUCCESS)
    status = mg_fvbn_block_alloc(f, &b);
  for (size_t row = 0; status == GSL_SUCCESS && row < x->size1;
       row += MG_FVBN_ROWS) {
    const size_t n = GSL_MIN(x->size1 - row, MG_FVBN_ROWS);
    gsl_matrix_view rest = gsl_matrix_submatrix(x, row, 0, n, x->size2);
    for (size_t r = 0; r < n; r++)
      for (size_t j = from; j < x->size2; j++)
        gsl_matrix_set(&rest.matrix, r, j, 0);
    status = mg_fvbn_block_read(f, x, row, &b);
    for (size_t i = from; status == GSL_SUCCESS && i < x->size2; i++)
      draw_column(f, rng, i, &b, x, row);
  }
  free(b.input);
  return status;
}

/* ---- the family's table ---- */

static void fvbn_options_default(const mg_space *space, void *options) {
  *(mg_fvbn_options *)options = mg_fvbn_options_default(space);
}

static int fvbn_init(void *self, const mg_space *space, const void *options) {
  return mg_fvbn_init(self, space, options);
}

static void fvbn_clear(void *self) {
  mg_fvbn_clear(self);
}

static void fvbn_tensors(void *self, mg_tensors *list) {
  mg_fvbn *f = self;
  const size_t d = f->space.dim;
  mg_tensors_add(list, "weights", f->weights->data, f->units * d * (d + 1) / 2,
                 3, (size_t[]){d, f->units, d});
}

static int fvbn_refresh(void *self) {
  const mg_fvbn *f = self;
  for (size_t row = 0; row < f->weights->size1; row++)
    for (size_t j = 0; j < f->space.dim; j++) {
      const double w = gsl_matrix_get(f->weights, row, j);
      if (!isfinite(w))
        return mg_fail(GSL_EDOM, "a weight of column %zu is %g",
                       row / f->units + 1, w);
      if (j > row / f->units && w != 0)
        return mg_fail(GSL_EDOM, "column %zu has a weight for column %zu",
                       row / f->units + 1, j);
    }
  return GSL_SUCCESS;
}

static int fvbn_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_fvbn_complete(self, rng, 0, x);
}

static int fvbn_log_density(const void *self, const gsl_matrix *x,
                            gsl_vector *log_p) {
  return mg_fvbn_log_density(self, x, log_p);
}

static int fvbn_conditionals(const void *self, const gsl_matrix *x,
                             gsl_matrix *each) {
  return mg_fvbn_conditionals(self, x, each);
}

const mg_model_type mg_fvbn_type = {
    .name = "fvbn",
    .title = "Fully visible belief network",
    .source = "Neal (1992); Frey, Hinton & Dayan (1996)",
    .size = sizeof(mg_fvbn),
    .measures = 1u << MG_BINARY | 1u << MG_LEVELS,
    .options = fvbn_option_table,
    .options_size = sizeof(mg_fvbn_options),
    .options_default = fvbn_options_default,
    .init = fvbn_init,
    .clear = fvbn_clear,
    .need = mg_fvbn_need,
    .gather = mg_fvbn_gather,
    .update = mg_fvbn_update,
    .tensors = fvbn_tensors,
    .refresh = fvbn_refresh,
    .numbers = fvbn_numbers,
    .sample = fvbn_sample,
    .log_density = fvbn_log_density,
    .conditionals = fvbn_conditionals};
