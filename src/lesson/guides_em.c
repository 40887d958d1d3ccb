/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about guides: EM beside black-box VI.
 *
 * For a mixture, z is the component k_n of every datum, and log p(x, z) is a
 * sum over data of log p(x_n, k_n), of which each term holds one k_n.  A
 * guide that is a product of categorical laws has the exact posterior among its
 * laws: the E step of EM is where the climb ends.                       [em.2]
 *
 * Both mixtures start as one, and each then goes its own way: "turns" by
 * mg_gmm_half_step, "climbs" with lambda, the logits of q(k_n), on the board
 * between the pieces. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "infer/bbvi.h"
#include "lesson/guides.h"
#include "lesson/library.h"

enum { COMPONENTS = 2 };
static const double FLOOR = 1e-6; /* of a variance, of the rows' own */

/* ---- the assignments as a target ---- */

/* self is the matrix log p(x_n, k), N x K. */
static double term(const void *self, const gsl_matrix *z, size_t s, size_t n) {
  return gsl_matrix_get(self, n, (size_t)gsl_matrix_get(z, s, n));
}

static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  (void)dz;
  for (size_t s = 0; s < z->size1; s++) {
    double sum = 0;
    for (size_t n = 0; n < z->size2; n++)
      sum += term(self, z, s, n);
    gsl_vector_set(log_p, s, sum);
  }
  return GSL_SUCCESS;
}

static int log_factors(const void *self, const gsl_matrix *z,
                       gsl_matrix *log_f) {
  for (size_t s = 0; s < z->size1; s++)
    for (size_t n = 0; n < z->size2; n++)
      gsl_matrix_set(log_f, s, n, term(self, z, s, n));
  return GSL_SUCCESS;
}

static bool holds(const void *self, size_t f, size_t i) {
  (void)self;
  return f == i;
}

/* ---- its climb ---- */

static int climb(mg_lesson *lesson, const mg_target *target, gsl_vector *logits,
                 const mg_bbvi_options *options) {
  mg_guide *q = mg_guide_mean_field(target, NULL);
  if (!q)
    return GSL_ENOMEM;
  gsl_vector_memcpy(q->lambda, logits);
  const int status = mg_lesson_guide_climb(target, q, options,
                                           mg_stream_seed(SEED, "em", PIECE));
  if (!status)
    gsl_vector_memcpy(logits, q->lambda);
  mg_guide_free(q);
  return status;
}

/* q(k_n) of the logits. */
static void normalise(const gsl_vector *logits, gsl_matrix *r) {
  for (size_t n = 0; n < r->size1; n++)
    mg_softmax(COMPONENTS, gsl_vector_const_ptr(logits, n * COMPONENTS),
               gsl_matrix_ptr(r, n, 0));
}

/* The E step, climbed. */
static int climb_e(mg_lesson *lesson, const mg_bbvi_options *options) {
  gsl_vector *logits = VECTOR("logits");
  gsl_matrix *r = MATRIX("climbs_r");
  gsl_matrix *terms = mg_board_matrix(BOARD, "terms", r->size1, r->size2, NULL);
  mg_support *support = calloc(r->size1, sizeof *support);
  size_t *classes = calloc(r->size1, sizeof *classes);
  int status = terms && support && classes
                   ? mg_gmm_log_joint(mg_lesson_gmm(lesson, "climbs"),
                                      MATRIX("climbs_x"), terms)
                   : GSL_ENOMEM;
  for (size_t n = 0; !status && n < r->size1; n++) {
    support[n] = MG_SUPPORT_CLASSES;
    classes[n] = COMPONENTS;
  }
  const mg_target target = {.name = "assignments",
                            .self = terms,
                            .dim = r->size1,
                            .support = support,
                            .classes = classes,
                            .log_density = log_joint,
                            .factors = r->size1,
                            .log_factors = log_factors,
                            .holds = holds};
  if (!status)
    status = climb(lesson, &target, logits, options);
  if (!status)
    normalise(logits, r);
  free(classes);
  free(support);
  return status;
}

/* ---- both ---- */

/* Two mixtures that start alike, so near each other that they must part. */
static int begin(mg_lesson *lesson, mg_rows rows) {
  static const char *const names[] = {"turns", "climbs"};
  if (rows.data->space.dim != 1)
    return mg_fail(GSL_EINVAL, "%s has %zu columns, and EM here wants one",
                   rows.data->name, rows.data->space.dim);
  for (size_t i = 0; i < 2; i++) {
    mg_gmm *g =
        mg_lesson_mixture(lesson, names[i], rows, NULL, COMPONENTS, FLOOR);
    if (!g)
      return GSL_ENOMEM;
    const gsl_matrix *x = MATRIX(mg_board_join(names[i], "x").text);
    const double mean = gsl_stats_mean(x->data, x->tda, rows.n);
    const double sd = gsl_stats_sd(x->data, x->tda, rows.n);
    const int status = mg_gmm_start_row(g, mean - sd / 2, sd, sd);
    if (status)
      return status;
  }
  return mg_board_vector(BOARD, "logits", rows.n * COMPONENTS, NULL)
             ? GSL_SUCCESS
             : GSL_ENOMEM;
}

static int half_climbed(mg_lesson *lesson, const mg_bbvi_options *options,
                        mg_gmm_parts *at) {
  mg_gmm *g = mg_lesson_gmm(lesson, "climbs");
  const gsl_matrix *x = MATRIX("climbs_x");
  gsl_matrix *r = MATRIX("climbs_r");
  int status = GSL_SUCCESS;
  if (PIECE % 2)
    status = climb_e(lesson, options);
  else if (PIECE)
    status = mg_gmm_m_step(g, x, r);
  if (!status)
    status = mg_gmm_bound(g, x, r, at);
  if (!status && PIECE % 2)
    status = NUMBER("e_kl", at->kl / (double)x->size1, "nats");
  return status;
}

int mg_lesson_em_beside(mg_lesson *lesson, mg_rows rows, size_t passes,
                        const mg_bbvi_options *options) {
  const double n = (double)rows.n, half = (double)PIECE;
  char label[24] = "start";
  mg_gmm_parts em, own;
  int status = PIECE ? GSL_SUCCESS : begin(lesson, rows);
  if (!status)
    status = mg_gmm_half_step(mg_lesson_gmm(lesson, "turns"), MATRIX("turns_x"),
                              MATRIX("turns_r"), PIECE, &em);
  if (!status)
    status = half_climbed(lesson, options, &own);
  if (status)
    return status;
  if (PIECE)
    snprintf(label, sizeof label, "%c%zu", "ME"[PIECE % 2], (PIECE + 1) / 2);
  if (PIECE % 2 == 0)
    mg_lesson_level(lesson, 1);
  status = MG_TABLE_LINE(ROWS("halves"), label, em.elbo / n, em.log_p / n,
                         own.elbo / n, own.kl / n, own.log_p / n) ||
           MG_TABLE_LINE(ROWS("by_half"), NULL, half, em.elbo / n, own.elbo / n,
                         own.log_p / n);
  if (status || PIECE < 2 * passes)
    return status ? status : GSL_CONTINUE;
  mg_table_series(ROWS("meeting"), ROWS("by_half"), "half", "climbed log_p");
  mg_table_series(ROWS("turns_points"), ROWS("by_half"), "half", "EM");
  return mg_table_status(ROWS("meeting")) ||
         mg_table_status(ROWS("turns_points"));
}
