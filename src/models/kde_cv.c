/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bandwidth of a kernel density by cross-validation.
 *
 * The proportions of the columns' bandwidths are Scott's, or given; what is
 * found is their common factor c, the one that maximises the mean of the
 * leave-one-out log densities [kde.2], or that of rows held out [kde.3]: by
 * Brent's method on log c after a walk over the powers of 2 from 2^-14 to 2^3
 * (eight narrow modes on a wide ring need a fortieth of Scott's).
 *
 * Above 4096 rows, 4096 of them at even distances are left out in turn, each
 * against all others: c hardly feels the rest, and the cost would be quadratic.
 * Rows that occur twice can make that mean grow without bound as c falls; then
 * there is no maximum, and that is said.
 *
 * This is the one long update of the family, so it shards its rows over
 * threads; the shards' sums are added in their order. */
#include "models/kde_cv.h"

#include <gsl/gsl_min.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/shards.h"

enum {
  LEFT_OUT = 4096, /* rows left out in turn, at most */
  GRID = 18,       /* powers of 2 that are walked over */
  BRENT_TURNS = 60
};

/* What the shards of a mean need. */
typedef struct {
  const mg_kde *k;
  const gsl_matrix *held_out; /* M x D, scaled; NULL: kept rows in turn */
  double c;
  size_t rows; /* in the mean */
  mg_shards cut;
  size_t threads;
  double sum[MG_SHARDS_MOST];
} cv_job;

/* How many rows are left out in turn, and the i-th of them. */
static size_t left_out_rows(const mg_kde *k) {
  return k->sample->size1 < LEFT_OUT ? k->sample->size1 : LEFT_OUT;
}

static size_t left_out_row(const mg_kde *k, size_t i) {
  return (size_t)((double)i * (double)k->sample->size1 /
                  (double)left_out_rows(k));
}

static int sum_shard(void *job, size_t worker, size_t shard) {
  cv_job *cv = job;
  const size_t first = mg_shards_first(&cv->cut, shard);
  const size_t n = mg_shards_rows(&cv->cut, shard);
  (void)worker;
  cv->sum[shard] = 0;
  for (size_t i = first; i < first + n; i++)
    cv->sum[shard] +=
        cv->held_out ? mg_kde_held_out(cv->k, cv->held_out, i, cv->c)
                     : mg_kde_left_out(cv->k, left_out_row(cv->k, i), cv->c);
  return GSL_SUCCESS;
}

/* Minus the mean of [kde.2] or [kde.3] with e^t times the bandwidth, for a
 * minimiser. */
static double cv_loss(double t, void *params) {
  cv_job *cv = params;
  double sum = 0;
  cv->c = exp(t);
  mg_shards_run(&cv->cut, cv->threads, cv, sum_shard);
  for (size_t s = 0; s < cv->cut.shards; s++)
    sum += cv->sum[s];
  return -sum / (double)cv->rows;
}

static double grid_at(size_t i) { /* log c */
  return MG_LN_2 * ((double)i - 14);
}

/* Brent's method between the neighbours of grid point i. */
static int refine(cv_job *cv, size_t i, const double *loss, double *t,
                  double *best) {
  gsl_function f = {.function = cv_loss, .params = cv};
  gsl_min_fminimizer *s = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
  if (!s)
    return mg_fail(GSL_ENOMEM, "no memory for a minimiser");
  int status = gsl_min_fminimizer_set_with_values(s, &f, grid_at(i), loss[i],
                                                  grid_at(i - 1), loss[i - 1],
                                                  grid_at(i + 1), loss[i + 1]);
  for (int turn = 0; status == GSL_SUCCESS && turn < BRENT_TURNS; turn++) {
    status = gsl_min_fminimizer_iterate(s);
    if (gsl_min_test_interval(gsl_min_fminimizer_x_lower(s),
                              gsl_min_fminimizer_x_upper(s), 1e-6,
                              0) == GSL_SUCCESS)
      break;
  }
  *t = gsl_min_fminimizer_x_minimum(s);
  *best = gsl_min_fminimizer_f_minimum(s);
  gsl_min_fminimizer_free(s);
  return GSL_SUCCESS;
}

int mg_kde_choose_factor(const mg_kde *k, const gsl_matrix *held_out,
                         size_t threads, double *c, double *mean) {
  const size_t rows = held_out ? held_out->size1 : left_out_rows(k);
  cv_job cv = {.k = k,
               .held_out = held_out,
               .rows = rows,
               .cut = mg_shards_cut(rows, 0),
               .threads = threads};
  double loss[GRID], t, least;
  size_t best = 0;
  for (size_t i = 0; i < GRID; i++) {
    loss[i] = cv_loss(grid_at(i), &cv);
    if (loss[i] < loss[best])
      best = i;
  }
  if (best == 0 || best == GRID - 1)
    return mg_fail(GSL_EDOM,
                   "the %s likelihood has no maximum between 2^-14 and 8 of "
                   "%s bandwidth (rows that occur twice?): choose another rule",
                   held_out ? "held-out" : "leave-one-out",
                   held_out ? "the first" : "Scott's");
  t = grid_at(best);
  least = loss[best];
  if (loss[best] < loss[best + 1]) { /* else flat: no bracket, nothing to do */
    int status = refine(&cv, best, loss, &t, &least);
    if (status != GSL_SUCCESS)
      return status;
  }
  *c = exp(t);
  *mean = -least;
  return GSL_SUCCESS;
}
