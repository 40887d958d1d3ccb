/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks, their exact p-values, and the rank test of a move.
 *
 * A reversible move that leaves its law p as it is makes, from z_M ~ p, a
 * stationary chain z_1 .. z_L both ways: forwards L - M moves, backwards M - 1
 * of the same.  The law of the whole does not tell where it was begun; so with
 * M drawn uniformly                                                 [rank.1]
 *
 *     rank of f(z_M) among f(z_1) .. f(z_L)   is uniform on 0 .. L - 1,
 *
 * for every f, exactly, however slowly the chain moves.  States that are equal,
 * since a proposal was refused, are ranked in a random order.  With an error in
 * the move the chain drifts off on both sides of M, and z_M stands out.
 *
 * A sweep of Gibbs's is not reversible: back would be the other order.  Then
 * z_1 ~ p is moved L - 1 times and the end is ranked among L - 1 draws of p.
 *
 * N walkers give N independent ranks, which are uniform exactly when all is
 * right; then the number with rank r is binomial, and so is that of ranks below
 * r.  Of each such count the two-sided tail is taken, and the least of 2 L - 1
 * of them, times 2 L - 1, is                                        [rank.2]
 *
 *     p = min(1, (2 L - 1) min_i 2 min(P(X_i <= x_i), P(X_i >= x_i)))
 *
 * Nothing in it is an approximation that holds for large N, as chi^2 is, so
 * that p may be believed at 1e-9, where a test suite wants it.
 *
 * Source: Gandy & Scott (2021).  Not here: a sequence of tests that goes on
 * until it is sure; the caller repeats with another seed. */
#include "eval/calibration.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/calibration_inside.h"

/* ---- counts ---- */

int mg_calibration_init(mg_calibration *c, size_t statistics, size_t places) {
  *c = (mg_calibration){.statistics = statistics, .places = places};
  c->count = calloc(statistics * places, sizeof *c->count);
  c->p_value = calloc(statistics, sizeof *c->p_value);
  if (c->count && c->p_value)
    return GSL_SUCCESS;
  return mg_fail(GSL_ENOMEM, "no memory for ranks in %zu places", places);
}

void mg_calibration_clear(mg_calibration *c) {
  free(c->count);
  free(c->p_value);
  *c = (mg_calibration){.count = NULL};
}

size_t mg_calibration_count(const mg_calibration *c, size_t statistic,
                            size_t rank) {
  return c->count[statistic * c->places + rank];
}

void mg_calibration_add(mg_calibration *c, size_t statistic, size_t rank) {
  c->count[statistic * c->places + rank]++;
}

size_t mg_calibration_rank(gsl_rng *rng, size_t below, size_t ties) {
  return below + gsl_rng_uniform_int(rng, ties + 1);
}

/* ---- p-values ---- */

/* Of a binomial count, from both sides. */
static double two_sided(size_t count, double share, size_t n) {
  const unsigned k = (unsigned)count, all = (unsigned)n;
  const double low = gsl_cdf_binomial_P(k, share, all);
  const double high = k == 0 ? 1 : gsl_cdf_binomial_Q(k - 1, share, all);
  return 2 * fmin(low, high);
}

double mg_calibration_p_value(size_t places, const size_t *count) {
  const double share = 1 / (double)places;
  double least = 1;
  size_t n = 0, below = 0;
  for (size_t r = 0; r < places; r++)
    n += count[r];
  for (size_t r = 0; r < places; r++) {
    if (r > 0)
      least = fmin(least, two_sided(below, (double)r * share, n));
    least = fmin(least, two_sided(count[r], share, n));
    below += count[r];
  }
  return fmin(1, (2 * (double)places - 1) * least);
}

void mg_calibration_judge(mg_calibration *c) {
  c->n = 0;
  for (size_t r = 0; r < c->places; r++)
    c->n += c->count[r];
  c->worst = 0;
  for (size_t s = 0; s < c->statistics; s++) {
    c->p_value[s] = mg_calibration_p_value(c->places, c->count + s * c->places);
    if (c->p_value[s] < c->p_value[c->worst])
      c->worst = s;
  }
  c->least = fmin(1, (double)c->statistics * c->p_value[c->worst]);
}

/* ---- a move ---- */

static int move_chains(void *self, gsl_matrix *z) {
  mg_mcmc *m = self;
  int status = mg_mcmc_set(m, z);
  if (status == GSL_SUCCESS)
    status = mg_mcmc_iterate(m);
  gsl_matrix_memcpy(z, mg_mcmc_z(m));
  return status;
}

mg_kernel mg_kernel_of(mg_mcmc *m) {
  const mg_mcmc_type *type = mg_mcmc_type_of(m);
  return (mg_kernel){.name = type->name,
                     .reversible = type->reversible,
                     .self = m,
                     .move = move_chains};
}

/* ---- the rank test ---- */

typedef struct {
  const mg_kernel *kernel;
  const mg_target *law;
  size_t n, places, moves;
  gsl_rng *rng;
  gsl_matrix *start, *z;   /* N x D */
  gsl_vector *log_p;       /* N */
  gsl_matrix *own, *other; /* N x (D + 1), statistics */
  size_t *begin;           /* N: M - 1, where each walker's chain begins */
  size_t *below, *ties;    /* N (D + 1) */
} bench;

static void bench_clear(bench *b) {
  gsl_rng_free(b->rng);
  gsl_matrix_free(b->start);
  gsl_matrix_free(b->z);
  gsl_vector_free(b->log_p);
  gsl_matrix_free(b->own);
  gsl_matrix_free(b->other);
  free(b->begin);
  free(b->below);
  free(b->ties);
}

static int bench_init(bench *b, unsigned long seed) {
  const size_t dim = b->law->dim, all = b->n * (dim + 1);
  b->rng = mg_stream_alloc(seed, "calibration/ranks", 0);
  b->start = gsl_matrix_alloc(b->n, dim);
  b->z = gsl_matrix_alloc(b->n, dim);
  b->log_p = gsl_vector_alloc(b->n);
  b->own = gsl_matrix_alloc(b->n, dim + 1);
  b->other = gsl_matrix_alloc(b->n, dim + 1);
  b->begin = calloc(b->n, sizeof *b->begin);
  b->below = calloc(all, sizeof *b->below);
  b->ties = calloc(all, sizeof *b->ties);
  if (b->rng && b->start && b->z && b->log_p && b->own && b->other &&
      b->begin && b->below && b->ties)
    return GSL_SUCCESS;
  return mg_fail(GSL_ENOMEM, "no memory for %zu walkers", b->n);
}

/* Every z_i, then log p. */
static int look(bench *b, const gsl_matrix *z, gsl_matrix *statistics) {
  const mg_target *law = b->law;
  const int status = law->log_density(law->self, z, b->log_p, NULL);
  gsl_matrix_view first =
      gsl_matrix_submatrix(statistics, 0, 0, b->n, law->dim);
  gsl_matrix_memcpy(&first.matrix, z);
  gsl_matrix_set_col(statistics, law->dim, b->log_p);
  return status;
}

/* Counts the others that are below a walker's own, where it has them. */
static void compare(bench *b, size_t first, size_t last) {
  const size_t statistics = b->law->dim + 1;
  for (size_t n = 0; n < b->n; n++)
    for (size_t s = 0;
         s < statistics && first <= b->begin[n] && b->begin[n] < last; s++) {
      const double own = gsl_matrix_get(b->own, n, s);
      const double other = gsl_matrix_get(b->other, n, s);
      b->below[n * statistics + s] += other < own;
      b->ties[n * statistics + s] += other == own;
    }
}

/* From one state to the next. */
static int step(bench *b) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; status == GSL_SUCCESS && i < b->moves; i++)
    status = b->kernel->move(b->kernel->self, b->z);
  return status;
}

/* From the start `way` 0 forwards to the chain's end, 1 back to its begin. */
static int walk(bench *b, int way) {
  int status = GSL_SUCCESS;
  gsl_matrix_memcpy(b->z, b->start);
  for (size_t i = 1; status == GSL_SUCCESS && i < b->places; i++) {
    status = step(b);
    if (status == GSL_SUCCESS)
      status = look(b, b->z, b->other);
    /* Forwards a chain that begins at m has places - 1 - m states to go. */
    if (way == 0)
      compare(b, 0, b->places - i);
    else
      compare(b, i, b->places);
  }
  return status;
}

static int rank_both_ways(bench *b) {
  int status = look(b, b->start, b->own);
  for (size_t n = 0; n < b->n; n++)
    b->begin[n] = gsl_rng_uniform_int(b->rng, b->places);
  for (int way = 0; status == GSL_SUCCESS && way < 2; way++)
    status = walk(b, way);
  return status;
}

/* The end of a walk among draws of the law. */
static int rank_the_end(bench *b) {
  int status = GSL_SUCCESS;
  gsl_matrix_memcpy(b->z, b->start);
  for (size_t i = 1; status == GSL_SUCCESS && i < b->places; i++)
    status = step(b);
  if (status == GSL_SUCCESS)
    status = look(b, b->z, b->own);
  for (size_t i = 1; status == GSL_SUCCESS && i < b->places; i++) {
    status = b->law->sample_prior(b->law->self, b->rng, b->z);
    if (status == GSL_SUCCESS)
      status = look(b, b->z, b->other);
    compare(b, 0, b->places);
  }
  return status;
}

static int rank_all(bench *b, mg_calibration *c) {
  int status = b->law->sample_prior(b->law->self, b->rng, b->start);
  if (status == GSL_SUCCESS)
    status = b->kernel->reversible ? rank_both_ways(b) : rank_the_end(b);
  if (status == GSL_SUCCESS)
    status = mg_calibration_init(c, b->law->dim + 1, b->places);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t i = 0; i < b->n * c->statistics; i++)
    mg_calibration_add(c, i % c->statistics,
                       mg_calibration_rank(b->rng, b->below[i], b->ties[i]));
  mg_calibration_judge(c);
  return GSL_SUCCESS;
}

int mg_calibration_ranks(const mg_kernel *kernel, const mg_target *law,
                         const mg_rank_options *options, unsigned long seed,
                         mg_calibration *c) {
  bench b = {.kernel = kernel,
             .law = law,
             .n = options->walkers,
             .places = options->places,
             .moves = options->moves};
  if (b.n == 0 || b.n > 1000000000 || b.places < 2 || b.moves == 0)
    return mg_fail(GSL_EINVAL,
                   "ranks of %zu walkers in %zu places, %zu moves apart: give "
                   "1 or more, 2 or more, 1 or more",
                   b.n, b.places, b.moves);
  if (!law->sample_prior)
    return mg_fail(GSL_EINVAL,
                   "%s cannot be drawn from, and a rank test "
                   "begins with exact draws",
                   law->name);
  int status = bench_init(&b, seed);
  if (status == GSL_SUCCESS)
    status = rank_all(&b, c);
  bench_clear(&b);
  return status;
}
