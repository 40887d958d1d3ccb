/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Annealed importance sampling, forwards and backwards.
 *
 * The path f_b is cut at 0 = b_0 < ... < b_T = 1, closely where one of the ends
 * has all the say:                                                   [ais.2]
 *
 *     b_t = (s(t) - s(0)) / (s(T) - s(0)),   s(t) = sigmoid(4 (2 t / T - 1))
 *
 * Forwards, z_0 is drawn from the base and for t = 1 .. T             [ais.3]
 *
 *     log w += (b_t - b_{t-1}) (log p(x, z) - log base(z)),
 *     then z is moved by a kernel that leaves f at b_t as it is   (t < T)
 *
 * E w = p(x), exactly, for any kernels with that property: nothing needs to
 * have converged.  Backwards, z is a draw from the posterior and  [ais.4]
 *
 *     log w -= (b_t - b_{t-1}) (log p(x, z) - log base(z)),  t = T .. 1,
 *     then z is moved at b_{t-1}                                    (t > 1)
 *
 * with E w = 1 / p(x).  T = 1 is importance sampling, without a move.
 *
 * The steps of the kernels.  A kernel whose step follows the acceptance of the
 * very walkers that it moves is a kernel with memory, leaves nothing as it is,
 * and E w = p(x) is lost.  So steps are adapted on walkers of a pilot run with
 * random numbers of its own, which then are thrown away, and frozen: given the
 * pilot, the kernels are fixed before the first walker starts.  In the run each
 * step is multiplied by a number from U(.8, 1.2), so that no walker keeps
 * returning to where it was; a mixture of kernels keeps what each keeps.
 *
 * Source: Neal (2001); backwards: Grosse, Ancha & Roy (2016); the schedule:
 * Wu, Burda, Salakhutdinov & Grosse (2017). */
#include "eval/anneal.h"

#include <math.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"

#define STEEP 4.0
#define ACCEPTANCE 0.65
#define GAIN 0.5 /* of log step, a unit of acceptance */

/* Moves of the pilot at the first temperature, and at each later one. */
enum { PILOT_FIRST = 40, PILOT_LATER = 2 };

int mg_annealing_init(mg_annealing *a, size_t temperatures, size_t leaps) {
  if (temperatures == 0 || leaps == 0)
    return mg_fail(GSL_EINVAL, "annealing needs at least 1 temperature and 1 "
                               "leap");
  *a = (mg_annealing){.temperatures = temperatures, .leaps = leaps};
  a->b = calloc(temperatures + 1, sizeof *a->b);
  a->step = calloc(temperatures + 1, sizeof *a->step);
  if (!a->b || !a->step)
    return mg_fail(GSL_ENOMEM, "no memory for %zu temperatures", temperatures);
  const double first = mg_sigmoid(-STEEP), last = mg_sigmoid(STEEP);
  for (size_t t = 0; t <= temperatures; t++) {
    const double along = 2 * (double)t / (double)temperatures - 1;
    a->b[t] = (mg_sigmoid(STEEP * along) - first) / (last - first);
    a->step[t] = 0.5;
  }
  a->b[temperatures] = 1;
  return GSL_SUCCESS;
}

void mg_annealing_clear(mg_annealing *a) {
  free(a->b);
  free(a->step);
  *a = (mg_annealing){.b = NULL};
}

/* Walkers on their way, and what moves them; h is empty where T is 1. */
typedef struct {
  const mg_annealing *a;
  const mg_path *path;
  gsl_rng *rng;
  mg_walkers at;
  mg_hmc h;
  gsl_vector *stretch; /* N, all the same, of the next move */
} journey;

static int journey_init(journey *j, size_t n) {
  int status = mg_walkers_init(&j->at, j->path, n);
  if (status == GSL_SUCCESS && j->path->gradient)
    status = mg_hmc_init(&j->h, j->path, n);
  if (status != GSL_SUCCESS)
    return status;
  j->h.stretch = j->stretch = gsl_vector_alloc(n);
  return j->stretch ? GSL_SUCCESS
                    : mg_fail(GSL_ENOMEM, "no memory for %zu walkers", n);
}

static void journey_clear(journey *j) {
  mg_walkers_clear(&j->at);
  mg_hmc_clear(&j->h);
  gsl_vector_free(j->stretch);
}

/* The next step is that of the pilot, a little longer or shorter. */
static void vary_step(journey *j) {
  gsl_vector_set_all(j->stretch, 0.8 + 0.4 * gsl_rng_uniform(j->rng));
}

/* log w += share (log joint - log base). */
static void weigh(const mg_walkers *at, double share, gsl_vector *log_weight) {
  for (size_t n = 0; n < log_weight->size; n++)
    gsl_vector_set(log_weight, n,
                   gsl_vector_get(log_weight, n) +
                       share * (gsl_vector_get(at->log_joint, n) -
                                gsl_vector_get(at->log_base, n)));
}

int mg_annealing_cross(const mg_annealing *a, const mg_path *path, gsl_rng *rng,
                       size_t t, mg_hmc *h, mg_walkers *at,
                       gsl_vector *log_weight, double *accepted) {
  weigh(at, a->b[t] - a->b[t - 1], log_weight);
  return t == a->temperatures ? GSL_SUCCESS
                              : mg_hmc_move(h, path, rng, a->b[t], a->step[t],
                                            a->leaps, at, accepted);
}

int mg_annealing_forward(const mg_annealing *a, const mg_path *path,
                         gsl_rng *rng, gsl_vector *log_weight) {
  journey j = {.a = a, .path = path, .rng = rng};
  int status = journey_init(&j, log_weight->size);
  if (status == GSL_SUCCESS)
    status = mg_path_draw(path, rng, &j.at);
  gsl_vector_set_zero(log_weight);
  for (size_t t = 1; status == GSL_SUCCESS && t <= a->temperatures; t++) {
    if (t < a->temperatures)
      vary_step(&j);
    status = mg_annealing_cross(a, path, rng, t, &j.h, &j.at, log_weight, NULL);
  }
  journey_clear(&j);
  return status;
}

int mg_annealing_backward(const mg_annealing *a, const mg_path *path,
                          gsl_rng *rng, const gsl_matrix *z,
                          gsl_vector *log_weight) {
  journey j = {.a = a, .path = path, .rng = rng};
  int status = journey_init(&j, log_weight->size);
  if (status == GSL_SUCCESS) {
    gsl_matrix_memcpy(j.at.z, z);
    status = mg_path_evaluate(path, &j.at);
  }
  gsl_vector_set_zero(log_weight);
  for (size_t t = a->temperatures; status == GSL_SUCCESS && t >= 1; t--) {
    weigh(&j.at, a->b[t - 1] - a->b[t], log_weight);
    if (t == 1)
      continue;
    vary_step(&j);
    status = mg_hmc_move(&j.h, path, rng, a->b[t - 1], a->step[t - 1], a->leaps,
                         &j.at, NULL);
  }
  journey_clear(&j);
  return status;
}

int mg_annealing_pilot(mg_annealing *a, const mg_path *path, gsl_rng *rng,
                       size_t n) {
  journey j = {.a = a, .path = path, .rng = rng};
  double log_step = log(a->step[0]);
  int status = journey_init(&j, n);
  if (status == GSL_SUCCESS)
    status = mg_path_draw(path, rng, &j.at);
  j.h.stretch = NULL;
  for (size_t t = 1; status == GSL_SUCCESS && t < a->temperatures; t++) {
    const int moves = t == 1 ? PILOT_FIRST : PILOT_LATER;
    for (int i = 0; status == GSL_SUCCESS && i < moves; i++) {
      double accepted = 0;
      status = mg_hmc_move(&j.h, path, rng, a->b[t], exp(log_step), a->leaps,
                           &j.at, &accepted);
      log_step += GAIN * (accepted - ACCEPTANCE);
    }
    a->step[t] = exp(log_step);
  }
  journey_clear(&j);
  return status;
}
