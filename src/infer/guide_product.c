/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mean-field guide: a product over coordinates.
 *
 *     q(z) = prod_i q_i(z_i; lambda_i)
 *
 * Its log density is a sum, its score the scores of its laws side by side, its
 * entropy the sum of theirs, and its covariance is diagonal: what two
 * coordinates have to do with each other under the target, it cannot say.
 * Source: Jordan, Ghahramani, Jaakkola & Saul (1999).
 *
 * Each coordinate's law works down its column of the batch, so that exp, log
 * and gamma functions of lambda are taken once a batch; a law sees its own
 * part of lambda and of a row of derivatives.  Draws are made a column at a
 * time too, in the order of the coordinates. */
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "infer/guide.h"

static size_t product_count(const mg_guide *q, size_t i) {
  return q->first[i + 1] - q->first[i];
}

/* A coordinate's part of lambda. */
static gsl_vector product_lambda(const mg_guide *q, size_t i) {
  return gsl_vector_const_subvector(q->lambda, q->first[i], product_count(q, i))
      .vector;
}

/* Columns of S x P derivatives that belong to coordinate i. */
static gsl_matrix_view product_columns(const mg_guide *q, size_t i,
                                       gsl_matrix *d) {
  return gsl_matrix_submatrix(d, 0, q->first[i], d->size1, product_count(q, i));
}

/* ---- the questions, a coordinate at a time ---- */

static void product_set(mg_guide *q, const gsl_vector *mean,
                        const gsl_vector *sd) {
  for (size_t i = 0; i < q->dim; i++) {
    gsl_vector_view lambda =
        gsl_vector_subvector(q->lambda, q->first[i], product_count(q, i));
    q->law[i]->start(gsl_vector_get(mean, i), gsl_vector_get(sd, i),
                     &lambda.vector);
  }
}

static int product_sample(const mg_guide *q, gsl_rng *rng, gsl_matrix *z) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < q->dim && !status; i++) {
    const gsl_vector lambda = product_lambda(q, i);
    gsl_vector_view column = gsl_matrix_column(z, i);
    status = q->law[i]->sample(&lambda, rng, &column.vector);
  }
  return status;
}

static int product_log_density(const mg_guide *q, const gsl_matrix *z,
                               gsl_vector *log_q, gsl_matrix *dz) {
  int status = GSL_SUCCESS;
  gsl_vector_set_zero(log_q);
  for (size_t i = 0; i < q->dim && !status; i++) {
    const gsl_vector lambda = product_lambda(q, i);
    gsl_vector_const_view column = gsl_matrix_const_column(z, i);
    status = q->law[i]->log_density(&lambda, &column.vector, log_q);
    if (status || !dz)
      continue;
    if (!q->law[i]->slope)
      return mg_fail(GSL_EUNSUP, "z[%zu] is a class: there is no slope", i);
    gsl_vector_view slope = gsl_matrix_column(dz, i);
    status = q->law[i]->slope(&lambda, &column.vector, &slope.vector);
  }
  return status;
}

static int product_score(const mg_guide *q, const gsl_matrix *z,
                         gsl_matrix *score) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < q->dim && !status; i++) {
    const gsl_vector lambda = product_lambda(q, i);
    gsl_vector_const_view column = gsl_matrix_const_column(z, i);
    gsl_matrix_view own = product_columns(q, i, score);
    status = q->law[i]->score(&lambda, &column.vector, &own.matrix);
  }
  return status;
}

static int product_pathwise(const mg_guide *q, const gsl_matrix *z,
                            const gsl_matrix *dz, gsl_matrix *d) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < q->dim && !status; i++) {
    const gsl_vector lambda = product_lambda(q, i);
    gsl_vector_const_view column = gsl_matrix_const_column(z, i);
    gsl_matrix_view own = product_columns(q, i, d);
    status = q->law[i]->pathwise(&lambda, &column.vector, &own.matrix);
    for (size_t s = 0; s < z->size1 && !status; s++)
      for (size_t j = 0; j < own.matrix.size2; j++)
        *gsl_matrix_ptr(&own.matrix, s, j) *= gsl_matrix_get(dz, s, i);
  }
  return status;
}

static int product_entropy(const mg_guide *q, double *h, gsl_vector *dh) {
  int status = GSL_SUCCESS;
  *h = 0;
  for (size_t i = 0; i < q->dim && !status; i++) {
    const gsl_vector lambda = product_lambda(q, i);
    double own = 0;
    if (dh) {
      gsl_vector_view d =
          gsl_vector_subvector(dh, q->first[i], product_count(q, i));
      status = q->law[i]->entropy(&lambda, &own, &d.vector);
    } else {
      status = q->law[i]->entropy(&lambda, &own, NULL);
    }
    *h += own;
  }
  return status;
}

static int product_moments(const mg_guide *q, gsl_vector *mean,
                           gsl_matrix *covariance) {
  int status = GSL_SUCCESS;
  gsl_matrix_set_zero(covariance);
  for (size_t i = 0; i < q->dim && !status; i++) {
    const gsl_vector lambda = product_lambda(q, i);
    double sd = 0;
    status = q->law[i]->moments(&lambda, gsl_vector_ptr(mean, i), &sd);
    gsl_matrix_set(covariance, i, i, sd * sd);
  }
  return status;
}

/* ---- names ---- */

static size_t product_coordinate(const mg_guide *q, size_t j) {
  size_t low = 0, high = q->dim; /* first[low] <= j < first[high] */
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (q->first[middle] <= j)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static const char *product_parameter(const mg_guide *q, size_t j, char *text,
                                     size_t size) {
  const size_t i = product_coordinate(q, j), own = j - q->first[i];
  const char *const *names = q->law[i]->parameters;
  if (q->law[i]->support == MG_SUPPORT_CLASSES)
    snprintf(text, size, "%s[%zu,%zu]", names[0], i, own);
  else
    snprintf(text, size, "%s[%zu]", names[own], i);
  return text;
}

/* ---- the type ---- */

const mg_guide_type mg_guide_mean_field_type = {
    .name = "mean-field",
    .source = "Jordan, Ghahramani, Jaakkola & Saul (1999)",
    .set = product_set,
    .sample = product_sample,
    .log_density = product_log_density,
    .score = product_score,
    .pathwise = product_pathwise,
    .entropy = product_entropy,
    .moments = product_moments,
    .parameter = product_parameter,
    .coordinate = product_coordinate};

static size_t law_size(const mg_guide_law *law, const mg_target *target,
                       size_t i) {
  size_t n = 0;
  if (law->support == MG_SUPPORT_CLASSES)
    return target->classes ? target->classes[i] : 0;
  while (law->parameters[n])
    n++;
  return n;
}

/* Laws and places in lambda into a guide of which nothing else is there yet.
 */
static int product_lay_out(mg_guide *q, const mg_target *target,
                           const mg_guide_law *const *law) {
  for (size_t i = 0; i < target->dim; i++) {
    const mg_support support = mg_target_support(target, i);
    const mg_guide_law *own = law ? law[i] : mg_guide_law_of(support);
    if (own->support != support)
      return mg_fail(GSL_EINVAL,
                     "a %s law does not lie where z[%zu] of %s does: take a %s "
                     "one",
                     own->name, i, target->name,
                     mg_guide_law_of(support)->name);
    const size_t n = law_size(own, target, i);
    if (n == 0)
      return mg_fail(GSL_EINVAL, "%s does not say how many classes z[%zu] has",
                     target->name, i);
    q->law[i] = own;
    q->first[i + 1] = q->first[i] + n;
  }
  return GSL_SUCCESS;
}

mg_guide *mg_guide_mean_field(const mg_target *target,
                              const mg_guide_law *const *law) {
  mg_guide plan = {.dim = target->dim}, *q = NULL;
  plan.law = calloc(target->dim, sizeof *plan.law);
  plan.first = calloc(target->dim + 1, sizeof *plan.first);
  if (!plan.law || !plan.first)
    mg_fail(GSL_ENOMEM, "no memory for a guide of %zu coordinates",
            target->dim);
  else if (product_lay_out(&plan, target, law) == GSL_SUCCESS)
    q = mg_guide_alloc(&mg_guide_mean_field_type, target->dim,
                       plan.first[target->dim]);
  if (!q) {
    free(plan.law);
    free(plan.first);
    return NULL;
  }
  q->law = plan.law;
  q->first = plan.first;
  for (size_t i = 0; i < q->dim; i++) {
    gsl_vector_view lambda =
        gsl_vector_subvector(q->lambda, q->first[i], product_count(q, i));
    q->law[i]->start(0, 1, &lambda.vector);
  }
  return q;
}
