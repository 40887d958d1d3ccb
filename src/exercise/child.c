/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to a process that nobody trusts; see child.h.
 *
 * All reading and writing is in one loop over poll, so that neither a child
 * that does not read, nor one that writes without end, can hold the grader up.
 * The questions go through a socket and not a pipe: writing to a pipe that has
 * no reader sends a signal that would end the grader.
 *
 * What comes back is believed in nothing.  A frame that is longer than a parcel
 * can be, bytes behind an answer, an answer before its question: each ends the
 * child.  Of what is printed the beginning and the end are kept.
 *
 * Why there is no answer is told by what the kernel says of its end (wait4),
 * which cannot be forged; only the words beside it may come from the process
 * itself, which knows more: on which address it failed, which system call was
 * refused (evaluate.c).
 *
 * A child leads a session of its own, so that a signal to its group reaches all
 * of it; it is not in the grader's, so Ctrl-C does not reach it, but it dies
 * with the grader (confine.c).
 *
 * Not here: what the process gives up (confine.c). */
#include "config.h"

#include "exercise/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "exercise/capture.h"
#include "exercise/frame.h"
#include "exercise/spawn.h"
#include "terminal/progress.h"

enum {
  TICK = 50,          /* milliseconds, at most, between looks at its memory */
  CHUNK = 1 << 16,    /* bytes that are read at once */
  MOST = 33 << 20,    /* bytes of an answer: a full parcel and its heads */
  PRINTED = 16 << 20, /* bytes that it may print in a life */
  WORDS = MG_FRAME_TEXT
};
static const size_t most_memory = (size_t)3 << 29; /* of a sanitizing one */

struct mg_child {
  mg_child_options options;
  mg_child_process process; /* pid 0: there is none */
  double left;              /* seconds */
  mg_child_end end;
  int signal;
  bool greeted;      /* it is confined, and asks for questions */
  char *answer;      /* what came back, from its first byte */
  size_t used, size; /* bytes in it, and in its memory */
  char words[WORDS]; /* its last */
  mg_capture capture;
};

/* A question on its way. */
typedef struct {
  mg_frame head;
  const char *bytes;
  size_t sent; /* of head and bytes */
} question;

/* ---- its end ---- */

/* What a signal means to the author of the function. */
static const char *explain_signal(int number) {
  switch (number) {
  case SIGSEGV:
  case SIGBUS:
    return "it reads or writes memory that is not its own: a NULL pointer, an "
           "index out of range, or a recursion without end";
  case SIGFPE:
    return "it divides an integer by 0";
  case SIGABRT:
    return "it gave up by abort(): free() of what was not allocated, memory "
           "overwritten beside an array, or assert()";
  case SIGILL:
    return "it runs into what is no instruction: a function without return, "
           "or __builtin_unreachable()";
  case SIGSYS:
    return "it asks the system for what a computation has no use for";
  case SIGXFSZ:
    return "it writes to a file";
  default:
    return "it was ended by a signal";
  }
}

static int fail_crash(mg_child *c, mg_child_end end, int number) {
  c->end = end;
  c->signal = number;
  return mg_fail(GSL_EFAILED, "%s (%s)",
                 c->words[0] ? c->words : explain_signal(number),
                 number == SIGSYS ? "refused" : strsignal(number));
}

static int fail_clock(mg_child *c) {
  c->end = MG_CHILD_CLOCK;
  return mg_fail(GSL_EFAILED,
                 "there is no answer, and the %g s for all tests are over: "
                 "does it wait, or does a loop never end?",
                 c->options.seconds);
}

/* Of a question that comes after that. */
static int fail_unasked(mg_child *c) {
  c->end = MG_CHILD_CLOCK;
  return mg_fail(GSL_EFAILED, "not asked: the %g s for all tests are over",
                 c->options.seconds);
}

static int fail_cpu(mg_child *c) {
  c->end = MG_CHILD_CPU;
  return mg_fail(GSL_EFAILED,
                 "it took more than 5 s of CPU time: does a loop never end?");
}

static int fail_memory(mg_child *c) {
  c->end = MG_CHILD_MEMORY;
  return mg_fail(GSL_EFAILED, "it takes more than 1 GiB of memory: does it "
                              "allocate in a loop that never ends?");
}

static int fail_nonsense(mg_child *c, const char *what) {
  c->end = MG_CHILD_NONSENSE;
  return mg_fail(GSL_EFAILED, "what came back is no answer: %s", what);
}

static int fail_exit(mg_child *c, int code) {
  if (c->options.sanitizing && code == MG_FRAME_FINDING_EXIT) {
    c->end = MG_CHILD_FINDING;
    return mg_fail(GSL_EFAILED, "a sanitizer ended it");
  }
  c->end = MG_CHILD_LEFT;
  return mg_fail(GSL_EFAILED,
                 "it ended the program by exit(%d), and did not return", code);
}

static double seconds_of(const struct rusage *used) {
  return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
         1e-6 * (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
}

/* Why did it end by itself? */
static int explain_end(mg_child *c, int status, const struct rusage *used) {
  if (!c->greeted) {
    c->end = MG_CHILD_CANNOT;
    return mg_fail(GSL_EFAILED, "the evaluator cannot be confined: %s",
                   mg_capture_text(&c->capture));
  }
  if (WIFEXITED(status))
    return fail_exit(c, WEXITSTATUS(status));
  const int number = WTERMSIG(status);
  if (number == SIGXCPU || (number == SIGKILL && seconds_of(used) >= 5))
    return fail_cpu(c);
  if (number == SIGKILL) /* ours, when the answers had ended */
    return fail_nonsense(c, "it closed the pipe that answers go through");
  return fail_crash(c, number == SIGSYS ? MG_CHILD_REFUSED : MG_CHILD_CRASHED,
                    number);
}

/* Ends what there is of it, and reads its last output. */
static void stop(mg_child *c, int *status, struct rusage *used) {
  kill(-c->process.pid, SIGKILL);
  kill(c->process.pid, SIGKILL); /* before it leads a group */
  while (wait4(c->process.pid, status, 0, used) < 0 && errno == EINTR) {
  }
  mg_capture_read(&c->capture, c->process.text);
  mg_child_process_close(&c->process);
  c->used = 0;
}

/* Stops it for a reason that is known. */
static void stop_for_good(mg_child *c) {
  int status;
  struct rusage used;
  if (c->process.pid > 0)
    stop(c, &status, &used);
}

/* It has ended, or closed its answers. */
static int bury(mg_child *c) {
  int status = 0;
  struct rusage used = {.ru_maxrss = 0};
  stop(c, &status, &used);
  return explain_end(c, status, &used);
}

/* ---- answers ---- */

/* Makes room for another chunk. */
static int grow(mg_child *c) {
  if (c->used + CHUNK <= c->size)
    return GSL_SUCCESS;
  char *larger = realloc(c->answer, 2 * c->size + CHUNK);
  if (!larger)
    return mg_fail(GSL_ENOMEM, "no memory for an answer");
  c->answer = larger;
  c->size = 2 * c->size + CHUNK;
  return GSL_SUCCESS;
}

/* What is ready of the answer. */
static int read_answer(mg_child *c) {
  if (grow(c) != GSL_SUCCESS)
    return GSL_ENOMEM;
  const ssize_t n =
      read(c->process.answers, c->answer + c->used, c->size - c->used);
  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? GSL_SUCCESS : bury(c);
  if (n == 0)
    return bury(c);
  c->used += (size_t)n;
  return GSL_SUCCESS;
}

/* The head of what came back; all of it is there when this is true. */
static bool has_frame(const mg_child *c, mg_frame *head) {
  if (c->used < sizeof *head)
    return false;
  memcpy(head, c->answer, sizeof *head);
  return c->used - sizeof *head >= head->size;
}

/* Takes the greeting from the front of what came back. */
static int greet(mg_child *c) {
  const mg_frame expected = {.size = 0, .kind = MG_FRAME_PARCEL};
  if (c->greeted || c->used < sizeof expected)
    return GSL_SUCCESS;
  if (memcmp(c->answer, &expected, sizeof expected) != 0)
    return fail_nonsense(c, "the evaluator is of another version");
  c->greeted = true;
  c->used -= sizeof expected;
  memmove(c->answer, c->answer + sizeof expected, c->used);
  return GSL_SUCCESS;
}

/* Is what came back still a frame? */
static int check_answer(mg_child *c) {
  mg_frame head;
  int status = greet(c);
  if (status != GSL_SUCCESS || c->used < sizeof head)
    return status;
  memcpy(&head, c->answer, sizeof head);
  if (head.size > MOST ||
      (head.kind != MG_FRAME_PARCEL && head.size >= MG_FRAME_TEXT))
    return fail_nonsense(c, "its length is none");
  if (head.kind > 64 && head.kind != MG_FRAME_REASON)
    return fail_nonsense(c, "it is of no known kind");
  if (c->used - sizeof head > head.size)
    return fail_nonsense(c, "something was written behind it");
  return GSL_SUCCESS;
}

/* ---- the loop ---- */

/* What the socket takes.  A reader that is gone shows in the answers' end. */
static void send_question(mg_child *c, question *q) {
  const bool in_head = q->sent < sizeof q->head;
  const char *from = in_head ? (const char *)&q->head + q->sent
                             : q->bytes + (q->sent - sizeof q->head);
  const size_t size = in_head ? sizeof q->head - q->sent
                              : q->head.size - (q->sent - sizeof q->head);
  const ssize_t n =
      send(c->process.questions, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n > 0)
    q->sent += (size_t)n;
  else if (errno != EAGAIN && errno != EINTR)
    q->sent = sizeof q->head + q->head.size;
}

static bool is_stopped(const mg_child *c) {
  return c->options.stop && *c->options.stop;
}

/* Waits for something to do, and does it. */
static int turn(mg_child *c, question *q) {
  const bool unsent = q->sent < sizeof q->head + q->head.size;
  struct pollfd ready[] = {
      {.fd = c->process.answers, .events = POLLIN},
      {.fd = c->capture.ended ? -1 : c->process.text, .events = POLLIN},
      {.fd = unsent ? c->process.questions : -1, .events = POLLOUT}};
  const double start = mg_clock_seconds();
  poll(ready, 3, c->left < 1e-3 * TICK ? (int)(1e3 * c->left) + 1 : TICK);
  if (ready[1].revents)
    mg_capture_read(&c->capture, c->process.text);
  if (ready[2].revents)
    send_question(c, q);
  int status = ready[0].revents ? read_answer(c) : GSL_SUCCESS;
  c->left = is_stopped(c) ? 0 : c->left - (mg_clock_seconds() - start);
  if (status != GSL_SUCCESS || c->process.pid == 0)
    return status;
  status = check_answer(c);
  if (status == GSL_SUCCESS && c->left <= 0)
    status = fail_clock(c);
  if (status == GSL_SUCCESS && c->capture.printed > PRINTED)
    status = fail_nonsense(c, "it prints without end");
  if (status == GSL_SUCCESS && c->options.sanitizing &&
      mg_child_process_memory(&c->process) > most_memory)
    status = fail_memory(c);
  return status;
}

static int wait_for_frame(mg_child *c, question *q, mg_frame *head) {
  int status = GSL_SUCCESS;
  while (status == GSL_SUCCESS && !(c->greeted && has_frame(c, head)))
    status = turn(c, q);
  return status;
}

/* What the frame says. */
static int take(mg_child *c, const mg_frame *head, mg_parcel *out) {
  const char *bytes = c->answer + sizeof *head;
  if (head->kind == MG_FRAME_PARCEL) {
    const int status = mg_parcel_decode(out, bytes, head->size);
    if (status != GSL_SUCCESS)
      c->end = MG_CHILD_NONSENSE;
    return status;
  }
  snprintf(c->words, sizeof c->words, "%.*s", (int)head->size, bytes);
  if (head->kind == MG_FRAME_REASON)
    return mg_fail(GSL_EFAILED, "%s",
                   c->words[0] ? c->words : "there is no answer");
  return fail_crash(c,
                    head->kind == SIGSYS ? MG_CHILD_REFUSED : MG_CHILD_CRASHED,
                    (int)head->kind);
}

/* ---- questions ---- */

static int start(mg_child *c) {
  c->greeted = false;
  c->used = 0;
  c->end = MG_CHILD_ALIVE;
  c->signal = 0;
  c->words[0] = '\0';
  const int status = mg_child_process_start(&c->process, &c->options);
  if (status != GSL_SUCCESS)
    c->end = MG_CHILD_CANNOT;
  return status;
}

static int ask(mg_child *c, question *q, mg_parcel *out) {
  mg_frame head;
  int status = c->process.pid > 0 ? read_answer(c) : start(c);
  if (status == GSL_SUCCESS && c->used > 0)
    status = fail_nonsense(c, "it came before its question");
  if (status == GSL_SUCCESS)
    status = wait_for_frame(c, q, &head);
  if (status == GSL_SUCCESS)
    status = take(c, &head, out);
  c->used = 0;
  if (c->process.pid > 0)
    mg_capture_read(&c->capture, c->process.text);
  return status;
}

int mg_child_ask(void *self, const mg_parcel *in, mg_parcel *out) {
  mg_child *c = self;
  void *bytes;
  size_t size;
  mg_capture_clear(&c->capture);
  mg_parcel_clear(out);
  if (c->left <= 0)
    return fail_unasked(c);
  int status = mg_parcel_encode(in, &bytes, &size);
  if (status != GSL_SUCCESS)
    return status;
  question q = {.head = {.size = size, .kind = MG_FRAME_PARCEL},
                .bytes = bytes};
  status = ask(c, &q, out);
  free(bytes);
  if (c->end != MG_CHILD_ALIVE)
    stop_for_good(c);
  return status;
}

/* ---- the object ---- */

mg_child *mg_child_alloc(const mg_child_options *options) {
  mg_child *c = calloc(1, sizeof *c);
  if (!c)
    return NULL;
  c->options = *options;
  c->left = options->seconds;
  mg_child_hide(true);
  return c;
}

void mg_child_free(mg_child *c) {
  if (!c)
    return;
  stop_for_good(c);
  mg_child_hide(false);
  free(c->answer);
  free(c);
}

mg_child_end mg_child_ended(const mg_child *c, int *signal) {
  *signal = c->signal;
  return c->end;
}

const char *mg_child_output(mg_child *c) {
  return mg_capture_text(&c->capture);
}
