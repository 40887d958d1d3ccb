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

/* log sum_k exp(logit_k). */
static double log_total(const gsl_vector *lambda) {
  const double top = gsl_vector_max(lambda);
  double sum = 0;
  for (size_t k = 0; k < lambda->size; k++)
    sum += exp(gsl_vector_get(lambda, k) - top);
  return top + log(sum);
}

/* By inversion, the classes passing all draws in turn: a uniform number that
 * has not met its class yet is not negative, class k is kept as -1 - k. */
static int categorical_sample(const gsl_vector *lambda, gsl_rng *rng,
                              gsl_vector *z) {
  const double total = log_total(lambda);
  const double last = -1 - (double)gsl_vector_max_index(lambda);
  double below = 0;
  for (size_t s = 0; s < z->size; s++)
    gsl_vector_set(z, s, gsl_rng_uniform(rng));
  for (size_t k = 0; k < lambda->size; k++) {
    below += exp(gsl_vector_get(lambda, k) - total);
    for (size_t s = 0; s < z->size; s++) {
      double *at = gsl_vector_ptr(z, s);
      if (*at >= 0 && *at < below)
        *at = -1 - (double)k;
    }
  }
  /* Rounding may leave a number above the sum of all: it joins the likeliest.
   */
  for (size_t s = 0; s < z->size; s++) {
    const double at = gsl_vector_get(z, s);
    gsl_vector_set(z, s, -1 - (at < 0 ? at : last));
  }
  return GSL_SUCCESS;
}

static bool is_class(const gsl_vector *lambda, double z) {
  return z >= 0 && z < (double)lambda->size && z == floor(z);
}

/* What is no class is dist/categorical.c's to judge. */
static int categorical_log_density(const gsl_vector *lambda,
                                   const gsl_vector *z, gsl_vector *log_q) {
  const double total = log_total(lambda);
  int status = GSL_SUCCESS;
  for (size_t s = 0; s < z->size && !status; s++) {
    const double at = gsl_vector_get(z, s);
    double log_p = 0;
    if (is_class(lambda, at))
      log_p = gsl_vector_get(lambda, (size_t)at) - total;
    else
      status = mg_categorical_logits_log_density(at, lambda, &log_p);
    *gsl_vector_ptr(log_q, s) += log_p;
  }
  return status;
}

static int categorical_score(const gsl_vector *lambda, const gsl_vector *z,
                             gsl_matrix *d) {
  const double total = log_total(lambda);
  for (size_t s = 0; s < z->size; s++)
    if (!is_class(lambda, gsl_vector_get(z, s)))
      return mg_fail(GSL_EDOM, "%g is none of %zu classes: it has no score",
                     gsl_vector_get(z, s), lambda->size);
  for (size_t k = 0; k < lambda->size; k++) {
    const double p = exp(gsl_vector_get(lambda, k) - total);
    for (size_t s = 0; s < z->size; s++)
      gsl_matrix_set(d, s, k, (gsl_vector_get(z, s) == (double)k) - p);
  }
  return GSL_SUCCESS;
}

static int categorical_entropy(const gsl_vector *lambda, double *h,
                               gsl_vector *dh) {
  int status = mg_categorical_logits_entropy(lambda, h);
  const double total = log_total(lambda);
  for (size_t k = 0; dh && k < lambda->size && !status; k++) {
    const double log_p = gsl_vector_get(lambda, k) - total;
    gsl_vector_set(dh, k, log_p < -700 ? 0 : -exp(log_p) * (log_p + *h));
  }
  return status;
}

static int categorical_moments(const gsl_vector *lambda, double *mean,
                               double *sd) {
  const double total = log_total(lambda);
  double square = 0;
  *mean = 0;
  for (size_t k = 0; k < lambda->size; k++) {
    const double p = exp(gsl_vector_get(lambda, k) - total);
    *mean += (double)k * p;
    square += gsl_pow_2((double)k) * p;
  }
  *sd = sqrt(fmax(0, square - *mean * *mean));
  return GSL_SUCCESS;
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
