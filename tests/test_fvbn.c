/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fvbn against direct loops, against the conditions of a maximum, and against
 * numbers that were computed outside this project. */
#include "families.h"

#include <gsl/gsl_randist.h>

#include "data/digits.h"
#include "models/fvbn.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(fvbn, .init = setup);

/* A model with weights of any kind, as a file would bring them. */
static mg_model *drawn(const mg_space *space) {
  mg_model *model = mg_model_alloc(&mg_fvbn_type, space, NULL, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_fvbn *f = model->self;
  gsl_rng *rng = mg_stream_alloc(5, "test/weights", 0);
  for (size_t row = 0; row < f->weights->size1; row++)
    for (size_t j = 0; j <= row / f->units; j++)
      gsl_matrix_set(f->weights, row, j, gsl_ran_gaussian(rng, 2));
  cr_assert_eq(model->type->refresh(f), GSL_SUCCESS, "%s", mg_reason());
  gsl_rng_free(rng);
  return model;
}

/* p(x_i = l | x before), as [fvbn.1] has it. */
static double plain(const mg_fvbn *f, const double *x, size_t i, size_t level) {
  double sum = 1, chosen = 1;
  for (size_t l = 1; l <= f->units; l++) {
    const size_t row = i * f->units + l - 1;
    double a = gsl_matrix_get(f->weights, row, 0);
    for (size_t j = 0; j < i; j++)
      a += gsl_matrix_get(f->weights, row, j + 1) * x[j] / (double)f->units;
    sum += exp(a);
    if (l == level)
      chosen = exp(a);
  }
  return chosen / sum;
}

static const mg_space spaces[] = {
    {.dim = 9, .measure = MG_BINARY, .levels = 2, .height = 3, .width = 3},
    {.dim = 4, .measure = MG_LEVELS, .levels = 5},
    {.dim = 1, .measure = MG_LEVELS, .levels = 3},
    {.dim = 2, .measure = MG_LEVELS, .levels = 200}};

enum { SPACES = sizeof spaces / sizeof *spaces };

static gsl_matrix *any_rows(const mg_space *space, size_t n) {
  gsl_matrix *x = gsl_matrix_alloc(n, space->dim);
  gsl_rng *rng = mg_stream_alloc(2, "test/rows", 0);
  for (size_t i = 0; i < n * space->dim; i++)
    x->data[i] = (double)gsl_rng_uniform_int(rng, space->levels);
  gsl_rng_free(rng);
  return x;
}

Test(fvbn, terms_and_density_are_those_of_a_plain_loop) {
  enum { N = 300 }; /* more than a block */
  for (size_t s = 0; s < SPACES; s++) {
    mg_model *model = drawn(&spaces[s]);
    const mg_fvbn *f = model->self;
    gsl_matrix *x = any_rows(&spaces[s], N);
    gsl_matrix *each = gsl_matrix_alloc(N, x->size2);
    gsl_vector *log_p = gsl_vector_alloc(N);
    gsl_vector *p = gsl_vector_alloc(spaces[s].levels);
    cr_assert_eq(mg_model_conditionals(model, x, each), GSL_SUCCESS, "%s",
                 mg_reason());
    cr_assert_eq(mg_model_log_density(model, x, log_p), GSL_SUCCESS, "%s",
                 mg_reason());
    for (size_t n = 0; n < N; n++) {
      const double *row = gsl_matrix_const_ptr(x, n, 0);
      double sum = 0;
      for (size_t i = 0; i < x->size2; i++) {
        const double q = plain(f, row, i, (size_t)row[i]);
        sum += log(q);
        cr_assert_float_eq(gsl_matrix_get(each, n, i), log(q), 1e-11,
                           "space %zu, row %zu, column %zu: %.15g, not %.15g",
                           s, n, i, gsl_matrix_get(each, n, i), log(q));
      }
      cr_assert_float_eq(gsl_vector_get(log_p, n), sum, 1e-10,
                         "space %zu, row %zu: %.15g, not %.15g", s, n,
                         gsl_vector_get(log_p, n), sum);
    }
    const gsl_vector_const_view first = gsl_matrix_const_row(x, 0);
    for (size_t i = 0; i < x->size2; i++) {
      cr_assert_eq(mg_fvbn_predict(f, &first.vector, i, p), GSL_SUCCESS, "%s",
                   mg_reason());
      for (size_t l = 0; l < p->size; l++)
        cr_assert_float_eq(gsl_vector_get(p, l), plain(f, x->data, i, l), 1e-13,
                           "space %zu, column %zu, level %zu", s, i, l);
    }
    gsl_vector_free(p);
    gsl_vector_free(log_p);
    gsl_matrix_free(each);
    gsl_matrix_free(x);
    mg_model_free(model);
  }
}

Test(fvbn, the_mass_is_one_and_draws_follow_it) {
  for (size_t s = 0; s < 3; s++) {
    mg_model *model = drawn(&spaces[s]);
    check_mass_and_sampler(model);
    mg_model_free(model);
  }
  check_tiny(&mg_fvbn_type, NULL, MG_BINARY, 2, 6);
  check_tiny(&mg_fvbn_type, NULL, MG_LEVELS, 4, 3);
}

Test(fvbn, values_outside_the_space_are_impossible_or_refused) {
  mg_model *model = drawn(&spaces[1]);
  const double outside[] = {1, 7, 0, 2}, below[] = {-1, 1, 1, 1},
               far[] = {1e300, 0, 1, 0}, half[] = {1, 0.5, 0, 0},
               none[] = {1, NAN, 0, 0}, endless[] = {1, 1, INFINITY, 1};
  cr_expect(isinf(log_density_at(model, outside, GSL_SUCCESS)), "level 7 of 5");
  cr_expect(isinf(log_density_at(model, below, GSL_SUCCESS)), "level -1");
  cr_expect(isinf(log_density_at(model, far, GSL_SUCCESS)), "level 1e300");
  log_density_at(model, half, GSL_EDOM);
  log_density_at(model, none, GSL_EDOM);
  log_density_at(model, endless, GSL_EDOM);
  mg_model_free(model);
}

/* ---- learning ---- */

/* The slope of [fvbn.2] in a weight, by a loop over the data. */
static double slope(const mg_fvbn *f, const mg_dataset *data, size_t n,
                    size_t row, size_t j) {
  const size_t i = row / f->units, level = row % f->units + 1;
  const double blank[64] = {0}, w = gsl_matrix_get(f->weights, row, j);
  double x[64], sum;
  if (j == 0)
    sum = f->options.smoothing *
          (1 - (double)f->space.levels * plain(f, blank, i, level));
  else
    sum = -f->options.penalty * w;
  for (size_t r = 0; r < n; r++) {
    for (size_t k = 0; k < f->space.dim; k++)
      x[k] = data->bytes[r * f->space.dim + k];
    const double input = j ? x[j - 1] / (double)f->units : 1;
    sum += input * ((x[i] == (double)level) - plain(f, x, i, level));
  }
  return sum;
}

/* A concave function without a slope is at its maximum: how the fit got there
 * does not matter. */
static void check_maximum(const mg_dataset *data, size_t n,
                          const mg_fvbn_options *options, size_t every) {
  mg_model *model = mg_model_alloc(&mg_fvbn_type, &data->space, options, false);
  const mg_rows rows = {data, 0, n};
  mg_fit_options fit = mg_fit_options_default();
  fit.threads = 1;
  fit.tolerance = 0;
  fit.passes = 150;
  cr_assert_eq(mg_fit_run(model, &rows, &fit, 1), GSL_SUCCESS, "%s",
               mg_reason());
  const mg_fvbn *f = model->self;
  for (size_t row = 0; row < f->weights->size1; row += every)
    for (size_t j = 0; j <= row / f->units; j += every) {
      const double g = slope(f, data, n, row, j);
      cr_assert_lt(fabs(g), 1e-4,
                   "regression %zu: the slope in number %zu is "
                   "%g",
                   row, j, g);
    }
  mg_model_free(model);
}

Test(fvbn, a_fit_ends_at_the_maximum) {
  const mg_fvbn_options weak = {.penalty = 0.05, .smoothing = 0.01};
  mg_dataset *bits = mg_digits_read_binary(), *small;
  check_maximum(bits, 300, NULL, 7);
  mg_dataset_free(bits);
  for (unsigned levels = 2; levels < 6; levels += 3) {
    small = small_data(levels == 2 ? MG_BINARY : MG_LEVELS, levels, 5, 0, 400);
    check_maximum(small, 400, NULL, 1);
    check_maximum(small, 400, &weak, 1);
    mg_dataset_free(small);
  }
}

/* The first column has nothing before it: its table is that of counts. */
Test(fvbn, the_first_column_is_a_table_of_counts) {
  mg_dataset *data = small_data(MG_LEVELS, 4, 3, 0, 200);
  mg_model *model = fitted(&mg_fvbn_type, data, NULL, 1);
  const double a = ((mg_fvbn_options *)model->options)->smoothing;
  gsl_vector *x = gsl_vector_calloc(3), *p = gsl_vector_alloc(4);
  cr_assert_eq(mg_fvbn_predict(model->self, x, 0, p), GSL_SUCCESS, "predict");
  for (unsigned l = 0; l < 4; l++) {
    double count = 0;
    for (size_t n = 0; n < 200; n++)
      count += data->bytes[3 * n] == l;
    cr_expect_float_eq(gsl_vector_get(p, l), (count + a) / (200 + 4 * a), 1e-4,
                       "level %u: %g", l, gsl_vector_get(p, l));
  }
  gsl_vector_free(x);
  gsl_vector_free(p);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Every pass reports the best so far, and the report is of the model. */
Test(fvbn, the_objective_never_falls_and_is_of_the_parameters) {
  mg_dataset *data = small_data(MG_LEVELS, 5, 6, 0, 500);
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options options = {.restarts = 1, .passes = 60, .threads = 1};
  mg_model *model = mg_model_alloc(&mg_fvbn_type, &data->space, NULL, false);
  mg_fit *fit = mg_fit_alloc(model, &rows, &options, 1);
  cr_assert_not_null(fit, "%s", mg_reason());
  double last = -INFINITY;
  for (size_t pass = 0; pass < 30; pass++) {
    cr_assert_eq(mg_fit_iterate(fit), GSL_SUCCESS, "%s", mg_reason());
    const mg_report *report = mg_fit_last(fit);
    cr_assert_geq(report->objective, last - 1e-12, "pass %zu: %.15g to %.15g",
                  pass, last, report->objective);
    last = report->objective;
    if (pass > 1)
      cr_assert_float_eq(-nats(model, data, MG_TRAIN), report->log_likelihood,
                         1e-10, "pass %zu: %.15g, said to be %.15g", pass,
                         -nats(model, data, MG_TRAIN), report->log_likelihood);
  }
  mg_fit_free(fit);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* scikit-learn 1.2.1: LogisticRegression(C=0.3), whose biases have no prior,
 * gives 20.067 and 18.437; Newton's method to convergence, with ours, these. */
Test(fvbn, digits_binary) {
  const double expected[] = {17.28386, 20.06682, 18.42739};
  check_parts(&mg_fvbn_type, mg_digits_read_binary(), expected, 2e-4);
}

/* Better than independent columns (106.31) and naive Bayes (99.58). */
Test(fvbn, digits) {
  const mg_fvbn_options options = {.penalty = 0.6, .smoothing = 0.5};
  mg_dataset *data = mg_digits_read();
  const mg_rows rows = mg_dataset_part(data, MG_TRAIN);
  mg_fit_options fit = mg_fit_options_default();
  mg_model *model =
      mg_model_alloc(&mg_fvbn_type, &data->space, &options, false);
  fit.threads = 1;
  fit.tolerance = 1e-3;
  cr_assert_eq(mg_fit_run(model, &rows, &fit, 1), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect_float_eq(nats(model, data, MG_TEST), 93.52, 0.05, "%g nats",
                     nats(model, data, MG_TEST));
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- what a chapter asks ---- */

Test(fvbn, a_completion_keeps_what_is_given) {
  enum { N = 20000, FROM = 2 };
  mg_model *model = drawn(&spaces[1]);
  const mg_fvbn *f = model->self;
  gsl_matrix *x = gsl_matrix_alloc(N, 4);
  gsl_rng *rng = mg_stream_alloc(4, "test/complete", 0);
  for (size_t n = 0; n < N; n++)
    for (size_t j = 0; j < 4; j++) /* what is behind is not read */
      gsl_matrix_set(x, n, j, j < FROM ? (double)(1 + 2 * j) : NAN);
  cr_assert_eq(mg_fvbn_complete(f, rng, FROM, x), GSL_SUCCESS, "%s",
               mg_reason());
  double count[5] = {0};
  for (size_t n = 0; n < N; n++) {
    cr_assert(gsl_matrix_get(x, n, 0) == 1 && gsl_matrix_get(x, n, 1) == 3,
              "row %zu: what was given has changed", n);
    count[(size_t)gsl_matrix_get(x, n, FROM)]++;
  }
  const double given[4] = {1, 3, 0, 0};
  for (size_t l = 0; l < 5; l++) {
    const double p = plain(f, given, FROM, l);
    const double z = (count[l] - N * p) / sqrt(N * p * (1 - p));
    cr_expect_lt(fabs(z), 6.1, "level %zu: %g of %g", l, count[l], N * p);
  }
  gsl_matrix_set(x, 3, 1, 5);
  cr_expect_eq(mg_fvbn_complete(f, rng, FROM, x), GSL_EDOM, "level 5 of 5");
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  mg_model_free(model);
}

Test(fvbn, weights_are_a_picture_of_what_is_before) {
  mg_model *model = drawn(&spaces[1]);
  const mg_fvbn *f = model->self;
  gsl_vector *picture = gsl_vector_alloc(4), *small = gsl_vector_alloc(3);
  double bias;
  cr_assert_eq(mg_fvbn_weights(f, 2, 3, picture, &bias), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect_eq(bias, gsl_matrix_get(f->weights, 2 * 4 + 2, 0), "bias %g", bias);
  /* From the lowest value of column 1 to its highest. */
  const double low[4] = {2, 0, 0, 0}, high[4] = {2, 4, 0, 0};
  const double odds = log(plain(f, high, 2, 3) / plain(f, high, 2, 0)) -
                      log(plain(f, low, 2, 3) / plain(f, low, 2, 0));
  cr_expect_float_eq(gsl_vector_get(picture, 1), odds, 1e-12, "%g, not %g",
                     gsl_vector_get(picture, 1), odds);
  cr_expect(gsl_vector_get(picture, 2) == 0 && gsl_vector_get(picture, 3) == 0,
            "a weight for itself or behind");
  cr_expect_eq(mg_fvbn_weights(f, 4, 3, picture, NULL), GSL_EINVAL, "column 4");
  cr_expect_eq(mg_fvbn_weights(f, 2, 0, picture, NULL), GSL_EINVAL, "level 0");
  cr_expect_eq(mg_fvbn_weights(f, 2, 5, picture, NULL), GSL_EINVAL, "level 5");
  cr_expect_eq(mg_fvbn_weights(f, 2, 3, small, NULL), GSL_EBADLEN, "no room");
  gsl_vector_free(picture);
  gsl_vector_free(small);
  mg_model_free(model);
}

/* ---- refusals ---- */

Test(fvbn, what_makes_no_model_is_refused) {
  const mg_space reals = {.dim = 2, .measure = MG_REALS};
  const mg_space photographs = {
      .dim = 784, .measure = MG_LEVELS, .levels = 256};
  mg_fvbn f = {.units = 0};
  const mg_fvbn_options options = {1, 1};
  cr_expect_eq(mg_fvbn_init(&f, &reals, &options), GSL_EINVAL, "reals");
  cr_expect_null(mg_model_alloc(&mg_fvbn_type, &photographs, NULL, false),
                 "157 million weights");
  cr_expect(strstr(mg_reason(), "make bits"), "'%s'", mg_reason());
  mg_model *model = drawn(&spaces[0]);
  mg_fvbn *own = model->self;
  gsl_matrix_set(own->weights, 3, 4, 1e-300);
  cr_expect_eq(model->type->refresh(own), GSL_EDOM, "column 4 sees itself");
  gsl_matrix_set(own->weights, 3, 4, 0);
  gsl_matrix_set(own->weights, 3, 3, NAN);
  cr_expect_eq(model->type->refresh(own), GSL_EDOM, "NaN");
  mg_model_free(model);
}
