/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guides: the laws q(z; lambda) that variational inference chooses among.
 *
 * A mean-field guide is a product over coordinates, each with a law of its own
 * on the line; the full-rank guide is a Gaussian with any covariance.  All the
 * parameters are one flat vector lambda of real numbers without constraints (a
 * scale is there as its log), so that a step never leaves where q is defined.
 *
 * Every guide draws, tells log q and its score d log q / d lambda; where draws
 * move smoothly with lambda it has the pathwise derivative too.  Batches are
 * rows, as in infer/target.h. */
#ifndef MG_INFER_GUIDE_H
#define MG_INFER_GUIDE_H

#include "infer/target.h"

/* A law of one coordinate.  S values of it come at once, a column of a batch,
 * so that what depends on lambda alone is computed once; n is the number of
 * parameters.  What the functions are given has been checked: shapes, and
 * parameters by mg_guide_check. */
typedef struct {
  const char *name;              /* "gaussian", "lognormal", "gamma", "beta",
                                  * "categorical" */
  mg_support support;            /* of z */
  const char *const *parameters; /* "mean", "log_sd", NULL; of a categorical
                                  * "logit", NULL, for all K of them */
  /* lambda of the law with that mean and standard deviation; where it has not
   * such a one, mean 1, or uniform; of a categorical equal logits.
   *   lambda  out  n */
  void (*start)(double mean, double sd, gsl_vector *lambda);
  /*   z  out  S */
  int (*sample)(const gsl_vector *lambda, gsl_rng *rng, gsl_vector *z);
  /* log_q += log q(z).
   *   z  in  S     log_q  in/out  S */
  int (*log_density)(const gsl_vector *lambda, const gsl_vector *z,
                     gsl_vector *log_q);
  /* d log q / d lambda.
   *   z  in  S     d  out  S x n */
  int (*score)(const gsl_vector *lambda, const gsl_vector *z, gsl_matrix *d);
  /*   dh  out  n, d h / d lambda */
  int (*entropy)(const gsl_vector *lambda, double *h, gsl_vector *dh);
  int (*moments)(const gsl_vector *lambda, double *mean, double *sd);
  /* NULL from here for classes. */
  /* d log q / d z.
   *   z  in  S     d  out  S */
  int (*slope)(const gsl_vector *lambda, const gsl_vector *z, gsl_vector *d);
  /* d z / d lambda for the noise that gave z.
   *   z  in  S     d  out  S x n */
  int (*pathwise)(const gsl_vector *lambda, const gsl_vector *z, gsl_matrix *d);
} mg_guide_law;

extern const mg_guide_law mg_guide_gaussian, mg_guide_lognormal, mg_guide_gamma,
    mg_guide_beta, mg_guide_categorical;

/* The Gaussian's own, of lambda = (mean, log_sd); see [gaussian.6]. */

/* S draws; from the same rng they move smoothly with lambda.
 *   z  out  S */
int mg_guide_gaussian_sample(const gsl_vector *lambda, gsl_rng *rng,
                             gsl_vector *z);

/* d log q / d mean, d log_sd.
 *   z  in  S     d  out  S x 2 */
int mg_guide_gaussian_score(const gsl_vector *lambda, const gsl_vector *z,
                            gsl_matrix *d);

/* d z / d mean, d log_sd for the noise that gave z.
 *   z  in  S     d  out  S x 2 */
int mg_guide_gaussian_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                               gsl_matrix *d);

/* The usual law of a support: gaussian, lognormal, beta, categorical. */
const mg_guide_law *mg_guide_law_of(mg_support support);

/* The law of that name; NULL with the reason, and the closest. */
const mg_guide_law *mg_guide_law_find(const char *name);

typedef struct mg_guide_type mg_guide_type;

typedef struct {
  const mg_guide_type *type;
  size_t dim;         /* D */
  gsl_vector *lambda; /* P, set and moved from outside */
  /* Of a mean-field guide; else NULL. */
  const mg_guide_law **law; /* D */
  size_t *first; /* D + 1: where in lambda a coordinate's parameters begin */
} mg_guide;

/* Shapes have been checked before these are called, and lambda by
 * mg_guide_check. */
struct mg_guide_type {
  const char *name; /* "mean-field", "full-rank" */
  const char *source;
  void (*set)(mg_guide *q, const gsl_vector *mean, const gsl_vector *sd);
  int (*sample)(const mg_guide *q, gsl_rng *rng, gsl_matrix *z);
  int (*log_density)(const mg_guide *q, const gsl_matrix *z, gsl_vector *log_q,
                     gsl_matrix *dz);
  int (*score)(const mg_guide *q, const gsl_matrix *z, gsl_matrix *score);
  int (*pathwise)(const mg_guide *q, const gsl_matrix *z, const gsl_matrix *dz,
                  gsl_matrix *d);
  int (*entropy)(const mg_guide *q, double *h, gsl_vector *dh);
  int (*moments)(const mg_guide *q, gsl_vector *mean, gsl_matrix *covariance);
  /* As mg_guide_parameter, and mg_guide_coordinate. */
  const char *(*parameter)(const mg_guide *q, size_t j, char *text,
                           size_t size);
  size_t (*coordinate)(const mg_guide *q, size_t j);
};

extern const mg_guide_type mg_guide_mean_field_type, mg_guide_full_rank_type;

/* A product over coordinates, each with mean 0 and sd 1 or, where that cannot
 * be, uniform or with mean 1 and sd 1.
 *   law      in  D of them; NULL: the usual one of each support
 * Returns NULL with the reason: a law on another support than the target's;
 * memory. */
mg_guide *mg_guide_mean_field(const mg_target *target,
                              const mg_guide_law *const *law);

/* A Gaussian with mean and covariance L L^T, whose lambda is the mean, then L
 * row by row, the logs of its diagonal for that; N(0, I) at first.
 * Returns NULL with the reason: a coordinate that is not real; memory. */
mg_guide *mg_guide_full_rank(const mg_target *target);

/* A guide of that type with P parameters, all 0: for who makes a type.
 * Returns NULL for lack of memory. */
mg_guide *mg_guide_alloc(const mg_guide_type *type, size_t dim,
                         size_t parameters);

/* A guide of its own with the same law; NULL for lack of memory. */
mg_guide *mg_guide_copy(const mg_guide *q);

/* Frees it; NULL is allowed. */
void mg_guide_free(mg_guide *q);

/* Sets lambda to means and standard deviations a coordinate; where a law has
 * not such, to mean 1, or uniform.
 *   mean, sd  in  D; sd above 0 */
void mg_guide_set(mg_guide *q, const gsl_vector *mean, const gsl_vector *sd);

/* Does lambda make a law?  Every number finite, every log within +-700.
 * Returns GSL_SUCCESS; GSL_EDOM with the parameter. */
int mg_guide_check(const mg_guide *q);

/* Draws.
 *   z  out  S x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a lambda that makes no law
 * (log_sd of 800), with the parameter. */
int mg_guide_sample(const mg_guide *q, gsl_rng *rng, gsl_matrix *z);

/* log q(z), nats; -inf outside the support.
 *   z  in  S x D     log_q  out  S     dz  out  S x D, d log q / d z; or NULL
 * Returns as mg_guide_sample; GSL_EUNSUP for dz of classes. */
int mg_guide_log_density(const mg_guide *q, const gsl_matrix *z,
                         gsl_vector *log_q, gsl_matrix *dz);

/* log q(z_i), of a mean-field guide.
 *   z  in  S x D     log_q  out  S x D
 * Returns as mg_guide_sample; GSL_EUNSUP for another guide. */
int mg_guide_log_each(const mg_guide *q, const gsl_matrix *z,
                      gsl_matrix *log_q);

/* The score, d log q(z) / d lambda; z inside the support.         [guide.1]
 *   z  in  S x D     score  out  S x P
 * Returns as mg_guide_sample. */
int mg_guide_score(const mg_guide *q, const gsl_matrix *z, gsl_matrix *score);

/* d f(z) / d lambda of each draw for the noise that gave it.      [guide.2]
 *   z   in  S x D     dz  in  S x D, d f / d z     d  out  S x P
 * Returns as mg_guide_sample; GSL_EUNSUP where draws do not move smoothly. */
int mg_guide_pathwise(const mg_guide *q, const gsl_matrix *z,
                      const gsl_matrix *dz, gsl_matrix *d);

/* Has it a pathwise derivative? */
bool mg_guide_has_pathwise(const mg_guide *q);

/* Entropy, nats, and its gradient in lambda, exact.
 *   dh  out  P, or NULL
 * Returns as mg_guide_sample. */
int mg_guide_entropy(const mg_guide *q, double *h, gsl_vector *dh);

/* Mean and covariance of z; of classes those of the number.
 *   mean  out  D     covariance  out  D x D
 * Returns as mg_guide_sample. */
int mg_guide_moments(const mg_guide *q, gsl_vector *mean,
                     gsl_matrix *covariance);

/* The coordinate that parameter j belongs to; of a full-rank guide the one
 * whose row it stands in. */
size_t mg_guide_coordinate(const mg_guide *q, size_t j);

/* "mean[3]", "log_sd[3]", "logit[3,1]", "chol[3,1]" of parameter j into text;
 * the logs of L's diagonal are "log_chol[3,3]".  Returns text. */
const char *mg_guide_parameter(const mg_guide *q, size_t j, char *text,
                               size_t size);

#endif
