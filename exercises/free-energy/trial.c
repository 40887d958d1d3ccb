/* SPDX-License-Identifier: GPL-3.0-or-later */
/* free-energy: how it is called, and what is expected of it. */
#include <math.h>

#include "exercise/exercise.h"
#include "exercises/mixture_case.h"
#include "models/gmm.h"

typedef int free_energy_function(const mg_gmm *g, const gsl_matrix *x,
                                 const gsl_matrix *q, mg_gmm_parts *parts);

static int free_energy_pack(int status, const mg_gmm_parts *p, mg_parcel *out) {
  const double value[] = {p->expected, p->entropy, p->elbo, p->kl, p->log_p};
  static const char *const name[] = {"expected", "entropy", "elbo", "kl",
                                     "log_p"};
  int packed = mg_parcel_add_number(out, "status", status);
  for (size_t i = 0; i < 5 && packed == GSL_SUCCESS && status == 0; i++)
    packed = mg_parcel_add_number(out, name[i], value[i]);
  return packed;
}

static int free_energy_call(const mg_function *f, const mg_parcel *in,
                            mg_parcel *out) {
  const gsl_matrix *data = mg_parcel_matrix(in, "x");
  const gsl_matrix *guess = mg_parcel_matrix(in, "q");
  gsl_matrix *one, *two;
  gsl_matrix_view x = mixture_case_wide(data->size1, data->size2, data, &one);
  gsl_matrix_view q =
      mixture_case_wide(guess->size1, guess->size2, guess, &two);
  mg_gmm_parts parts = {NAN, NAN, NAN, NAN, NAN};
  mg_gmm g;
  int status = mixture_case_open(in, 0, &g);
  if (!one || !two)
    status = GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = free_energy_pack(
        ((free_energy_function *)f[0])(&g, &x.matrix, &q.matrix, &parts),
        &parts, out);
  mg_gmm_type.clear(&g);
  gsl_matrix_free(one);
  gsl_matrix_free(two);
  return status;
}

/* Any q at all. */
static int free_energy_any(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t n = 1 + 2 * i, k = 2 + i % 3;
  const int status = mixture_case_make(rng, n, 1 + i % 2, k, in);
  gsl_matrix *q = mg_parcel_add_matrix(in, "q", n, k);
  for (size_t m = 0; q && m < n; m++) {
    gsl_vector_view row = gsl_matrix_row(q, m);
    mixture_case_weights(rng, &row.vector);
  }
  return status ? status : q ? GSL_SUCCESS : GSL_ENOMEM;
}

/* The posterior, after which there is no gap. */
static int free_energy_posterior(gsl_rng *rng, size_t i, mg_parcel *in) {
  mg_gmm g;
  int status = free_energy_any(rng, i, in);
  if (status != GSL_SUCCESS)
    return status;
  status = mixture_case_open(in, 0, &g);
  if (status == GSL_SUCCESS)
    status = mg_gmm_responsibilities(&g, mg_parcel_matrix(in, "x"),
                                     mg_parcel_matrix(in, "q"));
  mg_gmm_type.clear(&g);
  return status;
}

/* Some q are 0, and in every other case so is the weight of that component. */
static int free_energy_zeros(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = free_energy_any(rng, 2 + i, in);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *q = mg_parcel_matrix(in, "q");
  gsl_vector *w = mg_parcel_vector(in, "weights");
  for (size_t n = 0; n < q->size1; n++) {
    gsl_vector_view row = gsl_matrix_row(q, n);
    gsl_vector_set(&row.vector, 0, 0);
    gsl_vector_scale(&row.vector, 1 / gsl_blas_dasum(&row.vector));
  }
  if (i % 2)
    gsl_vector_set(w, 0, 0);
  return gsl_vector_scale(w, 1 / gsl_blas_dasum(w));
}

/* No component has a density above 0, in double precision. */
static int free_energy_far(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = free_energy_any(rng, 1 + i, in);
  return status ? status
                : gsl_matrix_add_constant(mg_parcel_matrix(in, "x"), 150);
}

/* A probability below 0, NaN, a sum of 1.1, of 0.9; a datum that is NaN; in
 * the first row or the last. */
static int free_energy_refused(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = free_energy_any(rng, 1, in);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *q = mg_parcel_matrix(in, "q");
  const double moved[] = {-1, NAN, 0.1, -0.1};
  const size_t row = i % 2 ? q->size1 - 1 : 0;
  if (i / 2 == 4) {
    gsl_matrix_set(mg_parcel_matrix(in, "x"), row, 0, NAN);
    return GSL_SUCCESS;
  }
  *gsl_matrix_ptr(q, row, 1) += moved[i / 2];
  if (i / 2 == 0)
    *gsl_matrix_ptr(q, row, 0) += 1;
  return GSL_SUCCESS;
}

static bool free_energy_judge(mg_judgement *j, const mg_parcel *expected,
                              const mg_parcel *out, const char *first,
                              const char *second) {
  return mg_judge_item(j, mg_parcel_find(expected, "status"), out, 0, 0) &&
         mg_judge_item(j, mg_parcel_find(expected, first), out, 1e-9, 1e-9) &&
         mg_judge_item(j, mg_parcel_find(expected, second), out, 1e-9, 1e-9);
}

static bool free_energy_judge_bound(mg_judgement *j, const mg_parcel *in,
                                    const mg_parcel *expected,
                                    const mg_parcel *out) {
  (void)in;
  return free_energy_judge(j, expected, out, "expected", "entropy") &&
         free_energy_judge(j, expected, out, "elbo", "elbo");
}

static bool free_energy_judge_gap(mg_judgement *j, const mg_parcel *in,
                                  const mg_parcel *expected,
                                  const mg_parcel *out) {
  (void)in;
  return free_energy_judge(j, expected, out, "kl", "log_p");
}

static const mg_exercise_test free_energy_tests[] = {
    {.expects = "finds expected, entropy, and their sum, the bound, for any q",
     .points = 3,
     .cases = 5,
     .make = free_energy_any,
     .judge = free_energy_judge_bound},
    {.expects = "finds KL(q || p(k | x)) and log p(x) for any q",
     .points = 3,
     .cases = 5,
     .make = free_energy_any,
     .judge = free_energy_judge_gap},
    {.expects = "finds no gap when q is the posterior",
     .points = 1,
     .cases = 4,
     .make = free_energy_posterior,
     .relative = 1e-9,
     .absolute = 1e-9},
    {.expects = "adds 0 for a q of 0, also where p(x, k) is 0",
     .points = 2,
     .cases = 4,
     .make = free_energy_zeros,
     .relative = 1e-9,
     .absolute = 1e-9},
    {.expects = "refuses a q that is no distribution, and what "
                "mg_gmm_log_joint refuses",
     .points = 1,
     .cases = 10,
     .make = free_energy_refused},
    {.expects = "is right for data that are far from all components",
     .points = 2,
     .cases = 3,
     .hidden = true,
     .make = free_energy_far,
     .relative = 1e-9},
    {.expects = NULL}};

static const mg_exercise free_energy_exercise = {
    .functions = (const char *const[]){"mg_gmm_bound", NULL},
    .reference = (const mg_function[]){(mg_function)mg_gmm_bound},
    .avoid = (const char *const[]){"mg_gmm_half_step", "mg_gmm_jensen",
                                   "mg_gmm_climb", NULL},
    .call = free_energy_call,
    .tests = free_energy_tests};
