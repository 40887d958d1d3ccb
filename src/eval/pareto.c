/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The estimate of Zhang & Stephens (2009), as Vehtari, Simpson, Gelman, Yao &
 * Gabry (2024) use it on importance weights.
 *
 * With b = -k / s the law has for given b the maximum-likelihood shape
 * k(b) = mean log(1 - b x), so the likelihood is a profile over one number.
 * It has no maximum where it is needed most, so b is a mean instead, under
 * weights from the profile and a weak prior that lives in the grid: [pareto.1]
 *
 *     b_j = 1 / x_n + (1 - sqrt(m / (j - 1/2))) / (3 x_q),   j = 1 .. m
 *     l_j = n (log(-b_j / k(b_j)) - k(b_j) - 1)
 *     b = sum_j b_j exp(l_j) / sum_j exp(l_j),  k = k(b),  s = -k / b
 *
 * where x_q is the lower quartile and m = 30 + sqrt n.  For small n the shape
 * is drawn to 1/2 as if ten more data had said so: k = (n k + 5) / (n + 10).
 *
 * Of weights, only those above a cutoff u are looked at, and of these the
 * exceedances w - u, with w scaled by the largest:                 [pareto.2]
 *
 *     M = min(S / 5, 3 sqrt S) largest,  u the next below,  k of their w - u
 *
 * Not here: replacing the largest weights by the law's quantiles (smoothing);
 * it would turn a bound into an estimate without a side. */
#include "eval/pareto.h"

#include <gsl/gsl_math.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"

enum { GRID_LEAST = 30, LEAST = 5, ENOUGH = 25, GRID_MOST = 400 };

static double shape(size_t n, const double *x, double b) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += log1p(-b * x[i]);
  return sum / (double)n;
}

/* Weighs the grid: b's mean under the profile. */
static double mean_b(size_t n, const double *x, double quartile) {
  double b[GRID_MOST], log_w[GRID_MOST] = {0}, mean = 0;
  size_t m = GRID_LEAST + (size_t)sqrt((double)n);
  m = GSL_MIN(m, GRID_MOST);
  for (size_t j = 0; j < m; j++) {
    const double k_of_grid = sqrt((double)m / ((double)j + 0.5));
    b[j] = 1 / x[n - 1] + (1 - k_of_grid) / (3 * quartile);
    const double k = shape(n, x, b[j]);
    log_w[j] = (double)n * (log(-b[j] / k) - k - 1);
    if (!isfinite(log_w[j])) /* b = 0 exactly: one point of the grid is lost */
      log_w[j] = -INFINITY;
  }
  mg_softmax(m, log_w, log_w);
  for (size_t j = 0; j < m; j++)
    mean += b[j] * log_w[j];
  return mean;
}

int mg_pareto_fit(size_t n, const double *x, double *k, double *s) {
  if (n < LEAST)
    return mg_fail(GSL_EINVAL, "a tail of %zu: at least 5 are needed", n);
  const double quartile = x[(size_t)((double)n / 4 + 0.5) - 1];
  if (!(quartile > 0) || !isfinite(x[n - 1]))
    return mg_fail(GSL_EDOM, "a quarter of the exceedances is 0, or the "
                             "largest is not finite");
  const double b = mean_b(n, x, quartile), raw = shape(n, x, b);
  *k = ((double)n * raw + 5) / ((double)n + 10);
  if (s)
    *s = -raw / b;
  return isfinite(*k) ? GSL_SUCCESS
                      : mg_fail(GSL_EDOM, "no Pareto law fits the tail");
}

size_t mg_pareto_tail(size_t draws) {
  if (draws < ENOUGH)
    return 0;
  return (size_t)ceil(fmin((double)draws / 5, 3 * sqrt((double)draws)));
}

double mg_pareto_k(size_t n, double *log_weight) {
  double k = NAN;
  if (n <= LEAST)
    return NAN;
  const double top = log_weight[n - 1], below = log_weight[0] - top;
  if (top == -INFINITY || -below < 1e-9)
    return -INFINITY;
  for (size_t i = 1; i < n; i++)
    log_weight[i] = exp(log_weight[i] - top) - exp(below);
  return mg_pareto_fit(n - 1, log_weight + 1, &k, NULL) == GSL_SUCCESS
             ? k
             : INFINITY;
}
