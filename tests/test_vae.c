/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variational autoencoder as a law: its parts held against each other and
 * against quadrature over z, where z has one dimension. */
#include "config.h"

#include "vae.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_statistics.h>
#include <stdint.h>

#include "base/logmath.h"
#include "dist/gaussian.h"
#include "eval/bound.h"
#include "models/vae_objective.h"

static const mg_space pixel_pair = {
    .dim = 2, .measure = MG_BINARY, .levels = 2};

/* A vae on rows of a small space whose weights are not those of a start: every
 * output moves with z, and the posterior is no prior. */
static mg_vae *stirred(const mg_space *space, const mg_vae_options *options) {
  gsl_matrix *x = vae_rows(space, 40);
  mg_vae *v = vae_begun(space, options, x);
  gsl_rng *rng = mg_stream_alloc(4, "test/vae/stir", 0);
  for (size_t i = 0; i < v->ascent.numbers; i++)
    v->ascent.theta[i] += (mg_real)(0.4 * gsl_ran_gaussian(rng, 1));
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  return v;
}

static double log_joint_at(const mg_vae *v, const double *x, const double *z) {
  double value = NAN;
  gsl_matrix_const_view row = gsl_matrix_const_view_array(x, 1, v->space.dim);
  gsl_matrix_const_view at =
      gsl_matrix_const_view_array(z, 1, v->options.latent);
  gsl_vector_view out = gsl_vector_view_array(&value, 1);
  const int status =
      mg_vae_log_joint(v, &row.matrix, &at.matrix, &out.vector, NULL);
  cr_assert(status == GSL_SUCCESS, "log joint: %s", mg_reason());
  return value;
}

/* ---- two pixels, one latent dimension ---- */

enum { GRID = 4001 };

typedef struct {
  double log_p, elbo, spread; /* spread: sd of log w under q */
} truth;

/* By the trapezium rule over z in -8 .. 8. */
static truth integrate(const mg_vae *v, const double *x) {
  const double step = 16.0 / (GRID - 1);
  static double joint[GRID];
  double mu, sigma, mean = 0, square = 0;
  gsl_matrix_const_view row = gsl_matrix_const_view_array(x, 1, 2);
  gsl_matrix_view m = gsl_matrix_view_array(&mu, 1, 1);
  gsl_matrix_view s = gsl_matrix_view_array(&sigma, 1, 1);
  cr_assert_eq(mg_vae_encode(v, &row.matrix, &m.matrix, &s.matrix), GSL_SUCCESS,
               "encode: %s", mg_reason());
  for (size_t i = 0; i < GRID; i++) {
    const double z = -8 + step * (double)i;
    double log_q;
    joint[i] = log_joint_at(v, x, &z);
    mg_gaussian_log_density(z, mu, sigma, &log_q);
    mean += step * exp(log_q) * (joint[i] - log_q);
    square += step * exp(log_q) * gsl_pow_2(joint[i] - log_q);
  }
  return (truth){.log_p = mg_log_sum_exp(GRID, joint) + log(step),
                 .elbo = mean,
                 .spread = sqrt(square - mean * mean)};
}

/* A model around the vae, whose self it is, and the rows as data. */
static double bound_at(const mg_vae *v, const double *x, mg_bound_method method,
                       size_t k, size_t draws) {
  mg_model model = {.type = &mg_vae_type, .space = v->space};
  memcpy(&model.self, &v, sizeof v);
  mg_dataset *data = mg_dataset_alloc("pair", &v->space, 1);
  data->bytes[0] = (unsigned char)x[0];
  data->bytes[1] = (unsigned char)x[1];
  const mg_rows rows = mg_dataset_all(data);
  mg_bound_options options = mg_bound_options_default(method);
  options.k = k;
  options.draws = draws;
  options.threads = 1;
  mg_evidence e;
  cr_assert_eq(mg_bound_of(&model, method, &rows, &options, 9, &e), GSL_SUCCESS,
               "bound: %s", mg_reason());
  cr_expect_eq(e.claim, MG_LOWER, "the claim is %s", mg_claim_sign(e.claim));
  mg_dataset_free(data);
  return e.value;
}

Test(vae, bounds_of_two_pixels_against_quadrature) {
  enum { DRAWS = 20000 };
  mg_vae_options o = vae_options(&pixel_pair);
  o.latent = 1;
  mg_vae *v = stirred(&pixel_pair, &o);
  /* A proposal wide enough for all of the posterior. */
  for (size_t i = 0; i < mg_net_parameters(v->encoder); i++)
    v->ascent.theta[i] *= (mg_real)0.25;
  double mass = 0;
  for (size_t i = 0; i < 4; i++) {
    const double x[2] = {(double)(i % 2), (double)(i / 2)};
    const truth t = integrate(v, x);
    const double elbo = bound_at(v, x, MG_BOUND_ELBO, 1, DRAWS);
    const double few = bound_at(v, x, MG_BOUND_IWAE, 10, DRAWS / 10);
    const double many = bound_at(v, x, MG_BOUND_IWAE, 2000, 20);
    const double ais = bound_at(v, x, MG_BOUND_AIS, 16, 20);
    mass += exp(t.log_p);
    cr_expect(fabs(elbo - t.elbo) <= 6.1 * t.spread / sqrt(DRAWS) + 1e-5,
              "pixels %zu: ELBO %.6f, by quadrature %.6f", i, elbo, t.elbo);
    cr_expect(t.elbo < t.log_p, "ELBO %.6f, log p %.6f", t.elbo, t.log_p);
    cr_expect(elbo < few && few < many + 1e-3, "no rise: %.6f, %.6f, %.6f",
              elbo, few, many);
    cr_expect_float_eq(many, t.log_p, 0.02, "IWAE-2000 %.6f, log p %.6f", many,
                       t.log_p);
    cr_expect_float_eq(ais, t.log_p, 0.05, "AIS %.6f, log p %.6f", ais,
                       t.log_p);
  }
  cr_expect_float_eq(mass, 1, 1e-5, "four images have the mass %.9f", mass);
  vae_free(v);
}

/* ---- the two ways to an objective ---- */

/* By the operations in double, with the same draws of the noise. */
static void expect_objective(const mg_space *space, mg_vae_options o,
                             const char *what) {
  enum { N = 6 };
  mg_vae *v = stirred(space, &o);
  const size_t l = o.latent, k = o.draws;
  gsl_matrix *x = vae_rows(space, N), *z = gsl_matrix_alloc(N, l);
  gsl_matrix *mu = gsl_matrix_alloc(N, l), *sigma = gsl_matrix_alloc(N, l);
  gsl_vector *joint = gsl_vector_alloc(N), *q = gsl_vector_alloc(N);
  gsl_vector *prior = gsl_vector_alloc(N);
  double each[N], weight[N][8], mean[N] = {0};
  const mg_batch batch = {.x = *x};
  gsl_rng *rng = mg_stream_alloc(6, "test/vae/noise", 0);
  cr_assert_eq(mg_vae_type.objective(v, rng, &batch, each), GSL_SUCCESS, "%s",
               mg_reason());
  mg_stream_set(rng, 6, "test/vae/noise", 0);
  mg_vae_encode(v, x, mu, sigma);
  for (size_t r = 0; r < k; r++) {
    for (size_t i = 0; i < N * l; i++)
      z->data[i] =
          mu->data[i] + sigma->data[i] * gsl_ran_gaussian_ziggurat(rng, 1);
    mg_vae_log_joint(v, x, z, joint, NULL);
    mg_vae_log_posterior(v, x, z, q, NULL);
    mg_vae_log_prior(v, z, prior, NULL);
    for (size_t n = 0; n < N; n++) {
      weight[n][r] = gsl_vector_get(joint, n) - gsl_vector_get(q, n);
      mean[n] +=
          (gsl_vector_get(joint, n) - gsl_vector_get(prior, n)) / (double)k;
    }
  }
  for (size_t n = 0; n < N; n++) {
    double kl = 0, one, expected;
    for (size_t i = 0; i < l; i++) {
      mg_gaussian_kl(gsl_matrix_get(mu, n, i), gsl_matrix_get(sigma, n, i), 0,
                     1, &one);
      kl += one;
    }
    expected = o.objective == MG_VAE_ELBO
                   ? mean[n] - kl
                   : mg_log_sum_exp(k, weight[n]) - log((double)k);
    cr_expect(fabs(each[n] - expected) <= 2e-5 * (1 + fabs(expected)),
              "%s, datum %zu: %.8f, by hand %.8f", what, n, each[n], expected);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  gsl_matrix_free(mu);
  gsl_matrix_free(sigma);
  gsl_vector_free(joint);
  gsl_vector_free(q);
  gsl_vector_free(prior);
  vae_free(v);
}

/* [vae.2] [vae.4] [vae.5] in numbers: L = 1, two draws of a datum with another
 * one's between them. */
Test(vae, the_elbo_of_a_datum_by_hand) {
  const mg_real law[] = {2, 0}, noise[] = {1, 9, -3}, dz[] = {0.5, 9, 0.25};
  const double log_p[] = {-4, 99, -8};
  double reconstruction, kl;
  mg_real d_law[2];
  const double elbo =
      mg_vae_elbo(1, law, 2, 2, log_p, 0.5, &reconstruction, &kl);
  cr_expect_eq(reconstruction, -6, "reconstruction %g", reconstruction);
  cr_expect_eq(kl, 2, "KL %g", kl);
  cr_expect_eq(elbo, -7, "ELBO %g", elbo);
  mg_vae_elbo_gradient(1, law, 2, 2, noise, dz, 0.5, d_law);
  cr_expect_eq((double)d_law[0], -0.25, "d mu %g", (double)d_law[0]);
  cr_expect_eq((double)d_law[1], -0.125, "d log s2 %g", (double)d_law[1]);
}

Test(vae, what_is_climbed_is_the_bound) {
  const mg_space bits = vae_space(MG_BINARY, 3);
  const mg_space levels = vae_space(MG_LEVELS, 4);
  const mg_space reals = vae_space(MG_REALS, 0);
  const mg_space *spaces[] = {&bits, &levels, &reals};
  for (size_t i = 0; i < 3; i++) {
    mg_vae_options o = vae_options(spaces[i]);
    o.variance = MG_VAE_VARIANCE_COLUMNS;
    o.likelihood = MG_VAE_LOGISTIC;
    expect_objective(spaces[i], o, "elbo");
    o.draws = 5;
    expect_objective(spaces[i], o, "elbo of 5 draws");
    o.objective = MG_VAE_IWAE;
    o.variance = MG_VAE_VARIANCE_NET;
    o.likelihood = MG_VAE_CATEGORICAL;
    expect_objective(spaces[i], o, "iwae of 5 draws");
  }
}

/* ---- draws ---- */

/* Of one column: each level's draws, less the mass that the decoder gave it,
 * are 0 in the mean. */
static void expect_draws(mg_vae_level_law law, mg_measure measure) {
  enum { DRAWS = 4000 };
  const mg_space space = {
      .dim = 1, .measure = measure, .levels = measure == MG_BINARY ? 2 : 5};
  mg_vae_options o = vae_options(&space);
  o.likelihood = law;
  mg_vae *v = stirred(&space, &o);
  gsl_matrix *z = gsl_matrix_alloc(DRAWS, o.latent);
  gsl_matrix *x = gsl_matrix_alloc(DRAWS, 1);
  gsl_matrix *level = gsl_matrix_alloc(DRAWS, 1);
  gsl_vector *joint = gsl_vector_alloc(DRAWS), *prior = gsl_vector_alloc(DRAWS);
  gsl_vector *mass = gsl_vector_calloc(DRAWS);
  gsl_rng *rng = mg_stream_alloc(8, "test/vae/draws", 0);
  cr_assert_eq(mg_vae_sample_joint(v, rng, z, x), GSL_SUCCESS, "%s",
               mg_reason());
  mg_vae_log_prior(v, z, prior, NULL);
  for (unsigned k = 0; k < space.levels; k++) {
    double sum = 0, variance = 0;
    gsl_matrix_set_all(level, k);
    mg_vae_log_joint(v, level, z, joint, NULL);
    for (size_t n = 0; n < DRAWS; n++) {
      const double p = exp(gsl_vector_get(joint, n) - gsl_vector_get(prior, n));
      *gsl_vector_ptr(mass, n) += p;
      sum += (gsl_matrix_get(x, n, 0) == (double)k) - p;
      variance += p * (1 - p);
    }
    cr_expect(fabs(sum) <= 6.1 * sqrt(variance) + 1,
              "level %u: %g draws too many, sd %g", k, sum, sqrt(variance));
  }
  cr_expect_float_eq(gsl_vector_max(mass), 1, 1e-5, "a mass of %.8f",
                     gsl_vector_max(mass));
  cr_expect_float_eq(gsl_vector_min(mass), 1, 1e-5, "a mass of %.8f",
                     gsl_vector_min(mass));
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
  gsl_matrix_free(level);
  gsl_vector_free(joint);
  gsl_vector_free(prior);
  gsl_vector_free(mass);
  vae_free(v);
}

Test(vae, draws_follow_the_decoder) {
  expect_draws(MG_VAE_CATEGORICAL, MG_BINARY);
  expect_draws(MG_VAE_CATEGORICAL, MG_LEVELS);
  expect_draws(MG_VAE_LOGISTIC, MG_LEVELS);
}

/* log p(x | z) of one real is a parabola; from three of its points come the
 * mean and the variance, in the unit of the data. */
Test(vae, reals_have_the_unit_of_the_data) {
  enum { DRAWS = 4000 };
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  const mg_vae_options o = vae_options(&space);
  mg_vae *v = stirred(&space, &o);
  gsl_matrix *z = gsl_matrix_alloc(DRAWS, o.latent);
  gsl_matrix *x = gsl_matrix_alloc(DRAWS, 1),
             *mean = gsl_matrix_alloc(DRAWS, 1);
  gsl_rng *rng = mg_stream_alloc(8, "test/vae/draws", 0);
  double sum = 0, squares = 0;
  cr_assert_eq(mg_vae_sample_joint(v, rng, z, x), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_vae_decode(v, z, mean), GSL_SUCCESS, "%s", mg_reason());
  for (size_t n = 0; n < DRAWS; n++) {
    const double m = gsl_matrix_get(mean, n, 0), h = 4;
    const double at[3] = {m - h, m, m + h}, *row = gsl_matrix_ptr(z, n, 0);
    const double low = log_joint_at(v, &at[0], row),
                 top = log_joint_at(v, &at[1], row),
                 high = log_joint_at(v, &at[2], row);
    const double variance = h * h / (2 * top - low - high);
    double prior = 0;
    for (size_t i = 0; i < o.latent; i++)
      prior -= (MG_LN_2PI + row[i] * row[i]) / 2;
    const double peak = -(MG_LN_2PI + log(variance)) / 2;
    cr_assert(fabs(top - prior - peak) <= 1e-3, "peak %.6f, of a density %.6f",
              top - prior, peak);
    const double u = (gsl_matrix_get(x, n, 0) - m) / sqrt(variance);
    sum += u;
    squares += u * u;
  }
  cr_expect(fabs(sum) <= 6.1 * sqrt(DRAWS), "draws are off by %g", sum / DRAWS);
  cr_expect(fabs(squares - DRAWS) <= 6.1 * sqrt(2.0 * DRAWS),
            "their variance is %g of the law's", squares / DRAWS);
  gsl_rng_free(rng);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
  gsl_matrix_free(mean);
  vae_free(v);
}

/* ---- diagnosis ---- */

Test(vae, a_collapse_is_said) {
  const mg_space space = vae_space(MG_BINARY, 3);
  mg_dataset *data = image_data(&space, 50);
  const mg_rows rows = mg_dataset_all(data);
  const mg_vae_options o = vae_options(&space);
  mg_vae *v = stirred(&space, &o);
  gsl_rng *rng = mg_stream_alloc(1, "test/vae/diagnose", 0);
  mg_vae_diagnosis d;
  char text[400];
  cr_assert_eq(mg_vae_diagnose(v, rng, &rows, &d), GSL_SUCCESS, "%s",
               mg_reason());
  double sum = 0;
  for (size_t i = 0; i < o.latent; i++)
    sum += gsl_vector_get(d.kl_each, i);
  cr_expect_float_eq(sum, d.kl, 1e-12, "the KL is not that of its parts");
  cr_expect(d.active > 0, "nothing is active");
  mg_vae_diagnosis_print(&d, text, sizeof text);
  cr_expect(!strstr(text, "collapse"), "said of a code in use: %s", text);
  mg_vae_diagnosis_clear(&d);
  for (size_t i = 0; i < mg_net_parameters(v->encoder); i++)
    v->ascent.theta[i] = 0;
  cr_assert_eq(mg_vae_diagnose(v, rng, &rows, &d), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(d.kl == 0 && d.active == 0, "KL %g, %zu active", d.kl, d.active);
  mg_vae_diagnosis_print(&d, text, sizeof text);
  cr_expect(strstr(text, "Posterior collapse"), "not said: %s", text);
  mg_vae_diagnosis_clear(&d);
  gsl_rng_free(rng);
  vae_free(v);
  mg_dataset_free(data);
}

/* ---- refusals ---- */

static void expect_no_model(const mg_space *space, const mg_vae_options *o,
                            const char *word) {
  mg_model *model = mg_model_alloc(&mg_vae_type, space, o, false);
  cr_expect_null(model, "made, though: %s", word);
  cr_expect(strstr(mg_reason(), word), "%s: %s", word, mg_reason());
  mg_model_free(model);
}

Test(vae, networks_that_do_not_fit_are_refused) {
  const mg_space reals = vae_space(MG_REALS, 0);
  mg_space uneven = vae_space(MG_BINARY, 4);
  uneven.dim = 12;
  uneven.height = 3;
  mg_vae_options o = vae_options(&reals);
  o.net = MG_VAE_CONV;
  expect_no_model(&reals, &o, "the data are none");
  expect_no_model(&uneven, &o, "3 x 4");
}

Test(vae, numbers_are_counted_before_a_model_is_made) {
  for (size_t measure = MG_REALS; measure <= MG_LEVELS; measure++)
    for (size_t conv = 0; conv < 2; conv++) {
      const mg_space space = vae_space((mg_measure)measure, 4);
      mg_vae_options o = vae_options(&space);
      o.net = conv ? MG_VAE_CONV : MG_VAE_MLP;
      o.hidden2 = 4;
      mg_model *model = images_model(&space, o);
      mg_tensors list = {.n = 0};
      size_t sum = 0;
      model->type->tensors(model->self, &list);
      for (size_t i = 0; i < list.n; i++)
        sum += mg_tensor_size(&list.item[i]);
      cr_expect_eq(mg_vae_type.numbers(&space, &o), sum, "%zu, not %zu",
                   mg_vae_type.numbers(&space, &o), sum);
      mg_model_free(model);
    }
}

/* ---- rows that repeat ---- */

/* What is found once for rows that are alike is what each would be told. */
Test(vae, rows_that_repeat_are_told_what_they_are_alone) {
  const size_t of[] = {0, 0, 1, 1, 1, 0};
  const mg_vae_options options = vae_options(&pixel_pair);
  mg_vae *v = stirred(&pixel_pair, &options);
  gsl_matrix *x = gsl_matrix_calloc(6, 2), *z = gsl_matrix_alloc(6, 3);
  gsl_vector *log_q = gsl_vector_alloc(6), *same = gsl_vector_alloc(6);
  gsl_rng *rng = mg_stream_alloc(1, "test/vae/repeat", 0);
  for (size_t i = 0; i < 6; i++)
    gsl_matrix_set(x, i, of[i], 1);
  cr_assert_eq(mg_vae_propose(v, rng, x, z, log_q), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_vae_log_posterior(v, x, z, same, NULL), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t i = 0; i < 6; i++) {
    double alone;
    gsl_matrix_view row = gsl_matrix_submatrix(x, i, 0, 1, 2);
    gsl_matrix_view at = gsl_matrix_submatrix(z, i, 0, 1, 3);
    gsl_vector_view one = gsl_vector_view_array(&alone, 1);
    mg_vae_log_posterior(v, &row.matrix, &at.matrix, &one.vector, NULL);
    cr_expect(fabs(alone - gsl_vector_get(log_q, i)) < 1e-5 &&
                  fabs(alone - gsl_vector_get(same, i)) < 1e-5,
              "row %zu: %g, %g, and alone %g", i, gsl_vector_get(log_q, i),
              gsl_vector_get(same, i), alone);
  }
  gsl_rng_free(rng);
  gsl_vector_free(log_q);
  gsl_vector_free(same);
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  vae_free(v);
}

Test(vae, a_value_that_the_space_has_not_is_found_in_any_row) {
  const mg_vae_options options = vae_options(&pixel_pair);
  mg_vae *v = stirred(&pixel_pair, &options);
  gsl_matrix *mu = gsl_matrix_alloc(4, 3), *sigma = gsl_matrix_alloc(4, 3);
  for (size_t first = 0; first < 4; first++) {
    gsl_matrix *x = gsl_matrix_calloc(4, 2);
    cr_expect_eq(mg_vae_encode(v, x, mu, sigma), GSL_SUCCESS, "zeros");
    for (size_t i = first; i < 4; i++)
      gsl_matrix_set(x, i, 1, 0.5);
    cr_expect_eq(mg_vae_encode(v, x, mu, sigma), GSL_EDOM, "row %zu", first);
    gsl_matrix_free(x);
  }
  gsl_matrix_free(mu);
  gsl_matrix_free(sigma);
  vae_free(v);
}
