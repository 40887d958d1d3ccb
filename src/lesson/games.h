/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games of a generator and a discriminator on a lesson's board.
 *
 * Where both players may be any function, or have one number each, all is known
 * in closed form: the tables of the first steps.  Of a gan called NAME over the
 * plane:
 *
 *   NAME           the model
 *   NAME_epochs    a table, an epoch a row: MG_LESSON_GAN_COLUMNS
 *   NAME_field, NAME_draws, NAME_arrows
 *                  what the template "field" draws
 *   NAME_1 .. NAME_6
 *                  draws after a sixth of the epochs, and so on to the last
 *
 * A draw's arrow points where D takes it for a datum more readily: the way that
 * the generator's loss pulls it.  Its length is MG_LESSON_ARROW v / (1 + v) of
 * the data's half width, v the pull: it grows with the pull and stays on the
 * picture. */
#ifndef MG_LESSON_GAMES_H
#define MG_LESSON_GAMES_H

#include "eval/evidence.h"
#include "infer/dirac.h"
#include "infer/rivals.h"
#include "lesson/lesson.h"
#include "models/gan.h"

#define MG_LESSON_GAN_COLUMNS                                                  \
  "epoch d_loss g_loss on_real on_fake modes quality reverse_kl"
#define MG_LESSON_ARROW 0.25

enum { MG_LESSON_FRAMES = 6 };

/* What a family can: a row "family draws log_p bound" of the table "families".
 * Returns the table's failure. */
int mg_lesson_can(mg_lesson *lesson, const mg_model_type *type);

/* Data from N(0, 1), draws from N(mu, sigma^2), the best D: three curves in a
 * table, a row "mu sigma value jsd" in the table "values" (nats).
 * Returns as mg_rivals_value; the tables' failure. */
int mg_lesson_answer(mg_lesson *lesson, const char *table, double mu,
                     double sigma);

/* The value against mu from -most to most at sigma = 1, a curve in the table
 * "value".  Returns as above. */
int mg_lesson_value(mg_lesson *lesson, double most);

/* How steeply the generators climb in t, from -most to most: curves in the
 * table "slopes", of every game but hinge, whose generator is Wasserstein's.
 * Returns the table's failure. */
int mg_lesson_slopes(mg_lesson *lesson, double most);

/* How draws of N(mu, 1) are pulled to data from N(0, 1) against the best D: a
 * row "mu t minimax nonsaturating" of the table "pulls", t that of a draw at
 * mu. Returns as mg_rivals_pull; the tables' failure. */
int mg_lesson_pull(mg_lesson *lesson, double mu);

/* The same two pulls against mu, from least above 0 to most: curves in the
 * table "pull".  Returns as above. */
int mg_lesson_pull_curves(mg_lesson *lesson, double least, double most);

/* A law N(0, s^2) held to N(0, 1) by two objectives, in nats: E log p, which a
 * fixed D rewards, and E log p + H, minus the KL that variational inference
 * makes small.  A row "s reward entropy both" of the table "spreads".
 * Returns as dist/gaussian.h; the tables' failure. */
int mg_lesson_spread(mg_lesson *lesson, double s);

/* An orbit of the Dirac-GAN from (1, 1): a curve called `series` in `table`,
 * and a row "game steps penalty centre growth measured angle end" of the table
 * "spirals": growth in closed form and measured on small orbits, NaN where
 * there is none, and how far from (0, 0) the orbit ends.
 * Returns the tables' failure. */
int mg_lesson_spiral(mg_lesson *lesson, const char *table, const char *series,
                     const mg_dirac *dirac, size_t steps);

/* Two players by hand, at three levels: a sample, a player's step, an epoch.
 * In the first turn of each player a piece is a sample of its minibatch: of D a
 * datum and a draw, of G a draw; a row "player sees x1 x2 D loss pull" of the
 * table "samples" for each, pull the slope of the player's loss in the logit
 * with the sign of where that is to go.  The last sample ends with the
 * player's step, a row "player loss on_real on_fake gradient" of "turns".  In
 * the rest of the first epoch a piece is a step, after it an epoch, with the
 * picture of NAME and a row of NAME_epochs.
 *   options  in  steps and packing 1
 *   batch    in  rows a minibatch; what is left of an epoch is left out
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last epoch; GSL_EINVAL for data
 * that are not two reals or less than a minibatch; as gather and update. */
int mg_lesson_play(mg_lesson *lesson, const char *name, mg_rows rows,
                   const mg_gan_options *options, size_t batch, size_t epochs);

/* A piece of learning: an epoch by the library's loop, and a row of
 * NAME_epochs; after each sixth of the epochs the draws NAME_1 to NAME_6 and
 * the numbers NAME_at_1 .. of these epochs.
 *   options  in  NULL: the family's own
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; as mg_lesson_learn. */
int mg_lesson_gan_epoch(mg_lesson *lesson, const char *name, mg_rows rows,
                        const mg_gan_options *options,
                        const mg_fit_options *fit);

/* A column of a table of epochs as one more curve, called `series`, of the
 * table "series x y" of that name.  Returns the table's failure. */
int mg_lesson_curve(mg_lesson *lesson, const char *table, const char *series,
                    const char *epochs, const char *column);

/* Counts which modes of the data MG_COVERAGE_DRAWS draws of a model of the
 * board reach (eval/coverage).  Data whose modes are not known give NaN.
 *   out  out  modes, share of high quality, reverse KL
 * Returns GSL_SUCCESS; as mg_model_sample. */
int mg_lesson_coverage(mg_lesson *lesson, const char *model,
                       const mg_dataset *data, double out[3]);

/* A model of the board by its draws, and by its evidence if it has any: a row
 * "model claim nats std_error modes quality reverse_kl" of the table "judged".
 *   e  in  NULL: it makes no claim
 * Returns as mg_lesson_coverage. */
int mg_lesson_judged(mg_lesson *lesson, const char *model, const char *row,
                     const mg_evidence *e, const mg_dataset *data);

/* The same of the law that the rows are drawn from, and what draws of it get in
 * the mean.
 * Returns as mg_evidence_of_truth; GSL_EINVAL where the modes are not known. */
int mg_lesson_judged_truth(mg_lesson *lesson, const mg_rows *rows);

/* n rows on the board, the centres of the data's modes in turn and nothing
 * else. Returns GSL_SUCCESS; GSL_EFAILED. */
int mg_lesson_points(mg_lesson *lesson, const char *name,
                     const mg_dataset *data, size_t n);

/* n rows on the board that are drawn anew from the law of a toy of the plane.
 * Returns GSL_SUCCESS; GSL_EFAILED. */
int mg_lesson_truth(mg_lesson *lesson, const char *name, const char *toy,
                    size_t n);

/* n rows on the board, drawn from a model of the board.
 * Returns as mg_model_sample; GSL_ENOMEM. */
int mg_lesson_own(mg_lesson *lesson, const char *name, const char *model,
                  size_t n);

/* What would be quoted of a sampler: a kernel density of its draws, a matrix of
 * the board, as wide as is best for the validation rows, and its mean log p on
 * the test rows; beside it what tests say.  A row "sampler nats std_error width
 * modes quality mmd_p accuracy" of the table "quoted": accuracy of a classifier
 * that tells draws from as many test rows; NaN nats where no width is best.
 * Returns as mg_evidence_of and mg_twosample_scores. */
int mg_lesson_quote(mg_lesson *lesson, const char *draws, const char *row,
                    const mg_dataset *data);

#endif
