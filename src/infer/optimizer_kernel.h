/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops of the optimizers, for one kind of number.  Included by optimizer.c
 * once for doubles and once for the numbers of networks.
 *
 * The includer defines REAL, NAME(f), ROOT (the square root) and SMALLEST (the
 * least normal number). */

/* n steps of SGD, and of the two below: g  in  n; theta, mean, square  inout.
 *                                                                   [sgd.1] */
MG_WIDE static void NAME(sgd)(size_t n, const factors *f,
                              const REAL *restrict g, REAL *restrict theta,
                              REAL *restrict mean, REAL *restrict square) {
  const REAL rate = (REAL)(f->rate * f->scale);
  (void)mean;
  (void)square;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    theta[i] += rate * g[i];
}

/* Momentum.                                                         [sgd.4] */
MG_WIDE static void NAME(momentum)(size_t n, const factors *f,
                                   const REAL *restrict g, REAL *restrict theta,
                                   REAL *restrict mean, REAL *restrict square) {
  const REAL rate = (REAL)f->rate, scale = (REAL)f->scale;
  const REAL keep = (REAL)f->momentum;
  (void)square;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    mean[i] = keep * mean[i] + scale * g[i];
    theta[i] += rate * mean[i];
  }
}

/* Adam.  A parameter whose gradient has become 0 would bring its two means down
 * to numbers below SMALLEST and leave them there, which processors compute with
 * a hundred times slower: they become 0.                            [sgd.5] */
MG_WIDE static void NAME(adam)(size_t n, const factors *f,
                               const REAL *restrict g, REAL *restrict theta,
                               REAL *restrict mean, REAL *restrict square) {
  const REAL rate = (REAL)(f->rate * f->root / f->warm);
  const REAL epsilon = (REAL)(f->epsilon * f->root), scale = (REAL)f->scale;
  const REAL b = (REAL)f->momentum, new_b = (REAL)(1 - f->momentum);
  const REAL c = (REAL)f->square, new_c = (REAL)(1 - f->square);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const REAL now = scale * g[i];
    REAL m = b * mean[i] + new_b * now;
    REAL v = c * square[i] + new_c * now * now;
    m = m < SMALLEST && m > -SMALLEST ? 0 : m;
    v = v < SMALLEST ? 0 : v;
    mean[i] = m;
    square[i] = v;
    theta[i] += rate * m / (epsilon + ROOT(v));
  }
}

/* AdaGrad.                                                          [sgd.8] */
MG_WIDE static void NAME(adagrad)(size_t n, const factors *f,
                                  const REAL *restrict g, REAL *restrict theta,
                                  REAL *restrict mean, REAL *restrict square) {
  const REAL rate = (REAL)f->rate, scale = (REAL)f->scale;
  const REAL epsilon = (REAL)f->epsilon;
  (void)mean;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const REAL now = scale * g[i];
    square[i] += now * now;
    theta[i] += rate * now / (epsilon + ROOT(square[i]));
  }
}

static void (*const NAME(loops)[])(size_t n, const factors *f,
                                   const REAL *restrict g, REAL *restrict theta,
                                   REAL *restrict mean,
                                   REAL *restrict square) = {
    [MG_OPTIMIZER_SGD] = NAME(sgd),
    [MG_OPTIMIZER_MOMENTUM] = NAME(momentum),
    [MG_OPTIMIZER_ADAM] = NAME(adam),
    [MG_OPTIMIZER_ADAGRAD] = NAME(adagrad)};

/* Says which number of a block, the first of which is number `first`, is not
 * finite after its step. */
static int NAME(check)(size_t n, size_t first, const REAL *g, const REAL *old,
                       const REAL *theta, const REAL *mean,
                       const REAL *square) {
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(g[i]))
      return mg_fail(GSL_EDOM, "number %zu of the gradient is %g", first + i,
                     (double)g[i]);
    if (!isfinite(theta[i]) || !isfinite(mean[i]) || !isfinite(square[i]))
      return mg_fail(GSL_EDOM,
                     "parameter %zu is %g and its gradient %g: begin at finite "
                     "numbers and give a smaller rate",
                     first + i, (double)old[i], (double)g[i]);
  }
  return GSL_SUCCESS;
}

/* Steps the numbers from `first` on, at most BLOCK, beside the vectors.
 *   keep  in  write what came out into theta and the memory, too? */
static int NAME(step_block)(mg_optimizer *o, const factors *f, size_t first,
                            REAL *theta, size_t theta_stride, const REAL *g,
                            size_t g_stride, bool keep) {
  const size_t n = mg_tiles_size(o->size, BLOCK, first / BLOCK);
  REAL near[5][BLOCK] = {{0}}, *mean = o->mean, *square = o->square;
  for (size_t i = 0; i < n; i++) {
    near[0][i] = g[(first + i) * g_stride];
    near[1][i] = near[2][i] = theta[(first + i) * theta_stride];
    near[3][i] = mean ? mean[first + i] : 0;
    near[4][i] = square ? square[first + i] : 0;
  }
  NAME(loops)[o->options.method](n, f, near[0], near[2], near[3], near[4]);
  if (!keep)
    return NAME(check)(n, first, near[0], near[1], near[2], near[3], near[4]);
  for (size_t i = 0; i < n; i++) {
    theta[(first + i) * theta_stride] = near[2][i];
    if (mean)
      mean[first + i] = near[3][i];
    if (square)
      square[first + i] = near[4][i];
  }
  return GSL_SUCCESS;
}

/* Every block once, to be checked or to be kept. */
static int NAME(step_all)(mg_optimizer *o, const factors *f, REAL *theta,
                          size_t theta_stride, const REAL *g, size_t g_stride,
                          bool keep) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < o->size && status == GSL_SUCCESS; i += BLOCK)
    status = NAME(step_block)(o, f, i, theta, theta_stride, g, g_stride, keep);
  return status;
}
