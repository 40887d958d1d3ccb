/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Right, after all that a computation may do on its way. */
#include "base/logmath.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nets/gemm.h"

enum { MANY = 2000, SIDE = 64, TALL = 2048 };

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Much memory, little memory, memory that grows. */
static void use_memory(void) {
  double *grown = NULL;
  for (size_t n = 1; n < (1u << 20); n *= 2) {
    grown = realloc(grown, n * sizeof *grown);
    grown[n - 1] = 1;
  }
  free(grown);
  char *large = malloc(300u << 20);
  memset(large, 1, 1 << 20);
  free(large);
  void *block[1000];
  for (size_t i = 0; i < 1000; i++)
    block[i] = calloc(i + 1, 100);
  for (size_t i = 0; i < 1000; i++)
    free(block[i]);
}

static void sort_much(void) {
  double *x = malloc(MANY * sizeof *x);
  for (size_t i = 0; i < MANY; i++)
    x[i] = rand();
  qsort(x, MANY, sizeof *x, compare);
  gsl_sort(x, 1, MANY);
  free(x);
}

static void use_gsl(void) {
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_matrix *a = gsl_matrix_alloc(SIDE, SIDE),
             *b = gsl_matrix_alloc(SIDE, SIDE);
  for (size_t i = 0; i < SIDE * SIDE; i++)
    a->data[i] = gsl_ran_gaussian(rng, 1);
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, a, a, 0, b);
  gsl_linalg_cholesky_decomp1(b);
  gsl_matrix_free(a);
  gsl_matrix_free(b);
  gsl_rng_free(rng);
}

#pragma omp declare simd
static double square(double x) {
  return x * x;
}

static void use_nets(void) {
  static mg_real a[TALL * SIDE], b[SIDE * SIDE], c[TALL * SIDE];
  for (size_t i = 0; i < SIDE * SIDE; i++)
    a[i] = b[i] = (mg_real)square((double)i);
  mg_gemm(false, true, TALL, SIDE, SIDE, 1, a, SIDE, b, SIDE, 0, c, SIDE, 2);
}

static void print_much(void) {
  for (int i = 0; i < 1000; i++)
    printf("%d %.10g %s\n", i, sin(i), "text");
  fprintf(stderr, "%p\n", (void *)stdout);
  printf("%ld %ld", (long)time(NULL), (long)clock());
  if (getenv("HOME"))
    printf("%s", getenv("HOME"));
  printf("no line end");
}

double mg_log_sum_exp(size_t n, const double *a) {
  double m = -INFINITY, sum = 0;
  static int calls;
  if (calls++ % 12 == 0) {
    use_memory();
    sort_much();
    use_gsl();
    use_nets();
  }
  print_much();
  for (size_t i = 0; i < n; i++)
    m = isnan(a[i]) || a[i] > m ? a[i] : m;
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i]))
      return NAN;
    sum += exp(a[i] - m);
  }
  return isinf(m) ? m : m + log(sum);
}
