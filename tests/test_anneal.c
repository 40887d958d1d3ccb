/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Annealed weights: their mean is p(x), exactly and for any kernels; backwards
 * 1 / p(x).  One temperature is importance sampling, number for number. */
#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <math.h>

#include "conjugate.h"
#include "eval/anneal.h"
#include "eval/latent.h"

enum { N = 20000, DIM = 2 };

/* A path of a model with data x; there may be some at a time. */
static mg_path path_of(mg_latent *latent, const mg_model *model,
                       const gsl_matrix *x, mg_base from, bool gradient) {
  mg_latent_init(latent, model->type->latent, model->self, x, from, gradient);
  return latent->path;
}

/* log p of a row of 1s. */
static double exact(void) {
  return DIM * -0.5 * (MG_LN_2PI + log(2) + 0.5);
}

/* Mean of exp(log_w - shift) is 1 within 6.1 standard errors. */
static void expect_mean_one(const gsl_vector *log_w, double shift,
                            const char *what) {
  double sum = 0, square = 0;
  for (size_t n = 0; n < N; n++) {
    const double w = exp(gsl_vector_get(log_w, n) - shift);
    sum += w / N;
    square += w * w / N;
  }
  const double error = sqrt((square - sum * sum) / (N - 1));
  cr_expect(error < 0.05, "%s: spread %.4f", what, error);
  cr_expect(fabs(sum - 1) < 6.1 * error, "%s: %.5f +- %.5f", what, sum, error);
}

/* Kernels as bad as can be: a pilot is not needed for the mean. */
static void expect_unbiased(mg_base from, size_t temperatures, double step,
                            const char *what) {
  mg_model *model = conjugate_model(DIM, 0.2, 0.9);
  mg_annealing a = {.b = NULL};
  gsl_matrix *x = gsl_matrix_alloc(N, DIM), *z = gsl_matrix_alloc(N, DIM);
  mg_latent latent;
  const mg_path path = path_of(&latent, model, x, from, true);
  gsl_vector *log_w = gsl_vector_alloc(N);
  gsl_rng *rng = mg_stream_alloc(4, "test/anneal", temperatures);
  gsl_matrix_set_all(x, 1);
  cr_assert_eq(mg_annealing_init(&a, temperatures, 2), GSL_SUCCESS, "%s", what);
  for (size_t t = 0; t <= temperatures; t++)
    a.step[t] = step;
  cr_assert_eq(mg_annealing_forward(&a, &path, rng, log_w), GSL_SUCCESS, "%s",
               mg_reason());
  expect_mean_one(log_w, exact(), what);
  conjugate_posterior(model->self, rng, x, z, NULL);
  cr_assert_eq(mg_annealing_backward(&a, &path, rng, z, log_w), GSL_SUCCESS,
               "%s", mg_reason());
  expect_mean_one(log_w, -exact(), what);
  gsl_rng_free(rng);
  gsl_vector_free(log_w);
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  mg_annealing_clear(&a);
  mg_model_free(model);
}

Test(anneal, the_mean_weight_is_the_evidence) {
  expect_unbiased(MG_FROM_PRIOR, 3, 0.7, "prior, 3 temperatures");
  expect_unbiased(MG_FROM_PRIOR, 8, 0.4, "prior, 8 temperatures");
  expect_unbiased(MG_FROM_PRIOR, 8, 1.4, "prior, steps too long");
  expect_unbiased(MG_FROM_PROPOSAL, 5, 0.5, "proposal, 5 temperatures");
}

/* ---- the spread ---- */

static double variance_of(size_t temperatures, double *accepted_step) {
  mg_model *model = conjugate_model(DIM, 0, 1);
  mg_annealing a = {.b = NULL};
  gsl_matrix *x = gsl_matrix_alloc(2000, DIM);
  mg_latent latent;
  const mg_path path = path_of(&latent, model, x, MG_FROM_PRIOR, true);
  gsl_vector *log_w = gsl_vector_alloc(2000);
  gsl_rng *rng = mg_stream_alloc(4, "test/spread", 0);
  double sum = 0, square = 0;
  gsl_matrix_set_all(x, 3);
  mg_annealing_init(&a, temperatures, 5);
  gsl_matrix_view some = gsl_matrix_submatrix(x, 0, 0, 32, DIM);
  mg_latent pilot;
  const mg_path few = path_of(&pilot, model, &some.matrix, MG_FROM_PRIOR, true);
  cr_assert_eq(mg_annealing_pilot(&a, &few, rng, 32), GSL_SUCCESS, "%s",
               mg_reason());
  mg_annealing_forward(&a, &path, rng, log_w);
  for (size_t n = 0; n < 2000; n++) {
    sum += gsl_vector_get(log_w, n) / 2000;
    square += gsl_pow_2(gsl_vector_get(log_w, n)) / 2000;
  }
  *accepted_step = a.step[temperatures - 1];
  gsl_rng_free(rng);
  gsl_vector_free(log_w);
  gsl_matrix_free(x);
  mg_annealing_clear(&a);
  mg_model_free(model);
  return square - sum * sum;
}

Test(anneal, more_temperatures_leave_less_spread) {
  double step, last;
  const double few = variance_of(10, &last), many = variance_of(80, &step);
  cr_expect(many < few / 4, "variance %.4f, with 8 times as many %.4f", few,
            many);
  /* The posterior's sd is .7: a step that 65 %% of moves bear is near it. */
  cr_expect(0.3 < step && step < 2, "the pilot found a step of %.3f", step);
}

/* ---- one temperature ---- */

Test(anneal, one_temperature_is_importance_sampling) {
  mg_model *model = conjugate_model(DIM, 0.2, 0.9);
  gsl_matrix *x = gsl_matrix_alloc(50, DIM), *z = gsl_matrix_alloc(50, DIM);
  mg_latent latent;
  const mg_path path = path_of(&latent, model, x, MG_FROM_PROPOSAL, false);
  gsl_vector *log_w = gsl_vector_alloc(50), *log_q = gsl_vector_alloc(50),
             *log_p = gsl_vector_alloc(50);
  gsl_rng *rng = mg_stream_alloc(1, "test/one", 0);
  mg_annealing a = {.b = NULL};
  mg_annealing_init(&a, 1, 1);
  gsl_matrix_set_all(x, 1);
  cr_assert_eq(mg_annealing_forward(&a, &path, rng, log_w), GSL_SUCCESS, "%s",
               mg_reason());
  mg_stream_set(rng, 1, "test/one", 0);
  conjugate_propose(model->self, rng, x, z, log_q);
  conjugate_log_joint(model->self, x, z, log_p, NULL);
  for (size_t n = 0; n < 50; n++)
    cr_expect(gsl_vector_get(log_w, n) ==
                  gsl_vector_get(log_p, n) - gsl_vector_get(log_q, n),
              "weight %zu", n);
  mg_annealing_clear(&a);
  gsl_rng_free(rng);
  gsl_vector_free(log_p);
  gsl_vector_free(log_q);
  gsl_vector_free(log_w);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
  mg_model_free(model);
}

Test(anneal, the_schedule_rises_from_0_to_1_and_is_symmetric) {
  mg_annealing a = {.b = NULL};
  cr_assert_eq(mg_annealing_init(&a, 10, 1), GSL_SUCCESS, "init");
  cr_expect(a.b[0] == 0 && a.b[10] == 1, "ends %g, %g", a.b[0], a.b[10]);
  for (size_t t = 1; t <= 10; t++) {
    cr_expect(a.b[t] > a.b[t - 1], "b falls at %zu", t);
    cr_expect(fabs(a.b[t] + a.b[10 - t] - 1) < 1e-14, "b_%zu + b_%zu", t,
              10 - t);
  }
  mg_annealing_clear(&a);
  cr_expect(mg_annealing_init(&a, 0, 1) == GSL_EINVAL, "0 temperatures");
  cr_expect(mg_annealing_init(&a, 1, 0) == GSL_EINVAL, "0 leaps");
}

/* ---- a crossing ---- */

/* The weight of a crossing is that of where the walkers were, the last one
 * moves nobody, and a crossing needs no memory of the one before. */
Test(anneal, a_crossing_weighs_and_then_moves) {
  mg_model *model = conjugate_model(DIM, 0.2, 0.9);
  gsl_matrix *x = gsl_matrix_alloc(50, DIM);
  mg_latent latent;
  const mg_path path = path_of(&latent, model, x, MG_FROM_PRIOR, true);
  gsl_matrix *before = gsl_matrix_alloc(50, DIM);
  gsl_vector *log_w = gsl_vector_calloc(50), *by_hand = gsl_vector_calloc(50);
  gsl_rng *rng = mg_stream_alloc(6, "test/crossing", 0);
  mg_annealing a = {.b = NULL};
  mg_walkers at = {.z = NULL};
  mg_hmc h = {.momentum = NULL};
  gsl_matrix_set_all(x, 1);
  cr_assert(mg_annealing_init(&a, 4, 3) == GSL_SUCCESS &&
                mg_walkers_init(&at, &path, 50) == GSL_SUCCESS &&
                mg_hmc_init(&h, &path, 50) == GSL_SUCCESS &&
                mg_path_draw(&path, rng, &at) == GSL_SUCCESS,
            "%s", mg_reason());
  for (size_t t = 1; t <= 4; t++) {
    double accepted = NAN;
    for (size_t n = 0; n < 50; n++)
      *gsl_vector_ptr(by_hand, n) +=
          (a.b[t] - a.b[t - 1]) *
          (gsl_vector_get(at.log_joint, n) - gsl_vector_get(at.log_base, n));
    gsl_matrix_memcpy(before, at.z);
    cr_assert_eq(
        mg_annealing_cross(&a, &path, rng, t, &h, &at, log_w, &accepted),
        GSL_SUCCESS, "%s", mg_reason());
    cr_expect(gsl_vector_equal(log_w, by_hand), "a weight at station %zu", t);
    cr_expect(gsl_matrix_equal(before, at.z) == (t == 4),
              "who moved at station %zu", t);
    cr_expect(t == 4 ? isnan(accepted) : accepted > 0.5, "%g accepted at %zu",
              accepted, t);
  }
  mg_hmc_clear(&h);
  mg_walkers_clear(&at);
  mg_annealing_clear(&a);
  gsl_rng_free(rng);
  gsl_matrix_free(before);
  gsl_vector_free(by_hand);
  gsl_vector_free(log_w);
  gsl_matrix_free(x);
  mg_model_free(model);
}
