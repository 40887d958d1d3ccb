/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Independent columns: one law a column, learned in one pass by counting.
 *
 * The baseline of every table in this project.  A model that does not beat it
 * has learned nothing about how columns go together: the gap
 *
 *     E log p(x) - E log p_independent(x)                            [ind.2]
 *
 * is, for a perfect p, the total correlation of the columns (Watanabe 1960).
 *
 * Binary and levels: relative frequencies with `smoothing` added to every
 * count, [tab.2]: the mean of the posterior under a symmetric Dirichlet prior
 * (a = 1: Laplace's rule of succession).  Reals: mean and maximum-likelihood
 * variance of each column, [nrm.2], the variance at least `floor`.
 *
 * The update solves for the parameters at once, so its report is about the new
 * ones, of which the counts already tell the log-likelihood; no second pass.
 * What it raises is, on reals, that likelihood; on tables the likelihood and a
 * prior, [mix.3] with K = 1.
 *
 * Not here: dependence of any kind. */
#include "models/independent.h"

#include <string.h>

static const mg_option independent_option_table[] = {
    {"smoothing", MG_OPTION_REAL, offsetof(mg_independent_options, smoothing),
     1e-6, 1e6, NULL, "added to every count (binary, levels)"},
    {"floor", MG_OPTION_REAL, offsetof(mg_independent_options, floor), 0, 1e300,
     NULL, "least variance of a column, units squared (reals)"},
    {.name = NULL}};

mg_independent_options mg_independent_options_default(const mg_space *space) {
  return (mg_independent_options){
      .smoothing = space->measure == MG_LEVELS ? 0.1 : 1, .floor = 1e-6};
}

int mg_independent_init(mg_independent *m, const mg_space *space,
                        const mg_independent_options *options) {
  m->prior = (mg_product_prior){.smoothing = options->smoothing,
                                .floor = options->floor};
  return mg_product_init(&m->law, space, 1);
}

void mg_independent_clear(mg_independent *m) {
  mg_product_clear(&m->law);
}

int mg_independent_log_density(const mg_independent *m, const gsl_matrix *x,
                               gsl_vector *log_p) {
  return mg_product_log_density(&m->law, x, log_p);
}

int mg_independent_sample(const mg_independent *m, gsl_rng *rng,
                          gsl_matrix *x) {
  return mg_product_sample(&m->law, rng, x, NULL);
}

/* ---- as a model ---- */

static void independent_options_default(const mg_space *space, void *options) {
  *(mg_independent_options *)options = mg_independent_options_default(space);
}

static bool independent_idle(const mg_space *space, const void *options,
                             const char *name) {
  (void)options;
  return (space->measure == MG_REALS) != (strcmp(name, "floor") == 0);
}

static int independent_init(void *self, const mg_space *space,
                            const void *options) {
  return mg_independent_init(self, space, options);
}

static void independent_clear(void *self) {
  mg_independent_clear(self);
}

static int independent_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_independent *m = self;
  (void)rng;
  return m->law.reals ? mg_normals_start(&m->law.normals, &sample->x)
                      : GSL_SUCCESS;
}

static mg_need independent_need(const void *self, size_t n) {
  const mg_independent *m = self;
  (void)n;
  return (mg_need){.sums = mg_product_counts(&m->law)};
}

static int independent_gather(const void *self, gsl_rng *rng,
                              const mg_batch *batch, mg_stats *stats) {
  const mg_independent *m = self;
  const gsl_matrix *x = &batch->x;
  const double whole = 1;
  int status = mg_shape_check(m->law.dim, x, NULL);
  (void)rng;
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++)
    status = mg_product_gather(&m->law, x->data + i * x->tda, &whole,
                               stats->sums->data);
  return status;
}

static int independent_update(void *self, mg_stats *stats, mg_report *report) {
  mg_independent *m = self;
  double sum;
  int status = mg_product_update(&m->law, stats->sums->data, &m->prior, &sum);
  if (status != GSL_SUCCESS)
    return status;
  const double n = (double)stats->n;
  const double prior = mg_product_log_prior(&m->law, m->prior.smoothing);
  *report =
      (mg_report){.log_likelihood = sum / n,
                  .objective = (sum + prior) / n,
                  .objective_name = m->law.reals ? "log-likelihood"
                                                 : "penalised log-likelihood",
                  .finished = true};
  return GSL_SUCCESS;
}

static void independent_tensors(void *self, mg_tensors *list) {
  mg_independent *m = self;
  mg_product_tensors(&m->law, false, list);
}

static int independent_refresh(void *self) {
  mg_independent *m = self;
  return mg_product_refresh(&m->law);
}

static int independent_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_independent_sample(self, rng, x);
}

static int independent_log_density(const void *self, const gsl_matrix *x,
                                   gsl_vector *log_p) {
  return mg_independent_log_density(self, x, log_p);
}

const mg_model_type mg_independent_type = {
    .name = "independent",
    .title = "Independent columns",
    .source = "Laplace (1814), rule of succession",
    .size = sizeof(mg_independent),
    .baseline = true,
    .measures = 1u << MG_REALS | 1u << MG_BINARY | 1u << MG_LEVELS,
    .passes = 1,
    .options = independent_option_table,
    .options_size = sizeof(mg_independent_options),
    .options_default = independent_options_default,
    .idle = independent_idle,
    .init = independent_init,
    .clear = independent_clear,
    .start = independent_start,
    .need = independent_need,
    .gather = independent_gather,
    .update = independent_update,
    .tensors = independent_tensors,
    .refresh = independent_refresh,
    .sample = independent_sample,
    .log_density = independent_log_density};
