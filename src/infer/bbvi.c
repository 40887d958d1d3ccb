/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Black-box variational inference; see bbvi.h.
 *
 * Inference as optimisation: of the guides q(z; lambda) the one is wanted whose
 * bound on log p(x) is highest, which is the one nearest to the posterior,
 *
 *     ELBO(lambda) = E_q f(z) = log p(x) - KL(q || p(z | x))   [estimator.1]
 *
 * and it is climbed to by gradients from S draws (infer/estimator.h), which are
 * right on average:
 *
 *     lambda_(t+1) = lambda_t + rate_t 1/S sum_s g_s                [bbvi.1]
 *
 * Nothing is asked of the target but values, or values and a gradient: hence
 * black-box.  The steps are those of infer/optimizer.h: Robbins and Monro's
 * come to rest at a maximum wherever they begin, AdaGrad's and Adam's need less
 * knowledge of lambda's units.
 *
 * The end.  Algorithm 1 of the paper stops where a step is shorter than a
 * tolerance.  One step of noise may be short by luck, so here it is the mean
 * length of the last 20 [bbvi.2].  It tells that lambda stands still, which a
 * rate that has fallen also brings about: look at the gradient and the bound.
 *
 * lambda_t wanders about the maximum.  Their mean is nearer, and as t grows as
 * near as any sequence of such draws can be (Polyak & Juditsky 1992); so that
 * the way there does not count, lambda_t weighs t^(1/a - 1) in it [bbvi.3]. The
 * recurrence (Shamir & Zhang 2013) needs to know neither when the climb will
 * end nor what came before.
 *
 * What goes wrong.  Too high a rate throws lambda where draws, or log p of
 * them, are no numbers any more; a target may be undefined in a region.  Either
 * is told with the iteration, the point z or the parameter, and the longest
 * part of the last step, since from outside the two look the same.
 *
 * Source: Ranganath, Gerrish & Blei (2014), Algorithms 1 and 2.
 *
 * Not here: the bound of a guide that is done (eval/marginal); minibatches of
 * data, so the target is always the whole joint; several starts. */
#include "infer/bbvi.h"

#include <gsl/gsl_blas.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"

enum { LAST = 20 };

struct mg_bbvi {
  mg_guide *guide;
  mg_draws draws;
  mg_optimizer *optimizer;
  mg_bbvi_options options;
  gsl_rng *rng;
  gsl_vector *gradient, *variance; /* P each, of the last iteration */
  gsl_vector *before;              /* lambda of it */
  gsl_vector *step;                /* what it made of that */
  gsl_vector *mean;                /* of lambda, [bbvi.3] */
  double change[LAST];             /* lengths of steps, in a ring */
  mg_bbvi_report report;
};

/* ---- options ---- */

#define FIELD(name) offsetof(mg_bbvi_options, name)
#define STEP_FIELD(name) offsetof(mg_bbvi_options, steps.name)

const mg_option mg_bbvi_option_table[] = {
    {"estimator", MG_OPTION_CHOICE, FIELD(estimator), 0, 0,
     MG_ESTIMATOR_CHOICES, "how draws become a gradient"},
    {"draws", MG_OPTION_SIZE, FIELD(draws), 2, 1e9, NULL, "of z, an iteration"},
    {"iterations", MG_OPTION_SIZE, FIELD(iterations), 1, 1e12, NULL, "at most"},
    {"tolerance", MG_OPTION_REAL, FIELD(tolerance), 0, 1e300, NULL,
     "mean length of the last 20 steps at which the climb ends; 0: never"},
    {"average", MG_OPTION_REAL, FIELD(average), 0, 1, NULL,
     "share of the iterations, the last, that count in the result; 0: one"},
    {"threads", MG_OPTION_SIZE, FIELD(threads), 0, 1024, NULL,
     "at most; 0: as many as there are"},
    MG_OPTIMIZER_ROWS(STEP_FIELD),
    {0}};

mg_bbvi_options mg_bbvi_options_default(void) {
  mg_bbvi_options options = {.estimator = MG_ESTIMATOR_CONTROL,
                             .draws = 100,
                             .iterations = 10000,
                             .average = 0.25,
                             .steps = mg_optimizer_options_default()};
  options.steps.method = MG_OPTIMIZER_ADAM;
  options.steps.rate = 0.03;
  options.steps.schedule = MG_SCHEDULE_ROBBINS_MONRO;
  options.steps.decay = 300;
  options.steps.power = 0.75;
  return options;
}

/* ---- memory ---- */

static int get_memory(mg_bbvi *b, unsigned long seed) {
  const size_t p = b->guide->lambda->size;
  b->optimizer = mg_optimizer_alloc(p, &b->options.steps);
  b->rng = mg_stream_alloc(seed, "bbvi/draws", 0);
  if (!b->optimizer || !b->rng)
    return GSL_ENOMEM;
  b->gradient = gsl_vector_calloc(p);
  b->variance = gsl_vector_calloc(p);
  b->before = gsl_vector_alloc(p);
  b->step = gsl_vector_calloc(p);
  b->mean = gsl_vector_alloc(p);
  if (!b->gradient || !b->variance || !b->before || !b->step || !b->mean)
    return mg_fail(GSL_ENOMEM, "no memory to climb in %zu parameters", p);
  gsl_vector_memcpy(b->before, b->guide->lambda);
  gsl_vector_memcpy(b->mean, b->guide->lambda);
  return GSL_SUCCESS;
}

mg_bbvi *mg_bbvi_alloc(const mg_target *target, mg_guide *guide,
                       const mg_bbvi_options *options, unsigned long seed) {
  if (mg_option_check(mg_bbvi_option_table, options) != GSL_SUCCESS)
    return NULL;
  mg_bbvi *b = malloc(sizeof *b);
  if (!b) {
    mg_fail(GSL_ENOMEM, "no memory for a climb");
    return NULL;
  }
  *b = (mg_bbvi){.guide = guide, .options = *options};
  if (mg_draws_init(&b->draws, options->estimator, target, guide,
                    options->draws) == GSL_SUCCESS &&
      get_memory(b, seed) == GSL_SUCCESS)
    return b;
  mg_bbvi_free(b);
  return NULL;
}

void mg_bbvi_free(mg_bbvi *b) {
  if (b) {
    mg_draws_clear(&b->draws);
    mg_optimizer_free(b->optimizer);
    gsl_rng_free(b->rng);
    gsl_vector_free(b->gradient);
    gsl_vector_free(b->variance);
    gsl_vector_free(b->before);
    gsl_vector_free(b->step);
    gsl_vector_free(b->mean);
  }
  free(b);
}

/* ---- an iteration ---- */

/* Says where a failure was, with the longest part of the last step. */
static int tell(const mg_bbvi *b, int status) {
  const size_t t = b->report.iteration;
  char text[80];
  if (t == 0)
    return mg_fail_in(status, "iteration 1");
  const size_t j = gsl_blas_idamax(b->step);
  return mg_fail_in(
      status,
      "iteration %zu, after a step of %g in %s at the rate %g (if that is "
      "long, give a smaller rate)",
      t + 1, gsl_vector_get(b->step, j),
      mg_guide_parameter(b->guide, j, text, sizeof text), b->report.rate);
}

/* The first parameter of a gradient that cannot be climbed. */
static int check_gradient(const mg_bbvi *b) {
  char text[80];
  for (size_t j = 0; j < b->gradient->size; j++)
    if (!isfinite(gsl_vector_get(b->gradient, j)))
      return mg_fail(GSL_EDOM, "the gradient in %s is %g",
                     mg_guide_parameter(b->guide, j, text, sizeof text),
                     gsl_vector_get(b->gradient, j));
  return GSL_SUCCESS;
}

/* Draws, and the gradient that they tell. */
static int look(mg_bbvi *b) {
  int status = mg_draws_make(&b->draws, b->rng, b->options.threads);
  if (status != GSL_SUCCESS)
    return status;
  mg_draws_gradient(&b->draws, b->gradient, b->variance);
  return check_gradient(b);
}

/* Up the gradient.                                                [bbvi.1] */
static int climb(mg_bbvi *b) {
  gsl_vector *lambda = b->guide->lambda;
  const double rate = mg_optimizer_rate(b->optimizer);
  gsl_vector_memcpy(b->before, lambda);
  const int status = mg_optimizer_step(b->optimizer, lambda, b->gradient);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector_memcpy(b->step, lambda);
  gsl_vector_sub(b->step, b->before);
  b->report.rate = rate;
  b->report.change = gsl_blas_dnrm2(b->step);
  b->change[b->report.iteration % LAST] = b->report.change;
  return GSL_SUCCESS;
}

/* [bbvi.3] */
static void average(mg_bbvi *b) {
  const double a = b->options.average, t = (double)b->report.iteration;
  const double share = 1 / (a * t + 1 - a);
  gsl_vector_scale(b->mean, 1 - share);
  gsl_blas_daxpy(share, b->guide->lambda, b->mean);
}

int mg_bbvi_iterate(mg_bbvi *b) {
  int status = look(b);
  if (status == GSL_SUCCESS)
    status = climb(b);
  if (status != GSL_SUCCESS) {
    status = tell(b, status);
    gsl_vector_memcpy(b->guide->lambda, b->before);
    return status;
  }
  mg_draws_elbo(&b->draws, &b->report.elbo, &b->report.std_error);
  b->report.gradient = gsl_blas_dnrm2(b->gradient);
  b->report.variance = gsl_vector_sum(b->variance);
  b->report.iteration++;
  average(b);
  return GSL_SUCCESS;
}

/* ---- the end ---- */

/* [bbvi.2] */
static bool stands(const mg_bbvi *b) {
  double sum = 0;
  if (b->report.iteration < LAST)
    return false;
  for (size_t i = 0; i < LAST; i++)
    sum += b->change[i];
  return sum / LAST < b->options.tolerance;
}

int mg_bbvi_test(mg_bbvi *b) {
  b->report.converged = stands(b);
  if (!b->report.converged && b->report.iteration < b->options.iterations)
    return GSL_CONTINUE;
  gsl_vector_memcpy(b->guide->lambda, b->mean);
  return GSL_SUCCESS;
}

const mg_bbvi_report *mg_bbvi_last(const mg_bbvi *b) {
  return &b->report;
}

const gsl_vector *mg_bbvi_gradient(const mg_bbvi *b) {
  return b->gradient;
}

const gsl_vector *mg_bbvi_variance(const mg_bbvi *b) {
  return b->variance;
}

const mg_draws *mg_bbvi_draws(const mg_bbvi *b) {
  return &b->draws;
}
