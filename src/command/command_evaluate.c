/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia evaluate: the evidence of a model in a file.
 *
 * A model must not be judged on rows that it learned from.  The fit's seed,
 * split and rows stand in the model's file, and are taken from there unless
 * given. */
#include "config.h"

#include "command/verbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/stream.h"
#include "command/load.h"
#include "command/method.h"
#include "command/record.h"
#include "eval/evidence.h"
#include "models/save.h"
#include "terminal/message.h"
#include "terminal/progress.h"

/* What the fit wrote into its file; NULL where it wrote none. */
struct notes {
  char *seed, *data, *split, *rows;
};

static char *note(const char *path, const char *key) {
  char *text = NULL;
  if (mg_model_note(path, key, &text) != GSL_SUCCESS)
    mg_reason_clear();
  return text;
}

static void notes_free(struct notes *n) {
  free(n->seed);
  free(n->data);
  free(n->split);
  free(n->rows);
}

/* A file's data set is called by its name without folders. */
static bool same_data(const struct notes *n, const char *operand) {
  const char *slash = strrchr(operand, '/');
  return n->data && strcmp(n->data, slash ? slash + 1 : operand) == 0;
}

static void take_number(const char *text, size_t *field) {
  size_t number;
  if (*field == NOT_GIVEN && text &&
      mg_parse_size(text, &number) == GSL_SUCCESS)
    *field = number;
}

/* The settings, filled up from the notes: the seed always, so that a file's
 * rows come in the same order; split and rows for the same data set. */
static struct settings filled_up(const struct settings *given,
                                 const struct notes *n) {
  struct settings s = *given;
  take_number(n->seed, &s.seed);
  if (!same_data(n, s.operand[1]))
    return s;
  take_number(n->rows, &s.rows);
  if (!s.split)
    s.split = n->split;
  return s;
}

static int add_part(const struct settings *s, const struct method *method,
                    const mg_model *model, const mg_dataset *data,
                    mg_part_name part, unsigned long seed, mg_table *table) {
  const mg_rows rows = mg_dataset_part(data, part);
  mg_evidence evidence;
  if (rows.n == 0)
    return GSL_SUCCESS;
  mg_progress_show((double)part / MG_PARTS, "%s: %s", model->type->name,
                   mg_part_text(part));
  const unsigned long draws =
      mg_stream_seed(seed, "evidence", (unsigned long)part);
  if (method->gap)
    return method_gap(s, model, data, part, draws, table);
  const int status = method_evidence(method, s, model, &rows, draws, &evidence);
  if (status == GSL_SUCCESS)
    mg_evidence_row(table, model->type->name, data, part, &evidence,
                    mg_model_parameters(model), NAN, s->operand[0]);
  return status;
}

static void add_truth(const mg_dataset *data, mg_table *table) {
  for (int part = 0; part < MG_PARTS; part++) {
    const mg_rows rows = mg_dataset_part(data, (mg_part_name)part);
    mg_evidence evidence;
    if (rows.n && data->truth.log_density &&
        mg_evidence_of_truth(&rows, &evidence) == GSL_SUCCESS)
      mg_evidence_row(table, "truth", data, (mg_part_name)part, &evidence, 0,
                      NAN, "the law that the data were drawn from");
  }
}

static int evaluate(const struct settings *s, const struct method *method,
                    const mg_model *model, const mg_dataset *data) {
  const unsigned long seed = settings_seed(s);
  mg_table *table = mg_table_alloc(MG_EVIDENCE_COLUMNS);
  if (!table) {
    mg_message("no memory for a table");
    return EXIT_FAILURE;
  }
  record_head(table, s, seed, data);
  int status = GSL_SUCCESS;
  if (method->simulated)
    status = method_simulated(method, s, model, seed, table);
  for (int part = 0;
       part < MG_PARTS && status == GSL_SUCCESS && !method->simulated; part++)
    status = add_part(s, method, model, data, (mg_part_name)part, seed, table);
  mg_progress_clear();
  if (status != GSL_SUCCESS) {
    mg_table_free(table);
    return mg_message_reason(s->operand[0], EXIT_FAILURE);
  }
  if (!method->simulated)
    add_truth(data, table);
  status = mg_table_print(table, stdout);
  mg_table_free(table);
  return status == GSL_SUCCESS ? 0 : EXIT_FAILURE;
}

/* Both spaces in words: "unequal" alone helps nobody. */
static int refuse(const struct settings *s, const mg_model *model,
                  const mg_dataset *data) {
  char learned[128], given[128];
  mg_message("%s is a model of %s, and %s has %s", s->operand[0],
             mg_space_print(&model->space, learned, sizeof learned), data->name,
             mg_space_print(&data->space, given, sizeof given));
  return MG_EXIT_USAGE;
}

int command_evaluate(const struct settings *given) {
  const struct method *method = method_of(given);
  if (!method)
    return MG_EXIT_USAGE;
  const char *path = given->operand[0];
  mg_model *model = load_model(path);
  if (!model)
    return MG_EXIT_USAGE;
  struct notes notes = {.seed = note(path, "seed"),
                        .data = note(path, "data"),
                        .split = note(path, "split"),
                        .rows = note(path, "rows")};
  const struct settings s = filled_up(given, &notes);
  mg_dataset *data = load_data(&s, s.operand[1]);
  int status = MG_EXIT_USAGE;
  if (data && !mg_space_equal(&model->space, &data->space))
    status = refuse(&s, model, data);
  else if (data)
    status = evaluate(&s, method, model, data);
  mg_dataset_free(data);
  notes_free(&notes);
  mg_model_free(model);
  return status;
}
