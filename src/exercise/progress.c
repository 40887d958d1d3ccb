/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress, by jansson.
 *
 *     {"marginalia-exercises": 1,
 *      "exercises": {
 *        "e-step": {"status": "passed", "points": 10, "hints": 1, "checks": 4,
 *                   "first_pass": 1763740800}}}
 *
 * All of it is kept as it was read, so exercises of another version of the
 * program, and members that somebody added, are still there when it is written
 * back.  What is known is checked when it is read: a file that was edited into
 * nonsense is refused with the place of it, and left as it is.
 *
 * Not here: merging what two programs write at once.  Whoever changes an entry
 * reads, sets and writes without a pause. */
#include "config.h"

#include "exercise/progress.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"

enum { LAYOUT = 1, FILE_MOST = 1 << 20, HINTS = 3 };

struct mg_progress {
  char *path;
  json_t *root, *exercises; /* the second is within the first */
};

static const char *const status_words[] = {[MG_PROGRESS_NEW] = "new",
                                           [MG_PROGRESS_STARTED] = "started",
                                           [MG_PROGRESS_TRIED] = "tried",
                                           [MG_PROGRESS_PASSED] = "passed",
                                           [MG_PROGRESS_GIVEN_UP] = "given up"};
enum { STATUSES = sizeof status_words / sizeof *status_words };

/* What every refusal ends with. */
#define REMEDY "mend the file, or delete it and begin anew"

/* ---- reading ---- */

/* The word's status; STATUSES when it is none. */
static size_t status_of(const json_t *entry) {
  const char *word = json_string_value(json_object_get(entry, "status"));
  size_t i = 0;
  while (i < STATUSES && (!word || strcmp(word, status_words[i]) != 0))
    i++;
  return i;
}

/* A whole number 0 .. most, or -1; 0 where there is none. */
static json_int_t count_of(const json_t *entry, const char *name,
                           json_int_t most) {
  const json_t *value = json_object_get(entry, name);
  if (!value)
    return 0;
  const json_int_t n = json_integer_value(value);
  return json_is_integer(value) && 0 <= n && n <= most ? n : -1;
}

static int check_entry(const char *path, const char *name,
                       const json_t *entry) {
  static const struct {
    const char *name;
    json_int_t most;
  } counts[] = {{"points", INT_MAX},
                {"hints", HINTS},
                {"checks", INT_MAX},
                {"first_pass", LLONG_MAX}};
  if (!json_is_object(entry))
    return mg_fail(GSL_EFAILED, "%s: '%.60s' is no {...}: " REMEDY, path, name);
  if (status_of(entry) == STATUSES)
    return mg_fail(GSL_EFAILED,
                   "%s: the status of '%.60s' is none of new, started, tried, "
                   "passed, given up: " REMEDY,
                   path, name);
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    if (count_of(entry, counts[i].name, counts[i].most) < 0)
      return mg_fail(GSL_EFAILED,
                     "%s: %s of '%.60s' is no whole number from 0: " REMEDY,
                     path, counts[i].name, name);
  return GSL_SUCCESS;
}

static int check_root(mg_progress *p) {
  const json_t *version = json_object_get(p->root, "marginalia-exercises");
  p->exercises = json_object_get(p->root, "exercises");
  if (!json_is_integer(version) || !json_is_object(p->exercises))
    return mg_fail(GSL_EFAILED,
                   "%s is no progress of marginalia's exercises: " REMEDY,
                   p->path);
  if (json_integer_value(version) != LAYOUT)
    return mg_fail(GSL_EFAILED,
                   "%s is of version %lld, and this program reads version %d: "
                   "use the program that wrote it, or another folder",
                   p->path, (long long)json_integer_value(version), LAYOUT);
  const char *name;
  json_t *entry;
  json_object_foreach(p->exercises, name, entry) {
    const int status = check_entry(p->path, name, entry);
    if (status != GSL_SUCCESS)
      return status;
  }
  return GSL_SUCCESS;
}

static int read_file(mg_progress *p) {
  char *bytes;
  size_t size;
  json_error_t error;
  const int status = mg_file_read(p->path, FILE_MOST, &bytes, &size);
  if (status != GSL_SUCCESS)
    return status;
  p->root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
  free(bytes);
  if (!p->root)
    return mg_fail(GSL_EFAILED, "%s, line %d: %s: " REMEDY, p->path, error.line,
                   error.text);
  return check_root(p);
}

static int begin(mg_progress *p) {
  p->root =
      json_pack("{s:i, s:{}}", "marginalia-exercises", LAYOUT, "exercises");
  p->exercises = json_object_get(p->root, "exercises");
  return p->exercises ? GSL_SUCCESS
                      : mg_fail(GSL_ENOMEM, "no memory for the progress");
}

mg_progress *mg_progress_read(const char *folder) {
  mg_progress *p = calloc(1, sizeof *p);
  int status = GSL_ENOMEM;
  const bool here = strcmp(folder, ".") == 0;
  if (p && (p->path = here ? strdup(MG_PROGRESS_FILE)
                           : mg_path_join(folder, MG_PROGRESS_FILE)))
    status =
        access(p->path, F_OK) != 0 && errno == ENOENT ? begin(p) : read_file(p);
  else
    mg_fail(status, "no memory for the progress");
  if (status == GSL_SUCCESS)
    return p;
  mg_progress_free(p);
  return NULL;
}

void mg_progress_free(mg_progress *p) {
  if (!p)
    return;
  json_decref(p->root);
  free(p->path);
  free(p);
}

int mg_progress_write(const mg_progress *p) {
  char *text = json_dumps(p->root, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
  if (!text)
    return mg_fail(GSL_ENOMEM, "no memory for %s", p->path);
  const size_t size = strlen(text);
  text[size] = '\n'; /* in the place of the 0 */
  const int status = mg_file_write(p->path, text, size + 1);
  free(text);
  return status;
}

/* ---- one exercise ---- */

mg_progress_entry mg_progress_get(const mg_progress *p, const char *exercise) {
  const json_t *entry = json_object_get(p->exercises, exercise);
  if (!entry)
    return (mg_progress_entry){MG_PROGRESS_NEW, 0, 0, 0, 0};
  return (mg_progress_entry){
      .status = (mg_progress_status)status_of(entry),
      .points = (unsigned)count_of(entry, "points", INT_MAX),
      .hints = (unsigned)count_of(entry, "hints", HINTS),
      .checks = (unsigned)count_of(entry, "checks", INT_MAX),
      .first_pass = count_of(entry, "first_pass", LLONG_MAX)};
}

void mg_progress_set(mg_progress *p, const char *exercise,
                     const mg_progress_entry *e) {
  json_t *known =
      json_pack("{s:s, s:i, s:i, s:i, s:I}", "status", status_words[e->status],
                "points", (int)e->points, "hints", (int)e->hints, "checks",
                (int)e->checks, "first_pass", (json_int_t)e->first_pass);
  json_t *entry = json_object_get(p->exercises, exercise);
  if (entry)
    json_object_update(entry, known);
  else
    json_object_set(p->exercises, exercise, known);
  json_decref(known);
}
