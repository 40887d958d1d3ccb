/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one matrix product; see gemm.h.
 *
 *   C = alpha op(A) op(B) + beta C                                    [gemm.1]
 *
 * C is cut into tiles of at most 64 x 256 and each tile is a product of its
 * own, over the whole of k: no sum is parted, so nothing has to be added up
 * afterwards.  A tile's edge is a multiple of 16 where there are several, as
 * the kernels of both libraries like it.  Two products of a step of a
 * variational autoencoder, on one processor and on two (AMD EPYC with AVX-512,
 * GFLOP/s; OpenBLAS takes its kernels for Haswell there):
 *
 *                      oneDNN 2.6.3    OpenBLAS 0.3.21
 *   128 x 400 x 784      227  440         111  212
 *   784 x 400 x 128      228  434         105  201
 *
 * Not here: products of more than two, batches of small ones. */
#include "config.h"

#include "nets/gemm.h"

#if defined(HAVE_DNNL) && !defined(MG_REAL_DOUBLE)
#define MG_WITH_ONEDNN
#include <dnnl.h>
#include <signal.h>
#else
#include <gsl/gsl_cblas.h>
#endif

#include "nets/tiles.h"

enum { ROWS = 64, COLUMNS = 256, EDGE = 16 };

typedef struct {
  bool ta, tb;
  size_t m, n, k, lda, ldb, ldc;
  size_t rows, columns, across; /* a tile's size; tiles side by side */
  mg_real alpha, beta;
  const mg_real *a, *b;
  mg_real *c;
} product;

#ifdef MG_WITH_ONEDNN

/* Kernels of oneDNN older than March 2026 let the stack register point into the
 * heap for a while; the handler of a signal that comes then writes its frame
 * over other blocks (uxlfoundation/oneDNN, issue 4845).  So signals wait for
 * the end of a tile, or of the stretch of products that it is in. */
static _Thread_local size_t holds;
static _Thread_local sigset_t before;

void mg_gemm_hold(void) {
  sigset_t every;
  if (holds++ > 0)
    return;
  sigfillset(&every);
  pthread_sigmask(SIG_BLOCK, &every, &before);
}

void mg_gemm_release(void) {
  if (--holds == 0)
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The tile of p at these rows and columns. */
static void multiply(const product *p, size_t rows, size_t columns,
                     const mg_real *a, const mg_real *b, mg_real *c) {
  mg_gemm_hold();
  dnnl_sgemm(p->ta ? 'T' : 'N', p->tb ? 'T' : 'N', (dnnl_dim_t)rows,
             (dnnl_dim_t)columns, (dnnl_dim_t)p->k, p->alpha, a,
             (dnnl_dim_t)p->lda, b, (dnnl_dim_t)p->ldb, p->beta, c,
             (dnnl_dim_t)p->ldc);
  mg_gemm_release();
}

#else

void mg_gemm_hold(void) {
}

void mg_gemm_release(void) {
}

#ifdef MG_REAL_DOUBLE
#define CBLAS_GEMM cblas_dgemm
#else
#define CBLAS_GEMM cblas_sgemm
#endif

static void multiply(const product *p, size_t rows, size_t columns,
                     const mg_real *a, const mg_real *b, mg_real *c) {
  CBLAS_GEMM(CblasRowMajor, p->ta ? CblasTrans : CblasNoTrans,
             p->tb ? CblasTrans : CblasNoTrans, (int)rows, (int)columns,
             (int)p->k, p->alpha, a, (int)p->lda, b, (int)p->ldb, p->beta, c,
             (int)p->ldc);
}

#endif

const char *mg_gemm_name(void) {
#ifdef MG_WITH_ONEDNN
  return "oneDNN";
#else
  return "CBLAS";
#endif
}

/* n in parts of at most `most`, nearly equal and multiples of EDGE. */
static size_t part_of(size_t n, size_t most) {
  const size_t parts = mg_tiles_count(n, most);
  return parts > 1 ? mg_tiles_count(n, parts * EDGE) * EDGE : n;
}

static void multiply_tile(const void *job, size_t tile) {
  const product *p = job;
  const size_t i = tile / p->across, j = tile % p->across;
  const size_t row = i * p->rows, column = j * p->columns;
  multiply(
      p, mg_tiles_size(p->m, p->rows, i), mg_tiles_size(p->n, p->columns, j),
      p->a + (p->ta ? row : row * p->lda),
      p->b + (p->tb ? column * p->ldb : column), p->c + row * p->ldc + column);
}

void mg_gemm(bool ta, bool tb, size_t m, size_t n, size_t k, mg_real alpha,
             const mg_real *a, size_t lda, const mg_real *b, size_t ldb,
             mg_real beta, mg_real *c, size_t ldc, size_t threads) {
  if (m == 0 || n == 0)
    return;
  product p = {.ta = ta,
               .tb = tb,
               .m = m,
               .n = n,
               .k = k,
               .lda = lda,
               .ldb = ldb,
               .ldc = ldc,
               .rows = part_of(m, ROWS),
               .columns = part_of(n, COLUMNS),
               .alpha = alpha,
               .beta = beta,
               .a = a,
               .b = b,
               .c = c};
  p.across = mg_tiles_count(n, p.columns);
  mg_tiles_run(mg_tiles_count(m, p.rows) * p.across, threads, &p,
               multiply_tile);
}
