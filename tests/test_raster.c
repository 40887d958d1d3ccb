/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nets pixel by pixel: the same bits as a whole pass, and no net that sees what
 * is not drawn yet. */
#include "nets.h"

#include "nets/masked.h"
#include "nets/raster.h"

TestSuite(raster, .init = mg_blas_serial);

static const mg_shape image = {1, 6, 5};

/* Plain and residual, with everything that has pixels. */
static mg_net *plain(void) {
  mg_net *net = mg_net_alloc(image);
  mg_net_masked(net, 9, mg_window_square(7, false), MG_START_HE);
  mg_net_activation(net, MG_RELU);
  const size_t mark = mg_net_layers(net);
  mg_net_masked(net, 5, mg_window_square(1, true), MG_START_HE);
  mg_net_activation(net, MG_TANH);
  mg_net_masked(net, 9, mg_window_square(3, true), MG_START_HE);
  mg_net_skip(net, mark);
  mg_net_dropout(net, 0.5);
  mg_net_activation(net, MG_SOFTPLUS);
  mg_net_masked(net, 3, mg_window_square(1, true), MG_START_HE);
  return net;
}

/* A vertical and a horizontal stack. */
static mg_net *gated(void) {
  mg_net *net = mg_net_alloc(image);
  mg_net_masked(net, 8, mg_window_above(5, false), MG_START_GLOROT);
  const size_t above = mg_net_layers(net);
  mg_net_masked(net, 8, mg_window_above(3, true), MG_START_GLOROT);
  mg_net_gate(net);
  const size_t over = mg_net_layers(net);
  mg_net_take(net, 0);
  mg_net_masked(net, 8, mg_window_left(5, false), MG_START_GLOROT);
  mg_net_skip(net, above);
  mg_net_gate(net);
  mg_net_masked(net, 4, mg_window_left(3, true), MG_START_GLOROT);
  mg_net_skip(net, over);
  return net;
}

/* As many images as one bundle and one more, drawn from what the net says, then
 * sent through whole. */
static void expect_same_bits(mg_net *net, const char *name) {
  enum { IMAGES = 17 };
  const size_t pixels = image.height * image.width;
  const mg_shape out = mg_net_shape(net);
  mg_real *theta = uniforms(mg_net_parameters(net), 31);
  mg_real *x = uniforms(IMAGES * pixels, 32);
  mg_real *tape = zeros(mg_net_tape(net, IMAGES));
  const mg_real *y = mg_net_forward(net, theta, IMAGES, x, tape, 1);
  mg_raster *r = mg_raster_alloc(net, theta, IMAGES);
  cr_assert(r, "%s: %s", name, mg_reason());
  const size_t lanes = mg_raster_images(r);
  for (int repeat = 0; repeat < 2; repeat++) {
    mg_raster_clear(r);
    for (size_t p = 0; p < pixels; p++) {
      const size_t u = p / image.width, v = p % image.width;
      const mg_real *z = mg_raster_pixel(r, u, v);
      for (size_t n = 0; n < IMAGES; n++)
        for (size_t c = 0; c < out.channels; c++)
          cr_assert_eq(z[c * lanes + n], y[(n * out.channels + c) * pixels + p],
                       "%s, image %zu, pixel %zu, channel %zu: %.9g not %.9g",
                       name, n, p, c, (double)z[c * lanes + n],
                       (double)y[(n * out.channels + c) * pixels + p]);
      for (size_t n = 0; n < IMAGES; n++)
        mg_raster_input(r, u, v)[n] = x[n * pixels + p];
    }
  }
  mg_raster_free(r);
  mg_net_free(net);
  free(theta);
  free(x);
  free(tape);
}

Test(raster, the_same_bits_as_forward) {
  expect_same_bits(plain(), "plain");
  expect_same_bits(gated(), "gated");
}

static void expect_refused(mg_net *net, const char *words) {
  cr_expect_eq(mg_raster_check(net), GSL_EINVAL, "a net is taken that %s",
               words);
  cr_expect(strstr(mg_reason(), words), "'%s' not in: %s", words, mg_reason());
  cr_expect_null(mg_raster_alloc(net, NULL, 1), "memory for it");
  mg_net_free(net);
}

Test(raster, what_sees_too_much) {
  mg_net *net = mg_net_alloc(image);
  mg_net_masked(net, 2, mg_window_square(3, true), MG_START_HE);
  expect_refused(net, "layer 1 (masked) sees the pixel that is to be told");
  net = mg_net_alloc(image);
  mg_net_masked(net, 1, mg_window_square(3, false), MG_START_HE);
  mg_net_skip(net, 0);
  expect_refused(net, "layer 2 (skip) sees the pixel");
  net = mg_net_alloc(image);
  mg_net_masked(net, 2, mg_window_square(3, false), MG_START_HE);
  mg_net_masked(net, 2, mg_window_above(3, true), MG_START_HE);
  expect_refused(net, "layer 2 sees pixels behind its own");
  net = mg_net_alloc(image);
  mg_net_dense(net, 30, MG_START_HE);
  expect_refused(net, "layer 1 (dense) has no pixels");
}
