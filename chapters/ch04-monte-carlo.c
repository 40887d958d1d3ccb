/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 4, Monte Carlo: what a step computes; the rest of it stands in
 * ch04-monte-carlo.story. */
#include "lesson/library.h"
#include "chapters/ch04-monte-carlo.story.h"

/* What the steps say most. */
#define COIN ((mg_coin_options[]){{SET->heads, SET->tails, SET->prior}})
#define MORE(list) (PIECE + 1 < sizeof(list) / sizeof *(list))
#define GO_ON(list) (MORE(list) ? GSL_CONTINUE : GSL_SUCCESS)

static int average(mg_lesson *lesson) { /* a draw a piece, then the rest */
  return mg_lesson_average(lesson, COIN, SET->draws);
}

static int starve(mg_lesson *lesson) { /* a dimension a piece */
  static const size_t dims[] = {1, 2, 4, 8, 16, 32};
  if (mg_lesson_starve(lesson, dims[PIECE], SET->sd, SET->draws))
    return GSL_EFAILED;
  if (!MORE(dims))
    mg_table_series(ROWS("counts"), ROWS("starving"), "L", "needed ess");
  return GO_ON(dims);
}

static int importance(mg_lesson *lesson) {
  const double a = SET->prior + (double)SET->heads;
  const double b = SET->prior + (double)SET->tails;
  const size_t s = SET->draws;
  return NUMBER("posterior_a", a, NULL) || NUMBER("posterior_b", b, NULL) ||
         mg_lesson_propose(lesson, COIN, "posterior", a, b, s) ||
         mg_lesson_propose(lesson, COIN, "prior", SET->prior, SET->prior, s) ||
         mg_lesson_propose(lesson, COIN, "flat", 1, 1, s) ||
         mg_lesson_propose(lesson, COIN, "narrow", 4 * a, 4 * b, s) ||
         mg_lesson_propose(lesson, COIN, "elsewhere", b / 2, 2 * a, s);
}

static int lies(mg_lesson *lesson) { /* a proposal and a count a piece */
  static const size_t draws[] = {100,   1000, 10000, 100,  1000,
                                 10000, 100,  1000,  10000};
  static const char *const names[] = {"wide", "narrow", "elsewhere"};
  const double a = GIVEN("posterior_a"), b = GIVEN("posterior_b");
  const double as[] = {a / 2, 4 * a, b / 2}, bs[] = {b / 2, 4 * b, 2 * a};
  const size_t i = PIECE / 3;
  if (mg_lesson_intervals(lesson, COIN, names[i], as[i], bs[i], draws[PIECE],
                          SET->trials))
    return GSL_EFAILED;
  mg_lesson_level(lesson, PIECE % 3 == 2);
  return GO_ON(draws);
}

static int gradient(mg_lesson *lesson) { /* a step a piece */
  if (!PIECE && (NUMBER("a", SET->prior, NULL) ||
                 mg_lesson_hill(lesson, COIN, 0.2, 5 * SET->prior)))
    return GSL_EFAILED;
  double a = GIVEN("a");
  if (mg_lesson_learn_prior(lesson, COIN, &a, 1, 50) || NUMBER("a", a, NULL))
    return GSL_EFAILED;
  if (PIECE + 1 < SET->learning)
    return GSL_CONTINUE;
  mg_table_series(ROWS("path"), ROWS("climb"), "step", "a");
  mg_table_series(ROWS("climber"), ROWS("climb"), "a", "log_p");
  return NUMBER("a_end", a, NULL);
}

static int metropolis(mg_lesson *lesson) { /* a move a piece */
  static const double window[] = {-3, 3, -5, 3};
  mg_posterior *p = mg_posterior_alloc(&mg_banana_type, NULL);
  int status = p ? GSL_SUCCESS : GSL_EFAILED;
  if (!status && !PIECE)
    status = mg_lesson_landscape(lesson, "banana", &p->target, window);
  if (!status)
    status = mg_lesson_walk(lesson, &p->target, SET->scale, SET->moves);
  mg_posterior_free(p);
  return status;
}

static int hmc(mg_lesson *lesson) { /* a leap a piece */
  mg_posterior *p = mg_posterior_alloc(&mg_banana_type, NULL);
  const int status = p ? mg_lesson_slide(lesson, &p->target, SET->step,
                                         SET->leaps, SET->slides)
                       : GSL_EFAILED;
  mg_posterior_free(p);
  return status;
}

static int chains(mg_lesson *lesson) { /* a kernel a piece */
  static const mg_mcmc_move moves[] = {MG_MCMC_METROPOLIS, MG_MCMC_HMC};
  static const char *const traces[] = {"trace_1", "trace_2"};
  mg_mcmc_options o = mg_mcmc_options_default();
  mg_posterior *p = mg_posterior_alloc(&mg_banana_type, NULL);
  gsl_vector *mean = mg_board_vector(BOARD, "banana_mean", 2, NULL);
  gsl_matrix *covariance =
      mg_board_matrix(BOARD, "banana_covariance", 2, 2, NULL);
  o.move = moves[PIECE];
  o.chains = SET->chains;
  o.draws = SET->kept;
  o.leaps = SET->leaps;
  int status = p && mean && covariance
                   ? mg_posterior_moments(p, mean, covariance)
                   : GSL_EFAILED;
  if (!status)
    status = mg_lesson_chains(lesson, &p->target, &o, mean, traces[PIECE]);
  mg_posterior_free(p);
  return status ? status : GO_ON(moves);
}

static int bridge(mg_lesson *lesson) { /* a station a piece */
  mg_posterior *p = mg_posterior_alloc(&mg_banana_type, NULL);
  double log_p = NAN;
  int status = p ? mg_posterior_log_evidence(p, &log_p) : GSL_EFAILED;
  if (!status)
    status = NUMBER("banana_log_p", log_p, "nats");
  if (!status)
    status =
        mg_lesson_bridge(lesson, &p->target, SET->walkers, SET->temperatures);
  mg_posterior_free(p);
  return status;
}

static int evidence(mg_lesson *lesson) { /* a method a piece */
  static const mg_marginal methods[] = {MG_MARGINAL_IMPORTANCE,
                                        MG_MARGINAL_IMPORTANCE, MG_MARGINAL_AIS,
                                        MG_MARGINAL_TI};
  static const char *const rows[] = {"naive", "importance", "ais", "ti"};
  const bool guided = PIECE == 1;
  mg_posterior *p = mg_posterior_alloc(&mg_eight_schools_type, NULL);
  mg_guide *q =
      p && guided ? mg_lesson_guide(lesson, &p->target, SET->climbing) : NULL;
  int status = p && (q || !guided) ? GSL_SUCCESS : GSL_EFAILED;
  if (!status && !PIECE)
    status = mg_lesson_known(lesson, p, "exact_schools");
  if (!status)
    status =
        mg_lesson_estimate(lesson, &p->target, q, methods[PIECE], rows[PIECE]);
  mg_guide_free(q);
  mg_posterior_free(p);
  return status ? status : GO_ON(methods);
}

static int beyond(mg_lesson *lesson) {
  (void)lesson;
  return GSL_SUCCESS;
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
