/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one matrix product of the networks.
 *
 * In float it is oneDNN's where configure found it, else CBLAS's; in double
 * CBLAS's.  Either works on one thread, and the product is cut into tiles of C
 * above it, so C is the same bytes for any number of threads. */
#ifndef MG_NETS_GEMM_H
#define MG_NETS_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "nets/real.h"

/* C = alpha op(A) op(B) + beta C, all row-major; op transposes or does not.
 *                                                                   [gemm.1]
 *   ta, tb   in     is A (B) stored transposed?
 *   m, n, k  in     op(A) is m x k, op(B) k x n, C m x n; k >= 1, and all
 *                   below 2^31
 *   a, lda   in     m x k (ta: k x m), rows lda apart
 *   b, ldb   in     k x n (tb: n x k), rows ldb apart
 *   c, ldc   inout  m x n, rows ldc apart; not read when beta is 0
 *   threads  in     at most so many; 0: as many as OpenMP would take
 *
 * Cost 2 m n k operations. */
void mg_gemm(bool ta, bool tb, size_t m, size_t n, size_t k, mg_real alpha,
             const mg_real *a, size_t lda, const mg_real *b, size_t ldb,
             mg_real beta, mg_real *c, size_t ldc, size_t threads);

/* What it runs on: "oneDNN" or "CBLAS". */
const char *mg_gemm_name(void);

/* From hold to release, which may be nested, this thread's signals wait: for a
 * stretch of small products, each of which would else hold and release them
 * (gemm.c), two calls of the system that may take as long as the product.  It
 * is to end soon, as Ctrl-C waits too.  Nothing where products are a CBLAS's.
 */
void mg_gemm_hold(void);

/* Ends a hold. */
void mg_gemm_release(void);

#endif
