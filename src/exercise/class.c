/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attempts of a class; see class.h.
 *
 * For each attempt the program is forked.  The new process looks at what was
 * handed in, makes the attempt, and writes what it came to into a pipe as the
 * bytes of one struct: reader and writer are the same program at the same
 * addresses, so the pointers in it (to an exercise's tests) are good on both
 * sides.  A pipe that ends before the struct is whole is a process that died.
 *
 * Each is the leader of a process group, for two reasons: Ctrl-C at the
 * terminal does not reach it, so that an attempt under way is not taken for one
 * that failed; and one that does not end can be stopped with its compilers.
 * What a submitted function could do, and for how long, is the attempt's own
 * care (exercise/child); the limit here, a generous one, is the last.
 *
 * The attempt gets the text that was read, so what is compiled is what was
 * looked at.
 *
 * Not here: when to stop and what to print, which the caller decides between
 * two iterations. */
#include "config.h"

#include "exercise/class.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "terminal/progress.h"

enum { REASON_SIZE = 512, TICK = 250 };

/* What a process writes. */
typedef struct {
  mg_submission_kind kind;
  int status; /* of the attempt */
  char reason[REASON_SIZE];
  mg_attempt attempt;
} outcome;

/* A process that runs; pid is 0 where there is none. */
typedef struct {
  pid_t pid;
  int pipe;
  size_t which; /* grade */
  double until;
  outcome *got;
  size_t bytes; /* of got, so far */
} worker;

struct mg_class {
  mg_class_options options;
  mg_grade *grade;
  size_t grades, started, ended;
  worker *worker; /* of options.jobs */
};

/* ---- a class ---- */

static int check(const mg_class_options *o) {
  if (o->students == 0 || o->exercises == 0)
    return mg_fail(GSL_EINVAL, "a class has students and exercises");
  if (o->jobs < 1 || o->jobs > MG_CLASS_JOBS)
    return mg_fail(GSL_EINVAL, "%zu attempts at a time: give 1 .. %d", o->jobs,
                   MG_CLASS_JOBS);
  return GSL_SUCCESS;
}

static void fill(mg_class *c) {
  const mg_class_options *o = &c->options;
  for (size_t i = 0; i < c->grades; i++) {
    mg_keyed keyed = o->keyed;
    mg_grade *g = &c->grade[i];
    g->student = keyed.student = o->student[i / o->exercises].name;
    g->entry = o->exercise[i % o->exercises];
    keyed.exercise = g->entry->name;
    g->seed = mg_keyed_seed(&keyed);
  }
}

mg_class *mg_class_alloc(const mg_class_options *options) {
  if (check(options) != GSL_SUCCESS)
    return NULL;
  mg_class *c = calloc(1, sizeof *c);
  if (c) {
    c->options = *options;
    c->grades = options->students * options->exercises;
    c->grade = calloc(c->grades, sizeof *c->grade);
    c->worker = calloc(options->jobs, sizeof *c->worker);
  }
  if (!c || !c->grade || !c->worker) {
    mg_class_free(c);
    mg_fail(GSL_ENOMEM, "no memory for a class of %zu", options->students);
    return NULL;
  }
  fill(c);
  return c;
}

/* Ends a worker's process, and waits for it.  Returns how it ended. */
static int stop(worker *w) {
  int how = 0;
  kill(-w->pid, SIGKILL);
  while (waitpid(w->pid, &how, 0) < 0 && errno == EINTR) {
  }
  close(w->pipe);
  free(w->got);
  *w = (worker){.pid = 0};
  return how;
}

void mg_class_free(mg_class *c) {
  if (!c)
    return;
  for (size_t i = 0; c->worker && i < c->options.jobs; i++)
    if (c->worker[i].pid)
      stop(&c->worker[i]);
  for (size_t i = 0; c->grade && i < c->grades; i++)
    mg_grade_clear(&c->grade[i]);
  free(c->worker);
  free(c->grade);
  free(c);
}

/* ---- in the process of an attempt ---- */

static void attempt(const mg_class *c, size_t which, outcome *o) {
  const mg_grade *g = &c->grade[which];
  const char *folder = c->options.student[which / c->options.exercises].folder;
  const mg_attempt_options options = {.seed = g->seed,
                                      .unconfined = c->options.unconfined};
  char *text;
  size_t length;
  o->kind = mg_submission_read(folder, g->entry->name, &text, &length);
  if (o->kind == MG_SUBMISSION_SOURCE)
    o->status = mg_attempt_text(c->options.places, g->entry, text, length,
                                &options, &o->attempt);
  free(text);
  snprintf(o->reason, sizeof o->reason, "%s", mg_reason());
}

static bool write_all(int pipe, const void *bytes, size_t size) {
  const char *at = bytes;
  while (size > 0) {
    const ssize_t n = write(pipe, at, size);
    if (n < 0 && errno != EINTR)
      return false;
    at += n > 0 ? n : 0;
    size -= n > 0 ? (size_t)n : 0;
  }
  return true;
}

/* Never returns. */
static void work(const mg_class *c, size_t which, int pipe) {
  outcome *o = calloc(1, sizeof *o);
  setpgid(0, 0);
  if (o) {
    attempt(c, which, o);
    _exit(write_all(pipe, o, sizeof *o) ? 0 : EXIT_FAILURE);
  }
  _exit(EXIT_FAILURE);
}

/* ---- in the program ---- */

static int start(mg_class *c, worker *w) {
  int ends[2];
  w->got = malloc(sizeof *w->got);
  if (!w->got || pipe(ends) != 0) {
    free(w->got);
    w->got = NULL;
    return mg_fail(GSL_EFAILED, "no pipe to grade with: %s", strerror(errno));
  }
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  const pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    work(c, c->started, ends[1]);
  }
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    free(w->got);
    w->got = NULL;
    return mg_fail(GSL_EFAILED, "no process to grade with: %s",
                   strerror(errno));
  }
  setpgid(pid, pid); /* on both sides: whichever comes first */
  w->pid = pid;
  w->pipe = ends[0];
  w->which = c->started++;
  w->bytes = 0;
  w->until = mg_clock_seconds() + MG_CLASS_SECONDS;
  return GSL_SUCCESS;
}

/* Puts a whole outcome into its grade. */
static int take(mg_grade *g, const outcome *o) {
  switch (o->kind) {
  case MG_SUBMISSION_NONE:
    return mg_grade_say(g, MG_GRADE_MISSING, o->reason);
  case MG_SUBMISSION_REFUSED:
    return mg_grade_say(g, MG_GRADE_REFUSED, o->reason);
  case MG_SUBMISSION_CLOSED:
    return mg_grade_say(g, MG_GRADE_CANNOT, o->reason);
  case MG_SUBMISSION_SOURCE:
    break;
  }
  return o->status == GSL_SUCCESS ? mg_grade_set(g, &o->attempt)
                                  : mg_grade_say(g, MG_GRADE_CANNOT, o->reason);
}

/* Of a process that ended, or has to. */
static int finish(mg_class *c, worker *w, bool late) {
  mg_grade *g = &c->grade[w->which];
  char why[REASON_SIZE];
  int status = GSL_SUCCESS;
  const bool whole = w->bytes == sizeof *w->got;
  if (whole)
    status = take(g, w->got);
  const int how = stop(w);
  c->ended++;
  if (whole)
    return status;
  if (late)
    snprintf(why, sizeof why, "the grader's process did not end in %d s",
             MG_CLASS_SECONDS);
  else if (WIFSIGNALED(how))
    snprintf(why, sizeof why, "the grader's process was ended by signal %d",
             WTERMSIG(how));
  else
    snprintf(why, sizeof why, "the grader's process ended with status %d",
             WEXITSTATUS(how));
  return mg_grade_say(g, MG_GRADE_CANNOT, why);
}

/* Reads what there is of an outcome.  Returns false at its end. */
static bool read_some(worker *w) {
  const size_t left = sizeof *w->got - w->bytes;
  if (left == 0)
    return false;
  const ssize_t n = read(w->pipe, (char *)w->got + w->bytes, left);
  if (n < 0)
    return errno == EINTR || errno == EAGAIN;
  w->bytes += (size_t)n;
  return n > 0 && w->bytes < sizeof *w->got;
}

static size_t running(const mg_class *c) {
  size_t n = 0;
  for (size_t i = 0; i < c->options.jobs; i++)
    n += c->worker[i].pid != 0;
  return n;
}

/* Waits for a moment, and finishes those that ended. */
static int look(mg_class *c) {
  struct pollfd ask[MG_CLASS_JOBS];
  const size_t jobs = c->options.jobs;
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < jobs; i++) /* poll passes over negative ones */
    ask[i] = (struct pollfd){.fd = c->worker[i].pid ? c->worker[i].pipe : -1,
                             .events = POLLIN};
  const int ready = poll(ask, jobs, TICK);
  const double now = mg_clock_seconds();
  for (size_t i = 0; status == GSL_SUCCESS && i < jobs; i++) {
    worker *w = &c->worker[i];
    const bool late = w->pid && now > w->until;
    const bool ends = w->pid && ready > 0 && ask[i].revents && !read_some(w);
    if (late || ends)
      status = finish(c, w, late);
  }
  return status;
}

int mg_class_iterate(mg_class *c, bool more) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; more && status == GSL_SUCCESS && i < c->options.jobs; i++)
    if (!c->worker[i].pid && c->started < c->grades)
      status = start(c, &c->worker[i]);
  /* While some are at work, one that cannot be started is so later. */
  if (running(c) > 0)
    status = look(c);
  if (status != GSL_SUCCESS)
    return status;
  const bool left = more && c->started < c->grades;
  return left || running(c) > 0 ? GSL_CONTINUE : GSL_SUCCESS;
}

size_t mg_class_size(const mg_class *c) {
  return c->grades;
}

size_t mg_class_ended(const mg_class *c) {
  return c->ended;
}

const mg_grade *mg_class_grades(const mg_class *c) {
  return c->grade;
}
