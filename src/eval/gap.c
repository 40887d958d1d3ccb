/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best diagonal Gaussian of a datum, and what it says about an encoder.
 *
 * For one x let q(z) = N(mu, diag sigma^2).  With z_s = mu + sigma e_s its ELBO
 * and the gradients in its numbers are                               [gap.2]
 *
 *     ELBO = E log p(x, z) + sum_l log sigma_l + L/2 (1 + log 2 pi)
 *     d/dmu_l  = E d log p(x, z) / dz_l
 *     d/dlog sigma_l  = 1 + sigma_l E e_l d log p(x, z) / dz_l
 *
 * where every E is the mean by a rule of random points e_s (eval/rule.h).  The
 * search keeps its points, so it climbs one fixed function, by Adam with a rate
 * that halves; numbers of q are in units of where it started, mean and standard
 * deviation of draws from the family's own proposal.  What it finds is judged
 * by fresh points: judged by its own it would look better than it is.
 *
 * When to stop: at a maximum the curvature in mu_l / sigma_l is -1 and that in
 * log sigma_l is -2, whatever the posterior.  So there the way that is left is
 * about                                                              [gap.3]
 *
 *     1/2 sum_l (sigma_l dELBO/dmu_l)^2 + 1/4 sum_l (dELBO/dlog sigma_l)^2
 *
 * nats, when dimensions hardly bend together; the search ends below a tolerance
 * of that.
 *
 * log p(x) is exact where the family has a density.  Else it is bounded by K
 * weights [iwae.1] with z drawn from q* made wider: nothing at hand is nearer
 * to the posterior, but what maximises an ELBO is too narrow, and weights of a
 * narrow proposal have heavy tails.  1.2 sigma gave 637 effective draws of 5000
 * where sigma gave 389 (a VAE of digits, L = 16), and 3 heavy tails among 100
 * data where there were 29.
 *
 * A datum is a shard with a stream of its own.  Source: Cremer, Li & Duvenaud
 * (2018).  They take for log p the larger of annealing and IWAE from q.
 *
 * Not here: other shapes of q; several starts, so for a posterior of several
 * modes q* is the best near the encoder's. */
#include "eval/gap.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "eval/rule.h"
#include "eval/tails.h"
#include "eval/weights.h"
#include "infer/optimizer.h"
#include "models/shards.h"

static const double WIDER = 1.2;

mg_gap_options mg_gap_options_default(void) {
  return (mg_gap_options){
      .k = 5000, .draws = 128, .steps = 2000, .tolerance = 0.001};
}

/* What is split; each array has a number a datum. */
typedef struct {
  const mg_model *model;
  const mg_latent_ops *ops;
  const mg_rows *rows;
  mg_gap_options options;
  size_t dim, most; /* L; rows of a block */
  unsigned long seed;
  double *elbo, *best, *log_p, *ess, *pareto_k, *left, *steps;
} splitting;

/* A Gaussian with its place in the search. */
typedef struct {
  gsl_vector *mu, *sigma;       /* L */
  gsl_vector *origin, *unit;    /* L, mu and sigma at the start */
  gsl_vector *theta, *gradient; /* 2 L: mu in units, log sigma / unit */
} guide;

/* The memory of one datum. */
typedef struct {
  size_t at; /* which */
  mg_block *block;
  gsl_matrix *x, *z, *dz;        /* most rows; every row of x is the datum */
  gsl_vector *log_joint, *log_q; /* most */
  mg_rule search, judge;
  guide q;
  mg_weights weights;
  gsl_rng *rng;
} bench;

static int guide_init(guide *q, size_t l) {
  q->mu = gsl_vector_alloc(l);
  q->sigma = gsl_vector_alloc(l);
  q->origin = gsl_vector_alloc(l);
  q->unit = gsl_vector_alloc(l);
  q->theta = gsl_vector_calloc(2 * l);
  q->gradient = gsl_vector_alloc(2 * l);
  if (!q->mu || !q->sigma || !q->origin || !q->unit || !q->theta ||
      !q->gradient)
    return mg_fail(GSL_ENOMEM, "no memory for a Gaussian of length %zu", l);
  return GSL_SUCCESS;
}

static void guide_clear(guide *q) {
  gsl_vector_free(q->mu);
  gsl_vector_free(q->sigma);
  gsl_vector_free(q->origin);
  gsl_vector_free(q->unit);
  gsl_vector_free(q->theta);
  gsl_vector_free(q->gradient);
}

/* Frames of a rule with at least n points. */
static size_t frames(size_t n, size_t l) {
  return (n + 2 * l - 1) / (2 * l);
}

static int bench_init(bench *b, const splitting *s) {
  const size_t l = s->dim, draws = s->options.draws;
  b->block = mg_block_alloc(&s->model->space, 1);
  b->x = gsl_matrix_alloc(s->most, s->model->space.dim);
  b->z = gsl_matrix_alloc(s->most, l);
  b->dz = gsl_matrix_alloc(s->most, l);
  b->log_joint = gsl_vector_alloc(s->most);
  b->log_q = gsl_vector_alloc(s->most);
  b->rng = mg_stream_alloc(s->seed, "gap", b->at);
  if (!b->block || !b->x || !b->z || !b->dz || !b->log_joint || !b->log_q ||
      !b->rng)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", s->most);
  int status = mg_rule_init(&b->search, l, frames(draws / 2, l));
  if (status == GSL_SUCCESS)
    status = mg_rule_init(&b->judge, l, frames(draws, l));
  if (status == GSL_SUCCESS)
    status = guide_init(&b->q, l);
  if (status == GSL_SUCCESS)
    status = mg_weights_init(&b->weights, s->options.k);
  return status;
}

static void bench_clear(bench *b) {
  mg_block_free(b->block);
  gsl_matrix_free(b->x);
  gsl_matrix_free(b->z);
  gsl_matrix_free(b->dz);
  gsl_vector_free(b->log_joint);
  gsl_vector_free(b->log_q);
  mg_rule_clear(&b->search);
  mg_rule_clear(&b->judge);
  guide_clear(&b->q);
  mg_weights_clear(&b->weights);
  gsl_rng_free(b->rng);
}

/* ---- a datum ---- */

static void read_datum(const splitting *s, bench *b) {
  mg_block_read(b->block, s->rows, b->at, 1);
  if (s->model->dequantise)
    mg_dequantise(b->rng, &b->block->batch.x);
  gsl_vector_const_view row = gsl_matrix_const_row(&b->block->batch.x, 0);
  for (size_t i = 0; i < b->x->size1; i++)
    gsl_matrix_set_row(b->x, i, &row.vector);
}

/* log p(x, z) for the first n rows of z, with gradients where wanted. */
static int look(const splitting *s, bench *b, size_t n, bool gradient) {
  gsl_matrix_view x = gsl_matrix_submatrix(b->x, 0, 0, n, b->x->size2);
  gsl_matrix_view z = gsl_matrix_submatrix(b->z, 0, 0, n, s->dim);
  gsl_matrix_view dz = gsl_matrix_submatrix(b->dz, 0, 0, n, s->dim);
  gsl_vector_view log_joint = gsl_vector_subvector(b->log_joint, 0, n);
  return s->ops->log_joint(s->model->self, &x.matrix, &z.matrix,
                           &log_joint.vector, gradient ? &dz.matrix : NULL);
}

/* Mean and standard deviation of n draws begin the search. */
static void begin_at(guide *q, const gsl_matrix *z, size_t n) {
  for (size_t l = 0; l < q->mu->size; l++) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
      sum += gsl_matrix_get(z, i, l);
    const double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
      squares += gsl_pow_2(gsl_matrix_get(z, i, l) - mean);
    gsl_vector_set(q->origin, l, mean);
    gsl_vector_set(q->unit, l, sqrt(squares / (double)(n - 1)));
  }
}

/* The ELBO of the family's own proposal, and from its draws a beginning. */
static int judge_proposal(const splitting *s, bench *b) {
  const size_t n = s->options.draws;
  gsl_matrix_view x = gsl_matrix_submatrix(b->x, 0, 0, n, b->x->size2);
  gsl_matrix_view z = gsl_matrix_submatrix(b->z, 0, 0, n, s->dim);
  gsl_vector_view log_q = gsl_vector_subvector(b->log_q, 0, n);
  int status = s->ops->propose(s->model->self, b->rng, &x.matrix, &z.matrix,
                               &log_q.vector);
  if (status == GSL_SUCCESS)
    status = look(s, b, n, false);
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += gsl_vector_get(b->log_joint, i) - gsl_vector_get(b->log_q, i);
  s->elbo[b->at] = sum / (double)n;
  begin_at(&b->q, b->z, n);
  return status;
}

/* ---- the search ---- */

static void place(guide *q) {
  const size_t l = q->mu->size;
  for (size_t i = 0; i < l; i++) {
    const double unit = gsl_vector_get(q->unit, i);
    const double shift = unit * gsl_vector_get(q->theta, i);
    gsl_vector_set(q->mu, i, gsl_vector_get(q->origin, i) + shift);
    gsl_vector_set(q->sigma, i, unit * exp(gsl_vector_get(q->theta, l + i)));
  }
}

/* z = mu + sigma e for the points of e. */
static void reach(const guide *q, const gsl_matrix *e, gsl_matrix *z) {
  for (size_t s = 0; s < e->size1; s++)
    for (size_t l = 0; l < e->size2; l++)
      gsl_matrix_set(z, s, l,
                     gsl_vector_get(q->mu, l) +
                         gsl_vector_get(q->sigma, l) * gsl_matrix_get(e, s, l));
}

/* ELBO of the Gaussian by a rule, its gradients left in dz.         [gap.2] */
static int judge_guide(const splitting *s, bench *b, const mg_rule *rule,
                       bool gradient, double *elbo) {
  double sum = (double)s->dim / 2 * (1 + MG_LN_2PI);
  reach(&b->q, rule->e, b->z);
  const int status = look(s, b, rule->weight->size, gradient);
  for (size_t i = 0; i < rule->weight->size; i++)
    sum += gsl_vector_get(rule->weight, i) * gsl_vector_get(b->log_joint, i);
  for (size_t l = 0; l < s->dim; l++)
    sum += log(gsl_vector_get(b->q.sigma, l));
  *elbo = sum;
  if (status == GSL_SUCCESS && !isfinite(sum))
    return mg_fail(GSL_EDOM, "the ELBO of datum %zu is %g", b->at + 1, sum);
  return status;
}

/* Gradients in theta from those in z; returns the way that is left. [gap.3] */
static double slope(bench *b, const mg_rule *rule) {
  const size_t l = b->q.mu->size;
  double left = 0;
  for (size_t i = 0; i < l; i++) {
    double mean = 0, spread = 0;
    for (size_t s = 0; s < rule->weight->size; s++) {
      const double d =
          gsl_vector_get(rule->weight, s) * gsl_matrix_get(b->dz, s, i);
      mean += d;
      spread += d * gsl_matrix_get(rule->e, s, i);
    }
    const double sigma = gsl_vector_get(b->q.sigma, i);
    const double up = 1 + sigma * spread;
    gsl_vector_set(b->q.gradient, i, gsl_vector_get(b->q.unit, i) * mean);
    gsl_vector_set(b->q.gradient, l + i, up);
    left += gsl_pow_2(sigma * mean) / 2 + up * up / 4;
  }
  return left;
}

static int climb(const splitting *s, bench *b, mg_optimizer *adam) {
  for (size_t step = 0;; step++) {
    double elbo;
    place(&b->q);
    int status = judge_guide(s, b, &b->search, true, &elbo);
    if (status != GSL_SUCCESS)
      return status;
    s->left[b->at] = slope(b, &b->search);
    s->steps[b->at] = (double)step;
    if (s->left[b->at] <= s->options.tolerance || step == s->options.steps)
      return GSL_SUCCESS;
    status = mg_optimizer_step(adam, b->q.theta, b->q.gradient);
    if (status != GSL_SUCCESS)
      return status;
  }
}

static int find_best(const splitting *s, bench *b) {
  mg_optimizer_options options = mg_optimizer_options_default();
  options.method = MG_OPTIMIZER_ADAM;
  options.rate = 0.1;
  options.schedule = MG_SCHEDULE_EXPONENTIAL;
  options.decay = (double)s->options.steps / 10;
  mg_optimizer *adam = mg_optimizer_alloc(2 * s->dim, &options);
  if (!adam)
    return GSL_ENOMEM;
  mg_rule_draw(&b->search, b->rng);
  int status = climb(s, b, adam);
  mg_optimizer_free(adam);
  mg_rule_draw(&b->judge, b->rng);
  if (status == GSL_SUCCESS)
    status = judge_guide(s, b, &b->judge, false, &s->best[b->at]);
  return status;
}

/* ---- log p ---- */

/* n weights with z from q*, widened; log_q gets its log density there. */
static int weigh(const splitting *s, bench *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    double log_q = -(double)s->dim / 2 * MG_LN_2PI;
    for (size_t l = 0; l < s->dim; l++) {
      const double e = gsl_ran_gaussian_ziggurat(b->rng, 1);
      const double sigma = WIDER * gsl_vector_get(b->q.sigma, l);
      gsl_matrix_set(b->z, i, l, gsl_vector_get(b->q.mu, l) + sigma * e);
      log_q -= e * e / 2 + log(sigma);
    }
    gsl_vector_set(b->log_q, i, log_q);
  }
  const int status = look(s, b, n, false);
  for (size_t i = 0; i < n; i++)
    mg_weights_add(&b->weights, gsl_vector_get(b->log_joint, i) -
                                    gsl_vector_get(b->log_q, i));
  return status;
}

static int find_evidence(const splitting *s, bench *b) {
  if (s->model->type->log_density) {
    gsl_matrix_view x = gsl_matrix_submatrix(b->x, 0, 0, 1, b->x->size2);
    gsl_vector_view log_p = gsl_vector_view_array(s->log_p + b->at, 1);
    return mg_model_log_density(s->model, &x.matrix, &log_p.vector);
  }
  for (size_t done = 0; done < s->options.k; done += s->most) {
    const size_t left = s->options.k - done;
    const int status = weigh(s, b, left < s->most ? left : s->most);
    if (status != GSL_SUCCESS)
      return status;
  }
  s->log_p[b->at] = mg_weights_log_mean(&b->weights);
  s->ess[b->at] = mg_weights_ess(&b->weights);
  s->pareto_k[b->at] = mg_weights_pareto_k(&b->weights);
  return GSL_SUCCESS;
}

static int split_datum(void *job, size_t worker, size_t shard) {
  const splitting *s = job;
  bench b = {.at = shard};
  (void)worker;
  int status = bench_init(&b, s);
  if (status == GSL_SUCCESS) {
    read_datum(s, &b);
    status = judge_proposal(s, &b);
  }
  if (status == GSL_SUCCESS)
    status = find_best(s, &b);
  if (status == GSL_SUCCESS)
    status = find_evidence(s, &b);
  bench_clear(&b);
  return status;
}

/* ---- all data ---- */

static int check(const mg_model *model, const mg_rows *rows,
                 const mg_gap_options *o) {
  const mg_latent_ops *ops = model->type->latent;
  if (!ops || ops->discrete)
    return mg_fail(GSL_EUNSUP,
                   "%s has no latent variable of reals for a Gaussian to guess",
                   model->type->name);
  if (rows->n == 0)
    return mg_fail(GSL_EINVAL, "no rows to evaluate");
  if (!mg_space_equal(&model->space, &rows->data->space))
    return mg_fail(GSL_EINVAL, "the model and the data have unequal spaces");
  if (o->k == 0 || o->draws < 2 || o->steps == 0 || !(o->tolerance > 0))
    return mg_fail(GSL_EINVAL, "a gap needs 2 draws a datum, a weight, a step "
                               "and a tolerance above 0");
  return GSL_SUCCESS;
}

static mg_evidence mean_of(const splitting *s, const double *value,
                           mg_claim claim, const char *method) {
  mg_tally tally;
  mg_tally_values(s->rows->n, value, 1, &tally);
  return (mg_evidence){.value = tally.mean,
                       .std_error = tally.std_error,
                       .claim = claim,
                       .n = s->rows->n,
                       .method = method};
}

/* Of what two arrays differ by, datum by datum; a becomes the difference. */
static mg_evidence mean_difference(const splitting *s, double *a,
                                   const double *b, mg_claim claim,
                                   const char *method) {
  for (size_t i = 0; i < s->rows->n; i++)
    a[i] -= b[i];
  mg_evidence e = mean_of(s, a, claim, method);
  for (size_t i = 0; i < s->rows->n; i++)
    a[i] += b[i];
  e.difference = true;
  return e;
}

/* How the searches ended. */
static void note_search(const splitting *s, mg_evidence *e) {
  size_t settled = 0;
  mg_tally steps;
  for (size_t i = 0; i < s->rows->n; i++)
    settled += s->left[i] <= s->options.tolerance;
  mg_tally_values(s->rows->n, s->steps, 1, &steps);
  snprintf(e->note, sizeof e->note,
           "q* settled on %zu of %zu data, after %.0f steps on average",
           settled, s->rows->n, steps.mean);
}

static void note_evidence(const splitting *s, mg_evidence *e) {
  const mg_tails tails = {.n = s->rows->n,
                          .k = s->options.k,
                          .draws = 1,
                          .ess = s->ess,
                          .pareto_k = s->pareto_k};
  e->draws = s->options.k;
  mg_tails_say(&tails, e);
}

static void claim(const splitting *s, mg_gap *gap) {
  const bool exact = s->model->type->log_density;
  const mg_claim of_log_p =
      exact && !s->model->dequantise ? MG_EXACT : MG_LOWER;
  const mg_claim of_gap = exact ? MG_EXACT : MG_LOWER;
  gap->elbo = mean_of(s, s->elbo, MG_LOWER, "elbo");
  gap->best = mean_of(s, s->best, MG_LOWER, "elbo of q*");
  gap->evidence =
      mean_of(s, s->log_p, of_log_p, exact ? "exact" : "iwae from q*");
  gap->inference =
      mean_difference(s, s->log_p, s->elbo, of_gap, "gap of inference");
  gap->approximation =
      mean_difference(s, s->log_p, s->best, of_gap, "approximation gap");
  gap->amortisation =
      mean_difference(s, s->best, s->elbo, MG_LOWER, "amortisation gap");
  gap->elbo.draws = gap->amortisation.draws = s->options.draws;
  gap->best.draws = 2 * s->dim * frames(s->options.draws, s->dim) + 1;
  gap->inference.draws = gap->approximation.draws = s->options.k;
  note_search(s, &gap->best);
  if (exact)
    return;
  note_evidence(s, &gap->evidence);
  snprintf(gap->approximation.note, sizeof gap->approximation.note,
           "at least this: log p is bounded from below");
}

static int splitting_init(splitting *s) {
  const size_t l = s->dim;
  const size_t points = 2 * l * frames(s->options.draws, l) + 1;
  double **array[] = {&s->elbo,     &s->best, &s->log_p, &s->ess,
                      &s->pareto_k, &s->left, &s->steps};
  s->most = GSL_MAX(points, MG_BLOCK_ROWS);
  for (size_t i = 0; i < sizeof array / sizeof *array; i++)
    if (!(*array[i] = calloc(s->rows->n, sizeof(double))))
      return mg_fail(GSL_ENOMEM, "no memory for %zu rows", s->rows->n);
  return GSL_SUCCESS;
}

static void splitting_clear(splitting *s) {
  free(s->elbo);
  free(s->best);
  free(s->log_p);
  free(s->ess);
  free(s->pareto_k);
  free(s->left);
  free(s->steps);
}

int mg_gap_of(const mg_model *model, const mg_rows *rows,
              const mg_gap_options *options, unsigned long seed, mg_gap *gap) {
  int status = check(model, rows, options);
  if (status != GSL_SUCCESS)
    return status;
  const mg_latent_ops *ops = model->type->latent;
  splitting s = {.model = model,
                 .ops = ops,
                 .rows = rows,
                 .options = *options,
                 .dim = ops->dim(model->self),
                 .seed = seed};
  const mg_shards cut = {.rows = rows->n, .shard_rows = 1, .shards = rows->n};
  status = splitting_init(&s);
  if (status == GSL_SUCCESS)
    status = mg_shards_run(&cut, options->threads, &s, split_datum);
  if (status == GSL_SUCCESS)
    claim(&s, gap);
  splitting_clear(&s);
  return status;
}
