/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia evaluate: the evidence of a model in a file. */
#include "config.h"

#include "command/verbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stream.h"
#include "command/fitted.h"
#include "command/method.h"
#include "command/record.h"
#include "eval/evidence.h"
#include "terminal/message.h"
#include "terminal/progress.h"

/* Is it the part that was named, or were all meant? */
static bool wanted(const struct settings *s, int part) {
  return !s->part || strcmp(s->part, mg_part_text((mg_part_name)part)) == 0;
}

/* Is there such a part, and has it rows?  Says why not. */
static int check_part(const struct settings *s, const mg_dataset *data) {
  for (int part = 0; part < MG_PARTS; part++)
    if (s->part && wanted(s, part))
      return mg_dataset_part(data, (mg_part_name)part).n
                 ? 0
                 : mg_message_usage("evaluate", "--part: no rows for %s in %s",
                                    s->part, data->name);
  return s->part ? mg_message_usage("evaluate",
                                    "--part is '%.40s': give train, "
                                    "validation or test",
                                    s->part)
                 : 0;
}

static int add_part(const struct settings *s, const struct method *method,
                    const struct judged *judged, const mg_dataset *data,
                    mg_part_name part, size_t parameters, mg_table *table) {
  mg_evidence evidence;
  if (mg_dataset_part(data, part).n == 0)
    return GSL_SUCCESS;
  mg_progress_show((double)part / MG_PARTS, "%s: %s", judged->name,
                   mg_part_text(part));
  const unsigned long draws =
      mg_stream_seed(settings_seed(s), "evidence", (unsigned long)part);
  if (method->gap)
    return method_gap(s, judged->model, data, part, draws, table);
  const int status =
      method_evidence(method, s, judged->model, data, part, draws, &evidence);
  if (status == GSL_SUCCESS)
    mg_evidence_row(table, judged->name, data, part, &evidence, parameters, NAN,
                    s->operand[0]);
  return status;
}

static void add_truth(const struct settings *s, const mg_dataset *data,
                      mg_table *table) {
  for (int part = 0; part < MG_PARTS; part++) {
    const mg_rows rows = mg_dataset_part(data, (mg_part_name)part);
    mg_evidence evidence;
    if (wanted(s, part) && rows.n && data->truth.log_density &&
        mg_evidence_of_truth(&rows, &evidence) == GSL_SUCCESS)
      mg_evidence_row(table, "truth", data, (mg_part_name)part, &evidence, 0,
                      NAN, "the law that the data were drawn from");
  }
}

/* What the method has to say, as rows of the table. */
static int fill(const struct settings *s, const struct method *method,
                const mg_model *fitted, const mg_dataset *data,
                mg_table *table) {
  const unsigned long seed = settings_seed(s);
  const size_t parameters = mg_model_parameters(fitted);
  struct judged judged;
  if (method->samples) {
    mg_progress_show(-1, "%s: draws", fitted->type->name);
    return method_samples(s, fitted, data, seed, table);
  }
  int status = judged_init(&judged, method, s, fitted, data, seed);
  if (status == GSL_SUCCESS && method->simulated)
    status = method_simulated(method, s, &judged, parameters, seed, table);
  for (int part = 0;
       part < MG_PARTS && status == GSL_SUCCESS && !method->simulated; part++)
    if (wanted(s, part))
      status = add_part(s, method, &judged, data, (mg_part_name)part,
                        parameters, table);
  judged_clear(&judged);
  if (status == GSL_SUCCESS && !method->simulated)
    add_truth(s, data, table);
  return status;
}

static int evaluate(const struct settings *s, const struct method *method,
                    const mg_model *fitted, const mg_dataset *data) {
  mg_table *table =
      mg_table_alloc(method->samples ? MG_SCORE_COLUMNS : MG_EVIDENCE_COLUMNS);
  if (!table) {
    mg_message("no memory for a table");
    return EXIT_FAILURE;
  }
  record_head(table, s, settings_seed(s), data);
  int status = fill(s, method, fitted, data, table);
  mg_progress_clear();
  if (status != GSL_SUCCESS) {
    mg_table_free(table);
    return mg_message_reason(s->operand[0], EXIT_FAILURE);
  }
  status = mg_table_print(table, stdout);
  mg_table_free(table);
  return status == GSL_SUCCESS ? 0 : EXIT_FAILURE;
}

int command_evaluate(const struct settings *given) {
  const struct method *method = method_of(given);
  if (!method)
    return MG_EXIT_USAGE;
  struct fitted f;
  int status = fitted_load(&f, given);
  if (status == 0)
    status = check_part(&f.settings, f.data);
  if (status == 0)
    status = evaluate(&f.settings, method, f.model, f.data);
  fitted_clear(&f);
  return status;
}
