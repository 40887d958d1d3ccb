/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mixture of Bernoullis or categoricals, by EM.
 *
 * EM (Dempster, Laird & Rubin 1977) guesses the labels that naive Bayes is
 * given.  With r_ik = p(k | x_i) under the present parameters, every datum
 * counts r_ik times for component k, and the update is the one of a naive Bayes
 * with those counts [tab.2].  For smoothing a this maximises, never goes down
 * on, the penalised objective                                          [mix.3]
 *
 *     F(theta) = 1/N sum_i log p(x_i) + a/N sum log theta
 *
 * the second sum over pi and every entry of every table: the logarithm of a
 * Dirichlet(1 + a) prior on each, but for a constant.  The likelihood alone may
 * fall by a little; F may not.
 *
 * F has many local optima, and which one EM finds is settled by where it
 * starts.  Component k starts from the counts of the whole sample and, a fifth
 * as often, a random row of it (all different while there are rows enough): far
 * enough apart to part, and none begins by ruling data out.
 *
 * A component that no datum wants gets uniform tables and weight a/(N + K a),
 * defined and harmless.  More components than rows: rows are used again, such
 * twins stay equal, and the density is that of fewer components.
 *
 * Not here: choosing K (compare log densities of held-out data). */
#include "models/mixture.h"

#include <gsl/gsl_permutation.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/component.h"

static const mg_option mixture_option_table[] = {
    {"components", MG_OPTION_SIZE, offsetof(mg_mixture_options, components), 1,
     100000, NULL, "number of components, K"},
    {"smoothing", MG_OPTION_REAL, offsetof(mg_mixture_options, smoothing), 1e-6,
     1e6, NULL, "added to every expected count"},
    {.name = NULL}};

mg_mixture_options mg_mixture_options_default(const mg_space *space) {
  return (mg_mixture_options){
      .components = 10, .smoothing = space->measure == MG_LEVELS ? 0.2 : 1};
}

int mg_mixture_init(mg_mixture *m, const mg_space *space,
                    const mg_mixture_options *options) {
  if (space->measure == MG_REALS)
    return mg_fail(GSL_EINVAL, "mixture is for binary data and levels; for "
                               "reals take a Gaussian mixture");
  m->prior = (mg_product_prior){.smoothing = options->smoothing};
  return mg_product_init(&m->law, space, options->components);
}

void mg_mixture_clear(mg_mixture *m) {
  mg_product_clear(&m->law);
}

/* ---- start ---- */

/* How often a component's own row counts, against the whole sample. */
#define OWN_ROW 0.2

/* Counts every row 1/K times for each component, and more for its own. */
static int count_start(const mg_mixture *m, const gsl_permutation *order,
                       const gsl_matrix *x, double *r, double *counts) {
  const size_t K = m->law.count, n = x->size1;
  for (size_t i = 0; i < n; i++) {
    size_t row = gsl_permutation_get(order, i);
    for (size_t k = 0; k < K; k++)
      r[k] = 1.0 / (double)K;
    for (size_t k = i; k < K; k += n)
      r[k] += OWN_ROW * (double)n / (double)K;
    int status = mg_product_gather(&m->law, x->data + row * x->tda, r, counts);
    if (status != GSL_SUCCESS)
      return status;
  }
  return GSL_SUCCESS;
}

int mg_mixture_start(mg_mixture *m, gsl_rng *rng, const gsl_matrix *sample) {
  int status = mg_shape_check(m->law.dim, sample, NULL);
  if (status != GSL_SUCCESS)
    return status;
  gsl_permutation *order = gsl_permutation_calloc(sample->size1);
  gsl_vector *counts = gsl_vector_calloc(mg_product_counts(&m->law));
  gsl_vector *r = gsl_vector_calloc(m->law.count);
  if (order && counts && r) {
    gsl_ran_shuffle(rng, order->data, order->size, sizeof(size_t));
    status = count_start(m, order, sample, r->data, counts->data);
    if (status == GSL_SUCCESS)
      status = mg_product_update(&m->law, counts->data, &m->prior, NULL);
  } else {
    status =
        mg_fail(GSL_ENOMEM, "no memory to start %zu components", m->law.count);
  }
  gsl_permutation_free(order);
  gsl_vector_free(counts);
  gsl_vector_free(r);
  return status;
}

/* ---- density ---- */

int mg_mixture_log_density(const mg_mixture *m, const gsl_matrix *x,
                           gsl_vector *log_p) {
  return mg_product_log_density(&m->law, x, log_p);
}

int mg_mixture_responsibilities(const mg_mixture *m, const gsl_matrix *x,
                                gsl_matrix *r) {
  return mg_product_posterior(&m->law, x, r);
}

int mg_mixture_means(const mg_mixture *m, gsl_matrix *means) {
  if (means->size1 != m->law.count || means->size2 != m->law.dim)
    return mg_fail(GSL_EBADLEN, "the means are %zu x %zu, not %zu x %zu",
                   means->size1, means->size2, m->law.count, m->law.dim);
  for (size_t k = 0; k < m->law.count; k++)
    mg_tables_mean(&m->law.tables, k, means->data + k * means->tda);
  return GSL_SUCCESS;
}

int mg_mixture_sample(const mg_mixture *m, gsl_rng *rng, gsl_matrix *x) {
  return mg_product_sample(&m->law, rng, x, NULL);
}

/* ---- as a model ---- */

static void mixture_options_default(const mg_space *space, void *options) {
  *(mg_mixture_options *)options = mg_mixture_options_default(space);
}

static int mixture_init(void *self, const mg_space *space,
                        const void *options) {
  return mg_mixture_init(self, space, options);
}

static void mixture_clear(void *self) {
  mg_mixture_clear(self);
}

static int mixture_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  return mg_mixture_start(self, rng, &sample->x);
}

/* The counts, and behind them the log-likelihood; the work is one row of r. */
static mg_need mixture_need(const void *self, size_t n) {
  const mg_mixture *m = self;
  (void)n;
  return (mg_need){.sums = mg_product_counts(&m->law) + 1,
                   .work = m->law.count};
}

static int mixture_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                          mg_stats *stats) {
  const mg_mixture *m = self;
  const gsl_matrix *x = &batch->x;
  double *counts = stats->sums->data, *r = stats->work->data;
  double *log_likelihood = counts + mg_product_counts(&m->law);
  int status = mg_shape_check(m->law.dim, x, NULL);
  (void)rng;
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++) {
    const double *row = x->data + i * x->tda;
    status = mg_product_log_joint(&m->law, row, r);
    if (status != GSL_SUCCESS)
      break;
    *log_likelihood += mg_softmax(m->law.count, r, r);
    status = mg_product_gather(&m->law, row, r, counts);
  }
  return status;
}

static int mixture_update(void *self, mg_stats *stats, mg_report *report) {
  mg_mixture *m = self;
  const double *counts = stats->sums->data;
  const double n = (double)stats->n;
  const double likelihood = counts[mg_product_counts(&m->law)] / n;
  const double prior = mg_product_log_prior(&m->law, m->prior.smoothing) / n;
  *report = (mg_report){.log_likelihood = likelihood,
                        .objective = likelihood + prior,
                        .objective_name = "penalised log-likelihood"};
  return mg_product_update(&m->law, counts, &m->prior, NULL);
}

static void mixture_tensors(void *self, mg_tensors *list) {
  mg_mixture *m = self;
  mg_product_tensors(&m->law, true, list);
}

static int mixture_refresh(void *self) {
  mg_mixture *m = self;
  return mg_product_refresh(&m->law);
}

static int mixture_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_mixture_sample(self, rng, x);
}

static int mixture_log_density(const void *self, const gsl_matrix *x,
                               gsl_vector *log_p) {
  return mg_mixture_log_density(self, x, log_p);
}

/* ---- the component as latent variable; the posterior is exact ---- */

static int every_joint(const void *self, const gsl_matrix *x,
                       gsl_matrix *log_joint) {
  const mg_mixture *m = self;
  int status = mg_shape_check(m->law.dim, x, NULL);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++)
    status = mg_product_log_joint(&m->law, x->data + i * x->tda,
                                  log_joint->data + i * log_joint->tda);
  return status;
}

static mg_component component_of(const void *self) {
  const mg_mixture *m = self;
  return (mg_component){.self = self,
                        .count = m->law.count,
                        .weight = m->law.weight,
                        .log_joint = every_joint};
}

static int mixture_sample_joint(const void *self, gsl_rng *rng, gsl_matrix *z,
                                gsl_matrix *x) {
  const mg_mixture *m = self;
  size_t *k = calloc(x->size1, sizeof *k);
  if (!k)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", x->size1);
  const int status = mg_product_sample(&m->law, rng, x, k);
  for (size_t n = 0; n < x->size1; n++)
    gsl_matrix_set(z, n, 0, (double)k[n]);
  free(k);
  return status;
}

static int mixture_propose(const void *self, gsl_rng *rng, const gsl_matrix *x,
                           gsl_matrix *z, gsl_vector *log_q) {
  const mg_component c = component_of(self);
  return mg_component_propose(&c, rng, x, z, log_q);
}

static int mixture_log_joint(const void *self, const gsl_matrix *x,
                             const gsl_matrix *z, gsl_vector *log_pxz,
                             gsl_matrix *dz) {
  const mg_component c = component_of(self);
  (void)dz;
  return mg_component_log_joint(&c, x, z, log_pxz);
}

static int mixture_log_proposal(const void *self, const gsl_matrix *x,
                                const gsl_matrix *z, gsl_vector *log_q,
                                gsl_matrix *dz) {
  const mg_component c = component_of(self);
  (void)dz;
  return mg_component_log_posterior(&c, x, z, log_q);
}

static int mixture_log_prior(const void *self, const gsl_matrix *z,
                             gsl_vector *log_pz, gsl_matrix *dz) {
  const mg_component c = component_of(self);
  (void)dz;
  return mg_component_log_prior(&c, z, log_pz);
}

static int mixture_encode(const void *self, const gsl_matrix *x,
                          gsl_matrix *z) {
  const mg_component c = component_of(self);
  return mg_component_likeliest(&c, x, z);
}

static int mixture_decode(const void *self, const gsl_matrix *z,
                          gsl_matrix *x) {
  const mg_mixture *m = self;
  gsl_matrix *means = gsl_matrix_alloc(m->law.count, x->size2);
  if (!means)
    return mg_fail(GSL_ENOMEM, "no memory for %zu means", m->law.count);
  int status = mg_mixture_means(m, means);
  if (status == GSL_SUCCESS)
    status = mg_component_means(means, z, x);
  gsl_matrix_free(means);
  return status;
}

static const mg_latent_ops mixture_latent = {
    .discrete = true,
    .dim = mg_component_dim,
    .sample_joint = mixture_sample_joint,
    .propose = mixture_propose,
    .log_joint = mixture_log_joint,
    .log_proposal = mixture_log_proposal,
    .log_prior = mixture_log_prior,
    .posterior = mixture_propose,
    .encode = mixture_encode,
    .decode = mixture_decode};

const mg_model_type mg_mixture_type = {
    .name = "mixture",
    .title = "Mixture of Bernoullis or categoricals",
    .source = "Lazarsfeld & Henry (1968); EM: Dempster, Laird & Rubin (1977)",
    .size = sizeof(mg_mixture),
    .measures = 1u << MG_BINARY | 1u << MG_LEVELS,
    .options = mixture_option_table,
    .options_size = sizeof(mg_mixture_options),
    .options_default = mixture_options_default,
    .init = mixture_init,
    .clear = mixture_clear,
    .start = mixture_start,
    .need = mixture_need,
    .gather = mixture_gather,
    .update = mixture_update,
    .tensors = mixture_tensors,
    .refresh = mixture_refresh,
    .sample = mixture_sample,
    .log_density = mixture_log_density,
    .latent = &mixture_latent};
