/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise list, progress: what there is, and how far you are. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>

#include "command/workbook.h"
#include "lesson/chapters.h"
#include "terminal/text.h"

enum { TEXT_SIZE = 256, TITLE_AT = 26, BAR = 20, NAME_AT = 24 };

/* How far one exercise is, in a word or two; "" when it is new. */
static const char *print_status(const mg_exercise_entry *entry,
                                const mg_progress_entry *p, char *text,
                                size_t size) {
  static const char *const words[] = {"", "begun", "", "passed", "given up"};
  if (p->status == MG_PROGRESS_TRIED)
    snprintf(text, size, "%u of %u so far", p->points, entry->points);
  else
    snprintf(text, size, "%s", words[p->status]);
  return text;
}

/* "Chapter 2, Latent variables and EM" */
static void print_chapter(unsigned number) {
  char text[TEXT_SIZE];
  const mg_chapter_entry *c = mg_chapters;
  while (c->name && c->number != number)
    c++;
  snprintf(text, sizeof text, "Chapter %u, %s", number,
           c->name ? c->title : "");
  mg_text_wrap(stdout, text, 0, 0);
}

static void print_entry(const struct workbook *w,
                        const mg_exercise_entry *entry) {
  const mg_progress_entry p = mg_progress_get(w->progress, entry->name);
  char status[TEXT_SIZE / 4], text[TEXT_SIZE];
  print_status(entry, &p, status, sizeof status);
  snprintf(text, sizeof text, "%s (%u points, %u minutes%s%s)", entry->title,
           entry->points, entry->minutes, *status ? "; " : "", status);
  mg_text_item(stdout, entry->name, text, TITLE_AT);
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
    print_entry(&w, e);
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
  char text[TEXT_SIZE];
  const mg_exercise_entry *next = workbook_next(w);
  const bool begun = next && mg_progress_get(w->progress, next->name).status !=
                                 MG_PROGRESS_NEW;
  if (next)
    snprintf(text, sizeof text,
             "Next: %s (%s), %u points. %s: 'marginalia "
             "exercise %s %s'.",
             next->name, next->title, next->points,
             begun ? "It is begun" : "To begin", begun ? "check" : "start",
             next->name);
  else
    snprintf(text, sizeof text, "No exercise is left.");
  putchar('\n');
  mg_text_wrap(stdout, text, 0, 0);
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
