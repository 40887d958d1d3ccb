/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise start, show, reset: an exercise's folder.
 *
 *     e-step/e-step.c     the skeleton, to write in
 *     e-step/e-step.md    what is asked
 *     e-step/Makefile     make: check it; make e-step.so: compile it
 *
 * What stands there is a student's work.  start writes what is missing and
 * nothing else, and reset keeps what it replaces. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "command/markdown.h"
#include "command/origin.h"
#include "command/workbook.h"
#include "terminal/message.h"
#include "terminal/text.h"

enum { TEXT_SIZE = 512, FILE_AT = 32, BACKUPS = 1000, FILE_MOST = 16 << 20 };

/* One exercise, its folder, and where its parts come from. */
struct desk {
  struct workbook w;
  mg_places places;
  const mg_exercise_entry *entry;
};

/* Returns 0, and all is there; or the exit status after a message. */
static int desk_open(struct desk *d, const struct settings *s, bool next) {
  *d = (struct desk){.entry = NULL};
  int status = workbook_open(&d->w);
  if (status != 0)
    return status;
  if (s->operands || !next)
    d->entry =
        workbook_meant(&d->w, s->operands ? s->operand[0] : NULL, s->called);
  else if (!(d->entry = workbook_next(&d->w)))
    mg_message("every exercise is passed or given up: name the one to begin");
  status = d->entry ? workbook_places(&d->places, s->argv[0]) : MG_EXIT_USAGE;
  if (status != 0)
    workbook_close(&d->w);
  return status;
}

static void desk_close(struct desk *d) {
  mg_places_clear(&d->places);
  workbook_close(&d->w);
}

/* ---- start ---- */

static void put_makefile_word(FILE *f, const char *name, const char *value) {
  fprintf(f, "%s = ", name);
  for (; *value; value++)
    fprintf(f, "%s%c", *value == '$' ? "$" : *value == '#' ? "\\" : "", *value);
  fputc('\n', f);
}

/* Recipes quote the paths: folders have names with blanks. */
static char *makefile(const struct desk *d, const char *called) {
  char *text = NULL, *own = origin_folder(called);
  size_t size = 0;
  const char *name = d->entry->name;
  FILE *f = own ? open_memstream(&text, &size) : NULL;
  if (f) {
    fprintf(f,
            "# make         compiles and tests %s.c\n"
            "# make %s.so   compiles it alone\n",
            name, name);
    put_makefile_word(f, "BIN", own);
    put_makefile_word(f, "HEADERS", d->places.headers);
    put_makefile_word(f, "LIBRARY", d->places.library);
    fprintf(f,
            "CC = " MG_CC "\n"
            "CFLAGS = -std=gnu11 -O1 -g -Wall -Wextra " MG_GSL_CFLAGS "\n"
            "\n"
            ".PHONY: check\n"
            "check:\n"
            "\t\"$(BIN)/marginalia\" exercise check %s\n"
            "\n"
            "%s.so: %s.c\n"
            "\t$(CC) $(CFLAGS) -I \"$(HEADERS)\" -fPIC -shared \\\n"
            "\t  -Wl,-Bsymbolic-functions -o $@ %s.c \\\n"
            "\t  -L \"$(LIBRARY)\" -lmarginalia -lgsl -lm\n",
            name, name, name, name);
    if (fclose(f) != 0) {
      free(text);
      text = NULL;
    }
  }
  free(own);
  if (!text)
    mg_message("no memory for a Makefile");
  return text;
}

/* Writes a file that is not there, and says so; frees text.  Returns 0. */
static int put_file(const char *path, char *text, const char *what) {
  struct stat there;
  int status = text ? 0 : EXIT_FAILURE;
  if (text && lstat(path, &there) == 0)
    what = "was there, and is left as it is";
  else if (text && mg_file_write(path, text, strlen(text)) != GSL_SUCCESS)
    status = mg_message_reason(NULL, EXIT_FAILURE);
  if (status == 0)
    mg_text_item(stdout, path, what, FILE_AT);
  free(text);
  return status;
}

static int put_files(const struct desk *d, const char *called) {
  static const char *const what[] = {"to write in", "what is asked",
                                     "for who types 'make'"};
  const char *name = d->entry->name;
  char file[TEXT_SIZE], path[2 * TEXT_SIZE];
  snprintf(file, sizeof file, "%s.c", name);
  char *text[] = {workbook_page(d->places.skeletons, d->entry, file),
                  workbook_page(d->places.statements, d->entry, NULL),
                  makefile(d, called)};
  const char *const endings[] = {".c", ".md", NULL};
  int status = 0;
  for (size_t i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s%s/%s%s", d->w.inside ? "../" : "", name,
             endings[i] ? name : "Makefile", endings[i] ? endings[i] : "");
    if (status == 0)
      status = put_file(path, text[i], what[i]);
    else
      free(text[i]);
  }
  return status;
}

static void say_how_to_go_on(const struct desk *d) {
  const char *name = d->entry->name;
  const char *const *f = d->entry->exercise->functions;
  char *path = workbook_path(&d->w, d->entry, ".c");
  putchar('\n');
  mg_text_print(
      stdout,
      "'marginalia exercise show %s' prints what is asked. Write %s%s%s in %s, "
      "then:",
      name, f[0], f[1] ? " and " : "", f[1] ? f[1] : "", path ? path : name);
  printf("\n  marginalia exercise check %s\n\n", name);
  mg_text_print(
      stdout, "With --watch behind it, it checks whenever you save the file.");
  free(path);
}

int exercise_start(const struct settings *s) {
  struct desk d;
  char folder[TEXT_SIZE];
  int status = desk_open(&d, s, true);
  if (status != 0)
    return status;
  snprintf(folder, sizeof folder, "%s%s", d.w.inside ? "../" : "",
           d.entry->name);
  mg_text_print(stdout, "%s: %s (%u points, about %u minutes)", d.entry->name,
                d.entry->title, d.entry->points, d.entry->minutes);
  status = mg_folder_make(folder) == GSL_SUCCESS
               ? put_files(&d, s->argv[0])
               : mg_message_reason(NULL, EXIT_FAILURE);
  mg_progress_entry p = mg_progress_get(d.w.progress, d.entry->name);
  if (status == 0 && p.status == MG_PROGRESS_NEW) {
    p.status = MG_PROGRESS_STARTED;
    workbook_record(&d.w, d.entry, &p);
  }
  if (status == 0)
    say_how_to_go_on(&d);
  desk_close(&d);
  return status;
}

int exercise_show(const struct settings *s) {
  struct desk d;
  const int status = desk_open(&d, s, false);
  if (status != 0)
    return status;
  char *text = workbook_page(d.places.statements, d.entry, NULL);
  if (text)
    markdown_print(stdout, text);
  free(text);
  desk_close(&d);
  return text ? 0 : EXIT_FAILURE;
}

/* ---- reset ---- */

/* Keeps what stands at path as path.bak-N, the first N that is free.
 * Returns 0, also when there is nothing, and then backup is "". */
static int keep(const char *path, char *backup, size_t size) {
  struct stat there;
  char *bytes;
  size_t n;
  *backup = '\0';
  if (lstat(path, &there) != 0)
    return 0;
  int number = 1;
  do
    snprintf(backup, size, "%s.bak-%d", path, number);
  while (lstat(backup, &there) == 0 && number++ < BACKUPS);
  if (number > BACKUPS) {
    mg_message("%s: there are %d others already", backup, BACKUPS);
    return EXIT_FAILURE;
  }
  if (mg_file_read(path, FILE_MOST, &bytes, &n) != GSL_SUCCESS)
    return mg_message_reason(NULL, EXIT_FAILURE);
  const int status = mg_file_write(backup, bytes, n);
  free(bytes);
  return status == GSL_SUCCESS ? 0 : mg_message_reason(NULL, EXIT_FAILURE);
}

static int put_back(const struct desk *d, const char *path,
                    const char *skeleton) {
  char backup[TEXT_SIZE];
  int status = keep(path, backup, sizeof backup);
  if (status != 0)
    return status;
  if (mg_file_write(path, skeleton, strlen(skeleton)) != GSL_SUCCESS)
    return mg_message_reason(NULL, EXIT_FAILURE);
  if (*backup)
    mg_text_print(stdout,
                  "%s is the skeleton of %s again; what stood there is %s",
                  path, d->entry->name, backup);
  else
    mg_text_print(stdout, "%s is the skeleton of %s", path, d->entry->name);
  return 0;
}

int exercise_reset(const struct settings *s) {
  struct desk d;
  char file[TEXT_SIZE];
  int status = desk_open(&d, s, false);
  if (status != 0)
    return status;
  snprintf(file, sizeof file, "%s.c", d.entry->name);
  char *path = workbook_path(&d.w, d.entry, ".c");
  char *skeleton = workbook_page(d.places.skeletons, d.entry, file);
  status = path && skeleton ? put_back(&d, path, skeleton) : EXIT_FAILURE;
  free(skeleton);
  free(path);
  desk_close(&d);
  return status;
}
