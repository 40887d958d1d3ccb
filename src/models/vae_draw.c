/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From z to x: the decoder's law of every column, drawn from or as its mean.
 *
 * What the decoder puts out lies in planes (nets/likelihood.h); a column's law
 * is read from its place in each and is one of the laws of dist/. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "dist/bernoulli.h"
#include "dist/categorical.h"
#include "dist/discretised_logistic.h"
#include "models/vae_objective.h"

enum { BLOCK = 256 };

/* The law of one column, given z: numbers of each plane. */
typedef struct {
  mg_likelihood law;
  unsigned levels;
  double place, spread; /* mu and s, in levels; mean and sd; a logit */
  gsl_vector *logits;   /* of a categorical */
} column;

/* out: of one datum. */
static void read_column(const mg_vae *v, const mg_real *out, size_t j,
                        column *c) {
  const size_t d = v->space.dim;
  const double half = ((double)v->space.levels - 1) / 2;
  c->law = v->law;
  c->levels = v->space.levels;
  c->place = (double)out[j];
  if (v->law == MG_LIKELIHOOD_CATEGORICAL) {
    for (size_t k = 0; k < c->levels; k++)
      gsl_vector_set(c->logits, k, (double)out[k * d + j]);
  } else if (v->law == MG_LIKELIHOOD_LOGISTIC) {
    c->place = half * (1 + c->place);
    c->spread = half * exp((double)out[d + j]);
  } else if (v->law == MG_LIKELIHOOD_GAUSSIAN) {
    c->place = v->scaling.shift[j] + v->scaling.scale[j] * c->place;
    c->spread = v->scaling.scale[j] * exp((double)out[d + j] / 2);
  }
}

static int draw_column(const column *c, gsl_rng *rng, double *x) {
  switch (c->law) {
  case MG_LIKELIHOOD_BERNOULLI:
    return mg_bernoulli_logit_sample(rng, c->place, x);
  case MG_LIKELIHOOD_CATEGORICAL:
    return mg_categorical_logits_sample(rng, c->logits, x);
  case MG_LIKELIHOOD_LOGISTIC:
    return mg_discretised_logistic_sample(rng, c->place, c->spread, c->levels,
                                          x);
  case MG_LIKELIHOOD_GAUSSIAN:
  case MG_LIKELIHOOD_MIXTURE: /* no decoder's */
    break;
  }
  *x = c->place + c->spread * gsl_ran_gaussian_ziggurat(rng, 1);
  return GSL_SUCCESS;
}

static int mean_column(const column *c, gsl_rng *rng, double *x) {
  (void)rng;
  *x = c->place;
  if (c->law == MG_LIKELIHOOD_BERNOULLI) {
    *x = mg_sigmoid(c->place);
  } else if (c->law == MG_LIKELIHOOD_LOGISTIC) {
    return mg_discretised_logistic_mean(c->place, c->spread, c->levels, x);
  } else if (c->law == MG_LIKELIHOOD_CATEGORICAL) {
    mg_softmax(c->levels, c->logits->data, c->logits->data);
    *x = 0;
    for (size_t k = 0; k < c->levels; k++)
      *x += (double)k * gsl_vector_get(c->logits, k);
  }
  return GSL_SUCCESS;
}

/* One block of rows of z. */
static int turn_block(const mg_vae *v, gsl_rng *rng, const gsl_matrix *z,
                      size_t first, mg_vae_room *room, column *c,
                      int (*turn)(const column *c, gsl_rng *rng, double *x),
                      gsl_matrix *x) {
  const size_t l = v->options.latent, n = room->n;
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < n * l; i++)
    room->z[i] = (mg_real)gsl_matrix_get(z, first + i / l, i % l);
  mg_vae_run_output(v, room, 1);
  const size_t width = mg_vae_width(v);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; status == GSL_SUCCESS && j < v->space.dim; j++) {
      read_column(v, room->output + i * width, j, c);
      status = turn(c, rng, gsl_matrix_ptr(x, first + i, j));
    }
  return status;
}

static int turn_rows(const mg_vae *v, gsl_rng *rng, const gsl_matrix *z,
                     int (*turn)(const column *c, gsl_rng *rng, double *x),
                     gsl_matrix *x) {
  int status = mg_shape_check(v->space.dim, x, NULL);
  if (status == GSL_SUCCESS &&
      (z->size1 != x->size1 || z->size2 != v->options.latent))
    status = mg_fail(GSL_EBADLEN, "z is %zu x %zu, not %zu x %zu", z->size1,
                     z->size2, x->size1, v->options.latent);
  if (status != GSL_SUCCESS)
    return status;
  mg_vae_room room = {.n = 0};
  column c = {.logits = gsl_vector_alloc(GSL_MAX(v->space.levels, 1))};
  status = c.logits ? mg_vae_room_init(&room, v, GSL_MIN(x->size1, BLOCK), 1)
                    : mg_fail(GSL_ENOMEM, "no memory for a column");
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n += BLOCK) {
    room.n = GSL_MIN(x->size1 - n, BLOCK);
    status = turn_block(v, rng, z, n, &room, &c, turn, x);
  }
  mg_vae_room_clear(&room);
  gsl_vector_free(c.logits);
  return status;
}

int mg_vae_decode(const mg_vae *v, const gsl_matrix *z, gsl_matrix *x) {
  return turn_rows(v, NULL, z, mean_column, x);
}

int mg_vae_sample_joint(const mg_vae *v, gsl_rng *rng, gsl_matrix *z,
                        gsl_matrix *x) {
  for (size_t n = 0; n < z->size1; n++)
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(z, n, i, gsl_ran_gaussian_ziggurat(rng, 1));
  return turn_rows(v, rng, z, draw_column, x);
}
