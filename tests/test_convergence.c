/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of the R package posterior 1.4.0, by the authors of the method,
 * for the same chains; and what is known without it: independent draws are
 * worth their number, those of an autoregression (1 - phi) / (1 + phi) of it.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/convergence.h"

/* Chains that any language makes alike: noise by Lehmer's generator, an
 * autoregression, a power, and a shift from chain to chain. */
typedef struct {
  const char *name;
  size_t chains, draws;
  double phi, shift, power, seed, round;
  double rhat, bulk, tail, mcse, mean, sd, q05, q95, median;
} known;

static const known table[] = {
    {"independent", 4, 200, 0, 0, 1, 1, 0, 1.00061933355302, 765.976200859687,
     774.328829584178, 0.0101886217366013, -0.00771608329912, 0.282227522338127,
     -0.450038285343926, 0.444777695552808, -0.000889424235042846},
    {"an odd number", 4, 201, .9, 0, 1, 2, 0, 1.04333284626683,
     46.3081668380267, 121.565407030018, 0.105217285334426, -0.118515654482109,
     0.698044485746832, -1.3690819209901, 0.981178417517094,
     -0.0956362145186142},
    {"apart", 3, 100, .5, .3, 1, 3, 0, 1.28789096584644, 9.30157972937489,
     20.6386396325239, 0.138164382690492, 0.282643863084198, 0.416674425335977,
     -0.411539836166289, 0.965035363195512, 0.300107502799276},
    {"heavy tails", 2, 150, .3, 0, -2, 4, 0, 0.99439147664753, 364.243346138791,
     282.829863357952, 3268.46282606924, 3323.01017970787, 57522.0951347159,
     -149.649244045097, 851.022795553196, 3.7466333150544},
    {"swinging", 4, 100, -.8, 0, 1, 5, 0, 1.02204694851032, 1040.82399653119,
     400.460685749934, 0.0129306028052934, -0.00768274492882659,
     0.417164573145257, -0.656811319671615, 0.668196262444957,
     -0.0183288964280746},
    {"one chain", 1, 64, .7, 0, 1, 6, 0, 1.63018050609146, 1.90754951105821,
     28.0238357978371, 0.343106970173171, -0.118667361862629, 0.46545705564195,
     -0.884925666090288, 0.513525126171001, -0.0714374166805218},
    {"ties", 4, 100, .6, 0, 1, 7, 4, 1.03119956536986, 110.534917759733,
     129.441382976315, 0.150987635072568, 0.145, 1.59069190979262, -2, 3, 0}};

static double *chains_of(const known *k) {
  double *x = malloc(k->chains * k->draws * sizeof *x), seed = k->seed;
  for (size_t c = 0, at = 0; c < k->chains; c++) {
    double s = 0;
    for (size_t i = 0; i < k->draws; i++, at++) {
      seed = fmod(seed * 16807, 2147483647);
      s = k->phi * s + seed / 2147483647 - 0.5;
      x[at] = copysign(pow(fabs(s), k->power), s) + k->shift * (double)c;
      if (k->round > 0)
        x[at] = nearbyint(x[at] * k->round);
    }
  }
  return x;
}

static void expect_near(double value, double truth, const char *name,
                        const char *what) {
  cr_expect(fabs(value - truth) <= 1e-10 * (1 + fabs(truth)),
            "%s, %s: %.12g, not %.12g", name, what, value, truth);
}

Test(convergence, the_numbers_of_its_authors) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const known *k = &table[i];
    double *x = chains_of(k);
    mg_convergence c;
    cr_assert_eq(mg_convergence_of(k->chains, k->draws, x, 1, &c), GSL_SUCCESS,
                 "%s: %s", k->name, mg_reason());
    expect_near(c.mean, k->mean, k->name, "mean");
    expect_near(c.sd, k->sd, k->name, "sd");
    expect_near(c.q05, k->q05, k->name, "5 % quantile");
    expect_near(c.q95, k->q95, k->name, "95 % quantile");
    expect_near(c.median, k->median, k->name, "median");
    expect_near(c.rhat, k->rhat, k->name, "R-hat");
    expect_near(c.bulk_ess, k->bulk, k->name, "bulk ESS");
    expect_near(c.tail_ess, k->tail, k->name, "tail ESS");
    expect_near(c.std_error, k->mcse, k->name, "error of the mean");
    free(x);
  }
}

/* The spread of ESS over such chains is below 3 %. */
Test(convergence, an_autoregression_is_worth_what_is_known) {
  enum { CHAINS = 4, DRAWS = 50000 };
  static const double phis[] = {-0.4, 0, 0.6, 0.9};
  double *x = malloc(CHAINS * DRAWS * sizeof *x);
  gsl_rng *rng = mg_stream_alloc(1, "test/convergence", 0);
  for (size_t p = 0; p < 4; p++) {
    const double phi = phis[p], keep = sqrt(1 - phi * phi);
    double s = 0;
    mg_convergence c;
    for (size_t i = 0; i < CHAINS * DRAWS; i++) {
      s = i % DRAWS ? phi * s + gsl_ran_gaussian(rng, keep)
                    : gsl_ran_gaussian(rng, 1);
      x[i] = s;
    }
    cr_assert_eq(mg_convergence_of(CHAINS, DRAWS, x, 1, &c), GSL_SUCCESS, "%s",
                 mg_reason());
    const double worth = CHAINS * DRAWS * (1 - phi) / (1 + phi);
    cr_expect(fabs(c.bulk_ess / worth - 1) < 0.1, "phi %g: %.0f, not %.0f", phi,
              c.bulk_ess, worth);
    cr_expect(c.rhat < 1.001, "phi %g: R-hat %g", phi, c.rhat);
    cr_expect(fabs(c.mean) < 6.1 * c.std_error, "phi %g: mean %g +- %g", phi,
              c.mean, c.std_error);
  }
  gsl_rng_free(rng);
  free(x);
}

/* Chains that agree on the place and not on the spread, and one that drifts. */
Test(convergence, what_does_not_converge_is_seen) {
  enum { CHAINS = 4, DRAWS = 1000 };
  double *x = malloc(CHAINS * DRAWS * sizeof *x);
  gsl_rng *rng = mg_stream_alloc(1, "test/apart", 0);
  mg_convergence c;
  for (size_t i = 0; i < CHAINS * DRAWS; i++)
    x[i] = gsl_ran_gaussian(rng, i < DRAWS ? 3 : 1);
  mg_convergence_of(CHAINS, DRAWS, x, 1, &c);
  cr_expect(c.rhat > 1.05, "a wide chain: R-hat %g", c.rhat);
  for (size_t i = 0; i < DRAWS; i++)
    x[i] = gsl_ran_gaussian(rng, 1) + (double)i / DRAWS;
  mg_convergence_of(1, DRAWS, x, 1, &c);
  cr_expect(c.rhat > MG_RHAT_MOST, "one that drifts: R-hat %g", c.rhat);
  gsl_rng_free(rng);
  free(x);
}

Test(convergence, columns_are_judged_one_by_one) {
  gsl_matrix *z = gsl_matrix_alloc(80, 2);
  mg_convergence each[2], one;
  double column[80];
  for (size_t i = 0; i < 80; i++) {
    column[i] = sin(1.7 * (double)i);
    gsl_matrix_set(z, i, 0, (double)(i % 7));
    gsl_matrix_set(z, i, 1, column[i]);
  }
  cr_assert_eq(mg_convergence_columns(4, z, each), GSL_SUCCESS, "columns");
  mg_convergence_of(4, 20, column, 1, &one);
  cr_expect(each[1].rhat == one.rhat && each[1].bulk_ess == one.bulk_ess,
            "column 1: %g, %g", each[1].rhat, one.rhat);
  gsl_matrix_set(z, 50, 0, NAN);
  cr_expect_eq(mg_convergence_columns(4, z, each), GSL_EDOM, "NaN");
  cr_expect_str_eq(mg_reason(), "z[0]: draw 11 of chain 3 is nan", "%s",
                   mg_reason());
  cr_expect_eq(mg_convergence_columns(3, z, each), GSL_EINVAL, "80 rows, 3");
  gsl_matrix_free(z);
}

Test(convergence, values_that_do_not_move_have_no_verdict) {
  double x[40], few[4] = {1, 2, 3, 4};
  mg_convergence c;
  for (size_t i = 0; i < 40; i++)
    x[i] = 2.5;
  cr_assert_eq(mg_convergence_of(2, 20, x, 1, &c), GSL_SUCCESS, "constant");
  cr_expect(c.mean == 2.5 && isnan(c.rhat) && isnan(c.bulk_ess) &&
                isnan(c.tail_ess) && isnan(c.std_error),
            "rhat %g, ess %g, error %g", c.rhat, c.bulk_ess, c.std_error);
  cr_expect_eq(mg_convergence_of(1, 4, few, 1, &c), GSL_EINVAL, "4 draws");
  cr_expect_eq(mg_convergence_of(0, 40, x, 1, &c), GSL_EINVAL, "no chain");
}
