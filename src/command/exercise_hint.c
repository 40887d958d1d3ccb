/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise hint, solution: help, as much as is asked for. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/markdown.h"
#include "command/workbook.h"
#include "terminal/message.h"

enum { HINTS = 3 };

/* ---- hint ---- */

/* Is the word a number of a hint? */
static bool is_number(const char *word) {
  return *word && strspn(word, "0123456789") == strlen(word);
}

/* Reads [NAME] [1..3].  number: 0 when none is given.  Returns 0. */
static int read_operands(const struct settings *s, const char **name,
                         unsigned *number) {
  const char *word = NULL;
  *name = NULL;
  *number = 0;
  for (size_t i = 0; i < s->operands; i++)
    if (!word && is_number(s->operand[i]))
      word = s->operand[i];
    else if (!*name)
      *name = s->operand[i];
    else
      return mg_message_usage(s->called,
                              "the number of a hint is 1, 2 or 3, "
                              "not '%s'",
                              s->operand[i]);
  if (!word)
    return 0;
  if (strlen(word) != 1 || *word < '1' || *word > '0' + HINTS)
    return mg_message_usage(s->called,
                            "the number of a hint is 1, 2 or 3, "
                            "not '%s'",
                            word);
  *number = (unsigned)(*word - '0');
  return 0;
}

static int print_hint(const mg_places *places, const mg_exercise_entry *entry,
                      unsigned number) {
  const char title[] = {(char)('0' + number), '\0'};
  char *page = workbook_page(places->exercises, entry, "hints.md");
  char *hint = page ? markdown_section(page, title) : NULL;
  if (hint) {
    printf("%s, hint %u of %d:\n\n", entry->name, number, HINTS);
    markdown_print(stdout, hint);
  } else if (page) {
    mg_message("%s has no hint %u", entry->name, number);
  }
  free(hint);
  free(page);
  return hint ? 0 : EXIT_FAILURE;
}

static int give_hint(struct workbook *w, const mg_exercise_entry *entry,
                     unsigned number, const char *called) {
  mg_progress_entry p = mg_progress_get(w->progress, entry->name);
  mg_places places;
  if (!number)
    number = p.hints < HINTS ? p.hints + 1 : HINTS;
  int status = workbook_places(&places, called);
  if (status != 0)
    return status;
  status = print_hint(&places, entry, number);
  mg_places_clear(&places);
  if (status == 0 && number > p.hints) {
    p.hints = number;
    workbook_record(w, entry, &p);
  }
  return status;
}

int exercise_hint(const struct settings *s) {
  struct workbook w;
  const char *name;
  unsigned number;
  int status = read_operands(s, &name, &number);
  if (status == 0)
    status = workbook_open(&w);
  if (status != 0)
    return status;
  const mg_exercise_entry *entry = workbook_meant(&w, name, s->called);
  status = entry ? give_hint(&w, entry, number, s->argv[0]) : MG_EXIT_USAGE;
  workbook_close(&w);
  return status;
}

/* ---- solution ---- */

static int print_solution(const mg_exercise_entry *entry, const char *called) {
  mg_places places;
  if (workbook_places(&places, called) != 0)
    return EXIT_FAILURE;
  char *text = workbook_page(places.skeletons, entry, "solution.c");
  if (text)
    fputs(text, stdout);
  free(text);
  mg_places_clear(&places);
  return text ? 0 : EXIT_FAILURE;
}

int exercise_solution(const struct settings *s) {
  struct workbook w;
  int status = workbook_open(&w);
  if (status != 0)
    return status;
  const mg_exercise_entry *entry = workbook_meant(&w, s->operand[0], s->called);
  mg_progress_entry p = {.status = MG_PROGRESS_NEW};
  if (entry)
    p = mg_progress_get(w.progress, entry->name);
  const bool seen =
      p.status == MG_PROGRESS_PASSED || p.status == MG_PROGRESS_GIVEN_UP;
  if (!entry) {
    status = MG_EXIT_USAGE;
  } else if (!seen && !s->give_up) {
    mg_message("%s is not passed yet: 'marginalia exercise hint %s' helps, and "
               "with --give-up you see the solution now",
               entry->name, entry->name);
    status = EXIT_FAILURE;
  } else {
    status = print_solution(entry, s->argv[0]);
  }
  if (status == 0 && !seen) {
    p.status = MG_PROGRESS_GIVEN_UP;
    workbook_record(&w, entry, &p);
  }
  workbook_close(&w);
  return status;
}
