/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gamma and beta laws of one coordinate of a guide, by the logs of their two
 * parameters.
 *
 * Draws and implicit pathwise derivatives are those of dist/gamma.c and
 * dist/beta.c; a derivative in log a is a times the one in a.  Densities and
 * scores are theirs at one point m, the mean, and from there to any z a few
 * logarithms, since both are exponential families: with t(z) = (log z, -z) for
 * gamma and (log z, log(1 - z)) for beta,
 *
 *     log q(z) = log q(m) + (a - 1) (t_1(z) - t_1(m))
 *                         + (b - c) (t_2(z) - t_2(m)),  c = 0 gamma, 1 beta
 *     d log q(z) / d a = d log q(m) / d a + t_1(z) - t_1(m),   b alike
 *
 * so that gamma functions are taken once a batch.  What a guide needs beyond,
 * with psi' the trigamma function:
 *
 *     gamma  d log q / dz = (a - 1) / z - b
 *            H = a - log b + log Gamma(a) + (1 - a) psi(a)          [gamma.4]
 *            d H / d a = 1 + (1 - a) psi'(a),   d H / d b = -1 / b
 *     beta   d log q / dz = (a - 1) / z - (b - 1) / (1 - z)
 *            d H / d a = (a + b - 2) psi'(a + b) - (a - 1) psi'(a)  [beta.4]
 *
 * Below the shape 1 both have a pole at an end of their support, where an ELBO
 * has much to answer for: start above it. */
#include <float.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "dist/beta.h"
#include "dist/gamma.h"
#include "infer/guide.h"

static double first_of(const gsl_vector *lambda) {
  return exp(gsl_vector_get(lambda, 0));
}

static double second_of(const gsl_vector *lambda) {
  return exp(gsl_vector_get(lambda, 1));
}

/* Rows of derivatives in a and b become those in log a and log b. */
static void by_logs(double a, double b, gsl_vector *d) {
  *gsl_vector_ptr(d, 0) *= a;
  *gsl_vector_ptr(d, 1) *= b;
}

typedef int derivatives(double z, double a, double b, double *d_a, double *d_b);

/* The pathwise derivatives of each draw. */
static int each_path(derivatives *pathwise, const gsl_vector *lambda,
                     const gsl_vector *z, gsl_matrix *d) {
  const double a = first_of(lambda), b = second_of(lambda);
  int status = GSL_SUCCESS;
  for (size_t s = 0; s < z->size && !status; s++) {
    gsl_vector_view row = gsl_matrix_row(d, s);
    status = pathwise(gsl_vector_get(z, s), a, b, gsl_matrix_ptr(d, s, 0),
                      gsl_matrix_ptr(d, s, 1));
    by_logs(a, b, &row.vector);
  }
  return status;
}

/* What gamma and beta have of their own. */
typedef struct {
  int (*log_density)(double z, double a, double b, double *log_q);
  derivatives *score;
  double (*second)(double z); /* t_2 */
  double c, end;              /* 0 < z < end */
} shape;

static bool inside(const shape *law, double z) {
  return z > 0 && z < law->end;
}

/* log_q += log q(z), from the point m; a z outside is dist/'s to judge. */
static int each_log(const shape *law, double m, const gsl_vector *lambda,
                    const gsl_vector *z, gsl_vector *log_q) {
  const double a = first_of(lambda), b = second_of(lambda);
  const double t_1 = log(m), t_2 = law->second(m);
  double at_m = 0;
  int status = law->log_density(m, a, b, &at_m);
  for (size_t s = 0; s < z->size && !status; s++) {
    const double at = gsl_vector_get(z, s);
    double log_p = at_m + (a - 1) * (log(at) - t_1) +
                   (b - law->c) * (law->second(at) - t_2);
    if (!inside(law, at))
      status = law->log_density(at, a, b, &log_p);
    *gsl_vector_ptr(log_q, s) += log_p;
  }
  return status;
}

static int each_score(const shape *law, double m, const gsl_vector *lambda,
                      const gsl_vector *z, gsl_matrix *d) {
  const double a = first_of(lambda), b = second_of(lambda);
  const double t_1 = log(m), t_2 = law->second(m);
  double a_at_m = 0, b_at_m = 0;
  int status = law->score(m, a, b, &a_at_m, &b_at_m);
  for (size_t s = 0; s < z->size && !status; s++) {
    const double at = gsl_vector_get(z, s);
    double d_a = a_at_m + log(at) - t_1;
    double d_b = b_at_m + law->second(at) - t_2;
    if (!inside(law, at))
      status = law->score(at, a, b, &d_a, &d_b);
    gsl_matrix_set(d, s, 0, a * d_a);
    gsl_matrix_set(d, s, 1, b * d_b);
  }
  return status;
}

static int each_sample(int (*sample)(gsl_rng *rng, double a, double b,
                                     double *z),
                       const gsl_vector *lambda, gsl_rng *rng, gsl_vector *z) {
  const double a = first_of(lambda), b = second_of(lambda);
  int status = GSL_SUCCESS;
  for (size_t s = 0; s < z->size && !status; s++)
    status = sample(rng, a, b, gsl_vector_ptr(z, s));
  return status;
}

/* psi'(a); GSL's refusals become ours. */
static int trigamma(double a, double *value) {
  gsl_sf_result result = {0, 0};
  const int status = gsl_sf_psi_1_e(a, &result);
  *value = result.val;
  return status;
}

/* ---- gamma ---- */

static void gamma_start(double mean, double sd, gsl_vector *lambda) {
  const double at = mean > 0 ? mean : 1, per_sd = 1 / sd;
  gsl_vector_set(lambda, 0, 2 * log(at * per_sd));
  gsl_vector_set(lambda, 1, log(at) + 2 * log(per_sd));
}

static int gamma_sample(const gsl_vector *lambda, gsl_rng *rng, gsl_vector *z) {
  return each_sample(mg_gamma_sample, lambda, rng, z);
}

static double minus(double z) {
  return -z;
}

static const shape gamma_shape = {mg_gamma_log_density, mg_gamma_score, minus,
                                  0, INFINITY};

/* The mean, drawn into the support where it rounds to an end. */
static double gamma_middle(const gsl_vector *lambda) {
  return fmin(fmax(first_of(lambda) / second_of(lambda), DBL_MIN), DBL_MAX);
}

static int gamma_log_density(const gsl_vector *lambda, const gsl_vector *z,
                             gsl_vector *log_q) {
  return each_log(&gamma_shape, gamma_middle(lambda), lambda, z, log_q);
}

static int gamma_score(const gsl_vector *lambda, const gsl_vector *z,
                       gsl_matrix *d) {
  return each_score(&gamma_shape, gamma_middle(lambda), lambda, z, d);
}

static int gamma_slope(const gsl_vector *lambda, const gsl_vector *z,
                       gsl_vector *d) {
  const double a = first_of(lambda), b = second_of(lambda);
  for (size_t s = 0; s < z->size; s++)
    gsl_vector_set(d, s, (a - 1) / gsl_vector_get(z, s) - b);
  return GSL_SUCCESS;
}

static int gamma_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                          gsl_matrix *d) {
  return each_path(mg_gamma_pathwise, lambda, z, d);
}

static int gamma_entropy(const gsl_vector *lambda, double *h, gsl_vector *dh) {
  const double a = first_of(lambda), b = second_of(lambda);
  double psi_1 = 0;
  int status = mg_gamma_entropy(a, b, h);
  if (!status && dh)
    status = trigamma(a, &psi_1);
  if (!status && dh) {
    gsl_vector_set(dh, 0, 1 + (1 - a) * psi_1);
    gsl_vector_set(dh, 1, -1 / b);
    by_logs(a, b, dh);
  }
  return status;
}

static int gamma_moments(const gsl_vector *lambda, double *mean, double *sd) {
  const double a = first_of(lambda), b = second_of(lambda);
  *mean = a / b;
  *sd = sqrt(a) / b;
  return GSL_SUCCESS;
}

static const char *const gamma_parameters[] = {"log_shape", "log_rate", NULL};

const mg_guide_law mg_guide_gamma = {.name = "gamma",
                                     .support = MG_SUPPORT_POSITIVE,
                                     .parameters = gamma_parameters,
                                     .start = gamma_start,
                                     .sample = gamma_sample,
                                     .log_density = gamma_log_density,
                                     .score = gamma_score,
                                     .entropy = gamma_entropy,
                                     .moments = gamma_moments,
                                     .slope = gamma_slope,
                                     .pathwise = gamma_pathwise};

/* ---- beta ---- */

static void beta_start(double mean, double sd, gsl_vector *lambda) {
  const double both = mean * (1 - mean) / (sd * sd) - 1; /* a + b */
  const bool can = mean > 0 && mean < 1 && both > 0;
  gsl_vector_set(lambda, 0, can ? log(mean * both) : 0);
  gsl_vector_set(lambda, 1, can ? log((1 - mean) * both) : 0);
}

static int beta_sample(const gsl_vector *lambda, gsl_rng *rng, gsl_vector *z) {
  return each_sample(mg_beta_sample, lambda, rng, z);
}

static double log_rest(double z) {
  return log1p(-z);
}

static const shape beta_shape = {mg_beta_log_density, mg_beta_score, log_rest,
                                 1, 1};

static double beta_middle(const gsl_vector *lambda) {
  const double a = first_of(lambda), b = second_of(lambda);
  return fmin(fmax(a / (a + b), DBL_MIN), 1 - DBL_EPSILON / 2);
}

static int beta_log_density(const gsl_vector *lambda, const gsl_vector *z,
                            gsl_vector *log_q) {
  return each_log(&beta_shape, beta_middle(lambda), lambda, z, log_q);
}

static int beta_score(const gsl_vector *lambda, const gsl_vector *z,
                      gsl_matrix *d) {
  return each_score(&beta_shape, beta_middle(lambda), lambda, z, d);
}

static int beta_slope(const gsl_vector *lambda, const gsl_vector *z,
                      gsl_vector *d) {
  const double a = first_of(lambda), b = second_of(lambda);
  for (size_t s = 0; s < z->size; s++) {
    const double at = gsl_vector_get(z, s);
    gsl_vector_set(d, s, (a - 1) / at - (b - 1) / (1 - at));
  }
  return GSL_SUCCESS;
}

static int beta_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                         gsl_matrix *d) {
  return each_path(mg_beta_pathwise, lambda, z, d);
}

static int beta_entropy(const gsl_vector *lambda, double *h, gsl_vector *dh) {
  const double a = first_of(lambda), b = second_of(lambda);
  double psi_a = 0, psi_b = 0, psi_sum = 0;
  int status = mg_beta_entropy(a, b, h);
  if (!dh)
    return status;
  if (!status)
    status = trigamma(a, &psi_a);
  if (!status)
    status = trigamma(b, &psi_b);
  if (!status)
    status = trigamma(a + b, &psi_sum);
  gsl_vector_set(dh, 0, (a + b - 2) * psi_sum - (a - 1) * psi_a);
  gsl_vector_set(dh, 1, (a + b - 2) * psi_sum - (b - 1) * psi_b);
  by_logs(a, b, dh);
  return status;
}

static int beta_moments(const gsl_vector *lambda, double *mean, double *sd) {
  const double a = first_of(lambda), b = second_of(lambda);
  *mean = a / (a + b);
  *sd = sqrt(*mean * (b / (a + b)) / (a + b + 1));
  return GSL_SUCCESS;
}

static const char *const beta_parameters[] = {"log_a", "log_b", NULL};

const mg_guide_law mg_guide_beta = {.name = "beta",
                                    .support = MG_SUPPORT_UNIT,
                                    .parameters = beta_parameters,
                                    .start = beta_start,
                                    .sample = beta_sample,
                                    .log_density = beta_log_density,
                                    .score = beta_score,
                                    .entropy = beta_entropy,
                                    .moments = beta_moments,
                                    .slope = beta_slope,
                                    .pathwise = beta_pathwise};
