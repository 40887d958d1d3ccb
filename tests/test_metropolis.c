/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The move against its definition, row by row: what it may not change, with
 * what probability it goes, and where it never goes.  That it leaves its law as
 * it is: test_calibration. */
#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "infer/metropolis.h"
#include "normal_target.h"

enum { N = 2000, DIM = 2 };

typedef struct {
  mg_target joint, base;
  mg_path path;
  mg_walkers at;
  mg_metropolis m;
  gsl_matrix *before;
  gsl_rng *rng;
} walk;

static void start(walk *w) {
  *w = (walk){.joint = normal_target(DIM)};
  w->base = mg_target_prior(&w->joint);
  w->path = (mg_path){.base = &w->base, .joint = &w->joint};
  w->rng = mg_stream_alloc(1, "test/metropolis", 0);
  w->before = gsl_matrix_alloc(N, DIM);
  cr_assert_eq(mg_walkers_init(&w->at, &w->path, N), GSL_SUCCESS, "walkers");
  cr_assert_eq(mg_metropolis_init(&w->m, &w->path, N), GSL_SUCCESS, "room");
  cr_assert_eq(mg_path_draw(&w->path, w->rng, &w->at), GSL_SUCCESS, "draw");
  gsl_matrix_memcpy(w->before, w->at.z);
}

static void end(walk *w) {
  mg_walkers_clear(&w->at);
  mg_metropolis_clear(&w->m);
  gsl_matrix_free(w->before);
  gsl_rng_free(w->rng);
}

/* log f_b, by hand. */
static double log_f(const gsl_matrix *z, size_t n, double b) {
  double sum = 0;
  for (size_t i = 0; i < DIM; i++) {
    const double at = gsl_matrix_get(z, n, i), u = (double)(i + 1) - at;
    sum -= 0.5 * (at * at + b * u * u);
  }
  return sum;
}

Test(metropolis, each_walker_goes_with_its_own_chance) {
  walk w;
  double accepted, moved = 0, expected = 0, variance = 0;
  start(&w);
  cr_assert_eq(
      mg_metropolis_move(&w.m, &w.path, w.rng, 0.7, 1.5, &w.at, &accepted),
      GSL_SUCCESS, "%s", mg_reason());
  for (size_t n = 0; n < N; n++) {
    const double chance = gsl_vector_get(w.m.chance, n);
    const double truth =
        exp(fmin(0, log_f(w.m.other.z, n, 0.7) - log_f(w.before, n, 0.7)));
    const bool went =
        gsl_matrix_get(w.at.z, n, 0) != gsl_matrix_get(w.before, n, 0);
    const gsl_matrix *where = went ? w.m.other.z : w.before;
    cr_expect(fabs(chance - truth) < 1e-12, "chance %g, not %g", chance, truth);
    cr_expect_eq(gsl_matrix_get(w.at.z, n, 1), gsl_matrix_get(where, n, 1),
                 "walker %zu is nowhere", n);
    moved += went;
    expected += chance;
    variance += chance * (1 - chance);
  }
  cr_expect(fabs(moved - expected) < 6.1 * sqrt(variance), "%g moved, not %g",
            moved, expected);
  cr_expect(fabs(accepted - expected / N) < 1e-12, "accepted %g", accepted);
  end(&w);
}

Test(metropolis, a_step_has_its_length_in_its_unit) {
  walk w;
  gsl_vector *unit = gsl_vector_alloc(DIM);
  double square[DIM] = {0};
  start(&w);
  gsl_vector_set(unit, 0, 3);
  gsl_vector_set(unit, 1, 0.5);
  w.m.scale = unit;
  mg_metropolis_move(&w.m, &w.path, w.rng, 1, 0.2, &w.at, NULL);
  for (size_t n = 0; n < N; n++)
    for (size_t i = 0; i < DIM; i++)
      square[i] += gsl_pow_2(gsl_matrix_get(w.m.other.z, n, i) -
                             gsl_matrix_get(w.before, n, i)) /
                   N;
  for (size_t i = 0; i < DIM; i++) {
    const double truth = gsl_pow_2(0.2 * gsl_vector_get(unit, i));
    cr_expect(fabs(square[i] / truth - 1) < 6.1 * sqrt(2.0 / N),
              "coordinate %zu: %g, not %g", i, square[i], truth);
  }
  gsl_vector_free(unit);
  end(&w);
}

/* A density that is 0 for z_0 < 0 and no number for z_0 > 1. */
static int log_band(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                    gsl_matrix *dz) {
  (void)self, (void)dz;
  for (size_t n = 0; n < z->size1; n++) {
    const double at = gsl_matrix_get(z, n, 0);
    gsl_vector_set(log_p, n, at < 0 ? -INFINITY : at > 1 ? NAN : 0);
  }
  return GSL_SUCCESS;
}

Test(metropolis, nowhere_is_no_place_to_go) {
  const mg_target band = {.name = "band", .dim = 1, .log_density = log_band};
  const mg_path path = {.joint = &band};
  mg_walkers at = {.z = NULL};
  mg_metropolis m = {.chance = NULL};
  gsl_rng *rng = mg_stream_alloc(1, "test/band", 0);
  mg_walkers_init(&at, &path, 100);
  mg_metropolis_init(&m, &path, 100);
  gsl_matrix_set_all(at.z, 0.5);
  mg_path_evaluate(&path, &at);
  for (int t = 0; t < 20; t++) {
    cr_assert_eq(mg_metropolis_move(&m, &path, rng, 1, 0.8, &at, NULL),
                 GSL_SUCCESS, "move");
    for (size_t n = 0; n < 100; n++) {
      const double z = gsl_matrix_get(at.z, n, 0);
      cr_expect(0 <= z && z <= 1, "walker %zu at %g", n, z);
    }
  }
  mg_walkers_clear(&at);
  mg_metropolis_clear(&m);
  gsl_rng_free(rng);
}
