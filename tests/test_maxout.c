/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maxouts, by hand. */
#include "nets.h"

#include "nets/maxout.h"
#include "nets/net.h"

enum { PIECES = 3, UNITS = 4 };

/* Pieces 0, 1, 2 of four units: the last largest, the first, two equal, NaN. */
static const mg_real x[] = {-3, 5, 2, 1, -2, 4, 7, NAN, -1, -5, 7, 2};
static const size_t piece[] = {2, 0, 1};

Test(maxout, the_largest_passes) {
  mg_real y[UNITS], dx[PIECES * UNITS], y_dot[UNITS];
  const mg_real dy[] = {1, 2, 3, 4};
  const mg_real along[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  mg_maxout_forward(1, PIECES, UNITS, x, y);
  cr_expect(y[0] == -1 && y[1] == 5 && y[2] == 7, "%g %g %g", (double)y[0],
            (double)y[1], (double)y[2]);
  cr_expect(isnan(y[3]), "a NaN in the middle becomes %g", (double)y[3]);
  mg_maxout_backward(1, PIECES, UNITS, x, y, dy, dx);
  mg_maxout_tangent(1, PIECES, UNITS, x, y, along, y_dot);
  for (size_t i = 0; i < 3; i++) {
    for (size_t p = 0; p < PIECES; p++)
      cr_expect_eq(dx[p * UNITS + i], p == piece[i] ? dy[i] : 0,
                   "unit %zu, piece %zu: %g", i, p, (double)dx[p * UNITS + i]);
    cr_expect_eq(y_dot[i], along[piece[i] * UNITS + i],
                 "unit %zu: the tangent is %g", i, (double)y_dot[i]);
  }
}

/* Many units, worked on in strips: each gradient arrives once, at its piece. */
Test(maxout, a_gradient_arrives_once) {
  enum { MANY = 600, ROWS = 2 };
  mg_real *wide = uniforms(ROWS * PIECES * MANY, 5);
  mg_real *y = zeros(ROWS * MANY), *dy = uniforms(ROWS * MANY, 6);
  mg_real *dx = zeros(ROWS * PIECES * MANY);
  mg_maxout_forward(ROWS, PIECES, MANY, wide, y);
  mg_maxout_backward(ROWS, PIECES, MANY, wide, y, dy, dx);
  for (size_t i = 0; i < ROWS * PIECES * MANY; i++) {
    const size_t at = i / (PIECES * MANY) * MANY + i % MANY;
    cr_assert_leq(wide[i], y[at], "number %zu is above its maximum", i);
    cr_assert_eq(dx[i], wide[i] == y[at] ? dy[at] : 0, "number %zu: %g", i,
                 (double)dx[i]);
  }
  free(wide);
  free(y);
  free(dy);
  free(dx);
}

/* Of two pieces with the weights 1 and -1 one unit is |x|. */
Test(maxout, an_absolute_value) {
  mg_net *net = mg_net_alloc((mg_shape){1, 1, 1});
  cr_assert_eq(mg_net_maxout(net, 1, 2, MG_START_HE), GSL_SUCCESS, "%s",
               mg_reason());
  const mg_real theta[] = {1, -1, 0, 0}, at[] = {-2, 3};
  mg_real tape[20], dtheta[4] = {0}, dx[2];
  cr_assert_leq(mg_net_tape(net, 2), 20, "%zu", mg_net_tape(net, 2));
  const mg_real *y = mg_net_forward(net, theta, 2, at, tape, 1);
  cr_expect(y[0] == 2 && y[1] == 3, "%g %g", (double)y[0], (double)y[1]);
  mg_real *dy = mg_net_gradient(net, 2, tape);
  dy[0] = dy[1] = 1;
  mg_net_backward(net, theta, 2, at, tape, dtheta, dx, 1);
  cr_expect(dx[0] == -1 && dx[1] == 1, "%g %g", (double)dx[0], (double)dx[1]);
  const mg_real right[] = {3, -2, 1, 1};
  cr_expect_eq(memcmp(dtheta, right, sizeof right), 0, "another dtheta");
  mg_net_free(net);
}

Test(maxout, pieces_divide_channels) {
  mg_net *net = mg_net_alloc((mg_shape){5, 2, 2});
  const mg_layer l = {.type = &mg_maxout_type, .pieces = 2};
  cr_expect_eq(mg_net_add(net, &l), GSL_EINVAL, "2 pieces of 5 channels");
  cr_expect(strstr(mg_reason(), "5 channels in 2"), "%s", mg_reason());
  mg_net_free(net);
  net = mg_net_alloc((mg_shape){5, 1, 1});
  cr_expect_eq(mg_net_maxout(net, 3, 0, MG_START_HE), GSL_EINVAL, "0 pieces");
  mg_net_free(net);
}
