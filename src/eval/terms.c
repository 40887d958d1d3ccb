/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One term of the chain rule at a time.
 *
 *     p(x_i = v | x_1 .. x_(i-1)) = exp(term i of x with x_i = v)       [ar.1]
 *
 * so L calls of conditionals tell the law of a column, whatever the family is
 * made of.  Two things follow from it.
 *
 * A draw: the law of column i, a number, the law of column i + 1 ...  It is the
 * slow way, a whole pass for every value of every column, and the plain one:
 * nothing is kept from one column to the next, so nothing can be kept wrongly.
 *
 * Influence: one column j is changed and the law of i is asked for again,
 *
 *     I_j = mean over rows of 1/2 sum_v |p(v) - p'(v)|               [terms.1]
 *
 * the total variation between the two: 0 says that no bet on x_i would change,
 * 1 that what was sure is impossible now.  It is exactly 0, not nearly, where
 * the model cannot see column j from i: a network computes the same bits from
 * the same numbers.  That is how a picture of what a convolution sees is made.
 *
 * Not here: reals, whose laws are curves; gradients, which say what a small
 * change does and not a pixel's. */
#include "eval/terms.h"

#include <gsl/gsl_blas.h>
#include <math.h>

#include "base/status.h"
#include "eval/audit_inside.h"

static int check(const mg_model *model, const gsl_matrix *x, size_t column) {
  const int status = mg_audit_check_laws(model);
  if (status != GSL_SUCCESS)
    return status;
  if (x->size2 != model->space.dim)
    return mg_fail(GSL_EBADLEN, "%zu columns for a model of %zu", x->size2,
                   model->space.dim);
  if (column >= model->space.dim)
    return mg_fail(GSL_EINVAL, "column %zu of %zu", column + 1,
                   model->space.dim);
  return GSL_SUCCESS;
}

/* What a question needs: the rows with a value in the column, all terms. */
typedef struct {
  gsl_matrix *x, *each;
} room;

static int room_init(room *r, const gsl_matrix *x) {
  r->x = gsl_matrix_alloc(x->size1, x->size2);
  r->each = gsl_matrix_alloc(x->size1, x->size2);
  if (!r->x || !r->each)
    return mg_fail(GSL_ENOMEM, "no memory for the terms of %zu rows", x->size1);
  gsl_matrix_memcpy(r->x, x);
  return GSL_SUCCESS;
}

static void room_clear(room *r) {
  gsl_matrix_free(r->x);
  gsl_matrix_free(r->each);
}

/* The law of a column of the room's rows, whose own value there is lost. */
static int find_law(const mg_model *model, room *r, size_t column,
                    gsl_matrix *p) {
  gsl_vector_view own = gsl_matrix_column(r->x, column);
  for (size_t v = 0; v < p->size2; v++) {
    gsl_vector_set_all(&own.vector, (double)v);
    const int status = mg_model_conditionals(model, r->x, r->each);
    if (status != GSL_SUCCESS)
      return status;
    for (size_t n = 0; n < p->size1; n++)
      gsl_matrix_set(p, n, v, exp(gsl_matrix_get(r->each, n, column)));
  }
  return GSL_SUCCESS;
}

int mg_terms_law(const mg_model *model, const gsl_matrix *x, size_t column,
                 gsl_matrix *p) {
  room r = {.x = NULL};
  int status = check(model, x, column);
  if (status != GSL_SUCCESS)
    return status;
  if (p->size1 != x->size1 || p->size2 != model->space.levels)
    return mg_fail(GSL_EBADLEN, "room for %zu x %zu probabilities", p->size1,
                   p->size2);
  status = room_init(&r, x);
  if (status == GSL_SUCCESS)
    status = find_law(model, &r, column, p);
  room_clear(&r);
  return status;
}

/* A level in proportion to a row of p. */
static double draw_level(gsl_rng *rng, const gsl_matrix *p, size_t n) {
  double sum = 0, left = 0;
  for (size_t v = 0; v < p->size2; v++)
    sum += gsl_matrix_get(p, n, v);
  left = gsl_rng_uniform(rng) * sum;
  for (size_t v = 0; v + 1 < p->size2; v++) {
    left -= gsl_matrix_get(p, n, v);
    if (left < 0)
      return (double)v;
  }
  return (double)(p->size2 - 1);
}

int mg_terms_draw(const mg_model *model, gsl_rng *rng, size_t first,
                  gsl_matrix *x) {
  room r = {.x = NULL};
  int status = first < x->size2 ? check(model, x, first) : GSL_SUCCESS;
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *p = gsl_matrix_alloc(x->size1, model->space.levels);
  /* What is not drawn yet is of no account, and must be of the space. */
  for (size_t n = 0; n < x->size1; n++)
    for (size_t i = first; i < x->size2; i++)
      gsl_matrix_set(x, n, i, 0);
  status = p ? room_init(&r, x) : mg_fail(GSL_ENOMEM, "no memory for draws");
  for (size_t i = first; i < x->size2 && status == GSL_SUCCESS; i++) {
    status = find_law(model, &r, i, p);
    for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n++) {
      gsl_matrix_set(x, n, i, draw_level(rng, p, n));
      gsl_matrix_set(r.x, n, i, gsl_matrix_get(x, n, i));
    }
  }
  room_clear(&r);
  gsl_matrix_free(p);
  return status;
}

/* Half the mean over rows of the sum of |a - b|.                   [terms.1] */
static double variation(gsl_matrix *a, const gsl_matrix *b) {
  double sum = 0;
  gsl_matrix_sub(a, b);
  for (size_t n = 0; n < a->size1; n++) {
    const gsl_vector_const_view row = gsl_matrix_const_row(a, n);
    sum += gsl_blas_dasum(&row.vector);
  }
  return sum / (2 * (double)a->size1);
}

int mg_terms_influence(const mg_model *model, const gsl_matrix *x,
                       size_t column, gsl_vector *moved) {
  room r = {.x = NULL};
  int status = check(model, x, column);
  if (status != GSL_SUCCESS)
    return status;
  if (moved->size != x->size2)
    return mg_fail(GSL_EBADLEN, "room for %zu of %zu columns", moved->size,
                   x->size2);
  const double last = model->space.levels - 1;
  gsl_matrix *p = gsl_matrix_alloc(x->size1, model->space.levels);
  gsl_matrix *after = gsl_matrix_alloc(x->size1, model->space.levels);
  status =
      p && after ? room_init(&r, x) : mg_fail(GSL_ENOMEM, "no memory for laws");
  if (status == GSL_SUCCESS)
    status = find_law(model, &r, column, p);
  for (size_t j = 0; j < x->size2 && status == GSL_SUCCESS; j++) {
    for (size_t n = 0; n < x->size1; n++)
      gsl_matrix_set(r.x, n, j, last - gsl_matrix_get(x, n, j));
    status = find_law(model, &r, column, after);
    if (status == GSL_SUCCESS)
      gsl_vector_set(moved, j, variation(after, p));
    for (size_t n = 0; n < x->size1; n++)
      gsl_matrix_set(r.x, n, j, gsl_matrix_get(x, n, j));
  }
  room_clear(&r);
  gsl_matrix_free(p);
  gsl_matrix_free(after);
  return status;
}
