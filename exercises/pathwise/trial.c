/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pathwise: how it is called, and what is expected of it. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "base/stream.h"
#include "exercise/exercise.h"
#include "infer/guide.h"

#define PATHWISE_STEP 1e-5 /* of a difference in lambda */

typedef int (*pathwise_sample)(const gsl_vector *, gsl_rng *, gsl_vector *);
typedef int (*pathwise_derivative)(const gsl_vector *, const gsl_vector *,
                                   gsl_matrix *);

/* Draws by the seed of the input, lambda[k] being moved by so much, into every
 * other place of a vector. */
static int pathwise_draw(const mg_function f, const mg_parcel *in, size_t k,
                         double by, const char *name, mg_parcel *out) {
  const size_t size = mg_parcel_count(in, "draws");
  const gsl_vector *given = mg_parcel_vector(in, "lambda");
  gsl_rng *rng = mg_stream_alloc(mg_parcel_count(in, "seed"), "pathwise", 0);
  gsl_vector *room = gsl_vector_alloc(2 * size);
  gsl_vector *to = mg_parcel_add_vector(out, name, size);
  double moved[] = {gsl_vector_get(given, 0), gsl_vector_get(given, 1)};
  const gsl_vector_view lambda = gsl_vector_view_array(moved, 2);
  int status = rng && room && to ? GSL_SUCCESS : GSL_ENOMEM;
  moved[k] += by;
  if (!status) {
    gsl_vector_view z = gsl_vector_subvector_with_stride(room, 1, 2, size);
    gsl_vector_set_all(room, NAN);
    status = ((pathwise_sample)f)(&lambda.vector, rng, &z.vector);
    gsl_vector_memcpy(to, &z.vector);
  }
  gsl_vector_free(room);
  gsl_rng_free(rng);
  return status;
}

/* d, at z, in columns of a wider matrix. */
static int pathwise_derive(const mg_function f, const mg_parcel *in,
                           const gsl_vector *z, mg_parcel *out) {
  static const char *const names[] = {"dz_d_mean", "dz_d_log_sd"};
  gsl_matrix *wide = gsl_matrix_alloc(z->size, 5);
  if (!wide)
    return GSL_ENOMEM;
  gsl_matrix_set_all(wide, NAN);
  gsl_matrix_view d = gsl_matrix_submatrix(wide, 0, 2, z->size, 2);
  gsl_matrix_set_col(wide, 0, z);
  const gsl_vector_const_view at = gsl_matrix_const_column(wide, 0);
  int status = ((pathwise_derivative)f)(mg_parcel_vector(in, "lambda"),
                                        &at.vector, &d.matrix);
  for (size_t k = 0; k < 2 && !status; k++) {
    gsl_vector *to = mg_parcel_add_vector(out, names[k], z->size);
    status = to ? gsl_matrix_get_col(to, &d.matrix, k) : GSL_ENOMEM;
  }
  gsl_matrix_free(wide);
  return status;
}

/* Derivatives at z, or at draws; and draws beside them. */
static int pathwise_call(const mg_function *f, const mg_parcel *in,
                         mg_parcel *out) {
  static const char *const names[] = {"down_0", "down_1", "up_0", "up_1"};
  const gsl_vector *z = mg_parcel_vector(in, "z");
  int status = GSL_SUCCESS;
  if (!z) {
    status = pathwise_draw(f[0], in, 0, 0, "z", out);
    z = mg_parcel_vector(out, "z");
  }
  for (size_t k = 0; mg_parcel_find(in, "beside") && k < 4 && !status; k++)
    status = pathwise_draw(
        f[0], in, k % 2, k / 2 ? PATHWISE_STEP : -PATHWISE_STEP, names[k], out);
  return status ? mg_fail(status, "it returns %d, not GSL_SUCCESS", status)
                : pathwise_derive(f[1], in, z, out);
}

/* ---- inputs ---- */

static int pathwise_lambda(double mean, double log_sd, mg_parcel *in) {
  gsl_vector *lambda = mg_parcel_add_vector(in, "lambda", 2);
  if (!lambda)
    return GSL_ENOMEM;
  gsl_vector_set(lambda, 0, mean);
  gsl_vector_set(lambda, 1, log_sd);
  return GSL_SUCCESS;
}

static int pathwise_points(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = pathwise_lambda(gsl_ran_gaussian_ziggurat(rng, 2),
                                     gsl_ran_gaussian_ziggurat(rng, 1), in);
  gsl_vector *z = mg_parcel_add_vector(in, "z", 1 + i);
  for (size_t s = 0; z && s <= i; s++)
    gsl_vector_set(z, s, gsl_ran_gaussian_ziggurat(rng, 3));
  return status || !z;
}

static int pathwise_draws(gsl_rng *rng, size_t size, mg_parcel *in) {
  return pathwise_lambda(gsl_ran_gaussian_ziggurat(rng, 2),
                         gsl_ran_gaussian_ziggurat(rng, 0.7), in) ||
         mg_parcel_add_count(in, "draws", size) ||
         mg_parcel_add_count(in, "seed", gsl_rng_uniform_int(rng, 1 << 30));
}

static int pathwise_many(gsl_rng *rng, size_t i, mg_parcel *in) {
  (void)i;
  return pathwise_draws(rng, 4000, in);
}

static int pathwise_beside(gsl_rng *rng, size_t i, mg_parcel *in) {
  return pathwise_draws(rng, 1 + 2 * i, in) ||
         mg_parcel_add_count(in, "beside", 1);
}

/* ---- judges ---- */

/* Is everything there? */
static bool pathwise_there(mg_judgement *j, const mg_parcel *expected,
                           const mg_parcel *out) {
  for (size_t i = 0; i < expected->items; i++) {
    const gsl_vector *is = mg_parcel_vector(out, expected->item[i].name);
    if (!is || is->size != expected->item[i].values->size)
      return mg_judge_fail(j, "there is no %s in the answer",
                           expected->item[i].name);
  }
  return true;
}

static double pathwise_mean(const mg_parcel *in) {
  return gsl_vector_get(mg_parcel_vector(in, "lambda"), 0);
}

static double pathwise_sd(const mg_parcel *in) {
  return exp(gsl_vector_get(mg_parcel_vector(in, "lambda"), 1));
}

/* Pairs of draws, added, are N(0, 2) when each is N(0, 1) and knows nothing of
 * the other. */
static bool pathwise_law(mg_judgement *j, const mg_parcel *in,
                         const mg_parcel *expected, const mg_parcel *out,
                         size_t together) {
  if (!pathwise_there(j, expected, out))
    return false;
  const gsl_vector *z = mg_parcel_vector(out, "z");
  const size_t size = mg_parcel_vector(expected, "z")->size / together;
  gsl_vector *cdf = gsl_vector_alloc(size);
  for (size_t i = 0; cdf && i < size; i++) {
    double sum = 0;
    for (size_t k = 0; k < together; k++)
      sum += (gsl_vector_get(z, together * i + k) - pathwise_mean(in)) /
             pathwise_sd(in);
    gsl_vector_set(cdf, i, gsl_cdf_gaussian_P(sum, sqrt((double)together)));
  }
  const bool right =
      cdf && mg_judge_law(
                 j, together == 1 ? "draws" : "draws and the next, added", cdf);
  gsl_vector_free(cdf);
  return right;
}

static bool pathwise_singles(mg_judgement *j, const mg_parcel *in,
                             const mg_parcel *expected, const mg_parcel *out) {
  return pathwise_law(j, in, expected, out, 1);
}

static bool pathwise_pairs(mg_judgement *j, const mg_parcel *in,
                           const mg_parcel *expected, const mg_parcel *out) {
  return pathwise_law(j, in, expected, out, 2);
}

/* The derivative against a difference of draws by the same noise. */
static bool pathwise_difference(mg_judgement *j, const mg_parcel *in,
                                const mg_parcel *expected,
                                const mg_parcel *out) {
  static const char *const d[] = {"dz_d_mean", "dz_d_log_sd"};
  static const char *const up[] = {"up_0", "up_1"};
  static const char *const down[] = {"down_0", "down_1"};
  const double unit = 1 + fabs(pathwise_mean(in)) + 5 * pathwise_sd(in);
  if (!pathwise_there(j, expected, out))
    return false;
  for (size_t k = 0; k < 2; k++)
    for (size_t s = 0; s < mg_parcel_vector(out, "z")->size; s++) {
      const double is = gsl_vector_get(mg_parcel_vector(out, d[k]), s);
      const double moved = (gsl_vector_get(mg_parcel_vector(out, up[k]), s) -
                            gsl_vector_get(mg_parcel_vector(out, down[k]), s)) /
                           (2 * PATHWISE_STEP);
      if (!(fabs(is - moved) <= 1e-7 * unit))
        return mg_judge_fail(j,
                             "%s[%zu] is %.8g, and your own draw, by the same "
                             "random numbers, moves by %.8g",
                             d[k], s, is, moved);
    }
  return true;
}

/* d E z^2 / d lambda = (2 mean, 2 sd^2), as a mean of 2 z dz / d lambda.  That
 * holds a square, whose tail is heavier than a Gaussian's. */
static bool pathwise_gradient(mg_judgement *j, const mg_parcel *in,
                              const mg_parcel *expected, const mg_parcel *out) {
  static const char *const d[] = {"dz_d_mean", "dz_d_log_sd"};
  static const char *const what[] = {"mean of 2 z dz/d mean",
                                     "mean of 2 z dz/d log_sd"};
  const double m = pathwise_mean(in), v = gsl_pow_2(pathwise_sd(in));
  const double right[] = {2 * m, 2 * v};
  const double spread[] = {2 * sqrt(v), 2 * sqrt(m * m * v + 2 * v * v)};
  if (!pathwise_there(j, expected, out))
    return false;
  const gsl_vector *z = mg_parcel_vector(out, "z");
  const double n = (double)z->size;
  for (size_t k = 0; k < 2; k++) {
    double mean = 0;
    for (size_t s = 0; s < z->size; s++)
      mean += 2 * gsl_vector_get(z, s) *
              gsl_vector_get(mg_parcel_vector(out, d[k]), s) / n;
    if (!mg_judge_mean(j, what[k], mean, 1.15 * spread[k] / sqrt(n), right[k]))
      return false;
  }
  return true;
}

static const mg_exercise_test pathwise_tests[] = {
    {.expects = "mg_guide_gaussian_sample draws from N(mean, exp(log_sd)^2)",
     .points = 2,
     .cases = 3,
     .make = pathwise_many,
     .judge = pathwise_singles},
    {.expects = "mg_guide_gaussian_pathwise tells d z / d mean and "
                "d z / d log_sd at any z",
     .points = 3,
     .cases = 10,
     .make = pathwise_points,
     .relative = 1e-10,
     .absolute = 1e-12},
    {.expects = "both agree: draws by the same random numbers move with lambda "
                "as the derivative says",
     .points = 3,
     .cases = 6,
     .make = pathwise_beside,
     .judge = pathwise_difference},
    {.expects = "both together make the gradient of E z^2, (2 mean, 2 sd^2)",
     .points = 1,
     .cases = 3,
     .make = pathwise_many,
     .judge = pathwise_gradient},
    {.expects = "draws that know nothing of each other",
     .points = 1,
     .cases = 3,
     .hidden = true,
     .make = pathwise_many,
     .judge = pathwise_pairs},
    {.expects = NULL}};

static const mg_exercise pathwise_exercise = {
    .functions = (const char *const[]){"mg_guide_gaussian_sample",
                                       "mg_guide_gaussian_pathwise", NULL},
    .reference = (const mg_function[]){(mg_function)mg_guide_gaussian_sample,
                                       (mg_function)mg_guide_gaussian_pathwise},
    .avoid =
        (const char *const[]){"mg_guide_sample", "mg_guide_pathwise",
                              "mg_gaussian_sample_reparam", "mg_guide_gaussian",
                              "mg_guide_law_find", "mg_guide_law_of",
                              "mg_guide_lognormal", NULL},
    .call = pathwise_call,
    .tests = pathwise_tests};
