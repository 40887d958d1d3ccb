/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of EM, for one width of vector.  Included by gmm_kernel.c
 * once a width, with
 *
 *     LANES   doubles in a vector (2, 4, 8)
 *     TILE    vectors of rows that whiten keeps in registers at once
 *     SPAN    columns that scatter keeps in registers at once
 *     NAME(f) the name of f for this width
 *     TARGET  the attribute that lets the compiler use the instructions
 *
 * One datum is one lane: eight data go through the same arithmetic at once,
 * and no sum runs across lanes until a block is done.  All matrices are D x R,
 * a coordinate a row, so that a vector is LANES data of one coordinate.
 * Sizes: P is D rounded up to 4, R (rows, data) a multiple of 32. */

#include "base/lanes.h"

/* diff = x - mu for every coordinate.
 *   x  in  P x R     mu  in  P     diff  out  P x R */
TARGET static void NAME(centre)(size_t p, size_t rows, const double *x,
                                const double *mu, double *diff) {
  for (size_t i = 0; i < p; i++)
    for (size_t r = 0; r < rows; r += LANES)
      *(VEC *)(diff + i * rows + r) = *(const VEC *)(x + i * rows + r) - mu[i];
}

/* Log joints a = scale - |W diff|^2 / 2, with W the inverse of the Cholesky
 * factor.                                                         [em.5]
 *   w     in   P x P lower triangle in panels: of rows i, i+1, i+2, i+3 the
 *              entries of one column lie side by side, w[i P + 4 j + t]
 *   diff  in   P x R     a  out  R */
TARGET static void NAME(whiten)(size_t p, size_t rows, const double *w,
                                const double *diff, double scale, double *a) {
  for (size_t r = 0; r < rows; r += (size_t)TILE * LANES) {
    VEC total[TILE] = {{0}};
    for (size_t i = 0; i < p; i += 4) {
      VEC y[4][TILE] = {{{0}}};
      const double *panel = w + i * p;
      for (size_t j = 0; j < i + 4; j++) {
        const VEC *d = (const VEC *)(diff + j * rows + r);
        UNROLL
        for (size_t t = 0; t < 4; t++)
          UNROLL
        for (size_t v = 0; v < TILE; v++)
          y[t][v] += panel[4 * j + t] * d[v];
      }
      UNROLL
      for (size_t t = 0; t < 4; t++)
        UNROLL
      for (size_t v = 0; v < TILE; v++)
        total[v] += y[t][v] * y[t][v];
    }
    UNROLL
    for (size_t v = 0; v < TILE; v++)
      *(VEC *)(a + r + v * LANES) = scale - 0.5 * total[v];
  }
}

/* The same for a diagonal covariance: w holds 1 / sd, P of them. */
TARGET static void NAME(whiten_diagonal)(size_t p, size_t rows, const double *w,
                                         const double *diff, double scale,
                                         double *a) {
  for (size_t r = 0; r < rows; r += LANES) {
    VEC total = {0};
    for (size_t i = 0; i < p; i++) {
      VEC y = w[i] * *(const VEC *)(diff + i * rows + r);
      total += y * y;
    }
    *(VEC *)(a + r) = scale - 0.5 * total;
  }
}

/* Log joints of K components to responsibilities, in place.       [em.2]
 *   a      in   K x R, log p(x, k)     out  p(k | x)
 *   top    out  R, max_k log p(x, k)
 *   sum    out  R, sum_k exp(log p(x, k) - top) */
TARGET static void NAME(posterior)(size_t k, size_t rows, double *a,
                                   double *top, double *sum) {
  for (size_t r = 0; r < rows; r += LANES) {
    VEC m = (VEC){0} - DBL_MAX, s = {0}; /* -DBL_MAX when all are -inf */
    for (size_t i = 0; i < k; i++)
      m = NAME(larger)(m, *(const VEC *)(a + i * rows + r));
    for (size_t i = 0; i < k; i++) {
      VEC e = NAME(exp)(*(const VEC *)(a + i * rows + r) - m);
      *(VEC *)(a + i * rows + r) = e;
      s += e;
    }
    for (size_t i = 0; i < k; i++)
      *(VEC *)(a + i * rows + r) /= s;
    *(VEC *)(top + r) = m;
    *(VEC *)(sum + r) = s;
  }
}

/* diff = x - mu and weighted = weight * diff; the sum of weighted over the data
 * is added to first[i].  Returns the sum of the weights.
 *   x  in  P x R     mu  in  P     weight  in  R
 *   diff, weighted  out  P x R     first  in/out  P */
TARGET static double NAME(weigh)(size_t p, size_t rows, const double *x,
                                 const double *mu, const double *weight,
                                 double *diff, double *weighted,
                                 double *first) {
  for (size_t i = 0; i < p; i++) {
    VEC sum = {0};
    for (size_t r = 0; r < rows; r += LANES) {
      VEC d = *(const VEC *)(x + i * rows + r) - mu[i];
      VEC product = *(const VEC *)(weight + r) * d;
      *(VEC *)(diff + i * rows + r) = d;
      *(VEC *)(weighted + i * rows + r) = product;
      sum += product;
    }
    first[i] += NAME(across)(sum);
  }
  VEC count = {0};
  for (size_t r = 0; r < rows; r += LANES)
    count += *(const VEC *)(weight + r);
  return NAME(across)(count);
}

/* second += weighted diff^T: tiles on and below the diagonal.     [em.4]
 *   weighted, diff  in  P x R     second  in/out  P x P */
TARGET static void NAME(scatter)(size_t p, size_t rows, const double *weighted,
                                 const double *diff, double *second) {
  for (size_t i = 0; i < p; i += 4)
    for (size_t j = 0; j < i + 4; j += SPAN) {
      VEC sum[4][SPAN] = {{{0}}};
      for (size_t r = 0; r < rows; r += LANES) {
        VEC b[SPAN];
        UNROLL
        for (size_t v = 0; v < SPAN; v++)
          b[v] = *(const VEC *)(diff + (j + v) * rows + r);
        UNROLL
        for (size_t t = 0; t < 4; t++) {
          VEC a = *(const VEC *)(weighted + (i + t) * rows + r);
          UNROLL
          for (size_t v = 0; v < SPAN; v++)
            sum[t][v] += a * b[v];
        }
      }
      UNROLL
      for (size_t t = 0; t < 4; t++)
        UNROLL
      for (size_t v = 0; v < SPAN; v++)
        second[(i + t) * p + j + v] += NAME(across)(sum[t][v]);
    }
}

/* The diagonal alone: second[i] += sum weighted diff. */
TARGET static void NAME(scatter_diagonal)(size_t p, size_t rows,
                                          const double *weighted,
                                          const double *diff, double *second) {
  for (size_t i = 0; i < p; i++) {
    VEC sum = {0};
    for (size_t r = 0; r < rows; r += LANES)
      sum += *(const VEC *)(weighted + i * rows + r) *
             *(const VEC *)(diff + i * rows + r);
    second[i] += NAME(across)(sum);
  }
}

static const mg_gmm_kernel NAME(kernel) = {
    .lanes = LANES,
    .centre = NAME(centre),
    .whiten = NAME(whiten),
    .whiten_diagonal = NAME(whiten_diagonal),
    .posterior = NAME(posterior),
    .weigh = NAME(weigh),
    .scatter = NAME(scatter),
    .scatter_diagonal = NAME(scatter_diagonal),
};

#undef UNROLL
#undef VEC
#undef BITS
