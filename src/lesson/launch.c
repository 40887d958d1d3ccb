/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be typed behind a chapter's name.
 *
 * The options are the same for every chapter; what differs are its settings
 * (--set), which its --help lists with their defaults and ranges. */
#include "config.h"

#include "lesson/launch.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/chapters.h"
#include "terminal/message.h"
#include "terminal/text.h"

enum { TEXT_SIZE = 256, NAME_SIZE = 64 };

static const mg_launch_option lines[] = {
    {"step", 0, NULL,
     "stop at every step with a prompt; ? there lists what may be typed"},
    {"list", 0, NULL, "list the steps and end"},
    {"from", 0, "N",
     "begin at step N, a number or a name; the steps before it "
     "are computed and not shown"},
    {"set", 0, "NAME=VALUE", "change a setting of the chapter; repeatable"},
    {"data", 0, "NAME",
     "a data set of 'marginalia list', or a file, in place "
     "of the chapter's own"},
    {"label", 0, "COLUMN",
     "of a CSV file: holds labels, so it is no part of the data"},
    {"seed", 's', "N",
     "where all chance starts (default 1); the same seed, the same bytes"},
    {"out", 'o', "FOLDER",
     "where figures and tables go "
     "(default: marginalia-chapter-NAME)"},
    {"term", 0, "WORD",
     "what figures are drawn as: svg (the default), png, "
     "pdf, gif, dumb, sixel, qt, none"},
    {"with", 0, "FILE",
     "a shared object with functions of yours, which take the place of the "
     "library's: what 'marginalia exercise check' leaves after a pass, or "
     "'gcc -shared -fPIC -o FILE'; repeatable"},
    {"quick", 'q', NULL, "smaller work, for a first look"},
    {"help", 'h', NULL, "this page"},
    {"version", 'V', NULL, "the version"},
    {NULL, 0, NULL, NULL}};

const mg_launch_option *const mg_launch_options = lines;

enum { FIRST_CODE = 256 };

/* ---- reading ---- */

static int read_seed(const char *text, unsigned long *seed) {
  size_t value;
  if (mg_parse_size(text, &value) != GSL_SUCCESS)
    return mg_message_usage(NULL, "--seed is '%s': give a whole number from 0",
                            text);
  *seed = (unsigned long)value;
  return 0;
}

static int read_term(const char *text, mg_launch *launch) {
  launch->term_given = true;
  if (mg_term_parse(text, &launch->term) == GSL_SUCCESS)
    return 0;
  return mg_message_usage(NULL, "--term: %s", mg_reason());
}

static int add_set(const char *text, mg_launch *launch) {
  if (launch->sets == MG_LAUNCH_SETS)
    return mg_message_usage(NULL, "--set more than %d times", MG_LAUNCH_SETS);
  launch->set[launch->sets++] = text;
  return 0;
}

static int add_with(const char *text, mg_launch *launch) {
  if (!*text)
    return mg_message_usage(NULL, "--with is empty");
  if (launch->withs == MG_LAUNCH_WITH)
    return mg_message_usage(NULL, "--with more than %d times", MG_LAUNCH_WITH);
  launch->with[launch->withs++] = text;
  return 0;
}

static int take(mg_launch *launch, const char *name, const char *text) {
  if (strcmp(name, "seed") == 0)
    return read_seed(text, &launch->seed);
  if (strcmp(name, "term") == 0)
    return read_term(text, launch);
  if (strcmp(name, "set") == 0)
    return add_set(text, launch);
  if (strcmp(name, "with") == 0)
    return add_with(text, launch);
  const struct {
    const char *name;
    bool *flag;
    const char **text;
  } fields[] = {
      {"step", &launch->step, NULL},       {"list", &launch->list, NULL},
      {"quick", &launch->quick, NULL},     {"help", &launch->help, NULL},
      {"version", &launch->version, NULL}, {"data", NULL, &launch->data},
      {"label", NULL, &launch->label},     {"out", NULL, &launch->out},
      {"from", NULL, &launch->from}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    if (strcmp(fields[i].name, name) != 0)
      continue;
    if (fields[i].text && !*text)
      return mg_message_usage(NULL, "--%s is empty", name);
    if (fields[i].text)
      *fields[i].text = text;
    else
      *fields[i].flag = true;
  }
  return 0;
}

static int fail_unknown(const char *word) {
  mg_suggestion known = {.wrong = word};
  char text[400];
  for (const mg_launch_option *o = lines; o->name; o++)
    mg_suggestion_add(&known, o->name);
  return mg_message_usage(NULL, "no option '%s': %s", word,
                          mg_suggestion_print(&known, text, sizeof text));
}

static const mg_launch_option *line_of(int code) {
  for (int i = 0; lines[i].name; i++)
    if (code == FIRST_CODE + i || (code && code == lines[i].letter))
      return &lines[i];
  return NULL;
}

static int refuse(int code, const char *word) {
  const mg_launch_option *line = line_of(optopt);
  if (code == ':' && line)
    return mg_message_usage(NULL, "--%s needs %s", line->name, line->argument);
  if (line)
    return mg_message_usage(NULL, "--%s takes no value", line->name);
  if (optopt) /* a letter, perhaps in the middle of others */
    return fail_unknown((char[]){(char)optopt, '\0'});
  return fail_unknown(word + strspn(word, "-"));
}

int mg_launch_parse(mg_launch *launch, int argc, char **argv) {
  struct option list[sizeof lines / sizeof *lines];
  memset(list, 0, sizeof list);
  *launch = (mg_launch){.seed = 1, .term = MG_TERM_SVG};
  for (int i = 0; lines[i].name; i++)
    list[i] = (struct option){.name = lines[i].name,
                              .has_arg = lines[i].argument ? required_argument
                                                           : no_argument,
                              .val = FIRST_CODE + i};
  int code, status = 0;
  optind = 0; /* also forgets where an earlier call stopped */
  while (status == 0 &&
         (code = getopt_long(argc, argv, ":s:o:qhV", list, NULL)) != -1) {
    const mg_launch_option *line = line_of(code);
    status = line ? take(launch, line->name, optarg)
                  : refuse(code, argv[optind - 1]);
  }
  if (status == 0 && optind < argc)
    return mg_message_usage(NULL,
                            "'%s' is one word too many: options begin "
                            "with --",
                            argv[optind]);
  return status;
}

/* ---- settings ---- */

int mg_launch_set(const mg_chapter *chapter, const char *text, void *settings) {
  char name[NAME_SIZE];
  const size_t n = strcspn(text, "=");
  if (!text[n] || n == 0 || n >= sizeof name)
    return mg_fail(GSL_EINVAL, "'%.60s' sets nothing: write name=value", text);
  snprintf(name, sizeof name, "%.*s", (int)n, text);
  if (!chapter->options)
    return mg_fail(GSL_EINVAL, "this chapter has no settings");
  return mg_option_set(chapter->options, name, text + n + 1, settings);
}

const char *mg_launch_folder(const mg_launch *launch, const mg_chapter *chapter,
                             char *text, size_t size) {
  if (launch->out)
    return launch->out;
  snprintf(text, size, "marginalia-chapter-%s", chapter->name);
  return text;
}

/* ---- help ---- */

static void help_options(FILE *stream) {
  char name[NAME_SIZE], letter[8];
  for (const mg_launch_option *o = lines; o->name; o++) {
    snprintf(letter, sizeof letter, o->letter ? "-%c, " : "%c", o->letter);
    snprintf(name, sizeof name, "%s--%s%s%s", o->letter ? letter : "", o->name,
             o->argument ? " " : "", o->argument ? o->argument : "");
    mg_text_item(stream, name, o->help, 22);
  }
}

static void help_setting(FILE *stream, const mg_option *option,
                         const void *settings) {
  char text[2 * TEXT_SIZE], value[NAME_SIZE], range[TEXT_SIZE];
  snprintf(text, sizeof text, "%s; %s, default %s", option->help,
           mg_option_range(option, range, sizeof range),
           mg_option_print(option, settings, value, sizeof value));
  mg_text_item(stream, option->name, text, 22);
}

static void help_settings(FILE *stream, const mg_chapter *chapter) {
  if (!chapter->options)
    return;
  void *settings = calloc(1, chapter->options_size + 1);
  if (!settings)
    return;
  chapter->options_default(false, settings);
  fputs("\nSettings (--set NAME=VALUE):\n", stream);
  for (const mg_option *o = chapter->options; o->name; o++)
    help_setting(stream, o, settings);
  free(settings);
}

void mg_launch_help(FILE *stream, const mg_chapter *chapter) {
  const mg_chapter_entry *entry = mg_chapter_find(chapter->name);
  fprintf(stream, "Usage: %s [OPTION...]\n\n", mg_message_name());
  if (entry)
    fprintf(stream, "Chapter %u. %s\n\n", entry->number, entry->title);
  mg_text_wrap(stream,
               "Tells the chapter step by step, prints its numbers, "
               "and writes its figures and tables into a folder.",
               0, 0);
  if (chapter->data)
    fprintf(stream, "Its data: %s.\n", chapter->data);
  fputs("\nOptions:\n", stream);
  help_options(stream);
  help_settings(stream, chapter);
}
