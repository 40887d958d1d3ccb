/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ais-weight: how it is called, and what is expected of it.
 *
 * The base is N(0, I), the joint exp(-3 |z - 1|^2 / 2) in D dimensions, so the
 * evidence is (2 pi / 3)^(D/2). */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "base/logmath.h"
#include "base/stream.h"
#include "eval/anneal.h"
#include "exercise/exercise.h"

/* log c - k |z - m|^2 / 2, and its slope. */
static void ais_weight_hill(double log_c, double k, double m,
                            const gsl_matrix *z, gsl_vector *log_p,
                            gsl_matrix *dz) {
  for (size_t n = 0; n < z->size1; n++) {
    double square = 0;
    for (size_t i = 0; i < z->size2; i++) {
      const double off = gsl_matrix_get(z, n, i) - m;
      square += off * off;
      if (dz)
        gsl_matrix_set(dz, n, i, -k * off);
    }
    gsl_vector_set(log_p, n, log_c - k * square / 2);
  }
}

static int ais_weight_joint(const void *self, const gsl_matrix *z,
                            gsl_vector *log_p, gsl_matrix *dz) {
  ais_weight_hill(0, 3, 1, z, log_p, dz);
  return *(const int *)self;
}

static int ais_weight_base(const void *self, const gsl_matrix *z,
                           gsl_vector *log_p, gsl_matrix *dz) {
  (void)self;
  ais_weight_hill(-MG_LN_2PI / 2 * (double)z->size2, 1, 0, z, log_p, dz);
  return GSL_SUCCESS;
}

/* ---- a call ---- */

typedef int (*ais_weight_function)(const mg_annealing *, const mg_path *,
                                   gsl_rng *, size_t, mg_hmc *, mg_walkers *,
                                   gsl_vector *, double *);

static int ais_weight_tell(const mg_walkers *at, const gsl_vector *log_weight,
                           double accepted, int status, mg_parcel *out) {
  gsl_vector *w = mg_parcel_add_vector(out, "log_weight", log_weight->size);
  gsl_matrix *z = mg_parcel_add_matrix(out, "z", at->z->size1, at->z->size2);
  gsl_vector *p = mg_parcel_add_vector(out, "log_joint", log_weight->size);
  if (!w || !z || !p)
    return GSL_ENOMEM;
  gsl_vector_memcpy(w, log_weight);
  gsl_matrix_memcpy(z, at->z);
  gsl_vector_memcpy(p, at->log_joint);
  return mg_parcel_add_number(out, "accepted", accepted) ||
         mg_parcel_add_number(out, "status", status);
}

/* From station "first" to "last". */
static int ais_weight_journey(ais_weight_function cross, const mg_parcel *in,
                              const mg_path *path, int *fails, mg_annealing *a,
                              mg_walkers *at, mg_hmc *h, mg_parcel *out) {
  gsl_vector *room = gsl_vector_calloc(3 * at->z->size1);
  gsl_rng *rng = mg_stream_alloc(mg_parcel_count(in, "seed"), "ais", 0);
  double accepted = -1;
  int status = GSL_SUCCESS;
  if (!room || !rng)
    return GSL_ENOMEM;
  gsl_vector_view w =
      gsl_vector_subvector_with_stride(room, 1, 3, at->z->size1);
  gsl_vector_set_all(&w.vector, mg_parcel_number(in, "before"));
  gsl_matrix_memcpy(at->z, mg_parcel_matrix(in, "z"));
  mg_path_evaluate(path, at);
  *fails = mg_parcel_find(in, "fails") ? GSL_FAILURE : GSL_SUCCESS;
  for (size_t t = mg_parcel_count(in, "first");
       !status && t <= mg_parcel_count(in, "last"); t++)
    status = cross(a, path, rng, t, h, at, &w.vector,
                   mg_parcel_find(in, "quiet") ? NULL : &accepted);
  status = ais_weight_tell(at, &w.vector, accepted, status, out);
  gsl_vector_free(room);
  gsl_rng_free(rng);
  return status;
}

static int ais_weight_call(const mg_function *f, const mg_parcel *in,
                           mg_parcel *out) {
  const gsl_matrix *z = mg_parcel_matrix(in, "z");
  const gsl_vector *step = mg_parcel_vector(in, "step");
  int fails = GSL_SUCCESS;
  const mg_target joint = {.name = "an exercise",
                           .self = &fails,
                           .dim = z->size2,
                           .log_density = ais_weight_joint,
                           .gradient = true};
  const mg_target base = {.name = "base",
                          .dim = z->size2,
                          .log_density = ais_weight_base,
                          .gradient = true};
  const mg_path path = {.base = &base, .joint = &joint, .gradient = true};
  mg_annealing a = {.b = NULL};
  mg_walkers at = {.z = NULL};
  mg_hmc h = {.momentum = NULL};
  int status =
      mg_annealing_init(&a, step->size - 1, mg_parcel_count(in, "leaps")) ||
      mg_walkers_init(&at, &path, z->size1) || mg_hmc_init(&h, &path, z->size1);
  for (size_t t = 0; !status && t < step->size; t++)
    a.step[t] = gsl_vector_get(step, t);
  if (!status)
    status = ais_weight_journey((ais_weight_function)f[0], in, &path, &fails,
                                &a, &at, &h, out);
  mg_hmc_clear(&h);
  mg_walkers_clear(&at);
  mg_annealing_clear(&a);
  return status;
}

/* ---- inputs ---- */

static int ais_weight_input(gsl_rng *rng, size_t walkers, size_t dim,
                            size_t temperatures, size_t first, size_t last,
                            double before, mg_parcel *in) {
  gsl_matrix *z = mg_parcel_add_matrix(in, "z", walkers, dim);
  gsl_vector *step = mg_parcel_add_vector(in, "step", temperatures + 1);
  for (size_t k = 0; z && k < walkers * dim; k++)
    z->data[k] = gsl_ran_gaussian_ziggurat(rng, 1);
  for (size_t t = 0; step && t <= temperatures; t++)
    gsl_vector_set(step, t, 0.3 + 0.4 * gsl_rng_uniform(rng));
  return !z || !step || mg_parcel_add_count(in, "first", first) ||
         mg_parcel_add_count(in, "last", last) ||
         mg_parcel_add_count(in, "leaps", 1 + temperatures % 4) ||
         mg_parcel_add_number(in, "before", before) ||
         mg_parcel_add_count(in, "seed", gsl_rng_uniform_int(rng, 1 << 30));
}

/* One station, not the last. */
static int ais_weight_one(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t temperatures = 2 + i, t = 1 + i * 2 / 3;
  return ais_weight_input(rng, 1 + i, 1 + i % 3, temperatures, t, t, 0, in);
}

/* After others. */
static int ais_weight_later(gsl_rng *rng, size_t i, mg_parcel *in) {
  return ais_weight_input(rng, 3, 2, 5, 3, 3, -7 - (double)i, in);
}

static int ais_weight_last(gsl_rng *rng, size_t i, mg_parcel *in) {
  return ais_weight_input(rng, 4, 2, 1 + i, 1 + i, 1 + i, 0.5, in);
}

static int ais_weight_whole(gsl_rng *rng, size_t i, mg_parcel *in) {
  return ais_weight_input(rng, 1500, 1 + i, 6, 1, 6, 0, in);
}

static int ais_weight_errors(gsl_rng *rng, size_t i, mg_parcel *in) {
  return ais_weight_input(rng, 4, 2, 3, 1 + i, 1 + i, 0, in) ||
         mg_parcel_add_count(in, i == 2 ? "unused" : "fails", 1) ||
         mg_parcel_add_count(in, "quiet", 1);
}

/* ---- judges ---- */

static bool ais_weight_weights(mg_judgement *j, const mg_parcel *in,
                               const mg_parcel *expected,
                               const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "log_weight"), out, 1e-10,
                       1e-11);
}

/* The move has its own random numbers, so it ends where the library's ends. */
static bool ais_weight_moves(mg_judgement *j, const mg_parcel *in,
                             const mg_parcel *expected, const mg_parcel *out) {
  static const char *const names[] = {"z", "log_joint", "accepted"};
  (void)in;
  for (size_t i = 0; i < 3; i++)
    if (!mg_judge_item(j, mg_parcel_find(expected, names[i]), out, 1e-9, 1e-10))
      return false;
  return true;
}

/* The weights' error is that of the library's, which are drawn alike; weights
 * have more of a tail than a Gaussian. */
static bool ais_weight_evidence(mg_judgement *j, const mg_parcel *in,
                                const mg_parcel *expected,
                                const mg_parcel *out) {
  const gsl_vector *right = mg_parcel_vector(expected, "log_weight");
  const gsl_vector *is = mg_parcel_vector(out, "log_weight");
  const double n = (double)right->size;
  const double dim = (double)mg_parcel_matrix(in, "z")->size2;
  const double log_p = dim / 2 * log(2 * M_PI / 3);
  double mean = 0, square = 0;
  if (!is || is->size != right->size)
    return mg_judge_fail(j, "there is no log_weight in the answer");
  for (size_t k = 0; k < right->size; k++) {
    mean += exp(gsl_vector_get(is, k) - log_p) / n;
    square += gsl_pow_2(expm1(gsl_vector_get(right, k) - log_p)) / n;
  }
  return mg_judge_mean(j, "mean of w / p(x)", mean, 1.4 * sqrt(square / n), 1);
}

static const mg_exercise_test ais_weight_tests[] = {
    {.expects = "adds (b_t - b_(t-1)) (log joint - log base), at where the "
                "walkers were before the move",
     .points = 3,
     .cases = 8,
     .make = ais_weight_one,
     .judge = ais_weight_weights},
    {.expects = "then moves the walkers at b_t, by the step of t",
     .points = 2,
     .cases = 8,
     .make = ais_weight_one,
     .judge = ais_weight_moves},
    {.expects = "moves nobody at the last station, and leaves accepted as it "
                "is",
     .points = 2,
     .cases = 4,
     .make = ais_weight_last,
     .relative = 1e-10,
     .absolute = 1e-11},
    {.expects = "adds to weights that are there already",
     .points = 1,
     .cases = 4,
     .make = ais_weight_later,
     .relative = 1e-9,
     .absolute = 1e-10},
    {.expects = "makes weights whose mean, over a whole journey, is p(x)",
     .points = 1,
     .cases = 2,
     .make = ais_weight_whole,
     .judge = ais_weight_evidence},
    {.expects = "returns an error of the move, and bears accepted being NULL",
     .points = 1,
     .cases = 3,
     .hidden = true,
     .make = ais_weight_errors,
     .relative = 1e-9,
     .absolute = 1e-10},
    {.expects = NULL}};

static const mg_exercise ais_weight_exercise = {
    .functions = (const char *const[]){"mg_annealing_cross", NULL},
    .reference = (const mg_function[]){(mg_function)mg_annealing_cross},
    .avoid = (const char *const[]){"mg_annealing_forward",
                                   "mg_annealing_backward", NULL},
    .call = ais_weight_call,
    .tests = ais_weight_tests};
