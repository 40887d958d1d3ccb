/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recurrent network along the pixels: its chain rule, its memory, and draws
 * that are what is scored. */
#include "chain.h"

#include <gsl/gsl_cdf.h>

#include "models/fit.h"
#include "models/pixelrnn_net.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(pixelrnn, .init = setup);

static const mg_model_type *const family = &mg_pixelrnn_type;

/* Every choice, and several layers. */
enum { KINDS = 4 };
static mg_pixelrnn_options kind(size_t i) {
  mg_pixelrnn_options o = chain_pixelrnn_options(i == 0 ? 1 : i);
  o.sight = i == 2 ? MG_PIXELRNN_PREVIOUS : MG_PIXELRNN_AROUND;
  o.coding = i % 2 ? MG_PIXELRNN_ONEHOT : MG_PIXELRNN_SCALED;
  o.position = i == 1   ? MG_PIXELRNN_COORDINATES
               : i == 2 ? MG_PIXELRNN_NOWHERE
                        : MG_PIXELRNN_LEARNED;
  return o;
}

/* Every image of so few pixels. */
static gsl_matrix *all_images(const mg_space *space) {
  const size_t n = (size_t)pow(space->levels, (double)space->dim);
  gsl_matrix *x = gsl_matrix_alloc(n, space->dim);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0, rest = i; j < space->dim; j++, rest /= space->levels)
      gsl_matrix_set(x, i, j, (double)(rest % space->levels));
  return x;
}

/* The networks compute in floats, but what they put out is turned into a law in
 * double: nothing of the mass is lost. */
static void expect_mass(mg_measure measure, size_t height, size_t width) {
  const mg_space space = chain_space(measure, height, width);
  gsl_matrix *x = chain_rows(&space, 20), *all = all_images(&space);
  gsl_vector *log_p = gsl_vector_alloc(all->size1);
  for (size_t i = 0; i < KINDS; i++) {
    const mg_pixelrnn_options o = kind(i);
    mg_pixelrnn *p = chain_pixelrnn(&space, &o, x);
    double mass = 0;
    cr_assert_eq(mg_pixelrnn_log_density(p, all, log_p), GSL_SUCCESS, "%s",
                 mg_reason());
    for (size_t r = 0; r < all->size1; r++)
      mass += exp(gsl_vector_get(log_p, r));
    cr_expect(fabs(mass - 1) <= 1e-12,
              "kind %zu on %zu x %zu: the mass is 1 "
              "%+g",
              i, height, width, mass - 1);
    chain_free(family, p);
  }
  gsl_vector_free(log_p);
  gsl_matrix_free(all);
  gsl_matrix_free(x);
}

Test(pixelrnn, all_images_have_mass_one) {
  expect_mass(MG_BINARY, 3, 3);
  expect_mass(MG_LEVELS, 2, 3);
}

/* A pixel that changes leaves the factors before it as they were, bit by bit,
 * and changes a later one; and the factors are those of log p. */
Test(pixelrnn, no_factor_sees_what_comes_later) {
  const mg_space space = chain_space(MG_LEVELS, 3, 4);
  gsl_matrix *x = chain_rows(&space, 70), *y = gsl_matrix_alloc(70, 12);
  gsl_matrix *before = gsl_matrix_alloc(70, 12),
             *after = gsl_matrix_alloc(70, 12);
  for (size_t i = 0; i < KINDS; i++) {
    const mg_pixelrnn_options o = kind(i);
    mg_pixelrnn *p = chain_pixelrnn(&space, &o, x);
    double sum = 0;
    cr_assert_eq(mg_pixelrnn_conditionals(p, x, before), GSL_SUCCESS);
    for (size_t j = 0; j < 12; j++) {
      gsl_matrix_memcpy(y, x);
      for (size_t r = 0; r < 70; r++)
        gsl_matrix_set(y, r, j, fmod(gsl_matrix_get(x, r, j) + 1, 3));
      cr_assert_eq(mg_pixelrnn_conditionals(p, y, after), GSL_SUCCESS);
      size_t moved = 0;
      for (size_t r = 0; r < 70; r++)
        for (size_t k = 0; k < 12; k++) {
          const bool same =
              gsl_matrix_get(before, r, k) == gsl_matrix_get(after, r, k);
          cr_assert(same || k >= j,
                    "kind %zu: pixel %zu moves the factor of "
                    "%zu",
                    i, j, k);
          moved += k == j + 1 && !same;
        }
      cr_expect(j == 11 || moved == 70,
                "kind %zu: pixel %zu is seen by the "
                "next in %zu of 70",
                i, j, moved);
    }
    for (size_t k = 0; k < 70 * 12; k++)
      sum += before->data[k];
    const double log_p = chain_log_density(family, p, x);
    cr_expect(fabs(sum - log_p) <= 1e-12 * fabs(log_p),
              "factors %.15g, log p "
              "%.15g",
              sum, log_p);
    chain_free(family, p);
  }
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(before);
  gsl_matrix_free(after);
}

/* ---- what a step is shown ---- */

static void expect_shown(const mg_pixelrnn *p, size_t t, const double *x,
                         const double *right) {
  mg_real in[32];
  mg_pixelrnn_show(p, t, x, in);
  for (size_t k = 0; k < mg_pixelrnn_inputs(p); k++)
    cr_assert_float_eq((double)in[k], right[k], 1e-6,
                       "pixel %zu, number %zu: %g not %g", t, k, (double)in[k],
                       right[k]);
}

/* 2 x 3 pixels, levels 0 1 2 / 2 0 1: of pixel (1, 1), then (1, 2), (0, 0). */
Test(pixelrnn, a_step_is_shown_the_pixels_around) {
  const mg_space space = chain_space(MG_LEVELS, 2, 3);
  const double x[] = {0, 1, 2, 2, 0, 1};
  gsl_matrix *rows = chain_rows(&space, 5);
  mg_pixelrnn_options o = chain_pixelrnn_options(1);
  mg_pixelrnn *p = chain_pixelrnn(&space, &o, rows);
  cr_assert_eq(mg_pixelrnn_inputs(p), 4 + 2 + 3);
  expect_shown(p, 4, x, (const double[]){1, -1, 0, 1, 0, 1, 0, 1, 0});
  expect_shown(p, 5, x, (const double[]){-1, 0, 1, 0, 0, 1, 0, 0, 1});
  expect_shown(p, 0, x, (const double[]){0, 0, 0, 0, 1, 0, 1, 0, 0});
  chain_free(family, p);
  o.coding = MG_PIXELRNN_ONEHOT;
  o.sight = MG_PIXELRNN_PREVIOUS;
  o.position = MG_PIXELRNN_COORDINATES;
  p = chain_pixelrnn(&space, &o, rows);
  cr_assert_eq(mg_pixelrnn_inputs(p), 3 + 2);
  expect_shown(p, 4, x, (const double[]){0, 0, 1, 1, 0});
  expect_shown(p, 0, x, (const double[]){0, 0, 0, -1, -1});
  chain_free(family, p);
  gsl_matrix_free(rows);
}

/* ---- learning ---- */

/* The law of all pixels together, one datum more in each level. */
Test(pixelrnn, it_begins_at_the_law_of_all_pixels) {
  const mg_space space = chain_space(MG_LEVELS, 2, 2);
  const mg_pixelrnn_options o = chain_pixelrnn_options(2);
  gsl_matrix *x = chain_rows(&space, 50);
  mg_pixelrnn *p = chain_begun(family, &space, &o, x);
  double count[3] = {1, 1, 1}, right = 0;
  for (size_t i = 0; i < 200; i++)
    count[(size_t)x->data[i]]++;
  for (size_t i = 0; i < 200; i++)
    right += log(count[(size_t)x->data[i]] / 203);
  const double log_p = chain_log_density(family, p, x);
  cr_expect_float_eq(log_p, right, 1e-5 * fabs(right), "log p %.9g not %.9g",
                     log_p, right);
  chain_free(family, p);
  gsl_matrix_free(x);
}

/* What a fit climbs, in floats and as sequences, is what is claimed, and its
 * gradient has the same bytes on any number of threads. */
Test(pixelrnn, what_is_climbed_is_log_p_on_any_threads) {
  const mg_space space = chain_space(MG_LEVELS, 5, 5);
  mg_pixelrnn_options o = chain_pixelrnn_options(2);
  o.hidden = 40;
  gsl_matrix *x = chain_rows(&space, 50);
  mg_pixelrnn *p = chain_pixelrnn(&space, &o, x);
  const size_t size = p->ascent.numbers * sizeof(mg_real);
  mg_stats one = chain_stats(family, p, 50), many = chain_stats(family, p, 50);
  const double climbed = chain_gathered(family, p, x, 1, &one);
  const double log_p = chain_log_density(family, p, x);
  cr_expect_float_eq(climbed, log_p, 3e-6 * fabs(log_p),
                     "%.9g is climbed, "
                     "log p is %.9g",
                     climbed, log_p);
  for (size_t threads = 2; threads <= 4; threads++) {
    const double again = chain_gathered(family, p, x, threads, &many);
    cr_expect(again == climbed &&
                  memcmp(one.gradient, many.gradient, size) == 0,
              "%zu threads: another gradient", threads);
  }
  chain_stats_free(&one);
  chain_stats_free(&many);
  chain_free(family, p);
  gsl_matrix_free(x);
}

/* Bits that are coins, but for the last, which is the first: whoever keeps it
 * for five steps loses 5 log 2 nats a datum, who does not 6. */
Test(pixelrnn, it_remembers) {
  const mg_space space = chain_space(MG_BINARY, 0, 6);
  mg_dataset *data = mg_dataset_alloc("rows", &space, 300);
  gsl_rng *rng = mg_stream_alloc(1, "test/pixelrnn", 0);
  for (size_t i = 0; i < 300; i++) {
    for (size_t j = 0; j < 5; j++)
      data->bytes[6 * i + j] = gsl_rng_uniform(rng) < 0.5;
    data->bytes[6 * i + 5] = data->bytes[6 * i];
  }
  const mg_rows rows = mg_dataset_all(data);
  mg_pixelrnn_options o = chain_pixelrnn_options(1);
  o.hidden = 8;
  o.climb.rate = 0.02;
  mg_fit_options fit = mg_fit_options_default();
  fit.passes = 100;
  fit.batch = 50;
  fit.threads = 1;
  mg_model *model = mg_model_alloc(family, &space, &o, false);
  cr_assert_eq(mg_fit_run(model, &rows, &fit, 1), GSL_SUCCESS, "%s",
               mg_reason());
  const double coins[] = {1, 0, 0, 1, 1, 1}, other[] = {1, 0, 0, 1, 1, 0};
  double log_p[2];
  gsl_vector_view out = gsl_vector_view_array(log_p, 2);
  gsl_matrix *x = gsl_matrix_alloc(2, 6);
  memcpy(x->data, coins, sizeof coins);
  memcpy(x->data + 6, other, sizeof other);
  cr_assert_eq(mg_model_log_density(model, x, &out.vector), GSL_SUCCESS);
  cr_expect(log_p[0] > -5 * log(2) - 0.6, "log p %g, five coins %g", log_p[0],
            -5 * log(2));
  cr_expect(log_p[1] < log_p[0] - 4, "with another last bit %g", log_p[1]);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- draws ---- */

/* Given the first half of 2 x 2 bits, the other half comes as often as its
 * factors say. */
Test(pixelrnn, completions_follow_the_factors) {
  enum { DRAWS = 20000 };
  const mg_space space = chain_space(MG_BINARY, 2, 2);
  const mg_pixelrnn_options o = kind(3);
  gsl_matrix *rows = chain_rows(&space, 20), *x = gsl_matrix_alloc(DRAWS, 4);
  gsl_matrix *four = gsl_matrix_alloc(4, 4), *each = gsl_matrix_alloc(4, 4);
  mg_pixelrnn *p = chain_pixelrnn(&space, &o, rows);
  gsl_rng *rng = mg_stream_alloc(1, "test/pixelrnn", 1);
  double count[4] = {0}, statistic = 0;
  for (size_t i = 0; i < DRAWS; i++)
    memcpy(gsl_matrix_ptr(x, i, 0), (const double[]){1, 0, 9, 9},
           4 * sizeof(double));
  cr_assert_eq(mg_pixelrnn_complete(p, rng, 2, x), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t i = 0; i < DRAWS; i++) {
    cr_assert(gsl_matrix_get(x, i, 0) == 1 && gsl_matrix_get(x, i, 1) == 0,
              "draw %zu: a known pixel changed", i);
    count[(size_t)(2 * gsl_matrix_get(x, i, 2) + gsl_matrix_get(x, i, 3))]++;
  }
  for (size_t k = 0; k < 4; k++)
    memcpy(gsl_matrix_ptr(four, k, 0),
           (const double[]){1, 0, (double)(k / 2), (double)(k % 2)},
           4 * sizeof(double));
  mg_pixelrnn_conditionals(p, four, each);
  for (size_t k = 0; k < 4; k++) {
    const double expected =
        DRAWS * exp(gsl_matrix_get(each, k, 2) + gsl_matrix_get(each, k, 3));
    statistic += pow(count[k] - expected, 2) / expected;
  }
  cr_expect(gsl_cdf_chisq_Q(statistic, 3) > 1e-9, "chi-square %g", statistic);
  cr_expect_eq(mg_pixelrnn_complete(p, rng, 5, x), GSL_EINVAL,
               "five of four known");
  gsl_rng_free(rng);
  chain_free(family, p);
  gsl_matrix_free(rows);
  gsl_matrix_free(x);
  gsl_matrix_free(four);
  gsl_matrix_free(each);
}
