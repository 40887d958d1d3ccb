/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise list, progress: what there is, and how far you are. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>

#include "command/workbook.h"
#include "lesson/chapters.h"
#include "terminal/text.h"

enum {
  TEXT_SIZE = 256,
  TITLE_AT = 22, /* of the list's columns */
  STATUS_AT = 18,
  BEGUN_AT = 30,
  BAR = 20, /* of the progress's */
  NAME_AT = 24
};

/* How far one exercise is, in a word or two; "" when it is new. */
static const char *print_status(const mg_exercise_entry *entry,
                                const mg_progress_entry *p, char *text,
                                size_t size) {
  static const char *const words[] = {"", "begun", "", "passed", "given up"};
  if (p->status == MG_PROGRESS_TRIED)
    snprintf(text, size, "%u/%u", p->points, entry->points);
  else
    snprintf(text, size, "%s", words[p->status]);
  return text;
}

/* "Chapter 2, Latent variables and EM" */
static void print_chapter(unsigned number) {
  const mg_chapter_entry *c = mg_chapters;
  while (c->name && c->number != number)
    c++;
  mg_text_print(stdout, "Chapter %u, %s", number, c->name ? c->title : "");
}

/* The status has a column of its own, where any exercise has one. */
static void print_entry(const struct workbook *w,
                        const mg_exercise_entry *entry, bool begun) {
  const mg_progress_entry p = mg_progress_get(w->progress, entry->name);
  char status[TEXT_SIZE / 4], name[TEXT_SIZE], text[TEXT_SIZE];
  print_status(entry, &p, status, sizeof status);
  snprintf(name, sizeof name, "%-*s%s", *status ? STATUS_AT : 0, entry->name,
           status);
  snprintf(text, sizeof text, "%s (%u points, %u minutes)", entry->title,
           entry->points, entry->minutes);
  mg_text_item(stdout, name, text, begun ? BEGUN_AT : TITLE_AT);
}

/* Has anything been done here? */
static bool is_begun(const struct workbook *w) {
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++)
    if (mg_progress_get(w->progress, e->name).status != MG_PROGRESS_NEW)
      return true;
  return false;
}

int exercise_list(const struct settings *s) {
  (void)s;
  struct workbook w;
  const int status = workbook_open(&w);
  if (status != 0)
    return status;
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    if (e == mg_exercises || e->chapter != e[-1].chapter)
      print_chapter(e->chapter);
    print_entry(&w, e, is_begun(&w));
  }
  putchar('\n');
  mg_text_wrap(stdout,
               "'marginalia exercise start NAME' begins one; without NAME, the "
               "next.",
               0, 0);
  workbook_close(&w);
  return 0;
}

/* ---- progress ---- */

struct sum {
  unsigned earned, most, passed, exercises;
};

/* Over the exercises of a chapter; of chapter 0 all of them. */
static struct sum sum_of(const struct workbook *w, unsigned chapter) {
  struct sum sum = {0, 0, 0, 0};
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    if (chapter && e->chapter != chapter)
      continue;
    const mg_progress_entry p = mg_progress_get(w->progress, e->name);
    sum.earned += p.points < e->points ? p.points : e->points;
    sum.most += e->points;
    sum.passed += p.status == MG_PROGRESS_PASSED;
    sum.exercises++;
  }
  return sum;
}

static void print_bar(const char *name, struct sum sum) {
  char points[32];
  const unsigned full = sum.most ? BAR * sum.earned / sum.most : 0;
  const bool narrow = mg_text_width(stdout) < NAME_AT + BAR + 20;
  mg_text_pad(stdout, name, NAME_AT - 4);
  if (!narrow)
    printf("[%.*s%*s] ", (int)full, "====================", (int)(BAR - full),
           "");
  snprintf(points, sizeof points, "%u/%u", sum.earned, sum.most);
  mg_text_pad(stdout, points, -7);
  printf(" points%s%*u/%u passed\n", narrow ? "\n" : ", ",
         narrow ? NAME_AT - 1 : 2, sum.passed, sum.exercises);
}

static void print_next(const struct workbook *w) {
  const mg_exercise_entry *next = workbook_next(w);
  putchar('\n');
  if (!next) {
    puts("No exercise is left.");
    return;
  }
  const bool begun =
      mg_progress_get(w->progress, next->name).status != MG_PROGRESS_NEW;
  mg_text_print(
      stdout, "Next: %s (%s), %u points. %s: 'marginalia exercise %s %s'.",
      next->name, next->title, next->points, begun ? "It is begun" : "To begin",
      begun ? "check" : "start", next->name);
}

int exercise_progress(const struct settings *s) {
  (void)s;
  struct workbook w;
  char name[TEXT_SIZE];
  const int status = workbook_open(&w);
  if (status != 0)
    return status;
  for (const mg_chapter_entry *c = mg_chapters; c->name; c++) {
    const struct sum sum = sum_of(&w, c->number);
    snprintf(name, sizeof name, "%2u %s", c->number, c->name);
    if (sum.exercises)
      print_bar(name, sum);
  }
  print_bar("   all", sum_of(&w, 0));
  print_next(&w);
  workbook_close(&w);
  return 0;
}
