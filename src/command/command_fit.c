/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia fit: one model, one data set.
 *
 * The model is written before it is evaluated, so that what took long is safe
 * first.  Ctrl-C between two turns goes the same way with the best parameters
 * so far; a fit that fails writes nothing, but leaves its last checkpoint.
 *
 * A checkpoint is written by the clock and not after so many epochs: an epoch
 * takes a hundredth of a second here and ten minutes there, and what a reader
 * wants to bound is the time that is lost.  It is also written before the first
 * turn, when a place that cannot be written to is no loss yet. */
#include "config.h"

#include "command/verbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/stream.h"
#include "command/fit_curve.h"
#include "command/fit_one.h"
#include "command/fit_seeds.h"
#include "command/load.h"
#include "command/record.h"
#include "eval/evidence.h"
#include "eval/zoo.h"
#include "models/save.h"
#include "models/vae.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/progress.h"
#include "terminal/text.h"

enum {
  NAME_SIZE = 160,
  TEXT_SIZE = 1024,
  ROWS_MANY = 20000,
  WEIGHTS_FEW = 10,
  NOTES_MOST = 24,
  CHECKPOINT_SECONDS = 10
};

/* All that a fit owns. */
struct work {
  const struct settings *s;
  mg_dataset *data;
  mg_recipe *recipe;
  mg_model *model;
  mg_fit *fit;
  struct fit_curve curve;
  const char *label, *ending; /* of the line of progress, of the file */
  char *model_path;
  double seconds, saved; /* by the clock, when the checkpoint was written */
  bool stopped, climbs;  /* climbs: it learns by gradient */
};

static struct work work_of(const struct settings *s) {
  return (struct work){
      .s = s, .label = s->operand[0], .ending = ".safetensors"};
}

static void work_free(struct work *w) {
  free(w->model_path);
  fit_curve_clear(&w->curve);
  mg_fit_free(w->fit);
  mg_model_free(w->model);
  mg_recipe_free(w->recipe);
  mg_dataset_free(w->data);
}

/* ---- before ---- */

static int apply_sets(const struct settings *s, mg_recipe *recipe) {
  for (size_t i = 0; i < s->sets; i++) {
    char name[NAME_SIZE];
    const char *value = set_split(s->set[i], name, sizeof name);
    if (!value || mg_recipe_set(recipe, name, value) != GSL_SUCCESS)
      return mg_message_reason(recipe->type->name, MG_EXIT_USAGE);
  }
  return 0;
}

/* The loop, its validation rows, and where it goes on. */
static int prepare_fit(struct work *w) {
  const struct settings *s = w->s;
  const mg_model_type *type = w->model->type;
  const mg_rows train = mg_dataset_part(w->data, MG_TRAIN);
  const mg_rows validation = mg_dataset_part(w->data, MG_VALIDATION);
  w->fit = mg_fit_alloc(w->model, &train, &w->recipe->fit,
                        mg_stream_seed(settings_seed(s), type->name, 0));
  if (!w->fit ||
      fit_curve_init(&w->curve, w->model, w->data, w->recipe, s) != GSL_SUCCESS)
    return mg_message_reason(type->name, EXIT_FAILURE);
  if (w->climbs && validation.n > 0 && mg_model_judges(type) &&
      mg_fit_validate(w->fit, &validation) != GSL_SUCCESS)
    return mg_message_reason(type->name, EXIT_FAILURE);
  if (s->resume && mg_fit_resume(w->fit, s->resume) != GSL_SUCCESS)
    return mg_message_reason(type->name, EXIT_FAILURE);
  return 0;
}

static int check_kind(const struct settings *s, const mg_model_type *type) {
  if (type->batch > 0 || !(s->checkpoint || s->resume))
    return 0;
  return mg_message_usage("fit",
                          "%s does not learn by gradient: it has no "
                          "checkpoints to write or resume",
                          type->name);
}

static int prepare(struct work *w) {
  const struct settings *s = w->s;
  const mg_model_type *type = mg_zoo_find(s->operand[0]);
  if (!type)
    return mg_message_reason(NULL, MG_EXIT_USAGE);
  if (check_kind(s, type) != 0)
    return MG_EXIT_USAGE;
  w->climbs = type->batch > 0;
  w->data = load_data(s, s->operand[1]);
  if (!w->data)
    return MG_EXIT_USAGE;
  w->recipe = mg_recipe_alloc(type, w->data, s->quick);
  if (!w->recipe)
    return mg_message_reason(w->data->name, MG_EXIT_USAGE);
  int status = apply_sets(s, w->recipe);
  if (status != 0)
    return status;
  w->recipe->fit.threads = s->threads;
  w->model = mg_recipe_model(w->recipe, &w->data->space);
  if (!w->model)
    return mg_message_reason(type->name, MG_EXIT_USAGE);
  return prepare_fit(w);
}

/* ---- the loop ---- */

/* The bar is of the epochs of all starts, of which patience may spare some. */
static void show_epoch(const struct work *w) {
  const mg_fit_options *o = &w->recipe->fit;
  const mg_report *report = mg_fit_last(w->fit);
  const size_t done = mg_fit_passes(w->fit), start = mg_fit_restart(w->fit);
  const double validation = mg_fit_validation(w->fit);
  const double all = (double)o->restarts * (double)o->passes;
  char text[NAME_SIZE] = "", which[NAME_SIZE] = "";
  if (o->restarts > 1)
    snprintf(which, sizeof which, "start %zu of %zu, ", start + 1, o->restarts);
  if (!isnan(validation))
    snprintf(text, sizeof text, ", validation %.4f", validation);
  mg_progress_show(
      (double)(start * o->passes + done) / all, "%s: %sepoch %zu, %s %.4f%s",
      w->label, which, done + !mg_fit_pass_ended(w->fit),
      report->objective_name ? report->objective_name : "objective",
      report->objective, text);
}

static void show(const struct work *w) {
  const mg_fit_options *o = &w->recipe->fit;
  const mg_report *report = mg_fit_last(w->fit);
  const double starts = (double)(o->restarts ? o->restarts : 1);
  mg_progress_show(
      o->restarts > 1 ? (double)mg_fit_restart(w->fit) / starts : -1,
      "%s: start %zu of %zu, pass %zu, %s %.6f", w->label,
      mg_fit_restart(w->fit) + 1, o->restarts, mg_fit_passes(w->fit),
      report->objective_name ? report->objective_name : "objective",
      report->objective);
}

/* Writes a checkpoint where one is asked for and the last is old.  A disk that
 * is full for a while is no reason to lose the fit: it is said, and tried
 * again. now  in  however young it is Returns the exit status. */
static int save(struct work *w, bool now) {
  const double time = mg_clock_seconds();
  if (!w->s->checkpoint || (!now && time - w->saved < CHECKPOINT_SECONDS))
    return 0;
  w->saved = time;
  if (mg_fit_checkpoint(w->fit, w->s->checkpoint) == GSL_SUCCESS)
    return 0;
  mg_progress_clear();
  return mg_message_reason("checkpoint", EXIT_FAILURE);
}

static int turn(struct work *w) {
  const double rows = (double)mg_dataset_part(w->data, MG_TRAIN).n;
  const size_t start = mg_fit_restart(w->fit);
  const double seen = rows * (double)(mg_fit_passes(w->fit) + 1);
  int status = mg_fit_iterate(w->fit);
  if (status != GSL_SUCCESS)
    return status;
  if (mg_fit_pass_ended(w->fit))
    status = fit_curve_add(&w->curve, w->fit, start, seen);
  if (w->climbs)
    show_epoch(w);
  else
    show(w);
  save(w, false);
  return status;
}

static int turn_all(struct work *w) {
  const double from = mg_clock_seconds();
  int status = GSL_SUCCESS;
  while (status == GSL_SUCCESS && mg_fit_test(w->fit) == GSL_CONTINUE) {
    status = turn(w);
    if (mg_interrupted())
      break;
  }
  w->stopped = mg_fit_test(w->fit) == GSL_CONTINUE;
  w->seconds = mg_clock_seconds() - from;
  mg_progress_clear();
  if (status != GSL_SUCCESS)
    return status;
  save(w, true);
  return mg_fit_finish(w->fit);
}

/* ---- files ---- */

/* A note of what was given; of n the new n. */
static size_t add_note(const char *notes[], size_t n, const char *key,
                       const char *value) {
  if (!value)
    return n;
  notes[n++] = key;
  notes[n++] = value;
  return n;
}

/* By these notes evaluate parts the rows as the fit did. */
static int write_model(const struct work *w, const char *path) {
  char seed[32], rows[32];
  char *line = settings_line(w->s, false);
  snprintf(seed, sizeof seed, "%lu", settings_seed(w->s));
  snprintf(rows, sizeof rows, "%zu", w->s->rows);
  const char *notes[NOTES_MOST] = {"command", line ? line : "",
                                   "version", PACKAGE_VERSION,
                                   "seed",    seed,
                                   "data",    w->data->name,
                                   "ended",   w->stopped ? "stopped" : "yes"};
  size_t n = 10;
  n = add_note(notes, n, "split", w->s->split);
  n = add_note(notes, n, "binarise", w->s->binarise);
  n = add_note(notes, n, "test", w->s->test);
  n = add_note(notes, n, "rows", w->s->rows == NOT_GIVEN ? NULL : rows);
  int status = mg_model_write(w->model, notes, path);
  free(line);
  return status;
}

/* MODEL-DATA and an ending, in the folder of results; NULL after a message. */
static char *place(const struct work *w, const char *folder,
                   const char *ending) {
  char stem[NAME_SIZE], name[2 * NAME_SIZE];
  snprintf(name, sizeof name, "%s-%s%s", w->s->operand[0],
           file_stem(w->data->name, stem, sizeof stem), ending);
  return result_path(folder, name);
}

/* Before the fit: a folder that cannot be made is better known early. */
static int find_places(struct work *w) {
  const char *folder = load_folder(w->s, ".");
  if (!folder)
    return EXIT_FAILURE;
  w->model_path = place(w, folder, w->ending);
  return w->model_path ? 0 : EXIT_FAILURE;
}

/* The model's file first; the curve only where a folder was named. */
static int write_files(struct work *w) {
  char stem[NAME_SIZE], name[2 * NAME_SIZE];
  int status = write_model(w, w->model_path);
  snprintf(name, sizeof name, "%s-%s-curve", w->s->operand[0],
           file_stem(w->data->name, stem, sizeof stem));
  if (status == GSL_SUCCESS && w->s->out)
    status = fit_curve_write(&w->curve, w->s->out, name);
  return status == GSL_SUCCESS ? 0 : mg_message_reason(NULL, EXIT_FAILURE);
}

/* ---- what is printed ---- */

static void print_head(const struct work *w) {
  char options[TEXT_SIZE];
  printf("%s on %s, %zu rows to train on%s\n", w->model->type->title,
         w->data->name, mg_dataset_part(w->data, MG_TRAIN).n,
         !w->stopped                       ? ""
         : mg_model_judges(w->model->type) ? ": stopped, best so far"
                                           : ": stopped");
  mg_text_wrap(stdout, mg_recipe_print(w->recipe, options, sizeof options), 0,
               0);
}

/* The criteria take the log-likelihood at its maximum; a family that raises it
 * with a small penalty is near that, one that reports none has no use for
 * them. */
static void print_criteria(const struct work *w, const mg_evidence *train) {
  const size_t parameters = mg_model_parameters(w->model);
  printf("\n%zu free parameters, %.3g seconds\n", parameters, w->seconds);
  if (train->claim != MG_EXACT || !isfinite(train->value) ||
      isnan(mg_fit_last(w->fit)->log_likelihood))
    return;
  const double total = train->value * (double)train->n;
  printf("log-likelihood %.7f nats on all of train\n"
         "BIC %.4f, AIC %.4f: lower is better\n",
         total, mg_bic(total, parameters, train->n), mg_aic(total, parameters));
}

int fit_one_evidence(const struct settings *s, const mg_model *model,
                     const mg_dataset *data, mg_part_name part,
                     mg_evidence *evidence) {
  const mg_rows rows = mg_dataset_part(data, part);
  mg_evidence_options options = mg_evidence_options_default();
  options.draws = settings_draws(s);
  options.threads = s->threads;
  /* K draws for each of 50 000 images would take longer than the fit. */
  options.weights = rows.n > ROWS_MANY ? WEIGHTS_FEW : 0;
  return mg_evidence_of(
      model, &rows, &options,
      mg_stream_seed(settings_seed(s), "evidence", (unsigned long)part),
      evidence);
}

static int print_evidence(const struct work *w) {
  mg_evidence train = {.value = NAN, .claim = MG_NO_CLAIM};
  printf("\nlog %s, nats per datum, higher is better\n",
         w->data->space.measure == MG_REALS ? "density" : "mass");
  printf("%-12s %-4s%12s %10s %8s  %s\n", "part", "", "value", "std error",
         "rows", "method");
  for (int part = 0; part < MG_PARTS; part++) {
    mg_evidence e;
    if (mg_dataset_part(w->data, (mg_part_name)part).n == 0)
      continue;
    if (fit_one_evidence(w->s, w->model, w->data, (mg_part_name)part, &e) !=
        GSL_SUCCESS)
      return mg_message_reason(w->model->type->name, EXIT_FAILURE);
    if (part == MG_TRAIN)
      train = e;
    printf("%-12s %-4s%12.6f %10.6f %8zu  %s", mg_part_text((mg_part_name)part),
           mg_claim_sign(e.claim), e.value, e.std_error, e.n, e.method);
    if (w->model->type->log_density)
      puts("");
    else
      printf(", %zu draws\n", e.draws);
  }
  print_criteria(w, &train);
  return 0;
}

static void print_kl(const gsl_vector *each) {
  static const char what[] = "KL of each dimension:";
  const size_t size = sizeof what + 16 * each->size;
  char *text = malloc(size);
  size_t used = text ? (size_t)snprintf(text, size, "%s", what) : 0;
  for (size_t l = 0; text && l < each->size; l++)
    used += (size_t)snprintf(text + used, size - used, " %.3g",
                             gsl_vector_get(each, l));
  if (text)
    mg_text_wrap(stdout, text, 0, 2);
  free(text);
}

/* Is the code of a vae in use?  On validation rows, where there are any. */
static int print_diagnosis(const struct work *w) {
  mg_rows rows = mg_dataset_part(w->data, MG_VALIDATION);
  if (w->model->type != &mg_vae_type)
    return 0;
  if (rows.n == 0)
    rows = mg_dataset_part(w->data, MG_TRAIN);
  gsl_rng *rng = mg_stream_alloc(settings_seed(w->s), "fit/diagnose", 0);
  mg_vae_diagnosis d = {.active = 0};
  char text[TEXT_SIZE];
  int status =
      rng ? mg_vae_diagnose(w->model->self, rng, &rows, &d) : GSL_ENOMEM;
  if (status == GSL_SUCCESS) {
    puts("");
    mg_text_wrap(stdout, mg_vae_diagnosis_print(&d, text, sizeof text), 0, 0);
    print_kl(d.kl_each);
  }
  mg_vae_diagnosis_clear(&d);
  gsl_rng_free(rng);
  return status == GSL_SUCCESS ? 0 : mg_message_reason("vae", EXIT_FAILURE);
}

static void print_optima(const struct work *w) {
  if (w->recipe->fit.restarts < 2 || w->model->type->passes == 1)
    return;
  const char *name = mg_fit_last(w->fit)->objective_name;
  printf("\nstart %8s %s\n", "passes", name ? name : "objective");
  for (size_t i = 0; i < w->recipe->fit.restarts; i++) {
    const mg_optimum o = mg_fit_optimum(w->fit, i);
    if (o.passes == 0)
      printf("%5zu %8s not made\n", i + 1, "-");
    else if (isnan(o.objective))
      printf("%5zu %8zu failed\n", i + 1, o.passes);
    else
      printf("%5zu %8zu %.9f%s\n", i + 1, o.passes, o.objective,
             o.converged ? "" : " (not converged)");
  }
}

static void print_passes(const struct work *w) {
  if (w->recipe->fit.restarts > 1 || w->model->type->passes == 1)
    return;
  const mg_optimum o = mg_fit_optimum(w->fit, 0);
  printf("%zu %s%s\n", o.passes, w->climbs ? "epochs" : "passes",
         !mg_model_judges(w->model->type) ? ""
         : o.converged                    ? ", converged"
                                          : ", not converged");
}

/* The picture is there when gnuplot drew it. */
static void print_curve(const struct work *w) {
  char *picture = place(w, w->s->out, "-curve.svg");
  const bool drawn = picture && access(picture, R_OK) == 0;
  printf("written: the learning curve beside it, -curve.tsv%s\n",
         drawn ? ", -curve.gp and -curve.svg" : " and -curve.gp");
  free(picture);
}

static int run(struct work *w) {
  if (save(w, true) != 0)
    return EXIT_FAILURE;
  mg_interrupt_watch(STOPPING);
  int status = turn_all(w);
  if (status != GSL_SUCCESS)
    return mg_message_reason(w->model->type->name, EXIT_FAILURE);
  status = write_files(w);
  if (status != 0)
    return status;
  print_head(w);
  print_passes(w);
  print_optima(w);
  if (w->model->type->log_density || w->model->type->latent)
    status = print_evidence(w);
  if (status == 0)
    status = print_diagnosis(w);
  printf("\nwritten: %s\n", w->model_path);
  if (w->s->out)
    print_curve(w);
  return status == 0 && w->stopped ? MG_EXIT_INTERRUPTED : status;
}

/* ---- for whoever fits many times ---- */

int fit_one_make(const struct settings *s, const char *label,
                 const char *ending, struct fit_one *one) {
  struct work w = work_of(s);
  *one = (struct fit_one){.stopped = false};
  w.label = label;
  w.ending = ending;
  int status = prepare(&w);
  if (status == 0)
    status = find_places(&w);
  if (status == 0 && turn_all(&w) != GSL_SUCCESS) {
    mg_message_reason(label, 0);
    one->failed = true;
  }
  if (status == 0 && !w.stopped && !one->failed)
    status = write_files(&w);
  if (status == 0 && !one->failed) {
    *one = (struct fit_one){.data = w.data,
                            .recipe = w.recipe,
                            .model = w.model,
                            .path = w.model_path,
                            .seconds = w.seconds,
                            .stopped = w.stopped};
    w.data = NULL;
    w.recipe = NULL;
    w.model = NULL;
    w.model_path = NULL;
  }
  work_free(&w);
  return status;
}

void fit_one_clear(struct fit_one *one) {
  mg_dataset_free(one->data);
  mg_recipe_free(one->recipe);
  mg_model_free(one->model);
  free(one->path);
}

int command_fit(const struct settings *s) {
  if (s->seeds != NOT_GIVEN)
    return fit_seeds(s);
  struct work w = work_of(s);
  int status = prepare(&w);
  if (status == 0 && w.fit) {
    status = find_places(&w);
    if (status == 0)
      status = run(&w);
  }
  work_free(&w);
  return status;
}
