/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mixtures and their pictures on a lesson's board.
 *
 * A Gaussian mixture called NAME stands beside what belongs to it:
 *
 *   NAME            the model
 *   NAME_x          its rows, N x D
 *   NAME_r          the responsibilities of their components, N x K
 *   NAME_bound      a table, a half step of EM a row: label elbo kl log_p, per
 *                   datum; NAME_bars is the same from the first M step on
 *   NAME_law, NAME_likelihood, NAME_joint, NAME_posterior
 *                   of a mixture on the line: its components, and its curves
 *   NAME_climb      a table, a pass of EM a row: pass objective rise rate;
 *                   NAME_rises is its rise for the template "lines"
 *   NAME_points, NAME_ellipses, NAME_captions, NAME_frames
 *                   what the template "ellipses" draws */
#ifndef MG_LESSON_MIXTURES_H
#define MG_LESSON_MIXTURES_H

#include "base/status.h"
#include "data/catalogue.h"
#include "data/toys.h"
#include "eval/evidence.h"
#include "eval/zoo.h"
#include "lesson/lesson.h"
#include "models/gmm_picture.h"
#include "models/independent.h"
#include "models/mixture.h"
#include "plot/bins.h"

/* Puts a mixture of k Gaussians with full covariances on the board, and its
 * rows, and responsibilities that are all 1/k.  Its own start is random rows.
 *   unit  in  of the rows, or NULL
 * Returns NULL with the reason. */
mg_gmm *mg_lesson_mixture(mg_lesson *lesson, const char *name, mg_rows rows,
                          const char *unit, size_t k, double floor);

/* The same with a component for each class of labelled rows, and fitted to them
 * by counting: r is 1 for a row's class, and one M step does the rest. [em.8]
 * Returns as above. */
mg_gmm *mg_lesson_labelled(mg_lesson *lesson, const char *name, mg_rows rows,
                           const char *unit);

/* The mixture of that name, which is there. */
mg_gmm *mg_lesson_gmm(mg_lesson *lesson, const char *name);

/* Tells of a mixture on the line, in the four tables NAME_law, NAME_likelihood,
 * NAME_joint and NAME_posterior.
 *   names      in  of its components, or NULL
 *   low, high  in  the ends of the curves
 * Returns as mg_gmm_components and mg_gmm_curves. */
int mg_lesson_gmm_law(mg_lesson *lesson, const char *name, char *const *names,
                      double low, double high);

/* The half step of EM that the present piece is (mg_gmm_half_step), and its row
 * in the tables NAME_bound and NAME_bars: "start", "E1", "M1", "E2" ...  An M
 * step ends level 1.
 * Returns GSL_CONTINUE until `passes` passes are done, then GSL_SUCCESS; as
 * mg_gmm_half_step. */
int mg_lesson_gmm_half(mg_lesson *lesson, const char *name, size_t passes);

/* EM from where the mixture stands to the end (mg_gmm_climb): its way up is the
 * table NAME_climb, and NAME_rises has the rise of each pass for the template
 * "lines".
 * Returns as mg_gmm_climb. */
int mg_lesson_gmm_climb(mg_lesson *lesson, const char *name, double tolerance,
                        size_t most);

/* The same, and how it went: a row "run passes weight sd" in the table
 * NAME_ends, of component 0, and a row in NAME_why: "it converged", "it was
 * stopped" after `most` passes, or the reason why EM was refused.
 *   run  in  what the row is called
 * Returns GSL_SUCCESS, also when EM was refused; GSL_ENOMEM. */
int mg_lesson_gmm_try(mg_lesson *lesson, const char *name, const char *run,
                      double tolerance, size_t most);

/* Makes a mixture as above, fits it to the end and takes an E step.
 *   seed   in   of its starts
 *   parts  out  totals over the rows
 * Returns as mg_lesson_mixture, mg_fit_run and mg_gmm_half_step. */
int mg_lesson_gmm_fit(mg_lesson *lesson, const char *name, mg_rows rows,
                      size_t k, double floor, const mg_fit_options *options,
                      unsigned long seed, mg_gmm_parts *parts);

/* Adds a frame of a mixture in the plane.
 *   frame  in  its number, from 1
 *   told   in  a table: the caption is the first field of its last row, and its
 *              log_p
 * Returns as mg_gmm_frame. */
int mg_lesson_gmm_frame(mg_lesson *lesson, const char *name, size_t frame,
                        const char *told);

/* A half step as above of a mixture in the plane, and a frame of it.
 * Returns as mg_lesson_gmm_half and mg_lesson_gmm_frame. */
int mg_lesson_gmm_film(mg_lesson *lesson, const char *name, size_t passes);

/* Fits k = 1, 2 ... components, one a piece, and judges each: a row in the
 * tables "choice", and "bic" and "held_out" for the template "lines".  The
 * model stays as NAME, that of one component as NAME_1.
 *   seen  in  rows to learn from
 *   rest  in  rows to judge by, of the same data
 * Returns as mg_lesson_gmm_fit and mg_evidence_of. */
int mg_lesson_choice(mg_lesson *lesson, const char *name, mg_rows seen,
                     mg_rows rest, double floor, const mg_fit_options *options);

/* Puts a family on the board under its name, fitted to the training rows by the
 * recipe of the zoo for these data, and adds a row with its evidence on the
 * test rows.
 *   data   in      the board's
 *   table  in/out  model parameters claim log_p std_error
 * Returns GSL_SUCCESS; as mg_recipe_alloc, mg_fit_run and mg_evidence_of. */
int mg_lesson_family(mg_lesson *lesson, const mg_model_type *type,
                     const mg_dataset *data, mg_table *table);

/* Puts images on the board as a panel of the template "images".
 *   panel   in  the table's name
 *   space   in  of the images: their size, and the level drawn black
 *   images  in  an image a row
 * Returns GSL_SUCCESS; as mg_images_table. */
int mg_lesson_panel(mg_lesson *lesson, const char *panel, const mg_space *space,
                    const gsl_matrix *images);

/* The same of the first n rows of data. */
int mg_lesson_data_panel(mg_lesson *lesson, const char *panel,
                         const mg_dataset *data, size_t n);

/* The same of n draws from a model of the board. */
int mg_lesson_drawn_panel(mg_lesson *lesson, const char *panel,
                          const char *model, size_t n);

/* The same of the means of a mixture (models/mixture) of the board. */
int mg_lesson_means_panel(mg_lesson *lesson, const char *panel,
                          const char *model);

#endif
