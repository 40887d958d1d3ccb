/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs and terms of many regressions for many rows; see fvbn_block.h. */
#include "models/fvbn_block.h"

#include <gsl/gsl_blas.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"

/* So many outputs are found at once, or one column's. */
enum { OUTPUTS = 128 };

size_t mg_fvbn_group(const mg_fvbn *f) {
  return f->units < OUTPUTS ? OUTPUTS / f->units : 1;
}

size_t mg_fvbn_block_numbers(const mg_fvbn *f) {
  return MG_FVBN_ROWS * (f->space.dim + mg_fvbn_group(f) * f->units);
}

mg_fvbn_block mg_fvbn_block_in(const mg_fvbn *f, double *numbers) {
  return (mg_fvbn_block){.input = numbers,
                         .output = numbers + MG_FVBN_ROWS * f->space.dim};
}

int mg_fvbn_block_alloc(const mg_fvbn *f, mg_fvbn_block *b) {
  double *numbers = calloc(mg_fvbn_block_numbers(f), sizeof *numbers);
  if (!numbers)
    return mg_fail(GSL_ENOMEM, "no memory for %d rows", MG_FVBN_ROWS);
  *b = mg_fvbn_block_in(f, numbers);
  return GSL_SUCCESS;
}

double mg_fvbn_share(const mg_fvbn *f, double level) {
  return fmin(fmax(level, 0), (double)f->units) / (double)f->units;
}

int mg_fvbn_block_read(const mg_fvbn *f, const gsl_matrix *x, size_t first,
                       mg_fvbn_block *b) {
  const size_t d = f->space.dim;
  b->n = x->size1 - first < MG_FVBN_ROWS ? x->size1 - first : MG_FVBN_ROWS;
  for (size_t n = 0; n < b->n; n++) {
    const double *row = x->data + (first + n) * x->tda;
    double *input = b->input + n * d;
    input[0] = 1;
    for (size_t j = 0; j < d; j++) {
      if (!(row[j] == floor(row[j])) || isinf(row[j]))
        return mg_fail(GSL_EDOM, "row %zu, column %zu: %g is no level",
                       first + n + 1, j + 1, row[j]);
      if (j + 1 < d) /* the last is no input */
        input[j + 1] = mg_fvbn_share(f, row[j]);
    }
  }
  return GSL_SUCCESS;
}

void mg_fvbn_outputs(const gsl_matrix *weights, size_t units, size_t first,
                     size_t count, mg_fvbn_block *b) {
  const size_t d = weights->size2, width = count * units;
  const gsl_matrix_const_view w = gsl_matrix_const_submatrix(
      weights, first * units, 0, width, first + count);
  const gsl_matrix_const_view x =
      gsl_matrix_const_view_array_with_tda(b->input, b->n, first + count, d);
  gsl_matrix_view a = gsl_matrix_view_array(b->output, b->n, width);
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, &x.matrix, &w.matrix, 0,
                 &a.matrix);
}

double mg_fvbn_normalise(size_t units, double *a) {
  double most = 0, sum; /* the largest term is exp(0) and costs nothing */
  for (size_t c = 0; c < units; c++)
    most = a[c] > most ? a[c] : most;
  sum = most > 0 ? exp(-most) : 1;
  for (size_t c = 0; c < units; c++) {
    a[c] = a[c] < most ? exp(a[c] - most) : 1;
    sum += a[c];
  }
  for (size_t c = 0; c < units; c++)
    a[c] /= sum;
  return most + log(sum);
}

double mg_fvbn_term(size_t units, double level, double *a) {
  if (level < 0 || level > (double)units)
    return -INFINITY;
  const double odds = level > 0 ? a[(size_t)level - 1] : 0;
  return odds - mg_fvbn_normalise(units, a);
}
