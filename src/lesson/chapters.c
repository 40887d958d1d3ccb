/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a chapter. */
#include "config.h"

#include "lesson/chapters.h"

#include <stdbool.h>
#include <string.h>

#include "base/number.h"
#include "base/option.h"
#include "base/status.h"

enum { TEXT_SIZE = 400 };

static bool is_named(const mg_chapter_entry *entry, const char *word) {
  size_t number;
  return strcmp(word, entry->name) == 0 || strcmp(word, entry->program) == 0 ||
         (mg_parse_size(word, &number) == GSL_SUCCESS &&
          number == entry->number);
}

const mg_chapter_entry *mg_chapter_find(const char *word) {
  char text[TEXT_SIZE];
  mg_suggestion suggestion = {.wrong = word};
  for (const mg_chapter_entry *e = mg_chapters; e->name; e++) {
    if (is_named(e, word))
      return e;
    mg_suggestion_add(&suggestion, e->name);
  }
  mg_fail(GSL_EINVAL, "no chapter '%.60s': %s", word,
          mg_suggestion_print(&suggestion, text, sizeof text));
  return NULL;
}
