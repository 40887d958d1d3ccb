/* dense-backward: the gradients of a dense layer.
 *
 * The page dense-backward.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check dense-backward */
#include "nets/dense.h"

/* The gradient of anything, given its gradient dy in y = x W + b.  [dense.2]
 *   w   in     in x out, row by row
 *   x   in     rows x in
 *   dy  in     rows x out
 *   dx  out    rows x in; NULL: not wanted
 *   dw  inout  in x out, added to       db  inout  out, added to
 *              either NULL: not wanted
 *   threads    the library's own may use so many */
void mg_dense_backward(size_t rows, size_t in, size_t out, const mg_real *w,
                       const mg_real *x, const mg_real *dy, mg_real *dx,
                       mg_real *dw, mg_real *db, size_t threads) {
  (void)threads;
#ifdef MARGINALIA_SOLUTION
  for (size_t n = 0; n < rows; n++)
    for (size_t i = 0; i < in; i++) {
      double sum = 0;
      for (size_t j = 0; j < out; j++) {
        sum += w[i * out + j] * dy[n * out + j];
        if (dw)
          dw[i * out + j] += x[n * in + i] * dy[n * out + j];
      }
      if (dx)
        dx[n * in + i] = (mg_real)sum;
    }
  for (size_t n = 0; db && n < rows; n++)
    for (size_t j = 0; j < out; j++)
      db[j] += dy[n * out + j];
#else
  /* Your turn.  Forward is
   *
   *     for n, for j:  y[n, j] = b[j] + sum over i of x[n, i] w[i, j]
   *
   * Which y does w[i, j] go into, and with what factor? */
  (void)rows;
  (void)in;
  (void)out;
  (void)w;
  (void)x;
  (void)dy;
  (void)dx;
  (void)dw;
  (void)db;
#endif
}
