/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The five scores of two samples from one matrix of distances; see twosample.h.
 *
 * The pooled rows, draws first, are moved until their mean is near 0, which no
 * score notices but the arithmetic of distances does [distance.1]: by whole
 * numbers, so that levels stay levels and their distances exact.
 *
 * A permutation test needs no floor to be exact; the floor is there for the
 * eye.  Where draws are far from data the splits mix two laws, and their spread
 * is that of the mixture: a little more than the truth would have. */
#include "eval/twosample.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>

#include "base/number.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "eval/classifier.h"
#include "eval/discrepancy.h"
#include "eval/distance.h"
#include "eval/sliced.h"
#include "eval/splits.h"

mg_twosample_options mg_twosample_options_default(void) {
  return (mg_twosample_options){.splits = 200, .directions = 64};
}

/* What an error is over that is not over draws alone. */
#define BOTH "std_error over draws and data"

/* ---- what the scores share ---- */

typedef struct {
  const mg_score_rows *rows;
  const mg_twosample_options *options;
  unsigned long seed;
  size_t draws, pooled;  /* rows */
  gsl_rng *rng;          /* started anew for each use */
  gsl_matrix *x;         /* the pooled rows, centred */
  gsl_matrix *distance;  /* pooled x pooled */
  gsl_matrix *member;    /* (B + 1) x pooled */
  gsl_vector *statistic; /* B + 1 */
  mg_score *score;
} test;

static void test_clear(test *t) {
  gsl_rng_free(t->rng);
  gsl_matrix_free(t->x);
  gsl_matrix_free(t->distance);
  gsl_matrix_free(t->member);
  gsl_vector_free(t->statistic);
}

static int check(const test *t) {
  const int status = mg_score_rows_check(t->rows);
  if (status != GSL_SUCCESS)
    return status;
  const size_t data = t->rows->data->size1;
  if (t->draws < 3 || data < 3)
    return mg_fail(GSL_EINVAL, "%zu draws and %zu data: three of each at least",
                   t->draws, data);
  if (t->pooled > MG_TWOSAMPLE_ROWS)
    return mg_fail(GSL_EINVAL,
                   "%zu draws and %zu data have too many distances: take at "
                   "most %d rows together",
                   t->draws, data, MG_TWOSAMPLE_ROWS);
  if (t->options->splits == 0 || t->options->directions == 0)
    return mg_fail(GSL_EINVAL, "no splits or no directions: at least one");
  return GSL_SUCCESS;
}

static void pool(test *t) {
  const size_t dim = t->x->size2;
  gsl_matrix_view draws = gsl_matrix_submatrix(t->x, 0, 0, t->draws, dim);
  gsl_matrix_view data =
      gsl_matrix_submatrix(t->x, t->draws, 0, t->pooled - t->draws, dim);
  gsl_matrix_memcpy(&draws.matrix, t->rows->draws);
  gsl_matrix_memcpy(&data.matrix, t->rows->data);
  for (size_t j = 0; j < dim; j++) {
    gsl_vector_view column = gsl_matrix_column(t->x, j);
    mg_tally tally;
    mg_tally_values(t->pooled, column.vector.data, t->x->tda, &tally);
    gsl_vector_add_constant(&column.vector, -round(tally.mean));
  }
}

static int measure(test *t) {
  const int status =
      mg_distance_squares(t->x, t->x, t->options->threads, t->distance);
  for (size_t i = 0; status == GSL_SUCCESS && i < t->pooled; i++) {
    double *d = gsl_matrix_ptr(t->distance, i, 0);
    for (size_t j = 0; j < t->pooled; j++)
      d[j] = sqrt(d[j]);
  }
  return status;
}

static int test_init(test *t) {
  const size_t N = t->pooled, B = t->options->splits + 1;
  t->rng = gsl_rng_alloc(gsl_rng_mt19937);
  t->x = gsl_matrix_alloc(N, t->rows->draws->size2);
  t->distance = gsl_matrix_alloc(N, N);
  t->member = gsl_matrix_alloc(B, N);
  t->statistic = gsl_vector_alloc(B);
  if (!t->rng || !t->x || !t->distance || !t->member || !t->statistic)
    return mg_fail(GSL_ENOMEM, "no memory for the distances of %zu rows", N);
  pool(t);
  mg_stream_set(t->rng, t->seed, "twosample/splits", 0);
  const int status = mg_splits_draw(t->rng, t->draws, t->member);
  return status == GSL_SUCCESS ? measure(t) : status;
}

/* ---- scores by permutation ---- */

/* Value, p value and floor of what stands in t->statistic. */
static void take_statistic(test *t, mg_score *score) {
  gsl_vector_const_view others =
      gsl_vector_const_subvector(t->statistic, 1, t->options->splits);
  score->value = gsl_vector_get(t->statistic, 0);
  score->p_value = mg_splits_p(t->statistic);
  score->ideal = 0;
  mg_score_floor(score, t->options->splits, others.vector.data, 0,
                 "permutation");
}

static int discrepancy(test *t, mg_twosample_score which, mg_kernel kernel,
                       double width) {
  mg_score *score = &t->score[which];
  const int status =
      mg_discrepancy_of(t->distance, kernel, width, t->member,
                        t->options->threads, t->statistic, &score->std_error);
  if (status != GSL_SUCCESS)
    return status;
  take_statistic(t, score);
  const double z = gsl_cdf_ugaussian_Qinv((1 - MG_SCORE_COVERAGE) / 2);
  score->lower = score->value - z * score->std_error;
  score->upper = score->value + z * score->std_error;
  return GSL_SUCCESS;
}

/* Where more than half of the pairs are copies the median says nothing. */
static int mmd(test *t) {
  mg_score *score = &t->score[MG_TWOSAMPLE_MMD];
  char text[MG_NUMBER_SIZE];
  double width;
  const int status = mg_discrepancy_width(t->distance, &width);
  if (status != GSL_SUCCESS)
    return status;
  if (width == 0) {
    snprintf(score->note, sizeof score->note,
             "no value: more than half of all distances are 0, which leaves "
             "the kernel without a width");
    return GSL_SUCCESS;
  }
  snprintf(score->note, sizeof score->note,
           BOTH "; kernel width %s, %zu splits",
           mg_print_real(width, 4, text, sizeof text), t->options->splits);
  return discrepancy(t, MG_TWOSAMPLE_MMD, MG_KERNEL_GAUSSIAN, width);
}

static int energy(test *t) {
  mg_score *score = &t->score[MG_TWOSAMPLE_ENERGY];
  snprintf(score->note, sizeof score->note, BOTH "; %zu splits",
           t->options->splits);
  return discrepancy(t, MG_TWOSAMPLE_ENERGY, MG_KERNEL_DISTANCE, 1);
}

/* The mean over directions, and its root for p = 2, whose error is that of the
 * mean over twice the root. */
static void take_sliced(test *t, const gsl_matrix *each, int p) {
  const size_t S = each->size2;
  mg_score *score = &t->score[p == 1 ? MG_TWOSAMPLE_W1 : MG_TWOSAMPLE_W2];
  mg_tally tally;
  for (size_t b = each->size1; b-- > 0;) {
    mg_tally_values(S, gsl_matrix_const_ptr(each, b, 0), 1, &tally);
    gsl_vector_set(t->statistic, b, p == 1 ? tally.mean : sqrt(tally.mean));
  }
  take_statistic(t, score);
  score->std_error = t->x->size2 == 1 ? 0 : tally.std_error;
  if (p == 2 && score->std_error > 0)
    score->std_error /= 2 * score->value;
  snprintf(score->note, sizeof score->note,
           "std_error over %zu direction%s, not over draws; %zu splits", S,
           S == 1 ? "" : "s", t->options->splits);
}

static int sliced(test *t) {
  const size_t dim = t->x->size2, S = dim == 1 ? 1 : t->options->directions;
  gsl_matrix *direction = gsl_matrix_alloc(S, dim);
  gsl_matrix *w1 = gsl_matrix_alloc(t->member->size1, S);
  gsl_matrix *w2 = gsl_matrix_alloc(t->member->size1, S);
  int status = GSL_ENOMEM;
  if (direction && w1 && w2) {
    mg_stream_set(t->rng, t->seed, "twosample/directions", 0);
    mg_sliced_directions(t->rng, direction);
    status =
        mg_sliced_of(t->x, t->member, direction, t->options->threads, w1, w2);
  } else
    mg_fail(status, "no memory for %zu directions in %zu dimensions", S, dim);
  if (status == GSL_SUCCESS) {
    take_sliced(t, w1, 1);
    take_sliced(t, w2, 2);
  }
  gsl_matrix_free(direction);
  gsl_matrix_free(w1);
  gsl_matrix_free(w2);
  return status;
}

/* ---- the score by a classifier ---- */

static int classifier(test *t) {
  mg_score *score = &t->score[MG_TWOSAMPLE_CLASSIFIER];
  mg_classifier_count c;
  mg_stream_set(t->rng, t->seed, "twosample/halves", 0);
  const int status = mg_classifier_ask(t->distance, t->draws,
                                       t->options->neighbours, t->rng, &c);
  if (status != GSL_SUCCESS)
    return status;
  mg_score_share(score, c.right, c.tested);
  score->p_value = mg_classifier_p(&c);
  score->ideal = score->floor = 0.5;
  score->floor_sd = sqrt(0.25 / (double)c.tested);
  score->floor_from = "theory";
  snprintf(score->note, sizeof score->note,
           BOTH "; %zu neighbours among %zu rows, %zu other rows asked for",
           c.k, c.learnt, c.tested);
  return GSL_SUCCESS;
}

int mg_twosample_scores(const mg_score_rows *rows,
                        const mg_twosample_options *options, unsigned long seed,
                        mg_score score[MG_TWOSAMPLE_SCORES]) {
  static const char *const name[][2] = {
      {"mmd squared", "unbiased, Gaussian kernel of the median distance"},
      {"energy", "unbiased energy distance"},
      {"sliced w1", "sliced Wasserstein distance of order 1"},
      {"sliced w2", "sliced Wasserstein distance of order 2"},
      {"classifier", "held-out accuracy of a vote of nearest neighbours"}};
  static int (*const part[])(test * t) = {mmd, energy, sliced, classifier};
  test t = {.rows = rows, .options = options, .seed = seed, .score = score};
  t.draws = rows->draws->size1;
  t.pooled = t.draws + rows->data->size1;
  for (size_t i = 0; i < MG_TWOSAMPLE_SCORES; i++) {
    score[i] = mg_score_named(name[i][0], MG_BETTER_LOWER, name[i][1]);
    score[i].n = rows->data->size1;
    score[i].draws = t.draws;
  }
  int status = check(&t);
  if (status == GSL_SUCCESS)
    status = test_init(&t);
  for (size_t i = 0; status == GSL_SUCCESS && i < 4; i++)
    status = part[i](&t);
  test_clear(&t);
  return status;
}
