/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bound that a vae climbs, and its gradient.
 *
 * Everything that a batch needs lies in a room: two arrays that the caller
 * gives, so that nothing is allocated in the loop. */
#ifndef MG_MODELS_VAE_OBJECTIVE_H
#define MG_MODELS_VAE_OBJECTIVE_H

#include "models/vae.h"

/* n data with k draws of z for each: row r n + i is draw r of datum i. */
typedef struct {
  size_t n, k;
  mg_real *input;     /* n x D, what the encoder sees */
  mg_real *target;    /* n x D, what the likelihood is of */
  mg_real *noise;     /* k n x L */
  mg_real *z;         /* k n x L */
  mg_real *dz;        /* k n x L */
  mg_real *out;       /* k n x 2 D, with variances that are not the decoder's */
  mg_real *d_out;     /* the same */
  mg_real *encoder;   /* tape of n rows */
  mg_real *decoder;   /* tape of k n rows */
  const mg_real *law; /* n x 2 L, in the encoder's tape: mu, log sigma^2 */
  const mg_real *output; /* k n rows: what the likelihood was told */
  double *log_p;         /* k n, log p(x | z), of x as the networks see it */
  double *weight;        /* k n, of each draw; of one datum they sum to 1 */
  mg_real *reals;        /* both arrays, where they are the room's own */
  double *doubles;
} mg_vae_room;

/* Numbers in the two arrays of a room. */
size_t mg_vae_room_reals(const mg_vae *v, size_t n, size_t k);
size_t mg_vae_room_doubles(size_t n, size_t k);

/* A room in these arrays. */
mg_vae_room mg_vae_room_in(const mg_vae *v, size_t n, size_t k, mg_real *reals,
                           double *doubles);

/* A room with arrays of its own, in a zeroed one.  A block of fewer data than n
 * may use it, with room->n set to theirs.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_vae_room_init(mg_vae_room *room, const mg_vae *v, size_t n, size_t k);

/* Frees what it holds; safe on a zeroed one. */
void mg_vae_room_clear(mg_vae_room *room);

/* Data as the networks see them: input and target.                   [vae.8]
 *   x  in  room->n x D */
void mg_vae_read(const mg_vae *v, const gsl_matrix *x, mg_vae_room *room,
                 size_t threads);

/* The encoder on the input: sets room->law. */
void mg_vae_run_encoder(const mg_vae *v, mg_vae_room *room, size_t threads);

/* The decoder on room->z: sets room->output, mg_vae_width numbers a draw. */
void mg_vae_run_output(const mg_vae *v, mg_vae_room *room, size_t threads);

/* Numbers that the decoder puts out a draw: planes D. */
size_t mg_vae_width(const mg_vae *v);

/* That, then the likelihood: log_p, and the gradient of the sum of log_p in
 * what the decoder put out. */
void mg_vae_run_decoder(const mg_vae *v, mg_vae_room *room, size_t threads);

/* From that gradient to room->dz.
 *   dtheta  inout  of the decoder and the log variances, added to: as theta */
void mg_vae_run_back(const mg_vae *v, mg_vae_room *room, mg_real *dtheta,
                     size_t threads);

/* What gather adds up. */
enum { MG_VAE_OBJECTIVE, MG_VAE_RECONSTRUCTION, MG_VAE_KL, MG_VAE_SUMS };

/* The ELBO of one datum, from K draws of its z; draw r of it stands `apart`
 * draws behind draw r - 1.                                   [vae.2] [vae.4]
 *   latent          in   L
 *   law             in   2 L, of q(z | x): mu, then log sigma^2
 *   log_p           in   log p(x | z_r) at [r apart], nats
 *   beta            in   weight of the KL                            [vae.7]
 *   reconstruction  out  the mean of log p(x | z_r)
 *   kl              out  KL(q(z | x) || N(0, I)), without its weight
 * Returns reconstruction - beta kl, nats. */
double mg_vae_elbo(size_t latent, const mg_real *law, size_t k, size_t apart,
                   const double *log_p, double beta, double *reconstruction,
                   double *kl);

/* Its gradient in the law, through z_r = mu + sigma e_r.     [vae.3] [vae.5]
 *   latent, law, k, apart, beta  in  as above
 *   noise  in   e_r, L numbers at [r apart L]
 *   dz     in   1/K d log p(x | z_r) / dz_r, L numbers at [r apart L]
 *   d_law  out  2 L, d ELBO / d mu, then d ELBO / d log sigma^2 */
void mg_vae_elbo_gradient(size_t latent, const mg_real *law, size_t k,
                          size_t apart, const mg_real *noise, const mg_real *dz,
                          double beta, mg_real *d_law);

/* Of a batch with its z drawn: the objective of each datum and the weights of
 * its draws.                                              [vae.2] [vae.6]
 *   beta  in   weight of the KL
 *   each  out  n, nats
 *   sums  out  over the batch, MG_VAE_SUMS numbers */
void mg_vae_judge(const mg_vae *v, mg_vae_room *room, double beta, double *each,
                  double *sums);

/* ---- functions of the family's table; contracts in models/model.h ---- */

/* The gradient of a minibatch of n data, MG_VAE_SUMS sums, and a tape for n
 * times K draws. */
mg_need mg_vae_need(const void *self, size_t n);

/* Adds the gradient of the minibatch's objective.             [vae.2] [vae.6]
 * Returns GSL_SUCCESS; GSL_EDOM, with the layer, for a number that is not
 * finite. */
int mg_vae_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                  mg_stats *stats);

/* One step of the optimizer.
 * Returns GSL_SUCCESS; GSL_EDOM, with the layer, for a gradient that is not
 * finite. */
int mg_vae_update(void *self, mg_stats *stats, mg_report *report);

/* The bound of each datum, with beta = 1.
 * Returns GSL_SUCCESS; GSL_ENOMEM; GSL_EDOM for one that is not finite. */
int mg_vae_objective(const void *self, gsl_rng *rng, const mg_batch *batch,
                     double *each);

#endif
