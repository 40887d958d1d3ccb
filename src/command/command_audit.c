/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia audit: is the model in a file the distribution it says it is? */
#include "config.h"

#include "command/verbs.h"

#include <stdlib.h>

#include "command/fitted.h"
#include "command/load.h"
#include "command/record.h"
#include "eval/audit.h"
#include "terminal/message.h"

/* The last part that has rows: what was not learned from, where there is such.
 */
static mg_rows rows_of(const mg_dataset *data) {
  for (int part = MG_PARTS - 1; part > 0; part--) {
    const mg_rows rows = mg_dataset_part(data, (mg_part_name)part);
    if (rows.n > 0)
      return rows;
  }
  return mg_dataset_all(data);
}

/* Tells what is to be told, and returns the exit status. */
static int judge(const char *file, const mg_model *model,
                 const mg_audit_count *count) {
  if (count->asked == 0)
    mg_message("nothing could be asked of %s: see what %s cannot, above%s",
               file, model->type->name,
               !model->type->sample ? ""
               : model->type->latent
                   ? "; marginalia evaluate --method bdmc holds its bounds "
                     "against each other"
                   : "; marginalia evaluate --method samples holds its draws "
                     "against data");
  else if (count->failed > 0)
    mg_message("%s does not pass", file);
  return count->asked == 0 || count->failed > 0 ? EXIT_FAILURE : 0;
}

/* Returns the exit status: 1 for a model that does not pass. */
static int audit(const struct settings *s, const mg_model *model,
                 const mg_dataset *data) {
  const unsigned long seed = settings_seed(s);
  mg_table *table = mg_table_alloc(MG_AUDIT_COLUMNS);
  mg_audit_count count;
  if (!table) {
    mg_message("no memory for a table");
    return EXIT_FAILURE;
  }
  record_head(table, s, seed, data);
  mg_table_head(table, "model", model->type->name);
  const mg_rows rows = data ? rows_of(data) : (mg_rows){.n = 0};
  int status = mg_audit_all(model, data ? &rows : NULL, seed, table, &count);
  if (status == GSL_SUCCESS)
    status = mg_table_print(table, stdout);
  else
    mg_message_reason(s->operand[0], 0);
  mg_table_free(table);
  return status == GSL_SUCCESS ? judge(s->operand[0], model, &count)
                               : EXIT_FAILURE;
}

/* With DATA, their rows are parted as they were for the fit. */
int command_audit(const struct settings *given) {
  struct fitted f = {.settings = *given};
  int status;
  if (given->operands > 1)
    status = fitted_load(&f, given);
  else
    status = (f.model = load_model(given->operand[0])) ? 0 : MG_EXIT_USAGE;
  if (status == 0)
    status = audit(&f.settings, f.model, f.data);
  fitted_clear(&f);
  return status;
}
