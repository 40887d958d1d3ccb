/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process gives up everything but computing.
 *
 * Called by the evaluator, in two steps about the moment when a submitted
 * object is loaded, whose constructors run in dlopen:
 *
 *     mg_confine_limits    CPU time, memory, processes; no files but 0 to 3,
 *                          not root
 *     mg_confine_loading   from here on no file but the object may be read
 *     dlopen
 *     mg_confine_calling   from here on not even that
 *
 * None can be taken back by the process.  A refused system call raises SIGSYS
 * and is not made. */
#ifndef MG_EXERCISE_CONFINE_H
#define MG_EXERCISE_CONFINE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
  const char *object; /* what is loaded */
  unsigned cpu_seconds;
  size_t memory;   /* bytes of address space beyond those at the start */
  bool sanitizing; /* ASan wants address space without limit (the grader
                    * watches what is used of it), and reads files when it
                    * reports */
  bool unconfined; /* limits, but no filter of system calls */
} mg_confinement;

/* 5 s, 1 GiB. */
mg_confinement mg_confinement_default(void);

/* Can this kernel confine?  Returns GSL_SUCCESS, or GSL_EUNSUP with what is
 * missing. */
int mg_confine_check(void);

/* The three steps.  Each returns GSL_SUCCESS, or GSL_EFAILED with the reason:
 * then nothing submitted may be run. */
int mg_confine_limits(const mg_confinement *c);
int mg_confine_loading(const mg_confinement *c);
int mg_confine_calling(const mg_confinement *c);

/* What a SIGSYS was about, in words: "it asks the system for what a computation
 * has no use for (fork)".  Safe in a handler. */
void mg_confine_name(const siginfo_t *info, char *text, size_t size);

#endif
