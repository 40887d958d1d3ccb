/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds of every distribution, looked at; see audit.h.
 *
 *     sum over all x of p(x) = 1                                   [audit.1]
 *
 * is the whole truth where a space has few states: 512 of 3 x 3 bits.  On
 * larger ones the terms of the chain rule are looked at (audit_terms).
 *
 * Draws are held against the density by the entropy H: the mean of log p(x)
 * over draws x is -H on average.  On a small space H is a sum over all x, and
 * so is the spread of log p; on others it comes from the terms (audit_terms),
 * on reals from weighted points (audit_reals).
 *
 * A model in floats adds up to 1 within their rounding, and no better.  The
 * bound for it is generous: a leak is not a matter of digits. */
#include "eval/audit.h"

#include <float.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/audit_inside.h"

enum {
  STATES = 1 << 20, /* in a space that is gone through */
  BATCH = 4096,
  DRAWS = 1000,
  PATHS = 256, /* draws whose entropies are found term by term */
  ROWS = 8     /* that mg_audit_all changes */
};

/* ---- what a model can ---- */

static bool in_floats(const mg_model *model) {
  mg_tensors list = {.n = 0};
  bool floats = false;
  model->type->tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++)
    floats = floats || list.item[i].real;
  return floats && sizeof(mg_real) < sizeof(double);
}

double mg_audit_exactness(const mg_model *model) {
  return in_floats(model) ? 64.0 * (double)model->space.dim * FLT_EPSILON
                          : 1e-10;
}

int mg_audit_check_density(const mg_model *model) {
  const mg_model_type *type = model->type;
  if (!type->log_density || type->improper)
    return mg_fail(GSL_EUNSUP, "%s has no density", type->name);
  if (model->dequantise)
    return mg_fail(GSL_EUNSUP, "the density of %s is that of dequantised data",
                   type->name);
  return GSL_SUCCESS;
}

int mg_audit_check_terms(const mg_model *model) {
  const int status = mg_audit_check_density(model);
  if (status == GSL_SUCCESS && !model->type->conditionals)
    return mg_fail(GSL_EUNSUP, "%s does not tell the terms of the chain rule",
                   model->type->name);
  return status;
}

int mg_audit_check_finite(const mg_model *model) {
  if (model->space.measure == MG_REALS)
    return mg_fail(GSL_EUNSUP, "reals cannot be added up");
  return GSL_SUCCESS;
}

/* States of the space; STATES + 1 for more than can be gone through. */
static size_t count_states(const mg_space *space) {
  size_t n = 1;
  for (size_t j = 0; j < space->dim && n <= STATES; j++)
    n *= space->levels;
  return space->measure == MG_REALS || n > STATES ? STATES + 1 : n;
}

void mg_audit_judge(mg_audit *audit) {
  audit->passed = isnan(audit->bound) || fabs(audit->value) <= audit->bound;
}

/* ---- the whole space ---- */

/* What a walk over all states adds up. */
typedef struct {
  long double mass, mean, square; /* of p, p log p, p (log p)^2 */
} totals;

static void write_states(const mg_space *space, size_t first, gsl_matrix *x) {
  for (size_t i = 0; i < x->size1; i++)
    for (size_t j = 0, rest = first + i; j < space->dim;
         j++, rest /= space->levels)
      gsl_matrix_set(x, i, j, (double)(rest % space->levels));
}

static void add_states(const gsl_vector *log_p, totals *t) {
  for (size_t i = 0; i < log_p->size; i++) {
    const long double a = gsl_vector_get(log_p, i), p = expl(a);
    t->mass += p;
    if (p > 0) {
      t->mean += p * a;
      t->square += p * a * a;
    }
  }
}

static int add_space(const mg_model *model, totals *t) {
  const size_t all = count_states(&model->space);
  gsl_matrix *x = gsl_matrix_alloc(BATCH, model->space.dim);
  gsl_vector *log_p = gsl_vector_alloc(BATCH);
  int status = x && log_p
                   ? GSL_SUCCESS
                   : mg_fail(GSL_ENOMEM, "no memory for %d states", BATCH);
  *t = (totals){.mass = 0};
  for (size_t i = 0; i < all && status == GSL_SUCCESS; i += BATCH) {
    const size_t n = GSL_MIN(all - i, BATCH);
    gsl_matrix_view rows = gsl_matrix_submatrix(x, 0, 0, n, x->size2);
    gsl_vector_view out = gsl_vector_subvector(log_p, 0, n);
    write_states(&model->space, i, &rows.matrix);
    status = mg_model_log_density(model, &rows.matrix, &out.vector);
    if (status == GSL_SUCCESS)
      add_states(&out.vector, t);
  }
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
  return status;
}

int mg_audit_normalisation(const mg_model *model, mg_audit *audit) {
  const size_t states = count_states(&model->space);
  totals t;
  int status = mg_audit_check_density(model);
  if (status == GSL_SUCCESS)
    status = mg_audit_check_finite(model);
  if (status == GSL_SUCCESS && states > STATES)
    status = mg_fail(GSL_EUNSUP, "the space has more than %d states", STATES);
  if (status == GSL_SUCCESS)
    status = add_space(model, &t);
  if (status != GSL_SUCCESS)
    return status;
  *audit = (mg_audit){.name = "normalisation",
                      .value = (double)(t.mass - 1),
                      .bound = mg_audit_exactness(model)};
  snprintf(audit->note, sizeof audit->note,
           "sum of p(x) over all %zu states, less 1", states);
  mg_audit_judge(audit);
  return GSL_SUCCESS;
}

/* ---- draws ---- */

static gsl_matrix *draws_of(const mg_model *model, gsl_rng *rng, size_t n,
                            int *status) {
  gsl_matrix *x = gsl_matrix_alloc(n, model->space.dim);
  *status = x ? mg_model_sample(model, rng, x)
              : mg_fail(GSL_ENOMEM, "no memory for %zu draws", n);
  if (*status == GSL_SUCCESS)
    return x;
  gsl_matrix_free(x);
  return NULL;
}

/* The mean of log p over rows, in blocks. */
static int score(const mg_model *model, const gsl_matrix *x, mg_tally *tally) {
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  int status = log_p ? mg_model_log_density(model, x, log_p)
                     : mg_fail(GSL_ENOMEM, "no memory for %zu rows", x->size1);
  if (status == GSL_SUCCESS)
    mg_tally_values(log_p->size, log_p->data, log_p->stride, tally);
  gsl_vector_free(log_p);
  return status;
}

/* Minus the entropy, and the standard error of a mean of n log p. */
static int find_entropy(const mg_model *model, size_t n, mg_tally *h) {
  totals t;
  const int status = add_space(model, &t);
  if (status == GSL_SUCCESS) {
    const long double spread = t.square - t.mean * t.mean;
    *h = (mg_tally){.mean = (double)t.mean,
                    .std_error = sqrt((double)fmaxl(spread, 0) / (double)n)};
  }
  return status;
}

/* A law without chance has no standard error, and no gap. */
static double z_score(double gap, double std_error) {
  return fabs(gap) <= 1e-9 ? 0 : gap / std_error;
}

/* Minus the entropy of the density against the mean log p of draws x: their
 * difference, and its standard error. */
static int find_gap(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                    const mg_tally *own, double *gap, double *std_error) {
  mg_tally other = {.n = 0}, mass = {.n = 0};
  int status;
  if (count_states(&model->space) <= STATES) {
    status = find_entropy(model, x->size1, &other);
    *gap = own->mean - other.mean;
    *std_error = other.std_error;
  } else if (model->space.measure == MG_REALS) {
    status = mg_audit_integrals(model, rng, x, own->mean, &mass, &other);
    *gap = own->mean - other.mean;
    *std_error = gsl_hypot(own->std_error, other.std_error);
  } else {
    status = mg_audit_surprise(model, rng, x, &other);
    *gap = other.mean;
    *std_error = other.std_error;
  }
  return status;
}

/* Draws, and log p of them. */
static gsl_matrix *scored_draws(const mg_model *model, gsl_rng *rng, size_t n,
                                mg_tally *own, int *status) {
  gsl_matrix *x = draws_of(model, rng, n, status);
  if (x)
    *status = score(model, x, own);
  if (*status == GSL_SUCCESS)
    return x;
  gsl_matrix_free(x);
  return NULL;
}

int mg_audit_samples(const mg_model *model, gsl_rng *rng, mg_audit *audit) {
  const bool terms =
      model->space.measure != MG_REALS && count_states(&model->space) > STATES;
  mg_tally own = {.n = 0};
  double gap = NAN, std_error = NAN;
  int status =
      terms ? mg_audit_check_laws(model) : mg_audit_check_density(model);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *x =
      scored_draws(model, rng, terms ? PATHS : DRAWS, &own, &status);
  if (!x)
    return status;
  status = find_gap(model, rng, x, &own, &gap, &std_error);
  *audit = (mg_audit){
      .name = "samples", .value = z_score(gap, std_error), .bound = 6.1};
  snprintf(audit->note, sizeof audit->note,
           "z: of %zu draws log p is %.5g on average, minus the entropy %.5g "
           "+- %.2g",
           x->size1, own.mean, own.mean - gap, std_error);
  mg_audit_judge(audit);
  gsl_matrix_free(x);
  return status;
}

int mg_audit_integral(const mg_model *model, gsl_rng *rng, mg_audit *audit) {
  mg_tally own = {.n = 0}, mass = {.n = 0}, entropy = {.n = 0};
  int status = mg_audit_check_density(model);
  if (status == GSL_SUCCESS && model->space.measure != MG_REALS)
    status = mg_fail(GSL_EUNSUP, "these are no reals");
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *x = scored_draws(model, rng, DRAWS, &own, &status);
  if (!x)
    return status;
  status = mg_audit_integrals(model, rng, x, own.mean, &mass, &entropy);
  *audit = (mg_audit){.name = "normalisation",
                      .value = mass.mean - 1,
                      .bound = 6.1 * mass.std_error};
  snprintf(audit->note, sizeof audit->note,
           "integral of p(x), less 1, by %zu weighted points", mass.n);
  mg_audit_judge(audit);
  gsl_matrix_free(x);
  return status;
}

/* ---- data ---- */

int mg_audit_data(const mg_model *model, gsl_rng *rng, const mg_rows *rows,
                  mg_audit *audit) {
  const size_t n = GSL_MIN(rows->n, DRAWS);
  mg_tally of_data = {.n = 0}, of_draws = {.n = 0};
  int status = mg_audit_check_density(model);
  if (status != GSL_SUCCESS)
    return status;
  if (n == 0 || !mg_space_equal(&rows->data->space, &model->space))
    return mg_fail(GSL_EINVAL, "no rows of the model's space");
  mg_block *block = mg_block_alloc(&model->space, n);
  gsl_matrix *x = draws_of(model, rng, n, &status);
  if (x)
    status = score(model, x, &of_draws);
  if (!block && status == GSL_SUCCESS)
    status = mg_fail(GSL_ENOMEM, "no memory for %zu rows", n);
  if (status == GSL_SUCCESS) {
    mg_block_read(block, rows, 0, n);
    status = score(model, &block->batch.x, &of_data);
  }
  gsl_matrix_free(x);
  mg_block_free(block);
  *audit = (mg_audit){.name = "data",
                      .value = of_data.mean - of_draws.mean,
                      .bound = NAN,
                      .passed = true};
  snprintf(audit->note, sizeof audit->note,
           "log p of %zu data %.5g +- %.2g, of draws %.5g +- %.2g", n,
           of_data.mean, of_data.std_error, of_draws.mean, of_draws.std_error);
  return status;
}

/* ---- all of them ---- */

static void add_row(mg_table *table, const mg_audit *audit) {
  mg_table_row(table);
  mg_table_text(table, audit->name);
  mg_table_real(table, audit->value);
  mg_table_real(table, audit->bound);
  mg_table_text(table, isnan(audit->bound) ? "-"
                       : audit->passed     ? "yes"
                                           : "no");
  mg_table_text(table, audit->note);
}

/* Writes what an audit came to; one that cannot be is a row with the reason. */
static int report(int status, const char *name, mg_audit *audit,
                  mg_table *table, mg_audit_count *count) {
  const bool asked = status == GSL_SUCCESS;
  if (status == GSL_EUNSUP) {
    *audit =
        (mg_audit){.name = name, .value = NAN, .bound = NAN, .passed = true};
    snprintf(audit->note, sizeof audit->note, "cannot: %s", mg_reason());
    mg_reason_clear();
    status = GSL_SUCCESS;
  }
  if (status == GSL_SUCCESS) {
    add_row(table, audit);
    count->asked += asked;
    count->failed += !audit->passed;
  }
  return status;
}

/* Rows to change: half drawn from the model where it can, half uniformly. */
static gsl_matrix *rows_for(const mg_model *model, gsl_rng *rng, int *status) {
  gsl_matrix *x = gsl_matrix_alloc(ROWS, model->space.dim);
  *status = x ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for an audit");
  for (size_t i = 0; x && i < ROWS * model->space.dim; i++)
    x->data[i] = model->space.measure == MG_REALS
                     ? gsl_ran_gaussian(rng, 1)
                     : (double)gsl_rng_uniform_int(rng, model->space.levels);
  if (x && model->type->sample) {
    gsl_matrix_view half =
        gsl_matrix_submatrix(x, 0, 0, ROWS / 2, model->space.dim);
    *status = mg_model_sample(model, rng, &half.matrix);
  }
  return x;
}

/* What the audits are run on. */
typedef struct {
  const mg_model *model;
  gsl_rng *rng;
  const gsl_matrix *x;
  const mg_rows *rows;
} subject;

static int run_normalisation(const subject *s, mg_audit *audit) {
  return s->model->space.measure == MG_REALS
             ? mg_audit_integral(s->model, s->rng, audit)
             : mg_audit_normalisation(s->model, audit);
}

static int run_chain(const subject *s, mg_audit *audit) {
  return mg_audit_chain(s->model, s->x, audit);
}

static int run_causality(const subject *s, mg_audit *audit) {
  return mg_audit_causality(s->model, s->rng, s->x, audit);
}

static int run_columns(const subject *s, mg_audit *audit) {
  return mg_audit_columns(s->model, s->rng, s->x, audit);
}

static int run_samples(const subject *s, mg_audit *audit) {
  return mg_audit_samples(s->model, s->rng, audit);
}

static int run_data(const subject *s, mg_audit *audit) {
  return mg_audit_data(s->model, s->rng, s->rows, audit);
}

static const struct {
  const char *name;
  int (*run)(const subject *s, mg_audit *audit);
} audits[] = {{"normalisation", run_normalisation},
              {"chain rule", run_chain},
              {"causality", run_causality},
              {"columns", run_columns},
              {"samples", run_samples},
              {"data", run_data}};

int mg_audit_all(const mg_model *model, const mg_rows *rows, unsigned long seed,
                 mg_table *table, mg_audit_count *count) {
  gsl_rng *rng = mg_stream_alloc(seed, "audit", 0);
  int status = rng ? GSL_SUCCESS : GSL_ENOMEM;
  gsl_matrix *x = rng ? rows_for(model, rng, &status) : NULL;
  const subject s = {.model = model, .rng = rng, .x = x, .rows = rows};
  const size_t n = sizeof audits / sizeof *audits - (rows ? 0 : 1);
  *count = (mg_audit_count){.asked = 0};
  for (size_t i = 0; i < n && status == GSL_SUCCESS; i++) {
    mg_audit audit;
    status = audits[i].run(&s, &audit);
    status = report(status, audits[i].name, &audit, table, count);
  }
  gsl_matrix_free(x);
  gsl_rng_free(rng);
  return status == GSL_SUCCESS ? mg_table_status(table) : status;
}
