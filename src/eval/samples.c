/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One set of draws of a model goes through every score that applies.
 *
 * Floors.  Training rows take the place of the draws, time and again, and are
 * scored as draws are; mean and spread over these stand-ins are the floor.
 * They depend on no model and take longer than the scores of one, so they are
 * made once, before the first.  A two-sample score brings a floor of its own,
 * of draws and data mixed; here that of the truth stands in its place, as one
 * table is for many models. */
#include "eval/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>

#include "base/status.h"
#include "base/stream.h"
#include "data/toys.h"
#include "eval/coverage.h"
#include "eval/neighbours.h"
#include "eval/twosample.h"
#include "base/shards.h"

/* The scores that compare rows with rows. */
enum {
  COMPARED = MG_NEIGHBOURS_SCORES + MG_TWOSAMPLE_SCORES,
  FEWEST = 3 /* as many rows have no third neighbour */
};

/* What is kept of a floor; mean NaN: nothing. */
typedef struct {
  double mean, sd;
  const char *from;
} floor_kept;

struct mg_samples {
  const mg_dataset *data;
  mg_samples_options options;
  unsigned long seed;
  mg_part_name part;
  gsl_matrix *centres;        /* K x D; NULL: modes are not known */
  double sd;                  /* of a mode */
  gsl_matrix *held;           /* held-out rows, scaled; NULL: there are none */
  gsl_matrix *train;          /* all training rows, scaled */
  gsl_vector *mean, *scale;   /* of columns; NULL: as they are */
  floor_kept floor[COMPARED]; /* for as many draws as held-out rows */
};

mg_samples_options mg_samples_options_default(void) {
  return (mg_samples_options){
      .draws = MG_COVERAGE_DRAWS, .rows = 1000, .floors = 20, .splits = 200};
}

/* ---- the data ---- */

/* `wanted` rows of a part in an order of chance; fewer where there are. */
static gsl_matrix *rows_of(const mg_rows *rows, size_t wanted,
                           unsigned long seed, const char *stream) {
  const size_t n = GSL_MIN(wanted, rows->n);
  gsl_matrix *x = gsl_matrix_alloc(n, rows->data->space.dim);
  size_t *index = calloc(rows->n, sizeof *index);
  gsl_rng *rng = mg_stream_alloc(seed, stream, 0);
  const bool made = x && index && rng;
  if (made) {
    for (size_t i = 0; i < rows->n; i++)
      index[i] = i;
    gsl_ran_shuffle(rng, index, rows->n, sizeof *index);
    mg_rows_copy(rows, index, 0, x, NULL);
  }
  free(index);
  gsl_rng_free(rng);
  if (!made) {
    gsl_matrix_free(x);
    mg_fail(GSL_ENOMEM, "no memory for %zu rows", n);
    return NULL;
  }
  return x;
}

/* Mean 0 and sd 1 in each column of train; a constant one is only moved. */
static int find_scale(mg_samples *s) {
  const size_t dim = s->train->size2;
  if (s->data->space.measure != MG_REALS)
    return GSL_SUCCESS;
  s->mean = gsl_vector_alloc(dim);
  s->scale = gsl_vector_alloc(dim);
  if (!s->mean || !s->scale)
    return mg_fail(GSL_ENOMEM, "no memory for %zu columns", dim);
  for (size_t j = 0; j < dim; j++) {
    const double *x = gsl_matrix_const_ptr(s->train, 0, j);
    const double mean = gsl_stats_mean(x, s->train->tda, s->train->size1);
    const double sd =
        s->train->size1 > 1
            ? gsl_stats_sd_m(x, s->train->tda, s->train->size1, mean)
            : 0;
    gsl_vector_set(s->mean, j, mean);
    gsl_vector_set(s->scale, j, sd > 0 ? sd : 1);
  }
  return GSL_SUCCESS;
}

static void to_scale(const mg_samples *s, gsl_matrix *x) {
  if (!s->mean)
    return;
  for (size_t i = 0; i < x->size1; i++) {
    gsl_vector_view row = gsl_matrix_row(x, i);
    gsl_vector_sub(&row.vector, s->mean);
    gsl_vector_div(&row.vector, s->scale);
  }
}

static mg_part_name held_out(const mg_dataset *data) {
  return mg_dataset_part(data, MG_TEST).n         ? MG_TEST
         : mg_dataset_part(data, MG_VALIDATION).n ? MG_VALIDATION
                                                  : MG_PARTS;
}

bool mg_samples_can(const mg_dataset *data) {
  return mg_dataset_part(data, MG_TRAIN).n > 0 &&
         (held_out(data) != MG_PARTS || mg_toys_has_modes(data->name));
}

static int read_rows(mg_samples *s) {
  const mg_rows train = mg_dataset_part(s->data, MG_TRAIN);
  if (train.n == 0)
    return mg_fail(GSL_EINVAL, "%s has no training rows to compare draws with",
                   s->data->name);
  s->part = held_out(s->data);
  if (s->part == MG_PARTS && !s->centres)
    return mg_fail(GSL_EINVAL,
                   "%s has no rows that were not learnt from: give --split",
                   s->data->name);
  s->train = rows_of(&train, train.n, s->seed, "samples/train");
  if (s->train && s->part != MG_PARTS) {
    const mg_rows held = mg_dataset_part(s->data, s->part);
    s->held = rows_of(&held, GSL_MIN(s->options.rows, train.n), s->seed,
                      "samples/held");
  }
  return s->train && (s->held || s->part == MG_PARTS) ? GSL_SUCCESS
                                                      : GSL_ENOMEM;
}

/* ---- rows against rows ---- */

/* All that compare rows with rows.
 *   errors  in  false: values alone are wanted */
static int compare_rows(const mg_samples *s, const mg_score_rows *rows,
                        bool errors, mg_score *score) {
  mg_neighbours_options neighbours = mg_neighbours_options_default();
  neighbours.threads = s->options.threads;
  neighbours.floors = 0;
  mg_twosample_options tests = mg_twosample_options_default();
  tests.threads = s->options.threads;
  tests.splits = errors ? s->options.splits : 1;
  if (!errors)
    neighbours.halves = 0;
  int status = mg_neighbours_scores(rows, &neighbours, s->seed, score);
  if (status == GSL_SUCCESS)
    status = mg_twosample_scores(rows, &tests, s->seed,
                                 score + MG_NEIGHBOURS_SCORES);
  return status;
}

/* Scores of stand-ins, a line of `floors` values a score. */
static int score_stand_ins(const mg_samples *s, gsl_matrix *x, gsl_rng *rng,
                           double *value) {
  const mg_score_rows from = {.train = s->train};
  const mg_score_rows rows = {.draws = x, .data = s->held};
  const size_t floors = s->options.floors;
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < floors && status == GSL_SUCCESS; i++) {
    mg_score score[COMPARED];
    status = mg_score_stand_in(&from, rng, x);
    if (status == GSL_SUCCESS)
      status = compare_rows(s, &rows, false, score);
    for (size_t j = 0; j < COMPARED && status == GSL_SUCCESS; j++)
      value[j * floors + i] = score[j].value;
  }
  return status;
}

static void keep_floors(mg_samples *s, const double *value) {
  const double share = (double)s->held->size1 / (double)s->train->size1;
  for (size_t j = 0; j < COMPARED; j++) {
    mg_score score = {.floor = NAN};
    mg_score_floor(&score, s->options.floors, value + j * s->options.floors,
                   share, "training rows");
    s->floor[j] = (floor_kept){score.floor, score.floor_sd, score.floor_from};
  }
}

static int make_floors(mg_samples *s) {
  const size_t rows = s->held->size1;
  for (size_t j = 0; j < COMPARED; j++)
    s->floor[j].mean = NAN;
  if (rows <= FEWEST || s->options.floors == 0)
    return GSL_SUCCESS;
  gsl_matrix *x = gsl_matrix_alloc(rows, s->held->size2);
  double *value = calloc(COMPARED * s->options.floors, sizeof *value);
  gsl_rng *rng = mg_stream_alloc(s->seed, "samples/floor", 0);
  int status = x && value && rng ? GSL_SUCCESS
                                 : mg_fail(GSL_ENOMEM, "no memory for floors");
  if (status == GSL_SUCCESS)
    status = score_stand_ins(s, x, rng, value);
  if (status == GSL_SUCCESS)
    keep_floors(s, value);
  gsl_matrix_free(x);
  free(value);
  gsl_rng_free(rng);
  return status;
}

/* The truth's, where a score has one of stand-ins. */
static void give_floors(const mg_samples *s, mg_score *score) {
  for (size_t j = 0; j < COMPARED; j++) {
    const floor_kept *kept = &s->floor[j];
    if (isnan(kept->mean))
      continue;
    score[j].floor = kept->mean;
    score[j].floor_sd = kept->sd;
    score[j].floor_from = kept->from;
  }
}

/* ---- the object ---- */

mg_samples *mg_samples_alloc(const mg_dataset *data,
                             const mg_samples_options *options,
                             unsigned long seed) {
  mg_samples *s = calloc(1, sizeof *s);
  if (!s) {
    mg_fail(GSL_ENOMEM, "no memory to score draws");
    return NULL;
  }
  s->data = data;
  s->options = *options;
  s->seed = seed;
  const bool modes = mg_toys_has_modes(data->name);
  if (modes)
    s->centres = mg_toys_modes(data->name, &s->sd);
  if (modes != (s->centres != NULL) || read_rows(s) != GSL_SUCCESS ||
      find_scale(s) != GSL_SUCCESS) {
    mg_samples_free(s);
    return NULL;
  }
  to_scale(s, s->train);
  if (s->held)
    to_scale(s, s->held);
  if (s->held && make_floors(s) != GSL_SUCCESS) {
    mg_samples_free(s);
    return NULL;
  }
  return s;
}

void mg_samples_free(mg_samples *samples) {
  if (!samples)
    return;
  gsl_matrix_free(samples->centres);
  gsl_matrix_free(samples->held);
  gsl_matrix_free(samples->train);
  gsl_vector_free(samples->mean);
  gsl_vector_free(samples->scale);
  free(samples);
}

mg_part_name mg_samples_part(const mg_samples *samples) {
  return samples->part;
}

/* ---- scores ---- */

static int add_coverage(const mg_samples *s, const gsl_matrix *draws,
                        mg_score *score, size_t *n) {
  if (!s->centres)
    return GSL_SUCCESS;
  const int status =
      mg_coverage_scores(draws, s->centres, s->sd, s->seed, score + *n);
  *n += MG_COVERAGE_SCORES;
  return status;
}

/* Those that compare rows with rows: as many draws as held-out rows. */
static int add_compared(const mg_samples *s, const gsl_matrix *draws,
                        mg_score *score, size_t *n) {
  if (!s->held)
    return GSL_SUCCESS;
  const size_t rows = GSL_MIN(s->held->size1, draws->size1);
  if (rows <= FEWEST)
    return GSL_SUCCESS;
  gsl_matrix *x = gsl_matrix_alloc(rows, draws->size2);
  if (!x)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", rows);
  gsl_matrix_const_view some =
      gsl_matrix_const_submatrix(draws, 0, 0, rows, draws->size2);
  gsl_matrix_memcpy(x, &some.matrix);
  to_scale(s, x);
  const mg_score_rows all = {x, s->held, s->train};
  int status = mg_score_rows_check(&all);
  if (status == GSL_SUCCESS)
    status = compare_rows(s, &all, true, score + *n);
  if (status == GSL_SUCCESS && rows == s->held->size1)
    give_floors(s, score + *n);
  *n += COMPARED;
  gsl_matrix_free(x);
  return status;
}

int mg_samples_score_rows(const mg_samples *samples, const gsl_matrix *draws,
                          mg_score *score, size_t *n) {
  *n = 0;
  if (draws->size2 != samples->data->space.dim)
    return mg_fail(GSL_EINVAL, "draws of %zu columns, data of %zu",
                   draws->size2, samples->data->space.dim);
  int status = add_coverage(samples, draws, score, n);
  if (status == GSL_SUCCESS)
    status = add_compared(samples, draws, score, n);
  return status;
}

/* In pieces: a family may need much room a draw. */
static int draw(const mg_model *model, gsl_rng *rng, gsl_matrix *x) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < x->size1 && status == GSL_SUCCESS;
       i += MG_BLOCK_ROWS) {
    const size_t n = GSL_MIN(x->size1 - i, MG_BLOCK_ROWS);
    gsl_matrix_view part = gsl_matrix_submatrix(x, i, 0, n, x->size2);
    status = mg_model_sample(model, rng, &part.matrix);
  }
  return status;
}

static size_t draws_needed(const mg_samples *s) {
  const size_t held = s->held ? s->held->size1 : 0;
  return GSL_MAX(2, s->centres ? GSL_MAX(s->options.draws, held) : held);
}

int mg_samples_score(const mg_samples *samples, const mg_model *model,
                     unsigned long seed, mg_score *score, size_t *n) {
  const mg_space *space = &samples->data->space;
  *n = 0;
  if (!mg_space_equal(&model->space, space))
    return mg_fail(GSL_EINVAL, "the model stands on another space than %s",
                   samples->data->name);
  gsl_matrix *x = gsl_matrix_alloc(draws_needed(samples), space->dim);
  gsl_rng *rng = mg_stream_alloc(seed, "samples/draws", 0);
  int status =
      x && rng ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for draws");
  if (status == GSL_SUCCESS)
    status = draw(model, rng, x);
  if (status == GSL_SUCCESS)
    status = mg_samples_score_rows(samples, x, score, n);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
  return status;
}
