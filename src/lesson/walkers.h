/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walkers in a posterior, on a lesson's board.
 *
 *   walker    where one walker of the plane is, 1 x 2
 *   moved     moves that it was allowed, of those made so far */
#ifndef MG_LESSON_WALKERS_H
#define MG_LESSON_WALKERS_H

#include "eval/marginal.h"
#include "infer/mcmc.h"
#include "lesson/lesson.h"
#include "targets/posterior.h"

/* The log density of a target of the plane on a grid of the window x, y: a
 * table "x y log_p" for the template "scatter".
 *   window  in  low and high x, low and high y
 * Returns as mg_target_evaluate; GSL_ENOMEM. */
int mg_lesson_landscape(mg_lesson *lesson, const char *table,
                        const mg_target *target, const double window[4]);

/* A piece of a random walk: one move of the walker, which begins at (0, 0); a
 * row "x y move log_p accepted" of the table "walk" and a point of the curve in
 * "walk_path", and at the end the number walk_accepted, the share of moves
 * taken.  Its levels: move, hundred.
 *   scale  in  of a proposal
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; as mg_metropolis_move. */
int mg_lesson_walk(mg_lesson *lesson, const mg_target *target, double scale,
                   size_t moves);

/* A piece of Hamiltonian moves: one leap of the walker, which begins at (0, 0);
 * a row "x y move leap energy" of the table "slides" and a point of the curve
 * in "slide_path", which has a gap before each move; and at the end of a move
 * whether it is taken: a row "x y move log_p accepted" of "slid", and at last
 * the number slid_accepted.  Its levels: leap, move.
 * Returns as mg_lesson_walk. */
int mg_lesson_slide(mg_lesson *lesson, const mg_target *target, double step,
                    size_t leaps, size_t moves);

/* Chains that are run to their end: a row "kernel coordinate mean std_error
 * exact rhat ess_bulk ess_tail" of the table "mixing" for each coordinate, and
 * the running means of the last coordinate, a curve a chain, in `trace`.
 *   exact  in  the posterior's mean, D
 * Returns as mg_mcmc_run. */
int mg_lesson_chains(mg_lesson *lesson, const mg_target *target,
                     const mg_mcmc_options *options, const gsl_vector *exact,
                     const char *trace);

/* A piece of annealing in the plane: from one station to the next, with the
 * weight of the change and a Hamiltonian move.  A row "b mean_1 mean_2
 * acceptance log_p ess" of the table "bridge", log_p being the log of the mean
 * weight so far; and where the walkers are, at the first stations from b = 0,
 * 0.1, 0.5 and 1 on, in the tables station_1 to station_4.
 *   target  in  of the plane, with a prior
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; as mg_path_draw. */
int mg_lesson_bridge(mg_lesson *lesson, const mg_target *target, size_t walkers,
                     size_t temperatures);

/* The exact evidence of a posterior: the number of that name, and a row of the
 * table "axis", which the template "evidence" reads.
 * Returns as mg_posterior_log_evidence; the table's failure. */
int mg_lesson_known(mg_lesson *lesson, const mg_posterior *p, const char *name);

/* The evidence of a target by a method of eval/marginal with its defaults: a
 * row "bound claim nats std_error ess pareto_k" of the table "estimates", and
 * one of "axis".
 *   guide  in  NULL: the prior     row  in  what it is called
 * Returns as mg_marginal_of; the tables' failure. */
int mg_lesson_estimate(mg_lesson *lesson, const mg_target *target,
                       const mg_guide *guide, mg_marginal method,
                       const char *row);

/* A mean-field guide with the usual law of each coordinate, which has climbed
 * its bound by so many iterations of 20 pathwise draws.
 * Returns NULL with the reason, as mg_guide_mean_field and mg_bbvi_iterate; the
 * caller frees it. */
mg_guide *mg_lesson_guide(mg_lesson *lesson, const mg_target *target,
                          size_t iterations);

#endif
