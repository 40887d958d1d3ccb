/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walkers carry what their ends say of them, and a path without a base is the
 * posterior alone; a path over two targets has the evidence between them. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/anneal.h"
#include "infer/hmc.h"
#include "normal_target.h"

enum { DIM = 3 };

Test(path, walkers_know_both_ends) {
  const mg_target joint = normal_target(DIM), base = mg_target_prior(&joint);
  const mg_path path = {.base = &base, .joint = &joint, .gradient = true};
  mg_walkers w = {.z = NULL}, to = {.z = NULL};
  gsl_rng *rng = mg_stream_alloc(1, "test/path", 0);
  cr_assert_eq(mg_walkers_init(&w, &path, 4), GSL_SUCCESS, "walkers");
  cr_assert_eq(mg_walkers_init(&to, &path, 4), GSL_SUCCESS, "walkers");
  cr_assert_eq(mg_path_draw(&path, rng, &w), GSL_SUCCESS, "%s", mg_reason());
  for (size_t n = 0; n < 4; n++) {
    double prior = 0, both = 0;
    for (size_t i = 0; i < DIM; i++) {
      const double z = gsl_matrix_get(w.z, n, i), u = (double)(i + 1) - z;
      prior -= 0.5 * (MG_LN_2PI + z * z);
      both -= 0.5 * (2 * MG_LN_2PI + z * z + u * u);
      cr_expect_eq(gsl_matrix_get(w.d_base, n, i), -z, "base, %zu", i);
      cr_expect_eq(gsl_matrix_get(w.d_joint, n, i), u - z, "joint, %zu", i);
    }
    const double half = mg_path_log_density(&w, 0.5, n);
    cr_expect(fabs(half - (prior + both) / 2) < 1e-12, "halfway %g", half);
    cr_expect_eq(mg_path_log_density(&w, 0, n), gsl_vector_get(w.log_base, n),
                 "the end 0");
    mg_walkers_copy(&w, n, &to);
  }
  cr_expect(gsl_matrix_equal(w.z, to.z) &&
                gsl_matrix_equal(w.d_joint, to.d_joint) &&
                gsl_vector_equal(w.log_joint, to.log_joint),
            "a copy is another");
  gsl_vector_set(w.log_base, 2, -INFINITY);
  cr_expect(isfinite(mg_path_log_density(&w, 1, 2)), "the base at b = 1");
  mg_walkers_clear(&w);
  mg_walkers_clear(&to);
  gsl_rng_free(rng);
}

Test(path, over_targets_has_the_evidence_between_them) {
  enum { N = 4000 };
  const mg_target joint = normal_target(DIM), base = mg_target_prior(&joint);
  const mg_path path = {.base = &base, .joint = &joint, .gradient = true};
  mg_annealing a = {.b = NULL};
  gsl_vector *log_w = gsl_vector_alloc(N);
  gsl_rng *rng = mg_stream_alloc(1, "test/evidence", 0);
  double sum = 0, square = 0;
  mg_annealing_init(&a, 20, 3);
  cr_assert_eq(mg_annealing_pilot(&a, &path, rng, 32), GSL_SUCCESS, "pilot");
  cr_assert_eq(mg_annealing_forward(&a, &path, rng, log_w), GSL_SUCCESS, "run");
  for (size_t n = 0; n < N; n++) {
    const double w = exp(gsl_vector_get(log_w, n) - normal_log_evidence(DIM));
    sum += w / N;
    square += w * w / N;
  }
  const double error = sqrt((square - sum * sum) / (N - 1));
  cr_expect(error < 0.05, "spread %g", error);
  cr_expect(fabs(sum - 1) < 6.1 * error, "%g +- %g", sum, error);
  mg_annealing_clear(&a);
  gsl_vector_free(log_w);
  gsl_rng_free(rng);
}

Test(path, without_a_base_is_the_posterior) {
  const mg_target joint = normal_target(DIM);
  const mg_path path = {.joint = &joint, .gradient = true};
  mg_walkers w = {.z = NULL};
  mg_hmc h = {.momentum = NULL};
  gsl_rng *rng = mg_stream_alloc(1, "test/path", 0);
  double accepted;
  cr_assert_eq(mg_walkers_init(&w, &path, 100), GSL_SUCCESS, "walkers");
  cr_assert_eq(mg_hmc_init(&h, &path, 100), GSL_SUCCESS, "hmc");
  gsl_matrix_set_zero(w.z);
  cr_assert_eq(mg_path_evaluate(&path, &w), GSL_SUCCESS, "evaluate");
  cr_assert_eq(mg_hmc_move(&h, &path, rng, 1, 0.3, 5, &w, &accepted),
               GSL_SUCCESS, "move");
  cr_expect(accepted > 0.9 && h.diverged == 0, "accepted %g", accepted);
  cr_expect_eq(mg_path_draw(&path, rng, &w), GSL_EUNSUP, "drawn from nothing");
  mg_hmc_clear(&h);
  mg_walkers_clear(&w);
  gsl_rng_free(rng);
}

Test(path, what_a_target_lacks_is_said) {
  mg_target joint = normal_target(DIM);
  joint.log_prior = NULL;
  const mg_target base = mg_target_prior(&joint);
  const mg_path path = {.base = &base, .joint = &joint};
  mg_walkers w = {.z = NULL};
  gsl_rng *rng = mg_stream_alloc(1, "test/path", 0);
  mg_walkers_init(&w, &path, 1);
  cr_expect_eq(mg_path_draw(&path, rng, &w), GSL_EUNSUP, "no prior");
  mg_walkers_clear(&w);
  joint.gradient = false;
  const mg_path blind = {.joint = &joint, .gradient = true};
  mg_walkers_init(&w, &blind, 1);
  gsl_matrix_set_zero(w.z);
  cr_expect_eq(mg_path_evaluate(&blind, &w), GSL_EUNSUP, "no gradient");
  mg_walkers_clear(&w);
  gsl_rng_free(rng);
}
