/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia compare: every model that can, on one data set.
 *
 * The loop is that of compare.h, with a clock around each turn.  Files are
 * written before anything is printed: a reader of the output who leaves early
 * (| head) ends the program, and must not take the results along. */
#include "config.h"

#include "command/verbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/compare_posterior.h"
#include "command/compare_report.h"
#include "command/load.h"
#include "command/record.h"
#include "targets/named.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/progress.h"

enum {
  NAME_SIZE = 160,
  WEIGHTS_QUICK = 50,
  IMAGES = 36,
  POINTS = 1000,
  ROWS = 400, /* of held-out data and draws: evaluate takes more */
  FLOORS = 10,
  SPLITS = 99
};

struct work {
  const struct settings *s;
  const mg_dataset *data;
  mg_compare *c;
  const char *folder;
  bool complete;
};

/* ---- files ---- */

/* Writes and frees a table. */
static int write_table(const struct work *w, const char *name,
                       mg_table *table) {
  char *path = mg_path_join(w->folder, name);
  int status = GSL_ENOMEM;
  if (table && path) {
    record_head(table, w->s, settings_seed(w->s), w->data);
    mg_table_head(table, "complete", w->complete ? "yes" : "no: stopped");
    status = mg_table_write(table, path);
  }
  mg_table_free(table);
  free(path);
  return status;
}

static int write_samples_and_figures(const struct work *w) {
  const mg_space *space = &w->data->space;
  mg_table *samples = mg_compare_samples(w->c, space->height ? IMAGES : POINTS);
  int status = samples ? compare_figures(w->c, w->data, w->folder, samples)
                       : mg_fail(GSL_ENOMEM, "no memory for samples");
  int written = write_table(w, "samples.tsv", samples);
  return status == GSL_SUCCESS ? written : status;
}

static int write_record(const struct work *w) {
  char *path = mg_path_join(w->folder, "run.json");
  int status =
      path ? record_write(path, w->s, w->data, w->c, w->complete) : GSL_ENOMEM;
  free(path);
  return status;
}

static int write_tables(const struct work *w) {
  int status = write_table(w, "evidence.tsv", mg_compare_evidence(w->c));
  if (status == GSL_SUCCESS)
    status = write_table(w, "samples-scores.tsv", mg_compare_scores(w->c));
  if (status == GSL_SUCCESS)
    status = write_table(w, "curves.tsv", mg_compare_curves(w->c));
  if (status == GSL_SUCCESS)
    status = write_record(w);
  return status;
}

static int write_files(const struct work *w) {
  int status = write_tables(w);
  if (status == GSL_SUCCESS)
    status = write_samples_and_figures(w);
  return status == GSL_SUCCESS ? 0 : mg_message_reason(w->folder, EXIT_FAILURE);
}

/* ---- the loop ---- */

static void show(const mg_compare *c, double from) {
  size_t passes, at = mg_compare_present(c);
  double objective;
  const mg_entry *entry = mg_compare_entry(c, at);
  if (!entry)
    return;
  mg_compare_progress(c, &passes, &objective);
  char state[NAME_SIZE] = "";
  if (isfinite(objective))
    snprintf(state, sizeof state, ", pass %zu, %.4f nats per datum", passes,
             objective);
  mg_progress_show((double)at / (double)mg_compare_count(c),
                   "%s (%zu of %zu)%s, %.0f s", entry->type->name, at + 1,
                   mg_compare_count(c), state, mg_clock_seconds() - from);
}

static int turn_all(struct work *w) {
  const double from = mg_clock_seconds();
  int status = GSL_SUCCESS;
  while (mg_compare_test(w->c) == GSL_CONTINUE && status == GSL_SUCCESS &&
         !mg_interrupted()) {
    show(w->c, from);
    const size_t present = mg_compare_present(w->c);
    const double start = mg_clock_seconds();
    status = mg_compare_iterate(w->c);
    mg_compare_spend(w->c, mg_clock_seconds() - start);
    /* A second Ctrl-C, or the end of the power, leaves what is finished. */
    if (status == GSL_SUCCESS && mg_compare_present(w->c) > present)
      status = write_tables(w);
  }
  mg_progress_clear();
  w->complete = mg_compare_test(w->c) == GSL_SUCCESS;
  return status;
}

/* ---- the verb ---- */

static int apply_sets(const struct settings *s, mg_compare *c) {
  for (size_t i = 0; i < s->sets; i++) {
    char name[NAME_SIZE];
    const char *value = set_split(s->set[i], name, sizeof name);
    if (!value || mg_compare_set(c, name, value) != GSL_SUCCESS)
      return mg_message_reason(NULL, MG_EXIT_USAGE);
  }
  return 0;
}

static size_t finished(const mg_compare *c) {
  size_t n = 0;
  for (size_t i = 0; i < mg_compare_count(c); i++) {
    const mg_entry *entry = mg_compare_entry(c, i);
    n += entry->done && !entry->failed;
  }
  return n;
}

static int run(struct work *w) {
  mg_interrupt_watch(STOPPING);
  if (turn_all(w) != GSL_SUCCESS)
    return mg_message_reason(NULL, EXIT_FAILURE);
  if (finished(w->c) == 0 && !w->complete) {
    mg_message("stopped before any model was finished: nothing is written");
    return MG_EXIT_INTERRUPTED;
  }
  int status = write_files(w);
  int printed = compare_print(w->c, w->data, w->complete);
  if (status == 0) {
    result_written("tables, figures and run.json", w->folder);
    status = printed;
  }
  if (status == 0 && finished(w->c) == 0)
    status = EXIT_FAILURE;
  return status == 0 && !w->complete ? MG_EXIT_INTERRUPTED : status;
}

static int compare(const struct settings *s, const mg_dataset *data) {
  char stem[NAME_SIZE], folder[2 * NAME_SIZE];
  mg_compare_options options = {
      .seed = settings_seed(s),
      .quick = s->quick,
      .threads = s->threads,
      .evidence = {.draws = settings_draws(s),
                   .weights = s->quick ? WEIGHTS_QUICK : 0,
                   .threads = s->threads},
      .samples = mg_samples_options_default()};
  options.samples.rows = ROWS;
  options.samples.floors = FLOORS;
  options.samples.splits = SPLITS;
  snprintf(folder, sizeof folder, "marginalia-compare-%s",
           file_stem(data->name, stem, sizeof stem));
  struct work w = {.s = s, .data = data, .c = mg_compare_alloc(data, &options)};
  if (!w.c)
    return mg_message_reason(NULL, MG_EXIT_USAGE);
  int status = apply_sets(s, w.c);
  if (status == 0) {
    w.folder = load_folder(s, folder);
    status = w.folder ? run(&w) : EXIT_FAILURE;
  }
  mg_compare_free(w.c);
  return status;
}

/* kde meets every row with every row to train on: from ten thousand million
 * products on, which takes a minute, it is fair to say so. */
static void warn_of_work(const struct settings *s, const mg_dataset *data) {
  const double train = (double)mg_dataset_part(data, MG_TRAIN).n;
  if (!s->quick && train * (double)data->n * (double)data->space.dim > 1e10)
    mg_message(
        "%zu rows take long: --quick takes some of a file's rows, Ctrl-C "
        "keeps the models that are finished",
        data->n);
}

/* Data that cannot be had may be the name of a posterior. */
static void hint_at_posterior(const struct settings *s) {
  for (size_t i = 0; s->operands && mg_posteriors[i]; i++)
    if (strcmp(mg_posteriors[i]->name, s->operand[0]) == 0)
      mg_message("the posterior %s is had by: compare posterior %s",
                 s->operand[0], s->operand[0]);
}

int command_compare(const struct settings *s) {
  if (s->operands && strcmp(s->operand[0], "posterior") == 0)
    return compare_posterior(s);
  if (s->operands > 1)
    return mg_message_usage("compare", "one DATA, or 'posterior TARGET'");
  mg_dataset *data = load_data(s, s->operands ? s->operand[0] : "digits");
  if (!data) {
    hint_at_posterior(s);
    return MG_EXIT_USAGE;
  }
  warn_of_work(s, data);
  int status = compare(s, data);
  mg_dataset_free(data);
  return status;
}
