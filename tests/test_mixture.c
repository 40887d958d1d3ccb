/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mixtures by EM against direct loops, enumerations, EM's own theorem, and the
 * spread of results that were computed outside this project. */
#include "families.h"

#include "data/digits.h"
#include "models/independent.h"
#include "models/mixture.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(mixture, .init = setup);

/* A model that has started on all rows and made no pass. */
static mg_model *started(const mg_dataset *data, size_t components,
                         double smoothing) {
  const mg_mixture_options options = {.components = components,
                                      .smoothing = smoothing};
  const mg_rows rows = mg_dataset_all(data);
  mg_model *model =
      mg_model_alloc(&mg_mixture_type, &data->space, &options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_block *block = mg_block_alloc(&data->space, rows.n);
  gsl_rng *rng = mg_stream_alloc(1, "test/start", 0);
  mg_block_read(block, &rows, 0, rows.n);
  int status = mg_mixture_start(model->self, rng, &block->batch.x);
  cr_assert_eq(status, GSL_SUCCESS, "%s", mg_reason());
  gsl_rng_free(rng);
  mg_block_free(block);
  return model;
}

/* One pass by the family's own functions. */
static mg_report em_pass(mg_model *model, const mg_dataset *data) {
  const mg_rows rows = mg_dataset_all(data);
  mg_block *block = mg_block_alloc(&data->space, rows.n);
  mg_need need = model->type->need(model->self, rows.n);
  mg_stats stats = {.sums = gsl_vector_calloc(need.sums),
                    .work = gsl_vector_alloc(need.work),
                    .n = rows.n};
  mg_report report;
  mg_block_read(block, &rows, 0, rows.n);
  cr_assert_eq(model->type->gather(model->self, NULL, &block->batch, &stats),
               GSL_SUCCESS, "gather: %s", mg_reason());
  cr_assert_eq(model->type->update(model->self, &stats, &report), GSL_SUCCESS,
               "update: %s", mg_reason());
  gsl_vector_free(stats.sums);
  gsl_vector_free(stats.work);
  mg_block_free(block);
  return report;
}

enum { K = 3, D = 4, L = 3 };

/* A plain EM on tables [k][j][l], as the textbook has it. */
typedef struct {
  double weight[K], theta[K][D][L];
} plain;

static double plain_objective(const plain *p, const mg_dataset *data,
                              double a) {
  double sum = 0;
  for (size_t i = 0; i < data->n; i++) {
    double mass = 0;
    for (size_t k = 0; k < K; k++) {
      double joint = p->weight[k];
      for (size_t j = 0; j < D; j++)
        joint *= p->theta[k][j][data->bytes[i * D + j]];
      mass += joint;
    }
    sum += log(mass);
  }
  for (size_t k = 0; k < K; k++) {
    sum += a * log(p->weight[k]);
    for (size_t j = 0; j < D; j++)
      for (size_t l = 0; l < L; l++)
        sum += a * log(p->theta[k][j][l]);
  }
  return sum / (double)data->n;
}

static void plain_responsibilities(const plain *p, const unsigned char *x,
                                   double *r) {
  double mass = 0;
  for (size_t k = 0; k < K; k++) {
    r[k] = p->weight[k];
    for (size_t j = 0; j < D; j++)
      r[k] *= p->theta[k][j][x[j]];
    mass += r[k];
  }
  for (size_t k = 0; k < K; k++)
    r[k] /= mass;
}

static plain plain_step(const plain *p, const mg_dataset *data, double a) {
  plain next = {{0}, {{{0}}}};
  double total[K] = {0};
  for (size_t i = 0; i < data->n; i++) {
    double r[K];
    plain_responsibilities(p, data->bytes + i * D, r);
    for (size_t k = 0; k < K; k++) {
      total[k] += r[k];
      for (size_t j = 0; j < D; j++)
        next.theta[k][j][data->bytes[i * D + j]] += r[k];
    }
  }
  for (size_t k = 0; k < K; k++) {
    next.weight[k] = (total[k] + a) / ((double)data->n + K * a);
    for (size_t j = 0; j < D; j++)
      for (size_t l = 0; l < L; l++)
        next.theta[k][j][l] = (next.theta[k][j][l] + a) / (total[k] + L * a);
  }
  return next;
}

Test(mixture, a_step_of_em_is_the_textbooks) {
  const double a = 0.4;
  mg_dataset *data = small_data(MG_LEVELS, L, D, 0, 70);
  mg_model *model = started(data, K, a);
  mg_tensor w = tensor_of(model, "weights");
  mg_tensor t = tensor_of(model, "probabilities");
  for (int step = 0; step < 5; step++) {
    plain p;
    memcpy(p.weight, w.value, sizeof p.weight);
    memcpy(p.theta, t.value, sizeof p.theta);
    const plain next = plain_step(&p, data, a);
    const double expected = plain_objective(&p, data, a);
    const mg_report report = em_pass(model, data);
    cr_assert_float_eq(report.objective, expected, 1e-12,
                       "step %d: objective %.15g, directly %.15g", step,
                       report.objective, expected);
    for (size_t k = 0; k < K; k++)
      cr_assert_float_eq(w.value[k], next.weight[k], 1e-13,
                         "step %d, weight %zu: %.15g, directly %.15g", step, k,
                         w.value[k], next.weight[k]);
    for (size_t i = 0; i < K * D * L; i++) {
      const double direct = next.theta[i / (D * L)][i / L % D][i % L];
      cr_assert_float_eq(t.value[i], direct, 1e-13,
                         "step %d, entry %zu: %.15g, directly %.15g", step, i,
                         t.value[i], direct);
    }
  }
  mg_model_free(model);
  mg_dataset_free(data);
}

/* EM never lowers [mix.3], whatever the smoothing. */
static void check_monotone(const mg_dataset *data, double smoothing) {
  mg_model *model = started(data, 6, smoothing);
  double before = -INFINITY;
  for (int pass = 0; pass < 60; pass++) {
    const mg_report report = em_pass(model, data);
    cr_assert_geq(report.objective, before - 1e-13 * fabs(before),
                  "add %g, pass %d: from %.15g to %.15g", smoothing, pass,
                  before, report.objective);
    before = report.objective;
  }
  mg_model_free(model);
}

Test(mixture, em_never_lowers_the_penalised_objective) {
  const double smoothing[] = {1e-6, 0.01, 0.2, 1, 10, 1000};
  mg_dataset *levels = small_data(MG_LEVELS, 4, 6, 0, 150);
  mg_dataset *binary = small_data(MG_BINARY, 2, 12, 0, 150);
  for (size_t i = 0; i < sizeof smoothing / sizeof *smoothing; i++) {
    check_monotone(levels, smoothing[i]);
    check_monotone(binary, smoothing[i]);
  }
  mg_dataset_free(levels);
  mg_dataset_free(binary);
}

Test(mixture, all_512_images_and_the_sampler) {
  const mg_mixture_options options = {.components = 4, .smoothing = 1};
  check_tiny(&mg_mixture_type, &options, MG_BINARY, 2, 9);
}

Test(mixture, all_points_of_four_columns_of_three_levels) {
  const mg_mixture_options options = {.components = 3, .smoothing = 0.2};
  check_tiny(&mg_mixture_type, &options, MG_LEVELS, 3, 4);
}

Test(mixture, responsibilities_are_the_textbooks) {
  mg_dataset *data = small_data(MG_LEVELS, L, D, 0, 70);
  mg_model *model = started(data, K, 0.2);
  gsl_matrix *x = every_point(&data->space);
  gsl_matrix *r = gsl_matrix_alloc(x->size1, K);
  plain p;
  memcpy(p.weight, tensor_of(model, "weights").value, sizeof p.weight);
  memcpy(p.theta, tensor_of(model, "probabilities").value, sizeof p.theta);
  cr_assert_eq(mg_mixture_responsibilities(model->self, x, r), GSL_SUCCESS,
               "%s", mg_reason());
  for (size_t i = 0; i < x->size1; i++) {
    unsigned char bytes[D];
    double expected[K];
    for (size_t j = 0; j < D; j++)
      bytes[j] = (unsigned char)gsl_matrix_get(x, i, j);
    plain_responsibilities(&p, bytes, expected);
    for (size_t k = 0; k < K; k++)
      cr_assert_float_eq(gsl_matrix_get(r, i, k), expected[k], 1e-13,
                         "point %zu component %zu: %.15g, directly %.15g", i, k,
                         gsl_matrix_get(r, i, k), expected[k]);
  }
  gsl_matrix_free(r);
  gsl_matrix_free(x);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(mixture, one_component_is_independence) {
  const mg_mixture_options one = {.components = 1, .smoothing = 0.1};
  mg_dataset *data = mg_digits_read();
  mg_model *mixture = fitted(&mg_mixture_type, data, &one, 1);
  mg_model *independent = fitted(&mg_independent_type, data, NULL, 1);
  for (int p = 0; p < MG_PARTS; p++) {
    double a = nats(mixture, data, (mg_part_name)p);
    double b = nats(independent, data, (mg_part_name)p);
    cr_assert_float_eq(a, b, 1e-10, "part %d: %.12f and %.12f", p, a, b);
  }
  mg_model_free(mixture);
  mg_model_free(independent);
  mg_dataset_free(data);
}

/* Test nats over `seeds` starts: the mean lies within 6.1 standard errors of a
 * mean over `reference_seeds` starts computed elsewhere; sd is that of one
 * start, from 20 starts. */
static void check_spread(const mg_dataset *data,
                         const mg_mixture_options *options, unsigned seeds,
                         double reference, unsigned reference_seeds,
                         double sd) {
  double mean = 0;
  for (unsigned s = 1; s <= seeds; s++) {
    mg_model *model = fitted(&mg_mixture_type, data, options, s);
    mean += nats(model, data, MG_TEST) / seeds;
    mg_model_free(model);
  }
  double error = sd * sqrt(1.0 / seeds + 1.0 / reference_seeds);
  cr_assert_lt(fabs(mean - reference), 6.1 * error,
               "K = %zu: %.3f over %u starts, expected %.3f +- %.3f",
               options->components, mean, seeds, reference, error);
}

/* EM on UCI's digits elsewhere: 3 starts on levels, 5 on bits. */
Test(mixture, digits_lie_in_the_spread_of_known_results) {
  const mg_mixture_options levels = {.components = 10, .smoothing = 0.2};
  const mg_mixture_options ten = {.components = 10, .smoothing = 1};
  const mg_mixture_options forty = {.components = 40, .smoothing = 1};
  mg_dataset *data = mg_digits_read();
  check_spread(data, &levels, 10, 99.789, 3, 0.67);
  mg_dataset_free(data);
  data = mg_digits_read_binary();
  check_spread(data, &ten, 10, 20.310, 5, 0.23);
  check_spread(data, &forty, 5, 19.390, 5, 0.09);
  mg_dataset_free(data);
}

/* Stopping has a tolerance on the objective, so a fit's last gain is below it;
 * of several starts the best is kept. */
Test(mixture, the_best_of_several_starts_is_kept) {
  const mg_mixture_options options = {.components = 5, .smoothing = 1};
  mg_dataset *data = mg_digits_read_binary();
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  mg_fit_options fit_options = mg_fit_options_default();
  fit_options.restarts = 4;
  fit_options.threads = 1;
  mg_model *model =
      mg_model_alloc(&mg_mixture_type, &data->space, &options, false);
  mg_fit *fit = mg_fit_alloc(model, &train, &fit_options, 1);
  int status;
  do
    status = mg_fit_iterate(fit);
  while (status == GSL_SUCCESS && mg_fit_test(fit) == GSL_CONTINUE);
  mg_fit_finish(fit);
  double best = -INFINITY;
  for (size_t i = 0; i < 4; i++)
    best = fmax(best, mg_fit_optimum(fit, i).objective);
  mg_tensor t = tensor_of(model, "probabilities"),
            w = tensor_of(model, "weights");
  double prior = 0;
  for (size_t i = 0; i < tensor_size(&t); i++)
    prior += log(t.value[i]) + log1p(-t.value[i]);
  for (size_t k = 0; k < 5; k++)
    prior += log(w.value[k]);
  double kept = -nats(model, data, MG_TRAIN) + prior / (double)train.n;
  cr_assert_float_eq(kept, best, 1e-5, "%.9f kept, the best is %.9f", kept,
                     best);
  mg_fit_free(fit);
  mg_model_free(model);
  mg_dataset_free(data);
}

static bool all_finite(const mg_model *model) {
  mg_tensors list = {.n = 0};
  model->type->tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++)
    for (size_t j = 0; j < tensor_size(&list.item[i]); j++)
      if (!isfinite(list.item[i].value[j]))
        return false;
  return true;
}

Test(mixture, more_components_than_rows_and_rows_all_equal) {
  for (size_t n = 1; n <= 3; n++) {
    mg_dataset *data = small_data(MG_LEVELS, 3, 4, 0, n);
    memset(data->bytes, 1, n * 4);
    const mg_mixture_options options = {.components = 7, .smoothing = 0.2};
    mg_model *model = fitted(&mg_mixture_type, data, &options, 1);
    cr_assert(all_finite(model), "%zu rows: a parameter is not finite", n);
    check_mass_and_sampler(model);
    mg_model_free(model);
    mg_dataset_free(data);
  }
}

/* Three rows, three components: each begins with a row of its own, which
 * counts a fifth as often as the whole sample.  Column j is 1 in row j alone,
 * so n = 1/3 + 1/5 of N = 1 + 1/5 for the own row's, else 1/3. */
Test(mixture, every_component_starts_from_a_row_of_its_own) {
  mg_dataset *data = small_data(MG_BINARY, 2, 3, 0, 3);
  for (size_t i = 0; i < 9; i++)
    data->bytes[i] = i % 4 == 0;
  mg_model *model = started(data, 3, 1);
  mg_tensor t = tensor_of(model, "probabilities");
  const double own = (1.0 / 3 + 0.2 + 1) / (1.2 + 2);
  const double other = (1.0 / 3 + 1) / (1.2 + 2);
  for (size_t k = 0; k < 3; k++) {
    size_t owner = 0, owned = 0;
    for (size_t i = 0; i < 3; i++) {
      owner += fabs(t.value[k * 3 + i] - own) < 1e-15;
      owned += fabs(t.value[i * 3 + k] - own) < 1e-15;
      cr_assert(fabs(t.value[k * 3 + i] - own) < 1e-15 ||
                    fabs(t.value[k * 3 + i] - other) < 1e-15,
                "component %zu column %zu: %g", k, i, t.value[k * 3 + i]);
    }
    cr_assert_eq(owner, 1, "component %zu has %zu rows of its own", k, owner);
    cr_assert_eq(owned, 1, "row %zu has %zu components", k, owned);
  }
  mg_model_free(model);
  mg_dataset_free(data);
}

/* A component that nothing wants: tables that rule all data out. */
Test(mixture, an_empty_component_is_uniform_with_a_small_weight) {
  const double a = 0.2;
  mg_dataset *data = small_data(MG_BINARY, 2, 40, 0, 100);
  memset(data->bytes, 0, 100 * 40);
  mg_model *model = started(data, 2, a);
  mg_tensor t = tensor_of(model, "probabilities");
  for (size_t j = 0; j < 40; j++) {
    t.value[j] = 1e-3;
    t.value[40 + j] = 1 - 1e-12;
  }
  cr_assert_eq(model->type->refresh(model->self), GSL_SUCCESS, "%s",
               mg_reason());
  em_pass(model, data);
  cr_assert_float_eq(tensor_of(model, "weights").value[1], a / (100 + 2 * a),
                     1e-15, "weight");
  for (size_t j = 0; j < 40; j++)
    cr_assert_float_eq(t.value[40 + j], 0.5, 1e-15, "column %zu", j);
  const mg_report report = em_pass(model, data);
  cr_assert(isfinite(report.objective), "objective %g", report.objective);
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(mixture, threads_give_the_same_bytes) {
  mg_dataset *data = mg_digits_read_binary();
  const mg_rows rows = mg_dataset_all(data);
  mg_model *model[2];
  for (size_t i = 0; i < 2; i++) {
    mg_fit_options options = mg_fit_options_default();
    options.threads = i + 1;
    options.passes = 10;
    model[i] = mg_model_alloc(&mg_mixture_type, &data->space, NULL, false);
    cr_assert_eq(mg_fit_run(model[i], &rows, &options, 1), GSL_SUCCESS, "%s",
                 mg_reason());
  }
  mg_tensor a = tensor_of(model[0], "probabilities");
  mg_tensor b = tensor_of(model[1], "probabilities");
  cr_assert_arr_eq(a.value, b.value, tensor_size(&a) * sizeof(double),
                   "1 and 2 threads differ");
  mg_model_free(model[0]);
  mg_model_free(model[1]);
  mg_dataset_free(data);
}

Test(mixture, what_is_refused) {
  const mg_space reals = {.dim = 2, .measure = MG_REALS};
  const mg_space bits = {.dim = 2, .measure = MG_BINARY, .levels = 2};
  mg_mixture_options options = {.components = 2, .smoothing = 1};
  mg_mixture m = {0};
  cr_assert_null(mg_model_alloc(&mg_mixture_type, &reals, NULL, false),
                 "reals were taken");
  cr_assert_eq(mg_mixture_init(&m, &reals, &options), GSL_EINVAL, "reals");
  mg_mixture_clear(&m);
  options.components = 0;
  cr_assert_null(mg_model_alloc(&mg_mixture_type, &bits, &options, false),
                 "no components");
  options = (mg_mixture_options){.components = 2, .smoothing = 0};
  cr_assert_null(mg_model_alloc(&mg_mixture_type, &bits, &options, false),
                 "no smoothing");
}

Test(mixture, parameters_from_outside_are_checked) {
  const mg_mixture_options options = {.components = 3, .smoothing = 1};
  mg_dataset *data = small_data(MG_LEVELS, 3, 4, 0, 60);
  mg_model *model = fitted(&mg_mixture_type, data, &options, 1);
  mg_model *copy = copied(model);
  cr_assert_eq(mg_model_parameters(model), 2 + 3 * 4 * 2, "free parameters");
  cr_assert_eq(nats(model, data, MG_TRAIN), nats(copy, data, MG_TRAIN),
               "a copy has another density");
  const double bad[] = {0, 1, -0.1, NAN};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    check_refused(model, "weights", 2, bad[i]);
    check_refused(model, "probabilities", 35, bad[i]);
  }
  mg_model_free(copy);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* One component is the data's own columns, so its mean is theirs, pulled by the
 * smoothing to the middle level. */
Test(mixture, means_of_the_components) {
  mg_dataset *data = mg_digits_read();
  const mg_mixture_options options = {.components = 1, .smoothing = 0.5};
  mg_model *model =
      mg_model_alloc(&mg_mixture_type, &data->space, &options, false);
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options once = {.restarts = 1, .passes = 2};
  cr_assert_eq(mg_fit_run(model, &rows, &once, 1), GSL_SUCCESS, "%s",
               mg_reason());
  gsl_matrix *means = gsl_matrix_alloc(1, data->space.dim);
  cr_assert_eq(mg_mixture_means(model->self, means), GSL_SUCCESS, "%s",
               mg_reason());
  const double levels = data->space.levels, added = 0.5 * levels;
  for (size_t j = 0; j < data->space.dim; j++) {
    double sum = added * (levels - 1) / 2;
    for (size_t i = 0; i < data->n; i++)
      sum += data->bytes[i * data->space.dim + j];
    cr_expect(fabs(gsl_matrix_get(means, 0, j) -
                   sum / ((double)data->n + added)) < 1e-9,
              "column %zu: %g", j, gsl_matrix_get(means, 0, j));
  }
  gsl_matrix *wrong = gsl_matrix_alloc(2, data->space.dim);
  cr_expect_eq(mg_mixture_means(model->self, wrong), GSL_EBADLEN, "two rows");
  gsl_matrix_free(wrong);
  gsl_matrix_free(means);
  mg_model_free(model);
  mg_dataset_free(data);
}
