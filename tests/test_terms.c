/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One term at a time, against the family's own answers. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/terms.h"
#include "models/autoregressive.h"
#include "models/fvbn.h"
#include "models/pixelcnn.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(terms, .init = setup);

static const mg_space image = {
    .dim = 9, .measure = MG_LEVELS, .levels = 4, .height = 3, .width = 3};

/* A fvbn whose weights say something everywhere. */
static mg_model *drawn(void) {
  mg_model *model = mg_model_alloc(&mg_fvbn_type, &image, NULL, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_fvbn *f = model->self;
  gsl_rng *rng = mg_stream_alloc(5, "test/terms", 0);
  for (size_t row = 0; row < f->weights->size1; row++)
    for (size_t j = 0; j <= row / f->units; j++)
      gsl_matrix_set(f->weights, row, j, gsl_ran_gaussian(rng, 1));
  gsl_rng_free(rng);
  return model;
}

static gsl_matrix *rows(size_t n) {
  gsl_matrix *x = gsl_matrix_alloc(n, image.dim);
  gsl_rng *rng = mg_stream_alloc(6, "test/rows", 0);
  for (size_t i = 0; i < n * image.dim; i++)
    x->data[i] = (double)gsl_rng_uniform_int(rng, image.levels);
  gsl_rng_free(rng);
  return x;
}

Test(terms, a_law_is_the_familys) {
  mg_model *model = drawn();
  gsl_matrix *x = rows(5), *p = gsl_matrix_alloc(5, 4);
  gsl_vector *own = gsl_vector_alloc(4);
  for (size_t i = 0; i < 9; i++) {
    cr_assert_eq(mg_terms_law(model, x, i, p), GSL_SUCCESS, "%s", mg_reason());
    for (size_t n = 0; n < 5; n++) {
      const gsl_vector_const_view row = gsl_matrix_const_row(x, n);
      mg_fvbn_predict(model->self, &row.vector, i, own);
      for (size_t v = 0; v < 4; v++)
        cr_expect(fabs(gsl_matrix_get(p, n, v) - gsl_vector_get(own, v)) <
                      1e-12,
                  "row %zu, column %zu, level %zu", n, i, v);
    }
  }
  gsl_vector_free(own);
  gsl_matrix_free(p);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* The mean of column 4's indicator over draws, given what is before it. */
Test(terms, draws_are_of_the_law) {
  enum { N = 20000 };
  mg_model *model = drawn();
  gsl_matrix *one = rows(1), *x = gsl_matrix_alloc(N, 9);
  gsl_matrix *p = gsl_matrix_alloc(1, 4);
  gsl_rng *rng = mg_stream_alloc(7, "test/draws", 0);
  double count[4] = {0};
  for (size_t n = 0; n < N; n++) {
    const gsl_vector_const_view row = gsl_matrix_const_row(one, 0);
    gsl_matrix_set_row(x, n, &row.vector);
  }
  cr_assert_eq(mg_terms_draw(model, rng, 4, x), GSL_SUCCESS, "%s", mg_reason());
  mg_terms_law(model, one, 4, p);
  for (size_t n = 0; n < N; n++) {
    count[(size_t)gsl_matrix_get(x, n, 4)]++;
    for (size_t j = 0; j < 4; j++)
      cr_assert_eq(gsl_matrix_get(x, n, j), gsl_matrix_get(one, 0, j),
                   "what is given was changed");
  }
  for (size_t v = 0; v < 4; v++) {
    const double share = gsl_matrix_get(p, 0, v);
    const double z = (count[v] / N - share) / sqrt(share * (1 - share) / N);
    cr_expect(fabs(z) <= 6.1, "level %zu: z is %g", v, z);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(p);
  gsl_matrix_free(one);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* A weight more, and a column is seen; a weight taken out, and it is not. */
Test(terms, influence_is_where_weights_are) {
  mg_model *model = drawn();
  mg_fvbn *f = model->self;
  gsl_matrix *x = rows(20);
  gsl_vector *moved = gsl_vector_alloc(9);
  for (size_t c = 0; c < f->units; c++)
    gsl_matrix_set(f->weights, 6 * f->units + c, 1 + 2, 0);
  cr_assert_eq(mg_terms_influence(model, x, 6, moved), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t j = 0; j < 9; j++) {
    const double m = gsl_vector_get(moved, j);
    cr_expect((j < 6 && j != 2) == (m > 0), "column %zu: %g", j, m);
    cr_expect_leq(m, 1, "column %zu: %g", j, m);
  }
  gsl_vector_free(moved);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* By hand: one pixel before, of bits. */
Test(terms, influence_by_hand) {
  const mg_space two = {.dim = 2, .measure = MG_BINARY, .levels = 2};
  mg_model *model = mg_model_alloc(&mg_fvbn_type, &two, NULL, false);
  mg_fvbn *f = model->self;
  gsl_matrix *x = gsl_matrix_calloc(1, 2);
  gsl_vector *moved = gsl_vector_alloc(2);
  gsl_matrix_set(f->weights, 1, 0, -1);
  gsl_matrix_set(f->weights, 1, 1, 3);
  cr_assert_eq(mg_terms_influence(model, x, 1, moved), GSL_SUCCESS, "%s",
               mg_reason());
  const double wanted = 1 / (1 + exp(-2.)) - 1 / (1 + exp(1.));
  cr_expect(fabs(gsl_vector_get(moved, 0) - wanted) < 1e-14, "%g, not %g",
            gsl_vector_get(moved, 0), wanted);
  cr_expect_eq(gsl_vector_get(moved, 1), 0, "its own column");
  gsl_vector_free(moved);
  gsl_matrix_free(x);
  mg_model_free(model);
}

Test(terms, what_cannot_be_asked) {
  const mg_space plane = {.dim = 2, .measure = MG_REALS};
  mg_model *reals =
      mg_model_alloc(&mg_autoregressive_type, &plane, NULL, false);
  mg_model *model = drawn();
  gsl_matrix *x = rows(2), *p = gsl_matrix_alloc(2, 4);
  gsl_matrix *two = gsl_matrix_calloc(2, 2), *few = gsl_matrix_alloc(2, 3);
  cr_expect_eq(mg_terms_law(reals, two, 0, p), GSL_EUNSUP, "a law of reals");
  cr_expect_eq(mg_terms_law(model, two, 0, p), GSL_EBADLEN, "two columns");
  cr_expect_eq(mg_terms_law(model, x, 9, p), GSL_EINVAL, "a tenth column");
  cr_expect_eq(mg_terms_law(model, x, 0, few), GSL_EBADLEN, "three levels");
  gsl_matrix_free(x);
  gsl_matrix_free(p);
  gsl_matrix_free(two);
  gsl_matrix_free(few);
  mg_model_free(reals);
  mg_model_free(model);
}
