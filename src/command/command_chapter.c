/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia chapter: the list of chapters, and the way to one.
 *
 * A chapter is a program of its own.  This one puts it in its own place (execv)
 * and hands over every argument behind the chapter's word as it was typed, so
 * the prompt, Ctrl-C and the exit status are the chapter's.
 *
 * It is looked for beside the running program, in chapters/ (where make builds
 * it) and in the same folder (where make install puts both), and then where
 * this build was to be installed. */
#include "config.h"

#include "command/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "command/origin.h"
#include "lesson/chapters.h"
#include "terminal/message.h"
#include "terminal/text.h"

enum { PLACES = 3, TEXT_SIZE = 256, TITLE_AT = 15 };

/* ---- the list ---- */

static void print_chapter(const mg_chapter_entry *entry) {
  char name[TEXT_SIZE], text[TEXT_SIZE];
  snprintf(name, sizeof name, "%2u %s", entry->number, entry->name);
  snprintf(text, sizeof text, "%s (%u minutes%s%s)", entry->title,
           entry->minutes, entry->needs ? ", after " : "",
           entry->needs ? entry->needs : "");
  mg_text_item(stdout, name, text, TITLE_AT);
}

static int list(void) {
  puts("Chapters:");
  for (const mg_chapter_entry *e = mg_chapters; e->name; e++)
    print_chapter(e);
  putchar('\n');
  const char *name = mg_chapters[0].name;
  char text[TEXT_SIZE];
  snprintf(text, sizeof text,
           "'marginalia chapter %s' tells one from its beginning to its end, "
           "'marginalia chapter %s --step' stops at each step, and 'marginalia "
           "chapter %s --help' says what there is to set.",
           name, name, name);
  mg_text_wrap(stdout, text, 0, 0);
  return 0;
}

/* ---- one of them ---- */

/* Where a program may be, in order, in fresh memory.  Returns how many. */
static size_t places_of(const char *program, const char *called, char **place) {
  char *own = origin_folder(called);
  char *chapters = own ? mg_path_join(own, "chapters") : NULL;
  const char *const folders[PLACES] = {chapters, own, MG_BINDIR};
  size_t n = 0;
  for (size_t i = 0; i < PLACES; i++) {
    if (!folders[i] || (i == 2 && own && strcmp(own, MG_BINDIR) == 0))
      continue;
    if ((place[n] = mg_path_join(folders[i], program)))
      n++;
  }
  free(chapters);
  free(own);
  return n;
}

/* Becomes the program at the first place that has one; comes back to say why
 * not. */
static int become(char *const *place, size_t places, char **arguments) {
  for (size_t i = 0; i < places; i++) {
    arguments[0] = place[i];
    execv(place[i], arguments);
    if (errno != ENOENT && errno != ENOTDIR) {
      mg_message("%s: %s", place[i], strerror(errno));
      return EXIT_FAILURE;
    }
  }
  return 0;
}

int command_chapter(const struct settings *s) {
  if (s->operands == 0)
    return list();
  const mg_chapter_entry *entry = mg_chapter_find(s->operand[0]);
  if (!entry)
    return mg_message_usage("chapter", "%s", mg_reason());
  char *place[PLACES] = {NULL};
  const size_t places = places_of(entry->program, s->argv[0], place);
  /* The chapter's word is behind us in argv: its place is for the name. */
  int status = become(place, places, s->rest - 1);
  if (status == 0) {
    mg_message("the program of chapter %u, %s, is at none of these places, "
               "where 'make' and 'make install' put it:",
               entry->number, entry->program);
    for (size_t i = 0; i < places; i++)
      mg_message("  %s", place[i]);
  }
  for (size_t i = 0; i < places; i++)
    free(place[i]);
  return EXIT_FAILURE;
}
