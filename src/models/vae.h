/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variational autoencoder: a latent-variable model whose two conditional
 * laws are networks.                                                  [vae.1]
 *
 *     z ~ N(0, I_L),   x | z ~ a law whose parameters a decoder puts out,
 *     q(z | x) = N(mu(x), diag sigma(x)^2), by an encoder
 *
 * p(x) is an integral over z that nobody can do, so there is no log_density:
 * what is known of p(x) are bounds (eval/bound.h), from the operations below.
 */
#ifndef MG_MODELS_VAE_H
#define MG_MODELS_VAE_H

#include "models/ascent.h"
#include "models/model.h"
#include "models/scaling.h"
#include "nets/likelihood.h"
#include "nets/net.h"

typedef enum { MG_VAE_MLP, MG_VAE_CONV } mg_vae_kind;
typedef enum { MG_VAE_TANH, MG_VAE_RELU } mg_vae_units;
typedef enum { MG_VAE_CATEGORICAL, MG_VAE_LOGISTIC } mg_vae_level_law;
typedef enum {
  MG_VAE_VARIANCE_NET,     /* a function of z, for each column */
  MG_VAE_VARIANCE_COLUMNS, /* a number for each column */
  MG_VAE_VARIANCE_ONE      /* one number */
} mg_vae_variance;
typedef enum { MG_VAE_ELBO, MG_VAE_IWAE } mg_vae_goal;

typedef struct {
  size_t latent;               /* L */
  mg_vae_kind net;             /* of both networks */
  size_t hidden, hidden2;      /* units of an mlp's layers; 0: no such layer */
  size_t channels;             /* of a conv's outer layer; the inner has 2x */
  mg_vae_units activation;     /* of all layers but the last */
  mg_vae_level_law likelihood; /* of data on levels */
  mg_vae_variance variance;    /* of data on reals */
  mg_vae_goal objective;       /* what is climbed */
  size_t draws;                /* K, of z a datum and step */
  double beta;                 /* weight of the KL; other than 1: no bound */
  size_t warmup;               /* epochs in which that weight rises to beta */
  mg_ascent_options climb;
} mg_vae_options;

typedef struct {
  mg_vae_options options;
  mg_space space;
  mg_likelihood law;
  size_t planes; /* numbers a column that the decoder puts out */
  mg_net *encoder, *decoder;
  mg_ascent ascent;   /* theta: encoder, decoder, then log variances */
  mg_scaling scaling; /* of reals; of levels to -1 .. 1; of bits none */
  double jacobian;    /* sum of -log scale, of reals; else 0       [vae.8] */
  double reconstruction, kl; /* of the last minibatch, nats per datum */
} mg_vae;

/* An mlp with one hidden layer of 256 tanh (of 64 below 17 columns), L = 16 (or
 * 2), ELBO with one draw, beta 1, Adam at a constant rate of .001. */
void mg_vae_options_default(const mg_space *space, void *options);

/* ---- its two networks, in double ---- */

/* The law q(z | x) of each datum: means and standard deviations.    [vae.1]
 *   x  in  N x D     mu, sigma  out  N x L; sigma NULL: unwanted
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a value the space has not;
 * GSL_ENOMEM.  Cost a forward pass of the encoder for each row that is not as
 * the one before. */
int mg_vae_encode(const mg_vae *v, const gsl_matrix *x, gsl_matrix *mu,
                  gsl_matrix *sigma);

/* Means of p(x | z), in the unit of the data.                       [vae.1]
 *   z  in  N x L     x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM. */
int mg_vae_decode(const mg_vae *v, const gsl_matrix *z, gsl_matrix *x);

/* ---- what a latent-variable family tells (models/model.h) ---- */

/* Draws z from q(z | x) and tells its log density there.             [vae.3]
 *   x  in  N x D     z  out  N x L     log_q  out  N, nats; may be NULL
 * Returns as mg_vae_encode. */
int mg_vae_propose(const mg_vae *v, gsl_rng *rng, const gsl_matrix *x,
                   gsl_matrix *z, gsl_vector *log_q);

/* log q(z | x) at any z, and its gradient in z.                      [vae.3]
 *   x  in  N x D     z  in  N x L     log_q  out  N     dz  out  N x L or NULL
 * Returns as mg_vae_encode. */
int mg_vae_log_posterior(const mg_vae *v, const gsl_matrix *x,
                         const gsl_matrix *z, gsl_vector *log_q,
                         gsl_matrix *dz);

/* log p(x, z), and its gradient in z.                                [vae.1]
 *   x  in  N x D     z  in  N x L     log_pxz  out  N     dz  out  as above
 * Returns as mg_vae_encode.  Cost a forward pass of the decoder; with dz also
 * one back. */
int mg_vae_log_joint(const mg_vae *v, const gsl_matrix *x, const gsl_matrix *z,
                     gsl_vector *log_pxz, gsl_matrix *dz);

/* log p(z), the standard Gaussian's, and its gradient. */
int mg_vae_log_prior(const mg_vae *v, const gsl_matrix *z, gsl_vector *log_pz,
                     gsl_matrix *dz);

/* Draws pairs.                                                       [vae.1]
 *   z  out  N x L     x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM. */
int mg_vae_sample_joint(const mg_vae *v, gsl_rng *rng, gsl_matrix *z,
                        gsl_matrix *x);

/* ---- what became of it ---- */

typedef struct {
  double reconstruction; /* E_q log p(x | z), nats per datum */
  double kl;             /* KL(q(z | x) || p(z)), nats per datum */
  size_t active;         /* latent dimensions whose mean moves with x */
  gsl_vector *kl_each;   /* L, the KL of each dimension             [vae.4] */
  gsl_vector *movement;  /* L, Var over the data of mu(x)           [vae.9] */
} mg_vae_diagnosis;

/* Movement from which a dimension is active. */
#define MG_VAE_ACTIVE 0.01

/* What the code tells of data; reconstruction minus kl is the ELBO.
 *   rng  in   one draw a datum
 *   d    out  mg_vae_diagnosis_clear frees it, also after an error
 * Returns as mg_bound_of: GSL_SUCCESS; GSL_EINVAL; GSL_ENOMEM; GSL_EDOM.
 * Source Burda, Grosse & Salakhutdinov (2016) for active dimensions. */
int mg_vae_diagnose(const mg_vae *v, gsl_rng *rng, const mg_rows *rows,
                    mg_vae_diagnosis *d);

/* Frees what a diagnosis holds; safe on a zeroed one. */
void mg_vae_diagnosis_clear(mg_vae_diagnosis *d);

/* The diagnosis in a sentence or two, a collapse said as such, into text;
 * returns text.  400 bytes hold all. */
const char *mg_vae_diagnosis_print(const mg_vae_diagnosis *d, char *text,
                                   size_t size);

/* Weight of the KL term after so many epochs.                        [vae.7] */
double mg_vae_beta(const mg_vae *v, size_t epochs);

extern const mg_model_type mg_vae_type;

#endif
