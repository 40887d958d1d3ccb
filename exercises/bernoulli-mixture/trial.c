/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bernoulli-mixture: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "exercise/exercise.h"
#include "exercises/mixture_case.h"
#include "models/mixture.h"

typedef int bernoulli_mixture_function(const mg_mixture *m, const gsl_matrix *x,
                                       gsl_vector *log_p);

/* The mixture in a parcel: a count of levels, 2 for binary, weights, tables. */
static int bernoulli_mixture_open(const mg_parcel *in, mg_mixture *m) {
  const gsl_vector *weights = mg_parcel_vector(in, "weights");
  const gsl_vector *tables = mg_parcel_vector(in, "probability");
  const size_t levels = mg_parcel_count(in, "levels");
  const mg_space space = {.dim = mg_parcel_matrix(in, "x")->size2,
                          .measure = levels == 2 ? MG_BINARY : MG_LEVELS,
                          .levels = (unsigned)levels};
  const mg_mixture_options options = {weights->size, 1};
  *m = (mg_mixture){.prior = {.smoothing = 1}};
  const int status = mg_mixture_init(m, &space, &options);
  if (status != GSL_SUCCESS)
    return status;
  memcpy(m->law.weight, weights->data, weights->size * sizeof(double));
  memcpy(m->law.tables.probability, tables->data,
         tables->size * sizeof(double));
  return mg_mixture_type.refresh(m);
}

/* log_p goes out by every second element of a longer array. */
static int bernoulli_mixture_ask(bernoulli_mixture_function *function,
                                 const mg_mixture *m, const gsl_matrix *x,
                                 mg_parcel *out) {
  const size_t n = x->size1;
  gsl_vector *room = gsl_vector_alloc(2 * n);
  if (!room)
    return GSL_ENOMEM;
  gsl_vector_set_all(room, NAN);
  gsl_vector_view log_p = gsl_vector_subvector_with_stride(room, 0, 2, n);
  gsl_vector_view beside = gsl_vector_subvector_with_stride(room, 1, 2, n);
  gsl_vector_set_all(&beside.vector, mixture_case_mark);
  const int returned = function(m, x, &log_p.vector);
  int status = mg_parcel_add_number(out, "status", returned);
  gsl_vector *told =
      status || returned ? NULL : mg_parcel_add_vector(out, "log_p", n);
  size_t spilt = 0;
  for (size_t i = 0; told && i < n; i++) {
    gsl_vector_set(told, i, gsl_vector_get(&log_p.vector, i));
    spilt += !(gsl_vector_get(&beside.vector, i) == mixture_case_mark);
  }
  if (status == GSL_SUCCESS)
    status = mg_parcel_add_count(out, "numbers_written_outside_log_p", spilt);
  gsl_vector_free(room);
  return status;
}

static int bernoulli_mixture_call(const mg_function *f, const mg_parcel *in,
                                  mg_parcel *out) {
  const gsl_matrix *data = mg_parcel_matrix(in, "x");
  gsl_matrix *room;
  gsl_matrix_view x = mixture_case_wide(data->size1, data->size2, data, &room);
  mg_mixture m;
  int status = bernoulli_mixture_open(in, &m);
  if (!room)
    status = GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = bernoulli_mixture_ask((bernoulli_mixture_function *)f[0], &m,
                                   &x.matrix, out);
  mg_mixture_clear(&m);
  gsl_matrix_free(room);
  return status;
}

/* ---- inputs ---- */

/* Entries of a table: of D columns of K components, or of their levels. */
static void bernoulli_mixture_tables(gsl_rng *rng, size_t levels,
                                     gsl_vector *p) {
  for (size_t i = 0; levels == 2 && i < p->size; i++)
    gsl_vector_set(p, i, gsl_ran_flat(rng, 0.05, 0.6));
  for (size_t i = 0; levels > 2 && i < p->size; i += levels) {
    gsl_vector_view table = gsl_vector_subvector(p, i, levels);
    mixture_case_weights(rng, &table.vector);
  }
}

static int bernoulli_mixture_make(gsl_rng *rng, size_t n, size_t d, size_t k,
                                  size_t levels, mg_parcel *in) {
  gsl_vector *weights = mg_parcel_add_vector(in, "weights", k);
  gsl_vector *p = mg_parcel_add_vector(in, "probability",
                                       k * d * (levels == 2 ? 1 : levels));
  gsl_matrix *x = mg_parcel_add_matrix(in, "x", n, d);
  if (!weights || !p || !x)
    return GSL_ENOMEM;
  mixture_case_weights(rng, weights);
  bernoulli_mixture_tables(rng, levels, p);
  for (size_t i = 0; i < n * d; i++)
    x->data[i] = (double)gsl_rng_uniform_int(rng, levels);
  return mg_parcel_add_count(in, "levels", levels);
}

static int bernoulli_mixture_one(gsl_rng *rng, size_t i, mg_parcel *in) {
  return bernoulli_mixture_make(rng, 1 + i, 2 + i, 1, 2, in);
}

static int bernoulli_mixture_few(gsl_rng *rng, size_t i, mg_parcel *in) {
  return bernoulli_mixture_make(rng, 2 + i, 1 + 2 * i, 2 + i % 3, 2, in);
}

/* Images: every p(x, k) is 0 in double precision. */
static int bernoulli_mixture_images(gsl_rng *rng, size_t i, mg_parcel *in) {
  return bernoulli_mixture_make(rng, 2, 1600 + 100 * i, 3, 2, in);
}

static int bernoulli_mixture_levels(gsl_rng *rng, size_t i, mg_parcel *in) {
  return bernoulli_mixture_make(rng, 3 + i, 2 + i, 2 + i % 3, 3 + i, in);
}

static const mg_exercise_test bernoulli_mixture_tests[] = {
    {.expects = "is, with one component, the sum over the columns of the log "
                "probability of what stands there, a 1 or a 0",
     .points = 2,
     .cases = 4,
     .make = bernoulli_mixture_one,
     .relative = 1e-10},
    {.expects = "sums over the components, each with its weight",
     .points = 3,
     .cases = 5,
     .make = bernoulli_mixture_few,
     .relative = 1e-10},
    {.expects = "is finite for images, whose probability is 0 in double "
                "precision under every component",
     .points = 2,
     .cases = 2,
     .make = bernoulli_mixture_images,
     .relative = 1e-10},
    {.expects = "takes the probability of the level that stands there when "
                "there are more than two",
     .points = 3,
     .cases = 5,
     .hidden = true,
     .make = bernoulli_mixture_levels,
     .relative = 1e-10},
    {.expects = NULL}};

static const mg_exercise bernoulli_mixture_exercise = {
    .functions = (const char *const[]){"mg_mixture_log_density", NULL},
    .reference = (const mg_function[]){(mg_function)mg_mixture_log_density},
    .avoid =
        (const char *const[]){"mg_product_log_density", "mg_product_log_joint",
                              "mg_product_posterior", "mg_tables_score",
                              "mg_mixture_responsibilities", "mg_mixture_type",
                              NULL},
    .call = bernoulli_mixture_call,
    .tests = bernoulli_mixture_tests};
