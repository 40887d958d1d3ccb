/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of networks share.  They are built twice: with the library, in
 * float, and with -DMG_REAL_DOUBLE and the same sources, in double. */
#ifndef MG_TESTS_NETS_H
#define MG_TESTS_NETS_H

#include <criterion/criterion.h>
#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/status.h"
#include "base/stream.h"
#include "nets/real.h"

#ifdef MG_REAL_DOUBLE
#define EPS DBL_EPSILON
#else
#define EPS ((double)FLT_EPSILON)
#endif

/* n draws from U(-1, 1), always the same for one seed, and the same floats in
 * both builds. */
static inline mg_real *uniforms(size_t n, unsigned long seed) {
  mg_real *v = malloc((n + 1) * sizeof *v);
  gsl_rng *rng = mg_stream_alloc(seed, "test/nets", n);
  for (size_t i = 0; i < n; i++)
    v[i] = (float)gsl_ran_flat(rng, -1, 1);
  gsl_rng_free(rng);
  return v;
}

static inline mg_real *zeros(size_t n) {
  return calloc(n + 1, sizeof(mg_real));
}

static inline double dot(size_t n, const mg_real *a, const mg_real *b) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += (double)a[i] * (double)b[i];
  return sum;
}

#endif
