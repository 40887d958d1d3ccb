/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chain of Gaussian mixtures: who sees what, units, and narrow modes. */
#include "chain.h"

#include "base/tally.h"
#include "data/toys.h"
#include "models/fit.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(autoregressive, .init = setup);

static const mg_model_type *const family = &mg_autoregressive_type;
enum { N = 70, DIM = 4 };

static gsl_matrix *factors(const mg_autoregressive *a, const gsl_matrix *x) {
  gsl_matrix *each = gsl_matrix_alloc(x->size1, x->size2);
  cr_assert_eq(mg_autoregressive_conditionals(a, x, each), GSL_SUCCESS, "%s",
               mg_reason());
  return each;
}

/* In how many rows does factor k move with column j? */
static size_t moved_by(const mg_autoregressive *a, const gsl_matrix *x,
                       size_t j, size_t k) {
  gsl_matrix *y = gsl_matrix_alloc(x->size1, x->size2);
  gsl_matrix_memcpy(y, x);
  for (size_t r = 0; r < x->size1; r++)
    *gsl_matrix_ptr(y, r, j) += 0.5;
  gsl_matrix *before = factors(a, x), *after = factors(a, y);
  size_t moved = 0;
  for (size_t r = 0; r < x->size1; r++)
    moved += gsl_matrix_get(before, r, k) != gsl_matrix_get(after, r, k);
  gsl_matrix_free(before);
  gsl_matrix_free(after);
  gsl_matrix_free(y);
  return moved;
}

Test(autoregressive, no_factor_sees_what_comes_later) {
  const mg_space space = chain_space(MG_REALS, 0, DIM);
  gsl_matrix *x = chain_rows(&space, N);
  for (size_t hidden2 = 0; hidden2 <= 5; hidden2 += 5) {
    const mg_autoregressive_options o = chain_autoregressive_options(hidden2);
    mg_autoregressive *a = chain_autoregressive(&space, &o, x);
    for (size_t j = 0; j < DIM; j++)
      for (size_t k = 0; k < DIM; k++) {
        const size_t moved = moved_by(a, x, j, k);
        cr_expect_eq(moved, k < j ? 0 : N,
                     "column %zu moves factor %zu in %zu "
                     "of %d rows",
                     j, k, moved, N);
      }
    gsl_matrix *each = factors(a, x);
    double sum = 0;
    for (size_t i = 0; i < N * DIM; i++)
      sum += each->data[i];
    const double log_p = chain_log_density(family, a, x);
    cr_expect(fabs(sum - log_p) <= 1e-12 * fabs(log_p),
              "factors %.15g, log p "
              "%.15g",
              sum, log_p);
    gsl_matrix_free(each);
    chain_free(family, a);
  }
  gsl_matrix_free(x);
}

Test(autoregressive, it_begins_with_independent_columns) {
  const mg_space space = chain_space(MG_REALS, 0, DIM);
  const mg_autoregressive_options o = chain_autoregressive_options(5);
  gsl_matrix *x = chain_rows(&space, N);
  mg_autoregressive *a = chain_begun(family, &space, &o, x);
  for (size_t j = 0; j < DIM; j++)
    for (size_t k = 0; k < DIM; k++)
      cr_expect_eq(moved_by(a, x, j, k), j == k ? N : 0,
                   "column %zu, factor %zu", j, k);
  chain_free(family, a);
  gsl_matrix_free(x);
}

/* In centimetres or in inches: the same model, with the density of the other
 * unit. */
Test(autoregressive, a_unit_is_a_constant) {
  const mg_space space = chain_space(MG_REALS, 0, DIM);
  const mg_autoregressive_options o = chain_autoregressive_options(5);
  gsl_matrix *x = chain_rows(&space, N), *y = gsl_matrix_alloc(N, DIM);
  gsl_matrix_memcpy(y, x);
  gsl_matrix_scale(y, 2.54);
  gsl_matrix_add_constant(y, 1000);
  mg_autoregressive *a = chain_autoregressive(&space, &o, x);
  mg_autoregressive *b = chain_autoregressive(&space, &o, y);
  const double difference =
      chain_log_density(family, a, x) - chain_log_density(family, b, y);
  cr_expect_float_eq(difference, N * DIM * log(2.54), 1e-2,
                     "%g nats apart, by "
                     "the unit %g",
                     difference, N * DIM * log(2.54));
  chain_free(family, a);
  chain_free(family, b);
  gsl_matrix_free(x);
  gsl_matrix_free(y);
}

Test(autoregressive, what_is_climbed_is_log_p_on_any_threads) {
  const mg_space space = chain_space(MG_REALS, 0, 24);
  mg_autoregressive_options o = chain_autoregressive_options(60);
  o.hidden = 60;
  gsl_matrix *x = chain_rows(&space, 100);
  mg_autoregressive *a = chain_autoregressive(&space, &o, x);
  const size_t size = a->ascent.numbers * sizeof(mg_real);
  cr_assert_gt(100 * a->ascent.numbers, 8000000, "too small for threads");
  mg_stats one = chain_stats(family, a, 100);
  mg_stats many = chain_stats(family, a, 100);
  const double climbed = chain_gathered(family, a, x, 1, &one);
  const double log_p = chain_log_density(family, a, x);
  cr_expect_float_eq(climbed, log_p, 3e-5 * fabs(log_p),
                     "%.9g is climbed, "
                     "log p is %.9g",
                     climbed, log_p);
  for (size_t threads = 2; threads <= 4; threads++) {
    const double again = chain_gathered(family, a, x, threads, &many);
    cr_expect(again == climbed &&
                  memcmp(one.gradient, many.gradient, size) == 0,
              "%zu threads: another gradient", threads);
  }
  chain_stats_free(&one);
  chain_stats_free(&many);
  chain_free(family, a);
  gsl_matrix_free(x);
}

/* Eight modes, each .01 wide: of the law that drew them it loses less than a
 * tenth of a nat on rows that it has not seen, and draws on no other place. */
Test(autoregressive, narrow_modes_are_found) {
  mg_dataset *data = mg_toys_draw("ring", 4000, 1);
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  mg_autoregressive_options o;
  mg_autoregressive_options_default(&data->space, &o);
  mg_fit_options fit = mg_fit_options_default();
  fit.passes = 80;
  fit.batch = 128;
  fit.threads = 1;
  mg_model *model = mg_model_alloc(family, &data->space, &o, false);
  cr_assert_eq(mg_fit_run(model, &train, &fit, 1), GSL_SUCCESS, "%s",
               mg_reason());
  mg_block *block = mg_block_alloc(&data->space, test.n);
  mg_block_read(block, &test, 0, test.n);
  gsl_vector *log_p = gsl_vector_alloc(test.n),
             *truth = gsl_vector_alloc(test.n);
  mg_model_log_density(model, &block->batch.x, log_p);
  data->truth.log_density(&block->batch.x, truth);
  gsl_vector_sub(truth, log_p);
  mg_tally loss;
  mg_tally_values(test.n, truth->data, 1, &loss);
  cr_expect(loss.mean < 0.1 && loss.mean > -6.1 * loss.std_error,
            "%g +- %g nats below the truth", loss.mean, loss.std_error);
  gsl_matrix *x = gsl_matrix_alloc(1000, 2);
  gsl_rng *rng = mg_stream_alloc(1, "test/autoregressive", 0);
  mg_model_sample(model, rng, x);
  size_t inside = 0;
  for (size_t i = 0; i < 1000; i++) {
    const double r = hypot(gsl_matrix_get(x, i, 0), gsl_matrix_get(x, i, 1));
    inside += fabs(r - 1) < 0.05;
  }
  cr_expect(inside > 950, "%zu of 1000 draws on the ring", inside);
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
  gsl_vector_free(truth);
  mg_block_free(block);
  mg_model_free(model);
  mg_dataset_free(data);
}
