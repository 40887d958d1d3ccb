/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaving one out, for any family: fit N times.                     [loo.1]
 *
 * A kernel density and a histogram know a shorter way to the same number
 * ([kde.2], [hist.3]) as long as their width is fixed; a test holds the two
 * together.  Here nothing is known of the family, so a width that is chosen by
 * a rule is chosen anew for every row, as it should be.
 *
 * The rows are copied once.  Row i changes places with the last one, and the
 * fit sees all but the last. */
#include "eval/left_out.h"

#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/tally.h"
#include "models/fit.h"

static mg_dataset *copy_of(const mg_rows *rows) {
  mg_space space = rows->data->space;
  space.classes = 0;
  mg_dataset *copy = mg_dataset_alloc(rows->data->name, &space, rows->n);
  if (!copy)
    return NULL;
  gsl_matrix_const_view from = gsl_matrix_const_submatrix(
      rows->data->reals, rows->first, 0, rows->n, space.dim);
  gsl_matrix_memcpy(copy->reals, &from.matrix);
  return copy;
}

/* log p of the last row under the others. */
static int score_last(const mg_model *model, const mg_dataset *data,
                      unsigned long seed, double *value) {
  const mg_rows others = {data, 0, data->n - 1};
  mg_fit_options fit = mg_fit_options_default();
  fit.threads = 1;
  mg_model *fresh =
      mg_model_alloc(model->type, &data->space, model->options, false);
  if (!fresh)
    return GSL_EINVAL;
  gsl_matrix_const_view x = gsl_matrix_const_submatrix(data->reals, data->n - 1,
                                                       0, 1, data->space.dim);
  gsl_vector_view log_p = gsl_vector_view_array(value, 1);
  int status = mg_fit_run(fresh, &others, &fit, seed);
  if (status == GSL_SUCCESS)
    status = mg_model_log_density(fresh, &x.matrix, &log_p.vector);
  mg_model_free(fresh);
  return status;
}

static int check(const mg_model *model, const mg_rows *rows) {
  if (rows->data->space.measure != MG_REALS || rows->n < 3)
    return mg_fail(GSL_EINVAL, "one of 3 rows of reals or more is left out");
  if (!mg_space_equal(&model->space, &rows->data->space))
    return mg_fail(GSL_EINVAL, "the model and the data have unequal spaces");
  return GSL_SUCCESS;
}

int mg_left_out_of(const mg_model *model, const mg_rows *rows,
                   unsigned long seed, mg_evidence *evidence) {
  int status = check(model, rows);
  if (status != GSL_SUCCESS)
    return status;
  mg_dataset *data = copy_of(rows);
  double *value = malloc(rows->n * sizeof *value);
  if (!data || !value)
    status = mg_fail(GSL_ENOMEM, "no memory for %zu rows", rows->n);
  for (size_t i = 0; i < rows->n && status == GSL_SUCCESS; i++) {
    gsl_matrix_swap_rows(data->reals, i, rows->n - 1);
    status = score_last(model, data, seed, &value[i]);
    gsl_matrix_swap_rows(data->reals, i, rows->n - 1);
  }
  mg_tally tally = {.mean = NAN, .std_error = NAN};
  if (status == GSL_SUCCESS)
    mg_tally_values(rows->n, value, 1, &tally);
  *evidence =
      (mg_evidence){.value = tally.mean,
                    .std_error = tally.std_error,
                    .claim = model->type->improper ? MG_NO_CLAIM : MG_ESTIMATE,
                    .n = rows->n,
                    .method = "leave one out"};
  mg_dataset_free(data);
  free(value);
  return status;
}
