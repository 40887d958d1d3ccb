/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The move of Hamiltonian Monte Carlo, for a block of walkers.
 *
 * z is given a momentum r ~ N(0, I) and slides along the energy  [hmc.1]
 *
 *     H(z, r) = -log f_b(z) + |r|^2 / 2
 *
 * by the leapfrog: half a step of r, then z and r in turn, half a step of r,
 *
 *     r += e/2 g(z),   z += e r,   r += e/2 g(z)                 [hmc.2]
 *
 * with g = d log f_b / dz; where one leap follows another, the two halves that
 * meet are one kick.  It ends there with probability min(1, exp(H - H')), else
 * stays.  The leapfrog keeps volume and runs back the same way when r is turned
 * round, so the move is in detailed balance with f_b for every step and every
 * number of leaps; a bad step costs acceptance, never correctness.  An end with
 * an energy that is no number is not accepted: the leapfrog has run away.  A
 * target is not asked about a z that is none: such a walker is lost, and stays.
 *
 * With a unit s_i for each z_i the walk is in z_i / s_i: a mass matrix with
 * the diagonal 1 / s_i^2.
 *
 * Source: Duane, Kennedy, Pendleton & Roweth (1987); Neal (2011).
 * Not here: a full mass matrix; choosing the step (mcmc.c and eval/anneal.c do,
 * and say when). */
#include "infer/hmc.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/status.h"

int mg_hmc_init(mg_hmc *h, const mg_path *path, size_t n) {
  h->momentum = gsl_matrix_alloc(n, path->joint->dim);
  h->energy = gsl_vector_alloc(n);
  h->chance = gsl_vector_calloc(n);
  if (!h->momentum || !h->energy || !h->chance)
    return mg_fail(GSL_ENOMEM, "no memory to move %zu walkers", n);
  return mg_walkers_init(&h->other, path, n);
}

void mg_hmc_clear(mg_hmc *h) {
  mg_walkers_clear(&h->other);
  gsl_matrix_free(h->momentum);
  gsl_vector_free(h->energy);
  gsl_vector_free(h->chance);
  *h = (mg_hmc){.momentum = NULL};
}

static double unit(const mg_hmc *h, size_t i) {
  return h->scale ? gsl_vector_get(h->scale, i) : 1;
}

static double stretched(const mg_hmc *h, size_t n, double step) {
  return h->stretch ? step * gsl_vector_get(h->stretch, n) : step;
}

void mg_hmc_kick(mg_hmc *h, double b, double step) {
  const mg_walkers *w = &h->other;
  for (size_t n = 0; n < w->z->size1; n++) {
    double *row = h->momentum->data + n * h->momentum->tda;
    const double *joint = w->d_joint->data + n * w->d_joint->tda;
    const double *base =
        w->d_base ? w->d_base->data + n * w->d_base->tda : NULL;
    const double own = stretched(h, n, step);
    for (size_t i = 0; i < w->z->size2; i++)
      row[i] += own * unit(h, i) *
                (base ? (1 - b) * base[i] + b * joint[i] : joint[i]);
  }
}

void mg_hmc_drift(mg_hmc *h, double step) {
  gsl_matrix *z = h->other.z;
  for (size_t n = 0; n < z->size1; n++) {
    double *row = z->data + n * z->tda,
           *r = h->momentum->data + n * h->momentum->tda;
    const double own = stretched(h, n, step);
    bool lost = false;
    for (size_t i = 0; i < z->size2; i++)
      lost = lost || !isfinite(row[i] + own * unit(h, i) * r[i]);
    for (size_t i = 0; i < z->size2 && !lost; i++)
      row[i] += own * unit(h, i) * r[i];
    if (lost)
      r[0] = NAN;
  }
}

int mg_hmc_leapfrog(mg_hmc *h, const mg_path *path, double b, double step,
                    size_t leaps) {
  int status = GSL_SUCCESS;
  mg_hmc_kick(h, b, step / 2);
  for (size_t l = 1; status == GSL_SUCCESS && l <= leaps; l++) {
    mg_hmc_drift(h, step);
    status = mg_path_evaluate(path, &h->other);
    if (status == GSL_SUCCESS)
      mg_hmc_kick(h, b, l == leaps ? step / 2 : step);
  }
  return status;
}

static double energy(double b, const mg_walkers *w, const gsl_matrix *r,
                     size_t n) {
  double square = 0;
  for (size_t i = 0; i < r->size2; i++)
    square += r->data[n * r->tda + i] * r->data[n * r->tda + i];
  return 0.5 * square - (1 - b) * gsl_vector_get(w->log_base, n) -
         b * gsl_vector_get(w->log_joint, n);
}

/* Draws momenta and copies the walkers to where they start from. */
static void start(mg_hmc *h, gsl_rng *rng, double b, const mg_walkers *at) {
  gsl_matrix *r = h->momentum;
  for (size_t n = 0; n < r->size1; n++) {
    for (size_t i = 0; i < r->size2; i++)
      r->data[n * r->tda + i] = gsl_ran_gaussian_ziggurat(rng, 1);
    mg_walkers_copy(at, n, &h->other);
    gsl_vector_set(h->energy, n, energy(b, at, r, n));
  }
}

static double accept(mg_hmc *h, gsl_rng *rng, double b, mg_walkers *at) {
  const size_t size = at->log_base->size;
  double sum = 0;
  h->diverged = 0;
  for (size_t n = 0; n < size; n++) {
    const double loss =
        energy(b, &h->other, h->momentum, n) - gsl_vector_get(h->energy, n);
    const double chance = isfinite(loss) ? exp(fmin(0, -loss)) : 0;
    /* A number is drawn in any case, so that no row moves another's draws. */
    if (gsl_rng_uniform(rng) < chance)
      mg_walkers_copy(&h->other, n, at);
    gsl_vector_set(h->chance, n, chance);
    h->diverged += !(loss <= MG_HMC_DIVERGES);
    sum += chance;
  }
  return sum / (double)size;
}

int mg_hmc_move(mg_hmc *h, const mg_path *path, gsl_rng *rng, double b,
                double step, size_t leaps, mg_walkers *at, double *accepted) {
  start(h, rng, b, at);
  const int status = mg_hmc_leapfrog(h, path, b, step, leaps);
  if (status != GSL_SUCCESS)
    return status;
  const double mean = accept(h, rng, b, at);
  if (accepted)
    *accepted = mean;
  return GSL_SUCCESS;
}

int mg_hmc_trajectory(mg_hmc *h, const mg_path *path, double b, double step,
                      const gsl_vector *r, const mg_walkers *at, gsl_matrix *z,
                      gsl_vector *energies) {
  const size_t dim = at->z->size2;
  int status = GSL_SUCCESS;
  if (at->z->size1 != 1 || h->momentum->size1 != 1 || r->size != dim ||
      z->size2 != dim || z->size1 != energies->size)
    return mg_fail(GSL_EBADLEN, "a trajectory is of 1 walker, %zu long", dim);
  mg_walkers_copy(at, 0, &h->other);
  gsl_matrix_set_row(h->momentum, 0, r);
  for (size_t l = 0; status == GSL_SUCCESS && l < z->size1; l++) {
    /* Each leap alone, so that the energy is had at its end. */
    if (l > 0)
      status = mg_hmc_leapfrog(h, path, b, step, 1);
    memcpy(z->data + l * z->tda, h->other.z->data, dim * sizeof(double));
    gsl_vector_set(energies, l, energy(b, &h->other, h->momentum, 0));
  }
  return status;
}
