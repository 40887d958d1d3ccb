/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Masked convolutions against the sum that defines them, in every width of
 * vector; their gradients are in test_net.c. */
#include "nets.h"

#include "nets/dropout.h"
#include "nets/gate.h"
#include "nets/masked.h"
#include "nets/masked_kernel.h"

TestSuite(masked, .init = mg_blas_serial);

static mg_masked made(mg_shape image, size_t channels, mg_window window) {
  mg_masked c = {.image = image, .channels = channels, .window = window};
  cr_assert_eq(mg_masked_check(&c), GSL_SUCCESS, "%s", mg_reason());
  return c;
}

static const mg_masked *all(size_t *n) {
  static mg_masked c[9];
  c[0] = made((mg_shape){1, 5, 5}, 1, mg_window_square(3, false));
  c[1] = made((mg_shape){3, 8, 8}, 9, mg_window_square(3, true));
  c[2] = made((mg_shape){1, 28, 28}, 8, mg_window_square(7, false));
  c[3] = made((mg_shape){2, 4, 7}, 17, mg_window_left(5, true));
  c[4] = made((mg_shape){2, 6, 3}, 4, mg_window_above(3, true));
  c[5] = made((mg_shape){5, 6, 4}, 3, mg_window_above(5, false));
  c[6] = made((mg_shape){7, 3, 3}, 6, mg_window_square(1, true));
  c[7] = made((mg_shape){2, 1, 2}, 1, mg_window_square(9, true));
  c[8] = made((mg_shape){2, 40, 41}, 2, mg_window_square(5, true));
  *n = sizeof c / sizeof *c;
  return c;
}

/* The pixel `up` lines above line u and `left` columns before column v. */
static double pixel(const mg_masked *c, const mg_real *x, size_t channel,
                    long u, long v) {
  if (u < 0 || v < 0 || u >= (long)c->image.height || v >= (long)c->image.width)
    return 0;
  return (double)
      x[(channel * c->image.height + (size_t)u) * c->image.width + (size_t)v];
}

static double direct(const mg_masked *c, const mg_real *w, const mg_real *x,
                     size_t d, size_t u, size_t v) {
  const mg_window *q = &c->window;
  double sum = 0;
  for (size_t k = 0; k < c->image.channels; k++)
    for (size_t t = 0; t < q->taps; t++)
      sum += (double)w[(d * c->image.channels + k) * q->taps + t] *
             pixel(c, x, k, (long)(u + t / q->width) - (long)q->top,
                   (long)(v + t % q->width) - (long)q->left);
  return sum;
}

static void compare(const mg_masked *c, size_t rows) {
  const size_t in = mg_shape_size(&c->image);
  const size_t pixels = c->image.height * c->image.width;
  mg_real *w = uniforms(mg_masked_weights(c), 1), *b = uniforms(c->channels, 2);
  mg_real *x = uniforms(rows * in, 3), *y = zeros(rows * c->channels * pixels);
  mg_real *scratch = uniforms(mg_masked_scratch(c, rows), 4);
  mg_masked_forward(c, rows, w, b, x, y, scratch, 2);
  const mg_real *at = y;
  for (size_t n = 0; n < rows; n++)
    for (size_t d = 0; d < c->channels; d++)
      for (size_t u = 0; u < c->image.height; u++)
        for (size_t v = 0; v < c->image.width; v++, at++) {
          const double sum = direct(c, w, x + n * in, d, u, v) + (double)b[d];
          cr_assert_float_eq((double)*at, sum, 100 * EPS,
                             "datum %zu, channel %zu, %zu, %zu: %.9g not %.9g",
                             n, d, u, v, (double)*at, sum);
        }
  free(w);
  free(b);
  free(x);
  free(y);
  free(scratch);
}

Test(masked, forward_is_the_sum) {
  size_t n;
  const mg_masked *c = all(&n);
  for (size_t i = 0; i < n; i++) {
    compare(&c[i], 1);
    compare(&c[i], 37);
  }
}

/* A datum's numbers do not depend on what it is beside of. */
Test(masked, a_datum_is_alone) {
  size_t count;
  const mg_masked *c = all(&count);
  for (size_t i = 0; i < count; i++) {
    const size_t in = mg_shape_size(&c[i].image), rows = 50;
    const size_t out = c[i].channels * c[i].image.height * c[i].image.width;
    mg_real *w = uniforms(mg_masked_weights(&c[i]), 1), *b = zeros(99);
    mg_real *x = uniforms(rows * in, 3), *y = zeros(rows * out);
    mg_real *one = zeros(out);
    mg_real *scratch = zeros(mg_masked_scratch(&c[i], rows));
    mg_masked_forward(&c[i], rows, w, b, x, y, scratch, 1);
    for (size_t n = 0; n < rows; n += 7) {
      mg_masked_forward(&c[i], 1, w, b, x + n * in, one, scratch, 1);
      cr_expect_eq(memcmp(one, y + n * out, out * sizeof *one), 0,
                   "convolution %zu, datum %zu: other bytes", i, n);
    }
    free(w);
    free(b);
    free(x);
    free(y);
    free(one);
    free(scratch);
  }
}

/* The gradient of a batch is the sum of its data's, however they are laid
 * together. */
Test(masked, gradients_are_sums) {
  enum { ROWS = 67 };
  size_t count;
  const mg_masked *c = all(&count);
  for (size_t i = 0; i < count; i++) {
    const size_t in = mg_shape_size(&c[i].image), k = mg_masked_weights(&c[i]);
    const size_t out = c[i].channels * c[i].image.height * c[i].image.width;
    mg_real *w = uniforms(k, 1), *x = uniforms(ROWS * in, 3);
    mg_real *dy = uniforms(ROWS * out, 4), *dx = zeros(ROWS * in);
    mg_real *one = zeros(in), *dw = zeros(k), *sum = zeros(k), db[17] = {0};
    mg_real *scratch = zeros(mg_masked_scratch(&c[i], ROWS)), db_sum[17] = {0};
    mg_masked_backward(&c[i], ROWS, w, x, dy, dx, dw, db, scratch, 2);
    for (size_t n = 0; n < ROWS; n++) {
      mg_masked_backward(&c[i], 1, w, x + n * in, dy + n * out, one, sum,
                         db_sum, scratch, 1);
      cr_expect_eq(memcmp(one, dx + n * in, in * sizeof *one), 0,
                   "convolution %zu, datum %zu: another dx", i, n);
    }
    const double slack = 20 * EPS * sqrt((double)(ROWS * out));
    for (size_t q = 0; q < k; q++)
      cr_assert_float_eq((double)dw[q], (double)sum[q], slack,
                         "convolution %zu, weight %zu: %g not %g", i, q,
                         (double)dw[q], (double)sum[q]);
    for (size_t q = 0; q < c[i].channels; q++)
      cr_assert_float_eq((double)db[q], (double)db_sum[q], slack,
                         "convolution %zu, bias %zu: %g not %g", i, q,
                         (double)db[q], (double)db_sum[q]);
    mg_real *own[] = {w, x, dy, dx, one, dw, sum, scratch};
    for (size_t q = 0; q < sizeof own / sizeof *own; q++)
      free(own[q]);
  }
}

/* Every width of vector makes the same sums: 3 channels of 50 numbers, two taps
 * of which one is 7 numbers before. */
Test(masked, kernels_agree) {
  enum { CHANNELS = 3, TAPS = 2, N = 50, PLANE = 96, ROWS = 7 };
  const ptrdiff_t offset[TAPS] = {-7, 0};
  const mg_masked_view view = {CHANNELS, TAPS, PLANE, offset};
  mg_real *x = uniforms(CHANNELS * PLANE, 5);
  mg_real *w = uniforms(ROWS * CHANNELS * TAPS, 6);
  for (const mg_masked_kernel *const *k = mg_masked_kernel_all(); *k; k++) {
    const size_t panel = (*k)->panel, panels = (ROWS + panel - 1) / panel;
    mg_real *packed = zeros(panels * panel * CHANNELS * TAPS), *b = zeros(16);
    mg_real *y = zeros(panels * panel * PLANE);
    mg_real dw[ROWS * CHANNELS * TAPS];
    for (size_t i = 0; i < ROWS * CHANNELS * TAPS; i++)
      dw[i] = 1; /* added to */
    for (size_t i = 0; i < ROWS; i++)
      for (size_t q = 0; q < CHANNELS * TAPS; q++)
        packed[i / panel * panel * CHANNELS * TAPS + q * panel + i % panel] =
            w[i * CHANNELS * TAPS + q];
    (*k)->weigh(&view, panels, packed, b, N, x + 16, y, PLANE);
    for (size_t i = 0; i < ROWS; i++)
      for (size_t p = 0; p < N; p++) {
        double sum = 0;
        for (size_t q = 0; q < CHANNELS * TAPS; q++)
          sum += (double)w[i * CHANNELS * TAPS + q] *
                 (double)x[16 + q / TAPS * PLANE + p - (q % TAPS ? 0 : 7)];
        cr_assert_float_eq((double)y[i * PLANE + p], sum, 20 * EPS,
                           "%zu lanes, row %zu, column %zu", (*k)->lanes, i, p);
      }
    for (size_t i = 0; i < ROWS; i++)
      memset(y + i * PLANE + N, 0, (PLANE - N) * sizeof *y);
    (*k)->correlate(&view, ROWS, N, y, PLANE, x + 16, dw);
    for (size_t i = 0; i < ROWS * CHANNELS * TAPS; i++) {
      const size_t q = i % (CHANNELS * TAPS);
      const double sum = dot(N, y + i / (CHANNELS * TAPS) * PLANE,
                             x + 16 + q / TAPS * PLANE - (q % TAPS ? 0 : 7));
      cr_assert_float_eq((double)dw[i], 1 + sum, 100 * EPS,
                         "%zu lanes, weight %zu", (*k)->lanes, i);
    }
    free(packed);
    free(b);
    free(y);
  }
  free(x);
  free(w);
}

Test(masked, windows) {
  const mg_window a = mg_window_square(7, false), b = mg_window_square(3, true);
  const mg_window left = mg_window_left(3, false),
                  above = mg_window_above(3, true);
  cr_expect(a.taps == 24 && a.top == 3 && a.left == 3, "mask A of 7");
  cr_expect(b.taps == 5 && b.top == 1 && b.left == 1, "mask B of 3");
  cr_expect(left.taps == 1 && left.top == 0, "left of 3");
  cr_expect(above.taps == 6 && above.top == 1, "above of 3, with its line");
}

Test(masked, what_does_not_fit) {
  mg_masked c = {.image = {1, 4, 4}, .channels = 1};
  cr_expect_eq(mg_masked_check(&c), GSL_EINVAL, "no taps");
  c.window = (mg_window){.width = 3, .top = 1, .left = 1, .taps = 7};
  cr_expect_eq(mg_masked_check(&c), GSL_EINVAL, "7 taps in a window of 6");
  cr_expect(strstr(mg_reason(), "7 taps"), "%s", mg_reason());
  c.window = (mg_window){.width = 3, .top = 1, .left = 3, .taps = 4};
  cr_expect_eq(mg_masked_check(&c), GSL_EINVAL, "a pixel beside its window");
  c.window = mg_window_square(25, true);
  cr_expect_eq(mg_masked_check(&c), GSL_EINVAL, "313 taps");
}

/* ---- dropout and gate ---- */

/* A share is dropped, z = 6.1 of a binomial; the rest is larger; another noise
 * drops others, and the gradient knows which. */
Test(masked, dropout) {
  enum { N = 20000 };
  mg_real *x = zeros(N), *y = zeros(N), *z = zeros(N), *d = zeros(N);
  size_t dropped = 0, both = 0;
  for (size_t i = 0; i < N; i++)
    x[i] = 3;
  mg_dropout_forward((mg_real)0.25, 1, N, x, y);
  mg_dropout_forward((mg_real)0.25, 2, N, x, z);
  mg_dropout_backward(N, x, y, x, d);
  for (size_t i = 0; i < N; i++) {
    cr_assert(y[i] == 0 || y[i] == 4, "a number is %g", (double)y[i]);
    cr_assert_float_eq((double)d[i], (double)y[i], 8 * EPS, "gradient %g at %g",
                       (double)d[i], (double)y[i]);
    dropped += y[i] == 0;
    both += y[i] == 0 && z[i] == 0;
  }
  const double sd = sqrt(N * 0.25 * 0.75), pair = sqrt(N / 16.0 * 15 / 16);
  cr_expect_float_eq((double)dropped, N * 0.25, 6.1 * sd, "%zu", dropped);
  cr_expect_float_eq((double)both, N / 16.0, 6.1 * pair, "both %zu", both);
  mg_dropout_forward((mg_real)0.25, 0, N, x, y);
  cr_expect_eq(memcmp(x, y, N * sizeof *x), 0, "noise 0 drops nothing");
  free(x);
  free(y);
  free(z);
  free(d);
}

Test(masked, gate) {
  const mg_real a[] = {0, 1, -2}, b[] = {5, 0, (mg_real)1.5};
  mg_real y[3];
  mg_gate_forward(3, a, b, y);
  for (int i = 0; i < 3; i++)
    cr_expect_float_eq((double)y[i],
                       tanh((double)a[i]) / (1 + exp(-(double)b[i])), 8 * EPS,
                       "number %d: %g", i, (double)y[i]);
}
