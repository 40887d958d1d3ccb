/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about guides: one number z, so that every answer can be
 * had by quadrature.
 *
 * With u on the real line and z = z(u) (infer/transform.h), every mean under q
 * is a sum over equal steps of u, which for a density that is smooth and falls
 * off at both ends converges faster than any power of the step:
 *
 *     E_q g  =  int q(z) g(z) dz  =  sum_i h z'(u_i) q(z_i) g(z_i)
 *
 * So the bound, its gradient and both divergences are known to about 1e-13,
 * and what the estimators say stands beside the truth. */
#include "config.h"

#include "lesson/guides.h"

#include <gsl/gsl_math.h>
#include <stdio.h>

#include "dist/beta.h"
#include "infer/bbvi.h"
#include "infer/transform.h"
#include "lesson/library.h"

enum { NODES = 6001, CURVE = 201, FAMILY = 81 };
static const double END = 30; /* of u */

/* A posterior of one number, a guide on it, and both at the nodes. */
typedef struct {
  mg_posterior *posterior;
  mg_guide *guide;
  gsl_matrix *z;                          /* NODES x 1 */
  gsl_vector *weight, *log_p, *log_q, *f; /* NODES; weight h z'(u) */
  gsl_matrix *score;                      /* NODES x P */
  double log_evidence;
} bench;

static void bench_clear(bench *b) {
  gsl_matrix_free(b->score);
  gsl_vector_free(b->f);
  gsl_vector_free(b->log_q);
  gsl_vector_free(b->log_p);
  gsl_vector_free(b->weight);
  gsl_matrix_free(b->z);
  mg_guide_free(b->guide);
  mg_posterior_free(b->posterior);
}

static int bench_init(bench *b, const mg_posterior_type *type,
                      const void *options) {
  if (!(b->posterior = mg_posterior_alloc(type, options)) ||
      !(b->guide = mg_guide_mean_field(&b->posterior->target, NULL)))
    return GSL_EINVAL;
  const mg_target *t = &b->posterior->target;
  const mg_transform *to = mg_transform_of(mg_target_support(t, 0));
  b->z = gsl_matrix_alloc(NODES, 1);
  b->weight = gsl_vector_alloc(NODES);
  b->log_p = gsl_vector_alloc(NODES);
  b->log_q = gsl_vector_alloc(NODES);
  b->f = gsl_vector_alloc(NODES);
  b->score = gsl_matrix_alloc(NODES, b->guide->lambda->size);
  if (!b->z || !b->weight || !b->log_p || !b->log_q || !b->f || !b->score)
    return mg_fail(GSL_ENOMEM, "no memory for %d nodes", NODES);
  const double h = 2 * END / (NODES - 1);
  for (size_t i = 0; i < NODES; i++) {
    const double u = h * (double)i - END;
    gsl_matrix_set(b->z, i, 0, to->forward(u));
    gsl_vector_set(b->weight, i, h * to->slope(u));
  }
  const int status = mg_target_evaluate(t, b->z, 1, b->log_p, NULL);
  return status ? status
                : mg_posterior_log_evidence(b->posterior, &b->log_evidence);
}

/* Log q, f and the score at the nodes, for the guide as it is. */
static int bench_look(bench *b) {
  const int status = mg_guide_log_density(b->guide, b->z, b->log_q, NULL);
  gsl_vector_memcpy(b->f, b->log_p);
  gsl_vector_sub(b->f, b->log_q);
  return status ? status : mg_guide_score(b->guide, b->z, b->score);
}

static double share(const bench *b, size_t i, const gsl_vector *log_density,
                    double log_scale) {
  return gsl_vector_get(b->weight, i) *
         exp(gsl_vector_get(log_density, i) - log_scale);
}

/* E_q f, or with a column of the score E_q f score_j. */
static double bound(const bench *b, const size_t *j) {
  double sum = 0;
  for (size_t i = 0; i < NODES; i++) {
    const double q = share(b, i, b->log_q, 0);
    if (q > 0)
      sum += q * gsl_vector_get(b->f, i) *
             (j ? gsl_matrix_get(b->score, i, *j) : 1);
  }
  return sum;
}

/* KL(p || q), p the posterior. */
static double backward(const bench *b) {
  double sum = 0;
  for (size_t i = 0; i < NODES; i++) {
    const double p = share(b, i, b->log_p, b->log_evidence);
    if (p > 0)
      sum += p * (gsl_vector_get(b->f, i) - b->log_evidence);
  }
  return sum;
}

/* ---- a coin, and Beta(a, b) ---- */

static int set_beta(bench *b, double shape_a, double shape_b) {
  if (!(shape_a > 0 && shape_b > 0))
    return mg_fail(GSL_EINVAL, "a beta law has no shapes %g and %g", shape_a,
                   shape_b);
  gsl_vector_set(b->guide->lambda, 0, log(shape_a));
  gsl_vector_set(b->guide->lambda, 1, log(shape_b));
  return bench_look(b);
}

int mg_lesson_coin_guide(mg_lesson *lesson, const mg_coin_options *coin,
                         const char *name, double a, double b) {
  const double heads = coin->prior + (double)coin->heads;
  const double tails = coin->prior + (double)coin->tails;
  bench at = {0};
  double kl = 0;
  int status = bench_init(&at, &mg_coin_type, coin);
  if (!status)
    status = set_beta(&at, a, b);
  if (!status)
    status = mg_beta_kl(a, b, heads, tails, &kl);
  if (!status) {
    const double elbo = bound(&at, NULL);
    status = MG_TABLE_LINE(ROWS("guides"), name, a, b, elbo, kl, elbo + kl,
                           elbo + kl - at.log_evidence);
  }
  bench_clear(&at);
  return status;
}

/* One curve of the family, between low and high. */
static int add_family(mg_lesson *lesson, bench *at, double n, double low,
                      double high) {
  char series[40];
  int status = GSL_SUCCESS;
  snprintf(series, sizeof series, "a + b = %g", n);
  for (size_t i = 0; !status && i < FAMILY; i++) {
    const double m = low + (high - low) * (double)i / (FAMILY - 1);
    status = set_beta(at, n * m, n * (1 - m));
    if (!status)
      status = MG_TABLE_LINE(ROWS("family"), series, m, bound(at, NULL));
  }
  return status;
}

int mg_lesson_coin_family(mg_lesson *lesson, const mg_coin_options *coin) {
  const double heads = coin->prior + (double)coin->heads;
  const double n = heads + coin->prior + (double)coin->tails;
  const double mean = heads / n, sd = sqrt(mean * (1 - mean) / (n + 1));
  const double low = GSL_MAX(mean - sd, mean / 5);
  const double high = GSL_MIN(mean + sd, 1 - (1 - mean) / 5);
  bench at = {0};
  int status = bench_init(&at, &mg_coin_type, coin);
  for (double scale = 0.5; !status && scale <= 2; scale *= 2)
    status = add_family(lesson, &at, scale * n, low, high);
  if (!status)
    status = NUMBER("log_p", at.log_evidence, "nats");
  for (size_t i = 0; !status && i < 2; i++)
    status = MG_TABLE_LINE(ROWS("family"), "log p(x)", i ? high : low,
                           at.log_evidence);
  bench_clear(&at);
  return status;
}

/* ---- two modes, and a Gaussian ---- */

/* exp of a log density at the nodes, thinned, where there is anything. */
static int add_curve(mg_lesson *lesson, const bench *b, const char *series,
                     const gsl_vector *log_density) {
  mg_table *curves = ROWS("mode_curves");
  const mg_two_modes *t = b->posterior->self;
  const double end = t->centre + 4 * t->sd;
  size_t first = 0;
  while (gsl_matrix_get(b->z, first, 0) < -end)
    first++;
  const size_t every = (NODES - 1 - 2 * first) / (CURVE - 1) + 1;
  for (size_t i = first; i < NODES - first; i += every)
    MG_TABLE_LINE(curves, series, gsl_matrix_get(b->z, i, 0),
                  exp(gsl_vector_get(log_density, i)));
  return mg_table_status(curves);
}

int mg_lesson_mode_target(mg_lesson *lesson,
                          const mg_two_modes_options *target) {
  bench b = {0};
  int status = bench_init(&b, &mg_two_modes_type, target);
  if (!status)
    status = add_curve(lesson, &b, "p(z | x)", b.log_p);
  bench_clear(&b);
  return status;
}

/* q to the top of its hill, by the path, from where it is. */
static int climb_hill(mg_lesson *lesson, bench *b) {
  mg_bbvi_options options = mg_bbvi_options_default();
  options.estimator = MG_ESTIMATOR_STICKING;
  options.iterations = 1000;
  return mg_lesson_guide_climb(&b->posterior->target, b->guide, &options,
                               mg_stream_seed(SEED, "modes", PIECE));
}

/* The Gaussian that has the target's mean and variance. */
static int match_moments(const bench *b, double *mean, double *sd) {
  double variance = 0;
  gsl_vector_view m = gsl_vector_view_array(mean, 1);
  gsl_matrix_view v = gsl_matrix_view_array(&variance, 1, 1);
  const int status = mg_posterior_moments(b->posterior, &m.vector, &v.matrix);
  *sd = sqrt(variance);
  return status;
}

/* Where the bench's guide is to be. */
static int place(mg_lesson *lesson, bench *b, double start) {
  double mean = start, sd = 1;
  int status = isnan(start) ? match_moments(b, &mean, &sd) : GSL_SUCCESS;
  gsl_vector_set(b->guide->lambda, 0, mean);
  gsl_vector_set(b->guide->lambda, 1, log(sd));
  if (!status && !isnan(start))
    status = climb_hill(lesson, b);
  return status ? status : bench_look(b);
}

int mg_lesson_mode(mg_lesson *lesson, const mg_two_modes_options *target,
                   const char *name, double start) {
  bench b = {0};
  int status = bench_init(&b, &mg_two_modes_type, target);
  if (!status)
    status = place(lesson, &b, start);
  if (!status)
    status =
        MG_TABLE_LINE(ROWS("modes"), name, gsl_vector_get(b.guide->lambda, 0),
                      exp(gsl_vector_get(b.guide->lambda, 1)),
                      b.log_evidence - bound(&b, NULL), backward(&b));
  if (!status)
    status = add_curve(lesson, &b, name, b.log_q);
  bench_clear(&b);
  return status;
}

/* ---- the score ---- */

/* Mean and variance over draws of (stretch f + shift) score_j. */
static int add_score(mg_lesson *lesson, const mg_draws *d, size_t j,
                     const char *what, double stretch, double shift,
                     double exact) {
  mg_table *rows = ROWS("scores");
  const size_t n = d->f->size;
  gsl_vector *each = mg_board_vector(BOARD, "weighed", n, NULL);
  char text[40];
  if (!each)
    return GSL_ENOMEM;
  for (size_t s = 0; s < n; s++)
    gsl_vector_set(each, s,
                   (stretch * gsl_vector_get(d->f, s) + shift) *
                       gsl_matrix_get(d->score, s, j));
  const double mean = gsl_stats_mean(each->data, 1, n);
  const double variance = gsl_stats_variance(each->data, 1, n);
  mg_table_row(rows);
  mg_table_text(rows, what);
  mg_table_text(rows, mg_guide_parameter(d->guide, j, text, sizeof text));
  mg_table_real(rows, mean);
  mg_table_real(rows, sqrt(variance / (double)n));
  mg_table_real(rows, exact);
  mg_table_real(rows, variance);
  return mg_table_status(rows);
}

static int add_scores(mg_lesson *lesson, const bench *b, const mg_draws *d) {
  int status = GSL_SUCCESS;
  for (size_t j = 0; !status && j < 2; j++) {
    const double slope = bound(b, &j);
    status = add_score(lesson, d, j, "score", 0, 1, 0) ||
             add_score(lesson, d, j, "f score", 1, 0, slope) ||
             add_score(lesson, d, j, "(f + 100) score", 1, 100, slope) ||
             add_score(lesson, d, j, "(f - log p(x)) score", 1,
                       -b->log_evidence, slope);
  }
  return status;
}

/* The score against z, and its share in the mean, where q has anything. */
static int draw_scores(mg_lesson *lesson, const bench *b) {
  static const char *const names[] = {"by log a", "by log b"};
  mg_table *curves = ROWS("score_curves"), *shares = ROWS("score_shares");
  for (size_t j = 0; j < 2; j++)
    for (size_t i = 0; i < NODES; i += 4) {
      const double z = gsl_matrix_get(b->z, i, 0);
      const double score = gsl_matrix_get(b->score, i, j);
      const double log_q = gsl_vector_get(b->log_q, i);
      if (log_q < -5)
        continue;
      MG_TABLE_LINE(curves, names[j], z, score);
      MG_TABLE_LINE(shares, names[j], z, score * exp(log_q));
    }
  return mg_table_status(curves) || mg_table_status(shares);
}

int mg_lesson_scores(mg_lesson *lesson, const mg_coin_options *coin, double a,
                     double b, size_t draws) {
  bench at = {0};
  mg_draws d = {0};
  int status = bench_init(&at, &mg_coin_type, coin);
  if (!status)
    status = set_beta(&at, a, b);
  if (!status)
    status = mg_draws_init(&d, MG_ESTIMATOR_SCORE, &at.posterior->target,
                           at.guide, draws);
  if (!status)
    status = mg_draws_make(&d, RNG("scores"), 1);
  if (!status)
    status = add_scores(lesson, &at, &d) || draw_scores(lesson, &at);
  mg_draws_clear(&d);
  bench_clear(&at);
  return status;
}

/* ---- Algorithm 1 ---- */

/* A climb in a piece: draws of iteration t (from 0), made anew. */
typedef struct {
  mg_lesson *lesson;
  const mg_lesson_ascent *climb;
  size_t t;
  gsl_vector *lambda; /* the board's */
  bench at;
  mg_draws draws;
} turn;

static mg_optimizer_options steps_of(const mg_lesson_ascent *climb) {
  mg_optimizer_options steps = mg_optimizer_options_default();
  steps.rate = climb->rate;
  steps.schedule = MG_SCHEDULE_ROBBINS_MONRO;
  steps.decay = 10;
  return steps;
}

static int turn_begin(turn *w, const mg_coin_options *coin) {
  mg_lesson *lesson = w->lesson;
  if (!PIECE) {
    w->lambda = mg_board_vector(BOARD, "lambda", 2, NULL);
    if (!w->lambda)
      return GSL_ENOMEM;
    gsl_vector_set(w->lambda, 0, log(w->climb->a));
    gsl_vector_set(w->lambda, 1, log(w->climb->b));
  }
  w->lambda = VECTOR("lambda");
  int status = bench_init(&w->at, &mg_coin_type, coin);
  if (status)
    return status;
  gsl_vector_memcpy(w->at.guide->lambda, w->lambda);
  status =
      mg_draws_init(&w->draws, w->climb->estimator, &w->at.posterior->target,
                    w->at.guide, w->climb->draws);
  gsl_rng *rng = mg_stream_alloc(SEED, "algorithm", w->t);
  if (!status)
    status = rng ? mg_draws_make(&w->draws, rng, 1) : GSL_ENOMEM;
  gsl_rng_free(rng);
  return status;
}

static int add_draw(const turn *w, size_t s) {
  mg_lesson *lesson = w->lesson;
  const mg_draws *d = &w->draws;
  const double *score = d->score ? gsl_matrix_const_ptr(d->score, s, 0) : NULL;
  return MG_TABLE_LINE(ROWS("draws"), NULL, (double)(w->t + 1), (double)(s + 1),
                       gsl_matrix_get(d->z, s, 0), gsl_vector_get(d->log_p, s),
                       gsl_vector_get(d->log_q, s), gsl_vector_get(d->f, s),
                       score ? score[0] : NAN, score ? score[1] : NAN);
}

/* What the bound is here, on the way. */
static int add_place(const turn *w, double t, double elbo) {
  mg_lesson *lesson = w->lesson;
  return MG_TABLE_LINE(ROWS("climb"), "ELBO", t, elbo) ||
         MG_TABLE_LINE(ROWS("path"), "lambda",
                       exp(gsl_vector_get(w->lambda, 0)),
                       exp(gsl_vector_get(w->lambda, 1)));
}

/* The gradient, and the step. */
static int take_step(turn *w) {
  mg_lesson *lesson = w->lesson;
  const mg_optimizer_options steps = steps_of(w->climb);
  const double t = (double)(w->t + 1), root = sqrt((double)w->climb->draws);
  const size_t first = 0, second = 1;
  double gradient[2], variance[2];
  gsl_vector_view g = gsl_vector_view_array(gradient, 2);
  gsl_vector_view v = gsl_vector_view_array(variance, 2);
  int status = bench_look(&w->at);
  if (status)
    return status;
  mg_draws_gradient(&w->draws, &g.vector, &v.vector);
  mg_optimizer *o = mg_optimizer_alloc(2, &steps);
  if (!o)
    return GSL_ENOMEM;
  mg_optimizer_set_steps(o, w->t);
  const double elbo = bound(&w->at, NULL);
  status = MG_TABLE_LINE(
               ROWS("steps"), NULL, t, exp(gsl_vector_get(w->lambda, 0)),
               exp(gsl_vector_get(w->lambda, 1)), gradient[0],
               sqrt(variance[0]) / root, bound(&w->at, &first), gradient[1],
               sqrt(variance[1]) / root, bound(&w->at, &second), elbo) ||
           NUMBER("rate_now", mg_optimizer_rate(o), NULL) ||
           add_place(w, t, elbo) || mg_optimizer_step(o, w->lambda, &g.vector);
  mg_optimizer_free(o);
  return status;
}

/* Where it ends, and where it should. */
static int finish(turn *w) {
  mg_lesson *lesson = w->lesson;
  const mg_coin *c = w->at.posterior->self;
  const double t = (double)(w->t + 2);
  gsl_vector_memcpy(w->at.guide->lambda, w->lambda);
  const int status = bench_look(&w->at);
  if (status)
    return status;
  const double elbo = bound(&w->at, NULL);
  return add_place(w, t, elbo) ||
         MG_TABLE_LINE(ROWS("climb"), "log p(x)", 1, w->at.log_evidence) ||
         MG_TABLE_LINE(ROWS("climb"), "log p(x)", t, w->at.log_evidence) ||
         MG_TABLE_LINE(ROWS("path"), "posterior", c->prior + c->heads,
                       c->prior + c->tails) ||
         NUMBER("end_a", exp(gsl_vector_get(w->lambda, 0)), NULL) ||
         NUMBER("end_b", exp(gsl_vector_get(w->lambda, 1)), NULL) ||
         NUMBER("end_elbo", elbo, "nats") ||
         NUMBER("end_gap", w->at.log_evidence - elbo, "nats");
}

int mg_lesson_algorithm(mg_lesson *lesson, const mg_coin_options *coin,
                        const mg_lesson_ascent *climb) {
  const size_t slow = GSL_MIN(climb->slow, climb->iterations);
  const size_t small = slow * climb->draws, s = PIECE % climb->draws;
  turn w = {.lesson = lesson,
            .climb = climb,
            .t = PIECE < small ? PIECE / climb->draws : slow + PIECE - small};
  const bool last = w.t + 1 == climb->iterations;
  int status = turn_begin(&w, coin);
  if (!status && PIECE < small)
    status = add_draw(&w, s);
  if (!status && (PIECE >= small || s + 1 == climb->draws)) {
    mg_lesson_level(lesson, 1);
    status = take_step(&w);
    if (!status && last)
      status = finish(&w);
    else if (!status)
      status = GSL_CONTINUE;
  } else if (!status)
    status = GSL_CONTINUE;
  mg_draws_clear(&w.draws);
  bench_clear(&w.at);
  return status;
}
