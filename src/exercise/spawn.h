/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evaluator as a process with three pipes. */
#ifndef MG_EXERCISE_SPAWN_H
#define MG_EXERCISE_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

#include "exercise/child.h"

typedef struct {
  pid_t pid;                    /* 0: there is none */
  int questions, answers, text; /* the grader's ends, which do not block */
} mg_child_process;

/* Starts it, leader of a session, in its folder, with an environment of its
 * own.  Returns GSL_SUCCESS; GSL_EFAILED with the reason. */
int mg_child_process_start(mg_child_process *p, const mg_child_options *o);

/* Closes the pipes; the process must have been waited for. */
void mg_child_process_close(mg_child_process *p);

/* Bytes of memory that it uses; 0 where that cannot be told. */
size_t mg_child_process_memory(const mg_child_process *p);

/* Hides the memory of this process from others of its user, or ends hiding
 * when that was called as often. */
void mg_child_hide(bool hidden);

#endif
