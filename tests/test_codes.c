/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes against closed forms: a ppca whose numbers are set by hand, and the
 * conjugate family, whose two terms are integrals that can be done. */
#include <criterion/criterion.h>
#include <gsl/gsl_blas.h>
#include <math.h>

#include "conjugate.h"
#include "data/catalogue.h"
#include "eval/codes.h"
#include "eval/zoo.h"
#include "models/fit.h"
#include "models/ppca.h"

#define Z 6.1 /* false alarms of one in 10^9 */

static void begin(void) {
  gsl_set_error_handler_off();
}

TestSuite(codes, .init = begin);

static void ok(int status, const char *what) {
  cr_assert(status == GSL_SUCCESS, "%s: %s", what, mg_reason());
}

/* x = z + e / 2 in two dimensions, the data moved by (1, -2). */
static mg_model *axes(void) {
  const mg_space plane = {.dim = 2, .measure = MG_REALS};
  mg_model *model =
      mg_model_alloc(&mg_ppca_type, &plane, &(mg_ppca_options){2, 0}, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_ppca *p = model->self;
  gsl_vector_set(p->mean, 0, 1);
  gsl_vector_set(p->mean, 1, -2);
  gsl_matrix_set_identity(p->loadings);
  p->variance = 0.25;
  ok(mg_ppca_refresh(p), "refresh");
  return model;
}

static mg_dataset *plane_data(size_t n) {
  const mg_space plane = {.dim = 2, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("plane", &plane, n);
  for (size_t i = 0; i < 2 * n; i++)
    data->reals->data[i] = sin((double)i);
  return data;
}

/* E(z | x) = (x - mu) / 1.25, and E(x | z) = z + mu. */
Test(codes, there_and_back) {
  mg_model *model = axes();
  mg_dataset *data = plane_data(7);
  const mg_rows rows = mg_dataset_all(data);
  gsl_matrix *z = gsl_matrix_alloc(7, 2), *x = gsl_matrix_alloc(7, 2);
  cr_assert_eq(mg_codes_dim(model), 2, "dimension");
  ok(mg_codes_encode(model, &rows, z), "encode");
  ok(mg_codes_decode(model, z, x), "decode");
  for (size_t i = 0; i < 7; i++)
    for (size_t j = 0; j < 2; j++) {
      const double mean = j ? -2 : 1;
      const double code = (gsl_matrix_get(data->reals, i, j) - mean) / 1.25;
      cr_expect(fabs(gsl_matrix_get(z, i, j) - code) < 1e-13, "code %g",
                gsl_matrix_get(z, i, j));
      cr_expect(fabs(gsl_matrix_get(x, i, j) - code - mean) < 1e-13,
                "decoded %g", gsl_matrix_get(x, i, j));
    }
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  mg_dataset_free(data);
  mg_model_free(model);
}

/* A dequantised model: at a noise of nearly nothing and as many numbers in z
 * as columns, a datum comes back, and not half a level beside it. */
Test(codes, levels_come_back_where_they_were) {
  const mg_space shades = {.dim = 2, .measure = MG_LEVELS, .levels = 4};
  mg_model *model =
      mg_model_alloc(&mg_ppca_type, &shades, &(mg_ppca_options){2, 0}, true);
  mg_dataset *data = mg_dataset_alloc("shades", &shades, 3);
  const mg_rows rows = mg_dataset_all(data);
  mg_ppca *p = model->self;
  gsl_vector_set_all(p->mean, 2);
  gsl_matrix_set_identity(p->loadings);
  p->variance = 1e-14;
  ok(mg_ppca_refresh(p), "refresh");
  for (size_t i = 0; i < 6; i++)
    data->bytes[i] = (unsigned char)(i % 4);
  gsl_matrix *z = gsl_matrix_alloc(3, 2), *x = gsl_matrix_alloc(3, 2);
  ok(mg_codes_encode(model, &rows, z), "encode");
  cr_expect(fabs(gsl_matrix_get(z, 0, 0) + 1.5) < 1e-9, "level 0 is at %g",
            gsl_matrix_get(z, 0, 0));
  ok(mg_codes_decode(model, z, x), "decode");
  for (size_t i = 0; i < 6; i++)
    cr_expect(fabs(x->data[i] - data->bytes[i]) < 1e-9, "%g, not %d",
              x->data[i], data->bytes[i]);
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  mg_dataset_free(data);
  mg_model_free(model);
}

/* For x | z ~ N(z, 1), q = N(0, 1): the KL is 0 and E log p(x | z) is
 * -log(2 pi) / 2 - (x^2 + 1) / 2; with q = N(1, 4) the KL is known, too. */
Test(codes, terms_of_the_bound) {
  enum { N = 40000 };
  mg_model *model = conjugate_model(1, 0, 1);
  mg_dataset *data = copies_of(N, 1, 1);
  const mg_rows rows = mg_dataset_all(data);
  conjugate *c = model->self;
  for (int moved = 0; moved < 2; moved++) {
    c->mean = moved;
    c->sd = 1 + moved;
    const double variance = c->sd * c->sd, off = 1 - c->mean;
    const double kl = (variance + c->mean * c->mean - 1 - log(variance)) / 2;
    const double exact = -(MG_LN_2PI + off * off + variance) / 2;
    double told = 0, told_kl = 0;
    gsl_rng *rng = mg_stream_alloc(1, "test/codes", 0);
    ok(mg_codes_terms(model, rng, &rows, &told, &told_kl), "terms");
    gsl_rng_free(rng);
    /* Both are quadratic in a Gaussian: a deviation of at most 6. */
    cr_expect(fabs(told - exact) < Z * 6 / sqrt(N), "%.4f, not %.4f", told,
              exact);
    cr_expect(fabs(told_kl - kl) < Z * 6 / sqrt(N), "KL %.4f, not %.4f",
              told_kl, kl);
    if (!moved)
      cr_expect(told_kl == 0, "q is the prior, and the KL is %g", told_kl);
  }
  mg_dataset_free(data);
  mg_model_free(model);
}

Test(codes, what_cannot_be_is_refused) {
  mg_model *model = axes();
  mg_dataset *digits = mg_dataset_named("digits", 1);
  mg_rows rows = mg_dataset_all(digits);
  gsl_matrix *z = gsl_matrix_alloc(2, 2);
  double one, other;
  gsl_rng *rng = mg_stream_alloc(1, "test/codes", 0);
  cr_expect_eq(mg_codes_encode(model, &rows, z), GSL_EINVAL, "another space");
  mg_dataset *plane_rows = plane_data(2);
  rows = mg_dataset_all(plane_rows);
  rows.n = 0;
  cr_expect_eq(mg_codes_encode(model, &rows, z), GSL_EINVAL, "no rows");
  cr_expect_eq(mg_codes_terms(model, rng, &rows, &one, &other), GSL_EINVAL,
               "no rows");
  mg_model_free(model);
  const mg_space plane = {.dim = 2, .measure = MG_REALS};
  model = mg_model_alloc(mg_zoo_find("kde"), &plane, NULL, false);
  cr_expect_eq(mg_codes_dim(model), 0, "kde has a latent variable");
  cr_expect_eq(mg_codes_encode(model, &rows, z), GSL_EUNSUP, "encode");
  cr_expect_eq(mg_codes_decode(model, z, z), GSL_EUNSUP, "decode");
  cr_expect_eq(mg_codes_terms(model, rng, &rows, &one, &other), GSL_EUNSUP,
               "terms");
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  mg_dataset_free(plane_rows);
  mg_dataset_free(digits);
  mg_model_free(model);
}

/* ---- where to decode ---- */

/* Of a ppca the two that say most are the two of the largest loadings, though
 * all codes vary by nearly as much. */
Test(codes, dimensions_that_say_most) {
  const double loading[] = {3, 40, 5, 9, 30};
  const mg_space five = {.dim = 5, .measure = MG_REALS};
  mg_model *model =
      mg_model_alloc(&mg_ppca_type, &five, &(mg_ppca_options){5, 0}, false);
  mg_ppca *p = model->self;
  gsl_matrix_set_zero(p->loadings);
  for (size_t l = 0; l < 5; l++)
    gsl_matrix_set(p->loadings, l, l, loading[l]);
  gsl_vector_set_zero(p->mean);
  p->variance = 0.1;
  ok(mg_ppca_refresh(p), "refresh");
  mg_dataset *data = mg_dataset_alloc("five", &five, 400);
  gsl_rng *rng = mg_stream_alloc(1, "test/codes", 0);
  ok(mg_model_sample(model, rng, data->reals), "sample");
  mg_rows rows = mg_dataset_all(data);
  gsl_matrix *z = gsl_matrix_alloc(400, 5);
  size_t most[2] = {9, 9};
  ok(mg_codes_encode(model, &rows, z), "encode");
  ok(mg_codes_active(model, rng, &rows, z, most), "active");
  cr_expect(most[0] == 1 && most[1] == 4, "%zu and %zu", most[0], most[1]);
  rows.n = 1;
  gsl_matrix_view one = gsl_matrix_submatrix(z, 0, 0, 1, 5);
  ok(mg_codes_active(model, rng, &rows, &one.matrix, most), "one row");
  cr_expect(most[0] == 0 && most[1] == 1, "one row: %zu %zu", most[0], most[1]);
  gsl_matrix_free(z);
  gsl_rng_free(rng);
  mg_dataset_free(data);
  mg_model_free(model);
  model = conjugate_model(1, 0, 1);
  data = copies_of(3, 1, 2);
  rows = mg_dataset_all(data);
  z = gsl_matrix_calloc(3, 1);
  rng = mg_stream_alloc(1, "test/codes", 0);
  ok(mg_codes_active(model, rng, &rows, z, most), "one dimension");
  cr_expect(most[0] == 0 && most[1] == 0, "one: %zu %zu", most[0], most[1]);
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  mg_dataset_free(data);
  mg_model_free(model);
}

Test(codes, plane_in_lines_from_the_top_left) {
  gsl_matrix *z = gsl_matrix_alloc(9, 4);
  gsl_matrix_set_all(z, NAN);
  mg_codes_plane((size_t[]){1, 3}, 2, z);
  for (size_t i = 0; i < 9; i++) {
    const double expected[] = {0, 2 * ((double)(i % 3) - 1), 0,
                               2 * (1 - (double)(i / 3))};
    for (size_t l = 0; l < 4; l++)
      cr_expect(fabs(gsl_matrix_get(z, i, l) - expected[l]) < 1e-15,
                "%zu %zu: %g", i, l, gsl_matrix_get(z, i, l));
  }
  gsl_matrix_free(z);
}

Test(codes, the_way_between_two_codes) {
  double first[] = {1, -1}, last[] = {4, 5};
  gsl_vector_view a = gsl_vector_view_array(first, 2);
  gsl_vector_view b = gsl_vector_view_array(last, 2);
  gsl_matrix *z = gsl_matrix_alloc(4, 2);
  mg_codes_between(&a.vector, &b.vector, z);
  for (size_t i = 0; i < 4; i++) {
    cr_expect(fabs(gsl_matrix_get(z, i, 0) - (1 + (double)i)) < 1e-14, "%zu",
              i);
    cr_expect(fabs(gsl_matrix_get(z, i, 1) - (2 * (double)i - 1)) < 1e-14,
              "%zu", i);
  }
  gsl_matrix_free(z);
}

/* Ends, middle, and a length that stays where a and b are of one length and at
 * a right angle, as two draws of many dimensions nearly are. */
Test(codes, a_quarter_turn) {
  double first[] = {3, 0, 4}, last[] = {0, 5, 0};
  gsl_vector_view a = gsl_vector_view_array(first, 3);
  gsl_vector_view b = gsl_vector_view_array(last, 3);
  gsl_matrix *z = gsl_matrix_alloc(5, 3);
  mg_codes_turn(&a.vector, &b.vector, z);
  for (size_t i = 0; i < 5; i++) {
    const double t = M_PI_2 * (double)i / 4;
    const gsl_vector_const_view row = gsl_matrix_const_row(z, i);
    cr_expect(fabs(gsl_blas_dnrm2(&row.vector) - 5) < 1e-14, "length %g",
              gsl_blas_dnrm2(&row.vector));
    cr_expect(fabs(gsl_matrix_get(z, i, 0) - 3 * cos(t)) < 1e-14, "%zu", i);
    cr_expect(fabs(gsl_matrix_get(z, i, 1) - 5 * sin(t)) < 1e-14, "%zu", i);
  }
  gsl_matrix_free(z);
}

/* Lines of one direction, and directions of the prior's spread. */
Test(codes, out_of_the_prior) {
  enum { LINES = 4000 };
  const double factor[] = {0, 1, 2.5};
  gsl_matrix *z = gsl_matrix_alloc(3 * LINES, 2);
  gsl_rng *rng = mg_stream_alloc(1, "test/codes", 0);
  double square = 0;
  mg_codes_out(rng, factor, 3, z);
  for (size_t i = 0; i < LINES; i++)
    for (size_t l = 0; l < 2; l++) {
      const double e = gsl_matrix_get(z, 3 * i + 1, l);
      cr_assert(gsl_matrix_get(z, 3 * i, l) == 0 &&
                    gsl_matrix_get(z, 3 * i + 2, l) == 2.5 * e,
                "line %zu", i);
      square += e * e / (2 * LINES);
    }
  cr_expect(fabs(square - 1) < Z * sqrt(2. / (2 * LINES)), "variance %g",
            square);
  gsl_rng_free(rng);
  gsl_matrix_free(z);
}
