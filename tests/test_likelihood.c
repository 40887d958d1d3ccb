/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Likelihoods of batches against the laws of dist/, one number at a time. */
#include "nets.h"

#include "base/logmath.h"
#include "dist/bernoulli.h"
#include "dist/categorical.h"
#include "dist/discretised_logistic.h"
#include "dist/gaussian.h"
#include "nets/gradcheck.h"
#include "nets/likelihood.h"

enum { ROWS = 7, DIM = 70, LEVELS = 17 };

#define LAWS 5
static const char *const names[LAWS] = {"bernoulli", "categorical", "logistic",
                                        "gaussian", "mixture"};
/* Where only the reals begin, in the order of mg_likelihood. */
#define REALS MG_LIKELIHOOD_GAUSSIAN

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(likelihood, .init = setup);

static size_t width(mg_likelihood law) {
  return DIM * mg_likelihood_planes(law, LEVELS);
}

/* Data that the law may have, both ends often. */
static mg_real *data_of(mg_likelihood law) {
  mg_real *x = uniforms(ROWS * DIM, 11);
  const double last = law == MG_LIKELIHOOD_BERNOULLI ? 1 : LEVELS - 1;
  for (size_t i = 0; law < REALS && i < ROWS * DIM; i++)
    x[i] = (mg_real)fmin(
        fmax(floor((0.5 + 0.6 * (double)x[i]) * (last + 1)), 0), last);
  return x;
}

/* A mixture of LEVELS Gaussians by dist/, a component at a time.  With
 * w_k = p_k N_k / p, the slopes are dist/'s times w_k. */
static double by_mixture(double x, const double *o, double *d) {
  double share[LEVELS], term[LEVELS], log_n, d_mean, d_sd;
  const double whole = mg_log_sum_exp(LEVELS, o);
  for (size_t k = 0; k < LEVELS; k++) {
    const double s = sqrt(exp(o[2 * LEVELS + k]) + 1e-6);
    mg_gaussian_log_density(x, o[LEVELS + k], s, &log_n);
    term[k] = o[k] - whole + log_n;
  }
  const double log_p = mg_softmax(LEVELS, term, share);
  for (size_t k = 0; k < LEVELS; k++) {
    const double own = exp(o[2 * LEVELS + k]), s = sqrt(own + 1e-6);
    mg_gaussian_score(x, o[LEVELS + k], s, &d_mean, &d_sd);
    d[k] = share[k] - exp(o[k] - whole);
    d[LEVELS + k] = share[k] * d_mean;
    d[2 * LEVELS + k] = share[k] * d_sd * own / (2 * s);
  }
  return log_p;
}

/* log p and derivatives of one column by dist/. */
static double by_law(mg_likelihood law, double x, const double *o, double *d) {
  const double half = (LEVELS - 1) / 2.;
  gsl_vector_const_view logits = gsl_vector_const_view_array(o, LEVELS);
  gsl_vector_view slopes = gsl_vector_view_array(d, LEVELS);
  double log_p = NAN, mu, s;
  switch (law) {
  case MG_LIKELIHOOD_BERNOULLI:
    mg_bernoulli_logit_log_density(x, o[0], &log_p);
    mg_bernoulli_logit_score(x, o[0], d);
    break;
  case MG_LIKELIHOOD_CATEGORICAL:
    mg_categorical_logits_log_density(x, &logits.vector, &log_p);
    mg_categorical_logits_score(x, &logits.vector, &slopes.vector);
    break;
  case MG_LIKELIHOOD_LOGISTIC:
    mu = half * (1 + o[0]);
    s = half * exp(o[1]);
    mg_discretised_logistic_log_density(x, mu, s, LEVELS, &log_p);
    mg_discretised_logistic_score(x, mu, s, LEVELS, &d[0], &d[1]);
    d[0] *= half;
    d[1] *= s;
    break;
  case MG_LIKELIHOOD_GAUSSIAN:
    s = exp(o[1] / 2);
    mg_gaussian_log_density(x, o[0], s, &log_p);
    mg_gaussian_score(x, o[0], s, &d[0], &d[1]);
    d[1] *= s / 2;
    break;
  case MG_LIKELIHOOD_MIXTURE:
    log_p = by_mixture(x, o, d);
    break;
  }
  return log_p;
}

/* Every datum and every slope; spread: of the outputs, -spread .. spread. */
static void compare(mg_likelihood law, double spread, double tolerance) {
  const size_t w = width(law), planes = mg_likelihood_planes(law, LEVELS);
  mg_real *x = data_of(law), *out = uniforms(ROWS * w, 12);
  mg_real *d = zeros(ROWS * w);
  double log_p[ROWS], o[3 * LEVELS] = {0}, right[3 * LEVELS];
  for (size_t i = 0; i < ROWS * w; i++)
    out[i] *= (mg_real)spread;
  mg_likelihood_score(law, ROWS, DIM, LEVELS, out, x, log_p, d, 2);
  for (size_t n = 0; n < ROWS; n++) {
    double sum = 0;
    for (size_t j = 0; j < DIM; j++) {
      for (size_t k = 0; k < planes; k++)
        o[k] = (double)out[n * w + k * DIM + j];
      sum += by_law(law, (double)x[n * DIM + j], o, right);
      for (size_t k = 0; k < planes; k++)
        cr_assert_float_eq((double)d[n * w + k * DIM + j], right[k],
                           tolerance * (1 + fabs(right[k])),
                           "%s x %g, slope %zu: %.12g not %.12g", names[law],
                           (double)x[n * DIM + j], k,
                           (double)d[n * w + k * DIM + j], right[k]);
    }
    cr_assert_float_eq(log_p[n], sum, tolerance * (1 + fabs(sum)),
                       "%s datum %zu: %.15g, by dist %.15g", names[law], n,
                       log_p[n], sum);
  }
  free(x);
  free(out);
  free(d);
}

Test(likelihood, as_the_laws_have_it) {
  for (int law = 0; law < LAWS; law++) {
#ifdef MG_REAL_DOUBLE
    compare((mg_likelihood)law, 0.3, 1e-12);
    compare((mg_likelihood)law, 3, 1e-12);
#else
    compare((mg_likelihood)law, 0.3, 4e-6);
    compare((mg_likelihood)law, 3, 2e-5);
#endif
  }
}

Test(likelihood, far_out_logits_keep_their_mass) {
  const mg_real out[] = {90, -90, 500, -500}, x[] = {0, 1, 1, 0};
  mg_real d[4];
  double log_p;
  mg_likelihood_score(MG_LIKELIHOOD_BERNOULLI, 1, 4, 2, out, x, &log_p, d, 1);
  cr_expect_float_eq(log_p, -180, 1e-4, "%.9g nats, not -180", log_p);
  cr_expect(d[0] == -1 && d[1] == 1 && d[2] == 0 && fabs((double)d[3]) < 1e-200,
            "slopes %g %g %g %g", (double)d[0], (double)d[1], (double)d[2],
            (double)d[3]);
}

Test(likelihood, a_nan_is_seen_in_its_datum_only) {
  for (int i = 0; i < LAWS; i++) {
    const mg_likelihood law = (mg_likelihood)i;
    mg_real *x = data_of(law), *out = uniforms(ROWS * width(law), 13);
    mg_real *d = zeros(ROWS * width(law));
    double log_p[ROWS];
    out[2 * width(law) + 3] = (mg_real)NAN;
    mg_likelihood_score(law, ROWS, DIM, LEVELS, out, x, log_p, d, 1);
    for (size_t n = 0; n < ROWS; n++)
      cr_expect_eq(!!isnan(log_p[n]), n == 2, "%s datum %zu: %g", names[law], n,
                   log_p[n]);
    free(x);
    free(out);
    free(d);
  }
}

Test(likelihood, the_same_bytes_for_any_number_of_threads) {
  for (int i = 0; i < LAWS; i++) {
    const mg_likelihood law = (mg_likelihood)i;
    const size_t n = ROWS * width(law);
    mg_real *x = data_of(law), *out = uniforms(n, 14);
    mg_real *d = zeros(n), *more = zeros(n);
    double log_p[ROWS], other[ROWS];
    mg_likelihood_score(law, ROWS, DIM, LEVELS, out, x, log_p, d, 1);
    for (size_t threads = 2; threads <= 4; threads += 2) {
      mg_likelihood_score(law, ROWS, DIM, LEVELS, out, x, other, more, threads);
      cr_expect(memcmp(d, more, n * sizeof *d) == 0 &&
                    memcmp(log_p, other, sizeof log_p) == 0,
                "%s on %zu threads: other bytes", names[law], threads);
    }
    free(x);
    free(out);
    free(d);
    free(more);
  }
}

#ifdef MG_REAL_DOUBLE
static double total(mg_likelihood law, const double *out, const double *x,
                    double *d) {
  double log_p[ROWS], sum = 0;
  mg_likelihood_score(law, ROWS, DIM, LEVELS, out, x, log_p, d, 1);
  for (size_t n = 0; n < ROWS; n++)
    sum += log_p[n];
  return sum;
}

Test(likelihood, gradients_are_the_differences) {
  gsl_rng *rng = mg_stream_alloc(1, "test/likelihood", 0);
  for (int i = 0; i < LAWS; i++) {
    const mg_likelihood law = (mg_likelihood)i;
    const size_t n = ROWS * width(law);
    double *x = data_of(law), *out = uniforms(n, 15), *v = zeros(n);
    double *d = zeros(n), *moved = zeros(n), *unused = zeros(n);
    total(law, out, x, d);
    for (int repeat = 0; repeat < 20; repeat++) {
      double f[MG_GRADCHECK_POINTS];
      mg_gradcheck_direction(rng, n, v);
      for (size_t k = 0; k < MG_GRADCHECK_POINTS; k++) {
        mg_gradcheck_move(n, out, k, 1e-3, v, moved);
        f[k] = total(law, moved, x, unused);
      }
      const double error = mg_gradcheck_error(n, d, v, 1e-3, f);
      cr_expect_leq(error, 1e-8, "%s: relative error %g", names[law], error);
    }
    free(x);
    free(out);
    free(v);
    free(d);
    free(moved);
    free(unused);
  }
  gsl_rng_free(rng);
}
#endif
