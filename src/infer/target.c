/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking a target, a batch of points at a time; see target.h.
 *
 * The rows are cut into shards of 16, whatever the number of threads: a row's
 * answer cannot then depend on who gives it, and 16 rows are enough for the
 * matrix products inside a target.
 *
 * What is not finite.  A sampler may step where a density underflows to 0, and
 * rejects; it asks mg_target_evaluate.  A bound cannot: log 0 under the guide
 * makes it -inf, and a number put there silently would make it a bound on
 * something else.  There mg_target_require says at which z it was. */
#include "infer/target.h"

#include <math.h>
#include <stdio.h>

#include "base/shards.h"
#include "base/status.h"

enum { SHARD = 16, SHOWN = 8 };

typedef struct {
  const mg_target *target;
  const gsl_matrix *z;
  gsl_vector *log_p;
  gsl_matrix *dz;
} question;

static int ask_shard(void *job, size_t worker, size_t shard) {
  const question *q = job;
  const size_t first = shard * SHARD, left = q->z->size1 - first;
  const size_t n = left < SHARD ? left : SHARD;
  gsl_matrix_const_view z =
      gsl_matrix_const_submatrix(q->z, first, 0, n, q->z->size2);
  gsl_vector_view log_p = gsl_vector_subvector(q->log_p, first, n);
  (void)worker;
  if (!q->dz)
    return q->target->log_density(q->target->self, &z.matrix, &log_p.vector,
                                  NULL);
  gsl_matrix_view dz = gsl_matrix_submatrix(q->dz, first, 0, n, q->dz->size2);
  return q->target->log_density(q->target->self, &z.matrix, &log_p.vector,
                                &dz.matrix);
}

int mg_target_evaluate(const mg_target *target, const gsl_matrix *z,
                       size_t threads, gsl_vector *log_p, gsl_matrix *dz) {
  question q = {.target = target, .z = z, .log_p = log_p, .dz = dz};
  const mg_shards cut = {.rows = z->size1,
                         .shard_rows = SHARD,
                         .shards = (z->size1 + SHARD - 1) / SHARD};
  if (z->size2 != target->dim || log_p->size != z->size1 ||
      (dz && (dz->size1 != z->size1 || dz->size2 != z->size2)))
    return mg_fail(GSL_EBADLEN, "the target %s has %zu coordinates, and z %zu",
                   target->name, target->dim, z->size2);
  if (dz && !target->gradient)
    return mg_fail(GSL_EUNSUP, "the target %s has no gradient", target->name);
  return mg_shards_run(&cut, threads, &q, ask_shard);
}

int mg_target_require(const mg_target *target, const gsl_matrix *z,
                      size_t threads, gsl_vector *log_p, gsl_matrix *dz) {
  char point[200];
  const int status = mg_target_evaluate(target, z, threads, log_p, dz);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t s = 0; s < z->size1; s++) {
    const double value = gsl_vector_get(log_p, s);
    if (!isfinite(value))
      return mg_fail(GSL_EDOM, "log p of %s is %g at z = %s", target->name,
                     value, mg_target_point(z, s, point, sizeof point));
    for (size_t i = 0; dz && i < z->size2; i++)
      if (!isfinite(gsl_matrix_get(dz, s, i)))
        return mg_fail(GSL_EDOM, "the gradient of %s in z[%zu] is %g at z = %s",
                       target->name, i, gsl_matrix_get(dz, s, i),
                       mg_target_point(z, s, point, sizeof point));
  }
  return GSL_SUCCESS;
}

mg_target mg_target_prior(const mg_target *target) {
  return (mg_target){.name = "the prior",
                     .self = target->self,
                     .dim = target->dim,
                     .support = target->support,
                     .classes = target->classes,
                     .log_density = target->log_prior,
                     .gradient = target->gradient,
                     .sample_prior = target->sample_prior,
                     .log_prior = target->log_prior};
}

mg_support mg_target_support(const mg_target *target, size_t i) {
  return target->support ? target->support[i] : MG_SUPPORT_REAL;
}

const char *mg_target_point(const gsl_matrix *z, size_t row, char *text,
                            size_t size) {
  size_t used = 0;
  for (size_t i = 0; i < z->size2 && i < SHOWN && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%.6g", i ? ", " : "(",
                             gsl_matrix_get(z, row, i));
  if (z->size2 > SHOWN && used < size)
    used += (size_t)snprintf(text + used, size - used, " ... %zu more",
                             z->size2 - SHOWN);
  if (used < size)
    snprintf(text + used, size - used, ")");
  return text;
}
