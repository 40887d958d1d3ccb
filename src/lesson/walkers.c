/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about Monte Carlo: walks that end in the posterior.
 *
 * A single walker stands on the board between two pieces, so a reader may go
 * back and send it another way.  Its moves are those of infer/metropolis and
 * infer/hmc, of a path that is the target alone. */
#include "config.h"

#include "lesson/walkers.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "eval/anneal.h"
#include "eval/convergence.h"
#include "eval/weights.h"
#include "infer/bbvi.h"
#include "infer/hmc.h"
#include "infer/metropolis.h"
#include "lesson/library.h"

enum { GRID = 61, HUNDRED = 100, PILOT = 32, LEAPS = 10, DRAWS = 20 };

/* ---- the picture behind ---- */

int mg_lesson_landscape(mg_lesson *lesson, const char *table,
                        const mg_target *target, const double window[4]) {
  mg_table *rows = mg_board_table(BOARD, table, "x y log_p");
  gsl_matrix *z =
      mg_board_matrix(BOARD, "grid_z", (size_t)GRID * GRID, 2, NULL);
  gsl_vector *log_p =
      mg_board_vector(BOARD, "grid_log_p", (size_t)GRID * GRID, NULL);
  if (!rows || !z || !log_p)
    return GSL_ENOMEM;
  for (size_t i = 0; i < log_p->size; i++) {
    const double right = (double)(i % GRID) / (GRID - 1);
    const double up = (double)(i / GRID) / (GRID - 1);
    gsl_matrix_set(z, i, 0, window[0] + right * (window[1] - window[0]));
    gsl_matrix_set(z, i, 1, window[2] + up * (window[3] - window[2]));
  }
  const int status = mg_target_evaluate(target, z, 0, log_p, NULL);
  for (size_t i = 0; !status && i < log_p->size; i++)
    MG_TABLE_LINE(rows, NULL, gsl_matrix_get(z, i, 0), gsl_matrix_get(z, i, 1),
                  gsl_vector_get(log_p, i));
  return status ? status : mg_table_status(rows);
}

/* ---- one walker ---- */

/* The walker of the board as a walker of the path. */
static int stand(mg_lesson *lesson, const mg_path *path, mg_walkers *at) {
  gsl_matrix *walker =
      PIECE ? MATRIX("walker") : mg_board_matrix(BOARD, "walker", 1, 2, NULL);
  int status = walker ? mg_walkers_init(at, path, 1) : GSL_ENOMEM;
  if (!status && !PIECE)
    status = NUMBER("moved", 0, NULL);
  if (status)
    return status;
  gsl_matrix_memcpy(at->z, walker);
  return mg_path_evaluate(path, at);
}

/* Where it is after a move. */
static int settle(mg_lesson *lesson, const mg_walkers *at, size_t move,
                  mg_table *rows) {
  gsl_matrix *walker = MATRIX("walker");
  const double x = gsl_matrix_get(at->z, 0, 0), y = gsl_matrix_get(at->z, 0, 1);
  const bool taken =
      x != gsl_matrix_get(walker, 0, 0) || y != gsl_matrix_get(walker, 0, 1);
  gsl_matrix_memcpy(walker, at->z);
  return NUMBER("moved", GIVEN("moved") + taken, NULL) ||
         MG_TABLE_LINE(rows, NULL, x, y, (double)move,
                       gsl_vector_get(at->log_joint, 0), taken);
}

int mg_lesson_walk(mg_lesson *lesson, const mg_target *target, double scale,
                   size_t moves) {
  const mg_path path = {.joint = target};
  mg_walkers at = {.z = NULL};
  mg_metropolis m = {.chance = NULL};
  int status = stand(lesson, &path, &at);
  if (!status)
    status = mg_metropolis_init(&m, &path, 1);
  if (!status)
    status = mg_metropolis_move(&m, &path, RNG("move"), 1, scale, &at, NULL);
  if (!status)
    status =
        settle(lesson, &at, PIECE + 1, ROWS("walk")) ||
        MG_TABLE_LINE(ROWS("walk_path"), "moves", gsl_matrix_get(at.z, 0, 0),
                      gsl_matrix_get(at.z, 0, 1));
  mg_metropolis_clear(&m);
  mg_walkers_clear(&at);
  mg_lesson_level(lesson, (PIECE + 1) % HUNDRED == 0);
  if (status || PIECE + 1 < moves)
    return status ? status : GSL_CONTINUE;
  return NUMBER("walk_accepted", GIVEN("moved") / (double)moves, NULL) ||
         mg_table_status(ROWS("walk"));
}

/* ---- along the slope ---- */

/* At the start of a move: a push, and the way that it leads. */
static int push(mg_lesson *lesson, const mg_path *path, const mg_walkers *at,
                double step, size_t leaps) {
  gsl_rng *rng = RNG("push");
  gsl_matrix *way = mg_board_matrix(BOARD, "way", leaps + 1, 2, NULL);
  gsl_vector *energy = mg_board_vector(BOARD, "energy", leaps + 1, "nats");
  gsl_vector *r = mg_board_vector(BOARD, "push", 2, NULL);
  mg_hmc h = {.momentum = NULL};
  int status =
      rng && way && energy && r ? mg_hmc_init(&h, path, 1) : GSL_ENOMEM;
  for (size_t i = 0; !status && i < 2; i++)
    gsl_vector_set(r, i, gsl_ran_gaussian_ziggurat(rng, 1));
  if (!status)
    status = mg_hmc_trajectory(&h, path, 1, step, r, at, way, energy);
  mg_hmc_clear(&h);
  return status;
}

/* At the end of a move: is its end taken? */
static int land(mg_lesson *lesson, const mg_path *path, mg_walkers *at,
                size_t leaps, size_t move) {
  const gsl_vector *energy = VECTOR("energy");
  const double gain = gsl_vector_get(energy, 0) - gsl_vector_get(energy, leaps);
  const double u = gsl_rng_uniform(RNG("accept"));
  if (isfinite(gain) && u < exp(fmin(0, gain))) {
    const gsl_vector_const_view end =
        gsl_matrix_const_row(MATRIX("way"), leaps);
    gsl_matrix_set_row(at->z, 0, &end.vector);
  }
  const int status = mg_path_evaluate(path, at);
  return status ? status : settle(lesson, at, move + 1, ROWS("slid"));
}

/* A row of the table, and a point of the picture, where a gap parts moves. */
static int add_leap(mg_lesson *lesson, size_t move, size_t leap) {
  const gsl_matrix *way = MATRIX("way");
  const double x = gsl_matrix_get(way, leap, 0);
  const double y = gsl_matrix_get(way, leap, 1);
  if (leap == 1)
    for (size_t gap = 0; gap < 2; gap++)
      MG_TABLE_LINE(ROWS("slide_path"), "moves", gsl_matrix_get(way, 0, 0),
                    gap ? gsl_matrix_get(way, 0, 1) : NAN);
  return MG_TABLE_LINE(ROWS("slide_path"), "moves", x, y) ||
         MG_TABLE_LINE(ROWS("slides"), NULL, x, y, (double)(move + 1),
                       (double)leap, gsl_vector_get(VECTOR("energy"), leap));
}

int mg_lesson_slide(mg_lesson *lesson, const mg_target *target, double step,
                    size_t leaps, size_t moves) {
  const size_t move = PIECE / leaps, leap = PIECE % leaps + 1;
  const mg_path path = {.joint = target, .gradient = true};
  mg_walkers at = {.z = NULL};
  int status = stand(lesson, &path, &at);
  if (!status && leap == 1)
    status = push(lesson, &path, &at, step, leaps);
  if (!status)
    status = add_leap(lesson, move, leap);
  if (!status && leap == leaps)
    status = land(lesson, &path, &at, leaps, move);
  mg_walkers_clear(&at);
  mg_lesson_level(lesson, leap == leaps);
  if (status || PIECE + 1 < moves * leaps)
    return status ? status : GSL_CONTINUE;
  return NUMBER("slid_accepted", GIVEN("moved") / (double)moves, NULL) ||
         mg_table_status(ROWS("slid"));
}

/* ---- chains ---- */

/* The mean of the last coordinate so far, chain by chain. */
static int add_trace(mg_lesson *lesson, const char *trace, size_t chains,
                     const gsl_matrix *z) {
  const size_t draws = z->size1 / chains, last = z->size2 - 1;
  mg_table *rows = ROWS(trace);
  for (size_t c = 0; c < chains; c++) {
    char name[32];
    double sum = 0;
    snprintf(name, sizeof name, "chain %zu", c + 1);
    for (size_t i = 0; i < draws; i++) {
      sum += gsl_matrix_get(z, c * draws + i, last);
      MG_TABLE_LINE(rows, name, (double)(i + 1), sum / (double)(i + 1));
    }
  }
  return mg_table_status(rows);
}

static int add_chains(mg_lesson *lesson, const mg_mcmc *m, const char *kernel,
                      size_t chains, const gsl_vector *exact) {
  const gsl_matrix *z = mg_mcmc_draws(m);
  mg_table *rows = ROWS("mixing");
  for (size_t i = 0; i < z->size2; i++) {
    mg_convergence c;
    const int status =
        mg_convergence_of(chains, z->size1 / chains, z->data + i, z->tda, &c);
    if (status)
      return status;
    mg_table_row(rows);
    mg_table_text(rows, kernel);
    mg_table_size(rows, i + 1);
    mg_table_real(rows, c.mean);
    mg_table_real(rows, c.std_error);
    mg_table_real(rows, gsl_vector_get(exact, i));
    mg_table_real(rows, c.rhat);
    mg_table_real(rows, c.bulk_ess);
    mg_table_real(rows, c.tail_ess);
  }
  return mg_table_status(rows);
}

int mg_lesson_chains(mg_lesson *lesson, const mg_target *target,
                     const mg_mcmc_options *options, const gsl_vector *exact,
                     const char *trace) {
  const mg_mcmc_type *type = &mg_mcmc_types[options->move];
  mg_mcmc *m = mg_mcmc_alloc(target, options, SEED);
  int status = m ? mg_mcmc_run(m) : GSL_EFAILED;
  if (!status)
    status = add_chains(lesson, m, type->name, options->chains, exact);
  if (!status)
    status = add_trace(lesson, trace, options->chains, mg_mcmc_draws(m));
  mg_mcmc_free(m);
  return status;
}

/* ---- the bridge ---- */

/* The first station: steps from a pilot, walkers from the prior. */
static int begin_bridge(mg_lesson *lesson, const mg_path *path, size_t walkers,
                        mg_annealing *a, mg_walkers *at) {
  gsl_vector *steps =
      mg_board_vector(BOARD, "steps", a->temperatures + 1, NULL);
  gsl_matrix *z = mg_board_matrix(BOARD, "walkers", walkers, 2, NULL);
  gsl_vector *weight = mg_board_vector(BOARD, "log_weight", walkers, "nats");
  int status = steps && z && weight
                   ? mg_annealing_pilot(a, path, RNG("pilot"), PILOT)
                   : GSL_ENOMEM;
  for (size_t t = 0; !status && t < steps->size; t++)
    gsl_vector_set(steps, t, a->step[t]);
  return status ? status : mg_path_draw(path, RNG("walkers"), at);
}

/* From station t - 1 to t. */
static int cross(mg_lesson *lesson, const mg_path *path, mg_annealing *a,
                 mg_walkers *at, double *accepted) {
  const size_t t = PIECE;
  gsl_vector *weight = VECTOR("log_weight");
  mg_hmc h = {.momentum = NULL};
  a->step[t] = gsl_vector_get(VECTOR("steps"), t);
  gsl_matrix_memcpy(at->z, MATRIX("walkers"));
  int status = mg_path_evaluate(path, at);
  if (!status)
    status = mg_hmc_init(&h, path, weight->size);
  if (!status)
    status =
        mg_annealing_cross(a, path, RNG("move"), t, &h, at, weight, accepted);
  mg_hmc_clear(&h);
  return status;
}

/* A row of where the walkers are, and what their weights are worth. */
static int add_station(mg_lesson *lesson, double b, double accepted) {
  const gsl_matrix *z = MATRIX("walkers");
  const gsl_vector *weight = VECTOR("log_weight");
  double log_mean, ess;
  mg_weights_of(weight, &log_mean, &ess);
  return MG_TABLE_LINE(
      ROWS("bridge"), NULL, b, gsl_stats_mean(z->data, z->tda, z->size1),
      gsl_stats_mean(z->data + 1, z->tda, z->size1), accepted, log_mean, ess);
}

static int fill(mg_table *rows, const gsl_matrix *z) {
  for (size_t n = 0; n < z->size1; n++)
    MG_TABLE_LINE(rows, NULL, gsl_matrix_get(z, n, 0), gsl_matrix_get(z, n, 1));
  return mg_table_status(rows);
}

/* Puts the walkers into each table whose b has been reached. */
static int add_panels(mg_lesson *lesson, double b) {
  static const double at[] = {0, 0.1, 0.5, 1};
  char name[32];
  int status = GSL_SUCCESS;
  for (size_t i = 0; !status && i < sizeof at / sizeof *at; i++) {
    snprintf(name, sizeof name, "station_%zu", i + 1);
    if (b >= at[i] && mg_table_rows(ROWS(name)) == 0)
      status = fill(ROWS(name), MATRIX("walkers"));
  }
  return status;
}

int mg_lesson_bridge(mg_lesson *lesson, const mg_target *target, size_t walkers,
                     size_t temperatures) {
  const mg_target prior = mg_target_prior(target);
  const mg_path path = {.base = &prior, .joint = target, .gradient = true};
  mg_annealing a = {.b = NULL};
  mg_walkers at = {.z = NULL};
  double accepted = NAN;
  int status = mg_annealing_init(&a, temperatures, LEAPS);
  if (!status)
    status = mg_walkers_init(&at, &path, walkers);
  if (!status)
    status = PIECE ? cross(lesson, &path, &a, &at, &accepted)
                   : begin_bridge(lesson, &path, walkers, &a, &at);
  if (!status)
    gsl_matrix_memcpy(MATRIX("walkers"), at.z);
  if (!status)
    status = add_station(lesson, a.b[PIECE], accepted) ||
             add_panels(lesson, a.b[PIECE]);
  mg_walkers_clear(&at);
  mg_annealing_clear(&a);
  return status ? status : PIECE < temperatures ? GSL_CONTINUE : GSL_SUCCESS;
}

/* ---- estimates ---- */

int mg_lesson_known(mg_lesson *lesson, const mg_posterior *p,
                    const char *name) {
  mg_evidence e = {.claim = MG_EXACT, .n = 1, .method = "exact"};
  const int status = mg_posterior_log_evidence(p, &e.value);
  return status || NUMBER(name, e.value, "nats")
             ? GSL_EFAILED
             : mg_lesson_add_bound(&e, "exact", NULL, ROWS("axis"));
}

int mg_lesson_estimate(mg_lesson *lesson, const mg_target *target,
                       const mg_guide *guide, mg_marginal method,
                       const char *row) {
  const mg_marginal_options o = mg_marginal_options_default(method);
  mg_evidence e;
  const int status = mg_marginal_of(target, guide, method, &o, SEED, &e);
  return status ? status
                : mg_lesson_add_bound(&e, row, ROWS("estimates"), ROWS("axis"));
}

mg_guide *mg_lesson_guide(mg_lesson *lesson, const mg_target *target,
                          size_t iterations) {
  mg_bbvi_options o = mg_bbvi_options_default();
  o.estimator = MG_ESTIMATOR_PATHWISE;
  o.draws = DRAWS;
  o.iterations = iterations;
  mg_guide *q = mg_guide_mean_field(target, NULL);
  if (q && mg_lesson_guide_climb(target, q, &o, SEED) == GSL_SUCCESS)
    return q;
  mg_guide_free(q);
  return NULL;
}
