/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tangents of nets and their gradients, against the way back and (in the double
 * build) against differences of it. */
#include "nets/gradcheck.h"
#include "nets/tangent.h"
#include "rig.h"

TestSuite(tangent, .init = mg_blas_serial);

/* What a tangent needs beside a rig. */
typedef struct {
  rig r;
  mg_real *v, *dots, *dtheta;
} moving;

static moving numbered_moving(size_t i) {
  moving m = {.r = numbered(i)};
  m.v = uniforms(ROWS * m.r.in, 31);
  const size_t dots = mg_net_tangent_tape(m.r.net, ROWS);
  m.dots = zeros(dots);
  for (size_t k = 0; k < dots; k++)
    m.dots[k] = (mg_real)NAN; /* who reads what nobody wrote is seen */
  m.dtheta = zeros(m.r.n);
  return m;
}

static void stop(moving *m) {
  drop(&m->r);
  free(m->v);
  free(m->dots);
  free(m->dtheta);
}

/* g = J^T c of every datum, in r.dx; the tape then holds the values. */
static void find_slopes(const moving *m, const mg_real *theta, size_t threads) {
  const rig *r = &m->r;
  mg_net_forward(r->net, theta, ROWS, r->x, r->tape, threads);
  memcpy(mg_net_gradient(r->net, ROWS, r->tape), r->c,
         ROWS * r->out * sizeof *r->c);
  mg_net_backward(r->net, theta, ROWS, r->x, r->tape, NULL, r->dx, threads);
}

/* The gradient of c . y_dot along v in theta. */
static double differentiate_tangent(const moving *m, size_t threads) {
  const rig *r = &m->r;
  const mg_real *y_dot = mg_net_tangent(r->net, r->theta, ROWS, r->x, r->tape,
                                        m->v, m->dots, threads);
  const double value = dot(ROWS * r->out, r->c, y_dot);
  memset(m->dtheta, 0, r->n * sizeof *m->dtheta);
  memcpy(mg_net_tangent_gradient(r->net, ROWS, m->dots), r->c,
         ROWS * r->out * sizeof *r->c);
  mg_net_tangent_backward(r->net, r->theta, ROWS, r->x, r->tape, m->v, m->dots,
                          m->dtheta, threads);
  return value;
}

/* Nets with a mask, a gate or a dropout have none. */
static bool can(size_t i) {
  return strcmp(names[i], "masked") != 0 && strcmp(names[i], "gated") != 0;
}

Test(tangent, which_nets_have_one) {
  for (size_t i = 0; i < NETS; i++) {
    rig r = numbered(i);
    cr_expect_eq(mg_net_has_tangent(r.net), can(i), "%s says %d", names[i],
                 mg_net_has_tangent(r.net));
    drop(&r);
  }
}

/* c . J v is J^T c . v. */
Test(tangent, it_is_the_way_back_turned_round) {
  for (size_t i = 0; i < NETS; i++) {
    if (!can(i))
      continue;
    moving m = numbered_moving(i);
    find_slopes(&m, m.r.theta, 2);
    const double forth = differentiate_tangent(&m, 2);
    const double back = dot(ROWS * m.r.in, m.r.dx, m.v);
    cr_expect_float_eq(forth, back, 200 * EPS * (1 + fabs(back)),
                       "%s: %.12g forth, %.12g back", names[i], forth, back);
    stop(&m);
  }
}

#ifdef MG_REAL_DOUBLE

/* lambda mean (|g| - 1)^2 over the data; its gradient in g into v, unless it is
 * NULL. */
static double penalty(const moving *m, mg_real *v) {
  const rig *r = &m->r;
  const double lambda = 10;
  double sum = 0;
  for (size_t n = 0; n < ROWS; n++) {
    const double *g = r->dx + n * r->in, size = sqrt(dot(r->in, g, g));
    sum += lambda / ROWS * (size - 1) * (size - 1);
    for (size_t i = 0; v && i < r->in; i++)
      v[n * r->in + i] = 2 * lambda / ROWS * (size - 1) * g[i] / size;
  }
  return sum;
}

static double along(const moving *m) {
  return dot(ROWS * m->r.in, m->r.dx, m->v);
}

static double penalised(const moving *m) {
  return penalty(m, NULL);
}

/* The worst error of m->dtheta as the gradient of a number of the slopes, which
 * only the way back makes: nothing of a tangent is in it. */
static double worst_error(const moving *m, double h,
                          double (*number)(const moving *m)) {
  const rig *r = &m->r;
  double *to = zeros(r->n), *moved = zeros(r->n), worst = 0;
  gsl_rng *rng = mg_stream_alloc(2, "test/tangent", 0);
  for (int repeat = 0; repeat < 8; repeat++) {
    double f[MG_GRADCHECK_POINTS];
    mg_gradcheck_direction(rng, r->n, to);
    for (size_t k = 0; k < MG_GRADCHECK_POINTS; k++) {
      mg_gradcheck_move(r->n, r->theta, k, h, to, moved);
      find_slopes(m, moved, 1);
      f[k] = number(m);
    }
    const double error = mg_gradcheck_error(r->n, m->dtheta, to, h, f);
    worst = error > worst || isnan(error) ? error : worst;
  }
  gsl_rng_free(rng);
  free(to);
  free(moved);
  return worst;
}

/* Relus bend, and a bend between the points spoils the differences. */
static double step(size_t i) {
  return strstr(names[i], "relu") || strstr(names[i], "maxout") ? 1e-5 : 2e-4;
}

Test(tangent, gradients_are_the_differences_of_the_way_back) {
  for (size_t i = 0; i < NETS; i++) {
    if (!can(i))
      continue;
    moving m = numbered_moving(i);
    find_slopes(&m, m.r.theta, 1);
    differentiate_tangent(&m, 2);
    const double error = worst_error(&m, step(i), along);
    cr_expect_leq(error, 1e-8, "%s: error %g", names[i], error);
    stop(&m);
  }
}

/* All of WGAN-GP's penalty: slopes, v, tangent, its way back. */
Test(tangent, a_penaltys_gradient_is_its_differences) {
  for (size_t i = 0; i < NETS; i++) {
    if (!can(i))
      continue;
    moving m = numbered_moving(i);
    find_slopes(&m, m.r.theta, 1);
    penalty(&m, m.v);
    differentiate_tangent(&m, 2);
    const double error = worst_error(&m, step(i), penalised);
    cr_expect_leq(error, 1e-8, "%s: error %g", names[i], error);
    stop(&m);
  }
}

/* The check sees a term that is lost: the curvature of one activation, which
 * reaches only what is before it, and a bias that is counted. */
Test(tangent, a_wrong_gradient_is_seen) {
  for (size_t i = 0; i < NETS; i++) {
    if (!can(i))
      continue;
    moving m = numbered_moving(i);
    find_slopes(&m, m.r.theta, 1);
    differentiate_tangent(&m, 1);
    m.dtheta[m.r.n - 1] += 1;
    cr_expect_gt(worst_error(&m, step(i), along), 1e-6,
                 "%s: a bias counted is not seen", names[i]);
    stop(&m);
  }
}

#endif

Test(tangent, the_same_bytes_for_any_number_of_threads) {
  for (size_t i = 0; i < NETS; i++) {
    if (!can(i))
      continue;
    moving m = numbered_moving(i);
    find_slopes(&m, m.r.theta, 1);
    const double value = differentiate_tangent(&m, 1);
    mg_real *one = zeros(m.r.n);
    memcpy(one, m.dtheta, m.r.n * sizeof *one);
    for (size_t threads = 2; threads <= 4; threads += 2) {
      find_slopes(&m, m.r.theta, threads);
      cr_expect_eq(differentiate_tangent(&m, threads), value,
                   "%s on %zu threads: another tangent", names[i], threads);
      cr_expect_eq(memcmp(one, m.dtheta, m.r.n * sizeof *one), 0,
                   "%s on %zu threads: other gradients", names[i], threads);
    }
    free(one);
    stop(&m);
  }
}

/* Of relus the output is a polynomial in theta: x w1 w2 with every unit on has
 * the slope w1 w2, whose gradients are known. */
Test(tangent, two_layers_by_hand) {
  mg_net *net = mg_net_alloc((mg_shape){1, 1, 1});
  mg_net_dense(net, 1, MG_START_HE);
  mg_net_activation(net, MG_RELU);
  cr_assert_eq(mg_net_dense(net, 1, MG_START_HE), GSL_SUCCESS, "%s",
               mg_reason());
  const mg_real theta[] = {3, 1, 5, 7}, x[] = {2, -2}, v[] = {1, 10};
  mg_real tape[20], dots[30], dtheta[4] = {0};
  cr_assert(mg_net_tape(net, 2) <= 20 && mg_net_tangent_tape(net, 2) <= 30,
            "tapes of %zu and %zu numbers", mg_net_tape(net, 2),
            mg_net_tangent_tape(net, 2));
  mg_net_forward(net, theta, 2, x, tape, 1);
  const mg_real *y_dot = mg_net_tangent(net, theta, 2, x, tape, v, dots, 1);
  cr_expect(y_dot[0] == 15 && y_dot[1] == 0, "%g %g", (double)y_dot[0],
            (double)y_dot[1]);
  mg_real *dy_dot = mg_net_tangent_gradient(net, 2, dots);
  dy_dot[0] = dy_dot[1] = 2;
  mg_net_tangent_backward(net, theta, 2, x, tape, v, dots, dtheta, 1);
  cr_expect(dtheta[0] == 10 && dtheta[1] == 0 && dtheta[2] == 6 &&
                dtheta[3] == 0,
            "%g %g %g %g", (double)dtheta[0], (double)dtheta[1],
            (double)dtheta[2], (double)dtheta[3]);
  mg_net_free(net);
}
