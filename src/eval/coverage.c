/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting draws at modes, and what the truth would have counted.
 *
 * Floors.  A draw of the truth is of high quality at mode k with probability
 * F / K, whatever k.  So with S draws the number of modes without any has mean
 * K (1 - F/K)^S, and from pairs of modes its variance; the share is binomial;
 * and the counts of the n = F S draws of high quality are multinomial with even
 * weights.  The plug-in KL is a sum over modes of
 *
 *     f(N_k) = N_k/n log(K N_k / n),   N_k ~ Binomial(n, 1/K)   [coverage.4]
 *
 * so its mean needs the binomial law of one count and its variance the law of
 * two.  Both sums run over the counts within 9 sd of the mean; the rest weighs
 * below 1e-15.  (The large-sample law, chi squared with K - 1 degrees of
 * freedom over 2 n, is off by some per cent at 100 draws a mode.)
 *
 * The bootstrap draws S draws out of S.  All that counts of a draw is its mode
 * and its quality, so a replicate is one multinomial draw of K + 1 counts.  */
#include "eval/coverage.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "base/status.h"
#include "base/stream.h"

enum { REPLICATES = 1000 };

#define WIDE 3.0 /* sd, of high quality */
#define TAIL_SD 9.0

static const char protocol[] =
    "within 3 sd of the nearest mode: high quality; a mode counts with one "
    "such draw";

/* ---- counting ---- */

/*                                                             [coverage.1] */
double mg_coverage_kl(size_t k, const unsigned *count) {
  double n = 0, sum = 0;
  for (size_t i = 0; i < k; i++)
    n += count[i];
  for (size_t i = 0; i < k; i++)
    if (count[i])
      sum += count[i] / n * log((double)k * count[i] / n);
  return n > 0 ? sum : NAN;
}

static int check(const gsl_matrix *x, const gsl_matrix *centres, double sd) {
  if (x->size2 != centres->size2)
    return mg_fail(GSL_EBADLEN, "draws of %zu columns, modes of %zu", x->size2,
                   centres->size2);
  if (x->size1 == 0 || x->size1 > INT_MAX || centres->size1 == 0 || !(sd > 0))
    return mg_fail(GSL_EINVAL, "%zu draws, %zu modes of sd %g: no coverage",
                   x->size1, centres->size1, sd);
  return GSL_SUCCESS;
}

/* The centre nearest to a draw, and how far it is, squared. */
static size_t nearest(const double *x, const gsl_matrix *centres,
                      double *square) {
  size_t best = 0;
  *square = INFINITY;
  for (size_t k = 0; k < centres->size1; k++) {
    const double *c = gsl_matrix_const_ptr(centres, k, 0);
    double sum = 0;
    for (size_t j = 0; j < centres->size2; j++)
      sum += gsl_pow_2(x[j] - c[j]);
    if (sum < *square) {
      *square = sum;
      best = k;
    }
  }
  return best;
}

int mg_coverage_count(const gsl_matrix *x, const gsl_matrix *centres, double sd,
                      unsigned *high, mg_coverage *coverage) {
  const int status = check(x, centres, sd);
  if (status != GSL_SUCCESS)
    return status;
  const size_t modes = centres->size1;
  *coverage = (mg_coverage){.draws = x->size1, .modes = modes};
  for (size_t k = 0; k < modes; k++)
    high[k] = 0;
  for (size_t i = 0; i < x->size1; i++) {
    double square;
    const size_t k = nearest(gsl_matrix_const_ptr(x, i, 0), centres, &square);
    if (!isfinite(square))
      return mg_fail(GSL_EDOM, "draw %zu is not finite", i + 1);
    high[k] += square <= gsl_pow_2(WIDE * sd);
  }
  for (size_t k = 0; k < modes; k++) {
    coverage->found += high[k] > 0;
    coverage->high += high[k];
  }
  coverage->reverse_kl = mg_coverage_kl(modes, high);
  return GSL_SUCCESS;
}

/* ---- the truth ---- */

/* Probability of high quality.                                [coverage.3] */
static double quality(size_t dim) {
  return gsl_cdf_chisq_P(WIDE * WIDE, (double)dim);
}

/*                                                             [coverage.2] */
static void modes_floor(size_t modes, size_t draws, double f, double *mean,
                        double *sd) {
  const double k = (double)modes, n = (double)draws;
  const double one = pow(1 - f / k, n);
  const double two = modes > 1 ? pow(1 - 2 * f / k, n) : 0;
  *mean = k * (1 - one);
  *sd = sqrt(fmax(0, k * one * (1 - one) + k * (k - 1) * (two - one * one)));
}

/* The counts that a binomial law leaves to the sums. */
static void window(size_t n, double p, size_t *from, size_t *to) {
  const double mean = (double)n * p;
  const double wide = TAIL_SD * sqrt(mean * (1 - p)) + TAIL_SD * TAIL_SD;
  *from = (size_t)fmax(0, floor(mean - wide));
  *to = (size_t)fmin((double)n, ceil(mean + wide));
}

/* f(N) of a count, and its mean where `left` draws go to a mode with the
 * probability p each. */
static double term(size_t count, size_t n, double k) {
  const double share = (double)count / (double)n;
  return count ? share * log(k * share) : 0;
}

static double mean_term(size_t left, double p, size_t n, double k) {
  size_t from, to;
  double sum = 0;
  window(left, p, &from, &to);
  for (size_t b = from; b <= to; b++)
    sum += gsl_ran_binomial_pdf((unsigned)b, p, (unsigned)left) * term(b, n, k);
  return sum;
}

/*                                                             [coverage.4] */
static void kl_floor(size_t modes, size_t n, double *mean, double *sd) {
  const double k = (double)modes;
  *mean = *sd = NAN;
  if (n == 0)
    return;
  size_t from, to;
  double one = 0, square = 0, cross = 0;
  window(n, 1 / k, &from, &to);
  for (size_t a = from; a <= to; a++) {
    const double p = gsl_ran_binomial_pdf((unsigned)a, 1 / k, (unsigned)n);
    const double f = term(a, n, k);
    one += p * f;
    square += p * f * f;
    if (modes > 1 && p > 0)
      cross += p * f * mean_term(n - a, 1 / (k - 1), n, k);
  }
  *mean = k * one;
  *sd = sqrt(fmax(0, k * square + k * (k - 1) * cross - k * k * one * one));
}

void mg_coverage_floor(size_t k, size_t draws, size_t dim, double *mean,
                       double *sd) {
  const double f = quality(dim), n = (double)draws;
  modes_floor(k, draws, f, &mean[MG_COVERAGE_MODES], &sd[MG_COVERAGE_MODES]);
  mean[MG_COVERAGE_QUALITY] = f;
  sd[MG_COVERAGE_QUALITY] = sqrt(f * (1 - f) / n);
  kl_floor(k, (size_t)lround(f * n), &mean[MG_COVERAGE_KL],
           &sd[MG_COVERAGE_KL]);
}

/* ---- scores ---- */

/* Counts of modes and of KL with as many draws, out of those that there are.
 *   high  in  K + 1: also the draws of no high quality
 *   work  K + 1, and as many probabilities behind */
static void replicate(gsl_rng *rng, const mg_coverage *c, const unsigned *high,
                      double *p, unsigned *count, double *found, double *kl) {
  for (size_t k = 0; k <= c->modes; k++)
    p[k] = high[k];
  gsl_ran_multinomial(rng, c->modes + 1, (unsigned)c->draws, p, count);
  *found = 0;
  for (size_t k = 0; k < c->modes; k++)
    *found += count[k] > 0;
  *kl = mg_coverage_kl(c->modes, count);
}

/* Both bootstraps from the same replicates. */
static int add_intervals(const mg_coverage *c, const unsigned *high,
                         unsigned long seed, mg_score *score) {
  gsl_rng *rng = mg_stream_alloc(seed, "coverage/bootstrap", 0);
  double *p = calloc(c->modes + 1 + 2 * REPLICATES, sizeof *p);
  unsigned *count = calloc(c->modes + 1, sizeof *count);
  const bool made = rng && p && count;
  if (made) {
    double *found = p + c->modes + 1, *kl = found + REPLICATES;
    for (size_t r = 0; r < REPLICATES; r++)
      replicate(rng, c, high, p, count, &found[r], &kl[r]);
    mg_score_replicates(&score[MG_COVERAGE_MODES], REPLICATES, found);
    mg_score_replicates(&score[MG_COVERAGE_KL], REPLICATES, kl);
    mg_score_clamp(&score[MG_COVERAGE_MODES], 0, (double)c->modes);
    mg_score_clamp(&score[MG_COVERAGE_KL], 0, log((double)c->modes));
  }
  gsl_rng_free(rng);
  free(p);
  free(count);
  return made ? GSL_SUCCESS : mg_fail(GSL_ENOMEM, "no memory for a bootstrap");
}

static void name_scores(const mg_coverage *c, size_t dim, mg_score *score) {
  static const char *const name[] = {"modes", "high quality", "reverse KL"};
  static const mg_better better[] = {MG_BETTER_HIGHER, MG_BETTER_NEAR,
                                     MG_BETTER_LOWER};
  const double ideal[] = {(double)c->modes, quality(dim), 0};
  double mean[MG_COVERAGE_SCORES], sd[MG_COVERAGE_SCORES];
  mg_coverage_floor(c->modes, c->draws, dim, mean, sd);
  for (size_t i = 0; i < MG_COVERAGE_SCORES; i++) {
    score[i] = mg_score_named(name[i], better[i], protocol);
    score[i].draws = c->draws;
    score[i].ideal = ideal[i];
    score[i].floor = mean[i];
    score[i].floor_sd = sd[i] > 1e-12 ? sd[i] : 0; /* no draws show it */
    score[i].floor_from = "theory";
  }
  snprintf(score[MG_COVERAGE_MODES].note, sizeof score->note, "of %zu",
           c->modes);
  snprintf(score[MG_COVERAGE_KL].note, sizeof score->note,
           "nats, KL(draws of high quality || even) over %zu modes, %zu draws",
           c->modes, c->high);
}

int mg_coverage_scores(const gsl_matrix *x, const gsl_matrix *centres,
                       double sd, unsigned long seed,
                       mg_score score[MG_COVERAGE_SCORES]) {
  mg_coverage c;
  unsigned *high = calloc(centres->size1 + 1, sizeof *high);
  if (!high)
    return mg_fail(GSL_ENOMEM, "no memory for %zu modes", centres->size1);
  int status = mg_coverage_count(x, centres, sd, high, &c);
  if (status == GSL_SUCCESS) {
    high[c.modes] = (unsigned)(c.draws - c.high);
    name_scores(&c, x->size2, score);
    score[MG_COVERAGE_MODES].value = (double)c.found;
    mg_score_share(&score[MG_COVERAGE_QUALITY], c.high, c.draws);
    score[MG_COVERAGE_KL].value = c.reverse_kl;
    status = add_intervals(&c, high, seed, score);
  }
  free(high);
  return status;
}
