/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence: log p(x) of data under a model, as a claim.
 *
 * A number here never stands alone.  It has a direction (is the truth equal to
 * it, above it, below it?), a standard error over the data, a count, and the
 * name of the method that made it.  Families do not make such numbers; they
 * offer log_density, and this turns what they offer into claims:
 *
 *   exact        log p(x_n) averaged over data; claim =
 *   dequantised  log P(x) >= E_u log p(x + u), u ~ U(0,1)^D, by S draws of u
 *                a datum; claim >=                                   [deq.1]
 *   no density   of a family with a latent variable the mean of IWAE with K
 *                draws a datum (eval/bound.h); claim >=             [iwae.1]
 *   improper     the mean of what is no density; claim none
 *
 * Not here: other bounds for latent-variable families (eval/bound.h). */
#ifndef MG_EVAL_EVIDENCE_H
#define MG_EVAL_EVIDENCE_H

#include "base/table.h"
#include "base/tally.h"
#include "models/model.h"

typedef enum {
  MG_EXACT,    /* =  */
  MG_LOWER,    /* >= : log p is at least this, in expectation */
  MG_UPPER,    /* <= */
  MG_ESTIMATE, /* ~  : no side is promised */
  MG_NO_CLAIM  /* none: not a statement about log p */
} mg_claim;

typedef struct {
  double value;       /* mean over data of log p(x), nats per datum */
  double std_error;   /* of that mean, over data; NaN for n < 2 */
  mg_claim claim;     /* log p (claim) value */
  size_t n;           /* data */
  size_t draws;       /* a datum; 0 where nothing is drawn */
  const char *method; /* "exact", "uniform dequantisation", "iwae" ... */
  /* Of importance weights (eval/tails.h); else 0. */
  double ess;         /* effective draws a datum, of those */
  double pareto_k;    /* of the heaviest tail of a datum; NaN: unknown */
  size_t heavy;       /* data whose tail voids an interval for log p */
  double draws_error; /* of value as log p of these data, by the draws alone;
                       * NaN: unknown, or withdrawn for heavy tails */
  bool difference;    /* of two evidences: no log p itself (eval/gap.h) */
  char note[200];     /* what else a reader must know; "": nothing */
} mg_evidence;

typedef struct {
  size_t draws;   /* of u a datum, for dequantised models */
  size_t weights; /* K of the bound where there is no density; 0: 500 */
  size_t threads; /* 0: as many as OpenMP gives */
} mg_evidence_options;

/* draws 4, weights 500, threads 0. */
mg_evidence_options mg_evidence_options_default(void);

/* "=", ">=", "<=", "~", "none". */
const char *mg_claim_sign(mg_claim claim);

/* The evidence of a model for rows of its space.
 *   seed  in   of the dequantisation, and of draws of z
 * Returns GSL_SUCCESS; GSL_EINVAL for no rows, another space, or a dequantised
 * model and no draws; GSL_EUNSUP when the family has neither density
 * nor latent variable; GSL_ENOMEM;
 * the family's errors.  The same bytes for any number of threads. */
int mg_evidence_of(const mg_model *model, const mg_rows *rows,
                   const mg_evidence_options *options, unsigned long seed,
                   mg_evidence *evidence);

/* What one model gains over another on the same rows, datum by datum:
 *
 *     log p(x_n) - log p_over(x_n)                                   [gain.1]
 *
 * The data that are hard for both cancel, so its standard error is below those
 * of the two evidences, and is the one to judge a difference by.
 *   gain  out  mean and standard error, nats per datum
 * Returns as mg_evidence_of. */
int mg_evidence_gain(const mg_model *model, const mg_model *over,
                     const mg_rows *rows, const mg_evidence_options *options,
                     unsigned long seed, mg_tally *gain);

/* The evidence of the law that toys were drawn from; claim =.
 * Returns GSL_SUCCESS; GSL_EUNSUP where it is not known; GSL_EINVAL for no
 * rows; GSL_ENOMEM. */
int mg_evidence_of_truth(const mg_rows *rows, mg_evidence *evidence);

/* Code length in bits a dimension, -nats / (D log 2): lower is better, and a
 * claim >= on nats is <= on bits. */
double mg_bits_per_dim(double nats, size_t dim);

/* Criteria for choosing among models fitted by maximum likelihood, lower is
 * better (Schwarz 1978; Akaike 1974).                              [bic.1]
 *   log_likelihood  in  total over n data, nats
 *   parameters      in  free ones */
double mg_bic(double log_likelihood, size_t parameters, size_t n);
double mg_aic(double log_likelihood, size_t parameters);

/* The columns of evidence.tsv. */
#define MG_EVIDENCE_COLUMNS                                                    \
  "model data split method claim nats std_error unit bits_per_dim n draws "    \
  "parameters seconds note"

/* Adds a row of those columns.  The evidence's own note stands behind the one
 * that is given.
 *   seconds  in  to fit; NaN: not known     note  in  or NULL */
void mg_evidence_row(mg_table *table, const char *model, const mg_dataset *data,
                     mg_part_name part, const mg_evidence *evidence,
                     size_t parameters, double seconds, const char *note);

/* The same without beginning a row: for a table with columns before these. */
void mg_evidence_fields(mg_table *table, const char *model,
                        const mg_dataset *data, mg_part_name part,
                        const mg_evidence *evidence, size_t parameters,
                        double seconds, const char *note);

/* The columns that the template "evidence" reads. */
#define MG_EVIDENCE_AXIS "model split nats std_error claim kind"

/* The evidence of a model for a part of data, as a row of those columns with
 * the kind "model".
 * Returns as mg_evidence_of with its default options and seed 0. */
int mg_evidence_axis(mg_table *table, const char *name, const mg_model *model,
                     const mg_dataset *data, mg_part_name part);

#endif
