/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Dirichlet law of three classes: x_1 and x_2 / (1 - x_1) are independent
 * beta variables, and everything follows from theirs. */
#include "laws.h"

#include <gsl/gsl_sf_psi.h>

#include "dist/beta.h"
#include "dist/dirichlet.h"

#define V(p) LAW_VECTOR(p, 3)

TestSuite(dirichlet, .init = law_init, .timeout = 60);

static const double cases[][3] = {
    {1, 1, 1}, {0.5, 2, 3.5}, {20, 3, 11}, {0.7, 0.6, 0.9}};
enum { CASES = sizeof cases / sizeof *cases };

static double beta_cdf(double x, const double *p) {
  return gsl_cdf_beta_P(x, p[0], p[1]);
}

Test(dirichlet, density_is_of_two_betas) {
  for (int i = 0; i < CASES; i++)
    for (double x1 = 0.05; x1 < 1; x1 += 0.1)
      for (double y = 0.05; y < 1; y += 0.1) {
        const double *a = cases[i];
        const double x[] = {x1, y * (1 - x1), (1 - y) * (1 - x1)};
        double log_p, first, second;
        mg_dirichlet_log_density(V(x), V(a), &log_p);
        mg_beta_log_density(x1, a[0], a[1] + a[2], &first);
        mg_beta_log_density(y, a[1], a[2], &second);
        const double expected = first + second - log1p(-x1);
        law_near(log_p, expected, 1e-12 * (1 + fabs(expected)), "log p", a);
      }
}

Test(dirichlet, entropy_and_kl_are_of_two_betas) {
  for (int i = 0; i < CASES; i++) {
    const double *a = cases[i], *b = cases[(i + 1) % CASES];
    const double rest = a[1] + a[2];
    double h, kl, first, second;
    mg_dirichlet_entropy(V(a), &h);
    mg_beta_entropy(a[0], rest, &first);
    mg_beta_entropy(a[1], a[2], &second);
    const double mean_log = gsl_sf_psi(rest) - gsl_sf_psi(a[0] + rest);
    law_near(h, first + second + mean_log, 1e-12, "entropy", a);
    mg_dirichlet_kl(V(a), V(b), &kl);
    mg_beta_kl(a[0], rest, b[0], b[1] + b[2], &first);
    mg_beta_kl(a[1], a[2], b[1], b[2], &second);
    law_near(kl, first + second, 1e-12 * (1 + kl), "KL", a);
    mg_dirichlet_kl(V(a), V(a), &kl);
    law_near(kl, 0, 0, "KL to itself", a);
  }
}

/* Both betas by their distribution functions, and independence by chi-square
 * on 8 x 8 cells of equal probability at a false alarm rate of 1e-9. */
Test(dirichlet, sampler) {
  const law beta = {.support = LAW_UNIT, .cdf = beta_cdf};
  for (int i = 0; i < CASES; i++) {
    const double *a = cases[i];
    const double p[] = {a[0], a[1] + a[2], 0}, q[] = {a[1], a[2], 0};
    double *first = malloc(LAW_DRAWS * sizeof *first);
    double *second = malloc(LAW_DRAWS * sizeof *second);
    double cells[64] = {0}, chi_square = 0, x[3];
    gsl_rng *rng = law_rng();
    for (int n = 0; n < LAW_DRAWS; n++) {
      cr_assert(mg_dirichlet_sample(rng, V(a), V(x)) == GSL_SUCCESS, "%s",
                mg_reason());
      first[n] = x[0];
      second[n] = x[1] / (x[1] + x[2]);
      const int row = (int)fmin(8 * beta_cdf(first[n], p), 7);
      const int column = (int)fmin(8 * beta_cdf(second[n], q), 7);
      cells[8 * row + column]++;
    }
    for (int k = 0; k < 64; k++)
      chi_square += pow(cells[k] - LAW_DRAWS / 64., 2) / (LAW_DRAWS / 64.);
    const double limit = gsl_cdf_chisq_Qinv(1e-9, 63);
    cr_assert(chi_square < limit, "chi-square %g of %g", chi_square, limit);
    law_gap(&beta, first, p);
    law_gap(&beta, second, q);
    gsl_rng_free(rng);
    free(first);
    free(second);
  }
}

/* The score by differences of log p as a law_slice of alpha. */
static double log_p_at(const law *l, double x, const double *alpha) {
  const double datum[] = {x, 0.3 * (1 - x), 0.7 * (1 - x)};
  double log_p;
  (void)l;
  mg_dirichlet_log_density(V(datum), V(alpha), &log_p);
  return log_p;
}

Test(dirichlet, score) {
  for (int i = 0; i < CASES; i++)
    for (double x = 0.125; x < 1; x += 0.25) {
      const double *a = cases[i];
      const double datum[] = {x, 0.3 * (1 - x), 0.7 * (1 - x)};
      double d[3], error;
      mg_dirichlet_score(V(datum), V(a), V(d));
      for (int k = 0; k < 3; k++) {
        law_slice s = {NULL, {a[0], a[1], a[2]}, x, k, log_p_at};
        const double slope = law_difference(s, &error);
        law_near(d[k], slope, error, "score", a);
      }
    }
}

/* Two unbiased statements over draws, at z <= 6.1: the score has mean 0, and
 * the pathwise derivative of f = x_1^2 + 2 x_2^2 - 3 x_3^2 has the mean
 * d E f / d alpha, with E x_k^2 = a_k (a_k + 1) / (A (A + 1)). */
static double mean_f(const law *l, double x, const double *a) {
  (void)l, (void)x;
  const double total = a[0] + a[1] + a[2];
  return (a[0] * (a[0] + 1) + 2 * a[1] * (a[1] + 1) - 3 * a[2] * (a[2] + 1)) /
         (total * (total + 1));
}

Test(dirichlet, score_and_pathwise_over_draws) {
  enum { N = 5000 };
  for (int i = 0; i < CASES; i++) {
    const double *a = cases[i];
    double sum[6] = {0}, squares[6] = {0}, mean[6] = {0}, error;
    for (int k = 0; k < 3; k++) {
      law_slice s = {NULL, {a[0], a[1], a[2]}, 0, k, mean_f};
      mean[3 + k] = law_difference(s, &error);
    }
    gsl_rng *rng = law_rng();
    for (int n = 0; n < N; n++) {
      double x[3], d[6];
      mg_dirichlet_sample(rng, V(a), V(x));
      const double dx[] = {2 * x[0], 4 * x[1], -6 * x[2]};
      mg_dirichlet_score(V(x), V(a), V(d));
      mg_dirichlet_pathwise(V(x), V(a), V(dx), V(d + 3));
      for (int k = 0; k < 6; k++) {
        sum[k] += d[k] - mean[k];
        squares[k] += pow(d[k] - mean[k], 2);
      }
    }
    for (int k = 0; k < 6; k++)
      law_near(sum[k] / sqrt(squares[k]), 0, 6.1,
               k < 3 ? "z of the score" : "z of pathwise", a);
    gsl_rng_free(rng);
  }
}

/* f = 3 x_1 + x_2 = 1 + 2 x_1. */
Test(dirichlet, of_two_is_beta) {
  for (double x = 0.1; x < 1; x += 0.2) {
    const double alpha[] = {2.5, 0.8}, both[] = {x, 1 - x}, dx[] = {3, 1};
    double d[2], d_a, d_b;
    mg_dirichlet_pathwise(LAW_VECTOR(both, 2), LAW_VECTOR(alpha, 2),
                          LAW_VECTOR(dx, 2), LAW_VECTOR(d, 2));
    mg_beta_pathwise(x, 2.5, 0.8, &d_a, &d_b);
    cr_assert(fabs(d[0] - 2 * d_a) < 1e-11, "%g, beta %g", d[0], 2 * d_a);
    cr_assert(fabs(d[1] - 2 * d_b) < 1e-11, "%g, beta %g", d[1], 2 * d_b);
  }
}

Test(dirichlet, hostile) {
  const double bad[] = {NAN, INFINITY, -INFINITY, 0, -1};
  const double good[] = {1, 2, 3}, third[] = {0.25, 0.25, 0.5};
  gsl_rng *rng = law_rng();
  for (int i = 0; i < 5; i++)
    for (int k = 0; k < 3; k++) {
      double a[] = {1, 2, 3}, out, d[3], x[3];
      a[k] = bad[i];
      law_refuses(mg_dirichlet_log_density(V(third), V(a), &out), "log p", a);
      law_refuses(mg_dirichlet_sample(rng, V(a), V(x)), "sample", a);
      law_refuses(mg_dirichlet_score(V(third), V(a), V(d)), "score", a);
      law_refuses(mg_dirichlet_pathwise(V(third), V(a), V(third), V(d)),
                  "pathwise", a);
      law_refuses(mg_dirichlet_entropy(V(a), &out), "entropy", a);
      law_refuses(mg_dirichlet_kl(V(a), V(good), &out), "KL from", a);
      law_refuses(mg_dirichlet_kl(V(good), V(a), &out), "KL to", a);
    }
  gsl_rng_free(rng);
}

Test(dirichlet, data) {
  const double a[] = {0.5, 1, 3};
  const double outside[][3] = {
      {-0.1, 0.6, 0.5}, {0.2, 0.2, 0.2}, {0.5, 0.5, 0}, {INFINITY, 0, 0}};
  double log_p, d[3], holes[] = {NAN, 0.5, 0.5}, border[] = {0, 0.5, 0.5};
  for (int i = 0; i < 4; i++) {
    cr_assert(!mg_dirichlet_log_density(V(outside[i]), V(a), &log_p), "%s",
              mg_reason());
    cr_assert(log_p == -INFINITY, "a density outside: %g", log_p);
    law_refuses(mg_dirichlet_score(V(outside[i]), V(a), V(d)), "score", a);
  }
  law_refuses(mg_dirichlet_log_density(V(holes), V(a), &log_p), "NaN", a);
  mg_dirichlet_log_density(V(border), V(a), &log_p);
  cr_assert(log_p == INFINITY, "the pole at x_1 = 0: %g", log_p);
  cr_assert(mg_dirichlet_entropy(LAW_VECTOR(a, 1), &log_p) == GSL_EBADLEN,
            "one class");
  cr_assert(mg_dirichlet_kl(V(a), LAW_VECTOR(a, 2), &log_p) == GSL_EBADLEN,
            "KL of 3 and 2");
}
