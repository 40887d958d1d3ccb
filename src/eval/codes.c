/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes: from data to z and back.
 *
 * Bounds say how good a model is and nothing of what it has learnt.  For that
 * one decodes: the codes of data (reconstruction), a plane through the space of
 * z, the way between two codes, and places where the prior has hardly any mass.
 * Where neighbouring z lead to neighbouring x, and every z that the prior draws
 * leads to something like data, the code is one from which new data can be
 * made; an autoencoder without a prior has neither (Kingma & Welling 2019,
 * section 2.7).
 *
 * A mean of p(x | z) is no draw: of levels it lies between two, and it shows
 * nothing of the noise that the model has given z.
 *
 * Which dimensions to show: those whose codes move with x by more than q is
 * wide,
 *
 *     activity_l = Var_x E_q(z_l | x) / E_x Var_q(z_l | x)           [code.1]
 *
 * a ratio of signal to noise.  The movement alone [vae.9] tells whether a
 * dimension is used at all; near 1 it cannot tell between those that are.  In
 * ppca the ratio orders dimensions as principal components, by lambda_l / s^2.
 *
 * The ELBO's two terms come from one draw z ~ q a datum:             [vae.2]
 *
 *     log p(x, z) - log p(z)   its mean is the reconstruction
 *     log q(z | x) - log p(z)  its mean is the KL
 *
 * A dequantised model stands on reals x + u with u ~ U(0,1) [deq.1]: a datum is
 * encoded at the middle of its cell, x + 1/2, and a mean is that of x.
 *
 * Not here: pictures (plot/ and the programs). */
#include "eval/codes.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/status.h"

size_t mg_codes_dim(const mg_model *model) {
  const mg_latent_ops *ops = model->type->latent;
  return ops ? ops->dim(model->self) : 0;
}

static int refuse(const mg_model *model, const char *what) {
  return mg_fail(GSL_EUNSUP, "%s %s", model->type->name, what);
}

static int check_rows(const mg_model *model, const mg_rows *rows) {
  if (rows->n == 0)
    return mg_fail(GSL_EINVAL, "there are no rows to encode");
  if (!mg_space_equal(&model->space, &rows->data->space))
    return mg_fail(GSL_EINVAL, "%s is not of the space of the model",
                   rows->data->name);
  return GSL_SUCCESS;
}

/* The rows as the family wants them: a block, with `add` or noise on levels
 * that stand for reals. */
static mg_block *read_rows(const mg_model *model, const mg_rows *rows,
                           gsl_rng *noise) {
  mg_block *block = mg_block_alloc(&model->space, rows->n);
  if (!block)
    return NULL;
  mg_block_read(block, rows, 0, rows->n);
  if (model->dequantise && noise)
    mg_dequantise(noise, &block->batch.x);
  else if (model->dequantise)
    gsl_matrix_add_constant(&block->batch.x, 0.5);
  return block;
}

int mg_codes_encode(const mg_model *model, const mg_rows *rows, gsl_matrix *z) {
  const mg_latent_ops *ops = model->type->latent;
  if (!ops || !ops->encode)
    return refuse(model, "has no latent variable that data are encoded in");
  const int status = check_rows(model, rows);
  if (status != GSL_SUCCESS)
    return status;
  mg_block *block = read_rows(model, rows, NULL);
  if (!block)
    return mg_fail(GSL_ENOMEM, "no memory to encode %zu rows", rows->n);
  const int encoded = ops->encode(model->self, &block->batch.x, z);
  mg_block_free(block);
  return encoded;
}

int mg_codes_decode(const mg_model *model, const gsl_matrix *z, gsl_matrix *x) {
  const mg_latent_ops *ops = model->type->latent;
  if (!ops || !ops->decode)
    return refuse(model, "has no latent variable that leads to data");
  const int status = ops->decode(model->self, z, x);
  if (status == GSL_SUCCESS && model->dequantise)
    gsl_matrix_add_constant(x, -0.5);
  return status;
}

/* ---- the two terms ---- */

/* One draw of z a row, and the three log densities there. */
typedef struct {
  gsl_matrix *z;
  gsl_vector *q, *joint, *prior; /* N, nats */
} draws;

static void draws_clear(draws *d) {
  gsl_matrix_free(d->z);
  gsl_vector_free(d->q);
  gsl_vector_free(d->joint);
  gsl_vector_free(d->prior);
}

static int draw(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                draws *d) {
  const mg_latent_ops *ops = model->type->latent;
  const void *self = model->self;
  const size_t n = x->size1;
  *d = (draws){.z = gsl_matrix_alloc(n, ops->dim(self)),
               .q = gsl_vector_alloc(n),
               .joint = gsl_vector_alloc(n),
               .prior = gsl_vector_alloc(n)};
  if (!d->z || !d->q || !d->joint || !d->prior)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", n);
  int status = ops->propose(self, rng, x, d->z, d->q);
  if (status == GSL_SUCCESS)
    status = ops->log_joint(self, x, d->z, d->joint, NULL);
  if (status == GSL_SUCCESS)
    status = ops->log_prior(self, d->z, d->prior, NULL);
  return status;
}

int mg_codes_terms(const mg_model *model, gsl_rng *rng, const mg_rows *rows,
                   double *reconstruction, double *kl) {
  const mg_latent_ops *ops = model->type->latent;
  if (!ops || !ops->log_prior)
    return refuse(model, "does not tell log p(z)");
  int status = check_rows(model, rows);
  if (status != GSL_SUCCESS)
    return status;
  draws d = {.z = NULL};
  mg_block *block = read_rows(model, rows, rng);
  status = block ? draw(model, rng, &block->batch.x, &d)
                 : mg_fail(GSL_ENOMEM, "no memory for %zu rows", rows->n);
  if (status == GSL_SUCCESS) {
    gsl_vector_sub(d.joint, d.prior);
    gsl_vector_sub(d.q, d.prior);
    *reconstruction = gsl_stats_mean(d.joint->data, 1, rows->n);
    *kl = gsl_stats_mean(d.q->data, 1, rows->n);
  }
  draws_clear(&d);
  mg_block_free(block);
  return status;
}

/* ---- where to decode ---- */

/* [code.1]; drawn is one z of each row. */
static double activity(const gsl_matrix *z, const gsl_matrix *drawn, size_t l) {
  double noise = 0;
  for (size_t i = 0; i < z->size1; i++) {
    const double e = gsl_matrix_get(drawn, i, l) - gsl_matrix_get(z, i, l);
    noise += e * e / (double)z->size1;
  }
  const double signal =
      z->size1 > 1 ? gsl_stats_variance(z->data + l, z->tda, z->size1) : 0;
  return noise > 0 ? signal / noise : signal > 0 ? INFINITY : 0;
}

static void choose(const gsl_matrix *z, const gsl_matrix *drawn,
                   size_t most[2]) {
  double best[2] = {-1, -1};
  most[0] = most[1] = 0;
  for (size_t l = 0; l < z->size2; l++) {
    const double here = activity(z, drawn, l);
    const size_t weaker = best[1] < best[0];
    if (here > best[weaker]) {
      best[weaker] = here;
      most[weaker] = l;
    }
  }
  if (most[0] > most[1]) {
    const size_t first = most[1];
    most[1] = most[0];
    most[0] = first;
  }
}

int mg_codes_active(const mg_model *model, gsl_rng *rng, const mg_rows *rows,
                    const gsl_matrix *z, size_t most[2]) {
  const mg_latent_ops *ops = model->type->latent;
  if (!ops)
    return refuse(model, "has no latent variable");
  int status = check_rows(model, rows);
  if (status != GSL_SUCCESS)
    return status;
  mg_block *block = read_rows(model, rows, NULL);
  gsl_matrix *drawn = gsl_matrix_alloc(z->size1, z->size2);
  status = block && drawn
               ? ops->propose(model->self, rng, &block->batch.x, drawn, NULL)
               : mg_fail(GSL_ENOMEM, "no memory for %zu draws", rows->n);
  if (status == GSL_SUCCESS)
    choose(z, drawn, most);
  gsl_matrix_free(drawn);
  mg_block_free(block);
  return status;
}

void mg_codes_plane(const size_t axes[2], double reach, gsl_matrix *z) {
  const size_t side = (size_t)rint(sqrt((double)z->size1));
  const double step = 2 * reach / (double)(side - 1);
  gsl_matrix_set_zero(z);
  for (size_t i = 0; i < side * side; i++) {
    gsl_matrix_set(z, i, axes[1], reach - step * (double)(i / side));
    gsl_matrix_set(z, i, axes[0], step * (double)(i % side) - reach);
  }
}

static void mix(double of_a, const gsl_vector *a, double of_b,
                const gsl_vector *b, gsl_matrix *z, size_t row) {
  gsl_vector_view to = gsl_matrix_row(z, row);
  gsl_vector_memcpy(&to.vector, b);
  gsl_vector_axpby(of_a, a, of_b, &to.vector);
}

void mg_codes_between(const gsl_vector *a, const gsl_vector *b, gsl_matrix *z) {
  for (size_t i = 0; i < z->size1; i++) {
    const double t = (double)i / (double)(z->size1 - 1);
    mix(1 - t, a, t, b, z, i);
  }
}

void mg_codes_turn(const gsl_vector *a, const gsl_vector *b, gsl_matrix *z) {
  for (size_t i = 0; i < z->size1; i++) {
    const double t = M_PI_2 * (double)i / (double)(z->size1 - 1);
    mix(cos(t), a, sin(t), b, z, i);
  }
}

void mg_codes_out(gsl_rng *rng, const double *factor, size_t n, gsl_matrix *z) {
  for (size_t first = 0; first + n <= z->size1; first += n)
    for (size_t l = 0; l < z->size2; l++) {
      const double e = gsl_ran_gaussian_ziggurat(rng, 1);
      for (size_t i = 0; i < n; i++)
        gsl_matrix_set(z, first + i, l, factor[i] * e);
    }
}
