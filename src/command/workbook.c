/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder that a student works in.
 *
 *     marginalia-exercises.json    the progress
 *     e-step/e-step.c ...          an exercise a folder
 *
 * Verbs may be called here, or one folder down, within an exercise's folder:
 * then that exercise is meant when none is named. */
#include "config.h"

#include "command/workbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"
#include "command/origin.h"
#include "lesson/chapters.h"
#include "terminal/message.h"

enum { TEXT_SIZE = 512, PAGE_MOST = 1 << 20 };

/* ---- where we are ---- */

/* The exercise whose folder the current one is: it has the name, and the file
 * to write in or the page that came with it. */
static const mg_exercise_entry *inside_of(void) {
  char file[TEXT_SIZE], *here = getcwd(NULL, 0);
  const char *name = here ? strrchr(here, '/') : NULL;
  const mg_exercise_entry *found = name ? mg_exercise_find(name + 1) : NULL;
  free(here);
  if (!found)
    return NULL;
  snprintf(file, sizeof file, "%s.c", found->name);
  const bool source = access(file, F_OK) == 0;
  snprintf(file, sizeof file, "%s.md", found->name);
  return source || access(file, F_OK) == 0 ? found : NULL;
}

int workbook_open(struct workbook *w) {
  w->inside = inside_of();
  w->folder = w->inside ? ".." : ".";
  w->progress = mg_progress_read(w->folder);
  return w->progress ? 0 : mg_message_reason(NULL, MG_EXIT_USAGE);
}

void workbook_close(struct workbook *w) {
  mg_progress_free(w->progress);
  w->progress = NULL;
}

/* ---- which is meant ---- */

/* By its name, whole or cut short. */
static const mg_exercise_entry *named(const char *name, const char *verb) {
  char several[TEXT_SIZE] = "";
  const mg_exercise_entry *found = NULL;
  size_t length = strlen(name), used = 0, n = 0;
  while (length && name[length - 1] == '/') /* of a completed folder */
    length--;
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    if (length == 0 || strncmp(e->name, name, length) != 0)
      continue;
    if (strlen(e->name) == length)
      return e;
    found = e;
    used += (size_t)snprintf(several + used, sizeof several - used, "%s%s",
                             n++ ? ", " : "", e->name);
    used = used < sizeof several ? used : sizeof several - 1;
  }
  if (n == 1)
    return found;
  if (n > 1)
    mg_message_usage(verb, "'%s' could be any of %s", name, several);
  else if (!mg_exercise_find(name))
    mg_message_usage(verb, "%s", mg_reason());
  return NULL;
}

/* The only one that is begun and not passed; of none such the only one begun.
 * Fills `several` with them. */
static const mg_exercise_entry *
only_begun(const struct workbook *w, bool passed, char *several, size_t size) {
  const mg_exercise_entry *found = NULL;
  size_t used = 0, n = 0;
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    const mg_progress_status status =
        mg_progress_get(w->progress, e->name).status;
    if (status == MG_PROGRESS_NEW ||
        (!passed && status != MG_PROGRESS_STARTED &&
         status != MG_PROGRESS_TRIED))
      continue;
    found = e;
    used += (size_t)snprintf(several + used, size - used, "%s%s",
                             n++ ? ", " : "", e->name);
    used = used < size ? used : size - 1;
  }
  return n == 1 ? found : NULL;
}

const mg_exercise_entry *workbook_meant(const struct workbook *w,
                                        const char *name, const char *verb) {
  char several[TEXT_SIZE] = "";
  if (name)
    return named(name, verb);
  if (w->inside)
    return w->inside;
  const mg_exercise_entry *found =
      only_begun(w, false, several, sizeof several);
  if (!found && !*several)
    found = only_begun(w, true, several, sizeof several);
  if (!found && *several)
    mg_message_usage(verb, "%s of which? In this folder you have %s", verb,
                     several);
  else if (!found)
    mg_message_usage(verb,
                     "no exercise is begun in this folder: name one, or 'cd' "
                     "to where you began, or type 'marginalia exercise start'");
  return found;
}

const mg_exercise_entry *workbook_next(const struct workbook *w) {
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    const mg_progress_status status =
        mg_progress_get(w->progress, e->name).status;
    if (status != MG_PROGRESS_PASSED && status != MG_PROGRESS_GIVEN_UP)
      return e;
  }
  return NULL;
}

/* ---- files ---- */

char *workbook_path(const struct workbook *w, const mg_exercise_entry *entry,
                    const char *ending) {
  char plain[TEXT_SIZE], path[2 * TEXT_SIZE];
  const char *name = entry->name;
  snprintf(plain, sizeof plain, "%s.c", name);
  snprintf(path, sizeof path, "%s%s/%s.c", w->inside ? "../" : "", name, name);
  const bool here =
      w->inside == entry ||
      (!w->inside && access(path, F_OK) != 0 && access(plain, F_OK) == 0);
  if (here)
    snprintf(path, sizeof path, "%s%s", name, ending);
  else
    snprintf(path, sizeof path, "%s%s/%s%s", w->inside ? "../" : "", name, name,
             ending);
  char *fresh = strdup(path);
  if (!fresh)
    mg_message("no memory for the path of %s", name);
  return fresh;
}

void workbook_record(struct workbook *w, const mg_exercise_entry *entry,
                     const mg_progress_entry *progress) {
  mg_progress_set(w->progress, entry->name, progress);
  if (mg_progress_write(w->progress) != GSL_SUCCESS)
    mg_message("your progress is not kept: %s", mg_reason());
}

int workbook_places(mg_places *places, const char *called) {
  char *own = origin_folder(called);
  const int status = mg_places_find(places, own);
  free(own);
  return status == GSL_SUCCESS ? 0 : mg_message_reason(NULL, EXIT_FAILURE);
}

char *workbook_page(const char *folder, const mg_exercise_entry *entry,
                    const char *file) {
  char name[TEXT_SIZE], *bytes = NULL;
  size_t size;
  snprintf(name, sizeof name, "%s%s%s", entry->name, file ? "/" : "",
           file ? file : ".md");
  char *path = mg_path_join(folder, name);
  if (!path)
    mg_message("no memory for a path");
  else if (mg_file_read(path, PAGE_MOST, &bytes, &size) != GSL_SUCCESS)
    mg_message_reason("part of the installation is missing", 0);
  free(path);
  return bytes;
}

const char *workbook_chapter(const mg_exercise_entry *entry) {
  const mg_chapter_entry *c = mg_chapters;
  while (c->name && c->number != entry->chapter)
    c++;
  return c->name ? c->name : "";
}
