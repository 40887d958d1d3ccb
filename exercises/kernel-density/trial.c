/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernel-density: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "exercise/exercise.h"
#include "models/kde_cv.h"

/* The rows of x in a matrix that is three columns wider. */
static gsl_matrix *kernel_density_wide(const gsl_matrix *x) {
  gsl_matrix *room = gsl_matrix_alloc(x->size1, x->size2 + 3);
  if (!room)
    return NULL;
  gsl_matrix_set_all(room, NAN);
  gsl_matrix_view part = gsl_matrix_submatrix(room, 0, 0, x->size1, x->size2);
  gsl_matrix_memcpy(&part.matrix, x);
  return room;
}

/* A kernel density of these rows, as mg_kde_set would leave it. */
static int kernel_density_keep(mg_kde *k, gsl_matrix *rows,
                               const gsl_vector *bandwidth) {
  const mg_space space = {.dim = rows->size2, .measure = MG_REALS};
  const mg_kde_options options = {MG_BANDWIDTH_FIXED, 1};
  const int status = mg_kde_init(k, &space, &options);
  if (status != GSL_SUCCESS)
    return status;
  k->sample = rows;
  for (size_t j = 0; j < k->dim; j++)
    k->bandwidth[j] = gsl_vector_get(bandwidth, j);
  return mg_kde_type.refresh(k);
}

static int kernel_density_call(const mg_function *f, const mg_parcel *in,
                               mg_parcel *out) {
  double (*function)(const mg_kde *, size_t, double) =
      (double (*)(const mg_kde *, size_t, double))f[0];
  const gsl_matrix *x = mg_parcel_matrix(in, "x");
  gsl_matrix *room = kernel_density_wide(x);
  if (!room)
    return GSL_ENOMEM;
  gsl_matrix_view rows = gsl_matrix_submatrix(room, 0, 0, x->size1, x->size2);
  mg_kde k = {0};
  int status =
      kernel_density_keep(&k, &rows.matrix, mg_parcel_vector(in, "bandwidth"));
  if (status == GSL_SUCCESS)
    status = mg_parcel_add_number(
        out, "result",
        function(&k, mg_parcel_count(in, "i"), mg_parcel_number(in, "c")));
  k.sample = NULL;
  mg_kde_clear(&k);
  gsl_matrix_free(room);
  return status;
}

/* N x D rows, columns in different units. */
static int kernel_density_fill(gsl_rng *rng, size_t n, size_t d, size_t i,
                               double c, mg_parcel *in) {
  gsl_matrix *x = mg_parcel_add_matrix(in, "x", n, d);
  gsl_vector *h = mg_parcel_add_vector(in, "bandwidth", d);
  if (!x || !h)
    return GSL_ENOMEM;
  for (size_t j = 0; j < d; j++) {
    const double unit = exp2(gsl_ran_flat(rng, -3, 3));
    gsl_vector_set(h, j, unit * gsl_ran_flat(rng, 0.3, 0.9));
    for (size_t m = 0; m < n; m++)
      gsl_matrix_set(x, m, j, 5 + unit * gsl_ran_gaussian_ziggurat(rng, 1));
  }
  const int status = mg_parcel_add_count(in, "i", i);
  return status ? status : mg_parcel_add_number(in, "c", c);
}

static int kernel_density_line(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t n = 2 + i;
  return kernel_density_fill(rng, n, 1, i % n, 1, in);
}

static int kernel_density_factor(gsl_rng *rng, size_t i, mg_parcel *in) {
  return kernel_density_fill(rng, 6, 1, i, exp2((double)i - 3), in);
}

static int kernel_density_space(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t n = 7 + i;
  return kernel_density_fill(rng, n, 2 + i % 4, n - 1 - i, 0.7, in);
}

/* A row a hundred bandwidths from all others: every kernel is 0 there. */
static int kernel_density_outlier(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = kernel_density_fill(rng, 8, 1 + i, i, 1.3, in);
  if (status != GSL_SUCCESS)
    return status;
  const double far = 100 * gsl_vector_get(mg_parcel_vector(in, "bandwidth"), 0);
  gsl_matrix_set(mg_parcel_matrix(in, "x"), i, 0, 5 + far);
  return GSL_SUCCESS;
}

static const mg_exercise_test kernel_density_tests[] = {
    {.expects = "is, in one dimension, the log of the mean of the others' "
                "kernels at x_i",
     .points = 3,
     .cases = 8,
     .make = kernel_density_line,
     .relative = 1e-10,
     .absolute = 1e-11},
    {.expects = "takes c times the bandwidth, in the kernel's width and in its "
                "height",
     .points = 2,
     .cases = 6,
     .make = kernel_density_factor,
     .relative = 1e-10,
     .absolute = 1e-11},
    {.expects = "multiplies the kernels of all columns, each with its own "
                "bandwidth",
     .points = 3,
     .cases = 8,
     .make = kernel_density_space,
     .relative = 1e-10,
     .absolute = 1e-11},
    {.expects = "is finite for a row that is far from all others",
     .points = 2,
     .cases = 4,
     .hidden = true,
     .make = kernel_density_outlier,
     .relative = 1e-10},
    {.expects = NULL}};

static const mg_exercise kernel_density_exercise = {
    .functions = (const char *const[]){"mg_kde_left_out", NULL},
    .reference = (const mg_function[]){(mg_function)mg_kde_left_out},
    .avoid = (const char *const[]){"mg_kde_leave_one_out", "mg_kde_log_density",
                                   "mg_kde_held_out", "mg_kde_type",
                                   "mg_left_out_of", NULL},
    .call = kernel_density_call,
    .tests = kernel_density_tests};
