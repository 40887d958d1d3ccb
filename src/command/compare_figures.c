/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a comparison, from its tables.
 *
 *   evidence   every model on the evidence axis
 *   samples-scores  what draws say, of every model that can sample: the scores
 *              that are shares, on one axis, with what the truth gets
 *   curves     log p(x) of the training part against the data seen; dashed
 *              where a bound of it is learnt by, dotted where neither is
 *   images     what each model draws, where the data are images
 *   scatter    the same over its density, where they are points in the plane */
#include "config.h"

#include "command/compare_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"
#include "command/figures.h"
#include "plot/images.h"

enum {
  GRID = 64, /* points of a density on a side */
  PANELS_MOST = 16,
  ACROSS = 6, /* images in a line of a panel */
  LABEL_SIZE = 64
};

struct figures {
  const mg_compare *c;
  const mg_dataset *data;
  const char *folder;
  const mg_table *samples; /* model x1 .. xD */
  size_t *order, n;        /* finished models, best first */
};

/* Columns of mg_compare_curves behind the model. */
enum { DATA_SEEN = 1, LOG_LIKELIHOOD, OBJECTIVE, OBJECTIVE_NAME, CLAIM };

/* ---- tables for templates ---- */

static double real_at(const mg_table *table, size_t row, size_t column) {
  double value = NAN;
  mg_parse_real(mg_table_get(table, row, column), &value);
  return value;
}

static void add_evidence(mg_table *table, const char *model, mg_part_name part,
                         const mg_evidence *e, const char *kind) {
  mg_table_row(table);
  mg_table_text(table, model);
  mg_table_text(table, mg_part_text(part));
  mg_table_real(table, e->value);
  mg_table_real(table, e->std_error);
  mg_table_text(table, mg_claim_sign(e->claim));
  mg_table_text(table, kind);
}

static void add_parts(mg_table *table, const char *label, const mg_entry *entry,
                      const mg_evidence evidence[MG_PARTS]) {
  for (int part = 0; part < MG_PARTS; part++)
    if (evidence[part].n)
      add_evidence(table, label, (mg_part_name)part, &evidence[part],
                   entry->type->baseline ? "baseline" : "model");
}

static mg_table *evidence_table(const struct figures *f) {
  mg_table *table = mg_table_alloc("model split nats std_error claim kind");
  for (size_t i = 0; table && i < f->n; i++) {
    char label[LABEL_SIZE], elbo[LABEL_SIZE];
    const mg_entry *entry = mg_compare_entry(f->c, f->order[i]);
    mg_entry_label(entry, label, sizeof label);
    add_parts(table, label, entry, entry->evidence);
    snprintf(elbo, sizeof elbo, "%s, ELBO", entry->type->name);
    add_parts(table, elbo, entry, entry->elbo);
  }
  for (int part = 0; table && part < MG_PARTS; part++) {
    const mg_rows rows = mg_dataset_part(f->data, (mg_part_name)part);
    mg_evidence e;
    if (rows.n && f->data->truth.log_density &&
        mg_evidence_of_truth(&rows, &e) == GSL_SUCCESS)
      add_evidence(table, "truth", (mg_part_name)part, &e, "truth");
  }
  return table;
}

/* The rows of one model, without the column that names it. */
static mg_table *rows_of(const mg_table *all, const char *model,
                         const char *columns) {
  mg_table *table = mg_table_alloc(columns);
  for (size_t i = 0; table && i < mg_table_rows(all); i++) {
    if (strcmp(mg_table_get(all, i, 0), model) != 0)
      continue;
    mg_table_row(table);
    for (size_t j = 1; j < mg_table_columns(all); j++)
      mg_table_text(table, mg_table_get(all, i, j));
  }
  return table;
}

/* The same as numbers; NULL when there are none, or memory is short. */
static gsl_matrix *matrix_of(const mg_table *all, const char *model) {
  const size_t dim = mg_table_columns(all) - 1;
  size_t n = 0;
  for (size_t i = 0; i < mg_table_rows(all); i++)
    n += strcmp(mg_table_get(all, i, 0), model) == 0;
  gsl_matrix *x = n ? gsl_matrix_calloc(n, dim) : NULL;
  for (size_t i = 0, row = 0; x && i < mg_table_rows(all); i++) {
    if (strcmp(mg_table_get(all, i, 0), model) != 0)
      continue;
    for (size_t j = 0; j < dim; j++)
      gsl_matrix_set(x, row, j, real_at(all, i, j + 1));
    row++;
  }
  return x;
}

/* ---- panels ---- */

/* The name of panel i (0: the data); NULL behind the last. */
static const char *panel_name(const struct figures *f, size_t i) {
  if (i == 0)
    return "data";
  for (size_t k = 0; k < f->n; k++) {
    const mg_entry *entry = mg_compare_entry(f->c, f->order[k]);
    if (entry->type->sample && --i == 0)
      return entry->type->name;
  }
  return NULL;
}

static int fill_images(const struct figures *f, mg_figure *figure) {
  const mg_space *space = &f->data->space;
  int status = GSL_SUCCESS;
  size_t i = 0;
  const char *name;
  for (; status == GSL_SUCCESS && i < PANELS_MOST && (name = panel_name(f, i));
       i++) {
    gsl_matrix *x = matrix_of(f->samples, name);
    if (!x)
      return mg_fail(GSL_EFAILED, "no draws of %s for the images", name);
    status = figure_panel(figure, "panel", i, name,
                          mg_images_table(x, space->height, space->width,
                                          ACROSS, 0, space->levels - 1));
    gsl_matrix_free(x);
  }
  return status == GSL_SUCCESS ? mg_figure_number(figure, "panels", (double)i)
                               : status;
}

static int fill_scatter(const struct figures *f, mg_figure *figure) {
  mg_table *density = mg_compare_density(f->c, GRID);
  int status = density ? GSL_SUCCESS : GSL_ENOMEM;
  size_t i = 0;
  const char *name;
  for (; status == GSL_SUCCESS && i < PANELS_MOST && (name = panel_name(f, i));
       i++) {
    status = figure_panel(figure, "samples", i, name,
                          rows_of(f->samples, name, "x y"));
    mg_table *grid = rows_of(density, name, "x y log_p");
    if (status == GSL_SUCCESS && grid && mg_table_rows(grid) > 0)
      status = figure_panel(figure, "density", i, NULL, grid);
    else
      mg_table_free(grid);
  }
  mg_table_free(density);
  return status == GSL_SUCCESS ? mg_figure_number(figure, "panels", (double)i)
                               : status;
}

static int fill_evidence(const struct figures *f, mg_figure *figure) {
  return figure_give(figure, "evidence", evidence_table(f));
}

/* ---- scores of draws ---- */

/* Scores between 0 and 1: on one axis they can be read together. */
static const char *const shares[] = {"high quality", "precision", "recall",
                                     "classifier"};

static const mg_score *find_score(const mg_entry *entry, const char *name) {
  for (size_t i = 0; i < entry->scores; i++)
    if (strcmp(entry->score[i].name, name) == 0)
      return &entry->score[i];
  return NULL;
}

static void add_share(mg_table *table, const char *model, const char *name,
                      double value, double error, const char *kind) {
  mg_table_row(table);
  mg_table_text(table, model);
  mg_table_text(table, name);
  mg_table_real(table, value);
  mg_table_real(table, error);
  mg_table_text(table, mg_claim_sign(MG_ESTIMATE));
  mg_table_text(table, kind);
}

/* The columns of the template "evidence": a score is a split. */
static mg_table *shares_table(const struct figures *f) {
  mg_table *table = mg_table_alloc(MG_EVIDENCE_AXIS);
  const mg_entry *last = NULL;
  for (size_t i = 0; table && i < f->n; i++) {
    const mg_entry *entry = mg_compare_entry(f->c, f->order[i]);
    for (size_t j = 0; j < sizeof shares / sizeof *shares; j++) {
      const mg_score *s = find_score(entry, shares[j]);
      if (s)
        add_share(table, entry->type->name, s->name, s->value, s->std_error,
                  "model");
    }
    if (entry->scores)
      last = entry;
  }
  for (size_t j = 0; table && last && j < sizeof shares / sizeof *shares; j++) {
    const mg_score *s = find_score(last, shares[j]);
    if (s)
      add_share(table, "floor", s->name, s->floor, s->floor_sd, "truth");
  }
  return table;
}

static int fill_shares(const struct figures *f, mg_figure *figure) {
  const int status = mg_figure_text(
      figure, "axis", "share; dashed: what the truth gets with as many draws");
  return status == GSL_SUCCESS
             ? figure_give(figure, "evidence", shares_table(f))
             : status;
}

/* ---- curves ---- */

/* The name of a line: the model's, and what it shows if that is not log p. */
static void print_line(const mg_entry *entry, const mg_table *curves,
                       size_t row, char *text, size_t size) {
  static const char law[] = "log-likelihood, ";
  const char *name = mg_table_get(curves, row, OBJECTIVE_NAME);
  if (isfinite(real_at(curves, row, LOG_LIKELIHOOD))) {
    mg_entry_label(entry, text, size);
    return;
  }
  if (strncmp(name, law, strlen(law)) == 0)
    name += strlen(law);
  snprintf(text, size, "%s, %s", entry->type->name, name);
}

/* The rows of a model by its last one's objective: what a warm-up of the KL
 * raises before that is another quantity. */
static void add_line(mg_table *table, const mg_entry *entry,
                     const mg_table *curves, size_t first, size_t end) {
  const char *last = mg_table_get(curves, end - 1, OBJECTIVE_NAME);
  char label[LABEL_SIZE];
  print_line(entry, curves, end - 1, label, sizeof label);
  for (size_t i = first; i < end; i++) {
    const double log_p = real_at(curves, i, LOG_LIKELIHOOD);
    if (strcmp(mg_table_get(curves, i, OBJECTIVE_NAME), last) != 0)
      continue;
    mg_table_row(table);
    mg_table_text(table, label);
    mg_table_text(table, mg_table_get(curves, i, DATA_SEEN));
    mg_table_real(table,
                  isfinite(log_p) ? log_p : real_at(curves, i, OBJECTIVE));
    mg_table_text(table, mg_table_get(curves, i, CLAIM));
  }
}

/* Rows first .. end - 1 of the curves are the model's. */
static void find_rows(const mg_table *curves, const char *model, size_t *first,
                      size_t *end) {
  const size_t n = mg_table_rows(curves);
  for (*first = 0; *first < n; (*first)++)
    if (strcmp(mg_table_get(curves, *first, 0), model) == 0)
      break;
  for (*end = *first; *end < n; (*end)++)
    if (strcmp(mg_table_get(curves, *end, 0), model) != 0)
      break;
}

/* Lines first, then points, so that the colours are the lines'. */
static int fill_curves(const struct figures *f, mg_figure *figure) {
  mg_table *curves = mg_compare_curves(f->c);
  mg_table *table = mg_table_alloc("model data_seen log_likelihood claim");
  for (int points = 0; curves && table && points < 2; points++)
    for (size_t i = 0; i < f->n; i++) {
      const mg_entry *entry = mg_compare_entry(f->c, f->order[i]);
      size_t first, end;
      find_rows(curves, entry->type->name, &first, &end);
      if (end > first && (end - first == 1) == (points == 1))
        add_line(table, entry, curves, first, end);
    }
  mg_table_free(curves);
  if (curves && mg_figure_number(figure, "claims", 1) == GSL_SUCCESS)
    return figure_give(figure, "curves", table);
  mg_table_free(table);
  return mg_fail(GSL_ENOMEM, "no memory for the curves");
}

/* ---- all of them ---- */

static bool has_scores(const struct figures *f) {
  for (size_t i = 0; i < f->n; i++)
    if (mg_compare_entry(f->c, f->order[i])->scores)
      return true;
  return false;
}

static bool of_images(const struct figures *f) {
  return is_image(&f->data->space);
}

static bool of_plane(const struct figures *f) {
  return is_plane(&f->data->space);
}

static const struct {
  const char *name, *template; /* of the file, and what it is made by */
  bool (*fits)(const struct figures *f); /* NULL: all */
  int (*fill)(const struct figures *f, mg_figure *figure);
} kinds[] = {{"evidence", "evidence", NULL, fill_evidence},
             {"samples-scores", "evidence", has_scores, fill_shares},
             {"curves", "curves", NULL, fill_curves},
             {"images", "images", of_images, fill_images},
             {"scatter", "scatter", of_plane, fill_scatter}};

static int write_all(const struct figures *f) {
  struct gallery gallery = {.folder = f->folder, .term = {.kind = MG_TERM_SVG}};
  int status = GSL_SUCCESS;
  for (size_t kind = 0;
       status == GSL_SUCCESS && kind < sizeof kinds / sizeof *kinds; kind++) {
    if (kinds[kind].fits && !kinds[kind].fits(f))
      continue;
    mg_figure *figure = mg_figure_alloc(kinds[kind].template);
    status =
        figure ? mg_figure_text(figure, "title", f->data->name) : GSL_EFAILED;
    if (status == GSL_SUCCESS)
      status = kinds[kind].fill(f, figure);
    status = figure_keep(&gallery, figure, status, kinds[kind].name);
  }
  return status;
}

int compare_figures(const mg_compare *c, const mg_dataset *data,
                    const char *folder, const mg_table *samples) {
  struct figures f = {
      .c = c, .data = data, .folder = folder, .samples = samples};
  f.order = calloc(mg_compare_count(c), sizeof *f.order);
  if (!f.order)
    return mg_fail(GSL_ENOMEM, "no memory for figures");
  f.n = mg_compare_ranking(c, f.order);
  const int status = write_all(&f);
  free(f.order);
  return status;
}
