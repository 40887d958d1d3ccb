/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia list: what there is. */
#include "config.h"

#include "command/verbs.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "data/catalogue.h"
#include "eval/zoo.h"
#include "targets/named.h"
#include "terminal/message.h"
#include "terminal/text.h"

enum {
  NAME_AT = 18,
  SPACE_SIZE = 128,
  ITEM_SIZE = 80,
  RANGE_SIZE = 256,
  COORDINATES = 8
};

/* A name, and two paragraphs beside it; in a narrow window below it. */
static void list_item(const char *name, const char *first, const char *second) {
  mg_text_item(stdout, name, first, NAME_AT);
  mg_text_item(stdout, "", second, NAME_AT);
}

static void list_data(void) {
  puts("Data sets");
  for (const mg_catalogue_entry *e = mg_catalogue; e->name; e++) {
    char space[SPACE_SIZE], size[SPACE_SIZE + ITEM_SIZE];
    mg_dataset *data = mg_dataset_named(e->name, 1);
    if (!data) {
      mg_message_reason(e->name, 0);
      continue;
    }
    snprintf(size, sizeof size, "%4zu rows of %s", data->n,
             mg_space_print(&data->space, space, sizeof space));
    list_item(e->name, size, e->line);
    mg_dataset_free(data);
  }
}

/* The measures that a family has, or has not: "binary, levels". */
static const char *measures_of(const mg_model_type *type, bool has, char *text,
                               size_t size) {
  static const mg_measure measures[] = {MG_REALS, MG_BINARY, MG_LEVELS};
  size_t used = 0;
  *text = '\0';
  for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
    const bool stands = type->measures & (1u << measures[i]);
    if (stands == has && used < size)
      used += (size_t)snprintf(text + used, size - used, "%s%s",
                               used ? ", " : "", mg_measure_name(measures[i]));
  }
  return text;
}

/* "Gaussian mixture, on reals; dequantised on binary, levels" */
static const char *title_of(const mg_model_type *type, char *text,
                            size_t size) {
  char on[ITEM_SIZE], off[ITEM_SIZE];
  measures_of(type, true, on, sizeof on);
  measures_of(type, false, off, sizeof off);
  const bool noise = *off && type->measures & (1u << MG_REALS);
  snprintf(text, size, "%s, on %s%s%s%s%s", type->title, on,
           noise ? "; dequantised on " : "", noise ? off : "",
           type->labels ? "; learns from labels" : "",
           type->improper || !mg_model_judges(type) ? "; makes no claim" : "");
  return text;
}

static void list_models(void) {
  puts("\nModels");
  for (const mg_model_type *const *t = mg_zoo; *t; t++) {
    char title[RANGE_SIZE];
    list_item((*t)->name, title_of(*t, title, sizeof title), (*t)->source);
  }
}

static void list_posteriors(void) {
  puts("\nPosteriors, for compare");
  for (const mg_posterior_type *const *t = mg_posteriors; *t; t++)
    list_item((*t)->name, (*t)->title, (*t)->source);
}

/* ---- one model ---- */

static void list_option(const mg_option *option, const void *defaults) {
  char name[ITEM_SIZE], value[ITEM_SIZE], range[RANGE_SIZE];
  char text[2 * RANGE_SIZE];
  if (defaults)
    snprintf(name, sizeof name, "%s=%s", option->name,
             mg_option_print(option, defaults, value, sizeof value));
  else
    snprintf(name, sizeof name, "%s", option->name);
  snprintf(text, sizeof text, "%s: %s", option->help,
           mg_option_range(option, range, sizeof range));
  mg_text_item(stdout, name, text, 28);
}

static void list_options(const mg_option *table, const void *defaults) {
  for (; table->name; table++)
    list_option(table, defaults);
}

static void list_loop_options(const mg_model_type *type) {
  mg_fit_options fit = mg_fit_options_default();
  fit.batch = type->batch;
  for (const mg_option *o = mg_fit_option_table; o->name; o++)
    if (mg_fit_takes(type, o->name))
      list_option(o, &fit);
}

/* The defaults depend on the space: those of two-dimensional data are shown,
 * on a measure that the family stands on. */
static int list_model(const mg_model_type *type) {
  char title[RANGE_SIZE], line[2 * RANGE_SIZE];
  snprintf(line, sizeof line, "%s: %s", type->name,
           title_of(type, title, sizeof title));
  mg_text_wrap(stdout, line, 0, 0);
  mg_text_wrap(stdout, type->source, 0, 0);
  mg_space space = {.dim = 2, .measure = MG_REALS};
  if (!(type->measures & (1u << MG_REALS))) {
    space.measure = MG_BINARY;
    space.levels = 2;
  }
  void *options = calloc(1, type->options_size ? type->options_size : 1);
  if (!options) {
    mg_message("no memory for a model's options");
    return EXIT_FAILURE;
  }
  if (type->options_default)
    type->options_default(&space, options);
  if (type->options && type->options->name) {
    puts("\nOptions of the model, with what they are for two columns of "
         "data:");
    list_options(type->options, options);
  }
  free(options);
  if (type->passes != 1) {
    puts("\nOptions of the loop that fits it:");
    list_loop_options(type);
  }
  puts("\nA data set may bring other defaults; fit prints those it used. To "
       "change one:");
  printf("  marginalia fit %s DATA --set NAME=VALUE\n", type->name);
  return 0;
}

/* ---- one posterior ---- */

/* What its target can, and what is known of it: "gradient, factors, prior". */
static const char *abilities(const mg_posterior *p, char *text, size_t size) {
  const struct {
    bool has;
    const char *name;
  } all[] = {{p->target.gradient, "gradient"},
             {p->target.log_factors, "factors"},
             {p->target.sample_prior && p->target.log_prior, "prior"},
             {p->target.gibbs, "Gibbs moves"},
             {p->type->log_evidence, "exact evidence"},
             {p->type->moments, "exact moments"},
             {p->type->sample, "exact draws"},
             {p->type->simulate, "new data"}};
  size_t used = 0;
  *text = '\0';
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i].has && used < size)
      used += (size_t)snprintf(text + used, size - used, "%s%s",
                               used ? ", " : "", all[i].name);
  return text;
}

/* "mu, tau, eta[1] ...": the first of them. */
static const char *coordinates(const mg_posterior *p, char *text, size_t size) {
  const size_t n = GSL_MIN(p->target.dim, COORDINATES);
  char name[ITEM_SIZE];
  size_t used = 0;
  for (size_t i = 0; i < n && used < size; i++)
    used +=
        (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
                         p->type->coordinate(p->self, i, name, sizeof name));
  if (p->target.dim > n && used < size)
    snprintf(text + used, size - used, " ... %zu in all", p->target.dim);
  return text;
}

static int list_posterior(const mg_posterior_type *type) {
  char text[RANGE_SIZE];
  mg_posterior *p = mg_posterior_alloc(type, NULL);
  if (!p)
    return mg_message_reason(type->name, EXIT_FAILURE);
  printf("%s: ", type->name);
  mg_text_wrap(stdout, type->title, strlen(type->name) + 2, 2);
  mg_text_wrap(stdout, type->source, 0, 0);
  printf("z         ");
  mg_text_wrap(stdout, coordinates(p, text, sizeof text), 10, 10);
  printf("has       ");
  mg_text_wrap(stdout, abilities(p, text, sizeof text), 10, 10);
  if (type->options) {
    puts("\nOptions of the posterior, with their defaults:");
    list_options(type->options, p->options);
  }
  printf("\n  marginalia compare posterior %s%s\n", type->name,
         type->options ? " --set NAME=VALUE" : "");
  mg_posterior_free(p);
  return 0;
}

static const mg_posterior_type *find_posterior(const char *name) {
  for (const mg_posterior_type *const *t = mg_posteriors; *t; t++)
    if (strcmp((*t)->name, name) == 0)
      return *t;
  return NULL;
}

/* ---- one data set ---- */

static void list_columns(const mg_dataset *data) {
  if (!data->columns)
    return;
  printf("columns   ");
  for (size_t j = 0; j < data->space.dim; j++)
    printf("%s%s", j ? ", " : "", data->columns[j]);
  puts("");
}

static int list_data_set(const mg_catalogue_entry *entry) {
  char text[SPACE_SIZE], number[MG_NUMBER_SIZE];
  mg_dataset *data = mg_dataset_named(entry->name, 1);
  if (!data)
    return mg_message_reason(entry->name, EXIT_FAILURE);
  printf("%s: %s\n", data->name, entry->line);
  printf("space     %s\n", mg_space_print(&data->space, text, sizeof text));
  printf("rows      %zu", data->n);
  for (int part = 0; part < MG_PARTS; part++)
    printf("%s %zu %s", part ? "," : ":",
           mg_dataset_part(data, (mg_part_name)part).n,
           mg_part_text((mg_part_name)part));
  puts("");
  list_columns(data);
  if (isfinite(data->truth.entropy))
    printf("truth     known; entropy %s nats\n",
           mg_print_real(data->truth.entropy, 7, number, sizeof number));
  printf("source    ");
  mg_text_wrap(stdout, data->source ? data->source : "not known", 10, 10);
  mg_dataset_free(data);
  return 0;
}

/* ---- a name that is neither ---- */

static int unknown_name(const char *name) {
  const char *found = NULL;
  size_t best = strlen(name) / 2 + 1;
  for (const mg_model_type *const *t = mg_zoo; *t; t++)
    if (mg_word_distance(name, (*t)->name) < best) {
      found = (*t)->name;
      best = mg_word_distance(name, found);
    }
  for (const mg_catalogue_entry *e = mg_catalogue; e->name; e++)
    if (mg_word_distance(name, e->name) < best) {
      found = e->name;
      best = mg_word_distance(name, found);
    }
  for (const mg_posterior_type *const *t = mg_posteriors; *t; t++)
    if (mg_word_distance(name, (*t)->name) < best) {
      found = (*t)->name;
      best = mg_word_distance(name, found);
    }
  if (found)
    mg_message("no data set, model or posterior '%s': did you mean '%s'?", name,
               found);
  else
    mg_message("no data set, model or posterior '%s': see 'marginalia list'",
               name);
  return MG_EXIT_USAGE;
}

/* A model and a posterior may share a name: both are told. */
static int list_one(const char *name) {
  const mg_catalogue_entry *entry = mg_catalogue_find(name);
  const mg_posterior_type *posterior = find_posterior(name);
  if (entry)
    return list_data_set(entry);
  for (const mg_model_type *const *t = mg_zoo; *t; t++)
    if (strcmp((*t)->name, name) == 0) {
      const int status = list_model(*t);
      if (status != 0 || !posterior)
        return status;
      puts("\nAnd a posterior of that name:\n");
    }
  return posterior ? list_posterior(posterior) : unknown_name(name);
}

int command_list(const struct settings *s) {
  if (s->operands == 0) {
    list_data();
    list_models();
    list_posteriors();
    puts("");
    mg_text_wrap(stdout,
                 "'marginalia list NAME' tells more of one; DATA may also be a "
                 "file.",
                 0, 0);
    return 0;
  }
  return list_one(s->operand[0]);
}
