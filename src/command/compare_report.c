/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table of a comparison, in 80 columns.
 *
 * Models are ordered by validation: to choose by test would spend the test.
 * Numbers have as many decimals as show two digits of the least standard error
 * in the table, and no more than their row has room for. */
#include "config.h"

#include "command/compare_report.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/score_report.h"
#include "terminal/message.h"
#include "terminal/terminal.h"
#include "terminal/text.h"

enum {
  CELL_WIDTH = 13,
  CELL_SIZE = 64,
  NOTE_SIZE = 1024,
  BOUND_SIZE = 300,
  NOTES_AT = 15
};

/* ---- cells ---- */

struct layout {
  const mg_compare *c;
  const mg_dataset *data;
  size_t *order, n;
  int decimals;
  bool parts[MG_PARTS], bits;
  mg_table *table;
};

/* Decimals that show two digits of the least standard error. */
static int decimals_wanted(const struct layout *l) {
  double least = INFINITY;
  for (size_t i = 0; i < l->n; i++)
    for (int part = 0; part < MG_PARTS; part++) {
      const mg_evidence *e =
          &mg_compare_entry(l->c, l->order[i])->evidence[part];
      if (e->n && e->std_error > 0)
        least = fmin(least, e->std_error);
    }
  return isfinite(least) ? GSL_MAX(1 - (int)floor(log10(least)), 0) : 3;
}

/* As many of them as a cell has room for. */
static int cell_decimals(const struct layout *l, const mg_evidence *e) {
  const double size = fabs(e->value);
  int most = GSL_MIN(l->decimals, size < 10 ? 3 : size < 1000 ? 2 : 1);
  const char *sign = mg_terminal_utf8() ? "~" : "+-";
  while (most > 0 && snprintf(NULL, 0, "%.*f %s%.*f", most, e->value, sign,
                              most, e->std_error) > CELL_WIDTH)
    most--;
  return most;
}

static void add_number(const struct layout *l, const mg_evidence *e) {
  char cell[CELL_SIZE] = "-";
  const int decimals = e->n ? cell_decimals(l, e) : 0;
  if (e->n && isfinite(e->std_error))
    snprintf(cell, sizeof cell, "%.*f %s%.*f", decimals, e->value,
             mg_terminal_utf8() ? "\302\261" : "+-", decimals, e->std_error);
  else if (e->n)
    snprintf(cell, sizeof cell, "%.*f", decimals, e->value);
  mg_table_text(l->table, cell);
}

static void add_format(mg_table *table, const char *format, double value) {
  char cell[CELL_SIZE] = "-";
  if (isfinite(value))
    snprintf(cell, sizeof cell, format, value);
  mg_table_text(table, cell);
}

static void add_bits(const struct layout *l, const mg_evidence *last) {
  const double bits =
      last ? mg_bits_per_dim(last->value, l->data->space.dim) : NAN;
  add_format(l->table, bits < 9.9995 ? "%.3f" : "%.2f", bits);
}

/* From a million on in millions: seven digits make a row wrap. */
static void add_parameters(mg_table *table, double parameters) {
  if (parameters < 1e6)
    add_format(table, "%.0f", parameters);
  else
    add_format(table, parameters < 1e7 ? "%.2fM" : "%.0fM", parameters / 1e6);
}

static void add_row(const struct layout *l, const char *name,
                    const mg_evidence *evidence, double parameters,
                    double seconds) {
  const mg_evidence *last = NULL;
  for (int part = 0; part < MG_PARTS; part++)
    if (evidence[part].n)
      last = &evidence[part];
  mg_table_row(l->table);
  mg_table_text(l->table, name);
  mg_table_text(l->table, last ? mg_claim_sign(last->claim) : "");
  for (int part = 0; part < MG_PARTS; part++)
    if (l->parts[part])
      add_number(l, &evidence[part]);
  if (l->bits)
    add_bits(l, last);
  add_parameters(l->table, parameters);
  add_format(l->table, seconds < 9.95 ? "%.1f" : "%.0f", seconds);
}

/* What the truth has over all data: no sample, so no standard error. */
static void add_entropy(const struct layout *l) {
  const mg_evidence exact = {.value = -l->data->truth.entropy,
                             .std_error = NAN,
                             .claim = MG_EXACT,
                             .n = 1};
  mg_evidence evidence[MG_PARTS] = {{.n = 0}};
  if (!isfinite(exact.value))
    return;
  for (int part = 0; part < MG_PARTS; part++)
    if (l->parts[part])
      evidence[part] = exact;
  add_row(l, "-entropy", evidence, NAN, NAN);
}

static void add_truth(const struct layout *l) {
  mg_evidence evidence[MG_PARTS] = {{.n = 0}};
  if (!l->data->truth.log_density)
    return;
  for (int part = 0; part < MG_PARTS; part++) {
    const mg_rows rows = mg_dataset_part(l->data, (mg_part_name)part);
    if (rows.n && mg_evidence_of_truth(&rows, &evidence[part]) != GSL_SUCCESS)
      evidence[part].n = 0;
  }
  add_row(l, "truth", evidence, NAN, NAN);
  add_entropy(l);
}

static bool has_elbo(const mg_entry *entry) {
  for (int part = 0; part < MG_PARTS; part++)
    if (entry->elbo[part].n)
      return true;
  return false;
}

/* A row a model that makes a claim, or a model that makes none: numbers of the
 * second kind never stand among those of the first. */
static int make_table(struct layout *l, bool claims) {
  char columns[CELL_SIZE * 2];
  for (int part = 0; part < MG_PARTS; part++)
    l->parts[part] = mg_dataset_part(l->data, (mg_part_name)part).n > 0;
  l->bits = l->data->space.measure != MG_REALS;
  snprintf(columns, sizeof columns, "model claim%s%s%s%s params sec",
           l->parts[MG_TRAIN] ? " train" : "",
           l->parts[MG_VALIDATION] ? " validation" : "",
           l->parts[MG_TEST] ? " test" : "", l->bits ? " bits" : "");
  l->decimals = decimals_wanted(l);
  l->table = mg_table_alloc(columns);
  if (!l->table)
    return GSL_ENOMEM;
  for (size_t i = 0; i < l->n; i++) {
    const mg_entry *entry = mg_compare_entry(l->c, l->order[i]);
    if (mg_entry_claims(entry) != claims)
      continue;
    add_row(l, entry->type->name, entry->evidence, (double)entry->parameters,
            entry->seconds);
    if (has_elbo(entry))
      add_row(l, "  by ELBO", entry->elbo, NAN, NAN);
  }
  if (claims)
    add_truth(l);
  return mg_table_status(l->table);
}

/* ---- around the table ---- */

static void print_head(const struct layout *l, bool complete) {
  char space[CELL_SIZE * 2];
  printf("%s: ", l->data->name);
  mg_text_wrap(stdout, mg_space_print(&l->data->space, space, sizeof space),
               strlen(l->data->name) + 2, 2);
  mg_text_wrap(stdout,
               l->data->space.measure == MG_REALS
                   ? "log density, nats per datum, higher is better; mean and "
                     "standard error"
                   : "log mass, nats per datum, higher is better; mean and "
                     "standard error",
               0, 2);
  if (l->bits)
    mg_text_wrap(
        stdout, "bits: per dimension, on the last part; lower is better", 0, 2);
  if (!complete)
    mg_text_wrap(stdout, "INCOMPLETE: stopped before every model was finished",
                 0, 2);
  puts("");
}

/* Prints and frees the table at hand; nothing of one without rows. */
static void print_table(struct layout *l, const char *above) {
  if (mg_table_rows(l->table) > 0) {
    fputs(above, stdout);
    mg_text_table(stdout, l->table);
  }
  mg_table_free(l->table);
  l->table = NULL;
}

static int print_tables(struct layout *l, bool complete) {
  int status = make_table(l, true);
  if (status != GSL_SUCCESS)
    return status;
  print_head(l, complete);
  print_table(l, "");
  status = make_table(l, false);
  if (status == GSL_SUCCESS)
    print_table(l, "\nno density, so no claim about log p and no place in the "
                   "order:\n\n");
  return status;
}

/* What the draws say, of every model that can sample: under the evidence, and
 * in its order. */
static int print_scores(const struct layout *l) {
  struct score_line *line = calloc(l->n + 1, sizeof *line);
  const mg_score *last = NULL;
  if (!line)
    return GSL_ENOMEM;
  for (size_t i = 0; i < l->n; i++) {
    const mg_entry *entry = mg_compare_entry(l->c, l->order[i]);
    line[i] =
        (struct score_line){entry->type->name, entry->score, entry->scores};
    if (entry->scores)
      last = &entry->score[entry->scores - 1];
  }
  if (last)
    printf("\ndraws of each model%s:\n"
           "value and standard error over draws; floor: what the truth gets "
           "with as many\n\n",
           last->n ? ", against as many held-out rows" : "");
  const int status = score_report_print("model", line, l->n);
  free(line);
  return status;
}

/* By what a family without a density stands on the axis, and where its weights
 * say no more than that: of the last part that has rows. */
static const char *bound_note(const mg_entry *entry) {
  static char text[BOUND_SIZE];
  int last = 0;
  size_t k = 0;
  for (int part = 0; part < MG_PARTS; part++) {
    k = GSL_MAX(k, entry->evidence[part].draws);
    if (entry->evidence[part].n)
      last = part;
  }
  const mg_evidence *e = &entry->evidence[last];
  const int used = snprintf(text, sizeof text,
                            "; lower bounds: IWAE with %zu draws, ELBO", k);
  if (e->heavy)
    snprintf(text + used, sizeof text - (size_t)used,
             "; Pareto k > 0.7 on %zu of the %zu %s data: the bounds hold, an "
             "interval for log p does not follow; more draws bring them nearer "
             "(evaluate --method)",
             e->heavy, e->n, mg_part_text((mg_part_name)last));
  return text;
}

/* What each was fitted with, and by what way it stands on the data. */
static void print_notes(const struct layout *l) {
  char note[NOTE_SIZE];
  puts("");
  for (size_t i = 0; i < l->n; i++) {
    const mg_entry *entry = mg_compare_entry(l->c, l->order[i]);
    const bool claims = mg_entry_claims(entry);
    snprintf(note, sizeof note, "%s%s%s%s%s%s", entry->note,
             entry->type->labels ? "; learns from the labels" : "",
             entry->recipe->dequantise ? "; by uniform dequantisation" : "",
             entry->recipe->dequantise && claims ? ", a lower bound" : "",
             entry->type->improper ? "; does not integrate to 1" : "",
             entry->type->latent && !entry->type->log_density
                 ? bound_note(entry)
                 : "");
    mg_text_item(stdout, entry->type->name, note, NOTES_AT);
  }
  const double entropy = l->data->truth.entropy;
  if (isfinite(entropy)) {
    snprintf(note, sizeof note,
             "the law the data were drawn from, on these rows; over all data "
             "it is -entropy, %.6f exactly",
             -entropy);
    mg_text_item(stdout, "truth", note, NOTES_AT);
  }
}

static void print_others(const mg_compare *c) {
  char note[NOTE_SIZE];
  for (size_t i = 0; i < mg_compare_count(c); i++) {
    const mg_entry *entry = mg_compare_entry(c, i);
    if (entry->done && !entry->failed)
      continue;
    snprintf(note, sizeof note, "%s%s", entry->failed ? "failed: " : "",
             entry->failed ? entry->note : "not finished");
    mg_text_item(stdout, entry->type->name, note, NOTES_AT);
  }
}

int compare_print(const mg_compare *c, const mg_dataset *data, bool complete) {
  struct layout l = {.c = c, .data = data};
  l.order = calloc(mg_compare_count(c), sizeof *l.order);
  l.n = l.order ? mg_compare_ranking(c, l.order) : 0;
  int status = l.order ? print_tables(&l, complete) : GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = print_scores(&l);
  if (status == GSL_SUCCESS) {
    print_notes(&l);
    print_others(c);
  } else {
    mg_message("no memory for the table");
  }
  mg_table_free(l.table);
  free(l.order);
  return status == GSL_SUCCESS ? 0 : EXIT_FAILURE;
}
