/* SPDX-License-Identifier: GPL-3.0-or-later */
/* m-step: how it is called, and what is expected of it. */
#include <math.h>

#include "exercise/exercise.h"
#include "exercises/mixture_case.h"
#include "models/gmm.h"

typedef int m_step_function(mg_gmm *g, const gsl_matrix *x,
                            const gsl_matrix *r);

/* log_scale is derived by mg_gmm_refresh: without that call it is old. */
static int m_step_pack(int status, const mg_gmm *g, mg_parcel *out) {
  const int packed = mg_parcel_add_number(out, "status", status);
  if (packed != GSL_SUCCESS || status != GSL_SUCCESS)
    return packed;
  const size_t k = g->means->size1, d = g->dim;
  gsl_vector *weights = mg_parcel_add_vector(out, "weights", k);
  gsl_matrix *means = mg_parcel_add_matrix(out, "means", k, d);
  gsl_matrix *sigma = mg_parcel_add_matrix(out, "covariances", k * d, d);
  gsl_vector *scale = mg_parcel_add_vector(out, "log_scale", k);
  if (!weights || !means || !sigma || !scale)
    return GSL_ENOMEM;
  gsl_vector_memcpy(weights, g->weights);
  gsl_matrix_memcpy(means, g->means);
  gsl_matrix_memcpy(sigma, g->spread);
  return gsl_vector_memcpy(scale, g->log_scale);
}

static int m_step_call(const mg_function *f, const mg_parcel *in,
                       mg_parcel *out) {
  const gsl_matrix *data = mg_parcel_matrix(in, "x");
  const gsl_matrix *share = mg_parcel_matrix(in, "r");
  gsl_matrix *one, *two;
  gsl_matrix_view x = mixture_case_wide(data->size1, data->size2, data, &one);
  gsl_matrix_view r =
      mixture_case_wide(share->size1, share->size2, share, &two);
  mg_gmm g;
  int status = mixture_case_open(in, mg_parcel_number(in, "floor"), &g);
  if (!one || !two)
    status = GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = m_step_pack(((m_step_function *)f[0])(&g, &x.matrix, &r.matrix),
                         &g, out);
  mg_gmm_type.clear(&g);
  gsl_matrix_free(one);
  gsl_matrix_free(two);
  return status;
}

/* A mixture, data, and responsibilities that are not the mixture's. */
static int m_step_make(gsl_rng *rng, size_t n, size_t d, size_t k, double floor,
                       mg_parcel *in) {
  const int status = mixture_case_make(rng, n, d, k, in);
  gsl_matrix *r = mg_parcel_add_matrix(in, "r", n, k);
  if (status != GSL_SUCCESS || !r)
    return GSL_ENOMEM;
  for (size_t i = 0; i < n; i++) {
    gsl_vector_view row = gsl_matrix_row(r, i);
    mixture_case_weights(rng, &row.vector);
  }
  return mg_parcel_add_number(in, "floor", floor);
}

static int m_step_plain(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const size_t k[] = {2, 3, 1, 5};
  return m_step_make(rng, 9 + i, 1 + i % 3, k[i], 0, in);
}

static int m_step_floor(gsl_rng *rng, size_t i, mg_parcel *in) {
  return m_step_make(rng, 2 + i, 1 + i % 3, 4 - i % 3, 0.25 * exp2((double)i),
                     in);
}

/* Means and data together far from 0, where squares have no digits left. */
static int m_step_far(gsl_rng *rng, size_t i, mg_parcel *in) {
  const double place = i % 2 ? -1e7 : 1e7;
  const int status = m_step_make(rng, 8, 1 + i, 2, 0, in);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix_add_constant(mg_parcel_matrix(in, "x"), place);
  return gsl_matrix_add_constant(mg_parcel_matrix(in, "means"), place);
}

/* Component i of three has no datum. */
static int m_step_empty(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = m_step_make(rng, 7, 2, 3, 0.5, in);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *r = mg_parcel_matrix(in, "r");
  for (size_t n = 0; n < r->size1; n++) {
    gsl_vector_view row = gsl_matrix_row(r, n);
    gsl_vector_set(&row.vector, i, 0);
    gsl_vector_scale(&row.vector, 1 / gsl_blas_dasum(&row.vector));
  }
  return GSL_SUCCESS;
}

/* Component i has one datum, and there is no floor: it collapses. */
static int m_step_collapse(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = m_step_make(rng, 6, 1, 2, 0, in);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *r = mg_parcel_matrix(in, "r");
  for (size_t n = 0; n < r->size1; n++) {
    gsl_matrix_set(r, n, i, n == 2);
    gsl_matrix_set(r, n, 1 - i, n != 2);
  }
  return GSL_SUCCESS;
}

/* The items named, to 1e-9. */
static bool m_step_judge(mg_judgement *j, const mg_parcel *expected,
                         const mg_parcel *out, const char *first,
                         const char *second) {
  return mg_judge_item(j, mg_parcel_find(expected, "status"), out, 0, 0) &&
         mg_judge_item(j, mg_parcel_find(expected, first), out, 1e-9, 1e-11) &&
         mg_judge_item(j, mg_parcel_find(expected, second), out, 1e-9, 1e-11);
}

static bool m_step_judge_places(mg_judgement *j, const mg_parcel *in,
                                const mg_parcel *expected,
                                const mg_parcel *out) {
  (void)in;
  return m_step_judge(j, expected, out, "weights", "means");
}

static bool m_step_judge_widths(mg_judgement *j, const mg_parcel *in,
                                const mg_parcel *expected,
                                const mg_parcel *out) {
  (void)in;
  return m_step_judge(j, expected, out, "covariances", "log_scale");
}

static const mg_exercise_test m_step_tests[] = {
    {.expects = "sets the weight of a component to its share of the data, and "
                "its mean to the mean of that share",
     .points = 3,
     .cases = 4,
     .make = m_step_plain,
     .judge = m_step_judge_places},
    {.expects = "sets a covariance to that of the component's share about its "
                "new mean, and refreshes the mixture",
     .points = 3,
     .cases = 4,
     .make = m_step_plain,
     .judge = m_step_judge_widths},
    {.expects = "adds f N / N_k to the variances, f the floor",
     .points = 2,
     .cases = 4,
     .make = m_step_floor,
     .relative = 1e-9,
     .absolute = 1e-11},
    {.expects = "leaves a component without data as it is, with weight 0",
     .points = 2,
     .cases = 3,
     .make = m_step_empty,
     .relative = 1e-9,
     .absolute = 1e-11},
    {.expects = "returns what mg_gmm_refresh does when a component collapses",
     .points = 1,
     .cases = 2,
     .make = m_step_collapse},
    {.expects = "keeps its digits when the data lie far from 0",
     .points = 1,
     .cases = 3,
     .hidden = true,
     .make = m_step_far,
     .relative = 1e-5,
     .absolute = 1e-5},
    {.expects = NULL}};

static const mg_exercise m_step_exercise = {
    .functions = (const char *const[]){"mg_gmm_m_step", NULL},
    .reference = (const mg_function[]){(mg_function)mg_gmm_m_step},
    .avoid =
        (const char *const[]){"mg_gmm_half_step", "mg_gmm_maximise",
                              "mg_gmm_update", "mg_gmm_gather", "mg_gmm_type",
                              "mg_gmm_block_moments", "mg_gmm_climb", NULL},
    .call = m_step_call,
    .tests = m_step_tests};
