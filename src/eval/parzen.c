/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels on the samples of a model.                                [parzen.1]
 *
 * "Parzen window estimates" were the numbers by which generative models without
 * a density were ranked for some years (Breuleux, Bengio & Vincent 2011;
 * Goodfellow et al. 2014, table 1).  What they say is known in one case.  Let
 * the data be N(0, I_D) and the model N(0, f^2 I_D).  Then with S to infinity
 *
 *     kernels of bandwidth h have the density N(0, (f^2 + h^2) I_D)  [parzen.3]
 *
 * and the best h makes that the law of the data for every f < 1, also for a
 * model that draws 0 and nothing else.  With finite S the poor model needs no
 * samples to be smoothed, and the true one cannot have enough: in 64 dimensions
 * its 10000 samples lie about as far from a datum as from each other.  So the
 * kernels prefer the collapsed model, and log p prefers the true one, without
 * limit.
 *
 * Everything else is the family kde's, made to stand on the space of the data,
 * and mg_evidence_of; only the claim is taken away.
 *
 * Source: Theis, van den Oord & Bethge (2016), whose models were k-means and
 * the truth.
 *
 * Not here: kernels of several widths; samples that do not fit in memory. */
#include "eval/parzen.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/gmm.h"
#include "models/kde.h"

enum { SAMPLES = 10000, CHOOSE_MOST = 512 };

mg_parzen_options mg_parzen_options_default(void) {
  return (mg_parzen_options){.samples = SAMPLES};
}

/* ---- the kernels ---- */

static bool on_reals(const mg_rows *rows) {
  return rows->data->space.measure == MG_REALS;
}

/* Some rows at even distances, with noise where they are no reals; NULL with
 * the reason. */
static gsl_matrix *rows_to_choose_on(const mg_rows *rows, unsigned long seed) {
  const size_t n = rows->n < CHOOSE_MOST ? rows->n : CHOOSE_MOST;
  size_t index[CHOOSE_MOST];
  gsl_matrix *x = gsl_matrix_alloc(n, rows->data->space.dim);
  gsl_rng *rng = mg_stream_alloc(seed, "parzen/rows", 0);
  for (size_t i = 0; i < n; i++)
    index[i] = i * rows->n / n;
  if (x && rng) {
    mg_rows_copy(rows, index, 0, x, NULL);
    if (!on_reals(rows))
      mg_dequantise(rng, x);
  } else {
    mg_fail(GSL_ENOMEM, "no memory for %zu rows", n);
    gsl_matrix_free(x);
    x = NULL;
  }
  gsl_rng_free(rng);
  return x;
}

/* The samples for the family to keep; NULL with the reason. */
static gsl_matrix *samples_to_keep(const gsl_matrix *samples, bool noise,
                                   unsigned long seed) {
  gsl_matrix *copy = gsl_matrix_alloc(samples->size1, samples->size2);
  gsl_rng *rng = mg_stream_alloc(seed, "parzen/noise", 0);
  if (copy && rng) {
    gsl_matrix_memcpy(copy, samples);
    if (noise)
      mg_dequantise(rng, copy);
  } else {
    mg_fail(GSL_ENOMEM, "no memory for %zu samples", samples->size1);
    gsl_matrix_free(copy);
    copy = NULL;
  }
  gsl_rng_free(rng);
  return copy;
}

/* The bandwidth that one kernel on the samples' mean would need: above that of
 * any number of them, also of samples that are all the same. */
static double widest(const gsl_matrix *samples, const gsl_matrix *x) {
  double sum = 0;
  for (size_t j = 0; j < x->size2; j++) {
    const double mean =
        gsl_stats_mean(samples->data + j, samples->tda, samples->size1);
    for (size_t i = 0; i < x->size1; i++)
      sum += gsl_pow_2(gsl_matrix_get(x, i, j) - mean);
  }
  return sqrt(sum / (double)(x->size1 * x->size2));
}

/* A kde over the samples, which become its own; NULL with the reason. */
static mg_model *kernels_on(gsl_matrix *samples, const mg_space *space,
                            const gsl_matrix *x, size_t threads) {
  const mg_kde_options options = {.bandwidth = MG_BANDWIDTH_FIXED,
                                  .h = widest(samples, x)};
  mg_model *model =
      mg_model_alloc(&mg_kde_type, space, &options, space->measure != MG_REALS);
  double unused;
  int status =
      model ? mg_kde_set(model->self, samples, threads, &unused) : GSL_EINVAL;
  if (status != GSL_SUCCESS)
    gsl_matrix_free(samples);
  else
    status = mg_kde_fit_bandwidth(model->self, x, threads, NULL);
  if (status != GSL_SUCCESS) {
    mg_model_free(model);
    return NULL;
  }
  return model;
}

mg_model *mg_parzen_model(const gsl_matrix *samples, const mg_rows *chosen,
                          size_t threads, unsigned long seed) {
  const mg_space *space = &chosen->data->space;
  if (samples->size1 < 2 || chosen->n == 0) {
    mg_fail(GSL_EINVAL,
            "kernels on %zu samples, and %zu rows to choose their width",
            samples->size1, chosen->n);
    return NULL;
  }
  if (mg_shape_check(space->dim, samples, NULL) != GSL_SUCCESS ||
      mg_finite_check(samples) != GSL_SUCCESS)
    return NULL;
  gsl_matrix *x = rows_to_choose_on(chosen, seed);
  gsl_matrix *kept =
      x ? samples_to_keep(samples, !on_reals(chosen), seed) : NULL;
  mg_model *model = kept ? kernels_on(kept, space, x, threads) : NULL;
  gsl_matrix_free(x);
  return model;
}

double mg_parzen_bandwidth(const mg_model *kernels) {
  return ((const mg_kde *)kernels->self)->bandwidth[0];
}

/* ---- as an evidence ---- */

/* Judges rows with the bandwidth that is best for others. */
static int judge(const gsl_matrix *samples, const mg_rows *rows,
                 const mg_rows *chosen, size_t threads, unsigned long seed,
                 mg_evidence *evidence, double *bandwidth) {
  const mg_evidence_options options = {.draws = 1, .threads = threads};
  mg_model *kernels = mg_parzen_model(samples, chosen, threads, seed);
  if (!kernels)
    return GSL_EFAILED;
  const int status = mg_evidence_of(kernels, rows, &options, seed, evidence);
  *bandwidth = mg_parzen_bandwidth(kernels);
  mg_model_free(kernels);
  evidence->claim = MG_ESTIMATE;
  evidence->draws = samples->size1;
  evidence->method = "kde";
  return status;
}

/* Each half of the rows with the bandwidth of the other half. */
static int judge_halves(const gsl_matrix *samples, const mg_rows *rows,
                        size_t threads, unsigned long seed,
                        mg_evidence *evidence) {
  const size_t n = rows->n, cut = n / 2;
  const mg_rows half[] = {{rows->data, rows->first, cut},
                          {rows->data, rows->first + cut, n - cut}};
  mg_evidence e[2];
  double h[2];
  if (n < 2)
    return mg_fail(GSL_EINVAL, "%zu row has no halves to choose a bandwidth",
                   n);
  for (int i = 0; i < 2; i++) {
    const int status =
        judge(samples, &half[i], &half[1 - i], threads, seed, &e[i], &h[i]);
    if (status != GSL_SUCCESS)
      return status;
  }
  const double a = (double)half[0].n / (double)n, b = 1 - a;
  *evidence = e[0];
  evidence->n = n;
  evidence->value = a * e[0].value + b * e[1].value;
  evidence->std_error = hypot(a * e[0].std_error, b * e[1].std_error);
  snprintf(evidence->note, sizeof evidence->note,
           "%zu samples, bandwidths %.4g and %.4g, of each half of the rows "
           "the best for the other half",
           samples->size1, h[0], h[1]);
  return GSL_SUCCESS;
}

int mg_parzen_of_samples(const gsl_matrix *samples, const mg_dataset *data,
                         mg_part_name part, size_t threads, unsigned long seed,
                         mg_evidence *evidence) {
  const mg_rows rows = mg_dataset_part(data, part);
  const mg_rows validation = mg_dataset_part(data, MG_VALIDATION);
  if (rows.n == 0)
    return mg_fail(GSL_EINVAL, "no rows to evaluate");
  if (part == MG_VALIDATION || validation.n == 0)
    return judge_halves(samples, &rows, threads, seed, evidence);
  double h = NAN;
  const int status =
      judge(samples, &rows, &validation, threads, seed, evidence, &h);
  if (status == GSL_SUCCESS)
    snprintf(evidence->note, sizeof evidence->note,
             "%zu samples, bandwidth %.4g, the best for the validation part",
             samples->size1, h);
  return status;
}

int mg_parzen_of(const mg_model *model, const mg_dataset *data,
                 mg_part_name part, const mg_parzen_options *options,
                 unsigned long seed, mg_evidence *evidence) {
  if (!mg_space_equal(&model->space, &data->space))
    return mg_fail(GSL_EINVAL, "the model and the data have unequal spaces");
  if (options->samples < 2)
    return mg_fail(GSL_EINVAL, "kernels on %zu samples", options->samples);
  gsl_matrix *samples = gsl_matrix_alloc(options->samples, model->space.dim);
  gsl_rng *rng = mg_stream_alloc(seed, "parzen/samples", 0);
  int status = samples && rng ? mg_model_sample(model, rng, samples)
                              : mg_fail(GSL_ENOMEM, "no memory for %zu samples",
                                        options->samples);
  if (status == GSL_SUCCESS)
    status = mg_parzen_of_samples(samples, data, part, options->threads, seed,
                                  evidence);
  gsl_rng_free(rng);
  gsl_matrix_free(samples);
  return status;
}

/* ---- the wrong way round ---- */

/* The mixture with its components shrunk; NULL with the reason.  [parzen.2] */
static mg_model *shrunk(const mg_model *gmm, double factor) {
  mg_model *copy = mg_model_copy(gmm);
  if (!copy)
    return NULL;
  mg_gmm *g = copy->self;
  gsl_matrix_scale(g->spread, factor * factor);
  if (mg_gmm_refresh(g) == GSL_SUCCESS)
    return copy;
  mg_model_free(copy);
  return NULL;
}

/* A point of one of the two curves. */
static int add_point(const mg_model *gmm, const mg_dataset *data, double factor,
                     const mg_parzen_options *kernels, unsigned long seed,
                     mg_table *table) {
  mg_evidence_options exact = mg_evidence_options_default();
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  mg_evidence e;
  char name[64] = "log p";
  mg_model *model = shrunk(gmm, factor);
  if (!model)
    return GSL_EDOM;
  if (kernels)
    snprintf(name, sizeof name, "kernels on %zu samples", kernels->samples);
  const int status = kernels
                         ? mg_parzen_of(model, data, MG_TEST, kernels, seed, &e)
                         : mg_evidence_of(model, &test, &exact, seed, &e);
  mg_model_free(model);
  if (status != GSL_SUCCESS)
    return status;
  return MG_TABLE_LINE(table, name, factor, e.value, e.value - e.std_error,
                       e.value + e.std_error);
}

int mg_parzen_shrunk(const mg_model *gmm, const mg_dataset *data,
                     const double *factors, size_t n,
                     const mg_parzen_options *options, unsigned long seed,
                     mg_table *log_p, mg_table *kernels) {
  int status = GSL_SUCCESS;
  if (gmm->type != &mg_gmm_type)
    return mg_fail(GSL_EUNSUP, "%s has no components to shrink",
                   gmm->type->name);
  for (size_t i = 0; status == GSL_SUCCESS && i < n; i++) {
    status = add_point(gmm, data, factors[i], NULL, seed, log_p);
    if (status == GSL_SUCCESS)
      status = add_point(gmm, data, factors[i], options, seed, kernels);
  }
  return status;
}
