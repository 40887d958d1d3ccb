/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models with a latent variable, and bounds on their evidence, on a lesson's
 * board.
 *
 *   NAME           the model
 *   NAME_epochs    a table, an epoch a row, of rows that are looked at:
 *                  epoch reconstruction kl elbo, nats per datum
 *   NAME_learning  two of its columns for the template "lines", when all is
 *                  done
 *   NAME_codes     a latent dimension a row: latent kl movement */
#ifndef MG_LESSON_BOUNDS_H
#define MG_LESSON_BOUNDS_H

#include "eval/bound.h"
#include "lesson/lesson.h"
#include "models/fit.h"
#include "models/vae.h"

/* Puts a ppca on the board whose L = D directions are the axes:
 * z ~ N(0, I), x = z + noise e.
 * Returns NULL with the reason. */
mg_model *mg_lesson_axes(mg_lesson *lesson, const char *name, size_t dim,
                         double noise);

/* Puts n draws from a model of the board on the board as data.
 * Returns GSL_SUCCESS; GSL_ENOMEM; as mg_model_sample. */
int mg_lesson_drawn(mg_lesson *lesson, const char *data, const char *model,
                    size_t n);

/* Puts n times the same number on the board as data of one real.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_lesson_same(mg_lesson *lesson, const char *data, double x, size_t n);

/* Puts the rows on the board as data, each column less its mean and over its
 * standard deviation.
 * Returns GSL_SUCCESS; GSL_EINVAL for what is no reals; GSL_ENOMEM. */
int mg_lesson_standard(mg_lesson *lesson, const char *data, mg_rows rows);

/* The columns of bounds beside each other. */
#define MG_LESSON_BOUND_COLUMNS "bound claim nats std_error ess pareto_k"

/* Adds a bound of a model of the board as a row of those columns, and as one of
 * the template "evidence" (MG_EVIDENCE_AXIS); either may be NULL.
 *   options  in   NULL: the method's defaults
 *   e        out
 * Returns as mg_bound_of. */
int mg_lesson_bound(mg_lesson *lesson, const char *model,
                    mg_bound_method method, mg_rows rows,
                    const mg_bound_options *options, const char *row,
                    mg_table *table, mg_table *axis, mg_evidence *e);

/* The same of the exact evidence.  Returns as mg_evidence_of. */
int mg_lesson_exact(mg_lesson *lesson, const char *model, mg_rows rows,
                    const char *row, mg_table *table, mg_table *axis,
                    mg_evidence *e);

/* The same of an evidence that is known.  Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_lesson_add_bound(const mg_evidence *e, const char *row, mg_table *table,
                        mg_table *axis);

/* A rung for the rows: iwae with k weights, or for temperatures > 0 annealing
 * with k walkers; a row of the tables "rungs" and "rung_axis".
 * Returns as mg_bound_of. */
int mg_lesson_rung(mg_lesson *lesson, const char *model, mg_rows rows, size_t k,
                   size_t temperatures);

/* The gap of inference on rows: rows "number images claim nats std_error" of
 * the table "gaps", and the bounds among them in "gap_axis".
 *   images  in  what the rows are called
 * Returns as mg_gap_of. */
int mg_lesson_gap(mg_lesson *lesson, const char *model, mg_rows rows,
                  const char *images);

/* Both sides of the evidence of n data drawn from a model of the board, in so
 * many steps of annealing: two rows of the tables "slices" and "slice_axis".
 * Returns as mg_bound_sandwich. */
int mg_lesson_sandwich(mg_lesson *lesson, const char *model, size_t n,
                       size_t temperatures);

/* Tries q = N(mu, sigma^2) for the first row of the data "one" under a model
 * with one latent dimension: a row
 * "proposal mean sd elbo iwae_10 log_p ess pareto_k" of the table "proposals",
 * bounds of one, of ten and of all weights, and q's curve in "guesses".
 *   name   in  of the row     draws  in  of z, 10 or more
 * Returns GSL_SUCCESS; as mg_line_log_weights; GSL_ENOMEM. */
int mg_lesson_proposal(mg_lesson *lesson, const char *model, const char *name,
                       double mu, double sigma, size_t draws);

/* Draws gradients (infer/one_draw) in dim dimensions at mu = 1: a row
 * "estimator dim mean std_error variance" of the table "gradients" for each
 * kind, and the variances as a row "dim score baseline pathwise" of the table
 * "spread". Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_lesson_gradients(mg_lesson *lesson, size_t dim, size_t draws);

/* A piece of learning: an epoch of a vae, and what held-out rows then have.
 *   rest  in  rows to look at     options  in  passes, batch
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; as mg_board_model,
 * mg_fit_part and mg_vae_diagnose. */
int mg_lesson_epoch(mg_lesson *lesson, const char *name,
                    const mg_vae_options *vae, mg_rows rows, mg_rows rest,
                    const mg_fit_options *options);

/* The end of a piece of learning: when the last epoch is done, the table
 * NAME_learning of these columns of NAME_epochs.
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; the tables' failure. */
int mg_lesson_learnt(mg_lesson *lesson, const char *name, const char *columns,
                     size_t epochs);

/* Diagnoses a vae: NAME_codes, and the numbers active, rebuilt and code.
 * Returns as mg_vae_diagnose. */
int mg_lesson_codes(mg_lesson *lesson, const char *name, mg_rows rows);

/* Two panels: rows of images, and the same as a vae of the board decodes the
 * means of their codes.  Returns as mg_vae_encode, mg_lesson_panel. */
int mg_lesson_rebuilt_panels(mg_lesson *lesson, const char *seen,
                             const char *rebuilt, const char *vae,
                             mg_rows rows);

/* A level line in a table "series x y": y from x = 1 to last.
 * Returns GSL_SUCCESS; the table's failure. */
int mg_lesson_level_line(mg_lesson *lesson, const char *table,
                         const char *series, double last, double y);

/* A table "x y" of n draws from a model of the plane.
 * Returns as mg_model_sample; GSL_ENOMEM. */
int mg_lesson_scatter(mg_lesson *lesson, const char *table, const char *model,
                      size_t n);

/* A table "x y" of rows of the plane.  Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_lesson_data_scatter(mg_lesson *lesson, const char *table, mg_rows rows);

#endif
