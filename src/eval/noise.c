/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A walk from a broad noise to a narrow one.                        [noisy.3]
 *
 * The first candidate is as broad as the data, and good for a generator that
 * says nothing; each next one is narrower by the square root of two, and the
 * walk ends where the bound has fallen twice in a row.  All have the same
 * random numbers, so that what differs is the noise.
 *
 * A bound in place of log p moves the choice towards more noise, since it is
 * tighter there: a reason to anneal.
 *
 * Source: Wu et al. (2017) choose their noise on rows held out, too.
 *
 * Not here: a noise of its own for each column. */
#include "eval/noise.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/status.h"
#include "models/noisy.h"

enum { ROWS_MOST = 64, STEPS = 24, FALLS = 2 };

/* The standard deviation of rows about the means of their columns; 0 where they
 * are all the same.  Returns GSL_SUCCESS; GSL_ENOMEM. */
static int spread_of(const mg_rows *rows, double *sd) {
  const size_t d = rows->data->space.dim;
  mg_block *block = mg_block_alloc(&rows->data->space, rows->n);
  double squares = 0;
  if (!block)
    return mg_fail(GSL_ENOMEM, "no memory for %zu rows", rows->n);
  mg_block_read(block, rows, 0, rows->n);
  for (size_t j = 0; j < d; j++) {
    gsl_vector_const_view x = gsl_matrix_const_column(&block->batch.x, j);
    squares += gsl_stats_variance(x.vector.data, x.vector.stride, rows->n);
  }
  mg_block_free(block);
  *sd = sqrt(squares / (double)d);
  return GSL_SUCCESS;
}

static int bound_with(const mg_model *of, double sd, mg_bound_method method,
                      const mg_rows *rows, const mg_bound_options *options,
                      unsigned long seed, double *value) {
  mg_evidence e = {.value = NAN};
  int status = mg_noisy_can(of, sd);
  if (status != GSL_SUCCESS)
    return status;
  mg_model *model = mg_noisy_alloc(of, sd);
  if (!model)
    return GSL_ENOMEM;
  status = mg_bound_of(model, method, rows, options, seed, &e);
  mg_model_free(model);
  *value = e.value;
  return status;
}

int mg_noise_best(const mg_model *of, mg_bound_method method,
                  const mg_rows *rows, const mg_bound_options *options,
                  unsigned long seed, double *sd) {
  mg_rows some = *rows;
  double at = 0, value = NAN, best = -INFINITY;
  some.n = rows->n < ROWS_MOST ? rows->n : ROWS_MOST;
  if (some.n < 2)
    return mg_fail(GSL_EINVAL, "%zu rows to choose a noise on", some.n);
  int status = spread_of(&some, &at);
  if (status == GSL_SUCCESS && !(at > 0))
    return mg_fail(GSL_EINVAL, "rows that are all the same choose no noise");
  int falls = 0;
  for (int i = 0; status == GSL_SUCCESS && i < STEPS && falls < FALLS; i++) {
    status = bound_with(of, at, method, &some, options, seed, &value);
    falls = value > best ? 0 : falls + 1;
    if (value > best) {
      best = value;
      *sd = at;
    }
    at *= M_SQRT1_2;
  }
  if (status == GSL_SUCCESS && best == -INFINITY)
    return mg_fail(GSL_EDOM, "no noise from the rows' own down gives them a "
                             "finite bound: the generator is far away");
  return status;
}
