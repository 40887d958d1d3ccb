/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From z to x, and what the discriminator says of x; in the unit of the data.
 *
 * The gradient of t in x is D's way back with a 1 at its end, by the scale of
 * the data:
 *
 *   dt/dx_j = (dt/du_j) / scale_j,   u_j = (x_j - shift_j) / scale_j  [gan.6]
 *
 * Rows go through in blocks, so that any number of them takes little memory. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>

#include "base/status.h"
#include "models/gan_fit.h"

enum { BLOCK = 256 };

/* ---- the generator ---- */

static int check_rows(const gsl_matrix *a, size_t rows, size_t columns,
                      const char *what) {
  if (a->size1 != rows || a->size2 != columns)
    return mg_fail(GSL_EBADLEN, "%s is %zu x %zu, not %zu x %zu", what,
                   a->size1, a->size2, rows, columns);
  return GSL_SUCCESS;
}

/* One block of rows; reals has room for z and a tape. */
static void generate_block(const mg_gan *g, const gsl_matrix *z, size_t first,
                           size_t n, mg_real *reals, gsl_matrix *x) {
  const size_t l = g->options.latent, d = g->space.dim;
  const mg_net *net = g->player[MG_GAN_GENERATOR].net;
  for (size_t i = 0; i < n * l; i++)
    reals[i] = (mg_real)gsl_matrix_get(z, first + i / l, i % l);
  const mg_real *u = mg_net_forward(net, g->theta, n, reals, reals + n * l, 1);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < d; j++)
      gsl_matrix_set(x, first + i, j,
                     g->scaling.shift[j] +
                         g->scaling.scale[j] * (double)u[i * d + j]);
}

int mg_gan_generate(const mg_gan *g, const gsl_matrix *z, gsl_matrix *x) {
  const size_t n = x->size1, l = g->options.latent, block = GSL_MIN(n, BLOCK);
  int status = mg_shape_check(g->space.dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = check_rows(z, n, l, "z");
  if (status != GSL_SUCCESS || n == 0)
    return status;
  const size_t tape = mg_net_tape(g->player[MG_GAN_GENERATOR].net, block);
  mg_real *reals = malloc((block * l + tape) * sizeof *reals);
  if (!reals)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", block);
  for (size_t i = 0; i < n; i += block)
    generate_block(g, z, i, GSL_MIN(block, n - i), reals, x);
  free(reals);
  return GSL_SUCCESS;
}

int mg_gan_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  const mg_gan *g = self;
  int status = mg_shape_check(g->space.dim, x, NULL);
  if (status != GSL_SUCCESS || x->size1 == 0)
    return status;
  gsl_matrix *z = gsl_matrix_alloc(x->size1, g->options.latent);
  if (!z)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", x->size1);
  for (size_t i = 0; i < z->size1 * z->size2; i++)
    z->data[i] = gsl_ran_gaussian_ziggurat(rng, 1);
  status = mg_gan_generate(g, z, x);
  gsl_matrix_free(z);
  return status;
}

/* ---- the discriminator ---- */

/* What a block of inputs needs: the rows, their gradient, a tape. */
typedef struct {
  const mg_gan *g;
  const mg_net *net;
  mg_real *u, *du, *tape;
} bench;

static void judge_block(const bench *b, const gsl_matrix *x, size_t first,
                        size_t packs, gsl_vector *t, gsl_matrix *dx) {
  const mg_scaling *s = &b->g->scaling;
  const mg_real *theta = b->g->player[MG_GAN_DISCRIMINATOR].ascent.theta;
  const size_t m = b->g->options.packing, d = s->dim;
  for (size_t i = 0; i < packs * m * d; i++)
    b->u[i] = (mg_real)((gsl_matrix_get(x, first * m + i / d, i % d) -
                         s->shift[i % d]) /
                        s->scale[i % d]);
  const mg_real *out = mg_net_forward(b->net, theta, packs, b->u, b->tape, 1);
  for (size_t i = 0; i < packs; i++)
    gsl_vector_set(t, first + i, (double)out[i]);
  if (!dx)
    return;
  mg_real *dt = mg_net_gradient(b->net, packs, b->tape);
  for (size_t i = 0; i < packs; i++)
    dt[i] = 1;
  mg_net_backward(b->net, theta, packs, b->u, b->tape, NULL, b->du, 1);
  for (size_t i = 0; i < packs * m * d; i++)
    gsl_matrix_set(dx, first * m + i / d, i % d,
                   (double)b->du[i] / s->scale[i % d]);
}

static int check_judging(const mg_gan *g, const gsl_matrix *x,
                         const gsl_vector *t, const gsl_matrix *dx) {
  const size_t m = g->options.packing;
  int status = mg_shape_check(g->space.dim, x, NULL);
  if (status == GSL_SUCCESS && (x->size1 % m != 0 || t->size != x->size1 / m))
    return mg_fail(GSL_EBADLEN,
                   "%zu rows for %zu judgements, and each is of %zu together",
                   x->size1, t->size, m);
  if (status == GSL_SUCCESS && dx)
    status = check_rows(dx, x->size1, x->size2, "dx");
  return status;
}

int mg_gan_discriminate(const mg_gan *g, const gsl_matrix *x, gsl_vector *t,
                        gsl_matrix *dx) {
  const size_t block = GSL_MIN(t->size, BLOCK);
  const size_t wide = block * g->options.packing * g->space.dim;
  int status = check_judging(g, x, t, dx);
  if (status != GSL_SUCCESS || t->size == 0)
    return status;
  bench b = {.g = g, .net = g->player[MG_GAN_DISCRIMINATOR].net};
  b.u = malloc((2 * wide + mg_net_tape(b.net, block)) * sizeof *b.u);
  if (!b.u)
    return mg_fail(GSL_ENOMEM, "no memory for %zu judgements", block);
  b.du = b.u + wide;
  b.tape = b.du + wide;
  for (size_t i = 0; i < t->size; i += block)
    judge_block(&b, x, i, GSL_MIN(block, t->size - i), t, dx);
  free(b.u);
  return GSL_SUCCESS;
}
