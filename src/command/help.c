/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --help: 80 columns, from the tables alone. */
#include "config.h"

#include "command/help.h"

#include <string.h>

#include "command/verbs.h"
#include "terminal/message.h"
#include "terminal/text.h"

enum { ITEM_SIZE = 64, LINE_SIZE = 1024, OPTIONS_AT = 26, VERBS_AT = 22 };

const char help_line[] =
    "Fits generative models and compares them by the evidence, log p(x).";

const char *const help_exits[] = {
    "0",   "all went well",
    "1",   "something failed: a fit, a file that could not be written",
    "2",   "the command line makes no sense, or an input file does not",
    "130", "stopped by Ctrl-C; what was finished is kept",
    NULL};

const char *const help_environment[] = {
    "NO_COLOR",
    "when set and not empty, nothing is coloured",
    "OMP_NUM_THREADS",
    "how many threads there are without --threads",
    "OPENBLAS_CORETYPE",
    "the kernel OpenBLAS takes; 'marginalia doctor' says when it needs help",
    NULL};

const char *help_option(const struct option_entry *entry, char *text,
                        size_t size) {
  char letter[8] = "    ";
  if (entry->letter)
    snprintf(letter, sizeof letter, "-%c, ", entry->letter);
  snprintf(text, size, "%s--%s%s%s", letter, entry->name,
           entry->argument ? "=" : "", entry->argument ? entry->argument : "");
  return text;
}

const char *help_passed(const mg_launch_option *option, char *text,
                        size_t size) {
  const struct option_entry entry = {.name = option->name,
                                     .letter = option->letter,
                                     .argument = option->argument};
  return help_option(&entry, text, size);
}

const char *help_verb(const struct verb *verb, char *text, size_t size) {
  snprintf(text, size, "%s%s%s", verb->name, *verb->operands ? " " : "",
           verb->operands);
  return text;
}

void help_lines(FILE *stream, const char *text,
                void (*each)(FILE *stream, const char *line)) {
  char line[LINE_SIZE];
  while (*text) {
    size_t length = strcspn(text, "\n");
    snprintf(line, sizeof line, "%.*s", (int)length, text);
    each(stream, line);
    text += length + (text[length] == '\n');
  }
}

static void paragraph(FILE *stream, const char *line) {
  fputc('\n', stream);
  mg_text_wrap(stream, line, 0, 0);
}

static void example(FILE *stream, const char *line) {
  fprintf(stream, "  marginalia %s\n", line);
}

static void print_verbs(FILE *stream, const struct grammar *grammar,
                        size_t indent) {
  char item[ITEM_SIZE];
  fputs("\nVerbs:\n", stream);
  for (const struct verb *v = grammar->verbs; v->name; v++)
    if (!v->hidden)
      mg_text_item(stream, help_verb(v, item, sizeof item), v->line, indent);
}

static void print_options(FILE *stream, const struct grammar *grammar,
                          const struct verb *verb) {
  char item[ITEM_SIZE];
  fputs("\nOptions:\n", stream);
  for (const struct option_entry *e = grammar->options; e->name; e++)
    if (!verb || verb_takes(verb, e))
      mg_text_item(stream, help_option(e, item, sizeof item), e->help,
                   OPTIONS_AT);
}

static void print_passed(FILE *stream) {
  char item[ITEM_SIZE];
  fputs("\nOptions of every chapter, behind CHAPTER:\n", stream);
  for (const mg_launch_option *o = mg_launch_options; o->name; o++)
    mg_text_item(stream, help_passed(o, item, sizeof item), o->help,
                 OPTIONS_AT);
}

static void print_verb(FILE *stream, const struct grammar *grammar,
                       const struct verb *verb) {
  char item[ITEM_SIZE];
  fprintf(stream, "Usage: marginalia %s%s [OPTION]...\n", grammar->before,
          help_verb(verb, item, sizeof item));
  help_lines(stream, verb->text, paragraph);
  if (verb->inner)
    print_verbs(stream, verb->inner, OPTIONS_AT);
  print_options(stream, grammar, verb);
  if (verb->passes && !verb->inner)
    print_passed(stream);
  fputs("\nExamples:\n", stream);
  help_lines(stream, verb->examples, example);
}

static void print_general(FILE *stream) {
  fputs("Usage: marginalia VERB [OPERAND]... [OPTION]...\n", stream);
  mg_text_wrap(stream, help_line, 0, 0);
  print_verbs(stream, &main_grammar, VERBS_AT);
  fputs("\nDATA is the name of a data set inside the program ('marginalia "
        "list'), or the\npath of a file: IDX, NPY or CSV, plain or gzip.\n",
        stream);
  print_options(stream, &main_grammar, NULL);
  fputs("\nA verb takes those that 'marginalia VERB --help' shows.\n", stream);
  fputs("\nExit status:\n", stream);
  for (const char *const *e = help_exits; *e; e += 2)
    mg_text_item(stream, e[0], e[1], 8);
  fputs("\nExamples:\n", stream);
  example(stream, "chapter em --step");
  example(stream, "compare");
  example(stream, "fit gmm faithful");
  example(stream, "sample gmm-faithful.safetensors -n 5");
}

void help_print(FILE *stream, const struct grammar *grammar,
                const struct verb *verb) {
  if (verb)
    print_verb(stream, grammar, verb);
  else
    print_general(stream);
}

void help_short(FILE *stream) {
  fputs("Usage: marginalia VERB [OPERAND]... [OPTION]...\n"
        "To begin: marginalia chapter, marginalia compare.\n"
        "'marginalia --help' tells more.\n",
        stream);
}

void help_version(FILE *stream) {
  fputs("marginalia " PACKAGE_VERSION "\n"
        "Licence GPL-3.0-or-later: free software, without any warranty.\n",
        stream);
}

/* help VERB, and help exercise VERB; within exercise, help VERB alone. */
int command_help(const struct settings *settings) {
  const bool within = settings->grammar != &main_grammar;
  const struct grammar *grammar = &main_grammar;
  const struct verb *verb = within ? verb_find(grammar, "exercise") : NULL;
  for (size_t i = 0; i < settings->operands; i++) {
    const char *word = settings->operand[i];
    if (verb && !verb->inner)
      return mg_message_usage(NULL, "%s has no verb '%s'", verb->name, word);
    grammar = verb ? verb->inner : grammar;
    verb = verb_find(grammar, word);
    if (!verb || verb->hidden)
      return mg_message_usage(NULL, "no verb '%s%s'", grammar->before, word);
  }
  help_print(stdout, grammar, verb);
  return 0;
}
