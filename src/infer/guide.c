/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all guides share: memory, checks, names; see guide.h.
 *
 * A guide answers three questions of a draw z.  How probable was it: log q(z).
 * How would that change with lambda: the score, whose mean is 0   [guide.1]
 *
 *     score(z) = d log q(z) / d lambda,
 *     E_q score = integral of dq/d lambda = d/d lambda 1 = 0
 *
 * And where would the draw be if lambda were another and the noise the same:
 * with z = z(e; lambda), e of a law that does not move,            [guide.2]
 *
 *     d f(z) / d lambda_j = sum_i df/dz_i dz_i/d lambda_j
 *
 * The two lead to the two families of gradient estimators: E_q f(z) has the
 * gradient E_q f score, which needs no more than f itself, and E_q d f(z) /
 * d lambda, which needs its derivative and has the lesser variance (Williams
 * 1992; Kingma & Welling 2014).
 *
 * Lambda moves from outside, by a step of any length, so nothing here trusts
 * it: each question begins with mg_guide_check, and a lambda that has run away
 * is told by the name of its parameter.  A log of a scale may be as far as
 * +-700, as exp(700) is about 1e304.
 *
 * The order of reading: guide_product.c, guide_laws.c with the laws of one
 * coordinate, guide_shapes.c with gamma and beta, guide_full.c.
 *
 * Not here: mixtures as guides, which have no entropy in closed form, and
 * flows. */
#include "infer/guide.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

enum { LOG_MOST = 700 };

/* ---- memory ---- */

mg_guide *mg_guide_alloc(const mg_guide_type *type, size_t dim,
                         size_t parameters) {
  mg_guide *q = calloc(1, sizeof *q);
  if (q) {
    q->type = type;
    q->dim = dim;
    q->lambda = parameters ? gsl_vector_calloc(parameters) : NULL;
  }
  if (!q || !q->lambda) {
    mg_guide_free(q);
    mg_fail(GSL_ENOMEM, "no memory for a guide of %zu parameters", parameters);
    return NULL;
  }
  return q;
}

void mg_guide_free(mg_guide *q) {
  if (!q)
    return;
  if (q->lambda)
    gsl_vector_free(q->lambda);
  free(q->law);
  free(q->first);
  free(q);
}

static void *copied(const void *from, size_t bytes) {
  void *to = malloc(bytes);
  if (to)
    memcpy(to, from, bytes);
  return to;
}

mg_guide *mg_guide_copy(const mg_guide *q) {
  mg_guide *copy = mg_guide_alloc(q->type, q->dim, q->lambda->size);
  if (!copy)
    return NULL;
  gsl_vector_memcpy(copy->lambda, q->lambda);
  if (!q->law)
    return copy;
  copy->law = copied(q->law, q->dim * sizeof *q->law);
  copy->first = copied(q->first, (q->dim + 1) * sizeof *q->first);
  if (copy->law && copy->first)
    return copy;
  mg_guide_free(copy);
  mg_fail(GSL_ENOMEM, "no memory for a guide of %zu coordinates", q->dim);
  return NULL;
}

/* ---- names ---- */

size_t mg_guide_coordinate(const mg_guide *q, size_t j) {
  return q->type->coordinate(q, j);
}

const char *mg_guide_parameter(const mg_guide *q, size_t j, char *text,
                               size_t size) {
  return q->type->parameter(q, j, text, size);
}

/* ---- checks ---- */

int mg_guide_check(const mg_guide *q) {
  char name[64];
  for (size_t j = 0; j < q->lambda->size; j++) {
    const double at = gsl_vector_get(q->lambda, j);
    if (fabs(at) <= LOG_MOST)
      continue;
    mg_guide_parameter(q, j, name, sizeof name);
    if (!isfinite(at) || strncmp(name, "log_", 4) == 0)
      return mg_fail(GSL_EDOM,
                     "the guide's %s is %g: it ran away, take smaller steps",
                     name, at);
  }
  return GSL_SUCCESS;
}

static int guide_fits(const mg_guide *q, const gsl_matrix *z) {
  if (z->size2 != q->dim)
    return mg_fail(GSL_EBADLEN, "the guide has %zu coordinates, and z %zu",
                   q->dim, z->size2);
  return mg_guide_check(q);
}

/* A batch of S answers, each of `width` numbers. */
static int answers_fit(const gsl_matrix *z, const gsl_matrix *answers,
                       size_t width) {
  if (answers->size1 == z->size1 && answers->size2 == width)
    return GSL_SUCCESS;
  return mg_fail(GSL_EBADLEN,
                 "of %zu draws come %zu x %zu numbers, not %zu x "
                 "%zu",
                 z->size1, z->size1, width, answers->size1, answers->size2);
}

/* ---- what is asked ---- */

void mg_guide_set(mg_guide *q, const gsl_vector *mean, const gsl_vector *sd) {
  q->type->set(q, mean, sd);
}

int mg_guide_sample(const mg_guide *q, gsl_rng *rng, gsl_matrix *z) {
  const int status = guide_fits(q, z);
  return status ? status : q->type->sample(q, rng, z);
}

int mg_guide_log_density(const mg_guide *q, const gsl_matrix *z,
                         gsl_vector *log_q, gsl_matrix *dz) {
  int status = guide_fits(q, z);
  if (!status && log_q->size != z->size1)
    return mg_fail(GSL_EBADLEN, "of %zu draws come as many log q, not %zu",
                   z->size1, log_q->size);
  if (!status && dz)
    status = answers_fit(z, dz, q->dim);
  return status ? status : q->type->log_density(q, z, log_q, dz);
}

int mg_guide_log_each(const mg_guide *q, const gsl_matrix *z,
                      gsl_matrix *log_q) {
  int status = guide_fits(q, z);
  if (!status)
    status = answers_fit(z, log_q, q->dim);
  if (!status && !q->law)
    return mg_fail(GSL_EUNSUP, "a %s guide is no product over coordinates",
                   q->type->name);
  if (!status)
    gsl_matrix_set_zero(log_q);
  for (size_t i = 0; i < q->dim && !status; i++) {
    gsl_vector_const_view lambda = gsl_vector_const_subvector(
        q->lambda, q->first[i], q->first[i + 1] - q->first[i]);
    gsl_vector_const_view at = gsl_matrix_const_column(z, i);
    gsl_vector_view each = gsl_matrix_column(log_q, i);
    status = q->law[i]->log_density(&lambda.vector, &at.vector, &each.vector);
  }
  return status;
}

int mg_guide_score(const mg_guide *q, const gsl_matrix *z, gsl_matrix *score) {
  int status = guide_fits(q, z);
  if (!status)
    status = answers_fit(z, score, q->lambda->size);
  return status ? status : q->type->score(q, z, score);
}

bool mg_guide_has_pathwise(const mg_guide *q) {
  if (!q->type->pathwise)
    return false;
  for (size_t i = 0; q->law && i < q->dim; i++)
    if (!q->law[i]->pathwise)
      return false;
  return true;
}

int mg_guide_pathwise(const mg_guide *q, const gsl_matrix *z,
                      const gsl_matrix *dz, gsl_matrix *d) {
  int status = guide_fits(q, z);
  if (!status)
    status = answers_fit(z, dz, q->dim);
  if (!status)
    status = answers_fit(z, d, q->lambda->size);
  if (!status && !mg_guide_has_pathwise(q))
    return mg_fail(GSL_EUNSUP, "classes do not move smoothly with lambda: this "
                               "guide has no pathwise derivative");
  return status ? status : q->type->pathwise(q, z, dz, d);
}

int mg_guide_entropy(const mg_guide *q, double *h, gsl_vector *dh) {
  const int status = mg_guide_check(q);
  if (!status && dh && dh->size != q->lambda->size)
    return mg_fail(GSL_EBADLEN, "lambda has %zu numbers, and dh %zu",
                   q->lambda->size, dh->size);
  return status ? status : q->type->entropy(q, h, dh);
}

int mg_guide_moments(const mg_guide *q, gsl_vector *mean,
                     gsl_matrix *covariance) {
  const int status = mg_guide_check(q);
  if (!status && (mean->size != q->dim || covariance->size1 != q->dim ||
                  covariance->size2 != q->dim))
    return mg_fail(GSL_EBADLEN,
                   "the guide has %zu coordinates, and mean %zu, covariance "
                   "%zu x %zu",
                   q->dim, mean->size, covariance->size1, covariance->size2);
  return status ? status : q->type->moments(q, mean, covariance);
}
