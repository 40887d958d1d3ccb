/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a check says.
 *
 * The tests come in their order, each with what it expects of the function, and
 * below one that failed why.  Of a hidden test neither is told: who could read
 * them would write for them. */
#include "config.h"

#include "command/exercise_report.h"

#include <stdio.h>
#include <string.h>

#include "terminal/terminal.h"
#include "terminal/text.h"

enum {
  TEXT_SIZE = 1024,
  TEST_AT = 16,
  NARROW_AT = 4,
  THEN_AT = 50,
  ROOM = 24,
  PRINTED = 10,
  WARNED = 20
};

/* ---- text of others ---- */

/* A line as it stands, but what could move the cursor. */
static void print_raw(const char *before, const char *line, size_t n) {
  fputs(before, stdout);
  for (size_t i = 0; i < n; i++) {
    const unsigned char c = (unsigned char)line[i];
    putchar(c == '\t' ? ' ' : c < 32 || c == 127 ? '?' : line[i]);
  }
  putchar('\n');
}

/* The first lines of a text, at most so many. */
static void print_lines(const char *before, const char *text, size_t most) {
  size_t lines = 0;
  for (; *text && lines < most; lines++) {
    const size_t n = strcspn(text, "\n");
    print_raw(before, text, n);
    text += n + (text[n] == '\n');
  }
  if (*text)
    printf("%s...\n", before);
}

/* ---- tests ---- */

static void print_verdict(bool passed) {
  const bool coloured = mg_terminal_colours(stdout);
  if (coloured)
    fputs(passed ? "\033[32m" : "\033[31m", stdout);
  fputs(passed ? "  passed" : "  failed", stdout);
  if (coloured)
    fputs("\033[0m", stdout);
}

static void print_result(const mg_trial_result *r) {
  const bool narrow = TEST_AT + ROOM > mg_text_width(stdout);
  const size_t indent = narrow ? NARROW_AT : TEST_AT;
  print_verdict(r->passed);
  printf(" %2u/%-2u", r->passed ? r->test->points : 0, r->test->points);
  printf(narrow ? "\n%*s" : "%*s", narrow ? NARROW_AT : 2, "");
  mg_text_wrap(stdout, r->test->hidden ? "a hidden test" : r->test->expects,
               indent, indent);
  if (r->passed || r->test->hidden)
    return;
  printf("%*s", (int)indent, "");
  mg_text_wrap(stdout, r->says, indent, indent);
}

static void print_tests(const struct report *r) {
  const mg_trial *trial = &r->attempt->trial;
  for (size_t i = 0; i < trial->tests; i++)
    print_result(&trial->result[i]);
}

/* ---- the whole ---- */

/* Why there is nothing to test, of the stages before. */
static void print_obstacle(const struct report *r) {
  const mg_attempt *a = r->attempt;
  if (a->stage == MG_ATTEMPT_ERRORS) {
    mg_text_print(stdout, "%s does not compile:", r->source);
    putchar('\n');
    print_lines("  ", a->says, MG_COMPILE_SAYS);
  } else {
    mg_text_print(stdout, "%s is not tested: %s", r->source, a->says);
  }
}

static void print_beside(const mg_attempt *a) {
  if (*a->warnings) {
    puts("\nThe compiler warns:");
    print_lines("  ", a->warnings, WARNED);
  }
  if (*a->printed) {
    puts("\nIt printed:");
    print_lines("  | ", a->printed, PRINTED);
  }
}

static void print_pass(const struct report *r) {
  const char *name = r->entry->name;
  const unsigned points = r->attempt->points;
  char text[TEXT_SIZE];
  mg_text_print(stdout, "All %zu tests passed: %u of %u points. %.1f s",
                r->attempt->trial.tests, points, r->attempt->most,
                r->attempt->seconds);
  if (r->object)
    printf("\n%s is yours:\n\n  %s\n", r->object, r->call);
  puts("\nThen:\n");
  snprintf(text, sizeof text, "marginalia exercise solution %s", name);
  mg_text_item(stdout, text, "another way to write it", THEN_AT);
  mg_text_item(stdout, "marginalia exercise start", "the next one", THEN_AT);
}

static void print_failure(const struct report *r) {
  const mg_attempt *a = r->attempt;
  const mg_progress_entry *p = &r->progress;
  if (a->stage == MG_ATTEMPT_TESTED)
    mg_text_print(stdout, "%zu of %zu tests passed: %u of %u points. %.1f s",
                  a->trial.passed, a->trial.tests, a->points, a->most,
                  a->seconds);
  else
    mg_text_print(stdout, "0 of %u points. %.1f s", r->entry->points,
                  a->seconds);
  if (p->checks >= 2 && p->hints < 3)
    mg_text_print(stdout, "A hint, if you like: marginalia exercise hint %s",
                  r->entry->name);
}

void report_print(const struct report *r) {
  if (r->attempt->stage == MG_ATTEMPT_TESTED)
    print_tests(r);
  else
    print_obstacle(r);
  print_beside(r->attempt);
  putchar('\n');
  if (mg_attempt_passed(r->attempt))
    print_pass(r);
  else
    print_failure(r);
}
