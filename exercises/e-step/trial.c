/* SPDX-License-Identifier: GPL-3.0-or-later */
/* e-step: how it is called, and what is expected of it. */
#include <math.h>

#include "exercise/exercise.h"
#include "exercises/mixture_case.h"
#include "models/gmm.h"

typedef int e_step_function(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r);

/* A share that is hardly above the least number is 0: some ways to exp never
 * give less. */
static int e_step_pack(int status, const gsl_matrix *r, const gsl_matrix *room,
                       mg_parcel *out) {
  const int packed = mg_parcel_add_number(out, "status", status);
  if (packed != GSL_SUCCESS || status != GSL_SUCCESS)
    return packed;
  gsl_matrix *told = mg_parcel_add_matrix(out, "r", r->size1, r->size2);
  if (!told)
    return GSL_ENOMEM;
  for (size_t i = 0; i < r->size1; i++)
    for (size_t k = 0; k < r->size2; k++) {
      const double share = gsl_matrix_get(r, i, k);
      gsl_matrix_set(told, i, k, fabs(share) < 1e-300 ? 0 : share);
    }
  return mg_parcel_add_count(out, "numbers_written_outside_r",
                             mixture_case_spilt(room));
}

static int e_step_call(const mg_function *f, const mg_parcel *in,
                       mg_parcel *out) {
  const gsl_matrix *data = mg_parcel_matrix(in, "x");
  const size_t rows = mg_parcel_count(in, "rows_of_r");
  const size_t columns = mg_parcel_count(in, "columns_of_r");
  gsl_matrix *one, *two;
  gsl_matrix_view x = mixture_case_wide(data->size1, data->size2, data, &one);
  gsl_matrix_view r = mixture_case_wide(rows, columns, NULL, &two);
  mg_gmm g;
  int status = mixture_case_open(in, 0, &g);
  if (!one || !two)
    status = GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = e_step_pack(((e_step_function *)f[0])(&g, &x.matrix, &r.matrix),
                         &r.matrix, two, out);
  mg_gmm_type.clear(&g);
  gsl_matrix_free(one);
  gsl_matrix_free(two);
  return status;
}

static int e_step_make(gsl_rng *rng, size_t n, size_t d, size_t k,
                       mg_parcel *in) {
  int status = mixture_case_make(rng, n, d, k, in);
  if (status == GSL_SUCCESS)
    status = mg_parcel_add_count(in, "rows_of_r", n);
  return status ? status : mg_parcel_add_count(in, "columns_of_r", k);
}

static int e_step_line(gsl_rng *rng, size_t i, mg_parcel *in) {
  return e_step_make(rng, 1 + i, 1, 2, in);
}

static int e_step_space(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const size_t k[] = {3, 5, 1, 4, 6};
  return e_step_make(rng, 4 + i, 2 + i % 2, k[i], in);
}

/* Every component has density 0 here, in double precision. */
static int e_step_far(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = e_step_make(rng, 4, 1 + i, 3, in);
  if (status == GSL_SUCCESS)
    gsl_matrix_add_constant(mg_parcel_matrix(in, "x"), i % 2 ? 120 : -120);
  return status;
}

/* A component of weight 0 has no share, and others are as before. */
static int e_step_empty(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = e_step_make(rng, 5, 2, 3, in);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector *w = mg_parcel_vector(in, "weights");
  gsl_vector_set(w, i, 0);
  gsl_vector_scale(w, 1 / gsl_blas_dasum(w));
  return GSL_SUCCESS;
}

static int e_step_refused(gsl_rng *rng, size_t i, mg_parcel *in) {
  int status = mixture_case_make(rng, 4, 2, 3, in);
  if (status == GSL_SUCCESS)
    status = mg_parcel_add_count(in, "rows_of_r", i == 0 ? 5 : 4);
  if (status == GSL_SUCCESS)
    status = mg_parcel_add_count(in, "columns_of_r", i == 1 ? 2 : 3);
  if (status == GSL_SUCCESS && i == 2)
    gsl_matrix_set(mg_parcel_matrix(in, "x"), 1, 1, NAN);
  return status;
}

static const mg_exercise_test e_step_tests[] = {
    {.expects = "is p(k | x) of two components on the line",
     .points = 3,
     .cases = 5,
     .make = e_step_line,
     .relative = 1e-9,
     .absolute = 1e-12},
    {.expects = "is p(k | x) for any number of data, dimensions and components",
     .points = 3,
     .cases = 5,
     .make = e_step_space,
     .relative = 1e-9,
     .absolute = 1e-12},
    {.expects = "is right for data so far away that every p(x, k) is 0 in "
                "double precision",
     .points = 2,
     .cases = 4,
     .make = e_step_far,
     .absolute = 1e-8},
    {.expects = "hands back the status of mg_gmm_log_joint when that refuses",
     .points = 1,
     .cases = 3,
     .make = e_step_refused},
    {.expects = "gives a component of weight 0 no share of any datum",
     .points = 1,
     .cases = 3,
     .hidden = true,
     .make = e_step_empty,
     .relative = 1e-9,
     .absolute = 1e-12},
    {.expects = NULL}};

static const mg_exercise e_step_exercise = {
    .functions = (const char *const[]){"mg_gmm_responsibilities", NULL},
    .reference = (const mg_function[]){(mg_function)mg_gmm_responsibilities},
    .avoid =
        (const char *const[]){"mg_softmax", "mg_gmm_half_step", "mg_gmm_type",
                              "mg_gmm_latent", "mg_gmm_block_posterior",
                              "mg_gmm_climb", NULL},
    .call = e_step_call,
    .tests = e_step_tests};
