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

/* exp(-a) of TILE vectors a >= 0 into their place, to 2^-53 of 1, not of
 * itself: it is added to 1.  -a / log 2 is k + f with |f| <= 1/2, and exp(-a)
 * is 2^k 2^f; a rounding of f moves that by 2^-53 at most, because what is
 * large is far below 1.  2^f is the polynomial that meets it in the 12
 * Chebyshev points of the interval, and is nowhere 2^-58 from it.  Side by
 * side, since each of its steps waits for the last. */
TARGET static inline void NAME(decay)(VEC *a) {
  static const double term[] = {
      0x1.e9ec1fcb69a7fp-32, 0x1.e6228acd1c6e5p-28, 0x1.b524ebd13a55fp-24,
      0x1.62bfc2c86d700p-20, 0x1.ffcbfc6da6ed1p-17, 0x1.430913112c61bp-13,
      0x1.5d87fe78a3f9cp-10, 0x1.3b2ab6fb9f1a5p-7,  0x1.c6b08d704a0c6p-5,
      0x1.ebfbdff82c5aep-3,  0x1.62e42fefa39efp-1,  1.0};
  const double magic = 0x1.8p52; /* its lowest bits are an integer's */
  VEC shifted[TILE], f[TILE], sum[TILE];
  UNROLL
  for (size_t v = 0; v < TILE; v++) {
    const BITS far = a[v] > 708.0;
    const VEC near =
        (VEC)(((BITS)((VEC){0} + 708.0) & far) | ((BITS)a[v] & ~far));
    shifted[v] = near * -0x1.71547652b82fep0 + magic;
    f[v] = near * -0x1.71547652b82fep0 - (shifted[v] - magic);
    sum[v] = f[v] * term[0] + term[1];
  }
  UNROLL
  for (size_t i = 2; i < sizeof term / sizeof *term; i++)
    UNROLL
  for (size_t v = 0; v < TILE; v++)
    sum[v] = sum[v] * f[v] + term[i];
  UNROLL
  for (size_t v = 0; v < TILE; v++)
    a[v] = (VEC)((BITS)sum[v] + ((BITS)shifted[v] << 52));
}

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
    for (size_t s = 0; s < DRAWS; s++) {
      VEC e[TILE];
      UNROLL
      for (size_t v = 0; v < TILE; v++)
        e[v] = (VEC)((BITS)a[s][v] & LLONG_MAX);
      UNROLL
      for (size_t v = 0; v < TILE; v++)
        sum[s] += (VEC)((BITS)e[v] & (a[s][v] < 0.0));
      NAME(decay)(e);
      UNROLL
      for (size_t v = 0; v < TILE; v++)
        product[s] += product[s] * e[v];
      if (weight)
        UNROLL
      for (size_t v = 0; v < TILE; v++) {
        const VEC share = 1.0 / (1.0 + e[v]);
        const BITS wrong = a[s][v] < 0.0;
        *(VEC *)(weight + s * rows + r + v * LANES) =
            (VEC)(((BITS)share & wrong) | ((BITS)(e[v] * share) & ~wrong));
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
