/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of probabilities that are too small to exist.
 *
 * Three identities carry the file.  The shift by the largest term,
 *
 *     log sum_i exp(a_i) = m + log sum_i exp(a_i - m)              [log.1]
 *
 * keeps every exponent at or below 0 and one of them at 0, so nothing
 * overflows and the sum is at least 1.  The softplus is its case of two terms,
 *
 *     log(1 + exp(a)) = max(a, 0) + log1p(exp(-|a|))               [log.2]
 *
 * and the complement changes its form at a = -log 2, where the two agree
 * (Maechler 2012, "Accurately computing log(1 - exp(-|a|))"):
 *
 *     log(1 - exp(a)) = log(-expm1(a))      for -log 2 < a <= 0    [log.3]
 *                       log1p(-exp(a))      for a <= -log 2
 *
 *     log sigmoid(a) = -log(1 + exp(-a))                           [log.4]
 *     softmax(a)_i = exp(a_i - m) / sum_j exp(a_j - m)             [log.5]
 *
 * libm's exp and log are used: GSL's report an underflow as an error, and here
 * an underflow to 0 is the right answer.
 *
 * Not here: sums of logarithms with signs; nobody in this project has any. */
#include "base/logmath.h"

#include <math.h>

/* The greatest of n terms; -inf for none, NaN as soon as there is one. */
static double greatest(size_t n, const double *a) {
  double m = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i]))
      return NAN;
    if (a[i] > m)
      m = a[i];
  }
  return m;
}

double mg_log_sum_exp(size_t n, const double *a) {
  double m = greatest(n, a);
  if (!isfinite(m))
    return m;
  double sum = exp(a[0] - m);
  for (size_t i = 1; i < n; i++)
    sum += exp(a[i] - m);
  return m + log(sum);
}

double mg_log_add_exp(double a, double b) {
  /* Equal infinities would be inf - inf below. */
  if (a == b)
    return a + MG_LN_2;
  return (a > b ? a : b) + log1p(exp(-fabs(a - b)));
}

double mg_log1p_exp(double a) {
  return a > 0 ? a + log1p(exp(-a)) : log1p(exp(a));
}

double mg_log1m_exp(double a) {
  if (a > 0)
    return NAN;
  return a > -MG_LN_2 ? log(-expm1(a)) : log1p(-exp(a));
}

double mg_log_sigmoid(double a) {
  return -mg_log1p_exp(-a);
}

double mg_sigmoid(double a) {
  return 1 / (1 + exp(-a)); /* exp(-a) = inf gives the right 0 */
}

double mg_softmax(size_t n, const double *a, double *p) {
  double m = greatest(n, a), sum = 0;
  if (!isfinite(m)) {
    for (size_t i = 0; i < n; i++)
      p[i] = NAN;
    return m;
  }
  for (size_t i = 0; i < n; i++) {
    p[i] = exp(a[i] - m);
    sum += p[i];
  }
  for (size_t i = 0; i < n; i++)
    p[i] /= sum;
  return m + log(sum);
}
