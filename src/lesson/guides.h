/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about black-box variational inference: guides q on
 * targets whose answers are known.
 *
 * Posteriors and guides are made anew in every piece, from what the chapter's
 * settings say; what a climb must remember, lambda, stands on the board.  What
 * is called exact is by quadrature on the line, where there is no formula. */
#ifndef MG_LESSON_GUIDES_H
#define MG_LESSON_GUIDES_H

#include "infer/estimator.h"
#include "lesson/lesson.h"
#include "targets/coin.h"
#include "targets/two_modes.h"

/* Columns of the tables that these words add to. */
#define MG_LESSON_GUIDE_COLUMNS "guide a b elbo kl sum error"
#define MG_LESSON_MODE_COLUMNS "q mean sd kl_q_p kl_p_q"
#define MG_LESSON_SCORE_COLUMNS "what parameter mean std_error exact variance"
#define MG_LESSON_DRAW_COLUMNS "t draw z log_p log_q f score_a score_b"
#define MG_LESSON_STEP_COLUMNS "t a b g_a se_a exact_a g_b se_b exact_b elbo"
#define MG_LESSON_VARIANCE_COLUMNS "estimator mean std_error variance expected"

/* Beta(a, b) as a guide on a coin: a row of the table "guides", where elbo is
 * by quadrature, kl by its formula, sum is both and error its distance from
 * log p(x).
 * Returns GSL_SUCCESS; GSL_EINVAL for options of no coin, or a, b not above 0;
 * GSL_ENOMEM. */
int mg_lesson_coin_guide(mg_lesson *lesson, const mg_coin_options *coin,
                         const char *name, double a, double b);

/* The bound of Beta(n m, n (1 - m)) against m, for three n, the middle one the
 * posterior's, and log p(x): series of the table "family", with m about the
 * posterior's mean.
 * Returns as mg_lesson_coin_guide. */
int mg_lesson_coin_family(mg_lesson *lesson, const mg_coin_options *coin);

/* A Gaussian on a target with two modes: a row of the table "modes" with both
 * divergences by quadrature, and its curve in "mode_curves".
 *   start  in  of the mean, from where q climbs its bound; NaN: nothing climbs,
 *              q gets the target's mean and standard deviation
 * Returns GSL_SUCCESS; GSL_EINVAL for options; as mg_bbvi_iterate; GSL_ENOMEM.
 */
int mg_lesson_mode(mg_lesson *lesson, const mg_two_modes_options *target,
                   const char *name, double start);

/* The density of the target itself, in "mode_curves". */
int mg_lesson_mode_target(mg_lesson *lesson,
                          const mg_two_modes_options *target);

/* The score of Beta(a, b) at draws, and what it is multiplied by on a coin: f,
 * f + 100, f - log p(x); rows of the table "scores", and in "score_curves" and
 * "score_shares" the score, and q times it, against z.
 * Returns as mg_lesson_coin_guide. */
int mg_lesson_scores(mg_lesson *lesson, const mg_coin_options *coin, double a,
                     double b, size_t draws);

typedef struct {
  double a, b;       /* of the guide at the start */
  size_t draws;      /* an iteration, 2 or more */
  size_t iterations; /* all */
  size_t slow;       /* of them, the first, a draw a piece */
  double rate;       /* of the first step */
  mg_estimator estimator;
} mg_lesson_ascent;

/* A piece of Algorithm 1 (Ranganath, Gerrish & Blei 2014) on a coin with a beta
 * guide: in the first iterations a draw, a row of the table "draws", then an
 * iteration, a row of "steps" and, from its lambda, of "path" and "climb".  The
 * end of an iteration is of level 1.  Draws are from streams that the iteration
 * names.
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; as mg_draws_make and
 * mg_optimizer_step. */
int mg_lesson_algorithm(mg_lesson *lesson, const mg_coin_options *coin,
                        const mg_lesson_ascent *climb);

/* Every estimator of the gradient in the means, of N(1, I) on the target
 * N(0, I) in D dimensions: a row of the table "variances_D" each, of which mean
 * is of the first coordinate, the variance a mean over coordinates, and
 * expected from the formula; and a row of "spread".
 * Returns GSL_SUCCESS; GSL_EINVAL for less than 2 draws; GSL_ENOMEM. */
int mg_lesson_variances(mg_lesson *lesson, size_t dim, size_t draws);

#endif
