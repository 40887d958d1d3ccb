/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One number of a model that was fitted once is the number of one start and one
 * set of draws.  How far it goes with the seed is asked by fitting again:
 *
 *     fit gan ring --seeds 10
 *
 * is the fits with --seed 1, .. --seed 10, each with its own data where these
 * depend on the seed, and the mean over them with its standard error, sd /
 * sqrt(N), as papers report it.  An error over seeds holds what one over draws
 * holds, and the chance of the fit besides; the two stand in different rows and
 * are not to be mixed.
 *
 * A fit that fails (a game may run away) is said and left out: the mean tells
 * over how many seeds it is.
 *
 * Two tables, where they have rows: the evidence, of a family that claims one,
 * and the scores of draws, of one that can sample. */
#include "config.h"

#include "command/fit_seeds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "command/fit_one.h"
#include "command/load.h"
#include "command/record.h"
#include "command/score_report.h"
#include "eval/samples.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/progress.h"
#include "terminal/text.h"

enum {
  NAME_SIZE = 160,
  TEXT_SIZE = 1024,
  ROWS = 400, /* of held-out data and draws, as compare takes */
  FLOORS = 10
};

/* What is known of one seed. */
struct seed {
  unsigned long seed;
  char name[24];
  mg_evidence evidence[MG_PARTS]; /* n = 0: none */
  mg_score score[MG_SAMPLES_SCORES];
  size_t scores, parameters;
  double seconds;
};

struct work {
  const struct settings *s;
  struct seed *seed; /* of s->seeds, `done` of them */
  size_t tried, done;
  char stem[2 * NAME_SIZE]; /* MODEL-DATA */
  char options[TEXT_SIZE];
  const char *folder;
  mg_dataset *data; /* of the last seed, for its name and space */
  mg_part_name part;
  bool stopped;
};

/* ---- one seed ---- */

static int judge(struct work *w, const struct settings *s,
                 const struct fit_one *one, struct seed *seed) {
  const mg_model_type *type = one->model->type;
  for (int part = 0; part < MG_PARTS; part++)
    if (mg_dataset_part(one->data, (mg_part_name)part).n > 0 &&
        (type->log_density || type->latent)) {
      const int status = fit_one_evidence(
          s, one->model, one->data, (mg_part_name)part, &seed->evidence[part]);
      if (status != GSL_SUCCESS)
        return status;
    }
  if (!type->sample || !mg_samples_can(one->data))
    return GSL_SUCCESS;
  mg_samples_options options = mg_samples_options_default();
  options.threads = s->threads;
  options.rows = ROWS;
  options.floors = FLOORS;
  mg_samples *samples = mg_samples_alloc(one->data, &options, seed->seed);
  if (!samples)
    return GSL_EFAILED;
  w->part = mg_samples_part(samples);
  const int status = mg_samples_score(samples, one->model, seed->seed,
                                      seed->score, &seed->scores);
  mg_samples_free(samples);
  return status;
}

/* Keeps what the tables need of the fit. */
static int keep(struct work *w, const struct settings *s, struct fit_one *one) {
  struct seed *seed = &w->seed[w->done];
  char stem[NAME_SIZE];
  seed->seed = settings_seed(s);
  seed->seconds = one->seconds;
  seed->parameters = mg_model_parameters(one->model);
  snprintf(seed->name, sizeof seed->name, "%lu", seed->seed);
  const int status = judge(w, s, one, seed);
  snprintf(w->stem, sizeof w->stem, "%s-%s", s->operand[0],
           file_stem(one->data->name, stem, sizeof stem));
  mg_recipe_print(one->recipe, w->options, sizeof w->options);
  mg_dataset_free(w->data);
  w->data = one->data;
  one->data = NULL;
  if (status != GSL_SUCCESS)
    return mg_message_reason(s->operand[0], EXIT_FAILURE);
  w->done++;
  return 0;
}

static int fit_next(struct work *w) {
  struct settings s = *w->s;
  struct fit_one one;
  char label[NAME_SIZE], ending[NAME_SIZE];
  s.seed = settings_seed(w->s) + w->tried;
  snprintf(label, sizeof label, "%s, seed %zu (%zu of %zu)", s.operand[0],
           s.seed, w->tried + 1, w->s->seeds);
  snprintf(ending, sizeof ending, "-seed%zu.safetensors", s.seed);
  int status = fit_one_make(&s, label, ending, &one);
  if (status != 0)
    return status;
  w->tried++;
  w->stopped = one.stopped;
  if (!one.stopped && !one.failed)
    status = keep(w, &s, &one);
  fit_one_clear(&one);
  return status;
}

/* ---- over seeds ---- */

/* Score j of every seed as one. */
static int mean_score(const struct work *w, size_t j, mg_score *mean) {
  mg_score *all = calloc(w->done, sizeof *all);
  if (!all)
    return mg_fail(GSL_ENOMEM, "no memory for scores");
  for (size_t i = 0; i < w->done; i++)
    all[i] = w->seed[i].score[j];
  const int status = mg_score_over_seeds(w->done, all, mean);
  free(all);
  return status;
}

static bool has_evidence(const struct work *w, int part) {
  return w->done && w->seed[0].evidence[part].n > 0;
}

static mg_tally mean_evidence(const struct work *w, int part) {
  mg_tally tally = {.n = 0, .mean = NAN, .std_error = NAN};
  double *value = calloc(w->done + 1, sizeof *value);
  for (size_t i = 0; value && i < w->done; i++)
    value[i] = w->seed[i].evidence[part].value;
  if (value)
    mg_tally_values(w->done, value, 1, &tally);
  free(value);
  return tally;
}

/* ---- files ---- */

static int write_table(const struct work *w, const char *ending,
                       mg_table *table) {
  char name[3 * NAME_SIZE];
  snprintf(name, sizeof name, "%s-%s", w->stem, ending);
  char *path = table ? result_path(w->folder, name) : NULL;
  int status = GSL_ENOMEM;
  if (path) {
    record_head(table, w->s, settings_seed(w->s), w->data);
    status = mg_table_rows(table) ? mg_table_write(table, path) : GSL_SUCCESS;
  }
  mg_table_free(table);
  free(path);
  return status;
}

static mg_table *score_table(const struct work *w) {
  mg_table *table = mg_table_alloc("seed " MG_SCORE_COLUMNS);
  const char *model = w->s->operand[0];
  for (size_t i = 0; i < w->done; i++)
    for (size_t j = 0; j < w->seed[i].scores; j++) {
      mg_table_row(table);
      mg_table_text(table, w->seed[i].name);
      mg_score_fields(table, model, w->data, w->part, &w->seed[i].score[j],
                      NULL);
    }
  for (size_t j = 0; w->done && j < w->seed[0].scores; j++) {
    mg_score mean;
    if (mean_score(w, j, &mean) != GSL_SUCCESS)
      continue;
    mg_table_row(table);
    mg_table_text(table, "mean");
    mg_score_fields(table, model, w->data, w->part, &mean, NULL);
  }
  return table;
}

static void add_evidence(const struct work *w, mg_table *table,
                         const char *name, int part, const mg_evidence *e,
                         const struct seed *seed, const char *note) {
  mg_table_row(table);
  mg_table_text(table, name);
  mg_evidence_fields(table, w->s->operand[0], w->data, (mg_part_name)part, e,
                     seed->parameters, seed->seconds, note);
}

/* A row a seed and part, whose error is over data, then the mean of each part,
 * whose error is over seeds. */
static mg_table *evidence_table(const struct work *w) {
  mg_table *table = mg_table_alloc("seed " MG_EVIDENCE_COLUMNS);
  char note[NAME_SIZE];
  for (size_t i = 0; i < w->done; i++)
    for (int part = 0; part < MG_PARTS; part++) {
      const struct seed *seed = &w->seed[i];
      if (seed->evidence[part].n > 0)
        add_evidence(w, table, seed->name, part, &seed->evidence[part], seed,
                     NULL);
    }
  snprintf(note, sizeof note, "mean of %zu seeds, std_error over seeds",
           w->done);
  for (int part = 0; part < MG_PARTS; part++)
    if (has_evidence(w, part)) {
      const mg_tally tally = mean_evidence(w, part);
      struct seed mean = {.parameters = w->seed[0].parameters, .seconds = NAN};
      mg_evidence e = w->seed[0].evidence[part];
      e.value = tally.mean;
      e.std_error = tally.std_error;
      e.note[0] = '\0';
      add_evidence(w, table, "mean", part, &e, &mean, note);
    }
  return table;
}

static int write_tables(const struct work *w) {
  int status = write_table(w, "seeds.tsv", score_table(w));
  if (status == GSL_SUCCESS)
    status = write_table(w, "seeds-evidence.tsv", evidence_table(w));
  return status == GSL_SUCCESS ? 0 : mg_message_reason(NULL, EXIT_FAILURE);
}

/* ---- what is printed ---- */

static void print_line(const struct work *w, const struct seed *seed) {
  printf("%-6s", seed ? seed->name : "mean");
  for (int part = 0; part < MG_PARTS; part++) {
    const mg_tally mean = mean_evidence(w, part);
    if (has_evidence(w, part))
      printf(" %-4s%10.4f %8.4f",
             mg_claim_sign(w->seed[0].evidence[part].claim),
             seed ? seed->evidence[part].value : mean.mean,
             seed ? seed->evidence[part].std_error : mean.std_error);
  }
  puts("");
}

static void print_evidence(const struct work *w) {
  bool any = false;
  for (int part = 0; part < MG_PARTS; part++)
    any = any || has_evidence(w, part);
  if (!any)
    return;
  printf("\nlog %s, nats per datum, higher is better; standard error over "
         "data,\nof the mean over seeds\nseed  ",
         w->data->space.measure == MG_REALS ? "density" : "mass");
  for (int part = 0; part < MG_PARTS; part++)
    if (has_evidence(w, part))
      printf("     %10s         ", mg_part_text((mg_part_name)part));
  puts("");
  for (size_t i = 0; i < w->done; i++)
    print_line(w, &w->seed[i]);
  print_line(w, NULL);
}

static int print_scores(const struct work *w) {
  mg_score mean[MG_SAMPLES_SCORES];
  struct score_line *line = calloc(w->done + 1, sizeof *line);
  size_t n = w->done ? w->seed[0].scores : 0;
  if (!line)
    return mg_message_reason(NULL, EXIT_FAILURE);
  for (size_t i = 0; i < w->done; i++)
    line[i] = (struct score_line){w->seed[i].name, w->seed[i].score,
                                  w->seed[i].scores};
  for (size_t j = 0; j < n; j++)
    if (mean_score(w, j, &mean[j]) != GSL_SUCCESS)
      mean[j] = w->seed[0].score[j], mean[j].value = NAN;
  line[w->done] = (struct score_line){"mean", mean, n};
  if (n)
    puts("\ndraws of each model: standard error over draws, of the mean over "
         "seeds;\nfloor: what the truth gets with as many\n");
  const int status = score_report_print("seed", line, w->done + 1);
  free(line);
  return status == GSL_SUCCESS ? 0 : EXIT_FAILURE;
}

static int print_all(const struct work *w) {
  printf("%s on %s, %zu of %zu seeds%s\n", w->s->operand[0], w->data->name,
         w->done, w->s->seeds, w->stopped ? ": stopped" : "");
  mg_text_wrap(stdout, w->options, 0, 0);
  print_evidence(w);
  const int status = print_scores(w);
  double seconds = 0;
  for (size_t i = 0; i < w->done; i++)
    seconds += w->seed[i].seconds;
  printf("\n%zu fits in %.3g seconds\nwritten: %s-seeds.tsv and each model, in "
         "%s\n",
         w->done, seconds, w->stem, w->folder);
  return status;
}

/* ---- all ---- */

static int run(struct work *w) {
  int status = 0;
  while (status == 0 && w->tried < w->s->seeds && !w->stopped) {
    status = fit_next(w);
    if (status == 0 && !w->stopped && w->done)
      status = write_tables(w);
    w->stopped = w->stopped || (mg_interrupted() && w->tried < w->s->seeds);
  }
  mg_progress_clear();
  if (w->done == 0) {
    mg_message("no seed was finished: nothing is written");
    return status ? status : w->stopped ? MG_EXIT_INTERRUPTED : EXIT_FAILURE;
  }
  const int printed = print_all(w);
  status = status ? status : printed;
  if (status == 0 && !w->stopped && w->done < w->tried)
    status = EXIT_FAILURE; /* some fits failed, and it was said */
  return status == 0 && w->stopped ? MG_EXIT_INTERRUPTED : status;
}

int fit_seeds(const struct settings *s) {
  struct work w = {.s = s, .part = MG_PARTS};
  if (s->checkpoint || s->resume)
    return mg_message_usage(
        "fit", "--seeds makes many fits: it has no --checkpoint or --resume");
  w.folder = load_folder(s, ".");
  w.seed = calloc(s->seeds, sizeof *w.seed);
  int status = w.folder && w.seed ? 0 : EXIT_FAILURE;
  mg_interrupt_watch("stopping: the seeds that are finished are kept");
  if (status == 0)
    status = run(&w);
  mg_dataset_free(w.data);
  free(w.seed);
  return status;
}
