/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target of your own, and black-box variational inference of it: how many
 * deaths a year by horse kicks does a corps of the Prussian army expect?
 *
 *     z ~ Exponential(1),  deaths ~ Poisson(z)                     [kicks.1]
 *
 * in ten corps for twenty years (Bortkewitsch 1898).  docs/ADDING-A-TARGET.md
 * goes through it. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "eval/marginal.h"
#include "infer/bbvi.h"

/* In so many years there were 0, 1, 2, 3, 4 deaths. */
static const double years[] = {109, 65, 22, 3, 1};

/* log p(deaths, z) at S values of z. */
static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  const double *n = self;
  (void)dz;
  for (size_t s = 0; s < z->size1; s++) {
    const double rate = gsl_matrix_get(z, s, 0);
    double sum = -rate;
    for (unsigned k = 0; k < 5; k++)
      sum += n[k] * (k * log(rate) - rate - gsl_sf_lnfact(k));
    gsl_vector_set(log_p, s, sum);
  }
  return GSL_SUCCESS;
}

static const mg_support positive = MG_SUPPORT_POSITIVE;
static const mg_target kicks = {.name = "kicks",
                                .self = years,
                                .dim = 1,
                                .support = &positive,
                                .log_density = log_joint};

int main(void) {
  gsl_set_error_handler_off();
  mg_bbvi_options options = mg_bbvi_options_default();
  options.threads = 1; /* there is too little to share */
  mg_guide *q = mg_guide_mean_field(&kicks, NULL);
  mg_bbvi *climb = q ? mg_bbvi_alloc(&kicks, q, &options, 1) : NULL;
  gsl_vector *mean = gsl_vector_alloc(1);
  gsl_matrix *variance = gsl_matrix_alloc(1, 1);
  const mg_marginal_options draws = {.draws = 10000, .threads = 1};
  mg_evidence bound;
  int status = climb && mean && variance ? GSL_CONTINUE : GSL_ENOMEM;
  while (status == GSL_CONTINUE && !(status = mg_bbvi_iterate(climb)))
    status = mg_bbvi_test(climb);
  if (!status)
    status = mg_guide_moments(q, mean, variance);
  if (!status)
    status = mg_marginal_of(&kicks, q, MG_MARGINAL_ELBO, &draws, 2, &bound);
  if (status)
    fprintf(stderr, "%s\n", mg_status_text(status));
  else
    printf("deaths a year %.3f, sd %.3f\nlog evidence %s %.4f +- %.4f\n",
           gsl_vector_get(mean, 0), sqrt(gsl_matrix_get(variance, 0, 0)),
           mg_claim_sign(bound.claim), bound.value, bound.std_error);
  gsl_matrix_free(variance);
  gsl_vector_free(mean);
  mg_bbvi_free(climb);
  mg_guide_free(q);
  return status != GSL_SUCCESS;
}
