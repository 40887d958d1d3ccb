/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Likelihoods of data, given what a net puts out.
 *
 * Each is log p(x | output) in nats, one number a datum, and its gradient in
 * the output: what is climbed, not a loss.  Laws are independent column by
 * column, D columns; what a column's law needs lies in the output in planes, so
 * that a convolution's channels are the planes:
 *
 *   Bernoulli              D        logits
 *   categorical            levels D logits of level 0, of level 1, ...
 *   discretised logistic   2 D      means, then log scales
 *   Gaussian               2 D      means, then log variances
 *   mixture of K Gaussians 3 K D    logits of each, means, log variances
 *
 * They are the laws of dist/ (bernoulli, categorical, discretised_logistic,
 * gaussian) written for whole batches; those check what they are given, these
 * do not: the caller has checked its data once. */
#ifndef MG_NETS_LIKELIHOOD_H
#define MG_NETS_LIKELIHOOD_H

#include <stddef.h>

#include "nets/real.h"

typedef enum {
  MG_LIKELIHOOD_BERNOULLI,   /* x 0 or 1                       [likelihood.1] */
  MG_LIKELIHOOD_CATEGORICAL, /* x 0 .. levels-1                [likelihood.2] */
  MG_LIKELIHOOD_LOGISTIC,    /* x 0 .. levels-1; the output is in units of half
                              * the range, so that -1 .. 1 covers the levels:
                              * mu = (levels-1) (1 + m) / 2,
                              * s = (levels-1) e^l / 2         [likelihood.3] */
  MG_LIKELIHOOD_GAUSSIAN,    /* x real                         [likelihood.4] */
  MG_LIKELIHOOD_MIXTURE      /* x real                         [likelihood.5] */
} mg_likelihood;

/* What a mixture's variances never fall below: a component that sits on one
 * datum would make its density infinite.  Data are about 1 wide. */
#define MG_LIKELIHOOD_LEAST_VARIANCE 1e-6

/* Numbers of output a column: 1, levels, 2, 2, 3 levels. */
size_t mg_likelihood_planes(mg_likelihood law, size_t levels);

/* log p(x | output) of each datum, and its gradient.
 *   dim     in   D
 *   levels  in   of the discrete laws, at least 2; of a mixture K, at least 1;
 *                the others do not look at it
 *   out     in   rows x (planes D)
 *   x       in   rows x D
 *   log_p   out  rows, nats; NULL: not wanted
 *   d_out   out  rows x (planes D), overwritten; an array other than out
 * A number that is not finite makes its datum's log_p not finite.
 * Cost O(rows planes D). */
void mg_likelihood_score(mg_likelihood law, size_t rows, size_t dim,
                         size_t levels, const mg_real *out, const mg_real *x,
                         double *log_p, mg_real *d_out, size_t threads);

#endif
