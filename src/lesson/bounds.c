/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapters about models whose posterior is only approximated.
 *
 * Bounds come from eval/bound and are written down with their claims; nothing
 * here turns one into a number without a direction.  A vae learns an epoch a
 * piece (mg_fit_part), so that a reader may stop, look and go back. */
#include "config.h"

#include "lesson/bounds.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "dist/gaussian.h"
#include "eval/gap.h"
#include "eval/line.h"
#include "eval/weights.h"
#include "infer/one_draw.h"
#include "lesson/library.h"
#include "models/ppca.h"

mg_model *mg_lesson_axes(mg_lesson *lesson, const char *name, size_t dim,
                         double noise) {
  const mg_space space = {.dim = dim, .measure = MG_REALS};
  const mg_ppca_options options = {.latent = dim, .floor = 0};
  mg_model *model =
      mg_board_model(BOARD, name, &mg_ppca_type, &space, &options, false);
  if (!model)
    return NULL;
  mg_ppca *p = model->self;
  gsl_vector_set_zero(p->mean);
  gsl_matrix_set_identity(p->loadings);
  p->variance = noise * noise;
  return mg_ppca_refresh(p) == GSL_SUCCESS ? model : NULL;
}

int mg_lesson_drawn(mg_lesson *lesson, const char *data, const char *model,
                    size_t n) {
  const mg_model *m = MODEL(model);
  mg_dataset *drawn = mg_dataset_alloc(data, &m->space, n);
  if (!drawn)
    return GSL_ENOMEM;
  const int status = mg_model_sample(m, RNG(data), drawn->reals);
  if (status == GSL_SUCCESS)
    return mg_board_take_data(BOARD, data, drawn);
  mg_dataset_free(drawn);
  return status;
}

int mg_lesson_same(mg_lesson *lesson, const char *data, double x, size_t n) {
  const mg_space line = {.dim = 1, .measure = MG_REALS};
  mg_dataset *same = mg_dataset_alloc(data, &line, n);
  if (same)
    gsl_matrix_set_all(same->reals, x);
  return mg_board_take_data(BOARD, data, same);
}

int mg_lesson_standard(mg_lesson *lesson, const char *data, mg_rows rows) {
  const mg_space *space = &rows.data->space;
  if (space->measure != MG_REALS)
    return mg_fail(GSL_EINVAL, "%s is not of reals", rows.data->name);
  mg_dataset *own = mg_dataset_alloc(data, space, rows.n);
  for (size_t j = 0; own && j < space->dim; j++) {
    gsl_matrix *to = own->reals;
    gsl_vector_view y = gsl_matrix_column(to, j);
    for (size_t i = 0; i < rows.n; i++)
      gsl_vector_set(&y.vector, i,
                     gsl_matrix_get(rows.data->reals, rows.first + i, j));
    const double mean = gsl_stats_mean(to->data + j, to->tda, rows.n);
    const double sd =
        gsl_stats_sd_with_fixed_mean(to->data + j, to->tda, rows.n, mean);
    gsl_vector_add_constant(&y.vector, -mean);
    gsl_vector_scale(&y.vector, 1 / sd);
  }
  return mg_board_take_data(BOARD, data, own);
}

/* ---- bounds ---- */

int mg_lesson_add_bound(const mg_evidence *e, const char *row, mg_table *table,
                        mg_table *axis) {
  if (table) {
    mg_table_row(table);
    mg_table_text(table, row);
    mg_table_text(table, mg_claim_sign(e->claim));
    mg_table_real(table, e->value);
    mg_table_real(table, e->std_error);
    mg_table_real(table, e->ess > 0 ? e->ess : NAN);
    mg_table_real(table, e->draws ? e->pareto_k : NAN);
  }
  if (axis) {
    mg_table_row(axis);
    mg_table_text(axis, row);
    mg_table_text(axis, "evidence");
    mg_table_real(axis, e->value);
    mg_table_real(axis, e->std_error);
    mg_table_text(axis, mg_claim_sign(e->claim));
    mg_table_text(axis, "model");
  }
  return (table && mg_table_status(table)) || (axis && mg_table_status(axis))
             ? GSL_ENOMEM
             : GSL_SUCCESS;
}

int mg_lesson_bound(mg_lesson *lesson, const char *model,
                    mg_bound_method method, mg_rows rows,
                    const mg_bound_options *options, const char *row,
                    mg_table *table, mg_table *axis, mg_evidence *e) {
  const mg_bound_options usual = mg_bound_options_default(method);
  const int status = mg_bound_of(MODEL(model), method, &rows,
                                 options ? options : &usual, SEED, e);
  return status == GSL_SUCCESS ? mg_lesson_add_bound(e, row, table, axis)
                               : status;
}

int mg_lesson_exact(mg_lesson *lesson, const char *model, mg_rows rows,
                    const char *row, mg_table *table, mg_table *axis,
                    mg_evidence *e) {
  const mg_evidence_options usual = mg_evidence_options_default();
  const int status = mg_evidence_of(MODEL(model), &rows, &usual, SEED, e);
  return status == GSL_SUCCESS ? mg_lesson_add_bound(e, row, table, axis)
                               : status;
}

int mg_lesson_rung(mg_lesson *lesson, const char *model, mg_rows rows, size_t k,
                   size_t temperatures) {
  const bool ais = temperatures > 0;
  mg_bound_options o =
      mg_bound_options_default(ais ? MG_BOUND_AIS : MG_BOUND_IWAE);
  mg_evidence e;
  char text[32];
  o.k = k;
  o.temperatures = temperatures;
  snprintf(text, sizeof text, ais ? "ais %zu" : "iwae %zu", k);
  return mg_lesson_bound(lesson, model, ais ? MG_BOUND_AIS : MG_BOUND_IWAE,
                         rows, &o, text, ROWS("rungs"), ROWS("rung_axis"), &e);
}

static void add_gap(mg_table *table, mg_table *axis, const char *images,
                    const mg_evidence *e) {
  const char *sign = mg_claim_sign(e->claim);
  mg_table_row(table);
  mg_table_text(table, e->method);
  mg_table_text(table, images);
  mg_table_text(table, sign);
  mg_table_real(table, e->value);
  mg_table_real(table, e->std_error);
  if (e->difference)
    return;
  mg_table_row(axis);
  mg_table_text(axis, e->method);
  mg_table_text(axis, images);
  mg_table_real(axis, e->value);
  mg_table_real(axis, e->std_error);
  mg_table_text(axis, sign);
  mg_table_text(axis, "model");
}

int mg_lesson_gap(mg_lesson *lesson, const char *model, mg_rows rows,
                  const char *images) {
  const mg_gap_options o = mg_gap_options_default();
  mg_table *table = ROWS("gaps"), *axis = ROWS("gap_axis");
  mg_gap gap;
  const int status = mg_gap_of(MODEL(model), &rows, &o, SEED, &gap);
  if (status != GSL_SUCCESS)
    return status;
  const mg_evidence *const all[] = {&gap.elbo, &gap.best, &gap.evidence,
                                    &gap.approximation, &gap.amortisation};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    add_gap(table, axis, images, all[i]);
  return mg_table_status(table) || mg_table_status(axis);
}

int mg_lesson_sandwich(mg_lesson *lesson, const char *model, size_t n,
                       size_t temperatures) {
  mg_bound_options o = mg_bound_options_default(MG_BOUND_AIS);
  mg_evidence lower, upper;
  char text[32];
  o.temperatures = temperatures;
  snprintf(text, sizeof text, "T = %zu", temperatures);
  const int status =
      mg_bound_sandwich(MODEL(model), n, &o, SEED, &lower, &upper);
  if (status != GSL_SUCCESS)
    return status;
  return mg_lesson_add_bound(&lower, text, ROWS("slices"),
                             ROWS("slice_axis")) ||
         mg_lesson_add_bound(&upper, text, ROWS("slices"), ROWS("slice_axis"));
}

int mg_lesson_proposal(mg_lesson *lesson, const char *model, const char *name,
                       double mu, double sigma, size_t draws) {
  const mg_dataset *one = DATA("one");
  const gsl_vector_const_view x = gsl_matrix_const_row(one->reals, 0);
  gsl_vector *w = mg_board_vector(BOARD, "log_weights", draws, "nats");
  double log_p, ess, k;
  int status = w ? mg_line_log_weights(MODEL(model), &x.vector, mu, sigma,
                                       RNG("proposal"), w)
                 : GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = mg_weights_tail(w, &k);
  if (status != GSL_SUCCESS)
    return status;
  mg_weights_of(w, &log_p, &ess);
  for (size_t i = 0; i <= 200; i++) {
    const double z = -4 + 0.04 * (double)i;
    double log_q;
    if (mg_gaussian_log_density(z, mu, sigma, &log_q) == GSL_SUCCESS)
      MG_TABLE_LINE(ROWS("guesses"), name, z, exp(log_q));
  }
  return MG_TABLE_LINE(
      ROWS("proposals"), name, mu, sigma, mg_weights_iwae(draws, w->data, 1),
      mg_weights_iwae(draws - draws % 10, w->data, 10), log_p, ess, k);
}

int mg_lesson_gradients(mg_lesson *lesson, size_t dim, size_t draws) {
  gsl_rng *rng = RNG("gradients");
  gsl_matrix *g = mg_board_matrix(BOARD, "g", draws, MG_DRAW_KINDS, NULL);
  double variances[MG_DRAW_KINDS];
  if (!rng || !g)
    return GSL_ENOMEM;
  for (size_t i = 0; i < draws; i++)
    mg_draw_gradients(rng, dim, 1, gsl_matrix_ptr(g, i, 0));
  for (size_t k = 0; k < MG_DRAW_KINDS; k++) {
    const double *each = g->data + k;
    const double mean = gsl_stats_mean(each, g->tda, draws);
    const double variance = gsl_stats_variance(each, g->tda, draws);
    variances[k] = variance;
    MG_TABLE_LINE(ROWS("gradients"), mg_draw_name((mg_draw_kind)k), (double)dim,
                  mean, sqrt(variance / (double)draws), variance);
  }
  return mg_table_status(ROWS("gradients")) ||
         MG_TABLE_LINE(ROWS("spread"), NULL, (double)dim,
                       variances[MG_DRAW_SCORE], variances[MG_DRAW_BASELINE],
                       variances[MG_DRAW_PATHWISE]);
}

/* ---- learning ---- */

static int look(mg_lesson *lesson, const char *name, const mg_rows *rest) {
  mg_table *rows = mg_lesson_table(lesson, mg_board_join(name, "epochs").text,
                                   "epoch reconstruction kl elbo");
  const double epoch = (double)(PIECE + 1);
  mg_vae_diagnosis d = {0};
  const int status = mg_vae_diagnose(MODEL(name)->self, RNG("look"), rest, &d);
  if (status == GSL_SUCCESS) {
    MG_TABLE_LINE(rows, NULL, epoch, d.reconstruction, d.kl,
                  d.reconstruction - d.kl);
  }
  mg_vae_diagnosis_clear(&d);
  return status;
}

int mg_lesson_learnt(mg_lesson *lesson, const char *name, const char *columns,
                     size_t epochs) {
  if (PIECE + 1 < epochs)
    return GSL_CONTINUE;
  mg_table *lines =
      mg_board_table(BOARD, mg_board_join(name, "learning").text, "series x y");
  if (!lines)
    return GSL_ENOMEM;
  mg_table_series(lines, ROWS(mg_board_join(name, "epochs").text), "epoch",
                  columns);
  return mg_table_status(lines);
}

int mg_lesson_epoch(mg_lesson *lesson, const char *name,
                    const mg_vae_options *vae, mg_rows rows, mg_rows rest,
                    const mg_fit_options *options) {
  if (!mg_lesson_learn(lesson, name, &mg_vae_type, vae, &rows, options, NULL))
    return GSL_EFAILED;
  const int status = look(lesson, name, &rest);
  return status == GSL_SUCCESS
             ? mg_lesson_learnt(lesson, name, "reconstruction elbo",
                                options->passes)
             : status;
}

int mg_lesson_codes(mg_lesson *lesson, const char *name, mg_rows rows) {
  mg_table *table = mg_lesson_table(lesson, mg_board_join(name, "codes").text,
                                    "latent kl movement");
  mg_vae_diagnosis d = {0};
  int status = mg_vae_diagnose(MODEL(name)->self, RNG("codes"), &rows, &d);
  for (size_t l = 0; status == GSL_SUCCESS && l < d.kl_each->size; l++)
    status = MG_TABLE_LINE(table, NULL, (double)l, gsl_vector_get(d.kl_each, l),
                           gsl_vector_get(d.movement, l));
  if (status == GSL_SUCCESS)
    status = NUMBER("active", (double)d.active, NULL) ||
             NUMBER("rebuilt", d.reconstruction, "nats") ||
             NUMBER("code", d.kl, "nats");
  mg_vae_diagnosis_clear(&d);
  return status;
}

/* ---- pictures ---- */

int mg_lesson_level_line(mg_lesson *lesson, const char *table,
                         const char *series, double last, double y) {
  return MG_TABLE_LINE(ROWS(table), series, 1, y) ||
         MG_TABLE_LINE(ROWS(table), series, last, y);
}

int mg_lesson_rebuilt_panels(mg_lesson *lesson, const char *seen,
                             const char *rebuilt, const char *vae,
                             mg_rows rows) {
  const mg_vae *v = MODEL(vae)->self;
  const gsl_matrix *x = mg_board_rows(BOARD, "seen_x", &rows, "levels");
  gsl_matrix *mu =
      mg_board_matrix(BOARD, "codes_mu", rows.n, v->options.latent, NULL);
  gsl_matrix *sigma =
      mg_board_matrix(BOARD, "codes_sigma", rows.n, v->options.latent, NULL);
  gsl_matrix *out =
      mg_board_matrix(BOARD, "rebuilt_x", rows.n, v->space.dim, "levels");
  if (!x || !mu || !sigma || !out)
    return GSL_ENOMEM;
  return mg_lesson_panel(lesson, seen, &v->space, x) ||
         mg_vae_encode(v, x, mu, sigma) || mg_vae_decode(v, mu, out) ||
         mg_lesson_panel(lesson, rebuilt, &v->space, out);
}

static int scatter(mg_lesson *lesson, const char *table, const gsl_matrix *x) {
  mg_table *to = mg_board_table(BOARD, table, "x y");
  for (size_t i = 0; to && i < x->size1; i++)
    MG_TABLE_LINE(to, NULL, gsl_matrix_get(x, i, 0), gsl_matrix_get(x, i, 1));
  return to ? mg_table_status(to) : GSL_ENOMEM;
}

int mg_lesson_scatter(mg_lesson *lesson, const char *table, const char *model,
                      size_t n) {
  gsl_matrix *x = mg_board_matrix(BOARD, "points", n, 2, NULL);
  const int status =
      x ? mg_model_sample(MODEL(model), RNG(table), x) : GSL_ENOMEM;
  return status == GSL_SUCCESS ? scatter(lesson, table, x) : status;
}

int mg_lesson_data_scatter(mg_lesson *lesson, const char *table, mg_rows rows) {
  const gsl_matrix *x = mg_board_rows(BOARD, "points", &rows, NULL);
  return x ? scatter(lesson, table, x) : GSL_ENOMEM;
}
