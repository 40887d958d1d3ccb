/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about games: what can be said of a sampler.
 *
 * Where the modes are known they are counted (eval/coverage); a kernel density
 * of draws gives the number that is often quoted in place of a density; and two
 * tests look at the same draws (eval/twosample). */
#include "config.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/coverage.h"
#include "eval/parzen.h"
#include "eval/twosample.h"
#include "lesson/games.h"
#include "lesson/library.h"

enum { SPLITS = 99 };

/* ---- coverage ---- */

/* The same of rows that somebody drew. */
static int count_modes(const gsl_matrix *x, const mg_dataset *data,
                       double out[3]) {
  double sd;
  out[0] = out[1] = out[2] = NAN;
  if (!mg_toys_has_modes(data->name))
    return GSL_SUCCESS;
  gsl_matrix *centres = mg_toys_modes(data->name, &sd);
  if (!centres)
    return GSL_ENOMEM;
  unsigned *high = calloc(centres->size1, sizeof *high);
  mg_coverage c;
  const int status =
      high ? mg_coverage_count(x, centres, sd, high, &c) : GSL_ENOMEM;
  if (status == GSL_SUCCESS) {
    out[0] = (double)c.found;
    out[1] = (double)c.high / (double)c.draws;
    out[2] = c.reverse_kl;
  }
  free(high);
  gsl_matrix_free(centres);
  return status;
}

int mg_lesson_coverage(mg_lesson *lesson, const char *model,
                       const mg_dataset *data, double out[3]) {
  gsl_matrix *x =
      mg_board_matrix(BOARD, "covering", MG_COVERAGE_DRAWS, 2, NULL);
  const int status =
      x ? mg_model_sample(MODEL(model), RNG("coverage"), x) : GSL_ENOMEM;
  return status == GSL_SUCCESS ? count_modes(x, data, out) : status;
}

static int add_judged(mg_lesson *lesson, const char *row, const mg_evidence *e,
                      const double covered[3]) {
  mg_table *t = ROWS("judged");
  mg_table_row(t);
  mg_table_text(t, row);
  mg_table_text(t, e ? mg_claim_sign(e->claim) : "none");
  mg_table_real(t, e ? e->value : NAN);
  mg_table_real(t, e ? e->std_error : NAN);
  for (size_t i = 0; i < 3; i++)
    mg_table_real(t, covered[i]);
  return mg_table_status(t);
}

int mg_lesson_judged(mg_lesson *lesson, const char *model, const char *row,
                     const mg_evidence *e, const mg_dataset *data) {
  double covered[3];
  const int status = mg_lesson_coverage(lesson, model, data, covered);
  return status == GSL_SUCCESS ? add_judged(lesson, row, e, covered) : status;
}

int mg_lesson_judged_truth(mg_lesson *lesson, const mg_rows *rows) {
  double sd, mean[MG_COVERAGE_SCORES], spread[MG_COVERAGE_SCORES];
  gsl_matrix *centres = mg_toys_modes(rows->data->name, &sd);
  mg_evidence e;
  int status = centres ? mg_evidence_of_truth(rows, &e) : GSL_EINVAL;
  if (status == GSL_SUCCESS) {
    mg_coverage_floor(centres->size1, MG_COVERAGE_DRAWS, 2, mean, spread);
    status = add_judged(lesson, "the truth", &e, mean);
  }
  gsl_matrix_free(centres);
  return status;
}

/* ---- densities that are quoted ---- */

int mg_lesson_points(mg_lesson *lesson, const char *name,
                     const mg_dataset *data, size_t n) {
  double sd;
  gsl_matrix *centres = mg_toys_modes(data->name, &sd);
  gsl_matrix *x = centres ? mg_board_matrix(BOARD, name, n, 2, NULL) : NULL;
  for (size_t i = 0; x && i < 2 * n; i++)
    x->data[i] = gsl_matrix_get(centres, i / 2 % centres->size1, i % 2);
  gsl_matrix_free(centres);
  return x ? GSL_SUCCESS : GSL_EFAILED;
}

int mg_lesson_truth(mg_lesson *lesson, const char *name, const char *toy,
                    size_t n) {
  mg_dataset *fresh = mg_toys_draw(toy, n, mg_stream_seed(SEED, name, 0));
  gsl_matrix *x = fresh ? mg_board_matrix(BOARD, name, n, 2, NULL) : NULL;
  if (x)
    gsl_matrix_memcpy(x, fresh->reals);
  mg_dataset_free(fresh);
  return x ? GSL_SUCCESS : GSL_EFAILED;
}

int mg_lesson_own(mg_lesson *lesson, const char *name, const char *model,
                  size_t n) {
  gsl_matrix *x =
      mg_board_matrix(BOARD, name, n, MODEL(model)->space.dim, NULL);
  return x ? mg_model_sample(MODEL(model), RNG(name), x) : GSL_ENOMEM;
}

/* Kernels on the draws, as wide as the validation rows like best; NaN where no
 * width is best. */
static int quote(const gsl_matrix *draws, const mg_dataset *data,
                 unsigned long seed, mg_evidence *e, double *width) {
  const mg_rows tune = mg_dataset_part(data, MG_VALIDATION);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_evidence_options how = mg_evidence_options_default();
  mg_model *kernels = mg_parzen_model(draws, &tune, 1, seed);
  *e = (mg_evidence){.value = NAN, .std_error = NAN};
  *width = NAN;
  if (!kernels) {
    mg_reason_clear();
    return GSL_SUCCESS;
  }
  *width = mg_parzen_bandwidth(kernels);
  const int status = mg_evidence_of(kernels, &test, &how, seed, e);
  mg_model_free(kernels);
  return status;
}

int mg_lesson_quote(mg_lesson *lesson, const char *draws, const char *row,
                    const mg_dataset *data) {
  const gsl_matrix *x = MATRIX(draws);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_rows few = {data, test.first, GSL_MIN(test.n, x->size1)};
  const mg_twosample_options how = {SPLITS, 1, 1, 1};
  mg_score score[MG_TWOSAMPLE_SCORES];
  double width, covered[3];
  mg_evidence e;
  const gsl_matrix *real = mg_board_rows(BOARD, "quoted_test", &few, NULL);
  if (!real)
    return GSL_ENOMEM;
  const mg_score_rows both = {.draws = x, .data = real};
  int status = quote(x, data, SEED, &e, &width);
  if (status == GSL_SUCCESS)
    status = count_modes(x, data, covered);
  if (status == GSL_SUCCESS)
    status = mg_twosample_scores(&both, &how, SEED, score);
  if (status != GSL_SUCCESS)
    return status;
  return MG_TABLE_LINE(ROWS("quoted"), row, e.value, e.std_error, width,
                       covered[0], covered[1], score[MG_TWOSAMPLE_MMD].p_value,
                       score[MG_TWOSAMPLE_CLASSIFIER].value);
}
