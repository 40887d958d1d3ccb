/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Likelihoods of batches; see likelihood.h.
 *
 * Bernoulli, a the logit:
 *   log p = x a - log(1 + e^a),   d/da = x - 1 / (1 + e^-a)    [likelihood.1]
 * Categorical, a_k the logits:
 *   log p = a_x - log sum_k e^a_k,
 *   d/da_k = [k = x] - e^a_k / sum_j e^a_j                     [likelihood.2]
 * Discretised logistic, with half = (levels - 1) / 2, m and l the outputs,
 * w = e^-l / half one level in units of the scale, and the ends of the level
 * a = (x - 1/2 - mu) w, b = (x + 1/2 - mu) w, mu = half (1 + m):
 *   log p = log sigmoid(b) + log sigmoid(-a) + log(1 - e^-w)
 *   d/dm = half w (sigmoid(a) - sigmoid(-b))
 *   d/dl = -(b sigmoid(-b) - a sigmoid(a) + w / (e^w - 1))     [likelihood.3]
 * where level 0 has a = -inf, the last b = inf, and neither the third term.
 * Gaussian, m and v = log sigma^2 the outputs:
 *   log p = -(log 2 pi + v + (x - m)^2 e^-v) / 2
 *   d/dm = (x - m) e^-v,   d/dv = ((x - m)^2 e^-v - 1) / 2     [likelihood.4]
 * Mixture of K Gaussians, a_k, m_k, v_k the outputs, s_k^2 = e^v_k + 1e-6,
 * p_k = e^a_k / sum_j e^a_j and r_k the share of component k in p(x):
 *   log p = log sum_k p_k N(x; m_k, s_k^2),   z_k = (x - m_k) / s_k
 *   d/da_k = r_k - p_k,   d/dm_k = r_k z_k / s_k,
 *   d/dv_k = r_k (z_k^2 - 1) e^v_k / 2 s_k^2                   [likelihood.5]
 *
 * A datum is worked through in blocks of 64 columns: within a block numbers are
 * mg_real, in vectors; the blocks' sums are added in double, so that 784 terms
 * lose no more than one.
 *
 * Not here: mixtures of logistics, and what x may be (the laws of dist/). */
#include "nets/likelihood.h"

#include "base/logmath.h"
#include "nets/elementary.h"
#include "nets/tiles.h"

enum { BLOCK = 64, ROWS = 4 };

size_t mg_likelihood_planes(mg_likelihood law, size_t levels) {
  return law == MG_LIKELIHOOD_BERNOULLI     ? 1
         : law == MG_LIKELIHOOD_CATEGORICAL ? levels
         : law == MG_LIKELIHOOD_MIXTURE     ? 3 * levels
                                            : 2;
}

/* A block: n <= BLOCK columns of one datum; planes are dim numbers apart.
 * d is as a; each function returns the sum of log p. */
typedef struct {
  size_t n, dim, levels;
} block;

MG_WIDE static mg_real bernoulli(const block *s, const mg_real *restrict a,
                                 const mg_real *restrict x,
                                 mg_real *restrict d) {
  mg_real sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t j = 0; j < s->n; j++) {
    const mg_real e = mg_real_exp(a[j] > 0 ? -a[j] : a[j]);
    const mg_real one = a[j] > 0 ? 1 : e, top = a[j] > 0 ? a[j] : 0;
    sum += x[j] * a[j] - top - mg_real_log1p(e);
    d[j] = x[j] - one / (1 + e);
  }
  return sum;
}

MG_WIDE static mg_real categorical(const block *s, const mg_real *restrict a,
                                   const mg_real *restrict x,
                                   mg_real *restrict d) {
  mg_real top[BLOCK], all[BLOCK], sum = 0;
  for (size_t j = 0; j < s->n; j++) {
    top[j] = a[j];
    all[j] = 0;
  }
  for (size_t k = 1; k < s->levels; k++) {
#pragma omp simd
    for (size_t j = 0; j < s->n; j++)
      top[j] = a[k * s->dim + j] > top[j] ? a[k * s->dim + j] : top[j];
  }
  for (size_t k = 0; k < s->levels; k++) {
#pragma omp simd
    for (size_t j = 0; j < s->n; j++)
      all[j] += d[k * s->dim + j] = mg_real_exp(a[k * s->dim + j] - top[j]);
  }
  for (size_t k = 0; k < s->levels; k++) {
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < s->n; j++) {
      const mg_real here = x[j] == (mg_real)k ? 1 : 0;
      sum += here > 0 ? a[k * s->dim + j] - top[j] : 0;
      d[k * s->dim + j] = here - d[k * s->dim + j] / all[j];
    }
  }
#pragma omp simd reduction(+ : sum)
  for (size_t j = 0; j < s->n; j++)
    sum -= mg_real_log(all[j]);
  return sum;
}

/* log(1 - e^-w) and w / (e^w - 1) for w = e^-log_w above 0. */
#ifdef MG_REAL_DOUBLE
static inline mg_real log_width(mg_real w, mg_real log_w) {
  (void)log_w;
  return mg_log1m_exp(-w);
}

static inline mg_real width_slope(mg_real w) {
  return w > 700 ? 0 : w / expm1(w);
}
#else
/* Below 0.7 by their series about 0, where the differences cancel. */
static inline mg_real log_width(mg_real w, mg_real log_w) {
  const mg_real s = w * w;
  const mg_real near =
      log_w - w / 2 + s * (1.f / 24 - s * (1.f / 2880 - s * (1.f / 181440)));
  return w < 0.7f ? near : mg_real_log1p(-mg_real_exp(-w));
}

static inline mg_real width_slope(mg_real w) {
  const mg_real s = w * w, e = mg_real_exp(-w);
  const mg_real near =
      1 - w / 2 + s * (1.f / 12 - s * (1.f / 720 - s * (1.f / 30240)));
  return w < 0.7f ? near : e > 0 ? w * e / (1 - e) : 0;
}
#endif

MG_WIDE static mg_real logistic(const block *s, const mg_real *restrict out,
                                const mg_real *restrict x,
                                mg_real *restrict d) {
  const mg_real last = (mg_real)(s->levels - 1), half = last / 2;
  const mg_real log_half = (mg_real)log(last / 2.0);
  mg_real sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t j = 0; j < s->n; j++) {
    const mg_real log_w = -out[s->dim + j] - log_half, w = mg_real_exp(log_w);
    const mg_real z = (x[j] - half) - half * out[j];
    const mg_real a = (z - (mg_real)0.5) * w, b = (z + (mg_real)0.5) * w;
    const mg_real low = x[j] > 0 ? mg_real_sigmoid(a) : 0;
    const mg_real high = x[j] < last ? mg_real_sigmoid(-b) : 0;
    sum -= x[j] > 0 ? mg_real_softplus(a) : 0;
    sum -= x[j] < last ? mg_real_softplus(-b) : 0;
    sum += x[j] > 0 && x[j] < last ? log_width(w, log_w) : 0;
    d[j] = half * w * (low - high);
    d[s->dim + j] =
        a * low - b * high - (x[j] > 0 && x[j] < last ? width_slope(w) : 0);
  }
  return sum;
}

MG_WIDE static mg_real gaussian(const block *s, const mg_real *restrict out,
                                const mg_real *restrict x,
                                mg_real *restrict d) {
  mg_real sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t j = 0; j < s->n; j++) {
    const mg_real z = x[j] - out[j], v = out[s->dim + j];
    const mg_real scaled = z * mg_real_exp(-v);
    sum -= ((mg_real)MG_LN_2PI + v + z * scaled) / 2;
    d[j] = scaled;
    d[s->dim + j] = (z * scaled - 1) / 2;
  }
  return sum;
}

/* log of p_k N(x; m_k, s_k^2) but for sum_j e^a_j, of plane k into d, and the
 * largest of all into top.                                     [likelihood.5]
 */
static inline void join_components(const block *s, const mg_real *restrict out,
                                   const mg_real *restrict x,
                                   mg_real *restrict d, mg_real *restrict top) {
  const size_t k = s->levels * s->dim;
  for (size_t j = 0; j < s->n; j++)
    top[j] = -INFINITY;
  for (size_t a = 0; a < k; a += s->dim) {
#pragma omp simd
    for (size_t j = 0; j < s->n; j++) {
      const mg_real z = x[j] - out[k + a + j];
      const mg_real s2 = mg_real_exp(out[2 * k + a + j]) +
                         (mg_real)MG_LIKELIHOOD_LEAST_VARIANCE;
      d[a + j] =
          out[a + j] - ((mg_real)MG_LN_2PI + mg_real_log(s2) + z * z / s2) / 2;
      top[j] = d[a + j] > top[j] ? d[a + j] : top[j];
    }
  }
}

MG_WIDE static mg_real mixture(const block *s, const mg_real *restrict out,
                               const mg_real *restrict x, mg_real *restrict d) {
  const size_t k = s->levels * s->dim;
  mg_real top[BLOCK], high[BLOCK], all[BLOCK] = {0}, whole[BLOCK] = {0};
  mg_real sum = 0;
  join_components(s, out, x, d, top);
  for (size_t j = 0; j < s->n; j++)
    high[j] = out[j];
  for (size_t a = s->dim; a < k; a += s->dim)
    for (size_t j = 0; j < s->n; j++)
      high[j] = out[a + j] > high[j] ? out[a + j] : high[j];
  for (size_t a = 0; a < k; a += s->dim) {
#pragma omp simd
    for (size_t j = 0; j < s->n; j++) {
      all[j] += d[a + j] = mg_real_exp(d[a + j] - top[j]);
      whole[j] += mg_real_exp(out[a + j] - high[j]);
    }
  }
  for (size_t a = 0; a < k; a += s->dim) {
#pragma omp simd
    for (size_t j = 0; j < s->n; j++) {
      const mg_real r = d[a + j] / all[j], z = x[j] - out[k + a + j];
      const mg_real own = mg_real_exp(out[2 * k + a + j]);
      const mg_real s2 = own + (mg_real)MG_LIKELIHOOD_LEAST_VARIANCE;
      d[a + j] = r - mg_real_exp(out[a + j] - high[j]) / whole[j];
      d[k + a + j] = r * z / s2;
      d[2 * k + a + j] = r * (z * z / s2 - 1) * own / (2 * s2);
    }
  }
  for (size_t j = 0; j < s->n; j++)
    sum += top[j] + mg_real_log(all[j]) - high[j] - mg_real_log(whole[j]);
  return sum;
}

static mg_real (*const laws[])(const block *s, const mg_real *restrict out,
                               const mg_real *restrict x,
                               mg_real *restrict d) = {
    [MG_LIKELIHOOD_BERNOULLI] = bernoulli,
    [MG_LIKELIHOOD_CATEGORICAL] = categorical,
    [MG_LIKELIHOOD_LOGISTIC] = logistic,
    [MG_LIKELIHOOD_GAUSSIAN] = gaussian,
    [MG_LIKELIHOOD_MIXTURE] = mixture};

/* ---- batches ---- */

typedef struct {
  mg_likelihood law;
  size_t rows, dim, levels, width;
  const mg_real *out, *x;
  double *log_p;
  mg_real *d_out;
} batch;

static void score_row(const batch *t, size_t row) {
  const mg_real *out = t->out + row * t->width, *x = t->x + row * t->dim;
  mg_real *d = t->d_out + row * t->width;
  double sum = 0;
  for (size_t j = 0; j < t->dim; j += BLOCK) {
    const block s = {.n = t->dim - j < BLOCK ? t->dim - j : BLOCK,
                     .dim = t->dim,
                     .levels = t->levels};
    sum += (double)laws[t->law](&s, out + j, x + j, d + j);
  }
  if (t->log_p)
    t->log_p[row] = sum;
}

static void score_tile(const void *job, size_t tile) {
  const batch *t = job;
  const size_t end = tile * ROWS + mg_tiles_size(t->rows, ROWS, tile);
  for (size_t row = tile * ROWS; row < end; row++)
    score_row(t, row);
}

void mg_likelihood_score(mg_likelihood law, size_t rows, size_t dim,
                         size_t levels, const mg_real *out, const mg_real *x,
                         double *log_p, mg_real *d_out, size_t threads) {
  const batch t = {.law = law,
                   .rows = rows,
                   .dim = dim,
                   .levels = levels,
                   .width = dim * mg_likelihood_planes(law, levels),
                   .out = out,
                   .x = x,
                   .log_p = log_p,
                   .d_out = d_out};
  mg_tiles_run(mg_tiles_count(rows, ROWS), threads, &t, score_tile);
}
