/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradient of a bound from draws, by seven estimators.
 *
 * The bound is ELBO(lambda) = E_q f(z), f(z) = log p(x, z) - log q(z; lambda).
 * Every estimator turns the same S draws into S one-draw estimates, a row each,
 * all with the expectation d ELBO / d lambda; what tells them apart is how far
 * a row is from it.  The mean of the rows is the gradient that is climbed, and
 * their variance is measured as it comes.                     [estimator.1]
 *
 * From the same generator every kind draws the same z, so that kinds can be
 * held beside each other draw by draw. */
#ifndef MG_INFER_ESTIMATOR_H
#define MG_INFER_ESTIMATOR_H

#include "infer/guide.h"
#include "infer/target.h"

typedef enum {
  MG_ESTIMATOR_SCORE,    /* f(z) times the score */
  MG_ESTIMATOR_BASELINE, /* the same, less one constant for all parameters */
  MG_ESTIMATOR_CONTROL,  /* less the constant that is best for each parameter,
                          * by the other draws */
  MG_ESTIMATOR_RAO_BLACKWELL, /* of f only what holds the parameter's z_i */
  MG_ESTIMATOR_RAO_BLACKWELL_CONTROL, /* of that, less the best constants */
  MG_ESTIMATOR_PATHWISE,              /* through z, which moves with lambda */
  MG_ESTIMATOR_STICKING, /* the same, lambda inside log q held fixed */
  MG_ESTIMATORS
} mg_estimator;

/* Draws, and what was computed of them; what a kind does not need is NULL. */
typedef struct {
  mg_estimator kind;
  const mg_target *target;
  const mg_guide *guide;
  gsl_matrix *z;                 /* S x D, drawn from the guide */
  gsl_vector *log_p, *log_q, *f; /* S; f = log_p - log_q */
  gsl_matrix *score;             /* S x P */
  gsl_matrix *log_f;             /* S x F, factors */
  gsl_matrix *held;              /* F x D, 1 where factor f holds z_i */
  gsl_matrix *part;              /* S x D, of f what holds z_i */
  gsl_matrix *dz_p, *dz_q;       /* S x D, gradients in z */
  gsl_vector *dh;                /* P, gradient of the entropy */
  gsl_matrix *rows;              /* S x P, the one-draw estimates */
} mg_draws;

typedef struct {
  const char *name;  /* as an option is written: "score", "rao-blackwell" */
  const char *title; /* for a figure */
  const char *source;
  bool score, factors, gradient; /* what it needs of guide and target */
  /* Fills d->rows from the rest. */
  int (*estimate)(mg_draws *d);
} mg_estimator_type;

/* In the order of mg_estimator. */
extern const mg_estimator_type mg_estimators[MG_ESTIMATORS];

/* "score|baseline|control|...": their names, for a table of options. */
#define MG_ESTIMATOR_CHOICES                                                   \
  "score|baseline|control|rao-blackwell|rao-blackwell-control|pathwise|"       \
  "sticking"

/* Can the estimator serve the pair?
 * Returns GSL_SUCCESS; GSL_EUNSUP with the reason: no gradient of the target,
 * no pathwise derivative of the guide, no factors, a guide that is no product;
 * GSL_EBADLEN for a guide of other dimension. */
int mg_estimator_can(mg_estimator kind, const mg_target *target,
                     const mg_guide *guide);

/* Room for S draws, as the kind needs it, in a zeroed d.  Target and guide must
 * outlive it.
 * Returns as mg_estimator_can; GSL_EINVAL for less than 2 draws; GSL_ENOMEM. */
int mg_draws_init(mg_draws *d, mg_estimator kind, const mg_target *target,
                  const mg_guide *guide, size_t draws);

/* Frees what d holds; safe on a zeroed or half-built one. */
void mg_draws_clear(mg_draws *d);

/* One-draw gradients by the score: f(z_s) score_sj.            [estimator.2]
 *   f  in  S     score  in  S x P     rows  out  S x P */
void mg_estimator_score(const gsl_vector *f, const gsl_matrix *score,
                        gsl_matrix *rows);

/* From what each draw's score is to be multiplied by, takes for each parameter
 * the constant that is best by the other draws' telling; where all their scores
 * are 0, none.                                                  [estimator.4]
 *   score   in      S x P
 *   weight  in/out  S x P, f(z_s) or what of it holds the parameter
 * Cost O(S P). */
void mg_estimator_control(const gsl_matrix *score, gsl_matrix *weight);

/* Draws, evaluates and estimates: d->rows are S one-draw gradients.
 *                         [estimator.2] [estimator.3] ... [estimator.7]
 *   threads  in  0: as many as OpenMP gives
 * Returns GSL_SUCCESS; GSL_EDOM with the z where the target is not finite; the
 * errors of target and guide.  The same bytes for any number of threads.
 * Allocates nothing. */
int mg_draws_make(mg_draws *d, gsl_rng *rng, size_t threads);

/* Mean of the rows, and the variance of one of them.
 *   gradient  out  P     variance  out  P, or NULL */
void mg_draws_gradient(const mg_draws *d, gsl_vector *gradient,
                       gsl_vector *variance);

/* ELBO from the same draws: mean and standard error of f, nats. */
void mg_draws_elbo(const mg_draws *d, double *elbo, double *std_error);

#endif
