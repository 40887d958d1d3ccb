/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One submission from source to points; see attempt.h.
 *
 * Two processes answer, and only the plain one's answers count.  The other runs
 * the same function under ASan and UBSan on the same input, after the plain one
 * has answered or crashed: where it finds something, that is the reason that is
 * told, since "line 31 reads right behind the end of 240 bytes" explains a
 * crash, and an answer that happens to be right all the same.
 *
 * It is not asked when the plain one was stopped for the time it took or for a
 * call that it may not make: that would take as long again, or happen again.
 * It may itself be too slow, at some five times the plain one's time; then what
 * it has not seen is not held against the student.
 *
 * The folder can be entered by the evaluator's user and not be listed (0711);
 * objects can be read (0755).  It is removed whatever has happened, but for a
 * grader that is killed. */
#include "config.h"

#include "exercise/attempt.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/child.h"
#include "exercise/finding.h"
#include "exercise/frame.h"
#include "exercise/locate.h"
#include "terminal/progress.h"

enum { SECONDS = 10, NAME = 96, SOURCE_MIB = 1, FOUND = 400, DESCRIPTORS = 8 };

/* The folder of one attempt, and what is in it. */
typedef struct {
  char *folder, *build, *run, *object, *sanitized;
} workshop;

/* What is graded, with what, where. */
typedef struct {
  const mg_places *places;
  const mg_exercise_entry *entry;
  const mg_attempt_options *options;
  char name[NAME]; /* "m-step.c", whatever the path was */
  const char *text;
  size_t length;
  workshop w;
  mg_attempt *attempt;
} job;

/* The two who answer. */
typedef struct {
  mg_child *plain, *sanitizing; /* the second NULL: not wanted */
  mg_parcel *ignored;           /* the second one's answer */
  const char *source;           /* its name: "m-step.c" */
  const char *sanitized;        /* the second one's object */
  int cannot;                   /* why the attempt cannot be graded */
  char why[FOUND];
  const mg_trial *trial; /* in which they answer */
  char *printed;         /* the attempt's */
  size_t size;
  size_t leaked, at; /* bytes that a call left behind; in which test that was
                      * seen first */
} twins;

static int remove_one(const char *path, const struct stat *there, int kind,
                      struct FTW *walk) {
  (void)there, (void)kind, (void)walk;
  return remove(path);
}

static void workshop_clear(workshop *w) {
  if (w->folder)
    nftw(w->folder, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
  free(w->folder);
  free(w->build);
  free(w->run);
  free(w->object);
  free(w->sanitized);
}

/* Can everybody come to a folder?  Cuts its path short. */
static bool is_open(char *path) {
  struct stat there;
  bool open = stat(path, &there) == 0 && (there.st_mode & S_IXOTH);
  for (char *slash; open && (slash = strrchr(path, '/')) != path;) {
    *slash = '\0';
    open = stat(path, &there) == 0 && (there.st_mode & S_IXOTH);
  }
  return open;
}

/* Where temporary folders are.  Called by root, the evaluator runs as nobody,
 * and a TMPDIR that is root's alone is of no use. */
static char *find_root(void) {
  const char *given = getenv("TMPDIR");
  char *root = realpath(given && given[0] ? given : "/tmp", NULL);
  char *path = root && geteuid() == 0 ? strdup(root) : NULL;
  const bool closed = path && !is_open(path);
  free(path);
  if (!closed)
    return root;
  free(root);
  return realpath("/tmp", NULL);
}

/* A folder of a name that nobody has, from /. */
static char *make_folder(void) {
  char *root = find_root();
  char *path = root ? mg_path_join(root, "marginalia-XXXXXX") : NULL;
  free(root);
  if (path && mkdtemp(path))
    return path;
  free(path);
  return NULL;
}

static int workshop_init(workshop *w) {
  *w = (workshop){.folder = make_folder()};
  if (!w->folder)
    return mg_fail(GSL_EFAILED,
                   "no folder can be made for an attempt below TMPDIR or "
                   "/tmp: %s",
                   strerror(errno));
  w->build = mg_path_join(w->folder, "build");
  w->run = mg_path_join(w->folder, "run");
  w->object = mg_path_join(w->folder, "plain.so");
  w->sanitized = mg_path_join(w->folder, "sanitized.so");
  if (!w->build || !w->run || !w->object || !w->sanitized)
    return mg_fail(GSL_ENOMEM, "no memory for an attempt");
  if (chmod(w->folder, 0711) != 0 || mkdir(w->build, 0700) != 0 ||
      mkdir(w->run, 0711) != 0 || chmod(w->run, 0711) != 0)
    return mg_fail(GSL_EFAILED, "no folder can be made in '%s': %s", w->folder,
                   strerror(errno));
  return GSL_SUCCESS;
}

/* What the plain one said first.  Of a hidden test nothing is kept: it could be
 * what was asked. */
static void keep_print(twins *t) {
  const char *output = mg_child_output(t->plain);
  const mg_exercise_test *test = t->trial->result[t->trial->tests - 1].test;
  if (!t->printed[0] && output[0] && !test->hidden)
    snprintf(t->printed, t->size, "%s", output);
}

static mg_child_end end_of(const mg_child *c) {
  int signal;
  return mg_child_ended(c, &signal);
}

static bool repeats(mg_child_end end) {
  return end == MG_CHILD_ALIVE || end == MG_CHILD_CRASHED ||
         end == MG_CHILD_FINDING;
}

/* Neither can be started: that is nobody's fault but this machine's. */
static int note_cannot(twins *t) {
  if (t->cannot == GSL_SUCCESS) {
    t->cannot = GSL_EFAILED;
    snprintf(t->why, sizeof t->why, "%s", mg_reason());
  }
  return GSL_EFAILED;
}

/* What it found, with the line where that is not said. */
static bool read_finding(const twins *t, char *found, size_t size) {
  const char *output = mg_child_output(t->sanitizing);
  char bare[FOUND];
  if (!mg_finding_read(output, t->source, found, size))
    return false;
  const size_t line = strncmp(found, t->source, strlen(t->source)) == 0
                          ? mg_locate_line(output, t->sanitized, t->source)
                          : 0;
  if (line > 0) {
    snprintf(bare, sizeof bare, "%s", found);
    snprintf(found, size, "line %zu of %.360s", line, bare);
  }
  return true;
}

/* What the second one's answer says beside the answer. */
static void note_leak(twins *t) {
  if (t->leaked > 0)
    return;
  t->leaked = mg_parcel_count(t->ignored, MG_FRAME_LEAKED);
  t->at = t->trial->tests - 1;
}

/* Memory that is not freed is an error of its own, and punished once: by the
 * test in which it was seen, when the numbers of that are right. */
static void charge_leak(const twins *t, mg_trial *trial) {
  mg_trial_result *result = &trial->result[t->at];
  if (t->leaked == 0 || !result->passed)
    return;
  result->passed = false;
  trial->passed--;
  trial->points -= result->test->points;
  snprintf(result->says, sizeof result->says,
           "the numbers are right, but %zu bytes that a call allocates are "
           "never freed (this costs one test alone)",
           t->leaked);
}

/* The second one's view.  Returns GSL_SUCCESS when it sees nothing wrong. */
static int ask_sanitizing(twins *t, const mg_parcel *in) {
  if (mg_child_ask(t->sanitizing, in, t->ignored) == GSL_SUCCESS) {
    note_leak(t);
    return GSL_SUCCESS;
  }
  char found[FOUND];
  const mg_child_end end = end_of(t->sanitizing);
  if (read_finding(t, found, sizeof found))
    return mg_fail(GSL_EFAILED, "%s", found);
  if (end == MG_CHILD_CPU || end == MG_CHILD_CLOCK)
    return GSL_SUCCESS;
  return end == MG_CHILD_CANNOT ? note_cannot(t) : GSL_EFAILED;
}

/* Both, as one answerer. */
static int ask(void *self, const mg_parcel *in, mg_parcel *out) {
  twins *t = self;
  char why[FOUND];
  const int status = mg_child_ask(t->plain, in, out);
  const mg_child_end end = end_of(t->plain);
  snprintf(why, sizeof why, "%s", mg_reason());
  keep_print(t);
  if (status != GSL_SUCCESS && end == MG_CHILD_CANNOT)
    return note_cannot(t);
  if (t->sanitizing && repeats(end) && ask_sanitizing(t, in) != GSL_SUCCESS)
    return GSL_EFAILED;
  return status == GSL_SUCCESS ? status : mg_fail(status, "%s", why);
}

static void twins_clear(twins *t) {
  mg_child_free(t->plain);
  mg_child_free(t->sanitizing);
  mg_parcel_free(t->ignored);
}

static bool is_sanitizing(const job *j) {
  return j->places->sanitizing && !j->options->unsanitized;
}

static int twins_init(const job *j, twins *t) {
  mg_child_options options = {.evaluator = j->places->evaluator,
                              .exercise = j->entry->name,
                              .object = j->w.object,
                              .folder = j->w.run,
                              .unconfined = j->options->unconfined,
                              .stop = j->options->stop,
                              .seconds = SECONDS};
  *t = (twins){.ignored = mg_parcel_alloc(),
               .plain = mg_child_alloc(&options),
               .source = j->name,
               .sanitized = j->w.sanitized,
               .trial = &j->attempt->trial,
               .printed = j->attempt->printed,
               .size = sizeof j->attempt->printed};
  options.evaluator = j->places->sanitizing;
  options.object = j->w.sanitized;
  options.sanitizing = true;
  t->sanitizing = is_sanitizing(j) ? mg_child_alloc(&options) : NULL;
  return t->ignored && t->plain && (!is_sanitizing(j) || t->sanitizing)
             ? GSL_SUCCESS
             : mg_fail(GSL_ENOMEM, "no memory for an attempt");
}

static int run_tests(const job *j) {
  mg_attempt *a = j->attempt;
  twins t;
  int status = twins_init(j, &t);
  if (status == GSL_SUCCESS)
    status = mg_trial_run(j->entry, j->options->seed, ask, &t, &a->trial);
  if (status == GSL_SUCCESS) {
    charge_leak(&t, &a->trial);
    a->stage = MG_ATTEMPT_TESTED;
    a->points = a->trial.points;
  }
  if (t.cannot != GSL_SUCCESS)
    status = mg_fail(t.cannot, "%s", t.why);
  twins_clear(&t);
  return status;
}

/* Copies the plain object to where chapters find it. */
static int keep_object(const workshop *w, const char *keep) {
  char *bytes;
  size_t size;
  int status = mg_file_read(w->object, (size_t)64 << 20, &bytes, &size);
  if (status != GSL_SUCCESS)
    return status;
  status = mg_file_write(keep, bytes, size);
  free(bytes);
  return status;
}

static int stop_at(mg_attempt *a, mg_attempt_stage stage, const char *says) {
  a->stage = stage;
  snprintf(a->says, sizeof a->says, "%s", says);
  return GSL_SUCCESS;
}

/* Compiles, and looks at the symbols.
 *   tested  out  is it worth testing? */
static int build(const job *j, bool *tested) {
  mg_compiled compiled;
  mg_attempt *a = j->attempt;
  const char *sanitized = is_sanitizing(j) ? j->w.sanitized : NULL;
  *tested = false;
  int status = mg_compile(j->places, j->text, j->length, j->name, j->w.build,
                          j->w.object, sanitized, &compiled);
  if (status != GSL_SUCCESS)
    return status;
  snprintf(a->warnings, sizeof a->warnings, "%s", compiled.warnings);
  if (compiled.errors[0])
    return stop_at(a, MG_ATTEMPT_ERRORS, compiled.errors);
  if (!j->options->unchecked_symbols)
    status = mg_compile_symbols(j->entry->exercise, j->w.object);
  if (status == GSL_EINVAL)
    return stop_at(a, MG_ATTEMPT_SYMBOLS, mg_reason());
  if (status == GSL_SUCCESS && (chmod(j->w.object, 0755) != 0 ||
                                (sanitized && chmod(sanitized, 0755) != 0)))
    status = mg_fail(GSL_EFAILED, "the objects cannot be made readable: %s",
                     strerror(errno));
  *tested = status == GSL_SUCCESS;
  return status;
}

/* All of it, once the text is there. */
static int grade(job *j) {
  bool tested = false;
  snprintf(j->name, sizeof j->name, "%s.c", j->entry->name);
  int status = workshop_init(&j->w);
  if (status == GSL_SUCCESS)
    status = build(j, &tested);
  if (status == GSL_SUCCESS && tested)
    status = run_tests(j);
  if (status == GSL_SUCCESS && j->options->keep &&
      mg_attempt_passed(j->attempt))
    status = keep_object(&j->w, j->options->keep);
  workshop_clear(&j->w);
  return status;
}

/* Reads the text.  Returns whether it could. */
static bool read_source(const char *source, char **text, size_t *length) {
  struct stat there;
  if (lstat(source, &there) == 0 && S_ISLNK(there.st_mode)) {
    mg_fail(GSL_EFAILED, "'%.300s' is a link: hand in the file itself", source);
    return false;
  }
  return mg_file_read(source, (size_t)SOURCE_MIB << 20, text, length) ==
         GSL_SUCCESS;
}

int mg_attempt_text(const mg_places *places, const mg_exercise_entry *entry,
                    const char *text, size_t length,
                    const mg_attempt_options *options, mg_attempt *attempt) {
  const double start = mg_clock_seconds();
  job j = {.places = places,
           .entry = entry,
           .options = options,
           .text = text,
           .length = length,
           .attempt = attempt};
  *attempt = (mg_attempt){.most = mg_exercise_points(entry->exercise)};
  const int status = grade(&j);
  attempt->seconds = mg_clock_seconds() - start;
  return status;
}

int mg_attempt_run(const mg_places *places, const mg_exercise_entry *entry,
                   const char *source, const mg_attempt_options *options,
                   mg_attempt *attempt) {
  char *text = NULL;
  size_t length;
  int status = GSL_SUCCESS;
  if (read_source(source, &text, &length)) {
    status = mg_attempt_text(places, entry, text, length, options, attempt);
  } else {
    *attempt = (mg_attempt){.most = mg_exercise_points(entry->exercise)};
    stop_at(attempt, MG_ATTEMPT_MISSING, mg_reason());
  }
  free(text);
  return status;
}

bool mg_attempt_passed(const mg_attempt *a) {
  return a->stage == MG_ATTEMPT_TESTED && a->trial.tests > 0 &&
         a->trial.passed == a->trial.tests;
}
