/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Would the tests of an exercise notice?
 *
 *     mutants [NAME...]
 *
 * makes every mutant of an exercise's solution (mutate.h), grades it like a
 * submission, and prints a line an exercise and each survivor with its line.
 * Two processes share the work.  A mutant is graded under the sanitizers only
 * when the plain one has passed.
 *
 * Some survivors are no errors: "a >= b" where a == b gives the same.  They
 * are listed in equivalent.list with the reason, by the text of the line before
 * and after, so that the list stays valid when lines move.  It fails when a
 * survivor is not listed, or a listed one is no survivor of an exercise that
 * was tried, or fewer than 98 % of all mutants that are not equivalent fail. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/attempt.h"
#include "mutate.h"

enum { WORKERS = 2, SECONDS = 3, SEED = 1, LIST = 1 << 20, PATH = 4096 };

typedef enum { UNTRIED, BROKEN, FAILED, STOPPED, SURVIVED, UNGRADED } fate;

/* Of one exercise; in memory that the workers share. */
typedef struct {
  size_t next;
  fate fate[MUTANTS];
} board;

typedef struct {
  const mg_places *places;
  const mg_exercise_entry *entry;
  const char *source, *folder;
  const mutant *all;
  size_t mutants;
  board *board;
} job;

typedef struct {
  size_t mutants, broken, failed, equivalent, unlisted;
} count;

/* ---- the list of equivalent mutants ---- */

static char *list; /* "name: was => is" and, indented, the reason */

static bool is_listed(const char *name, const char *text) {
  char line[2 * MUTANT_TEXT + 200];
  snprintf(line, sizeof line, "\n%s: %s\n", name, text);
  return list && strstr(list, line);
}

static void read_list(const mg_places *places) {
  char path[PATH], *bytes = NULL;
  size_t size = 0;
  snprintf(path, sizeof path, "%s/../tests/exercises/equivalent.list",
           places->exercises);
  if (mg_file_read(path, LIST, &bytes, &size) != GSL_SUCCESS ||
      !(list = malloc(size + 2)))
    return;
  list[0] = '\n';
  memcpy(list + 1, bytes, size + 1);
  free(bytes);
}

/* ---- one mutant ---- */

static bool is_stopped(const mg_attempt *a) {
  for (size_t t = 0; t < a->trial.tests; t++)
    if (strstr(a->trial.result[t].says, "for all tests are over"))
      return true;
  return false;
}

static fate grade(const job *j, const char *path, bool unsanitized) {
  static mg_attempt a;
  const mg_attempt_options options = {
      .seed = SEED, .unsanitized = unsanitized, .seconds = SECONDS};
  if (mg_attempt_run(j->places, j->entry, path, &options, &a) != GSL_SUCCESS) {
    fprintf(stderr, "%s: %s\n", path, mg_reason());
    return UNGRADED;
  }
  if (a.stage == MG_ATTEMPT_ERRORS)
    return BROKEN;
  return mg_attempt_passed(&a) ? SURVIVED : is_stopped(&a) ? STOPPED : FAILED;
}

static fate try(const job *j, const char *path, size_t i) {
  char *text = mutant_apply(j->source, &j->all[i]);
  if (!text || mg_file_write(path, text, strlen(text)) != GSL_SUCCESS)
    return UNGRADED;
  free(text);
  const fate plain = grade(j, path, true);
  return plain == SURVIVED ? grade(j, path, false) : plain;
}

static void work(const job *j, int worker) {
  char path[PATH];
  snprintf(path, sizeof path, "%s/%d.c", j->folder, worker);
  for (size_t i; (i = __atomic_fetch_add(&j->board->next, 1,
                                         __ATOMIC_SEQ_CST)) < j->mutants;)
    j->board->fate[i] = try(j, path, i);
  remove(path);
}

static void work_in_parallel(const job *j) {
  pid_t workers[WORKERS];
  memset(j->board, 0, sizeof *j->board);
  fflush(NULL);
  for (int i = 0; i < WORKERS; i++) {
    workers[i] = fork();
    if (workers[i] == 0) {
      work(j, i);
      _exit(0);
    }
  }
  for (int i = 0; i < WORKERS; i++)
    waitpid(workers[i], NULL, 0);
}

/* ---- an exercise ---- */

static void print_survivor(const job *j, size_t i, count *c) {
  char text[2 * MUTANT_TEXT];
  mutant_print(j->source, &j->all[i], text, sizeof text);
  const bool listed = is_listed(j->entry->name, text);
  c->equivalent += listed;
  c->unlisted += !listed;
  printf("  %s line %zu: %s\n", listed ? "equivalent" : "SURVIVES",
         mutant_line(j->source, &j->all[i]), text);
}

static count sum_up(const job *j) {
  count c = {.mutants = j->mutants};
  for (size_t i = 0; i < j->mutants; i++) {
    const fate f = j->board->fate[i];
    c.broken += f == BROKEN;
    c.failed += f == FAILED || f == STOPPED;
    if (f == SURVIVED || f == UNGRADED || f == UNTRIED)
      print_survivor(j, i, &c);
  }
  return c;
}

/* Lines of the list that fit no mutant of this exercise. */
static size_t count_stale(const job *j) {
  char head[100], text[2 * MUTANT_TEXT];
  size_t stale = 0;
  snprintf(head, sizeof head, "\n%s: ", j->entry->name);
  for (const char *at = list; at && (at = strstr(at, head)); at++) {
    const char *line = at + strlen(head);
    const size_t length = strcspn(line, "\n");
    bool fits = false;
    for (size_t i = 0; i < j->mutants && !fits; i++) {
      mutant_print(j->source, &j->all[i], text, sizeof text);
      fits = j->board->fate[i] == SURVIVED && strlen(text) == length &&
             strncmp(text, line, length) == 0;
    }
    stale += !fits;
    if (!fits)
      printf("  listed, and no survivor: %.*s\n", (int)length, line);
  }
  return stale;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void add(count *total, const count *c) {
  total->mutants += c->mutants;
  total->broken += c->broken;
  total->failed += c->failed;
  total->equivalent += c->equivalent;
  total->unlisted += c->unlisted;
}

/* Returns whether all is well. */
static bool try_exercise(job *j, mutant *all, count *total) {
  char path[PATH], *source = NULL;
  size_t size;
  snprintf(path, sizeof path, "%s/%s/solution.c", j->places->skeletons,
           j->entry->name);
  if (mg_file_read(path, LIST, &source, &size) != GSL_SUCCESS) {
    printf("%s: %s\n", j->entry->name, mg_reason());
    return false;
  }
  const double start = now();
  j->source = source;
  j->all = all;
  j->mutants = mutate(source, all);
  bool fine = grade(j, path, false) == SURVIVED;
  if (!fine)
    printf("  the solution itself does not pass\n");
  else
    work_in_parallel(j);
  const count c = sum_up(j);
  fine = count_stale(j) == 0 && fine;
  printf("%-22s %7zu %9zu %7zu %10zu %9zu %6.0f s\n", j->entry->name, c.mutants,
         c.broken, c.failed, c.equivalent, c.unlisted, now() - start);
  fflush(stdout);
  add(total, &c);
  free(source);
  return fine && c.unlisted == 0;
}

static bool is_wanted(const char *name, int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (strcmp(name, argv[i]) == 0)
      return true;
  return argc == 1;
}

/* All of them.  Returns whether all is well. */
static bool try_all(job *j, int argc, char **argv) {
  mutant *all = calloc(MUTANTS, sizeof *all);
  count total = {0};
  bool fine = all != NULL;
  printf("%-22s %7s %9s %7s %10s %9s %8s\n", "exercise", "mutants", "no object",
         "failed", "equivalent", "survivors", "time");
  for (j->entry = mg_exercises; all && j->entry->name; j->entry++)
    if (is_wanted(j->entry->name, argc, argv))
      fine = try_exercise(j, all, &total) && fine;
  free(all);
  const size_t errors = total.failed + total.unlisted;
  const double share = errors > 0 ? (double)total.failed / (double)errors : 0;
  printf("%zu mutants, %zu do not compile, %zu are equivalent; of %zu errors "
         "%.2f %% fail\n",
         total.mutants, total.broken, total.equivalent, errors, 100 * share);
  return fine && share >= 0.98;
}

int main(int argc, char **argv) {
  mg_places places;
  char folder[] = "/tmp/marginalia-mutants-XXXXXX", *own = realpath(".", NULL);
  gsl_set_error_handler_off();
  if (mg_places_find(&places, own) != GSL_SUCCESS) {
    printf("%s\n", mg_reason());
    return 0; /* nothing can be graded here, and that is said */
  }
  free(own);
  read_list(&places);
  job j = {.places = &places,
           .folder = mkdtemp(folder),
           .board = mmap(NULL, sizeof *j.board, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0)};
  if (!j.folder || j.board == MAP_FAILED)
    return 1;
  const bool fine = try_all(&j, argc, argv);
  rmdir(folder);
  mg_places_clear(&places);
  free(list);
  return fine ? 0 : 1;
}
