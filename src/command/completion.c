/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The completion for bash, made at build time from the same tables.
 *
 * It knows the verbs, the options that each takes, the data sets, the models,
 * the posteriors, the chapters, the exercises and the measurements; where a
 * path may stand it offers files.  It needs bash alone, not the package
 * bash-completion. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "command/bench.h"
#include "command/verbs.h"
#include "data/catalogue.h"
#include "eval/zoo.h"
#include "exercise/exercise.h"
#include "lesson/chapters.h"
#include "lesson/launch.h"
#include "targets/named.h"

static void put_verbs(const struct grammar *grammar) {
  for (const struct verb *v = grammar->verbs; v->name; v++)
    if (!v->hidden)
      printf(" %s", v->name);
}

static void put_data(void) {
  for (const mg_catalogue_entry *e = mg_catalogue; e->name; e++)
    printf(" %s", e->name);
}

static void put_models(void) {
  for (const mg_model_type *const *t = mg_zoo; *t; t++)
    printf(" %s", (*t)->name);
}

static void put_posteriors(void) {
  for (const mg_posterior_type *const *t = mg_posteriors; *t; t++)
    printf(" %s", (*t)->name);
}

static void put_chapters(void) {
  for (const mg_chapter_entry *e = mg_chapters; e->name; e++)
    printf(" %s", e->name);
}

static void put_exercises(void) {
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++)
    printf(" %s", e->name);
}

static void put_benches(void) {
  for (size_t i = 0; bench_name(i); i++)
    printf(" %s", bench_name(i));
}

static void put_options(const struct grammar *grammar,
                        const struct verb *verb) {
  if (verb)
    printf("  '%s%s') options=\"", grammar->before, verb->name);
  else
    fputs("  *) options=\"", stdout);
  const char *gap = "";
  for (const struct option_entry *e = grammar->options; e->name; e++)
    if (verb ? verb_takes(verb, e) : !e->verbs) {
      printf("%s--%s%s", gap, e->name, e->argument ? "=" : "");
      gap = " ";
    }
  for (const mg_launch_option *o = mg_launch_options;
       verb && verb->passes && !verb->inner && o->name; o++)
    printf(" --%s%s", o->name, o->argument ? "=" : "");
  puts("\" ;;");
}

/* What the operands of a verb may be, from their names in the table. */
static void put_operands(const struct grammar *grammar,
                         const struct verb *verb) {
  (void)grammar;
  static const struct {
    const char *name, *words;
  } kind[] = {{"[NAME]", "$models $data $posteriors"},
              {"MODEL DATA", "$models $data"},
              {"[DATA]", "$data posterior"},
              {"[CHAPTER]", "$chapters"},
              {"[VERB]", "$exercise"},
              {"FILE DATA", "$data"},
              {"FILE", ""}};
  for (size_t i = 0; i < sizeof kind / sizeof *kind; i++)
    if (strcmp(kind[i].name, verb->operands) == 0)
      printf("  %s) words=\"%s\" ;;\n", verb->name,
             strcmp(verb->name, "bench") == 0 ? "$benches" : kind[i].words);
}

/* A verb of exercise takes the name of one. */
static void put_inner(const struct grammar *grammar, const struct verb *verb) {
  if (strstr(verb->operands, "NAME"))
    printf("  '%s%s') words=$exercises ;;\n", grammar->before, verb->name);
}

static void each_verb(const struct grammar *grammar,
                      void (*put)(const struct grammar *,
                                  const struct verb *)) {
  for (const struct verb *v = grammar->verbs; v->name; v++)
    if (!v->hidden)
      put(grammar, v);
}

int command_completion(const struct settings *settings) {
  (void)settings;
  fputs("# bash completion for marginalia, made by marginalia "
        "print-completion.\n"
        "_marginalia() {\n"
        "  local verbs=\"",
        stdout);
  put_verbs(&main_grammar);
  fputs("\"\n  local exercise=\"", stdout);
  put_verbs(&exercise_grammar);
  fputs("\"\n  local exercises=\"", stdout);
  put_exercises();
  fputs("\"\n  local data=\"", stdout);
  put_data();
  fputs("\"\n  local models=\"", stdout);
  put_models();
  fputs("\"\n  local posteriors=\"", stdout);
  put_posteriors();
  fputs("\"\n  local benches=\"", stdout);
  put_benches();
  fputs("\"\n  local chapters=\"", stdout);
  put_chapters();
  puts("\"\n"
       "  local word=${COMP_WORDS[COMP_CWORD]} verb= options= words= i\n"
       "  COMPREPLY=()\n"
       "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
       "    if [[ \" $verbs \" == *\" ${COMP_WORDS[i]} \"* ]]; then\n"
       "      verb=${COMP_WORDS[i]}\n"
       "      break\n"
       "    fi\n"
       "  done\n"
       "  [[ $verb == exercise ]] && ((i + 1 < COMP_CWORD)) &&\n"
       "    verb=\"exercise ${COMP_WORDS[i + 1]}\"\n"
       "  case $verb in");
  each_verb(&main_grammar, put_options);
  each_verb(&exercise_grammar, put_options);
  put_options(&main_grammar, NULL);
  puts("  esac\n"
       "  case $verb in");
  each_verb(&main_grammar, put_operands);
  each_verb(&exercise_grammar, put_inner);
  puts("  '') words=$verbs ;;\n"
       "  esac\n"
       "  [[ ${COMP_WORDS[COMP_CWORD - 1]} == posterior ]] &&\n"
       "    words=$posteriors\n"
       "  if [[ $word == -* ]]; then\n"
       "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
       "    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null\n"
       "  else\n"
       "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
       "  fi\n"
       "  return 0\n"
       "}\n"
       "complete -o default -F _marginalia marginalia");
  return 0;
}
