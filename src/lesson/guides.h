/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about black-box variational inference: guides q on
 * targets whose answers are known.
 *
 * Posteriors and guides are made anew in every piece, from what the chapter's
 * settings say; what a climb must remember, lambda, stands on the board.  What
 * is called exact is by quadrature on the line, where there is no formula. */
#ifndef MG_LESSON_GUIDES_H
#define MG_LESSON_GUIDES_H

#include "infer/bbvi.h"
#include "lesson/lesson.h"
#include "targets/coin.h"
#include "targets/two_modes.h"

/* Columns of the tables that these words add to. */
#define MG_LESSON_GUIDE_COLUMNS "guide a b elbo kl sum error"
#define MG_LESSON_MODE_COLUMNS "q mean sd kl_q_p kl_p_q"
#define MG_LESSON_SCORE_COLUMNS "what parameter mean std_error exact variance"
#define MG_LESSON_DRAW_COLUMNS "t draw z log_p log_q f score_a score_b"
#define MG_LESSON_STEP_COLUMNS "t a b g_a se_a exact_a g_b se_b exact_b elbo"
#define MG_LESSON_VARIANCE_COLUMNS                                             \
  "estimator D mean std_error variance expected"
#define MG_LESSON_RACE_COLUMNS "estimator variance elbo behind"
#define MG_LESSON_HALF_COLUMNS "half em_elbo em_log_p elbo kl log_p"
#define MG_LESSON_SPREAD_COLUMNS "q sd_1 sd_2 correlation elbo"
#define MG_LESSON_SCHOOL_COLUMNS "by mu sd_mu tau sd_tau eta_1 sd_eta_1"

/* A guide climbs to its end.
 * Returns as mg_bbvi_iterate; GSL_EFAILED with the reason of mg_bbvi_alloc. */
int mg_lesson_guide_climb(const mg_target *target, mg_guide *guide,
                          const mg_bbvi_options *options, unsigned long seed);

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

/* A Gaussian chain as the target, N(2, I) as a guide that is a product, and an
 * estimator that climbs: a row of the table "race" when it is done, where
 * variance is of one draw's gradient at the start, summed over parameters, and
 * behind what is missing to the best product; and on the way behind against
 * iterations, a series of "racers".  Bounds are by their formula; least is the
 * best's KL.
 *   rho  in  of neighbours, between -1 and 1
 * Returns GSL_SUCCESS; GSL_EINVAL for options; as mg_bbvi_iterate; GSL_ENOMEM.
 */
int mg_lesson_race(mg_lesson *lesson, mg_estimator kind, size_t dim, double rho,
                   const mg_bbvi_options *options);

/* A half step of EM (mg_gmm_half_step) on the mixture "turns" and, beside it,
 * on "climbs" the same with black-box VI for the E step: q(k_n) are categorical
 * and climb, each by those terms alone that hold k_n.  The first piece makes
 * both mixtures, of two components, from the rows' mean and standard deviation.
 * A row of the table "halves", nats per datum, and in the end both bounds in
 * "meeting" and "turns_points".
 *   rows  in  of one column
 * Returns GSL_CONTINUE until `passes` passes are done, then GSL_SUCCESS; as
 * mg_gmm_half_step, mg_bbvi_iterate. */
int mg_lesson_em_beside(mg_lesson *lesson, mg_rows rows, size_t passes,
                        const mg_bbvi_options *options);

typedef enum {
  MG_LESSON_TARGET,     /* no guide: the target itself */
  MG_LESSON_MEAN_FIELD, /* a product */
  MG_LESSON_FULL_RANK,  /* any covariance */
  MG_LESSON_NO_ENTROPY  /* a product that climbs E_q log p alone */
} mg_lesson_shape;

/* A guide on two numbers with the correlation rho, when it has climbed: a row
 * of the table "widths", and its ellipse of two standard deviations in
 * "ellipses", the target's in "target_points".
 * Returns as mg_lesson_race. */
int mg_lesson_shaped(mg_lesson *lesson, const char *name, mg_lesson_shape shape,
                     double rho, const mg_bbvi_options *options);

/* Eight schools, non-centred: what is exact, in the tables "schools", "claims"
 * (MG_LESSON_BOUND_COLUMNS) and "claim_axis".
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_lesson_schools_exact(mg_lesson *lesson);

/* The same of a guide that has climbed, over the unconstrained numbers: its
 * moments by draws, its ELBO, and importance sampling from it.
 *   shape  in  mean-field or full rank     draws  in  of each of these
 * Returns as mg_bbvi_iterate and mg_marginal_of. */
int mg_lesson_schools_guide(mg_lesson *lesson, const char *name,
                            mg_lesson_shape shape,
                            const mg_bbvi_options *options, size_t draws);

/* The same of chains, and of annealing from the prior.
 *   draws    in  of each of four chains, and moves to warm up
 *   walkers  in  of annealing
 * Returns as mg_mcmc_iterate and mg_marginal_of. */
int mg_lesson_schools_chains(mg_lesson *lesson, size_t draws, size_t walkers);

#endif
