/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a command line, after GNU's conventions.
 *
 * getopt_long does the reading: --name=value or --name value, names that are
 * cut short as long as they are clear, letters in one word (-qn5), "--" that
 * ends the options.  Its list of long options and of letters is made here from
 * option_table.
 *
 * Its string of letters begins with '-': operands are then handed over in their
 * place, and POSIXLY_CORRECT in the environment, which would end the options at
 * the first operand, changes nothing.  The ':' behind it keeps getopt quiet;
 * the words are ours, because they can name what was meant.
 *
 * A verb that passes (chapter, exercise) ends the reading with its operand;
 * what stands behind it is a chapter's, or is read by exercise's own grammar.
 *
 * The verb is the first operand, wherever it stands.  An option that the verb
 * does not take is an error: what has no effect was a misunderstanding.
 *
 * Not here: values that need more than the command line to be judged (a data
 * set's name, a model's options); the verbs do that. */
#include "config.h"

#include "command/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/option.h"
#include "base/status.h"
#include "terminal/message.h"

enum { ENTRIES_MOST = 32, FIRST_CODE = 1000, NAME_SIZE = 64 };

const struct verb *verb_find(const struct grammar *grammar, const char *name) {
  for (const struct verb *v = grammar->verbs; v->name; v++)
    if (strcmp(v->name, name) == 0)
      return v;
  return NULL;
}

/* Is word one of the words of list? */
static bool has_word(const char *list, const char *word) {
  size_t length = strlen(word);
  while (*list) {
    size_t n = strcspn(list, " ");
    if (n == length && strncmp(list, word, n) == 0)
      return true;
    list += n + (list[n] == ' ');
  }
  return false;
}

bool verb_takes(const struct verb *verb, const struct option_entry *option) {
  return !option->verbs || has_word(option->verbs, verb->name);
}

/* ---- what getopt_long wants ---- */

struct getopt_tables {
  struct option list[ENTRIES_MOST + 1];
  char letters[3 * ENTRIES_MOST + 3];
};

static void make_tables(struct getopt_tables *t,
                        const struct option_entry *options) {
  memset(t, 0, sizeof *t);
  char *letter = t->letters;
  *letter++ = '-';
  *letter++ = ':';
  for (int i = 0; options[i].name; i++) {
    const struct option_entry *entry = &options[i];
    const bool argument = entry->kind != OPTION_FLAG;
    t->list[i] =
        (struct option){.name = entry->name,
                        .has_arg = argument ? required_argument : no_argument,
                        .val = FIRST_CODE + i};
    if (entry->letter)
      *letter++ = entry->letter;
    if (entry->letter && argument)
      *letter++ = ':';
  }
}

/* The entry that a code of getopt_long stands for, or NULL. */
static const struct option_entry *entry_of(const struct settings *s, int code) {
  const struct option_entry *options = s->grammar->options;
  for (int i = 0; options[i].name; i++)
    if (code == FIRST_CODE + i || (code && code == options[i].letter))
      return &options[i];
  return NULL;
}

/* ---- what can be wrong ---- */

/* Near enough to be meant: a third of the letters may be wrong. */
static void closest(const char *word, const char *name, size_t *best,
                    const char **found) {
  size_t distance = mg_word_distance(word, name);
  if (distance < *best && distance <= (strlen(name) + 2) / 3) {
    *best = distance;
    *found = name;
  }
}

/* Whose --help a message names: the verb's, once it was read. */
static const char *verb_of(const struct settings *s) {
  return s->verb && !s->verb->hidden ? s->called : NULL;
}

static int unknown_verb(const struct settings *s, const char *word) {
  const char *before = s->grammar->before, *found = NULL;
  char verb[CALLED_SIZE];
  snprintf(verb, sizeof verb, "%.*s", (int)strcspn(before, " "), before);
  size_t best = NOT_GIVEN;
  for (const struct verb *v = s->grammar->verbs; v->name; v++)
    if (!v->hidden)
      closest(word, v->name, &best, &found);
  if (found)
    return mg_message_usage(*verb ? verb : NULL,
                            "no verb '%s%s': did you mean '%s%s'?", before,
                            word, before, found);
  return mg_message_usage(*verb ? verb : NULL, "no verb '%s%s'", before, word);
}

/* A long option that getopt does not know, or of which it knows several. */
static int unknown_option(const struct settings *s, const char *word) {
  char name[NAME_SIZE], meant[256] = "";
  const char *found = NULL;
  size_t best = NOT_GIVEN, used = 0, several = 0;
  snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
  for (const struct option_entry *e = s->grammar->options; e->name; e++) {
    closest(name, e->name, &best, &found);
    if (strncmp(e->name, name, strlen(name)) != 0 || used >= sizeof meant)
      continue;
    used += (size_t)snprintf(meant + used, sizeof meant - used, "%s--%s",
                             several++ ? ", " : "", e->name);
  }
  if (several > 1)
    return mg_message_usage(verb_of(s), "--%s could be any of %s", name, meant);
  if (found)
    return mg_message_usage(
        verb_of(s), "no option '--%s': did you mean '--%s'?", name, found);
  return mg_message_usage(verb_of(s), "no option '--%s'", name);
}

static int refuse(const struct settings *s, int code, const char *word) {
  const struct option_entry *entry = entry_of(s, optopt);
  if (code == ':')
    return mg_message_usage(verb_of(s), "--%s needs %s", entry->name,
                            entry->argument);
  if (entry)
    return mg_message_usage(verb_of(s), "--%s takes no value", entry->name);
  if (optopt)
    return mg_message_usage(verb_of(s), "no option '-%c'", optopt);
  return unknown_option(s, word + 2);
}

/* The next operand, and what stands behind it. */
static int add_operand(struct settings *s, const char *text, char **behind) {
  if (!s->verb) {
    s->verb = verb_find(s->grammar, text);
    snprintf(s->called, sizeof s->called, "%s%s", s->grammar->before, text);
    return s->verb ? 0 : unknown_verb(s, text);
  }
  if (s->operands == s->verb->most)
    return mg_message_usage(s->called, "%s: '%s' is one operand too many",
                            s->called, text);
  s->operand[s->operands++] = text;
  if (s->verb->passes)
    s->rest = behind;
  return 0;
}

static int misplaced(const struct verb *verb) {
  if (verb->inner)
    return mg_message_usage(verb->name,
                            "the verb of %s comes first, its options behind "
                            "it, as in 'marginalia %s %s --help'",
                            verb->name, verb->name, verb->inner->verbs[0].name);
  return mg_message_usage(verb->name,
                          "the chapter's word comes first, its options behind "
                          "it, as in 'marginalia %s em --step'",
                          verb->name);
}

static int read_count(const struct settings *s,
                      const struct option_entry *entry, const char *text,
                      size_t *value) {
  size_t count = 0;
  if (mg_parse_size(text, &count) == GSL_SUCCESS && entry->min <= count &&
      count <= entry->max) {
    *value = count;
    return 0;
  }
  if (entry->max == NOT_GIVEN - 1)
    return mg_message_usage(verb_of(s),
                            "--%s is '%s': give a whole number from %zu",
                            entry->name, text, entry->min);
  return mg_message_usage(verb_of(s),
                          "--%s is '%s': give a whole number, %zu .. %zu",
                          entry->name, text, entry->min, entry->max);
}

/* Has a folder that is not there the ending of a file that is written? */
static bool is_file_name(const char *path) {
  static const char *const endings[] = {".safetensors", ".tsv", ".csv", ".json",
                                        ".gp",          ".svg", ".png", ".pdf"};
  const char *dot = strrchr(path, '.');
  for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
    if (strcmp(dot, endings[i]) == 0)
      return access(path, F_OK) != 0;
  return false;
}

static int read_option(struct settings *s, const struct option_entry *entry,
                       const char *text) {
  char *field = (char *)s + entry->offset;
  const bool yes = true;
  size_t count = 0;
  int status = 0;
  switch (entry->kind) {
  case OPTION_FLAG:
    memcpy(field, &yes, sizeof yes);
    break;
  case OPTION_COUNT:
    status = read_count(s, entry, text, &count);
    if (status == 0)
      memcpy(field, &count, sizeof count);
    break;
  case OPTION_TEXT:
    if (!*text)
      return mg_message_usage(verb_of(s), "--%s is empty", entry->name);
    if (entry->offset == offsetof(struct settings, out) && is_file_name(text))
      return mg_message_usage(verb_of(s),
                              "--%s is a folder, and '%.200s' looks like a "
                              "file: name the folder alone",
                              entry->name, text);
    memcpy(field, &text, sizeof text);
    break;
  case OPTION_LIST:
    if (s->sets == SETS_MOST)
      return mg_message_usage(verb_of(s), "--%s more than %d times",
                              entry->name, SETS_MOST);
    s->set[s->sets++] = text;
  }
  return status;
}

/* After all was read: does it make a call? */
static int check(const struct settings *s, const bool *given) {
  if (s->help || s->version || !s->verb)
    return 0;
  const struct verb *verb = s->verb;
  const struct option_entry *options = s->grammar->options;
  for (int i = 0; options[i].name; i++)
    if (given[i] && !verb_takes(verb, &options[i]))
      return verb->passes ? misplaced(verb)
                          : mg_message_usage(s->called, "%s takes no --%s",
                                             s->called, options[i].name);
  if (s->operands < verb->least)
    return mg_message_usage(s->called, "%s needs %s", s->called,
                            verb->operands);
  return 0;
}

/* Nothing is given yet. */
static int begin(struct settings *s, const struct grammar *grammar, int argc,
                 char **argv) {
  *s = (struct settings){.grammar = grammar,
                         .operand = calloc((size_t)argc + 1, sizeof(char *)),
                         .seed = NOT_GIVEN,
                         .rows = NOT_GIVEN,
                         .levels = NOT_GIVEN,
                         .seeds = NOT_GIVEN,
                         .draws = NOT_GIVEN,
                         .jobs = NOT_GIVEN,
                         .weights = NOT_GIVEN,
                         .temperatures = NOT_GIVEN,
                         .count = 10,
                         .argc = argc,
                         .argv = argv};
  optind = 0; /* getopt may have read another line before */
  if (s->operand)
    return 0;
  mg_message("no memory for the command line");
  return EXIT_FAILURE;
}

void settings_clear(struct settings *s) {
  free(s->operand);
  s->operand = NULL;
}

int settings_parse(struct settings *s, const struct grammar *grammar, int argc,
                   char **argv) {
  struct getopt_tables tables;
  bool given[ENTRIES_MOST] = {false};
  int status = begin(s, grammar, argc, argv), code;
  make_tables(&tables, grammar->options);
  while (status == 0 && !s->rest &&
         (code = getopt_long(argc, argv, tables.letters, tables.list, NULL)) !=
             -1) {
    const struct option_entry *entry = entry_of(s, code);
    if (code == 1)
      status = add_operand(s, optarg, argv + optind);
    else if (s->verb && s->verb->passes && !(entry && !entry->verbs))
      status = misplaced(s->verb);
    else if (!entry)
      status = refuse(s, code, argv[optind - 1]);
    else
      status = read_option(s, entry, optarg);
    if (entry && code != 1)
      given[entry - grammar->options] = true;
  }
  for (; status == 0 && !s->rest && optind < argc; optind++)
    status = add_operand(s, argv[optind], argv + optind + 1);
  return status == 0 ? check(s, given) : status;
}

unsigned long settings_seed(const struct settings *s) {
  return s->seed == NOT_GIVEN ? 1 : (unsigned long)s->seed;
}

size_t settings_draws(const struct settings *s) {
  return s->draws == NOT_GIVEN ? 4 : s->draws;
}

/* ---- the line ---- */

static bool is_plain(const char *word) {
  return *word && word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                    "-_./=:,+@%")] == '\0';
}

/* Copies a word as a shell reads it back; each quote becomes '\''. */
static char *add_word(char *at, const char *word) {
  if (is_plain(word))
    return stpcpy(at, word);
  *at++ = '\'';
  for (; *word; word++)
    if (*word == '\'')
      at = stpcpy(at, "'\\''");
    else
      *at++ = *word;
  *at++ = '\'';
  *at = '\0';
  return at;
}

/* How many words from i on only say where results go, how many threads make
 * them and how often they were stopped: an option and its value, 1 when they
 * are one word; else 0. */
static int words_of_no_effect(const struct settings *s, int i) {
  static const char *const names[] = {"--threads", "--out", "--checkpoint",
                                      "--resume",  "-t",    "-o"};
  const char *word = s->argv[i];
  for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
    const size_t length = strlen(names[n]);
    if (strcmp(word, names[n]) == 0)
      return i + 1 < s->argc ? 2 : 1;
    if (strncmp(word, names[n], length) == 0 &&
        (word[1] != '-' || word[length] == '='))
      return 1;
  }
  return 0;
}

char *settings_line(const struct settings *s, bool whole) {
  size_t size = sizeof "marginalia";
  for (int i = 1; i < s->argc; i++)
    size += 4 * strlen(s->argv[i]) + 3;
  char *line = malloc(size);
  if (!line)
    return NULL;
  char *at = stpcpy(line, "marginalia");
  for (int i = 1; i < s->argc; i++) {
    const int skip = whole ? 0 : words_of_no_effect(s, i);
    if (skip) {
      i += skip - 1;
      continue;
    }
    *at++ = ' ';
    at = add_word(at, s->argv[i]);
  }
  return line;
}

const char *set_split(const char *text, char *name, size_t size) {
  const char *equals = strchr(text, '=');
  if (!equals || equals == text || (size_t)(equals - text) >= size) {
    mg_fail(GSL_EINVAL, "--set is '%.60s': give name=value", text);
    return NULL;
  }
  snprintf(name, size, "%.*s", (int)(equals - text), text);
  return equals + 1;
}
