/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From draws of z to claims about log p(x).
 *
 * One path of code serves all methods.  A datum gets K log weights, by
 * annealing in T steps (T = 1: plain importance sampling); the log of their
 * mean is one value, and S such values are averaged:           [elbo.1, iwae.1]
 *
 *     1/S sum_s log 1/K sum_k w_sk      elbo: K = 1
 *
 * Upper bounds are the same walk backwards from draws of the posterior, with
 * the sign turned round.  For T = 1 and K = 1 that is              [eubo.1]
 *
 *     E_{p(z|x)} log p(x, z) - log q(z | x) = log p(x) + KL(p(z|x) || q)
 *
 * while the elbo is log p(x) - KL(q || p(z|x)): on either side of the truth, by
 * the two divergences between proposal and posterior.
 *
 * Draws go through the family in blocks of at most 256 rows: many data with
 * their few copies each, or many copies of one datum.  So K = 5000 needs no
 * more memory than K = 256, but for the largest 3 sqrt K weights.  A group of
 * data that share a block is a shard with a random stream of its own; so the
 * result is the same for any number of threads.
 *
 * The standard error is over data, as that of every evidence here; the draws'
 * noise is part of the spread.  What the weights say beside it, of log p of
 * these very data, and where they must not, is in tails.c.
 *
 * Source: Kingma & Welling (2014); Burda, Grosse & Salakhutdinov (2016); Neal
 * (2001); Grosse, Ghahramani & Adams (2015) for data from the model. */
#include "eval/bound.h"

#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "eval/anneal.h"
#include "eval/tails.h"
#include "eval/weights.h"
#include "base/shards.h"

enum { PILOT_ROWS = 32 };

mg_bound_options mg_bound_options_default(mg_bound_method method) {
  mg_bound_options options = {
      .k = 1, .draws = 1, .temperatures = 100, .leaps = 10};
  if (method == MG_BOUND_IWAE)
    options.k = 500;
  else if (method == MG_BOUND_AIS)
    options.k = 16;
  else
    options.draws = 16;
  if (method == MG_BOUND_AIS)
    options.from = MG_FROM_PRIOR;
  return options;
}

/* What is judged and how; the data are rows, or x with the z they came from. */
typedef struct {
  const mg_model *model;
  const mg_latent_ops *ops;
  mg_base from;
  bool moves; /* by gradients */
  mg_annealing annealing;
  const mg_rows *rows;
  const gsl_matrix *x, *z;
  size_t n, group; /* data in all, in a shard */
  size_t k, draws;
  bool upper;
  unsigned long seed;
  double *value, *ess, *pareto_k; /* n each */
} judging;

/* The memory of one shard. */
typedef struct {
  size_t first, n, copies; /* data; rows of the block for each */
  mg_block *block;
  gsl_matrix *datum;      /* n x D, with noise where the model wants it */
  gsl_matrix *x, *z;      /* n copies x D, and x L for an upper bound */
  gsl_vector *log_weight; /* n copies */
  mg_weights *weights;    /* n */
  gsl_rng *rng;
} bench;

static int bench_init(bench *b, const judging *j) {
  const size_t rows = b->n * b->copies;
  b->block = mg_block_alloc(&j->model->space, b->n);
  b->datum = gsl_matrix_alloc(b->n, j->model->space.dim);
  b->x = gsl_matrix_alloc(rows, j->model->space.dim);
  if (j->upper)
    b->z = gsl_matrix_alloc(rows, j->ops->dim(j->model->self));
  b->log_weight = gsl_vector_alloc(rows);
  b->weights = calloc(b->n, sizeof *b->weights);
  b->rng = mg_stream_alloc(j->seed, j->upper ? "bound/upper" : "bound/lower",
                           b->first);
  if (!b->block || !b->datum || !b->x || (j->upper && !b->z) ||
      !b->log_weight || !b->weights || !b->rng)
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws", rows);
  int status = GSL_SUCCESS;
  for (size_t i = 0; status == GSL_SUCCESS && i < b->n; i++)
    status = mg_weights_init(&b->weights[i], j->k);
  return status;
}

static void bench_clear(bench *b) {
  for (size_t i = 0; b->weights && i < b->n; i++)
    mg_weights_clear(&b->weights[i]);
  free(b->weights);
  mg_block_free(b->block);
  gsl_matrix_free(b->datum);
  gsl_matrix_free(b->x);
  gsl_matrix_free(b->z);
  gsl_vector_free(b->log_weight);
  gsl_rng_free(b->rng);
}

/* ---- a block ---- */

static void read_data(const judging *j, mg_block *block, gsl_rng *rng,
                      size_t first, gsl_matrix *datum) {
  if (j->x) {
    gsl_matrix_const_view rows =
        gsl_matrix_const_submatrix(j->x, first, 0, datum->size1, datum->size2);
    gsl_matrix_memcpy(datum, &rows.matrix);
    return;
  }
  mg_block_read(block, j->rows, first, datum->size1);
  gsl_matrix_memcpy(datum, &block->batch.x);
  if (j->model->dequantise)
    mg_dequantise(rng, datum);
}

/* Each row of `from` as often as it goes into `to`. */
static void spread(const gsl_matrix *from, gsl_matrix *to) {
  const size_t copies = to->size1 / from->size1;
  for (size_t i = 0; i < to->size1; i++) {
    gsl_vector_const_view row = gsl_matrix_const_row(from, i / copies);
    gsl_matrix_set_row(to, i, &row.vector);
  }
}

/* Posterior draws for the block's rows, which an upper bound starts from. */
static int find_posterior(const judging *j, const bench *b, const gsl_matrix *x,
                          gsl_matrix *z) {
  if (j->z) {
    gsl_matrix_const_view rows =
        gsl_matrix_const_submatrix(j->z, b->first, 0, b->n, j->z->size2);
    spread(&rows.matrix, z);
    return GSL_SUCCESS;
  }
  return j->ops->posterior(j->model->self, b->rng, x, z, NULL);
}

/* `copies` more weights for every datum of the bench. */
static int weigh(const judging *j, bench *b, size_t copies) {
  const size_t rows = b->n * copies;
  gsl_matrix_view x = gsl_matrix_submatrix(b->x, 0, 0, rows, b->x->size2);
  gsl_vector_view log_weight = gsl_vector_subvector(b->log_weight, 0, rows);
  int status = GSL_SUCCESS;
  mg_latent latent;
  spread(b->datum, &x.matrix);
  mg_latent_init(&latent, j->ops, j->model->self, &x.matrix, j->from, j->moves);
  if (j->upper) {
    gsl_matrix_view z = gsl_matrix_submatrix(b->z, 0, 0, rows, b->z->size2);
    status = find_posterior(j, b, &x.matrix, &z.matrix);
    if (status == GSL_SUCCESS)
      status = mg_annealing_backward(&j->annealing, &latent.path, b->rng,
                                     &z.matrix, &log_weight.vector);
  } else {
    status = mg_annealing_forward(&j->annealing, &latent.path, b->rng,
                                  &log_weight.vector);
  }
  for (size_t i = 0; status == GSL_SUCCESS && i < rows; i++) {
    const double value = gsl_vector_get(b->log_weight, i);
    if (isnan(value))
      return mg_fail(GSL_EDOM, "a weight of datum %zu is NaN",
                     b->first + i / copies + 1);
    mg_weights_add(&b->weights[i / copies], value);
  }
  return status;
}

/* One logarithm for every datum of the bench. */
static int judge_once(const judging *j, bench *b) {
  read_data(j, b->block, b->rng, b->first, b->datum);
  for (size_t i = 0; i < b->n; i++)
    mg_weights_start(&b->weights[i]);
  for (size_t done = 0; done < j->k; done += b->copies) {
    const size_t left = j->k - done;
    const int status = weigh(j, b, left < b->copies ? left : b->copies);
    if (status != GSL_SUCCESS)
      return status;
  }
  for (size_t i = 0; i < b->n; i++) {
    mg_weights *w = &b->weights[i];
    const size_t at = b->first + i;
    const double log_mean = mg_weights_log_mean(w);
    j->value[at] += (j->upper ? -log_mean : log_mean) / (double)j->draws;
    j->ess[at] += mg_weights_ess(w);
    j->pareto_k[at] = fmax(j->pareto_k[at], mg_weights_pareto_k(w));
  }
  return GSL_SUCCESS;
}

static int judge_shard(void *job, size_t worker, size_t shard) {
  judging *j = job;
  (void)worker;
  bench b = {.first = shard * j->group};
  b.n = j->n - b.first < j->group ? j->n - b.first : j->group;
  b.copies = j->k < MG_BLOCK_ROWS ? j->k : MG_BLOCK_ROWS;
  int status = bench_init(&b, j);
  for (size_t i = 0; i < b.n; i++)
    j->pareto_k[b.first + i] = NAN; /* fmax takes the number */
  for (size_t draw = 0; status == GSL_SUCCESS && draw < j->draws; draw++)
    status = judge_once(j, &b);
  bench_clear(&b);
  return status;
}

/* ---- all data ---- */

/* Steps for the moves, from some of the data, evenly taken. */
static int pilot(judging *j) {
  const size_t n = j->n < PILOT_ROWS ? j->n : PILOT_ROWS;
  mg_block *block = mg_block_alloc(&j->model->space, 1);
  gsl_matrix *x = gsl_matrix_alloc(n, j->model->space.dim);
  gsl_rng *rng = mg_stream_alloc(j->seed, "bound/pilot", 0);
  int status = GSL_SUCCESS;
  if (!block || !x || !rng)
    status = mg_fail(GSL_ENOMEM, "no memory for a pilot run");
  for (size_t i = 0; status == GSL_SUCCESS && i < n; i++) {
    gsl_matrix_view row = gsl_matrix_submatrix(x, i, 0, 1, x->size2);
    read_data(j, block, rng, i * j->n / n, &row.matrix);
  }
  mg_latent latent;
  if (status == GSL_SUCCESS) {
    mg_latent_init(&latent, j->ops, j->model->self, x, j->from, j->moves);
    status = mg_annealing_pilot(&j->annealing, &latent.path, rng, n);
  }
  mg_block_free(block);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
  return status;
}

/* Finds value, ess and pareto_k of every datum. */
static int judge(judging *j, const mg_bound_options *options) {
  j->group = j->k < MG_BLOCK_ROWS ? MG_BLOCK_ROWS / j->k : 1;
  const mg_shards cut = {.rows = j->n,
                         .shard_rows = j->group,
                         .shards = (j->n + j->group - 1) / j->group};
  j->value = calloc(j->n, sizeof(double));
  j->ess = calloc(j->n, sizeof(double));
  j->pareto_k = calloc(j->n, sizeof(double));
  if (!j->value || !j->ess || !j->pareto_k)
    return mg_fail(GSL_ENOMEM, "no memory to evaluate %zu rows", j->n);
  int status = GSL_SUCCESS;
  if (j->moves)
    status = pilot(j);
  if (status != GSL_SUCCESS)
    return status;
  return mg_shards_run(&cut, options->threads, j, judge_shard);
}

static void judging_clear(judging *j) {
  mg_annealing_clear(&j->annealing);
  free(j->value);
  free(j->ess);
  free(j->pareto_k);
}

/* ---- claims ---- */

static int claim(const judging *j, mg_claim sign, const char *method,
                 mg_evidence *e) {
  const mg_tails tails = {.n = j->n,
                          .k = j->k,
                          .draws = j->draws,
                          .ess = j->ess,
                          .pareto_k = j->pareto_k,
                          .discrete = j->ops->discrete};
  mg_tally tally;
  mg_tally_values(j->n, j->value, 1, &tally);
  *e = (mg_evidence){.value = tally.mean,
                     .std_error = tally.std_error,
                     .claim = sign,
                     .n = j->n,
                     .draws = j->k * j->draws,
                     .method = method};
  mg_tails_say(&tails, e);
  return GSL_SUCCESS;
}

/* What has to be there before anything is drawn. */
static int check(const mg_model *model, const mg_bound_options *options,
                 bool moves) {
  const mg_latent_ops *ops = model->type->latent;
  if (!ops)
    return mg_fail(GSL_EUNSUP, "%s has no latent variable to draw",
                   model->type->name);
  if (options->k == 0 || options->draws == 0)
    return mg_fail(GSL_EINVAL, "a bound needs at least 1 draw a datum");
  if (moves && ops->discrete)
    return mg_fail(GSL_EUNSUP,
                   "the latent variable of %s is discrete: nothing can slide "
                   "along a gradient; take iwae",
                   model->type->name);
  return GSL_SUCCESS;
}

static judging judging_of(const mg_model *model,
                          const mg_bound_options *options, bool moves,
                          unsigned long seed) {
  return (judging){.model = model,
                   .ops = model->type->latent,
                   .from = options->from,
                   .moves = moves,
                   .k = options->k,
                   .draws = options->draws,
                   .seed = seed};
}

static const char *method_name(mg_bound_method method, mg_base from) {
  static const char *const names[] = {"elbo", "iwae", "ais", "eubo"};
  if (method == MG_BOUND_IWAE && from == MG_FROM_PRIOR)
    return "prior";
  return names[method];
}

int mg_bound_of(const mg_model *model, mg_bound_method method,
                const mg_rows *rows, const mg_bound_options *options,
                unsigned long seed, mg_evidence *evidence) {
  const bool upper = method == MG_BOUND_EUBO;
  const size_t steps = method == MG_BOUND_AIS ? options->temperatures : 1;
  int status = check(model, options, steps > 1);
  if (status != GSL_SUCCESS)
    return status;
  if (rows->n == 0)
    return mg_fail(GSL_EINVAL, "no rows to evaluate");
  if (!mg_space_equal(&model->space, &rows->data->space))
    return mg_fail(GSL_EINVAL, "the model and the data have unequal spaces");
  if (upper && !model->type->latent->posterior)
    return mg_fail(GSL_EUNSUP,
                   "the posterior of %s cannot be sampled: an upper bound is "
                   "had for data drawn from the model alone",
                   model->type->name);
  judging j = judging_of(model, options, steps > 1, seed);
  j.rows = rows;
  j.n = rows->n;
  j.upper = upper;
  if (upper || method == MG_BOUND_ELBO)
    j.k = 1;
  status = mg_annealing_init(&j.annealing, steps, options->leaps);
  if (status == GSL_SUCCESS)
    status = judge(&j, options);
  if (status == GSL_SUCCESS)
    status = claim(&j,
                   !upper              ? MG_LOWER
                   : model->dequantise ? MG_ESTIMATE
                                       : MG_UPPER,
                   method_name(method, options->from), evidence);
  judging_clear(&j);
  return status;
}

/* Judges both sides of n drawn pairs. */
static int press(judging *j, const mg_bound_options *options,
                 mg_evidence *lower, mg_evidence *upper) {
  const size_t steps = options->temperatures;
  for (int side = 0; side < 2; side++) {
    judging one = *j;
    one.upper = side == 1;
    int status = mg_annealing_init(&one.annealing, steps, options->leaps);
    if (status == GSL_SUCCESS)
      status = judge(&one, options);
    if (status == GSL_SUCCESS)
      status = one.upper ? claim(&one, MG_UPPER, "reverse ais", upper)
                         : claim(&one, MG_LOWER, "ais", lower);
    judging_clear(&one);
    if (status != GSL_SUCCESS)
      return status;
  }
  return GSL_SUCCESS;
}

int mg_bound_sandwich(const mg_model *model, size_t n,
                      const mg_bound_options *options, unsigned long seed,
                      mg_evidence *lower, mg_evidence *upper) {
  const bool moves = options->temperatures > 1;
  int status = check(model, options, moves);
  if (status != GSL_SUCCESS)
    return status;
  if (n == 0)
    return mg_fail(GSL_EINVAL, "no data to draw");
  judging j = judging_of(model, options, moves, seed);
  gsl_matrix *x = gsl_matrix_alloc(n, model->space.dim);
  gsl_matrix *z = gsl_matrix_alloc(n, j.ops->dim(model->self));
  gsl_rng *rng = mg_stream_alloc(seed, "bound/data", 0);
  if (!x || !z || !rng)
    status = mg_fail(GSL_ENOMEM, "no memory for %zu data", n);
  if (status == GSL_SUCCESS)
    status = j.ops->sample_joint(model->self, rng, z, x);
  j.x = x;
  j.z = z;
  j.n = n;
  if (status == GSL_SUCCESS)
    status = press(&j, options, lower, upper);
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  gsl_rng_free(rng);
  return status;
}
