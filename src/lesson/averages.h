/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence as an average over draws, on a lesson's board.
 *
 * A coin was thrown; z, the probability of heads, has a beta prior and a beta
 * posterior, so beside every estimate stands the truth. */
#ifndef MG_LESSON_AVERAGES_H
#define MG_LESSON_AVERAGES_H

#include "eval/evidence.h"
#include "lesson/lesson.h"
#include "targets/coin.h"

enum { MG_LESSON_LOOKS = 8 }; /* draws that are shown one by one */

/* A piece of naive Monte Carlo: a draw of z from the prior, a row "draw z
 * likelihood mean" of the table "looks"; after MG_LESSON_LOOKS of them the rest
 * at once.  Leaves then the numbers p, p_error and p_exact, and the running
 * mean with its exact level in the table "running".
 * Returns GSL_CONTINUE; GSL_SUCCESS after the last; as mg_posterior_alloc. */
int mg_lesson_average(mg_lesson *lesson, const mg_coin_options *coin,
                      size_t draws);

/* Naive Monte Carlo of z ~ N(0, I), x_i ~ N(z_i, sd^2), every x_i = 1
 * (targets/mean.h), in dim = L dimensions: a row "L exact estimate gap ess
 * pareto_k needed" of the table "starving".  needed is 100 Var w / (E w)^2, the
 * draws that an error of a tenth wants, in closed form.           [naive.1]
 * Returns as mg_marginal_of; the table's failure. */
int mg_lesson_starve(mg_lesson *lesson, size_t dim, double sd, size_t draws);

/* Importance sampling of the coin from Beta(a, b): a row "proposal a b claim
 * nats std_error ess pareto_k" of the table "proposals", and the density as a
 * curve of the table "guesses".
 * Returns as mg_marginal_of; the tables' failure. */
int mg_lesson_propose(mg_lesson *lesson, const mg_coin_options *coin,
                      const char *name, double a, double b, size_t draws);

/* The same `trials` times, and how often the interval log p +- 1.96 standard
 * errors holds the truth (eval/interval): a row "proposal draws held below
 * told pareto_k" of the table "intervals", in shares of the trials, and held as
 * a point of the table "shares"; told is the share that Pareto's k would have
 * let stand.
 * Returns as mg_interval_of; the table's failure. */
int mg_lesson_intervals(mg_lesson *lesson, const mg_coin_options *coin,
                        const char *name, double a, double b, size_t draws,
                        size_t trials);

/* A step up log p(x; a) in log a, where a is both shapes of the prior: the
 * gradient is a mean over draws from the posterior.               [fisher.1]
 * A row "step a gradient std_error exact log_p" of the table "climb", with the
 * exact gradient and evidence at the same a.
 *   a  in/out  before and after the step
 * Returns as mg_posterior_alloc and mg_beta_score; the table's failure. */
int mg_lesson_learn_prior(mg_lesson *lesson, const mg_coin_options *coin,
                          double *a, double rate, size_t draws);

/* The evidence of the coin against a from least to most, exact: a curve in the
 * table "hill", and the number a_best, the highest of 200 points.
 * Returns as mg_posterior_log_evidence; the table's failure. */
int mg_lesson_hill(mg_lesson *lesson, const mg_coin_options *coin, double least,
                   double most);

#endif
