/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia sample: draws from a model in a file.
 *
 * They are printed as they are made, a batch at a time: a million draws need no
 * more memory than a few hundred, and `| head` ends them. */
#include "config.h"

#include "command/verbs.h"

#include <gsl/gsl_math.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/stream.h"
#include "command/load.h"
#include "command/record.h"
#include "terminal/message.h"

enum { BATCH = 256, DIGITS = 12, NAME_SIZE = 24 };

/* "x1 x2 ..." in fresh memory. */
static char *column_names(size_t dim) {
  char *names = calloc(dim, NAME_SIZE), *at = names;
  for (size_t j = 1; names && j <= dim; j++)
    at += sprintf(at, "%sx%zu", j > 1 ? " " : "", j);
  return names;
}

static int print_head(const struct settings *s, const mg_model *model) {
  char *names = column_names(model->space.dim);
  mg_table *table = names ? mg_table_alloc(names) : NULL;
  free(names);
  if (!table)
    return mg_fail(GSL_ENOMEM, "no memory for a table");
  record_head(table, s, settings_seed(s), NULL);
  mg_table_head(table, "model", model->type->name);
  int status = mg_table_print(table, stdout);
  mg_table_free(table);
  return status;
}

static void print_rows(const gsl_matrix *x) {
  char number[MG_NUMBER_SIZE];
  for (size_t i = 0; i < x->size1; i++)
    for (size_t j = 0; j < x->size2; j++) {
      mg_print_real(gsl_matrix_get(x, i, j), DIGITS, number, sizeof number);
      fputs(number, stdout);
      putchar(j + 1 < x->size2 ? '\t' : '\n');
    }
}

static int print_draws(const mg_model *model, gsl_rng *rng, gsl_matrix *x,
                       size_t count) {
  int status = GSL_SUCCESS;
  while (count > 0 && status == GSL_SUCCESS && !ferror(stdout)) {
    const size_t n = GSL_MIN(count, BATCH);
    gsl_matrix_view part = gsl_matrix_submatrix(x, 0, 0, n, x->size2);
    status = mg_model_sample(model, rng, &part.matrix);
    if (status == GSL_SUCCESS)
      print_rows(&part.matrix);
    count -= n;
  }
  return status;
}

int command_sample(const struct settings *s) {
  mg_model *model = load_model(s->operand[0]);
  if (!model)
    return MG_EXIT_USAGE;
  gsl_rng *rng = mg_stream_alloc(settings_seed(s), "sample", 0);
  gsl_matrix *x = gsl_matrix_alloc(BATCH, model->space.dim);
  int status = GSL_ENOMEM;
  if (!rng || !x)
    mg_fail(status, "no memory to sample");
  else if ((status = print_head(s, model)) == GSL_SUCCESS)
    status = print_draws(model, rng, x, s->count);
  if (status != GSL_SUCCESS && !ferror(stdout)) /* main says that */
    mg_message_reason(s->operand[0], 0);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
  mg_model_free(model);
  return status == GSL_SUCCESS ? 0 : EXIT_FAILURE;
}
