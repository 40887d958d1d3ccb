/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The move against what makes it right: it runs back the way it came, it keeps
 * volume, and a chain that starts in the law of a b stays in it. */
#include <criterion/criterion.h>
#include <math.h>

#include "conjugate.h"
#include "eval/calibration.h"
#include "eval/latent.h"
#include "infer/hmc.h"
#include "normal_target.h"

enum { DIM = 3 };

static mg_latent latent;

/* The path of a model with data x; one at a time. */
static mg_path path_of(const mg_model *model, mg_base from,
                       const gsl_matrix *x) {
  mg_latent_init(&latent, model->type->latent, model->self, x, from, true);
  return latent.path;
}

/* A leap that is always accepted goes from (z, r) to (z', r'); the energy then
 * is the same to the square of the step. */
Test(hmc, small_steps_keep_the_energy) {
  mg_model *model = conjugate_model(DIM, 0.3, 0.8);
  gsl_matrix *x = gsl_matrix_calloc(40, DIM);
  const mg_path path = path_of(model, MG_FROM_PROPOSAL, x);
  gsl_rng *rng = mg_stream_alloc(1, "test/hmc", 0);
  mg_walkers at = {.z = NULL};
  mg_hmc h = {.momentum = NULL};
  double refused[2];
  cr_assert_eq(mg_walkers_init(&at, &path, 40), GSL_SUCCESS, "walkers");
  cr_assert_eq(mg_hmc_init(&h, &path, 40), GSL_SUCCESS, "hmc");
  for (int i = 0; i < 2; i++) {
    double accepted;
    mg_path_draw(&path, rng, &at);
    cr_assert_eq(mg_hmc_move(&h, &path, rng, 0.7, i ? 0.01 : 0.04, i ? 20 : 5,
                             &at, &accepted),
                 GSL_SUCCESS, "move");
    refused[i] = 1 - accepted;
  }
  cr_expect(refused[0] < 2e-3, "step .04 refuses %g", refused[0]);
  cr_expect(refused[1] < refused[0] / 8, "step .01 refuses %g, .04 %g",
            refused[1], refused[0]);
  mg_hmc_clear(&h);
  mg_walkers_clear(&at);
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* A leapfrog that runs away ends at infinity, or at no number at all, and that
 * is no place to be. */
Test(hmc, a_runaway_stays_where_it_was) {
  mg_model *model = conjugate_model(DIM, 0, 1);
  gsl_matrix *x = gsl_matrix_calloc(5, DIM), *z = gsl_matrix_alloc(5, DIM);
  const mg_path path = path_of(model, MG_FROM_PRIOR, x);
  gsl_rng *rng = mg_stream_alloc(1, "test/runaway", 0);
  mg_walkers at = {.z = NULL};
  mg_hmc h = {.momentum = NULL};
  double accepted;
  mg_walkers_init(&at, &path, 5);
  mg_hmc_init(&h, &path, 5);
  mg_path_draw(&path, rng, &at);
  gsl_matrix_memcpy(z, at.z);
  for (double step = 1e100; step < 1e301; step *= 1e100) {
    cr_assert_eq(mg_hmc_move(&h, &path, rng, 1, step, 3, &at, &accepted),
                 GSL_SUCCESS, "move");
    cr_expect(accepted == 0, "step %g: accepted %g", step, accepted);
    cr_expect(gsl_matrix_equal(at.z, z), "step %g: somewhere else", step);
  }
  mg_hmc_clear(&h);
  mg_walkers_clear(&at);
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* ---- ranks ---- */

enum { WALKERS = 20000 };

/* A move at b of a path, and what it should leave as it is: N(m, sd^2) in each
 * column, between a base N(m0, s0^2) and a joint that is N(x/2, 1/2). */
typedef struct {
  const mg_path *path;
  gsl_rng *rng;
  mg_walkers at;
  mg_hmc h;
  double b, step, mean, sd;
} at_b;

static int move(void *self, gsl_matrix *z) {
  at_b *m = self;
  gsl_matrix_memcpy(m->at.z, z);
  mg_path_evaluate(m->path, &m->at);
  const int status =
      mg_hmc_move(&m->h, m->path, m->rng, m->b, m->step, 3, &m->at, NULL);
  gsl_matrix_memcpy(z, m->at.z);
  return status;
}

static int draw(const void *self, gsl_rng *rng, gsl_matrix *z) {
  const at_b *m = self;
  draw_normal(rng, NULL, 0, m->mean, m->sd, z);
  return GSL_SUCCESS;
}

static int log_density(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                       gsl_matrix *dz) {
  const at_b *m = self;
  zero(log_p, dz);
  add_normal(z, NULL, 0, m->mean, m->sd, log_p, dz);
  return GSL_SUCCESS;
}

static void expect_uniform_ranks(mg_base from, double b, double step) {
  const bool prior = from == MG_FROM_PRIOR;
  const double m0 = prior ? 0 : 0.4, s0 = prior ? 1 : 1.3, x_of = 1.5;
  const double p0 = (1 - b) / (s0 * s0), p1 = b * 2;
  const mg_rank_options o = {.walkers = WALKERS, .places = 6, .moves = 1};
  mg_model *model = conjugate_model(DIM, 0.4, 1.3);
  gsl_matrix *x = gsl_matrix_alloc(WALKERS, DIM);
  const mg_path path = path_of(model, from, x);
  at_b m = {.path = &path,
            .rng = mg_stream_alloc(7, "test/ranks", (unsigned long)(100 * b)),
            .b = b,
            .step = step,
            .mean = (p0 * m0 + p1 * x_of / 2) / (p0 + p1),
            .sd = 1 / sqrt(p0 + p1)};
  const mg_target law = {.name = "f_b",
                         .self = &m,
                         .dim = DIM,
                         .log_density = log_density,
                         .sample_prior = draw};
  const mg_kernel kernel = {
      .name = "hmc", .reversible = true, .self = &m, .move = move};
  mg_calibration c = {.count = NULL};
  gsl_matrix_set_all(x, x_of);
  cr_assert(mg_walkers_init(&m.at, &path, WALKERS) == GSL_SUCCESS &&
                mg_hmc_init(&m.h, &path, WALKERS) == GSL_SUCCESS,
            "memory");
  cr_assert_eq(mg_calibration_ranks(&kernel, &law, &o, 1, &c), GSL_SUCCESS,
               "%s", mg_reason());
  cr_expect(c.least > 1e-9, "b %.1f step %.1f statistic %zu: p %g", b, step,
            c.worst, c.least);
  mg_calibration_clear(&c);
  mg_hmc_clear(&m.h);
  mg_walkers_clear(&m.at);
  gsl_rng_free(m.rng);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* Steps from comfortable to so long that most moves are refused. */
Test(hmc, the_law_is_left_as_it_is) {
  expect_uniform_ranks(MG_FROM_PRIOR, 1, 0.5);
  expect_uniform_ranks(MG_FROM_PRIOR, 0.3, 1.1);
  expect_uniform_ranks(MG_FROM_PROPOSAL, 0.6, 0.9);
  expect_uniform_ranks(MG_FROM_PROPOSAL, 0, 1.6);
}

/* ---- there and back ---- */

/* A generator that gives back a momentum: the ziggurat is not invertible, so
 * the way back is run by hand, with the leapfrog's own formula. */
Test(hmc, the_way_back_leads_to_the_start) {
  mg_model *model = conjugate_model(DIM, 0, 1);
  const double step = 0.3, b = 0.8;
  gsl_matrix *x = gsl_matrix_calloc(1, DIM);
  const mg_path path = path_of(model, MG_FROM_PRIOR, x);
  gsl_rng *rng = mg_stream_alloc(3, "test/back", 0);
  mg_walkers at = {.z = NULL};
  mg_hmc h = {.momentum = NULL};
  mg_walkers_init(&at, &path, 1);
  mg_hmc_init(&h, &path, 1);
  mg_path_draw(&path, rng, &at);
  const double first = gsl_matrix_get(at.z, 0, 1);
  cr_assert_eq(mg_hmc_move(&h, &path, rng, b, step, 4, &at, NULL), GSL_SUCCESS,
               "move");
  /* The gradient is -(1 - b) z + b (-z + x - z) with x = 0: -(1 + b) z. */
  double z = gsl_matrix_get(h.other.z, 0, 1);
  double r = -gsl_matrix_get(h.momentum, 0, 1);
  for (int leap = 0; leap < 4; leap++) {
    r -= step / 2 * (1 + b) * z;
    z += step * r;
    r -= step / 2 * (1 + b) * z;
  }
  cr_expect(fabs(z - first) < 1e-13, "came back to %.15f from %.15f", z, first);
  mg_hmc_clear(&h);
  mg_walkers_clear(&at);
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* ---- a trajectory ---- */

/* Along the way the energy swings by the square of the step and comes back; a
 * unit twice as long is a step twice as long. */
Test(hmc, a_trajectory_keeps_the_energy) {
  enum { LEAPS = 40 };
  const mg_target target = normal_target(2);
  const mg_path path = {.joint = &target, .gradient = true};
  gsl_matrix *z = gsl_matrix_alloc(LEAPS + 1, 2);
  gsl_matrix *scaled = gsl_matrix_alloc(LEAPS + 1, 2);
  gsl_vector *h_of = gsl_vector_alloc(LEAPS + 1), *r = gsl_vector_alloc(2);
  gsl_vector *two = gsl_vector_alloc(2);
  mg_walkers at = {.z = NULL};
  mg_hmc h = {.momentum = NULL};
  mg_walkers_init(&at, &path, 1);
  mg_hmc_init(&h, &path, 1);
  gsl_matrix_set_zero(at.z);
  mg_path_evaluate(&path, &at);
  gsl_vector_set(r, 0, 1);
  gsl_vector_set(r, 1, -0.5);
  gsl_vector_set_all(two, 2);
  cr_assert_eq(mg_hmc_trajectory(&h, &path, 1, 0.1, r, &at, z, h_of),
               GSL_SUCCESS, "%s", mg_reason());
  for (size_t l = 0; l <= LEAPS; l++)
    cr_expect(fabs(gsl_vector_get(h_of, l) - gsl_vector_get(h_of, 0)) < 0.02,
              "leap %zu: %g, at first %g", l, gsl_vector_get(h_of, l),
              gsl_vector_get(h_of, 0));
  cr_expect(gsl_matrix_get(z, 0, 0) == 0 && gsl_matrix_get(z, 1, 0) > 0,
            "the first leaps: %g, %g", gsl_matrix_get(z, 0, 0),
            gsl_matrix_get(z, 1, 0));
  h.scale = two;
  cr_assert_eq(mg_hmc_trajectory(&h, &path, 1, 0.05, r, &at, scaled, h_of),
               GSL_SUCCESS, "%s", mg_reason());
  for (size_t l = 0; l <= LEAPS; l++)
    cr_expect(fabs(gsl_matrix_get(z, l, 1) - gsl_matrix_get(scaled, l, 1)) <
                  1e-12,
              "leap %zu in another unit", l);
  mg_hmc_clear(&h);
  mg_walkers_clear(&at);
  gsl_matrix_free(z);
  gsl_matrix_free(scaled);
  gsl_vector_free(h_of);
  gsl_vector_free(r);
  gsl_vector_free(two);
}

/* ---- the leapfrog alone ---- */

/* Many walkers on a path with two ends, each with a step of its own: backwards
 * by minus the step, and every number comes back. */
Test(hmc, a_leapfrog_runs_back_by_minus_the_step) {
  mg_model *model = conjugate_model(DIM, 0.3, 0.8);
  gsl_matrix *x = gsl_matrix_calloc(6, DIM);
  const mg_path path = path_of(model, MG_FROM_PROPOSAL, x);
  gsl_rng *rng = mg_stream_alloc(5, "test/leapfrog", 0);
  gsl_vector *stretch = gsl_vector_alloc(6), *scale = gsl_vector_alloc(DIM);
  gsl_matrix *z = gsl_matrix_alloc(6, DIM), *r = gsl_matrix_alloc(6, DIM);
  mg_hmc h = {.stretch = stretch, .scale = scale};
  cr_assert_eq(mg_hmc_init(&h, &path, 6), GSL_SUCCESS, "hmc");
  cr_assert_eq(mg_path_draw(&path, rng, &h.other), GSL_SUCCESS, "draws");
  for (size_t i = 0; i < 6 * DIM; i++)
    h.momentum->data[i] = gsl_rng_uniform(rng) - 0.5;
  for (size_t i = 0; i < 6; i++)
    gsl_vector_set(stretch, i, 0.5 + (double)i / 5);
  for (size_t i = 0; i < DIM; i++)
    gsl_vector_set(scale, i, 1 / (1 + (double)i));
  gsl_matrix_memcpy(z, h.other.z);
  gsl_matrix_memcpy(r, h.momentum);
  for (int back = 0; back < 2; back++) {
    cr_assert_eq(mg_hmc_leapfrog(&h, &path, 0.6, back ? -0.3 : 0.3, 7),
                 GSL_SUCCESS, "%s", mg_reason());
    double off = 0;
    for (size_t i = 0; i < 6 * DIM; i++)
      off = fmax(off, fmax(fabs(h.other.z->data[i] - z->data[i]),
                           fabs(h.momentum->data[i] - r->data[i])));
    cr_expect(back ? off < 1e-13 : off > 0.1, "%s by %g", back ? "back" : "off",
              off);
  }
  mg_hmc_clear(&h);
  gsl_matrix_free(z);
  gsl_matrix_free(r);
  gsl_vector_free(scale);
  gsl_vector_free(stretch);
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  mg_model_free(model);
}
