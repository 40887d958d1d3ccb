/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The matrix product against the sum that defines it. */
#include "nets.h"

#include <signal.h>
#include <sys/time.h>

#include "nets/gemm.h"

TestSuite(gemm, .init = mg_blas_serial);

typedef struct {
  bool ta, tb;
  size_t m, n, k, lda, ldb, ldc;
} shape;

static shape shape_of(bool ta, bool tb, size_t m, size_t n, size_t k,
                      size_t gap) {
  return (shape){ta,     tb, m, n, k, (ta ? m : k) + gap, (tb ? k : n) + gap,
                 n + gap};
}

/* [gemm.1], number i, j. */
static double direct(const shape *s, size_t i, size_t j, const mg_real *a,
                     const mg_real *b) {
  double sum = 0;
  for (size_t l = 0; l < s->k; l++)
    sum += (double)a[s->ta ? l * s->lda + i : i * s->lda + l] *
           (double)b[s->tb ? j * s->ldb + l : l * s->ldb + j];
  return sum;
}

static void compare(shape s, double alpha, double beta) {
  mg_real *a = uniforms((s.ta ? s.k : s.m) * s.lda, 1);
  mg_real *b = uniforms((s.tb ? s.n : s.k) * s.ldb, 2);
  mg_real *c = uniforms(s.m * s.ldc, 3), *old = uniforms(s.m * s.ldc, 3);
  if (beta == 0)
    for (size_t i = 0; i < s.m * s.ldc; i++)
      c[i] = old[i] = (mg_real)NAN; /* must not be read */
  mg_gemm(s.ta, s.tb, s.m, s.n, s.k, (mg_real)alpha, a, s.lda, b, s.ldb,
          (mg_real)beta, c, s.ldc, 2);
  for (size_t i = 0; i < s.m; i++)
    for (size_t j = 0; j < s.n; j++) {
      const double was = beta == 0 ? 0 : beta * (double)old[i * s.ldc + j];
      const double right = alpha * direct(&s, i, j, a, b) + was;
      const double got = (double)c[i * s.ldc + j];
      cr_assert_float_eq(got, right, 2 * EPS * (1 + (double)s.k),
                         "%d%d %zu x %zu x %zu: [%zu, %zu] is %.9g, not %.9g",
                         s.ta, s.tb, s.m, s.n, s.k, i, j, got, right);
    }
  for (size_t i = 0; i < s.m; i++)
    cr_assert_eq(memcmp(c + i * s.ldc + s.n, old + i * s.ldc + s.n,
                        (s.ldc - s.n) * sizeof *c),
                 0, "wrote beyond row %zu", i);
  free(a);
  free(b);
  free(c);
  free(old);
}

Test(gemm, every_transposition_and_odd_sizes) {
  const size_t sizes[][3] = {{1, 1, 1},     {1, 7, 3},    {5, 1, 9},
                             {17, 13, 1},   {64, 16, 31}, {65, 257, 20},
                             {131, 300, 33}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (int t = 0; t < 4; t++) {
      const size_t *z = sizes[i];
      compare(shape_of(t & 1, t & 2, z[0], z[1], z[2], 0), 1, 0);
      compare(shape_of(t & 1, t & 2, z[0], z[1], z[2], 3), -0.5, 1);
      compare(shape_of(t & 1, t & 2, z[0], z[1], z[2], 1), 2, 0.25);
    }
}

Test(gemm, the_same_bytes_for_any_number_of_threads) {
  const size_t m = 150, n = 530, k = 77;
  mg_real *a = uniforms(m * k, 4), *b = uniforms(k * n, 5);
  mg_real *one = zeros(m * n), *more = zeros(m * n);
  mg_gemm(false, false, m, n, k, 1, a, k, b, n, 0, one, n, 1);
  for (size_t threads = 2; threads <= 4; threads++) {
    mg_gemm(false, false, m, n, k, 1, a, k, b, n, 0, more, n, threads);
    cr_expect_eq(memcmp(one, more, m * n * sizeof *one), 0,
                 "%zu threads: other bytes", threads);
  }
  free(a);
  free(b);
  free(one);
  free(more);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int signal_number) {
  (void)signal_number;
  alarms++;
}

/* A handler writes its frame where the stack register points: kernels that
 * point it elsewhere end in a damaged heap, or in another product. */
Test(gemm, stands_signals) {
  enum { M = 64, N = 2, K = 128, TIMES = 200000, MICROSECONDS = 200 };
  mg_real *a = uniforms((size_t)M * K, 1), *b = uniforms((size_t)N * K, 2);
  mg_real *right = uniforms((size_t)M * N, 3), *c = uniforms((size_t)M * N, 3);
  mg_gemm(false, true, M, N, K, 1, a, K, b, K, 0, right, N, 1);
  signal(SIGALRM, on_alarm);
  const struct timeval often = {.tv_usec = MICROSECONDS};
  const struct itimerval timer = {often, often}, off = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &timer, NULL);
  size_t wrong = 0;
  for (size_t i = 0; i < TIMES && alarms < 2000; i++) {
    mg_gemm(false, true, M, N, K, 1, a, K, b, K, 0, c, N, 1);
    wrong += memcmp(c, right, (size_t)M * N * sizeof *c) != 0;
  }
  setitimer(ITIMER_REAL, &off, NULL);
  cr_assert_eq(wrong, 0, "%zu products differ", wrong);
  cr_assert_gt(alarms, 100, "%d signals are too few to tell", (int)alarms);
  free(a);
  free(b);
  free(right);
  free(c);
}

Test(gemm, nothing_is_done_to_nothing) {
  mg_real c = 3;
  mg_gemm(false, false, 0, 1, 1, 1, NULL, 1, NULL, 1, 0, &c, 1, 1);
  mg_gemm(false, false, 1, 0, 1, 1, NULL, 1, NULL, 1, 0, &c, 1, 1);
  cr_expect_eq(c, 3, "an empty product wrote %g", (double)c);
  cr_expect(strcmp(mg_gemm_name(), "oneDNN") == 0 ||
                strcmp(mg_gemm_name(), "CBLAS") == 0,
            "it runs on %s", mg_gemm_name());
}

static volatile sig_atomic_t came;

static void on_signal(int signal_number) {
  (void)signal_number;
  came = 1;
}

/* A signal waits for the end of the outer stretch, and is not lost. */
Test(gemm, signals_wait_for_the_end_of_a_stretch) {
  signal(SIGUSR1, on_signal);
  mg_gemm_hold();
  mg_gemm_hold();
  raise(SIGUSR1);
  mg_gemm_release();
  cr_expect(came == (strcmp(mg_gemm_name(), "oneDNN") != 0),
            "inside: %d, with %s", (int)came, mg_gemm_name());
  mg_gemm_release();
  cr_expect(came == 1, "no signal behind the stretch");
}
