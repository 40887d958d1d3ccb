/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a family tells of its latent variable fits together: joint, prior,
 * proposal and posterior are parts of one p(z, x). */
#include "conform.h"

#include <math.h>

#include "base/tally.h"
#include "eval/bound.h"

/* A fitted model, rows, and room for what its operations tell of them. */
typedef struct {
  setting s;
  const mg_latent_ops *ops;
  const void *self;
  gsl_rng *rng;
  gsl_matrix *x, *z;
  gsl_vector *a, *b, *log_p;
} bench;

/* false: the family has no latent variable, and a bound says so. */
static bool bench_stands(const mg_model_type *type, place where, bench *t) {
  if (!conform_stands(type, where))
    return false;
  t->s = conform_fitted(type, where);
  const mg_rows rows = mg_dataset_all(t->s.data);
  t->ops = type->latent;
  if (!t->ops) {
    const mg_bound_options options = mg_bound_options_default(MG_BOUND_ELBO);
    mg_evidence e;
    cr_expect_eq(mg_bound_of(t->s.model, MG_BOUND_ELBO, &rows, &options, 1, &e),
                 GSL_EUNSUP, "a bound without a latent variable");
    conform_clear(&t->s);
    return false;
  }
  t->self = t->s.model->self;
  t->rng = mg_stream_alloc(1, "test/latent", 0);
  t->x = conform_rows(&t->s);
  const size_t n = t->x->size1;
  t->z = gsl_matrix_alloc(n, t->ops->dim(t->self));
  t->a = gsl_vector_alloc(n);
  t->b = gsl_vector_alloc(n);
  t->log_p = conform_log_density(t->s.model, t->x);
  return true;
}

static void bench_clear(bench *t) {
  gsl_vector_free(t->log_p);
  gsl_vector_free(t->b);
  gsl_vector_free(t->a);
  gsl_matrix_free(t->z);
  gsl_matrix_free(t->x);
  gsl_rng_free(t->rng);
  conform_clear(&t->s);
}

static void ok(int status, const char *what) {
  cr_assert(status == GSL_SUCCESS, "%s: %s", what, mg_reason());
}

static void expect_equal(const gsl_vector *a, const gsl_vector *b,
                         double tolerance, const char *what) {
  for (size_t i = 0; i < a->size; i++) {
    const double u = gsl_vector_get(a, i), v = gsl_vector_get(b, i);
    cr_assert(fabs(u - v) <= tolerance * (1 + fabs(v)), "%s: %.15g, not %.15g",
              what, u, v);
  }
}

/* log p(x, z) - log p(z | x) = log p(x), and q tells the same twice. */
static void parts_make_a_whole(const mg_model_type *type, place where) {
  bench t;
  if (!bench_stands(type, where, &t))
    return;
  ok(t.ops->propose(t.self, t.rng, t.x, t.z, t.a), "propose");
  if (t.ops->log_proposal) {
    ok(t.ops->log_proposal(t.self, t.x, t.z, t.b, NULL), "log_proposal");
    expect_equal(t.a, t.b, 1e-10, "log q");
  }
  if (t.ops->posterior && type->log_density) {
    ok(t.ops->posterior(t.self, t.rng, t.x, t.z, t.a), "posterior");
    ok(t.ops->log_joint(t.self, t.x, t.z, t.b, NULL), "log_joint");
    gsl_vector_sub(t.b, t.a);
    expect_equal(t.b, t.log_p, 1e-10, "joint less posterior");
  }
  bench_clear(&t);
}

/* Mean of p(x | z) over z drawn with some x is p(x): at the first rows. */
static void the_prior_is_that_of_the_draws(const mg_model_type *type,
                                           place where) {
  bench t;
  enum { S = 20000 };
  if (!bench_stands(type, where, &t))
    return;
  if (!t.ops->log_prior || !type->log_density) {
    bench_clear(&t);
    return;
  }
  gsl_matrix *z = gsl_matrix_alloc(S, t.z->size2);
  gsl_matrix *x = gsl_matrix_alloc(S, t.x->size2);
  gsl_vector *joint = gsl_vector_alloc(S), *prior = gsl_vector_alloc(S);
  ok(t.ops->sample_joint(t.self, t.rng, z, x), "sample_joint");
  ok(t.ops->log_prior(t.self, z, prior, NULL), "log_prior");
  for (size_t row = 0; row < 3; row++) {
    gsl_vector_const_view datum = gsl_matrix_const_row(t.x, row);
    double sum = 0, square = 0;
    for (size_t i = 0; i < S; i++)
      gsl_matrix_set_row(x, i, &datum.vector);
    ok(t.ops->log_joint(t.self, x, z, joint, NULL), "log_joint");
    for (size_t i = 0; i < S; i++) {
      const double w = exp(gsl_vector_get(joint, i) - gsl_vector_get(prior, i) -
                           gsl_vector_get(t.log_p, row));
      sum += w / S;
      square += w * w / S;
    }
    const double error = sqrt(fmax(square - sum * sum, 0) / S);
    cr_expect(fabs(sum - 1) <= CONFORM_Z * error + 1e-9,
              "row %zu: mean p(x | z) / p(x) is %.4f +- %.4f", row, sum, error);
  }
  gsl_vector_free(prior);
  gsl_vector_free(joint);
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  bench_clear(&t);
}

typedef enum { OF_JOINT, OF_PROPOSAL, OF_PRIOR, LAWS } law;

static int evaluate(const bench *t, law which, gsl_vector *out,
                    gsl_matrix *dz) {
  if (which == OF_PRIOR)
    return t->ops->log_prior(t->self, t->z, out, dz);
  if (which == OF_PROPOSAL)
    return t->ops->log_proposal(t->self, t->x, t->z, out, dz);
  return t->ops->log_joint(t->self, t->x, t->z, out, dz);
}

/* dz against central differences, of every row at once. */
static void gradients_are_slopes(const mg_model_type *type, place where) {
  bench t;
  /* Floats inside: the difference must be larger than their rounding. */
  const double h = type->log_density ? 1e-4 : 1e-2;
  const double limit = type->log_density ? 1e-5 : 2e-3;
  if (!bench_stands(type, where, &t))
    return;
  gsl_matrix *dz = gsl_matrix_alloc(t.z->size1, t.z->size2);
  ok(t.ops->propose(t.self, t.rng, t.x, t.z, NULL), "propose");
  for (int which = 0; which < LAWS && !t.ops->discrete; which++) {
    ok(evaluate(&t, (law)which, t.a, dz), "gradient");
    for (size_t i = 0; i < t.z->size2; i++) {
      gsl_vector_view column = gsl_matrix_column(t.z, i);
      gsl_vector_add_constant(&column.vector, h);
      ok(evaluate(&t, (law)which, t.a, NULL), "above");
      gsl_vector_add_constant(&column.vector, -2 * h);
      ok(evaluate(&t, (law)which, t.b, NULL), "below");
      gsl_vector_add_constant(&column.vector, h);
      for (size_t n = 0; n < t.z->size1; n++) {
        const double slope =
            (gsl_vector_get(t.a, n) - gsl_vector_get(t.b, n)) / (2 * h);
        cr_assert(fabs(gsl_matrix_get(dz, n, i) - slope) <=
                      limit * (1 + fabs(slope)),
                  "law %d row %zu: %.9g, not %.9g", which, n,
                  gsl_matrix_get(dz, n, i), slope);
      }
    }
  }
  gsl_matrix_free(dz);
  bench_clear(&t);
}

/* Where the proposal is the posterior every bound is the exact value. */
static void an_exact_proposal_makes_exact_bounds(const mg_model_type *type,
                                                 place where) {
  bench t;
  if (!bench_stands(type, where, &t))
    return;
  const mg_rows rows = mg_dataset_all(t.s.data);
  const mg_evidence_options plain = {.draws = 1};
  mg_evidence truth, e;
  ok(mg_evidence_of(t.s.model, &rows, &plain, 1, &truth), "exact");
  for (int which = 0; which <= MG_BOUND_EUBO; which++) {
    mg_bound_options options = mg_bound_options_default((mg_bound_method)which);
    options.from = MG_FROM_PROPOSAL;
    options.k = 3;
    options.temperatures = t.ops->discrete ? 1 : 4;
    if (t.ops->posterior != t.ops->propose || t.s.model->dequantise)
      continue;
    ok(mg_bound_of(t.s.model, (mg_bound_method)which, &rows, &options, 1, &e),
       "bound");
    cr_expect(fabs(e.value - truth.value) <= 1e-10, "%s: %.14f, not %.14f",
              e.method, e.value, truth.value);
  }
  bench_clear(&t);
}

/* z and x of S draws; their residual x - decode(z) takes the place of x. */
enum { PAIRS = 20000 };

static void draw_residuals(const bench *t, gsl_matrix *z, gsl_matrix *x) {
  gsl_matrix *mean = gsl_matrix_alloc(x->size1, x->size2);
  ok(t->ops->sample_joint(t->self, t->rng, z, x), "sample_joint");
  ok(t->ops->decode(t->self, z, mean), "decode");
  gsl_matrix_sub(x, mean);
  gsl_matrix_free(mean);
}

/* Nothing that z tells is left in x less its mean: E (x - E(x | z)) z^i = 0. */
static void decode_is_the_mean_of_draws(const mg_model_type *type,
                                        place where) {
  bench t;
  if (!bench_stands(type, where, &t))
    return;
  gsl_matrix *z = gsl_matrix_alloc(PAIRS, t.z->size2);
  gsl_matrix *x = gsl_matrix_alloc(PAIRS, t.x->size2);
  if (t.ops->decode)
    draw_residuals(&t, z, x);
  for (size_t cell = 0; t.ops->decode && cell < 2 * x->size2 * z->size2;
       cell++) {
    const size_t j = cell / 2 % x->size2, l = cell / 2 / x->size2;
    double sum = 0, square = 0;
    for (size_t i = 0; i < PAIRS; i++) {
      const double a =
          gsl_matrix_get(x, i, j) * (cell % 2 ? gsl_matrix_get(z, i, l) : 1);
      sum += a / PAIRS;
      square += a * a / PAIRS;
    }
    const double error = sqrt(fmax(square - sum * sum, 0) / PAIRS);
    cr_expect(fabs(sum) <= CONFORM_Z * error + 1e-6,
              "column %zu: E (x - decode) z%zu^%zu is %.5f +- %.5f", j, l,
              cell % 2, sum, error);
  }
  gsl_matrix_free(x);
  gsl_matrix_free(z);
  bench_clear(&t);
}

/* S proposals for the datum of a row, and log q of each. */
static gsl_matrix *propose_often(const bench *t, size_t row, gsl_matrix *x,
                                 gsl_vector *log_q) {
  gsl_vector_const_view datum = gsl_matrix_const_row(t->x, row);
  gsl_matrix *z = gsl_matrix_alloc(x->size1, t->z->size2);
  for (size_t i = 0; i < x->size1; i++)
    gsl_matrix_set_row(x, i, &datum.vector);
  ok(t->ops->propose(t->self, t->rng, x, z, log_q), "propose");
  return z;
}

/* The mean of the proposals; of a discrete z none of them is likelier. */
static void encode_is_the_middle_of_proposals(const mg_model_type *type,
                                              place where) {
  enum { S = 4000 };
  bench t;
  if (!bench_stands(type, where, &t))
    return;
  gsl_matrix *x = gsl_matrix_alloc(S, t.x->size2);
  gsl_matrix *code = gsl_matrix_alloc(S, t.z->size2);
  gsl_vector *log_q = gsl_vector_alloc(S), *top = gsl_vector_alloc(S);
  for (size_t row = 0; t.ops->encode && row < 3; row++) {
    gsl_matrix *z = propose_often(&t, row, x, log_q);
    ok(t.ops->encode(t.self, x, code), "encode");
    ok(t.ops->log_proposal(t.self, x, code, top, NULL), "log_proposal");
    for (size_t l = 0; !t.ops->discrete && l < z->size2; l++) {
      gsl_vector_view column = gsl_matrix_column(z, l);
      mg_tally tally;
      mg_tally_values(S, column.vector.data, z->tda, &tally);
      cr_expect(fabs(tally.mean - gsl_matrix_get(code, 0, l)) <=
                    CONFORM_Z * tally.std_error,
                "row %zu: z%zu is %.4f +- %.4f, encoded %.4f", row, l,
                tally.mean, tally.std_error, gsl_matrix_get(code, 0, l));
    }
    cr_expect(gsl_vector_max(log_q) <= gsl_vector_get(top, 0) + 1e-9,
              "row %zu: a draw is likelier than the code", row);
    gsl_matrix_free(z);
  }
  gsl_vector_free(top);
  gsl_vector_free(log_q);
  gsl_matrix_free(code);
  gsl_matrix_free(x);
  bench_clear(&t);
}

#define LATENT_LAWS(family)                                                    \
  CONFORM_EVERYWHERE(family, parts_make_a_whole)                               \
  CONFORM_EVERYWHERE(family, the_prior_is_that_of_the_draws)                   \
  CONFORM_EVERYWHERE(family, gradients_are_slopes)                             \
  CONFORM_EVERYWHERE(family, decode_is_the_mean_of_draws)                      \
  CONFORM_EVERYWHERE(family, encode_is_the_middle_of_proposals)                \
  CONFORM_EVERYWHERE(family, an_exact_proposal_makes_exact_bounds)
CONFORM_FAMILIES(LATENT_LAWS)
