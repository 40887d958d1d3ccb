/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The move of Hamiltonian Monte Carlo, for a block of walkers.
 *
 * z is given a momentum r ~ N(0, I) and slides along the energy  [hmc.1]
 *
 *     H(z, r) = -log f_b(z) + |r|^2 / 2
 *
 * by the leapfrog: half a step of r, then z and r in turn, half a step of r,
 *
 *     r += e/2 g(z),   z += e r,   r += e/2 g(z),   g = d log f_b / dz
 *
 * and ends there with probability min(1, exp(H - H')), else stays.  The
 * leapfrog keeps volume and runs back the same way when r is turned round, so
 * the move is in detailed balance with f_b for every step and every number of
 * leaps; a bad step costs acceptance, never correctness.  An end whose energy
 * is not a number is not accepted: the leapfrog has run away.
 *
 * Source: Duane, Kennedy, Pendleton & Roweth (1987); Neal (2011).
 * Not here: a mass matrix; choosing the step (anneal.c does, and says when). */
#include "eval/hmc.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/status.h"

int mg_hmc_init(mg_hmc *h, const mg_path *path, size_t n) {
  h->momentum = gsl_matrix_alloc(n, path->ops->dim(path->self));
  h->energy = gsl_vector_alloc(n);
  if (!h->momentum || !h->energy)
    return mg_fail(GSL_ENOMEM, "no memory to move %zu walkers", n);
  return mg_walkers_init(&h->other, path, n);
}

void mg_hmc_clear(mg_hmc *h) {
  mg_walkers_clear(&h->other);
  gsl_matrix_free(h->momentum);
  gsl_vector_free(h->energy);
  *h = (mg_hmc){.momentum = NULL};
}

/* r += step d log f_b / dz. */
static void push(double b, double step, const mg_walkers *w, gsl_matrix *r) {
  for (size_t n = 0; n < r->size1; n++) {
    double *row = r->data + n * r->tda;
    const double *base = w->d_base->data + n * w->d_base->tda;
    const double *joint = w->d_joint->data + n * w->d_joint->tda;
    for (size_t i = 0; i < r->size2; i++)
      row[i] += step * ((1 - b) * base[i] + b * joint[i]);
  }
}

/* z += step r. */
static void slide(double step, const gsl_matrix *r, gsl_matrix *z) {
  for (size_t n = 0; n < z->size1; n++)
    for (size_t i = 0; i < z->size2; i++)
      z->data[n * z->tda + i] += step * r->data[n * r->tda + i];
}

static double energy(double b, const mg_walkers *w, const gsl_matrix *r,
                     size_t n) {
  double square = 0;
  for (size_t i = 0; i < r->size2; i++)
    square += r->data[n * r->tda + i] * r->data[n * r->tda + i];
  return 0.5 * square - (1 - b) * gsl_vector_get(w->log_base, n) -
         b * gsl_vector_get(w->log_joint, n);
}

static void copy_walker(const mg_walkers *from, size_t n, mg_walkers *to) {
  const size_t bytes = from->z->size2 * sizeof(double);
  gsl_vector_set(to->log_base, n, gsl_vector_get(from->log_base, n));
  gsl_vector_set(to->log_joint, n, gsl_vector_get(from->log_joint, n));
  memcpy(to->z->data + n * to->z->tda, from->z->data + n * from->z->tda, bytes);
  memcpy(to->d_base->data + n * to->d_base->tda,
         from->d_base->data + n * from->d_base->tda, bytes);
  memcpy(to->d_joint->data + n * to->d_joint->tda,
         from->d_joint->data + n * from->d_joint->tda, bytes);
}

/* Draws momenta and copies the walkers to where they start from. */
static void start(mg_hmc *h, gsl_rng *rng, double b, const mg_walkers *at) {
  gsl_matrix *r = h->momentum;
  for (size_t n = 0; n < r->size1; n++) {
    for (size_t i = 0; i < r->size2; i++)
      r->data[n * r->tda + i] = gsl_ran_gaussian_ziggurat(rng, 1);
    copy_walker(at, n, &h->other);
    gsl_vector_set(h->energy, n, energy(b, at, r, n));
  }
}

static double accept(const mg_hmc *h, gsl_rng *rng, double b, mg_walkers *at) {
  const size_t size = at->log_base->size;
  double sum = 0;
  for (size_t n = 0; n < size; n++) {
    const double loss =
        energy(b, &h->other, h->momentum, n) - gsl_vector_get(h->energy, n);
    const double chance = isfinite(loss) ? exp(fmin(0, -loss)) : 0;
    /* A number is drawn in any case, so that no row moves another's draws. */
    if (gsl_rng_uniform(rng) < chance)
      copy_walker(&h->other, n, at);
    sum += chance;
  }
  return sum / (double)size;
}

int mg_hmc_move(mg_hmc *h, const mg_path *path, gsl_rng *rng,
                const gsl_matrix *x, double b, double step, size_t leaps,
                mg_walkers *at, double *accepted) {
  start(h, rng, b, at);
  push(b, step / 2, &h->other, h->momentum);
  for (size_t leap = 0; leap < leaps; leap++) {
    slide(step, h->momentum, h->other.z);
    const int status = mg_path_evaluate(path, x, &h->other);
    if (status != GSL_SUCCESS)
      return status;
    push(b, leap + 1 < leaps ? step : step / 2, &h->other, h->momentum);
  }
  const double mean = accept(h, rng, b, at);
  if (accepted)
    *accepted = mean;
  return GSL_SUCCESS;
}
