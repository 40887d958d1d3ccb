/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histograms against counts by hand, sums over all cells, and R's rules. */
#include "families.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>

#include "data/digits.h"
#include "data/faithful.h"
#include "models/histogram.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(histogram, .init = setup);

static gsl_matrix *eruptions(void) {
  gsl_matrix *x = gsl_matrix_alloc(MG_FAITHFUL_ROWS, 1);
  for (size_t i = 0; i < MG_FAITHFUL_ROWS; i++)
    gsl_matrix_set(x, i, 0, mg_faithful_values[i][0]);
  return x;
}

static gsl_matrix *normals(size_t n, size_t dim) {
  gsl_matrix *x = gsl_matrix_alloc(n, dim);
  gsl_rng *rng = mg_stream_alloc(1, "test/rows", dim);
  for (size_t i = 0; i < n * dim; i++)
    x->data[i] = gsl_ran_gaussian(rng, 1 + (double)(i % dim));
  gsl_rng_free(rng);
  return x;
}

static mg_histogram empty(size_t dim, mg_histogram_rule rule, double width,
                          double smoothing) {
  const mg_space space = {.dim = dim, .measure = MG_REALS};
  const mg_histogram_options options = {
      .width = rule, .h = width, .smoothing = smoothing};
  mg_histogram h = {0};
  cr_assert_eq(mg_histogram_init(&h, &space, &options), GSL_SUCCESS, "%s",
               mg_reason());
  return h;
}

/* A histogram of these rows, which are freed. */
static mg_histogram made(gsl_matrix *rows, mg_histogram_rule rule, double width,
                         double smoothing) {
  double unused;
  mg_histogram h = empty(rows->size2, rule, width, smoothing);
  cr_assert_eq(mg_histogram_set(&h, rows, &unused), GSL_SUCCESS, "%s",
               mg_reason());
  gsl_matrix_free(rows);
  return h;
}

static double log_density_of(const mg_histogram *h, const double *x) {
  double value = NAN;
  gsl_matrix_const_view row = gsl_matrix_const_view_array(x, 1, h->dim);
  gsl_vector_view out = gsl_vector_view_array(&value, 1);
  cr_assert_eq(mg_histogram_log_density(h, &row.matrix, &out.vector),
               GSL_SUCCESS, "%s", mg_reason());
  return value;
}

/* The point of a cell that lies a share of its width from each lower edge. */
static void point_in(const mg_histogram *h, size_t cell, double share,
                     double *x) {
  for (size_t j = h->dim; j-- > 0; cell /= (size_t)h->bins[j])
    x[j] = h->origin[j] +
           ((double)(cell % (size_t)h->bins[j]) + share) * h->width[j];
}

/* Whole numbers stand in the middle of bins of 1. */
Test(histogram, counts_by_hand) {
  const double rows[] = {0, 1, 1, 2, 5};
  const double count[] = {0, 1, 2, 1, 0, 0, 1, 0};
  gsl_matrix *x = gsl_matrix_alloc(5, 1);
  memcpy(x->data, rows, sizeof rows);
  mg_histogram h = made(x, MG_HISTOGRAM_FIXED, 1, 2);
  cr_assert(h.cells == 8 && h.origin[0] == -1.5 && h.width[0] == 1,
            "%zu cells of %g from %g on", h.cells, h.width[0], h.origin[0]);
  for (size_t b = 0; b < 8; b++) {
    const double expected = log((count[b] + 2.0 / 8) / (5 + 2)),
                 edge[] = {0, .999};
    cr_expect(h.count[b] == count[b], "%g rows in cell %zu", h.count[b], b);
    for (size_t e = 0; e < 2; e++) {
      double at;
      point_in(&h, b, edge[e], &at);
      cr_expect_float_eq(log_density_of(&h, &at), expected, 1e-14,
                         "log p(%g) = %.15g, not %.15g", at,
                         log_density_of(&h, &at), expected);
    }
  }
  const double outside[] = {-1.5000001, 6.5, 1e300, INFINITY, -INFINITY};
  for (size_t i = 0; i < 5; i++)
    cr_expect(log_density_of(&h, &outside[i]) == -INFINITY, "log p(%g) = %g",
              outside[i], log_density_of(&h, &outside[i]));
  mg_histogram_clear(&h);
}

/* Just outside of every edge of a plane: 0, and no cell of the next row. */
Test(histogram, outside_is_impossible_in_every_column) {
  mg_histogram h = made(normals(80, 2), MG_HISTOGRAM_SCOTT, 1, 1);
  for (size_t j = 0; j < 2; j++)
    for (double bin = -0.01; bin < h.bins[j] + 1; bin += h.bins[j] + 0.02) {
      double x[2] = {0, 0};
      cr_expect(isfinite(log_density_of(&h, x)), "the middle is outside");
      x[j] = h.origin[j] + bin * h.width[j];
      cr_expect(log_density_of(&h, x) == -INFINITY, "column %zu, bin %g: %g", j,
                bin, log_density_of(&h, x));
    }
  mg_histogram_clear(&h);
}

Test(histogram, empty_cells_are_impossible_only_when_asked) {
  const double middle = 3;
  const double smoothing[] = {0, 1e-9, 1};
  for (size_t i = 0; i < 3; i++) {
    gsl_matrix *x = gsl_matrix_calloc(9, 1);
    gsl_matrix_set(x, 0, 0, 6);
    mg_histogram h = made(x, MG_HISTOGRAM_FIXED, 1, smoothing[i]);
    const double log_p = log_density_of(&h, &middle);
    cr_expect((log_p == -INFINITY) == (i == 0) && !isnan(log_p),
              "smoothing %g: %g", smoothing[i], log_p);
    mg_histogram_clear(&h);
  }
}

/* The exact integral: a density constant on cells, summed over them. */
static void check_mass(size_t n, size_t dim, mg_histogram_rule rule,
                       double smoothing) {
  mg_histogram h = made(normals(n, dim), rule, 0.7, smoothing);
  double x[8], mass = 0, volume = 1, rows = 0;
  for (size_t j = 0; j < dim; j++)
    volume *= h.width[j];
  for (size_t b = 0; b < h.cells; b++) {
    point_in(&h, b, 0.5, x);
    mass += exp(log_density_of(&h, x)) * volume;
    rows += h.count[b];
  }
  cr_expect_float_eq(mass, 1, 1e-12, "rule %d, D %zu: the mass is %.15f", rule,
                     dim, mass);
  cr_expect(rows == (double)n, "rule %d, D %zu: %g rows of %zu", rule, dim,
            rows, n);
  mg_histogram_clear(&h);
}

Test(histogram, density_sums_to_one) {
  for (int rule = MG_HISTOGRAM_SCOTT; rule <= MG_HISTOGRAM_FIXED; rule++)
    for (size_t dim = 1; dim <= 3; dim++)
      for (double smoothing = 0.5; smoothing < 100; smoothing *= 10)
        check_mass(300, dim, (mg_histogram_rule)rule, smoothing);
  check_mass(300, 2, MG_HISTOGRAM_SCOTT, 0);
}

/* Every row is in an inner bin: none in the first or last of any column. */
Test(histogram, one_bin_on_each_side_is_free) {
  for (size_t dim = 1; dim <= 3; dim++) {
    mg_histogram h = made(normals(500, dim), MG_HISTOGRAM_SCOTT, 1, 1);
    for (size_t b = 0; b < h.cells; b++)
      for (size_t j = dim, rest = b; j-- > 0;) {
        const size_t bins = (size_t)h.bins[j], bin = rest % bins;
        rest /= bins;
        cr_assert(h.count[b] == 0 || (bin > 0 && bin + 1 < bins),
                  "column %zu has a row in bin %zu of %zu", j, bin, bins);
      }
    mg_histogram_clear(&h);
  }
}

/* R 4: nclass.Sturges(faithful$eruptions) is 10; quartiles 2.16275, 4.45425. */
Test(histogram, rules_of_thumb) {
  gsl_matrix *x = eruptions();
  const double n = MG_FAITHFUL_ROWS, sd = gsl_stats_sd(x->data, 1, x->size1);
  double h;
  mg_histogram_width(MG_HISTOGRAM_SCOTT, x, &h);
  cr_expect_float_eq(h, 3.490828 * sd / cbrt(n), 1e-6, "Scott: %.9f", h);
  mg_histogram_width(MG_HISTOGRAM_CV, x, &h);
  cr_expect_float_eq(h, 3.490828 * sd / cbrt(n), 1e-6, "cv starts at %.9f", h);
  mg_histogram_width(MG_HISTOGRAM_FREEDMAN, x, &h);
  cr_expect_float_eq(h, 2 * (4.45425 - 2.16275) / cbrt(n), 1e-12,
                     "Freedman and Diaconis: %.15f", h);
  mg_histogram_width(MG_HISTOGRAM_STURGES, x, &h);
  cr_expect_float_eq(h, (5.1 - 1.6) / 10, 1e-8, "Sturges: %.15f", h);
  mg_histogram k = made(x, MG_HISTOGRAM_STURGES, 1, 1);
  cr_expect(k.cells == 12, "%zu bins by Sturges' rule, not 10 and 2", k.cells);
  mg_histogram_clear(&k);
  x = normals(400, 2);
  double both[2];
  mg_histogram_width(MG_HISTOGRAM_SCOTT, x, both);
  for (size_t j = 0; j < 2; j++) /* 3.50427 */
    cr_expect_float_eq(both[j] / gsl_stats_sd(x->data + j, 2, 400),
                       2 * pow(3 * M_PI, 0.25) * pow(400, -0.25), 1e-12,
                       "Scott in the plane: %.9f", both[j]);
  gsl_matrix_free(x);
}

/* ---- leaving one out ---- */

static bool same_cell(const mg_histogram *h, const double *x, const double *y) {
  bool same = true;
  for (size_t j = 0; j < h->dim; j++)
    same = same && floor((x[j] - h->origin[j]) / h->width[j]) ==
                       floor((y[j] - h->origin[j]) / h->width[j]);
  return same;
}

static bool copies(const mg_histogram *h, const double *x, const double *y) {
  return memcmp(x, y, h->dim * sizeof *x) == 0;
}

/* [hist.3] of row i by a loop over the rows. */
static double left_out(const mg_histogram *h, const gsl_matrix *x, size_t i) {
  double N = 0, A = h->options.smoothing, others = 0, volume = 1;
  const double *row = gsl_matrix_const_ptr(x, i, 0);
  for (size_t j = 0; j < h->dim; j++)
    volume *= h->width[j];
  for (size_t m = 0; m < x->size1; m++) {
    const double *other = gsl_matrix_const_ptr(x, m, 0);
    if (copies(h, row, other))
      continue;
    N++;
    others += same_cell(h, row, other);
  }
  return log((others + A / (double)h->cells) / ((N + A) * volume));
}

/* Of 200 rows the last 50 are copies of the first. */
Test(histogram, leave_one_out_is_the_double_loop) {
  for (size_t dim = 1; dim <= 3; dim++) {
    gsl_matrix *x = normals(200, dim);
    gsl_vector *out = gsl_vector_alloc(200);
    for (size_t i = 150; i < 200; i++)
      for (size_t j = 0; j < dim; j++)
        gsl_matrix_set(x, i, j, gsl_matrix_get(x, i % 40, j));
    mg_histogram h = empty(dim, MG_HISTOGRAM_SCOTT, 1, 3);
    double told, mean = 0;
    mg_histogram_set(&h, x, &told);
    cr_assert_eq(mg_histogram_leave_one_out(&h, x, out), GSL_SUCCESS, "%s",
                 mg_reason());
    for (size_t i = 0; i < 200; i++) {
      const double expected = left_out(&h, x, i);
      cr_expect_float_eq(gsl_vector_get(out, i), expected, 1e-12,
                         "D %zu row %zu: %.15g, directly %.15g", dim, i,
                         gsl_vector_get(out, i), expected);
      mean += expected / 200;
    }
    cr_expect_float_eq(told, mean, 1e-12, "D %zu: %.15g, directly %.15g", dim,
                       told, mean);
    mg_histogram_clear(&h);
    gsl_vector_free(out);
    gsl_matrix_free(x);
  }
}

Test(histogram, leave_one_out_of_hardly_any) {
  gsl_matrix *one = gsl_matrix_calloc(1, 1), *two = gsl_matrix_calloc(2, 1);
  gsl_vector *out = gsl_vector_alloc(1), *both = gsl_vector_alloc(2);
  gsl_matrix_set(two, 1, 0, 5);
  mg_histogram h = empty(1, MG_HISTOGRAM_FIXED, 1, 1);
  double told = 0;
  cr_expect_eq(mg_histogram_set(&h, one, &told), GSL_SUCCESS, "one row");
  cr_expect_float_eq(told, -log(3), 1e-15, "nothing is left but 3 bins: %g",
                     told);
  h.options.smoothing = 0;
  cr_expect_eq(mg_histogram_set(&h, one, &told), GSL_SUCCESS, "one row");
  cr_expect(isnan(told), "nothing is left: %g", told);
  cr_expect_eq(mg_histogram_set(&h, two, &told), GSL_SUCCESS, "two rows");
  cr_expect(told == -INFINITY, "two rows apart: %g", told);
  cr_expect_eq(mg_histogram_leave_one_out(&h, one, out), GSL_EINVAL,
               "other rows");
  cr_expect_eq(mg_histogram_leave_one_out(&h, two, out), GSL_EBADLEN, "short");
  gsl_matrix_set(two, 1, 0, 100);
  cr_expect_eq(mg_histogram_leave_one_out(&h, two, both), GSL_SUCCESS,
               "as many");
  cr_expect(isnan(gsl_vector_get(both, 1)), "a row that was not counted");
  mg_histogram_clear(&h);
  gsl_matrix_free(one);
  gsl_matrix_free(two);
  gsl_vector_free(out);
  gsl_vector_free(both);
}

/* No other step of the walk is better, and the report is the value there.  Old
 * Faithful's eruptions, 126 values in 272 rows, have a maximum by leaving out
 * copies. */
Test(histogram, cv_maximises_leave_one_out) {
  gsl_matrix *x = eruptions();
  double scott, best, at;
  mg_histogram_width(MG_HISTOGRAM_SCOTT, x, &scott);
  mg_histogram h = empty(1, MG_HISTOGRAM_CV, 1, 1);
  cr_assert_eq(mg_histogram_set(&h, x, &best), GSL_SUCCESS, "%s", mg_reason());
  mg_histogram fixed = empty(1, MG_HISTOGRAM_FIXED, h.width[0], 1);
  mg_histogram_set(&fixed, x, &at);
  cr_expect(best == at, "%.15g reported, is %.15g", best, at);
  for (int step = 8; step >= -24; step--) {
    fixed.options.h = scott * exp2(step / 4.0);
    mg_histogram_set(&fixed, x, &at);
    cr_expect(at <= best + 1e-12, "width %g: %g, cv found %g with %g",
              fixed.options.h, at, best, h.width[0]);
  }
  mg_histogram_clear(&fixed);
  mg_histogram_clear(&h);
  gsl_matrix_free(x);
}

/* ---- samples ---- */

/* Draws by cell, and by place within their cells, at 1e-9 each. */
Test(histogram, samples_are_uniform_in_cells_drawn_by_mass) {
  enum { DRAWS = 100000, PARTS = 10 };
  mg_histogram h = made(normals(60, 2), MG_HISTOGRAM_SCOTT, 1, 20);
  double *count = calloc(h.cells, sizeof *count), within[2][PARTS] = {{0}};
  gsl_matrix *x = gsl_matrix_alloc(DRAWS, 2);
  gsl_rng *rng = mg_stream_alloc(5, "test/sampler", 0);
  cr_assert_eq(mg_histogram_sample(&h, rng, x), GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < DRAWS; i++) {
    size_t cell = 0;
    for (size_t j = 0; j < 2; j++) {
      const double t = (gsl_matrix_get(x, i, j) - h.origin[j]) / h.width[j];
      cr_assert(t >= 0 && t < h.bins[j], "draw %zu is outside", i);
      cell = cell * (size_t)h.bins[j] + (size_t)t;
      within[j][(size_t)((t - floor(t)) * PARTS)]++;
    }
    count[cell]++;
  }
  double statistic = 0;
  for (size_t b = 0; b < h.cells; b++) {
    const double mass = (h.count[b] + 20 / (double)h.cells) / (60 + 20);
    statistic += pow(count[b] - DRAWS * mass, 2) / (DRAWS * mass);
  }
  cr_expect(gsl_cdf_chisq_Q(statistic, (double)h.cells - 1) > 1e-9,
            "cells: chi-square %g of %zu", statistic, h.cells);
  for (size_t j = 0; j < 2; j++) {
    statistic = 0;
    for (size_t k = 0; k < PARTS; k++)
      statistic += pow(within[j][k] - DRAWS / PARTS, 2) / (DRAWS / PARTS);
    cr_expect(gsl_cdf_chisq_Q(statistic, PARTS - 1) > 1e-9,
              "column %zu within cells: chi-square %g", j, statistic);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  free(count);
  mg_histogram_clear(&h);
}

/* ---- refusals ---- */

/* Tries rows that make no histogram; the old one must stand.  Frees them. */
static void check_no_set(mg_histogram *h, gsl_matrix *rows, int expected,
                         const char *says) {
  double unused;
  const double *before = h->count;
  mg_reason_clear();
  cr_expect_eq(mg_histogram_set(h, rows, &unused), expected, "%s", says);
  cr_expect(strstr(mg_reason(), says), "no '%s' in '%s'", says, mg_reason());
  cr_expect_eq(h->count, before, "%s: the old counts are gone", says);
  gsl_matrix_free(rows);
}

static gsl_matrix *with(gsl_matrix *x, size_t i, size_t j, double value) {
  gsl_matrix_set(x, i, j, value);
  return x;
}

Test(histogram, rows_that_make_no_density) {
  mg_histogram h = made(normals(50, 2), MG_HISTOGRAM_SCOTT, 1, 1);
  gsl_matrix *constant = normals(50, 2), *twice = normals(50, 2);
  for (size_t i = 0; i < 50; i++)
    gsl_matrix_set(constant, i, 1, 5);
  check_no_set(&h, constant, GSL_EDOM, "column 2 has no spread");
  check_no_set(&h, normals(1, 2), GSL_EDOM, "one row");
  check_no_set(&h, normals(50, 3), GSL_EBADLEN, "columns");
  h.options.width = MG_HISTOGRAM_FIXED;
  check_no_set(&h, with(normals(50, 2), 7, 0, NAN), GSL_EDOM,
               "row 8, column 1");
  check_no_set(&h, with(normals(50, 2), 7, 1, 1e16), GSL_EDOM, "no bins");
  check_no_set(&h, with(normals(50, 2), 7, 1, 1e8), GSL_EDOM, "2^20");
  h.options.width = MG_HISTOGRAM_CV;
  for (size_t i = 0; i < 50; i++) /* pairs that nearly coincide */
    for (size_t j = 0; j < 2; j++)
      gsl_matrix_set(twice, i, j,
                     gsl_matrix_get(twice, i / 2 * 2, j) +
                         1e-12 * (double)(i % 2));
  check_no_set(&h, twice, GSL_EDOM, "no maximum");
  mg_histogram_clear(&h);
}

/* Three bins a column are the least: 3^12 cells are borne, 3^13 are not. */
Test(histogram, many_dimensions_are_told) {
  mg_histogram h = empty(12, MG_HISTOGRAM_FIXED, 1, 1);
  gsl_matrix *x = gsl_matrix_calloc(4, 12);
  double unused;
  cr_expect_eq(mg_histogram_set(&h, x, &unused), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(h.cells == 531441, "%zu cells", h.cells);
  mg_histogram_clear(&h);
  gsl_matrix_free(x);
  h = empty(13, MG_HISTOGRAM_FIXED, 1, 1);
  check_no_set(&h, gsl_matrix_calloc(4, 13), GSL_EDOM,
               "13 dimensions has about 10^6.2 cells");
  mg_histogram_clear(&h);
  h = empty(1000, MG_HISTOGRAM_FIXED, 1, 1);
  check_no_set(&h, gsl_matrix_calloc(4, 1000), GSL_EDOM, "about 10^477 cells");
  mg_histogram_clear(&h);
}

Test(histogram, far_from_zero) {
  gsl_matrix *x = normals(300, 2);
  mg_histogram near = empty(2, MG_HISTOGRAM_CV, 1, 1), far = near;
  far = empty(2, MG_HISTOGRAM_CV, 1, 1);
  double a, b;
  /* 2^20: 33 bits are left of each, and hardly a row is nearer to an edge */
  cr_assert_eq(mg_histogram_set(&near, x, &a), GSL_SUCCESS, "%s", mg_reason());
  gsl_matrix_add_constant(x, 1048576);
  cr_assert_eq(mg_histogram_set(&far, x, &b), GSL_SUCCESS, "%s", mg_reason());
  cr_expect_float_eq(a, b, 1e-8, "%.12f and, shifted, %.12f", a, b);
  mg_histogram_clear(&near);
  mg_histogram_clear(&far);
  gsl_matrix_free(x);
}

Test(histogram, files_that_make_no_histogram) {
  const double rows[] = {0, 1, 1, 2, 5, 3, 2, 2};
  const mg_histogram_options options = {
      .width = MG_HISTOGRAM_FIXED, .h = 1, .smoothing = 1};
  mg_dataset *data = real_data(4, 2, rows);
  mg_model *model = fitted(&mg_histogram_type, data, &options, 1);
  check_refused(model, "count", 0, -1);
  check_refused(model, "count", 0, 0.5);
  check_refused(model, "count", 0, INFINITY);
  check_refused(model, "bins", 0, 2.5);
  check_refused(model, "bins", 1, 3);
  check_refused(model, "width", 0, 0);
  check_refused(model, "width", 1, INFINITY);
  check_refused(model, "origin", 1, INFINITY);
  mg_model *copy = copied(model);
  mg_tensor count = tensor_of(copy, "count");
  for (size_t b = 0; b < tensor_size(&count); b++)
    count.value[b] = 0;
  cr_expect_eq(copy->type->refresh(copy->self), GSL_EDOM, "no row at all");
  cr_expect_eq(copy->type->reserve(copy->self, 0), GSL_EINVAL, "no cell");
  cr_expect_eq(copy->type->reserve(copy->self, MG_HISTOGRAM_CELLS + 1),
               GSL_EINVAL, "more cells than the limit");
  mg_model_free(copy);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(histogram, digits_are_too_many_dimensions) {
  mg_dataset *data = mg_digits_read();
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_fit_options fit = mg_fit_options_default();
  mg_model *model =
      mg_model_alloc(&mg_histogram_type, &data->space, NULL, true);
  mg_reason_clear();
  cr_expect_eq(mg_fit_run(model, &train, &fit, 1), GSL_EDOM, "fitted");
  cr_expect(strstr(mg_reason(), "64 dimensions"), "'%s'", mg_reason());
  mg_model_free(model);
  mg_dataset_free(data);
}
