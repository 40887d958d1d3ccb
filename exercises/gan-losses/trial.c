/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gan-losses: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "exercise/exercise.h"
#include "infer/game.h"

/* "which" is the function, from 0; "slopes" whether they are wanted. */
static int gan_losses_call(const mg_function *f, const mg_parcel *in,
                           mg_parcel *out) {
  double (*function)(double, double *) =
      (double (*)(double, double *))f[mg_parcel_count(in, "which")];
  const bool slopes = mg_parcel_count(in, "slopes") > 0;
  const gsl_vector *t = mg_parcel_vector(in, "t");
  gsl_vector *loss = mg_parcel_add_vector(out, "loss", t->size);
  gsl_vector *slope =
      slopes ? mg_parcel_add_vector(out, "slope", t->size) : NULL;
  if (!loss || (slopes && !slope))
    return GSL_ENOMEM;
  for (size_t i = 0; i < t->size; i++)
    gsl_vector_set(loss, i,
                   function(gsl_vector_get(t, i),
                            slopes ? gsl_vector_ptr(slope, i) : NULL));
  return GSL_SUCCESS;
}

static int gan_losses_fill(gsl_rng *rng, size_t which, bool slopes, size_t n,
                           double sd, mg_parcel *in) {
  gsl_vector *t = mg_parcel_add_vector(in, "t", n);
  for (size_t i = 0; t && i < n; i++)
    gsl_vector_set(t, i, gsl_ran_gaussian_ziggurat(rng, sd));
  return !t || mg_parcel_add_count(in, "which", which) ||
         mg_parcel_add_count(in, "slopes", slopes);
}

static int gan_losses_discriminator(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gan_losses_fill(rng, i % 2, true, 1 + i, 2, in);
}

static int gan_losses_minimax(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gan_losses_fill(rng, 2, true, 1 + i, 2, in);
}

static int gan_losses_nonsaturating(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gan_losses_fill(rng, 3, true, 1 + i, 2, in);
}

static int gan_losses_far(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gan_losses_fill(rng, i % 4, true, 4, i < 4 ? 40 : 1000, in);
}

static int gan_losses_alone(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gan_losses_fill(rng, i % 4, false, 3, 3, in);
}

#define GAN_LOSSES_TOLERANCE .relative = 1e-10, .absolute = 1e-14

static const mg_exercise_test gan_losses_tests[] = {
    {.expects = "has the discriminator's losses, -log D on data and -log(1 - "
                "D) on draws, and their slopes in t",
     .points = 3,
     .cases = 6,
     .make = gan_losses_discriminator,
     GAN_LOSSES_TOLERANCE},
    {.expects = "has the generator's loss of the minimax game, log(1 - D), "
                "and its slope in t",
     .points = 2,
     .cases = 3,
     .make = gan_losses_minimax,
     GAN_LOSSES_TOLERANCE},
    {.expects = "has the generator's non-saturating loss, -log D, and its "
                "slope in t",
     .points = 2,
     .cases = 3,
     .make = gan_losses_nonsaturating,
     GAN_LOSSES_TOLERANCE},
    {.expects = "stays finite where D is 0 or 1 in double precision",
     .points = 2,
     .cases = 8,
     .make = gan_losses_far,
     GAN_LOSSES_TOLERANCE},
    {.expects = "gives the loss alone when slope is NULL",
     .points = 1,
     .cases = 4,
     .hidden = true,
     .make = gan_losses_alone,
     GAN_LOSSES_TOLERANCE},
    {.expects = NULL}};

static const mg_exercise gan_losses_exercise = {
    .functions =
        (const char *const[]){"mg_game_real", "mg_game_fake", "mg_game_minimax",
                              "mg_game_nonsaturating", NULL},
    .reference = (const mg_function[]){(mg_function)mg_game_real,
                                       (mg_function)mg_game_fake,
                                       (mg_function)mg_game_minimax,
                                       (mg_function)mg_game_nonsaturating},
    .avoid = (const char *const[]){"mg_games", NULL},
    .call = gan_losses_call,
    .tests = gan_losses_tests};
