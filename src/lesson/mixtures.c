/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapters about mixtures.
 *
 * models/gmm knows nothing of boards, and a chapter should read as what is done
 * to which quantity; between the two stand a few functions that look names up.
 * What a half step came to is told as log p = ELBO + KL [em.3], per datum, so
 * that it can be read beside an evidence.
 *
 * When the component of every datum is known, EM is one M step [em.8]. */
#include "config.h"

#include "lesson/mixtures.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "plot/ellipse.h"
#include "plot/images.h"

enum { TEXT_SIZE = 64 };

static gsl_matrix *matrix_of(mg_lesson *lesson, const char *name,
                             const char *what) {
  return mg_board_find_matrix(mg_lesson_board(lesson),
                              mg_board_join(name, what).text);
}

mg_gmm *mg_lesson_mixture(mg_lesson *lesson, const char *name, mg_rows rows,
                          const char *unit, size_t k, double floor) {
  const mg_gmm_options options = {k, MG_GMM_FULL, MG_GMM_RANDOM, floor};
  mg_board *board = mg_lesson_board(lesson);
  mg_model *model = mg_board_model(board, name, &mg_gmm_type, &rows.data->space,
                                   &options, false);
  gsl_matrix *r =
      mg_board_matrix(board, mg_board_join(name, "r").text, rows.n, k, NULL);
  if (!model || !r ||
      !mg_board_rows(board, mg_board_join(name, "x").text, &rows, unit))
    return NULL;
  gsl_matrix_set_all(r, 1 / (double)k);
  return model->self;
}

mg_gmm *mg_lesson_labelled(mg_lesson *lesson, const char *name, mg_rows rows,
                           const char *unit) {
  const size_t k = rows.data->space.classes;
  mg_gmm *g = mg_lesson_mixture(lesson, name, rows, unit, k, 0);
  if (!g)
    return NULL;
  gsl_matrix *r = matrix_of(lesson, name, "r");
  gsl_matrix_set_zero(r);
  for (size_t i = 0; i < rows.n; i++)
    gsl_matrix_set(r, i, rows.data->labels[rows.first + i], 1);
  if (mg_gmm_m_step(g, matrix_of(lesson, name, "x"), r) != GSL_SUCCESS)
    return NULL;
  return g;
}

mg_gmm *mg_lesson_gmm(mg_lesson *lesson, const char *name) {
  return mg_board_find_model(mg_lesson_board(lesson), name)->self;
}

static int add_curves(mg_lesson *lesson, const char *name, const char *what,
                      mg_gmm_curve curve, char *const *names, double low,
                      double high) {
  return mg_gmm_curves(mg_lesson_gmm(lesson, name), curve, names, low, high,
                       mg_board_table(mg_lesson_board(lesson),
                                      mg_board_join(name, what).text,
                                      MG_GMM_CURVE_COLUMNS));
}

int mg_lesson_gmm_law(mg_lesson *lesson, const char *name, char *const *names,
                      double low, double high) {
  int status = mg_gmm_components(mg_lesson_gmm(lesson, name), names,
                                 mg_board_table(mg_lesson_board(lesson),
                                                mg_board_join(name, "law").text,
                                                MG_GMM_COMPONENT_COLUMNS));
  if (status == GSL_SUCCESS)
    status = add_curves(lesson, name, "likelihood", MG_GMM_LIKELIHOOD, names,
                        low, high);
  if (status == GSL_SUCCESS)
    status = add_curves(lesson, name, "joint", MG_GMM_JOINT, names, low, high);
  if (status == GSL_SUCCESS)
    status = add_curves(lesson, name, "posterior", MG_GMM_POSTERIOR, names, low,
                        high);
  return status;
}

/* A row of NAME_bound, and of NAME_bars: the first M step rises so far that
 * nothing else could be told from bars that begin before it. */
static int add_bound(mg_lesson *lesson, const char *name, size_t half, double n,
                     const mg_gmm_parts *at) {
  static const char columns[] = "label elbo kl log_p";
  /* A sum of logs that is 0 but for their rounding is told as 0. */
  const bool none = fabs(at->kl) < DBL_EPSILON * fabs(at->log_p);
  const double kl = none ? 0 : at->kl / n;
  char label[TEXT_SIZE] = "start";
  if (half)
    snprintf(label, sizeof label, "%c%zu", "ME"[half % 2], (half + 1) / 2);
  mg_table *bars =
      mg_lesson_table(lesson, mg_board_join(name, "bars").text, columns);
  int status = bars ? GSL_SUCCESS : GSL_ENOMEM;
  if (half >= 2)
    status = MG_TABLE_LINE(bars, label, at->elbo / n, kl, at->log_p / n);
  if (status != GSL_SUCCESS)
    return status;
  return MG_TABLE_LINE(
      mg_lesson_table(lesson, mg_board_join(name, "bound").text, columns),
      label, at->elbo / n, kl, at->log_p / n);
}

int mg_lesson_gmm_half(mg_lesson *lesson, const char *name, size_t passes) {
  const size_t half = mg_lesson_piece(lesson);
  const gsl_matrix *x = matrix_of(lesson, name, "x");
  mg_gmm_parts at;
  int status = mg_gmm_half_step(mg_lesson_gmm(lesson, name), x,
                                matrix_of(lesson, name, "r"), half, &at);
  if (status == GSL_SUCCESS)
    status = add_bound(lesson, name, half, (double)x->size1, &at);
  mg_lesson_level(lesson, half % 2 == 0);
  if (status != GSL_SUCCESS)
    return status;
  return half < 2 * passes ? GSL_CONTINUE : GSL_SUCCESS;
}

int mg_lesson_gmm_climb(mg_lesson *lesson, const char *name, double tolerance,
                        size_t most) {
  mg_board *board = mg_lesson_board(lesson);
  mg_table *climb = mg_board_table(board, mg_board_join(name, "climb").text,
                                   MG_GMM_RISE_COLUMNS);
  mg_table *rises = mg_board_table(board, mg_board_join(name, "rises").text,
                                   MG_GMM_CURVE_COLUMNS);
  if (!climb || !rises)
    return GSL_ENOMEM;
  int status =
      mg_gmm_climb(mg_lesson_gmm(lesson, name), matrix_of(lesson, name, "x"),
                   matrix_of(lesson, name, "r"), tolerance, most, climb);
  for (size_t i = 0; i < mg_table_rows(climb) && status == GSL_SUCCESS; i++) {
    mg_table_row(rises);
    mg_table_text(rises, "rise");
    mg_table_text(rises, mg_table_get(climb, i, 0));
    mg_table_text(rises, mg_table_get(climb, i, 2));
    status = mg_table_status(rises);
  }
  return status;
}

int mg_lesson_gmm_try(mg_lesson *lesson, const char *name, const char *run,
                      double tolerance, size_t most) {
  const int end = mg_lesson_gmm_climb(lesson, name, tolerance, most);
  const char *reason = mg_reason();
  const mg_gmm *g = mg_lesson_gmm(lesson, name);
  const mg_table *climb = mg_board_find_table(
      mg_lesson_board(lesson), mg_board_join(name, "climb").text);
  if (climb && end == GSL_SUCCESS)
    reason = mg_table_rows(climb) < most ? "it converged" : "it was stopped";
  mg_table *why =
      mg_lesson_table(lesson, mg_board_join(name, "why").text, "reason");
  mg_table *ends = mg_lesson_table(lesson, mg_board_join(name, "ends").text,
                                   "run passes weight sd");
  if (!climb || mg_table_line(why, reason, 0, NULL) != GSL_SUCCESS)
    return GSL_ENOMEM;
  return MG_TABLE_LINE(ends, run, (double)mg_table_rows(climb),
                       gsl_vector_get(g->weights, 0),
                       sqrt(gsl_matrix_get(g->spread, 0, 0)));
}

int mg_lesson_gmm_fit(mg_lesson *lesson, const char *name, mg_rows rows,
                      size_t k, double floor, const mg_fit_options *options,
                      unsigned long seed, mg_gmm_parts *parts) {
  if (!mg_lesson_mixture(lesson, name, rows, NULL, k, floor))
    return GSL_ENOMEM;
  const int status = mg_fit_run(
      mg_board_find_model(mg_lesson_board(lesson), name), &rows, options, seed);
  if (status != GSL_SUCCESS)
    return status;
  /* The fit may have put another self into the model. */
  return mg_gmm_half_step(mg_lesson_gmm(lesson, name),
                          matrix_of(lesson, name, "x"),
                          matrix_of(lesson, name, "r"), 1, parts);
}

/* The table NAME_WHAT of the frames, new and empty for the first. */
static mg_table *frames(mg_lesson *lesson, const char *name, const char *what,
                        const char *columns, size_t frame) {
  mg_board *board = mg_lesson_board(lesson);
  const mg_board_name full = mg_board_join(name, what);
  return frame == 1 ? mg_board_table(board, full.text, columns)
                    : mg_board_find_table(board, full.text);
}

static int add_caption(mg_table *captions, size_t frame, const mg_table *told) {
  const size_t last = mg_table_rows(told) - 1;
  char line[TEXT_SIZE];
  double log_p = NAN;
  if (!captions)
    return GSL_ENOMEM;
  mg_parse_real(mg_table_get(told, last, mg_table_find(told, "log_p")), &log_p);
  snprintf(line, sizeof line, "%s: log p = %.3f", mg_table_get(told, last, 0),
           log_p);
  mg_table_row(captions);
  mg_table_size(captions, frame);
  mg_table_text(captions, line);
  return mg_table_status(captions);
}

int mg_lesson_gmm_frame(mg_lesson *lesson, const char *name, size_t frame,
                        const char *told) {
  mg_board *board = mg_lesson_board(lesson);
  int status =
      add_caption(frames(lesson, name, "captions", "frame text", frame), frame,
                  mg_board_find_table(board, told));
  if (status == GSL_SUCCESS)
    status = mg_board_real(board, mg_board_join(name, "frames").text,
                           (double)frame, NULL);
  if (status != GSL_SUCCESS)
    return status;
  return mg_gmm_frame(
      mg_lesson_gmm(lesson, name), matrix_of(lesson, name, "x"),
      matrix_of(lesson, name, "r"), frame,
      frames(lesson, name, "points", MG_GMM_POINT_COLUMNS, frame),
      frames(lesson, name, "ellipses", MG_ELLIPSE_COLUMNS, frame));
}

int mg_lesson_gmm_film(mg_lesson *lesson, const char *name, size_t passes) {
  const int status = mg_lesson_gmm_half(lesson, name, passes);
  if (status != GSL_SUCCESS && status != GSL_CONTINUE)
    return status;
  const int drawn =
      mg_lesson_gmm_frame(lesson, name, mg_lesson_piece(lesson) + 1,
                          mg_board_join(name, "bound").text);
  return drawn == GSL_SUCCESS ? status : drawn;
}

/* A row of each table about the model with k components. */
static int add_choice(mg_lesson *lesson, double k, double bic,
                      const mg_evidence *e, const mg_tally *gain) {
  const int status = MG_TABLE_LINE(
      mg_lesson_table(lesson, "choice",
                      "claim K bic held_out std_error gain gain_error"),
      mg_claim_sign(e->claim), k, bic, e->value, e->std_error, gain->mean,
      gain->std_error);
  if (status != GSL_SUCCESS ||
      MG_TABLE_LINE(mg_lesson_table(lesson, "bic", "series x y"), "BIC", k,
                    bic))
    return GSL_ENOMEM;
  return MG_TABLE_LINE(
      mg_lesson_table(lesson, "held_out", "series x y low high"),
      "gain over K = 1", k, gain->mean, gain->mean - gain->std_error,
      gain->mean + gain->std_error);
}

int mg_lesson_choice(mg_lesson *lesson, const char *name, mg_rows seen,
                     mg_rows rest, double floor,
                     const mg_fit_options *options) {
  mg_board *board = mg_lesson_board(lesson);
  const size_t k = mg_lesson_piece(lesson) + 1;
  const mg_board_name one = mg_board_join(name, "1");
  const char *which = k == 1 ? one.text : name;
  const unsigned long seed = mg_lesson_seed(lesson);
  const mg_evidence_options exact = mg_evidence_options_default();
  mg_gmm_parts at;
  mg_evidence e;
  mg_tally gain;
  int status =
      mg_lesson_gmm_fit(lesson, which, seen, k, floor, options, seed, &at);
  if (status != GSL_SUCCESS)
    return status;
  const mg_model *model = mg_board_find_model(board, which);
  const double bic = mg_bic(at.log_p, mg_model_parameters(model), seen.n);
  status = mg_evidence_of(model, &rest, &exact, seed, &e);
  if (status == GSL_SUCCESS)
    status = mg_evidence_gain(model, mg_board_find_model(board, one.text),
                              &rest, &exact, seed, &gain);
  return status == GSL_SUCCESS ? add_choice(lesson, (double)k, bic, &e, &gain)
                               : status;
}

static int fit_recipe(mg_lesson *lesson, const mg_recipe *recipe,
                      const mg_dataset *data, mg_table *table) {
  mg_model *model =
      mg_board_model(mg_lesson_board(lesson), recipe->type->name, recipe->type,
                     &data->space, recipe->options, recipe->dequantise);
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_evidence_options options = mg_evidence_options_default();
  const unsigned long seed = mg_lesson_seed(lesson);
  mg_evidence e;
  int status =
      model ? mg_fit_run(model, &train, &recipe->fit, seed) : GSL_EFAILED;
  if (status == GSL_SUCCESS)
    status = mg_evidence_of(model, &test, &options, seed, &e);
  if (status != GSL_SUCCESS)
    return status;
  mg_table_row(table);
  mg_table_text(table, recipe->type->name);
  mg_table_size(table, mg_model_parameters(model));
  mg_table_text(table, mg_claim_sign(e.claim));
  mg_table_real(table, e.value);
  mg_table_real(table, e.std_error);
  return mg_table_status(table);
}

int mg_lesson_family(mg_lesson *lesson, const mg_model_type *type,
                     const mg_dataset *data, mg_table *table) {
  mg_recipe *recipe = mg_recipe_alloc(type, data, mg_lesson_quick(lesson));
  if (!recipe || !table) {
    mg_recipe_free(recipe);
    return GSL_EFAILED;
  }
  const int status = fit_recipe(lesson, recipe, data, table);
  mg_recipe_free(recipe);
  return status;
}

int mg_lesson_panel(mg_lesson *lesson, const char *panel, const mg_space *space,
                    const gsl_matrix *images) {
  const double black = space->measure == MG_LEVELS ? space->levels - 1 : 1;
  return mg_board_take_table(
      mg_lesson_board(lesson), panel,
      mg_images_table(images, space->height, space->width, 0, 0, black));
}

int mg_lesson_drawn_panel(mg_lesson *lesson, const char *panel,
                          const char *name, size_t n) {
  const mg_model *model = mg_board_find_model(mg_lesson_board(lesson), name);
  gsl_matrix *x = gsl_matrix_alloc(n, model->space.dim);
  int status = x ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for draws");
  if (status == GSL_SUCCESS)
    status = mg_model_sample(model, mg_lesson_rng(lesson, panel), x);
  if (status == GSL_SUCCESS)
    status = mg_lesson_panel(lesson, panel, &model->space, x);
  gsl_matrix_free(x);
  return status;
}

int mg_lesson_data_panel(mg_lesson *lesson, const char *panel,
                         const mg_dataset *data, size_t n) {
  const mg_rows rows = {data, 0, n};
  mg_block *block = mg_block_alloc(&data->space, n);
  if (!block)
    return mg_fail(GSL_ENOMEM, "no memory for %zu images", n);
  mg_block_read(block, &rows, 0, n);
  const int status =
      mg_lesson_panel(lesson, panel, &data->space, &block->batch.x);
  mg_block_free(block);
  return status;
}

int mg_lesson_means_panel(mg_lesson *lesson, const char *panel,
                          const char *name) {
  const mg_model *model = mg_board_find_model(mg_lesson_board(lesson), name);
  const mg_mixture *m = model->self;
  gsl_matrix *means = gsl_matrix_alloc(m->law.count, m->law.dim);
  int status = means ? mg_mixture_means(m, means)
                     : mg_fail(GSL_ENOMEM, "no memory for means");
  if (status == GSL_SUCCESS)
    status = mg_lesson_panel(lesson, panel, &model->space, means);
  gsl_matrix_free(means);
  return status;
}
