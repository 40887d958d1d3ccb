/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games of a generator and a discriminator on a lesson's board.
 *
 * Where both players may be any function, or have one number each, all is known
 * in closed form: the tables of the first steps.  Of a gan called NAME:
 *
 *   NAME           the model
 *   NAME_epochs    a table, an epoch a row: what its turns measured (the
 *                  family's gauges), and how many modes of the data it reaches
 *   NAME_field, NAME_draws, NAME_arrows
 *                  what the template "field" draws */
#ifndef MG_LESSON_GAMES_H
#define MG_LESSON_GAMES_H

#include "infer/dirac.h"
#include "infer/rivals.h"
#include "lesson/lesson.h"

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
 * and a row "game steps penalty growth measured angle end" of the table
 * "spirals": growth in closed form and measured on small orbits, NaN where
 * there is none, and how far from (0, 0) the orbit ends.
 * Returns the tables' failure. */
int mg_lesson_spiral(mg_lesson *lesson, const char *table, const char *series,
                     const mg_dirac *dirac, size_t steps);

#endif
