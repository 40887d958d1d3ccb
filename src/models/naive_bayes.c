/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Naive Bayes, read as a generative model.
 *
 * Known as a classifier (Maron 1961; Domingos & Pazzani 1997), it is first of
 * all a distribution over x: a mixture with one component a label.  With the
 * labels given, maximum likelihood needs no iteration: it is counting, once,
 * within each class.  The same mixture without labels has to guess them, pass
 * after pass: that is EM (models/mixture), and the two densities on one axis
 * show what the labels were worth.
 *
 * What the update raises is the joint likelihood of data and labels
 *
 *     1/N sum_i log p(c_i, x_i) + a/N sum over all tables of log theta [nb.3]
 *
 * and not the marginal [nb.1]; the report says so, and gives it for the new
 * parameters, which one update solves for.
 *
 * A class without data: its tables are uniform and its weight a / (N + C a); on
 * reals it keeps mean and variance of all data.
 *
 * Not here: columns that depend on each other within a class. */
#include "models/naive_bayes.h"

#include <math.h>
#include <string.h>

#include "base/status.h"

static const mg_option naive_bayes_option_table[] = {
    {"smoothing", MG_OPTION_REAL, offsetof(mg_naive_bayes_options, smoothing),
     1e-6, 1e6, NULL, "added to every count, the classes' included"},
    {"floor", MG_OPTION_REAL, offsetof(mg_naive_bayes_options, floor), 0, 1e300,
     NULL, "least variance in a class, units squared (reals)"},
    {.name = NULL}};

mg_naive_bayes_options mg_naive_bayes_options_default(const mg_space *space) {
  return (mg_naive_bayes_options){
      .smoothing = space->measure == MG_LEVELS ? 0.2 : 1, .floor = 1e-6};
}

int mg_naive_bayes_init(mg_naive_bayes *m, const mg_space *space,
                        const mg_naive_bayes_options *options) {
  if (space->classes == 0)
    return mg_fail(GSL_EINVAL, "naive Bayes needs labels, and the data have "
                               "none");
  m->prior = (mg_product_prior){.smoothing = options->smoothing,
                                .floor = options->floor};
  return mg_product_init(&m->law, space, space->classes);
}

void mg_naive_bayes_clear(mg_naive_bayes *m) {
  mg_product_clear(&m->law);
}

int mg_naive_bayes_log_density(const mg_naive_bayes *m, const gsl_matrix *x,
                               gsl_vector *log_p) {
  return mg_product_log_density(&m->law, x, log_p);
}

int mg_naive_bayes_posterior(const mg_naive_bayes *m, const gsl_matrix *x,
                             gsl_matrix *p) {
  return mg_product_posterior(&m->law, x, p);
}

int mg_naive_bayes_sample(const mg_naive_bayes *m, gsl_rng *rng,
                          gsl_matrix *x) {
  return mg_product_sample(&m->law, rng, x, NULL);
}

int mg_naive_bayes_sample_classes(const mg_naive_bayes *m, gsl_rng *rng,
                                  gsl_matrix *x) {
  const int status = mg_shape_check(m->law.dim, x, NULL);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++)
    mg_product_draw(&m->law, rng, i % m->law.count, x->data + i * x->tda);
  return status;
}

/* ---- as a model ---- */

static void naive_bayes_options_default(const mg_space *space, void *options) {
  *(mg_naive_bayes_options *)options = mg_naive_bayes_options_default(space);
}

/* Smoothing counts on reals too: in the classes' weights. */
static bool naive_bayes_idle(const mg_space *space, const void *options,
                             const char *name) {
  (void)options;
  return space->measure != MG_REALS && strcmp(name, "floor") == 0;
}

static int naive_bayes_init(void *self, const mg_space *space,
                            const void *options) {
  return mg_naive_bayes_init(self, space, options);
}

static void naive_bayes_clear(void *self) {
  mg_naive_bayes_clear(self);
}

static int naive_bayes_start(void *self, gsl_rng *rng, const mg_batch *sample) {
  mg_naive_bayes *m = self;
  (void)rng;
  return m->law.reals ? mg_normals_start(&m->law.normals, &sample->x)
                      : GSL_SUCCESS;
}

/* The work is the weights r of one datum: 1 at its label. */
static mg_need naive_bayes_need(const void *self, size_t n) {
  const mg_naive_bayes *m = self;
  (void)n;
  return (mg_need){.sums = mg_product_counts(&m->law), .work = m->law.count};
}

static int gather_row(const mg_product *law, const double *x, unsigned label,
                      mg_stats *stats) {
  double *r = stats->work->data;
  if (label >= law->count)
    return mg_fail(GSL_EDOM, "label %u is outside 0 .. %zu", label,
                   law->count - 1);
  r[label] = 1;
  int status = mg_product_gather(law, x, r, stats->sums->data);
  r[label] = 0;
  return status;
}

static int naive_bayes_gather(const void *self, gsl_rng *rng,
                              const mg_batch *batch, mg_stats *stats) {
  const mg_naive_bayes *m = self;
  const gsl_matrix *x = &batch->x;
  (void)rng;
  if (!batch->labels)
    return mg_fail(GSL_EINVAL, "naive Bayes needs labels, and the data have "
                               "none");
  int status = mg_shape_check(m->law.dim, x, NULL);
  gsl_vector_set_zero(stats->work);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++)
    status = gather_row(&m->law, x->data + i * x->tda, batch->labels[i], stats);
  return status;
}

static int naive_bayes_update(void *self, mg_stats *stats, mg_report *report) {
  mg_naive_bayes *m = self;
  double sum;
  int status = mg_product_update(&m->law, stats->sums->data, &m->prior, &sum);
  if (status != GSL_SUCCESS)
    return status;
  sum += mg_product_log_prior(&m->law, m->prior.smoothing);
  *report = (mg_report){.log_likelihood = NAN,
                        .objective = sum / (double)stats->n,
                        .objective_name = "penalised joint log-likelihood",
                        .finished = true};
  return GSL_SUCCESS;
}

static void naive_bayes_tensors(void *self, mg_tensors *list) {
  mg_naive_bayes *m = self;
  mg_product_tensors(&m->law, true, list);
}

static int naive_bayes_refresh(void *self) {
  mg_naive_bayes *m = self;
  return mg_product_refresh(&m->law);
}

static int naive_bayes_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_naive_bayes_sample(self, rng, x);
}

static int naive_bayes_log_density(const void *self, const gsl_matrix *x,
                                   gsl_vector *log_p) {
  return mg_naive_bayes_log_density(self, x, log_p);
}

const mg_model_type mg_naive_bayes_type = {
    .name = "naive_bayes",
    .title = "Naive Bayes",
    .source = "Maron (1961), Automatic indexing",
    .size = sizeof(mg_naive_bayes),
    .measures = 1u << MG_REALS | 1u << MG_BINARY | 1u << MG_LEVELS,
    .labels = true,
    .passes = 1,
    .options = naive_bayes_option_table,
    .options_size = sizeof(mg_naive_bayes_options),
    .options_default = naive_bayes_options_default,
    .idle = naive_bayes_idle,
    .init = naive_bayes_init,
    .clear = naive_bayes_clear,
    .start = naive_bayes_start,
    .need = naive_bayes_need,
    .gather = naive_bayes_gather,
    .update = naive_bayes_update,
    .tensors = naive_bayes_tensors,
    .refresh = naive_bayes_refresh,
    .sample = naive_bayes_sample,
    .log_density = naive_bayes_log_density};
