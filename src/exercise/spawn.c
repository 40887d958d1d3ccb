/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting the evaluator; see spawn.h.
 *
 * Every descriptor is closed on exec.  They are opened in the order questions,
 * answers, text, so the evaluator's ends are at least 1, 3 and 5, and none is
 * overwritten before it was copied to its place (0; 3; 1 and 2), also in a
 * grader whose own 0 to 3 are closed. */
#include "config.h"

#include "exercise/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/status.h"

enum { TEXT = 1024 };

/* Both ends of the three. */
typedef struct {
  int questions[2], answers[2], text[2]; /* the grader's, the evaluator's */
} channels;

static void close_end(int *end) {
  if (*end >= 0)
    close(*end);
  *end = -1;
}

static void close_channels(channels *c) {
  for (int i = 0; i < 2; i++) {
    close_end(&c->questions[i]);
    close_end(&c->answers[i]);
    close_end(&c->text[i]);
  }
}

static bool open_channels(channels *c) {
  *c = (channels){{-1, -1}, {-1, -1}, {-1, -1}};
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, c->questions) ==
             0 &&
         pipe2(c->answers, O_CLOEXEC) == 0 && pipe2(c->text, O_CLOEXEC) == 0 &&
         fcntl(c->answers[0], F_SETFL, O_NONBLOCK) == 0 &&
         fcntl(c->text[0], F_SETFL, O_NONBLOCK) == 0;
}

/* What the child begins with. */
static int prepare(posix_spawn_file_actions_t *a, const channels *c,
                   const char *folder) {
  int why = posix_spawn_file_actions_addchdir_np(a, folder);
  if (why == 0)
    why = posix_spawn_file_actions_adddup2(a, c->questions[1], 0);
  if (why == 0)
    why = posix_spawn_file_actions_adddup2(a, c->text[1], 1);
  if (why == 0)
    why = posix_spawn_file_actions_adddup2(a, c->text[1], 2);
  return why == 0 ? posix_spawn_file_actions_adddup2(a, c->answers[1], 3) : why;
}

/* No signal blocked or ignored: nohup's and a shell's would be inherited. */
static int prepare_signals(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int why = posix_spawnattr_setsigmask(attributes, &none);
  if (why == 0)
    why = posix_spawnattr_setsigdefault(attributes, &all);
  return why == 0
             ? posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID |
                                                        POSIX_SPAWN_SETSIGMASK |
                                                        POSIX_SPAWN_SETSIGDEF)
             : why;
}

static int spawn(const mg_child_options *o, pid_t *pid,
                 const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes) {
  char program[TEXT], exercise[TEXT], object[TEXT];
  char sanitizing[] = "--sanitizing", unconfined[] = "--unconfined";
  snprintf(program, sizeof program, "%s", o->evaluator);
  snprintf(exercise, sizeof exercise, "%s", o->exercise);
  snprintf(object, sizeof object, "%s", o->object);
  char *arguments[6] = {program, exercise, object};
  int n = 3;
  if (o->sanitizing)
    arguments[n++] = sanitizing;
  if (o->unconfined)
    arguments[n++] = unconfined;
  char locale[] = "LC_ALL=C", omp[] = "OMP_THREAD_LIMIT=1",
       blas[] = "OPENBLAS_NUM_THREADS=1",
       asan[] = "ASAN_OPTIONS=detect_leaks=0:exitcode=86:color=never:"
                "max_allocation_size_mb=1024:allocator_may_return_null=1:"
                "quarantine_size_mb=32:detect_stack_use_after_return=1",
       ubsan[] = "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:"
                 "exitcode=86:color=never";
  char *environment[] = {locale, omp, blas, asan, ubsan, NULL};
  return posix_spawn(pid, program, actions, attributes, arguments, environment);
}

static int start(const mg_child_options *o, const channels *c, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int why = posix_spawn_file_actions_init(&actions);
  if (why != 0)
    return why;
  why = posix_spawnattr_init(&attributes);
  if (why == 0) {
    why = prepare(&actions, c, o->folder);
    if (why == 0)
      why = prepare_signals(&attributes);
    if (why == 0)
      why = spawn(o, pid, &actions, &attributes);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return why;
}

int mg_child_process_start(mg_child_process *p, const mg_child_options *o) {
  channels c;
  *p = (mg_child_process){.pid = 0};
  const int why = open_channels(&c) ? start(o, &c, &p->pid) : errno;
  if (why != 0) {
    p->pid = 0;
    close_channels(&c);
    return mg_fail(GSL_EFAILED, "%s cannot be started: %s", o->evaluator,
                   strerror(why));
  }
  p->questions = c.questions[0];
  p->answers = c.answers[0];
  p->text = c.text[0];
  c.questions[0] = c.answers[0] = c.text[0] = -1;
  close_channels(&c);
  return GSL_SUCCESS;
}

void mg_child_process_close(mg_child_process *p) {
  close(p->questions);
  close(p->answers);
  close(p->text);
  *p = (mg_child_process){.pid = 0};
}

size_t mg_child_process_memory(const mg_child_process *p) {
  char path[64];
  size_t pages = 0;
  snprintf(path, sizeof path, "/proc/%ld/statm", (long)p->pid);
  FILE *file = fopen(path, "re");
  if (file && fscanf(file, "%*u %zu", &pages) != 1)
    pages = 0;
  if (file)
    fclose(file);
  return pages * (size_t)sysconf(_SC_PAGESIZE);
}

void mg_child_hide(bool hidden) {
#ifdef __linux__
  static atomic_int times, visible;
  const int before = atomic_fetch_add(&times, hidden ? 1 : -1);
  if (hidden && before == 0) {
    visible = prctl(PR_GET_DUMPABLE) == 1;
    prctl(PR_SET_DUMPABLE, 0);
  }
  if (!hidden && before == 1 && visible)
    prctl(PR_SET_DUMPABLE, 1);
#else
  (void)hidden;
#endif
}
