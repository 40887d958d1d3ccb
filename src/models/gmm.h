/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaussian mixture:  p(x) = sum_k w_k N(x; mu_k, Sigma_k)            [em.1]
 *
 * The model that EM was made to explain: a latent k chosen with probability
 * w_k, then x drawn from the k-th Gaussian.  gmm.c says what it is, gmm_em.c
 * how it learns, gmm_bound.c what a chapter looks at between the half steps.
 */
#ifndef MG_MODELS_GMM_H
#define MG_MODELS_GMM_H

#include "models/model.h"

typedef enum {
  MG_GMM_FULL,     /* a covariance matrix a component */
  MG_GMM_TIED,     /* one matrix for all components */
  MG_GMM_DIAGONAL, /* a variance a component and coordinate */
  MG_GMM_SPHERICAL /* a variance a component */
} mg_gmm_covariance;

typedef enum {
  MG_GMM_KMEANS, /* means by k-means++ */
  MG_GMM_RANDOM  /* means at rows drawn at random */
} mg_gmm_start;

typedef struct {
  size_t components; /* K */
  mg_gmm_covariance covariance;
  mg_gmm_start start;
  double floor; /* no variance in any direction falls below it, data unit^2 */
} mg_gmm_options;

typedef struct {
  mg_gmm_options options;
  size_t dim;          /* D */
  gsl_vector *weights; /* K, sum 1 */
  gsl_matrix *means;   /* K x D */
  gsl_matrix *spread;  /* the covariances: full K D x D, tied D x D,
                        * diagonal K x D, spherical K x 1 */
  /* Derived by mg_gmm_refresh; P is D padded to MG_GMM_PANEL. */
  gsl_matrix *factor;    /* Cholesky factors, as spread; sds where diagonal */
  gsl_vector *log_scale; /* K: log w_k - D/2 log 2 pi - log det factor_k */
  double *centres;       /* K x P, the means padded with 0 */
  double *whiteners;     /* full K, tied 1, of P x P in panels; else K x P */
  double penalty;        /* sum_k tr Sigma_k^-1 / 2, once when tied */
} mg_gmm;

/* components 10, full up to 16 dimensions and diagonal above, k-means++,
 * floor 1e-6. */
void mg_gmm_options_default(const mg_space *space, void *options);

/* Log density of each datum under the mixture, exact.              [em.1]
 *   g      in   a mixture of K components in D dimensions
 *   x      in   N x D, a datum a row
 *   log_p  out  N, nats per datum
 * Returns GSL_SUCCESS; GSL_EBADLEN when x or log_p do not fit g; GSL_EDOM for a
 * value that is not finite; GSL_ENOMEM.  A datum whose squared distance from
 * every mean overflows has -inf.  Cost O(N K D^2). */
int mg_gmm_log_density(const mg_gmm *g, const gsl_matrix *x, gsl_vector *log_p);

/* Log joint log p(x, k) of each datum and component, exact.
 *   x  in  N x D     log_joint  out  N x K, nats
 * Returns as mg_gmm_log_density. */
int mg_gmm_log_joint(const mg_gmm *g, const gsl_matrix *x,
                     gsl_matrix *log_joint);

/* Responsibilities r_nk = p(k | x_n), the E step.                  [em.2]
 *   x  in  N x D     r  out  N x K, rows sum to 1
 * Returns as mg_gmm_log_density. */
int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r);

/* The two sides of log p = ELBO + KL for any responsibilities q, as totals over
 * the data in nats.                                                [em.3] */
typedef struct {
  double expected; /* E_q log p(x, k): the expected complete-data
                    * log-likelihood, what the M step raises */
  double entropy;  /* of q */
  double elbo;     /* expected + entropy <= log p */
  double kl;       /* KL(q || p(k | x)) >= 0: what the E step closes */
  double log_p;    /* log-likelihood, exact */
} mg_gmm_parts;

/* Computes each part on its own, so that log_p = elbo + kl is an identity to
 * see and not a definition.
 *   x  in  N x D     q  in  N x K, rows sum to 1     parts  out
 * Returns as mg_gmm_log_density; GSL_EDOM for a q that is no distribution. */
int mg_gmm_bound(const mg_gmm *g, const gsl_matrix *x, const gsl_matrix *q,
                 mg_gmm_parts *parts);

/* New parameters from responsibilities, the M step.                [em.4]
 *   x  in  N x D     r  in  N x K
 * Returns as mg_gmm_refresh; GSL_EBADLEN, GSL_ENOMEM.  After an error g has no
 * meaning and can only be cleared. */
int mg_gmm_m_step(mg_gmm *g, const gsl_matrix *x, const gsl_matrix *r);

/* Half a pass of EM: in the beginning (half 0) every r_nk is 1/K, then an odd
 * half is an E step and an even one an M step; after each, both sides of
 * [em.3] with r for q.
 *   x  in  N x D     r  in/out  N x K     parts  out
 * Returns as mg_gmm_responsibilities, mg_gmm_m_step and mg_gmm_bound. */
int mg_gmm_half_step(mg_gmm *g, const gsl_matrix *x, gsl_matrix *r, size_t half,
                     mg_gmm_parts *parts);

/* First parameters on the line, chosen by hand: equal weights, the mean of
 * component k at first + k apart, every standard deviation sd.
 * Returns as mg_gmm_refresh; GSL_EINVAL unless g is of one dimension. */
int mg_gmm_start_row(mg_gmm *g, double first, double apart, double sd);

/* Checks the parameters and derives factors and scales from them.
 * Returns GSL_SUCCESS; GSL_EDOM with the reason for weights that are no
 * distribution, values that are not finite, a covariance that is not positive
 * definite (a component has collapsed; give a floor). */
int mg_gmm_refresh(mg_gmm *g);

/* Draws N data, and the component of each when wanted.
 *   x  out  N x D     k  out  N, or NULL
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_gmm_sample(const mg_gmm *g, gsl_rng *rng, gsl_matrix *x, size_t *k);

/* The covariance of component k as a D x D matrix, whatever the shape. */
void mg_gmm_covariance_get(const mg_gmm *g, size_t k, gsl_matrix *sigma);

extern const mg_model_type mg_gmm_type;

#endif
