/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison of methods on one posterior, in 80 columns: the evidence, then
 * means and standard deviations beside each other. */
#include "config.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/compare_posterior.h"
#include "terminal/message.h"
#include "terminal/terminal.h"
#include "terminal/text.h"

enum { CELL_SIZE = 64, NAME_SIZE = 80, NOTES_AT = 29, MOST = 30, COLUMNS = 4 };

/* ---- the evidence ---- */

/* Value and error, with two digits of the error; an error that no column has
 * room for is told by its size. */
static void add_nats(mg_table *table, const mg_evidence *e) {
  const char *sign = mg_terminal_utf8() ? "\302\261" : "+-";
  char cell[CELL_SIZE] = "-";
  if (e->n && e->claim == MG_EXACT)
    snprintf(cell, sizeof cell, "%.6f", e->value);
  else if (e->n && !isfinite(e->std_error))
    snprintf(cell, sizeof cell, "%.4f %s ?", e->value, sign);
  else if (e->n && e->std_error < 5e-7)
    snprintf(cell, sizeof cell, e->std_error > 0 ? "%.6f %s%.0e" : "%.6f %s0",
             e->value, sign, e->std_error);
  else if (e->n) {
    const int wanted = 1 - (int)floor(log10(e->std_error));
    const int decimals = GSL_MAX(GSL_MIN(wanted, 6), 0);
    snprintf(cell, sizeof cell, "%.*f %s%.*f", decimals, e->value, sign,
             decimals, e->std_error);
  }
  mg_table_text(table, cell);
}

static void add_format(mg_table *table, const char *format, double value) {
  char cell[CELL_SIZE] = "-";
  if (isfinite(value))
    snprintf(cell, sizeof cell, format, value);
  mg_table_text(table, cell);
}

static int print_evidence(const mg_inference *c) {
  mg_table *table = mg_table_alloc("method claim nats ESS k sec");
  if (!table)
    return GSL_ENOMEM;
  for (size_t i = 0; i < mg_inference_count(c); i++) {
    const mg_inference_entry *e = mg_inference_get(c, i);
    if (e->evidence.n == 0)
      continue;
    mg_table_row(table);
    mg_table_text(table, e->name);
    mg_table_text(table, mg_claim_sign(e->evidence.claim));
    add_nats(table, &e->evidence);
    add_format(table, "%.0f", e->evidence.ess > 0 ? e->evidence.ess : NAN);
    add_format(table, "%.2f", e->evidence.pareto_k);
    add_format(table, e->seconds < 9.95 ? "%.1f" : "%.0f", e->seconds);
  }
  const int status = mg_table_status(table);
  if (status == GSL_SUCCESS && mg_table_rows(table) > 0)
    mg_text_table(stdout, table);
  mg_table_free(table);
  return status;
}

/* ---- moments ---- */

/* What has moments of z: exact, the product of the highest bound, the full
 * rank, chains; NULL: none. */
struct moments {
  const mg_inference_entry *of[COLUMNS];
};

static const char *const columns[COLUMNS] = {"exact", "mean-field", "full-rank",
                                             "hmc"};

static struct moments find_moments(const mg_inference *c) {
  struct moments m = {{NULL}};
  for (size_t i = 0; i < mg_inference_count(c); i++) {
    const mg_inference_entry *e = mg_inference_get(c, i);
    if (!e->done || e->failed || !e->mean)
      continue;
    const size_t at = strcmp(e->kind, "exact") == 0        ? 0
                      : strcmp(e->kind, "mean-field") == 0 ? 1
                      : strcmp(e->kind, "full rank") == 0  ? 2
                                                           : 3;
    if (!m.of[at] || mg_inference_floor(e) > mg_inference_floor(m.of[at]))
      m.of[at] = e;
  }
  return m;
}

/* Decimals that show three digits of the least sd of a coordinate. */
static int decimals_of(const struct moments *m, size_t i) {
  double least = INFINITY;
  for (size_t k = 0; k < COLUMNS; k++)
    if (m->of[k] && gsl_vector_get(m->of[k]->sd, i) > 0)
      least = fmin(least, gsl_vector_get(m->of[k]->sd, i));
  const int wanted = isfinite(least) ? 2 - (int)floor(log10(least)) : 3;
  return GSL_MAX(GSL_MIN(wanted, 6), 0);
}

static void add_coordinate(mg_table *table, const struct moments *m,
                           const mg_posterior *p, size_t i, bool sd) {
  const mg_convergence *chain = m->of[3] ? &m->of[3]->chains[i] : NULL;
  const int decimals = decimals_of(m, i);
  char name[NAME_SIZE], cell[CELL_SIZE];
  mg_table_row(table);
  mg_table_text(table, p->type->coordinate(p->self, i, name, sizeof name));
  for (size_t k = 0; k < COLUMNS; k++) {
    if (!m->of[k])
      continue;
    snprintf(cell, sizeof cell, "%.*f", decimals,
             gsl_vector_get(sd ? m->of[k]->sd : m->of[k]->mean, i));
    mg_table_text(table, cell);
  }
  if (sd || !chain)
    return;
  snprintf(cell, sizeof cell, "%.*f", decimals, chain->std_error);
  mg_table_text(table, cell);
  add_format(table, "%.3f", chain->rhat);
  add_format(table, "%.0f", chain->bulk_ess);
  add_format(table, "%.0f", chain->tail_ess);
}

static int print_moments(const struct moments *m, const mg_posterior *p,
                         bool sd) {
  char names[2 * NAME_SIZE] = "";
  size_t used = (size_t)snprintf(names, sizeof names, "%s", sd ? "sd" : "mean");
  for (size_t k = 0; k < COLUMNS; k++)
    if (m->of[k])
      used += (size_t)snprintf(names + used, sizeof names - used, " %s",
                               columns[k]);
  snprintf(names + used, sizeof names - used, "%s",
           m->of[3] && !sd ? " error R-hat bulk tail" : "");
  mg_table *table = mg_table_alloc(names);
  for (size_t i = 0; table && i < p->target.dim; i++)
    add_coordinate(table, m, p, i, sd);
  const int status = table ? mg_table_status(table) : GSL_ENOMEM;
  if (status == GSL_SUCCESS) {
    puts("");
    mg_text_table_names(stdout, table);
    mg_text_table_brief(stdout, table, 0, p->target.dim, MOST);
  }
  mg_table_free(table);
  return status;
}

static int print_both_moments(const mg_inference *c) {
  const struct moments m = find_moments(c);
  if (!m.of[0] && !m.of[1] && !m.of[2] && !m.of[3])
    return GSL_SUCCESS;
  puts("");
  mg_text_wrap(stdout,
               m.of[3]
                   ? "means and standard deviations of z; mean-field is the "
                     "product of the highest bound; error, R-hat and "
                     "effective draws (of the bulk and of the tails) are "
                     "of hmc"
                   : "means and standard deviations of z; mean-field is "
                     "the product of the highest bound",
               0, 2);
  const int status = print_moments(&m, mg_inference_posterior(c), false);
  return status == GSL_SUCCESS
             ? print_moments(&m, mg_inference_posterior(c), true)
             : status;
}

/* ---- around the tables ---- */

static void print_head(const mg_posterior *p, bool complete) {
  char line[512];
  snprintf(line, sizeof line, "%s: %s, %zu %s; %s", p->type->name,
           p->type->title, p->target.dim,
           p->target.dim == 1 ? "coordinate" : "coordinates", p->type->source);
  mg_text_wrap(stdout, line, 0, 2);
  mg_text_wrap(stdout,
               "log p(x), nats in total, higher is better; error over the "
               "draws",
               0, 2);
  if (!complete)
    mg_text_wrap(stdout, "INCOMPLETE: stopped before every method was finished",
                 0, 2);
  puts("");
}

static void print_notes(const mg_inference *c) {
  char note[600];
  puts("");
  for (size_t i = 0; i < mg_inference_count(c); i++) {
    const mg_inference_entry *e = mg_inference_get(c, i);
    snprintf(note, sizeof note, "%s%s",
             !e->done    ? "not finished"
             : e->failed ? "failed: "
                         : "",
             e->note);
    if (*note)
      mg_text_item(stdout, e->name, note, NOTES_AT);
  }
}

int compare_posterior_print(const mg_inference *c, bool complete) {
  print_head(mg_inference_posterior(c), complete);
  int status = print_evidence(c);
  if (status == GSL_SUCCESS)
    status = print_both_moments(c);
  if (status == GSL_SUCCESS)
    print_notes(c);
  else
    mg_message("no memory for the tables");
  return status == GSL_SUCCESS ? 0 : EXIT_FAILURE;
}
