/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process in which a submitted function runs, seen from the grader.
 *
 * It is the evaluator (src/exercise/evaluate.c): loads an object, then answers
 * parcels until its input ends.  Inputs go through one pipe, answers come back
 * through another; what the function prints, and what a sanitizer has to say,
 * goes through a third and is kept, its beginning and its end.  It is started
 * anew for the next question when it has died; all its lives share one limit of
 * time.  At the end its whole process group is killed. */
#ifndef MG_EXERCISE_CHILD_H
#define MG_EXERCISE_CHILD_H

#include <signal.h>
#include <stdbool.h>

#include "exercise/parcel.h"

typedef struct {
  const char *evaluator; /* the program */
  const char *exercise;  /* "log-sum-exp" */
  const char *object;    /* the submitted functions, a shared object */
  const char *folder;    /* where it runs; its own, empty */
  double seconds;        /* wall clock for all questions together */
  bool sanitizing;       /* the evaluator is the sanitizing one */
  bool unconfined;       /* limits alone: where mg_confine_check says no */
  const volatile sig_atomic_t *stop; /* when it becomes true, the time is over;
                                      * or NULL */
} mg_child_options;

/* How its last life ended. */
typedef enum {
  MG_CHILD_ALIVE,
  MG_CHILD_LEFT,     /* exit() or the end of the answers, none asked for */
  MG_CHILD_CRASHED,  /* a signal: SIGSEGV, SIGFPE, SIGABRT ... */
  MG_CHILD_REFUSED,  /* a system call that a computation has no use for */
  MG_CHILD_CPU,      /* CPU time is used up */
  MG_CHILD_CLOCK,    /* wall clock is used up: it waits, or never ends */
  MG_CHILD_MEMORY,   /* it takes more memory than there is for it */
  MG_CHILD_NONSENSE, /* what came back is no answer */
  MG_CHILD_FINDING,  /* a sanitizer ended it */
  MG_CHILD_CANNOT    /* it was never started, or could not be confined */
} mg_child_end;

typedef struct mg_child mg_child;

/* Starts nothing yet.  The options' texts must live as long.  From here until
 * the last child is freed this process cannot be read by others of its user.
 * NULL when memory is short. */
mg_child *mg_child_alloc(const mg_child_options *options);

/* Kills the group, waits for it, frees; NULL is allowed. */
void mg_child_free(mg_child *c);

/* Sends one input and waits for the answer; an mg_answerer.
 *   self  in  the mg_child
 * Returns GSL_SUCCESS; GSL_EFAILED with why there is no answer, in words for
 * the author of the function ("it ended the program by exit()", "it took more
 * than 5 s of CPU time: does a loop never end?"). */
int mg_child_ask(void *self, const mg_parcel *in, mg_parcel *out);

/* How it ended the last time, and by which signal (0: none). */
mg_child_end mg_child_ended(const mg_child *c, int *signal);

/* What it printed, or a sanitizer did, 0-ended, with bytes that are no text as
 * '?'; "" when nothing.  Valid until the next question. */
const char *mg_child_output(mg_child *c);

#endif
