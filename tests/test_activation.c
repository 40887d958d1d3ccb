/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elementary functions and activations against libm. */
#include "nets.h"

#include "base/logmath.h"
#include "nets/activation.h"
#include "nets/elementary.h"

static double units_apart(double got, double right) {
  return fabs(got - right) / (EPS * fmax(fabs(right), 1e-30));
}

Test(activation, elementary_functions_are_libms_to_a_few_units) {
  double worst[4] = {0};
  for (int i = -86000; i <= 88000; i += 7) {
    const mg_real x = (mg_real)(i / 1000.), y = (mg_real)exp(i / 1000.);
    const mg_real f = (mg_real)(-0.5 + (i + 86000) * 1.5 / 174000);
    worst[0] =
        fmax(worst[0], units_apart((double)mg_real_exp(x), exp((double)x)));
    if (fabs((double)y - 1) > 1e-3)
      worst[1] =
          fmax(worst[1], units_apart((double)mg_real_log(y), log((double)y)));
    worst[2] =
        fmax(worst[2], units_apart((double)mg_real_log1p(f), log1p((double)f)));
    worst[3] =
        fmax(worst[3], units_apart((double)mg_real_tanh(f), tanh((double)f)));
  }
  for (int i = 0; i < 4; i++)
    cr_expect_lt(worst[i], 4, "%s is off by %g units",
                 (const char *[]){"exp", "log", "log1p", "tanh"}[i], worst[i]);
}

Test(activation, elementary_functions_at_the_ends) {
  cr_expect(isnan(mg_real_exp((mg_real)NAN)), "exp of NaN");
  cr_expect(isinf(mg_real_exp((mg_real)INFINITY)), "exp of infinity");
  cr_expect(isinf(mg_real_exp(800)), "exp(800) is finite");
  cr_expect_eq(mg_real_exp((mg_real)-INFINITY), 0, "exp(-infinity)");
  cr_expect_eq(mg_real_exp(0), 1, "exp(0)");
  cr_expect_eq(mg_real_tanh(200), 1, "tanh(200)");
  cr_expect_eq(mg_real_tanh(-200), -1, "tanh(-200)");
  cr_expect(isnan(mg_real_tanh((mg_real)NAN)), "tanh of NaN");
  cr_expect_eq(mg_real_softplus(500), 500, "softplus(500)");
  cr_expect_eq(mg_real_sigmoid(-5000), 0, "sigmoid(-5000)");
}

/* Value and derivative at x, from libm. */
static void right(mg_activation f, double slope, double x, double *y,
                  double *dy) {
  const double s = mg_sigmoid(x);
  switch (f) {
  case MG_RELU:
    *y = fmax(x, 0);
    *dy = x > 0;
    break;
  case MG_LEAKY_RELU:
    *y = x > 0 ? x : slope * x;
    *dy = x > 0 ? 1 : slope;
    break;
  case MG_TANH:
    *y = tanh(x);
    *dy = 1 / cosh(x) / cosh(x);
    break;
  case MG_SIGMOID:
    *y = s;
    *dy = s * (1 - s);
    break;
  case MG_SOFTPLUS:
    *y = mg_log1p_exp(x);
    *dy = s;
    break;
  }
}

enum { N = 20001 };

Test(activation, values_and_derivatives) {
  mg_real *x = zeros(N), *y = zeros(N), *dx = zeros(N), *ones = zeros(N);
  for (int i = 0; i < N; i++) {
    x[i] = (mg_real)((i - N / 2) * 2e-3);
    ones[i] = -3;
  }
  for (int f = MG_RELU; f <= MG_SOFTPLUS; f++) {
    mg_activation_forward((mg_activation)f, (mg_real)0.2, N, x, y, 2);
    mg_activation_backward((mg_activation)f, (mg_real)0.2, N, y, ones, dx, 2);
    for (int i = 0; i < N; i++) {
      double v, d;
      right((mg_activation)f, 0.2, (double)x[i], &v, &d);
      cr_assert_float_eq(
          (double)y[i], v, 4 * EPS * (1 + fabs(v)), "%s(%g) = %.9g, not %.9g",
          mg_activation_name((mg_activation)f), (double)x[i], (double)y[i], v);
      cr_assert_float_eq((double)dx[i], -3 * d, 16 * EPS,
                         "%s'(%g) = %.9g, not %.9g",
                         mg_activation_name((mg_activation)f), (double)x[i],
                         (double)dx[i] / -3, d);
    }
  }
  free(x);
  free(y);
  free(dx);
  free(ones);
}

Test(activation, a_nan_goes_through) {
  const mg_real x = (mg_real)NAN;
  for (int f = MG_RELU; f <= MG_SOFTPLUS; f++) {
    mg_real y = 0;
    mg_activation_forward((mg_activation)f, (mg_real)0.2, 1, &x, &y, 1);
    cr_expect(isnan(y), "%s hides a NaN: %g",
              mg_activation_name((mg_activation)f), (double)y);
  }
}
