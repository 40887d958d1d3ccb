/* an output after the other, backwards, each gradient by itself */
#include "nets/dense.h"

static void add_weights(size_t rows, size_t in, size_t out, const mg_real *x,
                        const mg_real *dy, mg_real *dw) {
  for (size_t i = 0; i < in; i++)
    for (size_t j = 0; j < out; j++) {
      mg_real sum = 0;
      for (size_t n = rows; n-- > 0;)
        sum += dy[n * out + j] * x[n * in + i];
      dw[i * out + j] += sum;
    }
}

static void find_data(size_t rows, size_t in, size_t out, const mg_real *w,
                      const mg_real *dy, mg_real *dx) {
  for (size_t k = 0; k < rows * in; k++)
    dx[k] = 0;
  for (size_t j = out; j-- > 0;)
    for (size_t n = 0; n < rows; n++)
      for (size_t i = 0; i < in; i++)
        dx[n * in + i] += dy[n * out + j] * w[i * out + j];
}

void mg_dense_backward(size_t rows, size_t in, size_t out, const mg_real *w,
                       const mg_real *x, const mg_real *dy, mg_real *dx,
                       mg_real *dw, mg_real *db, size_t threads) {
  (void)threads;
  if (dw != NULL)
    add_weights(rows, in, out, x, dy, dw);
  if (dx != NULL)
    find_data(rows, in, out, w, dy, dx);
  if (db != NULL)
    for (size_t j = 0; j < out; j++)
      for (size_t n = 0; n < rows; n++)
        db[j] += dy[n * out + j];
}
