/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian in three dimensions, by the one-dimensional one. */
#include "laws.h"

#include <gsl/gsl_blas.h>

#include "dist/gaussian.h"
#include "dist/mvn.h"

enum { D = 3, ROWS = 5 };
#define V(p) LAW_VECTOR(p, D)
#define M(a) LAW_MATRIX(a, D, D)
#define R(a) LAW_MATRIX(a, ROWS, D)

TestSuite(mvn, .init = law_init, .timeout = 60);

/* What is above the diagonal is never read. */
static const double mean[D] = {0.5, -1, 2};
static const double chol[D * D] = {1.5, NAN, NAN, -0.7, 0.4, NAN, 0.3, 2, 0.9};
static const double mean1[D] = {0, 0.25, 1};
static const double chol1[D * D] = {1, 9, 9, 0.5, 2, 9, -1, 0.2, 1.1};
static const double noise[ROWS * D] = {0,   0,  0, 1,    -1,   2,    0.3, 0.1,
                                       -.2, -3, 1, 0.25, -0.6, 1.75, -2.5};

/* x = mean + chol noise, by hand. */
static void rows(const double *m, const double *l, double *x) {
  for (int n = 0; n < ROWS; n++)
    for (int i = 0; i < D; i++) {
      x[n * D + i] = m[i];
      for (int j = 0; j <= i; j++)
        x[n * D + i] += l[i * D + j] * noise[n * D + j];
    }
}

Test(mvn, density_is_of_the_noise) {
  double x[ROWS * D], work[ROWS * D], log_p[ROWS], term;
  rows(mean, chol, x);
  cr_assert(!mg_mvn_log_density(R(x), V(mean), M(chol), R(work),
                                LAW_VECTOR(log_p, ROWS)),
            "%s", mg_reason());
  for (int n = 0; n < ROWS; n++) {
    double expected = -log(1.5) - log(0.4) - log(0.9);
    for (int d = 0; d < D; d++) {
      mg_gaussian_log_density(noise[n * D + d], 0, 1, &term);
      expected += term;
      law_near(work[n * D + d], noise[n * D + d], 1e-13, "whitened", mean);
    }
    law_near(log_p[n], expected, 1e-12, "log p", mean);
  }
}

Test(mvn, factor_undoes_the_product) {
  double covariance[D * D], back[D * D];
  for (int i = 0; i < D; i++)
    for (int j = 0; j < D; j++) {
      covariance[i * D + j] = 0;
      for (int k = 0; k <= (i < j ? i : j); k++)
        covariance[i * D + j] += chol[i * D + k] * chol[j * D + k];
    }
  cr_assert(!mg_mvn_factor(M(covariance), M(back)), "%s", mg_reason());
  for (int i = 0; i < D; i++)
    for (int j = 0; j < D; j++)
      law_near(back[i * D + j], j <= i ? chol[i * D + j] : 0, 1e-14, "factor",
               mean);
}

Test(mvn, covariances_that_are_none) {
  const double bad[][4] = {
      {1, NAN, NAN, 1}, {NAN, 0, 0, 1}, {1, 0, 0, NAN}, {INFINITY, 0, 0, 1},
      {1, 2, 2, 1},     {1, 1, 1, 1},   {0, 0, 0, 0},   {-1, 0, 0, 1},
      {1, 0.5, 0.4, 1}, {1, 0, 0, 0},   {2, 6, 6, 18}};
  double l[4];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    law_refuses(mg_mvn_factor(LAW_MATRIX(bad[i], 2, 2), LAW_MATRIX(l, 2, 2)),
                "factor", bad[i]);
}

static double normal_cdf(double x, const double *p) {
  return gsl_cdf_ugaussian_P((x - p[0]) / p[1]);
}

/* Along any direction v, a draw is N(v . mean, |chol^T v|^2). */
Test(mvn, sampler) {
  const double directions[][D] = {{1, 0, 0}, {0, 1, 0},  {0, 0, 1}, {1, 1, 0},
                                  {0, 1, 1}, {1, 0, -1}, {1, -2, 3}};
  const law normal = {.support = LAW_LINE, .cdf = normal_cdf};
  double *x = malloc(D * LAW_DRAWS * sizeof *x);
  double *y = malloc(LAW_DRAWS * sizeof *y);
  gsl_rng *rng = law_rng();
  cr_assert(!mg_mvn_sample(rng, V(mean), M(chol), LAW_MATRIX(x, LAW_DRAWS, D)),
            "%s", mg_reason());
  for (size_t k = 0; k < sizeof directions / sizeof *directions; k++) {
    const double *v = directions[k];
    double p[3] = {0, 0, 0};
    for (int j = 0; j < D; j++) {
      double column = 0;
      for (int i = j; i < D; i++)
        column += v[i] * chol[i * D + j];
      p[0] += v[j] * mean[j];
      p[1] = hypot(p[1], column);
    }
    for (int n = 0; n < LAW_DRAWS; n++)
      y[n] = x[n * D] * v[0] + x[n * D + 1] * v[1] + x[n * D + 2] * v[2];
    law_gap(&normal, y, p);
  }
  gsl_rng_free(rng);
  free(x);
  free(y);
}

static const double weights[ROWS] = {1, -0.5, 2, 0.75, 3};
static double data[ROWS * D];

/* sum_n w_n log p(x_n), with one number of mean or chol replaced. */
typedef struct {
  int in_chol, index;
} slot;

static double weighted_log_p(double value, void *which) {
  const slot *s = which;
  double m[D], l[D * D], work[ROWS * D], log_p[ROWS], sum = 0;
  memcpy(m, mean1, sizeof m);
  memcpy(l, chol1, sizeof l);
  (s->in_chol ? l : m)[s->index] = value;
  mg_mvn_log_density(R(data), V(m), M(l), R(work), LAW_VECTOR(log_p, ROWS));
  for (int n = 0; n < ROWS; n++)
    sum += weights[n] * log_p[n];
  return sum;
}

static void check_slope(double actual, slot s) {
  gsl_function f = {weighted_log_p, &s};
  double slope, error;
  gsl_deriv_central(&f, (s.in_chol ? chol1 : mean1)[s.index], 1e-3, &slope,
                    &error);
  law_near(actual, slope, 10 * error + 1e-12 * fabs(slope), "score", mean1);
}

Test(mvn, score) {
  double d_mean[D], d_chol[D * D], work[ROWS * D];
  rows(mean, chol, data);
  cr_assert(!mg_mvn_score(R(data), LAW_VECTOR(weights, ROWS), V(mean1),
                          M(chol1), R(work), V(d_mean), M(d_chol)),
            "%s", mg_reason());
  for (int i = 0; i < D; i++) {
    check_slope(d_mean[i], (slot){0, i});
    for (int j = 0; j < D; j++)
      if (j <= i)
        check_slope(d_chol[i * D + j], (slot){1, i * D + j});
      else
        law_near(d_chol[i * D + j], 0, 0, "above the diagonal", mean1);
  }
}

/* Over draws, z of the mean: score 0, -log p the entropy, and the log ratio
 * the KL. */
Test(mvn, means_over_draws) {
  enum { N = 20000, VALUES = D + D * D + 2 };
  double sum[VALUES] = {0}, squares[VALUES] = {0}, expected[VALUES] = {0};
  double x[D], work[D], v[VALUES], log_p, log_q, *d_chol = v + D;
  gsl_rng *rng = law_rng();
  mg_mvn_entropy(V(mean), M(chol), &expected[VALUES - 2]);
  mg_mvn_kl(V(mean), M(chol), V(mean1), M(chol1), V(work),
            &expected[VALUES - 1]);
  for (int n = 0; n < N; n++) {
    gsl_matrix *row = LAW_MATRIX(x, 1, D), *e = LAW_MATRIX(work, 1, D);
    mg_mvn_sample(rng, V(mean), M(chol), row);
    mg_mvn_score(row, NULL, V(mean), M(chol), e, V(v), M(d_chol));
    mg_mvn_log_density(row, V(mean), M(chol), e, LAW_VECTOR(&log_p, 1));
    mg_mvn_log_density(row, V(mean1), M(chol1), e, LAW_VECTOR(&log_q, 1));
    v[VALUES - 2] = -log_p;
    v[VALUES - 1] = log_p - log_q;
    for (int k = 0; k < VALUES; k++) {
      sum[k] += v[k] - expected[k];
      squares[k] += pow(v[k] - expected[k], 2);
    }
  }
  for (int k = 0; k < VALUES; k++)
    if (squares[k] > 0)
      law_near(sum[k] / sqrt(squares[k]), 0, 6.1, "z", mean);
  gsl_rng_free(rng);
}

/* f = sum_n dx_n . x_n is linear in mean and chol at fixed noise, so a step of
 * any size gives its derivative. */
Test(mvn, pathwise) {
  double x[ROWS * D], moved[ROWS * D], work[ROWS * D], dx[ROWS * D];
  double d_mean[D], d_chol[D * D];
  rows(mean1, chol1, x);
  for (int k = 0; k < ROWS * D; k++)
    dx[k] = cos(k);
  cr_assert(!mg_mvn_pathwise(R(x), V(mean1), M(chol1), R(dx), R(work),
                             V(d_mean), M(d_chol)),
            "%s", mg_reason());
  for (int k = 0; k < D + D * D; k++) {
    double m[D], l[D * D], slope = 0;
    memcpy(m, mean1, sizeof m);
    memcpy(l, chol1, sizeof l);
    *(k < D ? &m[k] : &l[k - D]) += 1;
    rows(m, l, moved);
    for (int n = 0; n < ROWS * D; n++)
      slope += dx[n] * (moved[n] - x[n]);
    law_near(k < D ? d_mean[k] : d_chol[k - D], slope, 1e-12, "pathwise",
             mean1);
  }
}

/* A map x -> A x + b that is lower triangular changes no KL. */
Test(mvn, kl_survives_a_linear_map) {
  double work[D], kl[2], self;
  mg_mvn_kl(V(mean), M(chol), V(mean1), M(chol1), V(work), &kl[0]);
  double a[D * D] = {2, 0, 0, -1, 0.5, 0, 3, 1, -1};
  double m[2][D], l[2][D * D];
  memcpy(m[0], mean, sizeof mean);
  memcpy(m[1], mean1, sizeof mean1);
  memcpy(l[0], chol, sizeof chol);
  memcpy(l[1], chol1, sizeof chol1);
  a[8] = 1; /* so that the product is a factor: a positive diagonal */
  for (int i = 0; i < 2; i++) {
    l[i][1] = l[i][2] = l[i][5] = 0;
    gsl_blas_dtrmm(CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, 1, M(a),
                   M(l[i]));
    gsl_blas_dtrmv(CblasLower, CblasNoTrans, CblasNonUnit, M(a), V(m[i]));
  }
  mg_mvn_kl(V(m[0]), M(l[0]), V(m[1]), M(l[1]), V(work), &kl[1]);
  law_near(kl[1], kl[0], 1e-11 * (1 + kl[0]), "KL after a map", mean);
  mg_mvn_kl(V(mean), M(chol), V(mean), M(chol), V(work), &self);
  law_near(self, 0, 1e-13, "KL to itself", mean);
}

static void refuses_all(const double *m, const double *l) {
  double x[ROWS * D] = {0}, work[ROWS * D], d_mean[D], d_chol[D * D], out;
  gsl_rng *rng = law_rng();
  law_refuses(
      mg_mvn_log_density(R(x), V(m), M(l), R(work), LAW_VECTOR(d_chol, ROWS)),
      "log density", m);
  law_refuses(mg_mvn_sample(rng, V(m), M(l), R(x)), "sample", m);
  law_refuses(
      mg_mvn_score(R(x), NULL, V(m), M(l), R(work), V(d_mean), M(d_chol)),
      "score", m);
  law_refuses(
      mg_mvn_pathwise(R(x), V(m), M(l), R(x), R(work), V(d_mean), M(d_chol)),
      "pathwise", m);
  law_refuses(mg_mvn_entropy(V(m), M(l), &out), "entropy", m);
  law_refuses(mg_mvn_kl(V(m), M(l), V(mean1), M(chol1), V(work), &out), "KL",
              m);
  law_refuses(mg_mvn_kl(V(mean1), M(chol1), V(m), M(l), V(work), &out), "KL to",
              m);
  gsl_rng_free(rng);
}

Test(mvn, hostile) {
  const double never[] = {NAN, INFINITY, -INFINITY, 0, -1};
  for (int i = 0; i < 5; i++)
    for (int k = 0; k < D + D * D; k++) {
      double m[D], l[D * D];
      memcpy(m, mean1, sizeof m);
      memcpy(l, chol1, sizeof l);
      *(k < D ? &m[k] : &l[k - D]) = never[i];
      const int lower = k >= D && (k - D) % D <= (k - D) / D;
      const int diagonal = k >= D && (k - D) % (D + 1) == 0;
      if (diagonal || (i < 3 && (k < D || lower)))
        refuses_all(m, l);
    }
}

Test(mvn, data) {
  double x[ROWS * D] = {0}, work[ROWS * D], log_p[ROWS], d[D], l[D * D];
  gsl_vector *p = LAW_VECTOR(log_p, ROWS);
  x[4] = INFINITY;
  x[6] = -INFINITY;
  x[8] = INFINITY;
  cr_assert(!mg_mvn_log_density(R(x), V(mean1), M(chol1), R(work), p), "%s",
            mg_reason());
  for (int n = 0; n < ROWS; n++)
    cr_assert(isfinite(log_p[n]) == (n != 1 && n != 2), "row %d: %g", n,
              log_p[n]);
  cr_assert(log_p[1] == -INFINITY && log_p[2] == -INFINITY, "%g %g", log_p[1],
            log_p[2]);
  law_refuses(mg_mvn_score(R(x), NULL, V(mean1), M(chol1), R(work), V(d), M(l)),
              "score of inf", mean1);
  x[4] = NAN;
  law_refuses(mg_mvn_log_density(R(x), V(mean1), M(chol1), R(work), p),
              "log density of NaN", mean1);
}

Test(mvn, sizes_that_do_not_fit) {
  double x[ROWS * D] = {0}, out;
  cr_assert(mg_mvn_entropy(LAW_VECTOR(mean, 2), M(chol1), &out) == GSL_EBADLEN,
            "a mean of 2");
  cr_assert(mg_mvn_log_density(R(x), V(mean1), M(chol1), M(x),
                               LAW_VECTOR(x, ROWS)) == GSL_EBADLEN,
            "work of 3 rows");
  cr_assert(mg_mvn_factor(LAW_MATRIX(chol1, 2, 3), M(x)) == GSL_EBADLEN,
            "2 x 3");
}
