/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PixelCNN as a law: normalised, causal, what it sees, and draws that are
 * those of the naive way. */
#include "pixelcnn.h"

static double log_p_of(const mg_pixelcnn *p, const gsl_matrix *x, size_t row) {
  gsl_matrix_const_view one =
      gsl_matrix_const_submatrix(x, row, 0, 1, x->size2);
  gsl_vector *log_p = gsl_vector_alloc(1);
  cr_assert_eq(mg_pixelcnn_log_density(p, &one.matrix, log_p), GSL_SUCCESS,
               "%s", mg_reason());
  const double value = gsl_vector_get(log_p, 0);
  gsl_vector_free(log_p);
  return value;
}

/* All 512 images of 3 x 3 bits, all 81 of 2 x 2 pixels of 3 levels. */
static void expect_normalised(mg_space space, size_t states) {
  gsl_matrix *x = gsl_matrix_alloc(states, space.dim);
  gsl_vector *log_p = gsl_vector_alloc(states);
  for (size_t i = 0; i < states; i++)
    for (size_t j = 0, rest = i; j < space.dim; j++, rest /= space.levels)
      gsl_matrix_set(x, i, j, (double)(rest % space.levels));
  for (int kind = 0; kind < 3; kind++) {
    const mg_pixelcnn_options o = image_options(&space, (mg_pixelcnn_kind)kind);
    mg_pixelcnn *p = image_begun(&space, &o, x);
    cr_assert_eq(mg_pixelcnn_log_density(p, x, log_p), GSL_SUCCESS, "%s",
                 mg_reason());
    double sum = 0;
    for (size_t i = 0; i < states; i++)
      sum += exp(gsl_vector_get(log_p, i));
    cr_expect_float_eq(sum, 1, 1e-12, "%s: sum over all images 1 %+.3g",
                       kind_name[kind], sum - 1);
    image_free(p);
  }
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
}

Test(pixelcnn, normalised) {
  expect_normalised(image_space(2, 3, 3), 512);
  expect_normalised(image_space(3, 2, 2), 81);
}

/* Terms sum to log p, and a pixel changes no term before it nor its own law. */
Test(pixelcnn, causal_to_the_last_bit) {
  const mg_space space = image_space(3, 4, 5);
  gsl_matrix *x = image_rows(&space, 7), *y = gsl_matrix_alloc(7, space.dim);
  gsl_matrix *before = gsl_matrix_alloc(7, space.dim);
  gsl_matrix *after = gsl_matrix_alloc(7, space.dim);
  for (int kind = 0; kind < 3; kind++) {
    const mg_pixelcnn_options o = image_options(&space, (mg_pixelcnn_kind)kind);
    mg_pixelcnn *p = image_begun(&space, &o, x);
    cr_assert_eq(mg_pixelcnn_conditionals(p, x, before), GSL_SUCCESS, "%s",
                 mg_reason());
    for (size_t n = 0; n < 7; n++) {
      double sum = 0;
      for (size_t j = 0; j < space.dim; j++)
        sum += gsl_matrix_get(before, n, j);
      cr_expect_eq(sum, log_p_of(p, x, n), "row %zu: other sum", n);
    }
    for (size_t j = 0; j < space.dim; j++) {
      gsl_matrix_memcpy(y, x);
      for (size_t n = 0; n < 7; n++)
        gsl_matrix_set(y, n, j, fmod(gsl_matrix_get(x, n, j) + 1, 3));
      mg_pixelcnn_conditionals(p, y, after);
      for (size_t n = 0; n < 7; n++)
        for (size_t i = 0; i < j; i++)
          cr_assert_eq(
              gsl_matrix_get(before, n, i), gsl_matrix_get(after, n, i),
              "%s: pixel %zu changes the law of %zu", kind_name[kind], j, i);
    }
    image_free(p);
  }
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(before);
  gsl_matrix_free(after);
}

/* Does the law of pixel i change with pixel j? */
static bool sees(const mg_pixelcnn *p, size_t i, size_t j) {
  gsl_matrix *x = gsl_matrix_calloc(2, p->space.dim);
  gsl_matrix *prob = gsl_matrix_alloc(2, 2);
  gsl_matrix_set(x, 1, j, 1);
  for (size_t k = j < i ? i : j + 1; k < p->space.dim; k++)
    gsl_matrix_set(x, 0, k, NAN); /* of no account */
  cr_assert_eq(mg_pixelcnn_predict(p, x, i, prob), GSL_SUCCESS, "%s",
               mg_reason());
  const double a = gsl_matrix_get(prob, 0, 1), b = gsl_matrix_get(prob, 1, 1);
  cr_assert_float_eq(a + gsl_matrix_get(prob, 0, 0), 1, 1e-12, "sum of a law");
  gsl_matrix_free(x);
  gsl_matrix_free(prob);
  return a != b;
}

/* Enough blocks to reach all of 6 x 6: gated nets see every pixel before, plain
 * ones miss those above to the right.  None sees itself or what follows. */
Test(pixelcnn, the_blind_spot) {
  const mg_space space = image_space(2, 6, 6);
  gsl_matrix *x = image_rows(&space, 30);
  for (int kind = 0; kind < 3; kind++) {
    mg_pixelcnn_options o = image_options(&space, (mg_pixelcnn_kind)kind);
    o.blocks = 6;
    o.channels = 12;
    mg_pixelcnn *p = image_begun(&space, &o, x);
    const size_t pixel = 3 * 6 + 1; /* line 4, column 2 */
    size_t blind = 0;
    for (size_t j = 0; j < space.dim; j++) {
      const bool seen = sees(p, pixel, j);
      cr_expect(j < pixel || !seen, "%s sees pixel %zu", kind_name[kind], j);
      blind += j < pixel && !seen;
    }
    if (kind == MG_PIXELCNN_GATED)
      cr_expect_eq(blind, 0, "gated is blind to %zu pixels", blind);
    else /* their sight widens by a column a line: 3 + 2 + 1 are behind it */
      cr_expect_eq(blind, 6, "%s is blind to %zu pixels, not 6",
                   kind_name[kind], blind);
    image_free(p);
  }
  gsl_matrix_free(x);
}

/* ---- draws ---- */

/* Pixel after pixel by a whole pass, with the same uniform numbers: image i
 * takes its own one after the other. */
static void draw_naively(const mg_pixelcnn *p, gsl_rng *rng, size_t first,
                         gsl_matrix *x) {
  const size_t levels = p->space.levels, d = p->space.dim;
  gsl_matrix *prob = gsl_matrix_alloc(1, levels);
  for (size_t n = 0; n < x->size1; n++) {
    gsl_matrix_view one = gsl_matrix_submatrix(x, n, 0, 1, d);
    for (size_t j = first; j < d; j++) {
      double u = gsl_rng_uniform(rng);
      size_t k = 0;
      mg_pixelcnn_predict(p, &one.matrix, j, prob);
      if (levels == 2)
        k = u < gsl_matrix_get(prob, 0, 1);
      else
        for (double sum = gsl_matrix_get(prob, 0, 0);
             u >= sum && k < levels - 1; sum += gsl_matrix_get(prob, 0, k))
          k++;
      gsl_matrix_set(&one.matrix, 0, j, (double)k);
    }
  }
  gsl_matrix_free(prob);
}

static void expect_same_draws(mg_space space, size_t first, size_t n) {
  gsl_matrix *rows = image_rows(&space, n);
  gsl_matrix *x = gsl_matrix_alloc(n, space.dim);
  gsl_matrix *y = gsl_matrix_alloc(n, space.dim);
  for (int kind = 0; kind < 3; kind++) {
    const mg_pixelcnn_options o = image_options(&space, (mg_pixelcnn_kind)kind);
    mg_pixelcnn *p = image_begun(&space, &o, rows);
    gsl_rng *rng = mg_stream_alloc(8, "test/pixelcnn/draw", 0);
    gsl_rng *again = gsl_rng_clone(rng);
    gsl_matrix_memcpy(x, rows);
    gsl_matrix_memcpy(y, rows);
    cr_assert_eq(mg_pixelcnn_continue(p, rng, first, x), GSL_SUCCESS, "%s",
                 mg_reason());
    draw_naively(p, again, first, y);
    cr_expect(gsl_matrix_equal(x, y), "%s from pixel %zu: other images",
              kind_name[kind], first);
    cr_expect_eq(gsl_rng_get(rng), gsl_rng_get(again), "other draws taken");
    gsl_rng_free(rng);
    gsl_rng_free(again);
    image_free(p);
  }
  gsl_matrix_free(rows);
  gsl_matrix_free(x);
  gsl_matrix_free(y);
}

Test(pixelcnn, draws_are_those_of_the_naive_way) {
  expect_same_draws(image_space(2, 6, 5), 0, 50);
  expect_same_draws(image_space(5, 4, 4), 0, 17);
  expect_same_draws(image_space(5, 4, 4), 9, 3);
  expect_same_draws(image_space(2, 1, 12), 4, 3);
}

/* ---- refusals ---- */

static void expect_refused(const mg_space *space, mg_pixelcnn_options o,
                           const char *words) {
  mg_model *model = mg_model_alloc(&mg_pixelcnn_type, space, &o, false);
  cr_expect_null(model, "taken: %s", words);
  cr_expect(strstr(mg_reason(), words), "'%s' not in: %s", words, mg_reason());
  mg_model_free(model);
}

Test(pixelcnn, refusals) {
  const mg_space space = image_space(2, 4, 4);
  mg_pixelcnn_options o = image_options(&space, MG_PIXELCNN_GATED);
  o.kernel = 4;
  expect_refused(&space, o, "kernel 4 has no middle");
  o.kernel = 3;
  o.blocks = 20;
  expect_refused(&space, o, "20 blocks of this kind are 86 layers");
  o.blocks = 1;
  gsl_matrix *x = image_rows(&space, 2), *prob = gsl_matrix_alloc(2, 2);
  gsl_vector *log_p = gsl_vector_alloc(2);
  gsl_rng *rng = mg_stream_alloc(1, "test", 0);
  mg_pixelcnn *p = image_begun(&space, &o, x);
  cr_expect_eq(mg_pixelcnn_predict(p, x, 16, prob), GSL_EBADLEN, "pixel 16");
  cr_expect_eq(mg_pixelcnn_continue(p, rng, 17, x), GSL_EBADLEN, "from 17");
  gsl_matrix_set(x, 1, 3, 0.5);
  cr_expect_eq(mg_pixelcnn_log_density(p, x, log_p), GSL_EDOM, "a half");
  cr_expect(strstr(mg_reason(), "row 2, column 4 is 0.5"), "%s", mg_reason());
  cr_expect_eq(mg_pixelcnn_continue(p, rng, 9, x), GSL_EDOM, "a half, kept");
  cr_expect_eq(mg_pixelcnn_continue(p, rng, 3, x), GSL_SUCCESS, "%s",
               mg_reason());
  p->ascent.model[p->numbers - 1] = (mg_real)NAN;
  cr_expect_eq(mg_pixelcnn_continue(p, rng, 0, x), GSL_EDOM, "a law of NaN");
  image_free(p);
  gsl_matrix_free(x);
  gsl_matrix_free(prob);
  gsl_vector_free(log_p);
  gsl_rng_free(rng);
}
