/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounds against their own values, not only against the truth.
 *
 * For z ~ N(0,1), x | z ~ N(z,1) and x = 1, log p(x) = -1.515512123, and with
 * q(z) = N(0, sd) the bounds are the table below.  ELBO and EUBO are closed
 * forms; IWAE-K is an integral over K draws that one over t brings down to one
 * draw, since for a mean S of K weights
 *
 *     E log S = int_0^inf (exp(-t) - E exp(-t S)) / t dt,
 *     E exp(-t S) = (E exp(-t w / K))^K
 *
 * Rounded to three places these are also the values that simulation gives. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "conjugate.h"
#include "data/catalogue.h"
#include "eval/bound.h"
#include "eval/zoo.h"
#include "models/fit.h"
#include "models/ppca.h"

#define Z 6.1 /* false alarms of one in 10^9 */

static const double exact = -1.515512123;

typedef struct {
  double sd, elbo, eubo;
  double iwae[4];
} known;

static const size_t known_k[] = {2, 5, 10, 50};
static const known table[] = {
    {1,
     -1.9189385,
     -1.2939385,
     {-1.6534738, -1.5574106, -1.5349416, -1.5191985}},
    {0.70710678118654752,
     -1.7655121,
     -1.2655121,
     {-1.6526001, -1.5750047, -1.5463874, -1.5219253}}};

/* ---- the table by quadrature ---- */

static double log_normal(double z, double mean, double sd) {
  const double u = (z - mean) / sd;
  return -0.5 * (MG_LN_2PI + u * u) - log(sd);
}

static double log_w(double z, double sd) {
  return log_normal(z, 0, 1) + log_normal(1, z, 1) - log_normal(z, 0, sd);
}

enum { NODES = 1001 };

/* Nodes and masses of N(mean, sd); the trapezium rule has no error worth a name
 * on a Gaussian. */
static void nodes(double mean, double sd, double *z, double *mass) {
  const double h = 0.02;
  for (int i = 0; i < NODES; i++) {
    z[i] = mean + sd * h * (i - NODES / 2);
    mass[i] = exp(log_normal(z[i], mean, sd)) * sd * h;
  }
}

/* E log w under N(mean, spread). */
static double mean_log_w(double sd, double mean, double spread) {
  double z[NODES], mass[NODES], sum = 0;
  nodes(mean, spread, z, mass);
  for (int i = 0; i < NODES; i++)
    sum += mass[i] * log_w(z[i], sd);
  return sum;
}

static double iwae(double sd, size_t k) {
  double z[NODES], mass[NODES], w[NODES], sum = 0;
  const double h = 0.05;
  nodes(0, sd, z, mass);
  for (int i = 0; i < NODES; i++)
    w[i] = exp(log_w(z[i], sd)) / (double)k;
  for (double u = -30; u < 60; u += h) { /* t = exp(u) */
    double laplace = 0;
    for (int i = 0; i < NODES; i++)
      laplace += mass[i] * exp(-exp(u) * w[i]);
    sum += h * (exp(-exp(u)) - pow(laplace, (double)k));
  }
  return sum;
}

Test(bound, the_table_by_quadrature) {
  for (size_t i = 0; i < 2; i++) {
    const known *t = &table[i];
    const double elbo = mean_log_w(t->sd, 0, t->sd);
    const double eubo = mean_log_w(t->sd, 0.5, sqrt(0.5));
    cr_expect(fabs(elbo - t->elbo) < 6e-8, "elbo %.8f", elbo);
    cr_expect(fabs(eubo - t->eubo) < 6e-8, "eubo %.8f", eubo);
    for (size_t k = 0; k < 4; k++) {
      const double value = iwae(t->sd, known_k[k]);
      cr_expect(fabs(value - t->iwae[k]) < 6e-8, "iwae-%zu %.7f", known_k[k],
                value);
    }
  }
}

/* ---- the estimators on the table ---- */

static mg_evidence bound_of(const mg_model *model, mg_bound_method method,
                            const mg_dataset *data, mg_bound_options options,
                            unsigned long seed) {
  const mg_rows rows = mg_dataset_all(data);
  mg_evidence e;
  int status = mg_bound_of(model, method, &rows, &options, seed, &e);
  cr_assert(status == GSL_SUCCESS, "%s", mg_reason());
  return e;
}

static void expect_near(const mg_evidence *e, double value, double rounding,
                        const char *what) {
  cr_expect(fabs(e->value - value) <= Z * e->std_error + rounding,
            "%s: %.6f +- %.6f, expected %.6f", what, e->value, e->std_error,
            value);
}

Test(bound, each_method_has_its_value_of_the_table) {
  mg_dataset *data = copies_of(20000, 1, 1);
  for (size_t i = 0; i < 2; i++) {
    mg_model *model = conjugate_model(1, 0, table[i].sd);
    mg_bound_options options = mg_bound_options_default(MG_BOUND_ELBO);
    mg_evidence e = bound_of(model, MG_BOUND_ELBO, data, options, 1);
    expect_near(&e, table[i].elbo, 6e-8, "elbo");
    cr_expect(e.claim == MG_LOWER && e.draws == 16 && e.n == 20000, "elbo");
    e = bound_of(model, MG_BOUND_EUBO, data, options, 2);
    expect_near(&e, table[i].eubo, 6e-8, "eubo");
    cr_expect(e.claim == MG_UPPER && strcmp(e.method, "eubo") == 0, "eubo");
    for (size_t k = 0; k < 4; k++) {
      options = mg_bound_options_default(MG_BOUND_IWAE);
      options.k = known_k[k];
      e = bound_of(model, MG_BOUND_IWAE, data, options, 3);
      expect_near(&e, table[i].iwae[k], 6e-8, "iwae");
      cr_expect(e.claim == MG_LOWER && e.draws == known_k[k], "iwae");
      cr_expect(e.ess > 1 && e.ess < (double)known_k[k], "ess %g", e.ess);
    }
    mg_model_free(model);
  }
  mg_dataset_free(data);
}

/* The prior as base is the first line of the table, whatever the proposal. */
Test(bound, from_the_prior_the_proposal_plays_no_part) {
  mg_dataset *data = copies_of(20000, 1, 1);
  mg_model *model = conjugate_model(1, 30, 0.01);
  mg_bound_options options = mg_bound_options_default(MG_BOUND_IWAE);
  options.from = MG_FROM_PRIOR;
  options.k = 5;
  options.draws = 2;
  const mg_evidence e = bound_of(model, MG_BOUND_IWAE, data, options, 3);
  expect_near(&e, table[0].iwae[1], 6e-8, "prior");
  cr_expect(strcmp(e.method, "prior") == 0 && e.draws == 10, "%s", e.method);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* With q = N(0, 1) and K = 1 the weights are p(x | z): ess of many of them is
 * (E w)^2 / E w^2, K times. */
Test(bound, ess_is_the_one_of_its_definition) {
  mg_dataset *data = copies_of(300, 1, 1);
  mg_model *model = conjugate_model(1, 0, 1);
  mg_bound_options options = mg_bound_options_default(MG_BOUND_IWAE);
  options.k = 4000;
  const mg_evidence e = bound_of(model, MG_BOUND_IWAE, data, options, 1);
  /* E w^2 = 1 / (2 pi) E exp(-(1 - z)^2) = exp(-1 / 3) / (2 pi sqrt 3). */
  const double share = exp(2 * exact) / (exp(-1.0 / 3) / (2 * M_PI * sqrt(3)));
  cr_expect(fabs(e.ess / 4000 - share) < 0.003, "ess %.4f, expected %.4f",
            e.ess / 4000, share);
  cr_expect(fabs(e.value - exact) < Z * 0.0008, "value %.5f", e.value);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- tails ---- */

/* A proposal narrower than the posterior by half has weights with k = 1 - sd^2
 * / (1/2): for sd = .3 about .82; a wide one has bounded weights. */
Test(bound, a_heavy_tail_withdraws_the_interval) {
  mg_dataset *data = copies_of(40, 1, 1);
  mg_bound_options options = mg_bound_options_default(MG_BOUND_IWAE);
  options.k = 3000;
  mg_model *narrow = conjugate_model(1, 0.5, 0.2);
  mg_evidence e = bound_of(narrow, MG_BOUND_IWAE, data, options, 1);
  cr_expect(isnan(e.draws_error), "error of the draws %g", e.draws_error);
  cr_expect(e.std_error > 0, "the error of the bound is %g", e.std_error);
  cr_expect(e.pareto_k > 0.7 && e.heavy > 0, "k %g", e.pareto_k);
  cr_expect(strstr(e.note, "withdrawn") && strstr(e.note, "Pareto k > 0.7"),
            "the note is '%s'", e.note);
  mg_model *wide = conjugate_model(1, 0.5, 1);
  e = bound_of(wide, MG_BOUND_IWAE, data, options, 1);
  cr_expect(e.draws_error > 0 && e.pareto_k < 0.5, "%g, k %g", e.draws_error,
            e.pareto_k);
  /* The data are equal, so that the two errors are one. */
  cr_expect(fabs(e.std_error / e.draws_error - 1) < 0.7, "%g over data, %g",
            e.std_error, e.draws_error);
  cr_expect(!strstr(e.note, "withdrawn") && strstr(e.note, "effective"),
            "the note is '%s'", e.note);
  mg_model_free(narrow);
  mg_model_free(wide);
  mg_dataset_free(data);
}

/* ---- ppca, where everything is exact ---- */

static mg_model *fitted_ppca(const char *name, mg_dataset **data,
                             const char *latent) {
  *data = mg_dataset_named(name, 1);
  cr_assert_not_null(*data, "%s", mg_reason());
  mg_recipe *recipe = mg_recipe_alloc(&mg_ppca_type, *data, false);
  cr_assert(mg_recipe_set(recipe, "latent", latent) == GSL_SUCCESS, "%s",
            mg_reason());
  mg_model *model = mg_recipe_model(recipe, &(*data)->space);
  const mg_rows rows = mg_dataset_part(*data, MG_TRAIN);
  cr_assert(mg_fit_run(model, &rows, &recipe->fit, 1) == GSL_SUCCESS, "%s",
            mg_reason());
  mg_recipe_free(recipe);
  return model;
}

Test(bound, with_the_exact_posterior_every_method_is_exact) {
  mg_dataset *data;
  mg_model *model = fitted_ppca("faithful", &data, "1");
  const mg_rows rows = mg_dataset_all(data);
  const mg_evidence_options plain = mg_evidence_options_default();
  mg_evidence truth;
  cr_assert(mg_evidence_of(model, &rows, &plain, 1, &truth) == GSL_SUCCESS,
            "%s", mg_reason());
  for (int method = 0; method < 4; method++) {
    mg_bound_options options =
        mg_bound_options_default((mg_bound_method)method);
    options.from = MG_FROM_PROPOSAL;
    options.k = options.k > 30 ? 30 : options.k;
    options.temperatures = 7;
    const mg_evidence e =
        bound_of(model, (mg_bound_method)method, data, options, 1);
    cr_expect(fabs(e.value - truth.value) < 1e-10, "%s: %.14f, exact %.14f",
              e.method, e.value, truth.value);
    cr_expect(fabs(e.std_error - truth.std_error) < 1e-10, "%s: +- %g, not %g",
              e.method, e.std_error, truth.std_error);
  }
  mg_model_free(model);
  mg_dataset_free(data);
}

/* From the prior nothing is exact, and the order is elbo < iwae < ais < p. */
Test(bound, from_the_prior_the_bounds_rise_in_their_order) {
  mg_dataset *data;
  mg_model *model = fitted_ppca("faithful", &data, "1");
  const mg_rows rows = mg_dataset_all(data);
  const mg_evidence_options plain = mg_evidence_options_default();
  mg_evidence truth;
  mg_evidence_of(model, &rows, &plain, 1, &truth);
  double below = -INFINITY;
  const mg_bound_method order[] = {MG_BOUND_ELBO, MG_BOUND_IWAE, MG_BOUND_AIS};
  for (int i = 0; i < 3; i++) {
    mg_bound_options options = mg_bound_options_default(order[i]);
    options.from = MG_FROM_PRIOR;
    options.k = options.k > 1 ? 8 : 1;
    options.temperatures = 500;
    const mg_evidence e = bound_of(model, order[i], data, options, 1);
    cr_expect(e.value > below + 0.005, "%s: %.4f after %.4f", e.method, e.value,
              below);
    cr_expect(e.value < truth.value, "%s: %.4f above %.4f", e.method, e.value,
              truth.value);
    below = e.value;
  }
  cr_expect(truth.value - below < 0.1, "ais: %.4f, exact %.4f", below,
            truth.value);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Data on levels: fresh noise for each draw, and the exact value's claim. */
Test(bound, dequantised_data_have_the_bound_of_their_noise) {
  mg_dataset *data;
  mg_model *model = fitted_ppca("digits", &data, "6");
  const mg_rows rows = mg_dataset_part(data, MG_TEST);
  const mg_evidence_options plain = {.draws = 16};
  mg_evidence truth, e, upper;
  cr_assert(mg_evidence_of(model, &rows, &plain, 1, &truth) == GSL_SUCCESS,
            "%s", mg_reason());
  mg_bound_options options = mg_bound_options_default(MG_BOUND_ELBO);
  int status = mg_bound_of(model, MG_BOUND_ELBO, &rows, &options, 2, &e);
  cr_assert(status == GSL_SUCCESS, "%s", mg_reason());
  /* The same rows: only the noise differs, .1 nats a datum with 16 draws. */
  cr_expect(fabs(e.value - truth.value) < Z * 0.1 / sqrt((double)rows.n) * 2,
            "elbo %.4f, exact %.4f", e.value, truth.value);
  cr_expect(e.claim == MG_LOWER, "%s", mg_claim_sign(e.claim));
  status = mg_bound_of(model, MG_BOUND_EUBO, &rows, &options, 2, &upper);
  cr_assert(status == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(upper.claim == MG_ESTIMATE, "eubo: %s", mg_claim_sign(upper.claim));
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- both sides ---- */

/* Mean exact log p of the data that a sandwich drew: their stream is known. */
static double exact_of_simulated(const mg_model *model, size_t n,
                                 unsigned long seed) {
  const size_t dim = model->type->latent->dim(model->self);
  gsl_matrix *x = gsl_matrix_alloc(n, model->space.dim);
  gsl_matrix *z = gsl_matrix_alloc(n, dim);
  gsl_vector *log_p = gsl_vector_alloc(n);
  gsl_rng *rng = mg_stream_alloc(seed, "bound/data", 0);
  double mean = 0;
  model->type->latent->sample_joint(model->self, rng, z, x);
  mg_model_log_density(model, x, log_p);
  for (size_t i = 0; i < n; i++)
    mean += gsl_vector_get(log_p, i) / (double)n;
  gsl_rng_free(rng);
  gsl_vector_free(log_p);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
  return mean;
}

/* Mean and error over seeds of a difference: E below <= 0 <= E above. */
static void sandwich(const mg_model *model, const mg_bound_options *options,
                     double *below, double *above) {
  enum { TURNS = 12, DATA = 60 };
  double sum[2] = {0, 0}, square[2] = {0, 0};
  for (unsigned long seed = 1; seed <= TURNS; seed++) {
    mg_evidence low, high;
    int status = mg_bound_sandwich(model, DATA, options, seed, &low, &high);
    cr_assert(status == GSL_SUCCESS, "%s", mg_reason());
    cr_expect(low.claim == MG_LOWER && high.claim == MG_UPPER, "claims");
    const double truth = exact_of_simulated(model, DATA, seed);
    const double d[] = {low.value - truth, high.value - truth};
    for (int i = 0; i < 2; i++) {
      sum[i] += d[i] / TURNS;
      square[i] += d[i] * d[i] / TURNS;
    }
  }
  for (int i = 0; i < 2; i++) {
    const double error = sqrt((square[i] - sum[i] * sum[i]) / (TURNS - 1));
    cr_expect((i ? -sum[i] : sum[i]) <= Z * error, "side %d: %.5f +- %.5f", i,
              sum[i], error);
  }
  *below = sum[0];
  *above = sum[1];
}

Test(bound, the_sandwich_holds_and_closes) {
  mg_model *model = conjugate_model(6, 0, 1);
  double wide = INFINITY;
  for (size_t t = 1; t <= 64; t *= 8) {
    const mg_bound_options options = {.from = MG_FROM_PRIOR,
                                      .k = 4,
                                      .draws = 1,
                                      .temperatures = t,
                                      .leaps = 5,
                                      .threads = 1};
    double below, above;
    sandwich(model, &options, &below, &above);
    cr_expect(above - below < wide / 2, "%zu temperatures: %.4f .. %.4f", t,
              below, above);
    wide = above - below;
  }
  cr_expect(wide < 0.3, "64 temperatures leave %.4f", wide);
  mg_model_free(model);
}

/* ---- threads, refusals ---- */

Test(bound, threads_leave_no_trace) {
  mg_dataset *data = copies_of(700, 2, 0.3);
  mg_model *model = conjugate_model(2, 0, 0.8);
  for (int method = 0; method < 4; method++) {
    mg_evidence first;
    for (size_t threads = 1; threads <= 3; threads++) {
      mg_bound_options options =
          mg_bound_options_default((mg_bound_method)method);
      options.temperatures = 3;
      options.threads = threads;
      const mg_evidence e =
          bound_of(model, (mg_bound_method)method, data, options, 5);
      if (threads == 1)
        first = e;
      cr_expect(e.value == first.value && e.ess == first.ess &&
                    memcmp(&e.std_error, &first.std_error, 8) == 0,
                "%s on %zu threads: %.17g, not %.17g", e.method, threads,
                e.value, first.value);
    }
  }
  mg_model_free(model);
  mg_dataset_free(data);
}

static void expect_refused(const mg_model *model, mg_bound_method method,
                           const mg_rows *rows, mg_bound_options options,
                           int code, const char *reason) {
  mg_evidence e;
  mg_reason_clear();
  int status = mg_bound_of(model, method, rows, &options, 1, &e);
  cr_expect(status == code, "%s: code %d", reason, status);
  cr_expect(strstr(mg_reason(), reason), "'%s' is not in '%s'", reason,
            mg_reason());
}

Test(bound, what_cannot_be_is_refused) {
  mg_dataset *data = copies_of(5, 1, 1), *plane = copies_of(5, 2, 1);
  mg_model *model = conjugate_model(1, 0, 1);
  const mg_rows rows = mg_dataset_all(data), none = {.data = data},
                others = mg_dataset_all(plane);
  const mg_bound_options good = mg_bound_options_default(MG_BOUND_AIS);
  mg_bound_options bad = good;
  expect_refused(model, MG_BOUND_AIS, &none, good, GSL_EINVAL, "no rows");
  expect_refused(model, MG_BOUND_AIS, &others, good, GSL_EINVAL, "space");
  bad.k = 0;
  expect_refused(model, MG_BOUND_AIS, &rows, bad, GSL_EINVAL, "1 draw");
  bad = good;
  bad.temperatures = 0;
  expect_refused(model, MG_BOUND_AIS, &rows, bad, GSL_EINVAL, "temperature");
  ((conjugate *)model->self)->sd = NAN;
  expect_refused(model, MG_BOUND_ELBO, &rows,
                 mg_bound_options_default(MG_BOUND_ELBO), GSL_EDOM, "NaN");
  mg_latent_ops less = conjugate_latent;
  mg_model_type type = conjugate_type;
  type.latent = &less;
  model->type = &type;
  less.posterior = NULL;
  expect_refused(model, MG_BOUND_EUBO, &rows, good, GSL_EUNSUP, "posterior");
  less.log_prior = NULL;
  expect_refused(model, MG_BOUND_AIS, &rows, good, GSL_EUNSUP, "log p(z)");
  less.discrete = true;
  expect_refused(model, MG_BOUND_AIS, &rows, good, GSL_EUNSUP, "discrete");
  type.latent = NULL;
  expect_refused(model, MG_BOUND_IWAE, &rows, good, GSL_EUNSUP,
                 "no latent variable");
  mg_model_free(model);
  mg_dataset_free(data);
  mg_dataset_free(plane);
}
