/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that draws say of a model on some data: every score that applies.
 *
 *     mg_samples *s = mg_samples_alloc(data, &options, seed);
 *     for each model:
 *       mg_samples_score(s, model, seed, score, &n);
 *
 * What depends on the data alone is made once: which held-out rows serve, their
 * scale, the floors.  So a model is compared with the same rows as the next.
 *
 *   coverage     of data whose modes are known, from options.draws draws
 *   neighbours   draws against held-out rows, the test part or else
 *                validation: as many of both, options.rows at most
 *   twosample    the same rows
 *
 * Reals are brought to mean 0 and sd 1 in each column of the training part
 * before distances are taken, so that minutes do not outweigh metres; modes are
 * counted in the units of the data.  Levels and bits stay what they are.
 *
 * Floors take training rows to be of the law of held-out rows.  Where they are
 * not, as with digits by other writers, the floor holds that difference: the
 * classifier's is then above 1/2.
 *
 * A family needs nothing but sample.  No score is a claim about log p. */
#ifndef MG_EVAL_SAMPLES_H
#define MG_EVAL_SAMPLES_H

#include "eval/score.h"
#include "models/model.h"

enum { MG_SAMPLES_SCORES = 16 }; /* room for all */

typedef struct {
  size_t draws;   /* for modes; 2500 is the protocol's */
  size_t rows;    /* at most, of draws and of data, for distances */
  size_t floors;  /* stand-ins for the truth, where it takes such */
  size_t splits;  /* of two-sample tests */
  size_t threads; /* 0: as many as OpenMP gives */
} mg_samples_options;

/* draws 2500, rows 1000, floors 20, splits 200, threads 0. */
mg_samples_options mg_samples_options_default(void);

typedef struct mg_samples mg_samples;

/* Is there anything to score draws by: training rows, and held-out rows or
 * known modes? */
bool mg_samples_can(const mg_dataset *data);

/* The rows that models are held against; data stay the caller's.
 *   seed  in  of which rows, stand-ins, bootstraps
 * Returns NULL with the reason: data of which mg_samples_can is false, or
 * memory: ask that first, to tell them apart. */
mg_samples *mg_samples_alloc(const mg_dataset *data,
                             const mg_samples_options *options,
                             unsigned long seed);

/* Frees it; NULL is allowed. */
void mg_samples_free(mg_samples *samples);

/* The part that held-out rows are of; MG_PARTS where there are none. */
mg_part_name mg_samples_part(const mg_samples *samples);

/* The scores of a model on the space of the data.
 *   seed   in   of the draws
 *   score  out  room for MG_SAMPLES_SCORES
 *   n      out  how many there are
 * Returns GSL_SUCCESS; GSL_EUNSUP for a family that cannot sample; GSL_EINVAL
 * for another space; GSL_ENOMEM; the family's errors.  The same bytes for any
 * number of threads. */
int mg_samples_score(const mg_samples *samples, const mg_model *model,
                     unsigned long seed, mg_score *score, size_t *n);

/* The same of rows that were drawn elsewhere, in the space of the data: at
 * least two; as many as options.draws make the protocol. */
int mg_samples_score_rows(const mg_samples *samples, const gsl_matrix *draws,
                          mg_score *score, size_t *n);

#endif
