/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mode-coverage: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "eval/coverage.h"
#include "exercise/exercise.h"

enum { MODE_COVERAGE_UNWRITTEN = 77 };

static int mode_coverage_divergence(mg_function f, const gsl_vector *count,
                                    mg_parcel *out) {
  double (*function)(size_t, const unsigned *) =
      (double (*)(size_t, const unsigned *))f;
  unsigned *whole = calloc(count->size, sizeof *whole);
  if (!whole)
    return GSL_ENOMEM;
  for (size_t i = 0; i < count->size; i++)
    whole[i] = (unsigned)gsl_vector_get(count, i);
  const int status =
      mg_parcel_add_number(out, "kl", function(count->size, whole));
  free(whole);
  return status;
}

/* A matrix of those numbers that is two columns wider; NULL: no memory. */
static gsl_matrix *mode_coverage_wide(const gsl_matrix *m) {
  gsl_matrix *wide = gsl_matrix_alloc(m->size1, m->size2 + 2);
  if (!wide)
    return NULL;
  gsl_matrix_set_all(wide, NAN);
  gsl_matrix_view part = gsl_matrix_submatrix(wide, 0, 0, m->size1, m->size2);
  gsl_matrix_memcpy(&part.matrix, m);
  return wide;
}

static int mode_coverage_counts(mg_function f, const mg_parcel *in,
                                gsl_matrix *x, gsl_matrix *centres,
                                unsigned *high, mg_parcel *out) {
  int (*function)(const gsl_matrix *, const gsl_matrix *, double, unsigned *,
                  mg_coverage *) =
      (int (*)(const gsl_matrix *, const gsl_matrix *, double, unsigned *,
               mg_coverage *))f;
  const size_t d = x->size2 - 2, modes = centres->size1;
  gsl_matrix_view a = gsl_matrix_submatrix(x, 0, 0, x->size1, d);
  gsl_matrix_view b = gsl_matrix_submatrix(centres, 0, 0, modes, d);
  mg_coverage c = {MODE_COVERAGE_UNWRITTEN, MODE_COVERAGE_UNWRITTEN,
                   MODE_COVERAGE_UNWRITTEN, MODE_COVERAGE_UNWRITTEN, NAN};
  gsl_vector *counted = mg_parcel_add_vector(out, "high", modes);
  if (!counted)
    return GSL_ENOMEM;
  for (size_t k = 0; k < modes; k++)
    high[k] = MODE_COVERAGE_UNWRITTEN;
  const int status =
      function(&a.matrix, &b.matrix, mg_parcel_number(in, "sd"), high, &c);
  for (size_t k = 0; k < modes; k++)
    gsl_vector_set(counted, k, high[k]);
  return mg_parcel_add_count(out, "coverage.draws", c.draws) ||
         mg_parcel_add_count(out, "coverage.modes", c.modes) ||
         mg_parcel_add_count(out, "coverage.found", c.found) ||
         mg_parcel_add_count(out, "coverage.high", c.high) ||
         mg_parcel_add_number(out, "coverage.reverse_kl", c.reverse_kl) ||
         mg_parcel_add_number(out, "status", status);
}

static int mode_coverage_call(const mg_function *f, const mg_parcel *in,
                              mg_parcel *out) {
  const gsl_vector *count = mg_parcel_vector(in, "count");
  if (count)
    return mode_coverage_divergence(f[0], count, out);
  gsl_matrix *x = mode_coverage_wide(mg_parcel_matrix(in, "x"));
  gsl_matrix *centres = mode_coverage_wide(mg_parcel_matrix(in, "centres"));
  unsigned *high = centres ? calloc(centres->size1, sizeof *high) : NULL;
  const int status = x && high
                         ? mode_coverage_counts(f[1], in, x, centres, high, out)
                         : GSL_ENOMEM;
  free(high);
  gsl_matrix_free(x);
  gsl_matrix_free(centres);
  return status;
}

/* ---- inputs ---- */

/* Counts of modes, of which some have none. */
static int mode_coverage_uneven(gsl_rng *rng, size_t i, mg_parcel *in) {
  gsl_vector *count = mg_parcel_add_vector(in, "count", 2 + i);
  for (size_t k = 0; count && k < count->size; k++)
    gsl_vector_set(count, k,
                   k == i / 2 ? 0 : 1. + (double)gsl_rng_uniform_int(rng, 30));
  return count ? GSL_SUCCESS : GSL_ENOMEM;
}

/* Nothing at all, one mode, all even, all in the last. */
static int mode_coverage_ends(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double ends[][4] = {
      {0, 0, 0, 0}, {5}, {3, 3, 3, 3}, {0, 0, 0, 1}};
  static const size_t sizes[] = {4, 1, 4, 4};
  (void)rng;
  gsl_vector *count = mg_parcel_add_vector(in, "count", sizes[i]);
  for (size_t k = 0; count && k < sizes[i]; k++)
    gsl_vector_set(count, k, ends[i][k]);
  return count ? GSL_SUCCESS : GSL_ENOMEM;
}

/* Draws about some of k centres in d dimensions, some too far from all. */
static int mode_coverage_fill(gsl_rng *rng, size_t n, size_t k, size_t d,
                              double sd, mg_parcel *in) {
  gsl_matrix *centres = mg_parcel_add_matrix(in, "centres", k, d);
  gsl_matrix *x = mg_parcel_add_matrix(in, "x", n, d);
  if (!centres || !x)
    return GSL_ENOMEM;
  for (size_t i = 0; i < k * d; i++)
    centres->data[i] = gsl_ran_gaussian_ziggurat(rng, 6 * sd);
  for (size_t i = 0; i < n; i++) {
    /* The last centre is nobody's, and some draws are far out. */
    const size_t mode = gsl_rng_uniform_int(rng, k > 1 ? k - 1 : 1);
    const double spread = i % 3 == 0 ? 4 * sd : sd;
    for (size_t j = 0; j < d; j++)
      gsl_matrix_set(x, i, j,
                     gsl_matrix_get(centres, mode, j) +
                         gsl_ran_gaussian_ziggurat(rng, spread));
  }
  return mg_parcel_add_number(in, "sd", sd);
}

static int mode_coverage_line(gsl_rng *rng, size_t i, mg_parcel *in) {
  return mode_coverage_fill(rng, 1 + 3 * i, 1 + i, 1, 0.5 + (double)i, in);
}

static int mode_coverage_plane(gsl_rng *rng, size_t i, mg_parcel *in) {
  return mode_coverage_fill(rng, 40, 5 + i, 2, 0.05 + 2 * (double)i, in);
}

static int mode_coverage_space(gsl_rng *rng, size_t i, mg_parcel *in) {
  return mode_coverage_fill(rng, 60, 8, 3 + i, 0.3, in);
}

/* A draw at 3 sd exactly, one just behind it, and one between two centres. */
static int mode_coverage_edge(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double at[][2] = {{1.5, 0}, {0, 1.5}, {1.51, 0}, {2, 0}};
  (void)rng;
  gsl_matrix *centres = mg_parcel_add_matrix(in, "centres", 2, 2);
  gsl_matrix *x = mg_parcel_add_matrix(in, "x", 1, 2);
  if (!centres || !x)
    return GSL_ENOMEM;
  gsl_matrix_set_zero(centres);
  gsl_matrix_set(centres, 1, 0, 4);
  gsl_matrix_set(x, 0, 0, at[i][0]);
  gsl_matrix_set(x, 0, 1, at[i][1]);
  return mg_parcel_add_number(in, "sd", i == 3 ? 1 : 0.5);
}

#define MODE_COVERAGE_TOLERANCE .relative = 1e-12, .absolute = 1e-13

/* All but the KL, which is a function of its own. */
static bool mode_coverage_judge(mg_judgement *j, const mg_parcel *in,
                                const mg_parcel *expected,
                                const mg_parcel *out) {
  (void)in;
  for (size_t i = 0; i < expected->items; i++)
    if (expected->item[i].kind != MG_PARCEL_NUMBER &&
        !mg_judge_item(j, &expected->item[i], out, 0, 0))
      return false;
  return true;
}

static const mg_exercise_test mode_coverage_tests[] = {
    {.expects = "mg_coverage_kl is the divergence of the counts' shares from "
                "the even law over all modes, and a mode without draws adds "
                "nothing",
     .points = 3,
     .cases = 6,
     .make = mode_coverage_uneven,
     MODE_COVERAGE_TOLERANCE},
    {.expects = "mg_coverage_kl is 0 for even counts, log K for one mode of "
                "K, and NaN for no draws",
     .points = 1,
     .cases = 4,
     .fixed = true,
     .make = mode_coverage_ends,
     MODE_COVERAGE_TOLERANCE},
    {.expects = "mg_coverage_count counts a draw at its nearest centre, if it "
                "is within 3 sd, on the line",
     .points = 2,
     .cases = 5,
     .make = mode_coverage_line,
     .judge = mode_coverage_judge},
    {.expects = "mg_coverage_count counts in the plane, and tells draws, "
                "modes, what was found, and the KL of its counts",
     .points = 3,
     .cases = 4,
     .make = mode_coverage_plane,
     MODE_COVERAGE_TOLERANCE},
    {.expects = "mg_coverage_count counts a draw at 3 sd as within, and one "
                "between two centres at the first",
     .points = 1,
     .cases = 4,
     .fixed = true,
     .make = mode_coverage_edge,
     .judge = mode_coverage_judge},
    {.expects = "mg_coverage_count works in any number of dimensions",
     .points = 2,
     .cases = 3,
     .hidden = true,
     .make = mode_coverage_space,
     .judge = mode_coverage_judge},
    {.expects = NULL}};

static const mg_exercise mode_coverage_exercise = {
    .functions =
        (const char *const[]){"mg_coverage_kl", "mg_coverage_count", NULL},
    .reference = (const mg_function[]){(mg_function)mg_coverage_kl,
                                       (mg_function)mg_coverage_count},
    .avoid = (const char *const[]){"mg_coverage_scores", NULL},
    .call = mode_coverage_call,
    .tests = mode_coverage_tests};
