/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of scores in 80 columns.
 *
 * A terminal has room for five.  Which ones is a matter of the data: where the
 * modes are known, counting them says most; all scores, with their intervals
 * and notes, are in the file beside it. */
#include "config.h"

#include "command/score_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_math.h>

#include "base/status.h"
#include "terminal/terminal.h"
#include "terminal/text.h"

enum { SHOWN = 5, CELL_SIZE = 64, CELL_WIDTH = 12, NAMES_SIZE = 256 };

#define LEAST 1e-6

/* In the order of their place, with a word for each. */
static const struct {
  const char *score, *word;
  bool both; /* its error is over data too */
} places[] = {
    {"modes", "modes", false},           {"high quality", "quality", false},
    {"reverse KL", "KL", false},         {"precision", "precision", false},
    {"recall", "recall", false},         {"classifier", "classifier", true},
    {"nearest ratio", "nearest", false}, {"energy", "energy", true}};

enum { PLACES = sizeof places / sizeof *places };

struct table {
  mg_table *table;
  size_t place[SHOWN]; /* which score stands there */
  size_t shown;
};

static const mg_score *find(const struct score_line *line, const char *name) {
  for (size_t i = 0; i < line->n; i++)
    if (strcmp(line->score[i].name, name) == 0)
      return &line->score[i];
  return NULL;
}

/* "0.912 +-0.013", with two digits of the error where there is room. */
static void add_cell(mg_table *table, double value, double error) {
  char cell[CELL_SIZE] = "-";
  const bool utf8 = mg_terminal_utf8();
  const char *sign = utf8 ? "\302\261" : "+-";
  if (error < LEAST * fmax(1, fabs(value)))
    error = NAN; /* nothing that could be shown */
  int most = error > 0 ? (int)GSL_MAX(0, 1 - floor(log10(error))) : 3;
  most = GSL_MIN(most, 4);
  if (value == floor(value) && !(error > 0))
    most = 0;
  while (most > 0 && snprintf(NULL, 0, "%.*f %s%.*f", most, value,
                              utf8 ? "~" : sign, most, error) > CELL_WIDTH)
    most--;
  if (isfinite(value) && error > 0)
    snprintf(cell, sizeof cell, "%.*f %s%.*f", most, value, sign, most, error);
  else if (isfinite(value))
    snprintf(cell, sizeof cell, "%.*f", most, value);
  mg_table_text(table, cell);
}

static void add_line(const struct table *t, const struct score_line *line) {
  mg_table_row(t->table);
  mg_table_text(t->table, line->name);
  for (size_t i = 0; i < t->shown; i++) {
    const mg_score *s = find(line, places[t->place[i]].score);
    add_cell(t->table, s ? s->value : NAN, s ? s->std_error : NAN);
  }
}

/* What the truth gets, of the line that the columns are of. */
static void add_truth(const struct table *t, const struct score_line *line) {
  static const char *const name[] = {"floor", "ideal", "better"};
  for (size_t row = 0; row < 3; row++) {
    mg_table_row(t->table);
    mg_table_text(t->table, name[row]);
    for (size_t i = 0; i < t->shown; i++) {
      const mg_score *s = find(line, places[t->place[i]].score);
      if (row == 2)
        mg_table_text(t->table, mg_better_text(s->better));
      else
        add_cell(t->table, row ? s->ideal : s->floor, row ? NAN : s->floor_sd);
    }
  }
}

/* The columns, from what a line has. */
static int choose(struct table *t, const char *column,
                  const struct score_line *line) {
  char names[NAMES_SIZE];
  size_t used = (size_t)snprintf(names, sizeof names, "%s", column);
  for (size_t p = 0; p < PLACES && t->shown < SHOWN; p++)
    if (find(line, places[p].score)) {
      t->place[t->shown++] = p;
      used += (size_t)snprintf(names + used, sizeof names - used, " %s",
                               places[p].word);
    }
  t->table = mg_table_alloc(names);
  return t->table ? GSL_SUCCESS : GSL_ENOMEM;
}

/* Which errors are not what the line above the table says. */
static void print_both(const struct table *t) {
  const char *word[PLACES];
  size_t n = 0;
  for (size_t i = 0; i < t->shown; i++)
    if (places[t->place[i]].both)
      word[n++] = places[t->place[i]].word;
  for (size_t i = 0; i < n; i++)
    printf("%s%s%s",
           i == 0       ? "error of "
           : i + 1 == n ? " and "
                        : ", ",
           word[i], i + 1 == n ? ": over draws and data\n" : "");
}

int score_report_print(const char *column, const struct score_line *line,
                       size_t n) {
  struct table t = {.table = NULL};
  const struct score_line *first = NULL;
  for (size_t i = n; i-- > 0;)
    if (line[i].n)
      first = &line[i];
  if (!first)
    return GSL_SUCCESS;
  int status = choose(&t, column, first);
  for (size_t i = 0; i < n && status == GSL_SUCCESS; i++)
    if (line[i].n)
      add_line(&t, &line[i]);
  if (status == GSL_SUCCESS) {
    add_truth(&t, first);
    status = mg_table_status(t.table);
  }
  if (status == GSL_SUCCESS) {
    mg_text_table(stdout, t.table);
    print_both(&t);
  }
  mg_table_free(t.table);
  return status;
}
