/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the training loop share.  Nobody else includes this.
 *
 *   fit              the object, a turn, the end
 *   fit_starts       a start, the next, the best of them
 *   fit_pass         a turn of a family that learns by sums
 *   fit_batch        a turn of one that learns by gradient
 *   fit_validate     the rows that are not learnt from
 *   fit_checkpoint   written down and gone on from */
#ifndef MG_MODELS_FIT_INSIDE_H
#define MG_MODELS_FIT_INSIDE_H

#include "models/fit.h"
#include "base/shards.h"

/* A thread's own memory. */
typedef struct {
  mg_block *block;
  gsl_vector *work; /* need.work, or NULL */
  gsl_rng *noise, *chance;
} mg_fit_worker;

/* The minibatches of an epoch. */
typedef struct {
  size_t rows;  /* in each, in the last perhaps less */
  size_t count; /* in an epoch */
  size_t *order;
  gsl_matrix *x; /* rows x D, those of the present one */
  unsigned *labels;
  gsl_rng *rng;
  double judged; /* data of the epoch's turns so far; sums over them: */
  double objective, log_likelihood;
  double gauge[MG_GAUGES], gauged[MG_GAUGES]; /* and of how many data */
} mg_fit_batches;

/* The rows that are looked at after each epoch; none: rows.n is 0. */
typedef struct {
  mg_rows rows;
  mg_shards cut;
  mg_fit_worker *workers;
  size_t n_workers;
  double *each;      /* rows.n */
  mg_model *keeper;  /* holds the parameters of the best epoch; or NULL */
  double last, best; /* NaN: none yet in this start */
  size_t waited;     /* epochs since the best */
} mg_fit_validation_rows;

struct mg_fit {
  mg_model *model;
  mg_rows rows;
  mg_fit_options options;
  unsigned long seed;

  mg_shards cut; /* one shard where all rows are one batch */
  mg_need need;
  mg_stats *stats; /* cut.shards; their sum in the first after a pass */
  mg_fit_worker *workers;
  size_t n_workers;
  mg_fit_batches batches; /* of a family that learns by gradient */
  mg_fit_validation_rows validation;

  mg_report report; /* of this start */
  mg_report last;   /* of the last pass, also when a start has begun since */
  char name[128];   /* the objective's, after a resume */
  size_t restart, passes, steps; /* steps: minibatches done with */
  size_t again;                  /* turns made on the next minibatch */
  double previous, data_seen;
  bool ended; /* the last turn ended a pass */
  bool over;  /* every start is done */
  mg_optimum *optima;

  void *best; /* the best self of the starts before; NULL: none yet */
  double best_objective;
  unsigned long data_sum, validation_sum; /* 0: not computed yet */
};

/* Does the fit's family learn by gradient? */
bool mg_fit_climbs(const mg_fit *fit);

/* Are the parameters chosen by the validation rows? */
bool mg_fit_watches(const mg_fit *fit);

/* How good the present start is by what its family, or the validation rows, say
 * of it; NaN: not known. */
double mg_fit_score(const mg_fit *fit);

/* Begins start number fit->restart; the model's self is new.
 * Returns GSL_SUCCESS; the family's error; GSL_ENOMEM. */
int mg_fit_begin(mg_fit *fit);

/* After a start that has ended: on to the next, or the end.
 * Returns GSL_SUCCESS; GSL_ENOMEM, or the error of the last start. */
int mg_fit_next(mg_fit *fit);

/* After a start that failed with that status.  Returns as mg_fit_next. */
int mg_fit_abandon(mg_fit *fit, int status);

/* A fresh self of the model's own space and options in place of the old.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_fit_renew(mg_model *model);

/* Room for sums, threads and minibatches.  Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_fit_room_alloc(mg_fit *fit);

/* Frees it, also half made. */
void mg_fit_room_free(mg_fit *fit);

/* Room of a thread that reads rows of a space.
 *   work  in  doubles of scratch, 0 allowed
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_fit_worker_alloc(mg_fit_worker *worker, const mg_space *space,
                        size_t work);

/* Frees what a worker holds; safe on a zeroed one. */
void mg_fit_worker_free(mg_fit_worker *worker);

/* Gathers all rows and updates once; fills fit->report.
 * Returns GSL_SUCCESS; the family's error; GSL_EFAILED for an objective that is
 * not finite. */
int mg_fit_pass(mg_fit *fit);

/* Room for the minibatches of the fit.  Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_fit_batches_alloc(mg_fit *fit);

/* Frees what they hold; safe on zeroed ones. */
void mg_fit_batches_free(mg_fit_batches *batches);

/* Puts the rows in the order of epoch fit->passes of this start. */
void mg_fit_shuffle(mg_fit *fit);

/* Gathers the next minibatch and updates once; fills fit->report with the means
 * over the epoch so far.  Returns as mg_fit_pass, with epoch and step. */
int mg_fit_learn(mg_fit *fit);

/* After an epoch: looks at the validation rows, if any, and keeps the
 * parameters when they are the best and are to be chosen.
 * Returns GSL_SUCCESS; the family's error; GSL_EFAILED for an objective that is
 * not finite. */
int mg_fit_look(mg_fit *fit);

/* Forgets what the validation rows said of the start before. */
void mg_fit_look_anew(mg_fit *fit);

/* Puts the parameters of the best epoch back, where they are chosen.
 * Returns GSL_SUCCESS; the family's error. */
int mg_fit_restore(mg_fit *fit);
void mg_fit_validation_free(mg_fit *fit);

#endif
