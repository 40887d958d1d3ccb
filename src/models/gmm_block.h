/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gmm's own files share: a block of data as the kernel wants it, and the
 * steps between the files.  Nobody else includes this. */
#ifndef MG_MODELS_GMM_BLOCK_H
#define MG_MODELS_GMM_BLOCK_H

#include "models/gmm.h"
#include "models/gmm_kernel.h"

enum { MG_GMM_BLOCK = 128 }; /* data worked on at once, to stay in the cache */

/* Scratch for one block: R = MG_GMM_BLOCK data, coordinates in rows. */
typedef struct {
  const mg_gmm_kernel *kernel;
  size_t p, rows, used;   /* padded D; R; data in use, the others are 0 */
  double *x;              /* P x R */
  double *diff;           /* P x R, x - mu_k */
  double *weighted;       /* P x R, r_k (x - mu_k) */
  double *joint;          /* K x R, log p(x, k), then responsibilities */
  double *top, *sum;      /* R: log p(x) = top + log sum */
  double *first, *second; /* P; P x P: moments about mu_k */
} mg_gmm_block;

/* D padded. */
size_t mg_gmm_padded(size_t dim);

/* How many doubles of memory a block takes, and its layout in that memory. */
size_t mg_gmm_block_size(const mg_gmm *g);
mg_gmm_block mg_gmm_block_in(const mg_gmm *g, double *memory);

/* Reads rows first .. of x, at most R, transposed and padded.
 * Returns GSL_SUCCESS; GSL_EDOM for a value that is not finite. */
int mg_gmm_block_read(mg_gmm_block *b, const gsl_matrix *x, size_t first);

/* joint = log p(x, k) for the data of the block. */
void mg_gmm_block_joint(const mg_gmm *g, mg_gmm_block *b);

/* joint = p(k | x), and log p(x) of datum r is top[r] + log(sum[r]).
 * Data not in use get responsibility 0. */
void mg_gmm_block_posterior(const mg_gmm *g, mg_gmm_block *b);

/* Adds the moments of the block, weighted by joint, to sums. */
void mg_gmm_block_moments(const mg_gmm *g, mg_gmm_block *b, double *sums);

/* The layout of the statistics: log-likelihood, then a component's weight,
 * first moment (D) and second moment about its mean (D D, or D). */
size_t mg_gmm_sums_size(const mg_gmm *g);
size_t mg_gmm_sums_stride(const mg_gmm *g); /* from component to component */

/* First parameters from a sample of the data, N x D: equal weights, means as
 * the option `start` says, one pooled variance a coordinate.
 * Returns as mg_gmm_refresh; GSL_ENOMEM. */
int mg_gmm_start_from(mg_gmm *g, gsl_rng *rng, const gsl_matrix *x);

/* The M step from statistics of n data, which it overwrites.  Returns as
 * mg_gmm_refresh. */
int mg_gmm_maximise(mg_gmm *g, double *sums, size_t n);

/* The component as latent variable (gmm_latent.c). */
extern const mg_latent_ops mg_gmm_latent;

/* need, gather and update of the family's table: contracts in models/model.h.
 * The E step and its statistics.                             [em.2] */
mg_need mg_gmm_need(const void *self, size_t n);
int mg_gmm_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                  mg_stats *stats);
/* The M step, and the objective of the parameters before it. [em.4, em.6] */
int mg_gmm_update(void *self, mg_stats *stats, mg_report *report);

#endif
