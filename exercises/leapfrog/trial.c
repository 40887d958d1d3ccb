/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leapfrog: how it is called, and what is expected of it. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_randist.h>

#include "exercise/exercise.h"
#include "infer/hmc.h"

/* Energies, by the number "law" of an input; asked counts evaluations. */
typedef struct {
  size_t law, asked, fails; /* fails: at the how manyth, 0: never */
} leapfrog_world;

enum { LEAPFROG_BOWL, LEAPFROG_BANANA };

/* log p, whose slope goes into d. */
static double leapfrog_log_p(size_t law, const gsl_vector *z, gsl_vector *d) {
  double log_p = 0;
  gsl_vector_set_zero(d);
  for (size_t i = 0; i < z->size; i++) {
    const double k = 1 + 0.5 * (double)i, at = gsl_vector_get(z, i) - 0.5;
    log_p -= k * at * at / 2;
    *gsl_vector_ptr(d, i) -= k * at;
  }
  if (law == LEAPFROG_BOWL || z->size < 2)
    return log_p;
  const double x = gsl_vector_get(z, 0);
  const double off = gsl_vector_get(z, 1) - x * x;
  *gsl_vector_ptr(d, 0) += 2 * off * x;
  *gsl_vector_ptr(d, 1) -= off;
  return log_p - off * off / 2;
}

static int leapfrog_joint(const void *self, const gsl_matrix *z,
                          gsl_vector *log_p, gsl_matrix *dz) {
  leapfrog_world *w = *(leapfrog_world *const *)self;
  if (++w->asked == w->fails)
    return w->fails % 2 ? GSL_EDOM : GSL_FAILURE;
  for (size_t n = 0; n < z->size1; n++) {
    const gsl_vector_const_view row = gsl_matrix_const_row(z, n);
    gsl_vector_view d = gsl_matrix_row(dz, n);
    gsl_vector_set(log_p, n, leapfrog_log_p(w->law, &row.vector, &d.vector));
  }
  return GSL_SUCCESS;
}

static int leapfrog_base(const void *self, const gsl_matrix *z,
                         gsl_vector *log_p, gsl_matrix *dz) {
  (void)self;
  for (size_t n = 0; n < z->size1; n++) {
    const gsl_vector_const_view row = gsl_matrix_const_row(z, n);
    const double length = gsl_blas_dnrm2(&row.vector);
    gsl_vector_set(log_p, n, -length * length / 2);
    for (size_t i = 0; i < z->size2; i++)
      gsl_matrix_set(dz, n, i, -gsl_matrix_get(z, n, i));
  }
  return GSL_SUCCESS;
}

/* ---- a call ---- */

static int leapfrog_tell(mg_parcel *out, const char *name,
                         const gsl_matrix *m) {
  gsl_matrix *to = mg_parcel_add_matrix(out, name, m->size1, m->size2);
  return to ? gsl_matrix_memcpy(to, m) : GSL_ENOMEM;
}

typedef int (*leapfrog_function)(mg_hmc *, const mg_path *, double, double,
                                 size_t);

/* "there" leaps by step, then "back" by minus the step. */
static int leapfrog_run(leapfrog_function leap, const mg_parcel *in,
                        const mg_path *path, leapfrog_world *w, mg_hmc *h,
                        mg_parcel *out) {
  const double step = mg_parcel_number(in, "step");
  const double b = mg_parcel_number(in, "b");
  const size_t back = mg_parcel_count(in, "back");
  gsl_matrix_memcpy(h->other.z, mg_parcel_matrix(in, "z"));
  gsl_matrix_memcpy(h->momentum, mg_parcel_matrix(in, "r"));
  h->scale = mg_parcel_vector(in, "scale");
  h->stretch = mg_parcel_vector(in, "stretch");
  int status = mg_path_evaluate(path, &h->other);
  w->asked = 0;
  w->fails = mg_parcel_count(in, "fails");
  if (!status)
    status = leap(h, path, b, step, mg_parcel_count(in, "leaps"));
  if (!status && back > 0)
    status = leap(h, path, b, -step, back);
  if (leapfrog_tell(out, "z", h->other.z) ||
      leapfrog_tell(out, "r", h->momentum) ||
      leapfrog_tell(out, "slope", h->other.d_joint) ||
      mg_parcel_add_number(out, "status", status))
    return GSL_ENOMEM;
  return mg_parcel_find(in, "alone")
             ? GSL_SUCCESS
             : mg_parcel_add_count(out, "evaluations", w->asked);
}

static int leapfrog_call(const mg_function *f, const mg_parcel *in,
                         mg_parcel *out) {
  const gsl_matrix *z = mg_parcel_matrix(in, "z");
  leapfrog_world world = {.law = mg_parcel_count(in, "law")}, *self = &world;
  const mg_target joint = {.name = "an exercise",
                           .self = &self,
                           .dim = z->size2,
                           .log_density = leapfrog_joint,
                           .gradient = true};
  const mg_target base = {.name = "base",
                          .dim = z->size2,
                          .log_density = leapfrog_base,
                          .gradient = true};
  const mg_path path = {.base = mg_parcel_find(in, "alone") ? NULL : &base,
                        .joint = &joint,
                        .gradient = true};
  mg_hmc h = {.momentum = NULL};
  int status = mg_hmc_init(&h, &path, z->size1);
  if (!status)
    status = leapfrog_run((leapfrog_function)f[0], in, &path, &world, &h, out);
  mg_hmc_clear(&h);
  return status;
}

/* ---- inputs ---- */

static int leapfrog_input(gsl_rng *rng, size_t law, size_t walkers, size_t dim,
                          double step, size_t leaps, mg_parcel *in) {
  gsl_matrix *z = mg_parcel_add_matrix(in, "z", walkers, dim);
  gsl_matrix *r = mg_parcel_add_matrix(in, "r", walkers, dim);
  for (size_t k = 0; z && r && k < walkers * dim; k++) {
    z->data[k] = gsl_ran_gaussian_ziggurat(rng, 1);
    r->data[k] = gsl_ran_gaussian_ziggurat(rng, 1);
  }
  return !z || !r || mg_parcel_add_count(in, "law", law) ||
         mg_parcel_add_number(in, "step", step) ||
         mg_parcel_add_count(in, "leaps", leaps);
}

/* One walker on the line, one leap, without a base: what is done by hand. */
static int leapfrog_one(gsl_rng *rng, size_t i, mg_parcel *in) {
  return leapfrog_input(rng, LEAPFROG_BOWL, 1, 1 + i / 3, 0.1 + 0.2 * (double)i,
                        1, in) ||
         mg_parcel_add_number(in, "b", 1) ||
         mg_parcel_add_count(in, "alone", 1);
}

static int leapfrog_many(gsl_rng *rng, size_t i, mg_parcel *in) {
  return leapfrog_input(rng, i % 2, 2 + i % 3, 1 + i % 4, 0.12, 2 + 2 * i,
                        in) ||
         mg_parcel_add_number(in, "b", 1) ||
         mg_parcel_add_count(in, "alone", 1);
}

static int leapfrog_between(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double b[] = {0.3, 0, 0.7, 1};
  return leapfrog_input(rng, LEAPFROG_BANANA, 3, 2 + i % 2, 0.1, 5 + i, in) ||
         mg_parcel_add_number(in, "b", b[i % 4]);
}

/* Units, and a step for each walker. */
static int leapfrog_units(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t walkers = 2 + i, dim = 3;
  const int status = leapfrog_input(rng, i % 2, walkers, dim, 0.1, 4, in) ||
                     mg_parcel_add_number(in, "b", 0.6);
  gsl_vector *scale = mg_parcel_add_vector(in, "scale", dim);
  gsl_vector *stretch = mg_parcel_add_vector(in, "stretch", walkers);
  for (size_t k = 0; scale && k < dim; k++)
    gsl_vector_set(scale, k, 0.5 + gsl_rng_uniform(rng));
  for (size_t k = 0; stretch && k < walkers; k++)
    gsl_vector_set(stretch, k, 0.5 + gsl_rng_uniform(rng));
  return status || !scale || !stretch;
}

static int leapfrog_return(gsl_rng *rng, size_t i, mg_parcel *in) {
  return leapfrog_input(rng, LEAPFROG_BANANA, 4, 2 + i % 2, 0.2, 6, in) ||
         mg_parcel_add_number(in, "b", 0.5) ||
         mg_parcel_add_count(in, "back", 6);
}

static int leapfrog_error(gsl_rng *rng, size_t i, mg_parcel *in) {
  return leapfrog_input(rng, LEAPFROG_BOWL, 2, 2, 0.1, 4, in) ||
         mg_parcel_add_number(in, "b", 1) ||
         mg_parcel_add_count(in, "fails", 1 + i);
}

/* ---- judges ---- */

/* Is it back where it began, as the library's is? */
static bool leapfrog_back(mg_judgement *j, const mg_parcel *in,
                          const mg_parcel *expected, const mg_parcel *out) {
  return mg_judge_item(j, mg_parcel_find(expected, "evaluations"), out, 0, 0) &&
         mg_judge_item(j, mg_parcel_find(in, "z"), out, 0, 1e-10) &&
         mg_judge_item(j, mg_parcel_find(in, "r"), out, 0, 1e-10);
}

/* Where it was when the target failed is nobody's business. */
static bool leapfrog_fails(mg_judgement *j, const mg_parcel *in,
                           const mg_parcel *expected, const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "status"), out, 0, 0) &&
         mg_judge_item(j, mg_parcel_find(expected, "evaluations"), out, 0, 0);
}

static const mg_exercise_test leapfrog_tests[] = {
    {.expects = "makes one leap: half a kick, a drift, half a kick",
     .points = 3,
     .cases = 6,
     .make = leapfrog_one,
     .relative = 1e-10,
     .absolute = 1e-11},
    {.expects = "makes as many leaps as it is told, of several walkers at once",
     .points = 2,
     .cases = 8,
     .make = leapfrog_many,
     .relative = 1e-8,
     .absolute = 1e-9},
    {.expects = "slides along f_b, between the base and the joint",
     .points = 1,
     .cases = 6,
     .make = leapfrog_between,
     .relative = 1e-8,
     .absolute = 1e-9},
    {.expects = "is undone by as many leaps with minus the step, one "
                "evaluation each",
     .points = 2,
     .cases = 6,
     .make = leapfrog_return,
     .judge = leapfrog_back},
    {.expects = "returns an error of the target at once, and asks it no more",
     .points = 1,
     .cases = 4,
     .make = leapfrog_error,
     .judge = leapfrog_fails},
    {.expects = "keeps to the unit of each coordinate and to the step of each "
                "walker",
     .points = 1,
     .cases = 6,
     .hidden = true,
     .make = leapfrog_units,
     .relative = 1e-8,
     .absolute = 1e-9},
    {.expects = NULL}};

static const mg_exercise leapfrog_exercise = {
    .functions = (const char *const[]){"mg_hmc_leapfrog", NULL},
    .reference = (const mg_function[]){(mg_function)mg_hmc_leapfrog},
    .avoid = (const char *const[]){"mg_hmc_move", "mg_hmc_trajectory", NULL},
    .call = leapfrog_call,
    .tests = leapfrog_tests};
