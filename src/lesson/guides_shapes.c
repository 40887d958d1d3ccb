/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about guides: what the shape of a guide can say, and
 * what one may believe of it.
 *
 * Without its entropy the bound is E_q log p(x, z), which is greatest for a
 * spike on the mode: its gradient is the pathwise one less that of the entropy.
 */
#include "config.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_math.h>

#include "eval/marginal.h"
#include "infer/bbvi.h"
#include "infer/mcmc.h"
#include "infer/transform.h"
#include "lesson/guides.h"
#include "lesson/library.h"
#include "targets/eight_schools.h"
#include "targets/gaussian.h"

enum { ROUND = 96, DOTS = 32, TOLD = 3 };

/* ---- two numbers that know of each other ---- */

/* Up E_q log p(x, z) alone. */
static int climb_energy(mg_draws *d, mg_guide *q, gsl_rng *rng,
                        const mg_bbvi_options *options) {
  double h;
  gsl_vector *g = gsl_vector_alloc(q->lambda->size);
  gsl_vector *dh = gsl_vector_alloc(q->lambda->size);
  mg_optimizer *o = mg_optimizer_alloc(q->lambda->size, &options->steps);
  int status = g && dh && o && rng ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t t = 0; !status && t < options->iterations; t++) {
    status = mg_draws_make(d, rng, 1) || mg_guide_entropy(q, &h, dh);
    if (status)
      break;
    mg_draws_gradient(d, g, NULL);
    gsl_vector_sub(g, dh);
    status = mg_optimizer_step(o, q->lambda, g);
  }
  mg_optimizer_free(o);
  gsl_vector_free(dh);
  gsl_vector_free(g);
  return status;
}

static int drop_entropy(mg_lesson *lesson, const mg_target *target, mg_guide *q,
                        const mg_bbvi_options *options) {
  mg_draws d = {0};
  int status =
      mg_draws_init(&d, MG_ESTIMATOR_PATHWISE, target, q, options->draws);
  if (!status)
    status = climb_energy(&d, q, RNG("energy"), options);
  mg_draws_clear(&d);
  return status;
}

static mg_guide *guide_of(const mg_target *target, mg_lesson_shape shape) {
  return shape == MG_LESSON_FULL_RANK ? mg_guide_full_rank(target)
                                      : mg_guide_mean_field(target, NULL);
}

/* n points two standard deviations from the mean, the first again. */
static int add_ellipse(mg_table *to, const char *name, size_t n,
                       const gsl_vector *mean, const gsl_matrix *c) {
  const double sd = sqrt(gsl_matrix_get(c, 0, 0));
  const double slope = gsl_matrix_get(c, 1, 0) / sd;
  const double rest = sqrt(fmax(gsl_matrix_get(c, 1, 1) - gsl_pow_2(slope), 0));
  for (size_t i = 0; i <= n; i++) {
    const double angle = 2 * M_PI * (double)i / (double)n;
    MG_TABLE_LINE(to, name, gsl_vector_get(mean, 0) + 2 * sd * cos(angle),
                  gsl_vector_get(mean, 1) +
                      2 * (slope * cos(angle) + rest * sin(angle)));
  }
  return mg_table_status(to);
}

static int add_spread(mg_lesson *lesson, const char *name,
                      mg_lesson_shape shape, const gsl_vector *mean,
                      const gsl_matrix *c, double elbo) {
  const double sd_1 = sqrt(gsl_matrix_get(c, 0, 0));
  const double sd_2 = sqrt(gsl_matrix_get(c, 1, 1));
  return MG_TABLE_LINE(ROWS("widths"), name, sd_1, sd_2,
                       gsl_matrix_get(c, 1, 0) / (sd_1 * sd_2), elbo) ||
         (shape == MG_LESSON_TARGET
              ? add_ellipse(ROWS("target_points"), name, DOTS, mean, c)
              : add_ellipse(ROWS("ellipses"), name, ROUND, mean, c));
}

/* A guide climbs, and its bound by the same draws for all shapes. */
static int find_spread(mg_lesson *lesson, const mg_posterior *p, mg_guide *q,
                       mg_lesson_shape shape, const mg_bbvi_options *options,
                       double *elbo) {
  const mg_marginal_options o = {.draws = 10000, .threads = 1};
  mg_evidence e = {.value = 0};
  int status = shape == MG_LESSON_NO_ENTROPY
                   ? drop_entropy(lesson, &p->target, q, options)
                   : mg_lesson_guide_climb(&p->target, q, options,
                                           mg_stream_seed(SEED, "spread", 0));
  if (!status)
    status = mg_marginal_of(&p->target, q, MG_MARGINAL_ELBO, &o, SEED, &e);
  *elbo = e.value;
  return status;
}

int mg_lesson_shaped(mg_lesson *lesson, const char *name, mg_lesson_shape shape,
                     double rho, const mg_bbvi_options *options) {
  const mg_gaussian_options pair = {.dim = 2, .rho = rho, .sd = 1};
  double middle[2], square[4], elbo = 0;
  gsl_vector_view mean = gsl_vector_view_array(middle, 2);
  gsl_matrix_view c = gsl_matrix_view_array(square, 2, 2);
  mg_posterior *p = mg_posterior_alloc(&mg_gaussian_type, &pair);
  mg_guide *q = p ? guide_of(&p->target, shape) : NULL;
  int status = q ? GSL_SUCCESS : GSL_EFAILED;
  if (!status && shape == MG_LESSON_TARGET)
    status = mg_posterior_moments(p, &mean.vector, &c.matrix);
  else if (!status)
    status = find_spread(lesson, p, q, shape, options, &elbo) ||
             mg_guide_moments(q, &mean.vector, &c.matrix);
  if (!status)
    status = add_spread(lesson, name, shape, &mean.vector, &c.matrix, elbo);
  mg_guide_free(q);
  mg_posterior_free(p);
  return status;
}

/* ---- eight schools ---- */

/* Mean and sd of the first three of z, of which a row of u is a draw. */
static int add_moments(mg_lesson *lesson, const char *name,
                       const mg_unconstrained *t, const gsl_matrix *u) {
  gsl_matrix *z = mg_board_matrix(BOARD, "school_z", u->size1, u->size2, NULL);
  double of[2 * TOLD];
  if (!z)
    return GSL_ENOMEM;
  mg_unconstrained_z(t, u, z);
  for (size_t i = 0; i < TOLD; i++) {
    of[2 * i] = gsl_stats_mean(z->data + i, z->tda, z->size1);
    of[2 * i + 1] = gsl_stats_sd(z->data + i, z->tda, z->size1);
  }
  return mg_table_line(ROWS("schools"), name, 2 * TOLD, of);
}

static int add_claim(mg_lesson *lesson, const mg_target *target,
                     const mg_guide *q, mg_marginal method, size_t draws,
                     const char *row) {
  mg_marginal_options options = mg_marginal_options_default(method);
  mg_evidence e;
  options.draws = draws;
  options.threads = 1;
  const int status = mg_marginal_of(target, q, method, &options, SEED, &e);
  if (method == MG_MARGINAL_ELBO)
    e.ess = NAN; /* it weighs nothing */
  return status
             ? status
             : mg_lesson_add_bound(&e, row, ROWS("claims"), ROWS("claim_axis"));
}

typedef struct {
  mg_posterior *posterior;
  mg_unconstrained t;
} schools;

static int schools_init(schools *s) {
  s->posterior = mg_posterior_alloc(&mg_eight_schools_type, NULL);
  return s->posterior
             ? mg_unconstrained_init(&s->t, &s->posterior->target, NULL)
             : GSL_ENOMEM;
}

static void schools_clear(schools *s) {
  mg_unconstrained_clear(&s->t);
  mg_posterior_free(s->posterior);
}

int mg_lesson_schools_exact(mg_lesson *lesson) {
  schools s = {0};
  mg_evidence e = {.claim = MG_EXACT, .n = 1, .std_error = NAN};
  int status = schools_init(&s);
  const size_t dim = status ? 1 : s.t.target.dim;
  gsl_vector *mean = mg_board_vector(BOARD, "school_mean", dim, NULL);
  gsl_matrix *c = mg_board_matrix(BOARD, "school_c", dim, dim, NULL);
  if (!status)
    status =
        mean && c ? mg_posterior_moments(s.posterior, mean, c) : GSL_ENOMEM;
  if (!status)
    status = mg_posterior_log_evidence(s.posterior, &e.value);
  if (!status) {
    double of[2 * TOLD];
    for (size_t i = 0; i < TOLD; i++) {
      of[2 * i] = gsl_vector_get(mean, i);
      of[2 * i + 1] = sqrt(gsl_matrix_get(c, i, i));
    }
    status =
        mg_table_line(ROWS("schools"), "exact", 2 * TOLD, of) ||
        mg_lesson_add_bound(&e, "exact", ROWS("claims"), ROWS("claim_axis"));
  }
  schools_clear(&s);
  return status;
}

/* What a guide that has climbed says. */
static int tell_guide(mg_lesson *lesson, const schools *s, const mg_guide *q,
                      const char *name, size_t draws) {
  gsl_matrix *u =
      mg_board_matrix(BOARD, "school_u", draws, s->t.target.dim, NULL);
  char row[40];
  int status = u && RNG(name) ? mg_guide_sample(q, RNG(name), u) : GSL_ENOMEM;
  if (!status)
    status = add_moments(lesson, name, &s->t, u);
  snprintf(row, sizeof row, "%s, elbo", name);
  if (!status)
    status = add_claim(lesson, &s->t.target, q, MG_MARGINAL_ELBO, draws, row);
  snprintf(row, sizeof row, "%s, importance", name);
  return status ? status
                : add_claim(lesson, &s->t.target, q, MG_MARGINAL_IMPORTANCE,
                            draws, row);
}

int mg_lesson_schools_guide(mg_lesson *lesson, const char *name,
                            mg_lesson_shape shape,
                            const mg_bbvi_options *options, size_t draws) {
  schools s = {0};
  int status = schools_init(&s);
  mg_guide *q = status ? NULL : guide_of(&s.t.target, shape);
  if (!status)
    status = q ? mg_lesson_guide_climb(&s.t.target, q, options,
                                       mg_stream_seed(SEED, "schools", PIECE))
               : GSL_ENOMEM;
  if (!status)
    status = tell_guide(lesson, &s, q, name, draws);
  mg_guide_free(q);
  schools_clear(&s);
  return status;
}

int mg_lesson_schools_chains(mg_lesson *lesson, size_t draws, size_t walkers) {
  mg_mcmc_options options = mg_mcmc_options_default();
  schools s = {0};
  options.warmup = options.draws = draws;
  int status = schools_init(&s);
  mg_mcmc *m = status ? NULL
                      : mg_mcmc_alloc(&s.t.target, &options,
                                      mg_stream_seed(SEED, "schools", PIECE));
  if (!status)
    status = m ? mg_mcmc_run(m) : GSL_EFAILED;
  if (!status)
    status =
        add_moments(lesson, "hmc", &s.t, mg_mcmc_draws(m)) ||
        add_claim(lesson, &s.t.target, NULL, MG_MARGINAL_AIS, walkers, "ais");
  mg_mcmc_free(m);
  schools_clear(&s);
  return status;
}
