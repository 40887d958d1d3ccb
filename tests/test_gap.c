/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gap split where each part is known.
 *
 * The posterior of ppca is N(m, P^-1) with one precision P for every x.  The
 * diagonal Gaussian nearest to it in KL(q || .) has its mean and 1 / P_ll as
 * variances, so                                                      [gap.4]
 *
 *     KL = 1/2 (sum_l log P_ll - log det P)
 *
 * and the rule of the search is exact there, since log p(x, z) is a parabola.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

#include "conjugate.h"
#include "data/catalogue.h"
#include "eval/gap.h"
#include "eval/line.h"
#include "eval/zoo.h"
#include "families.h"
#include "models/ppca.h"
#include "models/vae.h"

#define Z 6.1

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(gap, .init = quiet);

static mg_gap split(const mg_model *model, const mg_rows *rows,
                    const mg_gap_options *options, unsigned long seed) {
  mg_gap gap;
  const int status = mg_gap_of(model, rows, options, seed, &gap);
  cr_assert(status == GSL_SUCCESS, "%s", mg_reason());
  return gap;
}

static void expect_near(const mg_evidence *e, double value, double rounding) {
  cr_expect(fabs(e->value - value) <= Z * e->std_error + rounding,
            "%s: %.6f +- %.6f, expected %.6f", e->method, e->value,
            e->std_error, value);
}

static void expect_equal(const mg_evidence *e, double value, double rounding) {
  cr_expect(fabs(e->value - value) <= rounding, "%s: %.9f, expected %.9f",
            e->method, e->value, value);
}

/* ---- ppca ---- */

enum { D = 4, L = 3, N = 7 };

/* Loadings whose columns are orthogonal, or lean on the first by `slant`. */
static mg_model *loaded(double slant) {
  static const double w[D][L] = {
      {1, 0.5, 0.5}, {1, -0.5, 0.5}, {1, 0.5, -0.5}, {1, -0.5, -0.5}};
  const mg_space space = {.dim = D, .measure = MG_REALS};
  const mg_ppca_options options = {.latent = L, .floor = 0};
  mg_model *model = mg_model_alloc(&mg_ppca_type, &space, &options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_ppca *p = model->self;
  for (size_t i = 0; i < D; i++)
    for (size_t j = 0; j < L; j++)
      gsl_matrix_set(p->loadings, i, j,
                     w[i][j] + (j ? slant * w[i][0] / (double)j : 0));
  p->variance = 0.6;
  cr_assert_eq(mg_ppca_refresh(p), GSL_SUCCESS, "%s", mg_reason());
  return model;
}

/* 1/2 (sum log P_ll - log det P), P = M / s^2 = F F^T / s^2. */
static double closed_form(const mg_ppca *p) {
  double kl = 0;
  for (size_t l = 0; l < L; l++) {
    double m = 0;
    for (size_t k = 0; k <= l; k++)
      m += gsl_pow_2(gsl_matrix_get(p->factor, l, k));
    kl += log(m) / 2 - log(gsl_matrix_get(p->factor, l, l));
  }
  return kl;
}

static mg_dataset *drawn(const mg_model *model, size_t n) {
  mg_dataset *data = mg_dataset_alloc("drawn", &model->space, n);
  gsl_rng *rng = mg_stream_alloc(1, "test/gap", 0);
  cr_assert_eq(mg_model_sample(model, rng, data->reals), GSL_SUCCESS, "%s",
               mg_reason());
  gsl_rng_free(rng);
  return data;
}

static mg_gap_options to_the_top(void) {
  mg_gap_options options = mg_gap_options_default();
  options.draws = 32;
  options.tolerance = 1e-10;
  return options;
}

Test(gap, of_a_slanted_ppca_is_that_of_the_closed_form) {
  mg_model *model = loaded(0.3);
  mg_dataset *data = drawn(model, N);
  const mg_rows rows = mg_dataset_all(data);
  const mg_gap_options options = to_the_top();
  const double kl = closed_form(model->self);
  cr_assert(kl > 0.1, "nothing to find: %g", kl);
  const mg_gap gap = split(model, &rows, &options, 1);
  expect_equal(&gap.approximation, kl, 1e-7);
  cr_expect(gap.approximation.std_error < 1e-7, "it is the same for every x");
  cr_expect(gap.approximation.claim == MG_EXACT && gap.approximation.difference,
            "claim %d", gap.approximation.claim);
  /* The proposal is the posterior: there is no gap, and q* is below it. */
  expect_equal(&gap.inference, 0, 1e-9);
  expect_equal(&gap.amortisation, -kl, 1e-7);
  cr_expect(gap.elbo.claim == MG_LOWER && gap.best.claim == MG_LOWER &&
                gap.amortisation.claim == MG_LOWER,
            "bounds are claimed otherwise");
  mg_evidence exact;
  const mg_evidence_options plain = mg_evidence_options_default();
  cr_assert_eq(mg_evidence_of(model, &rows, &plain, 1, &exact), GSL_SUCCESS);
  expect_equal(&gap.evidence, exact.value, 1e-12);
  cr_expect(gap.evidence.claim == MG_EXACT, "claim %d", gap.evidence.claim);
  mg_dataset_free(data);
  mg_model_free(model);
}

Test(gap, of_orthogonal_loadings_is_none) {
  mg_model *model = loaded(0);
  mg_dataset *data = drawn(model, N);
  const mg_rows rows = mg_dataset_all(data);
  const mg_gap_options options = to_the_top();
  const mg_gap gap = split(model, &rows, &options, 2);
  expect_equal(&gap.approximation, 0, 1e-9);
  expect_equal(&gap.amortisation, 0, 1e-9);
  mg_dataset_free(data);
  mg_model_free(model);
}

/* ---- an encoder that is wrong ---- */

/* KL(N(m, sd^2) || N(x / 2, 1/2)) in each dimension. */
static double kl_to_posterior(double x, double m, double sd) {
  return log(M_SQRT1_2 / sd) + sd * sd + gsl_pow_2(m - x / 2) - 0.5;
}

Test(gap, of_a_wrong_encoder_is_all_amortisation) {
  static const double wrong[][2] = {{0, 1}, {0.5, 0.2}, {3, 0.7}, {-4, 2}};
  mg_dataset *data = copies_of(400, 2, 1);
  const mg_rows rows = mg_dataset_all(data);
  mg_gap_options options = mg_gap_options_default();
  options.tolerance = 1e-8;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    const double m = wrong[i][0], sd = wrong[i][1];
    mg_model *model = conjugate_model(2, m, sd);
    const mg_gap gap = split(model, &rows, &options, 3);
    expect_equal(&gap.approximation, 0, 1e-6);
    expect_near(&gap.amortisation, 2 * kl_to_posterior(1, m, sd), 1e-6);
    expect_equal(&gap.inference,
                 gap.approximation.value + gap.amortisation.value, 1e-9);
    cr_expect(strstr(gap.best.note, "settled on 400 of 400"), "%s",
              gap.best.note);
    mg_model_free(model);
  }
  mg_dataset_free(data);
}

/* Without its density log p is a bound, and the claims say so.  Here q* is the
 * posterior N(m, I/2), the draws are from one 1.2 times as wide, and of a
 * weight E w^2 = c^2 / sqrt(2 c^2 - 1) (E w)^2 a dimension. */
Test(gap, against_a_bound_is_a_bound) {
  mg_dataset *data = copies_of(20, 2, 1);
  const mg_rows rows = mg_dataset_all(data);
  mg_gap_options options = mg_gap_options_default();
  options.tolerance = 1e-9;
  options.k = 20000;
  mg_model *model = conjugate_model(2, 0, 1);
  const double exact = split(model, &rows, &options, 4).evidence.value;
  mg_model_type blind = conjugate_type;
  blind.log_density = NULL;
  model->type = &blind;
  const mg_gap gap = split(model, &rows, &options, 4);
  const double c = 1.2, share = (2 * c * c - 1) / gsl_pow_4(c);
  expect_near(&gap.evidence, exact, 0);
  cr_expect(gap.evidence.claim == MG_LOWER && gap.inference.claim == MG_LOWER &&
                gap.approximation.claim == MG_LOWER,
            "claims %d, %d, %d", gap.evidence.claim, gap.inference.claim,
            gap.approximation.claim);
  cr_expect(gap.evidence.draws == 20000 &&
                fabs(gap.evidence.ess / 20000 - share) < 0.005,
            "ess %g, not %g", gap.evidence.ess / 20000, share);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- a vae with one latent number ---- */

static mg_model *small_vae(const mg_space *space) {
  mg_vae_options options;
  mg_vae_options_default(space, &options);
  options.latent = 1;
  options.hidden = 5;
  mg_model *model = mg_model_alloc(&mg_vae_type, space, &options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_tensors list = {.n = 0};
  gsl_rng *rng = mg_stream_alloc(7, "test/gap", 1);
  mg_vae_type.tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++)
    for (size_t j = 0; j < mg_tensor_size(&list.item[i]); j++)
      mg_tensor_set(&list.item[i], j, gsl_ran_gaussian(rng, 1));
  gsl_rng_free(rng);
  return model;
}

/* The ELBO of N(mu, sigma^2) by the trapezium rule. */
static double elbo_at(const mg_model *model, const gsl_vector *x, double mu,
                      double sigma) {
  enum { NODES = 81 };
  gsl_matrix *xs = gsl_matrix_alloc(NODES, x->size);
  gsl_matrix *z = gsl_matrix_alloc(NODES, 1);
  gsl_vector *log_p = gsl_vector_alloc(NODES);
  double sum = log(sigma) + (1 + MG_LN_2PI) / 2;
  for (size_t i = 0; i < NODES; i++) {
    gsl_matrix_set_row(xs, i, x);
    gsl_matrix_set(z, i, 0, mu + sigma * 0.15 * ((double)i - NODES / 2));
  }
  cr_assert_eq(mg_vae_log_joint(model->self, xs, z, log_p, NULL), GSL_SUCCESS);
  for (size_t i = 0; i < NODES; i++)
    sum += 0.15 * gsl_ran_ugaussian_pdf(0.15 * ((double)i - NODES / 2)) *
           gsl_vector_get(log_p, i);
  gsl_matrix_free(xs);
  gsl_matrix_free(z);
  gsl_vector_free(log_p);
  return sum;
}

/* The largest, by looking everywhere and then nearer and nearer. */
static double best_by_grid(const mg_model *model, const gsl_vector *x) {
  double mu = 0, log_sigma = -1, width = 3, best = -INFINITY;
  for (; width > 1e-3; width *= 0.6) {
    double at[2] = {mu, log_sigma};
    for (int i = -8; i <= 8; i++)
      for (int j = -8; j <= 8; j++) {
        const double m = mu + width * i / 8, s = log_sigma + width * j / 8;
        const double elbo = elbo_at(model, x, m, exp(s));
        if (elbo > best) {
          best = elbo;
          at[0] = m;
          at[1] = s;
        }
      }
    mu = at[0];
    log_sigma = at[1];
  }
  return best;
}

Test(gap, of_a_vae_on_a_line_against_quadrature) {
  const mg_space space = {.dim = 3, .measure = MG_BINARY, .levels = 2};
  mg_model *model = small_vae(&space);
  mg_dataset *data = mg_dataset_alloc("bits", &space, 1);
  mg_gap_options options = mg_gap_options_default();
  options.draws = 8000;
  options.k = 20000;
  for (size_t which = 0; which < 8; which += 3) {
    double bits[3];
    gsl_vector_view x = gsl_vector_view_array(bits, 3);
    double exact;
    for (size_t i = 0; i < 3; i++) {
      bits[i] = (double)(which >> i & 1);
      data->bytes[i] = (unsigned char)bits[i];
    }
    const mg_rows rows = mg_dataset_all(data);
    const mg_gap gap = split(model, &rows, &options, which);
    cr_assert_eq(mg_line_log_evidence(model, &x.vector, -9, 9, 400, &exact),
                 GSL_SUCCESS, "%s", mg_reason());
    expect_equal(&gap.best, best_by_grid(model, &x.vector), 5e-3);
    expect_equal(&gap.evidence, exact, 0.02);
    cr_expect(isnan(gap.best.std_error), "an error over one datum");
  }
  mg_dataset_free(data);
  mg_model_free(model);
}

/* ---- refusals, threads ---- */

/* A search that was cut off leaves q* too low, and the gap too large. */
Test(gap, of_a_search_cut_off_has_another_claim) {
  mg_model *model = loaded(0.3);
  mg_dataset *data = drawn(model, N);
  const mg_rows rows = mg_dataset_all(data);
  mg_gap_options options = to_the_top();
  options.steps = 1;
  const mg_gap gap = split(model, &rows, &options, 1);
  cr_expect(gap.approximation.claim == MG_UPPER, "claim %d",
            gap.approximation.claim);
  cr_expect(gap.approximation.value > closed_form(model->self), "%.9g",
            gap.approximation.value);
  cr_expect_not_null(strstr(gap.approximation.note, "did not settle"), "'%s'",
                     gap.approximation.note);
  cr_expect(gap.amortisation.claim == MG_LOWER, "claim %d",
            gap.amortisation.claim);
  mg_dataset_free(data);
  mg_model_free(model);
}

Test(gap, is_the_same_for_any_number_of_threads) {
  mg_model *model = conjugate_model(2, 3, 0.5);
  mg_dataset *data = copies_of(9, 2, 1);
  const mg_rows rows = mg_dataset_all(data);
  mg_gap_options options = mg_gap_options_default();
  options.threads = 1;
  const mg_gap one = split(model, &rows, &options, 5);
  options.threads = 3;
  const mg_gap three = split(model, &rows, &options, 5);
  cr_expect(memcmp(&one, &three, sizeof one) == 0, "%.17g and %.17g",
            one.best.value, three.best.value);
  mg_model_free(model);
  mg_dataset_free(data);
}

static void refuses(const mg_model *model, const mg_rows *rows,
                    mg_gap_options options, int expected, const char *why) {
  mg_gap gap;
  const int status = mg_gap_of(model, rows, &options, 1, &gap);
  cr_expect(status == expected && strstr(mg_reason(), why), "%d: %s", status,
            mg_reason());
}

Test(gap, refuses_what_it_cannot_split) {
  mg_model *model = conjugate_model(2, 0, 1);
  mg_dataset *data = copies_of(3, 2, 1), *other = copies_of(3, 1, 1);
  const mg_gap_options options = mg_gap_options_default();
  mg_gap_options none = options;
  mg_rows rows = mg_dataset_all(other);
  refuses(model, &rows, options, GSL_EINVAL, "unequal spaces");
  rows = mg_dataset_all(data);
  none.k = 0;
  refuses(model, &rows, none, GSL_EINVAL, "a weight");
  none = options;
  none.draws = 1;
  refuses(model, &rows, none, GSL_EINVAL, "2 draws");
  rows.n = 0;
  refuses(model, &rows, options, GSL_EINVAL, "no rows");
  rows = mg_dataset_all(data);
  mg_latent_ops discrete = conjugate_latent;
  mg_model_type type = conjugate_type;
  discrete.discrete = true;
  type.latent = &discrete;
  model->type = &type;
  refuses(model, &rows, options, GSL_EUNSUP, "latent variable of reals");
  type.latent = NULL;
  refuses(model, &rows, options, GSL_EUNSUP, "latent variable of reals");
  mg_model_free(model);
  mg_dataset_free(data);
  mg_dataset_free(other);
}
