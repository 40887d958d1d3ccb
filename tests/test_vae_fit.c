/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits of the variational autoencoder: threads, stops, numbers that are not
 * finite, and the one case where the optimum is known. */
#include "config.h"

#include "vae.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_statistics.h>
#include <stdint.h>

#include "eval/bound.h"
#include "families.h"
#include "folder.h"
#include "models/ppca.h"

static mg_fit_options few_epochs(size_t threads) {
  mg_fit_options fit = mg_fit_options_default();
  fit.passes = 3;
  fit.batch = 32;
  fit.threads = threads;
  return fit;
}

/* The number of threads is nowhere in the bytes: layers wide enough to be cut
 * into tiles. */
Test(vae, threads_leave_no_trace) {
  const mg_space space = vae_space(MG_LEVELS, 8);
  mg_dataset *data = image_data(&space, 100);
  const mg_rows rows = mg_dataset_all(data);
  for (size_t conv = 0; conv < 2; conv++) {
    mg_vae_options o = vae_options(&space);
    o.net = conv ? MG_VAE_CONV : MG_VAE_MLP;
    o.hidden = 200;
    o.draws = 3;
    mg_model *model[3];
    for (size_t i = 0; i < 3; i++) {
      const mg_fit_options fit = few_epochs((size_t)1 << i);
      model[i] = images_model(&space, o);
      cr_assert_eq(mg_fit_run(model[i], &rows, &fit, 1), GSL_SUCCESS, "%s",
                   mg_reason());
      cr_expect(mg_model_equal(model[0], model[i]), "other bytes on %d threads",
                1 << i);
    }
    for (size_t i = 0; i < 3; i++)
      mg_model_free(model[i]);
  }
  mg_dataset_free(data);
}

static void fit_with_stop(mg_model *model, const mg_rows *rows, size_t stop) {
  const mg_fit_options options = few_epochs(1);
  mg_fit *fit = mg_fit_alloc(model, rows, &options, 1);
  cr_assert_not_null(fit, "%s", mg_reason());
  if (stop == SIZE_MAX)
    cr_assert_eq(mg_fit_resume(fit, "fit.checkpoint"), GSL_SUCCESS, "%s",
                 mg_reason());
  for (size_t i = 0; mg_fit_test(fit) == GSL_CONTINUE && i < stop; i++)
    cr_assert_eq(mg_fit_iterate(fit), GSL_SUCCESS, "%s", mg_reason());
  if (mg_fit_test(fit) == GSL_CONTINUE)
    cr_assert_eq(mg_fit_checkpoint(fit, "fit.checkpoint"), GSL_SUCCESS, "%s",
                 mg_reason());
  else
    mg_fit_finish(fit);
  mg_fit_free(fit);
}

/* Adam's memory and its count are in the checkpoint, the warm-up's place too.
 */
Test(vae, a_fit_goes_on_as_if_never_stopped, .init = folder_enter,
     .fini = folder_leave) {
  const mg_space space = vae_space(MG_BINARY, 4);
  mg_dataset *data = image_data(&space, 100);
  const mg_rows rows = mg_dataset_all(data);
  mg_vae_options o = vae_options(&space);
  o.warmup = 2;
  o.climb.schedule = MG_SCHEDULE_ROBBINS_MONRO;
  mg_model *whole = images_model(&space, o), *cut = images_model(&space, o);
  mg_model *again = images_model(&space, o);
  fit_with_stop(whole, &rows, 1000);
  fit_with_stop(cut, &rows, 6);
  fit_with_stop(again, &rows, SIZE_MAX);
  cr_expect(!mg_model_equal(whole, cut), "the stop was at the end");
  cr_expect(mg_model_equal(whole, again), "other parameters after a stop");
  mg_model_free(whole);
  mg_model_free(cut);
  mg_model_free(again);
  mg_dataset_free(data);
}

static mg_report report_after(mg_vae *v, const gsl_matrix *x, size_t passes) {
  mg_stats stats = vae_stats(v, x->size1);
  mg_report report;
  stats.passes = passes;
  cr_assert_eq(vae_gathered(v, x, 1, &stats), GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_vae_type.update(v, &stats, &report), GSL_SUCCESS, "%s",
               mg_reason());
  vae_stats_free(&stats);
  return report;
}

Test(vae, a_weight_other_than_1_is_no_bound) {
  const mg_space space = vae_space(MG_BINARY, 3);
  gsl_matrix *x = vae_rows(&space, 20);
  mg_vae_options o = vae_options(&space);
  o.warmup = 3;
  mg_vae *v = vae_begun(&space, &o, x);
  cr_expect_float_eq(mg_vae_beta(v, 0), 0.25, 1e-15, "the first epoch");
  cr_expect_float_eq(mg_vae_beta(v, 3), 1, 0, "after the warm-up");
  cr_expect_str_eq(report_after(v, x, 2).objective_name, "no bound, KL warm-up",
                   "in the warm-up");
  cr_expect_str_eq(report_after(v, x, 3).objective_name, "ELBO", "after it");
  v->options.objective = MG_VAE_IWAE;
  cr_expect_str_eq(report_after(v, x, 3).objective_name, "IWAE", "of iwae");
  v->options.warmup = 0;
  v->options.beta = 4;
  cr_expect_str_eq(report_after(v, x, 3).objective_name, "no bound, beta not 1",
                   "with beta 4");
  vae_free(v);
  gsl_matrix_free(x);
}

Test(vae, what_is_not_finite_is_traced_to_its_layer) {
  const mg_space space = vae_space(MG_BINARY, 3);
  gsl_matrix *x = vae_rows(&space, 20);
  const mg_vae_options o = vae_options(&space);
  mg_vae *v = vae_begun(&space, &o, x);
  mg_stats stats = vae_stats(v, x->size1);
  mg_report report;
  const mg_real kept = v->ascent.theta[v->ascent.numbers - 1];
  v->ascent.theta[v->ascent.numbers - 1] = NAN;
  cr_expect_eq(vae_gathered(v, x, 1, &stats), GSL_EDOM, "NaN went through");
  cr_expect(strstr(mg_reason(), "decoder, layer 3 (dense)"), "reason: %s",
            mg_reason());
  v->ascent.theta[v->ascent.numbers - 1] = kept;
  v->ascent.theta[0] = INFINITY;
  cr_expect_eq(vae_gathered(v, x, 1, &stats), GSL_EDOM, "inf went through");
  cr_expect(strstr(mg_reason(), "encoder, layer 1 (dense)"), "reason: %s",
            mg_reason());
  v->ascent.theta[0] = 0;
  cr_assert_eq(vae_gathered(v, x, 1, &stats), GSL_SUCCESS, "%s", mg_reason());
  stats.gradient[3] = NAN;
  cr_expect_eq(mg_vae_type.update(v, &stats, &report), GSL_EDOM, "a step");
  cr_expect(strstr(mg_reason(), "encoder, layer 1 (dense)"), "reason: %s",
            mg_reason());
  stats.gradient[3] = (mg_real)-1e30; /* finite, and its square is not */
  cr_expect_eq(mg_vae_type.update(v, &stats, &report), GSL_EDOM, "a leap");
  cr_expect(strstr(mg_reason(), "encoder, layer 1 (dense): the gradient of its "
                                "parameter 4 is -1e+30"),
            "reason: %s", mg_reason());
  vae_stats_free(&stats);
  vae_free(v);
  gsl_matrix_free(x);
}

/* ---- linear networks are ppca ---- */

/* The ELBO of a linear vae with one variance has ppca's maximum of the
 * likelihood as its own (Lucas et al. 2019).  Columns are standardised by
 * hand, so that both models have one unit. */
Test(vae, linear_networks_reach_ppca) {
  enum { N = 400, D = 4 };
  const mg_space space = {.dim = D, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("linear", &space, N);
  gsl_rng *rng = mg_stream_alloc(3, "test/vae/linear", 0);
  for (size_t n = 0; n < N; n++) {
    const double a = gsl_ran_gaussian(rng, 1), b = gsl_ran_gaussian(rng, 1);
    const double mean[D] = {2 * a, a + b, b, a - b};
    for (size_t j = 0; j < D; j++)
      gsl_matrix_set(data->reals, n, j, mean[j] + gsl_ran_gaussian(rng, 0.5));
  }
  for (size_t j = 0; j < D; j++) {
    double *column = data->reals->data + j;
    const double mean = gsl_stats_mean(column, D, N);
    const double sd = gsl_stats_sd_with_fixed_mean(column, D, N, mean);
    for (size_t n = 0; n < N; n++)
      column[n * D] = (column[n * D] - mean) / sd;
  }
  const mg_ppca_options closed = {.latent = 2};
  mg_model *ppca = fitted(&mg_ppca_type, data, &closed, 1);
  mg_vae_options o = vae_options(&space);
  o.latent = 2;
  o.hidden = 0;
  o.variance = MG_VAE_VARIANCE_ONE;
  o.draws = 8;
  o.climb.rate = 0.02;
  o.climb.schedule = MG_SCHEDULE_COSINE;
  o.climb.decay = 3000;
  mg_model *vae = images_model(&space, o);
  mg_fit_options fit = few_epochs(1);
  const mg_rows rows = mg_dataset_all(data);
  fit.batch = N / 2; /* minibatches are not stopped by a small rise */
  fit.passes = 1500;
  cr_assert_eq(mg_fit_run(vae, &rows, &fit, 1), GSL_SUCCESS, "%s", mg_reason());
  mg_bound_options options = mg_bound_options_default(MG_BOUND_ELBO);
  options.draws = 100;
  mg_evidence elbo;
  cr_assert_eq(mg_bound_of(vae, MG_BOUND_ELBO, &rows, &options, 1, &elbo),
               GSL_SUCCESS, "%s", mg_reason());
  const double optimum = -nats(ppca, data, MG_TRAIN);
  cr_expect_float_eq(elbo.value, optimum, 5e-3, "ELBO %.6f, ppca %.6f",
                     elbo.value, optimum);
  gsl_rng_free(rng);
  mg_model_free(ppca);
  mg_model_free(vae);
  mg_dataset_free(data);
}
