/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nearest neighbours against sorted distances, and against what they are not: a
 * distribution. */
#include "families.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_sort.h>

#include "base/tally.h"
#include "eval/evidence.h"
#include "models/knn.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(knn, .init = setup);

static gsl_matrix *normals(size_t n, size_t dim, unsigned long seed) {
  gsl_matrix *x = gsl_matrix_alloc(n, dim);
  gsl_rng *rng = mg_stream_alloc(seed, "test/rows", dim);
  for (size_t i = 0; i < n * dim; i++)
    x->data[i] = gsl_ran_gaussian(rng, 1);
  gsl_rng_free(rng);
  return x;
}

/* Of these rows, which become its own. */
static mg_knn made(gsl_matrix *rows, size_t k) {
  const mg_space space = {.dim = rows->size2, .measure = MG_REALS};
  const mg_knn_options options = {.k = k};
  mg_knn q = {0};
  cr_assert_eq(mg_knn_init(&q, &space, &options), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_knn_set(&q, rows), GSL_SUCCESS, "%s", mg_reason());
  return q;
}

static double log_density_of(const mg_knn *q, const double *x) {
  double value = NAN;
  gsl_matrix_const_view row = gsl_matrix_const_view_array(x, 1, q->dim);
  gsl_vector_view out = gsl_vector_view_array(&value, 1);
  cr_assert_eq(mg_knn_log_density(q, &row.matrix, &out.vector), GSL_SUCCESS,
               "%s", mg_reason());
  return value;
}

/* [knn.1] by sorting all distances, without the row `skip` (N: with all). */
static double direct(const gsl_matrix *rows, const double *x, size_t k,
                     size_t skip) {
  static const double ball[] = {
      0, 2, M_PI, 4 * M_PI / 3, M_PI * M_PI / 2, 8 * M_PI * M_PI / 15};
  double *distance = calloc(rows->size1, sizeof *distance);
  size_t n = 0;
  for (size_t i = 0; i < rows->size1; i++) {
    double square = 0;
    for (size_t j = 0; j < rows->size2; j++)
      square += gsl_pow_2(x[j] - gsl_matrix_get(rows, i, j));
    if (i != skip)
      distance[n++] = sqrt(square);
  }
  gsl_sort(distance, 1, n);
  const double volume =
      ball[rows->size2] * gsl_pow_int(distance[k - 1], (int)rows->size2);
  free(distance);
  return log((double)k / ((double)n * volume));
}

Test(knn, density_is_by_the_kth_distance) {
  for (size_t dim = 1; dim <= 5; dim++) {
    gsl_matrix *x = normals(20, dim, 2);
    mg_knn q = made(normals(200, dim, 1), 0);
    gsl_vector *out = gsl_vector_alloc(200);
    for (q.k = 1; q.k <= 199; q.k += 18) {
      cr_assert_eq(mg_knn_leave_one_out(&q, out), GSL_SUCCESS, "%s",
                   mg_reason());
      for (size_t i = 0; i < 20; i++) {
        double value = log_density_of(&q, gsl_matrix_ptr(x, i, 0));
        double expected = direct(q.sample, gsl_matrix_ptr(x, i, 0), q.k, 200);
        cr_assert_float_eq(value, expected, 1e-12, "D %zu k %zu: %.15g, %.15g",
                           dim, q.k, value, expected);
        const size_t row = i * 199 / 19;
        value = gsl_vector_get(out, row);
        expected = direct(q.sample, gsl_matrix_ptr(q.sample, row, 0), q.k, row);
        cr_assert_float_eq(value, expected, 1e-12,
                           "D %zu k %zu without row %zu: %.15g, %.15g", dim,
                           q.k, row, value, expected);
      }
    }
    gsl_vector_free(out);
    gsl_matrix_free(x);
    mg_knn_clear(&q);
  }
}

Test(knn, the_rule_is_the_root_of_n) {
  const size_t n[] = {1, 2, 3, 6, 7, 1000}, k[] = {1, 1, 2, 2, 3, 32};
  for (size_t i = 0; i < 6; i++) {
    mg_knn q = made(normals(n[i], 1, 1), 0);
    cr_expect(q.k == k[i], "k is %zu for %zu rows", q.k, n[i]);
    mg_knn_clear(&q);
  }
}

/* In one dimension the mass between 10^m and 10^(m+1) tends to k log 10 / 2N
 * on each side, for every m: there is no end of it. */
Test(knn, tails_hold_infinite_mass) {
  mg_knn q = made(normals(50, 1, 1), 7);
  for (double x = 1e4; x < 1e100; x *= 1e8) {
    const double left = -x;
    cr_expect_float_eq(exp(log_density_of(&q, &x)) * x, 7. / 100, 1e-4,
                       "x p(x) at %g is %g", x,
                       exp(log_density_of(&q, &x)) * x);
    cr_expect_float_eq(exp(log_density_of(&q, &left)) * x, 7. / 100, 1e-4,
                       "x p(x) at %g", left);
  }
  const double end = INFINITY;
  cr_expect(log_density_of(&q, &end) == -INFINITY, "log p(inf)");
  mg_knn_clear(&q);
}

/* So it cannot be drawn from, and its mean over data is no claim. */
Test(knn, is_no_claim) {
  const mg_evidence_options options = {.draws = 3};
  mg_dataset *reals = real_data(4, 1, (double[]){0, 1, 3, 7});
  mg_dataset *levels = small_data(MG_LEVELS, 3, 2, 0, 40);
  mg_dataset *data[] = {reals, levels};
  for (size_t i = 0; i < 2; i++) {
    const mg_rows rows = mg_dataset_all(data[i]);
    const mg_fit_options fit = mg_fit_options_default();
    mg_model *model = mg_model_alloc(&mg_knn_type, &data[i]->space, NULL, true);
    gsl_matrix *x = gsl_matrix_alloc(1, data[i]->space.dim);
    mg_evidence e;
    cr_assert_eq(mg_fit_run(model, &rows, &fit, 1), GSL_SUCCESS, "%s",
                 mg_reason());
    cr_assert_eq(mg_evidence_of(model, &rows, &options, 1, &e), GSL_SUCCESS,
                 "%s", mg_reason());
    cr_expect(e.claim == MG_NO_CLAIM, "claim %s", mg_claim_sign(e.claim));
    cr_expect_str_eq(e.method, "does not integrate to 1", "'%s'", e.method);
    cr_expect(e.draws == (i ? 3 : 0) && e.n == rows.n, "%zu draws", e.draws);
    cr_expect_eq(mg_model_sample(model, NULL, x), GSL_EUNSUP, "sampled");
    gsl_matrix_free(x);
    mg_model_free(model);
    mg_dataset_free(data[i]);
  }
}

/* Its mean log is above that of the law that made the rows, by log k - psi(k),
 * .58 for k = 1 (Kozachenko & Leonenko 1987): it would win every comparison,
 * and always with k = 1. */
Test(knn, is_above_the_truth) {
  enum { ROWS = 3000 };
  const double truth = -0.5 * log(2 * M_PI * M_E);
  gsl_vector *out = gsl_vector_alloc(ROWS);
  mg_knn q = made(normals(ROWS, 1, 3), 0);
  double before = INFINITY;
  for (q.k = 1; q.k <= 9; q.k += 4) {
    const double bias = log((double)q.k) - gsl_sf_psi_int((int)q.k);
    mg_tally tally;
    cr_assert_eq(mg_knn_leave_one_out(&q, out), GSL_SUCCESS, "%s", mg_reason());
    mg_tally_values(ROWS, out->data, 1, &tally);
    /* neighbours share rows: the error of the mean is up to twice that of as
     * many independent ones */
    cr_expect(fabs(tally.mean - bias - truth) <= 6.1 * 2 * tally.std_error,
              "k %zu: %g - %g is not %g +- %g", q.k, tally.mean, bias, truth,
              2 * tally.std_error);
    cr_expect(tally.mean < before, "k %zu is better than a smaller one", q.k);
    before = tally.mean;
  }
  gsl_vector_free(out);
  mg_knn_clear(&q);
}

/* Three rows at 0, one at 2: infinite for k <= 3 there, and for k <= 2 where
 * one of the three is left out. */
Test(knn, copies_are_an_infinite_density) {
  gsl_matrix *rows = gsl_matrix_calloc(4, 1);
  gsl_vector *out = gsl_vector_alloc(4);
  const double zero = 0;
  gsl_matrix_set(rows, 3, 0, 2);
  mg_knn q = made(rows, 0);
  for (q.k = 1; q.k <= 4; q.k++)
    cr_expect((log_density_of(&q, &zero) == INFINITY) == (q.k <= 3),
              "k %zu: %g", q.k, log_density_of(&q, &zero));
  for (q.k = 1; q.k <= 3; q.k++) {
    mg_knn_leave_one_out(&q, out);
    cr_expect((gsl_vector_get(out, 0) == INFINITY) == (q.k <= 2) &&
                  isfinite(gsl_vector_get(out, 3)),
              "k %zu: left out %g and %g", q.k, gsl_vector_get(out, 0),
              gsl_vector_get(out, 3));
  }
  gsl_vector_free(out);
  mg_knn_clear(&q);
}

/* ---- refusals ---- */

static void expect_code(int status, int code, const char *says) {
  cr_expect_eq(status, code, "%s: %d, not %d", says, status, code);
  cr_expect(strstr(mg_reason(), says), "no '%s' in '%s'", says, mg_reason());
  mg_reason_clear();
}

Test(knn, what_has_no_neighbours_is_refused) {
  gsl_matrix *rows = normals(5, 2, 1), *more = normals(9, 2, 1);
  gsl_matrix *x = gsl_matrix_calloc(3, 2);
  gsl_vector *p = gsl_vector_alloc(3), *five = gsl_vector_alloc(5);
  const mg_space space = {.dim = 2, .measure = MG_REALS};
  const mg_knn_options options = {.k = 6};
  mg_knn q = {0};
  mg_knn_init(&q, &space, &options);
  expect_code(mg_knn_log_density(&q, x, p), GSL_EINVAL, "no rows");
  expect_code(mg_knn_leave_one_out(&q, p), GSL_EINVAL, "no rows");
  expect_code(mg_knn_set(&q, rows), GSL_EDOM, "there are 5 rows");
  gsl_matrix_set(more, 8, 1, NAN);
  expect_code(mg_knn_set(&q, more), GSL_EDOM, "row 9, column 2");
  cr_expect_null(q.sample, "the caller's rows were taken");
  q.options.k = 5;
  cr_expect_eq(mg_knn_set(&q, rows), GSL_SUCCESS, "%s", mg_reason());
  expect_code(mg_knn_leave_one_out(&q, five), GSL_EINVAL, "give 1 .. 4");
  q.k = 0;
  expect_code(mg_knn_log_density(&q, x, p), GSL_EINVAL, "give 1 .. 5");
  q.k = 2;
  expect_code(mg_knn_leave_one_out(&q, p), GSL_EBADLEN, "3 log densities");
  gsl_matrix_set(x, 2, 1, NAN);
  expect_code(mg_knn_log_density(&q, x, p), GSL_EDOM, "datum 3");
  gsl_matrix_free(more);
  gsl_matrix_free(x);
  gsl_vector_free(p);
  gsl_vector_free(five);
  mg_knn_clear(&q);
}

Test(knn, files_that_make_no_neighbours) {
  const mg_knn_options options = {.k = 3};
  mg_dataset *data = real_data(4, 1, (double[]){0, 1, 3, 7});
  mg_model *model = mg_model_alloc(&mg_knn_type, &data->space, &options, false);
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options fit = mg_fit_options_default();
  cr_assert_eq(mg_fit_run(model, &rows, &fit, 1), GSL_SUCCESS, "%s",
               mg_reason());
  check_refused(model, "sample", 2, INFINITY);
  mg_model *few = mg_model_alloc(&mg_knn_type, &data->space, &options, false);
  few->type->reserve(few->self, 2);
  cr_expect_eq(few->type->refresh(few->self), GSL_EDOM, "2 rows for k 3");
  cr_expect_eq(few->type->reserve(few->self, 0), GSL_EINVAL, "no rows");
  mg_model_free(few);
  mg_model_free(model);
  mg_dataset_free(data);
}
