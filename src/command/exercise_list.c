/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise list: the exercises, chapter by chapter. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>

#include "exercise/exercise.h"
#include "lesson/chapters.h"
#include "terminal/text.h"

enum { TEXT_SIZE = 256, TITLE_AT = 22 };

/* "2  Latent variables and EM", of a chapter that has exercises. */
static void print_chapter(unsigned number) {
  for (const mg_chapter_entry *c = mg_chapters; c->name; c++)
    if (c->number == number)
      printf("Chapter %u, %s\n", number, c->title);
}

int exercise_list(const struct settings *s) {
  (void)s;
  unsigned chapter = 0;
  char text[TEXT_SIZE];
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    if (e->chapter != chapter)
      print_chapter(e->chapter);
    chapter = e->chapter;
    snprintf(text, sizeof text, "%s (%u points, %u minutes)", e->title,
             e->points, e->minutes);
    mg_text_item(stdout, e->name, text, TITLE_AT);
  }
  return 0;
}
