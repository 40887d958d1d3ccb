/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every family that can, fitted to one data set and put on one axis.
 *
 *     mg_compare *c = mg_compare_alloc(data, &options);
 *     while (mg_compare_test(c) == GSL_CONTINUE) {
 *       start the clock;
 *       status = mg_compare_iterate(c);
 *       mg_compare_spend(c, seconds since);
 *     }
 *
 * One turn is one update of one family's fit, a pass or a minibatch, or the
 * evaluation after it, so the caller can show progress, keep the time, and stop
 * between two turns with all that was finished still in hand.  A family that
 * fails is an entry with the reason as its note; the others go on. */
#ifndef MG_EVAL_COMPARE_H
#define MG_EVAL_COMPARE_H

#include "eval/evidence.h"
#include "eval/samples.h"
#include "eval/zoo.h"

typedef struct {
  unsigned long seed;
  bool quick;
  size_t threads; /* 0: as many as OpenMP gives */
  mg_evidence_options evidence;
  mg_samples_options samples; /* rows 0: draws are not scored */
} mg_compare_options;

/* What became of one family. */
typedef struct {
  const mg_model_type *type;
  mg_recipe *recipe;
  mg_model *model;                /* fitted; NULL before, and when it failed */
  mg_evidence evidence[MG_PARTS]; /* n = 0: that part is empty */
  mg_evidence elbo[MG_PARTS];     /* beside it, of a family without a density
                                   * whose evidence is IWAE; n = 0: none */
  mg_score score[MG_SAMPLES_SCORES]; /* of its draws */
  size_t scores; /* 0: it cannot sample, or the data have nothing to score by */
  size_t parameters;
  double data_seen; /* over all starts */
  double seconds;   /* spent on it */
  bool done, failed;
  char note[512]; /* options, or the reason of a failure */
} mg_entry;

typedef struct mg_compare mg_compare;

/* A comparison of all families that can stand on the data, which stay the
 * caller's.  Returns NULL with the reason: no rows to train on, memory. */
mg_compare *mg_compare_alloc(const mg_dataset *data,
                             const mg_compare_options *options);

/* Frees a comparison and its models, not the data; NULL is allowed. */
void mg_compare_free(mg_compare *c);

/* Sets an option of every family that has it ("components=5"), or of one
 * ("gmm.components=5"), before the first turn.
 * Returns GSL_SUCCESS; GSL_EINVAL when no family takes it. */
int mg_compare_set(mg_compare *c, const char *name, const char *value);

/* One turn.  Returns GSL_SUCCESS, also when the family at hand failed;
 * GSL_ENOMEM. */
int mg_compare_iterate(mg_compare *c);

/* GSL_CONTINUE while there is more to do; GSL_SUCCESS at the end. */
int mg_compare_test(const mg_compare *c);

/* Adds seconds to the family that the last turn worked on. */
void mg_compare_spend(mg_compare *c, double seconds);

/* The entries, in the zoo's order; and the one at work (count at the end). */
size_t mg_compare_count(const mg_compare *c);
const mg_entry *mg_compare_entry(const mg_compare *c, size_t i);
size_t mg_compare_present(const mg_compare *c);

/* The finished entries, best first: by validation, since to choose by test
 * would spend the test; where that part is empty, by test, then train.  Behind
 * them, without a rank, those that make no claim.
 *   order  out  indices, room for mg_compare_count(c)
 * Returns how many are finished; 0 too when memory is short. */
size_t mg_compare_ranking(const mg_compare *c, size_t *order);

/* Is what the entry has to say of the data a claim about log p? */
bool mg_entry_claims(const mg_entry *entry);

/* Passes made and the objective (nats per datum) of the fit at work. */
void mg_compare_progress(const mg_compare *c, size_t *passes,
                         double *objective);

/* "gmm", "gmm, dequantised" or "knn, no claim" into text; returns
 * text. */
const char *mg_entry_label(const mg_entry *entry, char *text, size_t size);

/* Tables of what is done so far; the caller frees them.  NULL: memory.
 *
 * evidence: MG_EVIDENCE_COLUMNS, a row a model and part (two, iwae and elbo, of
 * a family without a density), in the order of mg_compare_ranking; then the
 * truth where it is known. */
mg_table *mg_compare_evidence(const mg_compare *c);
/* scores: MG_SCORE_COLUMNS, a row a model that can sample and score, in that
 * order. */
mg_table *mg_compare_scores(const mg_compare *c);
/* curves: model data_seen log_likelihood objective objective_name claim, a row
 * a pass of the best start, data_seen from its beginning.  log_likelihood is
 * log p(x) on the training part at the parameters that the pass began with (of
 * x + u where x is dequantised), nan where the family does not find it on the
 * way; the objective is what the updates raise, which may hold a penalty.
 * claim is what log_likelihood says of log p(x), and where that is nan what the
 * objective does: = or >=, none where it is no bound.  A family of one pass is
 * one row, with what it reached; one that makes no claim has none. */
mg_table *mg_compare_curves(const mg_compare *c);
/* samples: model x1 .. xD; `rows` draws a model, and rows of the data (train)
 * under the name "data". */
mg_table *mg_compare_samples(const mg_compare *c, size_t rows);
/* density, for two-dimensional reals: model x y log_p on a side x side grid
 * over the data; no rows for other data. */
mg_table *mg_compare_density(const mg_compare *c, size_t side);

#endif
