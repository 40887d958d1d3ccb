/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pass over the data, and a step; see fvbn_fit.h. */
#include "models/fvbn_fit.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_math.h>

#include "base/status.h"
#include "models/fvbn_block.h"

mg_need mg_fvbn_need(const void *self, size_t n) {
  const mg_fvbn *f = self;
  const size_t d = f->space.dim;
  (void)n;
  return (mg_need){.sums = d * f->units * d + d + d * d,
                   .work = mg_fvbn_block_numbers(f)};
}

typedef struct {
  gsl_matrix_view gradient, products;
  gsl_vector_view value;
} sums;

static sums sums_in(const mg_fvbn *f, gsl_vector *all) {
  const size_t d = f->space.dim, rows = d * f->units;
  return (sums){.gradient = gsl_matrix_view_array(all->data, rows, d),
                .value = gsl_vector_view_array(all->data + rows * d, d),
                .products =
                    gsl_matrix_view_array(all->data + rows * d + d, d, d)};
}

static int check_levels(const mg_fvbn *f, const gsl_matrix *x) {
  for (size_t n = 0; n < x->size1; n++)
    for (size_t j = 0; j < x->size2; j++)
      if (!mg_space_holds(&f->space, x->data[n * x->tda + j]))
        return mg_fail(GSL_EDOM, "row %zu, column %zu: %g is no level", n + 1,
                       j + 1, x->data[n * x->tda + j]);
  return GSL_SUCCESS;
}

/* Adds a group of columns; p becomes the residual [l = x_i] - p(l). */
static void gather_group(const mg_fvbn *f, const gsl_matrix *x, size_t row,
                         size_t first, size_t count, mg_fvbn_block *b,
                         sums *s) {
  const size_t d = f->space.dim, units = f->units, width = count * units;
  for (size_t n = 0; n < b->n; n++)
    for (size_t k = 0; k < count; k++) {
      double *a = b->output + n * width + k * units;
      const double level = x->data[(row + n) * x->tda + first + k];
      s->value.vector.data[first + k] += mg_fvbn_term(units, level, a);
      for (size_t c = 0; c < units; c++)
        a[c] = (level == (double)(c + 1)) - a[c];
    }
  const gsl_matrix_const_view input =
      gsl_matrix_const_view_array_with_tda(b->input, b->n, first + count, d);
  const gsl_matrix_const_view residual =
      gsl_matrix_const_view_array(b->output, b->n, width);
  gsl_matrix_view gradient = gsl_matrix_submatrix(
      &s->gradient.matrix, first * units, 0, width, first + count);
  gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1, &residual.matrix, &input.matrix,
                 1, &gradient.matrix);
}

static void gather_block(const mg_fvbn *f, const gsl_matrix *x, size_t row,
                         mg_fvbn_block *b, sums *s) {
  const size_t d = f->space.dim, group = mg_fvbn_group(f);
  const gsl_matrix *at = f->climb ? mg_fvbn_climb_trial(f->climb) : f->weights;
  const gsl_matrix_const_view input =
      gsl_matrix_const_view_array(b->input, b->n, d);
  if (!f->climb)
    gsl_blas_dsyrk(CblasLower, CblasTrans, 1, &input.matrix, 1,
                   &s->products.matrix);
  for (size_t i = 0; i < d; i += group) {
    const size_t count = GSL_MIN(d - i, group);
    mg_fvbn_outputs(at, f->units, i, count, b);
    gather_group(f, x, row, i, count, b, s);
  }
}

int mg_fvbn_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                   mg_stats *stats) {
  const mg_fvbn *f = self;
  const gsl_matrix *x = &batch->x;
  sums s = sums_in(f, stats->sums);
  mg_fvbn_block b = mg_fvbn_block_in(f, stats->work->data);
  (void)rng;
  int status = mg_shape_check(f->space.dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = check_levels(f, x);
  for (size_t row = 0; status == GSL_SUCCESS && row < x->size1;
       row += MG_FVBN_ROWS) {
    status = mg_fvbn_block_read(f, x, row, &b);
    gather_block(f, x, row, &b, &s);
  }
  return status;
}

/* What the priors of column i are worth, and in p its law behind a blank.
 *                                                                  [fvbn.2] */
static double prior_of(const mg_fvbn *f, const gsl_matrix *at, size_t i,
                       double *p) {
  const size_t units = f->units;
  double squares = 0, biases = 0;
  for (size_t c = 0; c < units; c++) {
    const double *w = gsl_matrix_const_ptr(at, i * units + c, 0);
    biases += p[c] = w[0];
    for (size_t j = 1; j <= i; j++)
      squares += w[j] * w[j];
  }
  const double blank =
      biases - (double)f->space.levels * mg_fvbn_normalise(units, p);
  return f->options.smoothing * blank - f->options.penalty / 2 * squares;
}

static void add_priors(const mg_fvbn *f, const gsl_matrix *at, sums *s) {
  double p[256];
  for (size_t i = 0; i < f->space.dim; i++) {
    s->value.vector.data[i] += prior_of(f, at, i, p);
    for (size_t c = 0; c < f->units; c++) {
      const size_t row = i * f->units + c;
      const double *w = gsl_matrix_const_ptr(at, row, 0);
      double *g = gsl_matrix_ptr(&s->gradient.matrix, row, 0);
      g[0] += f->options.smoothing * (1 - (double)f->space.levels * p[c]);
      for (size_t j = 1; j <= i; j++)
        g[j] -= f->options.penalty * w[j];
    }
  }
}

/* A climb whose bound is that of the data's products.              [fvbn.3] */
static mg_fvbn_climb *begin(const mg_fvbn *f, gsl_matrix *products) {
  const double h = f->units == 1 ? 0.25 : 0.5;
  gsl_matrix_scale(products, h);
  *gsl_matrix_ptr(products, 0, 0) +=
      h * f->options.smoothing * (double)f->space.levels;
  for (size_t j = 1; j < f->space.dim; j++)
    *gsl_matrix_ptr(products, j, j) += f->options.penalty;
  return mg_fvbn_climb_alloc(f->units, products);
}

int mg_fvbn_update(void *self, mg_stats *stats, mg_report *report) {
  mg_fvbn *f = self;
  sums s = sums_in(f, stats->sums);
  gsl_vector *value = &s.value.vector;
  if (!f->climb && !(f->climb = begin(f, &s.products.matrix)))
    return GSL_EFAILED;
  add_priors(f, mg_fvbn_climb_trial(f->climb), &s);
  const size_t kept = mg_fvbn_climb_step(f->climb, value, &s.gradient.matrix,
                                         f->weights, value);
  double objective = 0, prior = 0, p[256];
  for (size_t i = 0; i < f->space.dim; i++) {
    objective += gsl_vector_get(value, i);
    prior += prior_of(f, f->weights, i, p);
  }
  const double n = (double)stats->n;
  *report = (mg_report){.log_likelihood = (objective - prior) / n,
                        .objective = objective / n,
                        .objective_name = "penalised log-likelihood",
                        .retried = kept == 0};
  return GSL_SUCCESS;
}
