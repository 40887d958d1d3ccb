/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generator seen through noise, on two generators: a linear one, whose
 * evidence is that of ppca in closed form, x ~ N(b, W W^T + sd^2 I), and a
 * curved one for the gradient. */
#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "eval/bound.h"
#include "generator.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(noisy, .init = setup);

static gsl_matrix *normals(size_t rows, size_t columns, unsigned long seed) {
  gsl_matrix *m = gsl_matrix_alloc(rows, columns);
  gsl_rng *rng = mg_stream_alloc(seed, "test/rows", columns);
  for (size_t i = 0; i < rows * columns; i++)
    m->data[i] = gsl_ran_gaussian(rng, 1.5);
  gsl_rng_free(rng);
  return m;
}

/* ---- the operations ---- */

Test(noisy, a_linear_one_has_the_joint_of_ppca) {
  mg_model *of = map_model(false), *model = noisy_of(of, SD);
  mg_model *exact = exact_model(SD);
  gsl_matrix *x = normals(N, D, 1), *z = normals(N, L, 2);
  gsl_matrix *dz = gsl_matrix_alloc(N, L), *known = gsl_matrix_alloc(N, L);
  gsl_vector *log_p = gsl_vector_alloc(N), *log_known = gsl_vector_alloc(N);
  const mg_latent_ops *ops = model->type->latent;
  cr_assert_eq(ops->dim(model->self), L, "dim");
  cr_assert_eq(ops->log_joint(model->self, x, z, log_p, dz), GSL_SUCCESS, "%s",
               mg_reason());
  mg_ppca_log_joint(exact->self, x, z, log_known, known);
  for (size_t i = 0; i < N; i++) {
    const double here = gsl_vector_get(log_p, i);
    const double there = gsl_vector_get(log_known, i);
    cr_expect(fabs(here - there) < 1e-11 * fabs(there), "row %zu: %.15g, %.15g",
              i, here, there);
    for (size_t l = 0; l < L; l++)
      cr_expect(fabs(gsl_matrix_get(dz, i, l) - gsl_matrix_get(known, i, l)) <
                    1e-10,
                "gradient %zu, %zu: %.12g, %.12g", i, l,
                gsl_matrix_get(dz, i, l), gsl_matrix_get(known, i, l));
  }
  cr_expect(mg_noisy_sd(model) == SD, "sd %g", mg_noisy_sd(model));
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  gsl_matrix_free(dz);
  gsl_matrix_free(known);
  gsl_vector_free(log_p);
  gsl_vector_free(log_known);
  mg_model_free(model);
  mg_model_free(exact);
  mg_model_free(of);
}

/* Central differences of the fourth order, on the curved one. */
static double slope(const mg_model *model, const gsl_matrix *x, gsl_matrix *z,
                    size_t l) {
  static const double at[] = {-2, -1, 1, 2}, weight[] = {1, -8, 8, -1};
  const double h = 1e-3, here = gsl_matrix_get(z, 0, l);
  double sum = 0, value;
  gsl_vector_view log_p = gsl_vector_view_array(&value, 1);
  for (int i = 0; i < 4; i++) {
    gsl_matrix_set(z, 0, l, here + at[i] * h);
    model->type->latent->log_joint(model->self, x, z, &log_p.vector, NULL);
    sum += weight[i] * value / (12 * h);
  }
  gsl_matrix_set(z, 0, l, here);
  return sum;
}

Test(noisy, the_gradient_is_the_slope) {
  mg_model *of = map_model(true), *model = noisy_of(of, SD);
  gsl_matrix *dz = gsl_matrix_alloc(1, L);
  gsl_vector *log_p = gsl_vector_alloc(1);
  for (unsigned long seed = 1; seed <= 20; seed++) {
    gsl_matrix *x = normals(1, D, seed), *z = normals(1, L, 100 + seed);
    model->type->latent->log_joint(model->self, x, z, log_p, dz);
    for (size_t l = 0; l < L; l++) {
      const double found = gsl_matrix_get(dz, 0, l);
      const double wanted = slope(model, x, z, l);
      cr_expect(fabs(found - wanted) < 1e-8 * (1 + fabs(wanted)),
                "seed %lu, z_%zu: %.12g, slope %.12g", seed, l, found, wanted);
    }
    gsl_matrix_free(x);
    gsl_matrix_free(z);
  }
  gsl_matrix_free(dz);
  gsl_vector_free(log_p);
  mg_model_free(model);
  mg_model_free(of);
}

Test(noisy, the_proposal_is_the_prior) {
  mg_model *of = map_model(true), *model = noisy_of(of, SD);
  const mg_latent_ops *ops = model->type->latent;
  gsl_matrix *x = normals(N, D, 1), *z = gsl_matrix_alloc(N, L);
  gsl_matrix *dz = gsl_matrix_alloc(N, L), *dq = gsl_matrix_alloc(N, L);
  gsl_vector *log_q = gsl_vector_alloc(N), *log_p = gsl_vector_alloc(N),
             *again = gsl_vector_alloc(N);
  gsl_rng *rng = mg_stream_alloc(3, "test/noisy", 0);
  cr_assert_eq(ops->propose(model->self, rng, x, z, log_q), GSL_SUCCESS, "%s",
               mg_reason());
  ops->log_prior(model->self, z, log_p, dz);
  ops->log_proposal(model->self, x, z, again, dq);
  for (size_t i = 0; i < N; i++) {
    const double a = gsl_matrix_get(z, i, 0), b = gsl_matrix_get(z, i, 1);
    const double known = -MG_LN_2PI - 0.5 * (a * a + b * b);
    cr_expect(fabs(gsl_vector_get(log_p, i) - known) < 1e-13, "row %zu", i);
    cr_expect(gsl_vector_get(log_q, i) == gsl_vector_get(log_p, i) &&
                  gsl_vector_get(again, i) == gsl_vector_get(log_p, i),
              "log q of row %zu", i);
    cr_expect(gsl_matrix_get(dz, i, 0) == -a && gsl_matrix_get(dq, i, 1) == -b,
              "gradients of row %zu", i);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  gsl_matrix_free(dz);
  gsl_matrix_free(dq);
  gsl_vector_free(log_q);
  gsl_vector_free(log_p);
  gsl_vector_free(again);
  mg_model_free(model);
  mg_model_free(of);
}

/* x - G(z) of pairs: mean 0 and variance sd^2; decode is G. */
Test(noisy, pairs_have_the_noise) {
  enum { PAIRS = 20000 };
  mg_model *of = map_model(true), *model = noisy_of(of, SD);
  const mg_latent_ops *ops = model->type->latent;
  gsl_matrix *x = gsl_matrix_alloc(PAIRS, D), *z = gsl_matrix_alloc(PAIRS, L);
  gsl_matrix *mean = gsl_matrix_alloc(PAIRS, D);
  gsl_rng *rng = mg_stream_alloc(3, "test/noisy", 1);
  double sum = 0, squares = 0, latent = 0;
  cr_assert_eq(ops->sample_joint(model->self, rng, z, x), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(ops->decode(model->self, z, mean), GSL_SUCCESS, "%s",
               mg_reason());
  gsl_matrix_sub(x, mean);
  for (size_t i = 0; i < PAIRS; i++) {
    for (size_t j = 0; j < D; j++) {
      sum += gsl_matrix_get(x, i, j);
      squares += gsl_pow_2(gsl_matrix_get(x, i, j));
    }
    latent += gsl_pow_2(gsl_matrix_get(z, i, 0));
  }
  const double n = PAIRS * D;
  cr_expect(fabs(sum / n) < 6.1 * SD / sqrt(n), "mean %g", sum / n);
  cr_expect(fabs(squares / n / (SD * SD) - 1) < 6.1 * sqrt(2 / n),
            "variance %g", squares / n);
  cr_expect(fabs(latent / PAIRS - 1) < 6.1 * sqrt(2.0 / PAIRS), "z %g",
            latent / PAIRS);
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  gsl_matrix_free(mean);
  mg_model_free(model);
  mg_model_free(of);
}

/* ---- the bounds ---- */

static double exact_mean(const mg_model *exact, const gsl_matrix *x) {
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  double sum = 0;
  mg_model_log_density(exact, x, log_p);
  for (size_t i = 0; i < x->size1; i++)
    sum += gsl_vector_get(log_p, i) / (double)x->size1;
  gsl_vector_free(log_p);
  return sum;
}

Test(noisy, bounds_rise_to_the_exact_evidence) {
  mg_model *of = map_model(false), *model = noisy_of(of, SD);
  mg_model *exact = exact_model(SD);
  mg_dataset *data = drawn_from(exact);
  const mg_rows rows = mg_dataset_all(data);
  const double truth = exact_mean(exact, data->reals);
  static const mg_bound_method methods[] = {MG_BOUND_ELBO, MG_BOUND_IWAE,
                                            MG_BOUND_AIS};
  mg_evidence e[3];
  for (int i = 0; i < 3; i++) {
    mg_bound_options options = mg_bound_options_default(methods[i]);
    cr_assert_eq(mg_bound_of(model, methods[i], &rows, &options, 1, &e[i]),
                 GSL_SUCCESS, "%s", mg_reason());
    cr_expect(e[i].claim == MG_LOWER, "the claim of %s", e[i].method);
  }
  cr_expect(e[0].value < e[1].value && e[1].value < truth + 0.01,
            "elbo %.4f, iwae %.4f, exact %.4f", e[0].value, e[1].value, truth);
  cr_expect(fabs(e[2].value - truth) < 0.02, "ais %.4f, exact %.4f", e[2].value,
            truth);
  mg_dataset_free(data);
  mg_model_free(model);
  mg_model_free(exact);
  mg_model_free(of);
}

/* The data are the model's own: the truth lies between both sides. */
Test(noisy, a_sandwich_holds_the_entropy) {
  mg_model *of = map_model(false), *model = noisy_of(of, SD);
  const mg_bound_options options = mg_bound_options_default(MG_BOUND_AIS);
  mg_evidence lower, upper;
  cr_assert_eq(mg_bound_sandwich(model, 200, &options, 4, &lower, &upper),
               GSL_SUCCESS, "%s", mg_reason());
  /* -E log p = D/2 log(2 pi e) + 1/2 log det(W W^T + sd^2 I). */
  mg_model *exact = exact_model(SD);
  const mg_ppca *p = exact->self;
  const double entropy = 0.5 * (D * (MG_LN_2PI + 1) + p->log_det);
  cr_expect(upper.value - lower.value < 0.1, "%.4f to %.4f", lower.value,
            upper.value);
  cr_expect(lower.value - 6.1 * lower.std_error < -entropy &&
                -entropy < upper.value + 6.1 * upper.std_error,
            "%.4f .. %.4f +- %.4f, exact %.4f", lower.value, upper.value,
            lower.std_error, -entropy);
  mg_model_free(exact);
  mg_model_free(model);
  mg_model_free(of);
}

/* ---- refusals ---- */

Test(noisy, what_is_no_generator_or_no_noise_is_refused) {
  mg_model *of = map_model(false), *exact = exact_model(SD);
  cr_expect_null(mg_noisy_alloc(exact, SD), "ppca as a generator");
  cr_expect(strstr(mg_reason(), "ppca is no generator"), "'%s'", mg_reason());
  static const double bad[] = {0, -1, NAN, INFINITY, 1e-200};
  for (size_t i = 0; i < 5; i++) {
    cr_expect_null(mg_noisy_alloc(of, bad[i]), "a noise of %g", bad[i]);
    cr_expect(strstr(mg_reason(), "above 0"), "'%s'", mg_reason());
  }
  mg_model *model = noisy_of(of, SD);
  const mg_latent_ops *ops = model->type->latent;
  gsl_matrix *x = normals(2, D, 1), *z = normals(2, L, 1),
             *narrow = normals(2, 1, 1);
  gsl_vector *log_p = gsl_vector_alloc(2);
  cr_expect_eq(ops->log_joint(model->self, x, narrow, log_p, NULL), GSL_EBADLEN,
               "a short z");
  cr_expect_eq(ops->log_joint(model->self, narrow, z, log_p, NULL), GSL_EBADLEN,
               "a short x");
  gsl_matrix_set(x, 1, 1, NAN);
  cr_expect_eq(ops->log_joint(model->self, x, z, log_p, NULL), GSL_EDOM, "NaN");
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  gsl_matrix_free(narrow);
  gsl_vector_free(log_p);
  mg_model_free(model);
  mg_model_free(exact);
  mg_model_free(of);
}
