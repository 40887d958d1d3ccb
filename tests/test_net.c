/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nets: every kind of layer alone and in stacks, held against differences (in
 * the double build), against sums done by hand, and over threads. */
#include "nets/dense.h"
#include "nets/gradcheck.h"
#include "rig.h"

TestSuite(net, .init = mg_blas_serial);

/* ---- gradients ---- */

#ifdef MG_REAL_DOUBLE

/* The worst relative error over random directions, of theta or of x. */
static double worst_error(const rig *r, bool of_theta, double h) {
  const size_t n = of_theta ? r->n : ROWS * r->in;
  const double *at = of_theta ? r->theta : r->x;
  double *v = zeros(n), *moved = zeros(n), worst = 0;
  gsl_rng *rng = mg_stream_alloc(2, "test/net", of_theta);
  for (int repeat = 0; repeat < 12; repeat++) {
    double f[MG_GRADCHECK_POINTS];
    mg_gradcheck_direction(rng, n, v);
    for (size_t k = 0; k < MG_GRADCHECK_POINTS; k++) {
      mg_gradcheck_move(n, at, k, h, v, moved);
      f[k] = value(r, of_theta ? moved : r->theta, of_theta ? r->x : moved, 1);
    }
    const double error =
        mg_gradcheck_error(n, of_theta ? r->dtheta : r->dx, v, h, f);
    worst = error > worst || isnan(error) ? error : worst;
  }
  gsl_rng_free(rng);
  free(v);
  free(moved);
  return worst;
}

Test(net, gradients_are_the_differences) {
  for (size_t i = 0; i < NETS; i++) {
    rig r = numbered(i);
    const double h = i == 7 || i == 8 || i > 11 ? 1e-5 : 3e-4; /* bends */
    differentiate(&r, 2);
    const double theta = worst_error(&r, true, h),
                 x = worst_error(&r, false, h);
    cr_expect_leq(theta, 1e-8, "%s, parameters: error %g", names[i], theta);
    cr_expect_leq(x, 1e-8, "%s, data: error %g", names[i], x);
    drop(&r);
  }
}

/* A check that has never failed is not one: a sign turned in any layer's
 * gradient, or one number lost, is seen. */
Test(net, a_wrong_gradient_is_seen) {
  rig r = numbered(4);
  for (size_t i = 0; i < mg_net_layers(r.net); i++) {
    const mg_layer *l = mg_net_layer(r.net, i);
    if (l->parameters == 0)
      continue;
    differentiate(&r, 1);
    for (size_t k = 0; k < l->parameters; k++)
      r.dtheta[l->theta + k] *= -1;
    cr_expect_gt(worst_error(&r, true, 1e-3), 1e-3,
                 "the sign of layer %zu is not seen", i + 1);
  }
  differentiate(&r, 1);
  r.dtheta[r.n - 1] = 0;
  cr_expect_gt(worst_error(&r, true, 1e-3), 1e-3, "a lost bias is not seen");
  drop(&r);
}

#endif

/* Gradients are added, and dx may be left out. */
Test(net, gradients_are_added) {
  for (size_t i = 0; i < NETS; i++) {
    rig r = numbered(i);
    differentiate(&r, 1);
    mg_real *twice = zeros(r.n);
    memcpy(twice, r.dtheta, r.n * sizeof *twice);
    memcpy(mg_net_gradient(r.net, ROWS, r.tape), r.c,
           ROWS * r.out * sizeof *r.c);
    mg_net_backward(r.net, r.theta, ROWS, r.x, r.tape, twice, NULL, 1);
    for (size_t k = 0; k < r.n; k++)
      cr_assert_float_eq((double)twice[k], 2 * (double)r.dtheta[k],
                         100 * EPS * (1 + fabs((double)twice[k])),
                         "%s, parameter %zu: %g after two, %g after one",
                         names[i], k, (double)twice[k], (double)r.dtheta[k]);
    free(twice);
    drop(&r);
  }
}

Test(net, the_same_bytes_for_any_number_of_threads) {
  for (size_t i = 0; i < NETS; i++) {
    rig r = numbered(i);
    differentiate(&r, 1);
    mg_real *one = zeros(r.n), *dx = zeros(ROWS * r.in);
    memcpy(one, r.dtheta, r.n * sizeof *one);
    memcpy(dx, r.dx, ROWS * r.in * sizeof *dx);
    for (size_t threads = 2; threads <= 4; threads += 2) {
      differentiate(&r, threads);
      cr_expect_eq(memcmp(one, r.dtheta, r.n * sizeof *one), 0,
                   "%s on %zu threads: other gradients", names[i], threads);
      cr_expect_eq(memcmp(dx, r.dx, ROWS * r.in * sizeof *dx), 0,
                   "%s on %zu threads: other dx", names[i], threads);
    }
    free(one);
    free(dx);
    drop(&r);
  }
}

/* Without dtheta the same dx is made; and a net's dtheta may be left out. */
Test(net, dx_alone_is_the_same_dx) {
  for (size_t i = 0; i < NETS; i++) {
    rig r = numbered(i);
    differentiate(&r, 2);
    mg_real *alone = zeros(ROWS * r.in);
    memcpy(mg_net_gradient(r.net, ROWS, r.tape), r.c,
           ROWS * r.out * sizeof *r.c);
    mg_net_backward(r.net, r.theta, ROWS, r.x, r.tape, NULL, alone, 2);
    cr_expect_eq(memcmp(alone, r.dx, ROWS * r.in * sizeof *alone), 0,
                 "%s: another dx", names[i]);
    cr_expect_eq(mg_net_check_gradients(r.net, "D", ROWS, r.tape, NULL),
                 GSL_SUCCESS, "%s", mg_reason());
    free(alone);
    drop(&r);
  }
}

/* ---- values ---- */

/* A stack of two layers and a skip, by hand. */
Test(net, two_layers_by_hand) {
  mg_net *net = mg_net_alloc((mg_shape){2, 1, 1});
  mg_net_dense(net, 2, MG_START_HE);
  mg_net_activation(net, MG_RELU);
  cr_assert_eq(mg_net_skip(net, 0), GSL_SUCCESS, "%s", mg_reason());
  /* W = (1 2; 3 4), b = (-2, 0.5) */
  const mg_real theta[] = {1, 2, 3, 4, -2, (mg_real)0.5};
  const mg_real x[] = {1, -1, 0, 1};
  mg_real *tape = zeros(mg_net_tape(net, 2)), dtheta[6] = {0}, dx[4];
  const mg_real *y = mg_net_forward(net, theta, 2, x, tape, 1);
  /* x W + b = (-4, -1.5), (1, 4.5) */
  cr_expect(y[0] == 1 && y[1] == -1 && y[2] == 1 && y[3] == 5.5, "%g %g %g %g",
            (double)y[0], (double)y[1], (double)y[2], (double)y[3]);
  mg_real *dy = mg_net_gradient(net, 2, tape);
  for (int i = 0; i < 4; i++)
    dy[i] = 1;
  mg_net_backward(net, theta, 2, x, tape, dtheta, dx, 1);
  cr_expect(dx[0] == 1 && dx[1] == 1 && dx[2] == 4 && dx[3] == 8,
            "dx %g %g %g %g", (double)dx[0], (double)dx[1], (double)dx[2],
            (double)dx[3]);
  const mg_real right[] = {0, 0, 1, 1, 1, 1};
  cr_expect_eq(memcmp(dtheta, right, sizeof right), 0, "another dtheta");
  free(tape);
  mg_net_free(net);
}

/* Both builds compute the same to rounding: the numbers are the double one's,
 * F and its slope along theta. */
Test(net, both_builds_agree) {
  rig r = numbered(4);
  const double got = value(&r, r.theta, r.x, 2);
  const double right = 1.6010782180099774;
  cr_expect_float_eq(got, right, 100 * EPS, "%.17g, not %.17g", got, right);
  differentiate(&r, 2);
  const double slope = dot(r.n, r.dtheta, r.theta),
               double_slope = 13.88324254066163;
  cr_expect_float_eq(slope, double_slope, 400 * EPS, "%.17g, not %.17g", slope,
                     double_slope);
  drop(&r);
}

Test(net, shapes_and_places) {
  rig r = numbered(4);
  const mg_shape out = mg_net_shape(r.net);
  cr_expect(out.channels == 2 && out.height == 8 && out.width == 8,
            "%zu x %zu x %zu", out.channels, out.height, out.width);
  size_t n = 0;
  for (size_t i = 0; i < mg_net_layers(r.net); i++) {
    cr_expect_eq(mg_net_layer(r.net, i)->theta, n,
                 "layer %zu begins at %zu, "
                 "not %zu",
                 i, mg_net_layer(r.net, i)->theta, n);
    n += mg_net_layer(r.net, i)->parameters;
  }
  cr_expect_eq(n, r.n, "%zu parameters, not %zu", r.n, n);
  gsl_rng *rng = mg_stream_alloc(3, "test/net", 0);
  mg_net_begin(r.net, rng, r.theta);
  cr_expect_eq(r.theta[r.n - 1], 0, "a bias begins at %g",
               (double)r.theta[r.n - 1]);
  cr_expect_neq(r.theta[0], 0, "a weight begins at 0");
  gsl_rng_free(rng);
  drop(&r);
}

Test(net, the_first_failure_stays) {
  mg_net *net = mg_net_alloc(image);
  cr_expect_eq(mg_net_conv(net, 1, 11, 1, 1, MG_START_HE), GSL_EINVAL, "11");
  cr_expect(strstr(mg_reason(), "layer 1: a kernel of 11"), "%s", mg_reason());
  cr_expect_eq(mg_net_dense(net, 3, MG_START_HE), GSL_EINVAL, "forgotten");
  cr_expect_eq(mg_net_skip(net, 0), GSL_EINVAL, "forgotten by a skip");
  cr_expect_eq(mg_net_layers(net), 0, "it has layers");
  mg_net_free(net);
  net = mg_net_alloc(vector);
  mg_net_dense(net, 3, MG_START_HE);
  cr_expect_eq(mg_net_skip(net, 0), GSL_EINVAL, "11 numbers and 3");
  mg_net_free(net);
  net = mg_net_alloc(image);
  cr_expect_eq(mg_net_reshape(net, vector), GSL_EINVAL, "another size");
  mg_net_free(net);
  net = mg_net_alloc(image);
  cr_expect_eq(mg_net_conv_transposed(net, 1, 3, 2, 1, 2, MG_START_HE),
               GSL_EINVAL, "extra is the stride");
  mg_net_free(net);
  net = mg_net_alloc(vector);
  cr_expect_eq(mg_net_leaky_relu(net, 0), GSL_EINVAL, "a slope of 0");
  mg_net_free(net);
  cr_expect_eq(mg_net_dense(NULL, 1, MG_START_HE), GSL_ENOMEM, "a NULL net");
  mg_net_free(NULL);
}

/* ---- what is not finite ---- */

static void expect_reason(int status, const char *words) {
  cr_expect_eq(status, GSL_EDOM, "status %d where '%s' is due", status, words);
  cr_expect(strstr(mg_reason(), words), "'%s' not in: %s", words, mg_reason());
}

static int check_outputs(const rig *r) {
  value(r, r->theta, r->x, 1);
  return mg_net_check_outputs(r->net, "decoder", r->theta, ROWS, r->x, r->tape);
}

Test(net, the_layer_of_a_nan_is_named) {
  rig r = numbered(9);
  cr_expect_eq(check_outputs(&r), GSL_SUCCESS, "%s", mg_reason());
  differentiate(&r, 1);
  cr_expect_eq(mg_net_check_gradients(r.net, "decoder", ROWS, r.tape, r.dtheta),
               GSL_SUCCESS, "%s", mg_reason());
  const mg_layer *last = mg_net_layer(r.net, 2);
  mg_real *w = &r.theta[last->theta + 3], keep = *w;
  *w = (mg_real)NAN;
  expect_reason(check_outputs(&r), "decoder, layer 3 (dense): parameter 4 is");
  *w = keep;
  r.x[3 * r.in + 1] = (mg_real)INFINITY;
  expect_reason(check_outputs(&r), "comes in is inf (datum 4, number 2)");
  r.x[3 * r.in + 1] = 1;
#ifdef MG_REAL_DOUBLE
  r.theta[last->theta] = 1e308;
  for (size_t i = 0; i < 9; i++)
    r.theta[last->theta + 5 * i] = 1e308;
#else
  for (size_t i = 0; i < 9; i++)
    r.theta[last->theta + 5 * i] = 3e38f;
#endif
  for (size_t i = 0; i < 9; i++)
    r.theta[99 + i] = 20; /* every tanh is 1 */
  expect_reason(check_outputs(&r), "layer 3 (dense): an output is inf (datum");
  drop(&r);
}

Test(net, the_layer_of_a_wild_gradient_is_named) {
  rig r = numbered(9);
  const mg_layer *last = mg_net_layer(r.net, 2);
  for (size_t i = 0; i < 9 * 5; i++)
    r.theta[last->theta + i] = (mg_real)(sizeof(mg_real) == 8 ? 1e308 : 3e38);
  for (size_t i = 0; i < ROWS * r.out; i++)
    r.c[i] = 1;
  differentiate(&r, 1);
  expect_reason(
      mg_net_check_gradients(r.net, "encoder", ROWS, r.tape, r.dtheta),
      "encoder, layer 3 (dense): the gradient it sends back is inf (datum 1");
  r.c[r.out] = (mg_real)NAN;
  differentiate(&r, 1);
  expect_reason(
      mg_net_check_gradients(r.net, "encoder", ROWS, r.tape, r.dtheta),
      "the gradient that comes in is nan (datum 2, number 1)");
  drop(&r);
}
