/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seven ways from draws to the gradient of a bound; see estimator.h.
 *
 * Draws z_1 .. z_S of q.  With f(z) = log p(x, z) - log q(z; lambda) and the
 * score_j = d log q / d lambda_j, whose mean is 0, the rows are  [estimator.1]
 *
 *   score          f(z_s) score_j                               [estimator.2]
 *   baseline       (f(z_s) - mean of f over the others) score_j [estimator.3]
 *   control        (f(z_s) - a_j) score_j                       [estimator.4]
 *   rao-blackwell  f_i(z_s) score_j, j a parameter of z_i       [estimator.5]
 *   pathwise       d log p/dz dz/d lambda_j + d entropy/d lambda_j
 *                                                               [estimator.6]
 *   sticking       df/dz dz/d lambda_j                          [estimator.7]
 *
 * and rao-blackwell-control, which takes an a_j from f_i.  The first three
 * want no more than values of log p: any program that computes one will do.
 * f is the log of what may be a very small number, -1000 say, and the score
 * knows nothing of that: the score's row is -1000 times noise of mean 0.  What
 * does not depend on z_s can be taken from f(z_s) without moving the mean, and
 * that is where the second and third begin.  The fourth sees that of all the
 * terms in f only those that hold z_i can tell of it: of the others the mean
 * given z_i is the same for every z_i.
 *
 * Constants must not come from the draw that they are taken from: then the row
 * would be biased.  So each draw is given what the others tell, their mean f,
 * or the best constant of each parameter,
 *
 *     a_j = E [f score_j^2] / E score_j^2
 *
 * with sums for means.  (Ranganath, Gerrish & Blei take a_j from all draws, a
 * small bias.)  Few draws know a_j badly, the more so where score_j has a heavy
 * tail as that of a scale has: of a Gaussian's log_sd the variance with S draws
 * is about 50/S above its least, of a baseline 1/S above what it can reach.  So
 * with 100 draws the two are about even, and with fewer baseline is better.
 *
 * Rows of score, rao-blackwell, pathwise and sticking do not depend on each
 * other.  Those with constants do, a little: their variance, too, is that of a
 * row.
 *
 * Source: Ranganath, Gerrish & Blei (2014); Williams (1992) for the score;
 * Kingma & Welling (2014) for the path; Roeder, Wu & Duvenaud (2017).
 *
 * Not here: how z is drawn (infer/guide.c), the climb (infer/bbvi.c). */
#include "infer/estimator.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_math.h>

#include "base/status.h"
#include "base/tally.h"
#include "nets/elementary.h"

enum { COLUMNS = 64 }; /* of a block */

/* ---- what the score is multiplied by, into the rows ---- */

/* f of the draw, less a constant, in every column.
 *   shift, stretch  in  (f - shift) stretch */
static void weigh_by_all(mg_draws *d, double shift, double stretch) {
  for (size_t s = 0; s < d->rows->size1; s++) {
    const double weight = (gsl_vector_get(d->f, s) - shift) * stretch;
    double *restrict row = gsl_matrix_ptr(d->rows, s, 0);
    for (size_t j = 0; j < d->rows->size2; j++)
      row[j] = weight;
  }
}

/* Of f what holds the column's coordinate.                    [estimator.5] */
static int weigh_by_part(mg_draws *d) {
  const size_t *first = d->guide->first;
  int status = mg_guide_log_each(d->guide, d->z, d->part);
  if (status == GSL_SUCCESS)
    status = gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, d->log_f, d->held,
                            -1, d->part);
  for (size_t s = 0; s < d->rows->size1; s++) {
    const double *part = gsl_matrix_const_ptr(d->part, s, 0);
    double *row = gsl_matrix_ptr(d->rows, s, 0);
    for (size_t i = 0; i < d->part->size2; i++)
      for (size_t j = first[i]; j < first[i + 1]; j++)
        row[j] = part[i];
  }
  return status;
}

/* top += weight score^2, bottom += score^2, of one draw. */
MG_WIDE static void add_squares(size_t n, const double *restrict weight,
                                const double *restrict score,
                                double *restrict top, double *restrict bottom) {
#pragma omp simd
  for (size_t j = 0; j < n; j++) {
    const double square = score[j] * score[j];
    top[j] += weight[j] * square;
    bottom[j] += square;
  }
}

/* From the weights of one draw the best constants that the others tell,
 *
 *     weight - (top - weight score^2) / (bottom - score^2)
 *         = (weight bottom - top) / (bottom - score^2)
 *
 * Where all other scores are 0 any constant is as good. */
MG_WIDE static void take_best(size_t n, const double *restrict score,
                              const double *restrict top,
                              const double *restrict bottom,
                              double *restrict weight) {
#pragma omp simd
  for (size_t j = 0; j < n; j++) {
    const double rest = bottom[j] - score[j] * score[j];
    const double less = (weight[j] * bottom[j] - top[j]) / rest;
    weight[j] = rest > 0 ? less : weight[j];
  }
}

/* Columns by the block, whose sums fit on the stack. */
void mg_estimator_control(const gsl_matrix *score, gsl_matrix *weight) {
  for (size_t j = 0; j < weight->size2; j += COLUMNS) {
    const size_t n = GSL_MIN(weight->size2 - j, COLUMNS);
    double top[COLUMNS] = {0}, bottom[COLUMNS] = {0};
    for (size_t s = 0; s < weight->size1; s++)
      add_squares(n, gsl_matrix_ptr(weight, s, j),
                  gsl_matrix_const_ptr(score, s, j), top, bottom);
    for (size_t s = 0; s < weight->size1; s++)
      take_best(n, gsl_matrix_const_ptr(score, s, j), top, bottom,
                gsl_matrix_ptr(weight, s, j));
  }
}

/* ---- by the score ---- */

static int times_score(mg_draws *d) {
  return gsl_matrix_mul_elements(d->rows, d->score);
}

void mg_estimator_score(const gsl_vector *f, const gsl_matrix *score,
                        gsl_matrix *rows) {
  for (size_t s = 0; s < rows->size1; s++) {
    const double value = gsl_vector_get(f, s);
    const double *restrict own = gsl_matrix_const_ptr(score, s, 0);
    double *restrict row = gsl_matrix_ptr(rows, s, 0);
    for (size_t j = 0; j < rows->size2; j++)
      row[j] = value * own[j];
  }
}

static int estimate_score(mg_draws *d) {
  mg_estimator_score(d->f, d->score, d->rows);
  return GSL_SUCCESS;
}

/* [estimator.3] */
static int estimate_baseline(mg_draws *d) {
  const double s = (double)d->f->size;
  weigh_by_all(d, gsl_vector_sum(d->f) / s, s / (s - 1));
  return times_score(d);
}

static int estimate_control(mg_draws *d) {
  weigh_by_all(d, 0, 1);
  mg_estimator_control(d->score, d->rows);
  return times_score(d);
}

static int estimate_rao_blackwell(mg_draws *d) {
  const int status = weigh_by_part(d);
  return status == GSL_SUCCESS ? times_score(d) : status;
}

static int estimate_rao_blackwell_control(mg_draws *d) {
  const int status = weigh_by_part(d);
  if (status != GSL_SUCCESS)
    return status;
  mg_estimator_control(d->score, d->rows);
  return times_score(d);
}

/* ---- through z ---- */

/* The entropy is known, so log q is not drawn.                [estimator.6] */
static int estimate_pathwise(mg_draws *d) {
  double h;
  int status = mg_guide_pathwise(d->guide, d->z, d->dz_p, d->rows);
  if (status == GSL_SUCCESS)
    status = mg_guide_entropy(d->guide, &h, d->dh);
  for (size_t s = 0; status == GSL_SUCCESS && s < d->rows->size1; s++) {
    gsl_vector_view row = gsl_matrix_row(d->rows, s);
    gsl_vector_add(&row.vector, d->dh);
  }
  return status;
}

/* log q is drawn, so that it can cancel log p.                [estimator.7] */
static int estimate_sticking(mg_draws *d) {
  gsl_matrix_sub(d->dz_p, d->dz_q);
  return mg_guide_pathwise(d->guide, d->z, d->dz_p, d->rows);
}

/* ---- the table ---- */

#define BBVI "Ranganath, Gerrish & Blei (2014)"

const mg_estimator_type mg_estimators[MG_ESTIMATORS] = {
    {.name = "score",
     .title = "score",
     .source = "Williams (1992); " BBVI,
     .score = true,
     .estimate = estimate_score},
    {.name = "baseline",
     .title = "baseline",
     .source = "Kool, van Hoof & Welling (2019)",
     .score = true,
     .estimate = estimate_baseline},
    {.name = "control",
     .title = "control variate",
     .source = BBVI,
     .score = true,
     .estimate = estimate_control},
    {.name = "rao-blackwell",
     .title = "Rao-Blackwell",
     .source = BBVI,
     .score = true,
     .factors = true,
     .estimate = estimate_rao_blackwell},
    {.name = "rao-blackwell-control",
     .title = "Rao-Blackwell with control variate",
     .source = BBVI,
     .score = true,
     .factors = true,
     .estimate = estimate_rao_blackwell_control},
    {.name = "pathwise",
     .title = "pathwise",
     .source = "Kingma & Welling (2014)",
     .gradient = true,
     .estimate = estimate_pathwise},
    {.name = "sticking",
     .title = "sticking the landing",
     .source = "Roeder, Wu & Duvenaud (2017)",
     .gradient = true,
     .estimate = estimate_sticking}};

int mg_estimator_can(mg_estimator kind, const mg_target *target,
                     const mg_guide *guide) {
  const mg_estimator_type *type = &mg_estimators[kind];
  if (guide->dim != target->dim)
    return mg_fail(GSL_EBADLEN,
                   "the target %s has %zu coordinates, and the guide %zu",
                   target->name, target->dim, guide->dim);
  if (type->gradient && !target->gradient)
    return mg_fail(GSL_EUNSUP,
                   "%s wants the gradient of %s, which has none: take control",
                   type->name, target->name);
  if (type->gradient && !mg_guide_has_pathwise(guide))
    return mg_fail(GSL_EUNSUP,
                   "%s wants draws that move smoothly with lambda, and those "
                   "of this guide do not: take control",
                   type->name);
  if (type->factors && !(target->log_factors && target->holds))
    return mg_fail(GSL_EUNSUP,
                   "%s wants the factors of %s, which tells none: take control",
                   type->name, target->name);
  if (type->factors && !guide->first)
    return mg_fail(GSL_EUNSUP,
                   "%s wants a guide that is a product, and this is %s: take "
                   "mean-field, or control",
                   type->name, guide->type->name);
  return GSL_SUCCESS;
}

/* ---- memory ---- */

static void find_held(mg_draws *d) {
  const mg_target *t = d->target;
  for (size_t f = 0; f < t->factors; f++)
    for (size_t i = 0; i < t->dim; i++)
      gsl_matrix_set(d->held, f, i, t->holds(t->self, f, i));
}

/* Is everything there that the kind needs?  Allocates it. */
static bool get_memory(mg_draws *d, size_t s) {
  const mg_estimator_type *type = &mg_estimators[d->kind];
  const size_t dim = d->target->dim, p = d->guide->lambda->size;
  const size_t f = d->target->factors;
  bool there = (d->z = gsl_matrix_alloc(s, dim)) &&
               (d->rows = gsl_matrix_alloc(s, p)) &&
               (d->log_p = gsl_vector_alloc(s)) &&
               (d->log_q = gsl_vector_alloc(s)) && (d->f = gsl_vector_alloc(s));
  if (there && type->score)
    there = (d->score = gsl_matrix_alloc(s, p));
  if (there && type->factors)
    there = (d->log_f = gsl_matrix_alloc(s, f)) &&
            (d->held = gsl_matrix_alloc(f, dim)) &&
            (d->part = gsl_matrix_alloc(s, dim));
  if (there && type->gradient)
    there = (d->dz_p = gsl_matrix_alloc(s, dim));
  if (there && d->kind == MG_ESTIMATOR_PATHWISE)
    there = (d->dh = gsl_vector_alloc(p));
  if (there && d->kind == MG_ESTIMATOR_STICKING)
    there = (d->dz_q = gsl_matrix_alloc(s, dim));
  return there;
}

int mg_draws_init(mg_draws *d, mg_estimator kind, const mg_target *target,
                  const mg_guide *guide, size_t draws) {
  const int status = mg_estimator_can(kind, target, guide);
  if (status != GSL_SUCCESS)
    return status;
  if (draws < 2)
    return mg_fail(GSL_EINVAL, "%zu draws have no variance: take 2 or more",
                   draws);
  *d = (mg_draws){.kind = kind, .target = target, .guide = guide};
  if (!get_memory(d, draws)) {
    mg_draws_clear(d);
    return mg_fail(GSL_ENOMEM, "no memory for %zu draws of %zu parameters",
                   draws, guide->lambda->size);
  }
  if (d->held)
    find_held(d);
  return GSL_SUCCESS;
}

void mg_draws_clear(mg_draws *d) {
  gsl_matrix *const matrices[] = {d->z,    d->score, d->log_f, d->held,
                                  d->part, d->dz_p,  d->dz_q,  d->rows};
  gsl_vector *const vectors[] = {d->log_p, d->log_q, d->f, d->dh};
  for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++)
    gsl_matrix_free(matrices[i]);
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    gsl_vector_free(vectors[i]);
  *d = (mg_draws){0};
}

/* ---- from lambda to rows ---- */

int mg_draws_make(mg_draws *d, gsl_rng *rng, size_t threads) {
  const mg_target *t = d->target;
  int status = mg_guide_sample(d->guide, rng, d->z);
  if (status == GSL_SUCCESS)
    status = mg_guide_log_density(d->guide, d->z, d->log_q, d->dz_q);
  if (status == GSL_SUCCESS)
    status = mg_target_require(t, d->z, threads, d->log_p, d->dz_p);
  if (status == GSL_SUCCESS && d->score)
    status = mg_guide_score(d->guide, d->z, d->score);
  if (status == GSL_SUCCESS && d->log_f)
    status = t->log_factors(t->self, d->z, d->log_f);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector_memcpy(d->f, d->log_p);
  gsl_vector_sub(d->f, d->log_q);
  return mg_estimators[d->kind].estimate(d);
}

/* Two passes: rows may have means that are long beside what they vary by. */
void mg_draws_gradient(const mg_draws *d, gsl_vector *gradient,
                       gsl_vector *variance) {
  const size_t draws = d->rows->size1;
  gsl_vector_set_zero(gradient);
  for (size_t s = 0; s < draws; s++) {
    gsl_vector_const_view row = gsl_matrix_const_row(d->rows, s);
    gsl_blas_daxpy(1 / (double)draws, &row.vector, gradient);
  }
  if (!variance)
    return;
  gsl_vector_set_zero(variance);
  for (size_t s = 0; s < draws; s++) {
    const double *row = gsl_matrix_const_ptr(d->rows, s, 0);
    for (size_t j = 0; j < variance->size; j++) {
      const double off = row[j] - gsl_vector_get(gradient, j);
      *gsl_vector_ptr(variance, j) += off * off;
    }
  }
  gsl_vector_scale(variance, 1 / ((double)draws - 1));
}

void mg_draws_elbo(const mg_draws *d, double *elbo, double *std_error) {
  mg_tally tally;
  mg_tally_values(d->f->size, d->f->data, d->f->stride, &tally);
  *elbo = tally.mean;
  *std_error = tally.std_error;
}
