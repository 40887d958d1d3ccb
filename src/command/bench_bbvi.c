/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia bench bbvi: black-box variational inference by the score function.
 *
 * The target is Bayesian logistic regression on rows that are drawn, the guide
 * a mean-field Gaussian.  An iteration is a whole one of infer/bbvi.c: S draws,
 * log p and log q of them, the score, the gradient and its variance, the bound
 * and its standard error, a step of Adam.  Most of its time goes into the S x N
 * logits and what each of them is worth.
 *
 * tests/peers/bbvi_numpy.py is the same loop in NumPy. */
#include "config.h"

#include "command/bench.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <stdio.h>

#include "command/threads.h"
#include "infer/bbvi.h"
#include "targets/logistic_regression.h"
#include "terminal/interrupt.h"
#include "terminal/progress.h"

enum { TURNS = 9, ITERATIONS = 400 };

static int iterate(mg_bbvi *climb) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < ITERATIONS && status == GSL_SUCCESS; i++)
    status = mg_bbvi_iterate(climb);
  return status;
}

/* The median time of an iteration, over turns of many. */
static int time_iterations(mg_bbvi *climb, double *median) {
  double seconds[TURNS];
  int status = iterate(climb); /* pages, caches and a guide that fits */
  for (size_t i = 0; i < TURNS && status == GSL_SUCCESS; i++) {
    const double from = mg_clock_seconds();
    status = iterate(climb);
    seconds[i] = (mg_clock_seconds() - from) / ITERATIONS;
  }
  if (status != GSL_SUCCESS)
    return status;
  gsl_sort(seconds, 1, TURNS);
  *median = gsl_stats_median_from_sorted_data(seconds, 1, TURNS);
  return GSL_SUCCESS;
}

static int run_bbvi(const struct sizes *z, const mg_target *target,
                    unsigned long seed, size_t threads, double *median) {
  mg_bbvi_options options = mg_bbvi_options_default();
  options.estimator = z->estimator;
  options.draws = z->draws;
  options.threads = threads;
  mg_guide *guide = mg_guide_mean_field(target, NULL);
  mg_bbvi *climb = guide ? mg_bbvi_alloc(target, guide, &options, seed) : NULL;
  const int status = climb ? time_iterations(climb, median) : GSL_EFAILED;
  mg_bbvi_free(climb);
  mg_guide_free(guide);
  return status;
}

static void print_bbvi(const struct sizes *z, size_t threads, double median) {
  printf("bbvi\t%.0f\titerations a second\t%zu\tn=%zu d=%zu draws=%zu "
         "estimator=%s adam\n",
         1 / median, threads, z->n, z->d, z->draws,
         mg_estimators[z->estimator].name);
  fflush(stdout);
}

int bench_bbvi(const struct settings *s, const struct sizes *z) {
  const mg_logistic_regression_options options = {.data = MG_LOGISTIC_SYNTHETIC,
                                                  .prior = 2.5,
                                                  .rows = z->n,
                                                  .columns = z->d,
                                                  .seed = settings_seed(s)};
  const size_t threads[] = {1, threads_used(s->threads)};
  mg_posterior *p = mg_posterior_alloc(&mg_logistic_regression_type, &options);
  int status = p ? GSL_SUCCESS : GSL_EFAILED;
  for (size_t i = 0; i < 2 && status == GSL_SUCCESS && !mg_interrupted(); i++) {
    double median = 0;
    if (i == 1 && threads[1] == 1)
      break;
    status = run_bbvi(z, &p->target, settings_seed(s), threads[i], &median);
    if (status == GSL_SUCCESS)
      print_bbvi(z, threads[i], median);
  }
  mg_posterior_free(p);
  return status;
}
