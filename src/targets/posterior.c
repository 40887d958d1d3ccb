/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every posterior that comes along has in common: it is made, asked,
 * freed; see posterior.h. */
#include "targets/posterior.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"

static int make_options(mg_posterior *p, const void *options) {
  const size_t size = p->type->options_size;
  p->options = calloc(1, size ? size : 1);
  if (!p->options)
    return mg_fail(GSL_ENOMEM, "no memory for the options of a posterior");
  if (size && options)
    memcpy(p->options, options, size);
  else if (size)
    p->type->options_default(p->options);
  return size ? mg_option_check(p->type->options, p->options) : GSL_SUCCESS;
}

mg_posterior *mg_posterior_alloc(const mg_posterior_type *type,
                                 const void *options) {
  mg_posterior *p = calloc(1, sizeof *p);
  int status = GSL_ENOMEM;
  if (p) {
    p->type = type;
    p->self = calloc(1, type->size);
    status = p->self ? make_options(p, options) : GSL_ENOMEM;
    p->target.name = type->name;
    p->target.self = p->self;
  }
  if (status == GSL_SUCCESS)
    status = type->init(p->self, p->options, &p->target);
  if (status == GSL_SUCCESS)
    return p;
  if (!p || !p->self)
    mg_fail(GSL_ENOMEM, "no memory for the posterior %s", type->name);
  mg_posterior_free(p);
  return NULL;
}

void mg_posterior_free(mg_posterior *p) {
  if (!p)
    return;
  if (p->self && p->type->clear)
    p->type->clear(p->self);
  free(p->self);
  free(p->options);
  free(p);
}

static int unknown(const mg_posterior *p, const char *what) {
  return mg_fail(GSL_EUNSUP, "%s of %s", what, p->type->name);
}

int mg_posterior_log_evidence(const mg_posterior *p, double *log_p) {
  return p->type->log_evidence ? p->type->log_evidence(p->self, log_p)
                               : unknown(p, "nobody knows the evidence");
}

int mg_posterior_moments(const mg_posterior *p, gsl_vector *mean,
                         gsl_matrix *covariance) {
  const size_t dim = p->target.dim;
  if (!p->type->moments)
    return unknown(p, "nobody knows mean and covariance");
  if (mean->size != dim || covariance->size1 != dim || covariance->size2 != dim)
    return mg_fail(GSL_EBADLEN, "%s has %zu coordinates", p->type->name, dim);
  return p->type->moments(p->self, mean, covariance);
}

int mg_posterior_sample(const mg_posterior *p, gsl_rng *rng, gsl_matrix *z) {
  return p->type->sample ? p->type->sample(p->self, rng, z)
                         : unknown(p, "nothing draws from the posterior");
}

int mg_posterior_simulate(mg_posterior *p, gsl_rng *rng, const gsl_vector *z) {
  return p->type->simulate ? p->type->simulate(p->self, rng, z)
                           : unknown(p, "no new data are drawn for the model");
}
