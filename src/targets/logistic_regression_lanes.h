/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of logistic regression, for one width of vector.  Included by
 * logistic_regression_kernel.c once a width, with LANES, NAME and TARGET as
 * base/lanes.h wants them and
 *
 *     TILE    vectors of rows that are in registers at once
 *
 * One datum is one lane.  The logits a = beta x of DRAWS betas and TILE vectors
 * of rows are finished in registers and used at once, so they are never
 * written.  Rows x carry the sign of their class, so each is worth
 *
 *     log sigmoid(a) = -max(-a, 0) - log(1 + exp(-|a|))        [logreg.2]
 *
 * and of the second term only the product of 1 + exp(-|a|) is kept, each factor
 * in [1, 2]: a logarithm a block takes the place of one a row, and rounds no
 * more than their sum would. */

#include "base/lanes.h"

#define DRAWS MG_LOGISTIC_REGRESSION_DRAWS

TARGET static inline double NAME(times_across)(VEC a) {
  double product = 1;
  UNROLL
  for (size_t l = 0; l < LANES; l++)
    product *= a[l];
  return product;
}

/* What one block of rows adds to the likelihood of DRAWS draws. [logreg.2]
 *   x       in      D x rows, times the sign of the class; rows a multiple
 *                   of 32, at most MG_LOGISTIC_REGRESSION_ROWS
 *   beta    in      DRAWS pointers to D coefficients
 *   linear  in/out  DRAWS, sum of max(-a, 0)
 *   factor  in/out  DRAWS, product of 1 + exp(-|a|)
 *   weight  out     DRAWS x rows, sigmoid(-a); NULL: unwanted */
TARGET static void NAME(add)(size_t d, size_t rows, const double *x,
                             const double *const *beta, double *linear,
                             double *factor, double *weight) {
  VEC sum[DRAWS] = {{0}}, product[DRAWS];
  for (size_t s = 0; s < DRAWS; s++)
    product[s] = (VEC){0} + 1.0;
  for (size_t r = 0; r < rows; r += (size_t)TILE * LANES) {
    VEC a[DRAWS][TILE] = {{{0}}};
    for (size_t j = 0; j < d; j++) {
      const VEC *row = (const VEC *)(x + j * rows + r);
      UNROLL
      for (size_t s = 0; s < DRAWS; s++)
        UNROLL
      for (size_t v = 0; v < TILE; v++)
        a[s][v] += beta[s][j] * row[v];
    }
    UNROLL
    for (size_t s = 0; s < DRAWS; s++)
      UNROLL
    for (size_t v = 0; v < TILE; v++) {
      const VEC size = NAME(larger)(a[s][v], -a[s][v]);
      const VEC over = NAME(larger)(-a[s][v], (VEC){0});
      const VEC e = NAME(exp)(-size);
      sum[s] += over;
      product[s] *= 1.0 + e;
      if (weight) {
        const VEC share = 1.0 / (1.0 + e);
        const BITS wrong = a[s][v] < 0.0;
        *(VEC *)(weight + s * rows + r + v * LANES) =
            (VEC)(((BITS)share & wrong) | ((BITS)(e * share) & ~wrong));
      }
    }
  }
  for (size_t s = 0; s < DRAWS; s++) {
    linear[s] += NAME(across)(sum[s]);
    factor[s] *= NAME(times_across)(product[s]);
  }
}

/* What the block adds to the gradient.                          [logreg.3]
 *   x, weight  in  as above     d_beta  in/out  DRAWS pointers to D */
TARGET static void NAME(slope)(size_t d, size_t rows, const double *x,
                               const double *weight, double *const *d_beta) {
  for (size_t j = 0; j < d; j++) {
    VEC sum[DRAWS] = {{0}};
    for (size_t r = 0; r < rows; r += LANES) {
      const VEC row = *(const VEC *)(x + j * rows + r);
      UNROLL
      for (size_t s = 0; s < DRAWS; s++)
        sum[s] += *(const VEC *)(weight + s * rows + r) * row;
    }
    UNROLL
    for (size_t s = 0; s < DRAWS; s++)
      d_beta[s][j] += NAME(across)(sum[s]);
  }
}

static const mg_logistic_regression_kernel NAME(kernel) = {
    .lanes = LANES, .add = NAME(add), .slope = NAME(slope)};

#undef DRAWS
#undef UNROLL
#undef VEC
#undef BITS
