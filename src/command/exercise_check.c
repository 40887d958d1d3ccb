/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise check: what was written, compiled and tested.
 *
 * With --watch it looks three times a second whether the file is another one.
 * An editor may write into it or rename another over it, so its number, size
 * and time all count; and it is read when it has stood still for one look, or
 * half a file would be checked.
 *
 * With --inputs, the inputs of another seed, somebody looks at what a report
 * says of a file: then nothing is recorded, and nothing left beside it.
 *
 * Ctrl-C waits for the attempt at hand, which removes what it made. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command/exercise_report.h"
#include "command/workbook.h"
#include "exercise/confine.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/progress.h"
#include "terminal/text.h"

enum { SEED = 1, NAME_SIZE = 128, CALL_SIZE = 1024 };
static const struct timespec LOOK = {.tv_nsec = 300000000};

/* What is checked, and with what. */
struct check {
  const struct settings *s;
  const mg_exercise_entry *entry;
  mg_places places;
  mg_attempt_options options;
  char *source, *object; /* paths from here */
  char call[CALL_SIZE];  /* that shows the function at work */
  mg_attempt attempt;
};

/* ---- one attempt ---- */

static void update(mg_progress_entry *p, const mg_attempt *a) {
  const bool passed = mg_attempt_passed(a);
  p->checks++;
  if (a->points > p->points)
    p->points = a->points;
  if (passed && !p->first_pass)
    p->first_pass = (long long)time(NULL);
  if (passed)
    p->status = MG_PROGRESS_PASSED;
  else if (p->status == MG_PROGRESS_NEW || p->status == MG_PROGRESS_STARTED)
    p->status = MG_PROGRESS_TRIED;
}

/* The progress is read for each attempt anew: with --watch, a hint may have
 * been asked for beside it. */
static int tell(struct check *c) {
  struct workbook w;
  const int status = workbook_open(&w);
  if (status != 0)
    return status;
  struct report r = {.entry = c->entry,
                     .attempt = &c->attempt,
                     .progress = mg_progress_get(w.progress, c->entry->name),
                     .source = c->source,
                     .call = c->call};
  update(&r.progress, &c->attempt);
  if (access(c->object, R_OK) == 0)
    r.object = c->object;
  report_print(&r);
  if (!c->s->inputs)
    workbook_record(&w, c->entry, &r.progress);
  workbook_close(&w);
  return mg_attempt_passed(&c->attempt) ? 0 : EXIT_FAILURE;
}

/* Returns the exit status. */
static int attempt(struct check *c) {
  fflush(stdout);
  mg_progress_show(-1, "compiling and testing %s", c->source);
  const int status =
      mg_attempt_run(&c->places, c->entry, c->source, &c->options, &c->attempt);
  mg_progress_clear();
  if (mg_interrupted())
    return MG_EXIT_INTERRUPTED;
  if (status != GSL_SUCCESS && mg_attempt_passed(&c->attempt)) {
    mg_message("the object is not kept: %s", mg_reason());
  } else if (status != GSL_SUCCESS) {
    mg_message_reason("this could not be tested", 0);
    mg_message("'marginalia exercise doctor' looks for what is missing");
    return EXIT_FAILURE;
  }
  if (c->attempt.stage == MG_ATTEMPT_MISSING) {
    mg_message("%s%s%s", c->attempt.says,
               c->s->file ? "" : ": to begin, marginalia exercise start ",
               c->s->file ? "" : c->entry->name);
    return EXIT_FAILURE;
  }
  return tell(c);
}

/* ---- again and again ---- */

/* Is it the same file, as it was? */
static bool same(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
         a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
         a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Waits until the file at path is another than `seen` and stands still; then
 * `seen` is that.  Returns false at Ctrl-C. */
static bool wait_for_change(const char *path, struct stat *seen) {
  struct stat last = *seen, now;
  while (!mg_interrupted()) {
    nanosleep(&LOOK, NULL);
    if (stat(path, &now) != 0) /* between two names */
      continue;
    if (!same(&now, seen) && same(&now, &last)) {
      *seen = now;
      return true;
    }
    last = now;
  }
  return false;
}

static int watch(struct check *c) {
  struct stat seen;
  bool there = stat(c->source, &seen) == 0;
  for (size_t i = 1; there && !mg_interrupted(); i++) {
    char clock[16];
    const time_t now = time(NULL);
    struct tm parts;
    strftime(clock, sizeof clock, "%H:%M:%S", localtime_r(&now, &parts));
    printf("%s---- check %zu of %s, %s ----\n\n", i > 1 ? "\n" : "", i,
           c->entry->name, clock);
    attempt(c);
    if (mg_interrupted())
      break;
    putchar('\n');
    mg_text_wrap(stdout, "Watching the file; Ctrl-C ends.", 0, 0);
    fflush(stdout);
    there = wait_for_change(c->source, &seen);
  }
  if (!mg_interrupted())
    return attempt(c); /* says that there is no such file */
  return MG_EXIT_INTERRUPTED;
}

/* ---- the call ---- */

/* A seed as a report prints it.  Returns 0. */
static int read_inputs(const struct settings *s, unsigned long *seed) {
  *seed = SEED;
  if (!s->inputs)
    return 0;
  /* In CSV a seed begins with 0x, or a spreadsheet would round it. */
  const char *digits = s->inputs;
  if (strncmp(digits, "0x", 2) == 0)
    digits += 2;
  const size_t n = strspn(digits, "0123456789abcdefABCDEF");
  if (digits[n] || n < 1 || n > 2 * sizeof *seed)
    return mg_message_usage(s->called,
                            "--inputs is '%s': give up to %zu of the digits "
                            "0-9 and a-f, as a report prints them",
                            s->inputs, 2 * sizeof *seed);
  *seed = strtoul(digits, NULL, 16);
  return 0;
}

/* "e-step/e-step.so" beside "e-step/any.c", in fresh memory. */
static char *object_beside(const char *source, const char *name) {
  const char *slash = strrchr(source, '/');
  const int folder = slash ? (int)(slash - source) : 1;
  const size_t size = strlen(source) + strlen(name) + 8;
  char *path = malloc(size);
  if (path)
    snprintf(path, size, "%.*s/%s.so", folder, slash ? source : ".", name);
  return path;
}

/* Returns 0, and c is to be closed. */
static int check_open(struct check *c, const struct settings *s) {
  struct workbook w;
  *c = (struct check){.s = s};
  int status = read_inputs(s, &c->options.seed);
  if (status != 0 || (status = workbook_open(&w)) != 0)
    return status;
  c->entry = workbook_meant(&w, s->operands ? s->operand[0] : NULL, s->called);
  if (c->entry)
    c->source = s->file ? strdup(s->file) : workbook_path(&w, c->entry, ".c");
  workbook_close(&w);
  if (!c->entry)
    return MG_EXIT_USAGE;
  if (c->source)
    c->object = object_beside(c->source, c->entry->name);
  c->options.keep = c->s->inputs ? NULL : c->object;
  status = c->object ? workbook_places(&c->places, s->argv[0]) : EXIT_FAILURE;
  if (status != 0) {
    free(c->source);
    free(c->object);
  }
  return status;
}

/* The call that the statement tells its reader to make after a pass, with the
 * object where it really is; where it tells none, the exercise's chapter. */
static void find_call(struct check *c) {
  static const char before[] = "    marginalia chapter ";
  char object[NAME_SIZE];
  const char *name = c->entry->name;
  char *page = workbook_page(c->places.statements, c->entry, NULL);
  char *line = page ? strstr(page, before) : NULL;
  if (line)
    line[strcspn(line, "\n")] = '\0';
  snprintf(object, sizeof object, "%s/%s.so", name, name);
  const char *at = line ? strstr(line, object) : NULL;
  if (at)
    snprintf(c->call, sizeof c->call, "%.*s%s%s", (int)(at - line - 4),
             line + 4, c->object, at + strlen(object));
  else
    snprintf(c->call, sizeof c->call, "marginalia chapter %s --with %s",
             workbook_chapter(c->entry), c->object);
  free(page);
}

static void check_close(struct check *c) {
  mg_places_clear(&c->places);
  free(c->source);
  free(c->object);
}

int exercise_check(const struct settings *s) {
  struct check c;
  int status = check_open(&c, s);
  if (status != 0)
    return status;
  find_call(&c);
  mg_interrupt_watch(NULL);
  c.options.stop = mg_interrupt_flag();
  c.options.unconfined = mg_confine_check() != GSL_SUCCESS;
  if (c.options.unconfined)
    mg_message("%s: your function runs with limits of time and memory alone",
               mg_reason());
  status = s->watch ? watch(&c) : attempt(&c);
  if (mg_interrupted())
    putchar('\n');
  check_close(&c);
  return status;
}
