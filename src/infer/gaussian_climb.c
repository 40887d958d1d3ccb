/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stochastic gradient on a Gaussian's mu and log sigma.  Not sigma: a step
 * could make that negative, and a change of log sigma has no unit.
 * One datum a step at rate_t = 1 / (t + 1) makes mu the mean of the data so
 * far, [sgd.3], whatever sigma is on the way. */
#include "infer/gaussian_climb.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"
#include "dist/gaussian_estimate.h"

static int make_step(gsl_vector *state, const mg_optimizer_options *options) {
  gsl_vector_view theta = gsl_vector_subvector(state, 0, 2);
  gsl_vector_view sum = gsl_vector_subvector(state, 2, 2);
  double *rows = gsl_vector_ptr(state, 4), *steps = gsl_vector_ptr(state, 5);
  if (options->method != MG_OPTIMIZER_SGD)
    return mg_fail(GSL_EINVAL, "a climb is by plain steps: method sgd");
  mg_optimizer *o = mg_optimizer_alloc(2, options);
  if (!o)
    return GSL_EINVAL;
  mg_optimizer_part part[MG_OPTIMIZER_PARTS];
  const uint64_t made = (uint64_t)*steps;
  mg_optimizer_state(o, part);
  memcpy(part[0].data, &made, sizeof made);
  gsl_vector_scale(&sum.vector, 1 / *rows);
  const int status = mg_optimizer_step(o, &theta.vector, &sum.vector);
  mg_optimizer_free(o);
  gsl_vector_set_zero(&sum.vector);
  *rows = 0;
  ++*steps;
  return status;
}

int mg_gaussian_climb(gsl_vector *state, double x, bool step,
                      const mg_optimizer_options *options) {
  if (state->size != MG_CLIMB_SIZE)
    return mg_fail(GSL_EBADLEN, "a climb's state is %d numbers, not %zu",
                   MG_CLIMB_SIZE, state->size);
  double d[2];
  const int status = mg_gaussian_natural_score(
      x, gsl_vector_get(state, 0), exp(gsl_vector_get(state, 1)), &d[0], &d[1]);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t i = 0; i < 2; i++)
    *gsl_vector_ptr(state, 2 + i) += d[i];
  ++*gsl_vector_ptr(state, 4);
  return step ? make_step(state, options) : GSL_SUCCESS;
}
