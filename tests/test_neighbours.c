/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neighbours by hand on a line, then of samplers whose fault is known. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/distance.h"
#include "eval/neighbours.h"

#define Z 6.1

/* Points of a line as rows. */
static gsl_matrix_view line(double *x, size_t n) {
  return gsl_matrix_view_array(x, n, 1);
}

static gsl_matrix *squares(const gsl_matrix *x, const gsl_matrix *y) {
  gsl_matrix *square = gsl_matrix_alloc(x->size1, y->size1);
  cr_assert_eq(mg_distance_squares(x, y, 1, square), GSL_SUCCESS);
  return square;
}

Test(neighbours, radii_by_hand) {
  gsl_matrix_view x = line((double[]){0, 1, 3, 7, 7}, 5);
  gsl_matrix *square = squares(&x.matrix, &x.matrix);
  gsl_vector *radius = gsl_vector_alloc(5);
  static const double wanted[][5] = {{1, 1, 4, 0, 0}, {9, 4, 9, 16, 16}};
  for (size_t k = 1; k <= 2; k++) {
    cr_assert_eq(mg_neighbours_radii(square, NULL, k, radius), GSL_SUCCESS);
    for (size_t i = 0; i < 5; i++)
      cr_expect_eq(gsl_vector_get(radius, i), wanted[k - 1][i],
                   "k = %zu, row %zu: %g", k, i, gsl_vector_get(radius, i));
  }
  const bool keep[] = {true, false, true, true, false};
  cr_assert_eq(mg_neighbours_radii(square, keep, 2, radius), GSL_SUCCESS);
  static const double kept[] = {49, NAN, 16, 49, NAN};
  for (size_t i = 0; i < 5; i++)
    cr_expect(gsl_vector_get(radius, i) == kept[i] ||
                  (isnan(kept[i]) && isnan(gsl_vector_get(radius, i))),
              "row %zu: %g", i, gsl_vector_get(radius, i));
  cr_expect_eq(mg_neighbours_radii(square, keep, 3, radius), GSL_EINVAL);
  cr_expect_eq(mg_neighbours_radii(square, NULL, 0, radius), GSL_EINVAL);
  gsl_matrix_free(square);
  gsl_vector_free(radius);
}

/* The rim counts; a ball of NaN holds nothing. */
Test(neighbours, inside_by_hand) {
  gsl_matrix_view x = line((double[]){0, 1, 2, 5, 9}, 5);
  gsl_matrix_view centre = line((double[]){1, 5, 9}, 3);
  gsl_vector_view radius = gsl_vector_view_array((double[]){1, 0, NAN}, 3);
  gsl_matrix *square = squares(&x.matrix, &centre.matrix);
  cr_expect_eq(mg_neighbours_inside(square, &radius.vector), 4);
  gsl_vector_set(&radius.vector, 0, 0.999);
  cr_expect_eq(mg_neighbours_inside(square, &radius.vector), 2);
  gsl_matrix_free(square);
}

Test(neighbours, nearest_by_hand) {
  gsl_matrix_view x = line((double[]){0, 2, 8}, 3);
  gsl_matrix_view among = line((double[]){5, 1, 3, 1}, 4);
  size_t index[3];
  gsl_vector *distance = gsl_vector_alloc(3);
  cr_assert_eq(
      mg_neighbours_nearest(&x.matrix, &among.matrix, 1, index, distance),
      GSL_SUCCESS);
  cr_expect(index[0] == 1 && index[1] == 1 && index[2] == 0, "%zu %zu %zu",
            index[0], index[1], index[2]);
  cr_expect(gsl_vector_get(distance, 0) == 1 &&
                gsl_vector_get(distance, 1) == 1 &&
                gsl_vector_get(distance, 2) == 3,
            "%g %g %g", gsl_vector_get(distance, 0),
            gsl_vector_get(distance, 1), gsl_vector_get(distance, 2));
  gsl_vector_free(distance);
}

/* Data 0 1 2 3, draws 2 3 10 11, training rows 0.5 3.5, k = 1: balls of radius
 * 1 about all.  Draws 2 and 3 are in balls of data, data 1 2 3 in balls of
 * draws.  Distances to train: draws 1.5 .5 6.5 7.5, data .5 .5 1.5 .5. */
Test(neighbours, scores_by_hand) {
  gsl_matrix_view data = line((double[]){0, 1, 2, 3}, 4);
  gsl_matrix_view draws = line((double[]){2, 3, 10, 11}, 4);
  gsl_matrix_view train = line((double[]){0.5, 3.5}, 2);
  mg_score_rows rows = {&draws.matrix, &data.matrix, &train.matrix};
  mg_neighbours_options options = mg_neighbours_options_default();
  options.k = 1;
  mg_score s[MG_NEIGHBOURS_SCORES];
  cr_assert_eq(mg_neighbours_scores(&rows, &options, 1, s), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect_eq(s[0].value, 0.5, "precision %g", s[0].value);
  cr_expect_eq(s[1].value, 0.75, "recall %g", s[1].value);
  cr_expect_float_eq(s[2].value, 16. / 3, 1e-15, "ratio %g", s[2].value);
  cr_expect(isnan(s[0].floor), "2 rows for 4 draws: floor %g", s[0].floor);
  /* sd of the data's distances .5, mean .75. */
  cr_expect_float_eq(s[2].floor_sd, 0.5 / 0.75 * sqrt(0.5), 1e-12, "%g",
                     s[2].floor_sd);
  rows.train = NULL;
  cr_assert_eq(mg_neighbours_scores(&rows, &options, 1, s), GSL_SUCCESS);
  cr_expect(isnan(s[2].value) && !isnan(s[1].value), "%g %g", s[2].value,
            s[1].value);
  options.k = 4;
  cr_expect_eq(mg_neighbours_scores(&rows, &options, 1, s), GSL_EINVAL);
}

/* ---- samplers ---- */

enum { ROWS = 200, TRAIN = 800, MODES = 4, DIM = 2 };

/* Modes at the corners of a square, `modes` of them in use. */
static gsl_matrix *sample(gsl_rng *rng, size_t n, size_t modes, double sd) {
  gsl_matrix *x = gsl_matrix_alloc(n, DIM);
  for (size_t i = 0; i < n; i++) {
    const size_t mode = gsl_rng_uniform_int(rng, modes);
    for (size_t j = 0; j < DIM; j++)
      gsl_matrix_set(x, i, j,
                     (mode >> j & 1 ? 5 : 0) + gsl_ran_gaussian(rng, sd));
  }
  return x;
}

typedef struct {
  gsl_rng *rng;
  gsl_matrix *data, *train;
} world;

static world world_of(unsigned long seed) {
  world w = {.rng = mg_stream_alloc(seed, "test/neighbours", 0)};
  w.data = sample(w.rng, ROWS, MODES, 1);
  w.train = sample(w.rng, TRAIN, MODES, 1);
  return w;
}

static void world_clear(world *w) {
  gsl_matrix_free(w->data);
  gsl_matrix_free(w->train);
  gsl_rng_free(w->rng);
}

static void score_draws(const world *w, gsl_matrix *draws, mg_score *s) {
  const mg_score_rows rows = {draws, w->data, w->train};
  const mg_neighbours_options options = mg_neighbours_options_default();
  cr_assert_eq(mg_neighbours_scores(&rows, &options, 1, s), GSL_SUCCESS, "%s",
               mg_reason());
}

/* The mean over many samples of the truth is the floor, and their spread
 * floor_sd and std_error. */
Test(neighbours, the_truth_is_at_its_floor) {
  enum { TIMES = 60 };
  world w = world_of(1);
  double sum[MG_NEIGHBOURS_SCORES] = {0}, square[MG_NEIGHBOURS_SCORES] = {0};
  double error = 0;
  mg_score s[MG_NEIGHBOURS_SCORES];
  for (size_t t = 0; t < TIMES; t++) {
    gsl_matrix *draws = sample(w.rng, ROWS, MODES, 1);
    score_draws(&w, draws, s);
    for (size_t i = 0; i < MG_NEIGHBOURS_SCORES; i++) {
      sum[i] += s[i].value / TIMES;
      square[i] += s[i].value * s[i].value / TIMES;
    }
    error += s[MG_NEIGHBOURS_RECALL].std_error / TIMES;
    gsl_matrix_free(draws);
  }
  for (size_t i = 0; i < MG_NEIGHBOURS_SCORES; i++) {
    /* The floor is itself a mean of 20 that share rows with each other. */
    const double sd = sqrt(square[i] - sum[i] * sum[i]);
    const double se = s[i].floor_sd * sqrt(1. / TIMES + 1);
    cr_expect(fabs(sum[i] - s[i].floor) < Z * se, "%s: %g, floor %g +- %g",
              s[i].name, sum[i], s[i].floor, s[i].floor_sd);
    cr_expect(s[i].floor_sd / sd > 0.4 && s[i].floor_sd / sd < 2.5,
              "%s: sd %g, floor_sd %g", s[i].name, sd, s[i].floor_sd);
    if (i == MG_NEIGHBOURS_RECALL)
      cr_expect(error / sd > 0.7 && error / sd < 1.8,
                "std_error of recall %g, sd %g", error, sd);
  }
  world_clear(&w);
}

static double distance_in_sd(const mg_score *s) {
  return (s->value - s->floor) / s->floor_sd;
}

Test(neighbours, a_collapsed_sampler_is_seen) {
  world w = world_of(2);
  gsl_matrix *draws = sample(w.rng, ROWS, 1, 1);
  mg_score s[MG_NEIGHBOURS_SCORES];
  score_draws(&w, draws, s);
  cr_expect(s[MG_NEIGHBOURS_PRECISION].value > 0.9, "%g",
            s[MG_NEIGHBOURS_PRECISION].value);
  cr_expect(s[MG_NEIGHBOURS_RECALL].value < 0.35, "one of four modes: %g",
            s[MG_NEIGHBOURS_RECALL].value);
  cr_expect(distance_in_sd(&s[MG_NEIGHBOURS_RECALL]) < -Z, "%g sd",
            distance_in_sd(&s[MG_NEIGHBOURS_RECALL]));
  cr_expect(s[MG_NEIGHBOURS_RECALL].upper < s[MG_NEIGHBOURS_RECALL].floor,
            "its interval ends at %g", s[MG_NEIGHBOURS_RECALL].upper);
  gsl_matrix_free(draws);
  world_clear(&w);
}

Test(neighbours, too_wide_a_sampler_is_seen) {
  world w = world_of(3);
  gsl_matrix *draws = sample(w.rng, ROWS, MODES, 4);
  mg_score s[MG_NEIGHBOURS_SCORES];
  score_draws(&w, draws, s);
  cr_expect(distance_in_sd(&s[MG_NEIGHBOURS_PRECISION]) < -Z, "%g sd",
            distance_in_sd(&s[MG_NEIGHBOURS_PRECISION]));
  cr_expect(distance_in_sd(&s[MG_NEIGHBOURS_RATIO]) > Z, "%g sd",
            distance_in_sd(&s[MG_NEIGHBOURS_RATIO]));
  gsl_matrix_free(draws);
  world_clear(&w);
}

Test(neighbours, copies_are_seen) {
  world w = world_of(4);
  gsl_matrix_view draws = gsl_matrix_submatrix(w.train, 0, 0, ROWS, DIM);
  mg_score s[MG_NEIGHBOURS_SCORES];
  score_draws(&w, &draws.matrix, s);
  const mg_score *ratio = &s[MG_NEIGHBOURS_RATIO];
  cr_expect_eq(ratio->value, 0, "%g", ratio->value);
  cr_expect(strstr(ratio->note, "200 draws and 0 data equal") != NULL, "%s",
            ratio->note);
  cr_expect(fabs(distance_in_sd(&s[MG_NEIGHBOURS_PRECISION])) < Z,
            "only the ratio sees it: %g",
            distance_in_sd(&s[MG_NEIGHBOURS_PRECISION]));
  world_clear(&w);
}

Test(neighbours, any_number_of_threads) {
  world w = world_of(5);
  mg_score one[MG_NEIGHBOURS_SCORES], four[MG_NEIGHBOURS_SCORES];
  gsl_matrix *draws = sample(w.rng, 600, MODES, 1);
  const mg_score_rows rows = {draws, w.data, w.train};
  mg_neighbours_options options = mg_neighbours_options_default();
  options.threads = 1;
  cr_assert_eq(mg_neighbours_scores(&rows, &options, 9, one), GSL_SUCCESS);
  options.threads = 4;
  cr_assert_eq(mg_neighbours_scores(&rows, &options, 9, four), GSL_SUCCESS);
  for (size_t i = 0; i < MG_NEIGHBOURS_SCORES; i++) {
    const double a[] = {one[i].value, one[i].std_error, one[i].lower,
                        one[i].floor, one[i].floor_sd};
    const double b[] = {four[i].value, four[i].std_error, four[i].lower,
                        four[i].floor, four[i].floor_sd};
    cr_expect(memcmp(a, b, sizeof a) == 0, "%s differs", one[i].name);
  }
  gsl_matrix_free(draws);
  world_clear(&w);
}
