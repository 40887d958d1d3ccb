/* three products of matrices, by GSL */
#include "nets/dense.h"

#include <gsl/gsl_blas.h>

void mg_dense_backward(size_t rows, size_t in, size_t out, const mg_real *w,
                       const mg_real *x, const mg_real *dy, mg_real *dx,
                       mg_real *dw, mg_real *db, size_t threads) {
  const gsl_matrix_float_const_view W =
      gsl_matrix_float_const_view_array(w, in, out);
  const gsl_matrix_float_const_view X =
      gsl_matrix_float_const_view_array(x, rows, in);
  const gsl_matrix_float_const_view DY =
      gsl_matrix_float_const_view_array(dy, rows, out);
  (void)threads;
  if (dx) {
    gsl_matrix_float_view DX = gsl_matrix_float_view_array(dx, rows, in);
    gsl_blas_sgemm(CblasNoTrans, CblasTrans, 1, &DY.matrix, &W.matrix, 0,
                   &DX.matrix);
  }
  if (dw) {
    gsl_matrix_float_view DW = gsl_matrix_float_view_array(dw, in, out);
    gsl_blas_sgemm(CblasTrans, CblasNoTrans, 1, &X.matrix, &DY.matrix, 1,
                   &DW.matrix);
  }
  for (size_t i = 0; db && i < rows * out; i++)
    db[i % out] += dy[i];
}
