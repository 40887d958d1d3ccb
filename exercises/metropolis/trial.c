/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metropolis: how it is called, and what is expected of it.
 *
 * A move is chance, so no answer is held against the library's: of the numbers
 * that come back each must follow from the others, and what is left to chance
 * from its law. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "base/stream.h"
#include "exercise/exercise.h"
#include "infer/metropolis.h"

/* What is walked in, by the number "law" of an input. */
enum {
  METROPOLIS_HILL,   /* any D, and a base N(0, I) */
  METROPOLIS_DECAY,  /* exp(-z), z > 0; D is 1 */
  METROPOLIS_GAMMA,  /* z exp(-z), and no number at all for z < 0; D is 1 */
  METROPOLIS_BROKEN, /* cannot be evaluated at other places than 0 */
  METROPOLIS_CRASHED /* nor can this, for another reason */
};

static double metropolis_log_p(size_t law, const gsl_vector *z) {
  const double first = gsl_vector_get(z, 0);
  double log_p = 0;
  if (law == METROPOLIS_DECAY)
    return first > 0 ? -first : -INFINITY;
  if (law == METROPOLIS_GAMMA)
    return log(first) - first;
  for (size_t i = 0; i < z->size; i++) {
    const double at = gsl_vector_get(z, i) - 0.3 * (double)i;
    const double next = i + 1 < z->size ? gsl_vector_get(z, i + 1) : 0;
    log_p -= (1 + (double)i) / 2 * at * at + 0.4 * at * next;
  }
  return log_p;
}

static int metropolis_joint(const void *self, const gsl_matrix *z,
                            gsl_vector *log_p, gsl_matrix *dz) {
  const size_t law = *(const size_t *)self;
  (void)dz;
  for (size_t n = 0; n < z->size1; n++) {
    const gsl_vector_const_view row = gsl_matrix_const_row(z, n);
    if (law >= METROPOLIS_BROKEN && !gsl_vector_isnull(&row.vector))
      return law == METROPOLIS_BROKEN ? GSL_EDOM : GSL_FAILURE;
    gsl_vector_set(log_p, n, metropolis_log_p(law, &row.vector));
  }
  return GSL_SUCCESS;
}

static int metropolis_base(const void *self, const gsl_matrix *z,
                           gsl_vector *log_p, gsl_matrix *dz) {
  (void)self, (void)dz;
  for (size_t n = 0; n < z->size1; n++) {
    const gsl_vector_const_view row = gsl_matrix_const_row(z, n);
    double square = 0;
    for (size_t i = 0; i < z->size2; i++)
      square += gsl_pow_2(gsl_vector_get(&row.vector, i));
    gsl_vector_set(log_p, n, -square / 2);
  }
  return GSL_SUCCESS;
}

/* ---- a call ---- */

/* Copies a column of numbers, or a matrix, into the answer. */
static int metropolis_tell(mg_parcel *out, const char *name,
                           const gsl_matrix *m) {
  gsl_matrix *to = mg_parcel_add_matrix(out, name, m->size1, m->size2);
  return to ? gsl_matrix_memcpy(to, m) : GSL_ENOMEM;
}

static int metropolis_tell_each(mg_parcel *out, const char *name,
                                const gsl_vector *v) {
  gsl_vector *to = mg_parcel_add_vector(out, name, v->size);
  return to ? gsl_vector_memcpy(to, v) : GSL_ENOMEM;
}

typedef int (*metropolis_function)(mg_metropolis *, const mg_path *, gsl_rng *,
                                   double, double, mg_walkers *, double *);

static int metropolis_moves(metropolis_function move, const mg_parcel *in,
                            const mg_path *path, mg_metropolis *m,
                            mg_walkers *at, mg_parcel *out) {
  gsl_rng *rng = mg_stream_alloc(mg_parcel_count(in, "seed"), "metropolis", 0);
  double accepted = NAN;
  int status = GSL_SUCCESS;
  m->scale = mg_parcel_vector(in, "scale");
  gsl_vector_set_all(m->chance, NAN);
  gsl_matrix_set_all(m->other.z, NAN);
  for (size_t i = 0; !status && i < mg_parcel_count(in, "moves"); i++)
    status = move(m, path, rng, mg_parcel_number(in, "b"),
                  mg_parcel_number(in, "step"), at,
                  mg_parcel_find(in, "quiet") ? NULL : &accepted);
  gsl_rng_free(rng);
  return mg_parcel_add_number(out, "status", status) ||
                 mg_parcel_add_number(out, "accepted", accepted) ||
                 metropolis_tell_each(out, "chance", m->chance) ||
                 metropolis_tell(out, "proposed", m->other.z) ||
                 metropolis_tell(out, "z", at->z) ||
                 metropolis_tell_each(out, "log_joint", at->log_joint) ||
                 metropolis_tell_each(out, "log_base", at->log_base)
             ? GSL_ENOMEM
             : GSL_SUCCESS;
}

/* The walkers' rows are further apart than they are long. */
static int metropolis_call(const mg_function *f, const mg_parcel *in,
                           mg_parcel *out) {
  const size_t law = mg_parcel_count(in, "law");
  const gsl_matrix *z = mg_parcel_matrix(in, "z");
  const mg_target joint = {.name = "an exercise",
                           .self = &law,
                           .dim = z->size2,
                           .log_density = metropolis_joint};
  const mg_target base = {
      .name = "base", .dim = z->size2, .log_density = metropolis_base};
  const mg_path path = {.base = law == METROPOLIS_HILL ? &base : NULL,
                        .joint = &joint};
  mg_metropolis m = {.chance = NULL};
  mg_walkers at = {.z = NULL};
  gsl_matrix *wide = gsl_matrix_calloc(z->size1, z->size2 + 3);
  int status = wide && mg_walkers_init(&at, &path, z->size1) == GSL_SUCCESS
                   ? mg_metropolis_init(&m, &path, z->size1)
                   : GSL_ENOMEM;
  gsl_matrix *own = at.z;
  if (!status) {
    gsl_matrix_view rows = gsl_matrix_submatrix(wide, 0, 1, z->size1, z->size2);
    at.z = &rows.matrix;
    gsl_matrix_memcpy(at.z, z);
    status = mg_path_evaluate(&path, &at);
    if (!status)
      status =
          metropolis_moves((metropolis_function)f[0], in, &path, &m, &at, out);
    at.z = own;
  }
  mg_metropolis_clear(&m);
  mg_walkers_clear(&at);
  gsl_matrix_free(wide);
  return status;
}

/* ---- inputs ---- */

static int metropolis_input(gsl_rng *rng, size_t law, size_t moves, double b,
                            double step, mg_parcel *in) {
  return mg_parcel_add_count(in, "law", law) ||
         mg_parcel_add_count(in, "moves", moves) ||
         mg_parcel_add_number(in, "b", b) ||
         mg_parcel_add_number(in, "step", step) ||
         mg_parcel_add_count(in, "seed", gsl_rng_uniform_int(rng, 1 << 30));
}

/* Walkers on the hill, of one to four coordinates; every other time with
 * units. */
static int metropolis_hill(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double bs[] = {1, 0.3, 0, 0.8}, steps[] = {0.5, 3, 1, 0.3};
  const size_t n = i < 4 ? 1500 : 1, dim = 1 + (i + 2) % 4;
  if (metropolis_input(rng, METROPOLIS_HILL, 1, bs[i % 4], steps[i % 4], in))
    return GSL_ENOMEM;
  gsl_matrix *z = mg_parcel_add_matrix(in, "z", n, dim);
  gsl_vector *scale = i % 2 ? NULL : mg_parcel_add_vector(in, "scale", dim);
  for (size_t k = 0; z && k < n * dim; k++)
    z->data[k] = gsl_ran_gaussian_ziggurat(rng, 1);
  for (size_t k = 0; scale && k < dim; k++)
    gsl_vector_set(scale, k, 0.3 + (double)k);
  return z && (scale || i % 2) ? GSL_SUCCESS : GSL_ENOMEM;
}

/* Draws of the law itself, which moves must leave its draws. */
static int metropolis_draws(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t law = i % 2 ? METROPOLIS_GAMMA : METROPOLIS_DECAY;
  if (metropolis_input(rng, law, 12, 1, i % 2 ? 2.5 : 1.2, in))
    return GSL_ENOMEM;
  gsl_matrix *z = mg_parcel_add_matrix(in, "z", 4000, 1);
  for (size_t k = 0; z && k < z->size1; k++)
    gsl_matrix_set(z, k, 0, gsl_ran_gamma(rng, i % 2 ? 2 : 1, 1));
  return z ? GSL_SUCCESS : GSL_ENOMEM;
}

/* Near the edge of where f is not 0, some beyond it. */
static int metropolis_edge(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t law = i % 2 ? METROPOLIS_GAMMA : METROPOLIS_DECAY;
  if (metropolis_input(rng, law, 1, 1, 1, in))
    return GSL_ENOMEM;
  gsl_matrix *z = mg_parcel_add_matrix(in, "z", 60, 1);
  for (size_t k = 0; z && k < z->size1; k++)
    gsl_matrix_set(z, k, 0, 2 * gsl_rng_uniform(rng) - (i == 2));
  return z ? GSL_SUCCESS : GSL_ENOMEM;
}

static int metropolis_broken(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const size_t laws[] = {METROPOLIS_DECAY, METROPOLIS_BROKEN,
                                METROPOLIS_CRASHED};
  if (metropolis_input(rng, laws[i], 1, 1, 1, in) ||
      mg_parcel_add_count(in, "quiet", 1))
    return GSL_ENOMEM;
  gsl_matrix *z = mg_parcel_add_matrix(in, "z", 5, 1);
  if (z)
    gsl_matrix_set_zero(z);
  return z ? GSL_SUCCESS : GSL_ENOMEM;
}

/* ---- judges ---- */

/* e = (z' - z) / (step unit) of walker n, coordinate i. */
static double metropolis_push(const mg_parcel *in, const mg_parcel *out,
                              size_t n, size_t i) {
  const gsl_vector *scale = mg_parcel_vector(in, "scale");
  const double unit = scale ? gsl_vector_get(scale, i) : 1;
  return (gsl_matrix_get(mg_parcel_matrix(out, "proposed"), n, i) -
          gsl_matrix_get(mg_parcel_matrix(in, "z"), n, i)) /
         (unit * mg_parcel_number(in, "step"));
}

/* Every item there, in the shape that the library's function made. */
static bool metropolis_shapes(mg_judgement *j, const mg_parcel *expected,
                              const mg_parcel *out) {
  for (size_t i = 0; i < expected->items; i++) {
    const mg_parcel_item *a = &expected->item[i];
    const mg_parcel_item *b = mg_parcel_find(out, a->name);
    if (!b || b->kind != a->kind || b->matrix.size1 != a->matrix.size1 ||
        b->matrix.size2 != a->matrix.size2)
      return mg_judge_fail(j, "there is no %s in the answer", a->name);
  }
  return mg_judge_item(j, mg_parcel_find(expected, "status"), out, 0, 0);
}

/* Normal, and those of neighbours, in z and among walkers, independent. */
static bool metropolis_proposals(mg_judgement *j, const mg_parcel *in,
                                 const mg_parcel *expected,
                                 const mg_parcel *out) {
  if (!metropolis_shapes(j, expected, out))
    return false;
  const gsl_matrix *z = mg_parcel_matrix(in, "z");
  const size_t size = z->size1 * z->size2;
  gsl_vector *cdf = gsl_vector_alloc(size);
  gsl_vector *both = gsl_vector_alloc(size);
  double last = metropolis_push(in, out, z->size1 - 1, z->size2 - 1);
  for (size_t k = 0; cdf && both && k < size; k++) {
    const double e = metropolis_push(in, out, k / z->size2, k % z->size2);
    gsl_vector_set(cdf, k, gsl_cdf_ugaussian_P(e));
    gsl_vector_set(both, k, gsl_cdf_ugaussian_P((e + last) / M_SQRT2));
    last = e;
  }
  bool right = cdf && both &&
               mg_judge_law(j, "(proposed - z) / (step unit), N(0, 1)", cdf);
  if (right) {
    /* Every other one: no number is in two sums. */
    gsl_vector_view pairs =
        gsl_vector_subvector_with_stride(both, 1, 2, size / 2);
    right =
        mg_judge_law(j, "two neighbours of it, added, N(0, 2)", &pairs.vector);
  }
  gsl_vector_free(cdf);
  gsl_vector_free(both);
  return right;
}

static double metropolis_log_f(const mg_parcel *in, const gsl_matrix *z,
                               size_t n) {
  const size_t law = mg_parcel_count(in, "law");
  const double b = mg_parcel_number(in, "b");
  const gsl_vector_const_view row = gsl_matrix_const_row(z, n);
  const double joint = metropolis_log_p(law, &row.vector);
  if (law != METROPOLIS_HILL)
    return joint;
  double square = 0;
  for (size_t i = 0; i < z->size2; i++)
    square += gsl_pow_2(gsl_vector_get(&row.vector, i));
  return b * joint - (1 - b) * square / 2;
}

/* chance follows from z and z', accepted from chance. */
static bool metropolis_chances(mg_judgement *j, const mg_parcel *in,
                               const mg_parcel *expected,
                               const mg_parcel *out) {
  if (!metropolis_shapes(j, expected, out))
    return false;
  const gsl_matrix *z = mg_parcel_matrix(in, "z");
  const gsl_matrix *to = mg_parcel_matrix(out, "proposed");
  double sum = 0;
  for (size_t n = 0; n < z->size1; n++) {
    const double gain =
        metropolis_log_f(in, to, n) - metropolis_log_f(in, z, n);
    const double right = isnan(gain) ? 0 : exp(fmin(0, gain));
    const double is = gsl_vector_get(mg_parcel_vector(out, "chance"), n);
    sum += right;
    if (!(fabs(is - right) <= 1e-9))
      return mg_judge_fail(j,
                           "chance[%zu] is %.6g, expected %.6g: log f of the "
                           "proposal less log f of z is %.4g",
                           n, is, right, gain);
  }
  const double mean = sum / (double)z->size1;
  const double accepted = mg_parcel_number(out, "accepted");
  return fabs(accepted - mean) <= 1e-9 ||
         mg_judge_fail(j, "accepted is %.6g, and the mean of chance %.6g",
                       accepted, mean);
}

/* Has row n gone to its proposal?  -1: it is somewhere else. */
static int metropolis_went(const mg_parcel *in, const mg_parcel *out,
                           size_t n) {
  const gsl_matrix *z = mg_parcel_matrix(out, "z");
  const gsl_vector_const_view is = gsl_matrix_const_row(z, n);
  const gsl_vector_const_view was =
      gsl_matrix_const_row(mg_parcel_matrix(in, "z"), n);
  const gsl_vector_const_view to =
      gsl_matrix_const_row(mg_parcel_matrix(out, "proposed"), n);
  if (gsl_vector_equal(&is.vector, &was.vector))
    return 0;
  return gsl_vector_equal(&is.vector, &to.vector) ? 1 : -1;
}

/* A walker carries the densities of where it is. */
static bool metropolis_carries(mg_judgement *j, const mg_parcel *in,
                               const mg_parcel *out, size_t n) {
  const gsl_matrix *z = mg_parcel_matrix(out, "z");
  const gsl_vector_const_view row = gsl_matrix_const_row(z, n);
  const size_t law = mg_parcel_count(in, "law");
  const double joint = metropolis_log_p(law, &row.vector);
  const double is = gsl_vector_get(mg_parcel_vector(out, "log_joint"), n);
  double base = 0;
  for (size_t i = 0; law == METROPOLIS_HILL && i < z->size2; i++)
    base -= gsl_pow_2(gsl_vector_get(&row.vector, i)) / 2;
  const double carried = gsl_vector_get(mg_parcel_vector(out, "log_base"), n);
  if ((is == joint || fabs(is - joint) < 1e-9) && fabs(carried - base) < 1e-9)
    return true;
  return mg_judge_fail(j,
                       "walker %zu carries log_joint %.6g and log_base %.6g, "
                       "and where it is they are %.6g and %.6g",
                       n, is, carried, joint, base);
}

/* Who goes: those whose chance is 1, and of the others so many as chance says.
 */
static bool metropolis_goers(mg_judgement *j, const mg_parcel *in,
                             const mg_parcel *expected, const mg_parcel *out) {
  if (!metropolis_shapes(j, expected, out))
    return false;
  const gsl_matrix *z = mg_parcel_matrix(in, "z");
  const gsl_matrix *to = mg_parcel_matrix(out, "proposed");
  const double size = (double)z->size1;
  double gone = 0, sum = 0, variance = 0;
  for (size_t n = 0; n < z->size1; n++) {
    const double gain =
        metropolis_log_f(in, to, n) - metropolis_log_f(in, z, n);
    const double chance = isnan(gain) ? 0 : exp(fmin(0, gain));
    const int went = metropolis_went(in, out, n);
    if (!isfinite(gsl_matrix_get(to, n, 0)))
      return mg_judge_fail(j, "the proposal of walker %zu is no number", n);
    if (went < 0)
      return mg_judge_fail(
          j, "walker %zu is neither where it was nor at its proposal", n);
    if ((chance == 1 && !went) || (chance == 0 && went))
      return mg_judge_fail(j, "walker %zu %s, and its chance is %g", n,
                           went ? "has gone" : "has stayed", chance);
    if (!metropolis_carries(j, in, out, n))
      return false;
    gone += went;
    sum += chance;
    variance += chance * (1 - chance);
  }
  return mg_judge_mean(j, "share of walkers that went", gone / size,
                       (sqrt(variance) + 1) / size, sum / size);
}

static bool metropolis_edges(mg_judgement *j, const mg_parcel *in,
                             const mg_parcel *expected, const mg_parcel *out) {
  return metropolis_chances(j, in, expected, out) &&
         metropolis_goers(j, in, expected, out);
}

static bool metropolis_stays(mg_judgement *j, const mg_parcel *in,
                             const mg_parcel *expected, const mg_parcel *out) {
  if (!metropolis_shapes(j, expected, out))
    return false;
  const size_t n = mg_parcel_vector(out, "chance")->size;
  gsl_vector *cdf = gsl_vector_alloc(n);
  const gsl_matrix *z = mg_parcel_matrix(out, "z");
  const bool two = mg_parcel_count(in, "law") == METROPOLIS_GAMMA;
  size_t stood = 0;
  for (size_t i = 0; cdf && i < n; i++) {
    const double at = gsl_matrix_get(z, i, 0);
    gsl_vector_set(cdf, i, gsl_cdf_gamma_P(at, two ? 2 : 1, 1));
    stood += at == gsl_matrix_get(mg_parcel_matrix(in, "z"), i, 0);
  }
  if (stood == n)
    mg_judge_fail(j, "no walker has moved");
  const bool right = cdf && mg_judge_law(j, "walkers after the moves", cdf);
  gsl_vector_free(cdf);
  return right;
}

/* After an error all are where they were. */
static bool metropolis_failed(mg_judgement *j, const mg_parcel *in,
                              const mg_parcel *expected, const mg_parcel *out) {
  return metropolis_shapes(j, expected, out) &&
         (mg_parcel_number(expected, "status") == GSL_SUCCESS ||
          mg_judge_item(j, mg_parcel_find(in, "z"), out, 0, 0));
}

static const mg_exercise_test metropolis_tests[] = {
    {.expects = "proposes z + step * unit * N(0, 1) in every coordinate of "
                "every walker, into m->other",
     .points = 2,
     .cases = 4,
     .make = metropolis_hill,
     .judge = metropolis_proposals},
    {.expects = "puts min(1, f_b(z') / f_b(z)) into m->chance, and their mean "
                "into accepted",
     .points = 2,
     .cases = 8,
     .make = metropolis_hill,
     .judge = metropolis_chances},
    {.expects = "moves a walker with that probability, with all that it "
                "carries; else it stays",
     .points = 2,
     .cases = 8,
     .make = metropolis_hill,
     .judge = metropolis_goers},
    {.expects = "leaves draws of a law draws of that law, also where it ends "
                "at an edge",
     .points = 2,
     .cases = 2,
     .make = metropolis_draws,
     .judge = metropolis_stays},
    {.expects = "accepts no z' where f is 0 or no number",
     .points = 1,
     .cases = 3,
     .make = metropolis_edge,
     .judge = metropolis_edges},
    {.expects = "returns the target's error before anybody has moved, and "
                "bears accepted being NULL",
     .points = 1,
     .cases = 3,
     .hidden = true,
     .make = metropolis_broken,
     .judge = metropolis_failed},
    {.expects = NULL}};

static const mg_exercise metropolis_exercise = {
    .functions = (const char *const[]){"mg_metropolis_move", NULL},
    .reference = (const mg_function[]){(mg_function)mg_metropolis_move},
    .avoid = (const char *const[]){"mg_hmc_move", NULL},
    .call = metropolis_call,
    .tests = metropolis_tests};
