/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The diagonal Gaussian is the full one with a diagonal factor. */
#include "laws.h"

#include "dist/mvn.h"
#include "dist/mvn_diagonal.h"

enum { D = 3, ROWS = 4 };
#define V(p) LAW_VECTOR(p, D)
#define M(a) LAW_MATRIX(a, D, D)
#define R(a) LAW_MATRIX(a, ROWS, D)

TestSuite(mvn_diagonal, .init = law_init, .timeout = 60);

static const double mean[D] = {0.5, -1, 2}, sigma[D] = {1.5, 0.4, 0.9};
static const double mean1[D] = {0, 0.25, 1}, sigma1[D] = {1, 2, 1.1};
static const double chol[D * D] = {1.5, 0, 0, 0, 0.4, 0, 0, 0, 0.9};
static const double chol1[D * D] = {1, 0, 0, 0, 2, 0, 0, 0, 1.1};
static const double x[ROWS * D] = {0.5, -1, 2,    1,   1,  1,
                                   -2,  0,  3.25, 0.3, -2, 0.7};
static const double weights[ROWS] = {1, -0.5, 2, 0.75};

static void same(const double *actual, const double *expected, int n, int step,
                 const char *what) {
  for (int i = 0; i < n; i++)
    law_near(actual[i], expected[i * step],
             1e-13 * (1 + fabs(expected[i * step])), what, mean);
}

Test(mvn_diagonal, is_mvn_with_a_diagonal_factor) {
  double one[D * D], two[D * D], d_one[D], d_two[D], work[ROWS * D];
  const gsl_vector *w = LAW_VECTOR(weights, ROWS);
  mg_mvn_diagonal_log_density(R(x), V(mean), V(sigma), LAW_VECTOR(one, ROWS));
  mg_mvn_log_density(R(x), V(mean), M(chol), R(work), LAW_VECTOR(two, ROWS));
  same(one, two, ROWS, 1, "log p");
  mg_mvn_diagonal_score(R(x), w, V(mean), V(sigma), V(d_one), V(one));
  mg_mvn_score(R(x), w, V(mean), M(chol), R(work), V(d_two), M(two));
  same(d_one, d_two, D, 1, "score in the mean");
  same(one, two, D, D + 1, "score in sigma");
  mg_mvn_diagonal_pathwise(R(x), V(mean), V(sigma), R(x), V(d_one), V(one));
  mg_mvn_pathwise(R(x), V(mean), M(chol), R(x), R(work), V(d_two), M(two));
  same(d_one, d_two, D, 1, "pathwise in the mean");
  same(one, two, D, D + 1, "pathwise in sigma");
  mg_mvn_diagonal_entropy(V(mean), V(sigma), &one[0]);
  mg_mvn_entropy(V(mean), M(chol), &two[0]);
  mg_mvn_diagonal_kl(V(mean), V(sigma), V(mean1), V(sigma1), &one[1]);
  mg_mvn_kl(V(mean), M(chol), V(mean1), M(chol1), V(work), &two[1]);
  same(one, two, 2, 1, "entropy and KL");
  mg_mvn_diagonal_kl(V(mean), V(sigma), V(mean), V(sigma), &one[0]);
  law_near(one[0], 0, 0, "KL to itself", mean);
}

Test(mvn_diagonal, unweighted_is_of_ones) {
  const double ones[ROWS] = {1, 1, 1, 1};
  double m[2][D], s[2][D];
  mg_mvn_diagonal_score(R(x), NULL, V(mean), V(sigma), V(m[0]), V(s[0]));
  mg_mvn_diagonal_score(R(x), LAW_VECTOR(ones, ROWS), V(mean), V(sigma),
                        V(m[1]), V(s[1]));
  same(m[0], m[1], D, 1, "score in the mean");
  same(s[0], s[1], D, 1, "score in sigma");
}

static double normal_cdf(double value, const double *p) {
  return gsl_cdf_ugaussian_P((value - p[0]) / p[1]);
}

/* Along v, a draw is N(v . mean, sum of (v sigma)^2). */
Test(mvn_diagonal, sampler) {
  const double directions[][D] = {{1, 0, 0}, {0, 1, 0},  {0, 0, 1},
                                  {1, 2, 0}, {0, 2, -1}, {1, 0, 1}};
  const law normal = {.support = LAW_LINE, .cdf = normal_cdf};
  double *draws = malloc(D * LAW_DRAWS * sizeof *draws);
  double *y = malloc(LAW_DRAWS * sizeof *y);
  gsl_rng *rng = law_rng();
  mg_mvn_diagonal_sample(rng, V(mean), V(sigma),
                         LAW_MATRIX(draws, LAW_DRAWS, D));
  for (int k = 0; k < 6; k++) {
    const double *v = directions[k];
    double p[3] = {0, 0, 0};
    for (int d = 0; d < D; d++) {
      p[0] += v[d] * mean[d];
      p[1] = hypot(p[1], v[d] * sigma[d]);
    }
    for (int n = 0; n < LAW_DRAWS; n++)
      y[n] = draws[n * D] * v[0] + draws[n * D + 1] * v[1] +
             draws[n * D + 2] * v[2];
    law_gap(&normal, y, p);
  }
  gsl_rng_free(rng);
  free(draws);
  free(y);
}

Test(mvn_diagonal, hostile) {
  const double never[] = {NAN, INFINITY, -INFINITY, 0, -1};
  gsl_rng *rng = law_rng();
  for (int i = 0; i < 5; i++)
    for (int k = i < 3 ? 0 : D; k < 2 * D; k++) {
      double p[2 * D] = {0, 0, 0, 1, 1, 1}, y[ROWS * D], d[D], out;
      p[k] = never[i];
      const gsl_vector *m = V(p), *s = V(p + D);
      law_refuses(mg_mvn_diagonal_log_density(R(x), m, s, LAW_VECTOR(y, ROWS)),
                  "log density", p);
      law_refuses(mg_mvn_diagonal_sample(rng, m, s, R(y)), "sample", p);
      law_refuses(mg_mvn_diagonal_score(R(x), NULL, m, s, V(d), V(y)), "score",
                  p);
      law_refuses(mg_mvn_diagonal_pathwise(R(x), m, s, R(x), V(d), V(y)),
                  "pathwise", p);
      law_refuses(mg_mvn_diagonal_entropy(m, s, &out), "entropy", p);
      law_refuses(mg_mvn_diagonal_kl(m, s, V(mean), V(sigma), &out), "KL", p);
      law_refuses(mg_mvn_diagonal_kl(V(mean), V(sigma), m, s, &out), "KL to",
                  p);
    }
  gsl_rng_free(rng);
}

Test(mvn_diagonal, data_and_sizes) {
  double y[D] = {0, INFINITY, 1}, log_p, d[D], s[D];
  const gsl_matrix *row = LAW_MATRIX(y, 1, D);
  gsl_vector *p = LAW_VECTOR(&log_p, 1);
  mg_mvn_diagonal_log_density(row, V(mean), V(sigma), p);
  cr_assert(log_p == -INFINITY, "log p at infinity: %g", log_p);
  law_refuses(mg_mvn_diagonal_score(row, NULL, V(mean), V(sigma), V(d), V(s)),
              "score of inf", mean);
  y[1] = NAN;
  law_refuses(mg_mvn_diagonal_log_density(row, V(mean), V(sigma), p),
              "log density of NaN", mean);
  cr_assert(mg_mvn_diagonal_log_density(row, LAW_VECTOR(mean, 2),
                                        LAW_VECTOR(sigma, 2), p) == GSL_EBADLEN,
            "a mean of 2");
  cr_assert(mg_mvn_diagonal_entropy(V(mean), LAW_VECTOR(sigma, 2), &log_p) ==
                GSL_EBADLEN,
            "2 sigmas");
}
