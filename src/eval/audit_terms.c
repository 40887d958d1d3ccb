/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of the chain rule, looked at one by one; see audit.h.
 *
 * A term of column i may depend on what is before i, and so       [audit.2]
 *
 *     x_j changes, j > i:   log p(x_i | before) is the same number, in every
 * bit
 *
 * not nearly the same: a network computes it from the same numbers by the same
 * operations, so a moved bit is a path that should not be there.  And as a law
 * of x_i it must add up,                                           [audit.3]
 *
 *     sum_v p(x_i = v | before) = 1
 *
 * which fails when the term has seen x_i, or scores another column in its
 * place.  If all terms do both, p is normalised by induction, however large the
 * space.
 *
 * A draw is held against its own terms by their entropies:         [audit.4]
 *
 *     e(x) = sum_i (log p(x_i | before) + H(x_i | before)),
 *     H(x_i | before) = -sum_v p(v | before) log p(v | before)
 *
 * has mean 0 under the model whatever the laws are (it is the end of a
 * martingale), if each x_i was drawn from the law that scores it.  Of many
 * columns some are drawn by lot, and their sum is scaled up. */
#include "eval/audit.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "eval/audit_inside.h"

enum { LOOKS = 1 << 14 }; /* states whose terms are asked for, of columns */

static gsl_matrix *terms_of(const mg_model *model, const gsl_matrix *x,
                            int *status) {
  gsl_matrix *each = gsl_matrix_alloc(x->size1, x->size2);
  *status = each ? mg_model_conditionals(model, x, each)
                 : mg_fail(GSL_ENOMEM, "no memory for %zu rows", x->size1);
  if (*status == GSL_SUCCESS)
    return each;
  gsl_matrix_free(each);
  return NULL;
}

static double row_sum(const gsl_matrix *each, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < each->size2; i++)
    sum += gsl_matrix_get(each, n, i);
  return sum;
}

int mg_audit_chain(const mg_model *model, const gsl_matrix *x,
                   mg_audit *audit) {
  int status = mg_audit_check_terms(model);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *each = terms_of(model, x, &status);
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  if (each && log_p)
    status = mg_model_log_density(model, x, log_p);
  *audit = (mg_audit){.name = "chain rule", .bound = mg_audit_exactness(model)};
  for (size_t n = 0; each && log_p && n < x->size1; n++) {
    const double gap = fabs(row_sum(each, n) - gsl_vector_get(log_p, n));
    if (!(gap <= audit->value))
      audit->value = gap;
  }
  snprintf(audit->note, sizeof audit->note,
           "largest gap of log p(x) and its terms' sum, %zu rows", x->size1);
  mg_audit_judge(audit);
  gsl_matrix_free(each);
  gsl_vector_free(log_p);
  return log_p ? status : mg_fail(GSL_ENOMEM, "no memory for an audit");
}

/* ---- causality ---- */

/* Another value that a column of the space can take. */
static double other_value(const mg_space *space, gsl_rng *rng, double value) {
  if (space->measure == MG_REALS)
    return value + 1 + gsl_ran_exponential(rng, 1);
  const unsigned long step = 1 + gsl_rng_uniform_int(rng, space->levels - 1);
  return (double)(((unsigned long)value + step) % space->levels);
}

static bool same_bits(const double *a, const double *b) {
  return memcmp(a, b, sizeof *a) == 0;
}

/* Counts the terms before column j that moved, and remembers the first. */
static void count_moved(const gsl_matrix *before, const gsl_matrix *after,
                        size_t j, mg_audit *audit) {
  for (size_t n = 0; n < before->size1; n++)
    for (size_t i = 0; i < j; i++) {
      const double *a = gsl_matrix_const_ptr(before, n, i);
      const double *b = gsl_matrix_const_ptr(after, n, i);
      if (same_bits(a, b))
        continue;
      if (audit->value++ == 0)
        snprintf(audit->note, sizeof audit->note,
                 "column %zu moved the term of column %zu by %.2g, and so on",
                 j + 1, i + 1, *b - *a);
    }
}

int mg_audit_causality(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                       mg_audit *audit) {
  int status = mg_audit_check_terms(model);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *before = terms_of(model, x, &status);
  gsl_matrix *changed = gsl_matrix_alloc(x->size1, x->size2);
  *audit = (mg_audit){.name = "causality"};
  for (size_t j = 0; before && changed && j < x->size2; j++) {
    gsl_matrix_memcpy(changed, x);
    for (size_t n = 0; n < x->size1; n++)
      gsl_matrix_set(changed, n, j,
                     other_value(&model->space, rng, gsl_matrix_get(x, n, j)));
    gsl_matrix *after = terms_of(model, changed, &status);
    if (!after)
      break;
    count_moved(before, after, j, audit);
    gsl_matrix_free(after);
  }
  if (audit->value == 0)
    snprintf(audit->note, sizeof audit->note,
             "terms that a later column moved, %zu rows of %zu columns",
             x->size1, x->size2);
  mg_audit_judge(audit);
  gsl_matrix_free(before);
  gsl_matrix_free(changed);
  return changed ? status : mg_fail(GSL_ENOMEM, "no memory for an audit");
}

/* ---- the law of a column ---- */

/* log p(x_i = v | before) of every level v, for `count` columns of a row.
 *   row      in   D
 *   room     -    count L x D
 *   laws     out  count x L */
static int find_laws(const mg_model *model, const gsl_vector *row,
                     const size_t *column, size_t count, gsl_matrix *room,
                     gsl_matrix *laws) {
  const size_t levels = model->space.levels;
  int status = GSL_SUCCESS;
  for (size_t c = 0; c < count; c++)
    for (size_t v = 0; v < levels; v++) {
      gsl_matrix_set_row(room, c * levels + v, row);
      gsl_matrix_set(room, c * levels + v, column[c], (double)v);
    }
  gsl_matrix *each = terms_of(model, room, &status);
  for (size_t c = 0; each && c < count; c++)
    for (size_t v = 0; v < levels; v++)
      gsl_matrix_set(laws, c, v,
                     gsl_matrix_get(each, c * levels + v, column[c]));
  gsl_matrix_free(each);
  return status;
}

/* Some columns, drawn by lot for each row, and the laws there. */
typedef struct {
  size_t count, *all, *column;
  gsl_matrix *room, *laws;
} lot;

static void lot_clear(lot *l) {
  free(l->all);
  free(l->column);
  gsl_matrix_free(l->room);
  gsl_matrix_free(l->laws);
}

/* So many columns of each of n rows that there are about LOOKS states. */
static int lot_init(lot *l, const mg_space *space, size_t n) {
  const size_t most = LOOKS / (n * space->levels);
  l->count = GSL_MAX(1, GSL_MIN(most, space->dim));
  l->all = calloc(space->dim, sizeof *l->all);
  l->column = calloc(l->count, sizeof *l->column);
  l->room = gsl_matrix_alloc(l->count * space->levels, space->dim);
  l->laws = gsl_matrix_alloc(l->count, space->levels);
  if (!l->all || !l->column || !l->room || !l->laws)
    return mg_fail(GSL_ENOMEM, "no memory for %zu laws", l->count);
  for (size_t i = 0; i < space->dim; i++)
    l->all[i] = i;
  return GSL_SUCCESS;
}

static int lot_draw(lot *l, const mg_model *model, gsl_rng *rng,
                    const gsl_matrix *x, size_t n) {
  const gsl_vector_const_view row = gsl_matrix_const_row(x, n);
  if (gsl_ran_choose(rng, l->column, l->count, l->all, model->space.dim,
                     sizeof *l->all) != GSL_SUCCESS)
    return mg_fail(GSL_EINVAL, "%zu of %zu columns", l->count,
                   model->space.dim);
  return find_laws(model, &row.vector, l->column, l->count, l->room, l->laws);
}

int mg_audit_check_laws(const mg_model *model) {
  const int status = mg_audit_check_terms(model);
  return status == GSL_SUCCESS ? mg_audit_check_finite(model) : status;
}

int mg_audit_columns(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                     mg_audit *audit) {
  int status = mg_audit_check_laws(model);
  if (status != GSL_SUCCESS)
    return status;
  lot l = {.count = 0};
  status = lot_init(&l, &model->space, x->size1);
  *audit = (mg_audit){.name = "columns", .bound = mg_audit_exactness(model)};
  snprintf(
      audit->note, sizeof audit->note,
      "largest |sum of p(x_i | before) - 1|, %zu rows, %zu columns of each",
      x->size1, l.count);
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n++) {
    status = lot_draw(&l, model, rng, x, n);
    for (size_t c = 0; c < l.count && status == GSL_SUCCESS; c++) {
      double mass = 0;
      for (size_t v = 0; v < l.laws->size2; v++)
        mass += exp(gsl_matrix_get(l.laws, c, v));
      if (!(fabs(mass - 1) <= fabs(audit->value))) {
        audit->value = mass - 1;
        if (!(fabs(audit->value) <= audit->bound))
          snprintf(audit->note, sizeof audit->note,
                   "the law of column %zu, given those before, adds up to %.6g",
                   l.column[c] + 1, mass);
      }
    }
  }
  mg_audit_judge(audit);
  lot_clear(&l);
  return status;
}

/* e(x) of a row: the terms beside their entropies. */
static double surprise(const lot *l, const gsl_matrix *x, size_t n) {
  double sum = 0;
  for (size_t c = 0; c < l->count; c++) {
    sum +=
        gsl_matrix_get(l->laws, c, (size_t)gsl_matrix_get(x, n, l->column[c]));
    for (size_t v = 0; v < l->laws->size2; v++) {
      const double a = gsl_matrix_get(l->laws, c, v);
      if (a > -INFINITY)
        sum -= exp(a) * a;
    }
  }
  return sum * (double)x->size2 / (double)l->count;
}

int mg_audit_surprise(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                      mg_tally *e) {
  lot l = {.count = 0};
  double *each = calloc(x->size1, sizeof *each);
  int status = each ? lot_init(&l, &model->space, x->size1)
                    : mg_fail(GSL_ENOMEM, "no memory for an audit");
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n++) {
    status = lot_draw(&l, model, rng, x, n);
    if (status == GSL_SUCCESS)
      each[n] = surprise(&l, x, n);
  }
  if (status == GSL_SUCCESS)
    mg_tally_values(x->size1, each, 1, e);
  lot_clear(&l);
  free(each);
  return status;
}
