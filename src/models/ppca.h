/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Probabilistic principal components:  x = W z + mu + s e           [ppca.1]
 *
 *     z ~ N(0, I_L),   e ~ N(0, I_D),   p(x) = N(x; mu, W W^T + s^2 I)
 *
 * A latent-variable model in which nothing has to be approximated: density,
 * posterior and maximum of the likelihood are closed forms.  So it calibrates
 * every estimator of eval/: what these say can be held against the truth. */
#ifndef MG_MODELS_PPCA_H
#define MG_MODELS_PPCA_H

#include "models/model.h"

typedef struct {
  size_t latent; /* L, 1 .. D */
  double floor;  /* least variance of the noise, data unit^2; 0: none */
} mg_ppca_options;

typedef struct {
  mg_ppca_options options;
  size_t dim;           /* D */
  gsl_vector *mean;     /* D, mu */
  gsl_matrix *loadings; /* D x L, W */
  double variance;      /* s^2 */
  /* Derived by mg_ppca_refresh. */
  gsl_matrix *factor; /* L x L, lower F with F F^T = M = W^T W + s^2 I */
  double log_det;     /* of W W^T + s^2 I */
} mg_ppca;

/* latent: 10 above 16 columns, else 2, but less than the columns where it can
 * be; floor 1e-6. */
void mg_ppca_options_default(const mg_space *space, void *options);

/* Checks the parameters and derives the rest from them.
 * Returns GSL_SUCCESS; GSL_EDOM with the reason.  Cost O(D L^2 + L^3). */
int mg_ppca_refresh(mg_ppca *p);

/* log p(x), exact.                                                  [ppca.3]
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a value that is not finite;
 * GSL_ENOMEM.  Cost O(N D L), and a copy of x. */
int mg_ppca_log_density(const mg_ppca *p, const gsl_matrix *x,
                        gsl_vector *log_p);

/* Means of the posterior p(z | x).                                  [ppca.4]
 *   x  in  N x D     mean  out  N x L
 * Returns as mg_ppca_log_density.  Cost O(N D L). */
int mg_ppca_posterior_mean(const mg_ppca *p, const gsl_matrix *x,
                           gsl_matrix *mean);

/* Means of p(x | z): W z + mu.                                      [ppca.1]
 *   z  in  N x L     x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN.  Cost O(N D L). */
int mg_ppca_decode(const mg_ppca *p, const gsl_matrix *z, gsl_matrix *x);

/* Covariance of the posterior, the same for every x.                [ppca.4]
 *   sigma  out  L x L
 * Returns GSL_SUCCESS; GSL_EBADLEN. */
int mg_ppca_posterior_covariance(const mg_ppca *p, gsl_matrix *sigma);

/* Draws z from the posterior and tells its log density there.       [ppca.4]
 *   x  in  N x D     z  out  N x L     log_q  out  N, nats; may be NULL
 * Returns as mg_ppca_log_density.  Cost O(N D L). */
int mg_ppca_propose(const mg_ppca *p, gsl_rng *rng, const gsl_matrix *x,
                    gsl_matrix *z, gsl_vector *log_q);

/* log p(z | x) at any z, and its gradient in z.                     [ppca.4]
 *   x  in  N x D     z  in  N x L     log_q  out  N     dz  out  N x L or NULL
 * Returns as mg_ppca_log_density.  Cost O(N D L). */
int mg_ppca_log_posterior(const mg_ppca *p, const gsl_matrix *x,
                          const gsl_matrix *z, gsl_vector *log_q,
                          gsl_matrix *dz);

/* log p(x, z), and its gradient in z.                               [ppca.5]
 *   x        in   N x D     z   in   N x L
 *   log_pxz  out  N         dz  out  N x L or NULL
 * Returns as mg_ppca_log_density.  Cost O(N D L). */
int mg_ppca_log_joint(const mg_ppca *p, const gsl_matrix *x,
                      const gsl_matrix *z, gsl_vector *log_pxz, gsl_matrix *dz);

/* Draws pairs.                                                      [ppca.1]
 *   z  out  N x L     x  out  N x D
 * Returns GSL_SUCCESS; GSL_EBADLEN.  Cost O(N D L). */
int mg_ppca_sample_joint(const mg_ppca *p, gsl_rng *rng, gsl_matrix *z,
                         gsl_matrix *x);

extern const mg_model_type mg_ppca_type;

#endif
