/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sample on the line and the laws that are put to it, on a lesson's board.
 *
 *   sample     the data set: one column, with rows that are put aside (test)
 *   x          the rows to learn from, n x 1
 *   n          how many; low, high: where figures begin and end
 *   mu, sigma  the likeliest Gaussian, once a step has found it */
#ifndef MG_LESSON_DENSITIES_H
#define MG_LESSON_DENSITIES_H

#include "infer/optimizer.h"
#include "lesson/lesson.h"
#include "models/model.h"

/* Puts a column of the lesson's data on the board as the sample.
 *   column  in  from 1; 0: the last
 * Returns GSL_SUCCESS; as mg_dataset_column; GSL_ENOMEM. */
int mg_lesson_column(mg_lesson *lesson, size_t column);

/* Fits a family to the sample under a name, adds its curve to one table and to
 * another, unless NULL, what rows have that are left out of it: model,
 * left_out, std_error.
 * Returns GSL_SUCCESS; as mg_lesson_fit, mg_left_out_of, mg_curve_density. */
int mg_lesson_density(mg_lesson *lesson, const char *name,
                      const mg_model_type *type, const void *options,
                      const char *curves, const char *scores);

/* Fits a kernel density of that bandwidth to the sample, and adds to the tables
 * "left" and "held" what left-out and put-aside rows have under it.
 * Returns GSL_SUCCESS; as mg_lesson_fit, mg_left_out_of, mg_evidence_of. */
int mg_lesson_bandwidth(mg_lesson *lesson, double h);

/* Adds to the table "areas" a row about the model of that name: the area under
 * its curve from mu to either side as far as high, and ten and a hundred times
 * as far.
 * Returns as mg_curve_area; the table's failure. */
int mg_lesson_areas(mg_lesson *lesson, const char *name);

/* A piece of climbing to the likeliest Gaussian: a row of the sample, in the
 * order that its epoch drew.  Begins at the least row and the sample's range;
 * leaves mu_t and sigma_t, and after each step rows of the tables path_mu and
 * path_sigma.  Its levels: example, minibatch, epoch.
 *   batch    in  rows a step     epochs  in  passes over the rows
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; as mg_gaussian_climb. */
int mg_lesson_climb(mg_lesson *lesson, size_t batch, size_t epochs,
                    const mg_optimizer_options *options);

/* Tries a bandwidth of kernel densities on samples of a toy whose law is known:
 * adds a row h, bias^2, variance, error to the table "risks", in 1 / 10000 of
 * its unit, and a band of curves to `band`, unless NULL.
 *   samples  in  how many, of 200 rows
 * Returns GSL_SUCCESS; as mg_risk_try. */
int mg_lesson_risk(mg_lesson *lesson, double h, size_t samples,
                   const char *band);

/* Classifies the images of a part of digits by a naive Bayes model of the
 * board: leaves tested, right, accuracy and accuracy_se, the matrices posterior
 * and confusion, and a table taken_for.
 * Returns GSL_SUCCESS; as mg_naive_bayes_posterior and mg_confusion_of. */
int mg_lesson_classify(mg_lesson *lesson, const char *model,
                       const mg_rows *rows);

/* Adds the mean and the standard deviation of a column of `all` to the table
 * "laws", and a histogram of it to the table stage_1, stage_2 ...
 *   column  in  from 0     low, high  in  where the histogram's bins lie
 * Returns GSL_SUCCESS; the tables' failure. */
int mg_lesson_stage(mg_lesson *lesson, const gsl_matrix *all, size_t column,
                    const char *law, double low, double high);

#endif
