/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernel density against direct double loops, R's and published numbers, and a
 * quadrature. */
#include "families.h"

#include <dirent.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/logmath.h"
#include "data/digits.h"
#include "data/faithful.h"
#include "models/kde.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(kde, .init = setup);

static gsl_matrix *eruptions(void) {
  gsl_matrix *x = gsl_matrix_alloc(MG_FAITHFUL_ROWS, 1);
  for (size_t i = 0; i < MG_FAITHFUL_ROWS; i++)
    gsl_matrix_set(x, i, 0, mg_faithful_values[i][0]);
  return x;
}

static gsl_matrix *normals(size_t n, size_t dim, unsigned long seed) {
  gsl_matrix *x = gsl_matrix_alloc(n, dim);
  gsl_rng *rng = mg_stream_alloc(seed, "test/rows", dim);
  for (size_t i = 0; i < n * dim; i++)
    x->data[i] = gsl_ran_gaussian(rng, 1 + (double)(i % dim));
  gsl_rng_free(rng);
  return x;
}

/* A density on these rows, which become its own. */
static mg_kde made(gsl_matrix *rows, mg_bandwidth_rule rule, double h) {
  const mg_space space = {.dim = rows->size2, .measure = MG_REALS};
  const mg_kde_options options = {.bandwidth = rule, .h = h};
  mg_kde k = {0};
  double leave_one_out;
  cr_assert_eq(mg_kde_init(&k, &space, &options), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_kde_set(&k, rows, 0, &leave_one_out), GSL_SUCCESS, "%s",
               mg_reason());
  return k;
}

static double sum_of(const gsl_vector *v) {
  double sum = 0;
  for (size_t i = 0; i < v->size; i++)
    sum += gsl_vector_get(v, i);
  return sum;
}

/* Computed with scipy and R 4.2 on faithful$eruptions, h = 0.3. */
Test(kde, old_faithful_has_its_known_density) {
  gsl_matrix *x = eruptions();
  mg_kde k = made(eruptions(), MG_BANDWIDTH_FIXED, 0.3);
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  mg_kde_log_density(&k, x, log_p);
  cr_assert_float_eq(sum_of(log_p), -291.9272987851, 1e-9, "%.10f",
                     sum_of(log_p));
  mg_kde_leave_one_out(&k, log_p);
  cr_assert_float_eq(sum_of(log_p), -295.2989809766, 1e-9, "%.10f",
                     sum_of(log_p));
  gsl_matrix_set(x, 0, 0, 3);
  gsl_matrix_view three = gsl_matrix_submatrix(x, 0, 0, 1, 1);
  gsl_vector_view out = gsl_vector_subvector(log_p, 0, 1);
  mg_kde_log_density(&k, &three.matrix, &out.vector);
  cr_assert_float_eq(gsl_vector_get(log_p, 0), -2.891669389383, 1e-11,
                     "log f(3) = %.12f", gsl_vector_get(log_p, 0));
  gsl_vector_free(log_p);
  gsl_matrix_free(x);
  mg_kde_clear(&k);
}

Test(kde, rules_of_thumb) {
  gsl_matrix *x = eruptions();
  const double n = MG_FAITHFUL_ROWS, sd = gsl_stats_sd(x->data, 1, x->size1);
  double h;
  mg_bandwidth_choose(MG_BANDWIDTH_NRD0, x, &h);
  cr_assert_float_eq(h, .334777034463943, 1e-14, "R's bw.nrd0: %.15f", h);
  mg_bandwidth_choose(MG_BANDWIDTH_SCOTT, x, &h);
  cr_assert_float_eq(h, sd * pow(n, -0.2), 1e-14, "Scott: %.15f", h);
  mg_bandwidth_choose(MG_BANDWIDTH_SILVERMAN, x, &h);
  cr_assert_float_eq(h, sd * pow(n * 0.75, -0.2), 1e-14, "Silverman: %.15f", h);
  /* Quartiles 1 and 3 (R's type 7) of five values with an outlier. */
  gsl_matrix_view five = gsl_matrix_submatrix(x, 0, 0, 5, 1);
  const double values[] = {100, 3, 1, 0, 2};
  memcpy(x->data, values, sizeof values);
  mg_bandwidth_choose(MG_BANDWIDTH_NRD0, &five.matrix, &h);
  cr_assert_float_eq(h, 0.9 * 2 / 1.34 * pow(5, -0.2), 1e-14,
                     "with an outlier: %.15f", h);
  gsl_matrix_set_all(x, -7);
  mg_bandwidth_choose(MG_BANDWIDTH_NRD0, x, &h);
  cr_assert_float_eq(h, 0.9 * 7 * pow(n, -0.2), 1e-14, "constant: %.15f", h);
  gsl_matrix_free(x);
}

/* The formula [kde.1] as it stands, in long double. */
static double direct(const gsl_matrix *rows, size_t skip, const double *h,
                     const double *x) {
  long double sum = 0;
  size_t n = 0;
  for (size_t i = 0; i < rows->size1; i++) {
    long double e = 0, norm = 1;
    if (i == skip)
      continue;
    for (size_t j = 0; j < rows->size2; j++) {
      long double d = ((long double)x[j] - gsl_matrix_get(rows, i, j)) / h[j];
      e -= d * d / 2;
      norm *= sqrtl(2 * acosl(-1)) * h[j];
    }
    sum += expl(e) / norm;
    n++;
  }
  return (double)logl(sum / n);
}

/* Widths around the unrolled four, more rows than a block holds. */
static void check_direct(size_t n, size_t dim) {
  gsl_matrix *x = normals(20, dim, 2);
  mg_kde k = made(normals(n, dim, 1), MG_BANDWIDTH_SCOTT, 1);
  gsl_vector *log_p = gsl_vector_alloc(20), *out = gsl_vector_alloc(n);
  cr_assert_eq(mg_kde_log_density(&k, x, log_p), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_kde_leave_one_out(&k, out), GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < 20; i++) {
    double expected = direct(k.sample, n, k.bandwidth, gsl_matrix_ptr(x, i, 0));
    double value = gsl_vector_get(log_p, i);
    cr_assert_float_eq(value, expected, 1e-12 * (1 + fabs(expected)),
                       "N %zu D %zu query %zu: %.15g, directly %.15g", n, dim,
                       i, value, expected);
    size_t row = i * (n - 1) / 19;
    expected =
        direct(k.sample, row, k.bandwidth, gsl_matrix_ptr(k.sample, row, 0));
    value = gsl_vector_get(out, row);
    cr_assert_float_eq(value, expected, 1e-12 * (1 + fabs(expected)),
                       "N %zu D %zu without row %zu: %.15g, directly %.15g", n,
                       dim, row, value, expected);
  }
  gsl_vector_free(log_p);
  gsl_vector_free(out);
  gsl_matrix_free(x);
  mg_kde_clear(&k);
}

Test(kde, density_is_the_direct_sum_in_every_width) {
  for (size_t dim = 1; dim <= 9; dim++)
    check_direct(600, dim);
  check_direct(2, 3);
  check_direct(512, 4);
  check_direct(1025, 2);
}

/* The trapezoidal rule is exact to rounding for sums of Gaussians when its
 * step is well below h. */
Test(kde, density_integrates_to_one) {
  enum { POINTS = 1001 };
  mg_kde k = made(eruptions(), MG_BANDWIDTH_FIXED, 0.3);
  gsl_matrix *x = gsl_matrix_alloc(POINTS, 1);
  gsl_vector *log_p = gsl_vector_alloc(POINTS);
  for (size_t i = 0; i < POINTS; i++)
    gsl_matrix_set(x, i, 0, -2 + 0.01 * (double)i);
  mg_kde_log_density(&k, x, log_p);
  double sum = 0;
  for (size_t i = 0; i < POINTS; i++)
    sum += 0.01 * exp(gsl_vector_get(log_p, i));
  cr_assert_float_eq(sum, 1, 1e-12, "integral %.15f", sum);
  gsl_vector_free(log_p);
  gsl_matrix_free(x);
  mg_kde_clear(&k);
}

Test(kde, far_from_zero_and_far_from_the_data) {
  gsl_matrix *x = normals(300, 3, 1), *y = normals(300, 3, 1);
  gsl_matrix_add_constant(y, 1048576); /* 2^20: 33 bits are left of each */
  gsl_matrix *qx = normals(1, 3, 2), *qy = normals(1, 3, 2);
  gsl_matrix_add_constant(qy, 1048576);
  mg_kde a = made(x, MG_BANDWIDTH_SCOTT, 1), b = made(y, MG_BANDWIDTH_SCOTT, 1);
  gsl_vector *p = gsl_vector_alloc(1), *q = gsl_vector_alloc(1);
  mg_kde_log_density(&a, qx, p);
  mg_kde_log_density(&b, qy, q);
  cr_assert_float_eq(gsl_vector_get(p, 0), gsl_vector_get(q, 0), 1e-8,
                     "%.12f and, shifted, %.12f", gsl_vector_get(p, 0),
                     gsl_vector_get(q, 0));
  gsl_matrix_set_all(qx, 1e6);
  mg_kde_log_density(&a, qx, p);
  cr_assert(isfinite(gsl_vector_get(p, 0)) && gsl_vector_get(p, 0) < -1e9,
            "at 1e6: %g", gsl_vector_get(p, 0));
  gsl_matrix_set(qx, 0, 1, INFINITY);
  mg_kde_log_density(&a, qx, p);
  cr_assert_eq(gsl_vector_get(p, 0), -INFINITY, "at infinity: %g",
               gsl_vector_get(p, 0));
  gsl_matrix_set(qx, 0, 1, NAN);
  cr_assert_eq(mg_kde_log_density(&a, qx, p), GSL_EDOM, "NaN was taken");
  gsl_vector_free(p);
  gsl_vector_free(q);
  gsl_matrix_free(qx);
  gsl_matrix_free(qy);
  mg_kde_clear(&a);
  mg_kde_clear(&b);
}

static double mean_left_out(gsl_matrix *rows, double h) {
  mg_kde k = made(rows, MG_BANDWIDTH_FIXED, h);
  gsl_vector *out = gsl_vector_alloc(rows->size1);
  mg_kde_leave_one_out(&k, out);
  double mean = sum_of(out) / (double)out->size;
  gsl_vector_free(out);
  mg_kde_clear(&k);
  return mean;
}

/* cv's bandwidth is a maximum of [kde.2], and its report is the value there. */
Test(kde, cv_maximises_leave_one_out) {
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  const mg_kde_options options = {.bandwidth = MG_BANDWIDTH_CV, .h = 1};
  mg_kde k = {0};
  double best;
  mg_kde_init(&k, &space, &options);
  cr_assert_eq(mg_kde_set(&k, eruptions(), 0, &best), GSL_SUCCESS, "%s",
               mg_reason());
  const double h = k.bandwidth[0];
  const double at = mean_left_out(eruptions(), h);
  cr_assert_float_eq(best, at, 1e-12, "%.15g reported, is %.15g", best, at);
  for (double factor = 0.5; factor < 2.1; factor += 0.05)
    cr_assert_leq(mean_left_out(eruptions(), h * factor), at + 1e-12,
                  "%g times the bandwidth %g is better", factor, h);
  cr_assert_lt(mean_left_out(eruptions(), h * 1.001), at, "a little wider");
  cr_assert_lt(mean_left_out(eruptions(), h * 0.999), at, "a little narrower");
  mg_kde_clear(&k);
}

Test(kde, cv_keeps_the_columns_proportions) {
  mg_kde scott = made(normals(700, 3, 1), MG_BANDWIDTH_SCOTT, 1);
  mg_kde cv = made(normals(700, 3, 1), MG_BANDWIDTH_CV, 1);
  const double c = cv.bandwidth[0] / scott.bandwidth[0];
  for (size_t j = 1; j < 3; j++)
    cr_assert_float_eq(cv.bandwidth[j] / scott.bandwidth[j], c, 1e-14,
                       "column %zu", j);
#ifdef _OPENMP
  omp_set_num_threads(1);
  mg_kde one = made(normals(700, 3, 1), MG_BANDWIDTH_CV, 1);
  cr_assert_arr_eq(one.bandwidth, cv.bandwidth, 3 * sizeof(double),
                   "one thread gives other bytes");
  mg_kde_clear(&one);
#endif
  mg_kde_clear(&scott);
  mg_kde_clear(&cv);
}

/* Of many rows cv leaves out 4096, at even distances. */
Test(kde, cv_of_many_rows_leaves_out_a_part_of_them) {
  enum { ROWS = 6000, LEFT_OUT = 4096 };
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  const mg_kde_options options = {.bandwidth = MG_BANDWIDTH_CV, .h = 1};
  gsl_vector *out = gsl_vector_alloc(ROWS);
  mg_kde k = {0};
  double best, mean = 0;
  mg_kde_init(&k, &space, &options);
  cr_assert_eq(mg_kde_set(&k, normals(ROWS, 1, 1), 0, &best), GSL_SUCCESS, "%s",
               mg_reason());
  mg_kde_leave_one_out(&k, out);
  for (size_t i = 0; i < LEFT_OUT; i++)
    mean += gsl_vector_get(out, i * ROWS / LEFT_OUT) / LEFT_OUT;
  cr_assert_float_eq(best, mean, 1e-12, "%.15g reported, is %.15g", best, mean);
  gsl_vector_free(out);
  mg_kde_clear(&k);
}

/* Tries rows that make no density; the old one must stand. */
static void check_no_set(mg_kde *k, gsl_matrix *rows, int expected,
                         const char *why) {
  double unused;
  const gsl_matrix *before = k->sample;
  cr_assert_eq(mg_kde_set(k, rows, 0, &unused), expected, "%s", why);
  cr_assert_str_not_empty(mg_reason(), "%s: no reason", why);
  cr_assert_eq(k->sample, before, "%s: the old rows are gone", why);
  gsl_matrix_free(rows);
}

Test(kde, rows_that_make_no_density) {
  mg_kde k = made(normals(50, 2, 1), MG_BANDWIDTH_SCOTT, 1);
  gsl_matrix *constant = normals(50, 2, 1);
  for (size_t i = 0; i < 50; i++)
    gsl_matrix_set(constant, i, 1, 5);
  check_no_set(&k, constant, GSL_EDOM, "a constant column");
  check_no_set(&k, normals(1, 2, 1), GSL_EDOM, "one row");
  check_no_set(&k, normals(50, 3, 1), GSL_EBADLEN, "three columns");
  gsl_matrix *nan = normals(50, 2, 1);
  gsl_matrix_set(nan, 7, 0, NAN);
  check_no_set(&k, nan, GSL_EDOM, "NaN");
  k.options.bandwidth = MG_BANDWIDTH_CV;
  gsl_matrix *twice = normals(50, 2, 1);
  for (size_t i = 0; i < 25; i++)
    for (size_t j = 0; j < 2; j++)
      gsl_matrix_set(twice, 25 + i, j, gsl_matrix_get(twice, i, j));
  check_no_set(&k, twice, GSL_EDOM, "every row twice");
  mg_kde_clear(&k);
}

Test(kde, one_row_with_a_given_bandwidth_is_a_gaussian) {
  gsl_matrix *x = normals(1, 2, 2);
  mg_kde k = made(normals(1, 2, 1), MG_BANDWIDTH_FIXED, 2);
  gsl_vector *log_p = gsl_vector_alloc(1);
  mg_kde_log_density(&k, x, log_p);
  double expected = 0;
  for (size_t j = 0; j < 2; j++)
    expected += log(gsl_ran_gaussian_pdf(
        gsl_matrix_get(x, 0, j) - gsl_matrix_get(k.sample, 0, j), 2));
  cr_assert_float_eq(gsl_vector_get(log_p, 0), expected, 1e-13, "%.15g, %.15g",
                     gsl_vector_get(log_p, 0), expected);
  cr_assert_eq(mg_kde_leave_one_out(&k, log_p), GSL_EDOM, "one left out of 1");
  gsl_vector_free(log_p);
  gsl_matrix_free(x);
  mg_kde_clear(&k);
}

/* Draws have the rows' mean and, a column, their variance plus h^2. */
Test(kde, sampler_has_the_densitys_moments) {
  enum { DRAWS = 100000 };
  mg_kde k = made(eruptions(), MG_BANDWIDTH_FIXED, 1);
  gsl_matrix *x = gsl_matrix_alloc(DRAWS, 1);
  gsl_rng *rng = mg_stream_alloc(5, "test/sampler", 0);
  cr_assert_eq(mg_kde_sample(&k, rng, x), GSL_SUCCESS, "%s", mg_reason());
  const double *rows = k.sample->data;
  double m = gsl_stats_mean(rows, 1, MG_FAITHFUL_ROWS);
  double v =
      gsl_stats_variance_with_fixed_mean(rows, 1, MG_FAITHFUL_ROWS, m) + 1;
  double square[DRAWS / 100]; /* means of hundreds of squares, for their se */
  for (size_t b = 0; b < DRAWS / 100; b++)
    square[b] =
        gsl_stats_variance_with_fixed_mean(x->data + 100 * b, 1, 100, m);
  double z = (gsl_stats_mean(x->data, 1, DRAWS) - m) / sqrt(v / DRAWS);
  cr_assert_lt(fabs(z), 6.1, "mean: z = %g", z);
  z = (gsl_stats_mean(square, 1, DRAWS / 100) - v) /
      (gsl_stats_sd(square, 1, DRAWS / 100) / sqrt(DRAWS / 100));
  cr_assert_lt(fabs(z), 6.1, "variance: z = %g", z);
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  mg_kde_clear(&k);
}

/* 1000 dequantised digits, h = 2: 161.24 and 159.96 nats by a plain double
 * loop in another language with other noise.  The noise moves such a mean by
 * about 0.1 (from 4 draws of it). */
Test(kde, dequantised_digits) {
  const mg_kde_options options = {.bandwidth = MG_BANDWIDTH_FIXED, .h = 2};
  const double expected[] = {0, 161.24, 159.96};
  mg_dataset *data = mg_digits_read();
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_fit_options fit = mg_fit_options_default();
  gsl_rng *rng = mg_stream_alloc(1, "test/noise", 0);
  mg_model *model = mg_model_alloc(&mg_kde_type, &data->space, &options, true);
  cr_assert_eq(mg_fit_run(model, &train, &fit, 1), GSL_SUCCESS, "%s",
               mg_reason());
  for (int p = MG_VALIDATION; p < MG_PARTS; p++) {
    const mg_rows rows = mg_dataset_part(data, (mg_part_name)p);
    mg_block *block = mg_block_alloc(&data->space, rows.n);
    gsl_vector *log_p = gsl_vector_alloc(rows.n);
    mg_block_read(block, &rows, 0, rows.n);
    mg_dequantise(rng, &block->batch.x);
    mg_model_log_density(model, &block->batch.x, log_p);
    double value = -sum_of(log_p) / (double)rows.n;
    cr_assert_float_eq(value, expected[p], 6.1 * 0.1 * sqrt(2),
                       "part %d: %.3f, expected %.2f", p, value, expected[p]);
    gsl_vector_free(log_p);
    mg_block_free(block);
  }
  gsl_rng_free(rng);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(kde, as_a_model) {
  mg_dataset *data = mg_faithful_read(1);
  const double x[] = {3, 70}, nan[] = {3, NAN};
  mg_model *model = mg_model_alloc(&mg_kde_type, &data->space, NULL, false);
  log_density_at(model, x, GSL_EINVAL);
  mg_model_free(model);
  model = fitted(&mg_kde_type, data, NULL, 1);
  log_density_at(model, nan, GSL_EDOM);
  mg_model *copy = copied(model);
  cr_assert_eq(log_density_at(model, x, GSL_SUCCESS),
               log_density_at(copy, x, GSL_SUCCESS),
               "a copy has another density");
  check_refused(model, "bandwidth", 1, 0);
  check_refused(model, "bandwidth", 0, NAN);
  check_refused(model, "bandwidth", 0, INFINITY);
  check_refused(model, "sample", 5, NAN);
  cr_assert_eq(mg_model_parameters(model), 218 * 2 + 2, "parameters");
  mg_kde zero = {0};
  mg_kde_clear(&zero);
  mg_model_free(copy);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Threads that there are, 0 where the system does not tell. */
static size_t threads_alive(void) {
  DIR *tasks = opendir("/proc/self/task");
  size_t n = 0;
  while (tasks && readdir(tasks))
    n++;
  if (tasks)
    closedir(tasks);
  return n;
}

Test(kde, cv_keeps_to_the_threads_of_the_fit) {
  const mg_kde_options options = {.bandwidth = MG_BANDWIDTH_CV, .h = 1};
  gsl_matrix *x = normals(700, 2, 1); /* more than one shard */
  mg_dataset *data = real_data(700, 2, x->data);
  const size_t before = threads_alive();
  mg_model *model = fitted(&mg_kde_type, data, &options, 1);
  cr_expect_eq(threads_alive(), before, "%zu threads, %zu before",
               threads_alive(), before);
  gsl_matrix_free(x);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Kept rows that are all the same are one Gaussian, and the bandwidth that is
 * best for other rows is its maximum likelihood. */
Test(kde, a_bandwidth_for_rows_held_out_in_closed_form) {
  enum { DIM = 3, ROWS = 40 };
  gsl_matrix *same = gsl_matrix_alloc(7, DIM), *other = normals(ROWS, DIM, 4);
  gsl_vector *log_p = gsl_vector_alloc(ROWS);
  double squares = 0, mean = 0;
  gsl_matrix_set_all(same, 0.25);
  mg_kde k = made(same, MG_BANDWIDTH_FIXED, 2);
  cr_assert_eq(mg_kde_fit_bandwidth(&k, other, 0, &mean), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t i = 0; i < ROWS * DIM; i++)
    squares += (other->data[i] - 0.25) * (other->data[i] - 0.25);
  const double h = sqrt(squares / (ROWS * DIM));
  cr_expect(fabs(k.bandwidth[1] / h - 1) < 1e-5, "%.9f, exact %.9f",
            k.bandwidth[1], h);
  const double exact = -0.5 * DIM * (MG_LN_2PI + 2 * log(h) + 1);
  cr_expect(fabs(mean - exact) < 1e-9, "mean %.12f, exact %.12f", mean, exact);
  mg_kde_log_density(&k, other, log_p);
  cr_expect(fabs(sum_of(log_p) / ROWS - mean) < 1e-12, "density %.12f",
            sum_of(log_p) / ROWS);
  /* What cannot be chosen leaves k as it was. */
  gsl_matrix_set_all(other, 0.25);
  cr_expect_eq(mg_kde_fit_bandwidth(&k, other, 0, NULL), GSL_EDOM, "no spread");
  gsl_matrix_set(other, 1, 1, NAN);
  cr_expect_eq(mg_kde_fit_bandwidth(&k, other, 0, NULL), GSL_EDOM, "NaN");
  cr_expect(fabs(k.bandwidth[1] / h - 1) < 1e-5, "changed: %g", k.bandwidth[1]);
  gsl_vector_free(log_p);
  gsl_matrix_free(other);
  mg_kde_clear(&k);
}
