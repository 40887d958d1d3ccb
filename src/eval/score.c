/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From scores to rows of a table.
 *
 * An interval here is for the mean score of so many draws, so it needs neither
 * the law of the score nor that the score be without bias: the bootstrap tells
 * how far values lie around their mean, and that spread is laid around the one
 * value there is.  It holds as far as the draws at hand stand for all others:
 * a mode that no draw has met is in no replicate either.
 *
 * The interval of Clopper & Pearson for a share h / n inverts the two one-sided
 * binomial tests, which ends at quantiles of beta laws:           [score.2]
 *
 *     lower = B^-1(a/2; h, n-h+1),   upper = B^-1(1-a/2; h+1, n-h)
 *
 * with 0 and 1 for h = 0 and h = n. */
#include "eval/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "base/status.h"
#include "base/tally.h"

#define TAIL ((1 - MG_SCORE_COVERAGE) / 2)

mg_score mg_score_named(const char *name, mg_better better,
                        const char *method) {
  return (mg_score){.name = name,
                    .value = NAN,
                    .std_error = NAN,
                    .lower = NAN,
                    .upper = NAN,
                    .coverage = MG_SCORE_COVERAGE,
                    .ideal = NAN,
                    .floor = NAN,
                    .floor_sd = NAN,
                    .floor_from = "",
                    .better = better,
                    .p_value = NAN,
                    .method = method};
}

const char *mg_better_text(mg_better better) {
  static const char *const text[] = {"higher", "lower", "near floor"};
  return text[better];
}

/* ---- rows ---- */

static int check_finite(const gsl_matrix *x, const char *name) {
  for (size_t i = 0; i < x->size1; i++)
    for (size_t j = 0; j < x->size2; j++)
      if (!isfinite(gsl_matrix_get(x, i, j)))
        return mg_fail(GSL_EDOM,
                       "row %zu of the %s has no finite value in "
                       "column %zu: it has no distance",
                       i + 1, name, j + 1);
  return GSL_SUCCESS;
}

int mg_score_rows_check(const mg_score_rows *rows) {
  const gsl_matrix *const x[] = {rows->draws, rows->data, rows->train};
  static const char *const name[] = {"draws", "data", "training rows"};
  for (size_t i = 0; i < 3; i++) {
    if (!x[i])
      continue;
    if (x[i]->size1 < (i < 2 ? 2 : 1))
      return mg_fail(GSL_EINVAL, "%zu %s: too few to score", x[i]->size1,
                     name[i]);
    if (x[i]->size2 != x[0]->size2)
      return mg_fail(GSL_EBADLEN, "the draws have %zu columns, the %s %zu",
                     x[0]->size2, name[i], x[i]->size2);
    const int status = check_finite(x[i], name[i]);
    if (status != GSL_SUCCESS)
      return status;
  }
  return GSL_SUCCESS;
}

int mg_score_stand_in(const mg_score_rows *rows, gsl_rng *rng, gsl_matrix *x) {
  const size_t m = rows->train ? rows->train->size1 : 0;
  if (m < x->size1)
    return mg_fail(GSL_EINVAL,
                   "%zu training rows cannot stand in for %zu draws", m,
                   x->size1);
  size_t *all = calloc(m, sizeof *all), *some = calloc(x->size1, sizeof *some);
  if (all && some) {
    for (size_t i = 0; i < m; i++)
      all[i] = i;
    gsl_ran_choose(rng, some, x->size1, all, m, sizeof *all);
    for (size_t i = 0; i < x->size1; i++) {
      gsl_vector_const_view row = gsl_matrix_const_row(rows->train, some[i]);
      gsl_matrix_set_row(x, i, &row.vector);
    }
  }
  const bool made = all && some;
  free(all);
  free(some);
  return made ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for %zu rows", m);
}

/* ---- errors ---- */

/*                                                                 [score.1] */
void mg_score_replicates(mg_score *score, size_t n, double *replicate) {
  mg_tally tally;
  mg_tally_values(n, replicate, 1, &tally);
  score->std_error = score->lower = score->upper = NAN;
  if (n < 2 || !isfinite(tally.mean))
    return;
  gsl_sort(replicate, 1, n);
  const double low = gsl_stats_quantile_from_sorted_data(replicate, 1, n, TAIL);
  const double high =
      gsl_stats_quantile_from_sorted_data(replicate, 1, n, 1 - TAIL);
  score->std_error = tally.std_error * sqrt((double)n);
  /* Of a count the quantiles may lie on one side of the mean. */
  score->lower = score->value - fmax(high - tally.mean, 0);
  score->upper = score->value - fmin(low - tally.mean, 0);
}

void mg_score_clamp(mg_score *score, double least, double most) {
  if (score->lower < least)
    score->lower = least;
  if (score->upper > most)
    score->upper = most;
}

/* B^-1(p; a, b).  GSL's own gives up on large shapes and calls the error
 * handler; halving cannot. */
static double beta_quantile(double p, double a, double b) {
  double low = 0, high = 1, middle = 0.5;
  while (low < middle && middle < high) {
    if (gsl_cdf_beta_P(middle, a, b) < p)
      low = middle;
    else
      high = middle;
    middle = low + (high - low) / 2;
  }
  return middle;
}

/*                                                                 [score.2] */
void mg_score_share(mg_score *score, size_t hits, size_t n) {
  const double h = (double)hits, rest = (double)(n - hits), p = h / (double)n;
  score->value = p;
  score->std_error = sqrt(p * (1 - p) / (double)n);
  score->lower = hits == 0 ? 0 : beta_quantile(TAIL, h, rest + 1);
  score->upper = hits == n ? 1 : beta_quantile(1 - TAIL, h + 1, rest);
}

/*                                                                 [score.3] */
void mg_score_floor(mg_score *score, size_t n, const double *truth,
                    double share, const char *from) {
  mg_tally tally;
  mg_tally_values(n, truth, 1, &tally);
  score->floor = tally.mean;
  score->floor_sd =
      share < 1 ? tally.std_error * sqrt((double)n / (1 - share)) : NAN;
  score->floor_from = n ? from : "";
}

int mg_score_over_seeds(size_t n, const mg_score *score, mg_score *mean) {
  double *value = calloc(n, sizeof *value);
  if (!value)
    return mg_fail(GSL_ENOMEM, "no memory for %zu scores", n);
  size_t there = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(score[i].value))
      value[there++] = score[i].value;
  mg_tally tally;
  mg_tally_values(there, value, 1, &tally);
  free(value);
  if (there == 0)
    return mg_fail(GSL_EINVAL, "no model has this score");
  *mean = score[0];
  mean->value = tally.mean;
  mean->std_error = tally.std_error;
  const double t =
      there > 1 ? gsl_cdf_tdist_Qinv(TAIL, (double)there - 1) : NAN;
  mean->lower = tally.mean - t * tally.std_error;
  mean->upper = tally.mean + t * tally.std_error;
  mean->p_value = NAN;
  snprintf(mean->note, sizeof mean->note,
           "mean and standard error over %zu of %zu seeds", there, n);
  return GSL_SUCCESS;
}

/* ---- the table ---- */

static void add_note(mg_table *table, const char *given, const char *own) {
  char text[512];
  snprintf(text, sizeof text, "%s%s%s", given, *given && *own ? "; " : "", own);
  mg_table_text(table, text);
}

void mg_score_fields(mg_table *table, const char *model, const mg_dataset *data,
                     mg_part_name part, const mg_score *score,
                     const char *note) {
  const double number[] = {score->value, score->std_error, score->lower,
                           score->upper, score->coverage,  score->ideal,
                           score->floor, score->floor_sd};
  mg_table_text(table, model);
  mg_table_text(table, data->name);
  mg_table_text(table, mg_part_text(part));
  mg_table_text(table, score->name);
  for (size_t i = 0; i < sizeof number / sizeof *number; i++)
    mg_table_real(table, number[i]);
  mg_table_text(table, score->floor_from);
  mg_table_text(table, mg_better_text(score->better));
  mg_table_real(table, score->p_value);
  mg_table_size(table, score->n);
  mg_table_size(table, score->draws);
  mg_table_text(table, score->method);
  add_note(table, note ? note : "", score->note);
}

void mg_score_row(mg_table *table, const char *model, const mg_dataset *data,
                  mg_part_name part, const mg_score *score, const char *note) {
  mg_table_row(table);
  mg_score_fields(table, model, data, part, score, note);
}
