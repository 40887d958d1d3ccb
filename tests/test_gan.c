/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two players in a fit: turns, gauges, checkpoints, threads; what is
 * refused, and what is said when the game has stopped. */
#include "config.h"

#include "gan.h"

#include "folder.h"
#include "models/fit.h"

static mg_dataset *data;
static mg_rows rows;

/* Two blobs, ROWS rows. */
enum { ROWS = 200, BATCH = 48 };

static void set_up(void) {
  const mg_space space = gan_space(0);
  gsl_set_error_handler_off();
  folder_enter();
  data = mg_dataset_alloc("blobs", &space, ROWS);
  gsl_rng *rng = mg_stream_alloc(1, "test/gan/data", 0);
  for (size_t i = 0; i < 2 * ROWS; i++)
    data->reals->data[i] = gsl_ran_gaussian(rng, 0.3) + (i % 4 < 2 ? 5 : -5);
  gsl_rng_free(rng);
  rows = mg_dataset_all(data);
}

static void tear_down(void) {
  mg_dataset_free(data);
  folder_leave();
}

TestSuite(gan, .init = set_up, .fini = tear_down);

static mg_gan_options options_of(void) {
  mg_gan_options o;
  mg_gan_options_default(&data->space, &o);
  o.hidden = 16;
  return o;
}

static mg_fit *fit_of(mg_model **model, const mg_gan_options *o,
                      size_t threads) {
  mg_fit_options loop = mg_fit_options_default();
  loop.batch = BATCH;
  loop.passes = 4;
  loop.threads = threads;
  *model = mg_model_alloc(&mg_gan_type, &data->space, o, false);
  cr_assert_not_null(*model, "%s", mg_reason());
  mg_fit *fit = mg_fit_alloc(*model, &rows, &loop, 7);
  cr_assert_not_null(fit, "%s", mg_reason());
  return fit;
}

static const mg_gan *self_of(const mg_model *model) {
  return model->self;
}

static double steps_of(const mg_model *model, mg_gan_who who) {
  return self_of(model)->player[who].ascent.steps;
}

static void turn(mg_fit *fit, size_t turns) {
  for (size_t i = 0; i < turns && mg_fit_test(fit) == GSL_CONTINUE; i++)
    cr_assert(mg_fit_iterate(fit) == GSL_SUCCESS, "%s", mg_reason());
}

/* ---- turns ---- */

/* k = 2: D on minibatch 1, D and G on minibatch 2, D on 3, ... of 5 an epoch.
 */
Test(gan, players_take_turns) {
  static const double judge[] = {1, 2, 2, 3, 4, 4},
                      forger[] = {0, 0, 1, 1, 1, 2};
  static const size_t seen[] = {1, 1, 2, 3, 3, 4};
  mg_gan_options o = options_of();
  o.steps = 2;
  mg_model *model;
  mg_fit *fit = fit_of(&model, &o, 1);
  for (size_t i = 0; i < 6; i++) {
    turn(fit, 1);
    cr_expect(steps_of(model, MG_GAN_DISCRIMINATOR) == judge[i] &&
                  steps_of(model, MG_GAN_GENERATOR) == forger[i],
              "turn %zu: %g and %g steps", i + 1,
              steps_of(model, MG_GAN_DISCRIMINATOR),
              steps_of(model, MG_GAN_GENERATOR));
    cr_expect(mg_fit_steps(fit) == seen[i], "turn %zu: %zu minibatches", i + 1,
              mg_fit_steps(fit));
  }
  mg_fit_free(fit);
  mg_model_free(model);
}

/* Each turn measures its own player's gauges; the objective is what the
 * discriminator climbed last. */
Test(gan, gauges_belong_to_turns) {
  const mg_gan_options o = options_of();
  mg_model *model;
  mg_fit *fit = fit_of(&model, &o, 1);
  turn(fit, 1);
  const mg_report *r = mg_fit_last(fit);
  cr_expect(isfinite(r->gauge[MG_GAN_LOSS]) &&
                isfinite(r->gauge[MG_GAN_STEEPNESS]) &&
                isnan(r->gauge[MG_GAN_PULL]),
            "after the discriminator's turn");
  cr_expect(r->gauge[MG_GAN_ON_REAL] > 0 && r->gauge[MG_GAN_ON_REAL] < 1,
            "D on data is %g", r->gauge[MG_GAN_ON_REAL]);
  cr_expect(r->objective == -r->gauge[MG_GAN_LOSS], "%g climbed, loss %g",
            r->objective, r->gauge[MG_GAN_LOSS]);
  turn(fit, 1);
  r = mg_fit_last(fit);
  cr_expect(isfinite(r->gauge[MG_GAN_GENERATOR_LOSS]) &&
                r->gauge[MG_GAN_PULL] > 0,
            "after the generator's turn");
  cr_expect_str_eq(r->objective_name,
                   "no bound, minus the discriminator's loss");
  mg_fit_free(fit);
  mg_model_free(model);
}

/* A fit that stops in the middle of a minibatch and goes on, beside one that
 * does not stop; with averaging, whose walker is no part of the model. */
Test(gan, goes_on_from_any_turn) {
  mg_gan_options o = options_of();
  o.steps = 2;
  o.packing = 3;
  o.climb.averaging = 0.9;
  for (size_t at = 1; at <= 9; at++) {
    mg_model *whole, *first, *second;
    mg_fit *a = fit_of(&whole, &o, 1), *b = fit_of(&first, &o, 1);
    mg_fit *c = fit_of(&second, &o, 1);
    turn(a, 17);
    turn(b, at);
    cr_assert(mg_fit_checkpoint(b, "half") == GSL_SUCCESS, "%s", mg_reason());
    cr_assert(mg_fit_resume(c, "half") == GSL_SUCCESS, "%s", mg_reason());
    turn(c, 17 - at);
    cr_expect(mg_model_equal(whole, second), "another model after %zu turns",
              at);
    cr_expect(mg_fit_last(a)->objective == mg_fit_last(c)->objective,
              "another objective after %zu turns", at);
    mg_fit_free(a);
    mg_fit_free(b);
    mg_fit_free(c);
    mg_model_free(whole);
    mg_model_free(first);
    mg_model_free(second);
  }
}

Test(gan, threads_leave_no_trace) {
  mg_gan_options o = options_of();
  o.hidden = 100; /* worth a second thread */
  mg_model *one, *many;
  mg_fit *a = fit_of(&one, &o, 1);
  turn(a, 20);
  for (size_t threads = 2; threads <= 4; threads++) {
    mg_fit *b = fit_of(&many, &o, threads);
    turn(b, 20);
    cr_expect(mg_model_equal(one, many), "%zu threads", threads);
    mg_fit_free(b);
    mg_model_free(many);
  }
  mg_fit_free(a);
  mg_model_free(one);
}

/* ---- learning ---- */

/* Draws come to have the mean and the spread of one blob: a generator that
 * begins at the whole data's. */
Test(gan, learns_a_blob) {
  for (size_t i = 0; i < 2 * ROWS; i++)
    data->reals->data[i] =
        fmod(data->reals->data[i] + 10, 10) * (double)(i % 2 + 1);
  mg_gan_options o = options_of();
  o.objective = MG_GAME_LEAST_SQUARES;
  mg_model *model;
  mg_fit_options loop = mg_fit_options_default();
  loop.batch = BATCH;
  loop.passes = 300;
  loop.threads = 1;
  model = mg_model_alloc(&mg_gan_type, &data->space, &o, false);
  cr_assert(mg_fit_run(model, &rows, &loop, 3) == GSL_SUCCESS, "%s",
            mg_reason());
  gsl_matrix *x = gsl_matrix_alloc(1000, 2);
  gsl_rng *rng = mg_stream_alloc(1, "test/gan/draws", 0);
  cr_assert(mg_model_sample(model, rng, x) == GSL_SUCCESS, "%s", mg_reason());
  for (size_t j = 0; j < 2; j++) {
    double mean = 0, truth = 0;
    for (size_t i = 0; i < x->size1; i++)
      mean += gsl_matrix_get(x, i, j) / (double)x->size1;
    for (size_t i = 0; i < ROWS; i++)
      truth += gsl_matrix_get(data->reals, i, j) / ROWS;
    cr_expect(fabs(mean - truth) < 0.5, "column %zu: mean %.3f, of data %.3f",
              j, mean, truth);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* ---- what goes wrong ---- */

/* A saturating generator before a discriminator that is sure by e^-200. */
Test(gan, a_stuck_generator_is_told) {
  mg_gan_options o = options_of();
  o.layers = 0;
  o.objective = MG_GAME_MINIMAX;
  mg_model *model;
  mg_fit *fit = fit_of(&model, &o, 1);
  turn(fit, 2);
  ((mg_gan *)model->self)->player[MG_GAN_DISCRIMINATOR].ascent.theta[2] = -200;
  turn(fit, 2);
  cr_expect_str_eq(mg_fit_last(fit)->objective_name,
                   "stuck: no gradient reaches the generator since its step 2");
  turn(fit, 2);
  cr_expect_str_eq(mg_fit_last(fit)->objective_name,
                   "stuck: no gradient reaches the generator since its step 2");
  mg_fit_free(fit);
  mg_model_free(model);
}

/* Relus that no input opens: all is judged by the last bias. */
Test(gan, a_dead_discriminator_is_told) {
  const mg_gan_options o = options_of();
  mg_model *model;
  mg_fit *fit = fit_of(&model, &o, 1);
  turn(fit, 4);
  mg_gan *g = model->self;
  for (size_t i = 0; i < o.hidden; i++)
    g->player[MG_GAN_DISCRIMINATOR].ascent.theta[2 * o.hidden + i] = -1e6;
  turn(fit, 2);
  cr_expect_str_eq(
      mg_fit_last(fit)->objective_name,
      "dead: the discriminator tells nothing apart since its step 3");
  mg_fit_free(fit);
  mg_model_free(model);
}

/* The loop moves an object as bytes; a report stays where it points.  A long
 * one is the same after a checkpoint, to the last digit of the step. */
Test(gan, what_is_told_outlives_a_move_and_a_checkpoint) {
  mg_gan_options o = options_of();
  o.layers = 0;
  o.objective = MG_GAME_MINIMAX;
  mg_model *model, *other;
  mg_fit *fit = fit_of(&model, &o, 1), *on = fit_of(&other, &o, 1);
  turn(fit, 2);
  mg_gan *g = model->self;
  g->progress[MG_GAN_DEAD] = 123456789;
  for (size_t i = 0; i < g->player[MG_GAN_DISCRIMINATOR].ascent.numbers; i++)
    g->player[MG_GAN_DISCRIMINATOR].ascent.theta[i] = 0;
  turn(fit, 1);
  const char *name = mg_fit_last(fit)->objective_name;
  cr_expect(name < (const char *)g || name >= (const char *)(g + 1),
            "it lies in the object");
  cr_assert(mg_fit_checkpoint(fit, "dead") == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(mg_fit_resume(on, "dead") == GSL_SUCCESS, "%s", mg_reason());
  cr_expect_str_eq(name, "dead: the discriminator tells nothing apart since "
                         "its step 123456789");
  cr_expect_str_eq(mg_fit_last(on)->objective_name, name);
  mg_fit_free(fit);
  mg_fit_free(on);
  mg_model_free(model);
  mg_model_free(other);
}

static void expect_said(mg_gan_who who, const char *player) {
  const mg_gan_options o = options_of();
  mg_model *model;
  mg_fit *fit = fit_of(&model, &o, 1);
  turn(fit, 2);
  mg_gan *g = model->self;
  g->player[who].ascent.theta[40] = NAN;
  cr_expect(mg_fit_iterate(fit) == GSL_EDOM, "it went on");
  cr_expect_not_null(strstr(mg_reason(), player), "%s", mg_reason());
  cr_expect_not_null(strstr(mg_reason(), "discriminator's step 2"), "%s",
                     mg_reason());
  mg_fit_free(fit);
  mg_model_free(model);
}

Test(gan, what_is_not_finite_is_named) {
  expect_said(MG_GAN_GENERATOR, "generator, layer 1");
  expect_said(MG_GAN_DISCRIMINATOR, "discriminator, layer 1");
}

Test(gan, sizes_are_refused) {
  mg_gan_options o = options_of();
  const mg_space odd = {.dim = 6, .measure = MG_REALS, .height = 3, .width = 2};
  o.kind = MG_GAN_CONV;
  cr_expect_null(mg_model_alloc(&mg_gan_type, &data->space, &o, false),
                 "convolutions of points");
  cr_expect_null(mg_model_alloc(&mg_gan_type, &odd, &o, false), "3 x 2");
  cr_expect_not_null(strstr(mg_reason(), "mlp"), "%s", mg_reason());
  o = options_of();
  o.hidden = 100000;
  o.packing = 100;
  const mg_space wide = {.dim = 1u << 30, .measure = MG_REALS};
  cr_expect_null(mg_model_alloc(&mg_gan_type, &wide, &o, false), "a wide net");
}

/* Which options mean nothing beside the others. */
Test(gan, idle_options) {
  mg_gan_options o = options_of();
  cr_expect(!mg_gan_type.idle(&data->space, &o, "smoothing_real"), "smoothing");
  o.objective = MG_GAME_HINGE;
  cr_expect(mg_gan_type.idle(&data->space, &o, "smoothing_real"),
            "smoothing of a hinge");
  cr_expect(mg_gan_type.idle(&data->space, &o, "channels"), "channels");
  o.kind = MG_GAN_CONV;
  cr_expect(mg_gan_type.idle(&data->space, &o, "hidden"), "hidden");
}
