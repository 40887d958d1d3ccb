/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Probabilistic principal components: what it is and what it can do.
 *
 * Nothing here is larger than D x L.  With M = W^T W + s^2 I, which is L x L,
 * and a = x - mu, the Woodbury identity gives                       [ppca.3]
 *
 *     log det (W W^T + s^2 I) = (D - L) log s^2 + log det M
 *     a^T (W W^T + s^2 I)^-1 a = |a - W m|^2 / s^2 + |m|^2,  m = M^-1 W^T a
 *
 * The identity is mostly written as (|a|^2 - m^T W^T a) / s^2, a difference
 * that loses every digit when s^2 is small.  The sum of two squares does not:
 * it is the least value of |a - W z|^2 / s^2 + |z|^2 over z, and m, where that
 * is, the mean of the posterior                                     [ppca.4]
 *
 *     p(z | x) = N(z; m, s^2 M^-1)
 *
 * A draw from it is m + s F^-T e with e ~ N(0, I) and F F^T = M.  For any z
 *
 *     log p(x, z) = log N(x; W z + mu, s^2 I) + log N(z; 0, I)       [ppca.5]
 *
 * so log p(x, z) - log p(z | x) = log p(x) at every z: with this posterior as
 * its proposal each estimator of eval/ has the exact value from one draw.
 *
 * How it learns is in ppca_fit.c.  Source: Tipping & Bishop (1999).
 *
 * Not here: a noise of its own for each column (factor analysis). */
#include "models/ppca.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/file.h"
#include "base/logmath.h"
#include "base/status.h"
#include "models/ppca_fit.h"

static const mg_option ppca_option_table[] = {
    {"latent", MG_OPTION_SIZE, offsetof(mg_ppca_options, latent), 1, 100000,
     NULL, "length of z, L, at most the columns"},
    {"floor", MG_OPTION_REAL, offsetof(mg_ppca_options, floor), 0, 1e300, NULL,
     "least variance of the noise, data unit squared"},
    {.name = NULL}};

void mg_ppca_options_default(const mg_space *space, void *options) {
  const size_t wanted = space->dim > 16 ? 10 : 2;
  const size_t most = space->dim > 1 ? space->dim - 1 : 1;
  *(mg_ppca_options *)options =
      (mg_ppca_options){.latent = wanted < most ? wanted : most, .floor = 1e-6};
}

static int ppca_init(void *self, const mg_space *space, const void *options) {
  mg_ppca *p = self;
  size_t size;
  p->options = *(const mg_ppca_options *)options;
  p->dim = space->dim;
  const size_t l = p->options.latent;
  if (l > p->dim)
    return mg_fail(GSL_EINVAL, "latent is %zu, and the data have %zu columns",
                   l, p->dim);
  if (mg_size_product(p->dim, l * sizeof(double), &size)) {
    p->mean = gsl_vector_calloc(p->dim);
    p->loadings = gsl_matrix_calloc(p->dim, l);
    p->factor = gsl_matrix_calloc(l, l);
  }
  if (!p->mean || !p->loadings || !p->factor)
    return mg_fail(GSL_ENOMEM, "no memory for %zu x %zu loadings", p->dim, l);
  p->variance = 1;
  return mg_ppca_refresh(p);
}

static void ppca_clear(void *self) {
  mg_ppca *p = self;
  gsl_vector_free(p->mean);
  gsl_matrix_free(p->loadings);
  gsl_matrix_free(p->factor);
  *p = (mg_ppca){.mean = NULL};
}

/* W is free but for a rotation of z; of L = D columns one is 0. */
static void ppca_tensors(void *self, mg_tensors *list) {
  mg_ppca *p = self;
  const size_t d = p->dim, l = p->options.latent, q = l < d ? l : d - 1;
  mg_tensors_add(list, "mean", p->mean->data, d, 1, &d);
  mg_tensors_add(list, "loadings", p->loadings->data,
                 d * q - (q > 1 ? q * (q - 1) / 2 : 0), 2, (size_t[]){d, l});
  mg_tensors_add(list, "variance", &p->variance, 1, 0, &d);
}

static bool all_finite(size_t n, const double *value) {
  for (size_t i = 0; i < n; i++)
    if (!isfinite(value[i]))
      return false;
  return true;
}

int mg_ppca_refresh(mg_ppca *p) {
  const size_t d = p->dim, l = p->options.latent;
  if (!all_finite(d, p->mean->data) || !all_finite(d * l, p->loadings->data))
    return mg_fail(GSL_EDOM, "a mean or a loading is not finite");
  if (!(p->variance >= DBL_MIN) || !isfinite(p->variance))
    return mg_fail(GSL_EDOM, "the variance of the noise is %g: give a floor",
                   p->variance);
  gsl_matrix_set_identity(p->factor);
  gsl_blas_dsyrk(CblasLower, CblasTrans, 1, p->loadings, p->variance,
                 p->factor);
  if (gsl_linalg_cholesky_decomp1(p->factor) != GSL_SUCCESS)
    return mg_fail(GSL_EDOM, "the loadings are too large for the noise");
  p->log_det = ((double)d - (double)l) * log(p->variance);
  for (size_t i = 0; i < l; i++)
    p->log_det += 2 * log(gsl_matrix_get(p->factor, i, i));
  if (!isfinite(p->log_det)) /* GSL's Cholesky says success on NaN */
    return mg_fail(GSL_EDOM, "the loadings are too large for the noise");
  return GSL_SUCCESS;
}

/* ---- given x ---- */

static int check_latent(const mg_ppca *p, const gsl_matrix *x,
                        const gsl_matrix *z) {
  if (z->size1 != x->size1 || z->size2 != p->options.latent)
    return mg_fail(GSL_EBADLEN, "z is %zu x %zu, not %zu x %zu", z->size1,
                   z->size2, x->size1, p->options.latent);
  return GSL_SUCCESS;
}

static double squares(const gsl_matrix *a, size_t row) {
  gsl_vector_const_view v = gsl_matrix_const_row(a, row);
  double sum;
  gsl_blas_ddot(&v.vector, &v.vector, &sum);
  return sum;
}

/* a = x - mu, in fresh memory; NULL with the status. */
static gsl_matrix *centred(const mg_ppca *p, const gsl_matrix *x, int *status) {
  *status = mg_shape_check(p->dim, x, NULL);
  if (*status != GSL_SUCCESS)
    return NULL;
  gsl_matrix *a = gsl_matrix_alloc(x->size1, x->size2);
  if (!a)
    *status = mg_fail(GSL_ENOMEM, "no memory for %zu rows", x->size1);
  for (size_t n = 0; a && n < x->size1; n++) {
    const double *row = x->data + n * x->tda;
    if (!all_finite(p->dim, row)) {
      gsl_matrix_free(a);
      *status =
          mg_fail(GSL_EDOM, "row %zu has a value that is not finite", n + 1);
      return NULL;
    }
    for (size_t j = 0; j < p->dim; j++)
      a->data[n * a->tda + j] = row[j] - p->mean->data[j];
  }
  return a;
}

/* Rows of m = M^-1 W^T a. */
static void find_means(const mg_ppca *p, const gsl_matrix *a, gsl_matrix *m) {
  gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, a, p->loadings, 0, m);
  gsl_blas_dtrsm(CblasRight, CblasLower, CblasTrans, CblasNonUnit, 1, p->factor,
                 m);
  gsl_blas_dtrsm(CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, 1,
                 p->factor, m);
}

/* a becomes a - W z. */
static void take_away(const mg_ppca *p, const gsl_matrix *z, gsl_matrix *a) {
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, -1, z, p->loadings, 1, a);
}

int mg_ppca_log_density(const mg_ppca *p, const gsl_matrix *x,
                        gsl_vector *log_p) {
  int status = mg_shape_check(p->dim, x, log_p);
  gsl_matrix *a = status == GSL_SUCCESS ? centred(p, x, &status) : NULL;
  if (!a)
    return status;
  gsl_matrix *m = gsl_matrix_alloc(x->size1, p->options.latent);
  if (m) {
    find_means(p, a, m);
    take_away(p, m, a);
  } else {
    status = mg_fail(GSL_ENOMEM, "no memory for %zu rows", x->size1);
  }
  for (size_t n = 0; m && n < x->size1; n++) {
    const double distance = squares(a, n) / p->variance + squares(m, n);
    /* Finite data whose squares overflow are impossible, not NaN. */
    gsl_vector_set(log_p, n,
                   isfinite(distance) ? -0.5 * ((double)p->dim * MG_LN_2PI +
                                                p->log_det + distance)
                                      : -INFINITY);
  }
  gsl_matrix_free(m);
  gsl_matrix_free(a);
  return status;
}

int mg_ppca_posterior_mean(const mg_ppca *p, const gsl_matrix *x,
                           gsl_matrix *mean) {
  int status = check_latent(p, x, mean);
  gsl_matrix *a = status == GSL_SUCCESS ? centred(p, x, &status) : NULL;
  if (a)
    find_means(p, a, mean);
  gsl_matrix_free(a);
  return status;
}

int mg_ppca_decode(const mg_ppca *p, const gsl_matrix *z, gsl_matrix *x) {
  int status = mg_shape_check(p->dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = check_latent(p, x, z);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++)
    gsl_matrix_set_row(x, n, p->mean);
  if (status == GSL_SUCCESS)
    gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, z, p->loadings, 1, x);
  return status;
}

int mg_ppca_posterior_covariance(const mg_ppca *p, gsl_matrix *sigma) {
  const size_t l = p->options.latent;
  if (sigma->size1 != l || sigma->size2 != l)
    return mg_fail(GSL_EBADLEN, "room for a covariance of %zu x %zu, not %zu",
                   sigma->size1, sigma->size2, l);
  gsl_matrix_memcpy(sigma, p->factor);
  gsl_linalg_cholesky_invert(sigma);
  return gsl_matrix_scale(sigma, p->variance);
}

/* log N(m; m, s^2 M^-1). */
static double log_peak(const mg_ppca *p) {
  const double d = (double)p->dim, l = (double)p->options.latent;
  const double log_det_m = p->log_det - (d - l) * log(p->variance);
  return -0.5 * (l * (MG_LN_2PI + log(p->variance)) - log_det_m);
}

int mg_ppca_propose(const mg_ppca *p, gsl_rng *rng, const gsl_matrix *x,
                    gsl_matrix *z, gsl_vector *log_q) {
  int status = mg_ppca_posterior_mean(p, x, z);
  gsl_vector *e = gsl_vector_alloc(p->options.latent);
  if (status == GSL_SUCCESS && !e)
    status = mg_fail(GSL_ENOMEM, "no memory for a draw");
  const double peak = log_peak(p), sd = sqrt(p->variance);
  for (size_t n = 0; status == GSL_SUCCESS && n < x->size1; n++) {
    double square = 0;
    for (size_t i = 0; i < e->size; i++) {
      e->data[i] = gsl_ran_gaussian_ziggurat(rng, 1);
      square += e->data[i] * e->data[i];
    }
    gsl_blas_dtrsv(CblasLower, CblasTrans, CblasNonUnit, p->factor, e);
    gsl_vector_view row = gsl_matrix_row(z, n);
    gsl_blas_daxpy(sd, e, &row.vector);
    if (log_q)
      gsl_vector_set(log_q, n, peak - 0.5 * square);
  }
  gsl_vector_free(e);
  return status;
}

int mg_ppca_log_posterior(const mg_ppca *p, const gsl_matrix *x,
                          const gsl_matrix *z, gsl_vector *log_q,
                          gsl_matrix *dz) {
  gsl_matrix *u = gsl_matrix_alloc(x->size1, p->options.latent);
  if (!u)
    return mg_fail(GSL_ENOMEM, "no memory for %zu rows", x->size1);
  int status = check_latent(p, x, z);
  if (status == GSL_SUCCESS)
    status = mg_ppca_posterior_mean(p, x, u);
  if (status == GSL_SUCCESS) {
    /* u = F^T (m - z), so that |u|^2 = (z - m)^T M (z - m). */
    gsl_matrix_sub(u, z);
    gsl_blas_dtrmm(CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, 1,
                   p->factor, u);
    for (size_t n = 0; n < x->size1; n++)
      gsl_vector_set(log_q, n, log_peak(p) - 0.5 * squares(u, n) / p->variance);
  }
  if (status == GSL_SUCCESS && dz) {
    gsl_blas_dtrmm(CblasRight, CblasLower, CblasTrans, CblasNonUnit,
                   1 / p->variance, p->factor, u);
    gsl_matrix_memcpy(dz, u);
  }
  gsl_matrix_free(u);
  return status;
}

int mg_ppca_log_joint(const mg_ppca *p, const gsl_matrix *x,
                      const gsl_matrix *z, gsl_vector *log_pxz,
                      gsl_matrix *dz) {
  int status = check_latent(p, x, z);
  gsl_matrix *a = status == GSL_SUCCESS ? centred(p, x, &status) : NULL;
  if (!a)
    return status;
  const double d = (double)p->dim, l = (double)p->options.latent;
  take_away(p, z, a);
  for (size_t n = 0; n < x->size1; n++)
    gsl_vector_set(log_pxz, n,
                   -0.5 * ((d + l) * MG_LN_2PI + d * log(p->variance) +
                           squares(a, n) / p->variance + squares(z, n)));
  if (dz) {
    gsl_matrix_memcpy(dz, z);
    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1 / p->variance, a, p->loadings,
                   -1, dz);
  }
  gsl_matrix_free(a);
  return GSL_SUCCESS;
}

/* ---- draws ---- */

static void fill(gsl_rng *rng, double sd, gsl_matrix *x) {
  for (size_t n = 0; n < x->size1; n++)
    for (size_t j = 0; j < x->size2; j++)
      gsl_matrix_set(x, n, j, gsl_ran_gaussian_ziggurat(rng, sd));
}

int mg_ppca_sample_joint(const mg_ppca *p, gsl_rng *rng, gsl_matrix *z,
                         gsl_matrix *x) {
  int status = mg_shape_check(p->dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = check_latent(p, x, z);
  if (status != GSL_SUCCESS)
    return status;
  fill(rng, 1, z);
  fill(rng, sqrt(p->variance), x);
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, z, p->loadings, 1, x);
  for (size_t n = 0; n < x->size1; n++) {
    gsl_vector_view row = gsl_matrix_row(x, n);
    gsl_vector_add(&row.vector, p->mean);
  }
  return GSL_SUCCESS;
}

/* ---- the family's table ---- */

static int refresh(void *self) {
  return mg_ppca_refresh(self);
}

static int sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  const mg_ppca *p = self;
  gsl_matrix *z = gsl_matrix_alloc(x->size1, p->options.latent);
  if (!z)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", x->size1);
  int status = mg_ppca_sample_joint(p, rng, z, x);
  gsl_matrix_free(z);
  return status;
}

static int log_density(const void *self, const gsl_matrix *x,
                       gsl_vector *log_p) {
  return mg_ppca_log_density(self, x, log_p);
}

static size_t latent_dim(const void *self) {
  return ((const mg_ppca *)self)->options.latent;
}

static int sample_joint(const void *self, gsl_rng *rng, gsl_matrix *z,
                        gsl_matrix *x) {
  return mg_ppca_sample_joint(self, rng, z, x);
}

static int propose(const void *self, gsl_rng *rng, const gsl_matrix *x,
                   gsl_matrix *z, gsl_vector *log_q) {
  return mg_ppca_propose(self, rng, x, z, log_q);
}

static int log_joint(const void *self, const gsl_matrix *x, const gsl_matrix *z,
                     gsl_vector *log_pxz, gsl_matrix *dz) {
  return mg_ppca_log_joint(self, x, z, log_pxz, dz);
}

static int log_proposal(const void *self, const gsl_matrix *x,
                        const gsl_matrix *z, gsl_vector *log_q,
                        gsl_matrix *dz) {
  return mg_ppca_log_posterior(self, x, z, log_q, dz);
}

static int log_prior(const void *self, const gsl_matrix *z, gsl_vector *log_pz,
                     gsl_matrix *dz) {
  (void)self;
  for (size_t n = 0; n < z->size1; n++)
    gsl_vector_set(log_pz, n,
                   -0.5 * ((double)z->size2 * MG_LN_2PI + squares(z, n)));
  if (dz) {
    gsl_matrix_memcpy(dz, z);
    gsl_matrix_scale(dz, -1);
  }
  return GSL_SUCCESS;
}

static int encode(const void *self, const gsl_matrix *x, gsl_matrix *z) {
  return mg_ppca_posterior_mean(self, x, z);
}

static int decode(const void *self, const gsl_matrix *z, gsl_matrix *x) {
  return mg_ppca_decode(self, z, x);
}

static const mg_latent_ops latent = {.dim = latent_dim,
                                     .sample_joint = sample_joint,
                                     .propose = propose,
                                     .log_joint = log_joint,
                                     .log_proposal = log_proposal,
                                     .log_prior = log_prior,
                                     .posterior = propose,
                                     .encode = encode,
                                     .decode = decode};

const mg_model_type mg_ppca_type = {.name = "ppca",
                                    .title =
                                        "Probabilistic principal components",
                                    .source = "Tipping & Bishop (1999)",
                                    .size = sizeof(mg_ppca),
                                    .measures = 1u << MG_REALS,
                                    .passes = 1,
                                    .options = ppca_option_table,
                                    .options_size = sizeof(mg_ppca_options),
                                    .options_default = mg_ppca_options_default,
                                    .init = ppca_init,
                                    .clear = ppca_clear,
                                    .start = mg_ppca_start,
                                    .need = mg_ppca_need,
                                    .gather = mg_ppca_gather,
                                    .update = mg_ppca_update,
                                    .tensors = ppca_tensors,
                                    .refresh = refresh,
                                    .sample = sample,
                                    .log_density = log_density,
                                    .latent = &latent};
