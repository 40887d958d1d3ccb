/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Balls about rows, from squared distances: data to data, draws to draws, data
 * to draws and the same turned, (N + S)^2 in all.  All else looks at these.
 *
 * Errors.  With the data as they are, each draw is in their balls or not, on
 * its own: precision is a share.  Recall is not, as the balls are of the draws.
 * Bootstrap samples hold rows twice, whose balls shrink to points; so recall is
 * made of half of the draws, time and again, and its spread over halves is that
 * of recall itself, as the variance goes by 1/n and half of the rows are shared
 * [neighbours.3].  The balls of a half are larger, which leaves recall about
 * where it is; the mean over halves is subtracted all the same.
 *
 * The ratio's floor is 1 with the spread of two means of the same law:
 * c sqrt(1/S + 1/N), c the coefficient of variation of the distances that the
 * data have. */
#include "eval/neighbours.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_vector.h>

#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "eval/distance.h"
#include "base/shards.h"

enum { REPLICATES = 1000, BLOCK = 64 };

mg_neighbours_options mg_neighbours_options_default(void) {
  return (mg_neighbours_options){.k = 3, .halves = 40, .floors = 20};
}

/* ---- balls ---- */

static size_t count_kept(const bool *keep, size_t n) {
  size_t there = 0;
  for (size_t i = 0; i < n; i++)
    there += !keep || keep[i];
  return there;
}

/* Distances of a row to the others that are there, without gaps. */
static size_t gather_others(const gsl_matrix *square, const bool *keep,
                            size_t i, double *others) {
  const double *row = gsl_matrix_const_ptr(square, i, 0);
  size_t n = 0;
  for (size_t j = 0; j < square->size2; j++)
    if (j != i && (!keep || keep[j]))
      others[n++] = row[j];
  return n;
}

/*                                                           [neighbours.1] */
static int radii(const gsl_matrix *square, const bool *keep, size_t k,
                 gsl_vector *radius, double *room) {
  const size_t n = square->size1;
  double *others = room, *least = room + n;
  if (square->size2 != n || radius->size != n)
    return mg_fail(GSL_EBADLEN, "%zu x %zu distances for %zu balls", n,
                   square->size2, radius->size);
  const size_t there = count_kept(keep, n);
  if (k == 0 || k >= there)
    return mg_fail(GSL_EINVAL, "%zu rows have no neighbour number %zu", there,
                   k);
  for (size_t i = 0; i < n; i++) {
    double reach = NAN;
    if (!keep || keep[i]) {
      const size_t m = gather_others(square, keep, i, others);
      gsl_sort_smallest(least, k, others, 1, m);
      reach = least[k - 1];
    }
    gsl_vector_set(radius, i, reach);
  }
  return GSL_SUCCESS;
}

int mg_neighbours_radii(const gsl_matrix *square, const bool *keep, size_t k,
                        gsl_vector *radius) {
  double *room = calloc(2 * square->size1, sizeof *room);
  if (!room)
    return mg_fail(GSL_ENOMEM, "no memory for %zu distances", square->size1);
  const int status = radii(square, keep, k, radius, room);
  free(room);
  return status;
}

size_t mg_neighbours_inside(const gsl_matrix *square,
                            const gsl_vector *radius) {
  size_t hits = 0;
  for (size_t i = 0; i < square->size1; i++) {
    const double *row = gsl_matrix_const_ptr(square, i, 0);
    for (size_t j = 0; j < square->size2; j++)
      if (row[j] <= gsl_vector_get(radius, j)) { /* false for NaN */
        hits++;
        break;
      }
  }
  return hits;
}

/* ---- the nearest row ---- */

typedef struct {
  const gsl_matrix *x, *among;
  size_t *index;
  gsl_vector *distance;
  mg_shards cut;
  gsl_matrix *square; /* BLOCK lines a worker */
} search;

static int nearest_block(const search *s, gsl_matrix *square, size_t first) {
  const size_t n = square->size1;
  gsl_matrix_const_view x =
      gsl_matrix_const_submatrix(s->x, first, 0, n, s->x->size2);
  const int status = mg_distance_squares(&x.matrix, s->among, 1, square);
  for (size_t i = 0; i < n && status == GSL_SUCCESS; i++) {
    gsl_vector_const_view row = gsl_matrix_const_row(square, i);
    const size_t best = gsl_vector_min_index(&row.vector);
    if (s->index)
      s->index[first + i] = best;
    gsl_vector_set(s->distance, first + i,
                   sqrt(gsl_vector_get(&row.vector, best)));
  }
  return status;
}

static int nearest_shard(void *job, size_t worker, size_t shard) {
  const search *s = job;
  const size_t first = mg_shards_first(&s->cut, shard);
  const size_t end = first + mg_shards_rows(&s->cut, shard);
  int status = GSL_SUCCESS;
  for (size_t i = first; i < end && status == GSL_SUCCESS; i += BLOCK) {
    const size_t n = end - i < BLOCK ? end - i : BLOCK;
    gsl_matrix_view part =
        gsl_matrix_submatrix(s->square, worker * BLOCK, 0, n, s->square->size2);
    status = nearest_block(s, &part.matrix, i);
  }
  return status;
}

int mg_neighbours_nearest(const gsl_matrix *x, const gsl_matrix *among,
                          size_t threads, size_t *index, gsl_vector *distance) {
  if (x->size2 != among->size2 || distance->size != x->size1)
    return mg_fail(
        GSL_EBADLEN, "%zu x %zu rows have no %zu distances to %zu x %zu",
        x->size1, x->size2, distance->size, among->size1, among->size2);
  search s = {x, among, index, distance, mg_shards_cut(x->size1, 0), NULL};
  s.square = gsl_matrix_alloc(BLOCK * mg_shards_threads(&s.cut, threads),
                              among->size1);
  if (!s.square)
    return mg_fail(GSL_ENOMEM, "no memory for %zu distances", among->size1);
  const int status = mg_shards_run(&s.cut, threads, &s, nearest_shard);
  gsl_matrix_free(s.square);
  return status;
}

/* ---- precision and recall ---- */

/* All that both need; draws may be stand-ins. */
typedef struct {
  const mg_neighbours_options *options;
  gsl_matrix *data;    /* N x N */
  gsl_matrix *draws;   /* S x S */
  gsl_matrix *between; /* N x S */
  gsl_matrix *across;  /* S x N, the same turned */
  gsl_vector *data_reach, *draws_reach;
  double *room; /* for radii */
} balls;

static void balls_free(balls *b) {
  gsl_matrix *const all[] = {b->data, b->draws, b->between, b->across};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    gsl_matrix_free(all[i]);
  gsl_vector_free(b->data_reach);
  gsl_vector_free(b->draws_reach);
  free(b->room);
}

/* Room, and what depends on the data alone. */
static int balls_init(balls *b, const gsl_matrix *data, size_t draws) {
  const size_t n = data->size1;
  b->data = gsl_matrix_alloc(n, n);
  b->draws = gsl_matrix_alloc(draws, draws);
  b->between = gsl_matrix_alloc(n, draws);
  b->across = gsl_matrix_alloc(draws, n);
  b->data_reach = gsl_vector_alloc(n);
  b->draws_reach = gsl_vector_alloc(draws);
  b->room = calloc(2 * GSL_MAX(n, draws), sizeof *b->room);
  if (!b->data || !b->draws || !b->between || !b->across || !b->data_reach ||
      !b->draws_reach || !b->room)
    return mg_fail(GSL_ENOMEM, "no memory for the distances of %zu rows",
                   n + draws);
  int status = mg_distance_squares(data, data, b->options->threads, b->data);
  if (status == GSL_SUCCESS)
    status = radii(b->data, NULL, b->options->k, b->data_reach, b->room);
  return status;
}

static int balls_fill(balls *b, const gsl_matrix *data,
                      const gsl_matrix *draws) {
  const size_t threads = b->options->threads;
  int status = mg_distance_squares(draws, draws, threads, b->draws);
  if (status == GSL_SUCCESS)
    status = mg_distance_squares(data, draws, threads, b->between);
  if (status == GSL_SUCCESS) {
    gsl_matrix_transpose_memcpy(b->across, b->between);
    status = radii(b->draws, NULL, b->options->k, b->draws_reach, b->room);
  }
  return status;
}

static size_t precise(const balls *b) {
  return mg_neighbours_inside(b->across, b->data_reach);
}

static size_t recalled(const balls *b) {
  return mg_neighbours_inside(b->between, b->draws_reach);
}

/* Marks half of the rows, drawn without replacement. */
static void keep_half(gsl_rng *rng, bool *keep, size_t n) {
  size_t wanted = n / 2;
  for (size_t i = 0; i < n; i++) {
    keep[i] = gsl_rng_uniform_int(rng, n - i) < wanted;
    wanted -= keep[i];
  }
}

/* Recall from halves of the draws.                          [neighbours.3] */
static int recall_error(balls *b, unsigned long seed, mg_score *recall) {
  const size_t draws = b->draws->size1, halves = b->options->halves;
  if (draws / 2 <= b->options->k || halves < 2)
    return GSL_SUCCESS;
  bool *keep = calloc(draws, sizeof *keep);
  double *half = calloc(halves, sizeof *half);
  gsl_rng *rng = mg_stream_alloc(seed, "neighbours/halves", 0);
  int status = keep && half && rng
                   ? GSL_SUCCESS
                   : mg_fail(GSL_ENOMEM, "no memory for halves");
  for (size_t i = 0; i < halves && status == GSL_SUCCESS; i++) {
    keep_half(rng, keep, draws);
    status = radii(b->draws, keep, b->options->k, b->draws_reach, b->room);
    half[i] = (double)recalled(b) / (double)b->data->size1;
  }
  if (status == GSL_SUCCESS)
    mg_score_replicates(recall, halves, half);
  mg_score_clamp(recall, 0, 1);
  free(keep);
  free(half);
  gsl_rng_free(rng);
  return status;
}

/* Training rows in the place of the draws, time and again.  Overwrites what b
 * holds of the draws. */
static int add_floors(balls *b, const mg_score_rows *rows, unsigned long seed,
                      mg_score *score) {
  const size_t draws = rows->draws->size1, floors = b->options->floors;
  if (!rows->train || rows->train->size1 < draws || floors == 0)
    return GSL_SUCCESS;
  const double share = (double)draws / (double)rows->train->size1;
  gsl_matrix *x = gsl_matrix_alloc(draws, rows->draws->size2);
  double *truth = calloc(2 * floors, sizeof *truth);
  gsl_rng *rng = mg_stream_alloc(seed, "neighbours/floor", 0);
  int status = x && truth && rng ? GSL_SUCCESS
                                 : mg_fail(GSL_ENOMEM, "no memory for a floor");
  for (size_t i = 0; i < floors && status == GSL_SUCCESS; i++) {
    status = mg_score_stand_in(rows, rng, x);
    if (status == GSL_SUCCESS)
      status = balls_fill(b, rows->data, x);
    truth[i] = (double)precise(b) / (double)draws;
    truth[floors + i] = (double)recalled(b) / (double)b->data->size1;
  }
  for (size_t i = 0; i < 2 && status == GSL_SUCCESS; i++)
    mg_score_floor(&score[i], floors, truth + i * floors, share,
                   "training rows");
  gsl_matrix_free(x);
  free(truth);
  gsl_rng_free(rng);
  return status;
}

static int score_balls(const mg_score_rows *rows,
                       const mg_neighbours_options *options, unsigned long seed,
                       mg_score *score) {
  balls b = {.options = options};
  const size_t draws = rows->draws->size1;
  mg_score *recall = &score[MG_NEIGHBOURS_RECALL];
  int status = balls_init(&b, rows->data, draws);
  if (status == GSL_SUCCESS)
    status = balls_fill(&b, rows->data, rows->draws);
  if (status == GSL_SUCCESS) {
    mg_score_share(&score[MG_NEIGHBOURS_PRECISION], precise(&b), draws);
    recall->value = (double)recalled(&b) / (double)rows->data->size1;
    status = recall_error(&b, seed, recall);
  }
  if (status == GSL_SUCCESS)
    status = add_floors(&b, rows, seed, score);
  balls_free(&b);
  return status;
}

/* ---- the ratio ---- */

static size_t zeros(const gsl_vector *v) {
  size_t n = 0;
  for (size_t i = 0; i < v->size; i++)
    n += gsl_vector_get(v, i) == 0;
  return n;
}

/* Means of as many distances, drawn with replacement, over `by`. */
static int ratio_error(const gsl_vector *distance, double by,
                       unsigned long seed, mg_score *ratio) {
  gsl_rng *rng = mg_stream_alloc(seed, "neighbours/bootstrap", 0);
  double *r = calloc(REPLICATES, sizeof *r);
  const bool made = rng && r;
  for (size_t i = 0; made && i < REPLICATES; i++) {
    double sum = 0;
    for (size_t j = 0; j < distance->size; j++)
      sum += gsl_vector_get(distance, gsl_rng_uniform_int(rng, distance->size));
    r[i] = sum / (double)distance->size / by;
  }
  if (made)
    mg_score_replicates(ratio, REPLICATES, r);
  free(r);
  gsl_rng_free(rng);
  return made ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for a bootstrap");
}

/*                                                           [neighbours.2] */
static int ratio_of(const gsl_vector *draws, const gsl_vector *data,
                    unsigned long seed, mg_score *ratio) {
  mg_tally mine, theirs;
  mg_tally_values(draws->size, draws->data, draws->stride, &mine);
  mg_tally_values(data->size, data->data, data->stride, &theirs);
  snprintf(ratio->note, sizeof ratio->note,
           "%zu draws and %zu data equal a training row", zeros(draws),
           zeros(data));
  if (!(theirs.mean > 0))
    return GSL_SUCCESS;
  const double s = (double)draws->size, n = (double)data->size;
  ratio->value = mine.mean / theirs.mean;
  ratio->ideal = ratio->floor = 1;
  ratio->floor_sd =
      theirs.std_error * sqrt(n) / theirs.mean * sqrt(1 / s + 1 / n);
  ratio->floor_from = "theory";
  return ratio_error(draws, theirs.mean, seed, ratio);
}

static int score_ratio(const mg_score_rows *rows, size_t threads,
                       unsigned long seed, mg_score *ratio) {
  if (!rows->train)
    return GSL_SUCCESS;
  gsl_vector *draws = gsl_vector_alloc(rows->draws->size1);
  gsl_vector *data = gsl_vector_alloc(rows->data->size1);
  int status = draws && data ? GSL_SUCCESS
                             : mg_fail(GSL_ENOMEM, "no memory for distances");
  if (status == GSL_SUCCESS)
    status =
        mg_neighbours_nearest(rows->draws, rows->train, threads, NULL, draws);
  if (status == GSL_SUCCESS)
    status =
        mg_neighbours_nearest(rows->data, rows->train, threads, NULL, data);
  if (status == GSL_SUCCESS)
    status = ratio_of(draws, data, seed, ratio);
  gsl_vector_free(draws);
  gsl_vector_free(data);
  return status;
}

/* ---- all ---- */

int mg_neighbours_scores(const mg_score_rows *rows,
                         const mg_neighbours_options *options,
                         unsigned long seed,
                         mg_score score[MG_NEIGHBOURS_SCORES]) {
  score[MG_NEIGHBOURS_PRECISION] = mg_score_named(
      "precision", MG_BETTER_HIGHER,
      "share of draws in a ball about data to their k-th neighbour");
  score[MG_NEIGHBOURS_RECALL] = mg_score_named(
      "recall", MG_BETTER_HIGHER,
      "share of data in a ball about draws to their k-th neighbour");
  score[MG_NEIGHBOURS_RATIO] = mg_score_named(
      "nearest ratio", MG_BETTER_NEAR,
      "mean distance to the nearest training row, of draws over data");
  int status = mg_score_rows_check(rows);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t i = 0; i < MG_NEIGHBOURS_SCORES; i++) {
    score[i].n = rows->data->size1;
    score[i].draws = rows->draws->size1;
    if (i != MG_NEIGHBOURS_RATIO)
      snprintf(score[i].note, sizeof score[i].note, "k = %zu", options->k);
  }
  status = score_balls(rows, options, seed, score);
  if (status == GSL_SUCCESS)
    status =
        score_ratio(rows, options->threads, seed, &score[MG_NEIGHBOURS_RATIO]);
  return status;
}
