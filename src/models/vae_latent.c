/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vae as a law with a latent variable: what eval/ needs for its bounds.
 * All in double at the interface; the networks compute in float inside, which
 * is good for 5 digits of log p(x | z).
 *
 *   log p(x, z) = log N(z; 0, I) + log p(x | z)                     [vae.1]
 *   log q(z | x) = sum_l log N(z_l; mu_l(x), sigma_l(x)^2)          [vae.3]
 *
 * Of reals the networks see y = (x - shift) / scale, column by column, and that
 * is part of the model; the density in the unit of the data is
 *
 *   log p(x | z) = log p(y | z) - sum_j log scale_j                 [vae.8]
 *
 * An importance-weighted bound asks about one datum hundreds of times in a row,
 * so rows that are as the one before are encoded once.
 *
 * Rows go through the networks in blocks of 256: memory does not grow with N.
 *
 * Not here: draws of x (vae_draw.c). */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/vae_objective.h"

enum { BLOCK = 256 };

static int check_latent(const mg_vae *v, size_t n, const gsl_matrix *z) {
  if (z->size1 != n || z->size2 != v->options.latent)
    return mg_fail(GSL_EBADLEN, "z is %zu x %zu, not %zu x %zu", z->size1,
                   z->size2, n, v->options.latent);
  return GSL_SUCCESS;
}

/* Is a row as the one before? */
static bool as_before(const gsl_matrix *x, size_t row) {
  const double *here = x->data + row * x->tda;
  return row > 0 && memcmp(here, here - x->tda, x->size2 * sizeof *here) == 0;
}

static int check_row(const mg_vae *v, const gsl_matrix *x, size_t n) {
  for (size_t j = 0; j < x->size2; j++)
    if (!mg_space_holds(&v->space, x->data[n * x->tda + j]))
      return mg_fail(GSL_EDOM, "row %zu has %g in column %zu", n + 1,
                     x->data[n * x->tda + j], j + 1);
  return GSL_SUCCESS;
}

static int check_data(const mg_vae *v, const gsl_matrix *x) {
  int status = mg_shape_check(v->space.dim, x, NULL);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++)
    if (!as_before(x, n))
      status = check_row(v, x, n);
  return status;
}

/* ---- the encoder ---- */

/* Takes rows from `first` on that are not as the one before, a block of them at
 * most; start[i] is where the i-th stands, and start[n] the row behind them.
 * Returns n. */
static size_t take_rows(const gsl_matrix *x, size_t first, gsl_matrix *taken,
                        size_t start[BLOCK + 1]) {
  size_t n = 0, row = first;
  for (; row < x->size1; row++) {
    if (row > first && as_before(x, row))
      continue;
    if (n == taken->size1)
      break;
    gsl_vector_const_view from = gsl_matrix_const_row(x, row);
    gsl_matrix_set_row(taken, n, &from.vector);
    start[n++] = row;
  }
  start[n] = row;
  return n;
}

static void copy_row(gsl_matrix *m, size_t from, size_t to) {
  memcpy(m->data + to * m->tda, m->data + from * m->tda,
         m->size2 * sizeof *m->data);
}

/* Encodes a block of rows; returns the row behind it. */
static size_t encode_block(const mg_vae *v, const gsl_matrix *x, size_t first,
                           mg_vae_room *room, gsl_matrix *taken, gsl_matrix *mu,
                           gsl_matrix *sigma) {
  const size_t l = v->options.latent;
  size_t start[BLOCK + 1];
  room->n = take_rows(x, first, taken, start);
  mg_vae_read(v, taken, room, 1);
  mg_vae_run_encoder(v, room, 1);
  for (size_t i = 0; i < room->n; i++) {
    const mg_real *law = room->law + i * 2 * l;
    for (size_t j = 0; j < l; j++) {
      gsl_matrix_set(mu, start[i], j, (double)law[j]);
      if (sigma)
        gsl_matrix_set(sigma, start[i], j, exp((double)law[l + j] / 2));
    }
    for (size_t row = start[i] + 1; row < start[i + 1]; row++) {
      copy_row(mu, start[i], row);
      if (sigma)
        copy_row(sigma, start[i], row);
    }
  }
  return start[room->n];
}

int mg_vae_encode(const mg_vae *v, const gsl_matrix *x, gsl_matrix *mu,
                  gsl_matrix *sigma) {
  const size_t rows = x->size1 < BLOCK ? x->size1 : BLOCK;
  int status = check_data(v, x);
  if (status == GSL_SUCCESS)
    status = check_latent(v, x->size1, mu);
  if (status == GSL_SUCCESS && sigma)
    status = check_latent(v, x->size1, sigma);
  if (status != GSL_SUCCESS)
    return status;
  mg_vae_room room = {.n = 0};
  gsl_matrix *taken = gsl_matrix_alloc(rows, x->size2);
  status = taken ? mg_vae_room_init(&room, v, rows, 1)
                 : mg_fail(GSL_ENOMEM, "no memory for %zu rows", rows);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1;)
    n = encode_block(v, x, n, &room, taken, mu, sigma);
  mg_vae_room_clear(&room);
  gsl_matrix_free(taken);
  return status;
}

/* Both matrices of the law, in fresh memory, NULL after an error. */
static int get_law(const mg_vae *v, const gsl_matrix *x, gsl_matrix **mu,
                   gsl_matrix **sigma) {
  *mu = gsl_matrix_alloc(x->size1, v->options.latent);
  *sigma = gsl_matrix_alloc(x->size1, v->options.latent);
  if (*mu && *sigma)
    return mg_vae_encode(v, x, *mu, *sigma);
  return mg_fail(GSL_ENOMEM, "no memory for %zu rows", x->size1);
}

/* log N of deviations e that are in units of sigma: from the sum of e^2, and
 * the sum of log sigma. */
static double log_normal(size_t l, double squares, double logs) {
  return -((double)l * MG_LN_2PI + squares) / 2 - logs;
}

/* The sum of log sigma in a row; `before` that of the row before. */
static double sum_logs(const gsl_matrix *sigma, size_t row, double before) {
  double sum = 0;
  if (as_before(sigma, row))
    return before;
  for (size_t i = 0; i < sigma->size2; i++)
    sum += log(gsl_matrix_get(sigma, row, i));
  return sum;
}

int mg_vae_propose(const mg_vae *v, gsl_rng *rng, const gsl_matrix *x,
                   gsl_matrix *z, gsl_vector *log_q) {
  const size_t l = v->options.latent;
  gsl_matrix *mu, *sigma;
  double logs = 0;
  int status = get_law(v, x, &mu, &sigma);
  if (status == GSL_SUCCESS)
    status = check_latent(v, x->size1, z);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++) {
    const double *s = sigma->data + n * sigma->tda;
    double squares = 0;
    logs = sum_logs(sigma, n, logs);
    for (size_t i = 0; i < l; i++) {
      const double e = gsl_ran_gaussian_ziggurat(rng, 1);
      squares += e * e;
      gsl_matrix_set(z, n, i, gsl_matrix_get(mu, n, i) + s[i] * e);
    }
    if (log_q)
      gsl_vector_set(log_q, n, log_normal(l, squares, logs));
  }
  gsl_matrix_free(mu);
  gsl_matrix_free(sigma);
  return status;
}

int mg_vae_log_posterior(const mg_vae *v, const gsl_matrix *x,
                         const gsl_matrix *z, gsl_vector *log_q,
                         gsl_matrix *dz) {
  const size_t l = v->options.latent;
  gsl_matrix *mu, *sigma;
  double logs = 0;
  int status = get_law(v, x, &mu, &sigma);
  if (status == GSL_SUCCESS)
    status = check_latent(v, x->size1, z);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++) {
    const double *s = sigma->data + n * sigma->tda;
    double squares = 0;
    logs = sum_logs(sigma, n, logs);
    for (size_t i = 0; i < l; i++) {
      const double e =
          (gsl_matrix_get(z, n, i) - gsl_matrix_get(mu, n, i)) / s[i];
      squares += e * e;
      if (dz)
        gsl_matrix_set(dz, n, i, -e / s[i]);
    }
    gsl_vector_set(log_q, n, log_normal(l, squares, logs));
  }
  gsl_matrix_free(mu);
  gsl_matrix_free(sigma);
  return status;
}

int mg_vae_log_prior(const mg_vae *v, const gsl_matrix *z, gsl_vector *log_pz,
                     gsl_matrix *dz) {
  const size_t l = v->options.latent;
  const int status = check_latent(v, log_pz->size, z);
  for (size_t n = 0; status == GSL_SUCCESS && n < z->size1; n++) {
    double squares = 0;
    for (size_t i = 0; i < l; i++) {
      const double here = gsl_matrix_get(z, n, i);
      squares += here * here;
      if (dz)
        gsl_matrix_set(dz, n, i, -here);
    }
    gsl_vector_set(log_pz, n, log_normal(l, squares, 0));
  }
  return status;
}

/* ---- the decoder ---- */

/* Adds the log p(x | z) of a block to log_pxz, and its gradient to dz. */
static void add_block(const mg_vae *v, const gsl_matrix *x, const gsl_matrix *z,
                      size_t first, mg_vae_room *room, mg_real *dtheta,
                      gsl_vector *log_pxz, gsl_matrix *dz) {
  const size_t l = v->options.latent, n = room->n;
  gsl_matrix_const_view rows =
      gsl_matrix_const_submatrix(x, first, 0, n, x->size2);
  mg_vae_read(v, &rows.matrix, room, 1);
  for (size_t i = 0; i < n * l; i++)
    room->z[i] = (mg_real)gsl_matrix_get(z, first + i / l, i % l);
  mg_vae_run_decoder(v, room, 1);
  for (size_t i = 0; i < n; i++)
    *gsl_vector_ptr(log_pxz, first + i) += room->log_p[i] + v->jacobian;
  if (!dz)
    return;
  mg_vae_run_back(v, room, dtheta, 1);
  for (size_t i = 0; i < n * l; i++)
    *gsl_matrix_ptr(dz, first + i / l, i % l) += (double)room->dz[i];
}

int mg_vae_log_joint(const mg_vae *v, const gsl_matrix *x, const gsl_matrix *z,
                     gsl_vector *log_pxz, gsl_matrix *dz) {
  const size_t rows = x->size1 < BLOCK ? x->size1 : BLOCK;
  int status = check_data(v, x);
  if (status == GSL_SUCCESS)
    status = check_latent(v, x->size1, z);
  if (status == GSL_SUCCESS)
    status = mg_vae_log_prior(v, z, log_pxz, dz);
  if (status != GSL_SUCCESS)
    return status;
  mg_vae_room room = {.n = 0};
  mg_real *dtheta = dz ? calloc(v->ascent.numbers, sizeof *dtheta) : NULL;
  status = !dz || dtheta ? mg_vae_room_init(&room, v, rows, 1)
                         : mg_fail(GSL_ENOMEM, "no memory for a gradient");
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n += BLOCK) {
    room.n = x->size1 - n < BLOCK ? x->size1 - n : BLOCK;
    add_block(v, x, z, n, &room, dtheta, log_pxz, dz);
  }
  mg_vae_room_clear(&room);
  free(dtheta);
  return status;
}
