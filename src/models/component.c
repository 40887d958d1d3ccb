/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations on the number of a component; see component.h. */
#include "models/component.h"

#include <math.h>

#include "base/logmath.h"
#include "base/status.h"

size_t mg_component_dim(const void *self) {
  (void)self;
  return 1;
}

/* Reads k out of row n. */
static int read_component(size_t count, const gsl_matrix *z, size_t n,
                          size_t *k) {
  const double value = gsl_matrix_get(z, n, 0);
  if (!(value >= 0 && value < (double)count && value == floor(value)))
    return mg_fail(GSL_EDOM, "z of row %zu is %g, not a component 0 .. %zu",
                   n + 1, value, count - 1);
  *k = (size_t)value;
  return GSL_SUCCESS;
}

static int check_shape(const gsl_matrix *z, size_t n) {
  if (z->size1 != n || z->size2 != 1)
    return mg_fail(GSL_EBADLEN, "z is %zu x %zu, not %zu x 1", z->size1,
                   z->size2, n);
  return GSL_SUCCESS;
}

/* log p(x, k) for every k, in fresh memory; NULL with the status. */
static gsl_matrix *all_joint(const mg_component *c, const gsl_matrix *x,
                             const gsl_matrix *z, int *status) {
  *status = check_shape(z, x->size1);
  if (*status != GSL_SUCCESS)
    return NULL;
  gsl_matrix *joint = gsl_matrix_alloc(x->size1, c->count);
  if (!joint) {
    *status = mg_fail(GSL_ENOMEM, "no memory for %zu x %zu joint densities",
                      x->size1, c->count);
    return NULL;
  }
  *status = c->log_joint(c->self, x, joint);
  if (*status == GSL_SUCCESS)
    return joint;
  gsl_matrix_free(joint);
  return NULL;
}

/* log p(x) of row n; GSL_EDOM where it is no finite number. */
static int normaliser(const gsl_matrix *joint, size_t n, double *log_p) {
  *log_p = mg_log_sum_exp(joint->size2, joint->data + n * joint->tda);
  return isfinite(*log_p)
             ? GSL_SUCCESS
             : mg_fail(GSL_EDOM, "datum %zu has probability 0: no posterior",
                       n + 1);
}

/* The k at which the summed probability passes u; what rounding leaves goes to
 * the last that is possible at all. */
static size_t choose(const gsl_matrix *joint, size_t n, double log_p,
                     double u) {
  size_t last = 0;
  for (size_t k = 0; k < joint->size2; k++) {
    const double p = exp(gsl_matrix_get(joint, n, k) - log_p);
    if (p > 0)
      last = k;
    if (u < p)
      return k;
    u -= p;
  }
  return last;
}

int mg_component_propose(const mg_component *c, gsl_rng *rng,
                         const gsl_matrix *x, gsl_matrix *z,
                         gsl_vector *log_q) {
  int status;
  gsl_matrix *joint = all_joint(c, x, z, &status);
  for (size_t n = 0; joint && status == GSL_SUCCESS && n < x->size1; n++) {
    double log_p;
    status = normaliser(joint, n, &log_p);
    if (status != GSL_SUCCESS)
      break;
    const size_t k = choose(joint, n, log_p, gsl_rng_uniform(rng));
    gsl_matrix_set(z, n, 0, (double)k);
    if (log_q)
      gsl_vector_set(log_q, n, gsl_matrix_get(joint, n, k) - log_p);
  }
  gsl_matrix_free(joint);
  return status;
}

int mg_component_likeliest(const mg_component *c, const gsl_matrix *x,
                           gsl_matrix *z) {
  int status;
  gsl_matrix *joint = all_joint(c, x, z, &status);
  for (size_t n = 0; joint && n < x->size1; n++) {
    gsl_vector_const_view row = gsl_matrix_const_row(joint, n);
    gsl_matrix_set(z, n, 0, (double)gsl_vector_max_index(&row.vector));
  }
  gsl_matrix_free(joint);
  return status;
}

int mg_component_means(const gsl_matrix *means, const gsl_matrix *z,
                       gsl_matrix *x) {
  int status = check_shape(z, x->size1);
  if (status == GSL_SUCCESS && x->size2 != means->size2)
    status = mg_fail(GSL_EBADLEN, "room for %zu columns, not %zu", x->size2,
                     means->size2);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++) {
    size_t k = 0;
    status = read_component(means->size1, z, n, &k);
    gsl_vector_const_view row = gsl_matrix_const_row(means, k);
    gsl_matrix_set_row(x, n, &row.vector);
  }
  return status;
}

/* log p(x, k) of each row's k, less log p(x) where wanted. */
static int pick(const mg_component *c, const gsl_matrix *x, const gsl_matrix *z,
                bool posterior, gsl_vector *log_p) {
  int status;
  gsl_matrix *joint = all_joint(c, x, z, &status);
  for (size_t n = 0; joint && status == GSL_SUCCESS && n < x->size1; n++) {
    size_t k = 0;
    double less = 0;
    status = read_component(c->count, z, n, &k);
    if (status == GSL_SUCCESS && posterior)
      status = normaliser(joint, n, &less);
    gsl_vector_set(log_p, n, gsl_matrix_get(joint, n, k) - less);
  }
  gsl_matrix_free(joint);
  return status;
}

int mg_component_log_joint(const mg_component *c, const gsl_matrix *x,
                           const gsl_matrix *z, gsl_vector *log_pxz) {
  return pick(c, x, z, false, log_pxz);
}

int mg_component_log_posterior(const mg_component *c, const gsl_matrix *x,
                               const gsl_matrix *z, gsl_vector *log_q) {
  return pick(c, x, z, true, log_q);
}

int mg_component_log_prior(const mg_component *c, const gsl_matrix *z,
                           gsl_vector *log_pz) {
  int status = check_shape(z, log_pz->size);
  for (size_t n = 0; status == GSL_SUCCESS && n < z->size1; n++) {
    size_t k = 0;
    status = read_component(c->count, z, n, &k);
    gsl_vector_set(log_pz, n, log(c->weight[k]));
  }
  return status;
}
