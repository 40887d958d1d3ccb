/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Climbing to the likeliest Gaussian, a datum at a time.
 *
 * What maximum likelihood finds by two sums is found here by gradient steps, so
 * that one can be watched reaching the other.  The state is a plain vector,
 * which may be copied, printed, put aside and taken up again:
 *
 *   0 mu, 1 log sigma, 2 and 3 the gradients gathered since the last step,
 *   4 of how many data, 5 the steps made */
#ifndef MG_INFER_GAUSSIAN_CLIMB_H
#define MG_INFER_GAUSSIAN_CLIMB_H

#include <gsl/gsl_vector.h>
#include <stdbool.h>

#include "infer/optimizer.h"

enum { MG_CLIMB_SIZE = 6 };

/* Gathers the natural score of one datum [ml.3] and, when asked, makes a step
 * up the mean of what was gathered [sgd.1].
 *   state    in/out  MG_CLIMB_SIZE numbers, as above; begin at mu, log sigma
 *                    and zeros
 *   x        in      the datum
 *   step     in      does a minibatch end here?
 *   options  in      of the steps, whose method is sgd: it remembers no
 *                    more than the state does; the rate has no unit
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EINVAL for another method; as
 * mg_gaussian_natural_score and mg_optimizer_step; GSL_ENOMEM. */
int mg_gaussian_climb(gsl_vector *state, double x, bool step,
                      const mg_optimizer_options *options);

#endif
