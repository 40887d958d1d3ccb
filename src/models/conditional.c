/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of one value; see conditional.h.
 *
 * Of a mixture the start decides: its likelihood has many maxima, and a
 * component of width .01 does not find a cluster that is 30 widths away.  So
 * the components begin at the clusters of the values, found on the sorted
 * values by Lloyd's turns from K quantiles:
 *
 *   borders   b_k = (m_k + m_(k+1)) / 2
 *   centres   m_k = mean of the values between b_(k-1) and b_k
 *                                                            [conditional.1]
 *
 * With the running sums of x and x^2 a turn costs K searches, not n
 * comparisons.  A share gets one datum more in each component, and a deviation
 * is at least .02 of the column's, so that no component starts as a spike on a
 * value that came twice; the fit may then go down to the least variance of
 * nets/likelihood.
 *
 * Source: Lloyd (1982); Bishop (1994) for the mixture.
 *
 * Not here: which numbers belong to which value, which is the network's. */
#include "models/conditional.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/model.h"

#define LEAST_START 4e-4 /* .02^2 */

mg_conditional mg_conditional_of(const mg_space *space, size_t components) {
  mg_conditional c = {.law = MG_LIKELIHOOD_MIXTURE, .levels = components};
  if (space->measure == MG_BINARY)
    c = (mg_conditional){.law = MG_LIKELIHOOD_BERNOULLI, .levels = 2};
  else if (space->measure == MG_LEVELS)
    c = (mg_conditional){.law = MG_LIKELIHOOD_CATEGORICAL,
                         .levels = space->levels};
  c.planes = mg_likelihood_planes(c.law, c.levels);
  return c;
}

/* ---- scored ---- */

static void widen(size_t n, const mg_real *out, double *a) {
  for (size_t k = 0; k < n; k++)
    a[k] = (double)out[k];
}

static double deviation(const mg_conditional *c, const mg_real *out, size_t k) {
  return sqrt(exp((double)out[2 * c->levels + k]) +
              MG_LIKELIHOOD_LEAST_VARIANCE);
}

static double mixture_log_p(const mg_conditional *c, const mg_real *out,
                            double x) {
  double term[MG_CONDITIONAL_MOST];
  widen(c->levels, out, term);
  const double whole = mg_log_sum_exp(c->levels, term);
  for (size_t k = 0; k < c->levels; k++) {
    const double s = deviation(c, out, k);
    const double z = (x - (double)out[c->levels + k]) / s;
    term[k] -= whole + MG_LN_2PI / 2 + log(s) + z * z / 2;
  }
  return mg_log_sum_exp(c->levels, term);
}

double mg_conditional_log_p(const mg_conditional *c, const mg_real *out,
                            double x) {
  double a[MG_CONDITIONAL_MOST];
  if (c->law == MG_LIKELIHOOD_BERNOULLI)
    return mg_log_sigmoid(x > 0 ? (double)out[0] : -(double)out[0]);
  if (c->law == MG_LIKELIHOOD_MIXTURE)
    return mixture_log_p(c, out, x);
  widen(c->levels, out, a);
  return a[(size_t)x] - mg_log_sum_exp(c->levels, a);
}

/* ---- drawn ---- */

/* By inversion; the last where rounding leaves something over. */
static size_t draw_share(gsl_rng *rng, size_t n, const mg_real *out) {
  double p[MG_CONDITIONAL_MOST] = {0};
  widen(n, out, p);
  mg_softmax(n, p, p);
  double left = gsl_rng_uniform(rng);
  size_t k = 0;
  while (k + 1 < n && left >= p[k])
    left -= p[k++];
  return k;
}

double mg_conditional_draw(const mg_conditional *c, gsl_rng *rng,
                           const mg_real *out) {
  if (c->law == MG_LIKELIHOOD_BERNOULLI)
    return gsl_rng_uniform(rng) < mg_sigmoid((double)out[0]);
  const size_t k = draw_share(rng, c->levels, out);
  if (c->law == MG_LIKELIHOOD_CATEGORICAL)
    return (double)k;
  return (double)out[c->levels + k] +
         gsl_ran_gaussian_ziggurat(rng, deviation(c, out, k));
}

/* ---- begun ---- */

/* How many of the sorted values are below. */
static size_t count_below(size_t n, const double *x, double border) {
  size_t low = 0, high = n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (x[middle] < border)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Where cluster k ends, in the sorted values. */
static size_t end_of(const mg_conditional *c, size_t n, const double *x,
                     const double *centre, size_t k) {
  return k + 1 == c->levels
             ? n
             : count_below(n, x, (centre[k] + centre[k + 1]) / 2);
}

/* One turn of Lloyd's; an empty cluster stays where it is.
 * Returns whether a centre moved. */
static bool turn(const mg_conditional *c, size_t n, const double *x,
                 const double *sum, double *centre) {
  double moved[MG_CONDITIONAL_MOST];
  for (size_t k = 0, first = 0; k < c->levels; k++) {
    const size_t end = end_of(c, n, x, centre, k);
    moved[k] = end > first ? (sum[end] - sum[first]) / (double)(end - first)
                           : centre[k];
    first = end;
  }
  const bool same = memcmp(moved, centre, c->levels * sizeof *centre) == 0;
  memcpy(centre, moved, c->levels * sizeof *centre);
  return !same;
}

static void start_mixture(const mg_conditional *c, size_t n, double *x,
                          double *prefix, mg_real *out) {
  enum { TURNS = 100 };
  double centre[MG_CONDITIONAL_MOST], *sum = prefix, *square = sum + n + 1;
  gsl_sort(x, 1, n);
  sum[0] = square[0] = 0;
  for (size_t i = 0; i < n; i++) {
    sum[i + 1] = sum[i] + x[i];
    square[i + 1] = square[i] + x[i] * x[i];
  }
  for (size_t k = 0; k < c->levels; k++)
    centre[k] = x[(2 * k + 1) * n / (2 * c->levels)];
  for (size_t i = 0; i < TURNS && turn(c, n, x, sum, centre); i++)
    continue;
  for (size_t k = 0, first = 0; k < c->levels; k++) {
    const size_t end = end_of(c, n, x, centre, k), size = end - first;
    const double mean =
        size ? (sum[end] - sum[first]) / (double)size : centre[k];
    const double variance =
        size ? (square[end] - square[first]) / (double)size - mean * mean : 0;
    out[k] = (mg_real)log((double)(size + 1) / (double)(n + c->levels));
    out[c->levels + k] = (mg_real)mean;
    out[2 * c->levels + k] = (mg_real)log(GSL_MAX_DBL(variance, LEAST_START));
    first = end;
  }
}

void mg_conditional_start(const mg_conditional *c, size_t n, double *x,
                          double *prefix, mg_real *out) {
  double share[MG_CONDITIONAL_MOST];
  if (c->law == MG_LIKELIHOOD_MIXTURE) {
    start_mixture(c, n, x, prefix, out);
    return;
  }
  for (size_t k = 0; k < c->levels; k++)
    share[k] = 1;
  for (size_t i = 0; i < n; i++)
    share[(size_t)x[i]]++;
  for (size_t k = 0; k < c->levels; k++)
    out[k < c->planes ? k : 0] =
        (mg_real)log(share[k] / (double)(n + c->levels));
  if (c->law == MG_LIKELIHOOD_BERNOULLI)
    out[0] = (mg_real)log(share[1] / share[0]);
}

/* ---- all of a datum ---- */

int mg_conditional_sum(const void *self,
                       int (*conditionals)(const void *self,
                                           const gsl_matrix *x,
                                           gsl_matrix *each),
                       size_t dim, const gsl_matrix *x, gsl_vector *log_p) {
  int status = mg_shape_check(dim, x, log_p);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *each = gsl_matrix_alloc(x->size1, x->size2);
  if (!each)
    return mg_fail(GSL_ENOMEM, "no memory for %zu x %zu factors", x->size1,
                   x->size2);
  status = conditionals(self, x, each);
  gsl_vector_set_zero(log_p);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size2; i++) {
    const gsl_vector_const_view column = gsl_matrix_const_column(each, i);
    gsl_vector_add(log_p, &column.vector);
  }
  gsl_matrix_free(each);
  return status;
}
