/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A step of one of a gan's players, and what is told of it.
 *
 * Who comes next follows from one number, the turn: 0 .. k - 1 are the
 * discriminator's, k is the generator's.  It is kept with the checkpoint.
 *
 * Of the generator's weights a mean is taken where it is wanted
 * (models/ascent.h) and is then the model: two players that go round each other
 * go round a middle, which neither visits (Yazici et al. 2019).
 *
 * What goes wrong without a sign is told in the name of the objective, with the
 * step from which it was so: a D that says the same of every input, to the last
 * bit, and a generator that gets a gradient of exactly 0.
 *
 * Not here: gradients (gan_fit). */
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "models/gan_fit.h"
#include "nets/elementary.h"

const char *const mg_gan_gauges[] = {
    "discriminator_loss",     "generator_loss",     "on_real", "on_fake",
    "discriminator_gradient", "generator_gradient", "penalty", NULL};

mg_gan_who mg_gan_player_of(const mg_gan *g) {
  return g->progress[MG_GAN_TURN] < (double)g->options.steps
             ? MG_GAN_DISCRIMINATOR
             : MG_GAN_GENERATOR;
}

size_t mg_gan_packs(const mg_gan *g, size_t n) {
  return GSL_MAX(n / g->options.packing, 1);
}

int mg_gan_name_step(const mg_gan *g, int status) {
  const mg_gan_who who = mg_gan_player_of(g);
  if (status == GSL_SUCCESS)
    return status;
  return mg_fail_in(status, "%s's step %.0f",
                    who == MG_GAN_GENERATOR ? "generator" : "discriminator",
                    g->player[who].ascent.steps + 1);
}

MG_WIDE static double length(size_t n, const mg_real *v) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t i = 0; i < n; i++)
    sum += (double)v[i] * (double)v[i];
  return sqrt(sum);
}

/* Notes the step from which something is so, and forgets it when it ends. */
static void note(double *since, bool so, double step) {
  if (!so)
    *since = 0;
  else if (*since == 0)
    *since = step;
}

/* How the objective is called, and what is wrong. */
static const char *name_objective(mg_gan *g) {
  const double dead = g->progress[MG_GAN_DEAD];
  const double stuck = g->progress[MG_GAN_STUCK];
  snprintf(g->note, MG_GAN_NOTE, "no bound, minus the discriminator's loss");
  if (dead > 0)
    snprintf(g->note, MG_GAN_NOTE,
             "dead: the discriminator tells nothing apart since its step %.0f",
             dead);
  else if (stuck > 0)
    snprintf(g->note, MG_GAN_NOTE,
             "stuck: no gradient reaches the generator since its step %.0f",
             stuck);
  return g->note;
}

static void report_judge(mg_gan *g, const double *sums, double packs,
                         double slope, mg_report *report) {
  const double step = g->player[MG_GAN_DISCRIMINATOR].ascent.steps + 1;
  g->progress[MG_GAN_CLIMBED] = -sums[MG_GAN_SUM_LOSS] / packs;
  note(&g->progress[MG_GAN_DEAD],
       sums[MG_GAN_SUM_LEAST] == sums[MG_GAN_SUM_MOST], step);
  report->gauge[MG_GAN_LOSS] = sums[MG_GAN_SUM_LOSS] / packs;
  report->gauge[MG_GAN_ON_REAL] = sums[MG_GAN_SUM_REAL] / packs;
  report->gauge[MG_GAN_ON_FAKE] = sums[MG_GAN_SUM_FAKE] / packs;
  report->gauge[MG_GAN_STEEPNESS] = slope;
  if (g->options.penalty > 0)
    report->gauge[MG_GAN_PENALTY] = sums[MG_GAN_SUM_PENALTY] / packs;
}

static void report_forger(mg_gan *g, const double *sums, double packs,
                          double slope, mg_report *report) {
  const double step = g->player[MG_GAN_GENERATOR].ascent.steps + 1;
  note(&g->progress[MG_GAN_STUCK], slope == 0, step);
  report->gauge[MG_GAN_GENERATOR_LOSS] = sums[MG_GAN_SUM_LOSS] / packs;
  report->gauge[MG_GAN_PULL] = slope;
}

int mg_gan_update(void *self, mg_stats *stats, mg_report *report) {
  mg_gan *g = self;
  const mg_gan_who who = mg_gan_player_of(g);
  const bool judges = who == MG_GAN_DISCRIMINATOR;
  const size_t n = mg_gan_packs(g, stats->n);
  mg_gan_player *p = &g->player[who];
  const double packs = (double)n, k = (double)g->options.steps;
  const double slope = length(p->ascent.numbers, stats->gradient) / packs;
  (judges ? report_judge : report_forger)(g, stats->sums->data, packs, slope,
                                          report);
  report->log_likelihood = NAN;
  report->objective = g->progress[MG_GAN_CLIMBED];
  report->objective_name = name_objective(g);
  const int status =
      mg_ascent_step(&p->ascent, &p->climb, stats->gradient, n,
                     p->ascent.numbers < 100000 ? 1 : stats->threads);
  if (status != GSL_SUCCESS)
    return mg_gan_name_step(g, status);
  const double turn = g->progress[MG_GAN_TURN] + 1;
  g->progress[MG_GAN_TURN] = turn > k ? 0 : turn;
  report->again = turn == k;
  return GSL_SUCCESS;
}
