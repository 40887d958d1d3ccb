/* SPDX-License-Identifier: GPL-3.0-or-later */
/* R-hat, effective sample sizes and the error of a mean, of chains.
 *
 * Every chain is cut in halves, so that one that drifts is told from itself: M
 * chains of n values.  Between them and within,                     [rhat.2]
 *
 *     B = variance of the M means,   W = mean of the M variances
 *     R-hat = sqrt((n - 1) / n + B / W)
 *
 * It is of ranks, not values: with r the rank among all S = M n,      [rhat.1]
 *
 *     score = Phi^-1((r - 3/8) / (S + 1/4))
 *
 * so that it says something of values without a variance too; and once more of
 * the ranks of |value - median|, since chains may agree on the place and not on
 * the spread.  The larger counts.
 *
 * The autocorrelation at lag t is from the same two,                    [ess.3]
 *
 *     rho_t = 1 - (W - mean autocovariance_t) / V,   V = (n - 1)/n W + B
 *     ESS = S / (-1 + 2 sum_t rho_t)
 *
 * summed in pairs rho_2t + rho_2t+1, which for a reversible chain are positive
 * and fall: to the first pair that is not positive, a pair above the one before
 * it brought down to that (Geyer 1992).  Chains that disagree have B, and with
 * it every rho_t, large: few effective draws.  Bulk ESS is of the scores; tail
 * ESS the smaller of those of value <= 5 % quantile and <= 95 % quantile.
 * The error of the mean takes the ESS of the values themselves:       [mcse.1]
 *
 *     sd / sqrt(ESS)
 *
 * Source: Vehtari, Gelman, Simpson, Carpenter & Buerkner (2021), to their
 * implementation's last detail; numbers of it are in the tests.
 * Not here: errors of other summaries than the mean. */
#include "eval/convergence.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

enum { LEAST = 8 }; /* draws a chain: halves have autocovariances */

typedef struct {
  size_t m, n;    /* half chains, values in each */
  size_t size;    /* a power of 2, at least 2 n: room for a transform */
  double *value;  /* m n, half after half */
  double *score;  /* m n */
  size_t *order;  /* m n */
  double *cov;    /* n, autocovariances, mean over halves */
  double *rho;    /* n + 2 */
  double *wave;   /* size */
  double *sorted; /* all values, for quantiles */
} bench;

static void bench_clear(bench *b) {
  free(b->value);
  free(b->score);
  free(b->order);
  free(b->cov);
  free(b->rho);
  free(b->wave);
  free(b->sorted);
}

static int bench_init(bench *b, size_t chains, size_t draws) {
  *b = (bench){.m = 2 * chains, .n = draws / 2, .size = 1};
  const size_t all = b->m * b->n;
  while (b->size < 2 * b->n)
    b->size *= 2;
  b->value = malloc(all * sizeof *b->value);
  b->score = malloc(all * sizeof *b->score);
  b->order = malloc(all * sizeof *b->order);
  b->cov = malloc(b->n * sizeof *b->cov);
  b->rho = malloc((b->n + 2) * sizeof *b->rho);
  b->wave = malloc(b->size * sizeof *b->wave);
  b->sorted = malloc(chains * draws * sizeof *b->sorted);
  if (b->value && b->score && b->order && b->cov && b->rho && b->wave &&
      b->sorted)
    return GSL_SUCCESS;
  return mg_fail(GSL_ENOMEM, "no memory to judge %zu draws", all);
}

/* The halves of every chain; of an odd number the middle draw is left out. */
static void halve(bench *b, size_t chains, size_t draws, const double *value,
                  size_t stride) {
  for (size_t c = 0; c < chains; c++)
    for (size_t half = 0; half < 2; half++)
      for (size_t i = 0; i < b->n; i++) {
        const size_t at = c * draws + (half ? draws - b->n : 0) + i;
        b->value[(2 * c + half) * b->n + i] = value[at * stride];
      }
}

/* ---- scores ---- */

/* [rhat.1]; equal values share the mean of their ranks. */
static void score(bench *b, const double *value) {
  const size_t all = b->m * b->n;
  gsl_sort_index(b->order, value, 1, all);
  for (size_t i = 0, next; i < all; i = next) {
    for (next = i + 1; next < all; next++)
      if (value[b->order[next]] > value[b->order[i]])
        break;
    const double rank = 0.5 * (double)(i + 1 + next);
    const double p = (rank - 0.375) / ((double)all + 0.25);
    for (size_t j = i; j < next; j++)
      b->score[b->order[j]] = gsl_cdf_ugaussian_Pinv(p);
  }
}

/* ---- R-hat ---- */

/* Variance of the means of halves, mean of their variances. */
static void spread(const bench *b, const double *value, double *between,
                   double *within) {
  double mean = 0, square = 0;
  *within = 0;
  for (size_t j = 0; j < b->m; j++) {
    const double own = gsl_stats_mean(value + j * b->n, 1, b->n);
    const double off = own - mean;
    mean += off / (double)(j + 1);
    square += off * (own - mean);
    *within +=
        gsl_stats_variance_m(value + j * b->n, 1, b->n, own) / (double)b->m;
  }
  *between = square / (double)(b->m - 1);
}

/* [rhat.2] */
static double rhat(const bench *b, const double *value) {
  const double n = (double)b->n;
  double between, within;
  spread(b, value, &between, &within);
  return sqrt((n - 1) / n + between / within);
}

/* ---- effective sample size ---- */

/* Autocovariances at all lags, by the transform of the squared spectrum. */
static void autocovariances(bench *b, const double *value) {
  memset(b->cov, 0, b->n * sizeof *b->cov);
  for (size_t j = 0; j < b->m; j++) {
    const double *own = value + j * b->n;
    const double mean = gsl_stats_mean(own, 1, b->n);
    for (size_t i = 0; i < b->size; i++)
      b->wave[i] = i < b->n ? own[i] - mean : 0;
    gsl_fft_real_radix2_transform(b->wave, 1, b->size);
    b->wave[0] *= b->wave[0];
    b->wave[b->size / 2] *= b->wave[b->size / 2];
    for (size_t i = 1; i < b->size / 2; i++) {
      const double re = b->wave[i], im = b->wave[b->size - i];
      b->wave[i] = re * re + im * im;
      b->wave[b->size - i] = 0;
    }
    gsl_fft_halfcomplex_radix2_inverse(b->wave, 1, b->size);
    for (size_t t = 0; t < b->n; t++)
      b->cov[t] += b->wave[t] / (double)(b->n * b->m);
  }
}

/* Sum of rho over the pairs that count: -1 + 2 sum. */
static double correlation_time(bench *b, double within, double total) {
  size_t last = 0;
  double even = 1, odd = 1 - (within - b->cov[1]) / total;
  memset(b->rho, 0, (b->n + 2) * sizeof *b->rho);
  b->rho[0] = even;
  b->rho[1] = odd;
  while (last + 5 < b->n && even + odd > 0) {
    last += 2;
    even = 1 - (within - b->cov[last]) / total;
    odd = 1 - (within - b->cov[last + 1]) / total;
    if (even + odd >= 0) {
      b->rho[last] = even;
      b->rho[last + 1] = odd;
    }
  }
  if (even > 0)
    b->rho[last] = even;
  for (size_t t = 2; t + 2 <= last; t += 2) {
    const double before = b->rho[t - 2] + b->rho[t - 1];
    if (b->rho[t] + b->rho[t + 1] > before)
      b->rho[t] = b->rho[t + 1] = before / 2;
  }
  double sum = -1 + b->rho[last];
  for (size_t t = 0; t < last; t++)
    sum += 2 * b->rho[t];
  return sum;
}

/* [ess.3]; at most S log10 S, which a chain that swings would pass. */
static double ess(bench *b, const double *value) {
  const double n = (double)b->n, all = (double)(b->m * b->n);
  double between, within;
  spread(b, value, &between, &within);
  const double total = (n - 1) / n * within + between;
  if (!(total > 0))
    return NAN;
  autocovariances(b, value);
  return all / fmax(correlation_time(b, within, total), 1 / log10(all));
}

/* That of value <= limit. */
static double ess_below(bench *b, double limit) {
  for (size_t i = 0; i < b->m * b->n; i++)
    b->score[i] = b->value[i] <= limit;
  return ess(b, b->score);
}

/* ---- together ---- */

static void summarise(bench *b, size_t all, mg_convergence *c) {
  gsl_sort(b->sorted, 1, all);
  c->mean = gsl_stats_mean(b->sorted, 1, all);
  c->sd = gsl_stats_sd_m(b->sorted, 1, all, c->mean);
  c->q05 = gsl_stats_quantile_from_sorted_data(b->sorted, 1, all, 0.05);
  c->median = gsl_stats_median_from_sorted_data(b->sorted, 1, all);
  c->q95 = gsl_stats_quantile_from_sorted_data(b->sorted, 1, all, 0.95);
}

static void judge(bench *b, mg_convergence *c) {
  const size_t all = b->m * b->n;
  c->std_error = c->sd / sqrt(ess(b, b->value));
  c->tail_ess = fmin(ess_below(b, c->q05), ess_below(b, c->q95));
  score(b, b->value);
  c->rhat = rhat(b, b->score);
  c->bulk_ess = ess(b, b->score);
  for (size_t i = 0; i < all; i++)
    b->value[i] = fabs(b->value[i] - c->median);
  score(b, b->value);
  c->rhat = fmax(c->rhat, rhat(b, b->score));
}

int mg_convergence_of(size_t chains, size_t draws, const double *value,
                      size_t stride, mg_convergence *c) {
  const size_t all = chains * draws;
  bench b;
  if (chains == 0 || draws < LEAST)
    return mg_fail(GSL_EINVAL,
                   "%zu chains of %zu draws say nothing: give 1 "
                   "chain of %d or more",
                   chains, draws, LEAST);
  for (size_t i = 0; i < all; i++)
    if (!isfinite(value[i * stride]))
      return mg_fail(GSL_EDOM, "draw %zu of chain %zu is %g", i % draws + 1,
                     i / draws + 1, value[i * stride]);
  const int status = bench_init(&b, chains, draws);
  if (status == GSL_SUCCESS) {
    for (size_t i = 0; i < all; i++)
      b.sorted[i] = value[i * stride];
    halve(&b, chains, draws, value, stride);
    summarise(&b, all, c);
    judge(&b, c);
  }
  bench_clear(&b);
  return status;
}

int mg_convergence_columns(size_t chains, const gsl_matrix *z,
                           mg_convergence *c) {
  int status = GSL_SUCCESS;
  if (chains == 0 || z->size1 % chains != 0)
    return mg_fail(GSL_EINVAL, "%zu rows are not those of %zu chains", z->size1,
                   chains);
  for (size_t i = 0; status == GSL_SUCCESS && i < z->size2; i++)
    status = mg_fail_in(mg_convergence_of(chains, z->size1 / chains,
                                          z->data + i, z->tda, &c[i]),
                        "z[%zu]", i);
  return status;
}
