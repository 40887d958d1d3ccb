/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The categorical law, twice: by probabilities and by logits.
 *
 *   log p(x) = log p_x                                    [categorical.1]
 *   d log p(x) / d p_k = [x = k] / p_k - 1                [categorical.2]
 *   H  = -sum_k p_k log p_k                               [categorical.3]
 *   KL = sum_k p0_k log(p0_k / p1_k)                      [categorical.4]
 *   log p(x) = a_x - log sum_j exp(a_j),
 *   d log p(x) / d a_k = [x = k] - p_k                    [categorical.5]
 *
 * K probabilities that sum to 1 have K - 1 degrees of freedom.  [categorical.2]
 * is the derivative of log(p_x / sum_j p_j), taken where the sum is 1: a step
 * along it that leaves the simplex is brought back by dividing by the sum, and
 * its mean is 0.  (The derivative of log p_x alone has mean 1, and would push
 * all p_k up together.)  0 log 0 is 0.
 *
 * The logits have one degree too many as well: adding a constant to all
 * changes nothing, and the score sums to 0.
 *
 * Not here: a pathwise derivative (a class does not move, it jumps), and
 * relaxations such as Gumbel-softmax, which are other laws. */
#include "dist/categorical.h"

#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "dist/domain.h"

static int categorical_domain(double x, const gsl_vector *p) {
  int status = mg_domain_simplex("categorical", "p", p);
  return status ? status : mg_domain_datum("categorical", x);
}

static int is_class(double x, const gsl_vector *p) {
  return x >= 0 && x < (double)p->size && x == floor(x);
}

/* log p_x, -inf when x is no class. */
static double log_mass(double x, const gsl_vector *p) {
  return is_class(x, p) ? log(gsl_vector_get(p, (size_t)x)) : -INFINITY;
}

int mg_categorical_log_density(double x, const gsl_vector *p, double *log_p) {
  int status = categorical_domain(x, p);
  if (status)
    return status;
  *log_p = log_mass(x, p);
  return GSL_SUCCESS;
}

int mg_categorical_sample(gsl_rng *rng, const gsl_vector *p, double *x) {
  int status = categorical_domain(0, p);
  if (status)
    return status;
  double u = gsl_rng_uniform(rng);
  size_t last = 0; /* with mass: where u ends when the sum rounds below 1 */
  for (size_t k = 0; k < p->size && u >= 0; k++) {
    const double p_k = gsl_vector_get(p, k);
    last = p_k > 0 ? k : last;
    u -= p_k;
  }
  *x = (double)last;
  return GSL_SUCCESS;
}

int mg_categorical_score(double x, const gsl_vector *p, gsl_vector *d_p) {
  int status = categorical_domain(x, p);
  if (!status)
    status = mg_domain_length("categorical", "d_p", d_p, p->size);
  if (!status)
    status = mg_domain_inside("categorical", x, log_mass(x, p) > -INFINITY);
  if (status)
    return status;
  gsl_vector_set_all(d_p, -1);
  *gsl_vector_ptr(d_p, (size_t)x) += 1 / gsl_vector_get(p, (size_t)x);
  return GSL_SUCCESS;
}

int mg_categorical_entropy(const gsl_vector *p, double *h) {
  int status = categorical_domain(0, p);
  if (status)
    return status;
  *h = 0;
  for (size_t k = 0; k < p->size; k++) {
    const double p_k = gsl_vector_get(p, k);
    *h -= p_k > 0 ? p_k * log(p_k) : 0;
  }
  return GSL_SUCCESS;
}

int mg_categorical_kl(const gsl_vector *p0, const gsl_vector *p1, double *kl) {
  int status = categorical_domain(0, p0);
  if (!status)
    status = categorical_domain(0, p1);
  if (!status)
    status = mg_domain_length("categorical", "p1", p1, p0->size);
  if (status)
    return status;
  double sum = 0;
  for (size_t k = 0; k < p0->size; k++) {
    const double p_k = gsl_vector_get(p0, k);
    if (p_k > 0)
      sum += p_k * (log(p_k) - log(gsl_vector_get(p1, k)));
  }
  *kl = sum < 0 ? 0 : sum; /* rounding, where the laws agree */
  return GSL_SUCCESS;
}

/* Checks logits and finds log sum_k exp(a_k), term by term: a vector may be a
 * column of a matrix. */
static int logits_norm(double x, const gsl_vector *a, double *log_sum) {
  int status = mg_domain_length("categorical", "logits", a, a->size);
  if (!status)
    status = mg_domain_reals("categorical", "logits", a);
  if (!status)
    status = mg_domain_datum("categorical", x);
  if (status)
    return status;
  *log_sum = -INFINITY;
  for (size_t k = 0; k < a->size; k++)
    *log_sum = mg_log_add_exp(*log_sum, gsl_vector_get(a, k));
  return GSL_SUCCESS;
}

int mg_categorical_logits_log_density(double x, const gsl_vector *logits,
                                      double *log_p) {
  double log_sum;
  int status = logits_norm(x, logits, &log_sum);
  if (status)
    return status;
  *log_p = -INFINITY;
  if (is_class(x, logits))
    *log_p = gsl_vector_get(logits, (size_t)x) - log_sum;
  return GSL_SUCCESS;
}

int mg_categorical_logits_sample(gsl_rng *rng, const gsl_vector *logits,
                                 double *x) {
  double log_sum;
  int status = logits_norm(0, logits, &log_sum);
  if (status)
    return status;
  double u = gsl_rng_uniform(rng);
  size_t k = 0;
  for (; k + 1 < logits->size; k++) {
    u -= exp(gsl_vector_get(logits, k) - log_sum);
    if (u < 0)
      break;
  }
  *x = (double)k;
  return GSL_SUCCESS;
}

int mg_categorical_logits_score(double x, const gsl_vector *logits,
                                gsl_vector *d_logits) {
  double log_sum;
  int status = logits_norm(x, logits, &log_sum);
  if (!status)
    status =
        mg_domain_length("categorical", "d_logits", d_logits, logits->size);
  if (!status)
    status = mg_domain_inside("categorical", x, is_class(x, logits));
  if (status)
    return status;
  for (size_t k = 0; k < logits->size; k++)
    gsl_vector_set(d_logits, k, -exp(gsl_vector_get(logits, k) - log_sum));
  *gsl_vector_ptr(d_logits, (size_t)x) += 1;
  return GSL_SUCCESS;
}

int mg_categorical_logits_entropy(const gsl_vector *logits, double *h) {
  double log_sum;
  int status = logits_norm(0, logits, &log_sum);
  if (status)
    return status;
  *h = 0;
  for (size_t k = 0; k < logits->size; k++) {
    const double log_p = gsl_vector_get(logits, k) - log_sum;
    *h -= log_p > -745 ? exp(log_p) * log_p : 0; /* exp(-746) is 0 */
  }
  return GSL_SUCCESS;
}

int mg_categorical_logits_kl(const gsl_vector *logits0,
                             const gsl_vector *logits1, double *kl) {
  double log_sum0, log_sum1, sum = 0;
  int status = logits_norm(0, logits0, &log_sum0);
  if (!status)
    status = logits_norm(0, logits1, &log_sum1);
  if (!status)
    status = mg_domain_length("categorical", "logits1", logits1, logits0->size);
  if (status)
    return status;
  for (size_t k = 0; k < logits0->size; k++) {
    const double log_p0 = gsl_vector_get(logits0, k) - log_sum0;
    const double log_p1 = gsl_vector_get(logits1, k) - log_sum1;
    sum += log_p0 > -745 ? exp(log_p0) * (log_p0 - log_p1) : 0;
  }
  *kl = sum < 0 ? 0 : sum; /* rounding, where the laws agree */
  return GSL_SUCCESS;
}
