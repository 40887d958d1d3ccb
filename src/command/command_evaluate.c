/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia evaluate: the evidence of a model in a file. */
#include "config.h"

#include "command/verbs.h"

#include <math.h>
#include <stdlib.h>

#include "base/stream.h"
#include "command/fitted.h"
#include "command/method.h"
#include "command/record.h"
#include "eval/evidence.h"
#include "terminal/message.h"
#include "terminal/progress.h"

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

/* What the method has to say, as rows of the table. */
static int fill(const struct settings *s, const struct method *method,
                const mg_model *model, const mg_dataset *data,
                unsigned long seed, mg_table *table) {
  int status = GSL_SUCCESS;
  if (method->simulated)
    return method_simulated(method, s, model, seed, table);
  if (method->samples) {
    mg_progress_show(-1, "%s: draws", model->type->name);
    return method_samples(s, model, data, seed, table);
  }
  for (int part = 0; part < MG_PARTS && status == GSL_SUCCESS; part++)
    status = add_part(s, method, model, data, (mg_part_name)part, seed, table);
  if (status == GSL_SUCCESS)
    add_truth(data, table);
  return status;
}

static int evaluate(const struct settings *s, const struct method *method,
                    const mg_model *model, const mg_dataset *data) {
  const unsigned long seed = settings_seed(s);
  mg_table *table =
      mg_table_alloc(method->samples ? MG_SCORE_COLUMNS : MG_EVIDENCE_COLUMNS);
  if (!table) {
    mg_message("no memory for a table");
    return EXIT_FAILURE;
  }
  record_head(table, s, seed, data);
  int status = fill(s, method, model, data, seed, table);
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
    status = evaluate(&f.settings, method, f.model, f.data);
  fitted_clear(&f);
  return status;
}
