/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolutions against the sum that defines them, and their adjoints. */
#include "nets.h"

#include "nets/conv.h"

TestSuite(conv, .init = mg_blas_serial);

static mg_conv made(mg_shape image, size_t channels, size_t kernel,
                    size_t stride, size_t padding) {
  mg_conv c = {.image = image,
               .map.channels = channels,
               .kernel = kernel,
               .stride = stride,
               .padding = padding};
  cr_assert_eq(mg_conv_fit(&c), GSL_SUCCESS, "%s", mg_reason());
  return c;
}

static const mg_conv *all(size_t *n) {
  static mg_conv c[8];
  c[0] = made((mg_shape){1, 5, 5}, 1, 3, 1, 0);
  c[1] = made((mg_shape){2, 8, 8}, 3, 3, 2, 1);
  c[2] = made((mg_shape){3, 7, 4}, 2, 3, 2, 1);
  c[3] = made((mg_shape){2, 6, 9}, 4, 4, 3, 2);
  c[4] = made((mg_shape){4, 3, 3}, 2, 1, 1, 0);
  c[5] = made((mg_shape){1, 2, 3}, 2, 5, 2, 3);
  c[6] = made((mg_shape){2, 5, 6}, 1, 2, 4, 0);
  c[7] = made((mg_shape){2, 9, 10}, 3, 3, 2, 1);
  *n = sizeof c / sizeof *c;
  return c;
}

/* The pixel at line i, column j, or 0 outside. */
static double pixel(const mg_conv *c, const mg_real *image, size_t channel,
                    long i, long j) {
  if (i < 0 || j < 0 || i >= (long)c->image.height || j >= (long)c->image.width)
    return 0;
  return (
      double)image[(channel * c->image.height + (size_t)i) * c->image.width +
                   (size_t)j];
}

static double direct(const mg_conv *c, const mg_real *w, const mg_real *image,
                     size_t channel, size_t u, size_t v) {
  double sum = 0;
  for (size_t d = 0; d < c->image.channels; d++)
    for (size_t i = 0; i < c->kernel; i++)
      for (size_t j = 0; j < c->kernel; j++)
        sum += (double)w[((channel * c->image.channels + d) * c->kernel + i) *
                             c->kernel +
                         j] *
               pixel(c, image, d, (long)(c->stride * u + i) - (long)c->padding,
                     (long)(c->stride * v + j) - (long)c->padding);
  return sum;
}

static void compare(const mg_conv *c, size_t rows) {
  const size_t in = mg_shape_size(&c->image), out = mg_shape_size(&c->map);
  mg_real *w = uniforms(mg_conv_weights(c), 1);
  mg_real *b = uniforms(c->map.channels, 2), *x = uniforms(rows * in, 3);
  mg_real *y = zeros(rows * out), *scratch = zeros(mg_conv_scratch(c, rows));
  mg_conv_forward(c, rows, w, b, x, y, scratch, 2);
  const mg_real *at = y;
  for (size_t n = 0; n < rows; n++)
    for (size_t k = 0; k < c->map.channels; k++)
      for (size_t u = 0; u < c->map.height; u++)
        for (size_t v = 0; v < c->map.width; v++, at++) {
          const double sum = direct(c, w, x + n * in, k, u, v) + (double)b[k];
          cr_assert_float_eq((double)*at, sum, 40 * EPS,
                             "datum %zu, channel %zu, %zu, %zu: %.9g not %.9g",
                             n, k, u, v, (double)*at, sum);
        }
  free(w);
  free(b);
  free(x);
  free(y);
  free(scratch);
}

Test(conv, forward_is_the_sum) {
  size_t n;
  const mg_conv *c = all(&n);
  for (size_t i = 0; i < n; i++) {
    compare(&c[i], 1);
    compare(&c[i], 37);
  }
}

/* <conv x, y> = <x, conv^T y>, without biases. */
Test(conv, transposed_is_the_adjoint) {
  size_t n;
  const mg_conv *c = all(&n);
  for (size_t i = 0; i < n; i++) {
    const size_t in = mg_shape_size(&c[i].image);
    const size_t out = mg_shape_size(&c[i].map), rows = 37;
    mg_real *w = uniforms(mg_conv_weights(&c[i]), 4), *b = zeros(99);
    mg_real *x = uniforms(rows * in, 5), *y = uniforms(rows * out, 6);
    mg_real *ax = zeros(rows * out), *ay = zeros(rows * in);
    mg_real *scratch = zeros(mg_conv_scratch(&c[i], rows));
    mg_conv_forward(&c[i], rows, w, b, x, ax, scratch, 2);
    mg_conv_transposed_forward(&c[i], rows, w, b, y, ay, scratch, 2);
    const double left = dot(rows * out, ax, y), right = dot(rows * in, x, ay);
    cr_expect_float_eq(left, right, 2000 * EPS, "%zu: %.12g and %.12g", i, left,
                       right);
    free(w);
    free(b);
    free(x);
    free(y);
    free(ax);
    free(ay);
    free(scratch);
  }
}

/* Everything that a backward pass makes of some rows, behind each other. */
static mg_real *gradients(const mg_conv *c, bool transposed, size_t first,
                          size_t rows, mg_real *sums) {
  const size_t in = mg_shape_size(transposed ? &c->map : &c->image);
  const size_t out = mg_shape_size(transposed ? &c->image : &c->map);
  mg_real *w = uniforms(mg_conv_weights(c), 4), *x = uniforms(37 * in, 5);
  mg_real *dy = uniforms(37 * out, 6), *dx = zeros(rows * in);
  mg_real *scratch = zeros(mg_conv_scratch(c, rows));
  (transposed ? mg_conv_transposed_backward : mg_conv_backward)(
      c, rows, w, x + first * in, dy + first * out, dx, sums,
      sums + mg_conv_weights(c), scratch, 2);
  free(w);
  free(x);
  free(dy);
  free(scratch);
  return dx;
}

/* Rows that go in bundles and one by one. */
static void compare_alone(const mg_conv *c, bool transposed) {
  const size_t in = mg_shape_size(transposed ? &c->map : &c->image);
  const size_t n =
      mg_conv_weights(c) + (transposed ? c->image.channels : c->map.channels);
  mg_real *all = zeros(n), *each = zeros(n);
  mg_real *dx = gradients(c, transposed, 0, 37, all);
  for (size_t i = 0; i < 37; i++) {
    mg_real *own = gradients(c, transposed, i, 1, each);
    for (size_t j = 0; j < in; j++)
      cr_assert_float_eq((double)own[j], (double)dx[i * in + j], 100 * EPS,
                         "dx of row %zu, number %zu", i, j);
    free(own);
  }
  for (size_t j = 0; j < n; j++)
    cr_assert_float_eq((double)each[j], (double)all[j], 4000 * EPS,
                       "sum %zu: %.9g in bundles, %.9g alone", j,
                       (double)all[j], (double)each[j]);
  free(all);
  free(each);
  free(dx);
}

Test(conv, rows_together_are_as_rows_alone) {
  size_t n;
  const mg_conv *c = all(&n);
  for (size_t i = 0; i < n; i++) {
    compare_alone(&c[i], false);
    compare_alone(&c[i], true);
  }
}

Test(conv, what_does_not_fit) {
  mg_conv c = {.image = {1, 4, 4}, .map.channels = 1, .kernel = 5, .stride = 1};
  cr_expect_eq(mg_conv_fit(&c), GSL_EINVAL, "a window larger than the image");
  cr_expect(strstr(mg_reason(), "kernel of 5"), "%s", mg_reason());
  c.kernel = 0;
  cr_expect_eq(mg_conv_fit(&c), GSL_EINVAL, "a kernel of 0");
  c.kernel = 2;
  c.stride = 0;
  cr_expect_eq(mg_conv_fit(&c), GSL_EINVAL, "a stride of 0");
}
