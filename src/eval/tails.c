/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two errors, one of them conditional; see tails.h.
 *
 * Of K weights with effective sample size n_eff the logarithm of the mean has,
 * to first order, the variance 1 / n_eff - 1 / K: the relative variance of the
 * mean.  S such logarithms are averaged, and N data:                 [ess.2]
 *
 *     error^2 = 1/N^2 sum_n (1 / n_eff,n - 1 / K) / S
 *
 * The share of the data in it: none.  It says how far the same data would move
 * with other draws.  One heavy tail among N voids the sum, since its term is
 * the one that was not seen.
 *
 * Not here: replacing the largest weights by quantiles of the fitted law, which
 * would save an interval and lose the bound. */
#include "eval/tails.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/tally.h"
#include "eval/pareto.h"

double mg_tails_error(double ess, size_t k) {
  return sqrt(fmax(1 / ess - 1 / (double)k, 0));
}

static void count(const mg_tails *t, mg_evidence *e) {
  mg_tally ess;
  double variance = 0;
  mg_tally_values(t->n, t->ess, 1, &ess);
  e->ess = ess.mean;
  e->pareto_k = e->draws_error = NAN;
  e->heavy = 0;
  if (t->discrete || t->k == 1)
    return;
  for (size_t i = 0; i < t->n; i++) {
    e->pareto_k = fmax(e->pareto_k, t->pareto_k[i]);
    e->heavy += t->pareto_k[i] > MG_PARETO_LIMIT;
    const double each = t->ess[i] / (double)t->draws; /* of one logarithm */
    variance += gsl_pow_2(mg_tails_error(each, t->k)) / (double)t->draws;
  }
  if (!isnan(e->pareto_k) && e->heavy == 0)
    e->draws_error = sqrt(variance) / (double)t->n;
}

/* A note stands in tables, so its numbers have no locale. */
static const char *real(double number, int digits, char text[MG_NUMBER_SIZE]) {
  mg_print_real(number, digits, text, MG_NUMBER_SIZE);
  return text;
}

void mg_tails_say(const mg_tails *t, mg_evidence *e) {
  char ess[MG_NUMBER_SIZE], k[MG_NUMBER_SIZE], limit[MG_NUMBER_SIZE],
      error[MG_NUMBER_SIZE];
  count(t, e);
  e->note[0] = '\0';
  if (t->k == 1)
    return;
  const size_t used = (size_t)snprintf(
      e->note, sizeof e->note, "%s of %zu draws effective",
      e->ess < 100 ? real(e->ess, 3, ess) : real(round(e->ess), 0, ess),
      t->k * t->draws);
  char *rest = e->note + used;
  const size_t room = sizeof e->note - used;
  if (e->heavy > 0 && t->n == 1)
    snprintf(rest, room, ", Pareto k %s > %s: interval for log p withdrawn",
             real(e->pareto_k, 2, k), real(MG_PARETO_LIMIT, 1, limit));
  else if (e->heavy > 0)
    snprintf(rest, room,
             "; Pareto k > %s on %zu of %zu data, up to %s: interval for log p "
             "withdrawn, std_error is the bound's over data",
             real(MG_PARETO_LIMIT, 1, limit), e->heavy, t->n,
             real(e->pareto_k, 2, k));
  else if (isfinite(e->pareto_k))
    snprintf(rest, room, ", Pareto k %s, error of the draws %s",
             real(e->pareto_k, 2, k), real(e->draws_error, 2, error));
}
