/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Climbs whose end is known: a rate of 1 / (t + 1) makes a mean, a whole batch
 * at rate 1 jumps to mu, and small steps end at the maximum. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "base/status.h"
#include "infer/gaussian_climb.h"

static const double four[] = {1, 2, 4, 9};

static mg_optimizer_options options(double rate, mg_schedule schedule) {
  mg_optimizer_options o = mg_optimizer_options_default();
  o.rate = rate;
  o.schedule = schedule;
  return o;
}

static void climb(double *state, double x, bool step,
                  const mg_optimizer_options *o) {
  gsl_vector_view s = gsl_vector_view_array(state, MG_CLIMB_SIZE);
  cr_assert_eq(mg_gaussian_climb(&s.vector, x, step, o), GSL_SUCCESS, "%s",
               mg_reason());
}

Test(gaussian_climb, a_datum_a_step_makes_the_mean_so_far) {
  double state[MG_CLIMB_SIZE] = {77, 0}, sum = 0;
  const mg_optimizer_options o = options(1, MG_SCHEDULE_ROBBINS_MONRO);
  for (int i = 0; i < 4; i++) {
    state[1] = 3; /* whatever sigma is */
    climb(state, four[i], true, &o);
    sum += four[i];
    cr_expect_float_eq(state[0], sum / (i + 1), 1e-13, "datum %d: %.17g", i,
                       state[0]);
    cr_expect_eq(state[5], i + 1, "steps %g", state[5]);
  }
}

Test(gaussian_climb, a_batch_is_its_mean) {
  double state[MG_CLIMB_SIZE] = {-3, 1};
  const mg_optimizer_options o = options(1, MG_SCHEDULE_CONSTANT);
  for (int i = 0; i < 4; i++) {
    cr_expect_eq(state[4], i, "rows gathered: %g", state[4]);
    cr_expect_eq(state[0], -3, "moved before the step");
    climb(state, four[i], i == 3, &o);
  }
  cr_expect_float_eq(state[0], 4, 1e-14, "mu %.17g", state[0]);
  cr_expect(state[2] == 0 && state[3] == 0 && state[4] == 0, "not emptied");
}

Test(gaussian_climb, it_ends_at_the_maximum) {
  double state[MG_CLIMB_SIZE] = {1, 2};
  const mg_optimizer_options o = options(0.3, MG_SCHEDULE_CONSTANT);
  for (int i = 0; i < 4 * 200; i++)
    climb(state, four[i % 4], i % 4 == 3, &o);
  cr_expect_float_eq(state[0], 4, 1e-12, "mu %.17g", state[0]);
  cr_expect_float_eq(exp(state[1]), sqrt(9.5), 1e-12, "sigma %.17g",
                     exp(state[1]));
}

Test(gaussian_climb, refusals) {
  double state[MG_CLIMB_SIZE] = {0, 0};
  gsl_vector_view few = gsl_vector_view_array(state, 3);
  gsl_vector_view all = gsl_vector_view_array(state, MG_CLIMB_SIZE);
  const mg_optimizer_options o = options(0.1, MG_SCHEDULE_CONSTANT);
  const mg_optimizer_options bad = options(-1, MG_SCHEDULE_CONSTANT);
  cr_expect_eq(mg_gaussian_climb(&few.vector, 1, true, &o), GSL_EBADLEN);
  cr_expect_eq(mg_gaussian_climb(&all.vector, NAN, true, &o), GSL_EDOM);
  cr_expect_neq(mg_gaussian_climb(&all.vector, 1, true, &bad), GSL_SUCCESS);
}
