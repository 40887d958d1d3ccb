/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The categorical law of one coordinate of a guide, and the list of all laws.
 *
 * A categorical law has K logits, of which one too many: adding a number to
 * all of them changes nothing, and so the score sums to 0.  With p their
 * softmax and H the entropy,
 *
 *     H = -sum_k p_k log p_k,   d H / d logit_k = -p_k (log p_k + H)
 *
 * (what H leaves on the way is sum_k d p_k = 0). */
#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

#include "base/option.h"
#include "base/status.h"
#include "dist/categorical.h"
#include "infer/guide.h"

/* ---- categorical ---- */

static void categorical_start(double mean, double sd, gsl_vector *lambda) {
  (void)mean, (void)sd;
  gsl_vector_set_zero(lambda);
}

static int categorical_sample(const gsl_vector *lambda, gsl_rng *rng,
                              gsl_vector *z) {
  int status = GSL_SUCCESS;
  for (size_t s = 0; s < z->size && !status; s++)
    status = mg_categorical_logits_sample(rng, lambda, gsl_vector_ptr(z, s));
  return status;
}

static int categorical_log_density(const gsl_vector *lambda,
                                   const gsl_vector *z, gsl_vector *log_q) {
  int status = GSL_SUCCESS;
  for (size_t s = 0; s < z->size && !status; s++) {
    double log_p = 0;
    status =
        mg_categorical_logits_log_density(gsl_vector_get(z, s), lambda, &log_p);
    *gsl_vector_ptr(log_q, s) += log_p;
  }
  return status;
}

static int categorical_score(const gsl_vector *lambda, const gsl_vector *z,
                             gsl_matrix *d) {
  int status = GSL_SUCCESS;
  for (size_t s = 0; s < z->size && !status; s++) {
    gsl_vector_view row = gsl_matrix_row(d, s);
    status =
        mg_categorical_logits_score(gsl_vector_get(z, s), lambda, &row.vector);
  }
  return status;
}

static int categorical_entropy(const gsl_vector *lambda, double *h,
                               gsl_vector *dh) {
  int status = mg_categorical_logits_entropy(lambda, h);
  for (size_t k = 0; dh && k < lambda->size && !status; k++) {
    double log_p = 0;
    status = mg_categorical_logits_log_density((double)k, lambda, &log_p);
    gsl_vector_set(dh, k, log_p < -700 ? 0 : -exp(log_p) * (log_p + *h));
  }
  return status;
}

static int categorical_moments(const gsl_vector *lambda, double *mean,
                               double *sd) {
  double square = 0;
  int status = GSL_SUCCESS;
  *mean = 0;
  for (size_t k = 0; k < lambda->size && !status; k++) {
    double log_p = 0;
    status = mg_categorical_logits_log_density((double)k, lambda, &log_p);
    *mean += (double)k * exp(log_p);
    square += gsl_pow_2((double)k) * exp(log_p);
  }
  *sd = sqrt(fmax(0, square - *mean * *mean));
  return status;
}

static const char *const categorical_parameters[] = {"logit", NULL};

const mg_guide_law mg_guide_categorical = {.name = "categorical",
                                           .support = MG_SUPPORT_CLASSES,
                                           .parameters = categorical_parameters,
                                           .start = categorical_start,
                                           .sample = categorical_sample,
                                           .log_density =
                                               categorical_log_density,
                                           .score = categorical_score,
                                           .entropy = categorical_entropy,
                                           .moments = categorical_moments};

/* ---- the list ---- */

/* The usual law of a support is the first with it. */
static const mg_guide_law *const laws[] = {
    &mg_guide_gaussian, &mg_guide_lognormal,   &mg_guide_gamma,
    &mg_guide_beta,     &mg_guide_categorical, NULL};

const mg_guide_law *mg_guide_law_of(mg_support support) {
  size_t i = 0;
  while (laws[i] && laws[i]->support != support)
    i++;
  return laws[i];
}

const mg_guide_law *mg_guide_law_find(const char *name) {
  mg_suggestion suggestion = {.wrong = name};
  char text[400];
  for (size_t i = 0; laws[i]; i++) {
    if (strcmp(laws[i]->name, name) == 0)
      return laws[i];
    mg_suggestion_add(&suggestion, laws[i]->name);
  }
  mg_fail(GSL_EINVAL, "a guide has no law '%s': %s", name,
          mg_suggestion_print(&suggestion, text, sizeof text));
  return NULL;
}
