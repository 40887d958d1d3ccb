/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long short-term memory against its equations, one number at a time. */
#include "nets.h"

#include "nets/gradcheck.h"
#include "nets/lstm.h"

TestSuite(lstm, .init = mg_blas_serial);

/* Rows in one tile and in several, one step, one hidden number. */
static const mg_lstm shapes[] = {
    {1, 3, 2, 4}, {5, 1, 3, 6}, {4, 37, 5, 7}, {9, 16, 1, 1}, {3, 2, 70, 20}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct {
  const mg_lstm *s;
  mg_real *theta, *x, *h, *tape;
} run;

static run run_of(const mg_lstm *s) {
  const size_t all = s->steps * s->rows;
  run r = {.s = s,
           .theta = uniforms(mg_lstm_parameters(s), 1),
           .x = uniforms(all * s->in, 2),
           .h = zeros(all * s->hidden),
           .tape = zeros(mg_lstm_tape(s))};
  mg_lstm_forward(s, r.theta, r.x, r.h, r.tape, 2);
  return r;
}

static void run_free(run *r) {
  free(r->theta);
  free(r->x);
  free(r->h);
  free(r->tape);
}

static double sigmoid(double a) {
  return 1 / (1 + exp(-a));
}

/* a of one gate's number j, of the state h before. */
static double sum_into(const run *r, const mg_real *x, const double *h,
                       size_t gate, size_t j) {
  const size_t in = r->s->in, n = r->s->hidden, k = gate * n + j;
  double a = (double)r->theta[(in + n) * 4 * n + k];
  for (size_t i = 0; i < in; i++)
    a += (double)x[i] * (double)r->theta[i * 4 * n + k];
  for (size_t i = 0; i < n; i++)
    a += h[i] * (double)r->theta[(in + i) * 4 * n + k];
  return a;
}

/* One row by the equations, against what came out. */
static void compare_row(const run *r, size_t row) {
  const mg_lstm *s = r->s;
  double h[32] = {0}, c[32] = {0}, after[32] = {0};
  for (size_t t = 0; t < s->steps; t++) {
    const size_t at = t * s->rows + row;
    for (size_t j = 0; j < s->hidden; j++) {
      const mg_real *x = r->x + at * s->in;
      const double i = sigmoid(sum_into(r, x, h, 0, j));
      const double f = sigmoid(sum_into(r, x, h, 1, j));
      const double o = sigmoid(sum_into(r, x, h, 2, j));
      c[j] = f * c[j] + i * tanh(sum_into(r, x, h, 3, j));
      after[j] = o * tanh(c[j]);
      const double got = (double)r->h[at * s->hidden + j];
      cr_assert_float_eq(got, after[j], 60 * EPS,
                         "step %zu, row %zu, %zu: %.12g not %.12g", t, row, j,
                         got, after[j]);
    }
    memcpy(h, after, sizeof h);
  }
}

Test(lstm, forward_is_the_equations) {
  for (size_t i = 0; i < SHAPES; i++) {
    run r = run_of(&shapes[i]);
    for (size_t row = 0; row < shapes[i].rows; row++)
      compare_row(&r, row);
    run_free(&r);
  }
}

Test(lstm, a_sequence_is_its_steps) {
  for (size_t i = 0; i < SHAPES; i++) {
    run r = run_of(&shapes[i]);
    const mg_lstm *s = &shapes[i];
    const size_t state = s->rows * s->hidden;
    mg_real *c = zeros(state), *h = zeros(state), *gates = zeros(4 * state);
    for (size_t t = 0; t < s->steps; t++) {
      mg_lstm_step(s, r.theta, r.x + t * s->rows * s->in, c, h, gates, 1);
      for (size_t k = 0; k < state; k++)
        cr_assert_float_eq((double)h[k], (double)r.h[t * state + k], 30 * EPS,
                           "shape %zu, step %zu: %.12g not %.12g", i, t,
                           (double)h[k], (double)r.h[t * state + k]);
    }
    free(c);
    free(h);
    free(gates);
    run_free(&r);
  }
}

Test(lstm, it_begins_by_remembering) {
  const mg_lstm s = {.steps = 1, .rows = 1, .in = 3, .hidden = 5};
  mg_real *theta = zeros(mg_lstm_parameters(&s));
  gsl_rng *rng = mg_stream_alloc(1, "test/lstm", 0);
  mg_lstm_begin(&s, rng, theta);
  const double bound = sqrt(6. / 8), inner = sqrt(6. / 10);
  for (size_t k = 0; k < 3 * 20; k++)
    cr_assert(fabs((double)theta[k]) <= bound && theta[k] != 0, "W: %g",
              (double)theta[k]);
  for (size_t k = 3 * 20; k < 8 * 20; k++)
    cr_assert(fabs((double)theta[k]) <= inner && theta[k] != 0, "U: %g",
              (double)theta[k]);
  for (size_t k = 0; k < 20; k++)
    cr_assert_eq(theta[8 * 20 + k], k / 5 == 1, "bias %zu is %g", k,
                 (double)theta[8 * 20 + k]);
  gsl_rng_free(rng);
  free(theta);
}

/* With f = 1 and i = 0 but at the first step, what was written then is there
 * 300 steps later, and so is its gradient. */
Test(lstm, an_open_gate_keeps_what_was_written) {
  const mg_lstm s = {.steps = 300, .rows = 1, .in = 1, .hidden = 1};
  const mg_real theta[] = {80, 0, 0, 0, 0, 0, 0, 0, -40, 40, 40, 1};
  mg_real *x = zeros(300), *h = zeros(300), *dh = zeros(300);
  mg_real *tape = zeros(mg_lstm_tape(&s)), dtheta[12] = {0};
  x[0] = 1;
  dh[299] = 1;
  mg_lstm_forward(&s, theta, x, h, tape, 1);
  const double g = tanh(1), y = tanh(g);
  cr_expect_float_eq((double)h[299], y, 20 * EPS, "%.9g, written %.9g",
                     (double)h[299], y);
  mg_lstm_backward(&s, theta, x, h, dh, tape, dtheta, NULL, 1);
  const double slope = (1 - y * y) * (1 - g * g);
  cr_expect_float_eq((double)dtheta[11], slope, 20 * EPS, "slope %.9g not %.9g",
                     (double)dtheta[11], slope);
  free(x);
  free(h);
  free(dh);
  free(tape);
}

Test(lstm, the_same_bytes_for_any_number_of_threads) {
  for (size_t i = 0; i < SHAPES; i++) {
    const mg_lstm *s = &shapes[i];
    const size_t all = s->steps * s->rows, n = mg_lstm_parameters(s);
    mg_real *dh = uniforms(all * s->hidden, 3);
    mg_real *d[4], *dx[4];
    run r[4];
    for (size_t k = 0; k < 4; k++) {
      r[k] = run_of(s);
      d[k] = zeros(n);
      dx[k] = zeros(all * s->in);
      mg_lstm_forward(s, r[k].theta, r[k].x, r[k].h, r[k].tape, k + 1);
      mg_lstm_backward(s, r[k].theta, r[k].x, r[k].h, dh, r[k].tape, d[k],
                       dx[k], k + 1);
      cr_expect(memcmp(d[k], d[0], n * sizeof *d[k]) == 0 &&
                    memcmp(dx[k], dx[0], all * s->in * sizeof *dx[k]) == 0 &&
                    memcmp(r[k].h, r[0].h, all * s->hidden * sizeof *r[k].h) ==
                        0,
                "shape %zu on %zu threads: other bytes", i, k + 1);
    }
    for (size_t k = 0; k < 4; k++) {
      run_free(&r[k]);
      free(d[k]);
      free(dx[k]);
    }
    free(dh);
  }
}

#ifdef MG_REAL_DOUBLE
/* sum dh h, of which dh is the gradient in h. */
static double total(const run *r, const double *theta, const double *x,
                    const double *dh) {
  mg_lstm_forward(r->s, theta, x, r->h, r->tape, 1);
  return dot(r->s->steps * r->s->rows * r->s->hidden, dh, r->h);
}

/* One gradient: of theta when `of` is 0, else of x. */
static void check_gradient(run *r, const double *dh, int of,
                           const double *gradient, gsl_rng *rng) {
  const size_t n =
      of ? r->s->steps * r->s->rows * r->s->in : mg_lstm_parameters(r->s);
  double *v = zeros(n), *moved = zeros(n), f[MG_GRADCHECK_POINTS];
  for (int repeat = 0; repeat < 10; repeat++) {
    mg_gradcheck_direction(rng, n, v);
    for (size_t k = 0; k < MG_GRADCHECK_POINTS; k++) {
      mg_gradcheck_move(n, of ? r->x : r->theta, k, 5e-4, v, moved);
      f[k] = total(r, of ? r->theta : moved, of ? moved : r->x, dh);
    }
    const double error = mg_gradcheck_error(n, gradient, v, 5e-4, f);
    cr_expect_leq(error, 1e-8, "steps %zu, hidden %zu, %s: error %g",
                  r->s->steps, r->s->hidden, of ? "x" : "theta", error);
  }
  free(v);
  free(moved);
}

Test(lstm, gradients_are_the_differences) {
  gsl_rng *rng = mg_stream_alloc(1, "test/lstm", 1);
  for (size_t i = 0; i < SHAPES; i++) {
    run r = run_of(&shapes[i]);
    const size_t all = r.s->steps * r.s->rows;
    double *dh = uniforms(all * r.s->hidden, 4), *dx = zeros(all * r.s->in);
    double *d = zeros(mg_lstm_parameters(r.s));
    mg_lstm_backward(r.s, r.theta, r.x, r.h, dh, r.tape, d, dx, 1);
    check_gradient(&r, dh, 0, d, rng);
    check_gradient(&r, dh, 1, dx, rng);
    free(dh);
    free(dx);
    free(d);
    run_free(&r);
  }
  gsl_rng_free(rng);
}
#endif
