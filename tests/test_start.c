/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First weights have the variance they are drawn for. */
#include "nets.h"

#include "nets/start.h"

enum { N = 40000 };

/* The z of a sample variance; kurtosis E x^4 / sigma^4 of the law. */
static double variance_z(mg_start start, size_t in, size_t out, double variance,
                         double kurtosis) {
  mg_real *w = zeros(N);
  gsl_rng *rng = mg_stream_alloc(1, "test/start", in);
  double sum = 0;
  mg_start_draw(rng, start, in, out, N, w);
  for (int i = 0; i < N; i++)
    sum += (double)w[i] * (double)w[i];
  gsl_rng_free(rng);
  free(w);
  return (sum / N / variance - 1) / sqrt((kurtosis - 1) / N);
}

Test(start, variances) {
  const size_t sizes[][2] = {{1, 1}, {784, 400}, {20, 400}, {9, 288}};
  for (size_t i = 0; i < 4; i++) {
    const size_t in = sizes[i][0], out = sizes[i][1];
    const double he = variance_z(MG_START_HE, in, out, 2 / (double)in, 3);
    const double glorot =
        variance_z(MG_START_GLOROT, in, out, 2 / (double)(in + out), 9. / 5);
    cr_expect_lt(fabs(he), 6.1, "He %zu: z = %g", in, he);
    cr_expect_lt(fabs(glorot), 6.1, "Glorot %zu, %zu: z = %g", in, out, glorot);
  }
}
