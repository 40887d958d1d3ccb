/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise lint: exercises, tried before students do. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/workbook.h"
#include "exercise/lint.h"
#include "terminal/message.h"
#include "terminal/progress.h"
#include "terminal/text.h"

enum { SEED = 1, INDENT = 2, NAME_WIDTH = 18 };

static void print_problems(const char *says) {
  for (const char *at = says; *at;) {
    const size_t n = strcspn(at, "\n");
    char *line = strndup(at, n);
    if (line) {
      printf("%*s", INDENT, "");
      mg_text_wrap(stdout, line, INDENT, 2 * INDENT);
    }
    free(line);
    at += n + (at[n] == '\n');
  }
}

/* Returns its problems; -1 after a message when it cannot be tried. */
static int lint(const mg_places *places, const mg_exercise_entry *entry) {
  mg_lint_report *report = malloc(sizeof *report);
  mg_progress_show(-1, "%s", entry->name);
  const int status = report ? mg_lint_exercise(places, entry, SEED, report)
                            : mg_fail(GSL_ENOMEM, "no memory for a report");
  mg_progress_clear();
  if (status != GSL_SUCCESS) {
    free(report);
    mg_message_reason(entry->name, 0);
    return -1;
  }
  mg_text_pad(stdout, entry->name, NAME_WIDTH);
  if (report->problems)
    printf("  %zu problem%s\n", report->problems,
           report->problems == 1 ? "" : "s");
  else
    printf("  sound: %zu wrong, %zu right, at most %.1f s each\n",
           report->wrong, report->right, report->seconds);
  print_problems(report->says);
  fflush(stdout);
  const int problems = (int)report->problems;
  free(report);
  return problems;
}

/* Is it one of those that were named, or was none? */
static bool is_meant(const struct settings *s, const char *name) {
  bool meant = s->operands == 0;
  for (size_t i = 0; i < s->operands; i++)
    meant = meant || strcmp(s->operand[i], name) == 0;
  return meant;
}

int exercise_lint(const struct settings *s) {
  mg_places places;
  int status = 0;
  for (size_t i = 0; i < s->operands; i++)
    if (!mg_exercise_find(s->operand[i]))
      return mg_message_usage(s->called, "%s", mg_reason());
  if (workbook_places(&places, s->argv[0]) != 0)
    return EXIT_FAILURE;
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    const int problems = is_meant(s, e->name) ? lint(&places, e) : 0;
    if (problems != 0)
      status = EXIT_FAILURE;
    if (problems < 0)
      break;
  }
  mg_places_clear(&places);
  return status;
}
