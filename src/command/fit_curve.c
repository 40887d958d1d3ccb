/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The learning curve of one fit.
 *
 * An objective alone does not tell what is learnt: of a model with a latent
 * variable it is (or, in EM, comes to) a difference of two terms,
 *
 *     ELBO = E_q log p(x | z) - KL(q(z | x) || p(z))                  [vae.2]
 *
 * and a KL that stays at 0 is a code that says nothing.  Both are found after
 * each pass from one draw of z a datum, the same draws each time, on validation
 * rows where there are any.  That takes time, so it is done only where somebody
 * wants the curve: when --out names a folder. */
#include "config.h"

#include "command/fit_curve.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "base/stream.h"
#include "command/figures.h"
#include "command/record.h"
#include "eval/codes.h"

enum { ROWS_MOST = 2000, TEXT_SIZE = 160, COLUMNS_SIZE = 512 };

static bool has_terms(const struct fit_curve *c) {
  return c->rows.n > 0;
}

static bool climbs(const struct fit_curve *c) {
  return c->model->type->batch > 0;
}

static size_t gauges(const struct fit_curve *c) {
  size_t n = 0;
  while (c->model->type->gauges && c->model->type->gauges[n])
    n++;
  return n;
}

int fit_curve_init(struct fit_curve *c, const mg_model *model,
                   const mg_dataset *data, const mg_recipe *recipe,
                   const struct settings *s) {
  const mg_latent_ops *ops = model->type->latent;
  char columns[COLUMNS_SIZE];
  *c = (struct fit_curve){
      .model = model, .data = data, .recipe = recipe, .settings = s};
  if (s->out && ops && ops->log_prior) {
    c->rows = mg_dataset_part(data, MG_VALIDATION);
    if (c->rows.n == 0)
      c->rows = mg_dataset_part(data, MG_TRAIN);
    c->rows.n = GSL_MIN(c->rows.n, ROWS_MOST);
  }
  snprintf(columns, sizeof columns,
           "model start data_seen objective objective_name%s%s",
           climbs(c) ? " validation" : "",
           has_terms(c) ? " reconstruction kl" : "");
  for (size_t i = 0; i < gauges(c); i++) {
    const size_t used = strlen(columns);
    snprintf(columns + used, sizeof columns - used, " %s",
             model->type->gauges[i]);
  }
  c->table = mg_table_alloc(columns);
  return c->table ? GSL_SUCCESS : GSL_ENOMEM;
}

void fit_curve_clear(struct fit_curve *c) {
  mg_table_free(c->table);
}

/* The terms of the parameters as they are; a start that has ended has been
 * followed by the next, and its own are gone. */
static int add_terms(struct fit_curve *c, bool there) {
  double reconstruction = NAN, kl = NAN;
  gsl_rng *rng = mg_stream_alloc(settings_seed(c->settings), "fit/terms", 0);
  int status = rng ? GSL_SUCCESS : GSL_ENOMEM;
  if (status == GSL_SUCCESS && there)
    status = mg_codes_terms(c->model, rng, &c->rows, &reconstruction, &kl);
  mg_table_real(c->table, reconstruction);
  mg_table_real(c->table, kl);
  gsl_rng_free(rng);
  return status;
}

int fit_curve_add(struct fit_curve *c, const mg_fit *fit, size_t start,
                  double data_seen) {
  const mg_report *report = mg_fit_last(fit);
  const char *name = report->objective_name;
  mg_table_row(c->table);
  mg_table_text(c->table, c->model->type->name);
  mg_table_size(c->table, start);
  mg_table_real(c->table, data_seen);
  mg_table_real(c->table, report->objective);
  mg_table_text(c->table, name ? name : "");
  if (climbs(c))
    mg_table_real(c->table, mg_fit_validation(fit));
  const int status =
      has_terms(c) ? add_terms(c, mg_fit_restart(fit) == start) : GSL_SUCCESS;
  for (size_t i = 0; i < gauges(c); i++)
    mg_table_real(c->table, report->gauge[i]);
  return status;
}

/* ---- the figure ---- */

/* Adds a column of the curve as lines "series x y": one, or one a start. */
static void add_lines(const struct fit_curve *c, const char *column,
                      mg_table *lines) {
  const size_t x = mg_table_find(c->table, "data_seen");
  const size_t start = mg_table_find(c->table, "start");
  const size_t y = mg_table_find(c->table, column);
  char name[TEXT_SIZE];
  for (size_t i = 0; lines && i < mg_table_rows(c->table); i++) {
    snprintf(name, sizeof name, "start %lu",
             strtoul(mg_table_get(c->table, i, start), NULL, 10) + 1);
    mg_table_row(lines);
    mg_table_text(lines, c->recipe->fit.restarts > 1 ? name : column);
    mg_table_text(lines, mg_table_get(c->table, i, x));
    mg_table_text(lines, mg_table_get(c->table, i, y));
  }
}

/* Panel i shows one or two columns, in a unit. */
static int add_panel(const struct fit_curve *c, mg_figure *figure, size_t i,
                     const char *title, const char *column, const char *other,
                     const char *unit) {
  mg_table *lines = mg_table_alloc("series x y");
  char key[TEXT_SIZE];
  add_lines(c, column, lines);
  if (other)
    add_lines(c, other, lines);
  int status = figure_panel(figure, "lines", i, title, lines);
  snprintf(key, sizeof key, "x_%zu", i + 1);
  if (status == GSL_SUCCESS)
    status = mg_figure_text(figure, key, "data seen");
  snprintf(key, sizeof key, "y_%zu", i + 1);
  return status == GSL_SUCCESS ? mg_figure_text(figure, key, unit) : status;
}

/* What is raised, which a warm-up of the KL changes on the way. */
static void print_objective(const struct fit_curve *c, char *text,
                            size_t size) {
  const size_t rows = mg_table_rows(c->table);
  const size_t name = mg_table_find(c->table, "objective_name");
  const char *first = rows ? mg_table_get(c->table, 0, name) : "";
  const char *last = rows ? mg_table_get(c->table, rows - 1, name) : "";
  if (strcmp(first, last) == 0)
    snprintf(text, size, "objective: %s", last);
  else
    snprintf(text, size, "objective: %s; then %s", first, last);
}

/* A panel of a term, named with the rows it is of. */
static int add_term(const struct fit_curve *c, mg_figure *figure, size_t i,
                    const char *title, const char *column) {
  const bool held = mg_dataset_part(c->data, MG_VALIDATION).n > 0;
  char text[TEXT_SIZE];
  snprintf(text, sizeof text, "%s, %s", title,
           mg_part_text(held ? MG_VALIDATION : MG_TRAIN));
  return add_panel(c, figure, i, text, column, NULL, "nats per datum");
}

/* Of players no objective tells how good they are: both sides of each gauge
 * instead, two by two. */
static int add_gauges(const struct fit_curve *c, mg_figure *figure) {
  const char *const *name = c->model->type->gauges;
  const size_t n = gauges(c) / 2;
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < n && status == GSL_SUCCESS; i++)
    status = add_panel(c, figure, i, "", name[2 * i], name[2 * i + 1], "");
  return status == GSL_SUCCESS ? mg_figure_number(figure, "panels", (double)n)
                               : status;
}

static int add_objective(const struct fit_curve *c, mg_figure *figure) {
  char text[TEXT_SIZE];
  print_objective(c, text, sizeof text);
  int status = add_panel(c, figure, 0, text, "objective",
                         climbs(c) ? "validation" : NULL, "nats per datum");
  if (status == GSL_SUCCESS && has_terms(c))
    status = add_term(c, figure, 1, "E log p(x | z)", "reconstruction");
  if (status == GSL_SUCCESS && has_terms(c))
    status = add_term(c, figure, 2, "KL(q(z | x) || p(z))", "kl");
  return status == GSL_SUCCESS
             ? mg_figure_number(figure, "panels", has_terms(c) ? 3 : 1)
             : status;
}

static int fill(const struct fit_curve *c, mg_figure *figure) {
  char text[TEXT_SIZE];
  snprintf(text, sizeof text, "%s, %s: learning", c->model->type->name,
           c->data->name);
  int status = mg_figure_text(figure, "title", text);
  if (status == GSL_SUCCESS)
    status = gauges(c) ? add_gauges(c, figure) : add_objective(c, figure);
  return status == GSL_SUCCESS ? mg_figure_number(figure, "logx", 1) : status;
}

static int write_table(struct fit_curve *c, const char *folder,
                       const char *name) {
  char file[2 * TEXT_SIZE];
  snprintf(file, sizeof file, "%.200s.tsv", name);
  char *path = mg_path_join(folder, file);
  if (!path)
    return mg_fail(GSL_ENOMEM, "no memory for a path");
  record_head(c->table, c->settings, settings_seed(c->settings), c->data);
  mg_table_head(c->table, "unit", "nats per datum");
  const int status = mg_table_write(c->table, path);
  free(path);
  return status;
}

int fit_curve_write(struct fit_curve *c, const char *folder, const char *name) {
  struct gallery gallery = {.folder = folder, .term = {.kind = MG_TERM_SVG}};
  int status = write_table(c, folder, name);
  mg_figure *figure = status == GSL_SUCCESS ? mg_figure_alloc("lines") : NULL;
  if (!figure)
    return status == GSL_SUCCESS ? GSL_EFAILED : status;
  status = fill(c, figure);
  return figure_keep(&gallery, figure, status, name);
}
