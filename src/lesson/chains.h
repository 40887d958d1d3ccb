/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains of conditionals on a lesson's board: models that tell the terms of the
 * chain rule, their orders, what they see, and what they draw.
 *
 *   NAME            the model
 *   NAME_epochs     a table, an epoch a row: epoch learnt held_out, nats
 *   NAME_learning   the same for the template "lines", when all is done
 *   NAME_influence  D numbers: how much each pixel moves the law of one */
#ifndef MG_LESSON_CHAINS_H
#define MG_LESSON_CHAINS_H

#include "data/order.h"
#include "lesson/lesson.h"
#include "models/fit.h"

/* The type of a pixelcnn without its first mask: a pixel is told from itself
 * and later ones.  It is no law, and cannot draw. */
const mg_model_type *mg_lesson_leak(void);

/* Counts three columns of bits together: a row "pixels counted forwards
 * backwards" of the table "chain" for each of the 8 states, with the share of
 * rows, and p(a) p(b | a) p(c | a, b) and p(c) p(b | c) p(a | b, c).
 *   column  in  a, b, c, from 0
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_lesson_chain(mg_lesson *lesson, mg_rows rows, const size_t column[3]);

/* Puts a square of the images of a data set on the board as data.
 *   first  in  the pixel at its upper left     side  in  pixels
 * Returns as mg_order_pick. */
int mg_lesson_square(mg_lesson *lesson, const char *data,
                     const mg_dataset *from, size_t first, size_t side);

/* A piece: fits a fvbn to images in the order of the piece's number, and adds
 * its test evidence to the table "orders": order claim nats std_error, and what
 * it gains over the first order, datum by datum, and that one's error.  The
 * same for the template "evidence" in "order_axis".
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last order; as mg_lesson_fit,
 * mg_model_log_density. */
int mg_lesson_order(mg_lesson *lesson, const mg_dataset *images);

/* A piece of learning: an epoch of a family that learns by gradient, and what
 * held-out rows then have.
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; as mg_lesson_learn and
 * mg_evidence_of. */
int mg_lesson_chain_epoch(mg_lesson *lesson, const char *name,
                          const mg_model_type *type, const void *options,
                          mg_rows rows, mg_rows rest,
                          const mg_fit_options *fit);

/* A model of the plane in pictures: p(x1) as the table "first", p(x2 | x1) at
 * the mean of x1 and one and 1.4 standard deviations above as "second", over
 * all that the data span; log p on a grid as "density"; and as many draws and
 * data as "points_drawn" and "points_data".
 *   n  in  at most
 * Returns GSL_SUCCESS; as mg_model_conditionals, mg_model_log_density and
 * mg_model_sample; GSL_ENOMEM. */
int mg_lesson_plane(mg_lesson *lesson, const char *name, const mg_dataset *data,
                    size_t n);

/* Audits of a model's terms on the first of these rows: a row "model audit
 * value bound passed" of the table "audits" for each.
 * Returns as mg_audit_chain, mg_audit_causality and mg_audit_columns. */
int mg_lesson_audits(mg_lesson *lesson, const char *name, mg_rows rows);

/* How much each pixel moves the law of one: NAME_influence, and its picture in
 * a panel: the pixel black, what it does not see white, what it sees grey, the
 * darker the more; and how many of those before it move it as the number
 * NAME_seen.
 * Returns as mg_terms_influence. */
int mg_lesson_influence(mg_lesson *lesson, const char *name, const char *panel,
                        mg_rows rows, size_t pixel);

/* The influence found last as a curve "series x y" over how many pixels before
 * the pixel one lies.  Returns GSL_SUCCESS; the table's failure. */
int mg_lesson_lags(mg_lesson *lesson, const char *table, const char *name,
                   size_t pixel);

/* The regressions of a fvbn of images as a panel: an image a regression, grey
 * where a weight is 0, black where ink there makes ink more likely, white where
 * less.  Returns as mg_fvbn_weights and mg_images_table. */
int mg_lesson_weights_panel(mg_lesson *lesson, const char *panel,
                            const char *name);

/* A piece: a pixel of an image, thrown by its law, and the law of the next.
 * The numbers at, p_ink, ink, total (nats) and, of the next, next_ink (NaN
 * behind the last); a row "line column p_ink ink nats" of the table "pixels";
 * behind every line the panels "states" (before each pixel: what is drawn, the
 * next one as grey as its ink is likely, the rest pale), "told" (p_ink) and
 * "drawn_one".  A line ends level 1.
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last pixel; as mg_terms_law. */
int mg_lesson_pixel(mg_lesson *lesson, const char *name);

/* Draws what is missing of images from pixel `first` on, each line of images by
 * one chance: a panel.  Without a name the rest stays grey.
 *   name  in  a model of the board, or NULL
 * Returns as mg_terms_draw; GSL_ENOMEM. */
int mg_lesson_completed_panel(mg_lesson *lesson, const char *panel,
                              const char *name, mg_rows rows, size_t first);

/* Draws images by their terms alone: a panel, also of what is no law.
 * Returns as mg_terms_draw; GSL_ENOMEM. */
int mg_lesson_terms_panel(mg_lesson *lesson, const char *panel,
                          const char *name, size_t n);

/* The terms of images and of as many draws, a line of pixels at a time: rows of
 * the table "exposure" (series x y low high), and of whole images the numbers
 * on_data, on_draws, what draws have more as exposed and its standard error as
 * exposed_error, nats an image.
 * Returns as mg_model_sample and mg_model_conditionals; GSL_ENOMEM. */
int mg_lesson_exposure(mg_lesson *lesson, const char *name, mg_rows rows);

/* What an image of so many pixels costs a network of that many parameters, each
 * used once a pixel: a row "pixels learn_steps draw_steps learn draw naive" of
 * the table "costs": steps that wait for each other in layers, and operations.
 *   layers  in  of the network
 * Returns the table's failure. */
int mg_lesson_cost(mg_lesson *lesson, double pixels, double parameters,
                   double layers);

#endif
