/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of one value whose numbers a network puts out: what every factor of
 * a chain rule is.
 *
 * The likelihoods of nets/ score batches in the numbers of networks, for
 * gradients.  Here one value is scored in double and drawn: whatever floats a
 * network put out, the masses of all values sum to 1 to the last digits of a
 * double, and so does the product of the factors. */
#ifndef MG_MODELS_CONDITIONAL_H
#define MG_MODELS_CONDITIONAL_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>

#include "data/space.h"
#include "nets/likelihood.h"

typedef struct {
  mg_likelihood law; /* Bernoulli, categorical or mixture of Gaussians */
  size_t levels;     /* of a categorical; of a mixture its components, K */
  size_t planes;     /* numbers that a network puts out for a value */
} mg_conditional;

/* Levels and components at most. */
enum { MG_CONDITIONAL_MOST = 256 };

/* The law of a value of that space: bits, levels, or reals as a mixture of so
 * many components. */
mg_conditional mg_conditional_of(const mg_space *space, size_t components);

/* log p(x), nats; x a value of the space.
 *                [likelihood.1] [likelihood.2] [likelihood.5]
 *   out  in  planes numbers */
double mg_conditional_log_p(const mg_conditional *c, const mg_real *out,
                            double x);

/* One draw. */
double mg_conditional_draw(const mg_conditional *c, gsl_rng *rng,
                           const mg_real *out);

/* Numbers with which the law is about that of some values: logs of shares, or a
 * component for each cluster.                              [conditional.1]
 *   x       inout  n values, n >= 1; they are sorted
 *   prefix  inout  2 (n + 1) doubles of scratch
 *   out     out    planes numbers */
void mg_conditional_start(const mg_conditional *c, size_t n, double *x,
                          double *prefix, mg_real *out);

/* log_density of a family that has conditionals (models/model.h): adds them up.
 *                                                                     [ar.1]
 *   conditionals  in   the family's
 *   dim           in   D
 *   x             in   N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM; the family's errors. */
int mg_conditional_sum(const void *self,
                       int (*conditionals)(const void *self,
                                           const gsl_matrix *x,
                                           gsl_matrix *each),
                       size_t dim, const gsl_matrix *x, gsl_vector *log_p);

#endif
