/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia compare posterior: every method of inference on one posterior.
 *
 * The loop is that of inference.h, with a clock around each turn; as in the
 * comparison of models files come first, and then what is printed. */
#include "config.h"

#include "command/compare_posterior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/figures.h"
#include "command/load.h"
#include "command/record.h"
#include "command/verbs.h"
#include "targets/named.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/progress.h"

enum { NAME_SIZE = 160 };

struct work {
  const struct settings *s;
  const mg_posterior_type *type;
  void *options; /* of the posterior */
  mg_inference_options how;
  mg_posterior *p;
  mg_inference *c;
  const char *folder;
  bool complete;
};

/* ---- what was asked for ---- */

/* An option of the comparison of models alone; NULL when none was given. */
static const char *stray_option(const struct settings *s) {
  return s->split                 ? "split"
         : s->binarise            ? "binarise"
         : s->label               ? "label"
         : s->labels              ? "labels"
         : s->test                ? "test"
         : s->test_labels         ? "test-labels"
         : s->rows != NOT_GIVEN   ? "rows"
         : s->levels != NOT_GIVEN ? "levels"
         : s->draws != NOT_GIVEN  ? "draws"
                                  : NULL;
}

/* What decides which methods are compared, or has an option of its own. */
static bool is_fixed(const char *name) {
  return strcmp(name, "bbvi.estimator") == 0 ||
         strcmp(name, "bbvi.threads") == 0 || strcmp(name, "hmc.move") == 0;
}

/* bbvi.NAME and hmc.NAME are of those methods, NAME of the posterior. */
static int apply_set(struct work *w, const char *name, const char *value) {
  if (is_fixed(name))
    return mg_fail(GSL_EINVAL,
                   "%s is not for --set here: every estimator is compared, "
                   "chains move by hmc, and threads have --threads",
                   name);
  if (strncmp(name, "bbvi.", 5) == 0)
    return mg_fail_in(
        mg_option_set(mg_bbvi_option_table, name + 5, value, &w->how.bbvi),
        "bbvi");
  if (strncmp(name, "hmc.", 4) == 0)
    return mg_fail_in(
        mg_option_set(mg_mcmc_option_table, name + 4, value, &w->how.hmc),
        "hmc");
  if (!w->type->options)
    return mg_fail(GSL_EINVAL,
                   "the posterior %s has no option '%s', nor any other; those "
                   "of the methods are called bbvi.NAME and hmc.NAME",
                   w->type->name, name);
  return mg_fail_in(mg_option_set(w->type->options, name, value, w->options),
                    "%s", w->type->name);
}

static int apply_sets(struct work *w) {
  for (size_t i = 0; i < w->s->sets; i++) {
    char name[NAME_SIZE];
    const char *value = set_split(w->s->set[i], name, sizeof name);
    if (!value || apply_set(w, name, value) != GSL_SUCCESS)
      return mg_message_reason(NULL, MG_EXIT_USAGE);
  }
  return 0;
}

/* ---- files ---- */

/* Writes and frees a table. */
static int write_table(const struct work *w, const char *name,
                       mg_table *table) {
  char *path = mg_path_join(w->folder, name);
  int status = GSL_ENOMEM;
  if (table && path) {
    record_head(table, w->s, settings_seed(w->s), NULL);
    mg_table_head(table, "posterior", w->type->name);
    mg_table_head(table, "unit", "nats in total");
    mg_table_head(table, "complete", w->complete ? "yes" : "no: stopped");
    status = mg_table_write(table, path);
  }
  mg_table_free(table);
  free(path);
  return status;
}

static int write_figure(const struct work *w) {
  struct gallery gallery = {.folder = w->folder, .term = {.kind = MG_TERM_SVG}};
  mg_figure *figure = mg_figure_alloc("evidence");
  int status =
      figure ? mg_figure_text(figure, "title", w->type->title) : GSL_EFAILED;
  if (status == GSL_SUCCESS)
    status = mg_figure_text(figure, "axis",
                            "log p(x), nats in total (higher is better)");
  if (status == GSL_SUCCESS)
    status = figure_give(figure, "evidence", mg_inference_axis(w->c));
  return figure_keep(&gallery, figure, status, "evidence");
}

static int write_files(const struct work *w) {
  int status = write_table(w, "evidence.tsv", mg_inference_evidence(w->c));
  if (status == GSL_SUCCESS)
    status = write_table(w, "moments.tsv", mg_inference_moments(w->c));
  if (status == GSL_SUCCESS)
    status = write_figure(w);
  return status == GSL_SUCCESS ? 0 : mg_message_reason(w->folder, EXIT_FAILURE);
}

/* ---- the loop ---- */

static void show(const mg_inference *c) {
  const size_t at = mg_inference_present(c), n = mg_inference_count(c);
  double elbo;
  const double share = mg_inference_progress(c, &elbo);
  char state[NAME_SIZE] = "";
  if (isfinite(elbo))
    snprintf(state, sizeof state, ", ELBO %.3f nats", elbo);
  mg_progress_show(((double)at + share) / (double)n, "%s (%zu of %zu)%s",
                   mg_inference_get(c, at)->name, at + 1, n, state);
}

static int turn_all(struct work *w) {
  int status = GSL_SUCCESS;
  while (mg_inference_test(w->c) == GSL_CONTINUE && status == GSL_SUCCESS &&
         !mg_interrupted()) {
    show(w->c);
    const double start = mg_clock_seconds();
    status = mg_inference_iterate(w->c);
    mg_inference_spend(w->c, mg_clock_seconds() - start);
  }
  mg_progress_clear();
  w->complete = mg_inference_test(w->c) == GSL_SUCCESS;
  return status;
}

static int run(struct work *w) {
  mg_interrupt_watch("stopping after this turn; Ctrl-C again ends at once");
  if (turn_all(w) != GSL_SUCCESS)
    return mg_message_reason(NULL, EXIT_FAILURE);
  if (mg_inference_present(w->c) == 0) {
    mg_message("stopped before any method was finished: nothing is written");
    return MG_EXIT_INTERRUPTED;
  }
  int status = write_files(w);
  const int printed = compare_posterior_print(w->c, w->complete);
  if (status == 0) {
    result_written("tables and the figure", w->folder);
    status = printed;
  }
  return status == 0 && !w->complete ? MG_EXIT_INTERRUPTED : status;
}

/* ---- the verb ---- */

static int prepare(struct work *w) {
  const size_t size = w->type->options_size;
  w->how = mg_inference_options_default(w->s->quick);
  w->how.seed = settings_seed(w->s);
  w->how.threads = w->s->threads;
  w->options = calloc(1, size ? size : 1);
  if (!w->options) {
    mg_message("no memory for options");
    return EXIT_FAILURE;
  }
  if (size)
    w->type->options_default(w->options);
  const int status = apply_sets(w);
  if (status != 0)
    return status;
  w->p = mg_posterior_alloc(w->type, w->options);
  w->c = w->p ? mg_inference_alloc(w->p, &w->how) : NULL;
  return w->c ? 0 : mg_message_reason(NULL, MG_EXIT_USAGE);
}

static int compare_type(const struct settings *s,
                        const mg_posterior_type *type) {
  char folder[2 * NAME_SIZE];
  struct work w = {.s = s, .type = type};
  snprintf(folder, sizeof folder, "marginalia-compare-%s", type->name);
  int status = prepare(&w);
  if (status == 0) {
    w.folder = load_folder(s, folder);
    status = w.folder ? run(&w) : EXIT_FAILURE;
  }
  mg_inference_free(w.c);
  mg_posterior_free(w.p);
  free(w.options);
  return status;
}

int compare_posterior(const struct settings *s) {
  const char *stray = stray_option(s);
  if (s->operands < 2)
    return mg_message_usage("compare", "compare posterior: of which? "
                                       "'marginalia list' shows them");
  if (stray)
    return mg_message_usage("compare",
                            "--%s is for the comparison of models: a posterior "
                            "has its data inside, and its options in --set",
                            stray);
  const mg_posterior_type *type = mg_posterior_find(s->operand[1]);
  return type ? compare_type(s, type) : mg_message_reason(NULL, MG_EXIT_USAGE);
}
