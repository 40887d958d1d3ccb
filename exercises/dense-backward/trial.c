/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dense-backward: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "exercise/exercise.h"
#include "nets/dense.h"

/* An item's numbers as networks have them, in fresh memory. */
static mg_real *dense_backward_reals(const mg_parcel *p, const char *name) {
  const gsl_vector *v = mg_parcel_find(p, name)->values;
  mg_real *reals = malloc(v->size * sizeof *reals);
  for (size_t i = 0; reals && i < v->size; i++)
    reals[i] = (mg_real)gsl_vector_get(v, i);
  return reals;
}

/* An output that begins as the input of that name; NULL: it is not wanted. */
static gsl_vector *dense_backward_output(const mg_parcel *in, const char *name,
                                         mg_parcel *out) {
  const mg_parcel_item *from = mg_parcel_find(in, name);
  if (!from)
    return NULL;
  gsl_vector *to = NULL;
  if (from->kind == MG_PARCEL_VECTOR) {
    to = mg_parcel_add_vector(out, name, from->values->size);
  } else {
    mg_parcel_add_matrix(out, name, from->matrix.size1, from->matrix.size2);
    const mg_parcel_item *item = mg_parcel_find(out, name);
    to = item ? item->values : NULL;
  }
  return to;
}

static int dense_backward_call(const mg_function *f, const mg_parcel *in,
                               mg_parcel *out) {
  static const char *const given[] = {"w", "x", "dy"};
  static const char *const made[] = {"dx", "dw", "db"};
  void (*function)(size_t, size_t, size_t, const mg_real *, const mg_real *,
                   const mg_real *, mg_real *, mg_real *, mg_real *, size_t) =
      (void (*)(size_t, size_t, size_t, const mg_real *, const mg_real *,
                const mg_real *, mg_real *, mg_real *, mg_real *, size_t))f[0];
  const gsl_matrix *w = mg_parcel_matrix(in, "w");
  const size_t rows = mg_parcel_matrix(in, "dy")->size1;
  mg_real *a[3], *b[3] = {NULL};
  gsl_vector *to[3];
  bool short_of = false;
  for (size_t i = 0; i < 3; i++) {
    a[i] = dense_backward_reals(in, given[i]);
    to[i] = dense_backward_output(in, made[i], out);
    b[i] = to[i] ? dense_backward_reals(in, made[i]) : NULL;
    short_of = short_of || !a[i] || (to[i] && !b[i]);
  }
  if (!short_of)
    function(rows, w->size1, w->size2, a[0], a[1], a[2], b[0], b[1], b[2], 1);
  for (size_t i = 0; i < 3; i++) {
    for (size_t k = 0; b[i] && k < to[i]->size; k++)
      gsl_vector_set(to[i], k, (double)b[i][k]);
    free(a[i]);
    free(b[i]);
  }
  return short_of ? GSL_ENOMEM : GSL_SUCCESS;
}

/* ---- inputs ---- */

static int dense_backward_matrix(gsl_rng *rng, const char *name, size_t rows,
                                 size_t columns, mg_parcel *in) {
  gsl_matrix *m = mg_parcel_add_matrix(in, name, rows, columns);
  for (size_t i = 0; m && i < rows * columns; i++)
    m->data[i] = (double)(mg_real)gsl_ran_gaussian_ziggurat(rng, 1);
  return m ? GSL_SUCCESS : GSL_ENOMEM;
}

enum { DENSE_BACKWARD_DX = 1, DENSE_BACKWARD_DW = 2, DENSE_BACKWARD_DB = 4 };

/* A layer and a batch; which gradients are wanted.  dw and db hold numbers
 * already, dx NaN. */
static int dense_backward_fill(gsl_rng *rng, size_t rows, size_t from,
                               size_t to, int wanted, mg_parcel *in) {
  if (dense_backward_matrix(rng, "w", from, to, in) ||
      dense_backward_matrix(rng, "x", rows, from, in) ||
      dense_backward_matrix(rng, "dy", rows, to, in))
    return GSL_ENOMEM;
  if (wanted & DENSE_BACKWARD_DX && !mg_parcel_add_matrix(in, "dx", rows, from))
    return GSL_ENOMEM;
  if (wanted & DENSE_BACKWARD_DW &&
      dense_backward_matrix(rng, "dw", from, to, in))
    return GSL_ENOMEM;
  gsl_vector *db =
      wanted & DENSE_BACKWARD_DB ? mg_parcel_add_vector(in, "db", to) : NULL;
  for (size_t j = 0; db && j < to; j++)
    gsl_vector_set(db, j, (double)(mg_real)gsl_ran_gaussian_ziggurat(rng, 1));
  return GSL_SUCCESS;
}

static int dense_backward_data(gsl_rng *rng, size_t i, mg_parcel *in) {
  return dense_backward_fill(rng, 1 + i % 2, 1 + i, 2 + (i + 1) % 3,
                             DENSE_BACKWARD_DX, in);
}

static int dense_backward_weights(gsl_rng *rng, size_t i, mg_parcel *in) {
  return dense_backward_fill(rng, 1 + i % 3, 1 + i, 2 + (i + 1) % 3,
                             DENSE_BACKWARD_DW, in);
}

static int dense_backward_biases(gsl_rng *rng, size_t i, mg_parcel *in) {
  return dense_backward_fill(rng, 1 + i, 1, 2 + i, DENSE_BACKWARD_DB, in);
}

static int dense_backward_all(gsl_rng *rng, size_t i, mg_parcel *in) {
  return dense_backward_fill(
      rng, 5 + i, 7, 3 + 2 * i,
      DENSE_BACKWARD_DX | DENSE_BACKWARD_DW | DENSE_BACKWARD_DB, in);
}

/* Sums of some ten floats: six digits of the largest term. */
#define DENSE_BACKWARD_TOLERANCE .relative = 1e-5, .absolute = 2e-5

static const mg_exercise_test dense_backward_tests[] = {
    {.expects = "writes dx, which holds NaN before, and leaves dw and db "
                "alone where they are NULL",
     .points = 3,
     .cases = 6,
     .make = dense_backward_data,
     DENSE_BACKWARD_TOLERANCE},
    {.expects = "adds to dw, which holds another layer's share already, and "
                "leaves dx and db alone where they are NULL",
     .points = 3,
     .cases = 6,
     .make = dense_backward_weights,
     DENSE_BACKWARD_TOLERANCE},
    {.expects = "adds to db, a sum over the rows of the batch, and leaves dx "
                "and dw alone where they are NULL",
     .points = 2,
     .cases = 4,
     .make = dense_backward_biases,
     DENSE_BACKWARD_TOLERANCE},
    {.expects = "makes all three at once",
     .points = 2,
     .cases = 4,
     .hidden = true,
     .make = dense_backward_all,
     DENSE_BACKWARD_TOLERANCE},
    {.expects = NULL}};

static const mg_exercise dense_backward_exercise = {
    .functions = (const char *const[]){"mg_dense_backward", NULL},
    .reference = (const mg_function[]){(mg_function)mg_dense_backward},
    .call = dense_backward_call,
    .tests = dense_backward_tests};
