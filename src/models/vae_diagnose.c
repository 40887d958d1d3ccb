/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of the code z: is it used, and by how much?
 *
 * Each latent dimension costs its KL [vae.4], a data mean in nats, and is worth
 * having only when the decoder listens to it.  One that is ignored is cheapest
 * with mu = 0, sigma = 1 for every datum: then its KL is 0, and its mean does
 * not move,
 *
 *     movement_l = Var_x mu_l(x),  active above 0.01                  [vae.9]
 *
 * When no dimension is active the vae has collapsed: it is its decoder's biases
 * and knows no more than the columns do.  A decoder that can do without z, too
 * much weight on the KL, or too high a rate at first, all lead there.
 *
 * Source: Burda, Grosse & Salakhutdinov (2016), section 5. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics.h>
#include <stdio.h>

#include "base/status.h"
#include "dist/mvn_diagonal.h"
#include "models/vae_objective.h"

void mg_vae_diagnosis_clear(mg_vae_diagnosis *d) {
  gsl_vector_free(d->kl_each);
  gsl_vector_free(d->movement);
  *d = (mg_vae_diagnosis){.active = 0};
}

/* The memory of one diagnosis. */
typedef struct {
  mg_block *block;
  gsl_matrix *mu, *sigma, *z; /* N x L */
  gsl_vector *log_q, *log_p;  /* N */
  gsl_vector *zeros, *ones;   /* N, the prior's means and sigmas */
} bench;

static int bench_init(bench *b, const mg_vae *v, const mg_rows *rows) {
  const size_t n = rows->n, l = v->options.latent;
  *b = (bench){.block = mg_block_alloc(&v->space, n),
               .mu = gsl_matrix_alloc(n, l),
               .sigma = gsl_matrix_alloc(n, l),
               .z = gsl_matrix_alloc(n, l),
               .log_q = gsl_vector_alloc(n),
               .log_p = gsl_vector_alloc(n),
               .zeros = gsl_vector_calloc(n),
               .ones = gsl_vector_alloc(n)};
  if (!b->block || !b->mu || !b->sigma || !b->z || !b->log_q || !b->log_p ||
      !b->zeros || !b->ones)
    return mg_fail(GSL_ENOMEM, "no memory to diagnose %zu rows", n);
  gsl_vector_set_all(b->ones, 1);
  return GSL_SUCCESS;
}

static void bench_clear(bench *b) {
  mg_block_free(b->block);
  gsl_matrix_free(b->mu);
  gsl_matrix_free(b->sigma);
  gsl_matrix_free(b->z);
  gsl_vector_free(b->log_q);
  gsl_vector_free(b->log_p);
  gsl_vector_free(b->zeros);
  gsl_vector_free(b->ones);
}

/* KL and movement of dimension l.  The codes of N data are independent, so the
 * sum of their divergences is one between laws of N.       [vae.4] [vae.9] */
static int judge_dimension(const bench *b, size_t l, mg_vae_diagnosis *d) {
  const size_t n = b->mu->size1;
  const gsl_vector_const_view mu = gsl_matrix_const_column(b->mu, l);
  const gsl_vector_const_view sigma = gsl_matrix_const_column(b->sigma, l);
  double kl = 0;
  const int status =
      mg_mvn_diagonal_kl(&mu.vector, &sigma.vector, b->zeros, b->ones, &kl);
  const double movement =
      n > 1 ? gsl_stats_variance(mu.vector.data, b->mu->tda, n) : 0;
  gsl_vector_set(d->kl_each, l, kl / (double)n);
  gsl_vector_set(d->movement, l, movement);
  d->kl += kl / (double)n;
  d->active += movement > MG_VAE_ACTIVE;
  return status;
}

static int judge(const mg_vae *v, gsl_rng *rng, bench *b, mg_vae_diagnosis *d) {
  const gsl_matrix *x = &b->block->batch.x;
  int status = mg_vae_encode(v, x, b->mu, b->sigma);
  for (size_t i = 0; i < b->z->size1 * b->z->size2; i++)
    b->z->data[i] =
        b->mu->data[i] + b->sigma->data[i] * gsl_ran_gaussian_ziggurat(rng, 1);
  if (status == GSL_SUCCESS)
    status = mg_vae_log_joint(v, x, b->z, b->log_p, NULL);
  if (status == GSL_SUCCESS)
    status = mg_vae_log_prior(v, b->z, b->log_q, NULL);
  for (size_t l = 0; status == GSL_SUCCESS && l < v->options.latent; l++)
    status = judge_dimension(b, l, d);
  gsl_vector_sub(b->log_p, b->log_q);
  d->reconstruction = gsl_stats_mean(b->log_p->data, 1, b->log_p->size);
  return status;
}

int mg_vae_diagnose(const mg_vae *v, gsl_rng *rng, const mg_rows *rows,
                    mg_vae_diagnosis *d) {
  const size_t l = v->options.latent;
  *d = (mg_vae_diagnosis){.active = 0};
  if (rows->n == 0 || !mg_space_equal(&rows->data->space, &v->space))
    return mg_fail(GSL_EINVAL, "no rows of the vae's space to diagnose");
  bench b;
  int status = bench_init(&b, v, rows);
  d->kl_each = gsl_vector_calloc(l);
  d->movement = gsl_vector_calloc(l);
  if (status == GSL_SUCCESS && (!d->kl_each || !d->movement))
    status = mg_fail(GSL_ENOMEM, "no memory for %zu dimensions", l);
  if (status == GSL_SUCCESS) {
    mg_block_read(b.block, rows, 0, rows->n);
    status = judge(v, rng, &b, d);
  }
  bench_clear(&b);
  return status;
}

const char *mg_vae_diagnosis_print(const mg_vae_diagnosis *d, char *text,
                                   size_t size) {
  const size_t l = d->kl_each->size;
  char reconstruction[MG_NUMBER_SIZE], kl[MG_NUMBER_SIZE];
  mg_print_real(d->reconstruction, 6, reconstruction, sizeof reconstruction);
  mg_print_real(d->kl, 4, kl, sizeof kl);
  int used = snprintf(text, size,
                      "reconstruction %s nats, KL %s nats, %zu of %zu latent "
                      "dimensions active",
                      reconstruction, kl, d->active, l);
  if (d->active == 0 && used > 0 && (size_t)used < size)
    snprintf(text + used, size - (size_t)used,
             ". Posterior collapse: the code says nothing about x. Try a "
             "warm-up, a smaller rate or beta, or a smaller decoder");
  return text;
}
