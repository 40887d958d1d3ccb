/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From z to x, and what the discriminator says of x; in the unit of the data.
 *
 * The gradient of t in x is D's way back with a 1 at its end, by the scale of
 * the data:
 *
 *   dt/dx_j = (dt/du_j) / scale_j,   u_j = (x_j - shift_j) / scale_j  [gan.5]
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

/* A block of z goes forward; reals has room for it and its gradient, then a
 * tape.  Returns what the net puts out. */
static const mg_real *run_block(const mg_gan *g, const gsl_matrix *z,
                                size_t first, size_t n, mg_real *reals) {
  const size_t l = g->options.latent;
  for (size_t i = 0; i < n * l; i++)
    reals[i] = (mg_real)gsl_matrix_get(z, first + i / l, i % l);
  return mg_net_forward(g->player[MG_GAN_GENERATOR].net,
                        g->player[MG_GAN_GENERATOR].ascent.model, n, reals,
                        reals + 2 * n * l, 1);
}

static void generate_block(const mg_gan *g, const gsl_matrix *z, size_t first,
                           size_t n, mg_real *reals, gsl_matrix *x) {
  const size_t d = g->space.dim;
  const mg_real *u = run_block(g, z, first, n, reals);
  for (size_t i = 0; i < n * d; i++)
    gsl_matrix_set(x, first + i / d, i % d,
                   g->scaling.shift[i % d] +
                       g->scaling.scale[i % d] * (double)u[i]);
}

/* After it, the gradient in x that dx holds goes back.
 *   dx  in  N x D     dz  out  N x L */
static void pull_block(const mg_gan *g, const gsl_matrix *dx, size_t first,
                       size_t n, mg_real *reals, gsl_matrix *dz) {
  const size_t l = g->options.latent, d = g->space.dim;
  const mg_net *net = g->player[MG_GAN_GENERATOR].net;
  mg_real *back = reals + n * l, *tape = back + n * l;
  mg_real *du = mg_net_gradient(net, n, tape);
  for (size_t i = 0; i < n * d; i++)
    du[i] = (mg_real)(gsl_matrix_get(dx, first + i / d, i % d) *
                      g->scaling.scale[i % d]);
  mg_net_backward(net, g->player[MG_GAN_GENERATOR].ascent.model, n, reals, tape,
                  NULL, back, 1);
  for (size_t i = 0; i < n * l; i++)
    gsl_matrix_set(dz, first + i / l, i % l, (double)back[i]);
}

/* x = G(z) where x is wanted, else dz = J(z)^T dx. */
static int send(const mg_gan *g, const gsl_matrix *z, gsl_matrix *x,
                const gsl_matrix *dx, gsl_matrix *dz) {
  const size_t n = z->size1, l = g->options.latent, block = GSL_MIN(n, BLOCK);
  if (n == 0)
    return GSL_SUCCESS;
  const size_t tape = mg_net_tape(g->player[MG_GAN_GENERATOR].net, block);
  mg_real *reals = malloc((2 * block * l + tape) * sizeof *reals);
  if (!reals)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", block);
  for (size_t i = 0; i < n; i += block) {
    const size_t rows = GSL_MIN(block, n - i);
    if (x) {
      generate_block(g, z, i, rows, reals, x);
    } else {
      run_block(g, z, i, rows, reals);
      pull_block(g, dx, i, rows, reals, dz);
    }
  }
  free(reals);
  return GSL_SUCCESS;
}

int mg_gan_generate(const mg_gan *g, const gsl_matrix *z, gsl_matrix *x) {
  int status = mg_shape_check(g->space.dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = check_rows(z, x->size1, g->options.latent, "z");
  return status == GSL_SUCCESS ? send(g, z, x, NULL, NULL) : status;
}

int mg_gan_pull_back(const mg_gan *g, const gsl_matrix *z, const gsl_matrix *dx,
                     gsl_matrix *dz) {
  int status = mg_shape_check(g->space.dim, dx, NULL);
  if (status == GSL_SUCCESS)
    status = check_rows(z, dx->size1, g->options.latent, "z");
  if (status == GSL_SUCCESS)
    status = check_rows(dz, z->size1, z->size2, "dz");
  return status == GSL_SUCCESS ? send(g, z, NULL, dx, dz) : status;
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
