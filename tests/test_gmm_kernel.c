/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every width of the inner loops that this processor runs, against sums
 * written out. */
#include <criterion/criterion.h>
#include <float.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#include "base/stream.h"
#include "models/gmm_kernel.h"

enum { P = 12, R = 64, K = 5 };

static _Alignas(64) double x[P * R], diff[P * R], weighted[P * R];
static _Alignas(64) double a[K * R], q[R], top[R], sum[R], weight[R];
static double w[P * P], mu[P], first[P], second[P * P];

/* Fills n numbers uniform on (-1, 1). */
static void fill(gsl_rng *rng, double *to, size_t n) {
  for (size_t i = 0; i < n; i++)
    to[i] = 2 * gsl_rng_uniform(rng) - 1;
}

static void expect(double got, double wanted, const char *what, size_t lanes) {
  cr_assert(fabs(got - wanted) <= 1e-13 * (1 + fabs(wanted)),
            "%s in %zu lanes: %.17g, directly %.17g", what, lanes, got, wanted);
}

static void check_distances(const mg_gmm_kernel *kernel) {
  kernel->centre(P, R, x, mu, diff);
  for (size_t r = 0; r < R; r++)
    for (size_t i = 0; i < P; i++)
      expect(diff[i * R + r], x[i * R + r] - mu[i], "centre", kernel->lanes);
  double panels[P * P] = {0};
  for (size_t i = 0; i < P; i++)
    for (size_t j = 0; j <= i; j++)
      panels[i / 4 * 4 * P + 4 * j + i % 4] = w[i * P + j];
  kernel->whiten(P, R, panels, diff, 3, q);
  for (size_t r = 0; r < R; r++) {
    double wanted = 0;
    for (size_t i = 0; i < P; i++) {
      double y = 0;
      for (size_t j = 0; j <= i; j++)
        y += w[i * P + j] * diff[j * R + r];
      wanted += y * y;
    }
    expect(q[r], 3 - wanted / 2, "whiten", kernel->lanes);
  }
  kernel->whiten_diagonal(P, R, w, diff, 3, q);
  for (size_t r = 0; r < R; r++) {
    double wanted = 0;
    for (size_t i = 0; i < P; i++)
      wanted += gsl_pow_2(w[i] * diff[i * R + r]);
    expect(q[r], 3 - wanted / 2, "whiten_diagonal", kernel->lanes);
  }
}

static void check_moments(const mg_gmm_kernel *kernel) {
  for (size_t i = 0; i < P; i++)
    first[i] = 1;
  for (size_t i = 0; i < P * P; i++)
    second[i] = 2;
  double count = 0, weights = 0;
  for (size_t r = 0; r < R; r++)
    weights += weight[r];
  for (size_t i = 0; i < P * R; i++)
    diff[i] = NAN; /* weigh computes it again */
  count = kernel->weigh(P, R, x, mu, weight, diff, weighted, first);
  expect(count, weights, "weigh's count", kernel->lanes);
  kernel->scatter(P, R, weighted, diff, second);
  double diagonal[P] = {0};
  kernel->scatter_diagonal(P, R, weighted, diff, diagonal);
  for (size_t i = 0; i < P; i++) {
    double s = 1;
    for (size_t r = 0; r < R; r++)
      s += weight[r] * diff[i * R + r];
    expect(first[i], s, "weigh", kernel->lanes);
    for (size_t j = 0; j <= i; j++) {
      double c = 0;
      for (size_t r = 0; r < R; r++)
        c += weight[r] * diff[i * R + r] * diff[j * R + r];
      expect(second[i * P + j], 2 + c, "scatter", kernel->lanes);
      if (i == j)
        expect(diagonal[i], c, "scatter_diagonal", kernel->lanes);
    }
  }
}

/* Log joints over the whole range, one of them impossible, one row of nothing
 * else. */
static void check_posterior(const mg_gmm_kernel *kernel, gsl_rng *rng) {
  double before[K * R];
  for (size_t i = 0; i < K * R; i++)
    a[i] = -800 * gsl_pow_3(gsl_rng_uniform(rng));
  for (size_t r = 0; r < R; r++)
    a[2 * R + r] = -INFINITY;
  for (size_t i = 0; i < K * R; i++)
    before[i] = a[i];
  kernel->posterior(K, R, a, top, sum);
  for (size_t r = 0; r < R; r++) {
    double m = -INFINITY, s = 0;
    for (size_t k = 0; k < K; k++)
      m = fmax(m, before[k * R + r]);
    for (size_t k = 0; k < K; k++)
      s += exp(before[k * R + r] - m);
    cr_assert_eq(top[r], m, "top");
    expect(sum[r], s, "sum", kernel->lanes);
    for (size_t k = 0; k < K; k++) {
      double wanted = exp(before[k * R + r] - m) / s;
      cr_assert(fabs(a[k * R + r] - wanted) <= 1e-14 * wanted + 1e-307,
                "posterior of %g: %.17g, directly %.17g", before[k * R + r] - m,
                a[k * R + r], wanted);
    }
  }
}

Test(gmm_kernel, every_width_agrees_with_direct_sums) {
  gsl_rng *rng = mg_stream_alloc(1, "test/kernel", 0);
  size_t widths = 0;
  for (const mg_gmm_kernel *const *k = mg_gmm_kernel_all(); *k; k++, widths++) {
    fill(rng, x, P * R);
    fill(rng, w, P * P);
    fill(rng, mu, P);
    fill(rng, weight, R);
    check_distances(*k);
    check_moments(*k);
    check_posterior(*k, rng);
  }
  cr_assert_geq(widths, 1, "no kernel at all");
  gsl_rng_free(rng);
}
