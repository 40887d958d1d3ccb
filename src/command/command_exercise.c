/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise: a grammar of its own behind a verb.
 *
 * What is typed behind `exercise` is read as a whole command line is, by the
 * two tables here; each verb is a function of exercise.h. */
#include "config.h"

#include "command/exercise.h"

#include <stdint.h>

#include "command/verbs.h"

static const char list_text[] =
    "Chapter by chapter: the name of each exercise, its title, its points, and "
    "the minutes that it takes.";

static const struct verb exercise_verbs[] = {
    {"list", "", 0, 0, false, false, "which there are", list_text,
     "exercise list", exercise_list, NULL},
    {.name = NULL}};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_entry exercise_options[] = {
    {"help", 'h', OPTION_FLAG, NULL, FIELD(help), 0, 0, NULL,
     "this help, and exit"},
    {.name = NULL}};

const struct grammar exercise_grammar = {"exercise ", exercise_verbs,
                                         exercise_options};

int command_exercise(const struct settings *s) {
  struct settings inner;
  char *list[] = {s->argv[0], "list", NULL};
  /* The verb was read as an operand, and is read again as a verb. */
  char **argv = s->operands ? s->rest - 2 : list;
  int argc = 0;
  while (argv[argc])
    argc++;
  int status = settings_parse(&inner, &exercise_grammar, argc, argv);
  inner.argv = s->argv;
  inner.argc = s->argc;
  if (status == 0)
    status = verbs_run(&inner);
  settings_clear(&inner);
  return status;
}
