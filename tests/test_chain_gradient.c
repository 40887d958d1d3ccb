/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradients of whole families by the chain rule, through network and law,
 * against differences of what they score.  This program is built with the
 * families' own sources in double, where eight digits can be had. */
#include "chain.h"

#include "nets/gradcheck.h"

enum { N = 5, DIRECTIONS = 6 };

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(chain_gradient, .init = setup);

/* With the better of two steps: the larger one is truncated, the smaller one
 * rounded, and a wrong gradient is wrong with both. */
static double error_along(const mg_model_type *type, void *self, mg_ascent *a,
                          const gsl_matrix *x, const mg_real *direction,
                          const mg_stats *at, mg_stats *stats) {
  static const double step[] = {1e-3, 2e-4};
  mg_real *moved = calloc(a->numbers, sizeof *moved), *kept = a->theta;
  double best = INFINITY, f[MG_GRADCHECK_POINTS];
  for (size_t s = 0; s < 2; s++) {
    for (size_t i = 0; i < MG_GRADCHECK_POINTS; i++) {
      mg_gradcheck_move(a->numbers, kept, i, step[s], direction, moved);
      a->theta = moved;
      f[i] = chain_gathered(type, self, x, 1, stats);
      a->theta = kept;
    }
    best = fmin(best, mg_gradcheck_error(a->numbers, at->gradient, direction,
                                         step[s], f));
  }
  free(moved);
  return best;
}

static void check(const mg_model_type *type, void *self, mg_ascent *a,
                  const gsl_matrix *x, const char *what) {
  mg_stats at = chain_stats(type, self, N), other = chain_stats(type, self, N);
  gsl_rng *rng = mg_stream_alloc(3, "test/chain/direction", 0);
  mg_real *direction = calloc(a->numbers, sizeof *direction);
  const double gathered = chain_gathered(type, self, x, 1, &at);
  const double scored = chain_log_density(type, self, x);
  cr_expect(fabs(gathered - scored) <= 1e-11 * fabs(scored),
            "%s: %.15g is climbed, and log p is %.15g", what, gathered, scored);
  for (size_t d = 0; d < DIRECTIONS; d++) {
    mg_gradcheck_direction(rng, a->numbers, direction);
    const double error = error_along(type, self, a, x, direction, &at, &other);
    cr_expect(error <= 1e-8, "%s: the gradient is wrong by %g", what, error);
  }
  gsl_rng_free(rng);
  free(direction);
  chain_stats_free(&at);
  chain_stats_free(&other);
}

static void check_pixelrnn(const mg_space *space, const mg_pixelrnn_options *o,
                           const char *what) {
  gsl_matrix *x = chain_rows(space, N);
  mg_pixelrnn *p = chain_pixelrnn(space, o, x);
  check(&mg_pixelrnn_type, p, &p->ascent, x, what);
  chain_free(&mg_pixelrnn_type, p);
  gsl_matrix_free(x);
}

Test(chain_gradient, pixelrnn) {
  const mg_space bits = chain_space(MG_BINARY, 3, 4);
  const mg_space levels = chain_space(MG_LEVELS, 4, 3);
  const mg_space reals = chain_space(MG_REALS, 0, 3);
  mg_pixelrnn_options o = chain_pixelrnn_options(1);
  check_pixelrnn(&bits, &o, "bits");
  check_pixelrnn(&levels, &o, "levels");
  check_pixelrnn(&reals, &o, "reals");
  o = chain_pixelrnn_options(3);
  o.coding = MG_PIXELRNN_ONEHOT;
  o.position = MG_PIXELRNN_COORDINATES;
  check_pixelrnn(&levels, &o, "levels, three layers, onehot");
  o.sight = MG_PIXELRNN_PREVIOUS;
  o.position = MG_PIXELRNN_NOWHERE;
  check_pixelrnn(&bits, &o, "bits, three layers, nowhere");
  check_pixelrnn(&reals, &o, "reals, three layers, nowhere");
}

Test(chain_gradient, autoregressive) {
  for (size_t dim = 1; dim <= 4; dim += 3)
    for (size_t hidden2 = 0; hidden2 <= 4; hidden2 += 4) {
      const mg_space space = chain_space(MG_REALS, 0, dim);
      const mg_autoregressive_options o = chain_autoregressive_options(hidden2);
      gsl_matrix *x = chain_rows(&space, N);
      mg_autoregressive *a = chain_autoregressive(&space, &o, x);
      check(&mg_autoregressive_type, a, &a->ascent, x,
            hidden2 ? "two layers" : "one layer");
      chain_free(&mg_autoregressive_type, a);
      gsl_matrix_free(x);
    }
}
