/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learning is gather and update: gather adds and changes nothing, chance comes
 * from the seed alone, and the number of threads is nowhere in the result. */
#include "conform.h"

#include <stdlib.h>
#include <string.h>

/* Neither of the parts is empty, nor a multiple of any block's size. */
enum { PART = 157, WHOLE = 500 };

/* ---- gather ---- */

/* Room as models/fit makes it. */
static mg_stats stats_for(const setting *s, size_t n) {
  const mg_need need = s->model->type->need(s->model->self, n);
  mg_stats stats = {.n = 0};
  if (need.sums)
    stats.sums = gsl_vector_calloc(need.sums);
  if (need.work) {
    stats.work = gsl_vector_alloc(need.work);
    gsl_vector_set_all(stats.work, NAN);
  }
  stats.threads = 1;
  if (need.rows)
    stats.rows = gsl_matrix_calloc(n, s->model->space.dim);
  if (need.gradient)
    stats.gradient = calloc(need.gradient, sizeof *stats.gradient);
  if (need.tape)
    stats.tape = calloc(need.tape, sizeof *stats.tape);
  return stats;
}

static void stats_free(mg_stats *stats) {
  gsl_vector_free(stats->sums);
  gsl_vector_free(stats->work);
  gsl_matrix_free(stats->rows);
  free(stats->gradient);
  free(stats->tape);
}

/* What the type says before there is a self is what the self says. */
static void kinds_agree(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_fitted(type, where);
  const mg_need need = type->need(s.model->self, WHOLE);
  cr_expect((type->batch > 0) == (need.gradient > 0),
            "a batch of %zu, a gradient of %zu", type->batch, need.gradient);
  cr_expect(type->batch > 0 || (!type->state && !type->objective && !need.tape),
            "a family by sums has a state, an objective or a tape");
  mg_tensors list = {.n = 0};
  type->tensors(s.model->self, &list);
  size_t numbers = 0;
  for (size_t i = 0; i < list.n; i++)
    numbers += mg_tensor_size(&list.item[i]);
  const mg_space inner =
      mg_model_inner_space(&s.model->space, s.model->dequantise);
  if (type->numbers)
    cr_expect(type->numbers(&inner, s.model->options) == numbers,
              "%zu numbers, told %zu", numbers,
              type->numbers(&inner, s.model->options));
  conform_clear(&s);
}

/* Gathers rows first .. first + n - 1 of x. */
static void gather(const setting *s, gsl_matrix *x, size_t first, size_t n,
                   mg_stats *stats) {
  gsl_rng *rng = mg_stream_alloc(1, "test/gather", first);
  const gsl_matrix_view rows = gsl_matrix_submatrix(x, first, 0, n, x->size2);
  const mg_batch batch = {
      .x = rows.matrix, .labels = s->data->labels + first, .first = first};
  int status = s->model->type->gather(s->model->self, rng, &batch, stats);
  cr_assert(status == GSL_SUCCESS, "gather: %s", mg_reason());
  stats->n += n;
  gsl_rng_free(rng);
}

/* A minibatch comes in one call, so nothing is said of two. */
static void gather_is_additive(const mg_model_type *type, place where) {
  if (!conform_stands(type, where) || type->batch > 0)
    return;
  setting s = conform_set(type, where, WHOLE);
  conform_fit(&s, 1);
  gsl_matrix *x = conform_rows(&s);
  mg_stats a = stats_for(&s, WHOLE), b = stats_for(&s, WHOLE),
           both = stats_for(&s, WHOLE), turns = stats_for(&s, WHOLE);
  gather(&s, x, 0, PART, &a);
  gather(&s, x, PART, WHOLE - PART, &b);
  gather(&s, x, 0, WHOLE, &both);
  gather(&s, x, 0, PART, &turns);
  gather(&s, x, PART, WHOLE - PART, &turns);
  for (size_t i = 0; both.sums && i < both.sums->size; i++) {
    const double one = gsl_vector_get(a.sums, i),
                 two = gsl_vector_get(b.sums, i),
                 sum = gsl_vector_get(both.sums, i);
    /* a sum of deviations may cancel; each of its terms is of order 1 */
    const double limit = 1e-12 * (1 + fabs(one) + fabs(two));
    cr_assert(fabs(one + two - sum) <= limit,
              "statistic %zu: %.17g + %.17g, of the whole %.17g", i, one, two,
              sum);
    cr_assert(fabs(gsl_vector_get(turns.sums, i) - sum) <= limit,
              "statistic %zu: in turns %.17g, at once %.17g", i,
              gsl_vector_get(turns.sums, i), sum);
  }
  if (both.rows)
    cr_expect(gsl_matrix_equal(both.rows, x) && gsl_matrix_equal(turns.rows, x),
              "the rows kept are not the rows given");
  cr_expect(both.sums || both.rows, "gather kept nothing");
  stats_free(&a);
  stats_free(&b);
  stats_free(&both);
  stats_free(&turns);
  gsl_matrix_free(x);
  conform_clear(&s);
}

static void gather_changes_nothing(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_fitted(type, where), twin = conform_fitted(type, where);
  gsl_matrix *x = conform_rows(&s);
  gsl_matrix *copy = gsl_matrix_alloc(x->size1, x->size2);
  gsl_vector *before = conform_log_density(s.model, x);
  void *self = malloc(type->size);
  memcpy(self, s.model->self, type->size);
  gsl_matrix_memcpy(copy, x);
  mg_stats stats = stats_for(&s, x->size1);
  gather(&s, x, 0, x->size1, &stats);
  gsl_vector *after = conform_log_density(s.model, x);
  cr_expect(memcmp(self, s.model->self, type->size) == 0, "self changed");
  cr_expect(conform_same_tensors(s.model, twin.model), "parameters changed");
  cr_expect(gsl_vector_equal(before, after), "the density changed");
  cr_expect(gsl_matrix_equal(x, copy), "the data changed");
  stats_free(&stats);
  free(self);
  gsl_vector_free(before);
  gsl_vector_free(after);
  gsl_matrix_free(copy);
  gsl_matrix_free(x);
  conform_clear(&twin);
  conform_clear(&s);
}

/* ---- the seed and the threads ---- */

static mg_evidence evidence_of(const setting *s, size_t threads,
                               unsigned long seed) {
  const mg_rows rows = mg_dataset_all(s->data);
  const mg_evidence_options options = {
      .draws = 3, .weights = 20, .threads = threads};
  mg_evidence evidence = {.claim = MG_NO_CLAIM};
  if (!mg_model_judges(s->model->type))
    return evidence;
  int status = mg_evidence_of(s->model, &rows, &options, seed, &evidence);
  cr_assert(status == GSL_SUCCESS, "evidence: %s", mg_reason());
  return evidence;
}

static bool same_number(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

static void a_seed_is_a_result(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting a = conform_fitted(type, where), b = conform_fitted(type, where);
  cr_expect(conform_same_tensors(a.model, b.model), "other parameters");
  cr_expect(
      same_number(evidence_of(&a, 1, 4).value, evidence_of(&b, 1, 4).value),
      "another evidence");
  const bool same =
      same_number(evidence_of(&a, 1, 4).value, evidence_of(&a, 1, 5).value);
  const bool draws =
      mg_model_judges(type) && (a.model->dequantise || !type->log_density);
  cr_expect(same == !draws, "the evidence %s with the seed",
            same ? "stays" : "moves");
  gsl_matrix *x = conform_sample(a.model, 100, 1);
  gsl_matrix *y = conform_sample(b.model, 100, 1);
  gsl_matrix *z = conform_sample(a.model, 100, 2);
  cr_expect(gsl_matrix_equal(x, y), "other samples of one seed");
  cr_expect(!type->sample || !gsl_matrix_equal(x, z),
            "the same samples of another seed");
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(z);
  conform_clear(&a);
  conform_clear(&b);
}

/* 1500 rows are six shards. */
static setting fitted_on(const mg_model_type *type, place where,
                         size_t threads) {
  setting s = conform_set(type, where, 1500);
  s.recipe->fit.threads = threads;
  s.recipe->fit.passes = 30;
  conform_fit(&s, 3);
  return s;
}

static void threads_leave_no_trace(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting one = fitted_on(type, where, 1);
  const mg_evidence first = evidence_of(&one, 1, 4);
  for (size_t threads = 2; threads <= 4; threads += 2) {
    setting many = fitted_on(type, where, threads);
    const mg_evidence e = evidence_of(&many, threads, 4);
    cr_expect(conform_same_tensors(one.model, many.model),
              "other parameters on %zu threads", threads);
    cr_expect(same_number(first.value, e.value) &&
                  same_number(first.std_error, e.std_error),
              "another evidence on %zu threads", threads);
    conform_clear(&many);
  }
  conform_clear(&one);
}

/* ---- the objective ---- */

/* A family that iterates over sums raises its own objective in every pass.  Its
 * last passes gain nothing but rounding. */
static void objective_never_falls(const mg_model_type *type, place where) {
  if (!conform_stands(type, where) || type->passes == 1 || type->batch > 0)
    return;
  setting s = conform_set(type, where, 600);
  s.recipe->fit.tolerance = 0;
  const mg_rows rows = mg_dataset_all(s.data);
  mg_fit *fit = mg_fit_alloc(s.model, &rows, &s.recipe->fit, 7);
  cr_assert_not_null(fit, "fit: %s", mg_reason());
  double before = -INFINITY, first = NAN;
  while (mg_fit_test(fit) == GSL_CONTINUE) {
    cr_assert(mg_fit_iterate(fit) == GSL_SUCCESS, "pass: %s", mg_reason());
    const mg_report *report = mg_fit_last(fit);
    cr_assert(report->objective >= before - 1e-10 * fabs(before),
              "pass %zu: the objective falls from %.17g to %.17g",
              mg_fit_passes(fit), before, report->objective);
    cr_assert(report->objective_name && *report->objective_name,
              "an objective without a name");
    before = report->objective;
    first = isnan(first) ? before : first;
  }
  cr_expect(before > first, "nothing was learned: %g", before);
  mg_fit_free(fit);
  conform_clear(&s);
}

/* Better than a uniform law: on the reals that of an interval of 40, else of
 * all levels, and of two more that noise may leak into. */
static void a_fit_beats_no_fit(const mg_model_type *type, place where) {
  if (!conform_stands(type, where) || !mg_model_judges(type))
    return;
  setting s = conform_fitted(type, where);
  const double fitted = evidence_of(&s, 1, 1).value;
  const mg_space space = place_space(where);
  const double values = space.levels ? space.levels : 40;
  const double none =
      -(double)space.dim * log(s.model->dequantise ? values + 2 : values);
  cr_expect(fitted > none, "evidence %g, of the uniform law %g", fitted, none);
  cr_expect(mg_model_parameters(s.model) > 0, "no parameters");
  conform_clear(&s);
}

#define LAWS(family)                                                           \
  CONFORM_EVERYWHERE(family, kinds_agree)                                      \
  CONFORM_EVERYWHERE(family, gather_is_additive)                               \
  CONFORM_EVERYWHERE(family, gather_changes_nothing)                           \
  CONFORM_EVERYWHERE(family, a_seed_is_a_result)                               \
  CONFORM_EVERYWHERE(family, threads_leave_no_trace)                           \
  CONFORM_EVERYWHERE(family, objective_never_falls)                            \
  CONFORM_EVERYWHERE(family, a_fit_beats_no_fit)
CONFORM_FAMILIES(LAWS)
